//! Sealing whole Secrets: what is refused, what is warned of, what is carried over, and that it opens again.

use lacre_api::annotations::{self, CLUSTER_WIDE, NAMESPACE_WIDE, SEAL_STAMP};
use lacre_api::stamp::Stamp;
use lacre_api::{Decoded, SealedSecret, Secret};
use lacre_crypto::{Identity, Scope, SecretBytes, decode_text};
use lacre_seal::{Options, Refusal, Sealed, seal};
use proptest::prelude::*;

use crate::support::{PAIR, decode, options};

const NOON: i64 = 1_767_322_800; // 2026-01-02T03:00:00Z

fn sealed(source: &str, options: &Options<'_>) -> Sealed {
    seal(&decode(source), options).unwrap()
}

fn refused(source: &str, options: &Options<'_>) -> Refusal {
    seal(&decode(source), options).unwrap_err()
}

fn warnings(source: &str, options: &Options<'_>) -> Vec<String> {
    sealed(source, options)
        .warnings
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn open(object: &SealedSecret, item: &str) -> Option<Vec<u8>> {
    let none = annotations::Annotations::new();
    let identity = Identity {
        scope: annotations::scope(object.metadata.annotations.as_ref().unwrap_or(&none)),
        namespace: object.metadata.namespace.as_deref().unwrap_or_default(),
        name: object.metadata.name.as_deref().unwrap_or_default(),
    };
    let envelope = decode_text(&object.spec.encrypted_data[item]).unwrap();
    let opened = PAIR.keyring.open(&envelope, &identity.label()).ok()?;
    Some(opened.plaintext.expose().to_vec())
}

fn secret(metadata: &str, body: &str) -> String {
    format!("apiVersion: v1\nkind: Secret\nmetadata: {{{metadata}}}\n{body}\n")
}

const BODY: &str = "stringData: {a: s3cr3t-value}";

#[test]
fn what_is_sealed_opens_under_the_names_of_the_object() {
    for scope in [
        None,
        Some(Scope::Strict),
        Some(Scope::NamespaceWide),
        Some(Scope::ClusterWide),
    ] {
        let source = secret(
            "name: db, namespace: prod",
            "data: {a: YQ==, empty: ''}\nstringData: {a: won, b: \"1\"}",
        );
        let sealed = sealed(&source, &Options { scope, ..options() });
        assert_eq!(sealed.scope, scope.unwrap_or_default());
        assert_eq!(open(&sealed.object, "a").unwrap(), b"won");
        assert_eq!(open(&sealed.object, "b").unwrap(), b"1");
        assert_eq!(open(&sealed.object, "empty").unwrap(), b"");
        let mut moved = sealed.object.clone();
        moved.metadata.name = Some("other".to_owned());
        assert_eq!(open(&moved, "a").is_some(), sealed.scope != Scope::Strict);
        moved.metadata.namespace = Some("other".to_owned());
        assert_eq!(
            open(&moved, "a").is_some(),
            sealed.scope == Scope::ClusterWide
        );
    }
}

#[test]
fn the_template_has_what_the_author_wrote_and_nothing_that_only_the_cluster_writes() {
    let source = "\
apiVersion: v1
kind: Secret
metadata:
  name: mysecret
  namespace: myns
  uid: 11111111-2222-3333-4444-555555555555
  resourceVersion: '123'
  generation: 4
  creationTimestamp: '2024-01-02T03:04:05Z'
  deletionTimestamp: '2024-01-02T03:04:05Z'
  deletionGracePeriodSeconds: 30
  selfLink: /api/v1/x
  generateName: gen-
  finalizers: [example.com/f]
  managedFields: [{manager: kubectl, operation: Apply, apiVersion: v1}]
  ownerReferences: [{apiVersion: v1, kind: Pod, name: p, uid: u}]
  labels: {l: m}
  annotations:
    a: b
    kubectl.kubernetes.io/last-applied-configuration: '{}'
    kubecfg.ksonnet.io/last-applied-configuration: '{}'
    kapp.k14s.io/original: '{}'
    sealedsecrets.bitnami.com/managed: 'true'
type: kubernetes.io/tls
immutable: true
data: {foo: YmFy}
";
    let with_text = |mut object: SealedSecret| {
        object
            .spec
            .encrypted_data
            .values_mut()
            .for_each(|text| "X".clone_into(text));
        object.to_json().to_string()
    };
    let managed = r#""sealedsecrets.bitnami.com/managed":"true""#;
    assert_eq!(
        with_text(sealed(source, &options()).object),
        format!(
            r#"{{"kind":"SealedSecret","apiVersion":"bitnami.com/v1alpha1","metadata":{{"name":"mysecret","namespace":"myns"}},"spec":{{"template":{{"metadata":{{"name":"mysecret","namespace":"myns","labels":{{"l":"m"}},"annotations":{{"a":"b",{managed}}},"finalizers":["example.com/f"]}},"type":"kubernetes.io/tls","immutable":true}},"encryptedData":{{"foo":"X"}}}}}}"#
        )
    );
}

#[test]
fn what_the_cluster_would_refuse_is_refused_with_its_place() {
    let table = [
        (
            secret("namespace: prod", BODY),
            "the Secret has no metadata.name",
        ),
        (
            secret("name: db", BODY),
            "the Secret has no metadata.namespace, which its strict scope is bound to",
        ),
        (
            secret("name: db, namespace: prod", ""),
            "the Secret has no items under data or stringData",
        ),
        (
            secret("name: Db, namespace: prod", BODY),
            "metadata.name has 'D' at byte 0; allowed are lower-case letters, digits, \"-\" and \".\"",
        ),
        (
            secret("name: db, namespace: a.b", BODY),
            "metadata.namespace has '.' at byte 1; allowed are lower-case letters, digits and \"-\"",
        ),
        (
            secret("name: db, namespace: prod", "stringData: {a b: x}"),
            "data[\"a b\"] has ' ' at byte 1; allowed are letters, digits, \"-\", \"_\" and \".\"",
        ),
        (
            secret("name: db, namespace: prod, labels: {a b: c}", BODY),
            "metadata.labels[\"a b\"] has ' ' at byte 1; allowed are letters, digits, \"-\", \"_\" and \".\"",
        ),
        (
            secret("name: db, namespace: prod", "data: {a: '%', b: 1}"),
            "data.a is not standard base64, from byte 0 on; data.b is a number, must be a string",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\ndata: {a: YQ==}\n"
                .to_owned(),
            "this is ConfigMap (v1), not a Secret (v1)",
        ),
    ];
    for (source, expected) in table {
        let refusal = refused(&source, &options());
        assert!(!refusal.mend().is_empty());
        assert_eq!(refusal.to_string(), expected, "{source}");
    }
    let big = "x".repeat(1024 * 1024 + 1);
    assert_eq!(
        refused(
            &secret(
                "name: a, namespace: b",
                &format!("stringData: {{a: {big}}}")
            ),
            &options()
        ),
        Refusal::TooLarge { bytes: big.len() }
    );
}

#[test]
fn empty_data_must_be_asked_for() {
    let source = secret("name: a, namespace: b", "data: {}");
    assert_eq!(refused(&source, &options()), Refusal::Empty);
    let sealed = sealed(
        &source,
        &Options {
            allow_empty: true,
            stamp: Some(NOON),
            ..options()
        },
    );
    assert_eq!(sealed.object.spec.encrypted_data.len(), 0);
    assert_eq!(sealed.object.metadata.annotations, None, "nothing to stamp");
}

#[test]
fn namespaces_come_from_the_input_then_the_order_then_the_default() {
    let with = |namespace, default_namespace| Options {
        namespace,
        default_namespace,
        ..options()
    };
    let named = secret("name: a, namespace: prod", BODY);
    let unnamed = secret("name: a", BODY);
    let found =
        |source: &str, options: &Options<'_>| sealed(source, options).object.metadata.namespace;
    assert_eq!(
        found(&named, &with(None, Some("ctx"))).as_deref(),
        Some("prod")
    );
    assert_eq!(
        found(&named, &with(Some("prod"), None)).as_deref(),
        Some("prod")
    );
    assert_eq!(
        found(&unnamed, &with(Some("dev"), Some("ctx"))).as_deref(),
        Some("dev")
    );
    assert_eq!(
        found(&unnamed, &with(None, Some("ctx"))).as_deref(),
        Some("ctx")
    );
    assert_eq!(
        warnings(&unnamed, &with(None, Some("ctx"))),
        ["the Secret says no namespace; sealed for \"ctx\""]
    );
    assert_eq!(
        refused(&named, &with(Some("dev"), None)).to_string(),
        "the Secret is in namespace \"prod\", but namespace \"dev\" was asked for"
    );
    let wide = Options {
        scope: Some(Scope::ClusterWide),
        ..with(Some("dev"), Some("ctx"))
    };
    assert_eq!(found(&unnamed, &wide), None);
    assert_eq!(found(&named, &wide).as_deref(), Some("prod"));
    assert_eq!(
        warnings(&named, &wide),
        ["namespace \"dev\" changes nothing, since the scope is cluster-wide"]
    );
}

#[test]
fn a_scope_that_was_asked_for_wins_over_the_annotations_strict_too() {
    let annotated = |key: &str, value: &str| {
        secret(
            &format!("name: a, namespace: b, annotations: {{{key}: \"{value}\"}}"),
            BODY,
        )
    };
    let table = [
        (annotated(CLUSTER_WIDE, "true"), None, Scope::ClusterWide, 0),
        (
            annotated(CLUSTER_WIDE, "true"),
            Some(Scope::Strict),
            Scope::Strict,
            0,
        ),
        (
            annotated(CLUSTER_WIDE, "true"),
            Some(Scope::NamespaceWide),
            Scope::NamespaceWide,
            0,
        ),
        (
            annotated(NAMESPACE_WIDE, "true"),
            None,
            Scope::NamespaceWide,
            0,
        ),
        (annotated(NAMESPACE_WIDE, "True"), None, Scope::Strict, 1),
        (
            annotated(NAMESPACE_WIDE, "yes"),
            Some(Scope::NamespaceWide),
            Scope::NamespaceWide,
            0,
        ),
    ];
    for (source, scope, expected, warned) in table {
        let sealed = sealed(&source, &Options { scope, ..options() });
        assert_eq!(sealed.scope, expected, "{source} {scope:?}");
        assert_eq!(sealed.warnings.len(), warned, "{source} {scope:?}");
        let outer = sealed
            .object
            .metadata
            .annotations
            .clone()
            .unwrap_or_default();
        assert_eq!(annotations::scope(&outer), expected);
        assert_eq!(outer.len(), usize::from(expected != Scope::Strict));
        assert_eq!(
            annotations::scope(&sealed.object.spec.template.metadata.annotations),
            expected
        );
        assert!(open(&sealed.object, "a").is_some());
    }
}

#[test]
fn doubtful_values_and_metadata_are_said_without_the_value() {
    let table = [
        (
            "name: a, namespace: b",
            "stringData: {a: \"s3cr3t\\n\"}",
            "the value of a ends with a line break",
        ),
        (
            "name: a, namespace: b",
            "stringData: {a: \"\"}",
            "the value of a is empty",
        ),
        (
            "name: a, namespace: b",
            "stringData: {a: c2VjcmV0LXZhbHVl}",
            "the value of a is itself base64 of readable text, as if encoded twice",
        ),
        (
            "name: a, namespace: b",
            "stringData: {a: changeme}",
            "the value of a looks like a placeholder",
        ),
        (
            "name: a, namespace: b, annotations: {note: see s3cr3t-value}",
            BODY,
            "metadata.annotations.note holds the value of a and stays readable in the SealedSecret",
        ),
        (
            "name: a, namespace: b, annotations: {note: czNjcjN0LXZhbHVl}",
            BODY,
            "metadata.annotations.note holds the value of a and stays readable in the SealedSecret",
        ),
        (
            "name: a, namespace: b, labels: {l: s3cr3t-value}",
            BODY,
            "metadata.labels.l holds the value of a and stays readable in the SealedSecret",
        ),
        (
            "name: a, namespace: b",
            "type: kubernetes.io/ssh-auth\nstringData: {a: x-y-z}",
            "the API server refuses a Secret of type kubernetes.io/ssh-auth without ssh-privatekey",
        ),
        (
            "name: a, namespace: b",
            "type: kubernetes.io/basic-auth\nstringData: {a: x-y-z}",
            "the API server refuses a Secret of type kubernetes.io/basic-auth without username or password",
        ),
        (
            "name: a, namespace: b",
            "stringData: {a: x-y-z}\nbogus: 1",
            "bogus is no field of this kind and is ignored",
        ),
    ];
    for (metadata, body, expected) in table {
        assert_eq!(
            warnings(&secret(metadata, body), &options()),
            [expected],
            "{body}"
        );
    }
    assert_eq!(
        warnings(&secret("name: a, namespace: b", BODY), &options()),
        [] as [&str; 0]
    );
}

#[test]
fn the_stamp_says_what_was_sealed_for_whom_and_stays_out_of_the_template() {
    let sealed = sealed(
        &secret("name: a, namespace: b", BODY),
        &Options {
            stamp: Some(NOON),
            ..options()
        },
    );
    let stamp = Stamp::of(&sealed.object).unwrap().unwrap();
    let [seal] = stamp.seals.as_slice() else {
        panic!("one seal")
    };
    assert_eq!(seal.time, "2026-01-02T03:00:00Z");
    assert_eq!(seal.key, PAIR.sealing.fingerprint().spki_hex());
    assert!(seal.is_for(&Identity {
        scope: Scope::Strict,
        namespace: "b",
        name: "a"
    }));
    assert!(
        stamp
            .cover(&sealed.object.spec.encrypted_data)
            .iter()
            .all(|cover| cover.intact)
    );
    assert!(
        !sealed
            .object
            .spec
            .template
            .metadata
            .annotations
            .contains_key(SEAL_STAMP)
    );
}

#[test]
fn a_stamp_in_the_input_is_not_carried_over() {
    let source = secret(
        "name: a, namespace: b, annotations: {lacre.dev/seal: old}",
        BODY,
    );
    let sealed = sealed(&source, &options());
    assert!(
        !sealed
            .object
            .spec
            .template
            .metadata
            .annotations
            .contains_key(SEAL_STAMP)
    );
}

#[test]
fn nothing_that_is_returned_shows_a_value() {
    let source = secret(
        "name: a, namespace: b, annotations: {note: CANARY-1234}",
        "stringData: {a: CANARY-1234, b: \"CANARY-1234\\n\", c: <CANARY-1234>}",
    );
    let decoded = decode(&source);
    let sealed = seal(
        &decoded,
        &Options {
            stamp: Some(NOON),
            ..options()
        },
    )
    .unwrap();
    let said: String = sealed
        .warnings
        .iter()
        .map(|w| format!("{w} {w:?} {}", w.mend()))
        .collect();
    let text = format!("{said} {sealed:?} {decoded:?}");
    assert!(
        !text.contains("CANARY") && !text.contains("Q0FOQVJZ"),
        "{text}"
    );
    let refused = refused(
        &secret(
            "name: a, namespace: b",
            "data: {a: CANARY}\nstringData: {c: {d: CANARY}}",
        ),
        &options(),
    );
    let text = format!("{refused} {refused:?} {}", refused.mend());
    assert!(!text.contains("CANARY"), "{text}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_value_opens_again_to_the_same_bytes(
        data in prop::collection::btree_map("[-._a-zA-Z0-9]{1,20}".prop_filter("dots", |k| !k.starts_with("..") && k != "."), prop::collection::vec(any::<u8>(), 0..300), 1..4),
        scope in prop::sample::select(Scope::ALL.to_vec()),
    ) {
        let mut secret = Secret::default();
        secret.metadata.name = Some("a".to_owned());
        secret.metadata.namespace = Some("b".to_owned());
        for (item, bytes) in &data {
            secret.data.insert(item.clone(), SecretBytes::from_slice(bytes));
        }
        let decoded = Decoded { object: secret, issues: Vec::new() };
        let sealed = seal(&decoded, &Options { scope: Some(scope), ..options() }).unwrap();
        for (item, bytes) in &data {
            prop_assert_eq!(open(&sealed.object, item), Some(bytes.clone()));
        }
    }
}
