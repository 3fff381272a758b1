//! What holds for every value, identity and damage.

use std::sync::LazyLock;

use lacre_crypto::{
    Certificate, Envelope, Identity, Keyring, Misfit, Scope, SealingKey, UnsealingKey,
};
use proptest::prelude::*;

use crate::support::{fixture, unsealing_key};

static KEY: LazyLock<UnsealingKey> = LazyLock::new(|| unsealing_key(2048));
static SEALING: LazyLock<SealingKey> = LazyLock::new(|| KEY.sealing_key().unwrap());
static RING: LazyLock<Keyring> = LazyLock::new(|| {
    let mut keyring = Keyring::new();
    keyring.add(unsealing_key(2048), 1, "a".to_owned());
    keyring.add(unsealing_key(3072), 2, "b".to_owned());
    keyring
});

fn scope() -> impl Strategy<Value = Scope> {
    prop::sample::select(Scope::ALL.to_vec())
}

/// A Kubernetes name: no slash, which is what keeps labels apart.
fn name() -> impl Strategy<Value = String> {
    "[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?"
}

fn opens(envelope: &[u8], label: &[u8]) -> Option<Vec<u8>> {
    let parsed = Envelope::parse(envelope).ok()?;
    let opened = KEY.open(&parsed, label).ok()?;
    Some(opened.expose().to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_sealed_opens(
        plaintext in prop::collection::vec(any::<u8>(), 0..2000),
        scope in scope(), namespace in name(), name in name(),
    ) {
        let label = Identity { scope, namespace: &namespace, name: &name }.label();
        let envelope = SEALING.seal(&plaintext, &label).unwrap();
        prop_assert_eq!(opens(&envelope, &label), Some(plaintext.clone()));
        let opened = RING.open(&envelope, &label).unwrap();
        prop_assert_eq!(opened.plaintext.expose(), &plaintext[..]);
        prop_assert_eq!(opened.key, *KEY.fingerprint());
    }

    #[test]
    fn any_flipped_bit_fails(
        plaintext in prop::collection::vec(any::<u8>(), 0..100),
        at in any::<prop::sample::Index>(), bit in 0..8,
    ) {
        let mut envelope = SEALING.seal(&plaintext, b"ns/name").unwrap();
        let at = at.index(envelope.len());
        envelope[at] ^= 1_u8 << bit;
        prop_assert_eq!(opens(&envelope, b"ns/name"), None);
        prop_assert!(RING.open(&envelope, b"ns/name").is_err());
    }

    #[test]
    fn any_cut_or_added_byte_fails(
        plaintext in prop::collection::vec(any::<u8>(), 0..100),
        cut in any::<prop::sample::Index>(), added in any::<u8>(),
    ) {
        let envelope = SEALING.seal(&plaintext, b"").unwrap();
        let cut = cut.index(envelope.len());
        prop_assert_eq!(opens(&envelope[..cut], b""), None);
        let longer = [&envelope[..], &[added]].concat();
        prop_assert_eq!(opens(&longer, b""), None);
    }

    #[test]
    fn another_identity_opens_only_where_the_scope_allows(
        sealed_scope in scope(), opened_scope in scope(),
        (ns, other_ns) in (name(), name()), (n, other_n) in (name(), name()),
        move_ns: bool, move_n: bool,
    ) {
        prop_assume!(ns != other_ns && n != other_n);
        let sealed = Identity { scope: sealed_scope, namespace: &ns, name: &n };
        let opened = Identity {
            scope: opened_scope,
            namespace: if move_ns { &other_ns } else { &ns },
            name: if move_n { &other_n } else { &n },
        };
        let envelope = SEALING.seal(b"value", &sealed.label()).unwrap();
        let allowed = sealed_scope == opened_scope && match sealed_scope {
            Scope::Strict => !move_ns && !move_n,
            Scope::NamespaceWide => !move_ns,
            Scope::ClusterWide => true,
        };
        prop_assert_eq!(opens(&envelope, &opened.label()).is_some(), allowed);
    }

    #[test]
    fn no_bytes_make_parsing_or_opening_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        length in 0_u16..300,
    ) {
        let framed = [&length.to_be_bytes()[..], &bytes].concat();
        for bytes in [&bytes, &framed] {
            prop_assert!(RING.open(bytes, b"label").is_err());
            if let Ok(envelope) = Envelope::parse(bytes) {
                let parts = envelope.rsa_part().len() + envelope.sealed_part().len();
                prop_assert_eq!(parts + 2, bytes.len());
            }
        }
    }

    #[test]
    fn no_text_makes_pem_readers_panic(
        file in prop::sample::select(vec![
            "rsa2048.pkcs1.pem", "rsa2048.pkcs8.pem", "rsa2048.cert.pem", "ec.cert.pem",
        ]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut text = fixture(file);
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        let _ = UnsealingKey::read_all_pem(&text);
        let _ = UnsealingKey::read_first_pem(&text);
        if let Ok(certificates) = Certificate::read_all_pem(&text) {
            let _ = certificates[0].sealing_key();
        }
    }

    #[test]
    fn der_readers_take_any_bytes(
        at in any::<prop::sample::Index>(), byte in any::<u8>(),
        random in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let certificates = Certificate::read_all_pem(&fixture("rsa2048.cert.pem")).unwrap();
        let mut der = certificates[0].der().to_vec();
        let at = at.index(der.len());
        der[at] = byte;
        for der in [&der, &random] {
            if let Ok(certificate) = Certificate::from_der(der) {
                let _ = certificate.sealing_key();
            }
            let _ = SealingKey::from_public_key_der(der);
            let _ = UnsealingKey::from_pkcs8_der(der);
            let _ = UnsealingKey::from_pkcs1_der(der);
        }
    }

    /// A key is ruled out exactly when the number is not below its modulus.
    #[test]
    fn fitting_is_comparing_numbers(
        part in prop::collection::vec(any::<u8>(), 0..12),
        modulus in (1_u8.., prop::collection::vec(any::<u8>(), 0..10)),
    ) {
        let modulus = [&[modulus.0][..], &modulus.1].concat();
        let length = u16::try_from(part.len()).unwrap();
        let bytes = [&length.to_be_bytes()[..], &part, &[0; 16]].concat();
        let number = |bytes: &[u8]| {
            bytes.iter().fold(0_u128, |n, byte| n << 8 | u128::from(*byte))
        };
        let expected = if part.len() > modulus.len() {
            Err(Misfit::TooLong { part: part.len(), modulus: modulus.len() })
        } else if number(&part) >= number(&modulus) {
            Err(Misfit::NotBelowModulus)
        } else {
            Ok(())
        };
        prop_assert_eq!(Envelope::parse(&bytes).unwrap().could_fit(&modulus), expected);
    }
}
