//! The first form of a SealedSecret: one envelope around a whole Secret.

use std::collections::BTreeMap;

use lacre_api::{OPAQUE, Problem, Secret};
use lacre_manifest::Stream;
use lacre_secret::SecretBytes;

use crate::failure::{Failure, ItemFailure};
use crate::plan::{Desired, Observed, open, take_names};

/// What failures and keys call the envelope.
const ITEM: &str = "data";

/// The Secret that `spec.data` holds. Of the template only the annotation that forbids an owner counts; names are
/// those of the SealedSecret.
pub(crate) fn desired(observed: &Observed<'_>, failures: &mut Vec<Failure>) -> Option<Desired> {
    let sealed = &observed.sealed.object;
    if !observed.options.accept_deprecated_data {
        failures.push(Failure::DeprecatedForm);
        return None;
    }
    if !sealed.spec.encrypted_data.is_empty() {
        failures.push(Failure::BothForms);
        return None;
    }
    let text = sealed.spec.data.as_deref().unwrap_or_default();
    let (key, plaintext) = open(observed, ITEM, text, failures)?;
    let Some(mut secret) = read(&plaintext) else {
        failures.push(Failure::Item {
            item: ITEM.to_owned(),
            failure: ItemFailure::NotASecret,
            findings: Vec::new(),
        });
        return None;
    };
    secret.metadata.other.clear();
    secret.type_.get_or_insert_with(|| OPAQUE.to_owned());
    let owner = take_names(sealed, &mut secret.metadata);
    Some(Desired {
        secret,
        owner,
        opened: BTreeMap::from([(ITEM.to_owned(), key)]),
        rendered: BTreeMap::new(),
    })
}

/// The one Secret that the plaintext is as JSON.
fn read(plaintext: &SecretBytes) -> Option<Secret> {
    let stream = Stream::read(plaintext.expose()).ok()?;
    let [document] = stream.documents() else {
        return None;
    };
    let decoded = Secret::decode(document.node()?);
    // Old sealers left kind and apiVersion out.
    let broken = decoded
        .errors()
        .any(|issue| !matches!(issue.problem, Problem::OtherKind { .. }));
    (!broken).then_some(decoded.object)
}
