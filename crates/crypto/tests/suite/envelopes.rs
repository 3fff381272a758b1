//! What one backend seals the other opens, and the tolerance that upstream has.

use lacre_crypto::backend::native::Native;
use lacre_crypto::backend::portable::Portable;
use lacre_crypto::backend::{self, Backend};
use lacre_crypto::{Envelope, Identity, OpenError, Scope, UnsealingKey};

use crate::support::{Oaep, Pair, RawKey, envelope, fixture, pem_contents, raw_key, raw_rsa};

fn sealed_by_one_opens_with_the_other<A: Backend, B: Backend>() {
    let sizes = [0, 1, 15, 16, 17, 255, 4096, 65536, 1 << 20];
    for bits in [2048, 4096] {
        let (one, other) = (Pair::<A>::new(raw_key(bits)), Pair::<B>::new(raw_key(bits)));
        for scope in Scope::ALL {
            let identity = Identity {
                scope,
                namespace: "prod",
                name: "db",
            };
            let label = identity.label();
            for size in sizes {
                let plaintext: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
                let sealed = one.seal(&plaintext, &label);
                assert_eq!(sealed.len(), 2 + bits / 8 + size + 16);
                let opened = other.open(&sealed, &label).unwrap();
                assert!(opened.expose() == plaintext, "{bits} {scope} {size}");
            }
        }
    }
}

#[test]
fn sealed_natively_opens_portably() {
    sealed_by_one_opens_with_the_other::<Native, Portable>();
}

#[test]
fn sealed_portably_opens_natively() {
    sealed_by_one_opens_with_the_other::<Portable, Native>();
}

#[test]
fn odd_moduli_work_in_both_backends() {
    let pem = fixture("rsa2050.pem");
    let key = UnsealingKey::read_first_pem(&pem).unwrap();
    let sealed = key.sealing_key().unwrap().seal(b"value", b"l").unwrap();
    let envelope = Envelope::parse(&sealed).unwrap();
    assert_eq!(envelope.rsa_part().len(), 257);
    assert_eq!(key.open(&envelope, b"l").unwrap().expose(), b"value");

    let raw = RawKey::from_pkcs8(pem_contents(&pem));
    let portable = Pair::<Portable>::new(&raw);
    assert_eq!(portable.open(&sealed, b"l").unwrap().expose(), b"value");
    let back = portable.seal(b"value", b"l");
    let back = key.open(&Envelope::parse(&back).unwrap(), b"l").unwrap();
    assert_eq!(back.expose(), b"value");
}

#[test]
fn no_two_seals_are_alike() {
    let pair = Pair::<Native>::new(raw_key(2048));
    let (one, two) = (pair.seal(b"value", b""), pair.seal(b"value", b""));
    let (one, two) = (
        Envelope::parse(&one).unwrap(),
        Envelope::parse(&two).unwrap(),
    );
    assert_ne!(one.rsa_part(), two.rsa_part());
    assert_ne!(one.sealed_part(), two.sealed_part());
}

/// The envelope of `plaintext` under a session key of the caller's choice.
fn with_session_key<B: Backend>(session_key: &[u8], plaintext: &[u8], label: &[u8]) -> Vec<u8> {
    let key = raw_key(2048);
    let block = Oaep::new(key.modulus_len, label, session_key).block();
    let mut sealed = plaintext.to_vec();
    if B::gcm_seal(session_key, [0; 12], &[], &mut sealed).is_err() {
        sealed.resize(plaintext.len() + 16, 0);
    }
    envelope(&raw_rsa(&key.spki, &block), &sealed)
}

fn session_keys<B: Backend>() {
    let pair = Pair::<B>::new(raw_key(2048));
    for length in [0, 1, 15, 16, 17, 23, 24, 25, 31, 32, 33, 64, 190] {
        let sealed = with_session_key::<B>(&vec![0xa7; length], b"value", b"ns/name");
        let opened = pair.open(&sealed, b"ns/name");
        if [16, 24, 32].contains(&length) {
            assert_eq!(opened.unwrap().expose(), b"value", "{length}");
        } else {
            let error = opened.unwrap_err();
            assert_eq!(error, OpenError::SessionKey { length });
        }
    }
}

#[test]
fn session_keys_of_every_aes_length_open_and_no_others() {
    session_keys::<Native>();
    session_keys::<Portable>();
}

/// Envelopes whose RSA part begins with zero bytes, which some encoders drop.
fn leading_zeros<B: Backend>() {
    let pair = Pair::<B>::new(raw_key(2048));
    // One in 256 RSA parts begins with a zero byte.
    let sealed = (0..10_000)
        .map(|_| pair.seal(b"value", b"label"))
        .find(|sealed| sealed[2] == 0)
        .expect("a leading zero among 10,000 numbers");
    let whole = Envelope::parse(&sealed).unwrap();
    assert_eq!(pair.open(&sealed, b"label").unwrap().expose(), b"value");

    let dropped = envelope(&whole.rsa_part()[1..], whole.sealed_part());
    assert_eq!(pair.open(&dropped, b"label").unwrap().expose(), b"value");

    // The primitive itself takes whole numbers only.
    let part = &whole.rsa_part()[1..];
    assert!(B::oaep_decrypt(&pair.private, part, b"label").is_err());

    let added = envelope(&[&[0], whole.rsa_part()].concat(), whole.sealed_part());
    let error = pair.open(&added, b"label").unwrap_err();
    assert_eq!(error, OpenError::RsaPart, "longer than the modulus");

    let empty = envelope(&[], whole.sealed_part());
    let error = pair.open(&empty, b"label").unwrap_err();
    assert_eq!(error, OpenError::RsaPart, "nothing at all is zero");
}

#[test]
fn dropped_leading_zeros_are_put_back_and_added_ones_refused() {
    leading_zeros::<Native>();
    leading_zeros::<Portable>();
}

#[test]
fn damage_is_told_apart_from_a_wrong_key_or_label() {
    let pair = Pair::<Native>::new(raw_key(2048));
    let sealed = pair.seal(b"value", b"ns/name");
    let error = pair.open(&sealed, b"ns/other").unwrap_err();
    assert_eq!(error, OpenError::RsaPart);
    let mut damaged = sealed.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let error = pair.open(&damaged, b"ns/name").unwrap_err();
    assert_eq!(error, OpenError::SealedPart);
}

#[test]
fn backends_refuse_what_they_cannot_do() {
    fn refuses<B: Backend>() {
        assert!(B::public_key(b"").is_err());
        assert!(B::private_key(b"").is_err());
        assert!(B::generate(1024).is_err());
        let key = raw_key(2048);
        let pair = Pair::<B>::new(key);
        assert!(B::oaep_encrypt(&pair.public, &[0; 190], b"").is_ok());
        assert!(B::oaep_encrypt(&pair.public, &[0; 191], b"").is_err());
        assert!(B::oaep_decrypt(&pair.private, &[0; 255], b"").is_err());
        assert!(B::oaep_decrypt(&pair.private, &[0; 256], b"").is_err());
        assert!(B::oaep_decrypt(&pair.private, &[0xff; 256], b"").is_err());
        for length in [0, 15, 33] {
            let key = vec![0; length];
            assert!(B::gcm_seal(&key, [0; 12], &[], &mut vec![]).is_err());
            assert!(B::gcm_open(&key, [0; 12], &[], &mut vec![0; 16]).is_err());
        }
        for length in 0..16 {
            assert!(B::gcm_open(&[0; 32], [0; 12], &[], &mut vec![0; length]).is_err());
        }
    }
    refuses::<Native>();
    refuses::<Portable>();
}

#[test]
fn keys_that_one_backend_makes_the_other_takes() {
    fn exchange<A: Backend, B: Backend>() {
        let made = A::generate(2048).unwrap();
        let raw = RawKey::from_pkcs8(made.expose().to_vec());
        let taken = B::private_key(&raw.pkcs8).unwrap();
        let sealed = Pair::<A>::new(&raw).seal(b"value", b"l");
        let envelope = Envelope::parse(&sealed).unwrap();
        let opened = backend::open::<B>(&taken, raw.modulus_len, &envelope, b"l");
        assert_eq!(opened.unwrap().expose(), b"value");
    }
    exchange::<Native, Portable>();
    exchange::<Portable, Native>();
}
