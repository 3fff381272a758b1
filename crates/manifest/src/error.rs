//! What can be wrong with a manifest, where, and how to mend it. No message quotes a value.

use crate::span::{LineIndex, Position};

/// Why the input as a whole cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// Two bytes a character: what PowerShell's `>` writes.
    #[error("the input is UTF-16; save it as UTF-8 (PowerShell: `Out-File -Encoding utf8`)")]
    Utf16,
    /// Neither UTF-8 nor UTF-16.
    #[error(
        "{position}: the input is not UTF-8; a manifest is text, and binary values in it are base64"
    )]
    NotUtf8 {
        /// Offset of the first byte that does not belong.
        offset: usize,
        /// The same as line and column.
        position: Position,
    },
    /// Longer than [`MAX_BYTES`](crate::MAX_BYTES).
    #[error("the input has {bytes} bytes, more than the {limit} that are read at once; split it")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// What would have been read.
        limit: usize,
    },
    /// More documents and values in them than [`MAX_NODES`](crate::MAX_NODES).
    #[error("the input has more than {limit} documents and values; split it")]
    TooManyValues {
        /// What would have been read.
        limit: usize,
    },
}

/// Why one document cannot be read, and where that was noticed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {problem}")]
pub struct ParseError {
    /// Byte offset in the source.
    pub offset: usize,
    /// The same as line and column.
    pub position: Position,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Not YAML, or not the YAML 1.1 that kubectl reads.
    #[error("{0}")]
    Yaml(&'static str),
    /// Not JSON.
    #[error("{0}")]
    Json(&'static str),
    /// `*name` without an earlier `&name`. The name is not told: it may be a password that nobody quoted.
    #[error(
        "an alias `*` without its anchor `&` before it in this document; quote the value if it is text"
    )]
    UnknownAnchor,
    /// `&a [*a]`.
    #[error("an alias within its own anchor; write the value out")]
    SelfReference,
    /// The limit of kubectl's own decoder against "billion laughs".
    #[error(
        "the document consists almost wholly of aliases, which kubectl refuses too; write the values out"
    )]
    ExcessiveAliasing,
    /// A tag that the value does not fulfil, such as `!!int x`.
    #[error(
        "the value is not {expected} as its tag !!{tag} says; correct the value or drop the tag"
    )]
    TagMismatch {
        /// Short name of the tag.
        tag: &'static str,
        /// What the tag asks for.
        expected: &'static str,
    },
    /// A key that cannot become a string.
    #[error("a key must be a string, number or boolean, not {0}; quote it")]
    BadKey(&'static str),
    /// `.inf` and `.nan`.
    #[error(
        "infinity and not-a-number have no form in JSON; quote the value if it is meant as text"
    )]
    NotFinite,
    /// Strict reading only.
    #[error("the key {key:?} is set twice; the first time at {first}")]
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it was set first.
        first: Position,
    },
    /// A restriction of Lacre's own.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// What kubectl may read and Lacre refuses, because the reading would depend on chance or lose something.
/// `docs/yaml.md` tells each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    #[error("nested more than {} levels deep", crate::MAX_DEPTH)]
    TooDeep,
    /// More than [`MAX_NODES`](crate::MAX_NODES) values.
    #[error("more than {} values in one document; split it", crate::MAX_NODES)]
    TooManyNodes,
    /// Aliases that repeat more than [`MAX_ALIAS_BYTES`](crate::MAX_ALIAS_BYTES) of text.
    #[error(
        "the aliases repeat more than {} bytes of text; write the values out",
        crate::MAX_ALIAS_BYTES
    )]
    AliasBytes,
    /// U+FEFF after the beginning: what kubectl makes of it depends on where its buffer ends.
    #[error("a byte order mark (U+FEFF) inside the text, mostly left by joining files; delete it")]
    ByteOrderMark,
    /// CR CR LF: kubectl drops one of the carriage returns, other readers see an empty line.
    #[error(
        "a line ends in two carriage returns, which readers understand differently; convert the line ends"
    )]
    DoubledReturn,
    /// `1: a` beside `"1": b`.
    #[error(
        "two keys become the same key in JSON (such as 1 and \"1\"), and kubectl keeps either by chance; drop one"
    )]
    CollidingKeys,
    /// `--- text`, or `---text`.
    #[error("text after the separator `---`; put it on a line of its own")]
    SeparatorText,
    /// After `...`, or a second flow collection: kubectl ignores the rest up to the next `---`.
    #[error(
        "more text after the end of the document, which kubectl would ignore; put `---` on a line before it"
    )]
    TextAfterEnd,
}

impl ParseError {
    pub(crate) fn at(source: &[u8], fault: Fault) -> Self {
        fault.locate(&LineIndex::new(source))
    }

    /// Set if kubectl might have read the document and Lacre alone refuses it.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self.problem {
            Problem::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

/// A problem on its way to becoming a [`ParseError`]: line and column are only counted for errors. Small, since the
/// scanner returns it at every step.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    problem: Box<Problem>,
}

impl Fault {
    pub(crate) fn new(offset: usize, problem: impl Into<Problem>) -> Self {
        Self {
            offset,
            problem: Box::new(problem.into()),
        }
    }

    pub(crate) fn locate(self, lines: &LineIndex<'_>) -> ParseError {
        ParseError {
            offset: self.offset,
            position: lines.position(self.offset),
            problem: *self.problem,
        }
    }
}
