//! Go's time layouts (`2006-01-02T15:04:05Z07:00`): finding their parts and writing times by them.

use super::time::{Civil, Time, day_name, month_name};

/// One part of a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// A month or weekday in words
    Name(Name, Length),
    /// A number of one to three digits
    Number(Unit, Fill),
    /// `2006`
    Year,
    /// `06`
    YearOfCentury,
    /// `PM`, `pm`: whether in capitals
    HalfDay(bool),
    /// `MST`
    Zone,
    /// A numeric offset
    Offset(Offset),
    /// `.000`: separator and number of digits
    Fraction(u8, usize),
    /// `.999`: the same, trailing zeros dropped
    Trimmed(u8, usize),
}

/// What is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Month,
    Weekday,
}

/// How much of a name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Whole,
    /// Three letters
    Short,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Month,
    Day,
    YearDay,
    /// 0 to 23
    Hour,
    /// 1 to 12
    HalfDayHour,
    Minute,
    Second,
}

/// What fills a short number up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    Nothing,
    Blanks,
    Zeros,
}

/// How a numeric offset is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offset {
    /// `Z` for zero
    pub(crate) iso: bool,
    /// With colons
    pub(crate) colon: bool,
    /// Hours only
    pub(crate) short: bool,
    /// With seconds
    pub(crate) seconds: bool,
}

const fn offset(iso: bool, colon: bool, short: bool, seconds: bool) -> Part {
    Part::Offset(Offset {
        iso,
        colon,
        short,
        seconds,
    })
}

/// Fixed texts, in the order in which Go tries them; those of the third column need no lower-case letter after them.
const FIXED: [(&[u8], Part, bool); 34] = [
    (b"January", Part::Name(Name::Month, Length::Whole), false),
    (b"Jan", Part::Name(Name::Month, Length::Short), true),
    (b"Monday", Part::Name(Name::Weekday, Length::Whole), false),
    (b"Mon", Part::Name(Name::Weekday, Length::Short), true),
    (b"MST", Part::Zone, false),
    (b"01", Part::Number(Unit::Month, Fill::Zeros), false),
    (b"02", Part::Number(Unit::Day, Fill::Zeros), false),
    (b"03", Part::Number(Unit::HalfDayHour, Fill::Zeros), false),
    (b"04", Part::Number(Unit::Minute, Fill::Zeros), false),
    (b"05", Part::Number(Unit::Second, Fill::Zeros), false),
    (b"06", Part::YearOfCentury, false),
    (b"002", Part::Number(Unit::YearDay, Fill::Zeros), false),
    (b"15", Part::Number(Unit::Hour, Fill::Zeros), false),
    (b"1", Part::Number(Unit::Month, Fill::Nothing), false),
    (b"2006", Part::Year, false),
    (b"2", Part::Number(Unit::Day, Fill::Nothing), false),
    (b"_2006", Part::Year, false),
    (b"_2", Part::Number(Unit::Day, Fill::Blanks), false),
    (b"__2", Part::Number(Unit::YearDay, Fill::Blanks), false),
    (b"3", Part::Number(Unit::HalfDayHour, Fill::Nothing), false),
    (b"4", Part::Number(Unit::Minute, Fill::Nothing), false),
    (b"5", Part::Number(Unit::Second, Fill::Nothing), false),
    (b"PM", Part::HalfDay(true), false),
    (b"pm", Part::HalfDay(false), false),
    (b"-070000", offset(false, false, false, true), false),
    (b"-07:00:00", offset(false, true, false, true), false),
    (b"-0700", offset(false, false, false, false), false),
    (b"-07:00", offset(false, true, false, false), false),
    (b"-07", offset(false, false, true, false), false),
    (b"Z070000", offset(true, false, false, true), false),
    (b"Z07:00:00", offset(true, true, false, true), false),
    (b"Z0700", offset(true, false, false, false), false),
    (b"Z07:00", offset(true, true, false, false), false),
    (b"Z07", offset(true, false, true, false), false),
];

/// A layout cut at its first part: what is before, the part with its text, what is after.
pub(crate) type Cut<'a> = (&'a [u8], Option<(Part, &'a [u8])>, &'a [u8]);

/// Cuts `layout` at its first part.
pub(crate) fn next_part(layout: &[u8]) -> Cut<'_> {
    for at in 0..layout.len() {
        let rest = layout.get(at..).unwrap_or_default();
        if let Some((part, skip, len)) = part_at(rest) {
            let start = at + skip;
            let end = at + len;
            let before = layout.get(..start).unwrap_or_default();
            let text = layout.get(start..end).unwrap_or_default();
            return (
                before,
                Some((part, text)),
                layout.get(end..).unwrap_or_default(),
            );
        }
    }
    (layout, None, &[])
}

/// The part `rest` begins with, how many bytes before it are literal, and where it ends.
fn part_at(rest: &[u8]) -> Option<(Part, usize, usize)> {
    if let [separator @ (b'.' | b','), digit @ (b'0' | b'9'), ..] = rest {
        let digits = rest.iter().skip(1).take_while(|b| *b == digit).count();
        if !rest.get(digits + 1).is_some_and(u8::is_ascii_digit) {
            let part = if *digit == b'0' {
                Part::Fraction(*separator, digits)
            } else {
                Part::Trimmed(*separator, digits)
            };
            return Some((part, 0, digits + 1));
        }
        return None;
    }
    for (text, part, bounded) in FIXED {
        if rest.starts_with(text)
            && !(bounded && rest.get(text.len()).is_some_and(u8::is_ascii_lowercase))
        {
            // `_2006` is an underscore and a year.
            let skip = usize::from(text == b"_2006");
            return Some((part, skip, text.len()));
        }
    }
    None
}

/// Writes a time by a layout.
pub(crate) fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    let civil = time.civil();
    let mut out = Vec::with_capacity(layout.len() + 10);
    let mut layout = layout;
    while !layout.is_empty() {
        let (before, part, after) = next_part(layout);
        out.extend_from_slice(before);
        let Some((part, _)) = part else { break };
        out.extend_from_slice(write(part, time, &civil).as_bytes());
        layout = after;
    }
    out
}

fn write(part: Part, time: &Time, c: &Civil) -> String {
    match part {
        Part::Name(what, length) => {
            let name = match what {
                Name::Month => month_name(c.month),
                Name::Weekday => day_name(c.weekday),
            };
            match length {
                Length::Whole => name.into(),
                Length::Short => name.chars().take(3).collect(),
            }
        }
        Part::Number(unit, fill) => {
            let (number, width) = match unit {
                Unit::Month => (c.month, 2),
                Unit::Day => (c.day, 2),
                Unit::YearDay => (c.year_day, 3),
                Unit::Hour => (c.hour, 2),
                Unit::HalfDayHour => ((c.hour + 11) % 12 + 1, 2),
                Unit::Minute => (c.minute, 2),
                Unit::Second => (c.second, 2),
            };
            match fill {
                Fill::Nothing => number.to_string(),
                Fill::Blanks => format!("{number:width$}"),
                Fill::Zeros => format!("{number:0width$}"),
            }
        }
        Part::Year if c.year < 0 => format!("-{:04}", c.year.unsigned_abs()),
        Part::Year => format!("{:04}", c.year),
        Part::YearOfCentury => format!("{:02}", c.year.unsigned_abs() % 100),
        Part::HalfDay(capitals) => {
            let text = if c.hour >= 12 { "PM" } else { "AM" };
            if capitals {
                text.into()
            } else {
                text.to_lowercase()
            }
        }
        Part::Zone => match time.abbreviation() {
            name if name.is_empty() => write_offset(time.offset(), Offset::default()),
            name => name,
        },
        Part::Offset(how) => write_offset(time.offset(), how),
        Part::Fraction(separator, digits) => fraction(time.nanos(), separator, digits),
        Part::Trimmed(_, _) if time.nanos() == 0 => String::new(),
        Part::Trimmed(separator, digits) => {
            let text = fraction(time.nanos(), separator, digits);
            let text = text.trim_end_matches('0');
            text.strip_suffix(char::from(separator))
                .unwrap_or(text)
                .into()
        }
    }
}

fn fraction(nanos: u32, separator: u8, digits: usize) -> String {
    let all = format!("{nanos:09}");
    let shown = all.get(..digits.min(9)).unwrap_or(&all);
    format!("{}{shown}", char::from(separator))
}

fn write_offset(seconds: i64, how: Offset) -> String {
    if how.iso && seconds == 0 {
        return "Z".into();
    }
    let minutes = seconds / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let colon = if how.colon { ":" } else { "" };
    let mut out = format!("{sign}{:02}", minutes.abs() / 60);
    if !how.short {
        out.push_str(&format!("{colon}{:02}", minutes.abs() % 60));
    }
    if how.seconds {
        out.push_str(&format!("{colon}{:02}", seconds.abs() % 60));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go::time::Zone;

    #[test]
    fn every_part_of_a_layout_is_written_as_go_does() {
        let t = Time::date(
            [2024, 2, 9],
            [15, 4, 5],
            120_000_000,
            Zone::Fixed("".into(), -12_600),
        );
        for (layout, expected) in [
            (
                "January Jan 1 01 Monday Mon 2 _2 02 __2 002",
                "February Feb 2 02 Friday Fri 9  9 09  40 040",
            ),
            ("15 3 03 4 04 5 05 PM pm", "11 11 11 34 34 5 05 AM am"),
            ("2006 06 MST", "2024 24 -0330"),
            (
                "-0700 -07:00 -07 Z07:00 -070000 -07:00:00",
                "-0330 -03:30 -03 -03:30 -033000 -03:30:00",
            ),
            (".000 .999999 ,00 .0001", ".120 .12 ,12 .0002"),
            ("Janet Monk _2006 x", "Janet Monk _2024 x"),
        ] {
            assert_eq!(
                String::from_utf8(t.format(layout.as_bytes())).unwrap(),
                expected,
                "{layout}"
            );
        }
    }
}
