//! Go's value model, as far as templates can see it: every value knows its Go type.

pub(crate) mod buffer;
mod capacity;
pub(crate) mod container;
pub(crate) mod equal;
pub(crate) mod text;
pub(crate) mod types;

use std::rc::Rc;

use crate::go::time::Time;
use crate::semver::Version;

pub(crate) use container::{Dict, Entries, List, Texts};
pub(crate) use text::Text;
pub(crate) use types::{Element, Kind, SignedType, UnsignedType};

/// A value as Go's reflection sees it.
#[derive(Clone)]
pub(crate) enum Value {
    /// No value at all: what an absent map key gives.
    Absent,
    /// An interface that holds nil.
    Nil,
    /// `bool`
    Bool(bool),
    /// `int`, `int64`, and named integers
    Signed(SignedType, i64),
    /// `uint8`, `uint64`, ...
    Unsigned(UnsignedType, u64),
    /// `float64`
    Float(f64),
    /// `complex128`
    Complex(f64, f64),
    /// `string`
    Text(Text),
    /// A slice
    List(List),
    /// A map with string keys
    Dict(Dict),
    /// `time.Time`
    Time(Rc<Time>),
    /// `*time.Location`, by name
    Location(Rc<Time>),
    /// `*semver.Version`
    Version(Rc<Version>),
    /// `semver.Version`, what its `IncMajor` and such give
    PlainVersion(Rc<Version>),
    /// sprig's `certificate` struct
    Certificate(Rc<Certificate>),
}

/// What sprig's `genCA` and its like give.
pub(crate) struct Certificate {
    /// PEM
    pub(crate) cert: Text,
    /// PEM
    pub(crate) key: Text,
}

impl Value {
    /// An `int`.
    pub(crate) fn int(n: i64) -> Self {
        Self::Signed(SignedType::Int, n)
    }

    /// An `int64`.
    pub(crate) fn int64(n: i64) -> Self {
        Self::Signed(SignedType::Int64, n)
    }

    /// A `string` from bytes.
    pub(crate) fn text(bytes: &[u8]) -> Self {
        Self::Text(Text::new(bytes))
    }

    /// True for no value and for a nil interface.
    pub(crate) fn is_nothing(&self) -> bool {
        matches!(self, Self::Absent | Self::Nil)
    }

    /// Go's idea of nil for the kinds that have one: interface, slice, map.
    pub(crate) fn is_nil(&self) -> bool {
        match self {
            Self::Absent | Self::Nil => true,
            Self::List(list) => list.is_nil(),
            Self::Dict(dict) => dict.is_nil(),
            _ => false,
        }
    }

    /// True for a list or map whose contents can be of any type.
    pub(crate) fn holds_anything(&self) -> bool {
        match self {
            Self::List(list) => list.element() == Element::Any,
            Self::Dict(dict) => !dict.holds_texts(),
            _ => false,
        }
    }

    /// The truth of `if`, `and`, `or`, `not`.
    pub(crate) fn truth(&self) -> bool {
        match self {
            Self::Absent | Self::Nil => false,
            Self::Bool(b) => *b,
            Self::Signed(_, n) => *n != 0,
            Self::Unsigned(_, n) => *n != 0,
            Self::Float(f) => *f != 0.0,
            Self::Complex(re, im) => *re != 0.0 || *im != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::List(list) => !list.is_empty(),
            Self::Dict(dict) => dict.len() > 0,
            Self::Time(_)
            | Self::Location(_)
            | Self::Version(_)
            | Self::PlainVersion(_)
            | Self::Certificate(_) => true,
        }
    }

    /// sprig's `empty`: like [`Self::truth`] turned round, structs are never empty.
    pub(crate) fn is_empty(&self) -> bool {
        !self.truth()
    }
}

impl From<bool> for Value {
    fn from(b: bool) -> Self {
        Self::Bool(b)
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
