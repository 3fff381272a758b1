//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`.

use crate::fault::Fault;
use crate::go::printer::Printer;
use crate::value::{Kind, Value};

/// Kinds that compare; `None` for the rest.
fn basic(value: &Value) -> Option<Kind> {
    Some(value.kind()).filter(|k| {
        matches!(
            k,
            Kind::Bool | Kind::Signed | Kind::Unsigned | Kind::Float | Kind::Complex | Kind::String
        )
    })
}

fn incompatible(a: &Value, b: &Value) -> Fault {
    Fault::plain(format!(
        "incompatible types for comparison: {} and {}",
        a.type_name(),
        b.type_name()
    ))
}

/// `eq a b...`: whether `a` equals one of the rest.
pub(crate) fn equal(first: &Value, rest: &[Value]) -> Result<bool, Fault> {
    if rest.is_empty() {
        return Err(Fault::plain("missing argument for comparison"));
    }
    for other in rest {
        if one_equal(first, other)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn one_equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    match (a, b) {
        (Value::Signed(_, a), Value::Unsigned(_, b)) => return Ok(u64::try_from(*a) == Ok(*b)),
        (Value::Unsigned(_, a), Value::Signed(_, b)) => return Ok(u64::try_from(*b) == Ok(*a)),
        _ => {}
    }
    if basic(a) != basic(b) {
        if !a.is_nothing() && !b.is_nothing() {
            return Err(incompatible(a, b));
        }
        return Ok(false);
    }
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Signed(_, a), Value::Signed(_, b)) => Ok(a == b),
        (Value::Unsigned(_, a), Value::Unsigned(_, b)) => Ok(a == b),
        (Value::Float(a), Value::Float(b)) => Ok(a == b),
        (Value::Complex(ar, ai), Value::Complex(br, bi)) => Ok(ar == br && ai == bi),
        (Value::Text(a), Value::Text(b)) => Ok(a == b),
        _ => others_equal(a, b),
    }
}

fn others_equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    let (ta, tb) = (a.type_name(), b.type_name());
    let shown = |value: &Value, verb: &[u8]| {
        let mut printer = Printer::new(1 << 16);
        printer.printf(verb, std::slice::from_ref(value));
        printer.finish()
    };
    if a.kind() != b.kind() && !a.is_nothing() && !b.is_nothing() {
        let (va, vb) = (shown(a, b"%s")?, shown(b, b"%v")?);
        let full = [
            b"non-comparable types ",
            va.as_slice(),
            format!(": {ta}, {tb}: ").as_bytes(),
            vb.as_slice(),
        ]
        .concat();
        return Err(Fault {
            safe: format!("non-comparable types: {ta}, {tb}").into(),
            ..Fault::valued("", full)
        });
    }
    if a.is_nil() || b.is_nil() {
        return Ok(a.is_nil() == b.is_nil());
    }
    match (a, b) {
        (_, Value::List(_) | Value::Dict(_)) => {
            let vb = shown(b, b"%s")?;
            let full = [
                b"non-comparable type ",
                vb.as_slice(),
                format!(": {tb}").as_bytes(),
            ]
            .concat();
            Err(Fault {
                safe: format!("non-comparable type {}", b.type_name()).into(),
                ..Fault::valued("", full)
            })
        }
        (Value::Version(a), Value::Version(b)) => Ok(std::rc::Rc::ptr_eq(a, b)),
        (a, b) => Ok(crate::value::equal::deep_equal(a, b)),
    }
}

/// `lt a b`
pub(crate) fn less(a: &Value, b: &Value) -> Result<bool, Fault> {
    let bad = || Fault::plain("invalid type for comparison");
    let (ka, kb) = (basic(a).ok_or_else(bad)?, basic(b).ok_or_else(bad)?);
    match (a, b) {
        (Value::Signed(_, a), Value::Unsigned(_, b)) => {
            Ok(u64::try_from(*a).map_or(true, |a| a < *b))
        }
        (Value::Unsigned(_, a), Value::Signed(_, b)) => Ok(u64::try_from(*b).is_ok_and(|b| *a < b)),
        _ if ka != kb => Err(incompatible(a, b)),
        (Value::Signed(_, a), Value::Signed(_, b)) => Ok(a < b),
        (Value::Unsigned(_, a), Value::Unsigned(_, b)) => Ok(a < b),
        (Value::Float(a), Value::Float(b)) => Ok(a < b),
        (Value::Text(a), Value::Text(b)) => Ok(a < b),
        _ => Err(bad()),
    }
}

/// `le a b`: less, or equal.
pub(crate) fn less_or_equal(a: &Value, b: &Value) -> Result<bool, Fault> {
    Ok(less(a, b)? || one_equal(a, b)?)
}
