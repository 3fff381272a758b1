//! Issued certificates are like the controller's.

use std::collections::BTreeSet;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use lacre_crypto::{Certificate, CertificateOptions, IssueError, UnsealingKey, issue_certificate};
use pkcs8::der::Decode;
use serde::Deserialize;
use x509_parser::prelude::{FromDer, X509Certificate, X509Extension};

use crate::support::{unsealing_key, vectors};

/// 2026-11-23 15:57:08 UTC.
const NOW: i64 = 1_795_449_428;
const TEN_YEARS: i64 = 3650 * 86400;

fn issue(key: &UnsealingKey, common_name: &str) -> Certificate {
    let options = CertificateOptions {
        common_name: common_name.to_owned(),
        not_before: NOW,
        not_after: NOW + TEN_YEARS,
    };
    issue_certificate(key, &options).unwrap()
}

/// What a certificate says apart from who, when and which key.
#[derive(Debug, PartialEq)]
struct Shape {
    version: u32,
    signature: String,
    /// Object identifier, critical or not, value; of the subject key id its length only.
    extensions: BTreeSet<(String, bool, Vec<u8>)>,
}

fn shape(certificate: &X509Certificate<'_>) -> Shape {
    let extension = |extension: &X509Extension<'_>| {
        let oid = extension.oid.to_id_string();
        let value = match oid.as_str() {
            "2.5.29.14" => vec![u8::try_from(extension.value.len()).unwrap()],
            _ => extension.value.to_vec(),
        };
        (oid, extension.critical, value)
    };
    Shape {
        version: certificate.version().0,
        signature: certificate.signature_algorithm.algorithm.to_id_string(),
        extensions: certificate.extensions().iter().map(extension).collect(),
    }
}

#[derive(Deserialize)]
struct Envelopes {
    certificate_pem: String,
}

#[test]
fn an_issued_certificate_has_the_shape_of_the_controllers() {
    let all: Envelopes = vectors("envelopes.json");
    let theirs = Certificate::read_all_pem(all.certificate_pem.as_bytes()).unwrap();
    let (_, theirs) = X509Certificate::from_der(theirs[0].der()).unwrap();
    let ours = issue(&unsealing_key(2048), "");
    let (rest, ours) = X509Certificate::from_der(ours.der()).unwrap();
    assert!(rest.is_empty());
    assert_eq!(shape(&ours), shape(&theirs));
    assert_eq!(shape(&ours).extensions.len(), 3);
    for name in [ours.subject(), ours.issuer()] {
        assert_eq!(name.as_raw(), theirs.subject().as_raw());
        assert_eq!(name.iter().count(), 0, "the name is empty");
    }
}

#[test]
fn it_is_read_again_with_what_was_asked_for() {
    let key = unsealing_key(2048);
    let certificate = issue(&key, "sealed-secrets");
    assert_eq!(certificate.not_before(), NOW);
    assert_eq!(certificate.not_after(), NOW + TEN_YEARS);
    assert_eq!(certificate.subject(), "CN=sealed-secrets");
    let again = Certificate::read_all_pem(certificate.to_pem().as_bytes()).unwrap();
    assert_eq!(again, std::slice::from_ref(&certificate));
    let sealing = certificate.sealing_key().unwrap();
    assert_eq!(sealing.fingerprint(), key.fingerprint());
}

#[test]
fn it_is_signed_by_its_own_key() {
    for bits in [2048, 4096] {
        let certificate = issue(&unsealing_key(bits), "self");
        let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
        let key = UnparsedPublicKey::new(
            &RSA_PKCS1_2048_8192_SHA256,
            parsed.public_key().subject_public_key.data.as_ref(),
        );
        key.verify(
            parsed.tbs_certificate.as_ref(),
            &parsed.signature_value.data,
        )
        .unwrap();
        assert_eq!(parsed.issuer(), parsed.subject());
    }
}

#[test]
fn serial_numbers_are_random_and_of_128_bits() {
    let key = unsealing_key(2048);
    let serials: Vec<Vec<u8>> = (0..8)
        .map(|_| {
            let certificate = issue(&key, "");
            let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
            let raw = parsed.raw_serial();
            assert!(raw[0] < 0x80, "never negative");
            assert!(raw.len() <= 17);
            raw.to_vec()
        })
        .collect();
    let different: BTreeSet<_> = serials.iter().collect();
    assert_eq!(different.len(), serials.len());
    assert!(serials.iter().any(|serial| serial.len() >= 16));
}

#[test]
fn any_common_name_is_written_as_it_is() {
    for name in [
        "sealed-secrets",
        "a b'()+,-./:=?",
        "under_score",
        "schlüssel",
        "#1",
    ] {
        let certificate = issue(&unsealing_key(2048), name);
        let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
        let attribute = parsed.subject().iter_common_name().next().unwrap();
        assert_eq!(attribute.as_str().unwrap(), name);
    }
}

#[test]
fn dates_before_and_after_2050_are_written_and_those_beyond_the_format_refused() {
    let key = unsealing_key(2048);
    let issue = |not_before, not_after| {
        let options = CertificateOptions {
            common_name: String::new(),
            not_before,
            not_after,
        };
        issue_certificate(&key, &options)
    };
    let (in_2049, in_2050, in_9999) = (2_524_607_999, 2_524_608_000, 253_402_300_799);
    for (from, to) in [
        (NOW, in_2049),
        (in_2049, in_2050),
        (in_2050, in_9999),
        (0, 0),
    ] {
        let certificate = issue(from, to).unwrap();
        assert_eq!(
            (certificate.not_before(), certificate.not_after()),
            (from, to)
        );
    }
    for (from, to) in [
        (NOW, NOW - 1),
        (NOW, in_9999 + 1),
        (-631_152_001, NOW),
        (i64::MIN, NOW),
        (NOW, i64::MAX),
    ] {
        assert_eq!(issue(from, to), Err(IssueError::Validity), "{from} {to}");
    }
}

#[test]
fn the_subject_key_id_is_the_first_half_of_a_digest_of_the_key() {
    use sha2::{Digest, Sha256};
    let certificate = issue(&unsealing_key(2048), "");
    let (_, parsed) = X509Certificate::from_der(certificate.der()).unwrap();
    let digest = Sha256::digest(&parsed.public_key().subject_public_key.data);
    let extension = parsed
        .extensions()
        .iter()
        .find(|extension| extension.oid.to_id_string() == "2.5.29.14")
        .unwrap();
    let id = <&pkcs8::der::asn1::OctetStringRef>::from_der(extension.value).unwrap();
    assert_eq!(id.as_bytes(), &digest[..20]);
}
