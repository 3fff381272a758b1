//! What keys and certificates tell about a value.

use lacre_api::annotations;
use lacre_api::stamp::Stamp;
use lacre_crypto::{Envelope, Identity, Keyring, KeyringError, Scope};

use super::Evidence;
use super::finding::{Finding, What};
use crate::identity::OwnedIdentity;

pub(super) struct Looked {
    pub(super) opens: Option<bool>,
    pub(super) findings: Vec<Finding>,
}

/// Tries what the keys open, and says what certificates rule out.
pub(super) fn look(bytes: &[u8], found: &OwnedIdentity, evidence: &Evidence<'_>) -> Looked {
    let mut findings = Vec::new();
    let mut opens = None;
    if let Some(keyring) = evidence.keyring {
        match keyring.open(bytes, &found.as_identity().label()) {
            Ok(_) => {
                return Looked {
                    opens: Some(true),
                    findings,
                };
            }
            Err(error) => {
                opens = Some(false);
                findings.push(failed(bytes, found, keyring, &error, evidence));
            }
        }
    }
    if let Ok(envelope) = Envelope::parse(bytes) {
        findings.extend(ruled_out(&envelope, evidence));
    }
    Looked { opens, findings }
}

fn failed(
    bytes: &[u8],
    found: &OwnedIdentity,
    keyring: &Keyring,
    error: &KeyringError,
    evidence: &Evidence<'_>,
) -> Finding {
    match error {
        KeyringError::NoKeys => Finding::certain(What::NoKeys),
        KeyringError::Damaged { key, .. } => Finding::certain(What::Damaged {
            key: key.to_string(),
        }),
        KeyringError::NoKeyOpens { .. } if error.tried() == 0 => {
            Finding::certain(What::NoKeyFits {
                keys: error.skipped(),
            })
        }
        _ => sealed_for(bytes, found, keyring, evidence).unwrap_or_else(|| {
            Finding::guess(What::NoKeyOpens {
                tried: error.tried(),
                skipped: error.skipped(),
            })
        }),
    }
}

/// The identity under which one of the keys opens the bytes.
fn sealed_for(
    bytes: &[u8],
    found: &OwnedIdentity,
    keyring: &Keyring,
    evidence: &Evidence<'_>,
) -> Option<Finding> {
    candidates(found, evidence)
        .into_iter()
        .find_map(|sealed_for| {
            let key = match keyring.open(bytes, &sealed_for.as_identity().label()) {
                Ok(opened) => opened.key,
                Err(KeyringError::Damaged { key, .. }) => key,
                Err(_) => return None,
            };
            let entry = keyring
                .keys()
                .find(|entry| *entry.key().fingerprint() == key);
            Some(Finding::certain(What::SealedFor {
                sealed_for,
                found: found.clone(),
                key: entry.map_or_else(|| key.to_string(), |entry| entry.name().to_owned()),
            }))
        })
}

/// Identities to try, the likeliest first, each label once, without the one that was found.
fn candidates(found: &OwnedIdentity, evidence: &Evidence<'_>) -> Vec<OwnedIdentity> {
    let metadata = &evidence.object.metadata;
    let template = &evidence.object.spec.template.metadata;
    let mut namespaces: Vec<&str> = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    let stamp = Stamp::of(evidence.object)
        .and_then(Result::ok)
        .unwrap_or_default();
    let stamped = stamp.seals.iter().map(|seal| seal.identity());
    let mut likely: Vec<OwnedIdentity> = stamped
        .map(|identity| OwnedIdentity::new(&identity))
        .collect();
    likely.reverse();

    let own = [metadata.namespace.as_deref(), template.namespace.as_deref()];
    let others = evidence.namespaces.iter().map(String::as_str);
    add_new(&mut namespaces, own.into_iter().flatten().chain(others));
    let around = evidence
        .others
        .iter()
        .filter_map(|other| other.metadata.namespace.as_deref());
    // What kubectl and kubeseal take when nothing is said.
    add_new(&mut namespaces, around.chain(["default", ""]));
    let own = [metadata.name.as_deref(), template.name.as_deref()];
    let others = evidence.names.iter().map(String::as_str);
    add_new(&mut names, own.into_iter().flatten().chain(others));
    let around = evidence
        .others
        .iter()
        .filter_map(|other| other.metadata.name.as_deref());
    add_new(&mut names, around);

    let at = |scope, namespace, name| {
        OwnedIdentity::new(&Identity {
            scope,
            namespace,
            name,
        })
    };
    let first = |list: &[&'_ str]| list.first().copied().unwrap_or_default().to_owned();
    let (own_namespace, own_name) = (first(&namespaces), first(&names));
    let annotated = annotations::scope(&template.annotations);
    likely.push(at(annotated, &own_namespace, &own_name));
    likely.extend(Scope::ALL.map(|scope| at(scope, &own_namespace, &own_name)));
    likely.extend(
        namespaces
            .iter()
            .map(|namespace| at(Scope::Strict, namespace, &own_name)),
    );
    likely.extend(
        names
            .iter()
            .map(|name| at(Scope::Strict, &own_namespace, name)),
    );
    likely.extend(
        namespaces
            .iter()
            .map(|namespace| at(Scope::NamespaceWide, namespace, "")),
    );
    for namespace in &namespaces {
        likely.extend(names.iter().map(|name| at(Scope::Strict, namespace, name)));
    }

    let mut labels = vec![found.as_identity().label()];
    likely.retain(|identity| {
        let label = identity.as_identity().label();
        // A namespace-wide value without a namespace has the label of a cluster-wide one, and says less.
        let odd = identity.scope == Scope::NamespaceWide && identity.namespace.is_empty();
        let new = !odd && !labels.contains(&label);
        if new {
            labels.push(label);
        }
        new
    });
    likely.truncate(evidence.most_identities);
    likely
}

fn add_new<'a>(list: &mut Vec<&'a str>, more: impl Iterator<Item = &'a str>) {
    for text in more {
        if !list.contains(&text) {
            list.push(text);
        }
    }
}

/// Whether every certificate of the cluster is ruled out by the number in the RSA part.
fn ruled_out(envelope: &Envelope<'_>, evidence: &Evidence<'_>) -> Option<Finding> {
    let certificates = evidence.certificates;
    let none = certificates
        .iter()
        .all(|key| key.could_have_made(envelope).is_err());
    (none && !certificates.is_empty()).then(|| {
        Finding::certain(What::NoCertificateFits {
            certificates: certificates.len(),
        })
    })
}
