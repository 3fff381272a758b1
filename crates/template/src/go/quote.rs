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

/// What a literal is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    Char(char),
    /// `\xff`, `\377`: a byte, whatever it means
    Byte(u8),
}

/// Reads the next unit of a literal between `quote`s, and gives the rest; `None` for what must not stand there.
pub(crate) fn unquote_unit(text: &[u8], quote: u8) -> Option<(Unit, &[u8])> {
    let (kind, rest) = match text {
        [b'\\', kind, rest @ ..] => (*kind, rest),
        [first, ..] if *first != quote && *first != b'\\' => {
            let (c, width) = runes::decode(text)?;
            return Some((Unit::Char(c), text.get(width..)?));
        }
        _ => return None,
    };
    let (unit, digits) = match kind {
        b'x' => {
            let byte = u8::try_from(digits(rest, 2, 16)?).ok()?;
            (Unit::Byte(byte), 2)
        }
        b'0'..=b'7' => {
            let byte = u8::try_from(digits(text.get(1..)?, 3, 8)?).ok()?;
            // The first of the three is the kind.
            (Unit::Byte(byte), 2)
        }
        b'u' => (Unit::Char(char::from_u32(digits(rest, 4, 16)?)?), 4),
        b'U' => (Unit::Char(char::from_u32(digits(rest, 8, 16)?)?), 8),
        _ => {
            let plain = match kind {
                b'a' => '\x07',
                b'b' => '\x08',
                b'f' => '\x0c',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'v' => '\x0b',
                b'\\' => '\\',
                _ if kind == quote => char::from(quote),
                _ => return None,
            };
            (Unit::Char(plain), 0)
        }
    };
    Some((unit, rest.get(digits..)?))
}

/// The number in the first `count` digits.
fn digits(text: &[u8], count: usize, radix: u32) -> Option<u32> {
    let digits = text.get(..count)?.iter();
    digits
        .map(|byte| char::from(*byte).to_digit(radix))
        .try_fold(0_u32, |sum, digit| {
            sum.checked_mul(radix)?.checked_add(digit?)
        })
}

/// Reads a Go string literal, `"..."` or `` `...` ``; `None` if it is not one.
pub(crate) fn unquote(literal: &[u8]) -> Option<Vec<u8>> {
    match literal {
        [b'`', body @ .., b'`'] => Some(body.iter().copied().filter(|b| *b != b'\r').collect()),
        [b'"', body @ .., b'"'] => {
            let mut out = Vec::with_capacity(body.len());
            let mut body = body;
            while !body.is_empty() {
                let unit;
                (unit, body) = unquote_unit(body, b'"')?;
                match unit {
                    Unit::Byte(byte) => out.push(byte),
                    Unit::Char(c) => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
                }
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
