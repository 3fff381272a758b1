//! Manifests go from `lacre` to the real kubeseal and back, as users' repositories do.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lacre_tests::keys;
use lacre_tests::programs::{Profile, command, kubeseal, lacre, run};
use serde_json::{Deserializer, Value};
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;
use tempfile::TempDir;

/// Built once for all tests of this file.
static LACRE: LazyLock<PathBuf> = LazyLock::new(|| lacre(Profile::Dev).unwrap());
static KUBESEAL: LazyLock<PathBuf> = LazyLock::new(|| kubeseal().unwrap());

/// A Secret of each scope, of what YAML makes hard to read, and of what no text holds.
const SECRETS: &str = r#"# comments don't matter
apiVersion: v1
kind: Secret
metadata: {name: strict, namespace: team-a, labels: {app: "on"}}
type: Opaque
stringData:
  password: "yes"
  long: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb cccccccccccccccc"
  lines: |
    first: 1
      second
---
apiVersion: v1
kind: Secret
metadata:
  name: namespace-wide
  namespace: team-a
  annotations: {sealedsecrets.bitnami.com/namespace-wide: "true", note: "0777"}
data:
  binary: AAEC/v8=
immutable: true
---
apiVersion: v1
kind: Secret
metadata:
  name: cluster-wide
  namespace: team-a
  annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}
data: {token: MTIz}
stringData: {token: "clash: this one wins", unicode: "señor 数据 🔑"}
"#;

/// Item and value.
type Items = Vec<(&'static str, Vec<u8>)>;

/// Name and items of each of [`SECRETS`].
fn expected() -> Vec<(&'static str, Items)> {
    let long = format!("{} {} {}", "a".repeat(40), "b".repeat(47), "c".repeat(16));
    vec![
        (
            "strict",
            vec![
                ("lines", b"first: 1\n  second\n".to_vec()),
                ("long", long.into_bytes()),
                ("password", b"yes".to_vec()),
            ],
        ),
        (
            "namespace-wide",
            vec![("binary", vec![0, 1, 2, 0xFE, 0xFF])],
        ),
        (
            "cluster-wide",
            vec![
                ("token", b"clash: this one wins".to_vec()),
                ("unicode", "señor 数据 🔑".into()),
            ],
        ),
    ]
}

/// A folder with `cert.pem` and `key.pem`, which every command is run in.
struct Workshop(TempDir);

impl Workshop {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let key = keys::of(2048).unwrap();
        fs::write(folder.path().join("cert.pem"), key.certificate).unwrap();
        fs::write(folder.path().join("key.pem"), key.pkcs1).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).unwrap()
    }

    fn lacre(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Vec<u8> {
        run(
            command(&LACRE).current_dir(&self.0).args(arguments),
            input.as_ref(),
        )
        .unwrap()
    }

    fn kubeseal(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Vec<u8> {
        run(
            command(&KUBESEAL).current_dir(&self.0).args(arguments),
            input.as_ref(),
        )
        .unwrap()
    }

    /// Opens SealedSecrets one by one, since kubeseal reads the first only.
    fn kubeseal_opens<'a>(&self, sealed: impl IntoIterator<Item = &'a [u8]>) -> Vec<Value> {
        let unseal = |document: &[u8]| {
            self.kubeseal(
                &["--recovery-unseal", "--recovery-private-key", "key.pem"],
                document,
            )
        };
        sealed
            .into_iter()
            .map(|document| serde_json::from_slice(&unseal(document)).unwrap())
            .collect()
    }
}

/// The objects of a stream of JSON.
fn objects(stream: &[u8]) -> Vec<Value> {
    Deserializer::from_slice(stream)
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

fn assert_expected(secrets: &[Value]) {
    assert_eq!(secrets.len(), expected().len());
    for (secret, (name, items)) in secrets.iter().zip(expected()) {
        assert_eq!(secret["kind"], "Secret");
        assert_eq!(secret["metadata"]["name"], name);
        assert_eq!(secret["metadata"]["namespace"], "team-a");
        let data = secret["data"].as_object().unwrap();
        assert_eq!(data.len(), items.len(), "{name}");
        for (item, value) in items {
            assert_eq!(
                BASE64_STANDARD
                    .decode(data[item].as_str().unwrap())
                    .unwrap(),
                value,
                "{name}: {item}"
            );
        }
    }
    assert_eq!(secrets[0]["type"], "Opaque");
    assert_eq!(secrets[0]["metadata"]["labels"]["app"], "on");
    assert_eq!(secrets[1]["immutable"], true);
    assert_eq!(secrets[1]["metadata"]["annotations"]["note"], "0777");
}

#[test]
fn kubeseal_opens_the_yaml_that_lacre_seals() {
    let workshop = Workshop::new();
    let sealed =
        String::from_utf8(workshop.lacre(&["seal", "--cert", "cert.pem"], SECRETS)).unwrap();
    let documents: Vec<&[u8]> = sealed
        .split("---\n")
        .filter(|document| !document.trim().is_empty())
        .map(str::as_bytes)
        .collect();
    assert_expected(&workshop.kubeseal_opens(documents));
}

#[test]
fn kubeseal_opens_the_json_that_lacre_seals() {
    let workshop = Workshop::new();
    let sealed = objects(&workshop.lacre(&["seal", "--cert", "cert.pem", "-o", "json"], SECRETS));
    let documents: Vec<Vec<u8>> = sealed
        .iter()
        .map(|object| serde_json::to_vec(object).unwrap())
        .collect();
    assert_expected(&workshop.kubeseal_opens(documents.iter().map(Vec::as_slice)));
}

#[test]
fn lacre_opens_what_kubeseal_seals_in_either_format() {
    let workshop = Workshop::new();
    for format in ["yaml", "json"] {
        let sealed = workshop.kubeseal(&["--cert", "cert.pem", "-o", format], SECRETS);
        workshop.write("sealed", sealed);
        assert_expected(&objects(
            &workshop.lacre(&["unseal", "sealed", "--key", "key.pem", "-o", "json"], ""),
        ));
    }
}

#[test]
fn values_merged_by_lacre_into_kubeseals_file_open_beside_its_own() {
    let workshop = Workshop::new();
    let secret = |item: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod}}\nstringData: {{{item}: value of {item}}}\n"
        )
    };
    let made = workshop.kubeseal(&["--cert", "cert.pem", "-o", "yaml"], secret("old"));
    workshop.write(
        "db.yaml",
        [b"# ours since 2019\n".as_slice(), &made].concat(),
    );
    workshop.lacre(
        &["seal", "--cert", "cert.pem", "--merge-into", "db.yaml"],
        secret("new"),
    );
    let merged = workshop.read("db.yaml");
    assert!(merged.starts_with(b"# ours since 2019\n"));
    let opened = &workshop.kubeseal_opens([merged.as_slice()])[0];
    for item in ["old", "new"] {
        assert_eq!(
            opened["data"][item],
            BASE64_STANDARD.encode(format!("value of {item}"))
        );
    }
}

#[test]
fn a_raw_value_of_either_opens_with_the_other() {
    let workshop = Workshop::new();
    let around = |value: &[u8]| {
        let value = String::from_utf8(value.to_vec()).unwrap();
        format!(
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {{name: db, namespace: prod}}\n\
             spec: {{encryptedData: {{value: {}}}}}\n",
            value.trim_end()
        )
    };
    let for_whom = [
        "--raw",
        "--name",
        "db",
        "--namespace",
        "prod",
        "--cert",
        "cert.pem",
    ];
    let ours = workshop.lacre(&[&["seal"], for_whom.as_slice()].concat(), "not trimmed \n");
    let opened = &workshop.kubeseal_opens([around(&ours).as_bytes()])[0];
    assert_eq!(
        opened["data"]["value"],
        BASE64_STANDARD.encode("not trimmed \n")
    );

    let theirs = workshop.kubeseal(&for_whom, "not trimmed \n");
    workshop.write("sealed.yaml", around(&theirs));
    assert_eq!(
        workshop.lacre(
            &[
                "unseal",
                "sealed.yaml",
                "--key",
                "key.pem",
                "--item",
                "value"
            ],
            ""
        ),
        b"not trimmed \n"
    );
}
