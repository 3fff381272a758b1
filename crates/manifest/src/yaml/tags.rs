//! Scalars with a tag.

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::resolve::{self, Resolved};
use crate::error::{Fault, Problem};
use crate::span::Span;
use crate::text::{Text, TextWriter};

/// What `!!` stands for.
pub(super) const PREFIX: &str = "tag:yaml.org,2002:";

/// The name behind `!!`, if the tag is one of YAML's own.
pub(super) fn short(tag: &str) -> Option<&str> {
    tag.strip_prefix(PREFIX)
}

/// What the tag makes of the text; unknown tags leave it text. `None` as tag: one that is not YAML's.
pub(super) fn resolve(tag: Option<&str>, text: &str, span: Span) -> Result<Resolved, Fault> {
    let untyped = || resolve::resolve(text, false);
    let (tag, expected, resolved) = match tag {
        Some("null") => ("null", "a null", untyped()),
        Some("bool") => ("bool", "a boolean", untyped()),
        Some("int") => ("int", "a whole number", untyped()),
        Some("float") => ("float", "a number", untyped()),
        Some("timestamp") => ("timestamp", "a date", resolve::resolve(text, true)),
        _ => return Ok(Resolved::Text),
    };
    match (tag, resolved) {
        ("null", Resolved::Null)
        | ("bool", Resolved::Bool(_))
        | ("int", Resolved::Int(_) | Resolved::UInt(_))
        | ("float", Resolved::Float(_))
        | ("timestamp", Resolved::Timestamp) => Ok(resolved),
        // Go's conversion, too.
        ("float", Resolved::Int(n)) => Ok(Resolved::Float(n as f64)),
        _ => Err(Fault::new(
            span.start,
            Problem::TagMismatch { tag, expected },
        )),
    }
}

/// Go's decoder does not mind bits left over in the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// The text of `!!binary`. Go's JSON writes each byte that is not UTF-8 as U+FFFD.
pub(super) fn binary(text: &str, span: Span) -> Result<Text, Fault> {
    let mut packed = TextWriter::default();
    text.split(['\n', '\r']).for_each(|part| packed.push(part));
    let problem = Problem::TagMismatch {
        tag: "binary",
        expected: "base64 with its padding",
    };
    let bytes = BASE64
        .decode(packed.as_str())
        .map_err(|_| Fault::new(span.start, problem))?;
    let bytes = Zeroizing::new(bytes);
    let mut decoded = TextWriter::default();
    for chunk in bytes.utf8_chunks() {
        decoded.push(chunk.valid());
        chunk
            .invalid()
            .iter()
            .for_each(|_| decoded.push_char(char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded.finish())
}
