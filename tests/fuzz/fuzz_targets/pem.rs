//! Text as private keys and as certificates: what is read is written such that it is read the same again.
#![no_main]

use lacre_crypto::{Certificate, UnsealingKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let keys = UnsealingKey::read_all_pem(text);
    if let Ok(keys) = &keys {
        assert!(!keys.is_empty());
        for key in keys {
            let again = UnsealingKey::read_first_pem(key.to_pkcs1_pem().expose());
            assert_eq!(
                again.expect("what was written reads").fingerprint(),
                key.fingerprint()
            );
            let public = key.sealing_key().expect("a key that opens also seals");
            assert_eq!(public.fingerprint(), key.fingerprint());
        }
    }
    if let Ok(first) = UnsealingKey::read_first_pem(text) {
        let keys = keys.expect("if there is a first key, there are keys");
        assert_eq!(keys[0].fingerprint(), first.fingerprint());
    }

    for certificate in Certificate::read_all_pem(text).unwrap_or_default() {
        let again = Certificate::read_all_pem(certificate.to_pem().as_bytes());
        let again = again.expect("what was written reads");
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].der(), certificate.der());
        if let Ok(key) = certificate.sealing_key() {
            assert!(key.seal(b"x", b"ns/name").is_ok());
        }
    }
});
