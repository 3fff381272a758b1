//! Go's base64, base32 and hex: decoders skip CR and LF, and their errors name the byte.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD, STANDARD};

/// Digits without padding, whatever the bits left over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    NO_PAD.with_decode_allow_trailing_bits(true),
);

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Standard alphabet, padded.
pub(crate) fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Reads what [`encode`] writes; bits left over do not matter. The error is where Go says it is.
pub(crate) fn decode(text: &[u8]) -> Result<Vec<u8>, String> {
    let illegal = |at: usize| format!("illegal base64 data at input byte {at}");
    let mut symbols = text
        .iter()
        .enumerate()
        .filter(|(_, b)| !is_line_end(**b))
        .peekable();
    let mut digits = zeroize::Zeroizing::new(Vec::with_capacity(text.len()));
    let is_digit = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    while let Some((_, digit)) = symbols.next_if(|(_, b)| is_digit(**b)) {
        digits.push(*digit);
    }
    let loose = digits.len() % 4;
    match (loose, symbols.next()) {
        (0, None) => {}
        (_, None) => return Err(illegal(text.len() - loose)),
        // Two digits want two marks at the end, three want one.
        (2, Some((_, b'='))) => match symbols.next() {
            Some((_, b'=')) => {}
            Some((at, _)) => return Err(illegal(at - 1)),
            None => return Err(illegal(text.len())),
        },
        (3, Some((_, b'='))) => {}
        (_, Some((at, _))) => return Err(illegal(at)),
    }
    if let Some((at, _)) = symbols.next() {
        return Err(illegal(at));
    }
    LENIENT.decode(&*digits).map_err(|_| illegal(0))
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
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

/// Reads what [`encode32`] writes. Line ends are not counted where an error is.
pub(crate) fn decode32(text: &[u8]) -> Result<Vec<u8>, String> {
    let illegal = |at: usize| format!("illegal base32 data at input byte {at}");
    let clean: Vec<u8> = text.iter().copied().filter(|b| !is_line_end(*b)).collect();
    let clean = zeroize::Zeroizing::new(clean);
    let value = |byte: &u8| BASE32.iter().position(|b| b == byte);
    let digits: Vec<u64> = clean
        .iter()
        .map_while(value)
        .map_while(|at| u64::try_from(at).ok())
        .collect();
    let end = digits.len();
    let loose = end % 8;
    match clean.get(end..).and_then(|rest| rest.split_first()) {
        None if loose == 0 => {}
        None => return Err(illegal(end - loose)),
        // Marks fill the last eight; what stands behind them is not looked at, if it is short enough.
        Some((b'=', behind)) if loose >= 2 && behind.len() < 8 => {
            let Some(marks) = behind.get(..7 - loose) else {
                return Err(illegal(clean.len()));
            };
            if let Some(at) = marks.iter().position(|b| *b != b'=') {
                return Err(illegal(end + at));
            }
            if matches!(loose, 3 | 6) {
                return Err(illegal(end));
            }
        }
        Some(_) => return Err(illegal(end)),
    }
    let bytes = digits.chunks(8).flat_map(|group| {
        let bits = group.iter().fold(0, |sum, digit| sum << 5 | digit);
        let filled = bits << (5 * (8 - group.len()));
        let [_, _, _, bytes @ ..] = filled.to_be_bytes();
        bytes.into_iter().take(group.len() * 5 / 8)
    });
    Ok(bytes.collect())
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
        let shown = super::unicode::code_point(char::from(byte));
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
