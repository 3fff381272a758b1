//! Go's base64, base32 and hex: decoders skip CR and LF, and their errors name the byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Standard alphabet, padded.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads what [`encode`] writes. The error is where Go says it is.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, String> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    read(text, 4, 6, value).map_err(|at| format!("illegal base64 data at input byte {at}"))
}

/// Standard alphabet, padded.
pub(crate) fn encode32(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(5) * 8);
    for chunk in bytes.chunks(5) {
        let bits =
            chunk.iter().fold(0_u64, |sum, b| sum << 8 | u64::from(*b)) << (8 * (5 - chunk.len()));
        let used = (chunk.len() * 8).div_ceil(5);
        for at in 0..8 {
            let digit = usize::try_from(bits >> (35 - 5 * at) & 31).unwrap_or_default();
            out.push(if at < used {
                BASE32.get(digit).copied().unwrap_or(b'=')
            } else {
                b'='
            });
        }
    }
    out
}

/// Reads what [`encode32`] writes.
pub(crate) fn decode32(text: &[u8]) -> Result<Vec<u8>, String> {
    let value = |byte: u8| {
        BASE32
            .iter()
            .position(|b| *b == byte)
            .and_then(|at| u8::try_from(at).ok())
    };
    let clean: Vec<u8> = text
        .iter()
        .copied()
        .filter(|b| !matches!(b, b'\r' | b'\n'))
        .collect();
    read32(&clean, value).map_err(|at| format!("illegal base32 data at input byte {at}"))
}

/// Reads groups of `size` digits of `bits` bits; the error is the offending byte.
fn read(
    text: &[u8],
    size: usize,
    bits: u32,
    value: impl Fn(u8) -> Option<u8>,
) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len());
    let mut input = text
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, b)| !matches!(b, b'\r' | b'\n'));
    loop {
        let (mut group, mut count) = (0_u64, 0);
        while count < size {
            let Some((at, byte)) = input.next() else {
                if count == 0 {
                    return Ok(out);
                }
                return Err(text.len() - count);
            };
            if let Some(digit) = value(byte) {
                group = group << bits | u64::from(digit);
                count += 1;
                continue;
            }
            if byte != b'=' {
                return Err(at);
            }
            // Padding: after two or three digits, and nothing may follow.
            match count {
                0 | 1 => return Err(at),
                2 => match input.next() {
                    None => return Err(text.len()),
                    Some((_, b'=')) => {}
                    Some((at, _)) => return Err(at - 1),
                },
                _ => {}
            }
            if let Some((at, _)) = input.next() {
                return Err(at);
            }
            group <<= bits as usize * (size - count);
            let bytes = group.to_be_bytes();
            out.extend_from_slice(bytes.get(5..5 + count - 1).unwrap_or_default());
            return Ok(out);
        }
        out.extend_from_slice(group.to_be_bytes().get(5..).unwrap_or_default());
    }
}

fn read32(text: &[u8], value: impl Fn(u8) -> Option<u8>) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (mut group, mut count) = (0_u64, 0_usize);
        let mut ended = false;
        while count < 8 {
            let Some(byte) = text.get(at).copied() else {
                return Err(text.len() - count);
            };
            at += 1;
            if byte == b'=' && count >= 2 && text.len() - at < 8 {
                let missing = 8 - count - 1;
                if text.len() - at < missing {
                    return Err(text.len());
                }
                for k in 0..missing {
                    if text.get(at + k) != Some(&b'=') {
                        return Err(at + k - 1);
                    }
                }
                if matches!(count, 1 | 3 | 6) {
                    return Err(at - 1);
                }
                ended = true;
                break;
            }
            match value(byte) {
                Some(digit) => group = group << 5 | u64::from(digit),
                None => return Err(at - 1),
            }
            count += 1;
        }
        group <<= 5 * (8 - count);
        let len = match count {
            2 => 1,
            4 => 2,
            5 => 3,
            7 => 4,
            8 => 5,
            _ => 0,
        };
        out.extend_from_slice(group.to_be_bytes().get(3..3 + len).unwrap_or_default());
        if ended {
            break;
        }
    }
    Ok(out)
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Reads hexadecimal of either case; the error is Go's text.
pub(crate) fn decode_hex(text: &[u8]) -> Result<Vec<u8>, String> {
    let digit = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    let bad = |byte: u8| {
        let c = char::from(byte);
        let shown = if super::unicode::is_print(c) {
            format!("U+{:04X} '{c}'", byte)
        } else {
            format!("U+{byte:04X}")
        };
        format!("encoding/hex: invalid byte: {shown}")
    };
    let mut out = Vec::with_capacity(text.len() / 2);
    for pair in text.chunks(2) {
        match pair {
            [a, b] => {
                out.push(digit(*a).ok_or_else(|| bad(*a))? << 4 | digit(*b).ok_or_else(|| bad(*b))?)
            }
            [a] if digit(*a).is_none() => return Err(bad(*a)),
            _ => return Err("encoding/hex: odd length hex string".into()),
        }
    }
    Ok(out)
}
