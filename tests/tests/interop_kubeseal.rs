//! What is sealed here opens with the real kubeseal, and what it seals opens here, with both backends.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lacre_crypto::backend::{self, Backend, native::Native, portable::Portable};
use lacre_crypto::{
    CLUSTER_WIDE_ANNOTATION, Envelope, Identity, NAMESPACE_WIDE_ANNOTATION, Scope, SecretBytes,
    UnsealingKey,
};
use lacre_tests::keys::{self, TestKey};
use lacre_tests::programs::{command, kubeseal, run};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

/// Bits of the keys that clusters have.
const BITS: [u64; 3] = [2048, 3072, 4096];
/// Around AES's block, RSA's blocks, pipes' buffers, and the most that a Secret may hold.
const SIZES: [usize; 9] = [0, 1, 15, 16, 17, 190, 4096, 65_536, 1_048_576];
const SCOPES: [Scope; 3] = [Scope::Strict, Scope::NamespaceWide, Scope::ClusterWide];

/// Items by name.
type Items = BTreeMap<String, Vec<u8>>;

fn identity(scope: Scope) -> Identity<'static> {
    Identity {
        scope,
        namespace: "team-a",
        name: "db.credentials",
    }
}

/// One item of each size; no two bytes in a row repeat, and no size begins like another.
fn items() -> Items {
    let bytes = |size: usize| {
        (0..size)
            .map(|at| (at * 31 + at / 251 + size) as u8)
            .collect()
    };
    SIZES
        .iter()
        .map(|size| (format!("bytes-{size}"), bytes(*size)))
        .collect()
}

fn annotations(scope: Scope) -> Value {
    match scope {
        Scope::Strict => json!({}),
        Scope::NamespaceWide => json!({ NAMESPACE_WIDE_ANNOTATION: "true" }),
        Scope::ClusterWide => json!({ CLUSTER_WIDE_ANNOTATION: "true" }),
    }
}

fn object(kind: &str, id: &Identity<'_>, rest: Value) -> Vec<u8> {
    let api_version = if kind == "Secret" {
        "v1"
    } else {
        "bitnami.com/v1alpha1"
    };
    let metadata =
        json!({ "name": id.name, "namespace": id.namespace, "annotations": annotations(id.scope) });
    let mut object = json!({ "apiVersion": api_version, "kind": kind, "metadata": metadata });
    object
        .as_object_mut()
        .unwrap()
        .extend(rest.as_object().unwrap().clone());
    serde_json::to_vec(&object).unwrap()
}

/// Base64 texts by name; a null, which is how kubeseal writes an empty value, is an empty one.
fn decoded(map: &Value) -> Items {
    let decode = |text: &Value| {
        BASE64_STANDARD
            .decode(text.as_str().unwrap_or_default())
            .unwrap()
    };
    map.as_object()
        .unwrap()
        .iter()
        .map(|(name, text)| (name.clone(), decode(text)))
        .collect()
}

fn encoded(items: &Items) -> Map<String, Value> {
    items
        .iter()
        .map(|(name, bytes)| (name.clone(), BASE64_STANDARD.encode(bytes).into()))
        .collect()
}

fn seal_here<B: Backend>(key: &TestKey, id: &Identity<'_>) -> Items {
    let private = UnsealingKey::read_first_pem(key.pkcs1.as_bytes()).unwrap();
    let public = B::public_key(private.public_key_der()).unwrap();
    let seal = |bytes: &[u8]| backend::seal::<B>(&public, bytes, &id.label()).unwrap();
    items()
        .into_iter()
        .map(|(name, bytes)| (name, seal(&bytes)))
        .collect()
}

fn open_here<B: Backend>(key: &TestKey, id: &Identity<'_>, sealed: &Items) -> Items {
    let private = B::private_key(&keys::der(&key.pkcs8).unwrap()).unwrap();
    let open = |bytes: &[u8]| -> SecretBytes {
        let envelope = Envelope::parse(bytes).unwrap();
        backend::open::<B>(
            &private,
            usize::try_from(key.bits).unwrap() / 8,
            &envelope,
            &id.label(),
        )
        .unwrap()
    };
    sealed
        .iter()
        .map(|(name, bytes)| (name.clone(), open(bytes).expose().to_vec()))
        .collect()
}

/// A folder with `cert.pem` and `key.pem`, and the path of kubeseal.
struct Bench {
    folder: TempDir,
    kubeseal: std::path::PathBuf,
}

impl Bench {
    fn new(certificate: &str, key: &str) -> Self {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("cert.pem"), certificate).unwrap();
        fs::write(folder.path().join("key.pem"), key).unwrap();
        Self {
            folder,
            kubeseal: kubeseal().unwrap(),
        }
    }

    fn kubeseal(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        run(
            command(&self.kubeseal)
                .current_dir(&self.folder)
                .args(arguments),
            input,
        )
        .unwrap()
    }

    fn kubeseal_opens(&self, id: &Identity<'_>, sealed: &Items) -> Items {
        let sealed = object(
            "SealedSecret",
            id,
            json!({ "spec": { "encryptedData": encoded(sealed) } }),
        );
        let output = self.kubeseal(
            &["--recovery-unseal", "--recovery-private-key", "key.pem"],
            &sealed,
        );
        decoded(&serde_json::from_slice::<Value>(&output).unwrap()["data"])
    }

    fn kubeseal_seals(&self, id: &Identity<'_>) -> Items {
        let secret = object("Secret", id, json!({ "data": encoded(&items()) }));
        let output = self.kubeseal(&["--cert", "cert.pem"], &secret);
        decoded(&serde_json::from_slice::<Value>(&output).unwrap()["spec"]["encryptedData"])
    }
}

fn for_every_key_and_scope(check: impl Fn(&Bench, &TestKey, &Identity<'_>)) {
    for bits in BITS {
        let key = keys::of(bits).unwrap();
        let bench = Bench::new(&key.certificate, &key.pkcs1);
        for scope in SCOPES {
            check(&bench, &key, &identity(scope));
        }
    }
}

#[test]
fn kubeseal_opens_what_is_sealed_here() {
    for_every_key_and_scope(|bench, key, id| {
        for (backend, sealed) in [
            ("native", seal_here::<Native>(key, id)),
            ("portable", seal_here::<Portable>(key, id)),
        ] {
            assert!(
                bench.kubeseal_opens(id, &sealed) == items(),
                "{backend}, {} bits, {}",
                key.bits,
                id.scope
            );
        }
    });
}

#[test]
fn what_kubeseal_seals_opens_here() {
    for_every_key_and_scope(|bench, key, id| {
        let sealed = bench.kubeseal_seals(id);
        assert!(
            open_here::<Native>(key, id, &sealed) == items(),
            "native, {} bits, {}",
            key.bits,
            id.scope
        );
        assert!(
            open_here::<Portable>(key, id, &sealed) == items(),
            "portable, {} bits, {}",
            key.bits,
            id.scope
        );
    });
}

#[test]
fn an_8192_bit_key_and_names_beyond_ascii_are_no_exception() {
    let key = keys::of(8192).unwrap();
    let bench = Bench::new(&key.certificate, &key.pkcs8);
    // Neither program checks names: the label is their bytes.
    let id = Identity {
        scope: Scope::Strict,
        namespace: "équipe",
        name: "数据库",
    };
    assert!(bench.kubeseal_opens(&id, &seal_here::<Native>(&key, &id)) == items());
    assert!(open_here::<Native>(&key, &id, &bench.kubeseal_seals(&id)) == items());
}

#[test]
fn keys_and_certificates_made_here_serve_kubeseal() {
    let key = UnsealingKey::generate(2048).unwrap();
    let options = lacre_crypto::CertificateOptions {
        common_name: String::new(),
        not_before: 1_700_000_000,
        not_after: 4_000_000_000,
    };
    let certificate = lacre_crypto::issue_certificate(&key, &options)
        .unwrap()
        .to_pem();
    let pem = String::from_utf8(key.to_pkcs1_pem().expose().to_vec()).unwrap();
    let bench = Bench::new(&certificate, &pem);
    let id = identity(Scope::Strict);
    let secret = object(
        "Secret",
        &id,
        json!({ "stringData": { "password": "hunter2" } }),
    );
    let sealed = bench.kubeseal(&["--cert", "cert.pem"], &secret);
    let opened = bench.kubeseal(
        &["--recovery-unseal", "--recovery-private-key", "key.pem"],
        &sealed,
    );
    let opened: Value = serde_json::from_slice(&opened).unwrap();
    assert_eq!(decoded(&opened["data"])["password"], b"hunter2");
}

#[test]
fn both_refuse_a_value_that_was_moved_to_another_scope() {
    let key = keys::of(2048).unwrap();
    let bench = Bench::new(&key.certificate, &key.pkcs1);
    let private = UnsealingKey::read_first_pem(key.pkcs1.as_bytes()).unwrap();
    for sealed_for in SCOPES {
        let value = private
            .sealing_key()
            .unwrap()
            .seal(b"x", &identity(sealed_for).label())
            .unwrap();
        for found_in in SCOPES {
            let id = identity(found_in);
            let ours = private
                .open(&Envelope::parse(&value).unwrap(), &id.label())
                .is_ok();
            let spec =
                json!({ "spec": { "encryptedData": { "value": BASE64_STANDARD.encode(&value) } } });
            let mut unseal = command(&bench.kubeseal);
            unseal.current_dir(&bench.folder).args([
                "--recovery-unseal",
                "--recovery-private-key",
                "key.pem",
            ]);
            let theirs = run(&mut unseal, &object("SealedSecret", &id, spec)).is_ok();
            assert_eq!(
                (ours, theirs),
                (found_in == sealed_for, found_in == sealed_for),
                "{sealed_for} found in {found_in}"
            );
        }
    }
}
