//! Keys made once for a whole test binary, and objects sealed with them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use lacre_api::{Decoded, SealedSecret};
use lacre_crypto::{Identity, Keyring, Scope, SealingKey, UnsealingKey, encode_text};
use lacre_template::Ambient;
use serde_json::{Value, json};

/// A world in which it is always noon and every die shows the same.
pub(crate) struct Still;

impl Ambient for Still {
    fn now(&mut self) -> (i64, u32) {
        (1_767_322_800, 0)
    }

    fn random(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
}

/// Three key pairs of 2048 bits.
pub(crate) static KEYS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    (0..3)
        .map(|_| {
            UnsealingKey::generate(2048)
                .unwrap()
                .to_pkcs1_pem()
                .expose()
                .to_vec()
        })
        .collect()
});

pub(crate) fn key(n: usize) -> UnsealingKey {
    UnsealingKey::read_first_pem(&KEYS[n]).unwrap()
}

pub(crate) fn sealing_key(n: usize) -> SealingKey {
    key(n).sealing_key().unwrap()
}

/// The keys of these numbers, named `key0`, `key1`, ...
pub(crate) fn keyring(numbers: &[usize]) -> Keyring {
    let mut keyring = Keyring::new();
    for n in numbers {
        keyring.add(key(*n), i64::try_from(*n).unwrap(), format!("key{n}"));
    }
    keyring
}

pub(crate) const fn strict<'a>(namespace: &'a str, name: &'a str) -> Identity<'a> {
    Identity {
        scope: Scope::Strict,
        namespace,
        name,
    }
}

/// Base64 of `value` sealed with key 0.
pub(crate) fn sealed(value: &[u8], identity: &Identity<'_>) -> String {
    encode_text(&sealing_key(0).seal(value, &identity.label()).unwrap())
}

/// A SealedSecret `prod/db` with these values and this template.
pub(crate) fn object(values: &[(&str, String)], template: Value) -> Value {
    let values: BTreeMap<_, _> = values.iter().map(|(k, v)| (*k, v.clone())).collect();
    json!({
        "apiVersion": "bitnami.com/v1alpha1", "kind": "SealedSecret",
        "metadata": {"name": "db", "namespace": "prod", "uid": "u-1", "generation": 2},
        "spec": {"encryptedData": values, "template": template},
    })
}

pub(crate) fn decode(value: &Value) -> Decoded<SealedSecret> {
    SealedSecret::decode(value)
}
