//! What the parts of a time are read with: digits, names, zones.

/// Why a part was refused.
pub(super) enum Refusal {
    Bad,
    Range(&'static str),
}

/// A value and what is left.
pub(super) type Step<'a, T> = Result<(T, &'a [u8]), Refusal>;

/// Passes over literal text; a blank in the layout stands for any number of blanks.
pub(super) fn skip<'a>(value: &'a [u8], prefix: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    let (mut value, mut prefix) = (value, prefix);
    while let Some((first, rest)) = prefix.split_first() {
        if *first == b' ' {
            if value.first().is_some_and(|b| *b != b' ') {
                return Err(value);
            }
            prefix = cut_blanks(prefix);
            value = cut_blanks(value);
            continue;
        }
        match value.split_first() {
            Some((byte, after)) if byte == first => value = after,
            _ => return Err(value),
        }
        prefix = rest;
    }
    Ok(value)
}

fn cut_blanks(text: &[u8]) -> &[u8] {
    let blanks = text.iter().take_while(|b| **b == b' ').count();
    text.get(blanks..).unwrap_or_default()
}

pub(super) fn digit(text: &[u8], at: usize) -> Option<i64> {
    text.get(at)
        .filter(|b| b.is_ascii_digit())
        .map(|b| i64::from(b - b'0'))
}

/// One or two digits, or exactly two.
pub(super) fn number(text: &[u8], fixed: bool) -> Step<'_, i64> {
    let first = digit(text, 0).ok_or(Refusal::Bad)?;
    match digit(text, 1) {
        Some(second) => Ok((first * 10 + second, text.get(2..).unwrap_or_default())),
        None if fixed => Err(Refusal::Bad),
        None => Ok((first, text.get(1..).unwrap_or_default())),
    }
}

/// A number within `range`.
pub(super) fn ranged<'a>(
    text: &'a [u8],
    fixed: bool,
    range: std::ops::RangeInclusive<i64>,
    name: &'static str,
) -> Step<'a, i64> {
    let (n, rest) = number(text, fixed)?;
    if range.contains(&n) {
        Ok((n, rest))
    } else {
        Err(Refusal::Range(name))
    }
}

/// A month or day by its name or the first three letters of it, in any case.
pub(super) fn name(
    text: &[u8],
    names: impl Fn(i64) -> &'static str,
    first: i64,
    last: i64,
    short: bool,
) -> Step<'_, i64> {
    for n in first..=last {
        let name = names(n).as_bytes();
        let name = if short {
            name.get(..3).unwrap_or(name)
        } else {
            name
        };
        if let Some((head, rest)) = text.split_at_checked(name.len())
            && head.eq_ignore_ascii_case(name)
        {
            return Ok((n, rest));
        }
    }
    Err(Refusal::Bad)
}

pub(super) fn plain(text: &[u8]) -> Result<i64, Refusal> {
    let (negative, digits) = super::number::signed(text);
    let value = digits
        .iter()
        .enumerate()
        .try_fold(0_i64, |sum, (at, _)| Some(sum * 10 + digit(digits, at)?));
    value
        .map(|v| if negative { -v } else { v })
        .ok_or(Refusal::Bad)
}

/// `.123456`: separator and digits.
pub(super) fn nanos(text: &[u8]) -> Result<u32, Refusal> {
    let Some((b'.' | b',', digits)) = text.split_first() else {
        return Err(Refusal::Bad);
    };
    let digits = digits.get(..9).unwrap_or(digits);
    let value = plain(digits)?;
    let scale = 10_i64.pow(u32::try_from(9 - digits.len()).unwrap_or_default());
    u32::try_from(value * scale).map_err(|_| Refusal::Range("fractional second"))
}

/// Length of a zone's abbreviation at the start of `text`.
pub(super) fn zone_length(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_offset(rest));
    }
    if matches!(text.first(), Some(b'+' | b'-')) {
        return Some(signed_offset(text)).filter(|len| *len > 0);
    }
    match text
        .iter()
        .take(6)
        .take_while(|b| b.is_ascii_uppercase())
        .count()
    {
        3 => Some(3),
        4 if text.get(3) == Some(&b'T') || text.starts_with(b"WITA") => Some(4),
        5 if text.get(4) == Some(&b'T') => Some(5),
        _ => None,
    }
}

fn signed_offset(text: &[u8]) -> usize {
    let Some((b'+' | b'-', digits)) = text.split_first() else {
        return 0;
    };
    let len = digits.iter().take_while(|b| b.is_ascii_digit()).count();
    let hours = plain(digits.get(..len.min(10)).unwrap_or_default()).unwrap_or(99);
    if len == 0 || len > 10 || hours > 23 {
        0
    } else {
        len + 1
    }
}
