//! The CustomResourceDefinitions that `crds/` holds, made from the types.
//!
//! `cargo run -p lacre-api --example crds` writes them; a test holds them current.

use kube::CustomResourceExt;
use lacre_manifest::Node;
use lacre_manifest::emit::{YamlStyle, yaml};
use lacre_secret::SecretBytes;

use crate::SealedSecret;

/// Every definition with the name of its file in `crds/`.
#[must_use]
pub fn all() -> Vec<(&'static str, Node)> {
    vec![("sealedsecrets.bitnami.com.yaml", sealed_secret())]
}

/// The definition of SealedSecret.
#[must_use]
pub fn sealed_secret() -> Node {
    let mut definition = SealedSecret::crd();
    definition.spec.names.list_kind = Some("SealedSecretList".to_owned());
    // A definition made of strings and maps has nothing to fail on.
    let definition = serde_json::to_value(definition).unwrap_or_default();
    Node::from_json(&definition)
}

/// A definition as `crds/` holds it.
#[must_use]
pub fn to_yaml(definition: &Node) -> SecretBytes {
    yaml(definition, YamlStyle::default())
}
