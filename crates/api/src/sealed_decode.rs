//! Reading a SealedSecret field by field, so that one bad field costs only itself.

use std::collections::{BTreeMap, HashSet};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use lacre_manifest::Node;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::field::{Decoded, FieldIssue, FieldPath, Problem, Shape};
use crate::metadata::{Metadata, known_fields};
use crate::sealed_secret::{
    API_VERSION, Condition, KIND, SealedSecret, SealedSecretSpec, SealedSecretStatus,
    SecretTemplate,
};

const WANTED: &str = "a SealedSecret (bitnami.com/v1alpha1)";

impl SealedSecret {
    /// Reads a SealedSecret from JSON. Items of `encryptedData` are read one by one: one that is not text is an
    /// error that names it, and the others stand.
    #[must_use]
    pub fn decode(value: &Value) -> Decoded<Self> {
        let mut read = Reader::default();
        let root = FieldPath::root();
        let empty = Map::new();
        let fields = read.object(value, &root).unwrap_or(&empty);
        read.kind(fields);
        read.unknown(
            fields,
            &root,
            &["apiVersion", "kind", "metadata", "spec", "status"],
        );
        if fields.get("spec").is_none_or(Value::is_null) {
            read.report(&root.field("spec"), Problem::Missing);
        }
        let metadata = read.object_meta(fields.get("metadata"), &root.field("metadata"));
        let spec = read.spec(fields.get("spec"), &root.field("spec"));
        let status = fields
            .get("status")
            .filter(|status| !status.is_null())
            .map(|status| read.status(status, &root.field("status")));
        Decoded {
            object: Self {
                metadata,
                spec,
                status,
            },
            issues: read.issues,
        }
    }
}

impl SealedSecret {
    /// Reads a SealedSecret from a manifest: as [`SealedSecret::decode`], and what is written twice is said too.
    #[must_use]
    pub fn decode_node(document: &Node) -> Decoded<Self> {
        let mut decoded = Self::decode(&document.to_json());
        let mut twice = Vec::new();
        duplicates(document, &FieldPath::root(), &mut twice);
        decoded.issues.extend(twice);
        decoded
    }
}

fn duplicates(node: &Node, path: &FieldPath, found: &mut Vec<FieldIssue>) {
    for (n, item) in node.as_seq().unwrap_or_default().iter().enumerate() {
        duplicates(item, &path.index(n), found);
    }
    let Some(map) = node.as_map() else { return };
    let mut seen = HashSet::new();
    for entry in map.written().filter(|entry| !entry.merged()) {
        if !seen.insert(entry.key()) {
            found.push(FieldIssue::new(path.field(entry.key()), Problem::Duplicate));
        }
    }
    for entry in map.entries() {
        duplicates(entry.value(), &path.field(entry.key()), found);
    }
}

/// Collects the issues while fields are read.
#[derive(Default)]
struct Reader {
    issues: Vec<FieldIssue>,
}

impl Reader {
    fn report(&mut self, path: &FieldPath, problem: Problem) {
        self.issues.push(FieldIssue::new(path.clone(), problem));
    }

    fn wrong_type(&mut self, path: &FieldPath, wanted: Shape, found: &Value) {
        let found = Shape::of(found);
        self.report(path, Problem::WrongType { wanted, found });
    }

    fn kind(&mut self, fields: &Map<String, Value>) {
        let said = |name| fields.get(name).and_then(Value::as_str);
        let found = match (said("apiVersion"), said("kind")) {
            (Some(API_VERSION), Some(KIND)) => return,
            (Some(version), Some(kind)) => Some(format!("{kind} ({version})")),
            (None, Some(kind)) => Some(format!("{kind} without an apiVersion")),
            (_, None) => None,
        };
        let wanted = WANTED;
        self.report(
            &FieldPath::of(&["kind"]),
            Problem::OtherKind { wanted, found },
        );
    }

    fn unknown(&mut self, fields: &Map<String, Value>, path: &FieldPath, known: &[&str]) {
        for name in fields.keys().filter(|name| !known.contains(&name.as_str())) {
            self.report(&path.field(name), Problem::Unknown);
        }
    }

    fn object<'v>(&mut self, value: &'v Value, path: &FieldPath) -> Option<&'v Map<String, Value>> {
        match value {
            Value::Object(fields) => Some(fields),
            Value::Null => None,
            other => {
                self.wrong_type(path, Shape::Object, other);
                None
            }
        }
    }

    fn text(&mut self, value: Option<&Value>, path: &FieldPath) -> Option<String> {
        match value? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => {
                self.wrong_type(path, Shape::Text, other);
                None
            }
        }
    }

    /// A map of texts. Items of another type are reported and left out; so is `null`.
    fn texts(&mut self, value: Option<&Value>, path: &FieldPath) -> BTreeMap<String, String> {
        let fields = value.and_then(|value| self.object(value, path));
        let mut read = BTreeMap::new();
        for (name, value) in fields.into_iter().flatten() {
            match value {
                Value::String(text) => {
                    read.insert(name.clone(), text.clone());
                }
                other => self.wrong_type(&path.field(name), Shape::Text, other),
            }
        }
        read
    }

    fn text_list(&mut self, value: Option<&Value>, path: &FieldPath) -> Vec<String> {
        match value {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items
                .iter()
                .enumerate()
                .filter_map(|(n, item)| {
                    if item.is_null() {
                        self.wrong_type(&path.index(n), Shape::Text, item);
                    }
                    self.text(Some(item), &path.index(n))
                })
                .collect(),
            Some(other) => {
                self.wrong_type(path, Shape::List, other);
                Vec::new()
            }
        }
    }

    fn spec(&mut self, value: Option<&Value>, path: &FieldPath) -> SealedSecretSpec {
        let Some(fields) = value.and_then(|value| self.object(value, path)) else {
            return SealedSecretSpec::default();
        };
        self.unknown(fields, path, &["encryptedData", "data", "template"]);
        SealedSecretSpec {
            encrypted_data: self.texts(fields.get("encryptedData"), &path.field("encryptedData")),
            data: self.text(fields.get("data"), &path.field("data")),
            template: self.template(fields.get("template"), &path.field("template")),
        }
    }

    fn template(&mut self, value: Option<&Value>, path: &FieldPath) -> SecretTemplate {
        let Some(fields) = value.and_then(|value| self.object(value, path)) else {
            return SecretTemplate::default();
        };
        self.unknown(fields, path, &["metadata", "type", "immutable", "data"]);
        let immutable = match fields.get("immutable") {
            None | Some(Value::Null) => None,
            Some(Value::Bool(immutable)) => Some(*immutable),
            Some(other) => {
                self.wrong_type(&path.field("immutable"), Shape::Bool, other);
                None
            }
        };
        SecretTemplate {
            metadata: self.template_metadata(fields.get("metadata"), &path.field("metadata")),
            type_: self.text(fields.get("type"), &path.field("type")),
            immutable,
            data: self.template_data(fields.get("data"), &path.field("data")),
        }
    }

    fn template_data(
        &mut self,
        value: Option<&Value>,
        path: &FieldPath,
    ) -> BTreeMap<String, Option<String>> {
        let fields = value.and_then(|value| self.object(value, path));
        let mut read = BTreeMap::new();
        for (name, value) in fields.into_iter().flatten() {
            match value {
                Value::String(text) => {
                    read.insert(name.clone(), Some(text.clone()));
                }
                Value::Null => {
                    read.insert(name.clone(), None);
                }
                other => self.wrong_type(&path.field(name), Shape::Text, other),
            }
        }
        read
    }

    /// Fields that the schema does not name are kept unread, whatever their type.
    fn template_metadata(&mut self, value: Option<&Value>, path: &FieldPath) -> Metadata {
        let Some(fields) = value.and_then(|value| self.object(value, path)) else {
            return Metadata::default();
        };
        let mut other = fields.clone();
        for name in ["name", "namespace", "labels", "annotations", "finalizers"] {
            other.shift_remove(name);
        }
        Metadata {
            name: self.text(fields.get("name"), &path.field("name")),
            namespace: self.text(fields.get("namespace"), &path.field("namespace")),
            labels: self.texts(fields.get("labels"), &path.field("labels")),
            annotations: self.texts(fields.get("annotations"), &path.field("annotations")),
            finalizers: self.text_list(fields.get("finalizers"), &path.field("finalizers")),
            other,
        }
    }

    /// The object's own metadata: as a whole if it is sound, else each field for itself.
    fn object_meta(&mut self, value: Option<&Value>, path: &FieldPath) -> ObjectMeta {
        let Some(fields) = value.and_then(|value| self.object(value, path)) else {
            self.report(&path.field("name"), Problem::Missing);
            return ObjectMeta::default();
        };
        self.unknown(fields, path, known_fields());
        let meta = parse(fields.clone()).unwrap_or_else(|| {
            let mut sound = Map::new();
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                let value = self.meta_field(name, value, &path.field(name));
                sound.extend(value.map(|value| (name.clone(), value)));
            }
            parse(sound).unwrap_or_default()
        });
        if fields.get("name").is_none_or(Value::is_null) {
            self.report(&path.field("name"), Problem::Missing);
        }
        meta
    }

    /// What of one field can be kept.
    fn meta_field(&mut self, name: &str, value: &Value, path: &FieldPath) -> Option<Value> {
        if matches!(name, "labels" | "annotations") {
            let texts = self.texts(Some(value), path);
            return serde_json::to_value(texts).ok();
        }
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        if parse::<ObjectMeta>(alone).is_some() {
            return Some(value.clone());
        }
        match name {
            "name" | "namespace" | "generateName" | "uid" | "resourceVersion" | "selfLink" => {
                self.wrong_type(path, Shape::Text, value);
            }
            "generation" | "deletionGracePeriodSeconds" => {
                self.report(
                    path,
                    Problem::Unreadable {
                        wanted: "a whole number",
                    },
                );
            }
            "creationTimestamp" | "deletionTimestamp" => {
                self.report(
                    path,
                    Problem::Unreadable {
                        wanted: "a time (RFC 3339)",
                    },
                );
            }
            "finalizers" => self.report(
                path,
                Problem::Unreadable {
                    wanted: "a list of strings",
                },
            ),
            _ => self.report(
                path,
                Problem::Unreadable {
                    wanted: "what Kubernetes keeps there",
                },
            ),
        }
        None
    }

    fn status(&mut self, value: &Value, path: &FieldPath) -> SealedSecretStatus {
        let Some(fields) = self.object(value, path) else {
            return SealedSecretStatus::default();
        };
        let observed_generation = match fields.get("observedGeneration") {
            None | Some(Value::Null) => None,
            Some(number) => {
                let generation = number.as_i64();
                if generation.is_none() {
                    let path = path.field("observedGeneration");
                    self.report(
                        &path,
                        Problem::Unreadable {
                            wanted: "a whole number",
                        },
                    );
                }
                generation
            }
        };
        let path = path.field("conditions");
        let conditions = match fields.get("conditions") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(conditions)) => conditions
                .iter()
                .enumerate()
                .filter_map(|(n, value)| {
                    let condition: Option<Condition> = serde_json::from_value(value.clone()).ok();
                    if condition.is_none() {
                        self.report(
                            &path.index(n),
                            Problem::Unreadable {
                                wanted: "a condition",
                            },
                        );
                    }
                    condition
                })
                .collect(),
            Some(other) => {
                self.wrong_type(&path, Shape::List, other);
                Vec::new()
            }
        };
        SealedSecretStatus {
            observed_generation,
            conditions,
        }
    }
}

fn parse<T: DeserializeOwned>(fields: Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(fields)).ok()
}
