//! Reads times by Go's layouts; the local zone is UTC.

use super::layout::{Fill, Length, Name, Offset, Part, Unit, next_part};
use super::quote::time_quoted as quoted;
use super::time::{Time, Zone, day_name, days_in, is_leap, month_name};
use super::timeparts::{Refusal, digit, name, nanos, number, plain, skip, zone_length};

/// What has been read of a time so far.
#[derive(Default)]
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
    let mut reading = Reading::default();
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
        let cut = |len: usize| text.split_at_checked(len).ok_or(Refusal::Bad);
        match part {
            Part::Year => {
                let (head, rest) = cut(4)?;
                digit(head, 0).ok_or(Refusal::Bad)?;
                self.year = plain(head)?;
                Ok(rest)
            }
            Part::YearOfCentury => {
                let (head, rest) = cut(2)?;
                let year = plain(head)?;
                self.year = year + if year >= 69 { 1900 } else { 2000 };
                Ok(rest)
            }
            Part::Name(Name::Month, length) => {
                let (month, rest) = name(text, month_name, 1..=12, length == Length::Short)?;
                self.month = Some(month);
                Ok(rest)
            }
            Part::Name(Name::Weekday, length) => {
                // It has to be one, but not the right one.
                let (_, rest) = name(text, day_name, 0..=6, length == Length::Short)?;
                Ok(rest)
            }
            Part::Number(unit, fill) => self.number(unit, fill, text, left),
            Part::HalfDay(capitals) => {
                let (head, rest) = cut(2)?;
                let as_written = if capitals {
                    head.to_ascii_uppercase()
                } else {
                    head.to_ascii_lowercase()
                };
                match head.to_ascii_uppercase().as_slice() {
                    _ if head != as_written => return Err(Refusal::Bad),
                    b"PM" => self.afternoon = Some(true),
                    // Go lets a morning not undo an afternoon.
                    b"AM" => self.afternoon = self.afternoon.or(Some(false)),
                    _ => return Err(Refusal::Bad),
                }
                Ok(rest)
            }
            Part::Zone => self.zone_name(text),
            Part::Offset(how) => self.read_offset(text, how),
            Part::Fraction(_, digits) => {
                let (head, rest) = cut(digits + 1)?;
                self.nanos = nanos(head)?;
                Ok(rest)
            }
            Part::Trimmed(..) => self.fraction(text),
        }
    }

    fn number<'a>(
        &mut self,
        unit: Unit,
        fill: Fill,
        text: &'a [u8],
        left: &[u8],
    ) -> Result<&'a [u8], Refusal> {
        let blanks = match (fill, unit) {
            (Fill::Blanks, Unit::YearDay) => 2,
            (Fill::Blanks, _) => 1,
            _ => 0,
        };
        let blank = |b: &&u8| **b == b' ';
        let skipped = text.iter().take(blanks).take_while(blank).count();
        let text = text.get(skipped..).unwrap_or_default();
        if unit == Unit::YearDay {
            let digits = text
                .iter()
                .take(3)
                .take_while(|b| b.is_ascii_digit())
                .count();
            if digits == 0 || digits < 3 && fill == Fill::Zeros {
                return Err(Refusal::Bad);
            }
            let (digits, rest) = text.split_at_checked(digits).ok_or(Refusal::Bad)?;
            self.year_day = Some(plain(digits)?);
            return Ok(rest);
        }
        // `15` is written with two digits and read with one too.
        let two = fill == Fill::Zeros && unit != Unit::Hour;
        let (n, rest) = number(text, two)?;
        let within = |most: i64, what| match n {
            n if n > most => Err(Refusal::Range(what)),
            n => Ok(n),
        };
        match unit {
            Unit::Month if n == 0 => return Err(Refusal::Range("month")),
            Unit::Month => self.month = Some(within(12, "month")?),
            Unit::Day | Unit::YearDay => self.day = Some(n),
            Unit::Hour => self.hour = within(23, "hour")?,
            Unit::HalfDayHour => self.hour = within(12, "hour")?,
            Unit::Minute => self.minute = within(59, "minute")?,
            Unit::Second => {
                self.second = within(59, "second")?;
                return self.unasked_fraction(rest, left);
            }
        }
        Ok(rest)
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
        // Pairs of digits behind the sign, with or without colons between them.
        let pairs = match (how.short, how.seconds) {
            (true, _) => 1,
            (false, false) => 2,
            (false, true) => 3,
        };
        let step = if how.colon { 3 } else { 2 };
        let len = pairs * step - (step - 2);
        let (head, rest) = text.split_at_checked(1 + len).ok_or(Refusal::Bad)?;
        let (sign, body) = head.split_first().ok_or(Refusal::Bad)?;
        let mut parts = [0; 3];
        let mut readable = true;
        for (at, pair) in body.chunks(step).enumerate() {
            if pair.get(2).is_some_and(|b| *b != b':') {
                return Err(Refusal::Bad);
            }
            match number(pair.get(..2).unwrap_or_default(), true) {
                Ok((n, _)) if readable => parts.get_mut(at).into_iter().for_each(|part| *part = n),
                _ => readable = false,
            }
        }
        let [hours, minutes, seconds] = parts;
        // Go looks at the ranges before it minds what it could not read.
        for (value, most, name) in [
            (seconds, 60, "time zone offset second"),
            (minutes, 60, "time zone offset minute"),
            (hours, 24, "time zone offset hour"),
        ] {
            if value > most {
                return Err(Refusal::Range(name));
            }
        }
        let offset = (hours * 60 + minutes) * 60 + seconds;
        self.offset = Some(match sign {
            _ if !readable => return Err(Refusal::Bad),
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
