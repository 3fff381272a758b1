//! What went wrong, where, and how to mend it. Never holds a value of a secret.

use std::fmt;
use std::io;

use crate::go::errno;

/// A place in a file, as editors want it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Path as the user gave it, or `<stdin>`.
    pub(crate) file: String,
    /// 1-based line and column, where one is known.
    pub(crate) at: Option<(usize, usize)>,
}

impl Place {
    /// The file as a whole.
    pub(crate) fn file(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            at: None,
        }
    }

    /// A line and column, both counted from 1.
    pub(crate) fn at(file: impl Into<String>, line: usize, column: usize) -> Self {
        Self {
            file: file.into(),
            at: Some((line, column)),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One error or warning, ready to be told.
#[derive(Debug, thiserror::Error)]
#[error("{}{message}", .place.as_ref().map(|p| format!("{p}: ")).unwrap_or_default())]
pub(crate) struct Problem {
    pub(crate) place: Option<Place>,
    pub(crate) message: String,
    /// What the user can do about it.
    pub(crate) mend: Option<String>,
    #[source]
    pub(crate) io: Option<io::Error>,
}

impl Problem {
    /// A problem with no place of its own.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            place: None,
            message: message.into(),
            mend: None,
            io: None,
        }
    }

    /// `action` failed for the operating system's sake.
    pub(crate) fn io(action: impl fmt::Display, error: io::Error) -> Self {
        Self {
            message: format!("{action}: {}", errno::reason(&error)),
            io: Some(error),
            ..Self::new("")
        }
    }

    /// Says where.
    #[must_use]
    pub(crate) fn in_place(self, place: Place) -> Self {
        Self {
            place: Some(place),
            ..self
        }
    }

    /// Says how to mend it.
    #[must_use]
    pub(crate) fn mend(self, how: impl Into<String>) -> Self {
        Self {
            mend: Some(how.into()),
            ..self
        }
    }

    /// True when whoever read our output has gone: no failure of ours.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.io
            .as_ref()
            .is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_says_where_and_what() {
        let problem = Problem::new("not base64").in_place(Place::at("a.yaml", 3, 7));
        assert_eq!(problem.to_string(), "a.yaml:3:7: not base64");
        assert_eq!(Problem::new("no certificate").to_string(), "no certificate");
    }

    #[test]
    fn only_a_closed_pipe_is_forgiven() {
        let closed = Problem::io("write", io::ErrorKind::BrokenPipe.into());
        let full = Problem::io("write", io::ErrorKind::StorageFull.into());
        assert!(closed.is_broken_pipe());
        assert!(!full.is_broken_pipe());
    }
}
