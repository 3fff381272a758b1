//! YAML as goyaml.v2 writes it: block style, two spaces, lists at the column of their key.

use lacre_secret::{SecretBytes, SecretWriter};

use super::YamlStyle;
use super::order::sorted;
use super::scalar::{Style, is_break, is_multiline, is_printable, style_of};
use crate::map::Entry;
use crate::node::{Node, Value};

/// A key longer than this, in bytes, is written behind a `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// Lines are folded at the first space beyond this column.
const WIDTH: usize = 80;

pub(super) fn document(node: &Node, style: YamlStyle) -> SecretBytes {
    let mut writer = Writer::new(style);
    writer.node(node, Context::Root);
    writer.indent(None);
    writer.out.finish()
}

pub(super) fn double_quoted(text: &str) -> SecretBytes {
    let mut writer = Writer::new(YamlStyle::default());
    writer.double_quoted(text, None, false);
    writer.out.finish()
}

#[derive(Clone, Copy, PartialEq)]
enum Context {
    Root,
    Sequence,
    Mapping,
    SimpleKey,
}

/// Where the output stands. `at` is the column of the collection being written.
struct Writer {
    out: SecretWriter,
    style: YamlStyle,
    at: Option<usize>,
    /// In characters.
    column: usize,
    /// The last character separates tokens.
    whitespace: bool,
    /// Only indentation and `- `, `? `, `: ` have been written on this line.
    indention: bool,
}

impl Writer {
    fn new(style: YamlStyle) -> Self {
        Self {
            out: SecretWriter::default(),
            style,
            at: None,
            column: 0,
            whitespace: true,
            indention: true,
        }
    }

    fn put(&mut self, c: char) {
        self.out.push(c.encode_utf8(&mut [0; 4]).as_bytes());
        self.column += 1;
    }

    fn put_break(&mut self, c: char) {
        self.put(c);
        self.column = 0;
    }

    /// Begins a line at the column `to`, unless that is where the output stands.
    fn indent(&mut self, to: Option<usize>) {
        let to = to.unwrap_or(0);
        if !self.indention || self.column > to || (self.column == to && !self.whitespace) {
            self.put_break('\n');
        }
        while self.column < to {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    fn indicator(&mut self, text: &str, needs_space: bool, is_indention: bool) {
        if needs_space && !self.whitespace {
            self.put(' ');
        }
        text.chars().for_each(|c| self.put(c));
        self.whitespace = false;
        self.indention &= is_indention;
    }

    fn node(&mut self, node: &Node, context: Context) {
        match node.value() {
            Value::Null => self.word("null"),
            Value::Bool(true) => self.word("true"),
            Value::Bool(false) => self.word("false"),
            Value::Number(number) => self.word(&number.yaml_text()),
            Value::String(text) => self.string(text.as_str(), context),
            Value::Seq(items) if items.is_empty() => self.indicator("[]", true, false),
            Value::Map(map) if map.is_empty() => self.indicator("{}", true, false),
            Value::Seq(items) => {
                let outer = self.at;
                let compact = context == Context::Mapping && !self.indention;
                self.at = if compact {
                    outer
                } else {
                    Some(outer.map_or(0, |n| n + 2))
                };
                for item in items {
                    self.indent(self.at);
                    self.indicator("-", true, true);
                    self.node(item, Context::Sequence);
                }
                self.at = outer;
            }
            Value::Map(map) => {
                let outer = self.at;
                self.at = Some(outer.map_or(0, |n| n + 2));
                let mut entries: Vec<&Entry> = map.entries().collect();
                if self.style.sorted {
                    entries = sorted(entries, |entry| entry.key());
                }
                for entry in entries {
                    self.indent(self.at);
                    self.entry(entry.key(), entry.value(), self.at);
                }
                self.at = outer;
            }
        }
    }

    fn entry(&mut self, key: &str, value: &Node, at: Option<usize>) {
        if is_multiline(key) || key.len() > LONGEST_SIMPLE_KEY {
            self.indicator("?", true, true);
            self.string(key, Context::Mapping);
            self.indent(at);
            self.indicator(":", true, true);
        } else {
            self.string(key, Context::SimpleKey);
            self.indicator(":", false, false);
        }
        self.node(value, Context::Mapping);
    }

    fn word(&mut self, text: &str) {
        self.space();
        text.chars().for_each(|c| self.put(c));
        self.whitespace = false;
        self.indention = false;
    }

    fn space(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    fn string(&mut self, text: &str, context: Context) {
        let simple_key = context == Context::SimpleKey;
        let deeper = Some(self.at.map_or(2, |n| n + 2));
        let folds = !simple_key && self.style.folded;
        match style_of(text, simple_key) {
            Style::Plain => self.plain(text, deeper, folds),
            Style::SingleQuoted => self.single_quoted(text, deeper, folds),
            Style::DoubleQuoted => self.double_quoted(text, deeper, folds),
            Style::Literal => self.literal(text, deeper),
        }
    }

    fn plain(&mut self, text: &str, deeper: Option<usize>, folds: bool) {
        self.space();
        self.flowing(text, deeper, folds, false);
        self.whitespace = false;
        self.indention = false;
    }

    fn single_quoted(&mut self, text: &str, deeper: Option<usize>, folds: bool) {
        self.indicator("'", true, false);
        self.flowing(text, deeper, folds, true);
        self.indicator("'", false, false);
    }

    /// Text that is folded at single spaces. The breaks in it can only be such that are not folded in turn.
    fn flowing(&mut self, text: &str, deeper: Option<usize>, folds: bool, quoted: bool) {
        let mut after_space = false;
        let mut after_break = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let next = characters.peek().map(|&(_, next)| next);
            if c == ' ' {
                let inside = !quoted || (at > 0 && next.is_some());
                if folds && !after_space && self.column > WIDTH && inside && next != Some(' ') {
                    self.indent(deeper);
                } else {
                    self.put(' ');
                }
                after_space = true;
            } else if is_break(c) {
                self.put_break(c);
                self.indention = true;
                after_break = true;
            } else {
                if after_break {
                    self.indent(deeper);
                }
                if quoted && c == '\'' {
                    self.put('\'');
                }
                self.put(c);
                self.indention = false;
                after_space = false;
                after_break = false;
            }
        }
    }

    fn double_quoted(&mut self, text: &str, deeper: Option<usize>, folds: bool) {
        self.indicator("\"", true, false);
        // goyaml.v2 looks for the mark at the beginning of the text, whichever character it is at.
        let all_escaped = text.starts_with('\u{FEFF}');
        let mut after_space = false;
        let mut characters = text.char_indices().peekable();
        while let Some((at, c)) = characters.next() {
            let next = characters.peek().map(|&(_, next)| next);
            if all_escaped || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.escape(c);
                after_space = false;
            } else if c == ' ' {
                if folds && !after_space && self.column > WIDTH && at > 0 && next.is_some() {
                    self.indent(deeper);
                    if next == Some(' ') {
                        self.put('\\');
                    }
                } else {
                    self.put(' ');
                }
                after_space = true;
            } else {
                self.put(c);
                after_space = false;
            }
        }
        self.indicator("\"", false, false);
    }

    fn escape(&mut self, c: char) {
        let code = u32::from(c);
        let text = match c {
            '\0' => "\\0".to_owned(),
            '\x07' => "\\a".to_owned(),
            '\x08' => "\\b".to_owned(),
            '\t' => "\\t".to_owned(),
            '\n' => "\\n".to_owned(),
            '\x0B' => "\\v".to_owned(),
            '\x0C' => "\\f".to_owned(),
            '\r' => "\\r".to_owned(),
            '\x1B' => "\\e".to_owned(),
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\u{85}' => "\\N".to_owned(),
            '\u{A0}' => "\\_".to_owned(),
            '\u{2028}' => "\\L".to_owned(),
            '\u{2029}' => "\\P".to_owned(),
            _ if code <= 0xFF => format!("\\x{code:02X}"),
            _ if code <= 0xFFFF => format!("\\u{code:04X}"),
            _ => format!("\\U{code:08X}"),
        };
        text.chars().for_each(|c| self.put(c));
    }

    fn literal(&mut self, text: &str, deeper: Option<usize>) {
        self.indicator("|", true, false);
        if text.starts_with(' ') || text.starts_with(is_break) {
            self.indicator("2", false, false);
        }
        let mut from_end = text.chars().rev();
        match (from_end.next().map(is_break), from_end.next().map(is_break)) {
            (Some(true), Some(false)) => {}
            (Some(true), _) => self.indicator("+", false, false),
            _ => self.indicator("-", false, false),
        }
        self.put_break('\n');
        self.indention = true;
        self.whitespace = true;
        let mut after_break = true;
        for c in text.chars() {
            if is_break(c) {
                self.put_break(c);
                self.indention = true;
                after_break = true;
            } else {
                if after_break {
                    self.indent(deeper);
                }
                self.put(c);
                self.indention = false;
                after_break = false;
            }
        }
    }
}
