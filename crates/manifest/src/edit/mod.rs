//! Edits in place that keep every other byte: comments, order, quotes, line ends, other documents.
//!
//! ```
//! use lacre_manifest::Node;
//! use lacre_manifest::edit::{Change, Target, apply};
//!
//! let source = b"kind: X\nspec: # ours\n  a: old # comment\n";
//! let changes = [
//!     Change::Set { path: vec!["spec".into(), "a".into()], value: Node::string("new") },
//!     Change::Set { path: vec!["spec".into(), "b".into()], value: Node::string("yes") },
//! ];
//! let edited = apply(source, Target { document: 0, object: 0 }, &changes)?;
//! assert_eq!(edited.expose(), b"kind: X\nspec: # ours\n  a: new # comment\n  b: \"yes\"\n");
//! # Ok::<(), lacre_manifest::edit::EditError>(())
//! ```
//!
//! What comes out is read again. If anything but the named fields would read differently, as it does where anchors
//! share a value between places, nothing is changed and the error says so.

mod block;
mod check;
mod flow;
mod place;
mod scalar;

use std::fmt;

use lacre_secret::{SecretBytes, SecretWriter};

use crate::error::ReadError;
use crate::node::Node;
use crate::span::{LineIndex, Position, Span};
use crate::stream::{Document, Stream};

/// The object to be changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Target {
    /// Index in [`Stream::documents`], from 0.
    pub document: usize,
    /// Index in [`Document::objects`], from 0: more than 0 only in a List.
    pub object: usize,
}

/// One change to an object. A path is made of keys, from the object down.
#[derive(Debug)]
pub enum Change {
    /// Gives a value to a field, which may exist or not; so may the mappings on the way to it. A new key goes where
    /// the order of its siblings wants it if they are sorted, else behind them.
    Set {
        /// The field.
        path: Vec<String>,
        /// Its new value.
        value: Node,
    },
    /// Takes a field away, its line with it. A mapping that loses its last field stays, as `{}`.
    Remove {
        /// The field.
        path: Vec<String>,
    },
}

impl Change {
    fn path(&self) -> &[String] {
        match self {
            Self::Set { path, .. } | Self::Remove { path } => path,
        }
    }
}

/// Why nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EditError {
    /// The source is no text.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// There is no such object, or its document cannot be read.
    #[error("there is no object to edit here")]
    NoObject,
    /// The field to be removed is not there, or the path is empty.
    #[error("{0}: there is no such field")]
    NoField(Path),
    /// Something on the way is neither a mapping nor null.
    #[error("{position}: {path} is {found}, and has no fields to edit; make it a mapping")]
    NotAMapping {
        /// The field in the way.
        path: Path,
        /// What it is.
        found: &'static str,
        /// Where it stands.
        position: Position,
    },
    /// The field, or something on the way to it, is an anchor, an alias or comes through a merge key.
    #[error(
        "{position}: {path} is shared with other places by an anchor; write its value out here, then edit it"
    )]
    Shared {
        /// The field.
        path: Path,
        /// Where it stands.
        position: Position,
    },
    /// It is written in a way that cannot be changed without touching more than that.
    #[error("{position}: {path} cannot be edited in place: {why}; write it the ordinary way first")]
    Unusual {
        /// The field.
        path: Path,
        /// Where it stands.
        position: Position,
        /// What is in the way.
        why: &'static str,
    },
    /// What would come out reads differently elsewhere too.
    #[error(
        "the edit would change more than the named fields, which anchors and aliases can cause; write their values out first"
    )]
    Elsewhere,
}

/// A path for messages: keys joined by dots, those that need it in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<String>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, key) in self.0.iter().enumerate() {
            let simple = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            match (n, key.chars().all(simple)) {
                (0, true) => f.write_str(key)?,
                (_, true) => write!(f, ".{key}")?,
                (_, false) => write!(f, "[{key:?}]")?,
            }
        }
        Ok(())
    }
}

/// Bytes that go, and what comes in their place.
struct Splice {
    span: Span,
    text: SecretBytes,
}

impl Splice {
    /// Touching counts: which of two neighbours comes first is for the tree to say, once the first is done.
    fn meets(&self, other: &Self) -> bool {
        self.span.start <= other.span.end && other.span.start <= self.span.end
    }
}

/// Makes the changes, in order, and gives the whole new source.
///
/// # Errors
/// [`EditError`]; nothing is changed then.
pub fn apply(source: &[u8], target: Target, changes: &[Change]) -> Result<SecretBytes, EditError> {
    let before = Stream::read(source)?;
    let mut expected = object(&before, target)?.duplicate();
    for change in changes {
        check::apply(&mut expected, change);
    }

    let mut text = SecretBytes::from_slice(source);
    let mut pending: Vec<Splice> = Vec::new();
    let mut rest = changes.iter().peekable();
    while rest.peek().is_some() {
        let stream = Stream::read(text.expose())?;
        let place = place::Object {
            source: text.expose(),
            document: document(&stream, target)?,
            root: object(&stream, target)?,
        };
        // As many as can be made to one reading of the text.
        while let Some(change) = rest.peek() {
            match place.splice(change) {
                Ok(splice) if !pending.iter().any(|other| other.meets(&splice)) => {
                    pending.push(splice);
                }
                Ok(_) => break,
                // What is not there yet may be among the pending.
                Err(_) if !pending.is_empty() => break,
                Err(error) => return Err(error),
            }
            rest.next();
        }
        text = spliced(text.expose(), std::mem::take(&mut pending));
    }

    let after = Stream::read(text.expose())?;
    let sound = check::others_are_the_same(source, &before, text.expose(), &after, target)
        && object(&after, target).is_ok_and(|object| check::same(object, &expected));
    if sound {
        Ok(text)
    } else {
        Err(EditError::Elsewhere)
    }
}

fn document(stream: &Stream, target: Target) -> Result<&Document, EditError> {
    stream
        .documents()
        .get(target.document)
        .ok_or(EditError::NoObject)
}

fn object(stream: &Stream, target: Target) -> Result<&Node, EditError> {
    let objects = document(stream, target)?.objects();
    objects
        .get(target.object)
        .map(|object| object.node)
        .ok_or(EditError::NoObject)
}

fn spliced(source: &[u8], mut splices: Vec<Splice>) -> SecretBytes {
    splices.sort_by_key(|splice| splice.span.start);
    let mut out = SecretWriter::with_capacity(
        source.len() + splices.iter().map(|s| s.text.len()).sum::<usize>(),
    );
    let mut at = 0;
    for Splice { span, text } in splices {
        out.push(source.get(at..span.start).unwrap_or_default());
        out.push(text.expose());
        at = span.end;
    }
    out.push(source.get(at..).unwrap_or_default());
    out.finish()
}

fn position(source: &[u8], offset: usize) -> Position {
    LineIndex::new(source).position(offset)
}
