//! SealedSecrets into Secrets, with private keys at hand and no cluster.

use std::collections::BTreeMap;

use lacre_crypto::{Identity, Keyring, decode_text};
use lacre_secret::{SecretBytes, SecretWriter};

use super::input::Input;
use super::objects::{OwnerReference, SEALED_SECRET, SealedSecret, Secret};
use super::output::Output;
use super::{Failure, Run, keys, template};
use crate::go::base::not_base64;
use crate::go::codec;
use crate::go::{GoValue as _, Pointer, Slice, Text};

/// On the template: the Secret shall not belong to the SealedSecret.
const SKIP_OWNER: &str = "sealedsecrets.bitnami.com/skip-set-owner-references";

/// Opens every SealedSecret of the input.
///
/// # Errors
/// Keys that can't be read, input that is no SealedSecret, values that can't be opened.
pub(super) fn unseal(run: &Run<'_>, input: Input, output: &mut Output) -> Result<(), Failure> {
    let keyring = keys::read(&run.flags.recovery_private_key)?;
    let text = input.read()?;
    let documents = codec::documents(text.expose()).map_err(Failure::said)?;
    if documents.is_empty() {
        return Err(Failure::said("no SealedSecret found in the input"));
    }
    for document in documents {
        let sealed: SealedSecret =
            codec::decode_object(document, &SEALED_SECRET).map_err(Failure::said)?;
        if sealed.is_zero() {
            return Err(Failure::said("no SealedSecret found in the input"));
        }
        let mut secret = open(sealed, &keyring)?;
        secret.kind = Text::new("Secret");
        secret.api_version = Text::new("v1");
        output.object(&secret.encode(), &run.flags.format)?;
    }
    Ok(())
}

fn open(sealed: SealedSecret, keyring: &Keyring) -> Result<Secret, Failure> {
    if !sealed.spec.data.is_nil() {
        return Err(Failure::said(
            "using deprecated 'data' field, use 'encryptedData' or flip the feature flag",
        ));
    }
    let label = Identity {
        scope: sealed.metadata.scope(),
        namespace: &sealed.metadata.namespace,
        name: &sealed.metadata.name,
    }
    .label();
    let mut opened = BTreeMap::new();
    let mut errors = Errors::default();
    for (item, text) in sealed.spec.encrypted_data.iter() {
        let value = decode_text(text).map_err(|error| not_base64(error.offset));
        let value = value.map(|envelope| keyring.open(&envelope, &label).ok());
        match value {
            Ok(Some(found)) => drop(opened.insert(item.clone(), found.plaintext)),
            // To the templates it is there, and empty.
            Ok(None) => {
                errors.add(item, text_of("no key could decrypt secret"));
                opened.insert(item.clone(), SecretBytes::from_slice(&[]));
            }
            Err(reason) => errors.add(item, text_of(&reason)),
        }
    }
    let sealed_template = sealed.spec.template;
    for (item, error) in template::apply(&sealed_template.data, &mut opened)? {
        errors.add(&item, error.go_text());
    }
    errors.none()?;

    let mut metadata = sealed_template.metadata;
    let skip_owner = metadata
        .annotations
        .get(SKIP_OWNER)
        .is_some_and(|skip| &**skip == "true");
    if !skip_owner {
        metadata.owner_references = Slice(Some(vec![OwnerReference {
            api_version: sealed.api_version,
            kind: sealed.kind,
            name: sealed.metadata.name.clone(),
            uid: sealed.metadata.uid,
            controller: Pointer::to(true),
            ..OwnerReference::default()
        }]));
    }
    metadata.name = sealed.metadata.name;
    metadata.namespace = sealed.metadata.namespace;
    Ok(Secret {
        metadata,
        secret_type: sealed_template.secret_type,
        immutable: sealed_template.immutable,
        data: template::go_map(opened),
        ..Secret::default()
    })
}

fn text_of(reason: &str) -> SecretBytes {
    SecretBytes::from_slice(reason.as_bytes())
}

/// Errors of items: equal ones together, in the order in which they came. Those of templates can quote values.
#[derive(Default)]
struct Errors(Vec<(SecretBytes, Vec<String>)>);

impl Errors {
    fn add(&mut self, item: &str, reason: SecretBytes) {
        let same = |known: &&mut (SecretBytes, _)| known.0.expose() == reason.expose();
        match self.0.iter_mut().find(same) {
            Some((_, items)) => items.push(item.to_owned()),
            None => self.0.push((reason, vec![item.to_owned()])),
        }
    }

    fn none(self) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        let mut text = SecretWriter::default();
        for (reason, items) in self.0 {
            if !text.is_empty() {
                text.push(b"\n");
            }
            text.push(reason.expose());
            text.push(format!(" ({})", items.join(", ")).as_bytes());
        }
        Err(Failure::Quoting(text.finish()))
    }
}
