//! The function tables: name, parameters, dialects, whether the result is always the same, and what a call costs.

mod builtin;
mod certificates;
mod compare;
mod dates;
mod dicts;
mod encoding;
mod escape;
mod lists;
mod logic;
mod numbers;
mod paths;
mod patterns;
mod random;
mod secrets;
mod stores;
mod text;
mod versions;
mod words;
mod yaml;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::context::Context;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::value::{Dict, Element, List, Text, Value};

/// What Go type a parameter has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    /// `interface {}`
    Any,
    /// `reflect.Value`: as `Any`, but no value stays apart from nil
    Reflect,
    /// `string`
    Text,
    /// `int`
    Int,
    /// `uint32`
    Uint32,
    /// `float64`
    Float,
    /// `bool`
    Bool,
    /// `map[string]interface {}`
    Dict,
    /// `[]interface {}`
    List,
    /// `time.Time`
    Time,
    /// `time.Duration`
    Duration,
    /// `*time.Location`
    Location,
    /// `*semver.Version`
    Version,
    /// sprig's `certificate`
    Certificate,
    /// A named string type of ESO's: constants only
    HashAlgorithm,
    /// `[]uint8`
    Bytes,
}

impl Type {
    /// Go's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::Text => "string",
            Self::Int => "int",
            Self::Uint32 => "uint32",
            Self::Float => "float64",
            Self::Bool => "bool",
            Self::Dict => "map[string]interface {}",
            Self::List => "[]interface {}",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
            Self::Location => "*time.Location",
            Self::Version => "*semver.Version",
            Self::Certificate => "sprig.certificate",
            Self::HashAlgorithm => "sprig.HashAlgorithm",
            Self::Bytes => "[]uint8",
        }
    }

    /// What nil becomes as such a parameter; `None` where nil cannot be.
    pub(crate) fn nil(self) -> Option<Value> {
        match self {
            Self::Any | Self::Location | Self::Version => Some(Value::Nil),
            Self::Reflect => Some(Value::Absent),
            Self::Dict => Some(Value::Dict(Dict::nil())),
            Self::List => Some(Value::List(List::nil(Element::Any))),
            Self::Bytes => Some(Value::List(List::nil(Element::Byte))),
            _ => None,
        }
    }

    /// Whether `value` is of this type.
    pub(crate) fn takes(self, value: &Value) -> bool {
        use crate::value::{SignedType, UnsignedType};
        match (self, value) {
            (Self::Any | Self::Reflect, _)
            | (Self::Text, Value::Text(_))
            | (Self::Int, Value::Signed(SignedType::Int, _))
            | (Self::Uint32, Value::Unsigned(UnsignedType::Uint32, _))
            | (Self::Float, Value::Float(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Time, Value::Time(_))
            | (Self::Duration, Value::Signed(SignedType::Duration, _))
            | (Self::Location, Value::Location(_))
            | (Self::Version, Value::Version(_))
            | (Self::Certificate, Value::Certificate(_)) => true,
            (Self::Dict, Value::Dict(dict)) => !dict.holds_texts(),
            (Self::List, Value::List(list)) => list.element() == Element::Any,
            (Self::Bytes, Value::List(list)) => list.element() == Element::Byte,
            _ => false,
        }
    }
}

/// Which dialects have a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dialects {
    Both,
    SealedSecrets,
    ExternalSecrets,
}

impl Dialects {
    fn include(self, dialect: Dialect) -> bool {
        match self {
            Self::Both => true,
            Self::SealedSecrets => dialect == Dialect::SealedSecrets,
            Self::ExternalSecrets => dialect == Dialect::ExternalSecrets,
        }
    }
}

/// Special treatment by the executor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Special {
    No,
    /// Stops at the first true argument
    Or,
    /// Stops at the first false argument
    And,
    /// Wants the text of its first argument for its message
    Call,
}

type Run = fn(&mut Context<'_>, &Args) -> Result<Value, Fault>;

/// A function, as a row of a table.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    /// The last one repeats when `variadic`
    pub(crate) params: &'static [Type],
    pub(crate) variadic: bool,
    pub(crate) dialects: Dialects,
    /// False when two renderings of one template differ by it
    pub(crate) deterministic: bool,
    /// Steps that a call costs at least
    pub(crate) cost: u64,
    pub(crate) special: Special,
    pub(crate) run: Run,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    /// A deterministic function of both dialects.
    pub(crate) const fn new(name: &'static str, params: &'static [Type], run: Run) -> Self {
        let (variadic, deterministic) = (false, true);
        Self {
            name,
            params,
            variadic,
            dialects: Dialects::Both,
            deterministic,
            cost: 1,
            special: Special::No,
            run,
        }
    }

    /// Its last parameter repeats.
    pub(crate) const fn variadic(self) -> Self {
        Self {
            variadic: true,
            ..self
        }
    }

    /// Its result differs from run to run.
    pub(crate) const fn random(self) -> Self {
        Self {
            deterministic: false,
            ..self
        }
    }

    /// It costs this many steps.
    pub(crate) const fn cost(self, cost: u64) -> Self {
        Self { cost, ..self }
    }

    /// Only these have it.
    pub(crate) const fn only(self, dialects: Dialects) -> Self {
        Self { dialects, ..self }
    }

    const fn special(self, special: Special) -> Self {
        Self { special, ..self }
    }
}

/// Arguments of a call, already of the parameters' types.
pub(crate) struct Args(pub(crate) Vec<Value>);

impl Args {
    /// All of them.
    pub(crate) fn all(&self) -> &[Value] {
        &self.0
    }

    /// Those from `at` on.
    pub(crate) fn from(&self, at: usize) -> &[Value] {
        self.0.get(at..).unwrap_or_default()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Any argument.
    pub(crate) fn get(&self, at: usize) -> &Value {
        self.0.get(at).unwrap_or(&Value::Absent)
    }

    /// A `string`.
    pub(crate) fn text(&self, at: usize) -> &[u8] {
        match self.get(at) {
            Value::Text(text) => text.bytes(),
            _ => &[],
        }
    }

    /// A `string` as a value to keep.
    pub(crate) fn shared(&self, at: usize) -> Text {
        match self.get(at) {
            Value::Text(text) => text.clone(),
            _ => Text::new(&[]),
        }
    }

    /// An `int`, `uint32` or other integer.
    pub(crate) fn int(&self, at: usize) -> i64 {
        match self.get(at) {
            Value::Signed(_, n) => *n,
            Value::Unsigned(_, n) => i64::try_from(*n).unwrap_or(i64::MAX),
            _ => 0,
        }
    }

    /// A `map[string]interface {}`.
    pub(crate) fn dict(&self, at: usize) -> Dict {
        match self.get(at) {
            Value::Dict(dict) => dict.clone(),
            _ => Dict::nil(),
        }
    }

    /// A `bool`.
    pub(crate) fn bool(&self, at: usize) -> bool {
        matches!(self.get(at), Value::Bool(true))
    }
}

const TABLES: &[&[Function]] = &[
    builtin::TABLE,
    certificates::TABLE,
    dates::TABLE,
    dicts::TABLE,
    encoding::TABLE,
    lists::TABLE,
    logic::TABLE,
    numbers::TABLE,
    paths::TABLE,
    patterns::TABLE,
    random::TABLE,
    secrets::TABLE,
    stores::TABLE,
    text::TABLE,
    versions::TABLE,
    words::TABLE,
    yaml::TABLE,
];

static INDEX: LazyLock<HashMap<&'static str, Vec<&'static Function>>> = LazyLock::new(|| {
    let mut index: HashMap<_, Vec<_>> = HashMap::new();
    for function in TABLES.iter().copied().flatten() {
        index.entry(function.name).or_default().push(function);
    }
    index
});

/// The function of that name in `dialect`.
pub(crate) fn find(dialect: Dialect, name: &str) -> Option<&'static Function> {
    INDEX
        .get(name)?
        .iter()
        .copied()
        .find(|f| f.dialects.include(dialect))
}

/// All functions of `dialect`.
pub(crate) fn all(dialect: Dialect) -> impl Iterator<Item = &'static Function> {
    TABLES
        .iter()
        .copied()
        .flatten()
        .filter(move |f| f.dialects.include(dialect))
}
