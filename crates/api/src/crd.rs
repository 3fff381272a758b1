//! The CustomResourceDefinitions that `crds/` holds, made from the types.
//!
//! `cargo run -p lacre-api --example crds` writes them; a test holds them current.

use kube::CustomResourceExt;
use lacre_manifest::Node;

use crate::SealedSecret;

/// Every definition with the name of its file in `crds/`.
#[must_use]
pub fn all() -> Vec<(&'static str, Node)> {
    vec![("sealedsecrets.bitnami.com.yaml", sealed_secret())]
}

/// The definition of SealedSecret.
#[must_use]
pub fn sealed_secret() -> Node {
    // A definition made of strings and maps has nothing to fail on.
    let definition = serde_json::to_value(SealedSecret::crd()).unwrap_or_default();
    Node::from_json(&definition)
}
