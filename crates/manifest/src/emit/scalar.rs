//! Which style a string is written in, as goyaml.v2 decides.

use crate::yaml::resolve::{self, Resolved};

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

/// What the characters of a text allow.
struct Traits {
    plain: bool,
    single_quoted: bool,
    block: bool,
    multiline: bool,
}

/// Chooses the style of a string. A simple key goes on one line, followed by its colon.
pub(crate) fn style_of(text: &str, simple_key: bool) -> Style {
    let traits = analyze(text);
    if text.contains('\n') {
        // Where goyaml.v2 ends a block scalar with U+2028 or U+2029, kubectl's stream reader, which knows LF alone, would
        // take the next line for a part of it.
        let ends_line = !text.ends_with(['\u{2028}', '\u{2029}']);
        return if traits.block && ends_line && !simple_key {
            Style::Literal
        } else {
            Style::DoubleQuoted
        };
    }
    if !stays_text(text) || (simple_key && traits.multiline) {
        return Style::DoubleQuoted;
    }
    // A key `<<` without quotes would be read as a merge; goyaml.v2 prints it so nonetheless.
    if traits.plain && !(simple_key && text == "<<") {
        Style::Plain
    } else if traits.single_quoted {
        Style::SingleQuoted
    } else {
        Style::DoubleQuoted
    }
}

/// True if the text can stand between single quotes, on one line.
pub(crate) fn fits_single_quotes(text: &str) -> bool {
    let traits = analyze(text);
    traits.single_quoted && !traits.multiline
}

/// True if the text can be a block scalar without an indentation indicator.
pub(crate) fn fits_block(text: &str) -> bool {
    !text.starts_with(' ') && !text.starts_with(is_break) && analyze(text).block
}

/// True if a text has a line break of any kind and so cannot be a simple key.
pub(crate) fn is_multiline(text: &str) -> bool {
    text.contains(is_break)
}

/// True if YAML 1.1 reads the text as text when it stands without quotes.
fn stays_text(text: &str) -> bool {
    resolve::plain(text) == Resolved::Text && !is_base_60(text)
}

/// `1:30` and `190:20:30.15`: numbers to other readers of YAML 1.1.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits_or_line = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let sixties: Vec<&str> = parts.collect();
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits_or_line(first)
        && digits_or_line(fraction)
        && !sixties.is_empty()
        && sixties.iter().all(|part| match part.as_bytes() {
            [ones] => ones.is_ascii_digit(),
            [b'0'..=b'5', ones] => ones.is_ascii_digit(),
            _ => false,
        })
}

/// YAML 1.1's line breaks.
pub(super) fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// What goes out unescaped: nothing beyond U+FFFF, for goyaml.v2.
pub(crate) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | '\x20'..='\x7E' | '\u{A0}'..='\u{FFFD}') && c != '\u{FEFF}'
}

fn analyze(text: &str) -> Traits {
    let Some(first) = text.chars().next() else {
        return Traits {
            plain: false,
            single_quoted: true,
            block: false,
            multiline: false,
        };
    };
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let mut special = false;
    let mut multiline = false;
    let mut space_before_break = false;
    let mut break_before_space = false;
    let mut previous = None;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let before_blank = characters
            .peek()
            .is_none_or(|&next| matches!(next, ' ' | '\t'));
        let after_blank = previous.is_none_or(|p| matches!(p, ' ' | '\t') || is_break(p));
        indicators |= match c {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
            | '@' | '`'
                if previous.is_none() =>
            {
                true
            }
            '-' | '?' if previous.is_none() => before_blank,
            ':' => before_blank,
            '#' => after_blank,
            _ => false,
        };
        special |= !is_printable(c);
        multiline |= is_break(c);
        space_before_break |= is_break(c) && previous == Some(' ');
        break_before_space |= c == ' ' && previous.is_some_and(is_break);
        previous = Some(c);
    }
    let last = previous.unwrap_or(first);
    let edges = [first, last].iter().any(|&c| c == ' ' || is_break(c));
    let unquotable = space_before_break || special;
    Traits {
        plain: !edges && !multiline && !unquotable && !indicators,
        single_quoted: !break_before_space && !unquotable,
        block: last != ' ' && !unquotable,
        multiline,
    }
}
