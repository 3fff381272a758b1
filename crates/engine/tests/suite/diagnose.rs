//! Why a value does not open.

use lacre_api::SealedSecret;
use lacre_crypto::{Identity, Keyring, Scope, SealingKey, UnsealingKey, encode_text};
use lacre_engine::OwnedIdentity;
use lacre_engine::diagnose::{self, Diagnosis, Evidence, What};
use serde_json::{Value, json};

use crate::support::{decode, keyring, object, sealed, sealing_key, strict};

fn looked_at(value: &Value, keyring: &Keyring) -> Diagnosis {
    let object = decode(value).object;
    let evidence = Evidence {
        keyring: Some(keyring),
        ..Evidence::new(&object)
    };
    diagnose::object(&evidence).remove(0)
}

fn said(diagnosis: &Diagnosis) -> Vec<String> {
    diagnosis.findings.iter().map(ToString::to_string).collect()
}

fn annotated(mut value: Value, key: &str, text: &str) -> Value {
    value["metadata"]["annotations"][key] = json!(text);
    value
}

#[test]
fn a_value_that_opens_has_no_findings_but_its_facts() {
    let value = object(&[("a", sealed(b"12345", &strict("prod", "db")))], json!({}));
    let diagnosis = looked_at(&value, &keyring(&[0]));
    assert_eq!(
        (diagnosis.opens, diagnosis.key_bits, diagnosis.plaintext_len),
        (Some(true), Some(2048), Some(5))
    );
    assert_eq!(said(&diagnosis), [] as [&str; 0]);
}

#[test]
fn the_identity_that_fits_is_found_by_trying() {
    let at = |scope, namespace, name| Identity {
        scope,
        namespace,
        name,
    };
    let plain = |value: String| object(&[("a", value)], json!({}));
    let wide = |value: Value| annotated(value, "sealedsecrets.bitnami.com/cluster-wide", "true");
    let table = [
        (
            plain(sealed(b"x", &strict("stage", "db"))),
            "sealed for namespace stage, found in prod (key key0)",
            "give the object namespace stage again, or seal the value again for prod/db (strict)",
        ),
        (
            plain(sealed(b"x", &strict("prod", "cache"))),
            "sealed for name cache, found in db (key key0)",
            "give the object name cache again, or seal the value again for prod/db (strict)",
        ),
        (
            plain(sealed(b"x", &strict("stage", "cache"))),
            "sealed for stage/cache, found in prod/db (key key0)",
            "give the object namespace stage and name cache again, or seal the value again for prod/db (strict)",
        ),
        (
            plain(sealed(b"x", &at(Scope::NamespaceWide, "prod", ""))),
            "sealed for namespace prod (namespace-wide), found in prod/db (strict) (key key0)",
            "add the annotation sealedsecrets.bitnami.com/namespace-wide: \"true\", or seal the value again for prod/db (strict)",
        ),
        (
            plain(sealed(b"x", &at(Scope::ClusterWide, "", ""))),
            "sealed for the whole cluster (cluster-wide), found in prod/db (strict) (key key0)",
            "add the annotation sealedsecrets.bitnami.com/cluster-wide: \"true\", or seal the value again for prod/db (strict)",
        ),
        (
            wide(plain(sealed(b"x", &strict("prod", "db")))),
            "sealed for prod/db (strict), found in the whole cluster (cluster-wide) (key key0)",
            "remove the annotation sealedsecrets.bitnami.com/cluster-wide, or seal the value again for the whole cluster (cluster-wide)",
        ),
    ];
    let (namespaces, names) = (["dev".to_owned(), "stage".to_owned()], ["cache".to_owned()]);
    let keyring = keyring(&[1, 0]);
    for (value, finding, mend) in table {
        let object = decode(&value).object;
        let evidence = Evidence {
            keyring: Some(&keyring),
            namespaces: &namespaces,
            names: &names,
            ..Evidence::new(&object)
        };
        let diagnosis = diagnose::object(&evidence).remove(0);
        assert_eq!(said(&diagnosis)[0], finding);
        assert_eq!(diagnosis.findings[0].mend().unwrap(), mend);
        assert!(diagnosis.findings[0].certain);
        assert_eq!(diagnosis.opens, Some(false));
    }
}

#[test]
fn the_template_and_the_neighbours_are_candidates() {
    let template = object(
        &[("a", sealed(b"x", &strict("dev", "was")))],
        json!({"metadata": {"name": "was", "namespace": "dev"}}),
    );
    assert_eq!(
        said(&looked_at(&template, &keyring(&[0]))),
        ["sealed for dev/was, found in prod/db (key key0)"]
    );
    let value = object(&[("a", sealed(b"x", &strict("dev", "other")))], json!({}));
    let object = decode(&value).object;
    let mut neighbour = SealedSecret::new("other", lacre_api::SealedSecretSpec::default());
    neighbour.metadata.namespace = Some("dev".to_owned());
    let (keyring, others) = (keyring(&[0]), [&neighbour]);
    let evidence = Evidence {
        keyring: Some(&keyring),
        others: &others,
        ..Evidence::new(&object)
    };
    assert_eq!(
        said(&diagnose::object(&evidence)[0]),
        ["sealed for dev/other, found in prod/db (key key0)"]
    );
}

#[test]
fn the_default_namespace_and_none_are_tried_without_being_told() {
    for (identity, expected) in [
        (
            strict("default", "db"),
            "sealed for namespace default, found in prod (key key0)",
        ),
        (
            strict("", "db"),
            "sealed for no namespace, found in prod (key key0)",
        ),
    ] {
        let value = object(&[("a", sealed(b"x", &identity))], json!({}));
        assert_eq!(said(&looked_at(&value, &keyring(&[0]))), [expected]);
    }
}

#[test]
fn a_foreign_key_is_a_guess_and_a_key_of_another_size_is_certain() {
    let value = object(&[("a", sealed(b"x", &strict("prod", "db")))], json!({}));
    let foreign = looked_at(&value, &keyring(&[1, 2]));
    // The numbers of the keys may rule one out by chance.
    let what = &foreign.findings[0].what;
    match what {
        What::NoKeyOpens { tried, skipped } => assert_eq!(tried + skipped, 2),
        What::NoKeyFits { keys } => assert_eq!(*keys, 2),
        other => panic!("{other:?}"),
    }
    assert_eq!(
        foreign.findings[0].certain,
        matches!(what, What::NoKeyFits { .. })
    );

    let big = object(
        &[("a", encode_text(&[&[2, 0][..], &[0x11; 512 + 20]].concat()))],
        json!({}),
    );
    let diagnosis = looked_at(&big, &keyring(&[0]));
    assert_eq!(
        said(&diagnosis),
        ["sealed with another key: its size or number rules out all 1 at hand"]
    );
    assert!(diagnosis.findings[0].certain);
    assert_eq!(diagnosis.key_bits, Some(4096));
    assert_eq!(
        said(&looked_at(&value, &Keyring::new())),
        ["there is no private key to open it with"]
    );
}

#[test]
fn certificates_rule_out_by_size_and_number_and_never_prove_the_contrary() {
    let key = UnsealingKey::generate(2048).unwrap();
    let certificates: [SealingKey; 1] = [key.sealing_key().unwrap()];
    let too_high = object(
        &[("a", encode_text(&[&[1, 0][..], &[0xFF; 256 + 20]].concat()))],
        json!({}),
    );
    let fits = object(
        &[("a", encode_text(&[&[1, 0][..], &[0x01; 256 + 20]].concat()))],
        json!({}),
    );
    for (value, expected) in [(&too_high, 1), (&fits, 0)] {
        let object = decode(value).object;
        let evidence = Evidence {
            certificates: &certificates,
            ..Evidence::new(&object)
        };
        let diagnosis = diagnose::object(&evidence).remove(0);
        assert_eq!(diagnosis.opens, None);
        assert_eq!(diagnosis.findings.len(), expected);
        assert!(diagnosis.findings.iter().all(|finding| finding.certain));
    }
}

fn stamped(sealed_for: &str, key: &str, text: &str, digest_of: &str) -> Value {
    let digest = lacre_api::stamp::digest(&lacre_crypto::decode_text(digest_of).unwrap());
    let stamp = format!(
        r#"{{"version":1,"seals":[{{"key":"{key}",{sealed_for},"time":"2026-01-02T03:04:05Z","items":{{"a":"{digest}"}}}}]}}"#
    );
    annotated(
        object(&[("a", text.to_owned())], json!({})),
        "lacre.dev/seal",
        &stamp,
    )
}

#[test]
fn the_stamp_tells_without_any_key() {
    let value = sealed(b"x", &strict("dev", "db"));
    let other = sealed(b"y", &strict("dev", "db"));
    let key = sealing_key(0).fingerprint().spki_hex();
    let certificates = [sealing_key(1)];
    let looked = |value: &Value, certificates: &[SealingKey]| {
        let object = decode(value).object;
        let evidence = Evidence {
            certificates,
            ..Evidence::new(&object)
        };
        let mut diagnosis = diagnose::object(&evidence).remove(0);
        diagnosis
            .findings
            .retain(|finding| !matches!(finding.what, What::NoCertificateFits { .. }));
        diagnosis
    };
    let dev = r#""scope":"strict","namespace":"dev","name":"db""#;
    let prod = r#""scope":"strict","namespace":"prod","name":"db""#;
    assert_eq!(
        said(&looked(&stamped(dev, &key, &value, &value), &[])),
        ["its stamp says: sealed for namespace dev, found in prod"]
    );
    assert_eq!(
        said(&looked(&stamped(prod, &key, &value, &value), &certificates)),
        [format!(
            "its stamp says: sealed with the key of SPKI SHA-256 {key}, which is not among those given"
        )]
    );
    let changed = looked(&stamped(prod, &key, &value, &other), &[]);
    assert_eq!(
        said(&changed),
        ["not the value that was stamped at 2026-01-02T03:04:05Z: changed since then"]
    );
    assert!(!changed.findings[0].certain);
    assert_eq!(
        said(&looked(&stamped(prod, &key, &value, &value), &[])),
        [] as [&str; 0]
    );
}

#[test]
fn a_stamped_identity_is_tried_with_the_keys() {
    let text = sealed(b"x", &strict("far", "away"));
    let value = stamped(
        r#""scope":"strict","namespace":"far","name":"away""#,
        "k",
        &text,
        &text,
    );
    assert_eq!(
        said(&looked_at(&value, &keyring(&[0])))[0],
        "sealed for far/away, found in prod/db (key key0)"
    );
}

#[test]
fn a_scope_annotation_that_does_not_count_is_said() {
    let value = object(
        &[(
            "a",
            sealed(
                b"x",
                &Identity {
                    scope: Scope::ClusterWide,
                    namespace: "",
                    name: "",
                },
            ),
        )],
        json!({}),
    );
    let value = annotated(value, "sealedsecrets.bitnami.com/cluster-wide", "True");
    assert_eq!(
        said(&looked_at(&value, &keyring(&[0]))),
        [
            "sealed for the whole cluster (cluster-wide), found in prod/db (strict) (key key0)",
            "sealedsecrets.bitnami.com/cluster-wide is \"True\", which counts as absent: only \"true\" widens the scope",
        ]
    );
}

#[test]
fn one_ciphertext_under_two_identities_is_found() {
    let text = sealed(b"x", &strict("prod", "db"));
    let here = decode(&object(&[("a", text.clone())], json!({}))).object;
    let mut there = here.clone();
    there.metadata.name = Some("copy".to_owned());
    there
        .spec
        .encrypted_data
        .insert("a".to_owned(), format!("{text}\n"));
    let mut same = here.clone();
    same.metadata.labels = None;
    let others = [&there, &same, &here];
    let evidence = Evidence {
        others: &others,
        ..Evidence::new(&here)
    };
    let diagnosis = diagnose::object(&evidence).remove(0);
    assert_eq!(
        diagnosis
            .findings
            .iter()
            .map(|f| &f.what)
            .collect::<Vec<_>>(),
        [&What::CopiedFrom {
            places: vec![OwnedIdentity::of(&there)]
        }]
    );
    assert!(diagnosis.findings[0].certain);
}

#[test]
fn damage_is_told_from_a_wrong_key() {
    let mut bytes = lacre_crypto::decode_text(&sealed(b"x", &strict("prod", "db"))).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    let diagnosis = looked_at(
        &object(&[("a", encode_text(&bytes))], json!({})),
        &keyring(&[0]),
    );
    assert!(matches!(diagnosis.findings[0].what, What::Damaged { .. }));
}

#[test]
fn plaintext_in_place_of_ciphertext_is_found_and_not_shown() {
    for text in [
        "CANARY",
        "Q0FOQVJZ",
        "-----BEGIN CANARY PRIVATE KEY-----\nCANARY\n-----END CANARY PRIVATE KEY-----",
        "CANARY with blanks",
        "Q0FO QVJZ",
    ] {
        let diagnosis = looked_at(
            &object(&[("a", text.to_owned())], json!({})),
            &keyring(&[0]),
        );
        let shown: String = diagnosis
            .findings
            .iter()
            .map(|f| format!("{f} {f:?} {:?}", f.mend()))
            .collect();
        let shown = shown.replace("CANARY PRIVATE KEY", "");
        assert!(diagnosis.findings[0].certain);
        assert_eq!(diagnosis.opens, Some(false));
        assert!(
            !shown.contains("CANARY") && !shown.contains("Q0FO"),
            "{shown}"
        );
    }
}

#[test]
fn the_search_ends() {
    let value = object(
        &[(
            "a",
            encode_text(&sealing_key(1).seal(b"x", b"far/away").unwrap()),
        )],
        json!({}),
    );
    let object = decode(&value).object;
    let many: Vec<String> = (0..1000).map(|n| format!("n{n}")).collect();
    let keyring = keyring(&[0]);
    let evidence = Evidence {
        keyring: Some(&keyring),
        namespaces: &many,
        names: &many,
        most_identities: 20,
        ..Evidence::new(&object)
    };
    assert_eq!(diagnose::object(&evidence)[0].opens, Some(false));
}
