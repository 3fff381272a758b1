//! ExternalSecrets' YAML, by way of JSON as in Go: what JSON cannot say, YAML does not get.

use lacre_manifest::emit::{YamlStyle, yaml};
use lacre_manifest::{Node, Number, ParseError, Problem, Value as Read, read_first};

use super::{Dialects, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::{json, runes};
use crate::value::{Dict, Entries, List, Text, Value};

/// The rows. Neither ever fails: errors give empty text, and a map that tells of them.
pub(crate) const TABLE: &[Function] = &[
    Function::new("toYaml", &[Type::Any], |c, a| write(c, a.get(0)))
        .only(Dialects::ExternalSecrets)
        .cost(100),
    Function::new("fromYaml", &[Type::Text], |c, a| read(c, a.text(0)))
        .only(Dialects::ExternalSecrets)
        .cost(100),
];

fn write(context: &mut Context<'_>, value: &Value) -> Result<Value, Fault> {
    let json = match json::write(context, value, json::Style::Raw) {
        Ok(json) => json,
        Err(fault) if fault.bound.is_none() => return Ok("".into()),
        Err(fault) => return Err(fault),
    };
    context.budget.allocate(json.len().saturating_mul(8))?;
    context.budget.spend_each(json.len() / 4)?;
    // A byte order mark within YAML reads differently from reader to reader, its escape does not.
    let parts = runes::split(json.as_slice(), "\u{FEFF}".as_bytes(), -1);
    let json = zeroize::Zeroizing::new(parts.join(&br"\ufeff"[..]));
    let node = std::str::from_utf8(&json)
        .ok()
        .and_then(|text| read_first(text).ok().flatten());
    let Some(node) = node else {
        return Ok("".into());
    };
    let text = yaml(&node, YamlStyle::default());
    Ok(Value::text(
        text.expose().strip_suffix(b"\n").unwrap_or(text.expose()),
    ))
}

/// A map with the key `Error`.
fn failed(message: &str) -> Value {
    Value::Dict(Dict::any(Entries::from([(
        Text::from("Error"),
        Value::from(message),
    )])))
}

fn read(context: &mut Context<'_>, text: &[u8]) -> Result<Value, Fault> {
    context.budget.allocate(text.len().saturating_mul(8))?;
    context.budget.spend_each(text.len() / 2)?;
    let Ok(text) = std::str::from_utf8(text) else {
        return Ok(failed(
            "error converting YAML to JSON: yaml: invalid leading UTF-8 octet",
        ));
    };
    let node = match read_first(text) {
        Ok(Some(node)) => node,
        Ok(None) => return Ok(Value::Dict(Dict::nil())),
        Err(error) => return Ok(failed(&complaint(text, &error))),
    };
    match node.value() {
        Read::Null => Ok(Value::Dict(Dict::nil())),
        Read::Map(_) => convert(context, &node),
        other => {
            let kind = match other {
                Read::Seq(_) => "array",
                Read::Bool(_) => "bool",
                Read::Number(_) => "number",
                _ => "string",
            };
            let text = format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go value of type map[string]interface {{}}"
            );
            Ok(failed(&text))
        }
    }
}

/// What Go would have said, in short.
fn complaint(text: &str, error: &ParseError) -> String {
    let what = if matches!(error.problem, Problem::NotFinite) {
        let scalar = text
            .get(error.offset..)
            .unwrap_or_default()
            .to_ascii_lowercase();
        let name = if scalar.starts_with("-.i") {
            "-Inf"
        } else if scalar.starts_with(".n") {
            "NaN"
        } else {
            "+Inf"
        };
        format!("json: unsupported value: {name}")
    } else {
        format!("yaml: {error}")
    };
    format!("error converting YAML to JSON: {what}")
}

/// Every number is a float, as Go's JSON has it.
fn convert(context: &mut Context<'_>, node: &Node) -> Result<Value, Fault> {
    context.budget.allocate(64)?;
    Ok(match node.value() {
        Read::Null => Value::Nil,
        Read::Bool(b) => Value::Bool(*b),
        Read::Number(number) => Value::Float(float(number)),
        Read::String(text) => {
            context.budget.allocate(text.as_str().len())?;
            Value::text(text.as_str().as_bytes())
        }
        Read::Seq(items) => {
            let items = stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                items
                    .iter()
                    .map(|n| convert(context, n))
                    .collect::<Result<_, _>>()
            });
            Value::List(List::any(items?))
        }
        Read::Map(map) => {
            let mut entries = Entries::new();
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || {
                for entry in map.entries() {
                    context.budget.allocate(64 + entry.key().len())?;
                    entries.insert(Text::from(entry.key()), convert(context, entry.value())?);
                }
                Ok::<_, Fault>(())
            })?;
            Value::Dict(Dict::any(entries))
        }
    })
}

fn float(number: &Number) -> f64 {
    number.json_text().parse().unwrap_or_default()
}
