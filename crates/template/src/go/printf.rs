//! Formats of Go's `Sprintf`: directives, argument numbers, widths from arguments.

use super::format::Flags;
use super::printer::Printer;
use super::runes;
use crate::value::Value;

impl Printer {
    /// `fmt.Sprintf`
    pub(crate) fn printf(&mut self, format: &[u8], values: &[Value]) {
        let mut scan = Scan {
            format,
            at: 0,
            argument: 0,
            reordered: false,
            good: true,
        };
        while scan.at < format.len() && self.out.len() <= self.limit {
            let rest = format.get(scan.at..).unwrap_or_default();
            let plain = rest.iter().position(|b| *b == b'%').unwrap_or(rest.len());
            self.out.bytes(rest.get(..plain).unwrap_or_default());
            scan.at += plain;
            if scan.at >= format.len() {
                break;
            }
            scan.at += 1;
            if !self.directive(&mut scan, values) {
                break;
            }
        }
        if !scan.reordered && scan.argument < values.len() {
            self.flags = Flags::default();
            self.out.text("%!(EXTRA ");
            for (at, value) in values
                .get(scan.argument..)
                .unwrap_or_default()
                .iter()
                .enumerate()
            {
                if at > 0 {
                    self.out.text(", ");
                }
                if value.is_nothing() {
                    self.out.text("<nil>");
                } else {
                    self.out.text(value.type_name());
                    self.out.byte(b'=');
                    self.argument(value, 'v');
                }
            }
            self.out.byte(b')');
        }
    }

    /// One `%...`; false when the format ends within it.
    fn directive(&mut self, scan: &mut Scan<'_>, values: &[Value]) -> bool {
        self.flags = Flags::default();
        scan.good = true;
        while let Some(byte) = scan.peek() {
            match byte {
                b'#' => self.flags.sharp = true,
                b'0' => self.flags.zero = true,
                b'+' => self.flags.plus = true,
                b'-' => self.flags.minus = true,
                b' ' => self.flags.space = true,
                _ => break,
            }
            scan.at += 1;
        }
        let mut after_index = scan.index(values.len());
        if scan.peek() == Some(b'*') {
            scan.at += 1;
            let width = scan.star(values);
            if width.is_none() {
                self.out.text("%!(BADWIDTH)");
            }
            self.flags.width = width.map(|n| usize::try_from(n.unsigned_abs()).unwrap_or_default());
            if width.is_some_and(|n| n < 0) {
                self.flags.minus = true;
                self.flags.zero = false;
            }
            after_index = false;
        } else {
            self.flags.width = scan.number();
            if after_index && self.flags.width.is_some() {
                scan.good = false;
            }
        }
        if scan.peek() == Some(b'.') && scan.at + 1 < scan.format.len() {
            scan.at += 1;
            if after_index {
                scan.good = false;
            }
            after_index = scan.index(values.len());
            if scan.peek() == Some(b'*') {
                scan.at += 1;
                let precision = scan.star(values).filter(|n| *n >= 0);
                if precision.is_none() {
                    self.out.text("%!(BADPREC)");
                }
                self.flags.precision = precision.and_then(|n| usize::try_from(n).ok());
                after_index = false;
            } else {
                self.flags.precision = Some(scan.number().unwrap_or_default());
            }
        }
        if !after_index {
            scan.index(values.len());
        }
        let Some((verb, width)) = runes::decode(scan.format.get(scan.at..).unwrap_or_default())
        else {
            self.out.text("%!(NOVERB)");
            return false;
        };
        scan.at += width;
        match values.get(scan.argument) {
            _ if verb == '%' => self.out.byte(b'%'),
            _ if !scan.good => self.complain(verb, "(BADINDEX)"),
            None => self.complain(verb, "(MISSING)"),
            Some(value) => {
                if matches!(verb, 'v' | 'w') {
                    self.flags.sharp_v = std::mem::take(&mut self.flags.sharp);
                    self.flags.plus_v = std::mem::take(&mut self.flags.plus);
                }
                self.argument(value, verb);
                scan.argument += 1;
            }
        }
        true
    }
}

/// A format being read.
struct Scan<'a> {
    format: &'a [u8],
    at: usize,
    argument: usize,
    reordered: bool,
    good: bool,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    /// A number of up to seven digits; more make the rest of the format go unread, as in Go.
    fn number(&mut self) -> Option<usize> {
        let mut value = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            let so_far = value.unwrap_or_default();
            if so_far > 1_000_000 {
                self.at = self.format.len();
                return None;
            }
            value = Some(so_far * 10 + usize::from(digit - b'0'));
            self.at += 1;
        }
        value
    }

    /// `[2]`: makes that the next argument; true when one was well read.
    fn index(&mut self, arguments: usize) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at..).unwrap_or_default();
        let close = if rest.len() < 3 {
            None
        } else {
            rest.iter().position(|b| *b == b']')
        };
        let Some(close) = close else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let digits = rest.get(1..close).unwrap_or_default();
        let number = std::str::from_utf8(digits)
            .ok()
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|d| d.parse::<usize>().ok());
        self.at += close + 1;
        match number {
            Some(n) if n >= 1 && n <= arguments => {
                self.argument = n - 1;
                true
            }
            other => {
                self.good = false;
                other.is_some()
            }
        }
    }

    /// `*`: a width or precision from the arguments.
    fn star(&mut self, values: &[Value]) -> Option<i64> {
        let value = values.get(self.argument)?;
        self.argument += 1;
        let n = match value {
            Value::Signed(_, n) => *n,
            Value::Unsigned(_, n) => i64::try_from(*n).ok()?,
            _ => return None,
        };
        (-1_000_000..=1_000_000).contains(&n).then_some(n)
    }
}
