//! An object of a file, and where in the file its fields are.

use lacre_api::FieldPath;
use lacre_manifest::{LineIndex, Node, Span};

use crate::problem::Place;
use crate::text_places;

/// One object as it is written.
pub(crate) struct Written<'a> {
    /// Its file.
    pub(crate) file: String,
    /// Its document, or the item of a List.
    pub(crate) node: &'a Node,
    /// All bytes of the file.
    pub(crate) source: &'a [u8],
    /// The lines of the file.
    pub(crate) lines: &'a LineIndex<'a>,
}

impl Written<'_> {
    /// Where the object begins.
    pub(crate) fn place(&self) -> Place {
        self.at(self.node.span())
    }

    /// Where the field at `path` is, by its key; as near to it as the document goes.
    pub(crate) fn place_of(&self, path: &FieldPath) -> Place {
        self.at(path.span(self.node, true))
    }

    /// Where `place` of the text at `path` is, or if that cannot be told, where the text begins.
    pub(crate) fn place_in_text(&self, path: &FieldPath, place: lacre_template::Place) -> Place {
        let written = path.node(self.node).and_then(|node| {
            let start = text_places::offset(self.source, node, place)?;
            Some(Span::new(start, start))
        });
        self.at(written.unwrap_or_else(|| path.span(self.node, false)))
    }

    /// Where `span` begins.
    pub(crate) fn at(&self, span: Span) -> Place {
        let position = self.lines.position(span.start);
        Place::at(self.file.as_str(), position.line, position.column)
    }
}
