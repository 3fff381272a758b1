//! Comments between a key and its value.

use crate::node::{Node, Style};

/// What stands between a colon and a value, without the value's anchor and tag. A `#` in it begins a comment.
pub(super) fn without_properties(between: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(between.len());
    let mut rest = between;
    while let Some(byte) = rest.first() {
        let (part, behind) = match byte {
            b'&' | b'!' => {
                let (_, behind) = split(rest, |byte| !byte.is_ascii_whitespace());
                let (_, behind) = split(behind, |byte| matches!(byte, b' ' | b'\t'));
                (&[][..], behind)
            }
            b'#' => split(rest, |byte| !is_break(byte)),
            _ => split(rest, |byte| !matches!(byte, b'&' | b'!' | b'#')),
        };
        kept.extend_from_slice(part);
        rest = behind;
    }
    kept
}

/// The comment that ends the first line of what stands between a colon and a value.
pub(super) fn of_key(between: &[u8]) -> Option<Vec<u8>> {
    let (line, _) = split(between, |byte| !is_break(byte));
    comment(&without_properties(line)).map(<[u8]>::to_vec)
}

/// The comment behind `|` or `>`.
pub(super) fn of_block_scalar<'a>(node: &Node, source: &'a [u8]) -> Option<&'a [u8]> {
    if !matches!(node.style(), Style::Literal | Style::Folded) || node.alias().is_some() {
        return None;
    }
    let (header, _) = split(node.span().of(source)?, |byte| !is_break(byte));
    let indicators = |byte| matches!(byte, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9');
    comment(split(header, indicators).1)
}

fn comment(line: &[u8]) -> Option<&[u8]> {
    Some(line.trim_ascii()).filter(|line| line.starts_with(b"#"))
}

fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The bytes that `text` begins with as long as they are `wanted`, and the rest.
fn split(text: &[u8], wanted: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let len = text.iter().take_while(|&&byte| wanted(byte)).count();
    text.split_at_checked(len).unwrap_or((text, b""))
}
