//! Where one document of a stream ends and the next begins, by the lines that kubectl splits at
//! (k8s.io/apimachinery `YAMLReader`).

use crate::MAX_NODES;
use crate::error::{Fault, Refusal};
use crate::span::{BYTE_ORDER_MARK, Span};

/// A piece of a stream that is read on its own.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) span: Span,
    /// Set if the piece cannot be read whatever it says.
    pub(crate) fault: Option<Fault>,
}

/// What a line that begins with `---` is.
#[derive(PartialEq)]
enum Separator {
    /// Nothing but blanks and a comment follow.
    Plain,
    /// `--- text`: for YAML a new document, for kubectl an error.
    Text,
    /// `---text`: for YAML a line of the document, for kubectl an error.
    Glued,
}

/// Splits a stream of YAML documents from byte `start` on. The separator line belongs to no chunk, unless it is the
/// first line of one. Beyond [`MAX_NODES`] chunks, which no reader takes, the rest is one.
pub(crate) fn split(text: &str, mut start: usize) -> Vec<Chunk> {
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut fault = None;
    let mut at = start;
    let whole = start == 0;
    let mut only_directives = true;
    for line in text.get(start..).unwrap_or_default().split_inclusive('\n') {
        if chunks.len() > MAX_NODES {
            break;
        }
        let line_start = at;
        at += line.len();
        let Some(after) = line.strip_prefix("---") else {
            only_directives &= is_directive_or_blank(line);
            continue;
        };
        let empty = line_start == start;
        match separator(after) {
            // `%YAML 1.1` and `---` begin one document, though kubectl takes the directive for another.
            Separator::Plain if only_directives && has_directive(text, start, line_start) => {}
            Separator::Plain if empty => {}
            Separator::Plain => {
                chunks.push(Chunk {
                    span: Span::new(start, line_start),
                    fault: fault.take(),
                });
                start = at;
            }
            Separator::Text => {
                if !empty {
                    chunks.push(Chunk {
                        span: Span::new(start, line_start),
                        fault: fault.take(),
                    });
                }
                start = line_start;
                fault = Some(Fault::new(line_start, Refusal::SeparatorText));
            }
            Separator::Glued => {
                fault.get_or_insert(Fault::new(line_start, Refusal::SeparatorText));
            }
        }
        only_directives = start == at;
    }
    if start < text.len() || (whole && chunks.is_empty()) {
        chunks.push(Chunk {
            span: Span::new(start, text.len()),
            fault,
        });
    }
    for chunk in &mut chunks {
        if chunk.fault.is_none()
            && let Some(found) = text
                .get(chunk.span.start..chunk.span.end)
                .and_then(|piece| piece.find("\r\r\n"))
        {
            chunk.fault = Some(Fault::new(chunk.span.start + found, Refusal::DoubledReturn));
        }
    }
    chunks
}

fn separator(after: &str) -> Separator {
    let content = after.trim_matches(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
    if content.is_empty() || content.starts_with('#') {
        Separator::Plain
    } else if after.starts_with([' ', '\t']) {
        Separator::Text
    } else {
        Separator::Glued
    }
}

fn is_directive_or_blank(line: &str) -> bool {
    let line = line.as_bytes();
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    line.first() == Some(&b'%') || matches!(line.trim_ascii_start().first(), None | Some(b'#'))
}

fn has_directive(text: &str, start: usize, end: usize) -> bool {
    text.get(start..end).is_some_and(|piece| {
        piece
            .lines()
            .any(|line| line.trim_start_matches('\u{FEFF}').starts_with('%'))
    })
}
