//! OAEP blocks of which something is wrong are refused by both backends.

use lacre_crypto::backend::Backend;
use lacre_crypto::backend::native::Native;
use lacre_crypto::backend::portable::Portable;

use crate::support::{Oaep, Pair, RawKey, fixture, pem_contents, raw_key, raw_rsa};

const LABEL: &[u8] = b"team-a/db-credentials";
const MESSAGE: &[u8] = &[0x4b; 32];

struct Case {
    name: &'static str,
    /// For a modulus of 256 bytes.
    block: Vec<u8>,
    /// The message that both backends must find, if any.
    message: Option<&'static [u8]>,
}

fn valid(name: &'static str, message: &'static [u8]) -> Case {
    Case {
        name,
        block: Oaep::new(256, LABEL, message).block(),
        message: Some(message),
    }
}

fn invalid(name: &'static str, change: impl FnOnce(&mut Oaep<'_>)) -> Case {
    let mut oaep = Oaep::new(256, LABEL, MESSAGE);
    change(&mut oaep);
    Case {
        name,
        block: oaep.block(),
        message: None,
    }
}

fn cases() -> Vec<Case> {
    vec![
        valid("an honest block", MESSAGE),
        valid("an empty message", b""),
        valid(
            "the largest message, with no zeros before the one",
            &[0x4b; 190],
        ),
        valid("a message that begins like padding", &[0, 1, 0, 1]),
        invalid("another label", |oaep| oaep.label = b"team-a/db-credential"),
        invalid("no label", |oaep| oaep.label = b""),
        // Y of RFC 8017, 7.1.2 step 3g. Larger ones would not be below the modulus.
        invalid("a first octet of 1", |oaep| oaep.first = 1),
        invalid("a first octet of 2", |oaep| oaep.first = 2),
        invalid("a first octet of 0x40", |oaep| oaep.first = 0x40),
        invalid("a first octet of 0x7f", |oaep| oaep.first = 0x7f),
        invalid("a two instead of the one", |oaep| {
            *oaep.padding.last_mut().unwrap() = 2;
        }),
        invalid("a two at the start of the zeros", |oaep| {
            oaep.padding[0] = 2
        }),
        invalid("a bit among the zeros", |oaep| oaep.padding[50] = 0x80),
        invalid("0xff right before the one", |oaep| {
            let before = oaep.padding.len() - 2;
            oaep.padding[before] = 0xff;
        }),
        invalid("zeros to the end", |oaep| {
            oaep.padding = vec![0; 256 - 1 - 64];
            oaep.message = b"";
        }),
        Case {
            name: "all zeros, also under the masks",
            block: vec![0; 256],
            message: None,
        },
    ]
}

fn both_say<B: Backend>() {
    let key = raw_key(2048);
    let pair = Pair::<B>::new(key);
    for case in cases() {
        let ciphertext = raw_rsa(&key.spki, &case.block);
        let opened = B::oaep_decrypt(&pair.private, &ciphertext, LABEL).ok();
        let message = opened.as_ref().map(|message| message.as_slice());
        assert_eq!(message, case.message, "{}", case.name);
    }
}

#[test]
fn natively() {
    both_say::<Native>();
}

#[test]
fn portably() {
    both_say::<Portable>();
}

/// Each single bit of the unmasked block outside of seed and message matters.
#[test]
fn every_bit_of_hash_and_padding_counts() {
    // Exponent 3 makes it quick; the private operation is portable, where the padding is ours.
    let key = RawKey::from_pkcs8(pem_contents(&fixture("rsa2048-exponent3.pem")));
    let pair = Pair::<Portable>::new(&key);
    let honest = Oaep::new(256, LABEL, b"");
    for at in (0..honest.padding.len()).step_by(7) {
        let mut oaep = Oaep::new(256, LABEL, b"");
        oaep.padding[at] ^= 0x20;
        let ciphertext = raw_rsa(&key.spki, &oaep.block());
        let opened = Portable::oaep_decrypt(&pair.private, &ciphertext, LABEL);
        assert!(opened.is_err(), "byte {at} of the padding");
    }
}
