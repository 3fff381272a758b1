//! The public half.

use std::fmt;

use super::numbers::Numbers;
use crate::backend::{self, Backend};
use crate::seal::{self, SealError};
use crate::{Fingerprint, Misfit};

/// A public key that cannot seal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not the DER of a public key.
    #[error("the public key is malformed")]
    Malformed,
    /// A key of another kind.
    #[error("the key is of type {algorithm}; sealing needs an RSA key")]
    NotRsa {
        /// Its usual name, or its object identifier.
        algorithm: String,
    },
    /// A modulus that is not taken.
    #[error("the RSA key has {bits} bits; it must have 2048 to 8192")]
    Size {
        /// Length of the modulus in bits.
        bits: usize,
    },
    /// Numbers that make no RSA key, for instance an even exponent.
    #[error("the numbers of the RSA key are not valid")]
    Invalid,
}

/// An RSA public key, ready to seal. Threads can share it.
pub struct SealingKey {
    key: <backend::Preferred as Backend>::PublicKey,
    numbers: Numbers,
}

impl SealingKey {
    /// Reads a DER `SubjectPublicKeyInfo`. Out of a certificate it comes by
    /// [`crate::Certificate::sealing_key`].
    ///
    /// # Errors
    /// [`PublicKeyError`].
    pub fn from_public_key_der(spki: &[u8]) -> Result<Self, PublicKeyError> {
        Self::new(Numbers::from_spki(spki)?)
    }

    pub(super) fn new(numbers: Numbers) -> Result<Self, PublicKeyError> {
        let key =
            backend::Preferred::public_key(&numbers.spki).map_err(|_| PublicKeyError::Invalid)?;
        Ok(Self { key, numbers })
    }

    /// The envelope of `plaintext`; it opens under the same label only
    /// (see [`crate::Identity::label`]).
    ///
    /// # Errors
    /// [`SealError`].
    pub fn seal(&self, plaintext: &[u8], label: &[u8]) -> Result<Vec<u8>, SealError> {
        seal::seal::<backend::Preferred>(&self.key, plaintext, label)
    }

    /// Names the key pair.
    #[must_use]
    pub const fn fingerprint(&self) -> &Fingerprint {
        &self.numbers.fingerprint
    }

    /// Length of the modulus in bits.
    #[must_use]
    pub const fn modulus_bits(&self) -> usize {
        self.numbers.modulus_bits
    }

    /// The DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.numbers.spki
    }

    /// Whether `envelope` may have been made with this key, as far as anyone can see.
    ///
    /// # Errors
    /// The [`Misfit`] that rules it out for certain.
    pub fn could_have_made(&self, envelope: &crate::Envelope<'_>) -> Result<(), Misfit> {
        envelope.could_fit(&self.numbers.modulus)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SealingKey")
            .field(self.fingerprint())
            .finish()
    }
}
