//! Reading a Secret from a manifest as kubeseal reads it, saying wherever that is not what the author sees.
//!
//! Values go from the document's own wiped text straight into [`SecretBytes`].

use std::collections::{BTreeMap, HashSet};

use lacre_crypto::decode_base64_secret;
use lacre_manifest::{Entry, Node, Value};
use lacre_secret::SecretBytes;

use crate::annotations::{Annotations, plaintext_writer};
use crate::field::{Decoded, FieldIssue, FieldPath, Problem, Shape};
use crate::metadata::{Metadata, known_fields};
use crate::secret::Secret;

const WANTED: &str = "a Secret (v1)";

impl Secret {
    /// Reads the document as a Secret, whatever kind it says it is: that it says another one is among the errors.
    ///
    /// Like kubeseal, and unlike kubectl, it finds fields in any capitals and turns plain numbers and booleans into
    /// text where text belongs; each is a finding.
    #[must_use]
    pub fn decode(document: &Node) -> Decoded<Self> {
        let mut read = Reader::default();
        let root = FieldPath::root();
        let known = [
            "apiVersion",
            "kind",
            "metadata",
            "type",
            "immutable",
            "data",
            "stringData",
        ];
        let fields = read.fields(document, &root, &known);
        read.kind(&fields);
        let metadata = read.metadata(&fields, &root.field("metadata"));
        let type_ = read.text_field(&fields, "type", &root);
        let immutable = read.bool_field(&fields, "immutable", &root);
        let mut data = BTreeMap::new();
        for node in fields.of("data") {
            read.data(node, &root.field("data"), &mut data);
        }
        for node in fields.of("stringData") {
            read.string_data(node, &root.field("stringData"), &mut data);
        }
        Decoded {
            object: Self {
                metadata,
                type_,
                immutable,
                data,
            },
            issues: read.issues,
        }
    }
}

/// The shape of a node.
pub(crate) fn shape(node: &Node) -> Shape {
    match node.value() {
        Value::Null => Shape::Null,
        Value::Bool(_) => Shape::Bool,
        Value::Number(_) => Shape::Number,
        Value::String(_) => Shape::Text,
        Value::Seq(_) => Shape::List,
        Value::Map(_) => Shape::Object,
    }
}

/// Fields under the API's spelling, in the order in which they take effect.
struct Fields<'n>(Vec<(&'static str, &'n Node)>);

impl<'n> Fields<'n> {
    /// Every occurrence; more than one only where capitals differ, the exact spelling last.
    fn of(&self, name: &str) -> impl Iterator<Item = &'n Node> {
        self.0
            .iter()
            .filter(move |(field, _)| *field == name)
            .map(|(_, node)| *node)
    }

    fn get(&self, name: &str) -> Option<&'n Node> {
        self.of(name).last()
    }
}

#[derive(Default)]
struct Reader {
    issues: Vec<FieldIssue>,
}

impl Reader {
    fn report(&mut self, path: FieldPath, problem: Problem) {
        self.issues.push(FieldIssue::new(path, problem));
    }

    fn wrong_type(&mut self, path: FieldPath, wanted: Shape, node: &Node) {
        let found = shape(node);
        self.report(path, Problem::WrongType { wanted, found });
    }

    /// The entries of a map that hold; those that a later one overrides are reported.
    fn entries<'n>(&mut self, node: &'n Node, path: &FieldPath) -> Vec<&'n Entry> {
        match node.value() {
            Value::Map(map) => {
                let mut seen = HashSet::new();
                for entry in map.written().filter(|entry| !entry.merged()) {
                    if !seen.insert(entry.key()) {
                        self.report(path.field(entry.key()), Problem::Duplicate);
                    }
                }
                map.entries().collect()
            }
            Value::Null => Vec::new(),
            _ => {
                self.wrong_type(path.clone(), Shape::Object, node);
                Vec::new()
            }
        }
    }

    fn fields<'n>(
        &mut self,
        node: &'n Node,
        path: &FieldPath,
        known: &[&'static str],
    ) -> Fields<'n> {
        let (mut exact, mut folded) = (Vec::new(), Vec::new());
        for entry in self.entries(node, path) {
            let key = entry.key();
            if let Some(field) = known.iter().find(|field| **field == key) {
                exact.push((*field, entry.value()));
            } else if let Some(field) = known.iter().find(|field| field.eq_ignore_ascii_case(key)) {
                let spelt = Problem::OtherCase {
                    field: (*field).to_owned(),
                };
                self.report(path.field(key), spelt);
                folded.push((*field, entry.value()));
            } else {
                self.report(path.field(key), Problem::Unknown);
            }
        }
        folded.extend(exact);
        Fields(folded)
    }

    fn kind(&mut self, fields: &Fields<'_>) {
        let said = |name| fields.get(name).and_then(Node::as_str);
        let found = match (said("apiVersion"), said("kind")) {
            (Some("v1"), Some("Secret")) => return,
            (Some(version), Some(kind)) => Some(format!("{kind} ({version})")),
            (None, Some(kind)) => Some(format!("{kind} without an apiVersion")),
            (_, None) => None,
        };
        let wanted = WANTED;
        self.report(
            FieldPath::of(&["kind"]),
            Problem::OtherKind { wanted, found },
        );
    }

    /// Text, or what a scalar of another type becomes where text belongs.
    fn text(&mut self, node: &Node, path: &FieldPath) -> Option<String> {
        if let Some(text) = node.as_str() {
            return Some(text.to_owned());
        }
        if node.is_null() {
            return None;
        }
        let Some(text) = node.field_text() else {
            self.wrong_type(path.clone(), Shape::Text, node);
            return None;
        };
        let text = text.as_str().to_owned();
        self.retyped(node, &text, path, Some(text.clone()));
        Some(text)
    }

    fn retyped(&mut self, node: &Node, becomes: &str, path: &FieldPath, read_as: Option<String>) {
        let changed = node.retyped().is_some_and(|written| written != becomes);
        let found = shape(node);
        self.report(
            path.clone(),
            Problem::Retyped {
                found,
                changed,
                read_as,
            },
        );
    }

    fn text_field(
        &mut self,
        fields: &Fields<'_>,
        name: &str,
        parent: &FieldPath,
    ) -> Option<String> {
        self.text(fields.get(name)?, &parent.field(name))
    }

    fn bool_field(&mut self, fields: &Fields<'_>, name: &str, parent: &FieldPath) -> Option<bool> {
        let node = fields.get(name)?;
        if node.as_bool().is_none() && !node.is_null() {
            self.wrong_type(parent.field(name), Shape::Bool, node);
        }
        node.as_bool()
    }

    fn item_name(&mut self, entry: &Entry, path: &FieldPath) {
        if let Some(written) = entry.key_retyped() {
            let written = written.to_owned();
            self.report(path.clone(), Problem::RetypedKey { written });
        }
    }

    fn texts(&mut self, node: &Node, path: &FieldPath) -> BTreeMap<String, String> {
        let mut texts = BTreeMap::new();
        for entry in self.entries(node, path) {
            let path = path.field(entry.key());
            self.item_name(entry, &path);
            if entry.value().is_null() {
                self.report(path, Problem::Null { dropped: true });
            } else if let Some(text) = self.text(entry.value(), &path) {
                texts.insert(entry.key().to_owned(), text);
            }
        }
        texts
    }

    /// Annotations but for those that hold the whole object in clear: their text is not even copied.
    fn annotations(&mut self, node: &Node, path: &FieldPath) -> Annotations {
        let mut annotations = Annotations::new();
        for entry in self.entries(node, path) {
            let path = path.field(entry.key());
            if let Some(writer) = plaintext_writer(entry.key()) {
                self.report(path, Problem::PlaintextCopy { writer });
            } else if entry.value().is_null() {
                self.report(path, Problem::Null { dropped: true });
            } else if let Some(text) = self.text(entry.value(), &path) {
                annotations.insert(entry.key().to_owned(), text);
            }
        }
        annotations
    }

    fn text_list(&mut self, node: &Node, path: &FieldPath) -> Vec<String> {
        match node.value() {
            Value::Seq(items) => items
                .iter()
                .enumerate()
                .filter_map(|(n, item)| self.text(item, &path.index(n)))
                .collect(),
            Value::Null => Vec::new(),
            _ => {
                self.wrong_type(path.clone(), Shape::List, node);
                Vec::new()
            }
        }
    }

    fn metadata(&mut self, root: &Fields<'_>, path: &FieldPath) -> Metadata {
        let Some(node) = root.get("metadata") else {
            return Metadata::default();
        };
        let fields = self.fields(node, path, known_fields());
        let mut metadata = Metadata {
            name: self.text_field(&fields, "name", path),
            namespace: self.text_field(&fields, "namespace", path),
            ..Metadata::default()
        };
        for (field, node) in &fields.0 {
            let path = path.field(*field);
            match *field {
                "name" | "namespace" => {}
                "labels" => metadata.labels.extend(self.texts(node, &path)),
                "annotations" => metadata.annotations.extend(self.annotations(node, &path)),
                "finalizers" => metadata.finalizers = self.text_list(node, &path),
                _ if node.is_null() => {}
                other => {
                    metadata.other.insert(other.to_owned(), node.to_json());
                }
            }
        }
        metadata
    }

    fn data(&mut self, node: &Node, path: &FieldPath, data: &mut BTreeMap<String, SecretBytes>) {
        for entry in self.entries(node, path) {
            let path = path.field(entry.key());
            self.item_name(entry, &path);
            let value = match entry.value().value() {
                Value::String(text) => match decode_base64_secret(text.as_str().as_bytes()) {
                    Ok(value) => value,
                    Err(e) => {
                        let url_safe = text.as_str().contains(['-', '_']);
                        self.report(
                            path,
                            Problem::Base64 {
                                offset: e.offset,
                                url_safe,
                            },
                        );
                        continue;
                    }
                },
                Value::Null => {
                    self.report(path, Problem::Null { dropped: false });
                    SecretBytes::from_slice(b"")
                }
                _ => {
                    self.wrong_type(path, Shape::Text, entry.value());
                    continue;
                }
            };
            data.insert(entry.key().to_owned(), value);
        }
    }

    fn string_data(
        &mut self,
        node: &Node,
        path: &FieldPath,
        data: &mut BTreeMap<String, SecretBytes>,
    ) {
        for entry in self.entries(node, path) {
            let path = path.field(entry.key());
            self.item_name(entry, &path);
            let value = match entry.value().value() {
                Value::Null => {
                    self.report(path, Problem::Null { dropped: true });
                    continue;
                }
                Value::String(text) => SecretBytes::from_slice(text.as_str().as_bytes()),
                _ => match entry.value().field_text() {
                    Some(text) => {
                        self.retyped(entry.value(), text.as_str(), &path, None);
                        SecretBytes::from_slice(text.as_str().as_bytes())
                    }
                    None => {
                        self.wrong_type(path, Shape::Text, entry.value());
                        continue;
                    }
                },
            };
            data.insert(entry.key().to_owned(), value);
        }
    }
}
