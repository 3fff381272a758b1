//! Bytes that nobody prints, copies or forgets to wipe.
//!
//! [`SecretBytes`] is the only type in which Lacre carries plaintext. It has no `Display`, `Clone`,
//! `Serialize` or `PartialEq`; `Debug` says `[redacted]`; [`SecretBytes::expose`] is the only way in;
//! memory is wiped on drop. Growing is done by [`SecretWriter`], which wipes what it outgrows.
//!
//! ```compile_fail
//! let a = lacre_secret::SecretBytes::from_slice(b"x");
//! println!("{a}"); // no Display
//! ```
//! ```compile_fail
//! let a = lacre_secret::SecretBytes::from_slice(b"x");
//! let b = a.clone(); // no Clone
//! ```
//! ```compile_fail
//! let a = lacre_secret::SecretBytes::from_slice(b"x");
//! let b = lacre_secret::SecretBytes::from_slice(b"x");
//! assert!(a == b); // no PartialEq: use `same_as`, which takes constant time
//! ```
//! ```compile_fail
//! fn wants<T: AsRef<[u8]>>(_: T) {}
//! wants(lacre_secret::SecretBytes::from_slice(b"x")); // no AsRef, no Deref: only `expose`
//! ```

use std::fmt;
use std::io;

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// Plaintext, wiped when dropped.
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretBytes {
    /// Takes over `bytes`; no copy is made, so none is left behind.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Copies `bytes`; the caller still owns, and must wipe, the original.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// The bytes themselves. Every use of a secret in the code is a call of this.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True for an empty value, which is a legal secret.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in time that depends on the lengths only.
    #[must_use]
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// A second copy, asked for by name because each one is one more thing to wipe.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::from_slice(self.expose())
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretBytes([redacted])")
    }
}

/// Collects a secret of unknown length. When it outgrows its memory it wipes the old before letting go,
/// which `Vec` does not do.
#[derive(Default)]
pub struct SecretWriter(Zeroizing<Vec<u8>>);

impl SecretWriter {
    /// An empty writer with room for `bytes`.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    /// Appends `bytes`.
    pub fn push(&mut self, bytes: &[u8]) {
        let needed = self.0.len().saturating_add(bytes.len());
        if needed > self.0.capacity() {
            let mut grown = Vec::with_capacity(needed.max(self.0.capacity().saturating_mul(2)));
            grown.extend_from_slice(&self.0);
            self.0.zeroize();
            *self.0 = grown;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Bytes written so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True before the first byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The finished secret.
    #[must_use]
    pub fn finish(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut *self.0))
    }
}

impl fmt::Debug for SecretWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretWriter([redacted])")
    }
}

impl io::Write for SecretWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads `from` to its end, or fails once `limit` bytes are exceeded.
///
/// # Errors
/// What `from` fails with; [`io::ErrorKind::FileTooLarge`] past the limit.
pub fn read_to_end(mut from: impl io::Read, limit: usize) -> io::Result<SecretBytes> {
    let mut chunk = Zeroizing::new(vec![0_u8; 64 * 1024]);
    let mut out = SecretWriter::default();
    loop {
        let n = match from.read(&mut chunk) {
            Ok(0) => return Ok(out.finish()),
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        if out.len().saturating_add(n) > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        out.push(chunk.get(..n).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_value() {
        let secret = SecretBytes::from_slice(b"hunter2");
        assert_eq!(format!("{secret:?}"), "SecretBytes([redacted])");
        let mut writer = SecretWriter::default();
        writer.push(b"hunter2");
        assert!(!format!("{writer:?}").contains("hunter2"));
    }

    #[test]
    fn same_as_compares_content_and_length() {
        let a = SecretBytes::from_slice(b"abc");
        assert!(a.same_as(&a.duplicate()));
        assert!(!a.same_as(&SecretBytes::from_slice(b"abd")));
        assert!(!a.same_as(&SecretBytes::from_slice(b"ab")));
    }

    #[test]
    fn a_writer_keeps_every_byte_while_it_grows() {
        let mut writer = SecretWriter::default();
        let mut expected = Vec::new();
        for n in 0_u16..2000 {
            writer.push(&n.to_be_bytes());
            expected.extend_from_slice(&n.to_be_bytes());
        }
        assert_eq!(writer.finish().expose(), expected);
    }

    #[test]
    fn reading_stops_at_the_limit() {
        assert_eq!(read_to_end(&b"12345"[..], 5).unwrap().expose(), b"12345");
        let e = read_to_end(&b"123456"[..], 5).unwrap_err();
        assert_eq!(e.kind(), io::ErrorKind::FileTooLarge);
    }
}
