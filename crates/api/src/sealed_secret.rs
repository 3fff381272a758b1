//! The custom resource `SealedSecret`, group `bitnami.com`, version `v1alpha1`, as it stands in clusters and repositories.

use std::collections::BTreeMap;
use std::fmt;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::CustomResource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::metadata::Metadata;
use crate::{schema, serde_help};

/// `apiVersion` of a SealedSecret.
pub const API_VERSION: &str = "bitnami.com/v1alpha1";
/// `kind` of a SealedSecret.
pub const KIND: &str = "SealedSecret";

/// What a SealedSecret asks for.
#[derive(CustomResource, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[kube(
    group = "bitnami.com",
    version = "v1alpha1",
    kind = "SealedSecret",
    plural = "sealedsecrets",
    namespaced,
    status = "SealedSecretStatus",
    derive = "PartialEq",
    doc = "A Secret whose values are encrypted with the public key of the cluster's controller, which alone can open them.",
    printcolumn = r#"{"name":"Status","type":"string","jsonPath":".status.conditions[0].message"}"#,
    printcolumn = r#"{"name":"Synced","type":"string","jsonPath":".status.conditions[0].status"}"#,
    printcolumn = r#"{"name":"Age","type":"date","jsonPath":".metadata.creationTimestamp"}"#
)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = schema::without_defaults, transform = schema::with_values)]
pub struct SealedSecretSpec {
    /// What the Secret is to be apart from its encrypted values.
    #[serde(
        default,
        deserialize_with = "serde_help::or_default",
        skip_serializing_if = "SecretTemplate::is_empty"
    )]
    pub template: SecretTemplate,
    /// Item name to encrypted value, standard base64 of one envelope each.
    #[serde(default, deserialize_with = "serde_help::or_default")]
    #[schemars(schema_with = "schema::encrypted_data")]
    pub encrypted_data: BTreeMap<String, String>,
    /// Deprecated: one envelope (base64) around a whole Secret as JSON. It is in use as soon as it is there, be it empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::deprecated_data")]
    pub data: Option<String>,
}

/// The visible part of the Secret to be.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(transform = schema::without_defaults)]
pub struct SecretTemplate {
    /// Labels, annotations and finalizers of the Secret; its name and namespace are those of the SealedSecret.
    #[serde(default, deserialize_with = "serde_help::or_default")]
    #[schemars(schema_with = "schema::template_metadata")]
    pub metadata: Metadata,
    /// Type of the Secret, `Opaque` when absent.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::text")]
    pub type_: Option<String>,
    /// Whether the Secret refuses every later change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::boolean")]
    pub immutable: Option<bool>,
    /// Item name to a Go template over the decrypted values; `null` removes the item.
    #[serde(
        default,
        deserialize_with = "serde_help::or_default",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    #[schemars(schema_with = "schema::template_data")]
    pub data: BTreeMap<String, Option<String>>,
}

impl SecretTemplate {
    /// True when the template says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What the controller reports.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealedSecretStatus {
    /// Generation of the object that the conditions speak of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::int64")]
    pub observed_generation: Option<i64>,
    /// What is so; `Synced` comes first, where printer columns and health checks look for it.
    #[serde(
        default,
        deserialize_with = "serde_help::or_default",
        skip_serializing_if = "Vec::is_empty"
    )]
    pub conditions: Vec<Condition>,
}

/// One thing that is so, or not, or not known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// `Synced`, `Ready`.
    #[serde(rename = "type")]
    pub type_: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// When anything in this condition last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::time")]
    pub last_update_time: Option<Time>,
    /// When `status` last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::time")]
    pub last_transition_time: Option<Time>,
    /// One word for programs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::text")]
    pub reason: Option<String>,
    /// One sentence for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::text")]
    pub message: Option<String>,
}

// People put plaintext where ciphertext belongs, and in templates: neither is printed.
impl fmt::Debug for SealedSecretSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedSecretSpec")
            .field("template", &self.template)
            .field("encrypted_data", &Lengths(&self.encrypted_data))
            .field("data", &self.data.as_ref().map(String::len))
            .finish()
    }
}

impl fmt::Debug for SecretTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretTemplate")
            .field("metadata", &self.metadata)
            .field("type_", &self.type_)
            .field("immutable", &self.immutable)
            .field("data", &self.data.keys().collect::<Vec<_>>())
            .finish()
    }
}

/// A map shown as item names and lengths.
struct Lengths<'a>(&'a BTreeMap<String, String>);

impl fmt::Debug for Lengths<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.0.iter().map(|(name, value)| (name, value.len())))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn round_trip(value: &Value) -> Value {
        let object: SealedSecret = serde_json::from_value(value.clone()).unwrap();
        serde_json::to_value(object).unwrap()
    }

    #[test]
    fn what_users_have_survives_reading_and_writing() {
        let value = json!({
            "apiVersion": "bitnami.com/v1alpha1",
            "kind": "SealedSecret",
            "metadata": {
                "name": "db", "namespace": "prod", "uid": "u", "generation": 4, "resourceVersion": "12",
                "creationTimestamp": "2024-01-02T03:04:05Z",
                "labels": {"app.kubernetes.io/instance": "shop"},
                "annotations": {"sealedsecrets.bitnami.com/namespace-wide": "true"},
                "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}],
            },
            "spec": {
                "encryptedData": {"password": "AgBy", "tls.key": "AgBz"},
                "data": "",
                "template": {
                    "metadata": {
                        "name": "db", "namespace": "prod",
                        "labels": {"a": "b"}, "annotations": {"c": "d"}, "finalizers": ["e.io/f"],
                        "generateName": "db-", "invented": {"x": [1, 2.5, null]},
                    },
                    "type": "kubernetes.io/tls",
                    "immutable": false,
                    "data": {"url": "https://{{ .password }}", "gone": null},
                },
            },
            "status": {
                "observedGeneration": 4,
                "conditions": [
                    {"type": "Synced", "status": "False", "message": "no key could decrypt secret (password)",
                     "lastUpdateTime": "2024-01-02T03:04:05Z", "lastTransitionTime": "2024-01-02T03:04:05Z"},
                    {"type": "Ready", "status": "Unknown", "reason": "WrongKey"},
                ],
            },
        });
        assert_eq!(round_trip(&value), value);
    }

    #[test]
    fn an_empty_map_of_values_stays_since_the_schema_requires_it() {
        let value = json!({
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
            "metadata": {"name": "n"}, "spec": {"encryptedData": {}},
        });
        assert_eq!(round_trip(&value), value);
    }

    #[test]
    fn nulls_read_as_go_reads_them() {
        let value = json!({
            "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
            "metadata": {"name": "n", "creationTimestamp": null},
            "spec": {"encryptedData": null, "template": {"metadata": {"creationTimestamp": null}, "data": null}},
            "status": {"conditions": null},
        });
        let object: SealedSecret = serde_json::from_value(value).unwrap();
        assert!(object.spec.encrypted_data.is_empty());
        assert!(object.spec.template.data.is_empty());
    }

    #[test]
    fn debug_shows_neither_values_nor_templates() {
        let spec: SealedSecretSpec = serde_json::from_value(json!({
            "encryptedData": {"a": "CANARY"}, "data": "CANARY",
            "template": {"data": {"b": "CANARY"}, "metadata": {"annotations": {"c": "CANARY"}}},
        }))
        .unwrap();
        let text = format!("{:?}", SealedSecret::new("n", spec));
        assert!(!text.contains("CANARY"), "{text}");
    }
}
