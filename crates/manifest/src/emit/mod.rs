//! Writing: YAML and JSON that kubectl reads back as the same value.

mod json;
mod order;
pub(crate) mod scalar;
mod yaml;

use lacre_secret::SecretBytes;

use crate::node::Node;

/// How YAML is laid out. The default is what `kubectl -o yaml` and kubeseal print: sigs.k8s.io/yaml over goyaml.v2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct YamlStyle {
    /// Keys in goyaml's order, not in the order of the tree.
    pub sorted: bool,
    /// Texts that pass column 80 continue on the next line at a space. Base64 has none and stays on its line anyway.
    pub folded: bool,
}

impl Default for YamlStyle {
    fn default() -> Self {
        Self {
            sorted: true,
            folded: true,
        }
    }
}

/// The value as one YAML document without `---`, byte for byte as sigs.k8s.io/yaml prints it, but for what kubectl
/// would not read back: a key `<<`, and a text of several lines that ends with U+2028 or U+2029, are quoted. Ends with
/// a line break. Overridden entries are left out.
#[must_use]
pub fn yaml(node: &Node, style: YamlStyle) -> SecretBytes {
    yaml::document(node, style)
}

/// A text between double quotes, on one line, with the escapes of YAML.
pub(crate) fn double_quoted(text: &str) -> SecretBytes {
    yaml::double_quoted(text)
}

/// JSON that goyaml.v2 reads, too: no character in it that YAML does not allow or takes for a line break. On one line
/// with spaces behind commas and colons, or over several.
pub(crate) fn json_within_yaml(node: &Node, layout: Layout) -> SecretBytes {
    let style = JsonStyle {
        indented: layout == Layout::Lines,
        escape_html: false,
        sorted: false,
    };
    let more = json::More {
        within_yaml: true,
        spaced: layout == Layout::Spaced,
    };
    json::write(node, style, more)
}

/// How an edit lays out a collection in brackets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    Compact,
    Spaced,
    Lines,
}

/// How JSON is laid out. The default is what `kubectl -o json` and kubeseal print.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonStyle {
    /// Each item on a line of its own, two spaces deeper than its parent. No line break follows the last bracket.
    pub indented: bool,
    /// `<`, `>` and `&` as `\u003c`, `\u003e` and `\u0026`, as Go's `json.Marshal` does.
    pub escape_html: bool,
    /// Keys sorted bytewise, not in the order of the tree.
    pub sorted: bool,
}

impl Default for JsonStyle {
    fn default() -> Self {
        Self {
            indented: true,
            escape_html: true,
            sorted: false,
        }
    }
}

/// The value as JSON, as Go's `encoding/json` writes it. Overridden entries are left out.
#[must_use]
pub fn json(node: &Node, style: JsonStyle) -> SecretBytes {
    json::write(node, style, json::More::default())
}
