//! Go's names for types and kinds.

use super::Value;

/// Signed integer types that can occur.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SignedType {
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `time.Duration`
    Duration,
    /// `time.Month`
    Month,
    /// `time.Weekday`
    Weekday,
}

/// Unsigned integer types that can occur.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UnsignedType {
    /// `uint8`
    Uint8,
    /// `uint32`
    Uint32,
    /// `uint64`
    Uint64,
}

/// What a slice is a slice of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Element {
    /// `interface {}`
    Any,
    /// `string`
    Text,
    /// `int`
    Int,
    /// `uint8`
    Byte,
    /// `[]interface {}`
    List,
}

/// Go's kinds, as far as they occur.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// nothing
    Invalid,
    /// a nil interface
    Interface,
    /// bool
    Bool,
    /// any signed integer
    Signed,
    /// any unsigned integer
    Unsigned,
    /// float64
    Float,
    /// complex128
    Complex,
    /// string
    String,
    /// slice
    Slice,
    /// map
    Map,
    /// struct
    Struct,
    /// pointer
    Pointer,
}

impl SignedType {
    /// Go's name of the type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Int64 => "int64",
            Self::Duration => "time.Duration",
            Self::Month => "time.Month",
            Self::Weekday => "time.Weekday",
        }
    }
}

impl UnsignedType {
    /// Go's name of the type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uint8 => "uint8",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
        }
    }
}

impl Element {
    /// What a slice's unused room holds.
    pub(crate) fn zero(self) -> Value {
        match self {
            Self::Any => Value::Nil,
            Self::Text => Value::text(&[]),
            Self::Int => Value::int(0),
            Self::Byte => Value::Unsigned(UnsignedType::Uint8, 0),
            Self::List => Value::List(super::List::nil(Self::Any)),
        }
    }

    /// Go's name of the slice type.
    pub(crate) fn slice_name(self) -> &'static str {
        match self {
            Self::Any => "[]interface {}",
            Self::Text => "[]string",
            Self::Int => "[]int",
            Self::Byte => "[]uint8",
            Self::List => "[][]interface {}",
        }
    }
}

impl Value {
    /// What `%T` prints; `<nil>` for nothing.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Absent | Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Signed(t, _) => t.name(),
            Self::Unsigned(t, _) => t.name(),
            Self::Float(_) => "float64",
            Self::Complex(..) => "complex128",
            Self::Text(_) => "string",
            Self::List(list) => list.element().slice_name(),
            Self::Dict(dict) => dict.type_name(),
            Self::Time(_) => "time.Time",
            Self::Location(_) => "*time.Location",
            Self::Version(_) => "*semver.Version",
            Self::PlainVersion(_) => "semver.Version",
            Self::Certificate(_) => "sprig.certificate",
        }
    }

    /// The type's name where the static type shows: a nil interface is `interface {}`.
    pub(crate) fn static_type_name(&self) -> &'static str {
        match self {
            Self::Nil => "interface {}",
            other => other.type_name(),
        }
    }

    /// Go's kind.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Absent => Kind::Invalid,
            Self::Nil => Kind::Interface,
            Self::Bool(_) => Kind::Bool,
            Self::Signed(..) => Kind::Signed,
            Self::Unsigned(..) => Kind::Unsigned,
            Self::Float(_) => Kind::Float,
            Self::Complex(..) => Kind::Complex,
            Self::Text(_) => Kind::String,
            Self::List(_) => Kind::Slice,
            Self::Dict(_) => Kind::Map,
            Self::Time(_) | Self::PlainVersion(_) | Self::Certificate(_) => Kind::Struct,
            Self::Location(_) | Self::Version(_) => Kind::Pointer,
        }
    }

    /// What `kindOf` prints.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self {
            Self::Absent | Self::Nil => "invalid",
            Self::Signed(SignedType::Int | SignedType::Month | SignedType::Weekday, _) => "int",
            Self::Signed(..) => "int64",
            Self::Unsigned(t, _) => t.name(),
            Self::Bool(_) => "bool",
            Self::Float(_) => "float64",
            Self::Complex(..) => "complex128",
            Self::Text(_) => "string",
            Self::List(_) => "slice",
            Self::Dict(_) => "map",
            Self::Time(_) | Self::PlainVersion(_) | Self::Certificate(_) => "struct",
            Self::Location(_) | Self::Version(_) => "ptr",
        }
    }
}
