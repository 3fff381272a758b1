//! YAML as kubectl reads it: go.yaml.in/yaml/v2 (goyaml.v2), then the way of sigs.k8s.io/yaml to JSON.
//!
//! Text -> [`scan`] (tokens) -> [`parse`] (events) -> [`compose`] (a graph) -> [`decode`] (values).

mod compose;
mod cursor;
mod decode;
mod keys;
mod parse;
mod parse_flow;
pub(crate) mod resolve;
mod scan;
mod scan_block;
mod scan_scalar;
mod scan_tag;
mod tags;
mod timestamp;
mod token;

pub(crate) use compose::Loader;
use cursor::Cursor;

use crate::error::{Fault, ParseError, Problem, Refusal};
use crate::node::Node;
use crate::span::BYTE_ORDER_MARK;

/// The first document of a text.
#[derive(Debug)]
pub(crate) struct First {
    /// None if the text has no document, only blanks and comments.
    pub(crate) node: Option<Node>,
    /// Where more text begins after the document's end.
    pub(crate) rest: Option<usize>,
}

/// Reads the first YAML document of `text`, as sigs.k8s.io/yaml does with a whole text: what follows it (after `---`,
/// `...` or a closing bracket) is not looked at. Use [`Stream::read`](crate::Stream::read) for files.
///
/// `Ok(None)` if there is nothing but blanks and comments.
///
/// # Errors
/// What kubectl refuses, and the few things that [`Refusal`](crate::Refusal) lists.
pub fn read_first(text: &str) -> Result<Option<Node>, ParseError> {
    let first = Loader::default().first(text, 0, false);
    first
        .map(|first| first.node)
        .map_err(|fault| ParseError::at(text.as_bytes(), fault))
}

impl<'a> Loader<'a> {
    /// Reads the first document from byte `start` of `text` on. kubectl's stream reader ends every line, also the last
    /// one, which a block scalar can tell: so does `close_last_line`.
    pub(crate) fn first(
        &mut self,
        text: &'a str,
        start: usize,
        close_last_line: bool,
    ) -> Result<First, Fault> {
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let mark = if rest.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        check_characters(text, start + mark)?;
        self.first_document(Cursor::new(text, start + mark, close_last_line))
    }
}

/// goyaml.v2 knows no control characters but tab and line breaks, and none of the places that Unicode leaves empty.
fn check_characters(text: &str, start: usize) -> Result<(), Fault> {
    let suspicious = |b: u8| {
        (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0x7F || matches!(b, 0xC2 | 0xEF)
    };
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    if !bytes.iter().fold(false, |found, &b| found | suspicious(b)) {
        return Ok(());
    }
    let tail = text.get(start..).unwrap_or_default();
    for (at, c) in tail.char_indices() {
        match c {
            '\t' | '\n' | '\r' | '\u{85}' => {}
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}' => {
                let message = "a control character; write it as an escape in double quotes";
                return Err(Fault::new(start + at, Problem::Yaml(message)));
            }
            '\u{FEFF}' => return Err(Fault::new(start + at, Refusal::ByteOrderMark)),
            _ => {}
        }
    }
    Ok(())
}
