//! Taking OAEP padding off (RFC 8017, 7.1.2 step 3) with SHA-256 and MGF1 on SHA-256.

use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

const HASH: usize = 32;

/// The message in `block` = `0x00 || masked seed || masked data`, or `None`.
///
/// Which of the checks fails is not told, nor shown by the time it takes (Manger's attack needs to
/// know about the first octet alone). Only the result and the length of a message that was found
/// are open. The block is unmasked in place; the caller wipes it.
pub(super) fn unpad(block: &mut [u8], label: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (first, rest) = block.split_first_mut()?;
    let (seed, data) = rest.split_at_mut_checked(HASH)?;
    mask(seed, data);
    mask(data, seed);

    let (hash, tail) = data.split_at_checked(HASH)?;
    let mut valid = first.ct_eq(&0) & hash.ct_eq(&Sha256::digest(label));

    // `tail` is zeros, a one, the message.
    let mut in_padding = Choice::from(1);
    let mut start = 0_u64;
    for (index, byte) in (1_u64..).zip(tail) {
        let is_one = in_padding & byte.ct_eq(&1);
        start.conditional_assign(&index, is_one);
        in_padding &= !is_one;
        valid &= !(in_padding & !byte.ct_eq(&0));
    }
    valid &= !in_padding;

    if !bool::from(valid) {
        return None;
    }
    let message = tail.get(usize::try_from(start).ok()?..)?;
    Some(Zeroizing::new(message.to_vec()))
}

/// Combines `out` with the MGF1 stream of `seed`.
fn mask(out: &mut [u8], seed: &[u8]) {
    for (counter, chunk) in (0_u32..).zip(out.chunks_mut(HASH)) {
        let mut hash = Sha256::new();
        hash.update(seed);
        hash.update(counter.to_be_bytes());
        let stream = Zeroizing::new(<[u8; HASH]>::from(hash.finalize()));
        for (byte, mask) in chunk.iter_mut().zip(stream.iter()) {
            *byte ^= mask;
        }
    }
}
