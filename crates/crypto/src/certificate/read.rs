//! Reading certificates, as leniently as upstream: names, usages and extensions do not matter.

use std::fmt;

use x509_parser::certificate::{X509Certificate, X509CertificateParser};
use x509_parser::extensions::KeyUsage;
use x509_parser::nom::Parser;
use x509_parser::oid_registry::OID_X509_EXT_KEY_USAGE;
use x509_parser::prelude::FromDer;

use crate::keys::{PublicKeyError, SealingKey, algorithm_name};
use crate::pem;

const LABEL: &str = "CERTIFICATE";

/// An X.509 certificate. Its signature is not checked: trust comes from where it was fetched.
#[derive(Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    public_key: Vec<u8>,
    algorithm: String,
    subject: String,
    serial: String,
    usages: Vec<String>,
    not_before: i64,
    not_after: i64,
}

/// Data that yields no certificate, or a certificate that cannot seal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No `CERTIFICATE` block without PEM headers.
    #[error("no certificate found: expected a PEM block `CERTIFICATE`")]
    NoCertificate,
    /// No certificate, but a private key.
    #[error(
        "this is a private key; sealing needs the certificate that belongs to it, and the private \
         key should not leave the cluster"
    )]
    PrivateKeyGiven,
    /// A block whose contents are not a certificate.
    #[error("certificate {number} is malformed")]
    Malformed {
        /// Which of the certificates, counted from 1.
        number: usize,
    },
    /// Its public key is not RSA.
    #[error("the certificate holds a key of type {algorithm}; sealing needs an RSA key")]
    NotRsa {
        /// Its usual name, or its object identifier.
        algorithm: String,
    },
    /// Its modulus is too small or too large.
    #[error("the certificate holds an RSA key of {bits} bits; it must have 2048 to 8192")]
    KeySize {
        /// Length of the modulus in bits.
        bits: usize,
    },
    /// Its public key cannot be used.
    #[error("the public key in the certificate is not valid")]
    InvalidKey,
}

impl From<PublicKeyError> for CertificateError {
    fn from(error: PublicKeyError) -> Self {
        match error {
            PublicKeyError::NotRsa { algorithm } => Self::NotRsa { algorithm },
            PublicKeyError::Size { bits } => Self::KeySize { bits },
            PublicKeyError::Malformed | PublicKeyError::Invalid => Self::InvalidKey,
        }
    }
}

impl Certificate {
    /// Every certificate in the PEM blocks of `text`. Text around them, other blocks and blocks
    /// with PEM headers are skipped. At least one is returned.
    ///
    /// # Errors
    /// [`CertificateError`]; one malformed certificate fails the whole text.
    pub fn read_all_pem(text: &[u8]) -> Result<Vec<Self>, CertificateError> {
        let mut found = Vec::new();
        let mut private_key = false;
        for block in pem::blocks(text) {
            private_key |= block.label.ends_with(b"PRIVATE KEY");
            if block.label != LABEL.as_bytes() || !block.headers.is_empty() {
                continue;
            }
            // Go takes several certificates in one block, one after the other.
            let mut rest = block.contents.expose();
            while !rest.is_empty() {
                let number = found.len() + 1;
                let (certificate, next) =
                    Self::parse(rest).ok_or(CertificateError::Malformed { number })?;
                found.push(certificate);
                rest = next;
            }
        }
        match (found.is_empty(), private_key) {
            (false, _) => Ok(found),
            (true, true) => Err(CertificateError::PrivateKeyGiven),
            (true, false) => Err(CertificateError::NoCertificate),
        }
    }

    /// Reads one certificate.
    ///
    /// # Errors
    /// [`CertificateError::Malformed`], also if anything follows it.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        match Self::parse(der) {
            Some((certificate, [])) => Ok(certificate),
            _ => Err(CertificateError::Malformed { number: 1 }),
        }
    }

    fn parse(der: &[u8]) -> Option<(Self, &[u8])> {
        let mut parser = X509CertificateParser::new().with_deep_parse_extensions(false);
        let (rest, parsed) = parser.parse(der).ok()?;
        let length = der.len().checked_sub(rest.len())?;
        let key = parsed.public_key();
        let certificate = Self {
            der: der.get(..length)?.to_vec(),
            public_key: key.raw.to_vec(),
            algorithm: algorithm_name(&key.algorithm.algorithm.to_id_string()),
            subject: parsed.subject().to_string(),
            serial: parsed.raw_serial_as_string(),
            usages: usages(&parsed),
            not_before: parsed.validity().not_before.timestamp(),
            not_after: parsed.validity().not_after.timestamp(),
        };
        Some((certificate, rest))
    }

    /// One PEM block, in lines of 64 characters.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let pem = pem::write(LABEL, &self.der);
        String::from_utf8_lossy(pem.expose()).into_owned()
    }

    /// The DER that was read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// Start of validity in seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn not_before(&self) -> i64 {
        self.not_before
    }

    /// Last second of validity, in seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn not_after(&self) -> i64 {
        self.not_after
    }

    /// Whether validity is over at `unix` (seconds since 1970-01-01 UTC).
    #[must_use]
    pub const fn is_expired_at(&self, unix: i64) -> bool {
        unix > self.not_after
    }

    /// Whether validity is still to begin at `unix` (seconds since 1970-01-01 UTC).
    #[must_use]
    pub const fn is_not_yet_valid_at(&self, unix: i64) -> bool {
        unix < self.not_before
    }

    /// The subject for display, e.g. `CN=sealed-secrets`; empty in what the controller makes.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The serial number for display: bytes in hexadecimal, joined by colons.
    #[must_use]
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// What its key usage extension allows, for display, e.g. `encipher only`; nothing without the
    /// extension. Sealing does not go by it.
    #[must_use]
    pub fn usages(&self) -> &[String] {
        &self.usages
    }

    /// The kind of its public key, e.g. `RSA` or `ECDSA`.
    #[must_use]
    pub fn key_algorithm(&self) -> &str {
        &self.algorithm
    }

    /// Its public key, ready to seal. Dates are the caller's business.
    ///
    /// # Errors
    /// [`CertificateError::NotRsa`], [`CertificateError::KeySize`], [`CertificateError::InvalidKey`].
    pub fn sealing_key(&self) -> Result<SealingKey, CertificateError> {
        Ok(SealingKey::from_public_key_der(&self.public_key)?)
    }
}

fn usages(parsed: &X509Certificate<'_>) -> Vec<String> {
    let mut extensions = parsed.extensions().iter();
    extensions
        .find(|extension| extension.oid == OID_X509_EXT_KEY_USAGE)
        .and_then(|extension| KeyUsage::from_der(extension.value).ok())
        .map(|(_, usage)| usage.to_string().to_lowercase())
        .filter(|words| !words.is_empty())
        .map(|words| words.split(", ").map(str::to_owned).collect())
        .unwrap_or_default()
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate")
            .field("subject", &self.subject)
            .field("serial", &self.serial)
            .field("key_algorithm", &self.algorithm)
            .field("not_before", &self.not_before)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}
