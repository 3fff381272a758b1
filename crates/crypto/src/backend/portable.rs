//! Pure Rust: `rsa` and `aes-gcm`. Slower, and needs nothing but a source of randomness.

use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes192;
use aes_gcm::{Aes128Gcm, Aes256Gcm, AesGcm};
use getrandom::SysRng;
use lacre_secret::SecretBytes;
use pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey};
use rsa::hazmat::rsa_decrypt_and_check;
use rsa::traits::PublicKeyParts;
use rsa::{BoxedUint, Oaep, Pkcs1v15Sign};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{Backend, Failed, MODULUS_BITS, oaep};

type Aes192Gcm = AesGcm<Aes192, U12>;

/// See the [module](self).
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Backend for Portable {
    type PublicKey = rsa::PublicKey;
    type PrivateKey = rsa::PrivateKey;

    fn random(out: &mut [u8]) -> Result<(), Failed> {
        getrandom::fill(out).map_err(|_| Failed)
    }

    fn public_key(spki: &[u8]) -> Result<rsa::PublicKey, Failed> {
        let key = rsa::PublicKey::from_public_key_der(spki).map_err(|_| Failed)?;
        within_limits(&key).then_some(key).ok_or(Failed)
    }

    fn private_key(pkcs8: &[u8]) -> Result<rsa::PrivateKey, Failed> {
        let key = rsa::PrivateKey::from_pkcs8_der(pkcs8).map_err(|_| Failed)?;
        within_limits(&key).then_some(key).ok_or(Failed)
    }

    fn generate(bits: usize) -> Result<SecretBytes, Failed> {
        if !super::GENERATED_BITS.contains(&bits) {
            return Err(Failed);
        }
        let key = rsa::PrivateKey::new(&mut SysRng, bits).map_err(|_| Failed)?;
        let der = key.to_pkcs8_der().map_err(|_| Failed)?;
        Ok(SecretBytes::from_slice(der.as_bytes()))
    }

    fn oaep_encrypt(key: &rsa::PublicKey, message: &[u8], label: &[u8]) -> Result<Vec<u8>, Failed> {
        key.encrypt(&mut SysRng, Oaep::<Sha256>::new_with_label(label), message)
            .map_err(|_| Failed)
    }

    /// The padding is taken off here and not by `rsa`, whose version 0.10 does not look at the
    /// first octet of the block: see [`oaep::unpad`].
    fn oaep_decrypt(
        key: &rsa::PrivateKey,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let size = key.size();
        if ciphertext.len() != size {
            return Err(Failed);
        }
        let number =
            BoxedUint::from_be_slice(ciphertext, key.n().bits_precision()).map_err(|_| Failed)?;
        let block = rsa_decrypt_and_check(key, Some(&mut SysRng), &number).map_err(|_| Failed)?;
        let block = Zeroizing::new(Zeroizing::new(block).to_be_bytes());
        // The number comes in whole machine words; the block is its last `size` bytes.
        let start = block.len().checked_sub(size).ok_or(Failed)?;
        let mut block = Zeroizing::new(block.get(start..).ok_or(Failed)?.to_vec());
        oaep::unpad(&mut block, label).ok_or(Failed)
    }

    fn sign(key: &rsa::PrivateKey, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let digest = Sha256::digest(message);
        key.sign_with_rng(&mut SysRng, Pkcs1v15Sign::new::<Sha256>(), &digest)
            .map_err(|_| Failed)
    }

    fn gcm_seal(
        key: &[u8],
        nonce: [u8; 12],
        aad: &[u8],
        in_out: &mut Vec<u8>,
    ) -> Result<(), Failed> {
        match key.len() {
            16 => seal::<Aes128Gcm>(key, nonce, aad, in_out),
            24 => seal::<Aes192Gcm>(key, nonce, aad, in_out),
            32 => seal::<Aes256Gcm>(key, nonce, aad, in_out),
            _ => Err(Failed),
        }
    }

    fn gcm_open(
        key: &[u8],
        nonce: [u8; 12],
        aad: &[u8],
        in_out: &mut Vec<u8>,
    ) -> Result<(), Failed> {
        match key.len() {
            16 => open::<Aes128Gcm>(key, nonce, aad, in_out),
            24 => open::<Aes192Gcm>(key, nonce, aad, in_out),
            32 => open::<Aes256Gcm>(key, nonce, aad, in_out),
            _ => Err(Failed),
        }
    }
}

fn within_limits(key: &impl PublicKeyParts) -> bool {
    usize::try_from(key.n().bit_width()).is_ok_and(|bits| MODULUS_BITS.contains(&bits))
}

fn seal<C: AeadInOut<NonceSize = U12> + KeyInit>(
    key: &[u8],
    nonce: [u8; 12],
    aad: &[u8],
    in_out: &mut Vec<u8>,
) -> Result<(), Failed> {
    C::new_from_slice(key)
        .map_err(|_| Failed)?
        .encrypt_in_place(&nonce.into(), aad, in_out)
        .map_err(|_| Failed)
}

fn open<C: AeadInOut<NonceSize = U12> + KeyInit>(
    key: &[u8],
    nonce: [u8; 12],
    aad: &[u8],
    in_out: &mut Vec<u8>,
) -> Result<(), Failed> {
    C::new_from_slice(key)
        .map_err(|_| Failed)?
        .decrypt_in_place(&nonce.into(), aad, in_out)
        .map_err(|_| Failed)
}
