//! The line of a template that a message is about, with a caret below the column.

use lacre_template::Place;

/// Characters of a line that are shown on either side of the column.
const AROUND: usize = 60;

/// Two lines, each with a line break before it. A place behind the end of the text points behind its last line.
pub(crate) fn pointer(text: &[u8], place: Place) -> String {
    // The end of a text that ends a line is the end of that line.
    let at_end = place.offset >= text.len() && text.ends_with(b"\n");
    let number = place.line.saturating_sub(if at_end { 2 } else { 1 });
    let line = text.split(|b| *b == b'\n').nth(number).unwrap_or_default();
    let before = line.get(..place.column).filter(|_| !at_end);
    let before = before.unwrap_or(line);
    let (line, before) = (lossy(line), lossy(before));
    let column = before.chars().count();
    let skipped = column.saturating_sub(AROUND);
    let cut = line.chars().count() > column + AROUND;
    let shown: String = line
        .chars()
        .skip(skipped)
        .take(column - skipped + AROUND)
        .collect();
    let left = if skipped > 0 { "…" } else { "" };
    let right = if cut { "…" } else { "" };
    let indent = " ".repeat(column - skipped + left.chars().count());
    format!("\n  | {left}{shown}{right}\n  | {indent}^")
}

/// As text, in which each tab takes one column.
fn lossy(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim_end_matches('\r').replace('\t', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lacre_template::{Dialect, Options, Template};

    fn shown(text: &str) -> String {
        let options = Options::default();
        let parsed = Template::parse("t", text.as_bytes(), Dialect::SealedSecrets, &options);
        pointer(text.as_bytes(), parsed.unwrap_err().place())
    }

    #[test]
    fn the_caret_stands_below_the_place() {
        for (text, expected) in [
            ("{{ xx }}", "\n  | {{ xx }}\n  |    ^"),
            ("a\n\té {{ xx }}\r\nb", "\n  |  é {{ xx }}\n  |       ^"),
            ("{{ if .a }}\nb\n", "\n  | b\n  |  ^"),
            ("a\n{{ if .a", "\n  | {{ if .a\n  |         ^"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn of_a_long_line_only_what_is_around_it_is_shown() {
        let text = format!("{}{{{{ xx }}}}{}", "a".repeat(200), "b".repeat(200));
        let shown = shown(&text);
        let lines: Vec<&str> = shown.lines().skip(1).collect();
        assert!(
            lines[0].starts_with("  | …aaa") && lines[0].ends_with("bbb…"),
            "{shown}"
        );
        let caret = lines[1].find('^').unwrap();
        let under: String = lines[0].chars().skip(caret).take(2).collect();
        assert_eq!(under, "xx", "{shown}");
    }
}
