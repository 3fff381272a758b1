//! Which certificates are read, and what is said about the rest.

use lacre_crypto::{Certificate, CertificateError, SealingKey};

use crate::support::fixture;

fn text(file: &str) -> String {
    String::from_utf8(fixture(file)).unwrap()
}

fn sealing_key(file: &str) -> Result<SealingKey, CertificateError> {
    Certificate::read_all_pem(&fixture(file))?[0].sealing_key()
}

fn not_rsa(algorithm: &str) -> CertificateError {
    CertificateError::NotRsa {
        algorithm: algorithm.to_owned(),
    }
}

#[test]
fn every_kind_of_file_seals_or_says_why_not() {
    let table = [
        ("rsa2048.cert.pem", Ok(2048)),
        ("rsa2048.v1.pem", Ok(2048)),
        ("rsa2048.unknown-critical.pem", Ok(2048)),
        ("rsa2050.cert.pem", Ok(2050)),
        (
            "rsa1024.cert.pem",
            Err(CertificateError::KeySize { bits: 1024 }),
        ),
        ("ec.cert.pem", Err(not_rsa("ECDSA"))),
        ("ed25519.cert.pem", Err(not_rsa("Ed25519"))),
        ("rsa-pss.cert.pem", Err(not_rsa("RSA-PSS"))),
        ("rsa2048.pkcs1.pem", Err(CertificateError::PrivateKeyGiven)),
        ("rsa2048.pkcs8.pem", Err(CertificateError::PrivateKeyGiven)),
        (
            "rsa2048.encrypted.pem",
            Err(CertificateError::PrivateKeyGiven),
        ),
        ("ec.sec1.pem", Err(CertificateError::PrivateKeyGiven)),
        ("rsa2048.public.pem", Err(CertificateError::NoCertificate)),
        ("rsa2048.trusted.pem", Err(CertificateError::NoCertificate)),
        ("pem-go.json", Err(CertificateError::NoCertificate)),
    ];
    for (file, expected) in table {
        let found = sealing_key(file).map(|key| key.modulus_bits());
        assert_eq!(found, expected, "{file}");
    }
}

#[test]
fn other_texts_around_certificates_do_not_matter() {
    let (one, ec, key) = (
        text("rsa2048.cert.pem"),
        text("ec.cert.pem"),
        text("rsa2048.pkcs1.pem"),
    );
    let with_headers = one.replacen('\n', "\nBag: attributes\n\n", 1);
    let table = [
        (one.clone(), vec!["RSA"]),
        (one.replace('\n', "\r\n"), vec!["RSA"]),
        (one.trim_end().to_owned(), vec!["RSA"]),
        (format!("subject=CN = x\n\n{one}"), vec!["RSA"]),
        (format!("garbage -----BEGIN \n{one}"), vec!["RSA"]),
        (format!("{key}{one}"), vec!["RSA"]),
        (format!("{one}{ec}"), vec!["RSA", "ECDSA"]),
        (format!("{ec}{one}"), vec!["ECDSA", "RSA"]),
        // Go leaves blocks with PEM headers out.
        (format!("{with_headers}{ec}"), vec!["ECDSA"]),
        (format!("{}{one}", text("rsa2048.trusted.pem")), vec!["RSA"]),
    ];
    for (text, expected) in table {
        let read = Certificate::read_all_pem(text.as_bytes()).expect(&text);
        let algorithms: Vec<_> = read.iter().map(Certificate::key_algorithm).collect();
        assert_eq!(algorithms, expected, "{text}");
    }
    let only_headers = Certificate::read_all_pem(with_headers.as_bytes());
    assert_eq!(only_headers, Err(CertificateError::NoCertificate));
}

#[test]
fn one_malformed_certificate_fails_the_text() {
    let one = text("rsa2048.cert.pem");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (text, number) in [
        (broken.to_owned(), 1),
        (format!("{broken}{one}"), 1),
        (format!("{one}{broken}"), 2),
    ] {
        let error = Certificate::read_all_pem(text.as_bytes()).unwrap_err();
        assert_eq!(error, CertificateError::Malformed { number });
    }
}

#[test]
fn several_certificates_may_stand_in_one_block() {
    let one = Certificate::read_all_pem(&fixture("rsa2048.cert.pem")).unwrap();
    let two = Certificate::read_all_pem(&fixture("ec.cert.pem")).unwrap();
    let both = [one[0].der(), two[0].der()].concat();
    let body = lacre_crypto::encode_text(&both);
    let pem = format!("-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n");
    let read = Certificate::read_all_pem(pem.as_bytes()).unwrap();
    assert_eq!(read, [one[0].clone(), two[0].clone()]);
    assert!(Certificate::from_der(&both).is_err(), "one and no more");
}

#[test]
fn every_truncation_is_refused() {
    let whole = Certificate::read_all_pem(&fixture("rsa2048.cert.pem")).unwrap();
    let der = whole[0].der();
    for keep in 0..der.len() {
        assert!(Certificate::from_der(&der[..keep]).is_err(), "{keep} bytes");
    }
}

#[test]
fn what_is_shown_of_a_certificate_is_what_openssl_shows() {
    let read = Certificate::read_all_pem(&fixture("rsa2048.cert.pem")).unwrap();
    let certificate = &read[0];
    assert_eq!(certificate.subject(), "CN=sealed-secrets, O=Example");
    assert_eq!(certificate.serial(), SERIAL);
    assert!(certificate.usages().is_empty(), "it has no such extension");
    assert_eq!(certificate.not_before(), NOT_BEFORE);
    assert_eq!(certificate.not_after(), NOT_BEFORE + 36500 * 86400);
    assert_eq!(certificate.to_pem(), text("rsa2048.cert.pem"));
    let debug = format!("{certificate:?}");
    assert!(debug.contains("CN=sealed-secrets"), "{debug}");
}

#[test]
fn validity_includes_its_first_and_its_last_second() {
    let read = Certificate::read_all_pem(&fixture("rsa2048.cert.pem")).unwrap();
    let certificate = &read[0];
    let (first, last) = (certificate.not_before(), certificate.not_after());
    for (at, early, late) in [
        (first - 1, true, false),
        (first, false, false),
        (last, false, false),
        (last + 1, false, true),
    ] {
        assert_eq!(certificate.is_not_yet_valid_at(at), early);
        assert_eq!(certificate.is_expired_at(at), late);
    }
}

/// From `openssl x509 -serial -startdate`.
const SERIAL: &str = "5b:2b:d4:de:01:06:ff:b6:47:f3:64:ac:07:d6:3f:22:fe:a7:a4:90";
const NOT_BEFORE: i64 = 1795472636;
