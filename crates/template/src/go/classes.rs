//! Characters of regular expressions: classes by name, and escapes.

use super::syntax::Wrong;

/// `\d`, `\w` and such, which never are Unicode.
pub(super) fn ascii_class(kind: char) -> Option<&'static str> {
    Some(match kind {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        's' => r"[\t\n\f\r ]",
        'S' => r"[^\t\n\f\r ]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        _ => return None,
    })
}

/// `[:alpha:]`
pub(super) fn is_posix(name: &str) -> bool {
    let inner = name.trim_start_matches("[:").trim_end_matches(":]");
    let names = [
        "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
        "space", "upper", "word", "xdigit",
    ];
    names.contains(&inner.strip_prefix('^').unwrap_or(inner))
}

/// `\pL`, `\p{Greek}`, `\P{^Lu}`: categories and scripts, by their exact names.
pub(super) fn unicode_class(text: &str) -> Result<(String, usize), Wrong> {
    let mut negative = text.starts_with(r"\P");
    let after = text.get(2..).unwrap_or_default();
    let (name, len) = if after.starts_with('{') {
        let Some(end) = after.find('}') else {
            return Err(("invalid character class range", text.into()));
        };
        (after.get(1..end).unwrap_or_default(), 2 + end + 1)
    } else {
        let width = after.chars().next().map_or(0, char::len_utf8);
        (after.get(..width).unwrap_or_default(), 2 + width)
    };
    let shown = text.get(..len).unwrap_or_default();
    let name = match name.strip_prefix('^') {
        Some(rest) => {
            negative = !negative;
            rest
        }
        None => name,
    };
    let category = name == "Any"
        || matches!(name.len(), 1 | 2) && name.starts_with(['C', 'L', 'M', 'N', 'P', 'S', 'Z']);
    let script = name.len() > 2
        && name.starts_with(|c: char| c.is_ascii_uppercase())
        && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
    let class = if category {
        format!(r"\p{{{name}}}")
    } else {
        format!(r"\p{{Script={name}}}")
    };
    if !category && !script || regex::Regex::new(&class).is_err() {
        return Err(("invalid character class range", shown.into()));
    }
    Ok((
        if negative {
            format!("[^{class}]")
        } else {
            class
        },
        len,
    ))
}

/// One escaped character and the escape's length.
pub(super) fn escaped_char(text: &str) -> Result<(char, usize), Wrong> {
    let shown = |len: usize| text.get(..len).unwrap_or(text).to_owned();
    let Some(kind) = text.chars().nth(1) else {
        return Err(("trailing backslash at end of expression", String::new()));
    };
    let wrong = || ("invalid escape sequence", shown(1 + kind.len_utf8()));
    let octal = |digits: &str| u32::from_str_radix(digits, 8).ok().and_then(char::from_u32);
    let c = match kind {
        'a' => '\x07',
        'f' => '\x0c',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0b',
        '0'..='7' => {
            let digits: String = text
                .chars()
                .skip(1)
                .take(3)
                .take_while(|c| ('0'..='7').contains(c))
                .collect();
            // A single digit but zero would be a backreference.
            if kind != '0' && digits.len() < 2 {
                return Err(wrong());
            }
            return octal(&digits)
                .map(|c| (c, 1 + digits.len()))
                .ok_or_else(wrong);
        }
        'x' => {
            let after = text.get(2..).unwrap_or_default();
            if let Some(inner) = after.strip_prefix('{') {
                let end = inner.find('}').ok_or_else(wrong)?;
                let digits = inner.get(..end).unwrap_or_default();
                let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
                let code = u32::from_str_radix(digits, 16)
                    .ok()
                    .filter(|_| plain)
                    .and_then(char::from_u32);
                return code
                    .map(|c| (c, 4 + end))
                    .ok_or(("invalid escape sequence", shown(4 + end)));
            }
            let digits = after
                .get(..2)
                .filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
            let code = digits
                .and_then(|d| u32::from_str_radix(d, 16).ok())
                .and_then(char::from_u32);
            return code
                .map(|c| (c, 4))
                .ok_or(("invalid escape sequence", shown(3)));
        }
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => other,
        _ => return Err(wrong()),
    };
    Ok((c, 1 + kind.len_utf8()))
}
