//! sprig's regular expressions. Patterns are compiled once per rendering.

use std::rc::Rc;

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::regexp::{self, Groups, Regexp, Subject};
use crate::go::runes;
use crate::value::buffer::Buffer;
use crate::value::{Element, List, Text, Value};

const T: Type = Type::Text;
const I: Type = Type::Int;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("regexMatch", &[T, T], |c, a| match matches(c, a) {
        Err(fault) if fault.bound.is_none() => Ok(false.into()),
        other => other,
    }),
    Function::new("mustRegexMatch", &[T, T], matches),
    Function::new("regexFind", &[T, T], |c, a| find(c, a, true)),
    Function::new("mustRegexFind", &[T, T], |c, a| find(c, a, false)),
    Function::new("regexFindAll", &[T, T, I], |c, a| find_all(c, a, true)),
    Function::new("mustRegexFindAll", &[T, T, I], |c, a| find_all(c, a, false)),
    Function::new("regexReplaceAll", &[T, T, T], |c, a| {
        replace(c, a, true, true)
    }),
    Function::new("mustRegexReplaceAll", &[T, T, T], |c, a| {
        replace(c, a, false, true)
    }),
    Function::new("regexReplaceAllLiteral", &[T, T, T], |c, a| {
        replace(c, a, true, false)
    }),
    Function::new("mustRegexReplaceAllLiteral", &[T, T, T], |c, a| {
        replace(c, a, false, false)
    }),
    Function::new("regexSplit", &[T, T, I], |c, a| split(c, a, true)),
    Function::new("mustRegexSplit", &[T, T, I], |c, a| split(c, a, false)),
    Function::new("regexQuoteMeta", &[T], |_, a| {
        Ok(Value::Text(Text::from_vec(regexp::quote_meta(a.text(0)))))
    }),
];

/// What a new pattern costs to compile, in steps.
const COMPILING: u64 = 5_000;
/// What each copy costs that a repeat makes of its operand.
const REPEAT: u64 = 2_000;

/// The pattern that is the first argument, and the text that is the second; `panics` words the error as `MustCompile` does.
fn prepare(
    context: &mut Context<'_>,
    args: &Args,
    panics: bool,
) -> Result<(Rc<Regexp>, Subject), Fault> {
    let pattern = args.shared(0);
    if !context.patterns.contains_key(&pattern) {
        context.budget.spend(
            COMPILING.saturating_mul(u64::try_from(1 + pattern.len() / 16).unwrap_or(u64::MAX)),
        )?;
        context.budget.allocate(pattern.len().saturating_mul(64))?;
        let compiled = match Regexp::check(pattern.bytes()) {
            Ok(checked) => {
                context
                    .budget
                    .spend(checked.weight().saturating_mul(REPEAT))?;
                Regexp::compile(checked).map(Rc::new)
            }
            Err(text) => Err(text),
        };
        context.patterns.insert(pattern.clone(), compiled);
    }
    let compiled = match context.patterns.get(&pattern) {
        Some(Ok(regexp)) => Rc::clone(regexp),
        Some(Err(text)) => {
            let text = if panics {
                regexp::must_compile(pattern.bytes(), text)
            } else {
                text.clone()
            };
            return Err(Fault::valued("the regular expression does not parse", text));
        }
        None => return Err(Fault::plain("the regular expression does not parse")),
    };
    let text = args.text(1);
    let work = text.len().saturating_mul(compiled.weight()) / 16;
    context.budget.spend_each(work)?;
    context.budget.allocate(text.len())?;
    Ok((compiled, Subject::new(text)))
}

fn matches(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let (regexp, subject) = prepare(context, args, false)?;
    Ok(regexp.is_match(&subject).into())
}

/// Matches, paid for.
fn all(
    context: &mut Context<'_>,
    args: &Args,
    panics: bool,
    limit: i64,
) -> Result<(Rc<Regexp>, Vec<Groups>), Fault> {
    let (regexp, subject) = prepare(context, args, panics)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // As many as the budget has room for, and one more to notice.
    let room = context.budget.room() / 256;
    let found = regexp.find_all(&subject, limit.min(room + 1));
    context.pay_for(found.len().saturating_mul(8))?;
    Ok((regexp, found))
}

fn whole(groups: &Groups) -> (usize, usize) {
    groups.first().copied().flatten().unwrap_or_default()
}

fn find(context: &mut Context<'_>, args: &Args, panics: bool) -> Result<Value, Fault> {
    let (_, found) = all(context, args, panics, 1)?;
    let (start, end) = found.first().map(whole).unwrap_or_default();
    Ok(Value::text(
        args.text(1).get(start..end).unwrap_or_default(),
    ))
}

fn find_all(context: &mut Context<'_>, args: &Args, panics: bool) -> Result<Value, Fault> {
    let (_, found) = all(context, args, panics, args.int(2))?;
    if found.is_empty() {
        return Ok(Value::List(List::nil(Element::Text)));
    }
    let text = args.text(1);
    let part = |groups: &Groups| {
        let (start, end) = whole(groups);
        Text::new(text.get(start..end).unwrap_or_default())
    };
    // Go makes room for ten.
    let found = found
        .iter()
        .map(|groups| Value::Text(part(groups)))
        .collect();
    Ok(Value::List(List::appended(Element::Text, found, 10)))
}

fn replace(
    context: &mut Context<'_>,
    args: &Args,
    panics: bool,
    expands: bool,
) -> Result<Value, Fault> {
    let (regexp, found) = all(context, args, panics, -1)?;
    let (text, with) = (args.text(1), args.text(2));
    let mut out = Buffer::new();
    let mut at = 0;
    for groups in &found {
        let (start, end) = whole(groups);
        out.bytes(text.get(at..start).unwrap_or_default());
        let before = out.len();
        if expands {
            expand(&mut out, with, text, groups, &regexp);
        } else {
            out.bytes(with);
        }
        context.budget.allocate(out.len() - before)?;
        at = end;
    }
    out.bytes(text.get(at..).unwrap_or_default());
    Ok(out.finish().into())
}

/// Writes a replacement: `$1`, `${1}`, `$name`, `$$`. A group that is not there is empty.
fn expand(out: &mut Buffer, template: &[u8], text: &[u8], groups: &Groups, regexp: &Regexp) {
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|b| *b == b'$') {
        out.bytes(rest.get(..dollar).unwrap_or_default());
        rest = rest.get(dollar + 1..).unwrap_or_default();
        if let Some(after) = rest.strip_prefix(b"$") {
            out.byte(b'$');
            rest = after;
            continue;
        }
        let braced = rest.starts_with(b"{");
        let name_at = usize::from(braced);
        let len = name_len(rest.get(name_at..).unwrap_or_default());
        let end = name_at + len + usize::from(braced);
        if len == 0 || braced && rest.get(end - 1) != Some(&b'}') {
            out.byte(b'$');
            continue;
        }
        let name = std::str::from_utf8(rest.get(name_at..name_at + len).unwrap_or_default())
            .unwrap_or_default();
        rest = rest.get(end..).unwrap_or_default();
        let span = |group: usize| groups.get(group).copied().flatten();
        let span = if name.bytes().all(|b| b.is_ascii_digit()) {
            span(name.parse().unwrap_or(usize::MAX))
        } else {
            regexp.groups_named(name).find_map(span)
        };
        if let Some((start, end)) = span {
            out.bytes(text.get(start..end).unwrap_or_default());
        }
    }
    out.bytes(rest);
}

fn name_len(text: &[u8]) -> usize {
    let fits =
        |c: char| c == '_' || crate::go::unicode::is_letter(c) || crate::go::unicode::is_digit(c);
    runes::indices(text)
        .find(|(_, c, _)| !fits(*c))
        .map_or(text.len(), |(at, _, _)| at)
}

fn split(context: &mut Context<'_>, args: &Args, panics: bool) -> Result<Value, Fault> {
    let (text, limit) = (args.text(1), args.int(2));
    let (_, found) = all(context, args, panics, if limit > 0 { limit } else { -1 })?;
    if limit == 0 {
        return Ok(Value::List(List::nil(Element::Text)));
    }
    if text.is_empty() && !args.text(0).is_empty() {
        return Ok(Value::List(List::texts([Text::new(&[])])));
    }
    let mut parts = Vec::new();
    let (mut start, mut end) = (0, 0);
    for groups in &found {
        if limit > 0 && i64::try_from(parts.len()).unwrap_or(i64::MAX) == limit - 1 {
            break;
        }
        let (from, to) = whole(groups);
        end = from;
        if to != 0 {
            parts.push(Text::new(text.get(start..end).unwrap_or_default()));
        }
        start = to;
    }
    if end != text.len() {
        parts.push(Text::new(text.get(start..).unwrap_or_default()));
    }
    context.pay_for(parts.len())?;
    let parts = parts.into_iter().map(Value::Text).collect();
    Ok(Value::List(List::appended(
        Element::Text,
        parts,
        found.len(),
    )))
}
