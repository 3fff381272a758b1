//! The symmetric half of an envelope.

use zeroize::{Zeroize, Zeroizing};

use crate::SecretBytes;
use crate::backend::{Backend, Failed};
use crate::envelope::TAG_LEN;

/// The format has no room for a nonce. All zeros is safe as long as no key seals twice, which
/// [`SessionKey`] sees to.
const NONCE: [u8; 12] = [0; 12];

/// A fresh AES-256 key for one value. Sealing consumes it, so that it cannot seal a second one:
///
/// ```compile_fail,E0382
/// use lacre_crypto::{SessionKey, backend};
/// let key = SessionKey::generate::<backend::Preferred>().unwrap();
/// let one = key.seal::<backend::Preferred>(b"one");
/// let two = key.seal::<backend::Preferred>(b"two"); // moved above
/// ```
/// ```compile_fail,E0599
/// use lacre_crypto::{SessionKey, backend};
/// let key = SessionKey::generate::<backend::Preferred>().unwrap();
/// let copy = key.clone(); // no Clone
/// ```
pub struct SessionKey(
    // On the heap: moving an array would leave copies on the stack.
    Zeroizing<Vec<u8>>,
);

impl SessionKey {
    /// A random key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn generate<B: Backend>() -> Result<Self, Failed> {
        let mut key = Zeroizing::new(vec![0; 32]);
        B::random(&mut key)?;
        Ok(Self(key))
    }

    /// Encrypts the key itself for the holder of the private key.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn wrap<B: Backend>(&self, to: &B::PublicKey, label: &[u8]) -> Result<Vec<u8>, Failed> {
        B::oaep_encrypt(to, &self.0, label)
    }

    /// Encrypts `plaintext` and ends the life of the key. The result is 16 bytes longer.
    ///
    /// # Errors
    /// When `plaintext` is beyond AES-GCM's limit of about 64 GiB.
    pub fn seal<B: Backend>(self, plaintext: &[u8]) -> Result<Vec<u8>, Failed> {
        // Room for the tag from the start: growing would leave a copy of the plaintext behind.
        let mut in_out = Vec::with_capacity(plaintext.len() + TAG_LEN);
        in_out.extend_from_slice(plaintext);
        match B::gcm_seal(&self.0, NONCE, &[], &mut in_out) {
            Ok(()) => Ok(in_out),
            Err(failed) => {
                in_out.zeroize();
                Err(failed)
            }
        }
    }
}

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey([redacted])")
    }
}

/// Opens a sealed part. Keys of 16 and 24 bytes open too, as they do upstream.
pub(crate) fn open<B: Backend>(key: &[u8], sealed_part: &[u8]) -> Result<SecretBytes, Failed> {
    let mut in_out = Zeroizing::new(sealed_part.to_vec());
    B::gcm_open(key, NONCE, &[], &mut in_out)?;
    Ok(SecretBytes::new(std::mem::take(&mut *in_out)))
}
