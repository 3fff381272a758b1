//! A byte buffer that wipes what it outgrows and what it leaves behind.

use lacre_secret::SecretBytes;
use zeroize::Zeroize;

use super::text::Text;

/// Collects bytes that may be secret.
#[derive(Default)]
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    /// An empty buffer.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// An empty buffer with room for `bytes`.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Appends bytes.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.reserve(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    /// Appends text.
    pub(crate) fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// Appends one byte.
    pub(crate) fn byte(&mut self, byte: u8) {
        self.reserve(1);
        self.0.push(byte);
    }

    /// Appends one character.
    pub(crate) fn char(&mut self, c: char) {
        self.bytes(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Appends `count` times `byte`.
    pub(crate) fn fill(&mut self, byte: u8, count: usize) {
        self.reserve(count);
        self.0.resize(self.0.len() + count, byte);
    }

    fn reserve(&mut self, more: usize) {
        let needed = self.0.len().saturating_add(more);
        if needed > self.0.capacity() {
            let mut grown =
                Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)).max(32));
            grown.extend_from_slice(&self.0);
            self.wipe();
            self.0 = grown;
        }
    }

    fn wipe(&mut self) {
        // Wiping no memory is slow where the address is none: processors trap on masked writes to it.
        if self.0.capacity() > 0 {
            self.0.zeroize();
        }
    }

    /// Bytes so far.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The bytes so far.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The whole as a value.
    pub(crate) fn finish(self) -> Text {
        Text::from_secret(self.secret())
    }

    /// The whole as a secret.
    pub(crate) fn secret(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut self.0))
    }

    /// The whole as text for messages, bad bytes replaced.
    pub(crate) fn lossy(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.wipe();
    }
}
