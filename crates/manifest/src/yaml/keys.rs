//! Mappings as Go maps: a key set again overrides, 1 and "1" are two keys until JSON makes them one.

use std::collections::HashMap;

use crate::error::{Fault, Problem, Refusal};
use crate::map::{Entry, Key, KeyKind};
use crate::node::{Node, Value};
use crate::number::{Number, go_general_f32};
use crate::text::Text;

/// Makes a key of a decoded value.
pub(super) fn key(node: Node) -> Result<Key, Fault> {
    let mut span = node.alias().unwrap_or(node.span);
    if let Some(properties) = node
        .extra
        .as_ref()
        .filter(|e| e.alias.is_none())
        .and_then(|e| e.properties)
    {
        span.start = span.start.min(properties.start);
    }
    let (text, kind) = match node.value {
        Value::String(text) => (text, KeyKind::String),
        Value::Bool(b) => (Text::from(if b { "true" } else { "false" }), KeyKind::Bool),
        Value::Number(Number::Int(n)) => (Text::new(n.to_string()), KeyKind::Int),
        Value::Number(Number::UInt(n)) => (Text::new(n.to_string()), KeyKind::UInt),
        Value::Number(Number::Float(n)) => (Text::new(float_text(n)), KeyKind::Float(n)),
        Value::Null => (Text::from("null"), KeyKind::Null),
        Value::Seq(_) => return Err(Fault::new(span.start, Problem::BadKey("a list"))),
        Value::Map(_) => return Err(Fault::new(span.start, Problem::BadKey("a mapping"))),
    };
    let source = node.extra.and_then(|extra| extra.source).map(Box::new);
    let style = node.style;
    Ok(Key {
        text,
        span,
        style,
        kind,
        source,
    })
}

fn float_text(n: f64) -> String {
    match go_general_f32(n).as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        other => other.to_owned(),
    }
}

/// Collects the entries of a mapping.
pub(super) struct MapBuilder {
    pub(super) entries: Vec<Entry>,
    /// The last entry of each key, once there are too many to look through.
    index: HashMap<String, usize>,
}

const LOOK_THROUGH: usize = 24;

impl MapBuilder {
    pub(super) fn with_room_for(entries: usize) -> Self {
        Self {
            entries: Vec::with_capacity(entries),
            index: HashMap::new(),
        }
    }

    pub(super) fn set(&mut self, key: Key, value: Node, merged: bool) {
        let new = self.entries.len();
        let name = key.text.as_str();
        let same_name = if self.index.is_empty() {
            self.entries.iter().rposition(|e| e.key() == name)
        } else {
            self.index.insert(name.to_owned(), new)
        };
        // 0.0 and -0.0 are the same key in Go, under two names.
        let is_zero = matches!(key.kind, KeyKind::Float(n) if n == 0.0);
        let zero = || self.entries.iter().rposition(|e| e.key.kind == key.kind);
        let old = same_name.or_else(|| if is_zero { zero() } else { None });
        let mut collides = false;
        if let Some(old) = old.and_then(|old| self.entries.get_mut(old)) {
            collides = old.collides || old.key.kind != key.kind;
            if old.key.kind == key.kind {
                old.overridden_by = u32::try_from(new).ok();
            }
        }
        self.entries.push(Entry {
            key,
            value,
            merged,
            overridden_by: None,
            collides,
        });
        if self.index.is_empty() && new >= LOOK_THROUGH {
            let names = self.entries.iter().map(|e| e.key().to_owned());
            self.index = names.zip(0..).collect();
        }
    }
}

/// What JSON cannot hold. Only what is left in the end counts: an overridden entry never gets there.
pub(super) fn check(node: &Node) -> Result<(), Fault> {
    match &node.value {
        Value::Number(Number::Float(n)) if !n.is_finite() => {
            let at = node.alias().unwrap_or(node.span);
            Err(Fault::new(at.start, Problem::NotFinite))
        }
        Value::Seq(items) => {
            for item in items {
                check(item)?;
            }
            Ok(())
        }
        Value::Map(map) => {
            for entry in map.entries() {
                check_key(entry)?;
                check(&entry.value)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn check_key(entry: &Entry) -> Result<(), Fault> {
    let at = entry.key.span.start;
    match entry.key.kind {
        KeyKind::Null => Err(Fault::new(at, Problem::BadKey("null"))),
        KeyKind::UInt => Err(Fault::new(
            at,
            Problem::BadKey("a number beyond 9223372036854775807"),
        )),
        _ if entry.collides => Err(Fault::new(at, Refusal::CollidingKeys)),
        _ => Ok(()),
    }
}
