//! Why a value does not open: what the bytes prove, what the stamp says, what the keys tell.
//!
//! Every [`Finding`] says whether it is certain. What would open a value is found by trying: other scopes, names
//! and namespaces under all keys.

mod finding;
mod keys;
mod structure;

use lacre_api::stamp::{Cover, Stamp};
use lacre_api::{SealedSecret, annotations};
use lacre_crypto::{Keyring, SealingKey};

pub use finding::{Finding, What};

use crate::identity::OwnedIdentity;

/// All that is known about a SealedSecret and its surroundings.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The object.
    pub object: &'a SealedSecret,
    /// The private keys at hand; `None` without any.
    pub keyring: Option<&'a Keyring>,
    /// The certificates' keys of the cluster that is to open it; empty when not known.
    pub certificates: &'a [SealingKey],
    /// Namespaces that exist around it: of folders, of other objects.
    pub namespaces: &'a [String],
    /// Names that it may have had: of files, of history, of other objects.
    pub names: &'a [String],
    /// Other objects, in which the same ciphertext may stand.
    pub others: &'a [&'a SealedSecret],
    /// Most identities that are tried; each costs one private-key operation for each key.
    pub most_identities: usize,
}

impl<'a> Evidence<'a> {
    /// The object alone.
    #[must_use]
    pub fn new(object: &'a SealedSecret) -> Self {
        Self {
            object,
            keyring: None,
            certificates: &[],
            namespaces: &[],
            names: &[],
            others: &[],
            most_identities: 1000,
        }
    }
}

/// What is known about one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The item of `encryptedData`; `data` for the deprecated form.
    pub item: String,
    /// True when a key at hand opens it where it stands; `None` without keys.
    pub opens: Option<bool>,
    /// Size of the key it was sealed with, in bits, as far as the envelope is whole.
    pub key_bits: Option<usize>,
    /// Length of the plaintext in bytes, as far as the envelope is whole. Anyone can see it.
    pub plaintext_len: Option<usize>,
    /// What is wrong with it, the most telling first.
    pub findings: Vec<Finding>,
}

/// Looks at every value of the object.
#[must_use]
pub fn object(evidence: &Evidence<'_>) -> Vec<Diagnosis> {
    let spec = &evidence.object.spec;
    let items = spec
        .encrypted_data
        .iter()
        .map(|(item, value)| (item.as_str(), value.as_str()));
    let deprecated = spec.data.as_deref().map(|value| ("data", value));
    items
        .chain(deprecated)
        .map(|(item, value)| text(item, value, evidence))
        .collect()
}

/// Looks at one value.
#[must_use]
pub fn text(item: &str, text: &str, evidence: &Evidence<'_>) -> Diagnosis {
    let mut diagnosis = Diagnosis {
        item: item.to_owned(),
        opens: None,
        key_bits: None,
        plaintext_len: None,
        findings: Vec::new(),
    };
    let found = OwnedIdentity::of(evidence.object);
    match structure::envelope(text) {
        Err(what) => {
            diagnosis.opens = evidence.keyring.map(|_| false);
            diagnosis.findings.push(Finding::certain(*what));
        }
        Ok(bytes) => {
            let facts = structure::facts(&bytes);
            diagnosis.key_bits = facts.map(|facts| facts.key_bits);
            diagnosis.plaintext_len = facts.map(|facts| facts.plaintext_len);
            let keys = keys::look(&bytes, &found, evidence);
            diagnosis.opens = keys.opens;
            diagnosis.findings = keys.findings;
        }
    }
    if diagnosis.opens != Some(true) {
        diagnosis
            .findings
            .extend(said_by_stamp(item, evidence, &found));
        diagnosis.findings.extend(ineffective_scope(evidence));
    }
    diagnosis.findings.extend(copies(text, &found, evidence));
    diagnosis
}

/// What the stamp says about one item. It is not signed, so it proves only as much as the file's author is trusted.
fn said_by_stamp(item: &str, evidence: &Evidence<'_>, found: &OwnedIdentity) -> Vec<Finding> {
    let Some(Ok(stamp)) = Stamp::of(evidence.object) else {
        return Vec::new();
    };
    let covers = stamp.cover(&evidence.object.spec.encrypted_data);
    let cover = covers.into_iter().find(|cover| cover.item == item);
    let Some(Cover {
        seal: Some(seal),
        intact,
        ..
    }) = cover
    else {
        return Vec::new();
    };
    if !intact {
        return vec![Finding::guess(What::ChangedSinceStamp {
            time: seal.time.clone(),
        })];
    }
    let mut findings = Vec::new();
    if !seal.is_for(&found.as_identity()) {
        findings.push(Finding::certain(What::StampedFor {
            sealed_for: OwnedIdentity::new(&seal.identity()),
            found: found.clone(),
        }));
    }
    let known = |fingerprint: &lacre_crypto::Fingerprint| fingerprint.spki_hex() == seal.key;
    let keyring = evidence.keyring.filter(|keyring| !keyring.is_empty());
    let in_keyring =
        keyring.is_some_and(|keyring| keyring.keys().any(|entry| known(entry.key().fingerprint())));
    let in_certificates = evidence
        .certificates
        .iter()
        .any(|key| known(key.fingerprint()));
    let something_known = keyring.is_some() || !evidence.certificates.is_empty();
    if something_known && !in_keyring && !in_certificates {
        findings.push(Finding::certain(What::StampedWithOtherKey {
            key: seal.key.clone(),
        }));
    }
    findings
}

fn ineffective_scope(evidence: &Evidence<'_>) -> Option<Finding> {
    let annotations = evidence.object.metadata.annotations.as_ref()?;
    let (annotation, value) = annotations::ineffective_scopes(annotations).next()?;
    Some(Finding::guess(What::ScopeIgnored {
        annotation: annotation.to_owned(),
        value: value.to_owned(),
    }))
}

/// The same ciphertext under another identity: one of the two cannot open.
fn copies(text: &str, found: &OwnedIdentity, evidence: &Evidence<'_>) -> Option<Finding> {
    // Line breaks make no difference. Unequal texts part within a few characters, so this is quick in large folders.
    let same = |other: &String| characters(other).eq(characters(text));
    characters(text).next()?;
    let label = found.as_identity().label();
    let places: Vec<OwnedIdentity> = evidence
        .others
        .iter()
        .filter(|other| other.spec.encrypted_data.values().any(same))
        .map(|other| OwnedIdentity::of(other))
        .filter(|identity| identity.as_identity().label() != label)
        .collect();
    (!places.is_empty()).then(|| Finding::certain(What::CopiedFrom { places }))
}

fn characters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n'))
}
