//! What the caller decides about sealing.

use lacre_crypto::{Scope, SealingKey};

/// How to seal.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The key of the cluster that is to open it.
    pub key: &'a SealingKey,
    /// Whose manners.
    pub rules: Rules,
    /// The scope that was asked for; it wins over the annotations, strict too. `None` leaves it to the annotations.
    pub scope: Option<Scope>,
    /// The name that was asked for; it replaces the Secret's own.
    pub name: Option<&'a str>,
    /// The namespace that was asked for; a Secret that says another one is refused.
    pub namespace: Option<&'a str>,
    /// The namespace for a Secret that says none when none was asked for.
    pub default_namespace: Option<&'a str>,
    /// Whether a Secret without items may be sealed.
    pub allow_empty: bool,
    /// The time to write into the seal stamp, in seconds since 1970 UTC; `None` for no stamp.
    pub stamp: Option<i64>,
}

impl<'a> Options<'a> {
    /// Lacre's rules, scope and names as the Secret says, no stamp.
    #[must_use]
    pub fn new(key: &'a SealingKey) -> Self {
        Self {
            key,
            rules: Rules::Lacre,
            scope: None,
            name: None,
            namespace: None,
            default_namespace: None,
            allow_empty: false,
            stamp: None,
        }
    }
}

/// Whose rules decide what is refused and what is carried over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rules {
    /// What the cluster would refuse is refused, and metadata that only the cluster writes is left out.
    #[default]
    Lacre,
    /// What kubeseal accepts is accepted: any kind, any name; `generateName` and `managedFields` are carried over.
    /// Copies of the plaintext in annotations are left out all the same.
    Kubeseal,
}
