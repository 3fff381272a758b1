//! One key pair for a whole test binary, and documents read.

use std::sync::LazyLock;

use lacre_api::{Decoded, Secret};
use lacre_crypto::{Keyring, SealingKey, UnsealingKey};
use lacre_manifest::Stream;
use lacre_seal::Options;

/// A key of 2048 bits in both of its halves.
pub(crate) struct Pair {
    pub(crate) sealing: SealingKey,
    pub(crate) keyring: Keyring,
}

pub(crate) static PAIR: LazyLock<Pair> = LazyLock::new(|| {
    let key = UnsealingKey::generate(2048).unwrap();
    let sealing = key.sealing_key().unwrap();
    let mut keyring = Keyring::new();
    keyring.add(key, 0, "test".to_owned());
    Pair { sealing, keyring }
});

pub(crate) fn options() -> Options<'static> {
    Options::new(&PAIR.sealing)
}

/// Reads a manifest as a Secret.
pub(crate) fn decode(source: &str) -> Decoded<Secret> {
    let stream = Stream::read(source.as_bytes()).unwrap();
    Secret::decode(stream.documents()[0].node().unwrap())
}
