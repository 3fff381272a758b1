//! Whom a value is sealed for, kept for longer than the object it was read from.

use std::fmt;

use lacre_api::{SealedSecret, annotations};
use lacre_crypto::{Identity, Scope};

/// An [`Identity`] with its own strings, without the parts that its scope does not bind.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedIdentity {
    /// How much of namespace and name is bound.
    pub scope: Scope,
    /// The namespace; empty when cluster-wide.
    pub namespace: String,
    /// The name; empty unless strict.
    pub name: String,
}

impl OwnedIdentity {
    /// What of `identity` its scope binds.
    #[must_use]
    pub fn new(identity: &Identity<'_>) -> Self {
        let Identity {
            scope,
            namespace,
            name,
        } = *identity;
        let bound = |bound: bool, text: &str| {
            if bound {
                text.to_owned()
            } else {
                String::new()
            }
        };
        Self {
            scope,
            namespace: bound(scope != Scope::ClusterWide, namespace),
            name: bound(scope == Scope::Strict, name),
        }
    }

    /// The identity under which the values of `object` must open: scope from its annotations, names from its metadata.
    #[must_use]
    pub fn of(object: &SealedSecret) -> Self {
        let metadata = &object.metadata;
        Self::new(&Identity {
            scope: metadata
                .annotations
                .as_ref()
                .map(annotations::scope)
                .unwrap_or_default(),
            namespace: metadata.namespace.as_deref().unwrap_or_default(),
            name: metadata.name.as_deref().unwrap_or_default(),
        })
    }

    /// As the crypto crate takes it.
    #[must_use]
    pub fn as_identity(&self) -> Identity<'_> {
        Identity {
            scope: self.scope,
            namespace: &self.namespace,
            name: &self.name,
        }
    }
}

impl fmt::Display for OwnedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.scope {
            Scope::Strict => write!(f, "{}/{} (strict)", self.namespace, self.name),
            Scope::NamespaceWide => write!(f, "namespace {} (namespace-wide)", self.namespace),
            Scope::ClusterWide => f.write_str("the whole cluster (cluster-wide)"),
        }
    }
}
