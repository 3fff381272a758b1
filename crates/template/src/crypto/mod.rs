//! Keys, certificates and stores, as far as template functions handle them.

pub(crate) mod certificate;
pub(crate) mod der;
pub(crate) mod issue;
pub(crate) mod jwk;
pub(crate) mod key;
pub(crate) mod oid;
pub(crate) mod pbe;
pub(crate) mod pem;
pub(crate) mod pkcs12;

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::context::Context;

/// A generator seeded by the ambient: one that always says the same gives keys that are the same, but ends.
pub(crate) fn generator(context: &mut Context<'_>) -> StdRng {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    context.ambient.random(seed.as_mut());
    StdRng::from_seed(*seed)
}
