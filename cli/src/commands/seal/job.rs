//! Sealing one Secret with every certificate.

use lacre_api::{Decoded, SealedSecret, Secret};
use lacre_crypto::Scope;
use lacre_manifest::Format;
use lacre_seal::{Merge, Options, Refusal, Sealed};

use super::args::SealArgs;
use super::certificates::Sealer;
use super::namespace::DefaultNamespace;
use super::origin::Origin;
use super::text;
use crate::problem::Problem;

/// What is the same for every Secret of a run.
pub(super) struct Job<'a> {
    pub(super) args: &'a SealArgs,
    /// At least one.
    pub(super) sealers: &'a [Sealer],
    pub(super) namespace: DefaultNamespace<'a>,
    /// The time of the run, in seconds since 1970 UTC.
    pub(super) now: i64,
}

/// A Secret, sealed.
pub(super) struct Done {
    /// One for each certificate, in their order.
    pub(super) objects: Vec<SealedSecret>,
    /// The same as documents.
    pub(super) texts: Vec<Vec<u8>>,
    pub(super) scope: Scope,
    pub(super) warnings: Vec<Problem>,
    /// What was done without being asked.
    pub(super) notes: Vec<String>,
}

impl Job<'_> {
    /// Seals `secret` with each certificate, or says what is wrong with it.
    pub(super) fn seal(
        &self,
        secret: &Decoded<Secret>,
        origin: &Origin<'_, '_>,
        format: Format,
    ) -> Result<Done, Vec<Problem>> {
        let default = self.default_for(&secret.object);
        let sealed: Vec<Sealed> = self
            .sealers
            .iter()
            .map(|sealer| lacre_seal::seal(secret, &self.options(sealer, default)))
            .collect::<Result<_, Refusal>>()
            .map_err(|refusal| origin.refusal(&refusal, &self.namespace))?;
        let (scope, warnings) = sealed.first().map_or((Scope::Strict, &[][..]), |first| {
            (first.scope, &first.warnings)
        });
        let notes = origin.notes(warnings);
        let warnings = origin.warnings(warnings, &self.namespace);
        let objects: Vec<SealedSecret> = sealed.into_iter().map(|sealed| sealed.object).collect();
        let texts = objects
            .iter()
            .map(|object| text::document(object, format))
            .collect();
        Ok(Done {
            objects,
            texts,
            scope,
            warnings,
            notes,
        })
    }

    /// Seals `secret` into `target` with the one certificate.
    pub(super) fn merge(
        &self,
        target: &Decoded<SealedSecret>,
        secret: &Decoded<Secret>,
        sealer: &Sealer,
    ) -> Result<Merge, Refusal> {
        let default = match target.object.metadata.namespace.as_deref() {
            None | Some("") => self.default_for(&secret.object),
            Some(_) => None,
        };
        lacre_seal::merge(target, secret, &self.options(sealer, default))
    }

    /// The kubeconfig is only asked when it matters.
    fn default_for(&self, secret: &Secret) -> Option<&str> {
        match (secret.namespace(), &self.args.identity.namespace) {
            (None, None) => self.namespace.get().ok(),
            _ => None,
        }
    }

    fn options<'o>(
        &'o self,
        sealer: &'o Sealer,
        default_namespace: Option<&'o str>,
    ) -> Options<'o> {
        let identity = &self.args.identity;
        Options {
            key: &sealer.key,
            scope: identity.scope.map(Scope::from),
            name: identity.name.as_deref(),
            namespace: identity.namespace.as_deref(),
            default_namespace,
            allow_empty: self.args.rules.allow_empty_data,
            stamp: (!self.args.rules.no_stamp).then_some(self.now),
        }
    }
}
