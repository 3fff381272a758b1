//! Issuing the self-signed certificate that a controller hands out for a new key.

use pkcs8::SubjectPublicKeyInfoRef;
use pkcs8::der::Decode;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, KeyIdMethod,
    KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SerialNumber, SignatureAlgorithm, SigningKey,
};
use sha2::{Digest, Sha256};
use x509_parser::time::ASN1Time;

use super::{Certificate, CertificateError};
use crate::UnsealingKey;
use crate::backend::{self, Backend};

/// What the caller decides about a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateOptions {
    /// Subject and issuer; with an empty name both stay empty, which is upstream's default.
    pub common_name: String,
    /// Start of validity in seconds since 1970-01-01 UTC.
    pub not_before: i64,
    /// Last second of validity in seconds since 1970-01-01 UTC.
    pub not_after: i64,
}

/// A certificate could not be issued.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// Validity ends before it begins, or lies outside of the years 1950 to 9999.
    #[error("the validity must lie within the years 1950 to 9999 and begin before it ends")]
    Validity,
    /// The system has no randomness, or the key does not sign.
    #[error("the certificate could not be signed")]
    Signing,
}

impl From<CertificateError> for IssueError {
    fn from(_: CertificateError) -> Self {
        Self::Signing
    }
}

/// Issues a self-signed certificate like the controller's: version 3, a random serial number of
/// 128 bits, `sha256WithRSAEncryption`, key usage "encipher only", CA without path length (both
/// critical) and a subject key id.
///
/// # Errors
/// [`IssueError`].
pub fn issue_certificate(
    key: &UnsealingKey,
    options: &CertificateOptions,
) -> Result<Certificate, IssueError> {
    let signer = Signer::new(key).ok_or(IssueError::Signing)?;
    let mut serial = [0; 16];
    backend::Preferred::random(&mut serial).map_err(|_| IssueError::Signing)?;

    let mut params = CertificateParams::default();
    params.not_before = time(options.not_before)?.to_datetime();
    params.not_after = time(options.not_after)?.to_datetime();
    if options.not_after < options.not_before {
        return Err(IssueError::Validity);
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    params.distinguished_name = name(&options.common_name);
    params.key_usages = vec![KeyUsagePurpose::EncipherOnly];
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // RFC 7093, method 1.
    let id = Sha256::digest(&signer.public_key);
    params.key_identifier_method = KeyIdMethod::PreSpecified(id.iter().take(20).copied().collect());

    let issued = params
        .self_signed(&signer)
        .map_err(|_| IssueError::Signing)?;
    Ok(Certificate::from_der(issued.der())?)
}

fn name(common_name: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    if !common_name.is_empty() {
        name.push(DnType::CommonName, common_name);
    }
    name
}

fn time(unix: i64) -> Result<ASN1Time, IssueError> {
    const YEAR_1950: i64 = -631_152_000;
    const YEAR_10000: i64 = 253_402_300_800;
    if !(YEAR_1950..YEAR_10000).contains(&unix) {
        return Err(IssueError::Validity);
    }
    ASN1Time::from_timestamp(unix).map_err(|_| IssueError::Validity)
}

/// Lets `rcgen` sign with our key, so that it needs no cryptography of its own.
struct Signer<'a> {
    key: &'a UnsealingKey,
    public_key: Vec<u8>,
}

impl<'a> Signer<'a> {
    fn new(key: &'a UnsealingKey) -> Option<Self> {
        let info = SubjectPublicKeyInfoRef::from_der(key.public_key_der()).ok()?;
        let public_key = info.subject_public_key.as_bytes()?.to_vec();
        Some(Self { key, public_key })
    }
}

impl PublicKeyData for Signer<'_> {
    fn der_bytes(&self) -> &[u8] {
        &self.public_key
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        &PKCS_RSA_SHA256
    }
}

impl SigningKey for Signer<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        self.key
            .sign(message)
            .map_err(|_| rcgen::Error::RemoteKeyError)
    }
}
