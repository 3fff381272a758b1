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

/// `time.ParseDuration`; the error is Go's text.
pub(crate) fn parse_duration(text: &[u8]) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote::time_quoted(text));
    let (negative, mut rest) = match text.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, text),
    };
    if rest == b"0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0_u64;
    while !rest.is_empty() {
        let whole_len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (whole, after) = rest.split_at_checked(whole_len).unwrap_or((rest, &[]));
        let mut value = leading_int(whole).ok_or_else(invalid)?;
        rest = after;
        let (mut part, mut scale, mut part_len) = (0_u64, 1.0_f64, 0);
        if let Some(after) = rest.strip_prefix(b".") {
            part_len = after.iter().take_while(|b| b.is_ascii_digit()).count();
            (part, scale) = leading_fraction(after.get(..part_len).unwrap_or_default());
            rest = after.get(part_len..).unwrap_or_default();
        }
        if whole_len == 0 && part_len == 0 {
            return Err(invalid());
        }
        let unit_len = rest
            .iter()
            .take_while(|b| **b != b'.' && !b.is_ascii_digit())
            .count();
        if unit_len == 0 {
            return Err(format!(
                "time: missing unit in duration {}",
                quote::time_quoted(text)
            ));
        }
        let (name, after) = rest.split_at_checked(unit_len).unwrap_or((rest, &[]));
        rest = after;
        let Some((_, unit)) = UNITS.iter().find(|(known, _)| *known == name) else {
            return Err(format!(
                "time: unknown unit {} in duration {}",
                quote::time_quoted(name),
                quote::time_quoted(text)
            ));
        };
        if value > TOO_LONG / unit {
            return Err(invalid());
        }
        value *= unit;
        if part > 0 {
            let more = (part as f64 * (*unit as f64 / scale)) as u64;
            value = value
                .checked_add(more)
                .filter(|v| *v <= TOO_LONG)
                .ok_or_else(invalid)?;
        }
        total = total
            .checked_add(value)
            .filter(|v| *v <= TOO_LONG)
            .ok_or_else(invalid)?;
    }
    if negative {
        return Ok(0_i64.wrapping_sub_unsigned(total));
    }
    i64::try_from(total).map_err(|_| invalid())
}

fn leading_int(digits: &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for digit in digits {
        value = value
            .checked_mul(10)?
            .checked_add(u64::from(digit - b'0'))?;
        if value > TOO_LONG {
            return None;
        }
    }
    Some(value)
}

fn leading_fraction(digits: &[u8]) -> (u64, f64) {
    let (mut value, mut scale) = (0_u64, 1.0);
    for digit in digits {
        if value > (TOO_LONG - 1) / 10 {
            break;
        }
        let next = value * 10 + u64::from(digit - b'0');
        if next > TOO_LONG {
            break;
        }
        value = next;
        scale *= 10.0;
    }
    (value, scale)
}

/// `Duration.Round`
pub(crate) fn round(duration: i64, to: i64) -> i64 {
    if to <= 0 {
        return duration;
    }
    let rest = (duration % to).abs();
    let less_than_half = rest.unsigned_abs() * 2 < to.unsigned_abs();
    if duration < 0 {
        if less_than_half {
            duration + rest
        } else {
            duration.checked_sub(to - rest).unwrap_or(i64::MIN)
        }
    } else if less_than_half {
        duration - rest
    } else {
        duration.checked_add(to - rest).unwrap_or(i64::MAX)
    }
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
