//! The two implementations of RSA and AES below the same trait.
//!
//! [`native`] is what keys use when it is compiled in; [`portable`] runs anywhere, and with both
//! compiled in it is the second opinion in tests. Only the arithmetic differs: how keys are read,
//! what an envelope is and when a key is tried is written once, above this module.

use lacre_secret::SecretBytes;
use zeroize::Zeroizing;

#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "portable")]
mod oaep;
#[cfg(feature = "portable")]
pub mod portable;

/// The backend of [`crate::SealingKey`] and [`crate::UnsealingKey`].
#[cfg(feature = "native")]
pub type Preferred = native::Native;
/// The backend of [`crate::SealingKey`] and [`crate::UnsealingKey`].
#[cfg(all(feature = "portable", not(feature = "native")))]
pub type Preferred = portable::Portable;

pub use crate::seal::{open, seal};

/// An operation failed. Why is not said: for a private key it could help an attacker, and for the
/// rest there is nothing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Smallest and largest modulus that both backends take, in bits.
pub const MODULUS_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Sizes of keys that both backends can make, in bits.
pub const GENERATED_BITS: [usize; 4] = [2048, 3072, 4096, 8192];

/// What a backend can do. Hashes are SHA-256 throughout, MGF1's too.
pub trait Backend {
    /// A public key, ready for use.
    type PublicKey: Send + Sync;
    /// A private key, ready for use; wiped when dropped.
    type PrivateKey: Send + Sync;

    /// Fills `out` from the system's random number generator.
    ///
    /// # Errors
    /// When the system has none to give.
    fn random(out: &mut [u8]) -> Result<(), Failed>;

    /// Takes over a public key from its DER `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// When the numbers do not make an RSA key within [`MODULUS_BITS`].
    fn public_key(spki: &[u8]) -> Result<Self::PublicKey, Failed>;

    /// Takes over a private key from DER PKCS#8.
    ///
    /// # Errors
    /// When the numbers do not belong together, or the size is not within [`MODULUS_BITS`].
    fn private_key(pkcs8: &[u8]) -> Result<Self::PrivateKey, Failed>;

    /// Makes a private key of `bits` (one of [`GENERATED_BITS`]) and returns it as DER PKCS#8.
    ///
    /// # Errors
    /// For other sizes, or when there is no randomness.
    fn generate(bits: usize) -> Result<SecretBytes, Failed>;

    /// RSA-OAEP encryption; the result is as long as the modulus.
    ///
    /// # Errors
    /// When `message` is too long for the modulus, or there is no randomness.
    fn oaep_encrypt(key: &Self::PublicKey, message: &[u8], label: &[u8])
    -> Result<Vec<u8>, Failed>;

    /// RSA-OAEP decryption of a `ciphertext` exactly as long as the modulus.
    ///
    /// # Errors
    /// When the ciphertext was not made for this key and label.
    fn oaep_decrypt(
        key: &Self::PrivateKey,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Failed>;

    /// Signs `message` with RSASSA-PKCS1-v1_5.
    ///
    /// # Errors
    /// When there is no randomness for blinding.
    fn sign(key: &Self::PrivateKey, message: &[u8]) -> Result<Vec<u8>, Failed>;

    /// AES-GCM encryption in place with a key of 16, 24 or 32 bytes; appends the tag of 16 bytes.
    ///
    /// # Errors
    /// For other key lengths, or more than about 64 GiB of data.
    fn gcm_seal(
        key: &[u8],
        nonce: [u8; 12],
        aad: &[u8],
        in_out: &mut Vec<u8>,
    ) -> Result<(), Failed>;

    /// AES-GCM decryption in place; removes the tag. After an error the bytes are of no use.
    ///
    /// # Errors
    /// When key, nonce, associated data or any bit is not what it was sealed with.
    fn gcm_open(
        key: &[u8],
        nonce: [u8; 12],
        aad: &[u8],
        in_out: &mut Vec<u8>,
    ) -> Result<(), Failed>;
}
