//! The public numbers of a key, in the one form from which fingerprints are made.

use pkcs1::{RsaPrivateKeyRef, RsaPublicKeyRef};
use pkcs8::der::asn1::{BitStringRef, Null, OctetStringRef};
use pkcs8::der::{Decode, Encode};
use pkcs8::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use pkcs8::{AlgorithmIdentifierRef, ObjectIdentifier, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::PublicKeyError;
use crate::Fingerprint;
use crate::backend::MODULUS_BITS;

/// `rsaEncryption` of PKCS#1.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// Modulus and exponent, checked for size, with the DER forms that depend on nothing else.
pub(super) struct Numbers {
    /// Big-endian without leading zeros.
    pub(super) modulus: Vec<u8>,
    pub(super) modulus_bits: usize,
    /// DER `SubjectPublicKeyInfo` as everybody writes it, whatever form was read.
    pub(super) spki: Vec<u8>,
    pub(super) fingerprint: Fingerprint,
}

impl Numbers {
    pub(super) fn from_spki(der: &[u8]) -> Result<Self, PublicKeyError> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| PublicKeyError::Malformed)?;
        check_algorithm(&info.algorithm)
            .map_err(|algorithm| PublicKeyError::NotRsa { algorithm })?;
        let bits = info
            .subject_public_key
            .as_bytes()
            .ok_or(PublicKeyError::Malformed)?;
        let key = RsaPublicKeyRef::from_der(bits).map_err(|_| PublicKeyError::Malformed)?;
        Self::new(&key)
    }

    pub(super) fn from_private(key: &RsaPrivateKeyRef<'_>) -> Result<Self, PublicKeyError> {
        Self::new(&key.public_key())
    }

    fn new(key: &RsaPublicKeyRef<'_>) -> Result<Self, PublicKeyError> {
        let modulus = key.modulus.as_bytes();
        let modulus_bits = bit_length(modulus);
        if !MODULUS_BITS.contains(&modulus_bits) {
            return Err(PublicKeyError::Size { bits: modulus_bits });
        }
        let spki = key
            .to_der()
            .and_then(|key| {
                SubjectPublicKeyInfo {
                    algorithm: algorithm(),
                    subject_public_key: BitStringRef::from_bytes(&key)?,
                }
                .to_der()
            })
            .map_err(|_| PublicKeyError::Malformed)?;
        Ok(Self {
            fingerprint: Fingerprint::new(modulus, key.public_exponent.as_bytes(), &spki),
            modulus: modulus.to_vec(),
            modulus_bits,
            spki,
        })
    }
}

/// PKCS#8, as backends want it, around a PKCS#1 key.
pub(super) fn pkcs8_around(pkcs1: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let key = OctetStringRef::new(pkcs1).ok()?;
    let der = PrivateKeyInfoRef::new(algorithm(), key).to_der().ok()?;
    Some(Zeroizing::new(der))
}

/// `rsaEncryption` with the NULL that belongs to it.
fn algorithm() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef {
        oid: RSA,
        parameters: Some(Null.into()),
    }
}

/// # Errors
/// The name of an algorithm that is not RSA.
pub(super) fn check_algorithm(found: &AlgorithmIdentifierRef<'_>) -> Result<(), String> {
    if found.oid == RSA {
        Ok(())
    } else {
        Err(algorithm_name(&found.oid.to_string()))
    }
}

/// What people call a key algorithm; the object identifier itself for the less usual.
pub(crate) fn algorithm_name(oid: &str) -> String {
    match oid {
        "1.2.840.113549.1.1.1" => "RSA",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        "1.2.840.10045.2.1" => "ECDSA",
        "1.2.840.10040.4.1" => "DSA",
        "1.3.101.110" => "X25519",
        "1.3.101.111" => "X448",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        other => other,
    }
    .to_owned()
}

fn bit_length(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(0))
}
