//! OAEP blocks of which something is wrong are refused by both backends.

use lacre_crypto::backend::Backend;
use lacre_crypto::backend::native::Native;
use lacre_crypto::backend::portable::Portable;

use crate::support::{Oaep, Pair, RawKey, fixture, pem_contents, raw_key, raw_rsa};

const LABEL: &[u8] = b"team-a/db-credentials";
const MESSAGE: &[u8] = &[0x4b; 32];

/// A block for a modulus of 256 bytes, and what both backends must make of it.
fn cases() -> Vec<(&'static str, Vec<u8>, Option<&'static [u8]>)> {
    let honest = || Oaep::new(256, LABEL, MESSAGE);
    let largest = &[0x4b; 190];
    let mut cases = vec![
        ("honest", honest().block(), Some(MESSAGE)),
        (
            "empty message",
            Oaep::new(256, LABEL, b"").block(),
            Some(&b""[..]),
        ),
        (
            "largest message, no zeros before the one",
            Oaep::new(256, LABEL, largest).block(),
            Some(largest),
        ),
        (
            "a message that begins with zeros and ones",
            Oaep::new(256, LABEL, &[0, 1, 0, 1]).block(),
            Some(&[0, 1, 0, 1]),
        ),
        (
            "another label",
            Oaep {
                label: b"team-a/db-credential",
                ..honest()
            }
            .block(),
            None,
        ),
        (
            "no label",
            Oaep {
                label: b"",
                ..honest()
            }
            .block(),
            None,
        ),
    ];
    // Y of RFC 8017, 7.1.2 step 3g. Larger values would not be below the modulus.
    for first in [1, 2, 0x40, 0x7f] {
        cases.push((
            "first octet is not zero",
            Oaep { first, ..honest() }.block(),
            None,
        ));
    }
    let zeros = 256 - 2 - 64 - MESSAGE.len();
    let padding = |name, change: fn(&mut Vec<u8>)| {
        let mut oaep = honest();
        assert_eq!(oaep.padding.len(), zeros + 1);
        change(&mut oaep.padding);
        (name, oaep.block(), None)
    };
    cases.extend([
        padding("a two instead of the one", |padding| {
            *padding.last_mut().unwrap() = 2;
        }),
        padding("a two before the one", |padding| padding[0] = 2),
        padding("a bit before the one", |padding| padding[50] = 0x80),
        padding("0xff right before the one", |padding| {
            let at = padding.len() - 2;
            padding[at] = 0xff;
        }),
    ]);
    cases.push((
        "no one at all",
        Oaep {
            padding: vec![0; 256 - 2 - 63],
            message: b"",
            ..honest()
        }
        .block(),
        None,
    ));
    cases.push(("all zeros", vec![0; 256], None));
    cases
}

fn both_say<B: Backend>() {
    let key = raw_key(2048);
    let pair = Pair::<B>::new(key);
    for (name, block, expected) in cases() {
        let ciphertext = raw_rsa(&key.spki, &block);
        let opened = B::oaep_decrypt(&pair.private, &ciphertext, LABEL).ok();
        assert_eq!(opened.as_ref().map(|m| m.as_slice()), expected, "{name}");
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
