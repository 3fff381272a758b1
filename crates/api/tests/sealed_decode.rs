//! Reading SealedSecrets: one bad field costs only itself.
#![cfg(test)]
use lacre_api::{FieldIssue, SealedSecret};
use serde_json::{Value, json};

fn sound() -> Value {
    json!({
        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
        "metadata": {"name": "db", "namespace": "prod", "labels": {"a": "b"}, "generation": 3},
        "spec": {
            "encryptedData": {"one": "AAAA", "two": "BBBB"},
            "template": {"type": "Opaque", "metadata": {"labels": {"c": "d"}}, "data": {"x": "y", "gone": null}},
        },
        "status": {"observedGeneration": 3, "conditions": [{"type": "Synced", "status": "True"}]},
    })
}

fn with(pointer: &str, bad: Value) -> Value {
    let mut value = sound();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    value
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap()
        .insert(key.to_owned(), bad);
    value
}

#[test]
fn a_sound_object_reads_without_findings_and_as_serde_reads_it() {
    let decoded = SealedSecret::decode(&sound());
    assert_eq!(decoded.issues, []);
    let typed: SealedSecret = serde_json::from_value(sound()).unwrap();
    assert_eq!(decoded.object, typed);
}

#[test]
fn one_badly_typed_field_costs_only_itself() {
    let table = [
        (
            "/spec/encryptedData/two",
            json!(5),
            "spec.encryptedData.two is a number, must be a string",
        ),
        (
            "/spec/encryptedData/two",
            json!(null),
            "spec.encryptedData.two is null, must be a string",
        ),
        (
            "/spec/encryptedData/two",
            json!({"a": 1}),
            "spec.encryptedData.two is an object, must be a string",
        ),
        (
            "/spec/template",
            json!("x"),
            "spec.template is a string, must be an object",
        ),
        (
            "/spec/template/immutable",
            json!("true"),
            "spec.template.immutable is a string, must be a boolean",
        ),
        (
            "/spec/template/type",
            json!(1),
            "spec.template.type is a number, must be a string",
        ),
        (
            "/spec/template/data/x",
            json!(8080),
            "spec.template.data.x is a number, must be a string",
        ),
        (
            "/spec/template/metadata/labels",
            json!([1]),
            "spec.template.metadata.labels is a list, must be an object",
        ),
        (
            "/spec/template/metadata/finalizers",
            json!(["a", 1]),
            "spec.template.metadata.finalizers[1] is a number, must be a string",
        ),
        (
            "/metadata/name",
            json!(5),
            "metadata.name is a number, must be a string",
        ),
        (
            "/metadata/generation",
            json!("abc"),
            "metadata.generation is not a whole number",
        ),
        (
            "/metadata/creationTimestamp",
            json!("foo"),
            "metadata.creationTimestamp is not a time (RFC 3339)",
        ),
        (
            "/metadata/ownerReferences",
            json!("x"),
            "metadata.ownerReferences is not what Kubernetes keeps there",
        ),
        (
            "/metadata/labels/a",
            json!(true),
            "metadata.labels.a is a boolean, must be a string",
        ),
        (
            "/status/observedGeneration",
            json!("3"),
            "status.observedGeneration is not a whole number",
        ),
        (
            "/status/conditions",
            json!("x"),
            "status.conditions is a string, must be a list",
        ),
    ];
    for (pointer, bad, expected) in table {
        let decoded = SealedSecret::decode(&with(pointer, bad));
        let found: Vec<String> = decoded.issues.iter().map(ToString::to_string).collect();
        assert_eq!(found, [expected], "{pointer}");
        assert!(decoded.issues.iter().all(FieldIssue::is_error), "{pointer}");
        assert_eq!(
            decoded.object.spec.encrypted_data["one"], "AAAA",
            "{pointer}"
        );
        assert_eq!(
            decoded.object.metadata.namespace.as_deref(),
            Some("prod"),
            "{pointer}"
        );
    }
}

#[test]
fn fields_of_template_metadata_that_no_schema_names_are_kept_whatever_their_type() {
    let value = with("/spec/template/metadata/generation", json!("abc"));
    let decoded = SealedSecret::decode(&value);
    assert_eq!(decoded.issues, []);
    assert_eq!(
        decoded.object.spec.template.metadata.other["generation"],
        "abc"
    );
}

#[test]
fn other_kinds_and_unknown_fields_are_said() {
    let table = [
        (
            json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}, "spec": {}}),
            "this is Secret (v1), not a SealedSecret (bitnami.com/v1alpha1)",
        ),
        (
            json!({"kind": "SealedSecret", "metadata": {"name": "a"}, "spec": {}}),
            "this is SealedSecret without an apiVersion, not a SealedSecret (bitnami.com/v1alpha1)",
        ),
        (
            json!({"metadata": {"name": "a"}, "spec": {}}),
            "kind is missing, so this is not a SealedSecret (bitnami.com/v1alpha1)",
        ),
        (
            with("/spec/encyptedData", json!({})),
            "spec.encyptedData is no field of this kind and is ignored",
        ),
        (
            with("/metadata/nmae", json!("x")),
            "metadata.nmae is no field of this kind and is ignored",
        ),
    ];
    for (value, expected) in table {
        let decoded = SealedSecret::decode(&value);
        let found: Vec<String> = decoded.issues.iter().map(ToString::to_string).collect();
        assert_eq!(found, [expected]);
    }
}

#[test]
fn any_json_at_all_is_read_without_a_panic() {
    for value in [
        json!(null),
        json!(1),
        json!([]),
        json!("x"),
        json!({"metadata": [], "spec": 1, "status": 2}),
    ] {
        assert!(
            SealedSecret::decode(&value).errors().next().is_some(),
            "{value}"
        );
    }
}
