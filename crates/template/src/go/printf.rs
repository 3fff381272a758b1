//! Formats of Go's `Sprintf`: directives, argument numbers, widths from arguments.

use super::format::Flags;
use super::printer::Printer;
use super::runes;
use crate::value::Value;

impl Printer {
    /// `fmt.Sprintf`
    pub(crate) fn printf(&mut self, format: &[u8], values: &[Value]) {
        let mut reader = Reader {
            left: format,
            values,
            next: 0,
            reordered: false,
            good_index: true,
        };
        while self.out.len() <= self.limit {
            let plain = reader.left.iter().position(|b| *b == b'%');
            let (text, rest) = reader
                .left
                .split_at_checked(plain.unwrap_or(reader.left.len()))
                .unwrap_or_default();
            self.out.bytes(text);
            let Some(directive) = rest.strip_prefix(b"%") else {
                break;
            };
            reader.left = directive;
            self.directive(&mut reader);
        }
        if !reader.reordered {
            self.extra(values.get(reader.next..).unwrap_or_default());
        }
    }

    /// Arguments that no directive wants.
    fn extra(&mut self, values: &[Value]) {
        if values.is_empty() {
            return;
        }
        self.flags = Flags::default();
        for (at, value) in values.iter().enumerate() {
            self.out.text(if at == 0 { "%!(EXTRA " } else { ", " });
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

    /// What stands behind a `%`.
    fn directive(&mut self, reader: &mut Reader<'_>) {
        reader.good_index = true;
        self.flags = reader.flags();
        // An argument number may stand before a `*` or the verb, but not before digits or a point.
        let mut indexed = reader.index();
        match reader.count() {
            Count::None => {}
            Count::Digits(n) => {
                reader.good_index &= !indexed;
                self.flags.width = Some(n);
            }
            Count::Argument(n) => {
                indexed = false;
                self.set_width(n);
            }
        }
        if let [b'.', rest @ ..] = reader.left
            && !rest.is_empty()
        {
            reader.left = rest;
            reader.good_index &= !indexed;
            indexed = reader.index();
            self.flags.precision = Some(0);
            match reader.count() {
                Count::None => {}
                Count::Digits(n) => self.flags.precision = Some(n),
                Count::Argument(n) => {
                    indexed = false;
                    self.set_precision(n);
                }
            }
        }
        if !indexed {
            reader.index();
        }
        self.verb(reader);
    }

    fn set_width(&mut self, n: Option<i64>) {
        let Some(n) = n else {
            return self.out.text("%!(BADWIDTH)");
        };
        self.flags.width = usize::try_from(n.unsigned_abs()).ok();
        if n < 0 {
            self.flags.minus = true;
            self.flags.zero = false;
        }
    }

    fn set_precision(&mut self, n: Option<i64>) {
        self.flags.precision = n.and_then(|n| usize::try_from(n).ok());
        if self.flags.precision.is_none() {
            self.out.text("%!(BADPREC)");
        }
    }

    fn verb(&mut self, reader: &mut Reader<'_>) {
        let Some((verb, width)) = runes::decode(reader.left) else {
            return self.out.text("%!(NOVERB)");
        };
        reader.left = reader.left.get(width..).unwrap_or_default();
        match reader.values.get(reader.next) {
            _ if verb == '%' => self.out.byte(b'%'),
            _ if !reader.good_index => self.complain(verb, "(BADINDEX)"),
            None => self.complain(verb, "(MISSING)"),
            Some(value) => {
                if matches!(verb, 'v' | 'w') {
                    self.flags.sharp_v = std::mem::take(&mut self.flags.sharp);
                    self.flags.plus_v = std::mem::take(&mut self.flags.plus);
                }
                self.argument(value, verb);
                reader.next += 1;
            }
        }
    }
}

/// A width or precision.
enum Count {
    None,
    Digits(usize),
    /// `*`: from an argument, if that can be one
    Argument(Option<i64>),
}

/// A format being read, and its arguments.
struct Reader<'a> {
    left: &'a [u8],
    values: &'a [Value],
    next: usize,
    /// Some argument was named by its number.
    reordered: bool,
    /// All numbers of arguments in this directive were good.
    good_index: bool,
}

impl Reader<'_> {
    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let [flag, rest @ ..] = self.left {
            match flag {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.left = rest;
        }
        flags
    }

    fn count(&mut self) -> Count {
        if let [b'*', rest @ ..] = self.left {
            self.left = rest;
            return Count::Argument(self.argument());
        }
        let len = self.left.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = self.left.split_at_checked(len).unwrap_or_default();
        let value = digits.iter().try_fold(0, |sum: usize, digit| {
            (sum <= MOST).then(|| sum * 10 + usize::from(digit - b'0'))
        });
        match value {
            _ if digits.is_empty() => Count::None,
            Some(n) => {
                self.left = rest;
                Count::Digits(n)
            }
            None => {
                // After a number too large Go reads no more of the format.
                self.left = &[];
                Count::None
            }
        }
    }

    fn argument(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let n = match value {
            Value::Signed(_, n) => *n,
            Value::Unsigned(_, n) => i64::try_from(*n).ok()?,
            _ => return None,
        };
        Some(n).filter(|n| n.unsigned_abs() <= MOST as u64)
    }

    /// `[2]`: makes that the next argument; true when it has been read as a number, whether or not it is a good one.
    fn index(&mut self) -> bool {
        let [b'[', inside @ ..] = self.left else {
            return false;
        };
        self.reordered = true;
        let close = inside.iter().position(|b| *b == b']');
        let Some(close) = close.filter(|_| inside.len() >= 2) else {
            self.good_index = false;
            self.left = inside;
            return false;
        };
        let (digits, rest) = inside.split_at_checked(close).unwrap_or_default();
        self.left = rest.get(1..).unwrap_or_default();
        let number = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse::<usize>().ok());
        match number {
            Some(n) if (1..=self.values.len()).contains(&n) => self.next = n - 1,
            _ => self.good_index = false,
        }
        number.is_some()
    }
}

/// The largest width or precision that Go takes from an argument. One digit more may be written.
const MOST: usize = 1_000_000;
