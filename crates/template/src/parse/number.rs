//! Number and character literals: every type that can hold one is worked out once, here.

use super::node::Number;
use crate::go::number::{parse_float, parse_int, parse_uint};
use crate::go::quote::{quoted, unquote_char};

/// Reads `'x'`.
pub(crate) fn character(text: &[u8]) -> Result<Number, String> {
    let written = String::from_utf8_lossy(text).into_owned();
    let (value, _, rest) =
        unquote_char(text.get(1..).unwrap_or_default(), b'\'').ok_or("invalid syntax")?;
    if rest != b"'" {
        return Err(format!("malformed character constant: {written}"));
    }
    Ok(Number {
        text: written,
        int: Some(i64::from(value)),
        uint: Some(u64::from(value)),
        float: Some(f64::from(value)),
        complex: None,
    })
}

/// Reads `1+2i`.
pub(crate) fn complex(text: &[u8]) -> Result<Number, String> {
    let written = String::from_utf8_lossy(text).into_owned();
    let exponent = |at: usize| {
        let hex = text
            .get(1..3)
            .is_some_and(|p| p.eq_ignore_ascii_case(b"0x"))
            || text.get(..2).is_some_and(|p| p.eq_ignore_ascii_case(b"0x"));
        let before = text.get(at.wrapping_sub(1)).copied().unwrap_or_default();
        matches!(before, b'p' | b'P') || !hex && matches!(before, b'e' | b'E')
    };
    let split = (1..text.len())
        .rev()
        .find(|at| matches!(text.get(*at), Some(b'+' | b'-')) && !exponent(*at));
    let parts = split
        .and_then(|at| text.split_at_checked(at))
        .and_then(|(re, im)| {
            let im = im.strip_suffix(b"i")?;
            Some((parse_float(re).ok()?, parse_float(im).ok()?))
        });
    let parts = parts.ok_or("syntax error scanning complex number")?;
    Ok(simplify(written, parts))
}

/// Reads any other number.
pub(crate) fn number(text: &[u8]) -> Result<Number, String> {
    let written = String::from_utf8_lossy(text).into_owned();
    if let Some(imaginary) = text.strip_suffix(b"i")
        && let Ok(f) = parse_float(imaginary)
    {
        return Ok(simplify(written, (0.0, f)));
    }
    let mut number = Number {
        text: written,
        ..Number::default()
    };
    number.uint = parse_uint(text, 0).ok();
    number.int = parse_int(text, 0).ok();
    if number.int == Some(0) {
        number.uint = Some(0);
    }
    if let Some(n) = number.int {
        number.float = Some(n as f64);
    } else if let Some(n) = number.uint {
        number.float = Some(n as f64);
    } else if let Ok(f) = parse_float(text) {
        if !number.text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quoted(text)));
        }
        number.float = Some(f);
        number.int = exact_int(f);
        number.uint = exact_uint(f);
    }
    if number.float.is_none() {
        return Err(format!("illegal number syntax: {}", quoted(text)));
    }
    Ok(number)
}

/// A complex constant, also as a real one where the imaginary part is zero.
fn simplify(text: String, (re, im): (f64, f64)) -> Number {
    let mut number = Number {
        text,
        complex: Some((re, im)),
        ..Number::default()
    };
    if im == 0.0 {
        number.float = Some(re);
        number.int = exact_int(re);
        number.uint = exact_uint(re);
    }
    number
}

fn exact_int(f: f64) -> Option<i64> {
    let n = crate::go::number::float_to_int(f);
    (n as f64 == f).then_some(n)
}

fn exact_uint(f: f64) -> Option<u64> {
    (f >= 0.0 && f as u64 as f64 == f).then_some(f as u64)
}
