//! Text quoted as Go's `%q` does, for messages that scripts compare.

/// `text` in double quotes.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        push(&mut out, c, '"');
    }
    out.push('"');
    out
}

/// `c` in single quotes.
pub(crate) fn quote_char(c: char) -> String {
    let mut out = String::from("'");
    push(&mut out, c, '\'');
    out.push('\'');
    out
}

fn push(out: &mut String, c: char, delimiter: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        c if c == delimiter => {
            out.push('\\');
            out.push(c);
        }
        '\u{7}' => out.push_str("\\a"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        '\u{b}' => out.push_str("\\v"),
        ' '..='~' => out.push(c),
        c if c.is_ascii() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        c if is_printable(c) => out.push(c),
        c if u32::from(c) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(c))),
        c => out.push_str(&format!("\\U{:08x}", u32::from(c))),
    }
}

/// Whether a character beyond ASCII shows: neither a control, nor a space, nor unassigned.
fn is_printable(c: char) -> bool {
    !c.is_control() && !c.is_whitespace() && c.escape_debug().len() == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_follows_go() {
        for (text, quoted) in [
            ("plain é 日", "\"plain é 日\""),
            ("a\"b\\", "\"a\\\"b\\\\\""),
            ("\t\n\u{7}\u{1}\u{7f}", "\"\\t\\n\\a\\x01\\x7f\""),
            ("\u{a0}\u{200b}\u{85}", "\"\\u00a0\\u200b\\u0085\""),
            ("'", "\"'\""),
        ] {
            assert_eq!(quote(text), quoted);
        }
        assert_eq!(quote_char('\''), "'\\''");
        assert_eq!(quote_char('x'), "'x'");
    }
}
