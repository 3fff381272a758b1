//! The order in which keys are tried, what is remembered, and what is said when none opens.

use std::sync::LazyLock;

use lacre_crypto::{
    Envelope, EnvelopeError, Keyring, KeyringError, Misfit, OpenError, Outcome, Part, SealingKey,
    UnsealingKey,
};

use crate::support::{envelope, fixture, unsealing_key};

/// Four keys of 2048 bits as PEM, since keys themselves cannot be copied.
static PEMS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    (0..4)
        .map(|_| {
            let key = UnsealingKey::generate(2048).unwrap();
            key.to_pkcs1_pem().expose().to_vec()
        })
        .collect()
});

fn key(number: usize) -> UnsealingKey {
    UnsealingKey::read_first_pem(&PEMS[number]).unwrap()
}

fn sealing(number: usize) -> SealingKey {
    key(number).sealing_key().unwrap()
}

/// An envelope whose RSA part is below the modulus of every key here, so that none is skipped.
fn seal(number: usize, plaintext: &[u8], label: &[u8]) -> Vec<u8> {
    let key = sealing(number);
    loop {
        let sealed = key.seal(plaintext, label).unwrap();
        if sealed[2] < 0x80 {
            return sealed;
        }
    }
}

fn names(keyring: &Keyring) -> Vec<&str> {
    keyring
        .keys()
        .map(lacre_crypto::KeyringEntry::name)
        .collect()
}

/// Keys 0 to 3, of which 3 is the newest.
fn keyring() -> Keyring {
    let mut keyring = Keyring::new();
    for number in [2, 0, 3, 1] {
        let time = i64::try_from(number).unwrap();
        keyring.add(key(number), time, format!("key{number}"));
    }
    keyring
}

#[test]
fn keys_are_kept_newest_first_and_by_name_among_equals() {
    assert_eq!(names(&keyring()), ["key3", "key2", "key1", "key0"]);
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut keyring = Keyring::new();
        for number in order {
            keyring.add(key(number), 7, format!("key{number}"));
        }
        assert_eq!(names(&keyring), ["key0", "key1", "key2"], "{order:?}");
    }
    assert_eq!(keyring().newest().unwrap().name(), "key3");
    assert!(Keyring::new().newest().is_none());
    assert!(Keyring::new().is_empty());
}

#[test]
fn a_key_that_is_added_again_is_replaced() {
    let mut keyring = keyring();
    keyring.add(key(0), 9, "key0 again".to_owned());
    assert_eq!(names(&keyring), ["key0 again", "key3", "key2", "key1"]);
    assert_eq!(keyring.len(), 4);
    let newest = keyring.newest().unwrap();
    assert_eq!(newest.ordering_time(), 9);
    assert_eq!(newest.key().fingerprint(), key(0).fingerprint());
}

#[test]
fn the_newest_key_is_tried_first() {
    let keyring = keyring();
    for (number, tried) in [(3, 1), (2, 2), (1, 3), (0, 4)] {
        let label = format!("ns/{number}");
        let sealed = seal(number, b"value", label.as_bytes());
        let opened = keyring.open(&sealed, label.as_bytes()).unwrap();
        assert_eq!(opened.plaintext.expose(), b"value");
        assert_eq!(opened.key, *key(number).fingerprint());
        assert_eq!(opened.tried, tried);
    }
}

#[test]
fn the_key_that_opened_the_same_bytes_is_tried_first_next_time() {
    let keyring = keyring();
    let old = seal(0, b"old", b"ns/a");
    let new = seal(2, b"new", b"ns/a");
    assert_eq!(keyring.open(&old, b"ns/a").unwrap().tried, 4);
    assert_eq!(keyring.open(&new, b"ns/a").unwrap().tried, 3);
    // By now the label points to key 2, but the bytes are remembered for themselves.
    assert_eq!(keyring.open(&old, b"ns/a").unwrap().tried, 1);
    assert_eq!(keyring.open(&new, b"ns/a").unwrap().tried, 1);
}

#[test]
fn the_key_that_opened_a_sibling_is_tried_first() {
    let keyring = keyring();
    for item in ["one", "two", "three"] {
        let sealed = seal(0, item.as_bytes(), b"ns/object");
        let opened = keyring.open(&sealed, b"ns/object").unwrap();
        assert_eq!(opened.tried, if item == "one" { 4 } else { 1 });
    }
}

#[test]
fn memory_does_not_outlive_a_key_nor_grow_without_bound() {
    let mut keyring = keyring();
    let sealed = seal(0, b"value", b"");
    assert_eq!(keyring.open(&sealed, b"").unwrap().tried, 4);
    // Replacing the key keeps what is known about it.
    keyring.add(key(0), -1, "older".to_owned());
    assert_eq!(keyring.open(&sealed, b"").unwrap().tried, 1);
    // Far more labels than there are places; every value still opens.
    for number in 0..10_000 {
        let label = format!("ns/{number}");
        if number % 100 == 0 {
            let sealed = seal(1, b"value", label.as_bytes());
            assert!(keyring.open(&sealed, label.as_bytes()).is_ok());
        }
    }
    assert_eq!(
        keyring.open(&sealed, b"").unwrap().plaintext.expose(),
        b"value"
    );
}

#[test]
fn keys_that_cannot_fit_are_skipped_and_the_error_says_so() {
    let mut keyring = keyring();
    keyring.add(unsealing_key(4096), 100, "large".to_owned());
    let sealed = unsealing_key(3072)
        .sealing_key()
        .unwrap()
        .seal(b"value", b"")
        .unwrap();
    let error = keyring.open(&sealed, b"").unwrap_err();
    assert_eq!((error.tried(), error.skipped()), (1, 4));
    assert_eq!(
        error.to_string(),
        "no key opens it (1 tried, 4 of another size or modulus)"
    );
    let KeyringError::NoKeyOpens { attempts } = error else {
        panic!("{error}")
    };
    let too_long = Outcome::Skipped(Misfit::TooLong {
        part: 384,
        modulus: 256,
    });
    for attempt in &attempts {
        let expected = match attempt.name.as_str() {
            "large" => Outcome::Failed(OpenError::RsaPart),
            _ => too_long,
        };
        assert_eq!(attempt.outcome, expected, "{}", attempt.name);
    }
}

#[test]
fn a_number_that_is_not_below_the_modulus_is_not_tried() {
    let keyring = keyring();
    let error = keyring
        .open(&envelope(&[0xff; 256], &[0; 16]), b"")
        .unwrap_err();
    assert_eq!((error.tried(), error.skipped()), (0, 4));
    let KeyringError::NoKeyOpens { attempts } = error else {
        panic!("{error}")
    };
    let expected = Outcome::Skipped(Misfit::NotBelowModulus);
    assert!(attempts.iter().all(|attempt| attempt.outcome == expected));
}

#[test]
fn a_larger_key_is_tried_after_those_of_the_right_size() {
    let mut keyring = keyring();
    keyring.add(unsealing_key(4096), 100, "large".to_owned());
    assert_eq!(keyring.newest().unwrap().name(), "large");
    let sealed = seal(3, b"value", b"");
    assert_eq!(keyring.open(&sealed, b"").unwrap().tried, 1);
}

#[test]
fn damage_under_the_right_key_is_named_and_ends_the_search() {
    let keyring = keyring();
    let mut sealed = seal(2, b"value", b"ns/name");
    *sealed.last_mut().unwrap() ^= 1;
    let error = keyring.open(&sealed, b"ns/name").unwrap_err();
    assert_eq!(
        error,
        KeyringError::Damaged {
            key: *key(2).fingerprint(),
            cause: OpenError::SealedPart,
        }
    );
}

#[test]
fn errors_tell_an_empty_keyring_a_wrong_label_and_broken_bytes_apart() {
    let sealed = seal(0, b"value", b"ns/name");
    let empty = Keyring::new().open(&sealed, b"ns/name").unwrap_err();
    assert_eq!(empty, KeyringError::NoKeys);
    let wrong = keyring().open(&sealed, b"ns/other").unwrap_err();
    assert_eq!((wrong.tried(), wrong.skipped()), (4, 0));
    assert_eq!(wrong.to_string(), "no key opens it (4 tried)");
    let broken = keyring().open(&sealed[..100], b"ns/name").unwrap_err();
    assert_eq!(
        broken,
        KeyringError::Envelope(EnvelopeError::TooShort {
            part: Part::Rsa,
            needed: 256,
            found: 98
        })
    );
    assert_eq!(
        broken.to_string(),
        "the value is cut off: its encrypted session key needs 256 bytes, but 98 are left"
    );
}

#[test]
fn threads_share_a_keyring() {
    let keyring = keyring();
    let sealed: Vec<_> = (0..4).map(|number| seal(number, b"value", b"l")).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    for (number, sealed) in sealed.iter().enumerate() {
                        let opened = keyring.open(sealed, b"l").unwrap();
                        assert_eq!(opened.key, *key(number).fingerprint());
                    }
                }
            });
        }
    });
}

#[test]
fn what_is_printed_of_a_keyring_holds_no_private_number() {
    let mut keyring = Keyring::new();
    let key = UnsealingKey::read_first_pem(&fixture("rsa2048.pkcs1.pem")).unwrap();
    let fingerprint = key.fingerprint().ssh();
    keyring.add(key, 5, "name".to_owned());
    let shown = format!("{keyring:?}");
    assert!(shown.contains(&fingerprint));
    assert!(shown.len() < 300, "{shown}");
    let sealed = keyring.newest().unwrap().key().sealing_key().unwrap();
    let sealed = sealed.seal(b"hunter2", b"").unwrap();
    let opened = keyring.open(&sealed, b"").unwrap();
    assert!(!format!("{opened:?}").contains("hunter2"));
    assert!(Envelope::parse(&sealed).is_ok());
}
