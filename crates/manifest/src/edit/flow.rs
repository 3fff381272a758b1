//! Mappings in brackets: JSON, and YAML's `{a: b}`.

use lacre_secret::SecretBytes;

use super::EditError;
use super::place::{Spot, is_blank, value_span};
use super::scalar::{Surroundings, is_filled, json, written};
use super::splice::{Splice, Text};
use crate::emit::Layout;
use crate::emit::scalar::{Style as Written, style_of};
use crate::map::Entry;
use crate::node::{Node, Style};
use crate::span::Span;

/// A new entry, on a line of its own if its siblings have that.
pub(super) fn insert(spot: &Spot<'_>, key: &str, value: &Node) -> Result<Splice, EditError> {
    let own = spot.own();
    let entry = entry_text(spot, &own, key, value);
    let (rank, sorted) = spot.rank(key);
    let mut text = Text::default();
    let at = if let Some(next) = own.get(rank) {
        text.push(entry.expose());
        text.push(b",");
        push_gap(spot, next, &mut text);
        next.key_span().start
    } else if let Some(last) = own.last() {
        let end = spot.end(last)?;
        let comma = comma_behind(spot.source, end);
        let behind = comma.map_or(end, |comma| comma + 1);
        let comment =
            comment_behind(spot.source, behind).filter(|_| begun_line(spot, last).is_some());
        if let Some(comment) = comment {
            // The comment of the last entry stays on its line.
            text.push(if comma.is_some() { b"" } else { b"," });
            text.push(comment.of(spot.source).unwrap_or_default());
        } else if comma.is_none() {
            text.push(b",");
        }
        push_gap(spot, last, &mut text);
        text.push(entry.expose());
        // `{a: 1,}`: the comma stays behind the last.
        text.push(if comma.is_some() { b"," } else { b"" });
        if let Some(comment) = comment {
            return Ok(Splice::exchange(comment, text.finish()));
        }
        spot.part_from_comment(behind, &mut text);
        behind
    } else {
        return first(spot, &entry);
    };
    Ok(Splice::entry(at, text.finish(), key, sorted))
}

pub(super) fn remove(spot: &Spot<'_>, entry: &Entry) -> Result<Splice, EditError> {
    let own = spot.own();
    let start = entry.key_span().start;
    let at = own
        .iter()
        .position(|other| other.key_span().start == start)
        .unwrap_or_default();
    let before = at.checked_sub(1).and_then(|n| own.get(n));
    let span = match (before, own.get(at + 1)) {
        (_, Some(next)) => Span::new(start, next.key_span().start),
        (Some(before), None) => Span::new(spot.end(before)?, spot.end(entry)?),
        (None, None) => inside(spot.map.span()),
    };
    let gone = span.of(spot.source).unwrap_or_default();
    // A `#` within the value is no comment, but it does no harm to be careful.
    if spot.surroundings == Surroundings::Flow && gone.contains(&b'#') && gone.contains(&b'\n') {
        let why = "a comment stands between it and its neighbour";
        return Err(spot.unusual(entry.key_span(), why));
    }
    Ok(Splice::exchange(span, SecretBytes::from_slice(b"")))
}

/// An error if a comment stands between the brackets of an empty mapping: what it is about is anyone's guess.
pub(super) fn check_empty(spot: &Spot<'_>) -> Result<(), EditError> {
    let span = spot.map.span();
    if spot.map.style() == Style::Flow
        && inside(span)
            .of(spot.source)
            .is_some_and(|inside| inside.contains(&b'#'))
    {
        return Err(spot.unusual(span, "a comment stands between its brackets"));
    }
    Ok(())
}

/// The only entry of `{}`; indented JSON gets indented JSON.
fn first(spot: &Spot<'_>, entry: &SecretBytes) -> Result<Splice, EditError> {
    check_empty(spot)?;
    let span = inside(spot.map.span());
    let line = spot.line_before(spot.map.span().start);
    let blanks = line
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    let indent = line.get(..blanks).unwrap_or_default();
    let mut text = Text::default();
    let on_lines = spot.surroundings == Surroundings::Json && blanks > 0;
    if on_lines {
        text.push(spot.line_break());
        text.push(indent);
        text.push(b"  ");
    }
    text.push(entry.expose());
    if on_lines {
        text.push(spot.line_break());
        text.push(indent);
    }
    Ok(Splice::exchange(span, text.finish()))
}

fn entry_text(spot: &Spot<'_>, siblings: &[&Entry], key: &str, value: &Node) -> SecretBytes {
    let quoted = siblings
        .first()
        .is_some_and(|sibling| sibling.key.style == Style::DoubleQuoted);
    let style = if quoted || style_of(key, true) == Written::DoubleQuoted {
        Style::DoubleQuoted
    } else {
        Style::Plain
    };
    let mut text = Text::default();
    text.push(written(key, style, spot.surroundings).expose());
    let layout = layout(spot, siblings);
    text.push(if layout == Layout::Compact {
        b":"
    } else {
        b": "
    });
    text.push(value_text(spot, siblings, value).expose());
    text.finish()
}

/// A value in the place of another. A collection that stood on one line makes way for one that does.
pub(super) fn replacing(spot: &Spot<'_>, entry: &Entry, new: &Node) -> SecretBytes {
    let old = entry.value();
    let text = old.span().of(spot.source).unwrap_or_default();
    let siblings = spot.own();
    if is_filled(old) && old.alias().is_none() && !text.contains(&b'\n') {
        json(new, layout(spot, &siblings))
    } else {
        value_text(spot, &siblings, new)
    }
}

/// A value beside these siblings: over lines if the first of them begins one.
fn value_text(spot: &Spot<'_>, siblings: &[&Entry], value: &Node) -> SecretBytes {
    let line = siblings
        .first()
        .and_then(|sibling| begun_line(spot, sibling));
    match (value.as_str(), line) {
        (Some(string), _) => written(string, Style::Plain, spot.surroundings),
        (None, None) => json(value, layout(spot, siblings)),
        (None, Some(indent)) => {
            let mut text = Text::default();
            let value = json(value, Layout::Lines);
            for (n, line) in value.expose().split(|&byte| byte == b'\n').enumerate() {
                if n > 0 {
                    text.push(spot.line_break());
                    text.push(indent);
                }
                text.push(line);
            }
            text.finish()
        }
    }
}

/// How a collection is written on one line beside these siblings.
fn layout(spot: &Spot<'_>, siblings: &[&Entry]) -> Layout {
    match siblings.first() {
        Some(sibling) if is_compact(spot, sibling) => Layout::Compact,
        _ => Layout::Spaced,
    }
}

/// Written as in JSON without a blank behind its colons. The document may be JSON but for a value that is exchanged.
fn is_compact(spot: &Spot<'_>, sibling: &Entry) -> bool {
    let colon = spot.find_colon(sibling);
    let value = value_span(sibling.value());
    sibling.key.style == Style::DoubleQuoted
        && !value.is_empty()
        && colon.is_some_and(|colon| colon + 1 == value.start)
}

/// The indentation of a sibling that begins a line.
fn begun_line<'a>(spot: &Spot<'a>, sibling: &Entry) -> Option<&'a [u8]> {
    let before = spot.line_before(sibling.key_span().start);
    (is_blank(before) && before.len() < sibling.key_span().start).then_some(before)
}

/// What stands between two entries: a line break and the sibling's indentation if the sibling begins a line.
fn push_gap(spot: &Spot<'_>, sibling: &Entry, text: &mut Text) {
    if let Some(indent) = begun_line(spot, sibling) {
        text.push(spot.line_break());
        text.push(indent);
    } else if !is_compact(spot, sibling) {
        text.push(b" ");
    }
}

/// Offset of a comma that follows `end`, comments and blanks aside.
fn comma_behind(source: &[u8], end: usize) -> Option<usize> {
    let mut at = end;
    let mut comment = false;
    loop {
        match source.get(at)? {
            b'\n' => comment = false,
            _ if comment => {}
            b'#' => comment = true,
            b',' => return Some(at),
            byte if byte.is_ascii_whitespace() => {}
            _ => return None,
        }
        at += 1;
    }
}

/// The blanks and the comment that end the line behind `end`.
fn comment_behind(source: &[u8], end: usize) -> Option<Span> {
    let line = source.get(end..)?.split(|&byte| byte == b'\n').next()?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let is_comment = line.trim_ascii_start().starts_with(b"#");
    is_comment.then_some(Span::new(end, end + line.len()))
}

fn inside(brackets: Span) -> Span {
    Span::new(
        brackets.start + 1,
        brackets.end.saturating_sub(1).max(brackets.start + 1),
    )
}
