//! A Go string: bytes, shared (also between renderings, as data is), wiped when the last holder lets go.

use std::cmp::Ordering;
use std::sync::Arc;

use lacre_secret::SecretBytes;

/// A Go string. Cloning shares the bytes.
#[derive(Clone, Debug)]
pub(crate) struct Text(Arc<SecretBytes>);

impl Text {
    /// Copies `bytes`.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(Arc::new(SecretBytes::from_slice(bytes)))
    }

    /// Takes `bytes` over.
    pub(crate) fn from_vec(bytes: Vec<u8>) -> Self {
        Self(Arc::new(SecretBytes::new(bytes)))
    }

    /// Takes a secret over.
    pub(crate) fn from_secret(secret: SecretBytes) -> Self {
        Self(Arc::new(secret))
    }

    /// The bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.expose()
    }

    /// The bytes as they are kept.
    pub(crate) fn secret(&self) -> &SecretBytes {
        &self.0
    }

    /// Length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// True for the empty string.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes as UTF-8, where they are.
    pub(crate) fn utf8(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()).ok()
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::new(text.as_bytes())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from_vec(text.into_bytes())
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes().cmp(other.bytes())
    }
}

/// Lets maps be asked with plain bytes.
impl std::borrow::Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        self.bytes()
    }
}
