//! A position in the text, with the line breaks of YAML 1.1.

/// Walks UTF-8 text. Beyond the end it reads NUL, which the text itself must not contain.
pub(super) struct Cursor<'a> {
    text: &'a str,
    /// One past the text if it is to be read as if a line feed ended it.
    limit: usize,
    /// Byte offset.
    pub(super) at: usize,
    /// Characters since the line began.
    pub(super) column: usize,
    /// Number of line breaks passed.
    pub(super) line: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, at: usize, close_last_line: bool) -> Self {
        let open = at < text.len() && !text.ends_with('\n');
        let limit = text.len() + usize::from(close_last_line && open);
        Self {
            text,
            limit,
            at,
            column: 0,
            line: 0,
        }
    }

    /// The byte `ahead` of the position.
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        let at = self.at + ahead;
        match self.text.as_bytes().get(at) {
            Some(&byte) => byte,
            None if at < self.limit => b'\n',
            None => 0,
        }
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text from `start` to the position; both always lie between characters.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub(super) fn at_end(&self) -> bool {
        self.at >= self.limit
    }

    /// Length in bytes of the line break `ahead` of the position, 0 if there is none.
    pub(super) fn break_len(&self, ahead: usize) -> usize {
        match self.peek(ahead) {
            b'\n' => 1,
            b'\r' if self.peek(ahead + 1) == b'\n' => 2,
            b'\r' => 1,
            // U+0085
            0xC2 if self.peek(ahead + 1) == 0x85 => 2,
            // U+2028, U+2029
            0xE2 if self.peek(ahead + 1) == 0x80 && matches!(self.peek(ahead + 2), 0xA8 | 0xA9) => {
                3
            }
            _ => 0,
        }
    }

    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.peek(ahead), b' ' | b'\t')
    }

    /// A line break or the end.
    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        self.break_len(ahead) > 0 || self.at + ahead >= self.limit
    }

    /// A space, a tab, a line break or the end.
    pub(super) fn is_space_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    /// Passes `n` characters of one byte each.
    pub(super) fn skip_ascii(&mut self, n: usize) {
        // Never back: behind a line feed that is only read as if it were there, the position lies past the text.
        self.at = (self.at + n).min(self.text.len()).max(self.at);
        self.column += n;
    }

    /// Passes the line break at the position, if there is one, and returns what it reads as.
    pub(super) fn skip_break(&mut self) -> &'a str {
        let start = self.at;
        let len = self.break_len(0);
        if len == 0 {
            return "";
        }
        self.at += len;
        self.column = 0;
        self.line += 1;
        // U+2028 and U+2029 stay what they are; every other break is a line feed.
        if len == 3 { self.since(start) } else { "\n" }
    }

    /// Passes everything up to the line break, or the end.
    pub(super) fn skip_line_content(&mut self) {
        let mut characters = 0;
        let mut bytes = 0;
        for &byte in self.rest() {
            if matches!(byte, b'\n' | b'\r' | 0xC2 | 0xE2) && self.break_len(bytes) > 0 {
                break;
            }
            characters += usize::from(byte & 0xC0 != 0x80);
            bytes += 1;
        }
        self.at += bytes;
        self.column += characters;
    }

    /// Passes bytes while `wanted` holds; all of them are characters of their own.
    pub(super) fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        let n = self.rest().iter().take_while(|&&b| wanted(b)).count();
        self.skip_ascii(n);
        self.since(start)
    }

    /// `---` or `...` at the beginning of a line, with a space or the end behind it.
    pub(super) fn at_document_marker(&self) -> bool {
        self.column == 0
            && (self.rest().starts_with(b"---") || self.rest().starts_with(b"..."))
            && self.is_space_or_end(3)
    }
}

/// Letters of anchors, tag handles and directives.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
