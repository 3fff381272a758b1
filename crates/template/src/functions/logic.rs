//! sprig's defaults, types, JSON, and `fail`.

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::json;
use crate::value::{Dict, List, Value, equal};

const A: Type = Type::Any;
const T: Type = Type::Text;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("default", &[A, A], |_, a| {
        let given = a.get(1);
        Ok(if given.is_empty() {
            a.get(0).clone()
        } else {
            given.clone()
        })
    })
    .variadic(),
    Function::new("empty", &[A], |_, a| Ok(a.get(0).is_empty().into())),
    Function::new("coalesce", &[A], |_, a| {
        Ok(a.all()
            .iter()
            .find(|v| !v.is_empty())
            .cloned()
            .unwrap_or(Value::Nil))
    })
    .variadic(),
    Function::new("all", &[A], |_, a| {
        Ok((!a.all().iter().any(Value::is_empty)).into())
    })
    .variadic(),
    Function::new("any", &[A], |_, a| {
        Ok((!a.all().iter().all(Value::is_empty)).into())
    })
    .variadic(),
    Function::new("ternary", &[A, A, Type::Bool], |_, a| {
        Ok(a.get(usize::from(!a.bool(2))).clone())
    }),
    Function::new("deepCopy", &[A], |c, a| match a.get(0) {
        v if v.is_nothing() => Err(nil_copy()),
        v => copy(c, v, 0),
    }),
    Function::new("mustDeepCopy", &[A], |c, a| match a.get(0) {
        v if v.is_nothing() => Err(nil_copy()),
        v => copy(c, v, 0),
    }),
    Function::new("deepEqual", &[A, A], |c, a| {
        c.budget.spend(size_of(a.get(0), 0))?;
        Ok(equal::deep_equal(a.get(0), a.get(1)).into())
    }),
    Function::new("typeOf", &[A], |_, a| Ok(a.get(0).type_name().into())),
    Function::new("typeIs", &[T, A], |_, a| {
        Ok((a.text(0) == a.get(1).type_name().as_bytes()).into())
    }),
    Function::new("typeIsLike", &[T, A], |_, a| {
        let name = a.get(1).type_name().as_bytes();
        Ok((a.text(0) == name || name.strip_prefix(b"*") == Some(a.text(0))).into())
    }),
    Function::new("kindOf", &[A], |_, a| Ok(a.get(0).kind_name().into())),
    Function::new("kindIs", &[T, A], |_, a| {
        Ok((a.text(0) == a.get(1).kind_name().as_bytes()).into())
    }),
    Function::new("fail", &[T], |_, a| {
        Err(Fault::valued("the template says so (`fail`)", a.text(0)))
    }),
    Function::new("fromJson", &[T], |c, a| match json::parse(c, a.text(0)) {
        Err(fault) if fault.bound.is_none() => Ok(Value::Nil),
        other => other,
    }),
    Function::new("mustFromJson", &[T], |c, a| json::parse(c, a.text(0))),
    Function::new("toJson", &[A], |c, a| {
        or_empty(json(c, a, json::Style::Compact))
    }),
    Function::new("mustToJson", &[A], |c, a| json(c, a, json::Style::Compact)),
    Function::new("toPrettyJson", &[A], |c, a| {
        or_empty(json(c, a, json::Style::Pretty))
    }),
    Function::new("mustToPrettyJson", &[A], |c, a| {
        json(c, a, json::Style::Pretty)
    }),
    Function::new("toRawJson", &[A], |c, a| json(c, a, json::Style::Raw)),
    Function::new("mustToRawJson", &[A], |c, a| json(c, a, json::Style::Raw)),
];

fn json(context: &mut Context<'_>, args: &Args, style: json::Style) -> Result<Value, Fault> {
    json::write(context, args.get(0), style).map(|b| b.finish().into())
}

/// Swallows Go's errors but no bound.
fn or_empty(result: Result<Value, Fault>) -> Result<Value, Fault> {
    match result {
        Err(fault) if fault.bound.is_none() => Ok("".into()),
        other => other,
    }
}

fn nil_copy() -> Fault {
    Fault::plain("runtime error: invalid memory address or nil pointer dereference")
}

/// A rough count of values within, for what a comparison costs.
fn size_of(value: &Value, depth: usize) -> u64 {
    match value {
        Value::List(list) if depth < 4 => {
            list.items()
                .iter()
                .map(|v| size_of(v, depth + 1))
                .sum::<u64>()
                + 1
        }
        Value::Dict(dict) if depth < 4 => {
            dict.entries()
                .iter()
                .map(|(_, v)| size_of(v, depth + 1))
                .sum::<u64>()
                + 1
        }
        _ => 1,
    }
}

fn copy(context: &mut Context<'_>, value: &Value, depth: usize) -> Result<Value, Fault> {
    context.deep_enough(depth)?;
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || match value {
        Value::List(list) => {
            context.pay_for(list.len())?;
            if list.is_nil() {
                return Ok(value.clone());
            }
            let items = list
                .items()
                .iter()
                .map(|v| copy(context, v, depth + 1))
                .collect::<Result<_, _>>()?;
            Ok(Value::List(List::new(list.element(), items)))
        }
        Value::Dict(dict) => {
            context.pay_for(dict.len().saturating_mul(3))?;
            let copied = |(k, v)| copy(context, &v, depth + 1).map(|v| (k, v));
            let entries = dict
                .entries()
                .into_iter()
                .map(copied)
                .collect::<Result<_, _>>()?;
            Ok(Value::Dict(if dict.holds_texts() {
                Dict::texts(entries)
            } else {
                Dict::any(entries)
            }))
        }
        other => Ok(other.clone()),
    })
}
