//! JSON as Go's encoding/json has it.
//!
//! Texts of a manifest may be secrets, so every text and number of the tree is wiped on drop.

mod read;

use std::fmt;

use lacre_manifest::{Node, Number, Value};
use zeroize::Zeroizing;

pub(crate) use read::{SyntaxError, read_all, read_one};

/// A JSON value. Members keep their order and their duplicates.
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// A number as JSON has it.
    Number(Zeroizing<String>),
    /// A floating-point number from YAML.
    Float {
        json: Zeroizing<String>,
        /// What a text field receives for it.
        text: Zeroizing<String>,
    },
    Text(Zeroizing<String>),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl fmt::Debug for Json {
    /// The shape alone: what stands in it may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

impl Json {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Zeroizing::new(text.into()))
    }

    /// The same value again.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Null => Self::Null,
            Self::Bool(value) => Self::Bool(*value),
            Self::Number(digits) => Self::Number(digits.clone()),
            Self::Float { json, text } => Self::Float {
                json: json.clone(),
                text: text.clone(),
            },
            Self::Text(text) => Self::Text(text.clone()),
            Self::List(items) => Self::List(items.iter().map(Self::duplicate).collect()),
            Self::Object(members) => Self::Object(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.duplicate()))
                    .collect(),
            ),
        }
    }

    /// The value to be written.
    pub(crate) fn to_node(&self) -> Node {
        match self {
            Self::Null => Node::null(),
            Self::Bool(value) => Node::bool(*value),
            Self::Number(digits) | Self::Float { json: digits, .. } => Node::number(number(digits)),
            Self::Text(text) => Node::string(text.as_str()),
            Self::List(items) => Node::seq(items.iter().map(Self::to_node)),
            Self::Object(members) => Node::map(
                members
                    .iter()
                    .map(|(name, value)| (name.clone(), value.to_node())),
            ),
        }
    }

    /// What Go calls this kind of value in errors.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) | Self::Float { .. } => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }
}

impl From<&Node> for Json {
    /// What kubectl makes of YAML on its way to JSON: members sorted, of duplicates the last.
    fn from(node: &Node) -> Self {
        match node.value() {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number @ Number::Float(_)) => Self::Float {
                json: Zeroizing::new(number.json_text()),
                text: Zeroizing::new(number.field_text()),
            },
            Value::Number(number) => Self::Number(Zeroizing::new(number.json_text())),
            Value::String(text) => Self::text(text.as_str()),
            Value::Seq(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Map(map) => {
                let mut members: Vec<_> = map
                    .entries()
                    .map(|entry| (entry.key().to_owned(), Self::from(entry.value())))
                    .collect();
                members.sort_by(|(a, _), (b, _)| a.cmp(b));
                Self::Object(members)
            }
        }
    }
}

/// The number that JSON text means.
fn number(digits: &str) -> Number {
    if let Ok(number) = digits.parse() {
        return Number::Int(number);
    }
    match digits.parse() {
        Ok(number) => Number::UInt(number),
        Err(_) => Number::Float(digits.parse().unwrap_or_default()),
    }
}
