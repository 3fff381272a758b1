//! Go's `encoding/json`: numbers read as floats, keys written sorted, `<`, `>` and `&` escaped.

use super::{float, runes};
use crate::context::Context;
use crate::fault::Fault;
use crate::value::buffer::Buffer;
use crate::value::{Dict, Element, Entries, List, Text, Value};

/// How JSON is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// One line, HTML escaped
    Compact,
    /// Two spaces per level, HTML escaped
    Pretty,
    /// One line, HTML left alone
    Raw,
}

/// Go refuses JSON nested deeper.
const DEEPEST: usize = 10_000;

/// Writes a value.
pub(crate) fn write(
    context: &mut Context<'_>,
    value: &Value,
    style: Style,
) -> Result<Buffer, Fault> {
    let mut writer = Writer {
        out: Buffer::new(),
        style,
        context,
    };
    writer.value(value, 0)?;
    Ok(writer.out)
}

struct Writer<'a, 'c> {
    out: Buffer,
    style: Style,
    context: &'a mut Context<'c>,
}

impl Writer<'_, '_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Fault> {
        self.context.deep_enough(depth)?;
        self.context.budget.allocate(8)?;
        match value {
            Value::Absent | Value::Nil => self.out.text("null"),
            Value::Bool(b) => self.out.text(if *b { "true" } else { "false" }),
            Value::Signed(_, n) => self.out.text(&n.to_string()),
            Value::Unsigned(_, n) => self.out.text(&n.to_string()),
            Value::Float(f) if f.is_finite() => self.out.text(&number(*f)),
            Value::Float(f) => {
                let name = float::format_float(*f, 'g', None);
                return Err(Fault::plain(format!("json: unsupported value: {name}")));
            }
            Value::Complex(..) => return Err(Fault::plain("json: unsupported type: complex128")),
            Value::Text(text) => self.string(text.bytes())?,
            Value::List(list) if list.is_nil() => self.out.text("null"),
            Value::List(list) if list.element() == Element::Byte => {
                self.out.byte(b'"');
                self.out.text(&super::base64::encode(&list.to_bytes()));
                self.out.byte(b'"');
            }
            Value::List(list) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.list(list, depth))?
            }
            Value::Dict(dict) if dict.is_nil() => self.out.text("null"),
            Value::Dict(dict) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.dict(dict, depth))?
            }
            Value::Time(t) => match t.rfc3339() {
                Some(text) => self.string(text.as_bytes())?,
                None => {
                    return Err(Fault::plain(
                        "json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]",
                    ));
                }
            },
            Value::Location(_) => self.out.text("{}"),
            Value::Version(v) | Value::PlainVersion(v) => self.string(v.to_text().as_bytes())?,
            Value::Certificate(c) => {
                let entries = [("Cert", &c.cert), ("Key", &c.key)]
                    .map(|(k, v)| (Text::from(k), Value::Text(v.clone())));
                self.dict(&Dict::any(Entries::from(entries)), depth)?;
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<(), Fault> {
        self.out.byte(b'[');
        for (at, item) in list.items().iter().enumerate() {
            if at > 0 {
                self.out.byte(b',');
            }
            self.line(depth + 1)?;
            self.value(item, depth + 1)?;
        }
        if !list.is_empty() {
            self.line(depth)?;
        }
        self.out.byte(b']');
        Ok(())
    }

    fn dict(&mut self, dict: &Dict, depth: usize) -> Result<(), Fault> {
        self.out.byte(b'{');
        let entries = dict.entries();
        let empty = entries.is_empty();
        for (at, (key, item)) in entries.into_iter().enumerate() {
            if at > 0 {
                self.out.byte(b',');
            }
            self.line(depth + 1)?;
            self.string(key.bytes())?;
            self.out.byte(b':');
            if self.style == Style::Pretty {
                self.out.byte(b' ');
            }
            self.value(&item, depth + 1)?;
        }
        if !empty {
            self.line(depth)?;
        }
        self.out.byte(b'}');
        Ok(())
    }

    fn line(&mut self, depth: usize) -> Result<(), Fault> {
        if self.style == Style::Pretty {
            self.context.budget.allocate(depth * 2)?;
            self.out.byte(b'\n');
            self.out.fill(b' ', depth * 2);
        }
        Ok(())
    }

    fn string(&mut self, text: &[u8]) -> Result<(), Fault> {
        self.context.budget.allocate(text.len())?;
        self.out.byte(b'"');
        for (_, c, width) in runes::indices(text) {
            match c {
                '"' => self.out.text("\\\""),
                '\\' => self.out.text("\\\\"),
                '\x08' => self.out.text("\\b"),
                '\x0c' => self.out.text("\\f"),
                '\n' => self.out.text("\\n"),
                '\r' => self.out.text("\\r"),
                '\t' => self.out.text("\\t"),
                '<' | '>' | '&' if self.style != Style::Raw => self.escape(c),
                '\u{2028}' | '\u{2029}' => self.escape(c),
                _ if c < ' ' => self.escape(c),
                _ if runes::is_bad(c, width) => self.out.text("\\ufffd"),
                _ => self.out.char(c),
            }
        }
        self.out.byte(b'"');
        Ok(())
    }

    fn escape(&mut self, c: char) {
        self.out.text(&format!("\\u{:04x}", u32::from(c)));
    }
}

/// A number as JavaScript shows it.
fn number(f: f64) -> String {
    let size = f.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = float::format_float(f, 'e', None);
        // e-09 becomes e-9.
        return match text.split_once("e-0") {
            Some((mantissa, digit)) => format!("{mantissa}e-{digit}"),
            None => text,
        };
    }
    float::format_float(f, 'f', None)
}

/// Reads a JSON text.
pub(crate) fn parse(context: &mut Context<'_>, text: &[u8]) -> Result<Value, Fault> {
    context.budget.spend_each(text.len() / 8)?;
    let mut reader = Reader {
        text,
        at: 0,
        context,
    };
    // Go checks the whole text before it makes a value of it.
    reader.blanks();
    let value = reader.value(0)?;
    reader.blanks();
    match reader.peek() {
        None => Ok(value),
        Some(byte) => Err(reader.invalid(byte, "after top-level value")),
    }
}

struct Reader<'a, 'c, 't> {
    text: &'t [u8],
    at: usize,
    context: &'a mut Context<'c>,
}

impl Reader<'_, '_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn invalid(&self, byte: u8, context: &str) -> Fault {
        let shown = match byte {
            b'\'' => "'\\''".into(),
            b'"' => "'\"'".into(),
            _ => {
                let quoted = super::quote::quoted(&latin(byte));
                format!("'{}'", quoted.trim_matches('"'))
            }
        };
        Fault::valued(
            "invalid JSON",
            format!("invalid character {shown} {context}"),
        )
    }

    /// What is wrong within a number, a word or an escape, where Go takes the end for a blank.
    fn unexpected_within(&self, context: &str) -> Fault {
        self.invalid(self.peek().unwrap_or(b' '), context)
    }

    /// What is wrong here, in Go's words.
    fn unexpected(&self, context: &str) -> Fault {
        match self.peek() {
            None => Fault::plain("unexpected end of JSON input"),
            Some(byte) => self.invalid(byte, context),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Value, Fault> {
        if depth > DEEPEST {
            return Err(Fault::plain("exceeded max depth"));
        }
        self.context.deep_enough(depth)?;
        self.context.budget.allocate(32)?;
        match self.peek() {
            Some(b'{') => stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.dict(depth)),
            Some(b'[') => stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.list(depth)),
            Some(b'"') => self.string().map(Value::Text),
            Some(b't') => self.word(b"true", Value::Bool(true)),
            Some(b'f') => self.word(b"false", Value::Bool(false)),
            Some(b'n') => self.word(b"null", Value::Nil),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected("looking for beginning of value")),
        }
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<Value, Fault> {
        for expected in word {
            if self.peek() != Some(*expected) {
                let name = String::from_utf8_lossy(word);
                let wanted = char::from(*expected);
                return Err(
                    self.unexpected_within(&format!("in literal {name} (expecting '{wanted}')"))
                );
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn digits(&mut self, context: &str) -> Result<(), Fault> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected_within(context));
        }
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        super::number::parse_float(text)
            .map(Value::Float)
            .map_err(|_| {
                let shown = String::from_utf8_lossy(text);
                Fault::valued(
                    "a JSON number is too large",
                    format!("json: cannot unmarshal number {shown} into Go value of type float64"),
                )
            })
    }

    fn list(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::List(List::any(items)));
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1)?);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::List(List::appended(Element::Any, items, 0)));
                }
                _ => return Err(self.unexpected("after array element")),
            }
        }
    }

    fn dict(&mut self, depth: usize) -> Result<Value, Fault> {
        self.at += 1;
        let mut entries = Entries::new();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Dict(Dict::any(entries)));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("after object key"));
            }
            self.at += 1;
            self.blanks();
            let value = self.value(depth + 1)?;
            self.context.budget.allocate(64)?;
            entries.insert(key, value);
            self.blanks();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Value::Dict(Dict::any(entries)));
                }
                _ => return Err(self.unexpected("after object key:value pair")),
            }
        }
    }

    fn hex(&mut self) -> Result<u32, Fault> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            value = value * 16
                + digit
                    .ok_or_else(|| self.unexpected_within("in \\u hexadecimal character escape"))?;
            self.at += 1;
        }
        Ok(value)
    }

    fn string(&mut self) -> Result<Text, Fault> {
        self.at += 1;
        let mut out = Buffer::new();
        loop {
            let Some(byte) = self.peek() else {
                return Err(Fault::plain("unexpected end of JSON input"));
            };
            match byte {
                b'"' => {
                    self.at += 1;
                    self.context.budget.allocate(out.len())?;
                    return Ok(out.finish());
                }
                b'\\' => {
                    self.at += 1;
                    self.escape(&mut out)?;
                }
                0..=0x1F => return Err(self.invalid(byte, "in string literal")),
                0x20..=0x7F => {
                    out.byte(byte);
                    self.at += 1;
                }
                _ => {
                    let (c, width) = runes::decode(self.text.get(self.at..).unwrap_or_default())
                        .unwrap_or((runes::BAD, 1));
                    out.char(c);
                    self.at += width;
                }
            }
        }
    }

    fn escape(&mut self, out: &mut Buffer) -> Result<(), Fault> {
        let byte = self.peek().unwrap_or(b' ');
        let plain = match byte {
            b'"' | b'\\' | b'/' => byte,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'u' => {
                self.at += 1;
                return self.unicode(out);
            }
            _ => return Err(self.invalid(byte, "in string escape code")),
        };
        out.byte(plain);
        self.at += 1;
        Ok(())
    }

    fn unicode(&mut self, out: &mut Buffer) -> Result<(), Fault> {
        let first = self.hex()?;
        if !(0xD800..0xE000).contains(&first) {
            out.char(char::from_u32(first).unwrap_or(runes::BAD));
            return Ok(());
        }
        // Half of a pair: the other half must follow, or it is U+FFFD alone.
        let back = self.at;
        if first < 0xDC00 && self.text.get(self.at..self.at + 2) == Some(b"\\u") {
            self.at += 2;
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                out.char(char::from_u32(code).unwrap_or(runes::BAD));
                return Ok(());
            }
            self.at = back;
        }
        out.char(runes::BAD);
        Ok(())
    }
}

/// A byte taken for a character.
fn latin(byte: u8) -> Vec<u8> {
    char::from(byte).to_string().into_bytes()
}
