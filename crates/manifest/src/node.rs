//! The tree: JSON values that remember where and how they were written.

use std::fmt;

use crate::map::{Entry, Map};
use crate::number::Number;
use crate::span::Span;
use crate::text::Text;

/// A value with its place in the source.
///
/// It may hold plaintext: text is wiped on drop, `Debug` shows the shape only, and there is no `Display`, `Clone`
/// or `Serialize`. [`Node::to_json`] leaves that protection and says so.
///
/// ```compile_fail
/// println!("{}", lacre_manifest::Node::string("x")); // no Display
/// ```
/// ```compile_fail
/// let copy = lacre_manifest::Node::string("x").clone(); // no Clone: `duplicate` says what it does
/// ```
/// ```compile_fail
/// let text = serde_json::to_string(&lacre_manifest::Node::string("x")); // no Serialize
/// ```
pub struct Node {
    pub(crate) value: Value,
    pub(crate) span: Span,
    pub(crate) style: Style,
    pub(crate) extra: Option<Box<Extra>>,
}

/// What few nodes have.
#[derive(Default)]
pub(crate) struct Extra {
    /// Text of a plain scalar that did not stay text.
    pub(crate) source: Option<Text>,
    /// From the first of its tag and anchor to the end of the last.
    pub(crate) properties: Option<Span>,
    pub(crate) anchored: bool,
    pub(crate) tagged: bool,
    /// Where the `*alias` stands that this is the copy for.
    pub(crate) alias: Option<Span>,
}

/// A JSON value.
pub enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// Any number.
    Number(Number),
    /// Text, or bytes that YAML calls `!!binary`.
    String(Text),
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// How a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// Not read from a source.
    Built,
    /// A scalar without quotes.
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`, in JSON too.
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
    /// A collection by indentation.
    Block,
    /// A collection in brackets.
    Flow,
}

/// One key set twice in a map. kubectl silently takes the later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The key.
    pub key: String,
    /// Where it was set first.
    pub first: Span,
    /// Where it was set again.
    pub second: Span,
    /// At least one of the two came through a merge key `<<`.
    pub merged: bool,
}

impl Node {
    pub(crate) fn new(value: Value, span: Span, style: Style) -> Self {
        Self {
            value,
            span,
            style,
            extra: None,
        }
    }

    fn built(value: Value) -> Self {
        Self::new(value, Span::default(), Style::Built)
    }

    /// A null to be written.
    #[must_use]
    pub fn null() -> Self {
        Self::built(Value::Null)
    }

    /// A boolean to be written.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::built(Value::Bool(value))
    }

    /// A number to be written.
    #[must_use]
    pub fn number(value: Number) -> Self {
        Self::built(Value::Number(value))
    }

    /// A whole number to be written.
    #[must_use]
    pub fn int(value: i64) -> Self {
        Self::number(Number::Int(value))
    }

    /// Text to be written; a `String` is taken over without a copy.
    #[must_use]
    pub fn string(text: impl Into<String>) -> Self {
        Self::built(Value::String(Text::new(text.into())))
    }

    /// A sequence to be written.
    #[must_use]
    pub fn seq(items: impl IntoIterator<Item = Self>) -> Self {
        Self::built(Value::Seq(items.into_iter().collect()))
    }

    /// A mapping to be written, in this order; of a key given twice the later one holds.
    #[must_use]
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        let mut map = Map::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        Self::built(Value::Map(map))
    }

    /// A tree from a JSON value, keys in its order.
    #[must_use]
    pub fn from_json(value: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match value {
            Json::Null => Self::null(),
            Json::Bool(b) => Self::bool(*b),
            Json::Number(n) => Self::number(match (n.as_i64(), n.as_u64()) {
                (Some(n), _) => Number::Int(n),
                (None, Some(n)) => Number::UInt(n),
                (None, None) => Number::Float(n.as_f64().unwrap_or_default()),
            }),
            Json::String(s) => Self::string(s.as_str()),
            Json::Array(items) => Self::seq(items.iter().map(Self::from_json)),
            Json::Object(map) => {
                let entries = map
                    .iter()
                    .map(|(k, v)| Entry::built(k.clone(), Self::from_json(v)));
                Self::built(Value::Map(Map {
                    entries: entries.collect(),
                }))
            }
        }
    }

    /// The value as plain JSON, out of the protection of this type: for objects that hold no plaintext, such as
    /// SealedSecrets. Whole floats print as Go prints them (`1.0` as `1`).
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        use serde_json::Value as Json;
        match &self.value {
            Value::Null => Json::Null,
            Value::Bool(b) => Json::Bool(*b),
            Value::Number(n) => number_to_json(*n),
            Value::String(text) => Json::String(text.as_str().to_owned()),
            Value::Seq(items) => {
                let mut array = Vec::with_capacity(items.len());
                for item in items {
                    array.push(item.to_json());
                }
                Json::Array(array)
            }
            Value::Map(map) => {
                let mut object = serde_json::Map::new();
                for entry in map.entries() {
                    object.insert(entry.key().to_owned(), entry.value().to_json());
                }
                Json::Object(object)
            }
        }
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Its bytes in the source, without tag and anchor. Of a copy made for an alias: where the anchored value
    /// stands. A block scalar begins at its `|` or `>`; an empty span is a value that was left out.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// How it is written.
    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }

    /// Where the `*alias` stands, if this is a copy of an anchored value.
    #[must_use]
    pub fn alias(&self) -> Option<Span> {
        self.extra.as_ref().and_then(|e| e.alias)
    }

    /// True if the value carries an `&anchor`, so that other places may repeat it.
    #[must_use]
    pub fn anchored(&self) -> bool {
        self.extra.as_ref().is_some_and(|e| e.anchored)
    }

    /// The text as written of a plain scalar that YAML made into a boolean, a number or a null: `0777`, `yes`, `~`.
    /// None for text, and for a value that was left out.
    #[must_use]
    pub fn retyped(&self) -> Option<&str> {
        self.extra
            .as_ref()
            .and_then(|e| e.source.as_ref())
            .map(Text::as_str)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text.as_str()),
            _ => None,
        }
    }

    /// The value of a boolean.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.value {
            Value::Bool(b) => Some(b),
            _ => None,
        }
    }

    /// The value of a number.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match self.value {
            Value::Number(n) => Some(n),
            _ => None,
        }
    }

    /// The value of a whole number.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.value {
            Value::Number(Number::Int(n)) => Some(n),
            _ => None,
        }
    }

    /// The items of a sequence.
    #[must_use]
    pub fn as_seq(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The mapping.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// True for a null or a value that was left out.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The value under `key`, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_map()?.get(key)
    }

    /// The value at the end of a path of keys.
    #[must_use]
    pub fn at<K: AsRef<str>>(&self, path: &[K]) -> Option<&Self> {
        path.iter()
            .try_fold(self, |node, key| node.get(key.as_ref()))
    }

    /// The entries that hold, in the order written; none unless this is a mapping.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.as_map().into_iter().flat_map(Map::entries)
    }

    /// What a string field receives for this scalar when sigs.k8s.io/yaml decodes into a typed object, as kubeseal
    /// does: `yes` gives `true`, `0777` gives `511`, `1.50` gives `1.5`. None for null and collections.
    #[must_use]
    pub fn field_text(&self) -> Option<Text> {
        match &self.value {
            Value::Bool(b) => Some(Text::from(if *b { "true" } else { "false" })),
            Value::Number(n) => Some(Text::new(n.field_text())),
            Value::String(text) => Some(text.duplicate()),
            Value::Null | Value::Seq(_) | Value::Map(_) => None,
        }
    }

    /// What it is, for messages: `a string`, `a number`, ...
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Seq(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// How many values it holds, itself among them.
    pub(crate) fn count(&self) -> usize {
        let below: usize = match &self.value {
            Value::Seq(items) => items.iter().map(Self::count).sum(),
            Value::Map(map) => map.entries.iter().map(|entry| entry.value.count()).sum(),
            _ => 0,
        };
        below + 1
    }

    /// Every key that is set twice, in this node and below. kubectl takes the later one without a word, its strict
    /// mode refuses.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let mut found = Vec::new();
        self.collect_duplicates(&mut found);
        found.sort_by_key(|d| (d.second.start, d.first.start));
        found.dedup();
        found
    }

    fn collect_duplicates(&self, found: &mut Vec<Duplicate>) {
        match &self.value {
            Value::Seq(items) => items.iter().for_each(|item| item.collect_duplicates(found)),
            Value::Map(map) => {
                for entry in &map.entries {
                    if let Some(later) = entry
                        .overridden_by
                        .and_then(|i| map.entries.get(i as usize))
                    {
                        found.push(Duplicate {
                            key: entry.key().to_owned(),
                            first: entry.key.span,
                            second: later.key.span,
                            merged: entry.merged || later.merged,
                        });
                    }
                    entry.value.collect_duplicates(found);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// A second copy, asked for by name because each one is one more thing to wipe. Places and styles are kept.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        let value = match &self.value {
            Value::Null => Value::Null,
            Value::Bool(b) => Value::Bool(*b),
            Value::Number(n) => Value::Number(*n),
            Value::String(text) => Value::String(text.duplicate()),
            Value::Seq(items) => {
                let mut copies = Vec::with_capacity(items.len());
                for item in items {
                    copies.push(item.duplicate());
                }
                Value::Seq(copies)
            }
            Value::Map(map) => Value::Map(map.duplicate()),
        };
        let extra = self.extra.as_ref().map(|e| {
            Box::new(Extra {
                source: e.source.as_ref().map(Text::duplicate),
                ..**e
            })
        });
        Self {
            value,
            span: self.span,
            style: self.style,
            extra,
        }
    }

    /// True if both are the same JSON value with keys in the same order. Not for guessing secrets against: the time
    /// it takes depends on the values.
    #[must_use]
    pub fn same_value(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b || a.json_text() == b.json_text(),
            (Value::String(a), Value::String(b)) => a.as_str() == b.as_str(),
            (Value::Seq(a), Value::Seq(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_value(b))
            }
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len()
                    && a.entries()
                        .zip(b.entries())
                        .all(|(a, b)| a.key() == b.key() && a.value.same_value(&b.value))
            }
            _ => false,
        }
    }

    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}

fn number_to_json(number: Number) -> serde_json::Value {
    match number {
        Number::Int(n) => n.into(),
        Number::UInt(n) => n.into(),
        // Go prints a whole float without a point, so its readers see a whole number.
        Number::Float(n) => {
            let text = number.json_text();
            if let Ok(n) = text.parse::<i64>()
                && text != "-0"
            {
                n.into()
            } else if let Ok(n) = text.parse::<u64>() {
                n.into()
            } else {
                serde_json::Number::from_f64(n)
                    .map_or(serde_json::Value::Null, serde_json::Value::Number)
            }
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Value::Null => f.write_str("null"),
            Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                write!(f, "[redacted {}]", self.kind_name())
            }
            Value::Seq(items) => f.debug_list().entries(items).finish(),
            Value::Map(map) => fmt::Debug::fmt(map, f),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(_) | Self::Number(_) | Self::String(_) => f.write_str("[redacted]"),
            Self::Seq(items) => f.debug_list().entries(items).finish(),
            Self::Map(map) => fmt::Debug::fmt(map, f),
        }
    }
}
