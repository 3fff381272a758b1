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
//! What comes out is read again. If anything but the named fields would read differently, nothing is changed and the
//! error says so.

mod block;
mod check;
mod comments;
mod error;
mod flow;
mod literal;
mod place;
mod scalar;
mod shared;
mod splice;

use std::collections::HashMap;

use lacre_secret::SecretBytes;

pub use error::{EditError, Path};
use splice::{Splice, spliced};

use crate::node::Node;
use crate::span::Span;
use crate::stream::{Document, Stream};

/// The object to be changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
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

/// Makes the changes to one object, in order, and gives the whole new source.
///
/// # Errors
/// [`EditError`]; nothing is changed then.
pub fn apply(source: &[u8], target: Target, changes: &[Change]) -> Result<SecretBytes, EditError> {
    apply_all(source, &[(target, changes)])
}

/// Makes changes to several objects of a source, each object being named once.
///
/// # Errors
/// [`EditError`]; nothing is changed then, in none of them.
pub fn apply_all(source: &[u8], edits: &[(Target, &[Change])]) -> Result<SecretBytes, EditError> {
    let before = Stream::read(source)?;
    let expected = check::expected(&before, edits)?;
    let mut text = SecretBytes::from_slice(source);
    let mut rest: Vec<(Target, &[Change])> = edits.to_vec();
    while rest.iter().any(|(_, changes)| !changes.is_empty()) {
        let splices = round(text.expose(), &mut rest)?;
        text = spliced(text.expose(), splices);
    }
    let after = Stream::read(text.expose())?;
    if check::is_as_expected(source, &before, text.expose(), &after, &expected) {
        Ok(text)
    } else {
        Err(EditError::Elsewhere)
    }
}

/// As many changes as can be made to one reading of the text; takes them off `rest`.
fn round(text: &[u8], rest: &mut [(Target, &[Change])]) -> Result<Vec<Splice>, EditError> {
    let stream = Stream::read(text)?;
    let mut all: Vec<Splice> = Vec::new();
    let mut aliased: HashMap<usize, bool> = HashMap::new();
    for (target, changes) in rest.iter_mut() {
        let document = document(&stream, *target)?;
        let has_aliases = || document.node().is_some_and(shared::any);
        let place = place::Object {
            source: text,
            document,
            aliased: *aliased.entry(target.document).or_insert_with(has_aliases),
            root: object(&stream, *target)?,
        };
        let mut own: Vec<Splice> = Vec::new();
        while let Some((change, others)) = changes.split_first() {
            match place.splice(change) {
                Ok(splice) if own.iter().all(|other| other.allows(&splice)) => own.push(splice),
                // Which of two neighbours comes first is for the tree to say, once the first is done.
                Ok(_) => break,
                // What is not there yet may be among the pending.
                Err(_) if !own.is_empty() => break,
                Err(error) => return Err(error),
            }
            *changes = others;
        }
        all.append(&mut own);
    }
    Ok(all)
}

/// Exchanges a whole document, be it readable or not; `text` is one document that can be read, without separators.
///
/// # Errors
/// [`EditError`] if there is no such document, or if `text` would not stay one document between its neighbours.
pub fn replace_document(
    source: &[u8],
    document: usize,
    text: &[u8],
) -> Result<SecretBytes, EditError> {
    let before = Stream::read(source)?;
    let old = before
        .documents()
        .get(document)
        .ok_or(EditError::NoObject)?
        .span();
    let span = Span::new(old.start + separator_line(source, old), old.end);
    let mut new = splice::Text::default();
    new.push(text);
    if span.end < source.len() && !text.ends_with(b"\n") {
        new.push(splice::line_break(source));
    }
    let edited = spliced(source, vec![Splice::exchange(span, new.finish())]);
    let after = Stream::read(edited.expose())?;
    let sound = check::others_are_the_same(source, &before, edited.expose(), &after, &[document])
        && check::is_alone(&after, document, &Stream::read(text)?);
    if sound {
        Ok(edited)
    } else {
        Err(EditError::Elsewhere)
    }
}

/// Length of the line `---` that a first document begins with.
fn separator_line(source: &[u8], document: Span) -> usize {
    let text = document.of(source).unwrap_or_default();
    if !text.starts_with(b"---") {
        return 0;
    }
    text.split_inclusive(|&byte| byte == b'\n')
        .next()
        .map_or(0, <[u8]>::len)
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
