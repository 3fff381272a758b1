//! The plan: what the Secret is to be, or all that stands in its way.

use std::collections::BTreeMap;

use lacre_api::{
    Decoded, FieldIssue, Metadata, OPAQUE, SealedSecret, SealedSecretStatus, Secret, Step,
    annotations,
};
use lacre_crypto::{Fingerprint, Keyring, decode_text};
use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Limits, Reading};
use serde_json::{Value, json};

use crate::deprecated;
use crate::diagnose::{self, Evidence, Finding, What};
use crate::failure::{Failure, ItemFailure};
use crate::identity::OwnedIdentity;
use crate::status::{Verdict, next_status};
use crate::template::{self, TemplateError};

/// All that the plan depends on.
#[derive(Clone, Copy)]
pub struct Observed<'a> {
    /// The SealedSecret as far as it could be read.
    pub sealed: &'a Decoded<SealedSecret>,
    /// The private keys.
    pub keyring: &'a Keyring,
    /// What each template of `template.data` may use.
    pub limits: &'a Limits,
    /// What the operator decides.
    pub options: Options,
}

/// What the operator decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether the deprecated `spec.data` is accepted. The controller does by default, kubeseal never.
    pub accept_deprecated_data: bool,
    /// Whether to look into a value that no key opens: other scopes and names are tried, which costs private-key
    /// operations.
    pub explain: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            accept_deprecated_data: true,
            explain: true,
        }
    }
}

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    /// The identity under which the values had to open.
    pub identity: OwnedIdentity,
    /// The Secret to be, or everything that stands in its way, in a stable order. Never a part of a Secret.
    pub outcome: Result<Desired, Vec<Failure>>,
    /// What was found in fields without which the Secret can be made.
    pub issues: Vec<FieldIssue>,
    /// The status once the Secret is written; `None` when it says so already.
    pub status: Option<SealedSecretStatus>,
}

/// The Secret to be.
#[derive(Debug)]
pub struct Desired {
    /// The Secret with its values.
    pub secret: Secret,
    /// Its owner, unless the template forbids it.
    pub owner: Option<Owner>,
    /// Item to the key that opened it; `data` for the deprecated form.
    pub opened: BTreeMap<String, Fingerprint>,
    /// Item to what its template refers to, for the values that templates made. One that uses a function of chance or
    /// of the time ([`Reading::nondeterministic`]) makes another value each time.
    pub rendered: BTreeMap<String, Reading>,
}

/// The SealedSecret as the owner of its Secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Its name.
    pub name: String,
    /// Its uid; empty for one that is not from a cluster.
    pub uid: String,
}

impl Owner {
    /// The entry of `metadata.ownerReferences`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "apiVersion": lacre_api::API_VERSION,
            "kind": lacre_api::KIND,
            "name": self.name,
            "uid": self.uid,
            "controller": true,
        })
    }
}

/// What is to become of a SealedSecret. `now`, for the status, is in seconds since 1970 UTC; time and chance in
/// templates come from `ambient`, so that a caller who wants the same Secret twice can give the same ones twice.
#[must_use]
pub fn plan(observed: &Observed<'_>, now: i64, ambient: &mut dyn Ambient) -> Plan {
    let sealed = &observed.sealed.object;
    let (blocking, issues): (Vec<_>, Vec<_>) =
        observed.sealed.issues.iter().cloned().partition(blocks);
    let mut failures: Vec<Failure> = blocking.into_iter().map(Failure::Field).collect();
    let desired = desired(observed, ambient, &mut failures);
    let outcome = match desired {
        Some(desired) if failures.is_empty() => Ok(desired),
        _ => Err(failures),
    };
    let verdict = match &outcome {
        Ok(_) => Verdict::unsealed(),
        Err(failures) => Verdict::failed(failures),
    };
    Plan {
        identity: OwnedIdentity::of(sealed),
        outcome,
        issues,
        status: next_status(
            sealed.status.as_ref(),
            sealed.metadata.generation,
            &verdict,
            now,
        ),
    }
}

/// Whether the Secret cannot be made while this issue stands: of the object's own metadata only what its identity
/// is made of counts, and its status does not.
pub(crate) fn blocks(issue: &FieldIssue) -> bool {
    let mut fields = issue.path.steps().iter().map(|step| match step {
        Step::Field(name) => name.as_str(),
        Step::Index(_) => "",
    });
    let counts = match fields.next() {
        Some("metadata") => matches!(
            fields.next(),
            None | Some("name" | "namespace" | "annotations")
        ),
        Some("status") => false,
        _ => true,
    };
    counts && issue.is_error()
}

fn desired(
    observed: &Observed<'_>,
    ambient: &mut dyn Ambient,
    failures: &mut Vec<Failure>,
) -> Option<Desired> {
    let sealed = &observed.sealed.object;
    if sealed.spec.data.is_some() {
        return deprecated::desired(observed, failures);
    }
    let template = &sealed.spec.template;
    let mut opened = BTreeMap::new();
    let mut data = open_items(observed, &mut opened, failures);
    let rendered = render(observed, &mut data, ambient, failures);

    let mut metadata = Metadata {
        labels: template.metadata.labels.clone(),
        annotations: template.metadata.annotations.clone(),
        finalizers: template.metadata.finalizers.clone(),
        ..Metadata::default()
    };
    let owner = take_names(sealed, &mut metadata);
    let type_ = template.type_.as_deref().filter(|type_| !type_.is_empty());
    let secret = Secret {
        metadata,
        type_: Some(type_.unwrap_or(OPAQUE).to_owned()),
        immutable: template.immutable,
        data,
    };
    Some(Desired {
        secret,
        owner,
        opened,
        rendered,
    })
}

/// Gives `metadata` the names of the SealedSecret. The owner, unless the template forbids one.
pub(crate) fn take_names(sealed: &SealedSecret, metadata: &mut Metadata) -> Option<Owner> {
    metadata.name = sealed.metadata.name.clone();
    metadata.namespace = sealed.metadata.namespace.clone();
    let template = &sealed.spec.template.metadata;
    if annotations::is_set(
        &template.annotations,
        annotations::SKIP_SET_OWNER_REFERENCES,
    ) {
        return None;
    }
    Some(Owner {
        name: sealed.metadata.name.clone().unwrap_or_default(),
        uid: sealed.metadata.uid.clone().unwrap_or_default(),
    })
}

/// The values that open, in the order of their names; a failure for each that does not.
fn open_items(
    observed: &Observed<'_>,
    opened: &mut BTreeMap<String, Fingerprint>,
    failures: &mut Vec<Failure>,
) -> BTreeMap<String, SecretBytes> {
    let mut data = BTreeMap::new();
    for (item, text) in &observed.sealed.object.spec.encrypted_data {
        if let Some((key, value)) = open(observed, item, text, failures) {
            opened.insert(item.clone(), key);
            data.insert(item.clone(), value);
        }
    }
    data
}

/// Opens one value.
pub(crate) fn open(
    observed: &Observed<'_>,
    item: &str,
    text: &str,
    failures: &mut Vec<Failure>,
) -> Option<(Fingerprint, SecretBytes)> {
    let identity = OwnedIdentity::of(&observed.sealed.object);
    let failure = match decode_text(text) {
        Err(e) => ItemFailure::Base64 { offset: e.offset },
        Ok(envelope) => match observed
            .keyring
            .open(&envelope, &identity.as_identity().label())
        {
            Ok(opened) => return Some((opened.key, opened.plaintext)),
            Err(error) => ItemFailure::from(error),
        },
    };
    let findings = findings(observed, item, text, failures);
    failures.push(Failure::Item {
        item: item.to_owned(),
        failure,
        findings,
    });
    None
}

/// What else is known about a value that does not open. Where the identities at hand fit none of an object's values,
/// they are not tried again on the next one.
fn findings(observed: &Observed<'_>, item: &str, text: &str, before: &[Failure]) -> Vec<Finding> {
    if !observed.options.explain {
        return Vec::new();
    }
    let in_vain = before.iter().any(|failure| match failure {
        Failure::Item { findings, .. } => findings
            .iter()
            .any(|finding| matches!(finding.what, What::NoKeyOpens { .. })),
        _ => false,
    });
    let mut evidence = Evidence::new(&observed.sealed.object);
    evidence.keyring = Some(observed.keyring);
    if in_vain {
        evidence.most_identities = 0;
    }
    diagnose::text(item, text, &evidence).findings
}

/// Applies `template.data`; what the templates refer to whose values are in the Secret.
fn render(
    observed: &Observed<'_>,
    data: &mut BTreeMap<String, SecretBytes>,
    ambient: &mut dyn Ambient,
    failures: &mut Vec<Failure>,
) -> BTreeMap<String, Reading> {
    let spec = &observed.sealed.object.spec;
    let sealed = &spec.encrypted_data;
    let closed: Vec<&str> = sealed
        .keys()
        .filter(|item| !data.contains_key(*item))
        .map(String::as_str)
        .collect();
    let mut applied = template::apply(data, &spec.template.data, observed.limits, ambient);
    // Without a value that did not open, a template may fail that is right.
    applied.failures.retain(|(_, error)| match error {
        TemplateError::Parse(_) => true,
        TemplateError::Run { reading, .. } => !closed
            .iter()
            .any(|item| reading.whole || reading.keys.iter().any(|key| key.name == *item)),
    });
    let failed = applied.failures.into_iter();
    failures.extend(failed.map(|(item, error)| Failure::template(item, &error)));
    applied
        .rendered
        .retain(|item, _| !sealed.contains_key(item));
    applied.rendered
}
