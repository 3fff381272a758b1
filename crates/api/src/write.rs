//! Writing objects as documents, fields in the order in which kubeseal prints JSON.

use lacre_crypto::encode_text;
use lacre_manifest::Node;
use serde_json::{Map, Value, json};

use crate::metadata::in_order;
use crate::sealed_secret::{API_VERSION, KIND, SealedSecret, SecretTemplate};
use crate::secret::Secret;

impl Secret {
    /// The Secret as a document, values in base64 under `data`. Without items there is no `data`.
    #[must_use]
    pub fn to_node(&self) -> Node {
        let mut fields = vec![
            ("kind", Node::string("Secret")),
            ("apiVersion", Node::string("v1")),
            ("metadata", Node::from_json(&self.metadata.to_json())),
        ];
        if let Some(immutable) = self.immutable {
            fields.push(("immutable", Node::bool(immutable)));
        }
        if !self.data.is_empty() {
            let items = self
                .data
                .iter()
                .map(|(item, value)| (item.as_str(), Node::string(encode_text(value.expose()))));
            fields.push(("data", Node::map(items)));
        }
        if let Some(type_) = &self.type_ {
            fields.push(("type", Node::string(type_.as_str())));
        }
        Node::map(fields)
    }
}

impl SealedSecret {
    /// The SealedSecret as JSON. `spec.template` and its `metadata` are there even when empty, `status` only when set.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let metadata = match serde_json::to_value(&self.metadata) {
            Ok(Value::Object(fields)) => in_order(fields),
            // Metadata always serializes to an object.
            _ => Map::new(),
        };
        let mut spec = Map::new();
        spec.insert("template".to_owned(), template(&self.spec.template));
        if let Some(data) = &self.spec.data {
            spec.insert("data".to_owned(), json!(data));
        }
        spec.insert("encryptedData".to_owned(), json!(self.spec.encrypted_data));
        let mut object = Map::from_iter([
            ("kind".to_owned(), json!(KIND)),
            ("apiVersion".to_owned(), json!(API_VERSION)),
            ("metadata".to_owned(), Value::Object(metadata)),
            ("spec".to_owned(), Value::Object(spec)),
        ]);
        if let Some(status) = &self.status {
            object.insert("status".to_owned(), json!(status));
        }
        Value::Object(object)
    }

    /// The SealedSecret as a document.
    #[must_use]
    pub fn to_node(&self) -> Node {
        Node::from_json(&self.to_json())
    }
}

fn template(template: &SecretTemplate) -> Value {
    let mut fields = Map::from_iter([("metadata".to_owned(), template.metadata.to_json())]);
    if let Some(type_) = &template.type_ {
        fields.insert("type".to_owned(), json!(type_));
    }
    if let Some(immutable) = template.immutable {
        fields.insert("immutable".to_owned(), json!(immutable));
    }
    if !template.data.is_empty() {
        fields.insert("data".to_owned(), json!(template.data));
    }
    Value::Object(fields)
}
