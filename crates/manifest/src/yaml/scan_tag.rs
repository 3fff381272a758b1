//! Anchors, tags and directives.

use super::cursor::is_word;
use super::scan::{Scanned, Scanner};
use super::token::{Kind, Token};
use crate::error::{Fault, Problem};
use crate::span::Span;

impl<'a> Scanner<'a> {
    pub(super) fn anchor(&mut self, alias: bool) -> Scanned<Token<'a>> {
        let start = self.cursor.at;
        self.cursor.skip_ascii(1);
        let name = self.cursor.skip_while(is_word);
        let ends = self.cursor.is_space_or_end(0)
            || matches!(
                self.cursor.peek(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if name.is_empty() || !ends {
            let message = if alias {
                "`*` begins an alias, whose name consists of letters, digits, `-` and `_`; quote the value if it is text"
            } else {
                "`&` begins an anchor, whose name consists of letters, digits, `-` and `_`; quote the value if it is text"
            };
            return Err(Fault::new(start, Problem::Yaml(message)));
        }
        let kind = if alias {
            Kind::Alias(name)
        } else {
            Kind::Anchor(name)
        };
        Ok(Token {
            kind,
            span: Span::new(start, self.cursor.at),
        })
    }

    pub(super) fn tag(&mut self) -> Scanned<Token<'a>> {
        let start = self.cursor.at;
        let (handle, suffix) = if self.cursor.peek(1) == b'<' {
            self.cursor.skip_ascii(2);
            let uri = self.tag_uri(start, String::new(), false)?;
            if self.cursor.peek(0) != b'>' {
                return Err(Fault::new(
                    start,
                    Problem::Yaml("the tag `!<` has no closing `>`"),
                ));
            }
            self.cursor.skip_ascii(1);
            ("", uri)
        } else {
            let handle = self.tag_handle();
            if handle.len() > 1 && handle.ends_with('!') {
                (handle, self.tag_uri(start, String::new(), false)?)
            } else {
                let head = handle.trim_start_matches('!').to_owned();
                let suffix = self.tag_uri(start, head, true)?;
                // A lone `!` is the tag "!" itself.
                if suffix.is_empty() {
                    ("", "!".to_owned())
                } else {
                    ("!", suffix)
                }
            }
        };
        if !self.cursor.is_space_or_end(0) {
            return Err(Fault::new(
                start,
                Problem::Yaml(
                    "`!` begins a tag, which ends with a space; quote the value if it is text",
                ),
            ));
        }
        Ok(Token {
            kind: Kind::Tag { handle, suffix },
            span: Span::new(start, self.cursor.at),
        })
    }

    /// `!`, `!!` or `!word!`; or `!word`, which is no handle.
    fn tag_handle(&mut self) -> &'a str {
        let start = self.cursor.at;
        self.cursor.skip_ascii(1);
        self.cursor.skip_while(is_word);
        if self.cursor.peek(0) == b'!' {
            self.cursor.skip_ascii(1);
        }
        self.cursor.since(start)
    }

    fn tag_uri(&mut self, start: usize, head: String, head_counts: bool) -> Scanned<String> {
        let mut uri = head.into_bytes();
        let mut any = head_counts;
        loop {
            let part = self
                .cursor
                .skip_while(|b| is_word(b) || b";/?:@&=+$,.!~*'()[]".contains(&b));
            any |= !part.is_empty();
            uri.extend_from_slice(part.as_bytes());
            if self.cursor.peek(0) != b'%' {
                break;
            }
            any = true;
            self.uri_escape(start, &mut uri)?;
        }
        if !any {
            return Err(Fault::new(
                start,
                Problem::Yaml(
                    "`!` begins a tag, but no name follows; quote the value if it is text",
                ),
            ));
        }
        // Bytes that are no UTF-8 can only come from escapes; no tag that means anything has them.
        Ok(String::from_utf8_lossy(&uri).into_owned())
    }

    /// One character, each of its bytes as `%XX`.
    fn uri_escape(&mut self, start: usize, uri: &mut Vec<u8>) -> Scanned<()> {
        let bad = Fault::new(
            start,
            Problem::Yaml("a `%` in a tag must begin an escaped UTF-8 character"),
        );
        let mut left = None;
        while left != Some(0) {
            let hex = |b: u8| {
                char::from(b)
                    .to_digit(16)
                    .and_then(|d| u8::try_from(d).ok())
            };
            let (b'%', Some(high), Some(low)) = (
                self.cursor.peek(0),
                hex(self.cursor.peek(1)),
                hex(self.cursor.peek(2)),
            ) else {
                return Err(bad);
            };
            let octet = high << 4 | low;
            left = match (left, octet) {
                (None, 0x00..=0x7F) => Some(0),
                (None, 0xC0..=0xDF) => Some(1),
                (None, 0xE0..=0xEF) => Some(2),
                (None, 0xF0..=0xF7) => Some(3),
                (Some(n), 0x80..=0xBF) => Some(n - 1_u8),
                _ => return Err(bad),
            };
            uri.push(octet);
            self.cursor.skip_ascii(3);
        }
        Ok(())
    }

    pub(super) fn directive(&mut self) -> Scanned<Token<'a>> {
        let start = self.cursor.at;
        let bad = |message| Err(Fault::new(start, Problem::Yaml(message)));
        self.cursor.skip_ascii(1);
        let name = self.cursor.skip_while(is_word);
        if name.is_empty() || !self.cursor.is_space_or_end(0) {
            return bad(
                "a `%` at the beginning of a line begins a directive; quote the value if it is text",
            );
        }
        self.cursor.skip_while(|b| matches!(b, b' ' | b'\t'));
        let kind = match name {
            "YAML" => {
                let major = self.version_number();
                let dot = self.cursor.peek(0) == b'.';
                self.cursor.skip_ascii(usize::from(dot));
                match (major, self.version_number()) {
                    (Some(major), Some(minor)) if dot => Kind::Version { major, minor },
                    _ => return bad("the directive must be `%YAML 1.1`"),
                }
            }
            "TAG" => {
                if self.cursor.peek(0) != b'!' {
                    return bad(TAG_DIRECTIVE);
                }
                let handle = self.tag_handle();
                if !(handle == "!" || handle.len() > 1 && handle.ends_with('!'))
                    || !self.cursor.is_blank(0)
                {
                    return bad(TAG_DIRECTIVE);
                }
                self.cursor.skip_while(|b| matches!(b, b' ' | b'\t'));
                let prefix = self.tag_uri(start, String::new(), false)?;
                if !self.cursor.is_space_or_end(0) {
                    return bad(TAG_DIRECTIVE);
                }
                Kind::TagDirective { handle, prefix }
            }
            _ => return bad("unknown directive; only %YAML and %TAG are known"),
        };
        let end = self.cursor.at;
        self.rest_of_line(start, "text after a directive")?;
        Ok(Token {
            kind,
            span: Span::new(start, end),
        })
    }

    fn version_number(&mut self) -> Option<u8> {
        let digits = self.cursor.skip_while(|b| b.is_ascii_digit());
        if digits.len() > 2 {
            None
        } else {
            digits.parse().ok()
        }
    }

    /// Passes blanks, a comment and the line break, whose offset it returns; anything else is an error.
    pub(super) fn rest_of_line(&mut self, start: usize, message: &'static str) -> Scanned<usize> {
        self.cursor.skip_while(|b| matches!(b, b' ' | b'\t'));
        if self.cursor.peek(0) == b'#' {
            self.cursor.skip_line_content();
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(Fault::new(start, Problem::Yaml(message)));
        }
        let end = self.cursor.at;
        self.cursor.skip_break();
        Ok(end)
    }
}

const TAG_DIRECTIVE: &str = "the directive must have the form `%TAG !name! prefix`";
