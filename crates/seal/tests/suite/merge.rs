//! Sealing into a SealedSecret that exists.

use lacre_api::annotations::{CLUSTER_WIDE, SEAL_STAMP};
use lacre_api::stamp::Stamp;
use lacre_api::{Decoded, SealedSecret, annotations};
use lacre_crypto::{Identity, Scope, decode_text};
use lacre_manifest::Stream;
use lacre_seal::{Edit, Merge, Options, Refusal, merge, seal};

use crate::support::{PAIR, decode, options};

fn target(source: &str) -> Decoded<SealedSecret> {
    let stream = Stream::read(source.as_bytes()).unwrap();
    SealedSecret::decode_node(stream.documents()[0].node().unwrap())
}

fn in_prod(rest: &str) -> String {
    format!("apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n{rest}")
}

const TARGET: &str =
    "metadata: {name: orig, namespace: prod}\nspec: {encryptedData: {old: AgOLD, foo: AgFOO}}\n";

const INPUT: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: orig, namespace: prod, labels: {l: m}, annotations: {a: b}}
stringData: {foo: n3w-value, bar: oth3r-value}
";

fn opens(merged: &Merge, item: &str) -> bool {
    let metadata = &merged.object.metadata;
    let identity = Identity {
        scope: merged.scope,
        namespace: metadata.namespace.as_deref().unwrap_or_default(),
        name: metadata.name.as_deref().unwrap_or_default(),
    };
    let envelope = decode_text(&merged.object.spec.encrypted_data[item]).unwrap();
    PAIR.keyring.open(&envelope, &identity.label()).is_ok()
}

fn paths(merged: &Merge) -> Vec<String> {
    merged
        .edits
        .iter()
        .map(|edit| match edit {
            Edit::Set { path, .. } => format!("set {path}"),
            Edit::Remove { path } => format!("remove {path}"),
        })
        .collect()
}

fn said(merged: &Merge) -> Vec<String> {
    merged.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn items_labels_and_annotations_are_added_and_nothing_else_changes() {
    let before = target(&in_prod(TARGET));
    let merged = merge(&before, &decode(INPUT), &options()).unwrap();
    assert_eq!(
        paths(&merged),
        [
            "set spec.encryptedData.bar",
            "set spec.encryptedData.foo",
            "set spec.template.metadata.labels.l",
            "set spec.template.metadata.annotations.a",
        ]
    );
    assert!(opens(&merged, "foo") && opens(&merged, "bar"));
    assert_eq!(merged.object.spec.encrypted_data["old"], "AgOLD");
    assert_eq!(said(&merged), [] as [&str; 0]);
    let mut expected = before.object.clone();
    expected.spec.encrypted_data = merged.object.spec.encrypted_data.clone();
    expected
        .spec
        .template
        .metadata
        .labels
        .insert("l".to_owned(), "m".to_owned());
    expected
        .spec
        .template
        .metadata
        .annotations
        .insert("a".to_owned(), "b".to_owned());
    assert_eq!(merged.object, expected);
}

#[test]
fn the_scope_of_the_target_decides() {
    let wide = in_prod(&format!(
        "metadata: {{name: orig, namespace: prod, annotations: {{{CLUSTER_WIDE}: \"true\"}}}}\nspec: {{encryptedData: {{}}}}\n"
    ));
    let merged = merge(&target(&wide), &decode(INPUT), &options()).unwrap();
    assert_eq!(merged.scope, Scope::ClusterWide);
    assert!(opens(&merged, "foo"));
    let ordered = Options {
        scope: Some(Scope::Strict),
        ..options()
    };
    assert_eq!(
        merge(&target(&wide), &decode(INPUT), &ordered).unwrap_err(),
        Refusal::ScopeMismatch {
            target: Scope::ClusterWide,
            asked: Scope::Strict
        }
    );
    let annotated = INPUT.replace("{a: b}", &format!("{{{CLUSTER_WIDE}: \"true\"}}"));
    let merged = merge(&target(&in_prod(TARGET)), &decode(&annotated), &options()).unwrap();
    assert_eq!(merged.scope, Scope::Strict);
    assert!(opens(&merged, "foo"));
    assert!(
        !merged
            .object
            .spec
            .template
            .metadata
            .annotations
            .contains_key(CLUSTER_WIDE)
    );
    assert_eq!(
        said(&merged),
        ["scope of the input differs from the target's, which is left as it is"]
    );
}

#[test]
fn names_of_the_target_decide_and_contradictions_are_refused() {
    let named = |name: Option<&'static str>, namespace: Option<&'static str>| Options {
        name,
        namespace,
        ..options()
    };
    let at = target(&in_prod(TARGET));
    let other = decode(&INPUT.replace("name: orig, namespace: prod", "name: other"));
    let merged = merge(&at, &other, &options()).unwrap();
    assert!(opens(&merged, "foo"));
    assert_eq!(
        said(&merged),
        ["the input is named \"other\"; its items were sealed for the target's name \"orig\""]
    );
    assert!(merge(&at, &decode(INPUT), &named(Some("orig"), Some("prod"))).is_ok());
    assert_eq!(
        merge(&at, &decode(INPUT), &named(Some("other"), None))
            .unwrap_err()
            .to_string(),
        "the target is named \"orig\", but name \"other\" was asked for"
    );
    assert_eq!(
        merge(&at, &decode(INPUT), &named(None, Some("dev")))
            .unwrap_err()
            .to_string(),
        "the Secret is in namespace \"prod\", but namespace \"dev\" was asked for"
    );
    let elsewhere = decode(&INPUT.replace("namespace: prod", "namespace: dev"));
    assert!(merge(&at, &elsewhere, &options()).is_err());
}

#[test]
fn a_target_without_a_namespace_takes_the_one_that_is_said() {
    let nowhere = target(&in_prod(
        "metadata: {name: orig}\nspec: {encryptedData: {}}\n",
    ));
    let merged = merge(&nowhere, &decode(INPUT), &options()).unwrap();
    assert_eq!(
        merged.object.metadata.namespace, None,
        "where it is deployed decides"
    );
    assert_eq!(
        said(&merged),
        ["the Secret says no namespace; sealed for \"prod\""]
    );
    let unsaid = decode(&INPUT.replace(", namespace: prod", ""));
    assert_eq!(
        merge(&nowhere, &unsaid, &options()).unwrap_err(),
        Refusal::NoNamespace {
            scope: Scope::Strict
        }
    );
    let default = Options {
        default_namespace: Some("ctx"),
        ..options()
    };
    assert!(merge(&nowhere, &unsaid, &default).is_ok());
}

#[test]
fn targets_that_crash_kubeseal_are_merged_into_or_refused_with_a_reason() {
    for source in [
        "metadata: {name: orig, namespace: prod}\n",
        "metadata: {name: orig, namespace: prod}\nspec: {}\n",
        "metadata: {name: orig, namespace: prod}\nspec: {template: {metadata: null}}\n",
        "metadata: {name: orig, namespace: prod}\nspec: {encryptedData: null, template: {metadata: {labels: null}}}\n",
        "metadata: {name: orig, namespace: prod}\nspec: {encryptedData: {foo: 5}}\nstatus: x\n",
    ] {
        let merged = merge(&target(&in_prod(source)), &decode(INPUT), &options()).unwrap();
        assert!(opens(&merged, "foo"), "{source}");
    }
    let table = [
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nspec: {}\n".to_owned(),
            "this is Secret (v1), not a SealedSecret (bitnami.com/v1alpha1)",
        ),
        (
            in_prod("metadata: {namespace: prod}\nspec: {}\n"),
            "metadata.name is missing",
        ),
        (
            in_prod("metadata: {name: a, namespace: prod}\nspec: {encryptedData: [1]}\n"),
            "spec.encryptedData is a list, must be an object",
        ),
        (
            in_prod("metadata: {name: a, namespace: prod}\nspec: {template: x}\n"),
            "spec.template is a string, must be an object",
        ),
        (
            in_prod("metadata: {name: a, namespace: prod}\nspec: {data: AgB, encryptedData: {}}\n"),
            "the target holds its values in the deprecated spec.data, beside which encryptedData is not allowed",
        ),
    ];
    for (source, expected) in table {
        assert_eq!(
            merge(&target(&source), &decode(INPUT), &options())
                .unwrap_err()
                .to_string(),
            expected
        );
    }
}

#[test]
fn what_is_not_merged_is_said() {
    let input = format!("{INPUT}type: kubernetes.io/tls\nimmutable: true\n");
    let merged = merge(&target(&in_prod(TARGET)), &decode(&input), &options()).unwrap();
    assert_eq!(
        said(&merged),
        [
            "type of the input differs from the target's, which is left as it is",
            "immutable of the input differs from the target's, which is left as it is",
        ]
    );
    let opaque = format!("{INPUT}type: Opaque\nimmutable: false\n");
    assert_eq!(
        said(&merge(&target(&in_prod(TARGET)), &decode(&opaque), &options()).unwrap()),
        [] as [&str; 0]
    );
}

#[test]
fn the_stamp_follows() {
    let stamped = |now| Options {
        stamp: Some(now),
        ..options()
    };
    let first = seal(&decode(INPUT), &stamped(1)).unwrap().object;
    let at = Decoded {
        object: first,
        issues: Vec::new(),
    };
    let input = decode(&INPUT.replace(", bar: oth3r-value", ""));

    let merged = merge(&at, &input, &stamped(2)).unwrap();
    let stamp = Stamp::of(&merged.object).unwrap().unwrap();
    let groups: Vec<_> = stamp
        .seals
        .iter()
        .map(|s| s.items.keys().map(String::as_str).collect::<Vec<_>>())
        .collect();
    assert_eq!(groups, [["bar"], ["foo"]]);
    assert!(
        stamp
            .cover(&merged.object.spec.encrypted_data)
            .iter()
            .all(|cover| cover.intact)
    );
    assert_eq!(
        paths(&merged),
        [
            "set spec.encryptedData.foo",
            "set metadata.annotations[\"lacre.dev/seal\"]"
        ]
    );

    let unstamped = merge(&at, &input, &options()).unwrap();
    let stamp = Stamp::of(&unstamped.object).unwrap().unwrap();
    let covered: Vec<_> = stamp.seals.iter().flat_map(|s| s.items.keys()).collect();
    assert_eq!(
        covered,
        ["bar"],
        "what the stamp said of foo is no longer so"
    );

    let all = merge(&at, &decode(INPUT), &options()).unwrap();
    assert!(paths(&all).contains(&"remove metadata.annotations[\"lacre.dev/seal\"]".to_owned()));
    assert_eq!(all.object.metadata.annotations, None);
}

#[test]
fn a_stamp_that_cannot_be_read_is_replaced() {
    let source = in_prod(&format!(
        "metadata: {{name: orig, namespace: prod, annotations: {{{SEAL_STAMP}: nonsense}}}}\nspec: {{encryptedData: {{old: AgOLD}}}}\n"
    ));
    let merged = merge(
        &target(&source),
        &decode(INPUT),
        &Options {
            stamp: Some(3),
            ..options()
        },
    )
    .unwrap();
    assert_eq!(Stamp::of(&merged.object).unwrap().unwrap().seals.len(), 1);
    assert_eq!(
        annotations::scope(merged.object.metadata.annotations.as_ref().unwrap()),
        Scope::Strict
    );
}

#[test]
fn merging_the_same_metadata_again_edits_only_the_values() {
    let merged = merge(&target(&in_prod(TARGET)), &decode(INPUT), &options()).unwrap();
    let again = Decoded {
        object: merged.object,
        issues: Vec::new(),
    };
    let merged = merge(&again, &decode(INPUT), &options()).unwrap();
    assert_eq!(
        paths(&merged),
        ["set spec.encryptedData.bar", "set spec.encryptedData.foo"]
    );
}
