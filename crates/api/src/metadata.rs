//! The metadata that a Secret carries, and that a SealedSecret's template promises it.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// An object's metadata with nothing lost: the fields that the schema of a template names, and all others as they are.
///
/// `Debug` shows the keys of the annotations and of the other fields, not their values: tools have been
/// seen to keep whole Secrets there.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// `metadata.name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `metadata.namespace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// `metadata.labels`.
    #[serde(
        default,
        deserialize_with = "crate::serde_help::or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub labels: BTreeMap<String, String>,
    /// `metadata.annotations`.
    #[serde(
        default,
        deserialize_with = "crate::serde_help::or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub annotations: BTreeMap<String, String>,
    /// `metadata.finalizers`.
    #[serde(
        default,
        deserialize_with = "crate::serde_help::or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub finalizers: Vec<String>,
    /// Every other field, unread.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The fields of `metadata` in the order in which kubeseal prints them.
const ORDER: [&str; 15] = [
    "name",
    "generateName",
    "namespace",
    "selfLink",
    "uid",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "labels",
    "annotations",
    "ownerReferences",
    "finalizers",
    "managedFields",
];

/// All fields that `metadata` of a Kubernetes object has.
pub(crate) fn known_fields() -> &'static [&'static str] {
    &ORDER
}

/// `fields` of a `metadata` object in kubeseal's order, unknown ones last.
pub(crate) fn in_order(mut fields: Map<String, Value>) -> Map<String, Value> {
    let mut ordered = Map::new();
    for name in ORDER {
        if let Some(value) = fields.shift_remove(name) {
            ordered.insert(name.to_owned(), value);
        }
    }
    ordered.extend(fields);
    ordered
}

impl Metadata {
    /// As JSON, fields in the order in which kubeseal prints them.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => Value::Object(in_order(fields)),
            // Maps with string keys and JSON values always serialize.
            _ => Value::Object(Map::new()),
        }
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metadata")
            .field("name", &self.name)
            .field("namespace", &self.namespace)
            .field("labels", &self.labels)
            .field("annotations", &self.annotations.keys().collect::<Vec<_>>())
            .field("finalizers", &self.finalizers)
            .field("other", &self.other.keys().collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_that_no_schema_names_survive_the_round_trip() {
        let value = json!({
            "name": "db",
            "generateName": "db-",
            "labels": {"a": "b"},
            "annotations": {"x/y": "z"},
            "finalizers": ["example.com/f"],
            "managedFields": [{"manager": "kubectl"}],
            "invented": {"deep": [1, null]},
        });
        let metadata: Metadata = serde_json::from_value(value.clone()).unwrap();
        assert_eq!(metadata.to_json(), value);
        assert_eq!(metadata.other.len(), 3);
    }

    #[test]
    fn null_maps_and_names_are_as_if_absent() {
        let metadata: Metadata = serde_json::from_value(
            json!({"name": null, "labels": null, "annotations": null, "finalizers": null}),
        )
        .unwrap();
        assert_eq!(metadata, Metadata::default());
    }

    #[test]
    fn json_keeps_the_order_of_kubeseal() {
        let metadata: Metadata = serde_json::from_value(
            json!({"zeta": 1, "managedFields": [], "annotations": {"b": "1", "a": "2"}, "generateName": "g", "name": "n"}),
        )
        .unwrap();
        assert_eq!(
            metadata.to_json().to_string(),
            r#"{"name":"n","generateName":"g","annotations":{"a":"2","b":"1"},"managedFields":[],"zeta":1}"#
        );
    }

    #[test]
    fn debug_shows_no_annotation_value() {
        let metadata: Metadata = serde_json::from_value(
            json!({"annotations": {"kapp.k14s.io/original": "CANARY"}, "invented": "CANARY"}),
        )
        .unwrap();
        let text = format!("{metadata:?}");
        assert!(
            text.contains("kapp.k14s.io/original") && !text.contains("CANARY"),
            "{text}"
        );
    }
}
