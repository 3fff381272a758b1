//! The core resource `Secret`, version `v1`, with its values in the only type that may hold them.

use std::collections::BTreeMap;

use lacre_secret::SecretBytes;

use crate::metadata::Metadata;

/// The type of a Secret that says none.
pub const OPAQUE: &str = "Opaque";

/// Most bytes that all values of one Secret may have together; the API server refuses more.
pub const MAX_DATA: usize = 1024 * 1024;

/// A Secret: what is sealed, and what a SealedSecret becomes.
#[derive(Debug, Default)]
pub struct Secret {
    /// Name, namespace, labels and the rest. Annotations that hold the whole object in clear are never in it.
    pub metadata: Metadata,
    /// The `type` field; absent means [`OPAQUE`].
    pub type_: Option<String>,
    /// Whether every later change is refused.
    pub immutable: Option<bool>,
    /// Item name to value. `data` and `stringData` of the manifest are both here, `stringData` having won.
    pub data: BTreeMap<String, SecretBytes>,
}

impl Secret {
    /// A copy, asked for by name since every copy of a value is one more to wipe.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self {
            metadata: self.metadata.clone(),
            type_: self.type_.clone(),
            immutable: self.immutable,
            data: self
                .data
                .iter()
                .map(|(item, value)| (item.clone(), value.duplicate()))
                .collect(),
        }
    }

    /// The name, if there is one that is not empty.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.metadata
            .name
            .as_deref()
            .filter(|name| !name.is_empty())
    }

    /// The namespace, if there is one that is not empty.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        self.metadata
            .namespace
            .as_deref()
            .filter(|namespace| !namespace.is_empty())
    }
}
