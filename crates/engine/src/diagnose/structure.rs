//! What the bytes of a value prove without any key.

use lacre_crypto::{Envelope, EnvelopeError, Part, decode_text};

use super::finding::What;

/// Lengths of RSA ciphertexts in use, in bytes: keys of 1024 to 8192 bits.
const RSA_LENGTHS: [usize; 6] = [128, 256, 384, 512, 768, 1024];

/// What anyone can see of a whole envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facts {
    pub(super) key_bits: usize,
    pub(super) plaintext_len: usize,
}

pub(super) fn facts(bytes: &[u8]) -> Option<Facts> {
    let envelope = Envelope::parse(bytes).ok()?;
    Some(Facts {
        key_bits: envelope.rsa_part().len().saturating_mul(8),
        plaintext_len: envelope.plaintext_len(),
    })
}

/// The bytes of a value that is a whole envelope, else what it is instead. All of it is certain.
pub(super) fn envelope(text: &str) -> Result<Vec<u8>, Box<What>> {
    if let Some(rest) = text.trim_start().strip_prefix("-----BEGIN ") {
        return Err(Box::new(pem(rest)));
    }
    if text.trim().is_empty() {
        return Err(Box::new(What::Empty));
    }
    let bytes = decode_text(text).map_err(|e| Box::new(not_base64(text, e.offset)))?;
    match Envelope::parse(&bytes) {
        Ok(envelope) if RSA_LENGTHS.contains(&envelope.rsa_part().len()) => Ok(bytes),
        Ok(_) => Err(Box::new(not_an_envelope(&bytes))),
        Err(error) => Err(Box::new(incomplete(&bytes, error))),
    }
}

/// The block whose first line goes on with `rest`. Only what looks like a label is repeated.
fn pem(rest: &str) -> What {
    let label = rest.split_once("-----").map_or("", |(label, _)| label);
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b' ';
    let is_label = label.len() <= 40 && label.bytes().all(plain);
    What::Pem {
        label: if is_label { label } else { "unknown" }.to_owned(),
    }
}

/// Why text is no base64: the ways in which ciphertexts get hurt on their way into a file, tried one by one.
fn not_base64(text: &str, offset: usize) -> What {
    let sound = |text: &str| decode_text(text).is_ok_and(|bytes| is_envelope(&bytes));
    let without_blanks: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if without_blanks.len() < text.len() && sound(&without_blanks) {
        let at = text.find(|c: char| c.is_whitespace() && c != '\n' && c != '\r');
        return What::Blanks {
            offset: at.unwrap_or(offset),
        };
    }
    let standard = padded(&without_blanks.replace('-', "+").replace('_', "/"));
    if without_blanks.contains(['-', '_']) && sound(&standard) {
        return What::UrlSafe { offset };
    }
    if sound(&padded(&without_blanks)) {
        return What::PaddingMissing;
    }
    // What is cut off need not end between two groups of four characters.
    let groups = without_blanks.len() - without_blanks.len() % 4;
    let beginning = without_blanks
        .get(..groups)
        .and_then(|text| decode_text(text).ok());
    if let Some(finding) = beginning.and_then(|bytes| truncated(&bytes)) {
        return finding;
    }
    What::NotBase64 { offset }
}

fn padded(text: &str) -> String {
    let text = text.trim_end_matches('=');
    let missing = (4 - text.len() % 4) % 4;
    format!("{text}{}", "=".repeat(missing))
}

fn is_envelope(bytes: &[u8]) -> bool {
    Envelope::parse(bytes).is_ok_and(|envelope| RSA_LENGTHS.contains(&envelope.rsa_part().len()))
}

fn incomplete(bytes: &[u8], error: EnvelopeError) -> What {
    let EnvelopeError::TooShort { part, .. } = error;
    match part {
        Part::Length => not_an_envelope(bytes),
        Part::Rsa | Part::Sealed => truncated(bytes).unwrap_or_else(|| not_an_envelope(bytes)),
    }
}

/// The beginning of an envelope whose end is missing.
fn truncated(bytes: &[u8]) -> Option<What> {
    let (length, _) = bytes.split_first_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let needed = length.saturating_add(18);
    let found = bytes.len();
    (RSA_LENGTHS.contains(&length) && found < needed).then_some(What::Truncated { needed, found })
}

/// Base64 of something that was never sealed. What it is, is not said: it may be the secret.
fn not_an_envelope(bytes: &[u8]) -> What {
    let readable = std::str::from_utf8(bytes)
        .is_ok_and(|text| text.chars().all(|c| !c.is_control() || c.is_whitespace()));
    What::NotSealed {
        bytes: bytes.len(),
        readable,
    }
}

#[cfg(test)]
mod tests {
    use lacre_crypto::encode_text;

    use super::*;

    fn sealed(rsa: u16, plaintext: usize) -> Vec<u8> {
        [
            &rsa.to_be_bytes()[..],
            &vec![0xA5; usize::from(rsa)],
            &vec![0x5A; plaintext + 16],
        ]
        .concat()
    }

    #[test]
    fn what_was_done_to_a_ciphertext_is_told_apart() {
        let whole = encode_text(&sealed(256, 5));
        let (start, rest) = whole.split_at(8);
        let half = encode_text(&sealed(256, 5)[..100]);
        let table = [
            (whole.clone(), None),
            (format!("{whole}\n"), None),
            (whole.replace("paWl", "paWl\r\n"), None),
            (format!(" {whole}"), Some(What::Blanks { offset: 0 })),
            (
                format!("{}\t{}", start, rest),
                Some(What::Blanks { offset: 8 }),
            ),
            (
                format!("{}\n  {}", start, rest),
                Some(What::Blanks { offset: 9 }),
            ),
            (
                encode_text(&sealed(256, 6))
                    .trim_end_matches('=')
                    .to_owned(),
                Some(What::PaddingMissing),
            ),
            (
                half,
                Some(What::Truncated {
                    needed: 274,
                    found: 100,
                }),
            ),
            (
                whole.get(..101).unwrap().to_owned(),
                Some(What::Truncated {
                    needed: 274,
                    found: 75,
                }),
            ),
            (
                encode_text(&sealed(256, 0)[..260]),
                Some(What::Truncated {
                    needed: 274,
                    found: 260,
                }),
            ),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nCANARY".to_owned(),
                Some(What::Pem {
                    label: "RSA PRIVATE KEY".to_owned(),
                }),
            ),
            (
                "-----BEGIN canary-----".to_owned(),
                Some(What::Pem {
                    label: "unknown".to_owned(),
                }),
            ),
            (String::new(), Some(What::Empty)),
            (" \n".to_owned(), Some(What::Empty)),
            (
                "aHVudGVyMg==".to_owned(),
                Some(What::NotSealed {
                    bytes: 7,
                    readable: true,
                }),
            ),
            (
                "AAAA".to_owned(),
                Some(What::NotSealed {
                    bytes: 3,
                    readable: false,
                }),
            ),
            (
                encode_text(&[0; 600]),
                Some(What::NotSealed {
                    bytes: 600,
                    readable: false,
                }),
            ),
            ("hunter2!".to_owned(), Some(What::NotBase64 { offset: 7 })),
        ];
        for (text, expected) in table {
            assert_eq!(envelope(&text).err().map(|what| *what), expected, "{text}");
        }
        let url_safe = whole.replace('+', "-").replace('/', "_");
        let slashes = encode_text(&[&[1, 0][..], &[0xFF; 300]].concat()).replace('/', "_");
        assert!(envelope(&url_safe).is_ok() || url_safe != whole);
        assert!(
            matches!(
                *envelope(&slashes).unwrap_err(),
                What::UrlSafe { offset: 3 }
            ),
            "{slashes}"
        );
    }

    #[test]
    fn lengths_are_there_for_all_to_see() {
        assert_eq!(
            facts(&sealed(512, 5)),
            Some(Facts {
                key_bits: 4096,
                plaintext_len: 5
            })
        );
        assert_eq!(facts(&sealed(512, 5)[..100]), None);
    }
}
