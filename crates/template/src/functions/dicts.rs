//! sprig's maps, and mergo's way of merging them.

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::value::{Dict, Element, Entries, List, Text, Value};

const D: Type = Type::Dict;
const A: Type = Type::Any;
const T: Type = Type::Text;

/// The rows. `keys` and `values` come in no order in Go; here they are sorted.
pub(crate) const TABLE: &[Function] = &[
    Function::new("dict", &[A], dict).variadic(),
    Function::new("get", &[D, T], |_, a| {
        Ok(a.dict(0).get(a.text(1)).unwrap_or_else(|| "".into()))
    }),
    Function::new("set", &[D, T, A], |c, a| {
        c.set(&a.dict(0), a.shared(1), a.get(2).clone())?;
        Ok(a.get(0).clone())
    }),
    Function::new("unset", &[D, T], |_, a| {
        a.dict(0).remove(a.text(1));
        Ok(a.get(0).clone())
    }),
    Function::new("hasKey", &[D, T], |_, a| {
        Ok(a.dict(0).get(a.text(1)).is_some().into())
    }),
    Function::new("pluck", &[T, D], |c, a| {
        let found = dicts(a.from(1)).filter_map(|d| d.get(a.text(0))).collect();
        c.appended(found)
    })
    .variadic(),
    Function::new("keys", &[D], |c, a| {
        let keys: Vec<Text> = dicts(a.all()).flat_map(|d| d.keys()).collect();
        c.pay_for(keys.len())?;
        Ok(Value::List(List::appended(
            Element::Text,
            keys.into_iter().map(Value::Text).collect(),
            0,
        )))
    })
    .variadic(),
    Function::new("values", &[D], |c, a| {
        c.appended(a.dict(0).entries().into_iter().map(|(_, v)| v).collect())
    }),
    Function::new("pick", &[D, T], |c, a| {
        let dict = a.dict(0);
        c.pay_for(a.len())?;
        let picked = a
            .from(1)
            .iter()
            .filter_map(text)
            .filter_map(|k| dict.get(k.bytes()).map(|v| (k, v)));
        Ok(Value::Dict(Dict::any(picked.collect::<Entries>())))
    })
    .variadic(),
    Function::new("omit", &[D, T], |c, a| {
        let omitted: Vec<Text> = a.from(1).iter().filter_map(text).collect();
        c.pay_for(
            a.dict(0)
                .len()
                .saturating_mul(3)
                .saturating_add(omitted.len()),
        )?;
        let kept = a
            .dict(0)
            .entries()
            .into_iter()
            .filter(|(k, _)| !omitted.contains(k));
        Ok(Value::Dict(Dict::any(kept.collect::<Entries>())))
    })
    .variadic(),
    Function::new("merge", &[D, D], |c, a| merge(c, a, false)).variadic(),
    Function::new("mustMerge", &[D, D], |c, a| merge(c, a, false)).variadic(),
    Function::new("mergeOverwrite", &[D, D], |c, a| merge(c, a, true)).variadic(),
    Function::new("mustMergeOverwrite", &[D, D], |c, a| merge(c, a, true)).variadic(),
    Function::new("dig", &[A], dig).variadic(),
];

fn text(value: &Value) -> Option<Text> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

fn dicts(values: &[Value]) -> impl Iterator<Item = &Dict> {
    values.iter().filter_map(|v| match v {
        Value::Dict(dict) => Some(dict),
        _ => None,
    })
}

fn dict(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    context.pay_for(args.len().saturating_mul(2))?;
    let mut entries = Entries::new();
    for pair in args.all().chunks(2) {
        let key = context.string(pair.first().unwrap_or(&Value::Nil))?;
        entries.insert(key, pair.get(1).cloned().unwrap_or_else(|| "".into()));
    }
    Ok(Value::Dict(Dict::any(entries)))
}

fn merge(context: &mut Context<'_>, args: &Args, overwrite: bool) -> Result<Value, Fault> {
    let target = args.dict(0);
    let mut made = None;
    for source in dicts(args.from(1)) {
        let mut target = made.clone().unwrap_or_else(|| target.clone());
        if target.is_nil() && !source.is_nil() {
            // mergo makes the map that the argument lacks.
            target = Dict::any(Entries::new());
            made = Some(target.clone());
        }
        merge_into(context, &target, source, overwrite, 0)?;
    }
    Ok(Value::Dict(made.unwrap_or(target)))
}

/// mergo's rules for maps of anything: maps merge, lists are replaced, and without `overwrite` only
/// what is empty in the target is filled.
fn merge_into(
    context: &mut Context<'_>,
    target: &Dict,
    source: &Dict,
    overwrite: bool,
    depth: usize,
) -> Result<(), Fault> {
    context.deep_enough(depth)?;
    if target.is_same(source) {
        return Ok(());
    }
    for (key, value) in source.entries() {
        context.budget.spend(2)?;
        let old = target.get(key.bytes());
        if value.is_nil() && matches!(value, Value::Nil | Value::Absent) {
            if overwrite && target.holds_texts() {
                return Err(Fault::plain(
                    "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string",
                ));
            }
            if overwrite {
                context.set(target, key, value)?;
            }
            continue;
        }
        let misfit = || {
            Fault::plain(
                "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string",
            )
        };
        let misfits = target.holds_texts() && !source.holds_texts();
        let old_empty = old.as_ref().is_none_or(Value::is_empty);
        if let (Some(Value::Dict(old)), Value::Dict(new)) = (&old, &value) {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                merge_into(context, old, new, overwrite, depth + 1)
            })?;
            if old.len() > 0 {
                continue;
            }
        }
        if overwrite || old_empty {
            if misfits {
                return Err(misfit());
            }
            context.set(target, key, value)?;
        }
    }
    Ok(())
}

fn dig(_: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let conversion = |value: &Value, wanted: &str| {
        let found = if value.is_nothing() {
            "nil"
        } else {
            value.type_name()
        };
        Fault::plain(format!(
            "interface conversion: interface {{}} is {found}, not {wanted}"
        ))
    };
    let Some((last, rest)) = args.all().split_last().filter(|(_, rest)| rest.len() >= 2) else {
        return Err(Fault::plain("dig needs at least three arguments"));
    };
    let dict = |value: &Value| match value {
        Value::Dict(dict) if !dict.holds_texts() => Ok(dict.clone()),
        other => Err(conversion(other, "map[string]interface {}")),
    };
    let mut current = dict(last)?;
    let Some((default, keys)) = rest.split_last() else {
        return Ok(Value::Nil);
    };
    let mut names = Vec::with_capacity(keys.len());
    for key in keys {
        names.push(text(key).ok_or_else(|| conversion(key, "string"))?);
    }
    let Some((last, path)) = names.split_last() else {
        return Ok(Value::Nil);
    };
    for name in path {
        match current.get(name.bytes()) {
            Some(next) => current = dict(&next)?,
            None => return Ok(default.clone()),
        }
    }
    Ok(current.get(last.bytes()).unwrap_or_else(|| default.clone()))
}
