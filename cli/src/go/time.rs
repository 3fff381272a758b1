//! Timestamps as Kubernetes keeps them: RFC 3339, whole seconds, UTC.

use jiff::Timestamp;
use jiff::civil::DateTime;
use lacre_manifest::Node;

use super::decode::{Decoder, GoValue, Names};
use super::json::Json;

/// Go's name of the format, which its errors quote.
const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// A moment, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Time(Option<Timestamp>);

impl GoValue for Time {
    const NAME: Names = "string";

    fn decode(&mut self, json: &Json, _: Names, decoder: &mut Decoder) -> Result<(), String> {
        match json {
            Json::Null => self.0 = None,
            Json::Text(text) => self.0 = parse(text)?,
            other => return Err(decoder.mismatch_text(other.kind(), "string")),
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    fn encode(&self) -> Node {
        match self.0 {
            Some(time) => Node::string(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            None => Node::null(),
        }
    }
}

/// Reads a moment; the first second of year 1 stands for none.
fn parse(text: &str) -> Result<Option<Timestamp>, String> {
    let mut reader = Reader { text, rest: text };
    let year = reader.number("2006", 4, 4)?;
    reader.literal("-")?;
    let month = reader.number("01", 2, 2)?;
    reader.range(month, 1..=12, "month")?;
    reader.literal("-")?;
    let day = reader.number("02", 2, 2)?;
    reader.literal("T")?;
    let hour = reader.number("15", 1, 2)?;
    reader.range(hour, 0..=23, "hour")?;
    reader.literal(":")?;
    let minute = reader.number("04", 2, 2)?;
    reader.range(minute, 0..=59, "minute")?;
    reader.literal(":")?;
    let second = reader.number("05", 2, 2)?;
    reader.range(second, 0..=59, "second")?;
    reader.fraction();
    let offset = reader.zone()?;
    if !reader.rest.is_empty() {
        let extra = quote(reader.rest);
        return Err(reader.error(&format!(": extra text: {extra}")));
    }
    let day_error = || reader.error(": day out of range");
    let small = |number: i32| i8::try_from(number).map_err(|_| day_error());
    let local = DateTime::new(
        i16::try_from(year).map_err(|_| day_error())?,
        small(month)?,
        small(day)?,
        small(hour)?,
        small(minute)?,
        small(second)?,
        0,
    )
    .map_err(|_| day_error())?;
    let utc = local
        .to_zoned(jiff::tz::TimeZone::UTC)
        .map_err(|_| day_error())?;
    let seconds = utc.timestamp().as_second() - i64::from(offset);
    if seconds == YEAR_ONE {
        return Ok(None);
    }
    Timestamp::from_second(seconds)
        .map(Some)
        .map_err(|_| day_error())
}

/// Quoted as Go's time package does: byte by byte beyond ASCII.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("\\x{other:02x}")),
        }
    }
    out.push('"');
    out
}

/// 0001-01-01T00:00:00Z, in seconds since 1970.
const YEAR_ONE: i64 = -62_135_596_800;

struct Reader<'a> {
    text: &'a str,
    rest: &'a str,
}

impl Reader<'_> {
    fn error(&self, reason: &str) -> String {
        // Only times that could not be read are quoted, and only from metadata.
        format!("parsing time {}{reason}", quote(self.text))
    }

    fn mismatch(&self, element: &str) -> String {
        let (whole, rest, element) = (quote(self.text), quote(self.rest), quote(element));
        let layout = quote(LAYOUT);
        format!("parsing time {whole} as {layout}: cannot parse {rest} as {element}")
    }

    fn literal(&mut self, text: &str) -> Result<(), String> {
        self.rest = self
            .rest
            .strip_prefix(text)
            .ok_or_else(|| self.mismatch(text))?;
        Ok(())
    }

    /// At least `least` and at most `most` digits.
    fn number(&mut self, element: &str, least: usize, most: usize) -> Result<i32, String> {
        let digits = self
            .rest
            .bytes()
            .take(most)
            .take_while(u8::is_ascii_digit)
            .count();
        let (number, rest) = self.rest.split_at_checked(digits).unwrap_or_default();
        if digits < least {
            return Err(self.mismatch(element));
        }
        let number = number.parse().map_err(|_| self.mismatch(element))?;
        self.rest = rest;
        Ok(number)
    }

    fn range(
        &self,
        number: i32,
        range: std::ops::RangeInclusive<i32>,
        what: &str,
    ) -> Result<(), String> {
        if range.contains(&number) {
            return Ok(());
        }
        Err(self.error(&format!(": {what} out of range")))
    }

    /// Parts of a second are read over.
    fn fraction(&mut self) {
        if let Some(after) = self.rest.strip_prefix(['.', ',']) {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            if rest.len() < after.len() {
                self.rest = rest;
            }
        }
    }

    /// `Z` or an offset, in seconds.
    fn zone(&mut self) -> Result<i32, String> {
        const ELEMENT: &str = "Z07:00";
        if let Some(rest) = self.rest.strip_prefix('Z') {
            self.rest = rest;
            return Ok(0);
        }
        let sign = match self.rest.bytes().next() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Err(self.mismatch(ELEMENT)),
        };
        let digits = |from: usize| {
            let digits = self.rest.get(from..from + 2)?;
            let all = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse::<i32>().ok().filter(|_| all)
        };
        let (Some(hours), Some(minutes), Some(":")) = (digits(1), digits(4), self.rest.get(3..4))
        else {
            return Err(self.mismatch(ELEMENT));
        };
        let rest = self.rest.get(6..).unwrap_or_default();
        self.range(hours, 0..=24, "time zone offset hour")?;
        self.range(minutes, 0..=60, "time zone offset minute")?;
        self.rest = rest;
        Ok(sign * (hours * 3600 + minutes * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let node = Time(parse(text).unwrap()).encode();
        node.as_str().unwrap_or("null").to_owned()
    }

    #[test]
    fn moments_are_written_in_utc_and_whole_seconds() {
        for (text, expected) in [
            ("2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"),
            ("2020-01-02T03:04:05.678+02:00", "2020-01-02T01:04:05Z"),
            ("2020-01-02T3:04:05Z", "2020-01-02T03:04:05Z"),
            ("0001-01-01T00:00:00Z", "null"),
            ("1960-02-29T23:59:59-00:30", "1960-03-01T00:29:59Z"),
        ] {
            assert_eq!(written(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_are_those_of_go() {
        let as_layout = "as \"2006-01-02T15:04:05Z07:00\": cannot parse";
        for (text, expected) in [
            (
                "foo",
                format!("parsing time \"foo\" {as_layout} \"foo\" as \"2006\""),
            ),
            (
                "2020-01-02",
                format!("parsing time \"2020-01-02\" {as_layout} \"\" as \"T\""),
            ),
            (
                "2020-13-02T03:04:05Z",
                "parsing time \"2020-13-02T03:04:05Z\": month out of range".to_owned(),
            ),
            (
                "2021-02-29T03:04:05Z",
                "parsing time \"2021-02-29T03:04:05Z\": day out of range".to_owned(),
            ),
            (
                "2020-01-02T03:04:05Zx",
                "parsing time \"2020-01-02T03:04:05Zx\": extra text: \"x\"".to_owned(),
            ),
            (
                "2020-01-02T03:04:05",
                format!("parsing time \"2020-01-02T03:04:05\" {as_layout} \"\" as \"Z07:00\""),
            ),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
    }
}
