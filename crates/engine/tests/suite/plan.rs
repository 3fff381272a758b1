//! What a SealedSecret becomes, and what is said when it does not.

use lacre_api::SealedSecret;
use lacre_crypto::{Keyring, encode_text};
use lacre_engine::{
    Desired, Failure, Failures, ItemFailure, Observed, Options, Plan, Reason, plan,
};
use lacre_template::Limits;
use serde_json::{Value, json};

use crate::support::{Still, decode, keyring, object, sealed, sealing_key, strict};

const NOON: i64 = 1_767_322_800;

fn planned(value: &Value, keyring: &Keyring, options: Options) -> Plan {
    let sealed = decode(value);
    let observed = Observed {
        sealed: &sealed,
        keyring,
        limits: &Limits::default(),
        options,
    };
    plan(&observed, NOON, &mut Still)
}

fn made(value: &Value) -> Desired {
    planned(value, &keyring(&[0]), Options::default())
        .outcome
        .unwrap()
}

fn failures(value: &Value, keyring: &Keyring) -> Vec<Failure> {
    planned(value, keyring, Options::default())
        .outcome
        .unwrap_err()
}

fn said(failures: &[Failure]) -> String {
    Failures(failures).to_string()
}

fn ours(value: &[u8]) -> String {
    sealed(value, &strict("prod", "db"))
}

#[test]
fn the_secret_takes_what_belongs_to_it_and_nothing_more() {
    let value = object(
        &[("a", ours(b"1")), ("empty", ours(b""))],
        json!({
            "metadata": {
                "name": "other", "namespace": "elsewhere", "generateName": "g-", "resourceVersion": "7", "uid": "x",
                "labels": {"l": "m"}, "annotations": {"a": "b"}, "finalizers": ["e.io/f"],
                "ownerReferences": [{"kind": "Pod"}], "managedFields": [{}], "creationTimestamp": "foo",
            },
            "immutable": true,
        }),
    );
    let desired = made(&value);
    assert_eq!(
        desired.secret.to_node().to_json(),
        json!({
            "kind": "Secret", "apiVersion": "v1",
            "metadata": {"name": "db", "namespace": "prod", "labels": {"l": "m"}, "annotations": {"a": "b"}, "finalizers": ["e.io/f"]},
            "immutable": true, "data": {"a": "MQ==", "empty": ""}, "type": "Opaque",
        })
    );
    assert_eq!(
        desired.owner.unwrap().to_json(),
        json!({"apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret", "name": "db", "uid": "u-1", "controller": true})
    );
    let fingerprint = *sealing_key(0).fingerprint();
    assert_eq!(
        desired.opened.into_values().collect::<Vec<_>>(),
        [fingerprint, fingerprint]
    );
}

#[test]
fn the_template_can_forbid_an_owner() {
    let with = |value: &str| {
        let template = json!({"metadata": {"annotations": {"sealedsecrets.bitnami.com/skip-set-owner-references": value}}});
        made(&object(&[("a", ours(b"1"))], template)).owner
    };
    assert!(with("true").is_none());
    assert!(with("True").is_some());
}

#[test]
fn one_bad_item_fails_the_whole_and_every_bad_item_is_named_in_a_stable_order() {
    let foreign = encode_text(&sealing_key(1).seal(b"CANARY", b"prod/db").unwrap());
    let moved = sealed(b"CANARY", &strict("dev", "db"));
    let mut damaged = lacre_crypto::decode_text(&ours(b"CANARY")).unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    let value = object(
        &[
            ("z-ok", ours(b"CANARY")),
            ("base64", "%%".to_owned()),
            ("short", encode_text(&[1, 0, 9])),
            ("foreign1", foreign.clone()),
            ("foreign2", foreign),
            ("moved", moved),
            ("damaged", encode_text(&damaged)),
        ],
        json!({}),
    );
    let mut value = value;
    value["spec"]["encryptedData"]["number"] = json!(5);
    let failures = failures(&value, &keyring(&[0, 2]));
    let items: Vec<String> = failures
        .iter()
        .map(|failure| match failure {
            Failure::Item { item, failure, .. } => format!("{item}: {failure}"),
            other => other.to_string(),
        })
        .collect();
    assert_eq!(
        items,
        [
            "spec.encryptedData.number is a number, must be a string",
            "base64: illegal base64 data at input byte 0",
            "damaged: key, namespace, name and scope are right, but the data is damaged",
            "foreign1: no key could decrypt secret: none of 2 keys fits",
            "foreign2: no key could decrypt secret: none of 2 keys fits",
            "moved: no key could decrypt secret: none of 2 keys fits",
            "short: the value is cut off: its encrypted session key needs 256 bytes, but 1 are left",
        ]
    );
    let text = format!("{} {failures:?}", said(&failures));
    assert!(!text.contains("CANARY"), "{text}");
}

#[test]
fn the_reason_says_what_to_mend_and_the_message_names_the_identity_that_fits() {
    let table = [
        (
            object(
                &[("a", sealed(b"x", &strict("dev", "db")))],
                json!({"metadata": {"namespace": "dev"}}),
            ),
            Reason::WrongIdentity,
            "sealed for namespace dev, found in prod",
        ),
        (
            object(
                &[("a", sealed(b"x", &strict("prod", "old")))],
                json!({"metadata": {"name": "old"}}),
            ),
            Reason::WrongIdentity,
            "sealed for name old, found in db",
        ),
        (
            object(
                &[(
                    "a",
                    encode_text(&sealing_key(1).seal(b"x", b"prod/db").unwrap()),
                )],
                json!({}),
            ),
            Reason::WrongKey,
            "no key could decrypt secret",
        ),
        (
            object(&[("a", "x".to_owned())], json!({})),
            Reason::Malformed,
            "illegal base64 data at input byte 0",
        ),
    ];
    for (value, reason, message) in table {
        let failures = failures(&value, &keyring(&[0]));
        assert_eq!(Failures(&failures).reason(), reason);
        let text = said(&failures);
        assert!(text.contains(message) && text.contains("(a)"), "{text}");
        assert!(!failures[0].mend().is_empty());
    }
}

#[test]
fn the_same_cause_is_said_once_with_all_its_items() {
    let foreign = || encode_text(&sealing_key(1).seal(b"x", b"prod/db").unwrap());
    let value = object(
        &[("b", foreign()), ("a", foreign()), ("c", "!".to_owned())],
        json!({}),
    );
    let options = Options {
        explain: false,
        ..Options::default()
    };
    let failures = planned(&value, &keyring(&[0]), options)
        .outcome
        .unwrap_err();
    assert_eq!(
        said(&failures),
        "no key could decrypt secret: the one key does not fit (a, b)\nillegal base64 data at input byte 0 (c)"
    );
}

#[test]
fn without_keys_it_says_so() {
    let failures = failures(&object(&[("a", ours(b"x"))], json!({})), &Keyring::new());
    assert!(matches!(
        &failures[0],
        Failure::Item {
            failure: ItemFailure::NoKeys,
            ..
        }
    ));
}

#[test]
fn a_field_that_does_not_matter_fails_nothing() {
    let mut value = object(
        &[("a", ours(b"x"))],
        json!({"metadata": {"generation": "abc", "ownerReferences": "x"}}),
    );
    value["metadata"]["generation"] = json!("abc");
    value["metadata"]["labels"] = json!({"a": 1});
    value["status"] = json!({"conditions": 7});
    let plan = planned(&value, &keyring(&[0]), Options::default());
    assert!(plan.outcome.is_ok());
    assert_eq!(plan.issues.len(), 3);
    for (pointer, bad) in [
        ("/metadata/annotations", json!([])),
        ("/spec/template/metadata/labels", json!({"a": 1})),
        ("/spec/template/immutable", json!("no")),
        ("/kind", json!("Secret")),
    ] {
        let mut value = object(&[("a", ours(b"x"))], json!({"metadata": {}}));
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        value.pointer_mut(parent).unwrap()[field] = bad;
        let failures = failures(&value, &keyring(&[0]));
        assert!(
            matches!(failures[..], [Failure::Field(_)]),
            "{pointer}: {failures:?}"
        );
    }
}

#[test]
fn the_deprecated_form_is_opened_as_a_whole() {
    let secret = json!({
        "kind": "Secret", "apiVersion": "v1", "type": "example.com/t",
        "metadata": {"name": "x", "labels": {"l": "m"}, "uid": "u"}, "data": {"a": "MQ=="},
    });
    let blob = |secret: &Value| sealed(secret.to_string().as_bytes(), &strict("prod", "db"));
    let with = |data: &str| {
        let mut value = object(&[], json!({"metadata": {"labels": {"ignored": "yes"}}}));
        value["spec"]["data"] = json!(data);
        value
    };
    let desired = made(&with(&blob(&secret)));
    assert_eq!(
        desired.secret.to_node().to_json(),
        json!({"kind": "Secret", "apiVersion": "v1", "metadata": {"name": "db", "namespace": "prod", "labels": {"l": "m"}}, "data": {"a": "MQ=="}, "type": "example.com/t"})
    );
    let mut untyped = secret.clone();
    untyped.as_object_mut().unwrap().remove("kind");
    assert!(
        planned(&with(&blob(&untyped)), &keyring(&[0]), Options::default())
            .outcome
            .is_ok()
    );

    let refused = Options {
        accept_deprecated_data: false,
        ..Options::default()
    };
    let off = planned(&with(&blob(&secret)), &keyring(&[0]), refused)
        .outcome
        .unwrap_err();
    assert!(said(&off).contains("deprecated"));
    let mut both = with(&blob(&secret));
    both["spec"]["encryptedData"] = json!({"a": ours(b"1")});
    assert_eq!(failures(&both, &keyring(&[0])), [Failure::BothForms]);
    for bad in [
        with(""),
        with("%"),
        with(&sealed(b"CANARY", &strict("prod", "db"))),
        with(&sealed(b"{\"data\": {\"a\": 1}}", &strict("prod", "db"))),
    ] {
        let failures = failures(&bad, &keyring(&[0]));
        assert_eq!(Failures(&failures).reason(), Reason::Malformed);
        assert!(said(&failures).ends_with("(data)"), "{}", said(&failures));
        assert!(!format!("{failures:?}").contains("CANARY"));
    }
}

#[test]
fn the_status_follows_the_outcome() {
    let good = object(&[("a", ours(b"x"))], json!({}));
    let first = planned(&good, &keyring(&[0]), Options::default())
        .status
        .unwrap();
    assert_eq!(first.observed_generation, Some(2));
    let summary: Vec<_> = first
        .conditions
        .iter()
        .map(|c| (c.type_.as_str(), c.status.as_str(), c.reason.as_deref()))
        .collect();
    assert_eq!(
        summary,
        [
            ("Synced", "True", Some("Unsealed")),
            ("Ready", "True", Some("Unsealed"))
        ]
    );
    let mut again = good.clone();
    again["status"] = serde_json::to_value(&first).unwrap();
    assert_eq!(
        planned(&again, &keyring(&[0]), Options::default()).status,
        None
    );
    let mut bad = again;
    bad["spec"]["encryptedData"]["a"] = json!("%");
    let status = planned(&bad, &keyring(&[0]), Options::default())
        .status
        .unwrap();
    assert_eq!(status.conditions[0].reason.as_deref(), Some("Malformed"));
    assert!(
        status.conditions[0]
            .message
            .as_deref()
            .unwrap()
            .contains("(a)")
    );
}

#[test]
fn plans_are_the_same_every_time_and_show_no_value() {
    let value = object(
        &[("a", ours(b"CANARY")), ("b", ours(b"CANARY"))],
        json!({"data": {"b": null}}),
    );
    let once = planned(&value, &keyring(&[0, 1, 2]), Options::default());
    let twice = planned(&value, &keyring(&[2, 1, 0]), Options::default());
    assert_eq!(format!("{once:?}"), format!("{twice:?}"));
    assert!(!format!("{once:?}").contains("CANARY"));
    let _: SealedSecret = decode(&value).object;
}
