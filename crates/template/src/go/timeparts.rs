//! What the parts of a time are read with: digits, names, zones.

/// Why a part was refused.
pub(super) enum Refusal {
    Bad,
    Range(&'static str),
}

/// A value and what is left.
pub(super) type Step<'a, T> = Result<(T, &'a [u8]), Refusal>;

/// Passes over literal text; blanks in the layout stand for as many as there are.
pub(super) fn skip<'a>(value: &'a [u8], literal: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    let mut value = value;
    for run in literal.chunk_by(|a, b| (*a == b' ') == (*b == b' ')) {
        if run.starts_with(b" ") {
            match value.first() {
                Some(b' ') | None => value = without_blanks(value),
                Some(_) => return Err(value),
            }
            continue;
        }
        let same = run.iter().zip(value).take_while(|(a, b)| a == b).count();
        value = value.get(same..).unwrap_or_default();
        if same < run.len() {
            return Err(value);
        }
    }
    Ok(value)
}

fn without_blanks(text: &[u8]) -> &[u8] {
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

/// The number of a name in any case, or of its first three letters.
pub(super) fn name(
    text: &[u8],
    names: impl Fn(i64) -> &'static str,
    mut numbers: std::ops::RangeInclusive<i64>,
    short: bool,
) -> Step<'_, i64> {
    let found = numbers.find_map(|n| {
        let name = names(n).as_bytes();
        let len = if short { 3 } else { name.len() };
        let (head, rest) = text.split_at_checked(len)?;
        let same = head.eq_ignore_ascii_case(name.get(..len)?);
        same.then_some((n, rest))
    });
    found.ok_or(Refusal::Bad)
}

/// A number with or without a sign.
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
