//! Go's `strconv.FormatFloat` for 64 bits.

/// Decimal digits of a number, `0.d1d2d3 * 10^point`; no digits for zero.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

impl Decimal {
    /// The fewest digits that read back as `f`, or `count` correctly rounded ones.
    fn of(f: f64, count: Option<usize>) -> Self {
        let text = match count {
            None => format!("{f:e}"),
            Some(n) => format!("{:.*e}", n.saturating_sub(1), f),
        };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let point = if digits.is_empty() {
            0
        } else {
            exponent.parse::<i32>().unwrap_or_default() + 1
        };
        Self { digits, point }
    }

    fn digit(&self, at: usize) -> char {
        self.digits.get(at).map_or('0', |b| char::from(*b))
    }
}

/// Formats `f` as `verb` (`e E f F g G b x X`) with `precision` digits, or as few as needed.
pub(crate) fn format_float(f: f64, verb: char, precision: Option<usize>) -> String {
    if f.is_nan() {
        return "NaN".into();
    }
    if f.is_infinite() {
        return if f > 0.0 {
            "+Inf".into()
        } else {
            "-Inf".into()
        };
    }
    let sign = if f.is_sign_negative() { "-" } else { "" };
    let body = match verb {
        'b' => binary(f),
        'x' | 'X' => hexadecimal(f.abs(), verb, precision),
        'e' | 'E' => exponential(
            &Decimal::of(f.abs(), precision.map(|p| p + 1)),
            precision,
            verb,
        ),
        'f' | 'F' => match precision {
            Some(p) => format!("{:.*}", p, f.abs()),
            None => {
                let d = Decimal::of(f.abs(), None);
                let after =
                    usize::try_from(d.digits.len() as i64 - i64::from(d.point)).unwrap_or_default();
                fixed(&d, after)
            }
        },
        _ => general(f.abs(), precision, verb),
    };
    format!("{sign}{body}")
}

fn general(f: f64, precision: Option<usize>, verb: char) -> String {
    let wanted = precision.map(|p| p.max(1));
    let d = Decimal::of(f, wanted);
    let count = d.digits.len();
    let mut limit = wanted.unwrap_or(6);
    if precision.is_some() && limit > count && count as i64 >= i64::from(d.point) {
        limit = count;
    }
    let exponent = i64::from(d.point) - 1;
    if exponent < -4 || exponent >= limit as i64 {
        let shown = wanted.map_or(count, |p| p.min(count));
        return exponential(
            &d,
            Some(shown.saturating_sub(1)),
            if verb == 'G' { 'E' } else { 'e' },
        );
    }
    fixed(
        &d,
        usize::try_from(count as i64 - i64::from(d.point)).unwrap_or_default(),
    )
}

fn exponential(d: &Decimal, precision: Option<usize>, letter: char) -> String {
    let after = precision.unwrap_or_else(|| d.digits.len().saturating_sub(1));
    let mut out = String::new();
    out.push(d.digit(0));
    if after > 0 {
        out.push('.');
        out.extend((1..=after).map(|at| d.digit(at)));
    }
    let exponent = if d.digits.is_empty() { 0 } else { d.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    out.push_str(&format!("{letter}{sign}{:02}", exponent.abs()));
    out
}

fn fixed(d: &Decimal, after: usize) -> String {
    let mut out = String::new();
    if d.point > 0 {
        out.extend((0..usize::try_from(d.point).unwrap_or_default()).map(|at| d.digit(at)));
    } else {
        out.push('0');
    }
    if after > 0 {
        out.push('.');
        for n in 0..after {
            let at = i64::from(d.point) + n as i64;
            out.push(usize::try_from(at).map_or('0', |at| d.digit(at)));
        }
    }
    out
}

/// Mantissa and binary exponent such that `f = mantissa * 2^exponent`.
fn parts(f: f64) -> (u64, i64) {
    let bits = f.to_bits();
    let exponent = i64::try_from(bits >> 52 & 0x7FF).unwrap_or_default();
    let fraction = bits & ((1 << 52) - 1);
    if exponent == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, exponent - 1075)
    }
}

fn binary(f: f64) -> String {
    let (mantissa, exponent) = parts(f);
    format!("{mantissa}p{exponent:+}")
}

/// `0x1.8p+01`: thirteen digits hold every fraction.
fn hexadecimal(f: f64, verb: char, precision: Option<usize>) -> String {
    const FRACTION_BITS: usize = 52;
    let (mut mantissa, mut exponent) = parts(f);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // The leading one stands right before the fraction, in numbers near zero too.
        let shift = mantissa.leading_zeros() - 11;
        mantissa <<= shift;
        exponent += 52 - i64::from(shift);
    }
    let shown = precision.map_or(13, |p| p.min(13));
    let cut = FRACTION_BITS - 4 * shown;
    let (kept, rest) = (mantissa >> cut, mantissa & ((1 << cut) - 1));
    let half = 1 << cut >> 1;
    // To the nearest, halves to even.
    let up = cut > 0 && (rest > half || rest == half && kept % 2 == 1);
    let kept = kept + u64::from(up);
    let (mut whole, fraction) = (kept >> (4 * shown), kept & ((1 << (4 * shown)) - 1));
    if whole > 1 {
        // Only 1.ff... rounds up to two, and then no fraction is left.
        whole = 1;
        exponent += 1;
    }
    let mut digits = if shown == 0 {
        String::new()
    } else {
        format!("{fraction:0shown$x}")
    };
    match precision {
        None => digits.truncate(digits.trim_end_matches('0').len()),
        Some(p) => digits.push_str(&"0".repeat(p - shown)),
    }
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let out = format!("0x{whole}{point}{digits}p{sign}{:02}", exponent.abs());
    if verb == 'X' { out.to_uppercase() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_follows_go() {
        let table: [(f64, char, Option<usize>, &str); 20] = [
            (1e6, 'g', None, "1e+06"),
            (123_456.0, 'g', None, "123456"),
            (1e20, 'g', None, "1e+20"),
            (0.0001, 'g', None, "0.0001"),
            (0.00001, 'g', None, "1e-05"),
            (0.0, 'g', None, "0"),
            (-0.0, 'g', None, "-0"),
            (3.0, 'g', Some(3), "3"),
            (1234.5678, 'g', Some(3), "1.23e+03"),
            (100.0, 'g', Some(3), "100"),
            (2.5, 'f', Some(0), "2"),
            (1.0, 'e', None, "1e+00"),
            (1.5, 'e', Some(3), "1.500e+00"),
            (0.1, 'f', None, "0.1"),
            (1e21, 'f', None, "1000000000000000000000"),
            (1.0, 'b', None, "4503599627370496p-52"),
            (1.0, 'x', None, "0x1p+00"),
            (3.75, 'x', Some(1), "0x1.ep+01"),
            (0.0, 'x', None, "0x0p+00"),
            (1e-320, 'X', None, "0X1.FAP-1064"),
        ];
        for (f, verb, precision, expected) in table {
            assert_eq!(
                format_float(f, verb, precision),
                expected,
                "{f} {verb} {precision:?}"
            );
        }
    }
}
