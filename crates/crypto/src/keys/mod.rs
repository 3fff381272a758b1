//! The two halves of an RSA key pair, and the numbers that name it.

mod numbers;
mod read;
mod sealing;
mod unsealing;

pub use sealing::{PublicKeyError, SealingKey};
pub use unsealing::{KeyError, UnsealingKey};

pub(crate) use numbers::algorithm_name;
