//! The flags of Go's klog. They set nothing here, but scripts pass them, so their values are
//! checked by the same rules.

use super::parse_bool;
use crate::go::quote;

/// What a logging flag takes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Switch,
    Text,
    /// A whole number of megabytes.
    Size,
    /// A verbosity, as a 32-bit integer.
    Level,
    /// A level's name or its number.
    Severity,
    /// `FILE.go:LINE`.
    Location,
    /// `PATTERN=LEVEL,…`.
    Modules,
}

impl Kind {
    pub(super) fn is_switch(self) -> bool {
        matches!(self, Self::Switch)
    }

    /// Says why a value is refused.
    pub(super) fn check(self, value: &str) -> Result<(), String> {
        match self {
            Self::Text => Ok(()),
            Self::Switch => parse_bool(value)
                .map(drop)
                .ok_or_else(|| "parse error".to_owned()),
            Self::Size => check_size(value),
            Self::Level => check_int32(value).map(drop),
            Self::Severity => {
                let name = value.to_uppercase();
                if ["INFO", "WARNING", "ERROR", "FATAL"].contains(&name.as_str()) {
                    return Ok(());
                }
                check_int32(value).map(drop)
            }
            Self::Location => check_location(value),
            Self::Modules => check_modules(value),
        }
    }
}

/// An unsigned integer in Go's notation, with a base prefix if any.
fn check_size(value: &str) -> Result<(), String> {
    let lower = value.to_ascii_lowercase();
    let (digits, base) = if let Some(hex) = lower.strip_prefix("0x") {
        (hex, 16)
    } else if let Some(binary) = lower.strip_prefix("0b") {
        (binary, 2)
    } else if let Some(octal) = lower.strip_prefix("0o") {
        (octal, 8)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (lower.trim_start_matches('0'), 8)
    } else {
        (lower.as_str(), 10)
    };
    let well_formed = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    if well_formed {
        return match u64::from_str_radix(digits, base) {
            Ok(_) => Ok(()),
            Err(_) => Err("value out of range".to_owned()),
        };
    }
    // Zeros alone are the number zero.
    if base == 8 && digits.is_empty() && !lower.contains('o') {
        return Ok(());
    }
    Err("parse error".to_owned())
}

fn check_int32(value: &str) -> Result<i32, String> {
    let digits = value.strip_prefix(['+', '-']).unwrap_or(value);
    let well_formed = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    value.parse().map_err(|_| {
        let reason = if well_formed {
            "value out of range"
        } else {
            "invalid syntax"
        };
        format!("strconv.ParseInt: parsing {}: {reason}", quote(value))
    })
}

fn check_location(value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Ok(());
    }
    let line = match value.split_once(':') {
        Some((file, line)) if file.contains('.') && !line.contains(':') => line.parse::<i64>().ok(),
        _ => None,
    };
    match line {
        Some(line) if line > 0 => Ok(()),
        Some(_) => Err("negative or zero value for level".to_owned()),
        None => Err("syntax error: expect file.go:234".to_owned()),
    }
}

fn check_modules(value: &str) -> Result<(), String> {
    for module in value.split(',').filter(|module| !module.is_empty()) {
        let level = match module.split_once('=') {
            Some((pattern, level)) if !pattern.is_empty() => level.parse::<i32>().ok(),
            _ => None,
        };
        match level {
            Some(level) if level < 0 => {
                return Err("negative value for vmodule level".to_owned());
            }
            Some(_) => {}
            None => {
                return Err("syntax error: expect comma-separated list of filename=N".to_owned());
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Kind::{Level, Location, Modules, Severity, Size, Switch};

    #[test]
    fn values_are_checked_as_the_library_does() {
        for (kind, value, expected) in [
            (Switch, "2", Err("parse error")),
            (Switch, "T", Ok(())),
            (Size, "-1", Err("parse error")),
            (Size, "0x10", Ok(())),
            (Size, "0", Ok(())),
            (Size, "00", Ok(())),
            (Size, "08", Err("parse error")),
            (Size, "", Err("parse error")),
            (Size, "99999999999999999999", Err("value out of range")),
            (
                Level,
                "99999999999",
                Err("strconv.ParseInt: parsing \"99999999999\": value out of range"),
            ),
            (Level, "+3", Ok(())),
            (Severity, "info", Ok(())),
            (Severity, "9", Ok(())),
            (
                Severity,
                "abc",
                Err("strconv.ParseInt: parsing \"abc\": invalid syntax"),
            ),
            (Location, "a.go:7", Ok(())),
            (Location, "a:7", Err("syntax error: expect file.go:234")),
            (Location, "a.go:-1", Err("negative or zero value for level")),
            (Modules, "a=1,,b=2", Ok(())),
            (
                Modules,
                "a",
                Err("syntax error: expect comma-separated list of filename=N"),
            ),
            (Modules, "a=-1", Err("negative value for vmodule level")),
        ] {
            assert_eq!(
                kind.check(value),
                expected.map_err(str::to_owned),
                "{value:?}"
            );
        }
    }
}
