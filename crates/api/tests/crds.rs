//! The definitions in `crds/` are those of the types, and accept what upstream's accept.
#![cfg(test)]

use std::fs;
use std::path::Path;

use lacre_api::crd;
use serde_json::{Value, json};

fn schema() -> Value {
    let definition = crd::sealed_secret().to_json();
    definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone()
}

#[test]
fn the_files_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crds");
    for (file, definition) in crd::all() {
        let kept = fs::read(folder.join(file)).unwrap();
        let made = crd::to_yaml(&definition);
        assert!(
            kept == made.expose(),
            "{file}: run cargo run -p lacre-api --example crds"
        );
    }
}

#[test]
fn name_scope_subresource_and_columns_are_those_of_upstream() {
    let definition = crd::sealed_secret().to_json();
    assert_eq!(definition["metadata"]["name"], "sealedsecrets.bitnami.com");
    assert_eq!(
        definition["spec"]["names"],
        json!({"kind": "SealedSecret", "listKind": "SealedSecretList", "plural": "sealedsecrets", "singular": "sealedsecret"})
    );
    assert_eq!(definition["spec"]["scope"], "Namespaced");
    let [version] = definition["spec"]["versions"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        panic!("one version")
    };
    assert_eq!(version["name"], "v1alpha1");
    assert_eq!(
        (&version["served"], &version["storage"]),
        (&json!(true), &json!(true))
    );
    assert_eq!(version["subresources"], json!({"status": {}}));
    let columns: Vec<_> = version["additionalPrinterColumns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| {
            (
                column["name"].as_str().unwrap(),
                column["type"].as_str().unwrap(),
                column["jsonPath"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("Status", "string", ".status.conditions[0].message"),
            ("Synced", "string", ".status.conditions[0].status"),
            ("Age", "date", ".metadata.creationTimestamp"),
        ]
    );
}

#[test]
fn fields_that_users_have_are_neither_refused_nor_pruned() {
    let schema = schema();
    let at = |pointer: &str| schema.pointer(&format!("/properties{pointer}")).unwrap();
    let open = "x-kubernetes-preserve-unknown-fields";
    assert_eq!(at("/spec/properties/encryptedData")[open], true);
    assert_eq!(
        at("/spec/properties/template/properties/metadata")[open],
        true
    );
    assert_eq!(
        at("/spec/properties/template/properties/metadata")["nullable"],
        true
    );
    assert_eq!(
        at("/spec/properties/template/properties/data/additionalProperties")["nullable"],
        true
    );
    assert_eq!(at("/spec/properties/data")["type"], "string");
    assert_eq!(at("/spec")["required"], json!(["encryptedData"]));
    assert_eq!(schema["required"], json!(["spec"]));
    assert_eq!(
        at("/status/properties/conditions/items")["required"],
        json!(["status", "type"])
    );
    let names: Vec<_> = at("/spec/properties/template/properties")
        .as_object()
        .unwrap()
        .keys()
        .collect();
    assert_eq!(names, ["data", "immutable", "metadata", "type"]);
}

#[test]
fn no_default_rewrites_an_object_on_the_server() {
    fn defaults(schema: &Value) -> bool {
        let properties = schema["properties"].as_object();
        schema.get("default").is_some()
            || properties.is_some_and(|properties| properties.values().any(defaults))
            || schema.get("items").is_some_and(defaults)
    }
    assert!(!defaults(&schema()));
}

#[test]
fn descriptions_speak_of_the_api_and_not_of_rust() {
    let text = crd::to_yaml(&crd::sealed_secret());
    let text = String::from_utf8(text.expose().to_vec()).unwrap();
    for word in ["`Some`", "`None`", "Auto-generated", "::"] {
        assert!(!text.contains(word), "{word}");
    }
}
