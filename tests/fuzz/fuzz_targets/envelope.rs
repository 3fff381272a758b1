//! Bytes as an envelope: what is parsed adds up, and no key opens what nobody sealed.
#![no_main]

use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};
use lacre_crypto::{Envelope, EnvelopeError, Keyring, UnsealingKey, decode_text, encode_text};
use lacre_tests::keys;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The key of many seeds, so that half-right envelopes occur; sealed for a label that no seed has.
static KEYRING: LazyLock<Keyring> = LazyLock::new(|| {
    let mut keyring = Keyring::new();
    let key = keys::of(2048).expect("the vectors hold a key of 2048 bits");
    let key = UnsealingKey::read_first_pem(key.pkcs1.as_bytes()).expect("it is RSA");
    keyring.add(key, 0, "fuzz".to_owned());
    keyring
});

/// Base64 as Go reads it, said by another implementation.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

fuzz_target!(|bytes: &[u8]| {
    match Envelope::parse(bytes) {
        Ok(envelope) => {
            let (rsa_part, sealed_part) = (envelope.rsa_part(), envelope.sealed_part());
            let length = u16::try_from(rsa_part.len()).expect("it was said in two bytes");
            let parts = [&length.to_be_bytes(), rsa_part, sealed_part].concat();
            assert_eq!(parts, bytes, "the parts are the whole");
            assert_eq!(envelope.plaintext_len() + 16, sealed_part.len());
        }
        Err(EnvelopeError::TooShort { needed, found, .. }) => {
            assert!(found < needed && found <= bytes.len());
        }
    }
    assert!(
        KEYRING
            .open(bytes, b"fuzz/nothing-was-sealed-for-this")
            .is_err()
    );

    assert_eq!(
        decode_text(&encode_text(bytes)).expect("what was encoded decodes"),
        bytes
    );
    if let Ok(text) = std::str::from_utf8(bytes) {
        let without_breaks = text.replace(['\r', '\n'], "");
        assert_eq!(decode_text(text).ok(), LENIENT.decode(without_breaks).ok());
    }
});
