//! A file or stream: its documents, and the objects in them.

use std::fmt;

use crate::error::{Fault, ParseError, Problem, ReadError, Refusal};
use crate::json;
use crate::node::Node;
use crate::span::{LineIndex, Position, Span};
use crate::split::{Chunk, split};
use crate::yaml::Loader;
use crate::{MAX_BYTES, MAX_NODES, template};

/// How a stream, or a document, is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Documents between lines `---`.
    Yaml,
    /// Objects one after the other.
    Json,
}

/// The documents of a file. Nothing of the source is kept but the values.
#[derive(Debug)]
pub struct Stream {
    format: Format,
    documents: Vec<Document>,
}

/// One document of a stream.
#[derive(Debug)]
pub struct Document {
    index: usize,
    span: Span,
    position: Position,
    format: Format,
    content: Content,
}

/// What a document holds.
#[derive(Debug)]
pub enum Content {
    /// A value: a mapping, if it is a Kubernetes object.
    Object(Node),
    /// Blanks and comments only, or a bare null; kubectl passes it over.
    Empty,
    /// A template, which becomes YAML only when its tool has rendered it.
    Unreadable(Template),
    /// Neither YAML nor JSON, or one of the few [`Refusal`]s.
    Broken(ParseError),
}

/// A Go template action (`{{ ... }}`) that keeps a document from being YAML: a Helm chart's, mostly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The action.
    pub span: Span,
    /// Where it begins.
    pub position: Position,
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: a template action `{{{{`; render the template first (helm template) and give the result",
            self.position
        )
    }
}

/// One Kubernetes object of a document: the document itself, or an item of a List.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    /// The object.
    pub node: &'a Node,
    /// Its index in `items`, if it is an item of a List. Of a List within a List: counted through.
    pub item: Option<usize>,
}

impl Stream {
    /// Reads a whole file or stream, as `kubectl apply -f` would: JSON if the first thing in it is a `{` and it reads
    /// as JSON, else YAML. A document that cannot be read never hides the others.
    ///
    /// # Errors
    /// If the bytes are not UTF-8, more than [`MAX_BYTES`](crate::MAX_BYTES), or hold more values and documents than
    /// [`MAX_NODES`].
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let text = check_text(bytes)?;
        if !text.trim_start().starts_with('{') {
            return Self::yaml(text);
        }
        let json = Self::json(text)?;
        let broken = |document: &Document| matches!(document.content, Content::Broken(_));
        let Some(good) = json.documents.iter().position(broken) else {
            return Ok(json);
        };
        if good > 1 {
            return Ok(json);
        }
        // With the first or second object kubectl goes over to YAML: `{a: b}` is YAML. Where that fails, too, JSON's
        // errors tell more if it was meant as JSON.
        let yaml = Self::yaml(text)?;
        let readable = |stream: &Self| {
            stream
                .documents
                .iter()
                .filter(|d| d.node().is_some())
                .count()
        };
        let meant_as_json = text
            .trim_start()
            .trim_start_matches('{')
            .trim_start()
            .starts_with('"')
            && !text.contains("\n---");
        let json_tells_more =
            meant_as_json && yaml.broken().next().is_some() && readable(&yaml) <= readable(&json);
        Ok(if json_tells_more { json } else { yaml })
    }

    fn yaml(text: &str) -> Result<Self, ReadError> {
        let mut reading = Reading::new(text);
        let mut loader = Loader::default();
        let mut start = 0;
        // Of a stream that begins as JSON, kubectl reads the first object as such.
        if let Some((node, span)) = json::leading_object(text) {
            reading.value(span, Format::Json, Some(node));
            start = span.end + rest_of_line(text, span.end);
        }
        for Chunk { span, fault } in split(text, start) {
            reading.check_room()?;
            let piece = text.get(..span.end).unwrap_or_default();
            if let Some(fault) = fault {
                reading.broken(span, Format::Yaml, fault);
                continue;
            }
            match loader.first(piece, span.start, true) {
                Ok(first) => reading.document(span, Format::Yaml, first.node, first.rest),
                Err(fault) => {
                    let alone = text.get(span.start..span.end).unwrap_or_default();
                    match template::find(alone, fault.offset - span.start) {
                        Some(action) => reading.template(span, action),
                        None => reading.broken(span, Format::Yaml, fault),
                    }
                }
            }
        }
        reading.finish(Format::Yaml)
    }

    fn json(text: &str) -> Result<Self, ReadError> {
        let mut reading = Reading::new(text);
        let mut reader = json::Reader::new(text);
        loop {
            reading.check_room()?;
            match reader.next_value() {
                Ok(None) => return reading.finish(Format::Json),
                Ok(node) => reading.value(reader.last_span(), Format::Json, node),
                Err(fault) => {
                    reader.skip_to_next_object();
                    reading.broken(reader.last_span(), Format::Json, fault);
                }
            }
        }
    }

    /// How the stream as a whole was read.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// The documents in order, empty and broken ones included.
    #[must_use]
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// The errors of the documents that cannot be read.
    pub fn broken(&self) -> impl Iterator<Item = &ParseError> {
        self.documents
            .iter()
            .filter_map(|document| match &document.content {
                Content::Broken(error) => Some(error),
                _ => None,
            })
    }
}

/// Documents as they are found.
struct Reading<'a> {
    lines: LineIndex<'a>,
    documents: Vec<Document>,
    /// Documents, and the values in them.
    taken: usize,
}

impl<'a> Reading<'a> {
    fn new(text: &'a str) -> Self {
        let lines = LineIndex::new(text.as_bytes());
        Self {
            lines,
            documents: Vec::new(),
            taken: 0,
        }
    }

    /// A document may be seven bytes long and take a hundred times as much to keep.
    fn check_room(&self) -> Result<(), ReadError> {
        if self.taken > MAX_NODES {
            return Err(ReadError::TooManyValues { limit: MAX_NODES });
        }
        Ok(())
    }

    fn push(&mut self, span: Span, format: Format, content: Content) {
        let index = self.documents.len() + 1;
        let position = self.lines.position(span.start);
        self.taken += 1;
        if let Content::Object(node) = &content {
            self.taken += node.count();
        }
        self.documents.push(Document {
            index,
            span,
            position,
            format,
            content,
        });
    }

    fn value(&mut self, span: Span, format: Format, node: Option<Node>) {
        let node = node.filter(|node| !node.is_null());
        self.push(span, format, node.map_or(Content::Empty, Content::Object));
    }

    /// A document of which text beyond its end, if there is any, would be ignored.
    fn document(&mut self, span: Span, format: Format, node: Option<Node>, rest: Option<usize>) {
        let end = rest.unwrap_or(span.end);
        self.value(Span::new(span.start, end), format, node);
        if rest.is_some() {
            let fault = Fault::new(end, Refusal::TextAfterEnd);
            self.broken(Span::new(end, span.end), format, fault);
        }
    }

    fn broken(&mut self, span: Span, format: Format, fault: Fault) {
        let error = fault.locate(&self.lines);
        self.push(span, format, Content::Broken(error));
    }

    /// `action` is counted from the beginning of the document.
    fn template(&mut self, span: Span, action: Span) {
        let action = Span::new(span.start + action.start, span.start + action.end);
        let position = self.lines.position(action.start);
        self.push(
            span,
            Format::Yaml,
            Content::Unreadable(Template {
                span: action,
                position,
            }),
        );
    }

    fn finish(self, format: Format) -> Result<Stream, ReadError> {
        self.check_room()?;
        Ok(Stream {
            format,
            documents: self.documents,
        })
    }
}

/// Length of the white space at `at`, up to the end of the line.
fn rest_of_line(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    let first_break = rest.find('\n').map_or(rest.len(), |n| n + 1);
    blank.min(first_break)
}

fn check_text(bytes: &[u8]) -> Result<&str, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge {
            bytes: bytes.len(),
            limit: MAX_BYTES,
        });
    }
    let utf16 = match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => true,
        // Without a mark: every second byte of English text is NUL.
        [a, 0, b, 0, ..] | [0, a, 0, b, ..] => *a != 0 && *b != 0,
        _ => false,
    };
    if utf16 {
        return Err(ReadError::Utf16);
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        ReadError::NotUtf8 {
            offset,
            position: LineIndex::new(bytes).position(offset),
        }
    })
}

impl Document {
    /// Which document of its stream this is, from 1.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its bytes in the source. In YAML they begin after the separator line before it (or with it, if nothing stands
    /// before that) and go up to the next separator line.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where it begins.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }

    /// How it is written.
    #[must_use]
    pub fn format(&self) -> Format {
        self.format
    }

    /// What it holds.
    #[must_use]
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// The value, if it could be read and is not empty.
    #[must_use]
    pub fn node(&self) -> Option<&Node> {
        match &self.content {
            Content::Object(node) => Some(node),
            _ => None,
        }
    }

    /// The objects in it, with `List`, `SecretList` and the like taken apart.
    #[must_use]
    pub fn objects(&self) -> Vec<Object<'_>> {
        let mut objects = Vec::new();
        if let Some(node) = self.node() {
            if is_list(node) {
                collect_items(node, &mut objects);
            } else {
                objects.push(Object { node, item: None });
            }
        }
        objects
    }

    /// What kubectl's strict mode says: the first key that is set twice, be it through a merge.
    ///
    /// # Errors
    /// [`Problem::DuplicateKey`], or the error of a broken document. `source` is what the stream was read from.
    pub fn strict(&self, source: &[u8]) -> Result<(), ParseError> {
        if let Content::Broken(error) = &self.content {
            return Err(error.clone());
        }
        match self
            .node()
            .map(Node::duplicates)
            .and_then(|found| found.into_iter().next())
        {
            None => Ok(()),
            Some(duplicate) => {
                let first = LineIndex::new(source).position(duplicate.first.start);
                let problem = Problem::DuplicateKey {
                    key: duplicate.key,
                    first,
                };
                Err(ParseError::at(
                    source,
                    Fault::new(duplicate.second.start, problem),
                ))
            }
        }
    }
}

/// kubectl goes by the kind; a resource that is merely called so, such as an AllowList, has no `items`.
fn is_list(node: &Node) -> bool {
    node.get("kind")
        .and_then(Node::as_str)
        .is_some_and(|kind| kind.ends_with("List"))
        && node
            .get("items")
            .is_some_and(|items| items.as_seq().is_some() || items.is_null())
}

fn collect_items<'a>(list: &'a Node, objects: &mut Vec<Object<'a>>) {
    for item in list.get("items").and_then(Node::as_seq).unwrap_or_default() {
        if is_list(item) {
            collect_items(item, objects);
        } else {
            objects.push(Object {
                node: item,
                item: Some(objects.len()),
            });
        }
    }
}
