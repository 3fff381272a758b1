//! Secrets into SealedSecrets.

use lacre_crypto::{Identity, Scope, SealError, SealingKey, encode_text};

use super::documents::Documents;
use super::input::Input;
use super::objects::{ObjectMeta, SealedSecret, SealedSecretSpec, Secret, SecretTemplate};
use super::output::Output;
use super::{Failure, Run, sealed_node};
use crate::cluster::Namespace;
use crate::go::{Lenient, Map, Pointer, Slice, Text};

/// Annotations that hold the object as somebody applied it, plaintext included.
const LAST_APPLIED: [&str; 2] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "kubecfg.ksonnet.io/last-applied-configuration",
];

/// Seals every Secret of the input. Those sealed before one that can't be are printed still.
///
/// # Errors
/// The first Secret that can't be sealed.
pub(super) fn seal(
    run: &Run<'_>,
    key: &SealingKey,
    input: Input,
    output: &mut Output,
) -> Result<(), Failure> {
    let secrets = read(input)?;
    let mut sealer = Sealer::new(run, key);
    for secret in secrets {
        let sealed = sealer.seal(secret, run.flags.scope, &run.flags.name, "")?;
        output.object(&sealed_node(sealed), &run.flags.format)?;
    }
    Ok(())
}

/// The Secrets of the input, at least one.
///
/// # Errors
/// Input that holds none, or that can't be read as a whole.
pub(super) fn read(input: Input) -> Result<Vec<Secret>, Failure> {
    let text = input.read()?;
    Documents::read(text.expose())
        .and_then(|documents| {
            documents.all("no secrets found. Ensure the input is valid and UTF-8 encoded")
        })
        .map_err(Failure::said)
}

/// Seals Secrets for one key.
pub(super) struct Sealer<'a> {
    run: &'a Run<'a>,
    key: &'a SealingKey,
    /// The namespace for Secrets that name none, once it has been asked for.
    namespace: Option<Namespace>,
}

impl<'a> Sealer<'a> {
    pub(super) fn new(run: &'a Run<'a>, key: &'a SealingKey) -> Self {
        Self {
            run,
            key,
            namespace: None,
        }
    }

    /// Seals one Secret, under another name and in another namespace where these are not empty.
    ///
    /// # Errors
    /// What the Secret lacks.
    pub(super) fn seal(
        &mut self,
        mut secret: Secret,
        scope: Scope,
        name: &str,
        namespace: &str,
    ) -> Result<SealedSecret, Failure> {
        if secret.data.len() == 0
            && secret.string_data.len() == 0
            && !self.run.flags.allow_empty_data
        {
            return Err(Failure::said(
                "secret.data is empty in input Secret, assuming this is an error and aborting. To \
                 work with empty data, --allow-empty-data can be used",
            ));
        }
        let metadata = &mut secret.metadata;
        if !name.is_empty() {
            metadata.name = Text::new(name);
        }
        if metadata.name.is_empty() {
            return Err(Failure::said("missing metadata.name in input Secret"));
        }
        if !namespace.is_empty() {
            metadata.namespace = Text::new(namespace);
        }
        // The flag's default leaves the choice to the annotations.
        if scope != Scope::Strict {
            metadata.set_scope(scope);
        }
        if metadata.scope() != Scope::ClusterWide {
            self.settle_namespace(metadata)?;
        }
        strip_server_fields(metadata);
        self.encrypt(secret)
    }

    /// Fills in the namespace, and refuses one that contradicts the command line.
    fn settle_namespace(&mut self, metadata: &mut ObjectMeta) -> Result<(), Failure> {
        let own = &metadata.namespace;
        if own.is_empty() || !self.run.flags.cluster.namespace.is_empty() {
            let settings = self.run.settings();
            // Without a usable configuration there is no namespace, and that is all upstream says.
            let found = self
                .namespace
                .get_or_insert_with(|| settings.namespace().unwrap_or_default());
            if found.explicit && !own.is_empty() && **own != found.name {
                return Err(Failure::said(format!(
                    "namespace mismatch: input secret is in namespace {} but {} was specified",
                    crate::go::quote(own),
                    crate::go::quote(&found.name)
                )));
            }
            if own.is_empty() {
                metadata.namespace = Text::new(&found.name);
            }
        }
        if metadata.namespace.is_empty() {
            return Err(Failure::said("secret must declare a namespace"));
        }
        Ok(())
    }

    fn encrypt(&self, secret: Secret) -> Result<SealedSecret, Failure> {
        let Secret {
            mut metadata,
            immutable,
            data,
            string_data,
            secret_type,
            ..
        } = secret;
        let scope = metadata.scope();
        let label = Identity {
            scope,
            namespace: &metadata.namespace,
            name: &metadata.name,
        }
        .label();
        let mut encrypted = Map::empty();
        let values = data.iter().map(|(key, value)| (key, value.expose()));
        let texts = string_data.iter().map(|(key, text)| (key, text.as_bytes()));
        for (key, value) in values.chain(texts) {
            let sealed = self.key.seal(value, &label).map_err(sealing_failed)?;
            encrypted
                .entries()
                .insert(key.clone(), Text::new(encode_text(&sealed)));
        }
        let mut outer = ObjectMeta {
            name: metadata.name.clone(),
            namespace: metadata.namespace.clone(),
            ..ObjectMeta::default()
        };
        outer.set_scope(scope);
        for key in LAST_APPLIED {
            metadata.annotations.remove(key);
        }
        metadata.owner_references = Slice::default();
        Ok(SealedSecret {
            metadata: outer,
            spec: SealedSecretSpec {
                template: SecretTemplate {
                    metadata,
                    secret_type,
                    immutable,
                    ..SecretTemplate::default()
                },
                encrypted_data: Lenient(encrypted),
                ..SealedSecretSpec::default()
            },
            ..SealedSecret::default()
        })
    }
}

pub(super) fn sealing_failed(error: SealError) -> Failure {
    Failure::said(error)
}

/// What only a server can have said of the object.
fn strip_server_fields(metadata: &mut ObjectMeta) {
    metadata.self_link = Text::default();
    metadata.uid = Text::default();
    metadata.resource_version = Text::default();
    metadata.generation = 0;
    metadata.creation_timestamp = Default::default();
    metadata.deletion_timestamp = Pointer::default();
    metadata.deletion_grace_period_seconds = Pointer::default();
}
