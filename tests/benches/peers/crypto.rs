//! Sealing and unsealing on one core against AWS-LC's bare RSA-OAEP, which each value needs once: what is added
//! on top, AES and envelope and bookkeeping, should hardly show.

use crate::rounds::{Line, Measured, in_turns};
use aws_lc_rs::rsa::{
    OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use lacre_crypto::{Identity, Keyring, Scope, UnsealingKey};
use lacre_tests::{Fault, keys};
use std::hint::black_box;

/// What controllers make unless told otherwise.
const BITS: u64 = 4096;
const VALUE: &[u8; 32] = b"a password of thirty-two letters";
const IDENTITY: Identity<'static> = Identity {
    scope: Scope::Strict,
    namespace: "team-a",
    name: "db",
};
const ROUNDS: usize = 41;

pub(crate) fn seal() -> Result<Line, Fault> {
    const VALUES: u32 = 500;
    let label = IDENTITY.label();
    let key = UnsealingKey::read_first_pem(keys::of(BITS)?.pkcs1.as_bytes())?.sealing_key()?;
    let raw = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(key.public_key_der())?)?;
    let mut out = vec![0; raw.ciphertext_size()];
    let measured = in_turns(
        ROUNDS,
        || {
            for _ in 0..VALUES {
                black_box(key.seal(black_box(VALUE), &label)?);
            }
            Ok(())
        },
        || {
            for _ in 0..VALUES {
                black_box(raw.encrypt(
                    &OAEP_SHA256_MGF1SHA256,
                    black_box(VALUE),
                    &mut out,
                    Some(&label),
                )?);
            }
            Ok(())
        },
    )?;
    Ok(line(
        "values sealed per second on one core",
        VALUES,
        &measured,
    ))
}

pub(crate) fn unseal() -> Result<Line, Fault> {
    const VALUES: u32 = 20;
    let label = IDENTITY.label();
    let test_key = keys::of(BITS)?;
    let key = UnsealingKey::read_first_pem(test_key.pkcs1.as_bytes())?;
    let envelope = key.sealing_key()?.seal(VALUE, &label)?;
    let mut keyring = Keyring::new();
    keyring.add(key, 0, "bench".to_owned());

    let raw = PrivateDecryptingKey::from_pkcs8(&keys::der(&test_key.pkcs8)?)?;
    let raw_public = OaepPublicEncryptingKey::new(raw.public_key())?;
    let raw = OaepPrivateDecryptingKey::new(raw)?;
    let mut ciphertext = vec![0; raw_public.ciphertext_size()];
    let ciphertext = raw_public.encrypt(
        &OAEP_SHA256_MGF1SHA256,
        VALUE,
        &mut ciphertext,
        Some(&label),
    )?;
    let mut out = vec![0; raw.min_output_size()];
    let measured = in_turns(
        ROUNDS,
        || {
            for _ in 0..VALUES {
                black_box(keyring.open(black_box(&envelope), &label)?);
            }
            Ok(())
        },
        || {
            for _ in 0..VALUES {
                black_box(raw.decrypt(
                    &OAEP_SHA256_MGF1SHA256,
                    black_box(ciphertext),
                    &mut out,
                    Some(&label),
                )?);
            }
            Ok(())
        },
    )?;
    Ok(line(
        "values unsealed per second on one core",
        VALUES,
        &measured,
    ))
}

fn line(what: &str, values: u32, measured: &Measured) -> Line {
    Line {
        what: format!("{what}, RSA-{BITS}"),
        ours: format!("{:.0}/s", f64::from(values) / measured.ours.as_secs_f64()),
        peer: format!(
            "AWS-LC's RSA-OAEP alone: {:.0}/s",
            f64::from(values) / measured.peer.as_secs_f64()
        ),
        ratio: measured.ratio,
        goal: 0.9,
    }
}
