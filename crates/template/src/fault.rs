//! Why a function refuses, twice over: Go's own words, which may quote a secret, and words that hold no value.

use std::borrow::Cow;
use std::fmt;

use crate::value::buffer::Buffer;

/// Which bound stopped an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Bound {
    /// More output than allowed.
    Output,
    /// More work than allowed: loops, expensive functions, large inputs.
    Steps,
    /// Templates or values nested too deep.
    Nesting,
    /// More memory than allowed.
    Allocation,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Output => "the output is larger than the limit",
            Self::Steps => "the work is more than the limit",
            Self::Nesting => "the nesting is deeper than the limit",
            Self::Allocation => "the memory used is more than the limit",
        })
    }
}

/// A refusal without its place.
pub(crate) struct Fault {
    /// Go's text. May hold values.
    pub(crate) full: Buffer,
    /// What may be logged.
    pub(crate) safe: Cow<'static, str>,
    /// Set when it was a bound and not Go.
    pub(crate) bound: Option<Bound>,
}

impl Fault {
    /// A refusal whose text holds no value.
    pub(crate) fn plain(text: impl Into<Cow<'static, str>>) -> Self {
        let safe = text.into();
        let mut full = Buffer::new();
        full.text(&safe);
        Self {
            full,
            safe,
            bound: None,
        }
    }

    /// A refusal whose full text quotes values.
    pub(crate) fn valued(safe: &'static str, full: impl AsRef<[u8]>) -> Self {
        let mut text = Buffer::new();
        text.bytes(full.as_ref());
        Self {
            full: text,
            safe: safe.into(),
            bound: None,
        }
    }

    /// A bound was reached.
    pub(crate) fn bound(bound: Bound) -> Self {
        Self {
            bound: Some(bound),
            ..Self::plain(bound.to_string())
        }
    }

    /// The same refusal, with what was being done in front of it. A bound stays what it is.
    pub(crate) fn within(self, doing: &str) -> Self {
        if self.bound.is_some() {
            return self;
        }
        let mut full = Buffer::new();
        full.text(doing);
        full.text(": ");
        full.bytes(self.full.as_slice());
        Self {
            full,
            safe: format!("{doing}: {}", self.safe).into(),
            bound: None,
        }
    }
}
