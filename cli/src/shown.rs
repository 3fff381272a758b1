//! Secrets as they are printed: values whole, or hidden.

use lacre_api::Secret;
use lacre_manifest::Node;
use lacre_manifest::emit::{self, JsonStyle, YamlStyle};
use lacre_secret::{SecretBytes, SecretWriter};

use clap::ValueEnum;
use lacre_manifest::Format;

/// A format of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ManifestFormat {
    /// YAML documents.
    Yaml,
    /// JSON objects.
    Json,
}

impl ManifestFormat {
    /// JSON if everything read was JSON.
    pub(crate) fn like(mut inputs: impl Iterator<Item = Format>) -> Self {
        if inputs.all(|format| format == Format::Json) {
            Self::Json
        } else {
            Self::Yaml
        }
    }
}

/// Whether values are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// In base64, as kubectl prints them.
    Shown,
    /// As `<hidden, 12 bytes>`, which no cluster takes for a value.
    Hidden,
    /// To be read: what is text as text, under `stringData`.
    Readable,
}

/// What stands in the place of a value.
pub(crate) fn hidden(value: &SecretBytes) -> String {
    match value.len() {
        0 => "<empty>".to_owned(),
        1 => "<hidden, 1 byte>".to_owned(),
        bytes => format!("<hidden, {bytes} bytes>"),
    }
}

/// A Secret as a document.
pub(crate) fn node(secret: &Secret, values: Values) -> Node {
    let node = secret.to_node();
    let items = secret.data.iter();
    match values {
        Values::Shown => node,
        Values::Hidden => {
            let hidden = items.map(|(item, value)| (item.as_str(), Node::string(hidden(value))));
            with_data(&node, vec![("data", Node::map(hidden))])
        }
        Values::Readable => {
            let texts = items.filter_map(|(item, value)| {
                let text = std::str::from_utf8(value.expose()).ok()?;
                Some((item.as_str(), Node::string(text)))
            });
            let texts = Node::map(texts);
            let bytes = node.get("data").into_iter().flat_map(Node::entries);
            let bytes = bytes.filter(|entry| texts.get(entry.key()).is_none());
            let bytes = Node::map(bytes.map(|entry| (entry.key(), entry.value().duplicate())));
            let both = [("data", bytes), ("stringData", texts)];
            with_data(
                &node,
                both.into_iter()
                    .filter(|(_, items)| items.entries().next().is_some())
                    .collect(),
            )
        }
    }
}

/// The same document with these fields in the place of `data`.
fn with_data(node: &Node, fields: Vec<(&str, Node)>) -> Node {
    let mut fields = fields.into_iter();
    let mut all = Vec::new();
    for entry in node.entries() {
        if entry.key() == "data" {
            all.extend(fields.by_ref());
        } else {
            all.push((entry.key(), entry.value().duplicate()));
        }
    }
    Node::map(all)
}

/// A stream of documents in the making.
#[derive(Debug)]
pub(crate) struct Manifests {
    format: ManifestFormat,
    out: SecretWriter,
}

impl Manifests {
    pub(crate) fn new(format: ManifestFormat) -> Self {
        Self {
            format,
            out: SecretWriter::default(),
        }
    }

    /// Adds one document; in YAML `comment` stands above it, line by line.
    pub(crate) fn push(&mut self, node: &Node, comment: &[String]) {
        match self.format {
            ManifestFormat::Yaml => {
                if !self.out.is_empty() {
                    self.out.push(b"---\n");
                }
                self.comment(comment);
                self.out
                    .push(emit::yaml(node, YamlStyle::default()).expose());
            }
            ManifestFormat::Json => {
                self.out
                    .push(emit::json(node, JsonStyle::default()).expose());
                self.out.push(b"\n");
            }
        }
    }

    fn comment(&mut self, lines: &[String]) {
        for line in lines {
            self.out.push(b"# ");
            self.out.push(crate::listing::printable(line).as_bytes());
            self.out.push(b"\n");
        }
    }

    /// All documents.
    pub(crate) fn finish(self) -> SecretBytes {
        self.out.finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn secret() -> Secret {
        let item =
            |name: &str, value: &str| (name.to_owned(), SecretBytes::from_slice(value.as_bytes()));
        Secret {
            type_: Some("Opaque".to_owned()),
            data: BTreeMap::from([item("long", "hunter2"), item("one", "x"), item("none", "")]),
            ..Secret::default()
        }
    }

    fn yaml(values: Values) -> String {
        let mut manifests = Manifests::new(ManifestFormat::Yaml);
        manifests.push(&node(&secret(), values), &["a\u{1b}b".to_owned()]);
        manifests.push(&Node::map([("a", Node::int(1))]), &[]);
        String::from_utf8(manifests.finish().expose().to_vec()).unwrap()
    }

    #[test]
    fn hidden_values_show_their_length_and_nothing_else() {
        let text = yaml(Values::Hidden);
        for line in [
            "  long: <hidden, 7 bytes>\n",
            "  none: <empty>\n",
            "  one: <hidden, 1 byte>\n",
            "type: Opaque\n",
        ] {
            assert!(text.contains(line), "{line:?} in {text}");
        }
        assert!(
            !text.contains("aHVudGVyMg==") && !text.contains("eA=="),
            "{text}"
        );
        assert!(yaml(Values::Shown).contains("  long: aHVudGVyMg==\n"));
    }

    #[test]
    fn readable_values_are_text_where_they_are_text() {
        let mut secret = secret();
        let bytes = SecretBytes::from_slice(b"\xff\x00");
        secret.data.insert("store".to_owned(), bytes);
        let shown = node(&secret, Values::Readable).to_json();
        assert_eq!(shown["stringData"]["long"], "hunter2");
        assert_eq!(shown["stringData"]["none"], "");
        assert_eq!(shown["data"], serde_json::json!({"store": "/wA="}));
        secret.data.retain(|item, _| item == "one");
        let shown = node(&secret, Values::Readable).to_json();
        assert_eq!(shown["stringData"], serde_json::json!({"one": "x"}));
        assert!(shown.get("data").is_none());
    }

    #[test]
    fn documents_are_separated_and_comments_cannot_move_the_cursor() {
        let text = yaml(Values::Hidden);
        assert!(text.starts_with("# a\\u{1b}b\napiVersion: v1\n"), "{text}");
        assert!(text.ends_with("\n---\na: 1\n"), "{text}");
        let mut manifests = Manifests::new(ManifestFormat::Json);
        manifests.push(&Node::map([("a", Node::int(1))]), &["unseen".to_owned()]);
        manifests.push(&Node::map([("b", Node::int(2))]), &[]);
        assert_eq!(
            manifests.finish().expose(),
            b"{\n  \"a\": 1\n}\n{\n  \"b\": 2\n}\n"
        );
    }

    #[test]
    fn the_format_follows_the_input() {
        let like = |formats: &[Format]| ManifestFormat::like(formats.iter().copied());
        assert_eq!(like(&[Format::Json, Format::Json]), ManifestFormat::Json);
        assert_eq!(like(&[Format::Json, Format::Yaml]), ManifestFormat::Yaml);
    }
}
