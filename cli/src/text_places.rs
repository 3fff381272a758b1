//! Where in a file a place of a text is that was read from its YAML.

use lacre_manifest::{Node, Style};
use lacre_template::Place;

/// The offset in `source` of a place in the text of `node`. `None` where the file does not show the text line by line
/// as it is: folded, with escapes, over several lines.
pub(crate) fn offset(source: &[u8], node: &Node, place: Place) -> Option<usize> {
    let (span, text) = (node.span(), node.as_str()?.as_bytes());
    match node.style() {
        Style::Literal => {
            let (indent, start) = block_line(source, span.start, text, place.line)?;
            Some(start + indent + place.column)
        }
        Style::Plain | Style::SingleQuoted | Style::DoubleQuoted => {
            let quote = usize::from(node.style() != Style::Plain);
            let start = span.start + quote;
            let written = source.get(start..span.end.checked_sub(quote)?)?;
            (written == text).then_some(start + place.offset)
        }
        Style::Folded | Style::Block | Style::Flow | Style::Built => None,
    }
}

/// The indentation and the start of the `line`th line below the `|` at `header`.
fn block_line(source: &[u8], header: usize, text: &[u8], line: usize) -> Option<(usize, usize)> {
    let wanted = text.split(|b| *b == b'\n').nth(line.checked_sub(1)?)?;
    let mut start = header;
    for _ in 0..line {
        let rest = source.get(start..)?;
        start += rest.iter().position(|b| *b == b'\n')? + 1;
    }
    let written = source.get(start..)?.split(|b| *b == b'\n').next()?;
    let written = written.strip_suffix(b"\r").unwrap_or(written);
    let indent = written.strip_suffix(wanted)?;
    indent
        .iter()
        .all(|b| *b == b' ')
        .then_some((indent.len(), start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lacre_manifest::{Content, LineIndex, Stream};
    use lacre_template::{Dialect, Options, Template};

    /// Where the unknown function `xx` of the template under `t` is.
    fn found(source: &str) -> Option<String> {
        let stream = Stream::read(source.as_bytes()).unwrap();
        let Content::Object(document) = stream.documents()[0].content() else {
            panic!("{source}");
        };
        let node = document.get("t").unwrap();
        let text = node.as_str().unwrap().as_bytes();
        let options = Options::default();
        let error = Template::parse("t", text, Dialect::SealedSecrets, &options).unwrap_err();
        let offset = offset(source.as_bytes(), node, error.place())?;
        assert!(source.as_bytes()[offset..].starts_with(b"xx"), "{source}");
        let place = LineIndex::new(source.as_bytes()).position(offset);
        Some(place.to_string())
    }

    #[test]
    fn what_is_written_as_it_reads_is_found_to_the_column() {
        for (source, place) in [
            ("t: '{{ xx }}'\n", "1:8"),
            ("t: \"é{{ xx }}\"\n", "1:9"),
            ("{\"t\": \"a{{ xx }}\"}", "1:12"),
            ("t: a {{ xx }}\n", "1:9"),
            ("t: |\n  a\n  é{{ xx }}\n", "3:7"),
            ("t: |- # why\n\n  a\n\n      {{ xx }}\n", "5:10"),
            ("t: |2\n    a\n  {{ xx }}", "3:6"),
            ("a: &x |\n  {{ xx }}\nt: *x\n", "2:6"),
            ("t: |\r\n  a\r\n  b {{ xx }}\r\n", "3:8"),
        ] {
            assert_eq!(found(source).as_deref(), Some(place), "{source}");
        }
    }

    #[test]
    fn what_is_not_has_no_place_of_its_own() {
        for source in [
            "t: >\n  a\n  {{ xx }}\n",
            "t: \"\\t{{ xx }}\"\n",
            "t: 'it''s {{ xx }}'\n",
            "t: 'a\n  {{ xx }}'\n",
            "t: a\n  {{ xx }}\n",
        ] {
            assert_eq!(found(source), None, "{source}");
        }
    }
}
