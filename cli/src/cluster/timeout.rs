//! Durations in Go's notation.

use std::time::Duration;

/// A duration as given on the command line: zero or less sets no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timeout {
    nanoseconds: i64,
}

/// Each unit and its nanoseconds.
const UNITS: [(&str, i64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("μs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

impl Timeout {
    /// Reads `--request-timeout`.
    ///
    /// # Errors
    /// kubectl's text, whatever is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0);
        let nanoseconds = match seconds {
            Some(seconds) => seconds.checked_mul(1_000_000_000),
            None => parse_duration(text),
        };
        let nanoseconds = nanoseconds.ok_or(
            "Invalid timeout value. Timeout must be a single integer in seconds, or an integer \
             followed by a corresponding time unit (e.g. 1s | 2m | 3h)",
        )?;
        Ok(Self { nanoseconds })
    }

    /// The limit, if there is one.
    pub(super) fn limit(self) -> Option<Duration> {
        let nanoseconds = u64::try_from(self.nanoseconds).ok()?;
        (nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds))
    }

    /// The query that tells the API server of it; empty for zero.
    pub(super) fn query(self) -> String {
        match self.nanoseconds {
            0 => String::new(),
            nanoseconds => format!("?timeout={}", written(nanoseconds)),
        }
    }
}

fn parse_duration(text: &str) -> Option<i64> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if text == "0" {
        return Some(0);
    }
    if text.is_empty() {
        return None;
    }
    let mut rest = text;
    let mut total = 0i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at_checked(digits)?;
        let unit_end = after
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(unit_end)?;
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole = if whole.is_empty() {
            0
        } else {
            whole.parse::<i64>().ok()?
        };
        total = total.checked_add(whole.checked_mul(*unit)?)?;
        total = total.checked_add(part_of(fraction, *unit)?)?;
        rest = next;
    }
    Some(if negative { -total } else { total })
}

/// `0.fraction` of a unit.
fn part_of(fraction: &str, unit: i64) -> Option<i64> {
    if fraction.contains('.') {
        return None;
    }
    let mut part = 0;
    let mut place = unit;
    for digit in fraction.chars() {
        place /= 10;
        part += i64::from(digit.to_digit(10)?) * place;
    }
    Some(part)
}

/// The duration as Go prints it.
fn written(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let magnitude = nanoseconds.unsigned_abs();
    let (seconds, rest) = (magnitude / 1_000_000_000, magnitude % 1_000_000_000);
    if seconds == 0 {
        let (unit, size) = match magnitude {
            0 => return "0s".to_owned(),
            1..1_000 => ("ns", 1),
            1_000..1_000_000 => ("µs", 1_000),
            _ => ("ms", 1_000_000),
        };
        return format!(
            "{sign}{}{unit}",
            decimal(magnitude / size, magnitude % size, size)
        );
    }
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let seconds = decimal(seconds, rest, 1_000_000_000);
    match (hours, minutes) {
        (0, 0) => format!("{sign}{seconds}s"),
        (0, minutes) => format!("{sign}{minutes}m{seconds}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{seconds}s"),
    }
}

/// `whole.rest` without zeros at the end, where `rest` counts parts of `size`.
fn decimal(whole: u64, rest: u64, size: u64) -> String {
    if rest == 0 {
        return whole.to_string();
    }
    let width = size.ilog10() as usize;
    let fraction = format!("{rest:0width$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_and_written_as_go_does() {
        for (text, query) in [
            ("0", ""),
            ("5", "?timeout=5s"),
            ("1500ms", "?timeout=1.5s"),
            ("-5s", "?timeout=-5s"),
            ("1h", "?timeout=1h0m0s"),
            ("90s", "?timeout=1m30s"),
            ("1.5h2m.25s", "?timeout=1h32m0.25s"),
            ("250us", "?timeout=250µs"),
            ("1.5us", "?timeout=1.5µs"),
            ("+1s", "?timeout=1s"),
        ] {
            assert_eq!(Timeout::parse(text).unwrap().query(), query, "{text}");
        }
        for text in ["", "abc", "1", "5x", "s", "1.2.3s", "-", "99999999999999h"] {
            let parsed = Timeout::parse(text);
            if text == "1" {
                assert_eq!(parsed.unwrap().limit(), Some(Duration::from_secs(1)));
            } else {
                assert!(
                    parsed.unwrap_err().starts_with("Invalid timeout value."),
                    "{text}"
                );
            }
        }
        assert_eq!(
            Timeout::parse("-5").map(Timeout::limit),
            Err(Timeout::parse("x").unwrap_err())
        );
        assert_eq!(Timeout::parse("-5s").unwrap().limit(), None);
    }
}
