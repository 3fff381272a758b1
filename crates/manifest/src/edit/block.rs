//! Mappings by indentation.

use lacre_secret::SecretBytes;

use super::EditError;
use super::comments;
use super::literal;
use super::place::{Spot, is_blank};
use super::scalar::{block, on_one_line};
use super::splice::{Splice, Text};
use crate::map::Entry;
use crate::node::{Node, Style};
use crate::span::Span;

/// A new entry on lines of its own.
pub(super) fn insert(spot: &Spot<'_>, key: &str, value: &Node) -> Result<Splice, EditError> {
    let own = spot.own();
    let Some(first) = own.first() else {
        return Err(spot.unusual(spot.map.span(), "it has no key of its own"));
    };
    let indent = spot.indent(first)?;
    let (rank, sorted) = spot.rank(key);
    let entry = lines(
        spot,
        &block(&Node::map([(key, value.duplicate())])),
        &indent,
    );
    let mut text = Text::default();
    let at = match rank.checked_sub(1).and_then(|before| own.get(before)) {
        // Behind the line of the sibling before it, so that a comment above the next one stays there.
        Some(before) => {
            let end = end_of_lines(spot, before)?;
            let line_ended = spot.source.get(..end).unwrap_or_default().ends_with(b"\n");
            if !line_ended {
                text.push(spot.line_break());
            }
            text.push(&indent);
            text.push(entry.expose());
            // A file that ends without a line break goes on ending without one.
            if line_ended || end < spot.source.len() {
                text.push(spot.line_break());
            }
            end
        }
        None => {
            text.push(entry.expose());
            text.push(spot.line_break());
            text.push(&indent);
            first.key_span().start
        }
    };
    Ok(Splice::entry(at, text.finish(), key, sorted))
}

/// The entry's lines, or what stands of it on a line that begins with something else.
pub(super) fn remove(spot: &Spot<'_>, entry: &Entry) -> Result<Splice, EditError> {
    spot.indent(entry)?;
    let start = entry.key_span().start;
    let end = end_of_lines(spot, entry)?;
    let before = spot.line_before(start);
    let span = if is_blank(before) {
        Span::new(start - before.len(), end)
    } else {
        // `- a: 1`: the next key moves up behind the dash.
        let starts = spot.own().into_iter().map(|other| other.key_span().start);
        let next = starts.filter(|&other| other > start).min();
        match next {
            Some(next) if is_blank(spot.source.get(end..next).unwrap_or_default()) => {
                Span::new(start, next)
            }
            _ => {
                let why = "it shares its line with what must stay";
                return Err(spot.unusual(entry.key_span(), why));
            }
        }
    };
    Ok(Splice::exchange(span, SecretBytes::from_slice(b"")))
}

/// A value in the place of one that cannot be exchanged where it stands. Comments behind the key stay there, as does
/// one behind a value written in one piece. Those in a block collection are about its items, and go with them.
pub(super) fn replace(
    spot: &Spot<'_>,
    entry: &Entry,
    span: Span,
    new: &Node,
) -> Result<Splice, EditError> {
    let old = entry.value();
    let indent = spot.indent(entry)?;
    let deeper = [indent.as_slice(), b"  "].concat();
    if let Some(text) = new.as_str()
        && let Some(literal) = literal::in_the_manner_of(old, spot.source, text, spot.line_break())
    {
        return Ok(literal);
    }
    let colon = spot.colon(entry)?;
    let end = if span.is_empty() { colon + 1 } else { span.end };
    let mut span = Span::new(colon + 1, end);
    let whole_lines = span.of(spot.source).is_some_and(|old| old.ends_with(b"\n"));
    let one_line = on_one_line(new, Style::Plain);
    let mut out = Text::default();
    if let Some(text) = &one_line {
        out.push(b" ");
        out.push(text.expose());
    }
    let of_key = comments::of_key(spot.between(colon + 1, entry));
    let of_scalar = comments::of_block_scalar(old, spot.source);
    for comment in of_key.as_deref().into_iter().chain(of_scalar) {
        spot.check_breaks(entry, comment)?;
        out.push(b" ");
        out.push(comment);
    }
    let of_items = old.style() == Style::Block && old.alias().is_none();
    if !whole_lines && (of_items || one_line.is_none()) {
        let rest = rest_of_line(spot, entry, span.end)?;
        let comment = rest.trim_ascii();
        if !of_items && !comment.is_empty() {
            out.push(b" ");
            out.push(comment);
        }
        let line_break = rest
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        span.end += rest.len() - line_break.count();
    }
    if one_line.is_none() {
        out.push(spot.line_break());
        out.push(&deeper);
        out.push(lines(spot, &block(new), &deeper).expose());
    }
    if whole_lines {
        out.push(spot.line_break());
    } else {
        spot.part_from_comment(span.end, &mut out);
    }
    Ok(Splice::exchange(span, out.finish()))
}

/// `text` with every line but the first indented, and lines ended as in the source.
fn lines(spot: &Spot<'_>, text: &SecretBytes, indent: &[u8]) -> SecretBytes {
    let mut out = Text::with_capacity(text.len() * 2);
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
    Ok(end + rest_of_line(spot, entry, end)?.len())
}

/// What stands behind `end` on its line, line break included: blanks and a comment, or it is an error.
fn rest_of_line<'a>(spot: &Spot<'a>, entry: &Entry, end: usize) -> Result<&'a [u8], EditError> {
    let rest = spot.source.get(end..).unwrap_or_default();
    let line = rest
        .split_inclusive(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let text = line.trim_ascii();
    spot.check_breaks(entry, line)?;
    if text.is_empty() || text.starts_with(b"#") {
        Ok(line)
    } else {
        Err(spot.unusual(entry.key_span(), "something else stands on its line"))
    }
}
