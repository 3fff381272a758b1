//! JSON as Go's `encoding/json` writes it.

use lacre_secret::{SecretBytes, SecretWriter};

use super::JsonStyle;
use crate::map::Entry;
use crate::node::{Node, Value};

pub(super) fn write(node: &Node, style: JsonStyle, more: More) -> SecretBytes {
    let mut writer = Writer {
        out: SecretWriter::default(),
        style,
        more,
        depth: 0,
    };
    writer.node(node);
    writer.out.finish()
}

/// What only edits ask for.
#[derive(Clone, Copy, Default)]
pub(super) struct More {
    /// Also escapes what YAML does not allow, or takes for a line break.
    pub(super) within_yaml: bool,
    /// On one line, but with a space behind each comma and colon.
    pub(super) spaced: bool,
}

struct Writer {
    out: SecretWriter,
    style: JsonStyle,
    more: More,
    depth: usize,
}

impl Writer {
    fn node(&mut self, node: &Node) {
        match node.value() {
            Value::Null => self.out.push(b"null"),
            Value::Bool(true) => self.out.push(b"true"),
            Value::Bool(false) => self.out.push(b"false"),
            Value::Number(number) => self.out.push(number.json_text().as_bytes()),
            Value::String(text) => self.string(text.as_str()),
            Value::Seq(items) => {
                self.open(b"[");
                for (n, item) in items.iter().enumerate() {
                    self.item(n);
                    self.node(item);
                }
                self.close(items.is_empty(), b"]");
            }
            Value::Map(map) => {
                let mut entries: Vec<&Entry> = map.entries().collect();
                if self.style.sorted {
                    entries.sort_by(|a, b| a.key().cmp(b.key()));
                }
                self.open(b"{");
                for (n, entry) in entries.iter().enumerate() {
                    self.item(n);
                    self.string(entry.key());
                    let spaced = self.style.indented || self.more.spaced;
                    self.out.push(if spaced { b": " } else { b":" });
                    self.node(entry.value());
                }
                self.close(entries.is_empty(), b"}");
            }
        }
    }

    fn open(&mut self, bracket: &[u8]) {
        self.out.push(bracket);
        self.depth += 1;
    }

    fn item(&mut self, index: usize) {
        if index > 0 {
            self.out.push(if self.more.spaced { b", " } else { b"," });
        }
        self.new_line();
    }

    fn close(&mut self, empty: bool, bracket: &[u8]) {
        self.depth -= 1;
        if !empty {
            self.new_line();
        }
        self.out.push(bracket);
    }

    fn new_line(&mut self) {
        if self.style.indented {
            self.out.push(b"\n");
            (0..self.depth).for_each(|_| self.out.push(b"  "));
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push(b"\"");
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| self.is_escaped(c)) {
            let (plain, tail) = rest.split_at_checked(at).unwrap_or_default();
            self.out.push(plain.as_bytes());
            self.escape(c);
            rest = tail.get(c.len_utf8()..).unwrap_or_default();
        }
        self.out.push(rest.as_bytes());
        self.out.push(b"\"");
    }

    fn is_escaped(&self, c: char) -> bool {
        match c {
            '"' | '\\' | '\0'..='\x1F' | '\u{2028}' | '\u{2029}' => true,
            '<' | '>' | '&' => self.style.escape_html,
            '\x7F'..='\u{9F}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => self.more.within_yaml,
            _ => false,
        }
    }

    fn escape(&mut self, c: char) {
        match c {
            '"' => self.out.push(b"\\\""),
            '\\' => self.out.push(b"\\\\"),
            '\x08' => self.out.push(b"\\b"),
            '\x0C' => self.out.push(b"\\f"),
            '\n' => self.out.push(b"\\n"),
            '\r' => self.out.push(b"\\r"),
            '\t' => self.out.push(b"\\t"),
            _ => self.out.push(format!("\\u{:04x}", u32::from(c)).as_bytes()),
        }
    }
}
