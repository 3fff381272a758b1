//! Go's own functions. `slice` is not here: sprig's hides it.

use super::{Args, Function, Special, Type, compare, escape};
use crate::context::Context;
use crate::fault::Fault;
use crate::value::buffer::Buffer;
use crate::value::{Text, UnsignedType, Value};

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("and", &[Type::Reflect, Type::Reflect], |_, _| {
        Ok(Value::Absent)
    })
    .variadic()
    .special(Special::And),
    Function::new("or", &[Type::Reflect, Type::Reflect], |_, _| {
        Ok(Value::Absent)
    })
    .variadic()
    .special(Special::Or),
    Function::new("not", &[Type::Reflect], |_, a| {
        Ok((!a.get(0).truth()).into())
    }),
    Function::new("eq", &[Type::Reflect, Type::Reflect], |_, a| {
        compare::equal(a.get(0), a.from(1)).map(Value::from)
    })
    .variadic(),
    Function::new("ne", &[Type::Reflect, Type::Reflect], |_, a| {
        compare::equal(a.get(0), a.from(1)).map(|b| (!b).into())
    }),
    Function::new("lt", &[Type::Reflect, Type::Reflect], |_, a| {
        compare::less(a.get(0), a.get(1)).map(Value::from)
    }),
    Function::new("le", &[Type::Reflect, Type::Reflect], |_, a| {
        compare::less_or_equal(a.get(0), a.get(1)).map(Value::from)
    }),
    Function::new("gt", &[Type::Reflect, Type::Reflect], |_, a| {
        compare::less_or_equal(a.get(0), a.get(1)).map(|b| (!b).into())
    }),
    Function::new("ge", &[Type::Reflect, Type::Reflect], |_, a| {
        compare::less(a.get(0), a.get(1)).map(|b| (!b).into())
    }),
    Function::new("index", &[Type::Reflect, Type::Reflect], |_, a| {
        index(a.get(0), a.from(1))
    })
    .variadic(),
    Function::new("len", &[Type::Reflect], |_, a| len(a.get(0))),
    Function::new("print", &[Type::Any], |c, a| {
        c.sprint(a.all()).map(|b| b.finish().into())
    })
    .variadic(),
    Function::new("println", &[Type::Any], |c, a| {
        c.print(|p| p.println(a.all())).map(|b| b.finish().into())
    })
    .variadic(),
    Function::new("printf", &[Type::Text, Type::Any], |c, a| {
        let format = a.shared(0);
        c.print(|p| p.printf(format.bytes(), a.from(1)))
            .map(|b| b.finish().into())
    })
    .variadic(),
    Function::new("html", &[Type::Any], |c, a| escaped(c, a, 6, escape::html)).variadic(),
    Function::new("js", &[Type::Any], |c, a| escaped(c, a, 6, escape::js)).variadic(),
    Function::new("urlquery", &[Type::Any], |c, a| {
        escaped(c, a, 3, escape::urlquery)
    })
    .variadic(),
    Function::new("call", &[Type::Reflect, Type::Reflect], call)
        .variadic()
        .special(Special::Call),
];

/// Prints the arguments and escapes the text; `growth` is how much longer it can get.
fn escaped(
    context: &mut Context<'_>,
    args: &Args,
    growth: usize,
    escape: fn(&mut Buffer, &[u8]),
) -> Result<Value, Fault> {
    let shown: Vec<Value> = args
        .all()
        .iter()
        .map(|v| {
            if v.is_nothing() {
                "<no value>".into()
            } else {
                v.clone()
            }
        })
        .collect();
    let text = context.sprint(&shown)?;
    let mut out = context.buffer(text.len().saturating_mul(growth))?;
    escape(&mut out, text.as_slice());
    Ok(out.finish().into())
}

/// Data never holds functions, so there is nothing to call.
fn call(_: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    match args.get(1) {
        Value::Absent | Value::Nil => Err(Fault::plain("call of nil")),
        other => {
            let safe = format!("non-function of type {}", other.type_name());
            let full = [
                b"non-function ",
                args.text(0),
                b" of type ",
                other.type_name().as_bytes(),
            ]
            .concat();
            Err(Fault {
                safe: safe.into(),
                ..Fault::valued("", full)
            })
        }
    }
}

fn len(value: &Value) -> Result<Value, Fault> {
    let len = match value {
        Value::Text(text) => text.len(),
        Value::List(list) => list.len(),
        Value::Dict(dict) => dict.len(),
        Value::Nil => return Err(Fault::plain("len of nil pointer")),
        Value::Absent => {
            return Err(Fault::plain(
                "reflect: call of reflect.Value.Type on zero Value",
            ));
        }
        other => {
            return Err(Fault::plain(format!(
                "len of type {}",
                other.type_name().trim_start_matches('*')
            )));
        }
    };
    Ok(Value::int(i64::try_from(len).unwrap_or(i64::MAX)))
}

fn index(item: &Value, keys: &[Value]) -> Result<Value, Fault> {
    if item.is_nothing() {
        return Err(Fault::plain("index of untyped nil"));
    }
    let mut item = item.clone();
    for key in keys {
        item = match &item {
            Value::Text(text) => {
                let at = index_in(key, text.len())?;
                let byte = text
                    .bytes()
                    .get(at)
                    .copied()
                    .ok_or_else(|| Fault::plain("reflect: string index out of range"))?;
                Value::Unsigned(UnsignedType::Uint8, u64::from(byte))
            }
            Value::List(list) => {
                let at = index_in(key, list.len())?;
                list.items()
                    .get(at)
                    .cloned()
                    .ok_or_else(|| Fault::plain("reflect: slice index out of range"))?
            }
            Value::Dict(dict) => match key {
                Value::Text(key) => match dict.get(key.bytes()) {
                    Some(value) => value,
                    None if dict.holds_texts() => Value::Text(Text::new(&[])),
                    None => Value::Nil,
                },
                Value::Absent | Value::Nil => {
                    return Err(Fault::plain("value is nil; should be of type string"));
                }
                other => {
                    return Err(Fault::plain(format!(
                        "value has type {}; should be string",
                        other.type_name()
                    )));
                }
            },
            Value::Nil => return Err(Fault::plain("index of nil pointer")),
            other => {
                return Err(Fault::plain(format!(
                    "can't index item of type {}",
                    other.type_name().trim_start_matches('*')
                )));
            }
        };
    }
    Ok(item)
}

fn index_in(key: &Value, len: usize) -> Result<usize, Fault> {
    let n = match key {
        Value::Signed(_, n) => *n,
        Value::Unsigned(_, n) => n.cast_signed(),
        Value::Absent | Value::Nil => {
            return Err(Fault::plain("cannot index slice/array with nil"));
        }
        other => {
            return Err(Fault::plain(format!(
                "cannot index slice/array with type {}",
                other.type_name()
            )));
        }
    };
    match usize::try_from(n) {
        Ok(at) if at <= len => Ok(at),
        _ => Err(Fault {
            safe: "index out of range".into(),
            ..Fault::valued("", format!("index out of range: {n}"))
        }),
    }
}
