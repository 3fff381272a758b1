//! The private half.

use std::fmt;

use pkcs1::RsaPrivateKeyRef;
use pkcs8::der::Decode;

use super::numbers::{self, Numbers};
use super::{PublicKeyError, SealingKey, read};
use crate::backend::{self, Backend, GENERATED_BITS, MODULUS_BITS};
use crate::envelope::Envelope;
use crate::seal::{self, OpenError};
use crate::{Fingerprint, Misfit, SecretBytes, pem};

/// Data that yields no private key. No variant holds a part of the data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No block of a private key.
    #[error(
        "no private key found: expected a PEM block `RSA PRIVATE KEY` (PKCS#1) or `PRIVATE KEY` \
         (PKCS#8)"
    )]
    NoKey,
    /// No private key, but a certificate.
    #[error("this is a certificate; unsealing needs the private key that belongs to it")]
    CertificateGiven,
    /// No private key, but a public one.
    #[error("this is a public key; unsealing needs the private key that belongs to it")]
    PublicKeyGiven,
    /// A key under a passphrase.
    #[error("the private key is encrypted; decrypt it first, e.g. with `openssl rsa`")]
    Encrypted,
    /// A key in OpenSSH's own format.
    #[error("the private key is in OpenSSH's format; convert it with `ssh-keygen -p -m PEM`")]
    OpenSsh,
    /// Not the DER of a private key.
    #[error("the private key is malformed")]
    Malformed,
    /// A key of another kind.
    #[error("the private key is of type {algorithm}; unsealing needs an RSA key")]
    NotRsa {
        /// Its usual name, or its object identifier.
        algorithm: String,
    },
    /// A modulus that is not taken.
    #[error(
        "the RSA key has {bits} bits; it must have {} to {}",
        MODULUS_BITS.start(), MODULUS_BITS.end()
    )]
    Size {
        /// Length of the modulus in bits.
        bits: usize,
    },
    /// More than two primes.
    #[error("the RSA key has more than two primes, which is not supported")]
    MultiPrime,
    /// Numbers that do not belong together.
    #[error("the numbers of the RSA key do not belong together")]
    Invalid,
    /// A size that cannot be generated.
    #[error("keys of {bits} bits cannot be made; choose one of {GENERATED_BITS:?}")]
    GeneratedSize {
        /// The size asked for.
        bits: usize,
    },
    /// The system has no randomness.
    #[error("no key could be made: the system gave no randomness")]
    Generate,
}

/// An RSA private key, ready to open envelopes. Threads can share it; it is wiped when dropped.
///
/// It cannot be copied, and printing it shows its fingerprint only:
///
/// ```compile_fail,E0599
/// # let key = lacre_crypto::UnsealingKey::generate(2048).unwrap();
/// let copy = key.clone(); // no Clone
/// ```
/// ```compile_fail,E0277
/// # let key = lacre_crypto::UnsealingKey::generate(2048).unwrap();
/// println!("{key}"); // no Display
/// ```
/// ```
/// # let key = lacre_crypto::UnsealingKey::generate(2048).unwrap();
/// assert_eq!(format!("{key:?}"), format!("UnsealingKey({:?})", key.fingerprint()));
/// ```
pub struct UnsealingKey {
    key: <backend::Preferred as Backend>::PrivateKey,
    numbers: Numbers,
    pkcs1: SecretBytes,
}

impl UnsealingKey {
    /// Every RSA key in the PEM blocks of `text` (PKCS#1 or PKCS#8); other blocks and text
    /// around them are skipped. At least one is returned.
    ///
    /// # Errors
    /// With no key to return: what is wrong with the first block of a key, or that there is none.
    pub fn read_all_pem(text: &[u8]) -> Result<Vec<Self>, KeyError> {
        read::all(text)
    }

    /// The key that the upstream controller takes from a `tls.key` of this content: the first
    /// block that is a well-formed private key decides, and it must be RSA.
    ///
    /// # Errors
    /// [`KeyError::NotRsa`] if the first is of another kind, and as for [`Self::read_all_pem`].
    pub fn read_first_pem(text: &[u8]) -> Result<Self, KeyError> {
        read::first(text)
    }

    /// Reads a DER PKCS#8 `PrivateKeyInfo`, not encrypted.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_pkcs1_der(read::pkcs1_in_pkcs8(der)?)
    }

    /// Reads a DER PKCS#1 `RSAPrivateKey`.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, KeyError> {
        let parsed = RsaPrivateKeyRef::from_der(der).map_err(|_| KeyError::Malformed)?;
        if parsed.other_prime_infos.is_some() {
            return Err(KeyError::MultiPrime);
        }
        let numbers = Numbers::from_private(&parsed).map_err(|error| match error {
            PublicKeyError::Size { bits } => KeyError::Size { bits },
            _ => KeyError::Malformed,
        })?;
        let pkcs8 = numbers::pkcs8_around(der).ok_or(KeyError::Malformed)?;
        let key = backend::Preferred::private_key(&pkcs8).map_err(|_| KeyError::Invalid)?;
        Ok(Self {
            key,
            numbers,
            pkcs1: SecretBytes::from_slice(der),
        })
    }

    /// Makes a new key of 2048, 3072, 4096 or 8192 bits with the exponent 65537.
    ///
    /// # Errors
    /// [`KeyError::GeneratedSize`], [`KeyError::Generate`].
    pub fn generate(bits: usize) -> Result<Self, KeyError> {
        if !GENERATED_BITS.contains(&bits) {
            return Err(KeyError::GeneratedSize { bits });
        }
        let pkcs8 = backend::Preferred::generate(bits).map_err(|_| KeyError::Generate)?;
        Self::from_pkcs8_der(pkcs8.expose())
    }

    /// PEM with the label `RSA PRIVATE KEY`, as in the key Secrets of the controller.
    #[must_use]
    pub fn to_pkcs1_pem(&self) -> SecretBytes {
        pem::write("RSA PRIVATE KEY", self.pkcs1.expose())
    }

    /// Opens `envelope`, sealed with the other half of this key for the same label
    /// (see [`crate::Identity::label`]).
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(&self, envelope: &Envelope<'_>, label: &[u8]) -> Result<SecretBytes, OpenError> {
        let modulus_len = self.numbers.modulus.len();
        seal::open::<backend::Preferred>(&self.key, modulus_len, envelope, label)
    }

    /// Whether `envelope` may be for this key, as far as anyone can see.
    ///
    /// # Errors
    /// The [`Misfit`] that rules it out for certain.
    pub fn could_open(&self, envelope: &Envelope<'_>) -> Result<(), Misfit> {
        envelope.could_fit(&self.numbers.modulus)
    }

    /// The other half.
    ///
    /// # Errors
    /// [`PublicKeyError::Invalid`] if the backend takes the private half only; not known to happen.
    pub fn sealing_key(&self) -> Result<SealingKey, PublicKeyError> {
        SealingKey::from_public_key_der(&self.numbers.spki)
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

    /// The DER `SubjectPublicKeyInfo` of the other half.
    #[must_use]
    pub fn public_key_der(&self) -> &[u8] {
        &self.numbers.spki
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256, for certificates.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, backend::Failed> {
        backend::Preferred::sign(&self.key, message)
    }
}

impl fmt::Debug for UnsealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnsealingKey({:?})", self.fingerprint())
    }
}
