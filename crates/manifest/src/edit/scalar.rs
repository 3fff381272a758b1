//! How a text is written in the place of another.

use lacre_secret::SecretBytes;

use crate::emit::scalar::{self, style_of};
use crate::emit::{self, JsonStyle, YamlStyle};
use crate::node::{Node, Style};

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
    let printable = text.chars().all(scalar::is_printable);
    let style = match (surroundings, style) {
        (Surroundings::Json, _) | (_, Style::DoubleQuoted) => Style::DoubleQuoted,
        _ if !printable || text.contains('\n') => Style::DoubleQuoted,
        (_, Style::SingleQuoted) => Style::SingleQuoted,
        (surroundings, _) => match style_of(text, false) {
            scalar::Style::Plain
                if surroundings == Surroundings::Flow && means_more_in_flow(text) =>
            {
                Style::DoubleQuoted
            }
            scalar::Style::Plain => Style::Plain,
            scalar::Style::SingleQuoted => Style::SingleQuoted,
            scalar::Style::DoubleQuoted | scalar::Style::Literal => Style::DoubleQuoted,
        },
    };
    match style {
        Style::Plain => SecretBytes::from_slice(text.as_bytes()),
        Style::SingleQuoted => {
            SecretBytes::new(format!("'{}'", text.replace('\'', "''")).into_bytes())
        }
        _ if surroundings == Surroundings::Json || printable => json(&Node::string(text), false),
        // YAML's escapes, for what JSON lets stand as it is.
        _ => block(&Node::string(text)),
    }
}

fn means_more_in_flow(text: &str) -> bool {
    text.contains([',', '[', ']', '{', '}', ':', '?', '#'])
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

/// A value in JSON, which is YAML in brackets too.
pub(super) fn json(node: &Node, indented: bool) -> SecretBytes {
    let style = JsonStyle {
        indented,
        escape_html: false,
        sorted: false,
    };
    emit::json(node, style)
}
