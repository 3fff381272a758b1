//! SealedSecrets into Secrets, with private keys at hand and no cluster.

use lacre_crypto::{Identity, Keyring, decode_text};

use super::input::Input;
use super::objects::{OwnerReference, SEALED_SECRET, SealedSecret, Secret};
use super::output::Output;
use super::{Failure, Run, keys, template};
use crate::go::base::not_base64;
use crate::go::codec;
use crate::go::{Bytes, GoValue as _, Map, Pointer, Slice, Text};

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
    let mut data = Map::empty();
    let mut errors = Errors::default();
    for (key, text) in sealed.spec.encrypted_data.iter() {
        match open_value(text, keyring, &label) {
            Ok(value) => drop(data.entries().insert(key.clone(), value)),
            Err(reason) => errors.add(key, reason),
        }
    }
    let sealed_template = sealed.spec.template;
    template::apply(&sealed_template.data, &mut data).map_err(Failure::said)?;
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
        data,
        ..Secret::default()
    })
}

fn open_value(text: &str, keyring: &Keyring, label: &[u8]) -> Result<Bytes, String> {
    let envelope = decode_text(text).map_err(|error| not_base64(error.offset))?;
    match keyring.open(&envelope, label) {
        // Go has no value here rather than an empty one.
        Ok(opened) if opened.plaintext.is_empty() => Ok(Bytes::default()),
        Ok(opened) => Ok(Bytes::new(opened.plaintext)),
        Err(_) => Err("no key could decrypt secret".to_owned()),
    }
}

/// Errors of items: equal ones together, in the order of the items.
#[derive(Default)]
struct Errors(Vec<(String, Vec<String>)>);

impl Errors {
    fn add(&mut self, item: &str, reason: String) {
        match self.0.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, items)) => items.push(item.to_owned()),
            None => self.0.push((reason, vec![item.to_owned()])),
        }
    }

    fn none(self) -> Result<(), Failure> {
        if self.0.is_empty() {
            return Ok(());
        }
        let line =
            |(reason, items): &(String, Vec<String>)| format!("{reason} ({})", items.join(", "));
        let lines: Vec<String> = self.0.iter().map(line).collect();
        Err(Failure::said(lines.join("\n")))
    }
}
