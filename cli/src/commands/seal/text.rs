//! SealedSecrets as documents of a stream.

use lacre_api::SealedSecret;
use lacre_manifest::emit::{self, JsonStyle, YamlStyle};
use lacre_manifest::{Format, Node};

use super::documents::Found;
use crate::inputs::Loaded;

/// One document, ending in a line break.
pub(super) fn document(object: &SealedSecret, format: Format) -> Vec<u8> {
    of_node(&object.to_node(), format)
}

/// A document that stays what it is, byte for byte where it can stand in another stream as it is.
pub(super) fn unchanged(found: &Found<'_>, loaded: &Loaded, format: Format) -> Vec<u8> {
    let whole = found.object.item.is_none() && found.document.format() == format;
    let text = found
        .document
        .span()
        .of(loaded.text.expose())
        .filter(|_| whole);
    match text.and_then(movable) {
        Some(text) if text.ends_with(b"\n") => text.to_vec(),
        Some(text) => [text, b"\n"].concat(),
        None => of_node(found.object.node, format),
    }
}

/// A document's text without the separator that may begin a file; `None` with directives or a byte order mark, which
/// only have a place at the beginning.
fn movable(text: &[u8]) -> Option<&[u8]> {
    let text = text
        .strip_prefix(b"---\n")
        .or_else(|| text.strip_prefix(b"---\r\n"))
        .unwrap_or(text);
    (!text.starts_with(b"%") && !text.starts_with(b"---") && !text.starts_with(b"\xEF\xBB\xBF"))
        .then_some(text)
}

fn of_node(node: &Node, format: Format) -> Vec<u8> {
    match format {
        Format::Yaml => emit::yaml(node, YamlStyle::default()).expose().to_vec(),
        Format::Json => [emit::json(node, JsonStyle::default()).expose(), b"\n"].concat(),
    }
}

/// Documents as one stream. JSON objects follow each other as they are.
pub(super) fn stream(documents: &[Vec<u8>], format: Format) -> Vec<u8> {
    let mut text = Vec::new();
    for document in documents {
        if format == Format::Yaml && !text.is_empty() {
            text.extend_from_slice(b"---\n");
        }
        text.extend_from_slice(document);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_stand_between_yaml_documents_only() {
        let documents = |texts: &[&str]| {
            texts
                .iter()
                .map(|text| text.as_bytes().to_vec())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            stream(&documents(&["a: 1\n", "b: 2\n"]), Format::Yaml),
            b"a: 1\n---\nb: 2\n"
        );
        assert_eq!(
            stream(&documents(&["{}\n", "{}\n"]), Format::Json),
            b"{}\n{}\n"
        );
        assert!(stream(&[], Format::Yaml).is_empty());
    }

    #[test]
    fn only_what_needs_no_beginning_of_a_file_is_moved_as_it_is() {
        assert_eq!(movable(b"# c\na: 1\n"), Some(&b"# c\na: 1\n"[..]));
        assert_eq!(movable(b"---\na: 1\n"), Some(&b"a: 1\n"[..]));
        assert_eq!(movable(b"---\r\na: 1\n"), Some(&b"a: 1\n"[..]));
        for text in [
            &b"%YAML 1.1\n---\na: 1\n"[..],
            b"--- # c\na: 1\n",
            b"\xEF\xBB\xBFa: 1\n",
        ] {
            assert_eq!(movable(text), None);
        }
    }
}
