//! JSON as Go's `encoding/json` reads it, with the place of every value; strict about everything, but reporting
//! doubled keys and not refusing them.

use std::collections::HashMap;

use crate::error::{Fault, Problem, Refusal};
use crate::map::{Entry, Key, KeyKind, Map};
use crate::node::{Node, Style, Value};
use crate::number::Number;
use crate::span::Span;
use crate::text::{Text, TextWriter};
use crate::{MAX_DEPTH, MAX_NODES};

/// The object at the beginning of `text`, and where it stands.
pub(crate) fn leading_object(text: &str) -> Option<(Node, Span)> {
    let mut reader = Reader::new(text);
    let node = reader.next_value().ok().flatten()?;
    let is_object = node.as_map().is_some();
    is_object.then_some((node, reader.last_span()))
}

/// Reads one value after the next.
pub(crate) struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Where the value read last begins.
    start: usize,
    nodes: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            start: 0,
            nodes: 0,
            depth: 0,
        }
    }

    /// The next value of the stream, or `None` at its end.
    pub(crate) fn next_value(&mut self) -> Result<Option<Node>, Fault> {
        self.skip_space();
        if self.at >= self.text.len() {
            return Ok(None);
        }
        self.start = self.at;
        self.nodes = 0;
        self.depth = 0;
        self.value().map(Some)
    }

    /// The bytes of the value read last, or of what was skipped for it.
    pub(crate) fn last_span(&self) -> Span {
        Span::new(self.start, self.at)
    }

    /// After an error: goes on at the next line that begins with `{`.
    pub(crate) fn skip_to_next_object(&mut self) {
        let from = self.at.max(self.start + 1);
        let next = self
            .text
            .as_bytes()
            .get(from - 1..)
            .and_then(|rest| rest.windows(2).position(|w| w == b"\n{"));
        self.at = next.map_or(self.text.len(), |n| from + n);
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault<T>(&self, message: &'static str) -> Result<T, Fault> {
        Err(Fault::new(self.at, Problem::Json(message)))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Node, Fault> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(Fault::new(self.at, Refusal::TooManyNodes));
        }
        let start = self.at;
        let (value, style) = match self.peek() {
            Some(b'{') => (Value::Map(self.nested(Self::object)?), Style::Flow),
            Some(b'[') => (Value::Seq(self.nested(Self::array)?), Style::Flow),
            Some(b'"') => (Value::String(self.string()?), Style::DoubleQuoted),
            Some(b'-' | b'0'..=b'9') => (Value::Number(self.number()?), Style::Plain),
            Some(b't') => (self.word("true", Value::Bool(true))?, Style::Plain),
            Some(b'f') => (self.word("false", Value::Bool(false))?, Style::Plain),
            Some(b'n') => (self.word("null", Value::Null)?, Style::Plain),
            Some(_) => {
                return self
                    .fault("a value must stand here: text in double quotes, a number, `{` or `[`");
            }
            None => {
                return self.fault("the text ends within a value; is a closing bracket missing?");
            }
        };
        Ok(Node::new(value, Span::new(start, self.at), style))
    }

    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(self.at, Refusal::TooDeep));
        }
        self.at += 1;
        self.skip_space();
        let result = read(self)?;
        self.depth -= 1;
        Ok(result)
    }

    /// After an item: true if another one follows, false behind the closing bracket.
    fn separator(&mut self, close: u8, message: &'static str) -> Result<bool, Fault> {
        self.skip_space();
        let Some(byte) = self.peek().filter(|&b| b == b',' || b == close) else {
            return self.fault(message);
        };
        self.at += 1;
        if byte == close {
            return Ok(false);
        }
        self.skip_space();
        if self.peek() == Some(close) {
            return self.fault("a comma too many: JSON has none before the closing bracket");
        }
        Ok(true)
    }

    fn array(&mut self) -> Result<Vec<Node>, Fault> {
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(self.value()?);
            if !self.separator(b']', "a `,` or `]` must stand here")? {
                items.shrink_to_fit();
                return Ok(items);
            }
        }
    }

    fn object(&mut self) -> Result<Map, Fault> {
        let mut map = Map::default();
        let mut seen: HashMap<String, usize> = HashMap::new();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(map);
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.fault("a key in double quotes must stand here");
            }
            let text = self.string()?;
            let key = Key {
                text,
                span: Span::new(start, self.at),
                style: Style::DoubleQuoted,
                kind: KeyKind::String,
                source: None,
            };
            self.skip_space();
            if self.peek() != Some(b':') {
                return self.fault("a `:` must follow the key");
            }
            self.at += 1;
            self.skip_space();
            let value = self.value()?;
            let new = map.entries.len();
            if let Some(old) = seen.insert(key.text.as_str().to_owned(), new)
                && let Some(entry) = map.entries.get_mut(old)
            {
                entry.overridden_by = u32::try_from(new).ok();
            }
            map.entries.push(Entry {
                key,
                value,
                merged: false,
                overridden_by: None,
                collides: false,
            });
            if !self.separator(b'}', "a `,` or `}` must stand here")? {
                map.entries.shrink_to_fit();
                return Ok(map);
            }
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Fault> {
        if !self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            return self
                .fault("unknown word: JSON has true, false and null; text needs double quotes");
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Number, Fault> {
        let start = self.at;
        let digits = |reader: &mut Self| {
            let from = reader.at;
            while matches!(reader.peek(), Some(b'0'..=b'9')) {
                reader.at += 1;
            }
            reader.at > from
        };
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let whole = self.at;
        let mut good = digits(self)
            && !(self.text.as_bytes().get(whole) == Some(&b'0') && self.at > whole + 1);
        if good && self.peek() == Some(b'.') {
            self.at += 1;
            good = digits(self);
        }
        if good && matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            good = digits(self);
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        if !good {
            return self.fault("not a number in JSON; text needs double quotes");
        }
        if let Ok(n) = text.parse::<i64>()
            && text != "-0"
        {
            return Ok(Number::Int(n));
        }
        if let Ok(n) = text.parse::<u64>() {
            return Ok(Number::UInt(n));
        }
        match text.parse::<f64>() {
            Ok(n) if n.is_finite() => Ok(Number::Float(n)),
            _ => Err(Fault::new(
                start,
                Problem::Json("the number is beyond the range of a 64-bit float"),
            )),
        }
    }

    fn string(&mut self) -> Result<Text, Fault> {
        let start = self.at;
        self.at += 1;
        let mut text = TextWriter::default();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let piece = rest
                .bytes()
                .take_while(|&b| b != b'"' && b != b'\\' && b >= 0x20)
                .count();
            text.push(rest.get(..piece).unwrap_or_default());
            self.at += piece;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text.finish());
                }
                Some(b'\\') => {
                    let c = self.escape()?;
                    text.push_char(c);
                }
                Some(_) => return self.fault("a line break or control character within a text; write it as an escape (`\\n`)"),
                None => return Err(Fault::new(start, Problem::Json("a text has no closing quote"))),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Fault> {
        let c = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0C',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => {
                return self.fault(
                    "unknown escape in a text; a backslash that is meant is written `\\\\`",
                );
            }
        };
        self.at += 2;
        Ok(c)
    }

    /// `\uXXXX`, two of them for a character beyond U+FFFF. Half a pair reads as U+FFFD, as in Go.
    fn unicode_escape(&mut self) -> Result<char, Fault> {
        let Some(high) = self.hex_unit(self.at) else {
            return self.fault("an escape `\\u` needs 4 hexadecimal digits");
        };
        self.at += 6;
        if let 0xD800..=0xDBFF = high
            && let Some(low @ 0xDC00..=0xDFFF) = self.hex_unit(self.at)
        {
            self.at += 6;
            let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex_unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
        if digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            u32::from_str_radix(digits, 16).ok()
        } else {
            None
        }
    }
}
