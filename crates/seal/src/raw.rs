//! One value alone, for pasting into a SealedSecret by hand.

use lacre_api::names::{check_name, check_namespace};
use lacre_api::{FieldIssue, FieldPath, Problem};
use lacre_crypto::{Identity, Scope, SealingKey, encode_text};
use lacre_secret::SecretBytes;

use crate::hygiene::{Doubt, doubts};
use crate::refusal::Refusal;

/// One sealed value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawSealed {
    /// Base64 on one line, as an item of `encryptedData`.
    pub text: String,
    /// What the value looks like.
    pub doubts: Vec<Doubt>,
}

/// Seals `value` for `identity`. The parts of the identity that its scope binds must not be empty.
///
/// # Errors
/// [`Refusal::NoName`], [`Refusal::NoNamespace`], [`Refusal::Fields`] for a name that no object can have,
/// [`Refusal::Crypto`].
pub fn seal_raw(
    value: &SecretBytes,
    identity: &Identity<'_>,
    key: &SealingKey,
) -> Result<RawSealed, Refusal> {
    let Identity {
        scope,
        namespace,
        name,
    } = *identity;
    if scope != Scope::ClusterWide && namespace.is_empty() {
        return Err(Refusal::NoNamespace { scope });
    }
    if scope == Scope::Strict && name.is_empty() {
        return Err(Refusal::NoName);
    }
    let checks = [
        (
            "namespace",
            scope != Scope::ClusterWide,
            check_namespace(namespace),
        ),
        ("name", scope == Scope::Strict, check_name(name)),
    ];
    let issues: Vec<FieldIssue> = checks
        .into_iter()
        .filter(|(_, bound, _)| *bound)
        .filter_map(|(field, _, checked)| {
            let problem = Problem::Name(checked.err()?);
            Some(FieldIssue::new(
                FieldPath::of(&["metadata", field]),
                problem,
            ))
        })
        .collect();
    if !issues.is_empty() {
        return Err(Refusal::Fields(issues));
    }
    let envelope = key
        .seal(value.expose(), &identity.label())
        .map_err(|source| Refusal::Crypto {
            item: "(raw)".to_owned(),
            source,
        })?;
    Ok(RawSealed {
        text: encode_text(&envelope),
        doubts: doubts(value),
    })
}
