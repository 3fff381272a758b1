//! Go's `time.Duration`: nanoseconds, written `1h2m3.5s`.

use super::quote;

const UNITS: [(&[u8], u64); 8] = [
    (b"ns", 1),
    (b"us", 1_000),
    ("µs".as_bytes(), 1_000),
    ("μs".as_bytes(), 1_000),
    (b"ms", 1_000_000),
    (b"s", 1_000_000_000),
    (b"m", 60_000_000_000),
    (b"h", 3_600_000_000_000),
];

/// Nanoseconds above which an unsigned count no longer is a duration.
const TOO_LONG: u64 = 1 << 63;

/// `Duration.String`
pub(crate) fn duration_text(nanos: i64) -> String {
    let u = nanos.unsigned_abs();
    let sign = if nanos < 0 { "-" } else { "" };
    let body = match u {
        0 => return "0s".into(),
        1..1_000 => format!("{u}ns"),
        1_000..1_000_000 => format!("{}µs", fraction(u, 1_000, 3)),
        1_000_000..1_000_000_000 => format!("{}ms", fraction(u, 1_000_000, 6)),
        _ => {
            let seconds = fraction(u % 60_000_000_000, 1_000_000_000, 9);
            let minutes = u / 60_000_000_000;
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, m) => format!("{m}m{seconds}s"),
                (h, m) => format!("{h}h{m}m{seconds}s"),
            }
        }
    };
    format!("{sign}{body}")
}

fn fraction(value: u64, unit: u64, digits: usize) -> String {
    let rest = format!("{:0digits$}", value % unit);
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    format!("{}{point}{rest}", value / unit)
}

/// Reads a duration; the error is Go's text.
pub(crate) fn parse_duration(text: &[u8]) -> Result<i64, String> {
    let shown = || quote::time_quoted(text);
    let invalid = || format!("time: invalid duration {}", shown());
    let (negative, mut rest) = super::number::signed(text);
    if rest == b"0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0;
    while !rest.is_empty() {
        let amount;
        (amount, rest) = Amount::read(rest).ok_or_else(invalid)?;
        let unit;
        (unit, rest) = leading(rest, |b| b != b'.' && !b.is_ascii_digit());
        if unit.is_empty() {
            return Err(format!("time: missing unit in duration {}", shown()));
        }
        let Some((_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            let unit = quote::time_quoted(unit);
            return Err(format!("time: unknown unit {unit} in duration {}", shown()));
        };
        let nanos = amount.of(*nanos).and_then(|more| sum(total, more));
        total = nanos.ok_or_else(invalid)?;
    }
    if negative {
        return Ok(0_i64.wrapping_sub_unsigned(total));
    }
    i64::try_from(total).map_err(|_| invalid())
}

fn sum(a: u64, b: u64) -> Option<u64> {
    a.checked_add(b).filter(|sum| *sum <= TOO_LONG)
}

/// The bytes at the start that fit, and the rest.
fn leading(text: &[u8], fits: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let len = text.iter().take_while(|b| fits(**b)).count();
    text.split_at_checked(len).unwrap_or((text, &[]))
}

/// How many units: a whole number, and `part` of `scale`.
struct Amount {
    whole: u64,
    part: u64,
    scale: f64,
}

impl Amount {
    /// Reads digits with or without a point; `None` without any, or for too many.
    fn read(text: &[u8]) -> Option<(Self, &[u8])> {
        let digit = |b: u8| b.is_ascii_digit();
        let add = |sum: u64, digit: &u8| {
            let sum = sum.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            (sum <= TOO_LONG).then_some(sum)
        };
        let (digits, mut rest) = leading(text, digit);
        let whole = digits.iter().try_fold(0, add)?;
        let (mut part, mut scale, mut decimals) = (0, 1.0, [].as_slice());
        if let Some(after) = rest.strip_prefix(b".") {
            (decimals, rest) = leading(after, digit);
            // Digits beyond what fits are left out.
            for digit in decimals {
                let Some(more) = add(part, digit) else { break };
                (part, scale) = (more, scale * 10.0);
            }
        }
        if digits.is_empty() && decimals.is_empty() {
            return None;
        }
        Some((Self { whole, part, scale }, rest))
    }

    /// In nanoseconds; fractions by way of floats, as in Go.
    fn of(&self, unit: u64) -> Option<u64> {
        let whole = self.whole.checked_mul(unit)?;
        let part = (self.part as f64 * (unit as f64 / self.scale)) as u64;
        sum(whole, part)
    }
}

/// The nearest multiple of `to`, halves away from zero, and the last duration that there is if it lies beyond.
pub(crate) fn round(duration: i64, to: i64) -> i64 {
    if to <= 0 {
        return duration;
    }
    let (size, to) = (i128::from(duration).abs(), i128::from(to));
    let rounded = (2 * size + to) / (2 * to) * to * i128::from(duration.signum());
    let beyond = if duration < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(rounded).unwrap_or(beyond)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_go_there_and_back() {
        for (text, nanos) in [
            ("1h2m3.5s", 3_723_500_000_000),
            ("-1.5ms", -1_500_000),
            ("2540400h10m10s", 9_145_440_610_000_000_000),
            ("1ns", 1),
            ("1.234µs", 1234),
            ("0s", 0),
        ] {
            assert_eq!(parse_duration(text.as_bytes()), Ok(nanos), "{text}");
            assert_eq!(duration_text(nanos), text);
        }
        assert_eq!(parse_duration(b".5h"), Ok(1_800_000_000_000));
        for text in ["", "1", "h", "1x", "-", "9999999h", ".s"] {
            assert!(parse_duration(text.as_bytes()).is_err(), "{text}");
        }
    }
}
