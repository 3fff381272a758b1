//! Tests of the crate as its users see it, in one program so that it is linked once.

#![cfg(test)]

mod support;

mod certificates;
mod envelopes;
mod issuing;
mod keyring;
mod keys;
mod oaep_blocks;
mod properties;
mod text;
mod vectors;
mod wycheproof_vectors;
