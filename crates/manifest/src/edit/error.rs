//! Why nothing was changed.

use std::fmt;

use crate::error::ReadError;
use crate::span::Position;

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
    /// The field, or something on the way to it or in it, is an anchor that other places repeat, an alias, or comes
    /// through a merge key.
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
        "the edit would change more than was asked for, so nothing was changed; make it by hand"
    )]
    Elsewhere,
}

/// A path for messages: keys joined by dots, those that need it in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(Vec<String>);

impl Path {
    pub(super) fn new(keys: &[String]) -> Self {
        Self(keys.to_vec())
    }
}

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
