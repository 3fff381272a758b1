//! Which private keys are read, and what is said about the rest.

use lacre_crypto::{KeyError, PublicKeyError, SealingKey, UnsealingKey};

use crate::support::{fixture, hex};

fn not_rsa(algorithm: &str) -> KeyError {
    KeyError::NotRsa {
        algorithm: algorithm.to_owned(),
    }
}

fn read(text: &[u8]) -> Result<Vec<usize>, KeyError> {
    let keys = UnsealingKey::read_all_pem(text)?;
    Ok(keys.iter().map(UnsealingKey::modulus_bits).collect())
}

fn read_first(text: &[u8]) -> Result<usize, KeyError> {
    UnsealingKey::read_first_pem(text).map(|key| key.modulus_bits())
}

#[test]
fn every_kind_of_file_is_read_or_named() {
    let table = [
        ("rsa2048.pkcs1.pem", Ok(2048)),
        ("rsa2048.pkcs8.pem", Ok(2048)),
        ("rsa2048-exponent3.pem", Ok(2048)),
        ("rsa2050.pem", Ok(2050)),
        ("rsa1024.pem", Err(KeyError::Size { bits: 1024 })),
        ("rsa8200.pem", Err(KeyError::Size { bits: 8200 })),
        ("rsa2048-three-primes.pem", Err(KeyError::MultiPrime)),
        ("rsa2048.encrypted.pem", Err(KeyError::Encrypted)),
        ("rsa2048.encrypted-pkcs1.pem", Err(KeyError::Encrypted)),
        ("rsa2048.openssh.pem", Err(KeyError::OpenSsh)),
        ("rsa2048.public.pem", Err(KeyError::PublicKeyGiven)),
        ("rsa2048.cert.pem", Err(KeyError::CertificateGiven)),
        ("rsa2048.trusted.pem", Err(KeyError::CertificateGiven)),
        ("rsa-pss.pem", Err(not_rsa("RSA-PSS"))),
        ("ec.sec1.pem", Err(not_rsa("ECDSA"))),
        ("ec.pkcs8.pem", Err(not_rsa("ECDSA"))),
        ("ec-with-params.pem", Err(not_rsa("ECDSA"))),
        ("ed25519.pem", Err(not_rsa("Ed25519"))),
        ("base64-go.json", Err(KeyError::NoKey)),
    ];
    for (file, expected) in table {
        let text = fixture(file);
        assert_eq!(read_first(&text), expected, "{file}");
        assert_eq!(read(&text), expected.map(|bits| vec![bits]), "{file}");
    }
}

#[test]
fn other_texts_around_the_key_do_not_matter() {
    let key = String::from_utf8(fixture("rsa2048.pkcs1.pem")).unwrap();
    let certificate = String::from_utf8(fixture("rsa2048.cert.pem")).unwrap();
    let with_headers = key.replacen('\n', "\nBag: attributes\n\n", 1);
    for text in [
        key.replace('\n', "\r\n"),
        format!("Bag Attributes\n    friendlyName: key\n{key}"),
        format!("{certificate}{key}"),
        format!("{key}{certificate}"),
        with_headers,
        key.trim_end().to_owned(),
    ] {
        assert_eq!(read(text.as_bytes()), Ok(vec![2048]), "{text}");
        assert_eq!(read_first(text.as_bytes()), Ok(2048), "{text}");
    }
}

#[test]
fn what_is_no_key_is_an_error() {
    let pkcs1 = String::from_utf8(fixture("rsa2048.pkcs1.pem")).unwrap();
    let pkcs8 = String::from_utf8(fixture("rsa2048.pkcs8.pem")).unwrap();
    let relabel = |text: &str, from: &str, to: &str| {
        text.replace(&format!("BEGIN {from}"), &format!("BEGIN {to}"))
            .replace(&format!("END {from}"), &format!("END {to}"))
    };
    let table = [
        (String::new(), KeyError::NoKey),
        ("tls.key".to_owned(), KeyError::NoKey),
        // The label decides how the contents are read, as upstream.
        (
            relabel(&pkcs8, "PRIVATE", "RSA PRIVATE"),
            KeyError::Malformed,
        ),
        (
            relabel(&pkcs1, "RSA PRIVATE", "PRIVATE"),
            KeyError::Malformed,
        ),
        (relabel(&pkcs8, "PRIVATE", "EC PRIVATE"), not_rsa("ECDSA")),
        (relabel(&pkcs8, "PRIVATE", "ANY PRIVATE"), KeyError::NoKey),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n".to_owned(),
            KeyError::Malformed,
        ),
        (
            "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n".to_owned(),
            KeyError::Malformed,
        ),
        (pkcs1.replace("-----END", "----END"), KeyError::NoKey),
    ];
    for (text, expected) in table {
        assert_eq!(read(text.as_bytes()), Err(expected.clone()), "{text}");
        assert_eq!(read_first(text.as_bytes()), Err(expected), "{text}");
    }
}

#[test]
fn of_several_keys_all_are_read_and_the_first_decides() {
    let rsa = fixture("rsa2048.pkcs1.pem");
    let odd = fixture("rsa2050.pem");
    let ec = fixture("ec.sec1.pem");
    let broken = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_vec();
    let small = fixture("rsa1024.pem");
    let table = [
        (vec![&odd, &rsa], Ok(vec![2050, 2048]), Ok(2050)),
        (vec![&rsa, &rsa], Ok(vec![2048, 2048]), Ok(2048)),
        (vec![&broken, &rsa], Ok(vec![2048]), Ok(2048)),
        (vec![&ec, &rsa], Ok(vec![2048]), Err(not_rsa("ECDSA"))),
        (vec![&rsa, &ec], Ok(vec![2048]), Ok(2048)),
        (
            vec![&small, &rsa],
            Ok(vec![2048]),
            Err(KeyError::Size { bits: 1024 }),
        ),
        (
            vec![&broken, &ec],
            Err(KeyError::Malformed),
            Err(not_rsa("ECDSA")),
        ),
    ];
    for (files, all, first) in table {
        let text = files.into_iter().flatten().copied().collect::<Vec<u8>>();
        assert_eq!(read(&text), all);
        assert_eq!(read_first(&text), first);
    }
}

#[test]
fn numbers_that_do_not_belong_together_are_refused() {
    let key = UnsealingKey::read_first_pem(&fixture("rsa2048.pkcs1.pem")).unwrap();
    let pem = String::from_utf8(key.to_pkcs1_pem().expose().to_vec()).unwrap();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let der = lacre_crypto::decode_text(&body).unwrap();
    assert!(UnsealingKey::from_pkcs1_der(&der).is_ok());
    // In the middle of each number, from the modulus to the coefficient.
    for at in [100, 300, 600, 750, 900, 1000, 1150] {
        let mut broken = der.clone();
        broken[at] ^= 0x10;
        let error = UnsealingKey::from_pkcs1_der(&broken).unwrap_err();
        assert_eq!(error, KeyError::Invalid, "byte {at}");
    }
    for cut in [0, 1, 4, 100, der.len() - 1] {
        let error = UnsealingKey::from_pkcs1_der(&der[..cut]).unwrap_err();
        assert_eq!(error, KeyError::Malformed, "{cut} bytes");
    }
    let longer = [&der[..], &[0]].concat();
    assert!(UnsealingKey::from_pkcs1_der(&longer).is_err());
}

#[test]
fn fingerprints_are_those_of_openssh_and_openssl() {
    // From `ssh-keygen -lf` and `openssl pkey -pubout -outform DER | sha256sum`.
    let ssh = "SHA256:lHDvWz+OZ+X8Ssl9iHYui+xTjRzKbXM4EYsoUXgF07c";
    let spki = "cc66d39b8ede7ef748956673a2442582e4ecc7fab133ffcb00564b8b1a271a3a";
    for file in ["rsa2048.pkcs1.pem", "rsa2048.pkcs8.pem"] {
        let key = UnsealingKey::read_first_pem(&fixture(file)).unwrap();
        let fingerprint = key.fingerprint();
        assert_eq!(fingerprint.ssh(), ssh);
        assert_eq!(fingerprint.to_string(), ssh);
        assert_eq!(fingerprint.spki_hex(), spki);
        assert_eq!(hex(&fingerprint.spki_sha256()), spki);
        assert_eq!(
            format!("{key:?}"),
            format!("UnsealingKey(Fingerprint({ssh}))")
        );
    }
    for (file, spki) in [
        (
            "rsa2050.pem",
            "e1123b0e2fe96c5615a044a4eff6793a47f24eabfa83c5f766a8e24503b4efa9",
        ),
        (
            "rsa2048-exponent3.pem",
            "f2ca94ae30d58bdbde9f9bb8e2ab024bf0cb7f98c43bddaf27670536b254f95d",
        ),
    ] {
        let key = UnsealingKey::read_first_pem(&fixture(file)).unwrap();
        assert_eq!(key.fingerprint().spki_hex(), spki);
    }
}

#[test]
fn generated_keys_are_written_and_read_again() {
    let key = UnsealingKey::generate(2048).unwrap();
    assert_eq!(key.modulus_bits(), 2048);
    let pem = key.to_pkcs1_pem();
    assert!(
        pem.expose()
            .starts_with(b"-----BEGIN RSA PRIVATE KEY-----\n")
    );
    let again = UnsealingKey::read_first_pem(pem.expose()).unwrap();
    assert_eq!(again.fingerprint(), key.fingerprint());
    for bits in [0, 1024, 2047, 2049, 16384] {
        let error = UnsealingKey::generate(bits).unwrap_err();
        assert_eq!(error, KeyError::GeneratedSize { bits });
    }
}

#[test]
fn public_keys_are_read_or_named() {
    let key = UnsealingKey::read_first_pem(&fixture("rsa2048.pkcs1.pem")).unwrap();
    let spki = key.public_key_der();
    let sealing = SealingKey::from_public_key_der(spki).unwrap();
    assert_eq!(sealing.fingerprint(), key.fingerprint());
    assert_eq!(sealing.public_key_der(), spki);
    for cut in [0, 1, 20, spki.len() - 1] {
        let error = SealingKey::from_public_key_der(&spki[..cut]).unwrap_err();
        assert_eq!(error, PublicKeyError::Malformed);
    }
    // An even exponent: 65536 instead of 65537.
    let mut even = spki.to_vec();
    *even.last_mut().unwrap() = 0;
    let error = SealingKey::from_public_key_der(&even).unwrap_err();
    assert_eq!(error, PublicKeyError::Invalid);
}

#[test]
fn no_error_quotes_the_data() {
    let secret = "c2VjcmV0LWxvb2tpbmc";
    let text = format!("-----BEGIN PRIVATE KEY-----\n{secret}=\n-----END PRIVATE KEY-----\n");
    let error = UnsealingKey::read_all_pem(text.as_bytes()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("secret"));
    assert!(!format!("{error} {error:?}").contains(secret));
}
