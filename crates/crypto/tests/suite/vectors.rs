//! What the real sealed-secrets sealed opens here, with either backend.

use std::collections::BTreeMap;

use crate::support::{Pair, RawKey, base64, hex, pem_contents, vectors};
use lacre_crypto::backend::Backend;
use lacre_crypto::backend::native::Native;
use lacre_crypto::backend::portable::Portable;
use lacre_crypto::{Certificate, Identity, Keyring, Scope, UnsealingKey};
use serde::Deserialize;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct SealedValues {
    keys: Vec<Key>,
    vectors: Vec<Value>,
}

#[derive(Deserialize)]
struct Key {
    bits: usize,
    certificate_der_b64: String,
    pkcs1_der_b64: String,
    pkcs8_der_b64: String,
    spki_sha256_hex: String,
}

#[derive(Deserialize)]
struct Value {
    bits: usize,
    scope: String,
    namespace: String,
    name: String,
    label: String,
    size: usize,
    plaintext_sha256: String,
    sealed: String,
}

/// The rule by which the plaintexts of the vectors were made.
fn plaintext(size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for block in 0.. {
        if out.len() >= size {
            break;
        }
        out.extend_from_slice(&Sha256::digest(format!("lacre-vector-{size}-{block}")));
    }
    out.truncate(size);
    out
}

fn every_sealed_value_opens<B: Backend>() {
    let all: SealedValues = vectors("sealed-values.json");
    let pairs: BTreeMap<usize, Pair<B>> = all
        .keys
        .iter()
        .map(|key| {
            let raw = RawKey::from_pkcs8(base64(&key.pkcs8_der_b64));
            (key.bits, Pair::new(&raw))
        })
        .collect();
    assert_eq!(all.vectors.len(), 98);
    for value in &all.vectors {
        let identity = Identity {
            scope: value.scope.parse().unwrap(),
            namespace: &value.namespace,
            name: &value.name,
        };
        let label = identity.label();
        assert_eq!(label, value.label.as_bytes());
        let expected = plaintext(value.size);
        assert_eq!(hex(&Sha256::digest(&expected)), value.plaintext_sha256);
        let opened = pairs[&value.bits].open(&base64(&value.sealed), &label);
        let case = format!("{} bits, {}, {} bytes", value.bits, value.scope, value.size);
        assert!(opened.expect(&case).expose() == expected, "{case}");
    }
}

#[test]
fn every_value_that_kubeseal_sealed_opens_natively() {
    every_sealed_value_opens::<Native>();
}

#[test]
fn every_value_that_kubeseal_sealed_opens_portably() {
    every_sealed_value_opens::<Portable>();
}

#[test]
fn a_keyring_of_all_sizes_opens_every_sealed_value() {
    let all: SealedValues = vectors("sealed-values.json");
    let mut keyring = Keyring::new();
    for key in &all.keys {
        let read = UnsealingKey::from_pkcs1_der(&base64(&key.pkcs1_der_b64)).unwrap();
        assert_eq!(read.modulus_bits(), key.bits);
        keyring.add(read, i64::try_from(key.bits).unwrap(), key.bits.to_string());
    }
    for value in &all.vectors {
        let opened = keyring
            .open(&base64(&value.sealed), value.label.as_bytes())
            .unwrap();
        assert!(opened.plaintext.expose() == plaintext(value.size));
        assert_eq!(opened.tried, 1, "only one key is of that size");
    }
}

#[test]
fn certificates_and_both_forms_of_a_key_have_the_same_fingerprint() {
    let all: SealedValues = vectors("sealed-values.json");
    for key in &all.keys {
        let pkcs1 = UnsealingKey::from_pkcs1_der(&base64(&key.pkcs1_der_b64)).unwrap();
        let pkcs8 = UnsealingKey::from_pkcs8_der(&base64(&key.pkcs8_der_b64)).unwrap();
        let certificate = Certificate::from_der(&base64(&key.certificate_der_b64)).unwrap();
        let sealing = certificate.sealing_key().unwrap();
        assert_eq!(pkcs1.fingerprint(), pkcs8.fingerprint());
        assert_eq!(pkcs1.fingerprint(), sealing.fingerprint());
        assert_eq!(pkcs1.fingerprint().spki_hex(), key.spki_sha256_hex);
        assert_eq!(sealing.modulus_bits(), key.bits);
    }
}

#[derive(Deserialize)]
struct Envelopes {
    certificate_pem: String,
    private_key_pkcs1_pem: String,
    private_key_pkcs8_pem: String,
    public_key_fingerprint: String,
    v1_spec_data_b64_label_ns1_name1: String,
    envelopes: Vec<Corner>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Corner {
    name: String,
    #[serde(rename = "LabelUTF8")]
    label: String,
    plaintext_b64: String,
    envelope_b64: String,
}

fn every_corner_opens<B: Backend>() {
    let all: Envelopes = vectors("envelopes.json");
    let key = UnsealingKey::read_all_pem(all.private_key_pkcs1_pem.as_bytes()).unwrap();
    let der = pem_contents(all.private_key_pkcs8_pem.as_bytes());
    let pair = Pair::<B>::new(&RawKey::from_pkcs8(der));
    assert_eq!(pair.modulus_len * 8, key[0].modulus_bits());
    assert_eq!(all.envelopes.len(), 7);
    for corner in &all.envelopes {
        let opened = pair.open(&base64(&corner.envelope_b64), corner.label.as_bytes());
        assert_eq!(
            opened.expect(&corner.name).expose(),
            base64(&corner.plaintext_b64),
            "{}",
            corner.name
        );
    }
    // The old form: one envelope around the whole object.
    let whole = base64(&all.v1_spec_data_b64_label_ns1_name1);
    let opened = pair.open(&whole, b"ns1/name1").unwrap();
    let object: serde_json::Value = serde_json::from_slice(opened.expose()).unwrap();
    assert_eq!(object["metadata"]["name"], "name1");
}

#[test]
fn every_corner_of_the_format_opens_natively() {
    every_corner_opens::<Native>();
}

#[test]
fn every_corner_of_the_format_opens_portably() {
    every_corner_opens::<Portable>();
}

#[test]
fn the_controllers_own_key_and_certificate_are_read() {
    let all: Envelopes = vectors("envelopes.json");
    let certificates = Certificate::read_all_pem(all.certificate_pem.as_bytes()).unwrap();
    let pkcs1 = UnsealingKey::read_all_pem(all.private_key_pkcs1_pem.as_bytes()).unwrap();
    let pkcs8 = UnsealingKey::read_all_pem(all.private_key_pkcs8_pem.as_bytes()).unwrap();
    let sealing = certificates[0].sealing_key().unwrap();
    for fingerprint in [
        sealing.fingerprint(),
        pkcs1[0].fingerprint(),
        pkcs8[0].fingerprint(),
    ] {
        assert_eq!(fingerprint.ssh(), all.public_key_fingerprint);
    }
    assert_eq!(certificates[0].subject(), "");
    assert_eq!(certificates[0].usages(), ["encipher only"]);
    assert_eq!(certificates[0].to_pem(), all.certificate_pem);
    assert_eq!(
        String::from_utf8(pkcs8[0].to_pkcs1_pem().expose().to_vec()).unwrap(),
        all.private_key_pkcs1_pem
    );

    let identity = Identity {
        scope: Scope::Strict,
        namespace: "ns1",
        name: "name1",
    };
    let envelope = sealing.seal(b"value", &identity.label()).unwrap();
    let mut keyring = Keyring::new();
    keyring.add(pkcs1.into_iter().next().unwrap(), 0, String::new());
    let opened = keyring.open(&envelope, &identity.label()).unwrap();
    assert_eq!(opened.plaintext.expose(), b"value");
}
