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
            hex.text(&if upper {
                format!("{byte:02X}")
            } else {
                format!("{byte:02x}")
            });
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

    /// The sign to write: one that is not negative may show as `+` or a blank.
    fn sign(&self, negative: bool) -> &'static str {
        match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        }
    }

    /// `%d %b %o %O %x %X`: `magnitude` and sign in the verb's base.
    pub(crate) fn integer(&self, out: &mut Buffer, negative: bool, magnitude: u64, verb: char) {
        if self.precision == Some(0) && magnitude == 0 {
            return out.fill(b' ', self.width.unwrap_or_default());
        }
        let sign = self.sign(negative);
        let least = match (self.precision, self.width) {
            (Some(precision), _) => precision,
            // Zeros fill the width, less one for the sign.
            (None, Some(width)) if self.zero && !self.minus => width.saturating_sub(sign.len()),
            _ => 0,
        };
        let digits = match verb {
            'b' => format!("{magnitude:0least$b}"),
            'o' | 'O' => format!("{magnitude:0least$o}"),
            'x' => format!("{magnitude:0least$x}"),
            'X' => format!("{magnitude:0least$X}"),
            _ => format!("{magnitude:0least$}"),
        };
        let zero = self.sharp && !digits.starts_with('0');
        let prefix = match verb {
            'b' if self.sharp => "0b",
            'x' if self.sharp => "0x",
            'X' if self.sharp => "0X",
            'o' if zero => "0",
            // The octal zero and the prefix.
            'O' if zero => "0o0",
            'O' => "0o",
            _ => "",
        };
        self.pad_blank(out, format!("{sign}{prefix}{digits}").as_bytes());
    }

    /// `%e %f %g %b %x` and their capitals; `default` is the precision when none is given.
    pub(crate) fn float(&self, out: &mut Buffer, f: f64, verb: char, default: Option<usize>) {
        let precision = self.precision.or(default);
        let number = format_float(f, if verb == 'v' { 'g' } else { verb }, precision);
        let negative = number.starts_with('-');
        let mut digits = number.trim_start_matches(['-', '+']).to_owned();
        let sign = match self.sign(negative) {
            // Infinity shows its sign, whatever the flags.
            "" if f.is_infinite() => "+",
            sign => sign,
        };
        if !f.is_finite() {
            return self.pad_blank(out, format!("{sign}{digits}").as_bytes());
        }
        if self.sharp && verb != 'b' {
            digits = with_point(&digits, verb, precision);
        }
        let width = self.width.unwrap_or_default();
        if self.zero && !self.minus {
            out.text(sign);
            out.fill(b'0', width.saturating_sub(sign.len() + digits.len()));
            out.text(&digits);
        } else {
            self.pad_blank(out, format!("{sign}{digits}").as_bytes());
        }
    }
}

/// `%#g`: a point, and zeros up to the precision.
fn with_point(number: &str, verb: char, precision: Option<usize>) -> String {
    let wanted = match verb {
        'v' | 'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let exponent: &[char] = match verb {
        'x' | 'X' => &['p', 'P'],
        _ => &['e', 'E', 'p', 'P'],
    };
    let (mantissa, exponent) = number
        .find(exponent)
        .and_then(|at| number.split_at_checked(at))
        .unwrap_or((number, ""));
    let counted = mantissa.chars().filter(|c| *c != '.');
    let shown = match mantissa {
        "0" => 1,
        _ => counted.skip_while(|c| *c == '0').count(),
    };
    let point = if mantissa.contains('.') { "" } else { "." };
    let zeros = "0".repeat(wanted.saturating_sub(shown));
    format!("{mantissa}{point}{zeros}{exponent}")
}

fn to_char(code: u64) -> char {
    u32::try_from(code)
        .ok()
        .and_then(char::from_u32)
        .unwrap_or(runes::BAD)
}
