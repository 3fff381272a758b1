//! Go's `strconv` quoting: `%q`, backquotes, and reading Go string literals.

use super::{runes, unicode};
use crate::value::buffer::Buffer;

/// Writes `text` between double quotes, as `%q` (or, with `ascii`, `%+q`).
pub(crate) fn quote_to(out: &mut Buffer, text: &[u8], ascii: bool) {
    out.byte(b'"');
    for (at, c, width) in runes::indices(text) {
        if runes::is_bad(c, width) {
            let byte = text.get(at).copied().unwrap_or_default();
            out.text(&format!("\\x{byte:02x}"));
        } else {
            escape(out, c, '"', ascii);
        }
    }
    out.byte(b'"');
}

/// Writes one character between single quotes, as `%q` of a number.
pub(crate) fn quote_char_to(out: &mut Buffer, c: char, ascii: bool) {
    out.byte(b'\'');
    escape(out, c, '\'', ascii);
    out.byte(b'\'');
}

fn escape(out: &mut Buffer, c: char, quote: char, ascii: bool) {
    if c == quote || c == '\\' {
        out.byte(b'\\');
        out.char(c);
        return;
    }
    if (!ascii || c.is_ascii()) && unicode::is_print(c) {
        out.char(c);
        return;
    }
    let code = u32::from(c);
    match c {
        '\x07' => out.text("\\a"),
        '\x08' => out.text("\\b"),
        '\x0c' => out.text("\\f"),
        '\n' => out.text("\\n"),
        '\r' => out.text("\\r"),
        '\t' => out.text("\\t"),
        '\x0b' => out.text("\\v"),
        _ if code < 0x20 || code == 0x7F => out.text(&format!("\\x{code:02x}")),
        _ if code < 0x1_0000 => out.text(&format!("\\u{code:04x}")),
        _ => out.text(&format!("\\U{code:08x}")),
    }
}

/// `text` in double quotes, for messages.
pub(crate) fn quoted(text: &[u8]) -> String {
    let mut out = Buffer::new();
    quote_to(&mut out, text, false);
    out.lossy()
}

/// `text` in double quotes as the `time` package has them: everything but plain ASCII byte by byte.
pub(crate) fn time_quoted(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=0x7F => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

/// True when `text` can stand between backquotes unchanged.
pub(crate) fn can_backquote(text: &[u8]) -> bool {
    runes::indices(text).all(|(_, c, width)| {
        !runes::is_bad(c, width)
            && c != '\u{FEFF}'
            && (c >= ' ' || c == '\t')
            && c != '`'
            && c != '\u{7F}'
    })
}

/// Reads one character of a literal delimited by `quote`: what it stands for, whether it is a byte
/// (`\x`, `\377`) and not a character, and the rest.
pub(crate) fn unquote_char(text: &[u8], quote: u8) -> Option<(u32, bool, &[u8])> {
    let first = *text.first()?;
    if first == quote && (quote == b'"' || quote == b'\'') {
        return None;
    }
    if first != b'\\' {
        let (c, width) = runes::decode(text)?;
        return Some((u32::from(c), false, text.get(width..)?));
    }
    let kind = *text.get(1)?;
    let rest = text.get(2..)?;
    let plain = |c: u8| Some((u32::from(c), false, rest));
    match kind {
        b'a' => plain(7),
        b'b' => plain(8),
        b'f' => plain(12),
        b'n' => plain(b'\n'),
        b'r' => plain(b'\r'),
        b't' => plain(b'\t'),
        b'v' => plain(11),
        b'\\' => plain(b'\\'),
        b'\'' | b'"' if kind == quote => plain(kind),
        b'x' => digits(rest, 2, 16).map(|(v, rest)| (v, true, rest)),
        b'u' | b'U' => {
            let (value, rest) = digits(rest, if kind == b'u' { 4 } else { 8 }, 16)?;
            char::from_u32(value)?;
            Some((value, false, rest))
        }
        b'0'..=b'7' => {
            let (value, rest) = digits(text.get(1..)?, 3, 8)?;
            (value <= 255).then_some((value, true, rest))
        }
        _ => None,
    }
}

fn digits(text: &[u8], count: usize, radix: u32) -> Option<(u32, &[u8])> {
    let (head, rest) = text.split_at_checked(count)?;
    let mut value = 0_u32;
    for byte in head {
        value = value
            .checked_mul(radix)?
            .checked_add(char::from(*byte).to_digit(radix)?)?;
    }
    Some((value, rest))
}

/// Reads a Go string literal, `"..."` or `` `...` ``; `None` if it is not one.
pub(crate) fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    let (quote, rest) = literal.split_first()?;
    let (last, body) = rest.split_last()?;
    if quote != last {
        return None;
    }
    match quote {
        b'`' => Some(body.iter().copied().filter(|b| *b != b'\r').collect()),
        b'"' => {
            let mut out = Vec::with_capacity(body.len());
            let mut body = body;
            while !body.is_empty() {
                let (value, byte, rest) = unquote_char(body, b'"')?;
                match u8::try_from(value) {
                    Ok(b) if byte || b < 0x80 => out.push(b),
                    _ => out.extend(char::from_u32(value)?.encode_utf8(&mut [0; 4]).as_bytes()),
                }
                body = rest;
            }
            Some(out)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_matches_go() {
        assert_eq!(quoted(b"a\"b\\\n\x01\xff\x7f"), r#""a\"b\\\n\x01\xff\x7f""#);
        assert_eq!(quoted("é\u{200b}".as_bytes()), "\"é\\u200b\"");
    }

    #[test]
    fn unquoting_reads_every_escape() {
        assert_eq!(
            unquote(br#""\x41\101\u00e9\n\"""#).unwrap(),
            "AAé\n\"".as_bytes()
        );
        assert_eq!(unquote(br#""\xff""#).unwrap(), b"\xff");
        assert_eq!(unquote(br#""\q""#), None);
        assert_eq!(unquote(br#""\'""#), None);
        assert_eq!(unquote(b"`a\r\\`").unwrap(), b"a\\");
    }
}
