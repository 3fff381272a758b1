//! Sealing: whole Secrets, into SealedSecrets, and values alone.
#![cfg(test)]

mod merge;
mod raw;
mod seal;
mod support;
