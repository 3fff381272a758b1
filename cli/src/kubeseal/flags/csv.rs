//! One line of comma-separated values, with the rules and error texts of Go's encoding/csv.

const BARE: &str = "bare \" in non-quoted-field";
const STRAY: &str = "extraneous or missing \" in quoted-field";

/// The fields of the first record of `text`; no field for empty text.
pub(super) fn record(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut reader = Reader {
        rest: text,
        line: 1,
        column: 1,
    };
    // Empty lines come before a record, not in it.
    while reader.take("\n") || reader.take("\r\n") {
        reader.next_line();
    }
    if reader.rest.is_empty() {
        return Err("EOF".to_owned());
    }
    let start = reader.line;
    let mut fields = Vec::new();
    loop {
        let field = if reader.take("\"") {
            reader.quoted()
        } else {
            reader.plain()
        };
        fields.push(field.map_err(|reason| reader.error(start, reason))?);
        if !reader.take(",") {
            return Ok(fields);
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    /// One-based, in bytes.
    column: usize,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(token) else {
            return false;
        };
        self.rest = rest;
        self.column += token.len();
        true
    }

    fn next_line(&mut self) {
        self.line += 1;
        self.column = 1;
    }

    fn advance(&mut self, bytes: usize) -> String {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or_default();
        self.rest = rest;
        self.column += bytes;
        passed.to_owned()
    }

    /// Up to the next comma or the end of the line.
    fn plain(&mut self) -> Result<String, &'static str> {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let field = self.advance(end);
        if let Some(quote) = field.find('"') {
            self.column = self.column - field.len() + quote;
            return Err(BARE);
        }
        match self.rest.starts_with('\n') {
            true => Ok(field.strip_suffix('\r').unwrap_or(&field).to_owned()),
            false => Ok(field),
        }
    }

    /// After an opening quote: up to the closing one, with `""` for a quote in the text.
    fn quoted(&mut self) -> Result<String, &'static str> {
        let mut field = String::new();
        loop {
            let end = self.rest.find(['"', '\n']).unwrap_or(self.rest.len());
            field.push_str(&self.advance(end));
            if self.take("\"\"") {
                field.push('"');
            } else if self.take("\"") {
                let ended = self.rest.is_empty()
                    || self.rest.starts_with([',', '\n'])
                    || self.rest.starts_with("\r\n");
                if !ended {
                    self.column -= 1;
                    return Err(STRAY);
                }
                return Ok(field);
            } else if self.take("\n") {
                self.next_line();
                if field.ends_with('\r') {
                    field.pop();
                }
                field.push('\n');
            } else {
                return Err(STRAY);
            }
        }
    }

    fn error(&self, start: usize, reason: &str) -> String {
        let place = format!(
            "parse error on line {}, column {}: {reason}",
            self.line, self.column
        );
        match start == self.line {
            true => place,
            false => format!("record on line {start}; {place}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::record;

    #[test]
    fn fields_split_at_commas_outside_quotes() {
        for (text, fields) in [
            ("", &[][..]),
            ("a", &["a"]),
            ("a,b,", &["a", "b", ""]),
            ("\"a,b\",c", &["a,b", "c"]),
            ("\"say \"\"x\"\"\"", &["say \"x\""]),
            ("\n\na,b\nc", &["a", "b"]),
            (" a , b", &[" a ", " b"]),
            ("\"a\nb\",c", &["a\nb", "c"]),
        ] {
            assert_eq!(record(text).unwrap(), fields, "{text:?}");
        }
    }

    #[test]
    fn stray_quotes_are_placed() {
        for (text, error) in [
            (
                "a\"b",
                "parse error on line 1, column 2: bare \" in non-quoted-field",
            ),
            (
                "\"a",
                "parse error on line 1, column 3: extraneous or missing \" in quoted-field",
            ),
            (
                "\"a\"b",
                "parse error on line 1, column 3: extraneous or missing \" in quoted-field",
            ),
            ("\n", "EOF"),
        ] {
            assert_eq!(record(text).unwrap_err(), error, "{text:?}");
        }
    }
}
