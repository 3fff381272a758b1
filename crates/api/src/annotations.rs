//! The annotations that mean something, and those that must never be carried over.

use std::collections::BTreeMap;

use lacre_crypto::Scope;
pub use lacre_crypto::{
    CLUSTER_WIDE_ANNOTATION as CLUSTER_WIDE, NAMESPACE_WIDE_ANNOTATION as NAMESPACE_WIDE,
};

/// On a live Secret: the controller may take it over and overwrite it, if the value is `"true"`.
pub const MANAGED: &str = "sealedsecrets.bitnami.com/managed";
/// On a live Secret: the controller adds its items and leaves the others, if the value is `"true"`.
pub const PATCH: &str = "sealedsecrets.bitnami.com/patch";
/// On the template (and on the Secret): no owner reference is set, if the value is `"true"`.
pub const SKIP_SET_OWNER_REFERENCES: &str = "sealedsecrets.bitnami.com/skip-set-owner-references";
/// On a SealedSecret: what was sealed when, for whom and with which key (see `docs/seal-stamp.md`).
pub const SEAL_STAMP: &str = "lacre.dev/seal";

/// Annotations of an object, key to value.
pub type Annotations = BTreeMap<String, String>;

/// True when `key` is there with the exact value `"true"`, the only one that counts.
#[must_use]
pub fn is_set(annotations: &Annotations, key: &str) -> bool {
    annotations.get(key).is_some_and(|value| value == "true")
}

/// The scope that the annotations declare.
#[must_use]
pub fn scope(annotations: &Annotations) -> Scope {
    Scope::from_annotations(|key| annotations.get(key).map(String::as_str))
}

/// Declares `scope`: both annotations go, then the one of the scope comes.
pub fn set_scope(annotations: &mut Annotations, scope: Scope) {
    annotations.remove(NAMESPACE_WIDE);
    annotations.remove(CLUSTER_WIDE);
    if let Some(key) = scope.annotation() {
        annotations.insert(key.to_owned(), "true".to_owned());
    }
}

/// The scope annotations with a value other than `"true"`: they are as if absent, which their author hardly meant.
pub fn ineffective_scopes(annotations: &Annotations) -> impl Iterator<Item = (&str, &str)> {
    [NAMESPACE_WIDE, CLUSTER_WIDE]
        .into_iter()
        .filter_map(|key| {
            let (key, value) = annotations.get_key_value(key)?;
            (value != "true").then_some((key.as_str(), value.as_str()))
        })
}

/// The program that keeps a copy of the whole object under the annotation `key`, if one is known to.
///
/// kubectl and kubecfg keep it as JSON, kapp also as a diff; Rancher's and Banzai's libraries pack it.
#[must_use]
pub fn plaintext_writer(key: &str) -> Option<&'static str> {
    match key.split_once('/')? {
        ("kubectl.kubernetes.io", "last-applied-configuration") => Some("kubectl"),
        ("kubecfg.ksonnet.io", "last-applied-configuration") => Some("kubecfg"),
        ("kapp.k14s.io", name) if name.starts_with("original") => Some("kapp"),
        ("objectset.rio.cattle.io", "applied") => Some("Rancher"),
        (_, "last-applied" | "last-applied-configuration") => Some("a deployment tool"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotations(pairs: &[(&str, &str)]) -> Annotations {
        pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect()
    }

    #[test]
    fn declaring_a_scope_leaves_exactly_its_annotation() {
        for scope_to_be in Scope::ALL {
            let mut found =
                annotations(&[(NAMESPACE_WIDE, "yes"), (CLUSTER_WIDE, "true"), ("a", "b")]);
            set_scope(&mut found, scope_to_be);
            assert_eq!(scope(&found), scope_to_be);
            assert_eq!(found.len(), 1 + usize::from(scope_to_be != Scope::Strict));
            assert_eq!(ineffective_scopes(&found).count(), 0);
        }
    }

    #[test]
    fn a_scope_annotation_that_does_not_count_is_found() {
        let found = annotations(&[(NAMESPACE_WIDE, "True"), (CLUSTER_WIDE, "true")]);
        assert_eq!(
            ineffective_scopes(&found).collect::<Vec<_>>(),
            [(NAMESPACE_WIDE, "True")]
        );
    }

    #[test]
    fn annotations_that_carry_the_whole_object_are_known() {
        for key in [
            "kubectl.kubernetes.io/last-applied-configuration",
            "kubecfg.ksonnet.io/last-applied-configuration",
            "kapp.k14s.io/original",
            "kapp.k14s.io/original-diff",
            "kapp.k14s.io/original-diff-md5",
            "kapp.k14s.io/original-diff-full",
            "objectset.rio.cattle.io/applied",
            "banzaicloud.com/last-applied",
        ] {
            assert!(plaintext_writer(key).is_some(), "{key}");
        }
        for key in [
            "kapp.k14s.io/identity",
            "original",
            "a/b",
            MANAGED,
            SEAL_STAMP,
        ] {
            assert_eq!(plaintext_writer(key), None, "{key}");
        }
    }
}
