//! Reading numbers as Go's `strconv` does: prefixes, underscores, hexadecimal floats.

/// Why a number could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumberError {
    /// Not a number.
    Syntax,
    /// Too large for 64 bits.
    Range,
}

/// `strconv.ParseUint(text, base, 64)`; base 0 reads prefixes and underscores.
pub(crate) fn parse_uint(text: &[u8], base: u32) -> Result<u64, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Syntax);
    }
    let (radix, digits) = match (base, text) {
        (0, [b'0', b'x' | b'X', _, ..]) => (16, text.get(2..)),
        (0, [b'0', b'o' | b'O', _, ..]) => (8, text.get(2..)),
        (0, [b'0', b'b' | b'B', _, ..]) => (2, text.get(2..)),
        (0, [b'0', ..]) => (8, text.get(1..)),
        (0, _) => (10, Some(text)),
        (n, _) => (n, Some(text)),
    };
    let digits = digits.unwrap_or_default();
    let mut value = 0_u64;
    let mut overflow = false;
    let mut underscores = false;
    for byte in digits {
        if *byte == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let digit = char::from(*byte)
            .to_digit(radix)
            .ok_or(NumberError::Syntax)?;
        match value
            .checked_mul(u64::from(radix))
            .and_then(|v| v.checked_add(u64::from(digit)))
        {
            Some(next) => value = next,
            None => overflow = true,
        }
        if overflow {
            return Err(NumberError::Range);
        }
    }
    if underscores && !underscores_fit(text) {
        return Err(NumberError::Syntax);
    }
    Ok(value)
}

/// `strconv.ParseInt(text, base, 64)`.
pub(crate) fn parse_int(text: &[u8], base: u32) -> Result<i64, NumberError> {
    let (negative, digits) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let value = parse_uint(digits, base)?;
    if negative {
        0_i64.checked_sub_unsigned(value).ok_or(NumberError::Range)
    } else {
        i64::try_from(value).map_err(|_| NumberError::Range)
    }
}

/// `strconv.ParseFloat(text, 64)`, with numbers too large an error as there.
pub(crate) fn parse_float(text: &[u8]) -> Result<f64, NumberError> {
    let (negative, body) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    let signed = |f: f64| if negative { -f } else { f };
    let lower = body.to_ascii_lowercase();
    match lower.as_slice() {
        b"inf" | b"infinity" => return Ok(signed(f64::INFINITY)),
        b"nan" if body.len() == text.len() => return Ok(f64::NAN),
        _ => {}
    }
    if !lower
        .first()
        .is_some_and(|b| b.is_ascii_digit() || *b == b'.')
    {
        return Err(NumberError::Syntax);
    }
    if lower.contains(&b'_') && !underscores_fit(body) {
        return Err(NumberError::Syntax);
    }
    let clean: Vec<u8> = lower.iter().copied().filter(|b| *b != b'_').collect();
    let value = match clean.strip_prefix(b"0x") {
        Some(hex) => parse_hex_float(hex)?,
        None => {
            let plain = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'+' | b'-');
            if !clean.iter().all(plain) {
                return Err(NumberError::Syntax);
            }
            let text = std::str::from_utf8(&clean).map_err(|_| NumberError::Syntax)?;
            text.parse().map_err(|_| NumberError::Syntax)?
        }
    };
    if value.is_infinite() {
        Err(NumberError::Range)
    } else {
        Ok(signed(value))
    }
}

/// `1.8p3` after the prefix; the exponent is obligatory.
fn parse_hex_float(text: &[u8]) -> Result<f64, NumberError> {
    let at = text
        .iter()
        .position(|b| *b == b'p')
        .ok_or(NumberError::Syntax)?;
    let (digits, exponent) = text.split_at_checked(at).ok_or(NumberError::Syntax)?;
    let exponent = std::str::from_utf8(exponent.get(1..).unwrap_or_default())
        .map_err(|_| NumberError::Syntax)?;
    let bare = exponent.trim_start_matches(['+', '-']);
    if bare.is_empty()
        || exponent.len() - bare.len() > 1
        || !bare.bytes().all(|b| b.is_ascii_digit())
    {
        return Err(NumberError::Syntax);
    }
    let mut power: i32 = exponent.parse().unwrap_or(if exponent.starts_with('-') {
        -100_000
    } else {
        100_000
    });
    let mut mantissa = 0_u128;
    let (mut seen, mut point) = (false, false);
    for byte in digits {
        if *byte == b'.' && !point {
            point = true;
            continue;
        }
        let digit = char::from(*byte).to_digit(16).ok_or(NumberError::Syntax)?;
        seen = true;
        if mantissa >> 120 == 0 {
            mantissa = mantissa << 4 | u128::from(digit);
            power -= if point { 4 } else { 0 };
        } else {
            mantissa |= u128::from(digit != 0);
            power += if point { 0 } else { 4 };
        }
    }
    if !seen {
        return Err(NumberError::Syntax);
    }
    let mut value = mantissa as f64;
    while power != 0 && value != 0.0 && value.is_finite() {
        let step = power.clamp(-1000, 1000);
        value *= 2_f64.powi(step);
        power -= step;
    }
    Ok(value)
}

/// Underscores only between digits or after a base prefix.
fn underscores_fit(text: &[u8]) -> bool {
    let text = text
        .strip_prefix(b"-")
        .or(text.strip_prefix(b"+"))
        .unwrap_or(text);
    let (hex, body, mut saw) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (true, rest, b'0'),
        [b'0', b'b' | b'B' | b'o' | b'O', rest @ ..] => (false, rest, b'0'),
        _ => (false, text, b'^'),
    };
    for byte in body {
        if byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit() {
            saw = b'0';
        } else if *byte == b'_' {
            if saw != b'0' {
                return false;
            }
            saw = b'_';
        } else {
            if saw == b'_' {
                return false;
            }
            saw = b'!';
        }
    }
    saw != b'_'
}

/// Go's conversion of a float to `int64` on amd64: what does not fit becomes the least number.
pub(crate) fn float_to_int(f: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&f) {
        f as i64
    } else {
        i64::MIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_read_prefixes_and_underscores_in_base_zero_only() {
        for (text, value) in [
            ("0x1F", 31),
            ("0b101", 5),
            ("0o17", 15),
            ("017", 15),
            ("1_000", 1000),
            ("0", 0),
        ] {
            assert_eq!(parse_int(text.as_bytes(), 0), Ok(value), "{text}");
        }
        for text in ["1__0", "_1", "1_", "09", "0x", "", "+", "1 "] {
            assert_eq!(
                parse_int(text.as_bytes(), 0),
                Err(NumberError::Syntax),
                "{text}"
            );
        }
        assert_eq!(parse_int(b"1_000", 10), Err(NumberError::Syntax));
        assert_eq!(parse_int(b"-9223372036854775808", 10), Ok(i64::MIN));
        assert_eq!(
            parse_int(b"9223372036854775808", 10),
            Err(NumberError::Range)
        );
    }

    #[test]
    fn floats_read_what_go_reads() {
        for (text, value) in [
            ("1.5", 1.5),
            (".5", 0.5),
            ("1.", 1.0),
            ("0x1p-2", 0.25),
            ("0x1.8p1", 3.0),
            ("-1e3", -1000.0),
        ] {
            assert_eq!(parse_float(text.as_bytes()), Ok(value), "{text}");
        }
        for text in ["", ".", "1e", "0x1", "e5", "1 ", "+nan", "--1"] {
            assert_eq!(
                parse_float(text.as_bytes()),
                Err(NumberError::Syntax),
                "{text}"
            );
        }
        assert_eq!(parse_float(b"1e400"), Err(NumberError::Range));
        assert_eq!(parse_float(b"-Inf"), Ok(f64::NEG_INFINITY));
    }
}
