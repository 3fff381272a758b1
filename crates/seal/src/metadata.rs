//! What of a Secret's metadata is carried over into the template, and what stands in it that should not.

use std::collections::BTreeMap;

use lacre_api::annotations::{SEAL_STAMP, plaintext_writer};
use lacre_api::{FieldPath, Metadata, Secret};
use lacre_crypto::encode_text;
use lacre_secret::SecretBytes;
use zeroize::Zeroizing;

use crate::warning::Warning;

/// Shorter values are found in any text by chance.
const SHORTEST_SEARCHED: usize = 8;

/// The metadata for the template: what the author wrote, without what only the cluster writes, without copies of the
/// plaintext, and without the stamp of an earlier sealing.
pub(crate) fn carried_over(metadata: &Metadata) -> Metadata {
    let mut carried = metadata.clone();
    carried
        .annotations
        .retain(|key, _| plaintext_writer(key).is_none() && key != SEAL_STAMP);
    carried.other.clear();
    carried
}

/// Labels and annotations in which a value of the Secret stands in clear, or in base64.
pub(crate) fn values_in_clear(
    metadata: &Metadata,
    data: &BTreeMap<String, SecretBytes>,
) -> Vec<Warning> {
    let root = FieldPath::of(&["metadata"]);
    let labels = metadata
        .labels
        .iter()
        .map(|(key, text)| (root.field("labels").field(key), text));
    let annotations = metadata
        .annotations
        .iter()
        .map(|(key, text)| (root.field("annotations").field(key), text));
    let texts: Vec<_> = labels.chain(annotations).collect();
    let longest = texts.iter().map(|(_, text)| text.len()).max().unwrap_or(0);
    let mut warnings = Vec::new();
    for (item, value) in data {
        let value = value.expose();
        if value.len() < SHORTEST_SEARCHED || value.len() > longest {
            continue;
        }
        let plain = std::str::from_utf8(value).ok();
        let encoded = Zeroizing::new(encode_text(value));
        let holds = |text: &str| {
            plain.is_some_and(|plain| text.contains(plain)) || text.contains(encoded.as_str())
        };
        warnings.extend(
            texts
                .iter()
                .filter(|(_, text)| holds(text))
                .map(|(path, _)| Warning::ValueInMetadata {
                    path: path.clone(),
                    item: item.clone(),
                }),
        );
    }
    warnings
}

/// The items that the API server demands of a Secret of this type and that are not there.
pub(crate) fn missing_items(secret: &Secret) -> Vec<Warning> {
    let Some(type_) = secret.type_.as_deref() else {
        return Vec::new();
    };
    // Each group: one of its items is enough.
    let demanded: &[&'static [&'static str]] = match type_ {
        "kubernetes.io/tls" => &[&["tls.crt"], &["tls.key"]],
        "kubernetes.io/dockerconfigjson" => &[&[".dockerconfigjson"]],
        "kubernetes.io/dockercfg" => &[&[".dockercfg"]],
        "kubernetes.io/basic-auth" => &[&["username", "password"]],
        "kubernetes.io/ssh-auth" => &[&["ssh-privatekey"]],
        _ => &[],
    };
    demanded
        .iter()
        .filter(|items| !items.iter().any(|item| secret.data.contains_key(*item)))
        .map(|items| Warning::ItemOfTypeMissing {
            type_: type_.to_owned(),
            items,
        })
        .collect()
}
