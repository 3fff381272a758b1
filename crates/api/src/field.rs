//! Findings about single fields. Reading an object never stops at one bad field: what can be read is read,
//! and each thing that could not, or that reads as something else than it looks, is a [`FieldIssue`].

use std::fmt;

use lacre_manifest::{Node, Span};

use crate::names::NameProblem;

/// An object as far as it could be read, and what was wrong with the rest.
#[derive(Debug, Clone)]
pub struct Decoded<T> {
    /// What could be read; fields that could not are as if absent.
    pub object: T,
    /// In the order of the document.
    pub issues: Vec<FieldIssue>,
}

impl<T> Decoded<T> {
    /// The issues by which something of the object was lost.
    pub fn errors(&self) -> impl Iterator<Item = &FieldIssue> {
        self.issues.iter().filter(|issue| issue.is_error())
    }
}

/// One step from an object to a field of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The field of an object, or the item of a map.
    Field(String),
    /// The position in a list, from 0.
    Index(usize),
}

/// The way from the root of an object to a field: `spec.encryptedData["tls.key"]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FieldPath(Vec<Step>);

impl FieldPath {
    /// The object itself.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// The path made of these fields.
    #[must_use]
    pub fn of(fields: &[&str]) -> Self {
        Self(
            fields
                .iter()
                .map(|f| Step::Field((*f).to_owned()))
                .collect(),
        )
    }

    /// One step further, to a field or a map's item.
    #[must_use]
    pub fn field(&self, name: impl Into<String>) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Field(name.into()));
        Self(steps)
    }

    /// One step further, into a list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut steps = self.0.clone();
        steps.push(Step::Index(index));
        Self(steps)
    }

    /// The steps from the root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The field in `document`, if it is there.
    #[must_use]
    pub fn node<'a>(&self, document: &'a Node) -> Option<&'a Node> {
        self.0.iter().try_fold(document, |node, step| match step {
            Step::Field(name) => node.get(name),
            Step::Index(index) => node.as_seq()?.get(*index),
        })
    }

    /// The bytes of the field in `document`, of its value or of its key; of the nearest field on the way to it that
    /// is there if it is not, and of a key whose value is empty.
    #[must_use]
    pub fn span(&self, document: &Node, at_key: bool) -> Span {
        let (mut node, mut key) = (document, None);
        for step in &self.0 {
            let next = match step {
                Step::Field(name) => node.as_map().and_then(|map| {
                    let entry = map.entry(name)?;
                    Some((entry.value(), Some(entry.key_span())))
                }),
                Step::Index(index) => node
                    .as_seq()
                    .and_then(|items| Some((items.get(*index)?, None))),
            };
            match next {
                Some(found) => (node, key) = found,
                None => break,
            }
        }
        match key {
            Some(key) if at_key || node.span().is_empty() => key,
            _ => node.span(),
        }
    }

    /// The last field's name.
    #[must_use]
    pub fn last(&self) -> Option<&str> {
        self.0.iter().rev().find_map(|step| match step {
            Step::Field(name) => Some(name.as_str()),
            Step::Index(_) => None,
        })
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("the object");
        }
        for (n, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Field(name) if is_plain(name) => {
                    let dot = if n == 0 { "" } else { "." };
                    write!(f, "{dot}{name}")?;
                }
                Step::Field(name) => write!(f, "[{name:?}]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// The types that JSON knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `null`, or nothing after the colon.
    Null,
    /// `true` or `false`, and what YAML 1.1 takes for them (`yes`, `off`).
    Bool,
    /// Any number.
    Number,
    /// Text.
    Text,
    /// A list.
    List,
    /// An object or map.
    Object,
}

impl Shape {
    /// The shape of a JSON value.
    #[must_use]
    pub fn of(value: &serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(_) => Self::Bool,
            serde_json::Value::Number(_) => Self::Number,
            serde_json::Value::String(_) => Self::Text,
            serde_json::Value::Array(_) => Self::List,
            serde_json::Value::Object(_) => Self::Object,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::Text => "a string",
            Self::List => "a list",
            Self::Object => "an object",
        })
    }
}

/// What is wrong with a field. No variant carries a secret value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The field holds another type than its own and was left out.
    WrongType {
        /// What belongs there.
        wanted: Shape,
        /// What is there.
        found: Shape,
    },
    /// Text that does not say what the field needs (a time, a quantity), left out.
    Unreadable {
        /// What belongs there, in words.
        wanted: &'static str,
    },
    /// A required field is not there.
    Missing,
    /// The value is not standard base64, left out.
    Base64 {
        /// First offset, in bytes of the text, that cannot be decoded.
        offset: usize,
        /// True when the text has the characters `-` or `_` of the URL-safe alphabet.
        url_safe: bool,
    },
    /// The object is of another kind or version.
    OtherKind {
        /// What is read here.
        wanted: &'static str,
        /// What the object says, when it says something.
        found: Option<String>,
    },
    /// `null` for an item of a map: read as an empty value, or dropped.
    Null {
        /// What becomes of it.
        dropped: bool,
    },
    /// A field that this kind does not have: ignored.
    Unknown,
    /// A field in other capitals than the API's: read all the same, as kubeseal does, but kubectl would not.
    OtherCase {
        /// The name as the API writes it.
        field: String,
    },
    /// The same key twice: the last one counts.
    Duplicate,
    /// A plain scalar that is text only after being read as another type: `on` becomes `true`, `1.50` becomes `1.5`.
    Retyped {
        /// What YAML takes it for.
        found: Shape,
        /// True when the text that results is another than the one written.
        changed: bool,
        /// The text that it becomes; not given where the text is a secret.
        read_as: Option<String>,
    },
    /// A plain key that YAML reads as another type before it becomes text again: `on` becomes the item `true`.
    RetypedKey {
        /// The key as it is written.
        written: String,
    },
    /// A name that the API server refuses.
    Name(NameProblem),
    /// An annotation that holds the whole object in clear: left out.
    PlaintextCopy {
        /// The program that wrote it.
        writer: &'static str,
    },
}

/// One finding about one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldIssue {
    /// Which field.
    pub path: FieldPath,
    /// What is wrong with it.
    pub problem: Problem,
}

impl FieldIssue {
    /// A finding.
    #[must_use]
    pub fn new(path: FieldPath, problem: Problem) -> Self {
        Self { path, problem }
    }

    /// The bytes of the document to show for it: the field's key where the key is at fault, its value where that is;
    /// of a field that is missing the nearest object around it.
    #[must_use]
    pub fn span(&self, document: &Node) -> Span {
        let at_key = matches!(
            self.problem,
            Problem::Unknown
                | Problem::OtherCase { .. }
                | Problem::Duplicate
                | Problem::RetypedKey { .. }
                | Problem::PlaintextCopy { .. }
                | Problem::Null { .. }
        );
        self.path.span(document, at_key)
    }

    /// True when something that the author wrote could not be read; false when it was read, but may mean
    /// something else than it looks.
    #[must_use]
    pub fn is_error(&self) -> bool {
        matches!(
            self.problem,
            Problem::WrongType { .. }
                | Problem::Unreadable { .. }
                | Problem::Missing
                | Problem::Base64 { .. }
                | Problem::OtherKind { .. }
        )
    }

    /// How to mend it, as an order to the author.
    #[must_use]
    pub fn mend(&self) -> String {
        match &self.problem {
            Problem::WrongType {
                wanted: Shape::Text,
                found: Shape::Bool | Shape::Number,
            } => "put the value in quotes".to_owned(),
            Problem::WrongType { wanted, .. } => format!("write {wanted} there"),
            Problem::Unreadable { wanted } => format!("write {wanted} there, or remove the field"),
            Problem::Missing => "add the field".to_owned(),
            Problem::Base64 { url_safe: true, .. } => {
                "use the standard base64 alphabet (+ and / instead of - and _)".to_owned()
            }
            Problem::Base64 { .. } => {
                "encode the value with base64, or put it in clear under stringData".to_owned()
            }
            Problem::OtherKind { wanted, .. } => format!("give {wanted}"),
            Problem::Null { .. } => "write \"\" for an empty value, or remove the line".to_owned(),
            Problem::Unknown => "remove the field, or correct its name".to_owned(),
            Problem::OtherCase { field } => format!("write {field}"),
            Problem::Duplicate => "keep one of the two".to_owned(),
            Problem::Retyped { .. } => "put the value in quotes".to_owned(),
            Problem::RetypedKey { .. } => "put the key in quotes".to_owned(),
            Problem::Name(_) => "choose a name that the API server accepts".to_owned(),
            Problem::PlaintextCopy { .. } => {
                "nothing to do: it is not carried over; remove it from the input if that is kept"
                    .to_owned()
            }
        }
    }
}

impl fmt::Display for FieldIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.problem {
            Problem::WrongType { wanted, found } => {
                write!(f, "{path} is {found}, must be {wanted}")
            }
            Problem::Unreadable { wanted } => write!(f, "{path} is not {wanted}"),
            Problem::Missing => write!(f, "{path} is missing"),
            Problem::Base64 { offset, url_safe } => {
                write!(f, "{path} is not standard base64, from byte {offset} on")?;
                f.write_str(if *url_safe {
                    " (the alphabet is the URL-safe one)"
                } else {
                    ""
                })
            }
            Problem::OtherKind {
                wanted,
                found: Some(found),
            } => write!(f, "this is {found}, not {wanted}"),
            Problem::OtherKind {
                wanted,
                found: None,
            } => write!(f, "{path} is missing, so this is not {wanted}"),
            Problem::Null { dropped: true } => write!(f, "{path} is null and is left out"),
            Problem::Null { dropped: false } => {
                write!(f, "{path} is null and is taken for an empty value")
            }
            Problem::Unknown => write!(f, "{path} is no field of this kind and is ignored"),
            Problem::OtherCase { field } => write!(f, "{path} is spelt {field}"),
            Problem::Duplicate => write!(f, "{path} is given twice, the last one counts"),
            Problem::Retyped {
                found,
                changed: true,
                read_as: Some(text),
            } => {
                write!(f, "{path} is {found} to YAML and becomes {text:?}")
            }
            Problem::Retyped {
                found,
                changed: true,
                read_as: None,
            } => {
                write!(
                    f,
                    "{path} is {found} to YAML and becomes another text than the one written"
                )
            }
            Problem::Retyped {
                found,
                changed: false,
                ..
            } => {
                write!(
                    f,
                    "{path} is {found} to YAML, which kubectl refuses where a string belongs"
                )
            }
            Problem::RetypedKey { written } => {
                write!(
                    f,
                    "{path} is written {written}, which YAML reads as another type"
                )
            }
            Problem::Name(problem) => write!(f, "{path} {problem}"),
            Problem::PlaintextCopy { writer } => {
                write!(
                    f,
                    "{path} holds the whole object in clear (written by {writer}) and is left out"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_so_that_item_names_with_dots_stay_one_step() {
        let path = FieldPath::of(&["spec", "encryptedData"]);
        assert_eq!(path.field("a-b").to_string(), "spec.encryptedData.a-b");
        assert_eq!(
            path.field("tls.key").to_string(),
            "spec.encryptedData[\"tls.key\"]"
        );
        assert_eq!(
            path.index(3).field("x").to_string(),
            "spec.encryptedData[3].x"
        );
        assert_eq!(FieldPath::root().to_string(), "the object");
    }

    #[test]
    fn a_path_leads_to_its_field_or_nowhere() {
        let document = Node::map([("a", Node::seq([Node::null(), Node::int(7)]))]);
        let found = |path: FieldPath| path.node(&document).and_then(Node::as_i64);
        let list = FieldPath::of(&["a"]);
        assert_eq!(found(list.index(1)), Some(7));
        assert!(list.index(2).node(&document).is_none());
        assert!(list.field("b").node(&document).is_none());
        assert!(FieldPath::root().node(&document).is_some());
    }

    #[test]
    fn every_finding_says_where_what_and_how_to_mend_it() {
        let path = FieldPath::of(&["data", "pin"]);
        let issue = FieldIssue::new(
            path,
            Problem::WrongType {
                wanted: Shape::Text,
                found: Shape::Number,
            },
        );
        assert!(issue.is_error());
        assert_eq!(issue.to_string(), "data.pin is a number, must be a string");
        assert_eq!(issue.mend(), "put the value in quotes");
    }
}
