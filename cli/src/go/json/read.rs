//! JSON texts: the same ones accepted as by Go, and the same errors.

use zeroize::Zeroizing;

use super::Json;
use crate::go::quote::quote_char;

/// Nesting beyond this is refused. Go stops at 10,000; no manifest comes near either.
const MAX_DEPTH: usize = 1_000;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SyntaxError {
    /// Nothing but white space.
    #[error("EOF")]
    Empty,
    /// The text ends within a value.
    #[error("unexpected end of JSON input")]
    Truncated,
    /// A character that can't stand where it does.
    #[error("invalid character {} {context}", quote_char(char::from(*found)))]
    Character {
        found: u8,
        context: String,
        /// How many bytes have been read, the character included.
        offset: usize,
    },
    /// Brackets within brackets within brackets.
    #[error("exceeded max depth")]
    TooDeep,
}

/// Reads one value at the start of `text`, white space before it allowed; also tells how many
/// bytes were read.
pub(crate) fn read_one(text: &[u8]) -> Result<(Json, usize), SyntaxError> {
    let mut reader = Reader { text, at: 0 };
    reader.skip_space();
    if reader.peek().is_none() {
        return Err(SyntaxError::Empty);
    }
    let value = reader.value(0)?;
    Ok((value, reader.at))
}

/// Reads `text` as one value and nothing else.
pub(crate) fn read_all(text: &[u8]) -> Result<Json, SyntaxError> {
    let (value, end) = read_one(text).map_err(|error| match error {
        SyntaxError::Empty => SyntaxError::Truncated,
        other => other,
    })?;
    let mut reader = Reader { text, at: end };
    reader.skip_space();
    match reader.next() {
        Ok(found) => Err(reader.unexpected(found, "after top-level value")),
        Err(_) => Ok(value),
    }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The error that `found`, which was read last, can't stand where it does.
    fn unexpected(&self, found: u8, context: impl Into<String>) -> SyntaxError {
        SyntaxError::Character {
            found,
            context: context.into(),
            offset: self.at,
        }
    }

    fn next(&mut self) -> Result<u8, SyntaxError> {
        let byte = self.peek().ok_or(SyntaxError::Truncated)?;
        self.at += 1;
        Ok(byte)
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, SyntaxError> {
        if depth > MAX_DEPTH {
            return Err(SyntaxError::TooDeep);
        }
        self.skip_space();
        match self.next()? {
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => Ok(Json::Text(self.string()?)),
            b't' => self.literal("true", Json::Bool(true)),
            b'f' => self.literal("false", Json::Bool(false)),
            b'n' => self.literal("null", Json::Null),
            first @ (b'-' | b'0'..=b'9') => self.number(first),
            other => Err(self.unexpected(other, "looking for beginning of value")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, SyntaxError> {
        let mut members = Vec::new();
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(members));
        }
        loop {
            self.skip_space();
            let first = self.next()?;
            if first != b'"' {
                let context = "looking for beginning of object key string";
                return Err(self.unexpected(first, context));
            }
            let name = self.string()?;
            self.skip_space();
            let colon = self.next()?;
            if colon != b':' {
                return Err(self.unexpected(colon, "after object key"));
            }
            let value = self.value(depth + 1)?;
            members.push((String::clone(&name), value));
            self.skip_space();
            match self.next()? {
                b',' => {}
                b'}' => return Ok(Json::Object(members)),
                other => return Err(self.unexpected(other, "after object key:value pair")),
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json, SyntaxError> {
        let mut items = Vec::new();
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            match self.next()? {
                b',' => {}
                b']' => return Ok(Json::List(items)),
                other => return Err(self.unexpected(other, "after array element")),
            }
        }
    }

    /// The rest of a literal, whose first letter has been read.
    fn literal(&mut self, word: &'static str, value: Json) -> Result<Json, SyntaxError> {
        for expected in word.bytes().skip(1) {
            let found = self.next()?;
            if found != expected {
                let expected = quote_char(char::from(expected));
                let context = format!("in literal {word} (expecting {expected})");
                return Err(self.unexpected(found, context));
            }
        }
        Ok(value)
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    /// At least one digit.
    fn some_digits(&mut self, context: &str) -> Result<(), SyntaxError> {
        match self.next()? {
            b'0'..=b'9' => self.digits(),
            other => return Err(self.unexpected(other, context)),
        }
        Ok(())
    }

    /// The rest of a number, whose first character has been read.
    fn number(&mut self, first: u8) -> Result<Json, SyntaxError> {
        let start = self.at - 1;
        let leading = match first {
            b'-' => match self.next()? {
                digit @ b'0'..=b'9' => digit,
                other => return Err(self.unexpected(other, "in numeric literal")),
            },
            digit => digit,
        };
        if leading != b'0' {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits("after decimal point in numeric literal")?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.some_digits("in exponent of numeric literal")?;
        }
        let digits = self.text.get(start..self.at).unwrap_or_default();
        let text = String::from_utf8_lossy(digits).into_owned();
        Ok(Json::Number(Zeroizing::new(text)))
    }

    /// The rest of a string, whose opening quote has been read. Invalid UTF-8 and lone
    /// surrogates become U+FFFD.
    fn string(&mut self) -> Result<Zeroizing<String>, SyntaxError> {
        // Escapes only ever shrink, so the buffer never moves and leaves no copy behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.length_ahead()));
        loop {
            match self.next()? {
                b'"' => break,
                b'\\' => self.escape(&mut bytes)?,
                control if control < b' ' => {
                    return Err(self.unexpected(control, "in string literal"));
                }
                byte => bytes.push(byte),
            }
        }
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => repaired(&bytes),
        };
        Ok(Zeroizing::new(text))
    }

    /// An upper bound of the length of the string at hand.
    fn length_ahead(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut escaped = false;
        rest.iter()
            .position(|byte| {
                let end = *byte == b'"' && !escaped;
                escaped = *byte == b'\\' && !escaped;
                end
            })
            .unwrap_or(rest.len())
    }

    fn escape(&mut self, bytes: &mut Vec<u8>) -> Result<(), SyntaxError> {
        let c = match self.next()? {
            c @ (b'"' | b'\\' | b'/') => c,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                let c = self.code_point()?;
                bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                return Ok(());
            }
            other => return Err(self.unexpected(other, "in string escape code")),
        };
        bytes.push(c);
        Ok(())
    }

    /// The four digits after `\u`, and those of a second escape when both make a surrogate pair.
    fn code_point(&mut self) -> Result<char, SyntaxError> {
        let first = self.hex4()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let rest = self.at;
        if first < 0xdc00
            && self
                .text
                .get(rest..)
                .unwrap_or_default()
                .starts_with(b"\\u")
        {
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let c = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return Ok(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = rest;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Result<u32, SyntaxError> {
        let mut value = 0;
        for _ in 0..4 {
            let found = self.next()?;
            let digit = char::from(found)
                .to_digit(16)
                .ok_or_else(|| self.unexpected(found, "in \\u hexadecimal character escape"))?;
            value = value * 16 + digit;
        }
        Ok(value)
    }
}

/// `bytes` with U+FFFD for each byte that is not part of valid UTF-8.
fn repaired(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for _ in chunk.invalid() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value in a notation of its own, duplicates included.
    fn shown(value: &Json) -> String {
        match value {
            Json::Null | Json::Bool(_) => format!("{value:?}"),
            Json::Number(text) | Json::Float { json: text, .. } => text.to_string(),
            Json::Text(text) => format!("{:?}", text.as_str()),
            Json::List(items) => format!("{:?}", items.iter().map(shown).collect::<Vec<_>>()),
            Json::Object(members) => {
                let members: Vec<String> = members
                    .iter()
                    .map(|(name, value)| format!("{name}={}", shown(value)))
                    .collect();
                format!("({})", members.join(" "))
            }
        }
    }

    fn error(text: &str) -> String {
        read_all(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn values_are_read_in_order_with_duplicates() {
        let read = |text: &str| shown(&read_all(text.as_bytes()).unwrap());
        assert_eq!(
            read(" {\"b\":1,\"a\":[-0.5e+3],\"b\":{},\"c\":null} "),
            "(b=1 a=[\"-0.5e+3\"] b=() c=null)"
        );
        for (escaped, text) in [
            (r#""\u00e9\ud83d\ude00\n\"\\\/\b""#, "é😀\n\"\\/\u{8}"),
            (r#""\ud800x\udc00""#, "\u{fffd}x\u{fffd}"),
            (r#""\ud800\u0041""#, "\u{fffd}A"),
        ] {
            let Json::Text(read) = read_all(escaped.as_bytes()).unwrap() else {
                panic!("a text");
            };
            assert_eq!(*read, text);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced_one_by_one() {
        let Json::Text(text) = read_all(b"\"a\xff\xfeb\"").unwrap() else {
            panic!("a text");
        };
        assert_eq!(*text, "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn a_stream_is_read_value_by_value() {
        let (_, end) = read_one(b" {} {}").unwrap();
        assert_eq!(end, 3);
        assert_eq!(read_one(b" \n").unwrap_err(), SyntaxError::Empty);
    }

    #[test]
    fn errors_are_those_of_go() {
        for (text, expected) in [
            ("", "unexpected end of JSON input"),
            ("{\"a\":", "unexpected end of JSON input"),
            (
                "oops",
                "invalid character 'o' looking for beginning of value",
            ),
            ("{} {", "invalid character '{' after top-level value"),
            (
                "{a:1}",
                "invalid character 'a' looking for beginning of object key string",
            ),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\":1 2}",
                "invalid character '2' after object key:value pair",
            ),
            (
                "{\"a\":1,}",
                "invalid character '}' looking for beginning of object key string",
            ),
            ("[1 2]", "invalid character '2' after array element"),
            (
                "[1,]",
                "invalid character ']' looking for beginning of value",
            ),
            (
                "trux",
                "invalid character 'x' in literal true (expecting 'e')",
            ),
            ("-x", "invalid character 'x' in numeric literal"),
            (
                "1.x",
                "invalid character 'x' after decimal point in numeric literal",
            ),
            (
                "1ex",
                "invalid character 'x' in exponent of numeric literal",
            ),
            ("01", "invalid character '1' after top-level value"),
            ("\"\\x\"", "invalid character 'x' in string escape code"),
            (
                "\"\\u00g0\"",
                "invalid character 'g' in \\u hexadecimal character escape",
            ),
            ("\"\t\"", "invalid character '\\t' in string literal"),
            (
                "'",
                "invalid character '\\'' looking for beginning of value",
            ),
            (
                "\u{e9}",
                "invalid character 'Ã' looking for beginning of value",
            ),
        ] {
            assert_eq!(error(text), expected, "{text:?}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(error(&deep), "exceeded max depth");
    }
}
