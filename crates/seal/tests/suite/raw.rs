//! Sealing one value alone.

use lacre_crypto::{Identity, Scope, SecretBytes, decode_text};
use lacre_seal::seal_raw;

use crate::support::PAIR;

#[test]
fn one_value_alone_is_sealed_for_what_its_scope_binds() {
    let value = SecretBytes::from_slice(b"s3cr3t\n");
    let at = |scope, namespace, name| Identity {
        scope,
        namespace,
        name,
    };
    let key = &PAIR.sealing;
    let raw = seal_raw(&value, &at(Scope::Strict, "prod", "db"), key).unwrap();
    let opened = PAIR
        .keyring
        .open(&decode_text(&raw.text).unwrap(), b"prod/db")
        .unwrap();
    assert_eq!(opened.plaintext.expose(), b"s3cr3t\n");
    assert_eq!(raw.doubts.len(), 1);
    let refused = |identity| {
        seal_raw(&value, &identity, key)
            .map(|_| ())
            .map_err(|e| e.to_string())
    };
    assert!(refused(at(Scope::Strict, "prod", "")).is_err());
    assert!(refused(at(Scope::NamespaceWide, "", "")).is_err());
    assert!(refused(at(Scope::Strict, "prod", "a/b")).is_err());
    assert_eq!(refused(at(Scope::NamespaceWide, "prod", "")), Ok(()));
    assert_eq!(refused(at(Scope::ClusterWide, "", "")), Ok(()));
}
