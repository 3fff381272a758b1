//! A parsed template.

use lacre_secret::SecretBytes;

use crate::data::Data;
use crate::dialect::Dialect;
use crate::error::{ExecError, ParseError};
use crate::exec;
use crate::limits::{Ambient, Limits};
use crate::parse;
use crate::parse::node::Tree;
use crate::reading::{self, Reading};

/// How to read a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What begins an action; empty means `{{`.
    pub left_delimiter: Vec<u8>,
    /// What ends an action; empty means `}}`.
    pub right_delimiter: Vec<u8>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            left_delimiter: b"{{".to_vec(),
            right_delimiter: b"}}".to_vec(),
        }
    }
}

/// A template, parsed and checked, ready to be rendered any number of times.
#[derive(Debug)]
pub struct Template {
    name: String,
    text: Vec<u8>,
    dialect: Dialect,
    trees: Vec<Tree>,
}

impl Template {
    /// Parses `text`; `name` is what errors call it.
    ///
    /// # Errors
    /// Go's own, among them functions that the dialect does not have.
    pub fn parse(
        name: &str,
        text: &[u8],
        dialect: Dialect,
        options: &Options,
    ) -> Result<Self, ParseError> {
        let or = |delimiter: &'_ [u8], default: &'static [u8]| {
            if delimiter.is_empty() {
                default.to_vec()
            } else {
                delimiter.to_vec()
            }
        };
        let left = or(&options.left_delimiter, b"{{");
        let right = or(&options.right_delimiter, b"}}");
        let trees = parse::parse(name, text, dialect, (&left, &right))?;
        Ok(Self {
            name: name.to_owned(),
            text: text.to_vec(),
            dialect,
            trees,
        })
    }

    /// Renders with `data` as `.`; what `ambient` gives is used by non-deterministic functions only.
    ///
    /// # Errors
    /// What Go fails with, or a bound of `limits`.
    pub fn render(
        &self,
        data: &Data,
        limits: &Limits,
        ambient: &mut dyn Ambient,
    ) -> Result<SecretBytes, ExecError> {
        self.render_within(data, &mut limits.clone(), ambient)
    }

    /// The same for one of several templates that share `limits`: what this one uses is taken off.
    ///
    /// # Errors
    /// What Go fails with, or a bound of what is left.
    pub fn render_within(
        &self,
        data: &Data,
        limits: &mut Limits,
        ambient: &mut dyn Ambient,
    ) -> Result<SecretBytes, ExecError> {
        exec::render(self, data.to_dict(), limits, ambient)
    }

    /// What it would use, read without running it.
    #[must_use]
    pub fn reading(&self) -> Reading {
        reading::read(self)
    }

    /// What errors call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose template it is.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    pub(crate) fn trees(&self) -> &[Tree] {
        &self.trees
    }

    pub(crate) fn find(&self, name: &[u8]) -> Option<&Tree> {
        self.trees.iter().find(|t| t.name == name)
    }

    /// The tree to begin with. Parsing always makes one of the template's own name.
    pub(crate) fn main(&self) -> &Tree {
        const NOTHING: &Tree = &Tree {
            name: Vec::new(),
            body: Vec::new(),
        };
        self.find(self.name.as_bytes()).unwrap_or(NOTHING)
    }
}
