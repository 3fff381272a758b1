//! Widths, precisions and flags of Go's `fmt`, for single operands.

use super::float::format_float;
use super::{quote, runes, unicode};
use crate::value::buffer::Buffer;

/// `%+#- 0` and what `%+v` and `%#v` turn them into.
#[derive(Clone, Copy, Default)]
pub(crate) struct Flags {
    /// `-`
    pub(crate) minus: bool,
    /// `+`
    pub(crate) plus: bool,
    /// `#`
    pub(crate) sharp: bool,
    /// a space
    pub(crate) space: bool,
    /// `0`
    pub(crate) zero: bool,
    /// `%+v`
    pub(crate) plus_v: bool,
    /// `%#v`
    pub(crate) sharp_v: bool,
    /// `%8d`
    pub(crate) width: Option<usize>,
    /// `%.3f`
    pub(crate) precision: Option<usize>,
}

impl Flags {
    /// Writes `text` padded to the width.
    pub(crate) fn pad(&self, out: &mut Buffer, text: &[u8]) {
        let padding = self
            .width
            .unwrap_or_default()
            .saturating_sub(runes::count(text));
        if self.minus {
            out.bytes(text);
            self.padding(out, padding);
        } else {
            self.padding(out, padding);
            out.bytes(text);
        }
    }

    fn padding(&self, out: &mut Buffer, count: usize) {
        out.fill(if self.zero && !self.minus { b'0' } else { b' ' }, count);
    }

    fn pad_blank(&self, out: &mut Buffer, text: &[u8]) {
        Self {
            zero: false,
            ..*self
        }
        .pad(out, text);
    }

    /// `%s`
    pub(crate) fn text(&self, out: &mut Buffer, text: &[u8]) {
        self.pad(out, self.cut(text));
    }

    /// The first characters, as many as the precision allows.
    fn cut<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let Some(count) = self.precision else {
            return text;
        };
        let end = runes::indices(text)
            .nth(count)
            .map_or(text.len(), |(at, _, _)| at);
        text.get(..end).unwrap_or(text)
    }

    /// `%q` of text.
    pub(crate) fn quoted(&self, out: &mut Buffer, text: &[u8]) {
        let text = self.cut(text);
        let mut quoted = Buffer::new();
        if self.sharp && quote::can_backquote(text) {
            quoted.byte(b'`');
            quoted.bytes(text);
            quoted.byte(b'`');
        } else {
            quote::quote_to(&mut quoted, text, self.plus);
        }
        self.pad(out, quoted.as_slice());
    }

    /// `%x` and `%X` of text.
    pub(crate) fn hex(&self, out: &mut Buffer, text: &[u8], upper: bool) {
        let text = text
            .get(..self.precision.unwrap_or(text.len()))
            .unwrap_or(text);
        let mark = if upper { "0X" } else { "0x" };
        let mut hex = Buffer::with_capacity(text.len() * 2);
        for (at, byte) in text.iter().enumerate() {
            if self.space && at > 0 {
                hex.byte(b' ');
            }
            if self.sharp && (at == 0 || self.space) {
                hex.text(mark);
            }
            let digits = if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            };
            hex.text(&digits);
        }
        self.pad(out, hex.as_slice());
    }

    /// `%c`
    pub(crate) fn character(&self, out: &mut Buffer, code: u64) {
        let c = to_char(code);
        self.pad(out, c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// `%q` of a number
    pub(crate) fn quoted_character(&self, out: &mut Buffer, code: u64) {
        let mut quoted = Buffer::new();
        quote::quote_char_to(&mut quoted, to_char(code), self.plus);
        self.pad(out, quoted.as_slice());
    }

    /// `%U`
    pub(crate) fn unicode(&self, out: &mut Buffer, code: u64) {
        let digits = self.precision.filter(|p| *p > 4).unwrap_or(4);
        let mut text = format!("U+{code:0digits$X}");
        if self.sharp
            && let Some(c) = u32::try_from(code).ok().and_then(char::from_u32)
            && unicode::is_print(c)
        {
            text.push_str(&format!(" '{c}'"));
        }
        self.pad_blank(out, text.as_bytes());
    }

    /// `%d %b %o %O %x %X`: `magnitude` and sign in `base`.
    pub(crate) fn integer(&self, out: &mut Buffer, negative: bool, magnitude: u64, verb: char) {
        let mut digits = match verb {
            'b' => format!("{magnitude:b}"),
            'o' | 'O' => format!("{magnitude:o}"),
            'x' => format!("{magnitude:x}"),
            'X' => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        let mut wanted = 0;
        if let Some(precision) = self.precision {
            wanted = precision;
            if precision == 0 && magnitude == 0 {
                out.fill(b' ', self.width.unwrap_or_default());
                return;
            }
        } else if let Some(width) = self.width
            && self.zero
            && !self.minus
        {
            wanted = width;
            if negative || self.plus || self.space {
                wanted = wanted.saturating_sub(1);
            }
        }
        if digits.len() < wanted {
            digits.insert_str(0, &"0".repeat(wanted - digits.len()));
        }
        if self.sharp {
            match verb {
                'b' => digits.insert_str(0, "0b"),
                'o' if !digits.starts_with('0') => digits.insert(0, '0'),
                'x' => digits.insert_str(0, "0x"),
                'X' => digits.insert_str(0, "0X"),
                _ => {}
            }
        }
        if verb == 'O' {
            // `%#O` adds the octal zero before the prefix.
            if self.sharp && !digits.starts_with('0') {
                digits.insert(0, '0');
            }
            digits.insert_str(0, "0o");
        }
        if negative {
            digits.insert(0, '-');
        } else if self.plus {
            digits.insert(0, '+');
        } else if self.space {
            digits.insert(0, ' ');
        }
        self.pad_blank(out, digits.as_bytes());
    }

    /// `%e %f %g %b %x` and their capitals; `default` is the precision when none is given.
    pub(crate) fn float(&self, out: &mut Buffer, f: f64, verb: char, default: Option<usize>) {
        let precision = self.precision.or(default);
        let mut number = format_float(f, if verb == 'v' { 'g' } else { verb }, precision);
        if !number.starts_with(['-', '+']) {
            number.insert(0, '+');
        }
        if self.space && number.starts_with('+') && !self.plus {
            number.replace_range(..1, " ");
        }
        if !f.is_finite() {
            if f.is_nan() && !self.space && !self.plus {
                number.remove(0);
            }
            self.pad_blank(out, number.as_bytes());
            return;
        }
        if self.sharp && verb != 'b' {
            keep_point(&mut number, verb, precision);
        }
        if self.plus || !number.starts_with('+') {
            if let Some(width) = self.width
                && self.zero
                && !self.minus
                && width > number.len()
            {
                let (sign, rest) = number.split_at_checked(1).unwrap_or((&number, ""));
                out.text(sign);
                out.fill(b'0', width - number.len());
                out.text(rest);
                return;
            }
            self.pad(out, number.as_bytes());
            return;
        }
        self.pad(out, number.strip_prefix('+').unwrap_or(&number).as_bytes());
    }
}

/// `%#g`: keeps the point and trailing zeros.
fn keep_point(number: &mut String, verb: char, precision: Option<usize>) {
    let mut missing = match verb {
        'v' | 'g' | 'G' | 'x' => precision.map_or(6, |p| p as i64),
        _ => 0,
    };
    let hex = matches!(verb, 'x' | 'X');
    let mut tail = String::new();
    let (mut point, mut significant) = (false, false);
    let body: Vec<char> = number.chars().skip(1).collect();
    let sign = number.chars().next().unwrap_or('+');
    let mut kept = String::from(sign);
    for (at, c) in body.iter().enumerate() {
        if matches!(c, 'p' | 'P') || matches!(c, 'e' | 'E') && !hex {
            tail = body.iter().skip(at).collect();
            break;
        }
        if *c == '.' {
            point = true;
        } else {
            significant |= *c != '0';
            missing -= i64::from(significant);
        }
        kept.push(*c);
    }
    if !point {
        if kept.len() == 2 && kept.ends_with('0') {
            missing -= 1;
        }
        kept.push('.');
    }
    kept.extend((0..missing).map(|_| '0'));
    *number = kept + &tail;
}

fn to_char(code: u64) -> char {
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(runes::BAD)
}
