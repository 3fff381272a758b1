//! sprig's lists. All take any slice and give new ones.

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::value::equal::deep_equal;
use crate::value::{Element, List, Value};

const A: Type = Type::Any;

/// The rows. A version with `must` differs in Go by how it fails, which looks the same from here.
pub(crate) const TABLE: &[Function] = &[
    Function::new("list", &[A], |c, a| c.list(a.all().to_vec())).variadic(),
    Function::new("tuple", &[A], |c, a| c.list(a.all().to_vec())).variadic(),
    Function::new("first", &[A], first),
    Function::new("mustFirst", &[A], first),
    Function::new("last", &[A], last),
    Function::new("mustLast", &[A], last),
    Function::new("rest", &[A], rest),
    Function::new("mustRest", &[A], rest),
    Function::new("initial", &[A], initial),
    Function::new("mustInitial", &[A], initial),
    Function::new("append", &[A, A], append),
    Function::new("push", &[A, A], append),
    Function::new("mustAppend", &[A, A], append),
    Function::new("mustPush", &[A, A], append),
    Function::new("prepend", &[A, A], prepend),
    Function::new("mustPrepend", &[A, A], prepend),
    Function::new("reverse", &[A], reverse),
    Function::new("mustReverse", &[A], reverse),
    Function::new("compact", &[A], compact),
    Function::new("mustCompact", &[A], compact),
    Function::new("uniq", &[A], uniq),
    Function::new("mustUniq", &[A], uniq),
    Function::new("without", &[A, A], without).variadic(),
    Function::new("mustWithout", &[A, A], without).variadic(),
    Function::new("has", &[A, A], has),
    Function::new("mustHas", &[A, A], has),
    Function::new("slice", &[A, A], slice).variadic(),
    Function::new("mustSlice", &[A, A], slice).variadic(),
    Function::new("concat", &[A], concat).variadic(),
    Function::new("chunk", &[Type::Int, A], chunk),
    Function::new("mustChunk", &[Type::Int, A], chunk),
];

/// The argument as a list; `what` is how the function calls its work.
fn list<'a>(args: &'a Args, at: usize, what: &str) -> Result<&'a List, Fault> {
    match args.get(at) {
        Value::List(list) => Ok(list),
        Value::Absent | Value::Nil => Err(Fault::plain(
            "runtime error: invalid memory address or nil pointer dereference",
        )),
        other => Err(Fault::plain(format!(
            "Cannot {what} type {}",
            other.kind_name()
        ))),
    }
}

fn first(_: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    Ok(list(args, 0, "find first on")?
        .items()
        .first()
        .cloned()
        .unwrap_or(Value::Nil))
}

fn last(_: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    Ok(list(args, 0, "find last on")?
        .items()
        .last()
        .cloned()
        .unwrap_or(Value::Nil))
}

fn rest(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    match list(args, 0, "find rest on")?.items().split_first() {
        Some((_, rest)) => context.list(rest.to_vec()),
        None => Ok(Value::List(List::nil(Element::Any))),
    }
}

fn initial(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    match list(args, 0, "find initial on")?.items().split_last() {
        Some((_, rest)) => context.list(rest.to_vec()),
        None => Ok(Value::List(List::nil(Element::Any))),
    }
}

fn append(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let list = list(args, 0, "push on")?;
    context.pay_for(list.len())?;
    let (mut items, capacity) = (list.items().to_vec(), list.len());
    items.push(args.get(1).clone());
    context.pay_for(items.len())?;
    Ok(Value::List(List::appended(Element::Any, items, capacity)))
}

fn prepend(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let list = list(args, 0, "prepend on")?;
    context.pay_for(list.len())?;
    let items = [std::slice::from_ref(args.get(1)), list.items()].concat();
    context.pay_for(items.len())?;
    Ok(Value::List(List::grown(Element::Any, items, 1)))
}

fn reverse(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let items = list(args, 0, "find reverse on")?
        .items()
        .iter()
        .rev()
        .cloned()
        .collect();
    context.list(items)
}

fn compact(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let items = list(args, 0, "compact on")?
        .items()
        .iter()
        .filter(|v| !v.is_empty())
        .cloned()
        .collect();
    context.appended(items)
}

/// Pays for a search.
fn contains(context: &mut Context<'_>, items: &[Value], wanted: &Value) -> Result<bool, Fault> {
    context.budget.spend_each(items.len() / 2 + 1)?;
    Ok(items.iter().any(|item| deep_equal(wanted, item)))
}

fn uniq(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let mut kept = Vec::new();
    for item in list(args, 0, "find uniq on")?.items() {
        if !contains(context, &kept, item)? {
            kept.push(item.clone());
        }
    }
    context.appended(kept)
}

fn without(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let mut kept = Vec::new();
    for item in list(args, 0, "find without on")?.items() {
        if !contains(context, args.from(1), item)? {
            kept.push(item.clone());
        }
    }
    context.appended(kept)
}

fn has(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    if args.get(1).is_nothing() {
        return Ok(false.into());
    }
    let list = list(args, 1, "find has on")?.clone();
    contains(context, list.items(), args.get(0)).map(Value::from)
}

fn slice(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let list = match args.get(0) {
        Value::List(list) => list,
        Value::Absent | Value::Nil => {
            return Err(Fault::plain(
                "runtime error: invalid memory address or nil pointer dereference",
            ));
        }
        other => {
            return Err(Fault::plain(format!(
                "list should be type of slice or array but {}",
                other.kind_name()
            )));
        }
    };
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let start = args
        .all()
        .get(1)
        .map_or(0, |v| super::numbers::int(context, v));
    let end = args
        .all()
        .get(2)
        .map_or(i64::try_from(list.len()).unwrap_or(i64::MAX), |v| {
            super::numbers::int(context, v)
        });
    let part = usize::try_from(start)
        .ok()
        .zip(usize::try_from(end).ok())
        .and_then(|(start, end)| list.slice(start, end));
    part.map(Value::List)
        .ok_or_else(|| Fault::plain("reflect.Value.Slice: slice index out of bounds"))
}

fn concat(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let mut items = Vec::new();
    for value in args.all() {
        match value {
            Value::List(list) => {
                context.pay_for(list.len())?;
                items.extend_from_slice(list.items());
            }
            Value::Absent | Value::Nil => {
                return Err(Fault::plain(
                    "runtime error: invalid memory address or nil pointer dereference",
                ));
            }
            other => {
                return Err(Fault::plain(format!(
                    "Cannot concat type {} as list",
                    other.kind_name()
                )));
            }
        }
    }
    Ok(Value::List(if items.is_empty() {
        List::nil(Element::Any)
    } else {
        List::appended(Element::Any, items, 0)
    }))
}

fn chunk(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let list = list(args, 1, "chunk")?;
    let out_of_range = || Fault::plain("runtime error: makeslice: len out of range");
    let Some(size) = usize::try_from(args.int(0)).ok().filter(|size| *size > 0) else {
        // Go divides by the size in floating point, which lets some negative ones through.
        return match (list.len(), args.int(0)) {
            (1, ..-1) => context
                .list(list.items().to_vec())
                .map(|one| Value::List(List::new(Element::List, vec![one]))),
            (len @ 2.., size @ ..0) if size.unsigned_abs() >= len as u64 - 1 => {
                Ok(Value::List(List::new(Element::List, Vec::new())))
            }
            _ => Err(out_of_range()),
        };
    };
    context.pay_for(list.len().saturating_mul(2))?;
    let chunks = list
        .items()
        .chunks(size)
        .map(|c| Value::List(List::any(c.to_vec())))
        .collect();
    Ok(Value::List(List::new(Element::List, chunks)))
}
