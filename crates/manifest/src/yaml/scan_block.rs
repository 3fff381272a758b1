//! Block scalars: `|` keeps line breaks, `>` folds them.

use super::scan::{Scanned, Scanner};
use super::token::{Kind, Token};
use crate::error::{Fault, Problem};
use crate::node::Style;
use crate::span::Span;
use crate::text::TextWriter;

#[derive(PartialEq)]
enum Chomp {
    Strip,
    Clip,
    Keep,
}

impl<'a> Scanner<'a> {
    pub(super) fn block_scalar(&mut self, literal: bool) -> Scanned<Token<'a>> {
        let start = self.cursor.at;
        self.cursor.skip_ascii(1);
        let (chomp, increment) = self.block_header(start)?;
        let mut end = self.rest_of_line(start, "only `+`, `-`, a digit or a comment may follow `|` or `>` on its line; quote the value if it is text")?;

        let parent = usize::try_from(self.indent).unwrap_or(0);
        let mut indent = if increment == 0 {
            0
        } else {
            parent + increment
        };
        let mut text = TextWriter::default();
        // The break that ends the last line, and the empty lines after it.
        let mut last_break = "";
        let mut breaks = self.block_breaks(&mut indent, start)?;
        let mut after_blank = false;
        while self.cursor.column == indent && !self.cursor.at_end() {
            let blank = self.cursor.is_blank(0);
            if !literal && !after_blank && !blank && last_break == "\n" {
                if breaks.is_empty() {
                    text.push(" ");
                }
            } else {
                text.push(last_break);
            }
            text.push(&breaks);
            after_blank = blank;
            let line = self.cursor.at;
            self.cursor.skip_line_content();
            text.push(self.cursor.since(line));
            end = self.cursor.at;
            last_break = self.cursor.skip_break();
            breaks = self.block_breaks(&mut indent, start)?;
        }
        if chomp != Chomp::Strip {
            text.push(last_break);
        }
        if chomp == Chomp::Keep {
            text.push(&breaks);
            end = end.max(self.block_end).min(self.cursor.len());
        }
        let style = if literal {
            Style::Literal
        } else {
            Style::Folded
        };
        Ok(Token {
            kind: Kind::Scalar {
                text: text.finish(),
                style,
            },
            span: Span::new(start, end),
        })
    }

    /// `+`, `-` and a digit, in either order.
    fn block_header(&mut self, start: usize) -> Scanned<(Chomp, usize)> {
        let mut chomp = Chomp::Clip;
        let mut increment = 0;
        for _ in 0..2 {
            match self.cursor.peek(0) {
                b'+' if chomp == Chomp::Clip => chomp = Chomp::Keep,
                b'-' if chomp == Chomp::Clip => chomp = Chomp::Strip,
                b'0' if increment == 0 => {
                    return Err(Fault::new(
                        start,
                        Problem::Yaml("the indentation of a block text must be 1 to 9"),
                    ));
                }
                digit @ b'1'..=b'9' if increment == 0 => increment = usize::from(digit - b'0'),
                _ => break,
            }
            self.cursor.skip_ascii(1);
        }
        Ok((chomp, increment))
    }

    /// Passes indentation and empty lines, and finds the indentation if it is not known. Returns the breaks.
    fn block_breaks(&mut self, indent: &mut usize, start: usize) -> Scanned<String> {
        let mut breaks = String::new();
        let mut widest = 0;
        self.block_end = self.cursor.at;
        loop {
            while (*indent == 0 || self.cursor.column < *indent) && self.cursor.peek(0) == b' ' {
                self.cursor.skip_ascii(1);
            }
            widest = widest.max(self.cursor.column);
            if (*indent == 0 || self.cursor.column < *indent) && self.cursor.peek(0) == b'\t' {
                return Err(Fault::new(
                    start,
                    Problem::Yaml("a tab in the indentation of a block text; use spaces"),
                ));
            }
            if self.cursor.break_len(0) == 0 {
                break;
            }
            breaks.push_str(self.cursor.skip_break());
            self.block_end = self.cursor.at;
        }
        if *indent == 0 {
            let parent = usize::try_from(self.indent + 1).unwrap_or(0);
            *indent = widest.max(parent).max(1);
        }
        Ok(breaks)
    }
}
