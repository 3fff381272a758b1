//! AWS-LC through `aws-lc-rs`.

use aws_lc_rs::aead::{AES_128_GCM, AES_192_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use lacre_secret::SecretBytes;
use zeroize::Zeroizing;

use super::{Backend, Failed};

/// See the [module](self).
#[derive(Clone, Copy, Debug)]
pub struct Native;

/// AWS-LC offers decryption and signing on different types.
pub struct PrivateKey {
    decrypting: OaepPrivateDecryptingKey,
    plain: PrivateDecryptingKey,
}

impl Backend for Native {
    type PublicKey = OaepPublicEncryptingKey;
    type PrivateKey = PrivateKey;

    fn random(out: &mut [u8]) -> Result<(), Failed> {
        aws_lc_rs::rand::fill(out).map_err(|_| Failed)
    }

    fn public_key(spki: &[u8]) -> Result<Self::PublicKey, Failed> {
        let key = PublicEncryptingKey::from_der(spki).map_err(|_| Failed)?;
        OaepPublicEncryptingKey::new(key).map_err(|_| Failed)
    }

    fn private_key(pkcs8: &[u8]) -> Result<PrivateKey, Failed> {
        let plain = PrivateDecryptingKey::from_pkcs8(pkcs8).map_err(|_| Failed)?;
        let decrypting = OaepPrivateDecryptingKey::new(plain.clone()).map_err(|_| Failed)?;
        Ok(PrivateKey { decrypting, plain })
    }

    fn generate(bits: usize) -> Result<SecretBytes, Failed> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            8192 => KeySize::Rsa8192,
            _ => return Err(Failed),
        };
        let key = PrivateDecryptingKey::generate(size).map_err(|_| Failed)?;
        let der = key.as_der().map_err(|_| Failed)?;
        Ok(SecretBytes::from_slice(der.as_ref()))
    }

    fn oaep_encrypt(
        key: &Self::PublicKey,
        message: &[u8],
        label: &[u8],
    ) -> Result<Vec<u8>, Failed> {
        let mut out = vec![0; key.ciphertext_size()];
        let length = key
            .encrypt(&OAEP_SHA256_MGF1SHA256, message, &mut out, Some(label))
            .map_err(|_| Failed)?
            .len();
        out.truncate(length);
        Ok(out)
    }

    fn oaep_decrypt(
        key: &PrivateKey,
        ciphertext: &[u8],
        label: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Failed> {
        let key = &key.decrypting;
        let mut out = Zeroizing::new(vec![0; key.min_output_size()]);
        let length = key
            .decrypt(&OAEP_SHA256_MGF1SHA256, ciphertext, &mut out, Some(label))
            .map_err(|_| Failed)?
            .len();
        out.truncate(length);
        Ok(out)
    }

    fn sign(key: &PrivateKey, message: &[u8]) -> Result<Vec<u8>, Failed> {
        let der = key.plain.as_der().map_err(|_| Failed)?;
        let pair = RsaKeyPair::from_pkcs8(der.as_ref()).map_err(|_| Failed)?;
        let mut out = vec![0; pair.public_modulus_len()];
        let rng = aws_lc_rs::rand::SystemRandom::new();
        pair.sign(&RSA_PKCS1_SHA256, &rng, message, &mut out)
            .map_err(|_| Failed)?;
        Ok(out)
    }

    fn gcm_seal(
        key: &[u8],
        nonce: [u8; 12],
        aad: &[u8],
        in_out: &mut Vec<u8>,
    ) -> Result<(), Failed> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        aes(key)?
            .seal_in_place_append_tag(nonce, Aad::from(aad), in_out)
            .map_err(|_| Failed)
    }

    fn gcm_open(
        key: &[u8],
        nonce: [u8; 12],
        aad: &[u8],
        in_out: &mut Vec<u8>,
    ) -> Result<(), Failed> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let length = aes(key)?
            .open_in_place(nonce, Aad::from(aad), in_out)
            .map_err(|_| Failed)?
            .len();
        in_out.truncate(length);
        Ok(())
    }
}

fn aes(key: &[u8]) -> Result<LessSafeKey, Failed> {
    let algorithm = match key.len() {
        16 => &AES_128_GCM,
        24 => &AES_192_GCM,
        32 => &AES_256_GCM,
        _ => return Err(Failed),
    };
    UnboundKey::new(algorithm, key)
        .map(LessSafeKey::new)
        .map_err(|_| Failed)
}
