//! Mappings by indentation.

use lacre_secret::{SecretBytes, SecretWriter};

use super::place::{Spot, is_blank};
use super::scalar::block;
use super::{EditError, Splice};
use crate::map::Entry;
use crate::node::{Node, Value};
use crate::span::Span;

/// A new entry on lines of its own.
pub(super) fn insert(spot: &Spot<'_>, key: &str, value: &Node) -> Result<Splice, EditError> {
    let own = spot.own();
    let Some(first) = own.first() else {
        return Err(spot.unusual(spot.map.span(), "it has no key of its own"));
    };
    let indent = spot.indent(first.key_span().start);
    let lines = lines(
        spot,
        &block(&Node::map([(key, value.duplicate())])),
        &indent,
    );
    let mut text = SecretWriter::default();
    let at = match spot
        .rank(key)
        .checked_sub(1)
        .and_then(|before| own.get(before))
    {
        // Behind the line of the sibling before it, so that a comment above the next one stays there.
        Some(before) => {
            let end = end_of_lines(spot, before)?;
            if !spot.source.get(..end).unwrap_or_default().ends_with(b"\n") {
                text.push(spot.line_break());
            }
            text.push(&indent);
            text.push(lines.expose());
            if text_follows(spot, end) {
                text.push(spot.line_break());
            }
            end
        }
        None => {
            text.push(lines.expose());
            text.push(spot.line_break());
            text.push(&indent);
            first.key_span().start
        }
    };
    Ok(Splice {
        span: Span::new(at, at),
        text: text.finish(),
    })
}

/// A file that ends without a line break goes on ending without one.
fn text_follows(spot: &Spot<'_>, end: usize) -> bool {
    let before = spot.source.get(..end).unwrap_or_default();
    before.ends_with(b"\n") || end < spot.source.len()
}

/// The entry's lines, or what stands of it on a line that begins with something else.
pub(super) fn remove(spot: &Spot<'_>, entry: &Entry) -> Result<Splice, EditError> {
    let start = entry.key_span().start;
    let end = end_of_lines(spot, entry)?;
    let before = spot.line_before(start);
    let span = if is_blank(before) {
        Span::new(start - before.len(), end)
    } else {
        // `- a: 1`: the next key moves up behind the dash.
        let next = spot
            .own()
            .into_iter()
            .map(|other| other.key_span().start)
            .filter(|&other| other > start)
            .min();
        let between = |next| spot.source.get(end..next).unwrap_or_default();
        match next {
            Some(next) if is_blank(between(next)) => Span::new(start, next),
            _ => {
                return Err(
                    spot.unusual(entry.key_span(), "it shares its line with what must stay")
                );
            }
        }
    };
    Ok(Splice {
        span,
        text: SecretBytes::from_slice(b""),
    })
}

/// A value in the place of one that cannot be exchanged on its line.
pub(super) fn replace(
    spot: &Spot<'_>,
    entry: &Entry,
    old: Span,
    new: &Node,
) -> Result<Splice, EditError> {
    let colon = spot.colon(entry)?;
    let span = Span::new(colon + 1, if old.is_empty() { colon + 1 } else { old.end });
    let mut text = SecretWriter::default();
    let filled = match new.value() {
        Value::Map(map) => !map.is_empty(),
        Value::Seq(items) => !items.is_empty(),
        _ => false,
    };
    if filled {
        let mut indent = spot.indent(entry.key_span().start);
        indent.extend_from_slice(b"  ");
        text.push(spot.line_break());
        text.push(&indent);
        text.push(lines(spot, &block(new), &indent).expose());
    } else if let Some(string) = new.as_str() {
        text.push(b" ");
        let style = super::scalar::written(
            string,
            crate::node::Style::Plain,
            super::scalar::Surroundings::Block,
        );
        text.push(style.expose());
    } else {
        text.push(b" ");
        text.push(block(new).expose());
    }
    if span.of(spot.source).is_some_and(|old| old.ends_with(b"\n")) {
        text.push(spot.line_break());
    }
    Ok(Splice {
        span,
        text: text.finish(),
    })
}

/// `text` with every line but the first indented, and lines ended as in the source.
fn lines(spot: &Spot<'_>, text: &SecretBytes, indent: &[u8]) -> SecretBytes {
    let mut out = SecretWriter::with_capacity(text.len() * 2);
    for (n, line) in text.expose().split(|&byte| byte == b'\n').enumerate() {
        if n > 0 {
            out.push(spot.line_break());
            if !line.is_empty() {
                out.push(indent);
            }
        }
        out.push(line);
    }
    out.finish()
}

/// Offset behind the last line of an entry, its comment and line break included.
fn end_of_lines(spot: &Spot<'_>, entry: &Entry) -> Result<usize, EditError> {
    let end = spot.end(entry)?;
    if spot.source.get(..end).unwrap_or_default().ends_with(b"\n") {
        return Ok(end); // A block scalar.
    }
    let rest = spot.source.get(end..).unwrap_or_default();
    let line = rest
        .split_inclusive(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let text = line.trim_ascii();
    if text.is_empty() || text.starts_with(b"#") {
        Ok(end + line.len())
    } else {
        Err(spot.unusual(entry.key_span(), "something else stands on its line"))
    }
}
