//! Listings: the same facts as a table for people, and as JSON or YAML for programs.

use clap::ValueEnum;
use lacre_manifest::Node;
use lacre_manifest::emit::{self, YamlStyle};
use serde_json::Value;

/// How a listing is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Columns for people.
    Table,
    /// A JSON array with one object for each row.
    Json,
    /// The same as YAML.
    Yaml,
}

/// Rows for people and records for programs.
#[derive(Debug)]
pub(crate) struct Listing {
    heads: &'static [&'static str],
    rows: Vec<Vec<String>>,
    records: Vec<Value>,
}

impl Listing {
    /// An empty listing; its table has these columns.
    pub(crate) fn new(heads: &'static [&'static str]) -> Self {
        Self {
            heads,
            rows: Vec::new(),
            records: Vec::new(),
        }
    }

    /// Adds one fact: `row` has a cell for each column, `record` is what programs get.
    pub(crate) fn push(&mut self, row: Vec<String>, record: Value) {
        self.rows.push(row);
        self.records.push(record);
    }

    /// True without any fact.
    pub(crate) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The listing as text that ends in a line break.
    pub(crate) fn print(&self, format: ListFormat) -> String {
        let records = || Value::Array(self.records.clone());
        match format {
            ListFormat::Table => self.table(),
            ListFormat::Json => json(&records()),
            ListFormat::Yaml => yaml(&records()),
        }
    }

    fn table(&self) -> String {
        let heads = self.heads.iter().map(|head| (*head).to_owned()).collect();
        let lines: Vec<Vec<String>> = std::iter::once(&heads)
            .chain(&self.rows)
            .map(|cells: &Vec<String>| cells.iter().map(|cell| printable(cell)).collect())
            .collect();
        let width = |column| {
            let cells = lines.iter().filter_map(|cells| cells.get(column));
            cells
                .map(|cell: &String| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let mut text = String::new();
        for cells in &lines {
            let padded = cells
                .iter()
                .zip(&widths)
                .map(|(cell, &width)| format!("{cell:width$}"));
            let line: Vec<String> = padded.collect();
            text.push_str(line.join("  ").trim_end());
            text.push('\n');
        }
        text
    }
}

/// Indented JSON that ends in a line break.
pub(crate) fn json(value: &Value) -> String {
    format!("{value:#}\n")
}

/// YAML that ends in a line break, fields in their order.
pub(crate) fn yaml(value: &Value) -> String {
    let style = YamlStyle {
        sorted: false,
        folded: false,
    };
    let text = emit::yaml(&Node::from_json(value), style);
    String::from_utf8_lossy(text.expose()).into_owned()
}

/// A name or message for a terminal: control characters, which can move the cursor and hide text, as escapes.
pub(crate) fn printable(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    let escape = |c: char| {
        if c.is_control() {
            c.escape_default().to_string()
        } else {
            c.to_string()
        }
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn listing() -> Listing {
        let mut listing = Listing::new(&["NAME", "BITS"]);
        listing.push(
            vec!["a".into(), "2048".into()],
            json!({"name": "a", "bits": 2048}),
        );
        listing.push(
            vec!["né\u{1b}[2J".into(), "-".into()],
            json!({"name": "né", "bits": null}),
        );
        listing
    }

    #[test]
    fn columns_line_up_and_no_line_ends_in_blanks() {
        assert_eq!(
            listing().print(ListFormat::Table),
            "NAME         BITS\na            2048\nné\\u{1b}[2J  -\n"
        );
    }

    #[test]
    fn programs_get_the_records_in_the_same_order() {
        let json = listing().print(ListFormat::Json);
        assert_eq!(
            serde_json::from_str::<Value>(&json).unwrap(),
            json!([{"name": "a", "bits": 2048}, {"name": "né", "bits": null}])
        );
        assert_eq!(
            listing().print(ListFormat::Yaml),
            "- name: a\n  bits: 2048\n- name: né\n  bits: null\n"
        );
    }
}
