//! What can go wrong, where, and how to say so without saying a secret.

use std::fmt;

use lacre_secret::SecretBytes;

use crate::fault::{Bound, Fault};

/// A place in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Byte offset.
    pub offset: usize,
    /// Line, from 1.
    pub line: usize,
    /// Bytes of the line before it, from 0, as Go counts.
    pub column: usize,
}

impl Place {
    pub(crate) fn of(text: &[u8], offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        let start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        Self {
            offset,
            line,
            column: before.len() - start,
        }
    }
}

/// The template is not one. Displays Go's message, which quotes the template but no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    name: String,
    place: Place,
    message: String,
}

impl ParseError {
    pub(crate) fn new(name: &str, text: &[u8], offset: usize, message: String) -> Self {
        Self {
            name: name.to_owned(),
            place: Place::of(text, offset),
            message,
        }
    }

    /// Where Go gave up. Go itself tells only the line.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// What is wrong, without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The name, when the error is an unknown function.
    #[must_use]
    pub fn unknown_function(&self) -> Option<&str> {
        self.message
            .strip_prefix("function \"")?
            .strip_suffix("\" not defined")
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "template: {}:{}: {}",
            self.name, self.place.line, self.message
        )
    }
}

impl std::error::Error for ParseError {}

/// The execution failed. Displays place and cause but never a value; [`ExecError::go_text`] has Go's own message.
pub struct ExecError {
    place: Place,
    prefix: String,
    fault: Box<Fault>,
}

impl ExecError {
    pub(crate) fn new(place: Place, prefix: String, fault: Fault) -> Self {
        Self {
            place,
            prefix,
            fault: Box::new(fault),
        }
    }

    /// Where.
    #[must_use]
    pub fn place(&self) -> Place {
        self.place
    }

    /// The bound that was broken, if that was the cause.
    #[must_use]
    pub fn bound(&self) -> Option<Bound> {
        self.fault.bound
    }

    /// Go's message. It can quote values (`fail .password`): a secret like them.
    #[must_use]
    pub fn go_text(&self) -> SecretBytes {
        let mut out = crate::value::buffer::Buffer::new();
        out.text(&self.prefix);
        out.bytes(self.fault.full.as_slice());
        out.secret()
    }
}

impl fmt::Display for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.prefix, self.fault.safe)
    }
}

impl fmt::Debug for ExecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExecError({self})")
    }
}

impl std::error::Error for ExecError {}
