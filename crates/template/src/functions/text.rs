//! sprig's functions on text: cutting, padding, joining, quoting.

use super::{Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::{printer, quote, runes};
use crate::value::buffer::Buffer;
use crate::value::{Dict, Element, Entries, List, Text, Value};

const T: Type = Type::Text;
const I: Type = Type::Int;
const A: Type = Type::Any;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("hello", &[], |_, _| Ok("Hello!".into())),
    Function::new("abbrev", &[I, T], |_, a| {
        Ok(if a.int(0) < 4 {
            a.shared(1).into()
        } else {
            abbreviate(a.text(1), 0, a.int(0))
        })
    }),
    Function::new("abbrevboth", &[I, I, T], |_, a| {
        let (left, right) = (a.int(0), a.int(1));
        Ok(if right < 4 || left > 0 && right < 7 {
            a.shared(2).into()
        } else {
            abbreviate(a.text(2), left, right)
        })
    }),
    Function::new("trunc", &[I, T], |_, a| {
        Ok(Value::text(truncate(a.text(1), a.int(0))))
    }),
    Function::new("trim", &[T], |_, a| {
        Ok(Value::text(runes::trim_space(a.text(0))))
    }),
    Function::new("trimAll", &[T, T], trim_all),
    Function::new("trimall", &[T, T], trim_all),
    Function::new("trimSuffix", &[T, T], |_, a| {
        Ok(Value::text(
            a.text(1).strip_suffix(a.text(0)).unwrap_or(a.text(1)),
        ))
    }),
    Function::new("trimPrefix", &[T, T], |_, a| {
        Ok(Value::text(
            a.text(1).strip_prefix(a.text(0)).unwrap_or(a.text(1)),
        ))
    }),
    Function::new("substr", &[I, I, T], |_, a| {
        substring(a.int(0), a.int(1), a.text(2))
    }),
    Function::new("repeat", &[I, T], repeat),
    Function::new("nospace", &[T], |c, a| {
        let text = a.text(0);
        let blank = |b: &u8| char::from(*b).is_whitespace();
        if !text.iter().any(blank) {
            return Ok(a.shared(0).into());
        }
        // Byte by byte, each taken for a character, as goutils does.
        let mut out = c.buffer(text.len().saturating_mul(2))?;
        text.iter()
            .filter(|b| !blank(b))
            .for_each(|b| out.char(char::from(*b)));
        Ok(out.finish().into())
    }),
    Function::new("contains", &[T, T], |_, a| {
        Ok(runes::find(a.text(1), a.text(0)).is_some().into())
    })
    .cost(4),
    Function::new("hasPrefix", &[T, T], |_, a| {
        Ok(a.text(1).starts_with(a.text(0)).into())
    }),
    Function::new("hasSuffix", &[T, T], |_, a| {
        Ok(a.text(1).ends_with(a.text(0)).into())
    }),
    Function::new("quote", &[A], |c, a| quoted(c, a.all())).variadic(),
    Function::new("squote", &[A], |c, a| single_quoted(c, a.all())).variadic(),
    Function::new("cat", &[A], |c, a| cat(c, a.all())).variadic(),
    Function::new("indent", &[I, T], |c, a| {
        indent(c, a.int(0), a.text(1), false)
    }),
    Function::new("nindent", &[I, T], |c, a| {
        indent(c, a.int(0), a.text(1), true)
    }),
    Function::new("replace", &[T, T, T], |c, a| {
        replace(c, a.text(2), a.text(0), a.text(1))
    }),
    Function::new("plural", &[T, T, I], |_, a| {
        Ok(a.shared(usize::from(a.int(2) != 1)).into())
    }),
    Function::new("toString", &[A], |c, a| c.string(a.get(0)).map(Value::Text)),
    Function::new("toStrings", &[A], |c, a| {
        strings(c, a.get(0)).map(Value::List)
    }),
    Function::new("join", &[T, A], |c, a| {
        let items = strings(c, a.get(1))?;
        join(c, a.text(0), items.items())
    }),
    Function::new("sortAlpha", &[A], |c, a| {
        let items = match a.get(0) {
            list @ Value::List(_) => strings(c, list)?,
            other => List::texts([c.string(other)?]),
        };
        let mut texts: Vec<Text> = items.items().iter().filter_map(as_text).collect();
        c.pay_for(texts.len().saturating_mul(4))?;
        texts.sort();
        Ok(Value::List(List::texts(texts)))
    }),
    Function::new("split", &[T, T], |c, a| {
        split_map(c, a.text(1), a.text(0), -1)
    }),
    Function::new("splitn", &[T, I, T], |c, a| {
        split_map(c, a.text(2), a.text(0), a.int(1))
    }),
    Function::new("splitList", &[T, T], |c, a| {
        let parts = runes::split(a.text(1), a.text(0), -1);
        c.pay_for(parts.len().saturating_mul(2))?;
        Ok(Value::List(List::texts(parts.into_iter().map(Text::new))))
    }),
];

fn as_text(value: &Value) -> Option<Text> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// Go's words for a slice of text that is out of bounds.
fn out_of_bounds(what: String) -> Fault {
    Fault::valued(
        "runtime error: slice bounds out of range",
        format!("runtime error: slice bounds out of range {what}"),
    )
}

/// At most `width` bytes of `text`, from about `offset` on, with dots where something is left out.
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Value {
    const DOTS: &[u8] = b"...";
    let width = usize::try_from(width).unwrap_or_default();
    if text.len() <= width {
        return Value::text(text);
    }
    let room = width.saturating_sub(DOTS.len());
    let tail = text.len() - room;
    let offset = usize::try_from(offset).unwrap_or_default().min(tail);
    let part = |from: usize, len: usize| text.get(from..from + len).unwrap_or_default();
    let parts: &[&[u8]] = match offset {
        0..=4 => &[part(0, room), DOTS],
        _ if width < 7 => &[],
        _ if offset < tail => &[DOTS, part(offset, room - DOTS.len()), DOTS],
        _ => &[DOTS, part(tail, room)],
    };
    Value::text(&parts.concat())
}

fn truncate(text: &[u8], count: i64) -> &[u8] {
    let len = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if len >= text.len() {
        return text;
    }
    let part = if count < 0 {
        text.get(text.len() - len..)
    } else {
        text.get(..len)
    };
    part.unwrap_or(text)
}

fn trim_all(_: &mut Context<'_>, args: &super::Args) -> Result<Value, Fault> {
    let set: Vec<char> = runes::chars(args.text(0)).collect();
    Ok(Value::text(runes::trim(args.text(1), |c| set.contains(&c))))
}

fn substring(start: i64, end: i64, text: &[u8]) -> Result<Value, Fault> {
    let len = text.len();
    let at = |n: i64| usize::try_from(n).ok();
    if start < 0 {
        let part = at(end).and_then(|end| text.get(..end));
        return part.map(Value::text).ok_or_else(|| {
            out_of_bounds(if end < 0 {
                format!("[:{end}]")
            } else {
                format!("[:{end}] with length {len}")
            })
        });
    }
    if end < 0 || at(end).is_none_or(|end| end > len) {
        let part = at(start).and_then(|start| text.get(start..));
        return part
            .map(Value::text)
            .ok_or_else(|| out_of_bounds(format!("[{start}:{len}]")));
    }
    let part = at(start)
        .zip(at(end))
        .and_then(|(start, end)| text.get(start..end));
    part.map(Value::text)
        .ok_or_else(|| out_of_bounds(format!("[{start}:{end}]")))
}

fn repeat(context: &mut Context<'_>, args: &super::Args) -> Result<Value, Fault> {
    let text = args.text(1);
    let Ok(count) = usize::try_from(args.int(0)) else {
        return Err(Fault::plain("strings: negative Repeat count"));
    };
    if text.is_empty() {
        return Ok(Value::text(&[]));
    }
    let mut out = context.buffer(text.len().saturating_mul(count))?;
    for _ in 0..count {
        out.bytes(text);
    }
    Ok(out.finish().into())
}

fn quoted(context: &mut Context<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut out = Buffer::new();
    for value in values.iter().filter(|v| !v.is_nothing()) {
        let text = context.string(value)?;
        context.budget.allocate(text.len().saturating_mul(2))?;
        if out.len() > 0 {
            out.byte(b' ');
        }
        quote::quote_to(&mut out, text.bytes(), false);
    }
    Ok(out.finish().into())
}

fn single_quoted(context: &mut Context<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut out = Buffer::new();
    for value in values.iter().filter(|v| !v.is_nothing()) {
        let text = context.sprint(std::slice::from_ref(value))?;
        if out.len() > 0 {
            out.byte(b' ');
        }
        out.byte(b'\'');
        out.bytes(text.as_slice());
        out.byte(b'\'');
    }
    Ok(out.finish().into())
}

fn cat(context: &mut Context<'_>, values: &[Value]) -> Result<Value, Fault> {
    let mut out = Buffer::new();
    for (at, value) in values.iter().filter(|v| !v.is_nothing()).enumerate() {
        if at > 0 {
            out.byte(b' ');
        }
        let text = printer::sprint(value, context.budget.room())?;
        context.budget.allocate(text.len())?;
        out.bytes(text.as_slice());
    }
    Ok(out.finish().into())
}

fn indent(
    context: &mut Context<'_>,
    spaces: i64,
    text: &[u8],
    newline: bool,
) -> Result<Value, Fault> {
    let Ok(spaces) = usize::try_from(spaces) else {
        return Err(Fault::plain("strings: negative Repeat count"));
    };
    let lines = text
        .iter()
        .filter(|b| **b == b'\n')
        .count()
        .saturating_add(1);
    let mut out = context.buffer(lines.saturating_mul(spaces).saturating_add(text.len() + 1))?;
    if newline {
        out.byte(b'\n');
    }
    for (at, line) in text.split(|b| *b == b'\n').enumerate() {
        if at > 0 {
            out.byte(b'\n');
        }
        out.fill(b' ', spaces);
        out.bytes(line);
    }
    Ok(out.finish().into())
}

/// Go's `strings.ReplaceAll`.
pub(crate) fn replace(
    context: &mut Context<'_>,
    text: &[u8],
    old: &[u8],
    new: &[u8],
) -> Result<Value, Fault> {
    if old.is_empty() {
        let count = runes::count(text).saturating_add(1);
        let mut out = context.buffer(count.saturating_mul(new.len()).saturating_add(text.len()))?;
        out.bytes(new);
        for (at, _, width) in runes::indices(text) {
            out.bytes(text.get(at..at + width).unwrap_or_default());
            out.bytes(new);
        }
        return Ok(out.finish().into());
    }
    context.budget.spend_each(text.len() / 16)?;
    let parts = runes::split(text, old, -1);
    let size = text
        .len()
        .saturating_add(parts.len().saturating_mul(new.len()));
    let mut out = context.buffer(size)?;
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            out.bytes(new);
        }
        out.bytes(part);
    }
    Ok(out.finish().into())
}

/// sprig's `strslice`: any list as text, nil left out; what is no list is a list of one.
pub(crate) fn strings(context: &mut Context<'_>, value: &Value) -> Result<List, Fault> {
    let mut room = 0;
    let texts = match value {
        Value::List(list) if list.element() == Element::Text => return Ok(list.clone()),
        Value::List(list) => {
            context.pay_for(list.len())?;
            room = list.len();
            let items = list.items().iter().filter(|v| !v.is_nothing());
            items
                .map(|v| context.string(v))
                .collect::<Result<Vec<_>, _>>()?
        }
        value if value.is_nothing() => Vec::new(),
        other => vec![context.string(other)?],
    };
    Ok(List::appended(
        Element::Text,
        texts.into_iter().map(Value::Text).collect(),
        room,
    ))
}

fn join(context: &mut Context<'_>, separator: &[u8], items: &[Value]) -> Result<Value, Fault> {
    let texts: Vec<Text> = items.iter().filter_map(as_text).collect();
    let size = texts.iter().fold(0_usize, |sum, t| {
        sum.saturating_add(t.len()).saturating_add(separator.len())
    });
    let mut out = context.buffer(size)?;
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            out.bytes(separator);
        }
        out.bytes(text.bytes());
    }
    Ok(out.finish().into())
}

fn split_map(
    context: &mut Context<'_>,
    text: &[u8],
    separator: &[u8],
    limit: i64,
) -> Result<Value, Fault> {
    let parts = runes::split(text, separator, limit);
    context.pay_for(parts.len().saturating_mul(4))?;
    let entry = |(at, part): (usize, &[u8])| (Text::from(format!("_{at}")), Value::text(part));
    Ok(Value::Dict(Dict::texts(
        parts
            .into_iter()
            .enumerate()
            .map(entry)
            .collect::<Entries>(),
    )))
}
