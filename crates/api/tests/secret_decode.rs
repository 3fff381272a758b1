//! Reading Secrets from manifests: what kubeseal reads, and what is said about it.
#![cfg(test)]

use lacre_api::{Decoded, Problem, Secret};
use lacre_manifest::{LineIndex, Node, Stream};
use proptest::prelude::*;

fn document(source: &str) -> Stream {
    Stream::read(source.as_bytes()).unwrap()
}

fn node(stream: &Stream) -> &Node {
    stream
        .documents()
        .iter()
        .find_map(|document| document.node())
        .unwrap()
}

fn decode(source: &str) -> Decoded<Secret> {
    Secret::decode(node(&document(source)))
}

fn said(source: &str) -> Vec<String> {
    decode(source)
        .issues
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn value<'a>(decoded: &'a Decoded<Secret>, item: &str) -> &'a [u8] {
    decoded.object.data[item].expose()
}

const SOUND: &str = "\
apiVersion: v1
kind: Secret
metadata:
  name: db
  namespace: prod
  labels: {app: shop}
  annotations: {note: hello}
  finalizers: [example.com/f]
  creationTimestamp: null
  generateName: db-
type: kubernetes.io/basic-auth
immutable: true
data:
  username: YWRtaW4=
  password: b2xk
stringData:
  password: new
  port: \"5432\"
";

#[test]
fn a_sound_secret_reads_without_findings_and_string_data_wins() {
    let decoded = decode(SOUND);
    assert_eq!(decoded.issues, []);
    let secret = &decoded.object;
    assert_eq!(
        (secret.name(), secret.namespace()),
        (Some("db"), Some("prod"))
    );
    assert_eq!(secret.type_.as_deref(), Some("kubernetes.io/basic-auth"));
    assert_eq!(secret.immutable, Some(true));
    assert_eq!(secret.metadata.labels["app"], "shop");
    assert_eq!(secret.metadata.finalizers, ["example.com/f"]);
    assert_eq!(
        secret.metadata.other.keys().collect::<Vec<_>>(),
        ["generateName"]
    );
    assert_eq!(value(&decoded, "username"), b"admin");
    assert_eq!(value(&decoded, "password"), b"new");
    assert_eq!(value(&decoded, "port"), b"5432");
}

#[test]
fn what_reads_otherwise_than_it_looks_is_said() {
    let with = |body: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a}}\n{body}");
    let table = [
        (
            "data: {a: YQ==, a: Yg==}",
            "data.a is given twice, the last one counts",
        ),
        ("data: {a: 12}", "data.a is a number, must be a string"),
        ("data: {a: [x]}", "data.a is a list, must be a string"),
        (
            "data: {a: }",
            "data.a is null and is taken for an empty value",
        ),
        (
            "data: {a: _-8=}",
            "data.a is not standard base64, from byte 0 on (the alphabet is the URL-safe one)",
        ),
        (
            "data: {a: YQ=}",
            "data.a is not standard base64, from byte 3 on",
        ),
        ("data: x", "data is a string, must be an object"),
        (
            "data: {on: YQ==}",
            "data.true is written on, which YAML reads as another type",
        ),
        (
            "stringData: {a: 1.50}",
            "stringData.a is a number to YAML and becomes another text than the one written",
        ),
        (
            "stringData: {a: yes}",
            "stringData.a is a boolean to YAML and becomes another text than the one written",
        ),
        (
            "stringData: {a: 5432}",
            "stringData.a is a number to YAML, which kubectl refuses where a string belongs",
        ),
        (
            "stringData: {a: null}",
            "stringData.a is null and is left out",
        ),
        (
            "stringData: {a: {b: c}}",
            "stringData.a is an object, must be a string",
        ),
        ("DATA: {a: YQ==}", "DATA is spelt data"),
        ("bogus: 1", "bogus is no field of this kind and is ignored"),
        (
            "immutable: \"true\"",
            "immutable is a string, must be a boolean",
        ),
        ("type: [a]", "type is a list, must be a string"),
    ];
    for (body, expected) in table {
        assert_eq!(said(&with(body)), [expected], "{body}");
    }
    assert_eq!(
        said("apiVersion: v1\nkind: Secret\nmetadata: {name: on}"),
        ["metadata.name is a boolean to YAML and becomes \"true\""]
    );
    assert_eq!(
        said("apiVersion: v1\nkind: Secret\nmetadata: {name: a, namspace: b}"),
        ["metadata.namspace is no field of this kind and is ignored"]
    );
}

#[test]
fn what_kubeseal_reads_is_read() {
    let decoded = decode(
        "kind: Secret\nMetadata: {Name: x, namespace: 123}\nDATA: {foo: YmFy}\nstringData: {float: 1.50, bool: on, octal: 0123}",
    );
    assert_eq!(
        (decoded.object.name(), decoded.object.namespace()),
        (Some("x"), Some("123"))
    );
    assert_eq!(value(&decoded, "foo"), b"bar");
    assert_eq!(value(&decoded, "float"), b"1.5");
    assert_eq!(value(&decoded, "bool"), b"true");
    assert_eq!(value(&decoded, "octal"), b"83");
    let decoded = decode("data: {foo: YmFy, foo: cXV4}");
    assert_eq!(value(&decoded, "foo"), b"qux");
}

#[test]
fn other_kinds_are_an_error() {
    for (source, expected) in [
        (
            "apiVersion: v1\nkind: ConfigMap",
            "this is ConfigMap (v1), not a Secret (v1)",
        ),
        (
            "kind: Secret",
            "this is Secret without an apiVersion, not a Secret (v1)",
        ),
        (
            "apiVersion: v2\nkind: Secret",
            "this is Secret (v2), not a Secret (v1)",
        ),
        ("data: {}", "kind is missing, so this is not a Secret (v1)"),
        ("- a", "the object is a list, must be an object"),
    ] {
        let decoded = decode(source);
        assert!(
            decoded.errors().any(|issue| issue.to_string() == expected),
            "{source}: {:?}",
            decoded.issues
        );
    }
}

#[test]
fn annotations_that_hold_the_whole_object_are_not_even_read() {
    let decoded = decode(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  annotations:\n    a: b\n    kubectl.kubernetes.io/last-applied-configuration: CANARY\n    kapp.k14s.io/original: CANARY\n",
    );
    assert_eq!(
        decoded
            .object
            .metadata
            .annotations
            .keys()
            .collect::<Vec<_>>(),
        ["a"]
    );
    assert_eq!(
        decoded
            .issues
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        [
            "metadata.annotations[\"kubectl.kubernetes.io/last-applied-configuration\"] holds the whole object in clear (written by kubectl) and is left out",
            "metadata.annotations[\"kapp.k14s.io/original\"] holds the whole object in clear (written by kapp) and is left out",
        ]
    );
    assert_eq!(decoded.errors().count(), 0);
}

#[test]
fn a_finding_leads_back_to_its_place() {
    let source = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nbogus: 1\ndata:\n  ok: YQ==\n  bad: '%'\n  none:\n";
    let stream = document(source);
    let index = LineIndex::new(source.as_bytes());
    let places: Vec<String> = Secret::decode(node(&stream))
        .issues
        .iter()
        .map(|issue| {
            format!(
                "{} {}",
                index.position(issue.span(node(&stream)).start),
                issue.path
            )
        })
        .collect();
    assert_eq!(places, ["5:1 bogus", "8:8 data.bad", "9:3 data.none"]);
}

#[test]
fn debug_and_findings_show_no_value() {
    let source = "apiVersion: v1\nkind: Secret\nmetadata: {name: a, annotations: {x/last-applied: CANARY}}\ndata: {a: Q0FOQVJZ, b: CANARY%, CANARY_KEY: CANARY}\nstringData: {c: CANARY, d: {e: CANARY}, f: 1234.50}\n";
    let stream = document(source);
    let decoded = Secret::decode(node(&stream));
    let texts = [
        format!("{decoded:?} {:?}", decoded.object.to_node()),
        decoded
            .issues
            .iter()
            .map(|issue| format!("{issue} {}", issue.mend()))
            .collect(),
    ];
    for text in texts {
        let text = text.replace("CANARY_KEY", "");
        for secret in ["CANARY", "Q0FOQVJZ", "1234.5"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

#[test]
fn names_of_items_are_kept_as_they_are() {
    assert!(
        decode("data: {\"b ad/key\": YmFy}")
            .object
            .data
            .contains_key("b ad/key")
    );
}

#[test]
fn a_written_secret_has_the_order_of_kubeseal() {
    let decoded = decode(SOUND);
    let json = decoded.object.to_node().to_json().to_string();
    assert_eq!(
        json,
        r#"{"kind":"Secret","apiVersion":"v1","metadata":{"name":"db","generateName":"db-","namespace":"prod","labels":{"app":"shop"},"annotations":{"note":"hello"},"finalizers":["example.com/f"]},"immutable":true,"data":{"password":"bmV3","port":"NTQzMg==","username":"YWRtaW4="},"type":"kubernetes.io/basic-auth"}"#
    );
}

#[test]
fn the_problem_of_a_field_can_be_told_apart_by_programs() {
    let decoded = decode("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {a: '%'}");
    assert_eq!(
        decoded.issues[0].problem,
        Problem::Base64 {
            offset: 0,
            url_safe: false
        }
    );
}

proptest! {
    #[test]
    fn any_value_survives_writing_and_reading(data in prop::collection::btree_map("[-._a-zA-Z0-9]{1,20}", prop::collection::vec(any::<u8>(), 0..200), 0..8)) {
        let mut secret = Secret::default();
        secret.metadata.name = Some("a".to_owned());
        for (item, bytes) in &data {
            secret.data.insert(item.clone(), lacre_secret::SecretBytes::from_slice(bytes));
        }
        let decoded = Secret::decode(&secret.to_node());
        prop_assert!(decoded.issues.is_empty());
        let read: Vec<_> = decoded.object.data.iter().map(|(item, value)| (item.clone(), value.expose().to_vec())).collect();
        prop_assert_eq!(read, data.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn any_document_reads_without_a_panic(source in "[a-zA-Z:{}\\[\\], \n&*!\"'0-9-]{0,200}") {
        for document in document(&source).documents() {
            if let Some(node) = document.node() {
                let _ = Secret::decode(node);
                let _ = lacre_api::SealedSecret::decode_node(node);
            }
        }
    }
}
