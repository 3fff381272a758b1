//! sprig's arithmetic, through spf13/cast: whatever is given becomes a number, zero where it cannot.

use num_bigint::BigInt;

use super::{Function, Type};
use crate::context::Context;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::go::number::{float_to_int, parse_float, parse_int};
use crate::value::buffer::Buffer;
use crate::value::{Element, List, SignedType, Value};

const A: Type = Type::Any;
const I: Type = Type::Int;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("atoi", &[Type::Text], |_, a| {
        Ok(Value::int(parse_int(a.text(0), 10).unwrap_or_default()))
    }),
    Function::new("int", &[A], |c, a| Ok(Value::int(int(c, a.get(0))))),
    Function::new("int64", &[A], |c, a| Ok(Value::int64(int(c, a.get(0))))),
    Function::new("float64", &[A], |_, a| Ok(Value::Float(float(a.get(0))))),
    Function::new("toDecimal", &[A], |c, a| {
        let text = c.sprint(a.all())?;
        Ok(Value::int64(
            parse_int(text.as_slice(), 8).unwrap_or_default(),
        ))
    }),
    Function::new("until", &[I], |c, a| {
        ints(c, 0, a.int(0), if a.int(0) < 0 { -1 } else { 1 }).map(listed)
    }),
    Function::new("untilStep", &[I, I, I], |c, a| {
        ints(c, a.int(0), a.int(1), a.int(2)).map(listed)
    }),
    Function::new("seq", &[I], |c, a| seq(c, a.all())).variadic(),
    Function::new("add", &[A], |c, a| {
        Ok(Value::int64(
            a.all().iter().fold(0, |sum, v| sum.wrapping_add(int(c, v))),
        ))
    })
    .variadic(),
    Function::new("add1", &[A], |c, a| {
        Ok(Value::int64(int(c, a.get(0)).wrapping_add(1)))
    }),
    Function::new("sub", &[A, A], |c, a| {
        Ok(Value::int64(
            int(c, a.get(0)).wrapping_sub(int(c, a.get(1))),
        ))
    }),
    Function::new("mul", &[A, A], |c, a| {
        Ok(Value::int64(
            a.all().iter().fold(1, |p, v| p.wrapping_mul(int(c, v))),
        ))
    })
    .variadic(),
    Function::new("div", &[A, A], |c, a| {
        divide(int(c, a.get(0)), int(c, a.get(1)), i64::wrapping_div)
    }),
    Function::new("mod", &[A, A], |c, a| {
        divide(int(c, a.get(0)), int(c, a.get(1)), i64::wrapping_rem)
    }),
    Function::new("max", &[A, A], |c, a| {
        Ok(Value::int64(
            a.all().iter().map(|v| int(c, v)).max().unwrap_or_default(),
        ))
    })
    .variadic(),
    Function::new("biggest", &[A, A], |c, a| {
        Ok(Value::int64(
            a.all().iter().map(|v| int(c, v)).max().unwrap_or_default(),
        ))
    })
    .variadic(),
    Function::new("min", &[A, A], |c, a| {
        Ok(Value::int64(
            a.all().iter().map(|v| int(c, v)).min().unwrap_or_default(),
        ))
    })
    .variadic(),
    Function::new("maxf", &[A, A], |_, a| Ok(extreme(a.all(), true))).variadic(),
    Function::new("minf", &[A, A], |_, a| Ok(extreme(a.all(), false))).variadic(),
    Function::new("ceil", &[A], |_, a| {
        Ok(Value::Float(float(a.get(0)).ceil()))
    }),
    Function::new("floor", &[A], |_, a| {
        Ok(Value::Float(float(a.get(0)).floor()))
    }),
    Function::new("round", &[A, I, Type::Float], |_, a| {
        let on = match a.get(2) {
            Value::Float(on) => *on,
            _ => 0.5,
        };
        Ok(Value::Float(round(float(a.get(0)), a.int(1), on)))
    })
    .variadic(),
    Function::new("add1f", &[A], |_, a| {
        decimals(&[a.get(0).clone(), Value::int(1)], Decimal::add)
    }),
    Function::new("addf", &[A], |_, a| {
        decimals(&[&[Value::Float(0.0)], a.all()].concat(), Decimal::add)
    })
    .variadic(),
    Function::new("subf", &[A, A], |_, a| decimals(a.all(), Decimal::sub)).variadic(),
    Function::new("mulf", &[A, A], |_, a| decimals(a.all(), Decimal::mul)).variadic(),
    Function::new("divf", &[A, A], |_, a| decimals(a.all(), Decimal::div)).variadic(),
];

/// `cast.ToInt64`. The two dialects have different versions of it.
pub(crate) fn int(context: &Context<'_>, value: &Value) -> i64 {
    match value {
        // Only plain integers and the two named ones are numbers to cast.
        Value::Signed(SignedType::Duration, n) if context.dialect == Dialect::ExternalSecrets => *n,
        Value::Signed(SignedType::Duration, _) => 0,
        Value::Signed(_, n) => *n,
        Value::Unsigned(_, n) => n.cast_signed(),
        Value::Float(f) => float_to_int(*f),
        Value::Bool(b) => i64::from(*b),
        Value::Text(text) => {
            let digits = match context.dialect {
                Dialect::SealedSecrets => without_zero_decimals(text.bytes()),
                Dialect::ExternalSecrets => without_decimals(text.bytes()),
            };
            parse_int(digits, 0).unwrap_or_default()
        }
        _ => 0,
    }
}

/// cast 1.7: `3.00` is 3, `3.9` is no integer.
fn without_zero_decimals(text: &[u8]) -> &[u8] {
    let tail = text.iter().rev().take_while(|b| b".0".contains(b)).count();
    let (whole, tail) = text.split_at_checked(text.len() - tail).unwrap_or_default();
    // The last point with a zero behind it.
    let zero = tail.iter().rposition(|b| *b == b'0').unwrap_or_default();
    let point = tail.iter().take(zero).rposition(|b| *b == b'.');
    match point {
        Some(point) => text.get(..whole.len() + point).unwrap_or(text),
        None => text,
    }
}

/// cast 1.10: `3.9` is 3, `.5` and `-.5` are 0.
fn without_decimals(text: &[u8]) -> &[u8] {
    let Some(point) = text.iter().position(|b| *b == b'.') else {
        return text;
    };
    let (whole, decimals) = text.split_at_checked(point).unwrap_or((text, &[]));
    let digits = |t: &[u8]| t.iter().all(u8::is_ascii_digit);
    let bare = whole
        .strip_prefix(b"-")
        .or(whole.strip_prefix(b"+"))
        .unwrap_or(whole);
    if !digits(bare) || !digits(decimals.get(1..).unwrap_or_default()) {
        return text;
    }
    if bare.is_empty() { b"0" } else { whole }
}

/// `cast.ToFloat64`
pub(crate) fn float(value: &Value) -> f64 {
    match value {
        Value::Signed(SignedType::Duration, n) => *n as f64,
        Value::Signed(_, n) => *n as f64,
        Value::Unsigned(_, n) => *n as f64,
        Value::Float(f) => *f,
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Text(text) => parse_float(text.bytes()).unwrap_or_default(),
        _ => 0.0,
    }
}

fn divide(a: i64, b: i64, with: fn(i64, i64) -> i64) -> Result<Value, Fault> {
    if b == 0 {
        return Err(Fault::plain("runtime error: integer divide by zero"));
    }
    Ok(Value::int64(with(a, b)))
}

/// `math.Max` and `math.Min`: not-a-number wins, and -0 is less than 0.
fn extreme(values: &[Value], greatest: bool) -> Value {
    let pick = |a: f64, b: f64| {
        if a.is_nan() || b.is_nan() {
            // An infinity in the wanted direction beats even that.
            let best = if greatest {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            };
            return if a == best || b == best {
                best
            } else {
                f64::NAN
            };
        }
        let first = if a == 0.0 && b == 0.0 {
            a.is_sign_negative() != greatest
        } else {
            (a > b) == greatest
        };
        if first { a } else { b }
    };
    Value::Float(values.iter().map(float).reduce(pick).unwrap_or_default())
}

fn round(value: f64, places: i64, on: f64) -> f64 {
    let power = pow10(places);
    let digit = power * value;
    let fraction = digit - digit.trunc();
    let fraction = if digit.is_infinite() {
        f64::NAN
    } else {
        fraction
    };
    let rounded = if fraction >= on {
        digit.ceil()
    } else {
        digit.floor()
    };
    rounded / power
}

/// `math.Pow(10, n)`: Go squares and multiplies, which is not always the nearest float. Powers of two cost
/// nothing, so five takes the place of ten and nothing overflows on the way.
fn pow10(n: i64) -> f64 {
    let n = n.clamp(-400, 400);
    let (mut five, mut square, mut left) = (1.0_f64, 5.0_f64, n.unsigned_abs());
    while left != 0 {
        if left & 1 == 1 {
            five *= square;
        }
        square *= square;
        left >>= 1;
    }
    let two = 2_f64.powi(i32::try_from(n).unwrap_or_default());
    if n < 0 { 1.0 / five * two } else { five * two }
}

/// The numbers of `untilStep`.
fn ints(context: &mut Context<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Fault> {
    let down = stop < start;
    if down && step >= 0 || !down && step <= 0 {
        return Ok(Vec::new());
    }
    let count = start.abs_diff(stop).div_ceil(step.unsigned_abs());
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    context.pay_for(count)?;
    let mut out = Vec::with_capacity(count);
    let mut n = start;
    for _ in 0..count {
        out.push(n);
        n = n.wrapping_add(step);
    }
    Ok(out)
}

fn listed(numbers: Vec<i64>) -> Value {
    Value::List(List::appended(
        Element::Int,
        numbers.into_iter().map(Value::int).collect(),
        0,
    ))
}

fn seq(context: &mut Context<'_>, params: &[Value]) -> Result<Value, Fault> {
    let n = |at: usize| match params.get(at) {
        Some(Value::Signed(_, n)) => *n,
        _ => 0,
    };
    let (start, end, step) = match params.len() {
        1 => (1, n(0), if n(0) < 1 { -1 } else { 1 }),
        2 => (n(0), n(1), if n(1) < n(0) { -1 } else { 1 }),
        3 if n(2) < n(0) && n(1) > 0 => return Ok("".into()),
        3 => (n(0), n(2), n(1)),
        _ => return Ok("".into()),
    };
    let past = if end < start { -1 } else { 1 };
    let numbers = ints(context, start, end.wrapping_add(past), step)?;
    let mut out = Buffer::new();
    for (at, n) in numbers.into_iter().enumerate() {
        if at > 0 {
            out.byte(b' ');
        }
        out.text(&n.to_string());
    }
    Ok(out.finish().into())
}

/// shopspring's decimal: `value * 10^exponent`.
struct Decimal {
    value: BigInt,
    exponent: i64,
}

/// Digits after the point of a quotient.
const DIVISION_DIGITS: i64 = 16;

fn power(n: i64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(n.max(0)).unwrap_or_default())
}

impl Decimal {
    /// The shortest decimal that reads back as `f`.
    fn of(f: f64) -> Result<Self, Fault> {
        if !f.is_finite() {
            let name = crate::go::float::format_float(f, 'g', None);
            return Err(Fault::plain(format!("Cannot create a Decimal from {name}")));
        }
        let text = format!("{f:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits: String = mantissa.chars().filter(|c| *c != '.').collect();
        let decimals = mantissa.split_once('.').map_or(0, |(_, d)| d.len());
        let exponent = exponent.parse::<i64>().unwrap_or_default()
            - i64::try_from(decimals).unwrap_or_default();
        Ok(Self {
            value: digits.parse().unwrap_or_default(),
            exponent,
        })
    }

    /// Both as multiples of the same power of ten.
    fn aligned(self, other: Self) -> (BigInt, BigInt, i64) {
        let exponent = self.exponent.min(other.exponent);
        (
            self.value * power(self.exponent - exponent),
            other.value * power(other.exponent - exponent),
            exponent,
        )
    }

    fn add(self, other: Self) -> Result<Self, Fault> {
        let (a, b, exponent) = self.aligned(other);
        Ok(Self {
            value: a + b,
            exponent,
        })
    }

    fn sub(self, other: Self) -> Result<Self, Fault> {
        let (a, b, exponent) = self.aligned(other);
        Ok(Self {
            value: a - b,
            exponent,
        })
    }

    fn mul(self, other: Self) -> Result<Self, Fault> {
        Ok(Self {
            value: self.value * other.value,
            exponent: self.exponent + other.exponent,
        })
    }

    /// To [`DIVISION_DIGITS`] digits, half away from zero.
    fn div(self, other: Self) -> Result<Self, Fault> {
        use num_bigint::Sign;
        if other.value.sign() == Sign::NoSign {
            return Err(Fault::plain("decimal division by 0"));
        }
        let negative = self.value.sign() != Sign::NoSign && self.value.sign() != other.value.sign();
        let shift = self.exponent - other.exponent + DIVISION_DIGITS;
        let (a, b) = (self.value * power(shift), other.value * power(-shift));
        let (mut quotient, rest) = (&a / &b, &a % &b);
        if rest.magnitude() * 2_u32 >= *b.magnitude() {
            quotient += if negative { -1 } else { 1 };
        }
        Ok(Self {
            value: quotient,
            exponent: -DIVISION_DIGITS,
        })
    }

    fn to_float(&self) -> f64 {
        format!("{}e{}", self.value, self.exponent)
            .parse()
            .unwrap_or_default()
    }
}

fn decimals(
    values: &[Value],
    with: fn(Decimal, Decimal) -> Result<Decimal, Fault>,
) -> Result<Value, Fault> {
    let mut values = values.iter().map(|v| Decimal::of(float(v)));
    let mut sum = values.next().unwrap_or_else(|| Decimal::of(0.0))?;
    for value in values {
        sum = with(sum, value?)?;
    }
    Ok(Value::Float(sum.to_float()))
}
