//! Why nothing was sealed.

use lacre_api::{FieldIssue, MAX_DATA};
use lacre_crypto::Scope;
use thiserror::Error;

/// Why a Secret was not sealed. Nothing was written and nothing encrypted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// Fields that cannot be read, or that the API server would refuse. At least one.
    #[error("{}", listed(.0))]
    Fields(Vec<FieldIssue>),
    /// No items at all.
    #[error("the Secret has no items under data or stringData")]
    Empty,
    /// No name, and none was asked for.
    #[error("the Secret has no metadata.name")]
    NoName,
    /// No namespace, and none was asked for or known otherwise.
    #[error("the Secret has no metadata.namespace, which its {scope} scope is bound to")]
    NoNamespace {
        /// The scope, strict or namespace-wide.
        scope: Scope,
    },
    /// Two namespaces contradict each other.
    #[error("the Secret is in namespace {input:?}, but namespace {asked:?} was asked for")]
    NamespaceMismatch {
        /// What the Secret, or the target of a merge, says.
        input: String,
        /// What was asked for.
        asked: String,
    },
    /// Two names contradict each other.
    #[error("the target is named {target:?}, but name {asked:?} was asked for")]
    NameMismatch {
        /// What the target of a merge says.
        target: String,
        /// What was asked for.
        asked: String,
    },
    /// Two scopes contradict each other.
    #[error(
        "the target's scope is {target}, but scope {asked} was asked for; values of two scopes cannot open in one object"
    )]
    ScopeMismatch {
        /// What the target of a merge says.
        target: Scope,
        /// What was asked for.
        asked: Scope,
    },
    /// Larger than a Secret may be.
    #[error("the values have {bytes} bytes together, a Secret may have {MAX_DATA}")]
    TooLarge {
        /// All values together.
        bytes: usize,
    },
    /// The target of a merge keeps its values in the deprecated field, which excludes the other.
    #[error(
        "the target holds its values in the deprecated spec.data, beside which encryptedData is not allowed"
    )]
    DeprecatedData,
    /// Encryption itself failed.
    #[error("item {item:?}: {source}")]
    Crypto {
        /// The item.
        item: String,
        /// Why.
        source: lacre_crypto::SealError,
    },
    /// The time for the stamp is none.
    #[error("{seconds} seconds since 1970 is no time that a calendar has")]
    Time {
        /// What was given.
        seconds: i64,
    },
}

impl Refusal {
    /// How to mend it, as an order to the author.
    #[must_use]
    pub fn mend(&self) -> String {
        match self {
            Self::Fields(issues) => match issues.as_slice() {
                [issue] => issue.mend(),
                _ => "mend each of these fields".to_owned(),
            },
            Self::Empty => "add items, or allow empty data if that is meant".to_owned(),
            Self::NoName => "add metadata.name, or give a name".to_owned(),
            Self::NoNamespace { .. } => "add metadata.namespace, or give a namespace".to_owned(),
            Self::NamespaceMismatch { .. } | Self::NameMismatch { .. } => {
                "correct one of the two, so that they agree".to_owned()
            }
            Self::ScopeMismatch { target, .. } => {
                format!(
                    "leave the scope out to seal as {target}, or seal the whole Secret anew with the other scope"
                )
            }
            Self::TooLarge { .. } => "split the Secret".to_owned(),
            Self::DeprecatedData => "seal the whole Secret anew".to_owned(),
            Self::Crypto { .. } => "try again".to_owned(),
            Self::Time { .. } => "set the clock, or seal without a stamp".to_owned(),
        }
    }
}

fn listed(issues: &[FieldIssue]) -> String {
    let issues: Vec<String> = issues.iter().map(ToString::to_string).collect();
    issues.join("; ")
}
