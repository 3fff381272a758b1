//! How a text is written in the place of another.

use lacre_secret::{SecretBytes, SecretWriter};

use crate::emit::scalar::{self, fits_single_quotes, style_of};
use crate::emit::{self, Layout, YamlStyle};
use crate::node::{Node, Style, Value};

/// Where a scalar stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Surroundings {
    /// By indentation.
    Block,
    /// In brackets.
    Flow,
    /// In a JSON document.
    Json,
}

/// `text` on one line, in the style of what stood there where that can be.
pub(super) fn written(text: &str, style: Style, surroundings: Surroundings) -> SecretBytes {
    let chosen = match (surroundings, style) {
        (Surroundings::Json, _) => return json(&Node::string(text), Layout::Compact),
        (_, Style::DoubleQuoted) => scalar::Style::DoubleQuoted,
        (_, Style::SingleQuoted) if fits_single_quotes(text) => scalar::Style::SingleQuoted,
        (surroundings, _) => match style_of(text, false) {
            scalar::Style::Plain
                if surroundings == Surroundings::Flow && means_more_in_flow(text) =>
            {
                scalar::Style::DoubleQuoted
            }
            chosen => chosen,
        },
    };
    match chosen {
        scalar::Style::Plain => SecretBytes::from_slice(text.as_bytes()),
        scalar::Style::SingleQuoted => {
            let mut out = SecretWriter::with_capacity(text.len() + 2);
            out.push(b"'");
            for (n, part) in text.split('\'').enumerate() {
                if n > 0 {
                    out.push(b"''");
                }
                out.push(part.as_bytes());
            }
            out.push(b"'");
            out.finish()
        }
        scalar::Style::DoubleQuoted | scalar::Style::Literal => emit::double_quoted(text),
    }
}

fn means_more_in_flow(text: &str) -> bool {
    text.contains([',', '[', ']', '{', '}', ':', '?', '#'])
}

/// True for a collection that is not empty.
pub(super) fn is_filled(node: &Node) -> bool {
    match node.value() {
        Value::Map(map) => !map.is_empty(),
        Value::Seq(items) => !items.is_empty(),
        _ => false,
    }
}

/// A value that takes one line outside of brackets: a scalar, an empty collection. None for others.
pub(super) fn on_one_line(node: &Node, style: Style) -> Option<SecretBytes> {
    match node.value() {
        Value::String(text) => Some(written(text.as_str(), style, Surroundings::Block)),
        _ => (!is_filled(node)).then(|| block(node)),
    }
}

/// A value in block style, without the last line break.
pub(super) fn block(node: &Node) -> SecretBytes {
    let style = YamlStyle {
        sorted: false,
        folded: false,
    };
    let text = emit::yaml(node, style);
    let bytes = text.expose();
    SecretBytes::from_slice(bytes.strip_suffix(b"\n").unwrap_or(bytes))
}

/// A value in JSON, which is YAML in brackets, too.
pub(super) fn json(node: &Node, layout: Layout) -> SecretBytes {
    emit::json_within_yaml(node, layout)
}
