//! `html`, `js`, `urlquery`.

use crate::go::{runes, unicode};
use crate::value::buffer::Buffer;

/// Escapes for HTML.
pub(crate) fn html(out: &mut Buffer, text: &[u8]) {
    for byte in text {
        match byte {
            0 => out.text("\u{FFFD}"),
            b'"' => out.text("&#34;"),
            b'\'' => out.text("&#39;"),
            b'&' => out.text("&amp;"),
            b'<' => out.text("&lt;"),
            b'>' => out.text("&gt;"),
            other => out.byte(*other),
        }
    }
}

/// Escapes for JavaScript strings.
pub(crate) fn js(out: &mut Buffer, text: &[u8]) {
    for (at, c, width) in runes::indices(text) {
        match c {
            '\\' => out.text("\\\\"),
            '\'' => out.text("\\'"),
            '"' => out.text("\\\""),
            '<' | '>' | '&' | '=' => out.text(&format!("\\u{:04X}", u32::from(c))),
            _ if c < ' ' => out.text(&format!("\\u{:04X}", u32::from(c))),
            _ if c.is_ascii() => out.char(c),
            // U+FFFD itself is printable, and a bad byte is copied as it is.
            _ if runes::is_bad(c, width) => out.bytes(text.get(at..=at).unwrap_or_default()),
            _ if unicode::is_print(c) => out.char(c),
            _ => out.text(&format!("\\u{:04X}", u32::from(c))),
        }
    }
}

/// Go's `url.QueryEscape`.
pub(crate) fn urlquery(out: &mut Buffer, text: &[u8]) {
    for byte in text {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.byte(*byte),
            b' ' => out.byte(b'+'),
            other => {
                let digit = |n: u8| char::from_digit(n.into(), 16).unwrap_or('0');
                out.byte(b'%');
                out.char(digit(other >> 4).to_ascii_uppercase());
                out.char(digit(other & 15).to_ascii_uppercase());
            }
        }
    }
}
