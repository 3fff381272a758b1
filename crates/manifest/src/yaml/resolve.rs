//! What a plain scalar means to goyaml.v2: YAML 1.1, as far as it goes, with Go's ideas of a number.
//! (Facts: resolve.go of go.yaml.in/yaml/v2 2.4, strconv of Go 1.26.)

use zeroize::Zeroizing;

use super::timestamp;

/// The meaning of a scalar.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Resolved {
    Null,
    Bool(bool),
    Int(i64),
    UInt(u64),
    /// May be infinite or NaN, which JSON then refuses.
    Float(f64),
    /// Stays text, though it looks like a date.
    Timestamp,
    Text,
}

/// Resolves a scalar without quotes and without a tag.
pub(crate) fn plain(text: &str) -> Resolved {
    resolve(text, true)
}

/// As [`plain`], where `dates` tells whether text may be a timestamp.
pub(crate) fn resolve(text: &str, dates: bool) -> Resolved {
    let Some(&first) = text.as_bytes().first() else {
        return Resolved::Null;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' | b'.' => {}
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            return word(text);
        }
        _ => return Resolved::Text,
    }
    if let Some(float) = special_float(text) {
        return Resolved::Float(float);
    }
    if first == b'.' {
        return dotted_float(text).map_or(Resolved::Text, Resolved::Float);
    }
    if dates && timestamp::is_timestamp(text) {
        return Resolved::Timestamp;
    }
    if text.contains('_') {
        number(&joined(text))
    } else {
        number(text)
    }
}

/// The text without its underscores: it may be a password, so the copy is wiped.
fn joined(text: &str) -> Zeroizing<String> {
    let mut joined = Zeroizing::new(String::with_capacity(text.len()));
    text.split('_').for_each(|part| joined.push_str(part));
    joined
}

fn number(digits: &str) -> Resolved {
    integer(digits)
        .or_else(|| float(digits).map(Resolved::Float))
        .or_else(|| binary_with_inner_sign(digits))
        .unwrap_or(Resolved::Text)
}

fn word(text: &str) -> Resolved {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        _ => Resolved::Text,
    }
}

fn special_float(text: &str) -> Option<f64> {
    match text {
        ".nan" | ".NaN" | ".NAN" => Some(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

/// Go's `ParseInt(s, 0, 64)`, then `ParseUint(s, 0, 64)`, which takes no sign.
fn integer(text: &str) -> Option<Resolved> {
    let (negative, signed, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, true, text.get(1..)?),
        Some(b'+') => (false, true, text.get(1..)?),
        _ => (false, false, text),
    };
    let (radix, digits) = radix(unsigned);
    // `from_str_radix` would allow a sign here.
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (i64::try_from(magnitude), negative, signed) {
        (Ok(n), false, _) => Some(Resolved::Int(n)),
        (Ok(n), true, _) => Some(Resolved::Int(-n)),
        (Err(_), true, _) if magnitude == i64::MIN.unsigned_abs() => Some(Resolved::Int(i64::MIN)),
        (Err(_), false, false) => Some(Resolved::UInt(magnitude)),
        (Err(_), _, _) => None,
    }
}

fn radix(text: &str) -> (u32, &str) {
    let prefixed = |prefix: [&str; 2]| prefix.iter().find_map(|p| text.strip_prefix(p));
    if let Some(rest) = prefixed(["0x", "0X"]) {
        (16, rest)
    } else if let Some(rest) = prefixed(["0b", "0B"]) {
        (2, rest)
    } else if let Some(rest) = prefixed(["0o", "0O"]) {
        (8, rest)
    } else {
        match text.strip_prefix('0') {
            Some(rest) if !rest.is_empty() => (8, rest),
            _ => (10, text),
        }
    }
}

/// goyaml.v2 cuts `0b` off and parses the rest with its sign, so that `0b-1` is -1.
fn binary_with_inner_sign(text: &str) -> Option<Resolved> {
    let rest = text.strip_prefix("0b")?;
    let (negative, digits) = match rest.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, rest.strip_prefix('+')?),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = i128::from(u64::from_str_radix(digits, 2).ok()?);
    i64::try_from(if negative { -magnitude } else { magnitude })
        .ok()
        .map(Resolved::Int)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, unless it is beyond the range of a float.
fn float(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        ),
        None => (unsigned, None),
    };
    let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let well_formed = all_digits(whole)
        && all_digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|e| !e.is_empty() && all_digits(e));
    if !well_formed {
        return None;
    }
    text.parse::<f64>().ok().filter(|n| n.is_finite())
}

/// Behind a leading point Go's `ParseFloat` has the text as it is: there `_` must stand between digits.
fn dotted_float(text: &str) -> Option<f64> {
    let digit = |at: Option<usize>| {
        at.and_then(|at| text.as_bytes().get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let separates = |(at, _): (usize, &str)| digit(at.checked_sub(1)) && digit(at.checked_add(1));
    if !text.match_indices('_').all(separates) {
        return None;
    }
    float(&joined(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_spellings_are_words() {
        for (text, expected) in [
            ("yes", true),
            ("Y", true),
            ("ON", true),
            ("off", false),
            ("n", false),
        ] {
            assert_eq!(plain(text), Resolved::Bool(expected), "{text}");
        }
        for text in ["yEs", "tRUE", "oN", "nil", "nULL", "<<", "="] {
            assert_eq!(plain(text), Resolved::Text, "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(plain(text), Resolved::Null, "{text}");
        }
    }

    #[test]
    fn integers_follow_go() {
        for (text, expected) in [
            ("0777", 511),
            ("0o17", 15),
            ("0X1f", 31),
            ("-0b1", -1),
            ("0b-101", -5),
            ("1_000", 1000),
            ("0x_0A_74_AE", 685_230),
            ("+685_230", 685_230),
            ("-9223372036854775808", i64::MIN),
            ("0_0", 0),
            ("-0", 0),
        ] {
            assert_eq!(plain(text), Resolved::Int(expected), "{text}");
        }
        assert_eq!(plain("9223372036854775808"), Resolved::UInt(1 << 63));
        for text in [
            "_1",
            "0xg",
            "0b2",
            "1:20",
            "+0x",
            "0x-1",
            "0b--1",
            "++1",
            "1e",
            "-",
            "+",
            "2001-12-14x",
        ] {
            assert_eq!(plain(text), Resolved::Text, "{text}");
        }
    }

    #[test]
    fn floats_follow_go() {
        for (text, expected) in [
            ("08", 8.0),
            (".5", 0.5),
            ("1.", 1.0),
            ("-.5e1", -5.0),
            ("685_230.15", 685_230.15),
            ("1e-400", 0.0),
            (".1_0e1_0", 1e9),
        ] {
            assert_eq!(plain(text), Resolved::Float(expected), "{text}");
        }
        assert_eq!(
            plain("-9223372036854775809"),
            Resolved::Float(-9_223_372_036_854_775_809.0)
        );
        for text in [
            "1e400", ".e1", ".", "._1", ".1_", ".1__0", ".1_e1", "1.2.3", "inf", "NaN", "1e+",
            "0x1p4",
        ] {
            assert_eq!(plain(text), Resolved::Text, "{text}");
        }
    }

    #[test]
    fn dates_stay_text_but_are_known() {
        assert_eq!(plain("2001-12-14"), Resolved::Timestamp);
        assert_eq!(resolve("2001-12-14", false), Resolved::Text);
        assert_eq!(plain("20011214"), Resolved::Int(20_011_214));
    }
}
