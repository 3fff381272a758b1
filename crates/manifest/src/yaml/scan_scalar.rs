//! Plain and quoted scalars. Both may go over several lines: one line break reads as a space, each further one as a
//! line feed.

use super::cursor::Cursor;
use super::scan::{Scanned, Scanner};
use super::token::{Kind, Token};
use crate::error::{Fault, Problem};
use crate::node::Style;
use crate::span::Span;
use crate::text::StretchWriter;

/// The white space between two pieces of a scalar, until it is known whether anything follows.
#[derive(Default)]
struct Gap<'a> {
    /// Blanks on the same line.
    blanks: Span,
    /// The first line break.
    first: &'a str,
    /// The others.
    others: String,
    /// A line break came; an escaped one counts, though it reads as nothing.
    broken: bool,
}

impl<'a> Gap<'a> {
    /// Passes blanks and breaks; `stray_tab` tells whether a tab at this place is an error.
    fn pass(
        &mut self,
        cursor: &mut Cursor<'a>,
        stray_tab: impl Fn(&Cursor<'a>) -> bool,
    ) -> Result<(), usize> {
        loop {
            if cursor.is_blank(0) {
                if self.broken {
                    if cursor.peek(0) == b'\t' && stray_tab(cursor) {
                        return Err(cursor.at);
                    }
                    cursor.skip_ascii(1);
                } else {
                    let start = cursor.at;
                    cursor.skip_while(|b| matches!(b, b' ' | b'\t'));
                    self.blanks = Span::new(start, cursor.at);
                }
            } else if cursor.break_len(0) > 0 {
                if self.broken {
                    self.others.push_str(cursor.skip_break());
                } else {
                    self.first = cursor.skip_break();
                    self.broken = true;
                }
            } else {
                return Ok(());
            }
        }
    }

    /// Writes what the gap reads as, and forgets it.
    fn write(&mut self, out: &mut StretchWriter<'a>) {
        if !self.broken {
            out.push_source(self.blanks);
        } else if self.first == "\n" && self.others.is_empty() {
            out.push(" ");
        } else {
            // A first U+2028 or U+2029 is kept, a first line feed stands for the space.
            if self.first != "\n" {
                out.push(self.first);
            }
            out.push(&self.others);
        }
        *self = Self::default();
    }

    fn is_empty(&self) -> bool {
        !self.broken && self.blanks.is_empty()
    }
}

impl<'a> Scanner<'a> {
    pub(super) fn plain_scalar(&mut self) -> Scanned<Token<'a>> {
        let start = self.cursor.at;
        let mut end = start;
        let mut text = StretchWriter::new(self.cursor.text());
        let mut gap = Gap::default();
        let in_flow = self.flow_level > 0;
        let deeper = self.indent + 1;
        while !self.cursor.at_document_marker() && self.cursor.peek(0) != b'#' {
            let piece = self.plain_piece(in_flow);
            if !piece.is_empty() {
                if !gap.is_empty() {
                    gap.write(&mut text);
                }
                text.push_source(piece);
                end = self.cursor.at;
            }
            if !self.cursor.is_blank(0) && self.cursor.break_len(0) == 0 {
                break;
            }
            let too_far_left = |cursor: &Cursor<'_>| column(cursor) < deeper;
            gap.pass(&mut self.cursor, too_far_left).map_err(|_| {
                Fault::new(
                    start,
                    Problem::Yaml("a tab in the indentation of a text's further lines; use spaces"),
                )
            })?;
            if !in_flow && column(&self.cursor) < deeper {
                break;
            }
        }
        if gap.broken {
            self.key_allowed = true;
        }
        Ok(Token {
            kind: Kind::Scalar {
                text: text.finish(),
                style: Style::Plain,
            },
            span: Span::new(start, end),
        })
    }

    /// Passes the characters up to a blank, a break or what ends a plain scalar.
    fn plain_piece(&mut self, in_flow: bool) -> Span {
        let start = self.cursor.at;
        let mut bytes = 0;
        let mut characters = 0;
        for &byte in self.cursor.rest() {
            let ends = match byte {
                b' ' | b'\t' | b'\n' | b'\r' => true,
                b':' => self.cursor.is_space_or_end(bytes + 1),
                b',' | b'?' | b'[' | b']' | b'{' | b'}' => in_flow,
                0xC2 | 0xE2 => self.cursor.break_len(bytes) > 0,
                _ => false,
            };
            if ends {
                break;
            }
            bytes += 1;
            characters += usize::from(byte & 0xC0 != 0x80);
        }
        self.cursor.at += bytes;
        self.cursor.column += characters;
        Span::new(start, self.cursor.at)
    }

    pub(super) fn quoted_scalar(&mut self, style: Style) -> Scanned<Token<'a>> {
        let start = self.cursor.at;
        let quote = if style == Style::DoubleQuoted {
            b'"'
        } else {
            b'\''
        };
        self.cursor.skip_ascii(1);
        let mut text = StretchWriter::new(self.cursor.text());
        loop {
            if self.cursor.at_document_marker() {
                return Err(Fault::new(
                    start,
                    Problem::Yaml(
                        "a quoted text goes on past a line `---` or `...`; is its closing quote missing?",
                    ),
                ));
            }
            if self.cursor.at_end() {
                return Err(Fault::new(
                    start,
                    Problem::Yaml("a quoted text has no closing quote"),
                ));
            }
            let mut gap = Gap {
                broken: self.quoted_piece(quote, start, &mut text)?,
                ..Gap::default()
            };
            if self.cursor.peek(0) == quote {
                break;
            }
            let escaped = gap.broken;
            gap.pass(&mut self.cursor, |_| false).unwrap_or_default();
            if escaped {
                text.push(&gap.others);
            } else {
                gap.write(&mut text);
            }
        }
        self.cursor.skip_ascii(1);
        Ok(Token {
            kind: Kind::Scalar {
                text: text.finish(),
                style,
            },
            span: Span::new(start, self.cursor.at),
        })
    }

    /// Passes the characters up to a blank, a break or the closing quote. True if an escaped line break ended them.
    fn quoted_piece(
        &mut self,
        quote: u8,
        start: usize,
        text: &mut StretchWriter<'a>,
    ) -> Scanned<bool> {
        loop {
            let from = self.cursor.at;
            let mut bytes = 0;
            let mut characters = 0;
            for &byte in self.cursor.rest() {
                let ends = match byte {
                    b' ' | b'\t' | b'\n' | b'\r' => true,
                    b'\\' => quote == b'"',
                    0xC2 | 0xE2 => self.cursor.break_len(bytes) > 0,
                    _ => byte == quote,
                };
                if ends {
                    break;
                }
                bytes += 1;
                characters += usize::from(byte & 0xC0 != 0x80);
            }
            self.cursor.at += bytes;
            self.cursor.column += characters;
            text.push_source(Span::new(from, self.cursor.at));
            match self.cursor.peek(0) {
                b'\'' if quote == b'\'' && self.cursor.peek(1) == b'\'' => {
                    text.push("'");
                    self.cursor.skip_ascii(2);
                }
                b'\\' if quote == b'"' && self.cursor.break_len(1) > 0 => {
                    self.cursor.skip_ascii(1);
                    self.cursor.skip_break();
                    return Ok(true);
                }
                b'\\' if quote == b'"' => self.escape(start, text)?,
                _ => return Ok(false),
            }
        }
    }

    fn escape(&mut self, start: usize, text: &mut StretchWriter<'a>) -> Scanned<()> {
        let at = self.cursor.at;
        let plain = match self.cursor.peek(1) {
            b'0' => '\0',
            b'a' => '\x07',
            b'b' => '\x08',
            b't' | b'\t' => '\t',
            b'n' => '\n',
            b'v' => '\x0B',
            b'f' => '\x0C',
            b'r' => '\r',
            b'e' => '\x1B',
            b' ' => ' ',
            b'"' => '"',
            b'\'' => '\'',
            b'\\' => '\\',
            b'N' => '\u{85}',
            b'_' => '\u{A0}',
            b'L' => '\u{2028}',
            b'P' => '\u{2029}',
            b'x' => self.code_escape(at, 2)?,
            b'u' => self.code_escape(at, 4)?,
            b'U' => self.code_escape(at, 8)?,
            0 => {
                return Err(Fault::new(
                    start,
                    Problem::Yaml("a quoted text has no closing quote"),
                ));
            }
            _ => return Err(Fault::new(at, Problem::Yaml(UNKNOWN_ESCAPE))),
        };
        self.cursor.skip_ascii(2);
        text.push_char(plain);
        Ok(())
    }

    /// The character of `\x`, `\u` or `\U`; passes its digits but for two, which stand for the `\x` itself.
    fn code_escape(&mut self, at: usize, digits: usize) -> Scanned<char> {
        let mut code = 0_u32;
        for n in 0..digits {
            let Some(digit) = char::from(self.cursor.peek(2 + n)).to_digit(16) else {
                return Err(Fault::new(
                    at,
                    Problem::Yaml(
                        "an escape `\\x`, `\\u` or `\\U` needs 2, 4 or 8 hexadecimal digits",
                    ),
                ));
            };
            code = code << 4 | digit;
        }
        self.cursor.skip_ascii(digits);
        char::from_u32(code).ok_or_else(|| {
            Fault::new(at, Problem::Yaml("the escape names no character; YAML has no surrogate pairs, write `\\U` with 8 digits"))
        })
    }
}

fn column(cursor: &Cursor<'_>) -> isize {
    isize::try_from(cursor.column).unwrap_or(isize::MAX)
}

const UNKNOWN_ESCAPE: &str =
    "unknown escape in a double-quoted text; a backslash that is meant is written `\\\\`";
