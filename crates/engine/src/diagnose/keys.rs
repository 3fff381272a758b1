//! What keys and certificates tell about a value.

use std::collections::HashSet;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
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

/// Identities to try, the likeliest first, each label once, without the one that was found: what the stamp says, then
/// the template, then the other scopes, then names and namespaces around, alone and together.
fn candidates(found: &OwnedIdentity, evidence: &Evidence<'_>) -> Vec<OwnedIdentity> {
    let metadata = &evidence.object.metadata;
    let template = &evidence.object.spec.template.metadata;
    let around = |get: fn(&ObjectMeta) -> Option<&str>| {
        evidence
            .others
            .iter()
            .filter_map(move |other| get(&other.metadata))
    };
    let own = [metadata.namespace.as_deref(), template.namespace.as_deref()];
    let namespaces = each_once(
        own.into_iter()
            .flatten()
            .chain(evidence.namespaces.iter().map(String::as_str))
            .chain(around(|metadata| metadata.namespace.as_deref()))
            // What kubectl takes when nothing is said, and what a careless sealer does.
            .chain(["default", ""]),
    );
    let own = [metadata.name.as_deref(), template.name.as_deref()];
    let names = each_once(
        own.into_iter()
            .flatten()
            .chain(evidence.names.iter().map(String::as_str))
            .chain(around(|metadata| metadata.name.as_deref())),
    );
    let namespace = namespaces.first().copied().unwrap_or_default();
    let name = names.first().copied().unwrap_or_default();

    let at = |scope, namespace, name| {
        OwnedIdentity::new(&Identity {
            scope,
            namespace,
            name,
        })
    };
    let strict = |namespace, name| at(Scope::Strict, namespace, name);
    let stamp = Stamp::of(evidence.object)
        .and_then(Result::ok)
        .unwrap_or_default();
    let likely = stamp
        .seals
        .iter()
        .rev()
        .map(|seal| OwnedIdentity::new(&seal.identity()))
        .chain([at(
            annotations::scope(&template.annotations),
            namespace,
            name,
        )])
        .chain(Scope::ALL.map(|scope| at(scope, namespace, name)))
        .chain(namespaces.iter().map(|namespace| strict(namespace, name)))
        .chain(names.iter().map(|name| strict(namespace, name)))
        .chain(
            namespaces
                .iter()
                .map(|namespace| at(Scope::NamespaceWide, namespace, name)),
        )
        .chain(
            namespaces
                .iter()
                .flat_map(|namespace| names.iter().map(|name| strict(namespace, name))),
        );

    let mut labels = HashSet::from([found.as_identity().label()]);
    likely
        // Namespace-wide without a namespace has the label of cluster-wide.
        .filter(|identity| identity.scope != Scope::NamespaceWide || !identity.namespace.is_empty())
        .filter(|identity| labels.insert(identity.as_identity().label()))
        .take(evidence.most_identities)
        .collect()
}

fn each_once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(*text)).collect()
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
