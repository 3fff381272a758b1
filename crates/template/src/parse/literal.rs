//! Literals: what they stand for is worked out once, when the template is parsed.

use std::fmt;

use crate::go::number::{NumberError, float_to_int, parse_float, parse_int, parse_uint};
use crate::go::quote::{Unit, quoted, unquote_unit};
use crate::value::Text;

/// A constant in a template, as written and as meant.
#[derive(Debug)]
pub(crate) enum Literal {
    /// `true`
    Bool(bool),
    /// A number or character
    Number { written: String, number: Number },
    /// A string
    Text { written: Vec<u8>, text: Text },
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(b) => write!(f, "{b}"),
            Self::Number { written, .. } => f.write_str(written),
            Self::Text { written, .. } => f.write_str(&String::from_utf8_lossy(written)),
        }
    }
}

/// A number without a type yet; it can become every type that holds it exactly.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    /// Without a sign also an unsigned one: Go has none of `+1`.
    Whole { value: i128, signed: bool },
    /// With a point or an exponent
    Float(f64),
    /// With an imaginary part, if only of zero
    Complex(f64, f64),
}

impl Number {
    /// As a signed integer.
    pub(crate) fn int(self) -> Option<i64> {
        match self {
            Self::Whole { value, .. } => i64::try_from(value).ok(),
            _ => {
                let f = self.float()?;
                let n = float_to_int(f);
                (n as f64 == f).then_some(n)
            }
        }
    }

    /// As an unsigned integer.
    pub(crate) fn uint(self) -> Option<u64> {
        match self {
            Self::Whole { value: 0, .. } => Some(0),
            Self::Whole { value, signed } => u64::try_from(value).ok().filter(|_| !signed),
            _ => {
                let f = self.float()?;
                (f >= 0.0 && f as u64 as f64 == f).then_some(f as u64)
            }
        }
    }

    /// As a float.
    pub(crate) fn float(self) -> Option<f64> {
        match self {
            Self::Whole { value, .. } => Some(value as f64),
            Self::Float(f) => Some(f),
            Self::Complex(re, im) => (im == 0.0).then_some(re),
        }
    }
}

/// Reads `'x'`.
pub(super) fn character(text: &[u8]) -> Result<Number, String> {
    let inside = text.get(1..).unwrap_or_default();
    let (unit, rest) = unquote_unit(inside, b'\'').ok_or("invalid syntax")?;
    if rest != b"'" {
        let written = String::from_utf8_lossy(text);
        return Err(format!("malformed character constant: {written}"));
    }
    let code = match unit {
        Unit::Char(c) => u32::from(c),
        Unit::Byte(byte) => byte.into(),
    };
    Ok(Number::Whole {
        value: code.into(),
        signed: false,
    })
}

/// Reads `1+2i`.
pub(super) fn complex(text: &[u8]) -> Result<Number, String> {
    let no_parts = "syntax error scanning complex number";
    let (re, rest) = text.split_at_checked(float_len(text)).ok_or(no_parts)?;
    let (im, rest) = rest.split_at_checked(float_len(rest)).ok_or(no_parts)?;
    if !matches!(im, [b'+' | b'-', _, ..]) || !rest.starts_with(b"i") {
        return Err(no_parts.into());
    }
    let part = |text: &[u8]| {
        parse_float(text).map_err(|error| {
            let why = match error {
                NumberError::Syntax => "invalid syntax",
                NumberError::Range => "value out of range",
            };
            format!("strconv.ParseFloat: parsing {}: {why}", quoted(text))
        })
    };
    Ok(Number::Complex(part(re)?, part(im)?))
}

/// Length of what looks like a float, decimal or hexadecimal, at the start of `text`.
fn float_len(text: &[u8]) -> usize {
    let at = |at: usize| text.get(at).map_or(0, u8::to_ascii_lowercase);
    let run = |from: usize, hex: bool| {
        let digits = text.iter().skip(from);
        let fits = |b: &&u8| b.is_ascii_digit() || **b == b'_' || hex && b.is_ascii_hexdigit();
        from + digits.take_while(fits).count()
    };
    let signed = |from: usize| from + usize::from(matches!(at(from), b'+' | b'-'));
    let start = signed(0);
    let hex = (at(start), at(start + 1)) == (b'0', b'x');
    let mut end = run(if hex { start + 2 } else { start }, hex);
    if at(end) == b'.' {
        end = run(end + 1, hex);
    }
    if at(end) == if hex { b'p' } else { b'e' } {
        end = run(signed(end + 1), false);
    }
    end
}

/// Reads any other number.
pub(super) fn number(text: &[u8]) -> Result<Number, String> {
    if let Some(Ok(im)) = text.strip_suffix(b"i").map(parse_float) {
        return Ok(Number::Complex(0.0, im));
    }
    let whole = parse_uint(text, 0)
        .map(i128::from)
        .or_else(|_: NumberError| parse_int(text, 0).map(i128::from));
    if let Ok(value) = whole {
        return Ok(Number::Whole {
            value,
            signed: matches!(text.first(), Some(b'+' | b'-')),
        });
    }
    let marked = text.iter().any(|b| b".eEpP".contains(b));
    match parse_float(text) {
        Ok(f) if marked => Ok(Number::Float(f)),
        Ok(_) => Err(format!("integer overflow: {}", quoted(text))),
        Err(_) => Err(format!("illegal number syntax: {}", quoted(text))),
    }
}
