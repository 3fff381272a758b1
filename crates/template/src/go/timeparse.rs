//! Go's `time.ParseInLocation`, with the local zone UTC.

use super::layout::{Offset, Part, next_part};
use super::quote::time_quoted as quoted;
use super::time::{Time, Zone, days_in, is_leap};
use super::timeparts::{Refusal, digit, name, nanos, number, plain, ranged, skip, zone_length};

/// What has been read of a time so far.
struct Reading {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    utc: bool,
    offset: Option<i64>,
    zone: Vec<u8>,
    /// Hours are of the afternoon, or of the morning.
    afternoon: Option<bool>,
}

/// Reads `value` by `layout`; the error is Go's text, which quotes the value.
pub(crate) fn parse(layout: &[u8], value: &[u8]) -> Result<Time, String> {
    let mut reading = Reading {
        year: 0,
        month: None,
        day: None,
        year_day: None,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
        utc: false,
        offset: None,
        zone: Vec::new(),
        afternoon: None,
    };
    let message = |text: &str| format!("parsing time {}{text}", quoted(value));
    let cannot = |at: &[u8], part: &[u8]| {
        format!(
            "parsing time {} as {}: cannot parse {} as {}",
            quoted(value),
            quoted(layout),
            quoted(at),
            quoted(part)
        )
    };
    let mut rest = value;
    let mut left = layout;
    loop {
        let (before, part, after) = next_part(left);
        rest = skip(rest, before).map_err(|at| cannot(at, before))?;
        let Some((part, text)) = part else {
            if !rest.is_empty() {
                return Err(message(&format!(": extra text: {}", quoted(rest))));
            }
            break;
        };
        left = after;
        match reading.part(part, rest, left) {
            Ok(next) => rest = next,
            Err(Refusal::Bad) => return Err(cannot(rest, text)),
            Err(Refusal::Range(what)) => return Err(message(&format!(": {what} out of range"))),
        }
    }
    reading.finish().map_err(|what| message(&what))
}

impl Reading {
    /// Reads one part; gives what is left of the value. `left` is the layout after it.
    fn part<'a>(&mut self, part: Part, text: &'a [u8], left: &[u8]) -> Result<&'a [u8], Refusal> {
        let (n, rest) = match part {
            Part::Year => {
                let (head, rest) = text.split_at_checked(2).ok_or(Refusal::Bad)?;
                let year = plain(head)?;
                self.year = if year >= 69 { year + 1900 } else { year + 2000 };
                return Ok(rest);
            }
            Part::LongYear => {
                let (head, rest) = text.split_at_checked(4).ok_or(Refusal::Bad)?;
                digit(head, 0).ok_or(Refusal::Bad)?;
                self.year = plain(head)?;
                return Ok(rest);
            }
            Part::Month | Part::LongMonth => {
                let (n, rest) = name(text, super::time::month_name, 1, 12, part == Part::Month)?;
                self.month = Some(n);
                return Ok(rest);
            }
            Part::NumMonth | Part::ZeroMonth => {
                let (n, rest) = ranged(text, part == Part::ZeroMonth, 1..=12, "month")?;
                self.month = Some(n);
                return Ok(rest);
            }
            Part::Weekday | Part::LongWeekday => {
                name(text, super::time::day_name, 0, 6, part == Part::Weekday)?
            }
            Part::Day | Part::UnderDay | Part::ZeroDay => {
                let text = if part == Part::UnderDay {
                    text.strip_prefix(b" ").unwrap_or(text)
                } else {
                    text
                };
                let (n, rest) = number(text, part == Part::ZeroDay)?;
                self.day = Some(n);
                return Ok(rest);
            }
            Part::UnderYearDay | Part::ZeroYearDay => {
                return self.day_of_year(text, part == Part::ZeroYearDay);
            }
            Part::Hour => {
                let (n, rest) = ranged(text, false, 0..=23, "hour")?;
                self.hour = n;
                (n, rest)
            }
            Part::Hour12 | Part::ZeroHour12 => {
                let (n, rest) = ranged(text, part == Part::ZeroHour12, 0..=12, "hour")?;
                self.hour = n;
                (n, rest)
            }
            Part::Minute | Part::ZeroMinute => {
                let (n, rest) = ranged(text, part == Part::ZeroMinute, 0..=59, "minute")?;
                self.minute = n;
                (n, rest)
            }
            Part::Second | Part::ZeroSecond => {
                let (n, rest) = ranged(text, part == Part::ZeroSecond, 0..=59, "second")?;
                self.second = n;
                (n, self.unasked_fraction(rest, left)?)
            }
            Part::UpperPm | Part::LowerPm => {
                let (head, rest) = text.split_at_checked(2).ok_or(Refusal::Bad)?;
                let (pm, am) = if part == Part::UpperPm {
                    (b"PM", b"AM")
                } else {
                    (b"pm", b"am")
                };
                match head {
                    _ if head == pm => self.afternoon = Some(true),
                    // Go lets a morning not undo an afternoon.
                    _ if head == am => self.afternoon = self.afternoon.or(Some(false)),
                    _ => return Err(Refusal::Bad),
                }
                return Ok(rest);
            }
            Part::Zone => return self.zone_name(text),
            Part::Offset(how) => return self.read_offset(text, how),
            Part::Fraction(_, digits) => {
                let (head, rest) = text.split_at_checked(digits + 1).ok_or(Refusal::Bad)?;
                self.nanos = nanos(head)?;
                return Ok(rest);
            }
            Part::Trimmed(..) => return self.fraction(text),
        };
        let _ = n;
        Ok(rest)
    }

    fn day_of_year<'a>(&mut self, text: &'a [u8], fixed: bool) -> Result<&'a [u8], Refusal> {
        let mut text = text;
        if !fixed {
            for _ in 0..2 {
                text = text.strip_prefix(b" ").unwrap_or(text);
            }
        }
        let digits = (0..3).map_while(|at| digit(text, at)).collect::<Vec<_>>();
        if digits.is_empty() || fixed && digits.len() != 3 {
            return Err(Refusal::Bad);
        }
        self.year_day = Some(digits.iter().fold(0, |sum, d| sum * 10 + d));
        Ok(text.get(digits.len()..).unwrap_or_default())
    }

    /// A fraction after the seconds that the layout does not mention.
    fn unasked_fraction<'a>(&mut self, rest: &'a [u8], left: &[u8]) -> Result<&'a [u8], Refusal> {
        if matches!(
            next_part(left).1,
            Some((Part::Fraction(..) | Part::Trimmed(..), _))
        ) {
            return Ok(rest);
        }
        self.fraction(rest)
    }

    fn fraction<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8], Refusal> {
        if !matches!(text.first(), Some(b'.' | b',')) || digit(text, 1).is_none() {
            return Ok(text);
        }
        let digits = text
            .iter()
            .skip(1)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let (head, rest) = text.split_at_checked(digits + 1).ok_or(Refusal::Bad)?;
        self.nanos = nanos(head)?;
        Ok(rest)
    }

    fn read_offset<'a>(&mut self, text: &'a [u8], how: Offset) -> Result<&'a [u8], Refusal> {
        if how.iso
            && let Some(rest) = text.strip_prefix(b"Z")
        {
            self.utc = true;
            return Ok(rest);
        }
        let len = match (how.short, how.colon, how.seconds) {
            (true, ..) => 3,
            (_, true, true) => 9,
            (_, true, false) => 6,
            (_, false, true) => 7,
            _ => 5,
        };
        let (head, rest) = text.split_at_checked(len).ok_or(Refusal::Bad)?;
        let (sign, body) = head.split_first().ok_or(Refusal::Bad)?;
        let step = if how.colon { 3 } else { 2 };
        if how.colon
            && (2..body.len())
                .step_by(3)
                .any(|at| body.get(at) != Some(&b':'))
        {
            return Err(Refusal::Bad);
        }
        let mut parts = [0_i64; 3];
        let count = if how.short {
            1
        } else {
            2 + usize::from(how.seconds)
        };
        for (at, part) in parts.iter_mut().take(count).enumerate() {
            *part = number(body.get(at * step..at * step + 2).unwrap_or_default(), true)?.0;
        }
        let [hours, minutes, seconds] = parts;
        for (value, most, name) in [
            (hours, 24, "time zone offset hour"),
            (minutes, 60, "time zone offset minute"),
            (seconds, 60, "time zone offset second"),
        ] {
            if value > most {
                return Err(Refusal::Range(name));
            }
        }
        let offset = (hours * 60 + minutes) * 60 + seconds;
        self.offset = Some(match sign {
            b'+' => offset,
            b'-' => -offset,
            _ => return Err(Refusal::Bad),
        });
        Ok(rest)
    }

    fn zone_name<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8], Refusal> {
        if let Some(rest) = text.strip_prefix(b"UTC") {
            self.utc = true;
            return Ok(rest);
        }
        let len = zone_length(text).ok_or(Refusal::Bad)?;
        let (name, rest) = text.split_at_checked(len).ok_or(Refusal::Bad)?;
        self.zone = name.to_vec();
        Ok(rest)
    }

    fn finish(mut self) -> Result<Time, String> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        if let Some(year_day) = self.year_day {
            self.place_year_day(year_day)?;
        }
        let (month, day) = (self.month.unwrap_or(1), self.day.unwrap_or(1));
        if day < 1 || day > days_in(month, self.year) {
            return Err(": day out of range".into());
        }
        let make = |zone| {
            Time::date(
                [self.year, month, day],
                [self.hour, self.minute, self.second],
                self.nanos,
                zone,
            )
        };
        if self.utc {
            return Ok(make(Zone::Utc));
        }
        let name = String::from_utf8_lossy(&self.zone).into_owned();
        // -1 second is Go's mark for no offset.
        if let Some(offset) = self.offset.filter(|o| *o != -1) {
            let time = make(Zone::Local).add(offset.wrapping_mul(-1_000_000_000));
            let local = offset == 0 && (name.is_empty() || name == "UTC");
            return Ok(if local {
                time
            } else {
                time.within(Zone::Fixed(name.into(), offset))
            });
        }
        if !name.is_empty() {
            let hours = name
                .strip_prefix("GMT")
                .and_then(|h| h.parse::<i64>().ok())
                .unwrap_or_default();
            return Ok(make(Zone::Fixed(name.into(), hours * 3600)));
        }
        Ok(make(Zone::Local))
    }

    fn place_year_day(&mut self, year_day: i64) -> Result<(), String> {
        let most = if is_leap(self.year) { 366 } else { 365 };
        if year_day < 1 || year_day > most {
            return Err(": day-of-year out of range".into());
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(month, self.year) {
            day -= days_in(month, self.year);
            month += 1;
        }
        if self.month.is_some_and(|m| m != month) {
            return Err(": day-of-year does not match month".into());
        }
        if self.day.is_some_and(|d| d != day) {
            return Err(": day-of-year does not match day".into());
        }
        (self.month, self.day) = (Some(month), Some(day));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_go_reads_them() {
        for (layout, value, expected) in [
            ("2006-01-02", "2024-02-29", "2024-02-29 00:00:00 +0000 UTC"),
            (
                "2006-01-02T15:04:05Z07:00",
                "2024-02-29T10:11:12.5+02:00",
                "2024-02-29 10:11:12.5 +0200 +0200",
            ),
            (
                "Jan _2 15:04 MST 2006",
                "feb  3 09:08 CET 2024",
                "2024-02-03 09:08:00 +0000 CET",
            ),
            ("3:04PM", "12:05AM", "0000-01-01 00:05:00 +0000 UTC"),
            ("2006 002", "2024 060", "2024-02-29 00:00:00 +0000 UTC"),
        ] {
            assert_eq!(
                parse(layout.as_bytes(), value.as_bytes())
                    .unwrap()
                    .to_text(),
                expected,
                "{value}"
            );
        }
    }

    #[test]
    fn errors_are_gos() {
        for (layout, value, expected) in [
            (
                "2006-01-02",
                "2024-13-01",
                "parsing time \"2024-13-01\": month out of range",
            ),
            (
                "2006-01-02",
                "2023-02-29",
                "parsing time \"2023-02-29\": day out of range",
            ),
            (
                "2006-01-02",
                "x",
                "parsing time \"x\" as \"2006-01-02\": cannot parse \"x\" as \"2006\"",
            ),
            ("2006", "2024x", "parsing time \"2024x\": extra text: \"x\""),
        ] {
            assert_eq!(
                parse(layout.as_bytes(), value.as_bytes()).map(|t| t.to_text()),
                Err(expected.into())
            );
        }
    }
}
