//! Go's `fmt.Sprint`, `Sprintln` and `Sprintf` over template values.

use super::format::Flags;
use super::time;
use crate::fault::{Bound, Fault};
use crate::value::buffer::Buffer;
use crate::value::{Dict, Element, List, SignedType, Text, UnsignedType, Value};

/// Containers nested deeper than this are not printed: a map can hold itself.
const DEEPEST: usize = 2000;

/// One run of `Sprint` or `Sprintf`.
pub(crate) struct Printer {
    pub(super) out: Buffer,
    pub(super) flags: Flags,
    erroring: bool,
    pub(super) limit: usize,
    too_deep: bool,
}

impl Printer {
    /// A printer that stops at `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            out: Buffer::new(),
            flags: Flags::default(),
            erroring: false,
            limit,
            too_deep: false,
        }
    }

    /// The text, or which bound it broke.
    pub(crate) fn finish(self) -> Result<Buffer, Fault> {
        if self.too_deep {
            return Err(Fault::bound(Bound::Nesting));
        }
        if self.out.len() > self.limit {
            return Err(Fault::bound(Bound::Allocation));
        }
        Ok(self.out)
    }

    /// `fmt.Sprint`: a space only between two operands that are not text.
    pub(crate) fn print(&mut self, values: &[Value]) {
        let mut after_text = false;
        for (at, value) in values.iter().enumerate() {
            let text = matches!(value, Value::Text(_));
            if at > 0 && !text && !after_text {
                self.out.byte(b' ');
            }
            self.argument(value, 'v');
            after_text = text;
        }
    }

    /// `fmt.Sprintln`
    pub(crate) fn println(&mut self, values: &[Value]) {
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                self.out.byte(b' ');
            }
            self.argument(value, 'v');
        }
        self.out.byte(b'\n');
    }

    pub(super) fn complain(&mut self, verb: char, what: &str) {
        self.out.text("%!");
        self.out.char(verb);
        self.out.text(what);
    }

    fn bad_verb(&mut self, value: &Value, verb: char) {
        self.erroring = true;
        self.out.text("%!");
        self.out.char(verb);
        self.out.byte(b'(');
        if value.is_nothing() {
            self.out.text("<nil>");
        } else {
            self.out.text(value.type_name());
            self.out.byte(b'=');
            self.value(value, 'v', 0);
        }
        self.out.byte(b')');
        self.erroring = false;
    }

    /// An operand at the top.
    pub(super) fn argument(&mut self, value: &Value, verb: char) {
        if value.is_nothing() {
            match verb {
                'T' | 'v' => self.flags.pad(&mut self.out, b"<nil>"),
                _ => self.bad_verb(value, verb),
            }
            return;
        }
        match verb {
            'T' => self.flags.text(&mut self.out, value.type_name().as_bytes()),
            'p' => self.pointer(value, verb),
            'w' => self.bad_verb(value, verb),
            _ => {
                if let Value::List(list) = value
                    && list.element() == Element::Byte
                {
                    self.byte_slice(value, list, verb, "[]byte");
                } else if !self.by_method(value, verb) {
                    self.value(value, verb, 0);
                }
            }
        }
    }

    /// Types with a `String` or `GoString` method print by it.
    fn by_method(&mut self, value: &Value, verb: char) -> bool {
        if self.erroring {
            return false;
        }
        if self.flags.sharp_v {
            if let Value::Time(t) = value {
                self.flags.text(&mut self.out, t.go_string().as_bytes());
                return true;
            }
            return false;
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return false;
        }
        let Some(text) = stringer(value) else {
            return false;
        };
        self.string(value, text.bytes(), verb);
        true
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        if self.out.len() > self.limit || depth > DEEPEST {
            self.too_deep |= depth > DEEPEST;
            return;
        }
        if depth > 0 && !matches!(value, Value::Location(_)) && self.by_method(value, verb) {
            return;
        }
        match value {
            // An interface that holds nil inside a container.
            Value::Absent | Value::Nil if self.flags.sharp_v => self.out.text("interface {}(nil)"),
            Value::Absent | Value::Nil => self.out.text("<nil>"),
            Value::Bool(b) => match verb {
                't' | 'v' => self
                    .flags
                    .pad(&mut self.out, if *b { b"true" } else { b"false" }),
                _ => self.bad_verb(value, verb),
            },
            Value::Signed(_, n) => self.integer(value, *n < 0, n.unsigned_abs(), verb, true),
            Value::Unsigned(_, n) => self.integer(value, false, *n, verb, false),
            Value::Float(f) => {
                if !self.float(*f, verb) {
                    self.bad_verb(value, verb);
                }
            }
            Value::Complex(re, im) => {
                if !matches!(
                    verb,
                    'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E'
                ) {
                    return self.bad_verb(value, verb);
                }
                let plus = self.flags.plus;
                self.out.byte(b'(');
                self.float(*re, verb);
                self.flags.plus = true;
                self.float(*im, verb);
                self.flags.plus = plus;
                self.out.text("i)");
            }
            Value::Text(text) => self.string(value, text.bytes(), verb),
            Value::List(list) => self.list(value, list, verb, depth),
            Value::Dict(dict) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.dict(dict, verb, depth));
            }
            Value::Time(t) => {
                let wall = Value::Unsigned(UnsignedType::Uint64, t.nanos().into());
                let fields = [
                    ("wall", wall),
                    ("ext", Value::int64(t.since_year_one())),
                    ("loc", Value::Location(t.clone())),
                ];
                self.fields("time.Time", &fields, verb, depth);
            }
            Value::Location(_) => self.pointer(value, verb),
            Value::Version(_) if depth > 0 => self.pointer(value, verb),
            Value::Version(v) | Value::PlainVersion(v) => {
                if matches!(value, Value::Version(_)) {
                    self.out.byte(b'&');
                }
                self.fields("semver.Version", &v.fields(), verb, depth + 1);
            }
            Value::Certificate(c) => {
                let fields = [
                    ("Cert", Value::Text(c.cert.clone())),
                    ("Key", Value::Text(c.key.clone())),
                ];
                self.fields("sprig.certificate", &fields, verb, depth);
            }
        }
    }

    fn fields(&mut self, name: &str, fields: &[(&str, Value)], verb: char, depth: usize) {
        if self.flags.sharp_v {
            self.out.text(name);
        }
        self.out.byte(b'{');
        for (at, (name, value)) in fields.iter().enumerate() {
            if at > 0 {
                self.separator();
            }
            if self.flags.plus_v || self.flags.sharp_v {
                self.out.text(name);
                self.out.byte(b':');
            }
            self.value(value, verb, depth + 1);
        }
        self.out.byte(b'}');
    }

    fn separator(&mut self) {
        self.out.text(if self.flags.sharp_v { ", " } else { " " });
    }

    fn list(&mut self, value: &Value, list: &List, verb: char, depth: usize) {
        if list.element() == Element::Byte && matches!(verb, 's' | 'q' | 'x' | 'X') {
            return self.byte_slice(value, list, verb, "[]uint8");
        }
        let (open, close) = if self.flags.sharp_v {
            ("{", "}")
        } else {
            ("[", "]")
        };
        if self.flags.sharp_v {
            self.out.text(list.element().slice_name());
            if list.is_nil() {
                return self.out.text("(nil)");
            }
        }
        self.out.text(open);
        for (at, item) in list.items().iter().enumerate() {
            if at > 0 {
                self.separator();
            }
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.value(item, verb, depth + 1));
        }
        self.out.text(close);
    }

    fn dict(&mut self, dict: &Dict, verb: char, depth: usize) {
        if self.flags.sharp_v {
            self.out.text(dict.type_name());
            if dict.is_nil() {
                return self.out.text("(nil)");
            }
            self.out.byte(b'{');
        } else {
            self.out.text("map[");
        }
        for (at, (key, item)) in dict.entries().into_iter().enumerate() {
            if at > 0 {
                self.separator();
            }
            self.value(&Value::Text(key), verb, depth + 1);
            self.out.byte(b':');
            self.value(&item, verb, depth + 1);
        }
        self.out.byte(if self.flags.sharp_v { b'}' } else { b']' });
    }

    fn byte_slice(&mut self, value: &Value, list: &List, verb: char, name: &str) {
        let bytes = list.to_bytes();
        match verb {
            's' => self.flags.text(&mut self.out, &bytes),
            'q' => self.flags.quoted(&mut self.out, &bytes),
            'x' | 'X' => self.flags.hex(&mut self.out, &bytes, verb == 'X'),
            'v' | 'd' if self.flags.sharp_v => {
                self.out.text(name);
                if list.is_nil() {
                    return self.out.text("(nil)");
                }
                self.out.byte(b'{');
                for (at, byte) in bytes.iter().enumerate() {
                    if at > 0 {
                        self.out.text(", ");
                    }
                    let flags = Flags {
                        sharp: true,
                        ..self.flags
                    };
                    flags.integer(&mut self.out, false, u64::from(*byte), 'x');
                }
                self.out.byte(b'}');
            }
            'v' | 'd' => {
                self.out.byte(b'[');
                for (at, byte) in bytes.iter().enumerate() {
                    if at > 0 {
                        self.out.byte(b' ');
                    }
                    self.flags
                        .integer(&mut self.out, false, u64::from(*byte), 'd');
                }
                self.out.byte(b']');
            }
            _ => self.value(value, verb, 0),
        }
    }

    fn integer(&mut self, value: &Value, negative: bool, magnitude: u64, verb: char, signed: bool) {
        let code = if negative { u64::MAX } else { magnitude };
        match verb {
            'v' if self.flags.sharp_v && !signed => {
                let flags = Flags {
                    sharp: true,
                    ..self.flags
                };
                flags.integer(&mut self.out, false, magnitude, 'x');
            }
            'v' | 'd' => self.flags.integer(&mut self.out, negative, magnitude, 'd'),
            'b' | 'o' | 'O' | 'x' | 'X' => {
                self.flags.integer(&mut self.out, negative, magnitude, verb)
            }
            'c' => self.flags.character(&mut self.out, code),
            'q' => self.flags.quoted_character(&mut self.out, code),
            'U' => {
                let code = if negative {
                    magnitude.wrapping_neg()
                } else {
                    magnitude
                };
                self.flags.unicode(&mut self.out, code);
            }
            _ => self.bad_verb(value, verb),
        }
    }

    fn float(&mut self, f: f64, verb: char) -> bool {
        match verb {
            'v' | 'b' | 'g' | 'G' | 'x' | 'X' => self.flags.float(&mut self.out, f, verb, None),
            'f' | 'e' | 'E' => self.flags.float(&mut self.out, f, verb, Some(6)),
            'F' => self.flags.float(&mut self.out, f, 'f', Some(6)),
            _ => return false,
        }
        true
    }

    fn string(&mut self, value: &Value, text: &[u8], verb: char) {
        match verb {
            'v' if self.flags.sharp_v => self.flags.quoted(&mut self.out, text),
            'v' | 's' => self.flags.text(&mut self.out, text),
            'x' | 'X' => self.flags.hex(&mut self.out, text, verb == 'X'),
            'q' => self.flags.quoted(&mut self.out, text),
            _ => self.bad_verb(value, verb),
        }
    }

    /// Addresses differ from run to run in Go; ours is always the same.
    fn pointer(&mut self, value: &Value, verb: char) {
        let address = match value {
            // UTC is the location of nil.
            Value::Location(t) if matches!(t.zone(), time::Zone::Utc) => 0,
            Value::List(list) if list.is_nil() => 0,
            Value::Dict(dict) if dict.is_nil() => 0,
            Value::List(_) | Value::Dict(_) | Value::Version(_) | Value::Location(_) => {
                0xc0_0001_0000
            }
            _ => return self.bad_verb(value, verb),
        };
        match verb {
            'v' if address == 0 => self.flags.pad(&mut self.out, b"<nil>"),
            'v' | 'p' => {
                let flags = Flags {
                    sharp: !self.flags.sharp,
                    ..self.flags
                };
                flags.integer(&mut self.out, false, address, 'x');
            }
            'b' | 'o' | 'd' | 'x' | 'X' => self.flags.integer(&mut self.out, false, address, verb),
            _ => self.bad_verb(value, verb),
        }
    }
}

/// What a value's `String` method says, for the types that have one.
pub(crate) fn stringer(value: &Value) -> Option<Text> {
    match value {
        Value::Time(t) => Some(t.to_text().into()),
        Value::Location(t) => Some(t.zone_name().into()),
        Value::Version(v) | Value::PlainVersion(v) => Some(v.to_text().into()),
        Value::Signed(SignedType::Duration, n) => Some(time::duration_text(*n).into()),
        Value::Signed(SignedType::Month, n) => Some(time::month_text(*n).into()),
        Value::Signed(SignedType::Weekday, n) => Some(time::weekday_text(*n).into()),
        _ => None,
    }
}

/// `fmt.Sprint` of one value.
pub(crate) fn sprint(value: &Value, limit: usize) -> Result<Buffer, Fault> {
    let mut printer = Printer::new(limit);
    printer.print(std::slice::from_ref(value));
    printer.finish()
}
