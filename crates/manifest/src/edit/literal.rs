//! Block scalars that stay block scalars.

use super::splice::{Splice, Text};
use crate::emit::scalar::fits_block;
use crate::node::{Node, Style};

/// Exchanges the text of a block scalar: indicator, comment and indentation are kept. None if the text needs quotes
/// there, or if the old scalar shows no indentation or has a tag to obey.
pub(super) fn in_the_manner_of(
    old: &Node,
    source: &[u8],
    text: &str,
    line_break: &[u8],
) -> Option<Splice> {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    let fits = match old.style() {
        Style::Literal => true,
        // Folding would join them.
        Style::Folded => !lines.contains('\n'),
        _ => false,
    };
    let tagged = old.extra.as_ref().is_some_and(|extra| extra.tagged);
    // Empty lines at the end would run together with those behind the scalar.
    if !fits
        || tagged
        || old.alias().is_some()
        || lines.is_empty()
        || lines.ends_with('\n')
        || !fits_block(text)
    {
        return None;
    }
    let bytes = old.span().of(source)?;
    let mut rows = bytes.split(|&byte| byte == b'\n');
    let (indicator, rest) = rows.next()?.trim_ascii_end().split_first()?;
    let described = rest
        .iter()
        .take_while(|&&byte| matches!(byte, b'+' | b'-' | b'0'..=b'9'))
        .count();
    let (indicators, comment) = rest.split_at_checked(described)?;
    if indicators.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let first = rows.find(|row| !row.trim_ascii().is_empty())?;
    let indent = first.get(..first.iter().take_while(|&&byte| byte == b' ').count())?;
    let mut out = Text::default();
    out.push(&[*indicator]);
    out.push(if text.ends_with('\n') { b"" } else { b"-" });
    out.push(comment);
    for line in lines.split('\n') {
        out.push(line_break);
        if !line.is_empty() {
            out.push(indent);
            out.push(line.as_bytes());
        }
    }
    if bytes.ends_with(b"\n") {
        out.push(line_break);
    }
    Some(Splice::exchange(old.span(), out.finish()))
}
