//! Go strings are bytes that are mostly UTF-8: a bad byte reads as U+FFFD of width one.

/// What a bad byte reads as.
pub(crate) const BAD: char = '\u{FFFD}';

/// The first character of `bytes` and its width; a bad byte gives [`BAD`] and 1, the end gives `None`.
pub(crate) fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let width = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((BAD, 1)),
    };
    let whole = bytes.get(..width).and_then(|b| std::str::from_utf8(b).ok());
    Some(
        whole
            .and_then(|s| s.chars().next())
            .map_or((BAD, 1), |c| (c, width)),
    )
}

/// The last character of `bytes` and its width, by the same rules.
pub(crate) fn decode_last(bytes: &[u8]) -> Option<(char, usize)> {
    let last = *bytes.last()?;
    if last < 0x80 {
        return Some((char::from(last), 1));
    }
    for width in 2..=4.min(bytes.len()) {
        let tail = bytes.get(bytes.len() - width..)?;
        if let Some((c, w)) = decode(tail)
            && w == width
        {
            return Some((c, width));
        }
    }
    Some((BAD, 1))
}

/// True when `c` of `width` stands for a bad byte and not for a real U+FFFD in the text.
pub(crate) fn is_bad(c: char, width: usize) -> bool {
    c == BAD && width == 1
}

/// Characters with their offsets.
pub(crate) fn indices(bytes: &[u8]) -> impl Iterator<Item = (usize, char, usize)> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let (c, width) = decode(bytes.get(at..)?)?;
        let start = at;
        at += width;
        Some((start, c, width))
    })
}

/// Characters, bad bytes as [`BAD`].
pub(crate) fn chars(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    indices(bytes).map(|(_, c, _)| c)
}

/// How many characters there are, each bad byte counting as one.
pub(crate) fn count(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        bytes.len()
    } else {
        chars(bytes).count()
    }
}

/// Where `needle` first occurs in `hay`.
pub(crate) fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(rest) = hay.get(from..) {
        let at = from + rest.iter().position(|b| *b == first)?;
        if hay.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// Cuts `text` at every `separator`; an empty separator cuts between characters. Go's `strings.SplitN`:
/// `limit` pieces at most, all when negative, none when zero.
pub(crate) fn split<'a>(text: &'a [u8], separator: &[u8], limit: i64) -> Vec<&'a [u8]> {
    let mut out = Vec::new();
    let limit = match limit {
        0 => return out,
        n => usize::try_from(n).unwrap_or(usize::MAX),
    };
    let mut rest = text;
    if separator.is_empty() {
        while let Some((_, width)) = decode(rest) {
            if out.len() + 1 >= limit {
                out.push(rest);
                return out;
            }
            let (head, tail) = rest.split_at_checked(width).unwrap_or((rest, &[]));
            out.push(head);
            rest = tail;
        }
        return out;
    }
    while out.len() + 1 < limit
        && let Some(at) = find(rest, separator)
    {
        out.push(rest.get(..at).unwrap_or_default());
        rest = rest.get(at + separator.len()..).unwrap_or_default();
    }
    out.push(rest);
    out
}

/// Cuts what `unwanted` names off both ends.
pub(crate) fn trim(text: &[u8], unwanted: impl Fn(char) -> bool) -> &[u8] {
    let mut text = text;
    while let Some((c, width)) = decode(text)
        && unwanted(c)
    {
        text = text.get(width..).unwrap_or_default();
    }
    trim_end(text, unwanted)
}

/// Cuts what `unwanted` names off the end.
pub(crate) fn trim_end(text: &[u8], unwanted: impl Fn(char) -> bool) -> &[u8] {
    let mut text = text;
    while let Some((c, width)) = decode_last(text)
        && unwanted(c)
    {
        text = text.get(..text.len() - width).unwrap_or_default();
    }
    text
}

/// Go's `strings.TrimSpace`.
pub(crate) fn trim_space(text: &[u8]) -> &[u8] {
    trim(text, char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_byte_reads_as_one_replacement_character() {
        assert_eq!(decode(b"\xffa"), Some((BAD, 1)));
        assert_eq!(decode("é".as_bytes()), Some(('é', 2)));
        assert_eq!(
            decode(b"\xed\xa0\x80"),
            Some((BAD, 1)),
            "a surrogate half is three bad bytes"
        );
        assert_eq!(decode_last("aé".as_bytes()), Some(('é', 2)));
        assert_eq!(decode_last(b"a\xc3"), Some((BAD, 1)));
        assert_eq!(decode(b""), None);
        assert_eq!(count(b"a\xff\xc3\xa9"), 3);
    }

    #[test]
    fn split_follows_go() {
        assert_eq!(split(b"a,b,c", b",", -1), [&b"a"[..], b"b", b"c"]);
        assert_eq!(split(b"a,b,c", b",", 2), [&b"a"[..], b"b,c"]);
        assert_eq!(split(b"", b",", -1), [&b""[..]]);
        assert!(split(b"", b"", -1).is_empty());
        assert_eq!(
            split("aé".as_bytes(), b"", -1),
            ["a".as_bytes(), "é".as_bytes()]
        );
        assert!(split(b"a", b",", 0).is_empty());
    }
}
