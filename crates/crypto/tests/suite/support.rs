//! What several tests of this crate need.

use std::path::PathBuf;
use std::sync::LazyLock;

use lacre_crypto::backend::{self, Backend};
use lacre_crypto::{Envelope, OpenError, SecretBytes, UnsealingKey, decode_text};
use rsa::BoxedUint;
use rsa::hazmat::rsa_encrypt;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The repository's recorded vectors.
pub(crate) fn vectors<T: for<'a> Deserialize<'a>>(file: &str) -> T {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/vectors")
        .join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// A file of `tests/fixtures`.
pub(crate) fn fixture(file: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub(crate) fn base64(text: &str) -> Vec<u8> {
    decode_text(text).unwrap()
}

/// What the first PEM block holds.
pub(crate) fn pem_contents(pem: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(pem.to_vec()).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
    base64(&body)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Both halves of one key pair as one backend holds them.
pub(crate) struct Pair<B: Backend> {
    pub(crate) public: B::PublicKey,
    pub(crate) private: B::PrivateKey,
    pub(crate) modulus_len: usize,
}

impl<B: Backend> Pair<B> {
    pub(crate) fn new(key: &RawKey) -> Self {
        Self {
            public: B::public_key(&key.spki).unwrap(),
            private: B::private_key(&key.pkcs8).unwrap(),
            modulus_len: key.modulus_len,
        }
    }

    pub(crate) fn seal(&self, plaintext: &[u8], label: &[u8]) -> Vec<u8> {
        backend::seal::<B>(&self.public, plaintext, label).unwrap()
    }

    pub(crate) fn open(&self, envelope: &[u8], label: &[u8]) -> Result<SecretBytes, OpenError> {
        let envelope = Envelope::parse(envelope).unwrap();
        backend::open::<B>(&self.private, self.modulus_len, &envelope, label)
    }
}

/// A throw-away key in the forms that backends take.
pub(crate) struct RawKey {
    pub(crate) pkcs8: Vec<u8>,
    pub(crate) spki: Vec<u8>,
    pub(crate) modulus_len: usize,
}

impl RawKey {
    pub(crate) fn from_pkcs8(pkcs8: Vec<u8>) -> Self {
        let key = UnsealingKey::from_pkcs8_der(&pkcs8).unwrap();
        Self {
            spki: key.public_key_der().to_vec(),
            modulus_len: key.modulus_bits().div_ceil(8),
            pkcs8,
        }
    }
}

#[derive(Deserialize)]
struct SealedValues {
    keys: Vec<KeyOfVectors>,
}

#[derive(Deserialize)]
struct KeyOfVectors {
    bits: usize,
    pkcs8_der_b64: String,
}

/// The key of that size in `sealed-values.json`.
pub(crate) fn raw_key(bits: usize) -> &'static RawKey {
    static KEYS: LazyLock<Vec<(usize, RawKey)>> = LazyLock::new(|| {
        vectors::<SealedValues>("sealed-values.json")
            .keys
            .into_iter()
            .map(|key| (key.bits, RawKey::from_pkcs8(base64(&key.pkcs8_der_b64))))
            .collect()
    });
    &KEYS.iter().find(|(size, _)| *size == bits).unwrap().1
}

pub(crate) fn unsealing_key(bits: usize) -> UnsealingKey {
    UnsealingKey::from_pkcs8_der(&raw_key(bits).pkcs8).unwrap()
}

/// RSA without any padding, to make ciphertexts that no honest encoder makes.
pub(crate) fn raw_rsa(spki: &[u8], block: &[u8]) -> Vec<u8> {
    let key = rsa::PublicKey::from_public_key_der(spki).unwrap();
    let number = BoxedUint::from_be_slice(block, key.n().bits_precision()).unwrap();
    assert!(
        number < *key.n().as_ref(),
        "the block must be below the modulus"
    );
    let bytes = rsa_encrypt(&key, &number).unwrap().to_be_bytes();
    bytes[bytes.len() - key.size()..].to_vec()
}

/// The parts of an OAEP block, open to meddling.
pub(crate) struct Oaep<'a> {
    pub(crate) first: u8,
    pub(crate) label: &'a [u8],
    /// What stands between the hash and the message: zeros, then a one.
    pub(crate) padding: Vec<u8>,
    pub(crate) message: &'a [u8],
}

impl<'a> Oaep<'a> {
    /// An honest one for a modulus of `size` bytes.
    pub(crate) fn new(size: usize, label: &'a [u8], message: &'a [u8]) -> Self {
        let mut padding = vec![0; size - 2 * 32 - 2 - message.len()];
        padding.push(1);
        Self {
            first: 0,
            label,
            padding,
            message,
        }
    }

    pub(crate) fn block(&self) -> Vec<u8> {
        let mut data = Sha256::digest(self.label).to_vec();
        data.extend_from_slice(&self.padding);
        data.extend_from_slice(self.message);
        let mut seed = [0x5e; 32];
        xor_mask(&mut data, &seed);
        xor_mask(&mut seed, &data);
        [&[self.first], &seed[..], &data].concat()
    }
}

fn xor_mask(out: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0_u32..).zip(out.chunks_mut(32)) {
        let stream = Sha256::digest([seed, &counter.to_be_bytes()].concat());
        for (byte, mask) in chunk.iter_mut().zip(stream) {
            *byte ^= mask;
        }
    }
}

/// An envelope with an RSA part of the caller's making.
pub(crate) fn envelope(rsa_part: &[u8], sealed_part: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rsa_part.len()).unwrap();
    [&length.to_be_bytes(), rsa_part, sealed_part].concat()
}
