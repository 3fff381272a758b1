//! The time of day: what it is, and how it is written.

use jiff::Timestamp;

/// Seconds since 1970-01-01 UTC.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_second()
}

/// RFC 3339 in UTC, to the second; the bare number for a time that no calendar has.
pub(crate) fn rfc3339(unix: i64) -> String {
    match Timestamp::from_second(unix) {
        Ok(time) => time.to_string(),
        Err(_) => unix.to_string(),
    }
}

/// Reads a time such as `2026-11-23T10:00:00Z` into seconds since 1970-01-01 UTC.
pub(crate) fn parse_rfc3339(text: &str) -> Option<i64> {
    text.parse().ok().map(|time: Timestamp| time.as_second())
}

/// Whole days from `now` to `then`, negative if that is past.
pub(crate) fn days(then: i64, now: i64) -> i64 {
    then.saturating_sub(now) / (24 * 60 * 60)
}

/// How far `then` is from `now`, in words: `in 90 days`, `3 days ago`, `today`.
pub(crate) fn distance(then: i64, now: i64) -> String {
    match days(then, now) {
        0 if then >= now => "within a day".to_owned(),
        0 => "less than a day ago".to_owned(),
        1 => "in 1 day".to_owned(),
        -1 => "1 day ago".to_owned(),
        days @ 1.. => format!("in {days} days"),
        days => format!("{} days ago", days.unsigned_abs()),
    }
}

/// Reads a duration such as `87600h`, `90d` or `1h30m` into seconds.
pub(crate) fn parse_duration(text: &str) -> Result<i64, String> {
    let wrong = || format!("not a duration such as 87600h or 90d: {text:?}");
    let mut seconds = 0_i64;
    let mut rest = text;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let (number, tail) = rest.split_at_checked(end).ok_or_else(wrong)?;
        let mut tail = tail.chars();
        let unit = match tail.next() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 60 * 60,
            Some('d') => 24 * 60 * 60,
            _ => return Err(wrong()),
        };
        let part = number
            .parse::<i64>()
            .ok()
            .and_then(|number| number.checked_mul(unit));
        seconds = part
            .and_then(|part| seconds.checked_add(part))
            .ok_or_else(wrong)?;
        rest = tail.as_str();
    }
    Ok(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(
            parse_rfc3339("2026-11-23T10:00:00+01:00"),
            parse_rfc3339("2026-11-23T09:00:00Z")
        );
        assert_eq!(parse_rfc3339(&rfc3339(1_700_000_000)), Some(1_700_000_000));
        assert_eq!(rfc3339(i64::MAX), i64::MAX.to_string());
        assert_eq!(parse_rfc3339("yesterday"), None);
    }

    #[test]
    fn distances_read_as_people_say_them() {
        let day = 24 * 60 * 60;
        let table = [
            (90 * day, "in 90 days"),
            (day, "in 1 day"),
            (day - 1, "within a day"),
            (0, "within a day"),
            (-1, "less than a day ago"),
            (-day, "1 day ago"),
            (-3 * day, "3 days ago"),
        ];
        for (then, words) in table {
            assert_eq!(distance(1000 + then, 1000), words);
        }
    }

    #[test]
    fn durations_are_sums_of_numbers_with_units() {
        let hour = 60 * 60;
        let table = [
            ("87600h", 87600 * hour),
            ("90d", 90 * 24 * hour),
            ("1h30m", hour + 1800),
            ("5s", 5),
            ("0h", 0),
        ];
        for (text, seconds) in table {
            assert_eq!(parse_duration(text), Ok(seconds), "{text}");
        }
        for wrong in [
            "",
            "5",
            "h",
            "1y",
            "-1h",
            "1.5h",
            "99999999999999999999h",
            "9223372036854775807d",
        ] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
