//! Go's `reflect.DeepEqual`: the types must be the same, and nil is not empty.

use super::{Dict, List, Value};

/// Values nested deeper are taken as equal: only a map that holds itself is so deep.
const DEEPEST: usize = 5_000;

/// `reflect.DeepEqual`
pub(crate) fn deep_equal(a: &Value, b: &Value) -> bool {
    equal(a, b, 0)
}

fn equal(a: &Value, b: &Value, depth: usize) -> bool {
    if depth > DEEPEST {
        return true;
    }
    match (a, b) {
        (Value::Absent | Value::Nil, Value::Absent | Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Signed(ta, a), Value::Signed(tb, b)) => ta == tb && a == b,
        (Value::Unsigned(ta, a), Value::Unsigned(tb, b)) => ta == tb && a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Complex(ar, ai), Value::Complex(br, bi)) => ar == br && ai == bi,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || lists(a, b, depth))
        }
        (Value::Dict(a), Value::Dict(b)) => {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || dicts(a, b, depth))
        }
        // Field by field: the zone counts.
        (Value::Time(a), Value::Time(b)) => a.compare(b).is_eq() && a.go_string() == b.go_string(),
        (Value::Location(a), Value::Location(b)) => a.zone_name() == b.zone_name(),
        (Value::Version(a), Value::Version(b))
        | (Value::PlainVersion(a), Value::PlainVersion(b)) => a == b,
        (Value::Certificate(a), Value::Certificate(b)) => a.cert == b.cert && a.key == b.key,
        _ => false,
    }
}

fn lists(a: &List, b: &List, depth: usize) -> bool {
    a.element() == b.element()
        && a.is_nil() == b.is_nil()
        && a.len() == b.len()
        && a.items()
            .iter()
            .zip(b.items())
            .all(|(a, b)| equal(a, b, depth + 1))
}

fn dicts(a: &Dict, b: &Dict, depth: usize) -> bool {
    if a.is_same(b) {
        return true;
    }
    a.holds_texts() == b.holds_texts()
        && a.is_nil() == b.is_nil()
        && a.len() == b.len()
        && a.entries()
            .iter()
            .zip(b.entries().iter())
            .all(|((ka, a), (kb, b))| ka == kb && equal(a, b, depth + 1))
}
