//! Reading numbers as Go's `strconv` does: prefixes, underscores, hexadecimal floats.

/// Why a number could not be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumberError {
    /// Not a number.
    Syntax,
    /// Too large for 64 bits.
    Range,
}

/// Reads an unsigned integer; base 0 reads prefixes and underscores.
pub(crate) fn parse_uint(text: &[u8], base: u32) -> Result<u64, NumberError> {
    let (radix, digits) = match (base, text) {
        (0, [b'0', b'x' | b'X', digits @ ..]) if !digits.is_empty() => (16, digits),
        (0, [b'0', b'o' | b'O', digits @ ..]) if !digits.is_empty() => (8, digits),
        (0, [b'0', b'b' | b'B', digits @ ..]) if !digits.is_empty() => (2, digits),
        (0, [b'0', _, ..]) => (8, text),
        (0, _) => (10, text),
        (radix, _) => (radix, text),
    };
    if digits.is_empty() {
        return Err(NumberError::Syntax);
    }
    let underscores = base == 0 && digits.contains(&b'_');
    let mut value = 0_u64;
    for byte in digits.iter().filter(|b| !underscores || **b != b'_') {
        let digit = char::from(*byte).to_digit(radix);
        let digit = digit.ok_or(NumberError::Syntax)?;
        let shifted = value.checked_mul(u64::from(radix));
        let next = shifted.and_then(|v| v.checked_add(u64::from(digit)));
        value = next.ok_or(NumberError::Range)?;
    }
    if underscores && !underscores_fit(text) {
        return Err(NumberError::Syntax);
    }
    Ok(value)
}

/// A number's sign, and the rest of it.
pub(crate) fn signed(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    }
}

/// Reads an integer with or without a sign.
pub(crate) fn parse_int(text: &[u8], base: u32) -> Result<i64, NumberError> {
    let (negative, digits) = signed(text);
    let value = parse_uint(digits, base)?;
    if negative {
        0_i64.checked_sub_unsigned(value).ok_or(NumberError::Range)
    } else {
        i64::try_from(value).map_err(|_| NumberError::Range)
    }
}

/// Reads a float; one that is too large is an error.
pub(crate) fn parse_float(text: &[u8]) -> Result<f64, NumberError> {
    let (negative, body) = signed(text);
    let with_sign = |f: f64| if negative { -f } else { f };
    let lower = body.to_ascii_lowercase();
    match lower.as_slice() {
        b"inf" | b"infinity" => return Ok(with_sign(f64::INFINITY)),
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
        Ok(with_sign(value))
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

/// Underscores stand only between digits, or between the letter of a base and a digit. `text` has no sign.
fn underscores_fit(text: &[u8]) -> bool {
    let (based, hex, body) = match text {
        [b'0', b'x' | b'X', body @ ..] => (true, true, body),
        [b'0', b'b' | b'B' | b'o' | b'O', body @ ..] => (true, false, body),
        body => (false, false, body),
    };
    let digit = |at: usize| {
        body.get(at)
            .is_some_and(|b| b.is_ascii_digit() || hex && b.is_ascii_hexdigit())
    };
    let mut underscores = (0..body.len()).filter(|at| body.get(*at) == Some(&b'_'));
    underscores.all(|at| digit(at + 1) && at.checked_sub(1).map_or(based, digit))
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
