//! Which private keys a PEM text holds.

use pkcs8::AlgorithmIdentifierRef;
use pkcs8::der::asn1::{AnyRef, OctetStringRef, SequenceRef};
use pkcs8::der::{Decode, Reader, SliceReader};

use super::{KeyError, UnsealingKey, numbers};
use crate::pem::{self, Block};

/// See [`UnsealingKey::read_all_pem`].
pub(super) fn all(text: &[u8]) -> Result<Vec<UnsealingKey>, KeyError> {
    let mut keys = Vec::new();
    let mut first_error = None;
    for block in pem::blocks(text) {
        match read(&block) {
            Some(Ok(key)) => keys.push(key),
            Some(Err(error)) => first_error = first_error.or(Some(error)),
            None => {}
        }
    }
    if keys.is_empty() {
        return Err(first_error.unwrap_or_else(|| what_else(text)));
    }
    Ok(keys)
}

/// See [`UnsealingKey::read_first_pem`].
pub(super) fn first(text: &[u8]) -> Result<UnsealingKey, KeyError> {
    let mut first_error = None;
    for block in pem::blocks(text) {
        match read(&block) {
            Some(Ok(key)) => return Ok(key),
            // Upstream goes on past what it cannot read, but not past a key that it cannot use.
            Some(Err(
                error @ (KeyError::NotRsa { .. } | KeyError::Size { .. } | KeyError::MultiPrime),
            )) => return Err(error),
            Some(Err(error)) => first_error = first_error.or(Some(error)),
            None => {}
        }
    }
    Err(first_error.unwrap_or_else(|| what_else(text)))
}

/// `None` for a block that is not for a private key.
fn read(block: &Block<'_>) -> Option<Result<UnsealingKey, KeyError>> {
    let der = block.contents.expose();
    let encrypted = block
        .headers
        .iter()
        .any(|(key, value)| *key == b"Proc-Type" && value.ends_with(b"ENCRYPTED"));
    Some(match block.label {
        b"RSA PRIVATE KEY" | b"PRIVATE KEY" | b"EC PRIVATE KEY" if encrypted => {
            Err(KeyError::Encrypted)
        }
        b"RSA PRIVATE KEY" => UnsealingKey::from_pkcs1_der(der),
        b"PRIVATE KEY" => UnsealingKey::from_pkcs8_der(der),
        b"EC PRIVATE KEY" => Err(not_rsa("ECDSA", der)),
        b"DSA PRIVATE KEY" => Err(not_rsa("DSA", der)),
        b"ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
        b"OPENSSH PRIVATE KEY" => Err(KeyError::OpenSsh),
        _ => return None,
    })
}

/// The label of a block says its algorithm; the contents should at least be a DER sequence.
fn not_rsa(algorithm: &str, der: &[u8]) -> KeyError {
    match <&SequenceRef>::from_der(der) {
        Ok(_) => KeyError::NotRsa {
            algorithm: algorithm.to_owned(),
        },
        Err(_) => KeyError::Malformed,
    }
}

/// What a text without any private key is instead.
fn what_else(text: &[u8]) -> KeyError {
    for block in pem::blocks(text) {
        match block.label {
            b"CERTIFICATE" | b"TRUSTED CERTIFICATE" => return KeyError::CertificateGiven,
            b"PUBLIC KEY" | b"RSA PUBLIC KEY" => return KeyError::PublicKeyGiven,
            _ => {}
        }
    }
    KeyError::NoKey
}

/// The PKCS#1 key inside PKCS#8. Attributes and whatever else follows the key are ignored, as
/// Go's reader does: only the first three fields count.
pub(super) fn pkcs1_in_pkcs8(der: &[u8]) -> Result<&[u8], KeyError> {
    let fields = || {
        let whole = AnyRef::decode(&mut SliceReader::new(der)?)?;
        whole.sequence(|fields| {
            u8::decode(fields)?;
            let algorithm = AlgorithmIdentifierRef::decode(fields)?;
            let key = <&OctetStringRef>::decode(fields)?;
            fields.read_slice(fields.remaining_len())?;
            Ok::<_, pkcs8::der::Error>((algorithm, key))
        })
    };
    let (algorithm, key) = fields().map_err(|_| KeyError::Malformed)?;
    numbers::check_algorithm(&algorithm).map_err(|algorithm| KeyError::NotRsa { algorithm })?;
    Ok(key.as_bytes())
}
