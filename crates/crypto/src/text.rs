//! Base64 as Go's `encoding/base64` reads it, which is how the cluster reads `encryptedData` and `data`.
//!
//! The difference to other decoders: CR and LF are skipped anywhere, the unused bits of the last
//! character may be set, and an error names the byte at which Go would stop.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lacre_secret::SecretBytes;
use zeroize::Zeroize;

/// Text that is not base64. It holds a position only, never the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("illegal base64 data at input byte {offset}")]
pub struct TextError {
    /// The byte offset that Go's decoder reports for this input.
    pub offset: usize,
}

/// Decodes the text of a sealed value.
///
/// # Errors
/// [`TextError`] with the offset of the byte at which decoding stopped.
pub fn decode_text(text: &str) -> Result<Vec<u8>, TextError> {
    decode(text.as_bytes())
}

/// Decodes a value of `Secret.data`. No copy of it is left behind, also not on failure.
///
/// # Errors
/// [`TextError`] with the offset of the byte at which decoding stopped.
pub fn decode_base64_secret(text: &[u8]) -> Result<SecretBytes, TextError> {
    decode(text).map(SecretBytes::new)
}

/// Standard base64 with padding, on one line.
#[must_use]
pub fn encode_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Output is allocated once, at the size of the largest result, so that growing leaves no copies.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, TextError> {
    let mut out = Vec::with_capacity((text.len() / 4 + 1) * 3);
    match decode_into(text, &mut out) {
        Ok(()) => Ok(out),
        Err(error) => {
            out.zeroize();
            Err(error)
        }
    }
}

fn decode_into(text: &[u8], out: &mut Vec<u8>) -> Result<(), TextError> {
    let mut input = text.iter().copied().enumerate();
    loop {
        // One group of four characters; `bits` collects six per character.
        let mut bits = 0_u32;
        let mut filled = 0;
        while filled < 4 {
            let Some((at, byte)) = input.next() else {
                return match filled {
                    0 => Ok(()),
                    // Go counts back from the end, line breaks inside the group notwithstanding.
                    n => Err(TextError {
                        offset: text.len() - n,
                    }),
                };
            };
            match byte {
                b'\r' | b'\n' => continue,
                b'=' => return finish(text, at, filled, bits, out),
                _ => {}
            }
            let value = sextet(byte).ok_or(TextError { offset: at })?;
            bits = bits << 6 | u32::from(value);
            filled += 1;
        }
        let [_, a, b, c] = bits.to_be_bytes();
        out.extend_from_slice(&[a, b, c]);
    }
}

/// Ends at the padding character found at `at`, after `filled` characters of the last group.
fn finish(
    text: &[u8],
    at: usize,
    filled: usize,
    bits: u32,
    out: &mut Vec<u8>,
) -> Result<(), TextError> {
    let next = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        rest.iter()
            .position(|byte| !matches!(byte, b'\r' | b'\n'))
            .map(|skipped| from + skipped)
    };
    let mut end = at + 1;
    match filled {
        0 | 1 => return Err(TextError { offset: at }),
        2 => match next(end) {
            None => return Err(TextError { offset: text.len() }),
            Some(second) if text.get(second) == Some(&b'=') => end = second + 1,
            Some(second) => return Err(TextError { offset: second - 1 }),
        },
        _ => {}
    }
    if let Some(offset) = next(end) {
        return Err(TextError { offset });
    }
    let [_, a, b, _] = (bits << (6 * (4 - filled))).to_be_bytes();
    out.push(a);
    if filled == 3 {
        out.push(b);
    }
    Ok(())
}

const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}
