//! Sealing and opening one value, for any backend.

use zeroize::Zeroizing;

use crate::SecretBytes;
use crate::backend::{Backend, Failed};
use crate::envelope::Envelope;
use crate::session::{self, SessionKey};

/// Sealing failed, which takes a system without randomness or a value beyond AES-GCM's 64 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("sealing failed: the system gave no randomness, or the value is beyond 64 GiB")]
pub struct SealError;

/// Why one key does not open an envelope. For the holder of the key: whoever may send envelopes
/// and must not read them should not learn which of these it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The RSA part is not for this key and label, or is damaged. Which of these cannot be known.
    #[error(
        "sealed with another key or for another namespace, name or scope, or its RSA part is damaged"
    )]
    RsaPart,
    /// The RSA part opens, so key and label are right, but what it holds is no AES key.
    #[error("the session key has {length} bytes, which AES does not take")]
    SessionKey {
        /// Length of what was found.
        length: usize,
    },
    /// The RSA part opens, so key and label are right, but the sealed part fails its check.
    #[error("key, namespace, name and scope are right, but the data is damaged")]
    SealedPart,
}

/// Makes the envelope of `plaintext` for the holder of `key`'s other half, bound to `label`.
///
/// # Errors
/// [`SealError`].
pub fn seal<B: Backend>(
    key: &B::PublicKey,
    plaintext: &[u8],
    label: &[u8],
) -> Result<Vec<u8>, SealError> {
    let parts = || -> Result<_, Failed> {
        let session = SessionKey::generate::<B>()?;
        Ok((
            session.wrap::<B>(key, label)?,
            session.seal::<B>(plaintext)?,
        ))
    };
    let (rsa_part, sealed_part) = parts().map_err(|_| SealError)?;
    Envelope::build(&rsa_part, &sealed_part).ok_or(SealError)
}

/// Opens `envelope` with a key whose modulus has `modulus_len` bytes.
///
/// # Errors
/// [`OpenError`].
pub fn open<B: Backend>(
    key: &B::PrivateKey,
    modulus_len: usize,
    envelope: &Envelope<'_>,
    label: &[u8],
) -> Result<SecretBytes, OpenError> {
    // Some encoders drop leading zeros of the number; the padding puts them back.
    let part = envelope.rsa_part();
    let missing = modulus_len
        .checked_sub(part.len())
        .ok_or(OpenError::RsaPart)?;
    let session_key: Zeroizing<Vec<u8>> = if missing == 0 {
        B::oaep_decrypt(key, part, label)
    } else {
        B::oaep_decrypt(key, &[&vec![0; missing], part].concat(), label)
    }
    .map_err(|_| OpenError::RsaPart)?;
    if !matches!(session_key.len(), 16 | 24 | 32) {
        return Err(OpenError::SessionKey {
            length: session_key.len(),
        });
    }
    session::open::<B>(&session_key, envelope.sealed_part()).map_err(|_| OpenError::SealedPart)
}
