//! Writing: YAML and JSON that kubectl reads back as the same value.

mod json;

use lacre_secret::SecretBytes;

use crate::node::Node;

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
    json::write(node, style)
}
