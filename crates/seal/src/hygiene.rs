//! The classic mistakes in values, seen while the plaintext is still there.

use std::fmt;

use lacre_crypto::decode_base64_secret;
use lacre_secret::SecretBytes;
use zeroize::Zeroizing;

/// Longest value that is looked at for placeholders, in bytes.
const LONGEST_PLACEHOLDER: usize = 80;

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Doubt {
    /// Nothing.
    Empty,
    /// One line of text with a line break at its end, as `echo` without `-n` writes it. Text of several lines
    /// (certificates, configuration) ends in one by custom and is not doubted.
    TrailingNewline,
    /// Base64 of readable text: it was encoded before it was put under `data`.
    ///
    /// The rule: line breaks apart, the value is standard base64 with correct padding, of at least 8 characters (4 if
    /// it is padded), and decodes to UTF-8 text without control characters other than tab and line breaks; of fewer
    /// than 15 bytes, to ASCII. A random password of letters and digits meets this once in some 400 at 8 characters and
    /// once in some 8,000 at 12; base64 of random bytes, as keys are, hardly ever does.
    DoubleBase64,
    /// A word that stands for a value still to come: `changeme`, `TODO`, `xxx`, `<password>`, `${PASSWORD}`.
    Placeholder,
}

impl Doubt {
    /// How to mend it, as an order to the author.
    #[must_use]
    pub fn mend(self) -> &'static str {
        match self {
            Self::Empty => "fill it in, or remove the item",
            Self::TrailingNewline => {
                "write the value without a line break at its end (printf %s, echo -n)"
            }
            Self::DoubleBase64 => {
                "put it under stringData, or encode it once only, unless base64 is what the program reads"
            }
            Self::Placeholder => "put the real value there",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::TrailingNewline => "ends with a line break",
            Self::DoubleBase64 => "is itself base64 of readable text, as if encoded twice",
            Self::Placeholder => "looks like a placeholder",
        })
    }
}

/// What `value` looks like; nothing for almost every value.
#[must_use]
pub fn doubts(value: &SecretBytes) -> Vec<Doubt> {
    let bytes = value.expose();
    if bytes.is_empty() {
        return vec![Doubt::Empty];
    }
    let mut found = Vec::new();
    let line = without_line_break(bytes);
    if line.len() < bytes.len() && !line.contains(&b'\n') && std::str::from_utf8(line).is_ok() {
        found.push(Doubt::TrailingNewline);
    }
    if is_double_base64(bytes) {
        found.push(Doubt::DoubleBase64);
    } else if is_placeholder(line) {
        found.push(Doubt::Placeholder);
    }
    found
}

/// The bytes without the one line break at their end.
fn without_line_break(bytes: &[u8]) -> &[u8] {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn is_double_base64(bytes: &[u8]) -> bool {
    let characters = bytes.iter().filter(|b| !matches!(b, b'\r' | b'\n')).count();
    let padded = bytes.contains(&b'=');
    if !characters.is_multiple_of(4) || characters < if padded { 4 } else { 8 } {
        return false;
    }
    let Ok(decoded) = decode_base64_secret(bytes) else {
        return false;
    };
    let Ok(text) = std::str::from_utf8(decoded.expose()) else {
        return false;
    };
    let readable = text
        .chars()
        .all(|c| !c.is_control() || matches!(c, '\t' | '\r' | '\n'));
    readable && (text.is_ascii() || text.len() >= 15) && !text.trim().is_empty()
}

fn is_placeholder(line: &[u8]) -> bool {
    if line.len() > LONGEST_PLACEHOLDER {
        return false;
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return false;
    };
    let text = text.trim();
    is_wrapped(text) || is_one_character_repeated(text) || is_placeholder_word(text)
}

/// `<password>`, `${PASSWORD}`, `$(PASSWORD)`, `{{ password }}`, `%PASSWORD%`: what something should have replaced.
fn is_wrapped(text: &str) -> bool {
    const WRAPPINGS: [(&str, &str); 6] = [
        ("<", ">"),
        ("${", "}"),
        ("$(", ")"),
        ("{{", "}}"),
        ("%", "%"),
        ("@@", "@@"),
    ];
    WRAPPINGS.into_iter().any(|(open, close)| {
        let inner = text
            .strip_prefix(open)
            .and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| {
            inner.chars().any(char::is_alphanumeric)
                && !inner.contains(open)
                && !inner.contains(close)
                && !inner.contains(['\n', '"', '='])
        })
    })
}

/// `xxxx`, `****`, `...`, `----`.
fn is_one_character_repeated(text: &str) -> bool {
    let mut characters = text.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    matches!(first, 'x' | 'X' | '*' | '.' | '-' | '_' | '?')
        && text.len() >= 3
        && characters.all(|c| c == first)
}

fn is_placeholder_word(text: &str) -> bool {
    const WHOLE: [&str; 14] = [
        "todo",
        "fixme",
        "tbd",
        "tba",
        "placeholder",
        "dummy",
        "example",
        "changeit",
        "changethis",
        "replaceme",
        "replacethis",
        "fillme",
        "fillmein",
        "fillin",
    ];
    const BEGINNINGS: [&str; 7] = [
        "changeme",
        "replaceme",
        "replacewith",
        "yourpassword",
        "insertyour",
        "enteryour",
        "putyour",
    ];
    // Holds the value, or nearly: wiped like it.
    let word: Zeroizing<String> = Zeroizing::new(
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect(),
    );
    if WHOLE.contains(&word.as_str())
        || BEGINNINGS
            .iter()
            .any(|beginning| word.starts_with(beginning))
    {
        return true;
    }
    let mut parts = text.split(['-', '_', ' ', ':']);
    let first = parts.next().unwrap_or_default();
    ["todo", "fixme", "example", "placeholder", "your", "dummy"]
        .iter()
        .any(|known| first.eq_ignore_ascii_case(known))
        && parts.any(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(value: &[u8]) -> Vec<Doubt> {
        doubts(&SecretBytes::from_slice(value))
    }

    #[test]
    fn an_empty_value_is_empty_and_nothing_else() {
        assert_eq!(found(b""), [Doubt::Empty]);
    }

    #[test]
    fn one_line_with_a_line_break_is_what_echo_wrote() {
        for value in [&b"s3cr3t\n"[..], b"s3cr3t\r\n", b"two words\n", b"\n"] {
            assert!(found(value).contains(&Doubt::TrailingNewline), "{value:?}");
        }
        for value in [
            &b"s3cr3t"[..],
            b"\ns3cr3t",
            b"a: 1\nb: 2\n",
            b"-----BEGIN X-----\nAA\n-----END X-----\n",
            b"\xff\xfe\n",
        ] {
            assert!(!found(value).contains(&Doubt::TrailingNewline), "{value:?}");
        }
    }

    #[test]
    fn base64_of_readable_text_is_doubted() {
        for value in [
            "c2VjcmV0",                         // secret
            "cGFzc3dvcmQ=",                     // password
            "YQ==",                             // a
            "c2VjcmV0Cg==",                     // secret and a line break
            "cGFzc3dvcmQ=\n",                   // with echo's line break
            "eyJhIjogMX0=",                     // JSON
            "UMOkc3N3w7ZydGVyIGhpZXI=",         // German
            "bG9uZyB0ZXh0IGxv\nbmcgdGV4dA==\n", // wrapped
        ] {
            assert!(
                found(value.as_bytes()).contains(&Doubt::DoubleBase64),
                "{value:?}"
            );
        }
    }

    #[test]
    fn passwords_and_keys_that_only_look_like_base64_are_not() {
        for value in [
            "password",
            "database",
            "admin123",
            "hunter22",
            "Passw0rd",
            "letmein!",
            "abcd",
            "test",
            "12345678",
            "correcthorsebatterystaple00",
            "kRqbvM1Zf3nPzT0w4n8c2yVhJ6x5aQ==", // base64 of random bytes
            "0123456789abcdef0123456789abcdef0123456789abcdef", // hexadecimal
            "AKIAIOSFODNN7EXAMPLE",
            "c2VjcmV0=",
            "c2Vj cmV0",
        ] {
            assert!(
                !found(value.as_bytes()).contains(&Doubt::DoubleBase64),
                "{value:?}"
            );
        }
    }

    #[test]
    fn random_passwords_are_hardly_ever_doubted() {
        // A linear congruential generator: the same passwords in every run.
        let mut state = 1_u64;
        let mut password = |length: usize| -> Vec<u8> {
            let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
            (0..length)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1_442_695_040_888_963_407);
                    alphabet[usize::try_from(state >> 33).unwrap() % alphabet.len()]
                })
                .collect()
        };
        let mut alarms = |length: usize| {
            (0..20_000)
                .filter(|_| !found(&password(length)).is_empty())
                .count()
        };
        assert!(alarms(8) <= 100, "one in 200 of 8 characters");
        assert!(alarms(12) <= 10);
        assert_eq!(alarms(16) + alarms(20) + alarms(32), 0);
    }

    #[test]
    fn placeholders_are_known_in_any_dress() {
        for value in [
            "changeme",
            "CHANGEME",
            "change-me",
            "CHANGE_ME",
            "Change me!",
            "changeme123",
            "changeit",
            "TODO",
            "todo: ask ops",
            "FIXME",
            "tbd",
            "xxx",
            "XXXXXXXX",
            "****",
            "...",
            "<password>",
            "<your token here>",
            "${DB_PASSWORD}",
            "$(TOKEN)",
            "{{ .Values.password }}",
            "%PASSWORD%",
            "REPLACE_ME",
            "replace-with-real-key",
            "placeholder",
            "example",
            "example-password",
            "your-password",
            "YOUR_API_KEY",
            "dummy",
            "<path:secret/data/db#password>",
            "changeme\n",
        ] {
            assert!(
                found(value.as_bytes()).contains(&Doubt::Placeholder),
                "{value:?}"
            );
        }
    }

    #[test]
    fn real_values_are_no_placeholders() {
        for value in [
            "xX3!",
            "x",
            "xx",
            "--",
            "user@example.com",
            "https://example.com/hook",
            "<a href=\"x\">y</a>",
            "<xml></xml>",
            "${A}-${B}",
            "postgres://u:${PASSWORD}@db/x",
            "{\"a\": {\"b\": 1}}",
            "100%",
            "%",
            "todos-service-token-8f2a",
            "yourself",
            "exampleton",
            "changes",
            "50% of 80%",
            "{{",
            "<>",
            "tbdx8",
            "{{ a }}{{ b }}",
        ] {
            assert!(
                !found(value.as_bytes()).contains(&Doubt::Placeholder),
                "{value:?}"
            );
        }
    }
}
