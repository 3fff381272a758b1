//! What the caller decides about sealing.

use lacre_crypto::{Scope, SealingKey};

/// How to seal.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// The key of the cluster that is to open it.
    pub key: &'a SealingKey,
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
    /// Scope and names as the Secret says, no stamp.
    #[must_use]
    pub fn new(key: &'a SealingKey) -> Self {
        Self {
            key,
            scope: None,
            name: None,
            namespace: None,
            default_namespace: None,
            allow_empty: false,
            stamp: None,
        }
    }
}
