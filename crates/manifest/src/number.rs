//! Numbers as Go carries and prints them: kubectl's decoder and printer are written in it.

use crate::yaml::resolve::{self, Resolved};

/// A number of a manifest.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Number {
    /// Any whole number that fits.
    Int(i64),
    /// A whole number above `i64::MAX`.
    UInt(u64),
    /// Everything else; always finite.
    Float(f64),
}

impl Number {
    /// The text that Go's `encoding/json` writes: `1.50` in YAML becomes `1.5`, `1e3` becomes `1000`.
    #[must_use]
    pub fn json_text(&self) -> String {
        match *self {
            Self::Int(n) => n.to_string(),
            Self::UInt(n) => n.to_string(),
            Self::Float(n) => {
                let digits = Digits::of_f64(n);
                let magnitude = n.abs();
                if magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude) {
                    digits.exponential(1)
                } else {
                    digits.decimal()
                }
            }
        }
    }

    /// The text that a string field receives for this number when sigs.k8s.io/yaml decodes into a typed
    /// object, as kubeseal does: floats pass through single precision, so `1.23456789` arrives as `1.2345679`.
    #[must_use]
    pub fn field_text(&self) -> String {
        match *self {
            Self::Float(n) => go_general_f32(n),
            _ => self.json_text(),
        }
    }

    /// The text that goyaml.v2 writes after the number went through JSON, as sigs.k8s.io/yaml sends it: a whole float
    /// has become a whole number on the way.
    #[must_use]
    pub(crate) fn yaml_text(&self) -> String {
        let json = self.json_text();
        match resolve::plain(&json) {
            Resolved::Float(n) => go_general_f64(n),
            Resolved::Int(n) => n.to_string(),
            _ => json,
        }
    }
}

/// Go's `strconv.FormatFloat(n, 'g', -1, 64)`.
pub(crate) fn go_general_f64(n: f64) -> String {
    special(n).unwrap_or_else(|| Digits::of_f64(n).general())
}

/// Go's `strconv.FormatFloat(n, 'g', -1, 32)`, which also rounds to single precision.
pub(crate) fn go_general_f32(n: f64) -> String {
    let single = n as f32;
    special(f64::from(single)).unwrap_or_else(|| Digits::parse(&format!("{single:e}")).general())
}

fn special(n: f64) -> Option<String> {
    if n.is_nan() {
        Some("NaN".to_owned())
    } else if n.is_infinite() {
        Some(if n > 0.0 { "+Inf" } else { "-Inf" }.to_owned())
    } else {
        None
    }
}

/// The shortest decimal digits that read back as the same float: 0.d1d2d3... times ten to the `point`.
struct Digits {
    negative: bool,
    digits: String,
    point: i32,
}

impl Digits {
    fn of_f64(n: f64) -> Self {
        Self::parse(&format!("{n:e}"))
    }

    /// From Rust's `{:e}`, which gives the shortest digits, as Go does.
    fn parse(exponential: &str) -> Self {
        let (negative, rest) = match exponential.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, exponential),
        };
        let (mantissa, exponent) = rest.split_once('e').unwrap_or((rest, "0"));
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let zero = digits.chars().all(|c| c == '0');
        let exponent: i32 = exponent.parse().unwrap_or(0);
        Self {
            negative,
            digits,
            point: if zero { 0 } else { exponent + 1 },
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    fn is_zero(&self) -> bool {
        self.digits.chars().all(|c| c == '0')
    }

    /// `%f` with as many digits as needed.
    fn decimal(&self) -> String {
        if self.is_zero() {
            return format!("{}0", self.sign());
        }
        let length = i32::try_from(self.digits.len()).unwrap_or(i32::MAX);
        if self.point <= 0 {
            let zeros = "0".repeat(usize::try_from(-self.point).unwrap_or(0));
            format!("{}0.{zeros}{}", self.sign(), self.digits)
        } else if self.point >= length {
            let zeros = "0".repeat(usize::try_from(self.point - length).unwrap_or(0));
            format!("{}{}{zeros}", self.sign(), self.digits)
        } else {
            let (whole, part) = self
                .digits
                .split_at_checked(usize::try_from(self.point).unwrap_or(0))
                .unwrap_or_default();
            format!("{}{whole}.{part}", self.sign())
        }
    }

    /// `%e` with as many digits as needed and an exponent of at least `width` digits.
    fn exponential(&self, width: usize) -> String {
        let (first, rest) = self
            .digits
            .split_at_checked(1)
            .unwrap_or((&self.digits, ""));
        let dot = if rest.is_empty() { "" } else { "." };
        let exponent = if self.is_zero() { 0 } else { self.point - 1 };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!(
            "{}{first}{dot}{rest}e{sign}{:0width$}",
            self.sign(),
            exponent.abs()
        )
    }

    /// `%g` at the shortest precision: exponential below 1e-4 and from 1e6 on.
    fn general(&self) -> String {
        if !self.is_zero() && !(-4..6).contains(&(self.point - 1)) {
            self.exponential(2)
        } else {
            self.decimal()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Go 1.26: value, 'g' at 64 bits, 'g' at 32 bits, `encoding/json`.
    const RECORDED: &[(f64, &str, &str, &str)] = &[
        (1_234_567.5, "1.2345675e+06", "1.2345675e+06", "1234567.5"),
        (
            123_456_789.0,
            "1.23456789e+08",
            "1.2345679e+08",
            "123456789",
        ),
        (1e6, "1e+06", "1e+06", "1000000"),
        (1e5, "100000", "100000", "100000"),
        (999_999.5, "999999.5", "999999.5", "999999.5"),
        (1e-5, "1e-05", "1e-05", "0.00001"),
        (0.0001, "0.0001", "0.0001", "0.0001"),
        (1e20, "1e+20", "1e+20", "100000000000000000000"),
        (1e21, "1e+21", "1e+21", "1e+21"),
        (1.5e300, "1.5e+300", "+Inf", "1.5e+300"),
        (0.0, "0", "0", "0"),
        (-0.0, "-0", "-0", "-0"),
        (1e-7, "1e-07", "1e-07", "1e-7"),
        (0.000_001_234, "1.234e-06", "1.234e-06", "0.000001234"),
    ];

    #[test]
    fn floats_are_printed_as_go_prints_them() {
        for &(n, general64, general32, json) in RECORDED {
            assert_eq!(go_general_f64(n), general64);
            assert_eq!(go_general_f32(n), general32);
            assert_eq!(Number::Float(n).json_text(), json);
        }
    }
}
