//! The parsed template. Every node knows where it stands and how Go would print it in an error.

use std::fmt;

use crate::functions::Function;
use crate::go::quote;

/// A byte offset in the template.
pub(crate) type Position = usize;

/// A named template: the whole text, or a `define` or `block` in it.
#[derive(Debug)]
pub(crate) struct Tree {
    /// Name in `{{template "name"}}`
    pub(crate) name: Vec<u8>,
    /// What it holds
    pub(crate) body: Body,
}

/// A run of text and actions.
pub(crate) type Body = Vec<Node>;

/// What stands in a body.
#[derive(Debug)]
pub(crate) enum Node {
    /// Text, as a range of the template
    Text(std::ops::Range<Position>),
    /// `{{pipeline}}`
    Action(Pipe),
    /// `{{if}}`
    If(Branch),
    /// `{{with}}`
    With(Branch),
    /// `{{range}}`
    Range(Branch),
    /// `{{template}}`, also what `{{block}}` leaves behind
    Invoke(Invoke),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// `if`, `with` or `range`.
#[derive(Debug)]
pub(crate) struct Branch {
    pub(crate) pipe: Pipe,
    pub(crate) body: Body,
    pub(crate) otherwise: Option<Body>,
}

/// `{{template "name" pipeline}}`
#[derive(Debug)]
pub(crate) struct Invoke {
    pub(crate) at: Position,
    pub(crate) name: Vec<u8>,
    pub(crate) pipe: Option<Pipe>,
}

/// `$a, $b := command | command`
#[derive(Debug)]
pub(crate) struct Pipe {
    pub(crate) at: Position,
    /// `=` and not `:=`
    pub(crate) assigns: bool,
    pub(crate) variables: Vec<String>,
    pub(crate) commands: Vec<Command>,
}

/// `operand operand ...`, never empty
#[derive(Debug)]
pub(crate) struct Command {
    pub(crate) at: Position,
    pub(crate) operands: Vec<Operand>,
}

/// One operand of a command.
#[derive(Debug)]
pub(crate) struct Operand {
    pub(crate) at: Position,
    pub(crate) kind: OperandKind,
}

/// What an operand is.
#[derive(Debug)]
pub(crate) enum OperandKind {
    /// `true`
    Bool(bool),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `.a.b`
    Field(Vec<String>),
    /// `(pipeline).a.b`, `function.a`
    Chain(Box<Operand>, Vec<String>),
    /// A function's name
    Function(&'static Function),
    /// `(pipeline)`
    Pipe(Box<Pipe>),
    /// `$x.a.b`: the variable first
    Variable(Vec<String>),
    /// A number or character
    Number(Number),
    /// A string: as written, and what it stands for
    Text(Vec<u8>, Vec<u8>),
}

/// A number in all the types that can hold it: Go's untyped constants.
#[derive(Debug, Default)]
pub(crate) struct Number {
    pub(crate) text: String,
    pub(crate) int: Option<i64>,
    pub(crate) uint: Option<u64>,
    pub(crate) float: Option<f64>,
    pub(crate) complex: Option<(f64, f64)>,
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            f.write_str(&self.variables.join(", "))?;
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        for (at, command) in self.commands.iter().enumerate() {
            if at > 0 {
                f.write_str(" | ")?;
            }
            command.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, operand) in self.operands.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            operand.fmt_inside(f)?;
        }
        Ok(())
    }
}

impl Operand {
    /// As part of something: pipelines in parentheses.
    fn fmt_inside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let OperandKind::Pipe(pipe) = &self.kind {
            return write!(f, "({pipe})");
        }
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::Bool(b) => write!(f, "{b}"),
            OperandKind::Dot => f.write_str("."),
            OperandKind::Nil => f.write_str("nil"),
            OperandKind::Field(names) => write!(f, ".{}", names.join(".")),
            OperandKind::Chain(operand, names) => {
                operand.fmt_inside(f)?;
                write!(f, ".{}", names.join("."))
            }
            OperandKind::Function(function) => f.write_str(function.name),
            OperandKind::Pipe(pipe) => pipe.fmt(f),
            OperandKind::Variable(names) => f.write_str(&names.join(".")),
            OperandKind::Number(number) => f.write_str(&number.text),
            OperandKind::Text(written, _) => f.write_str(&String::from_utf8_lossy(written)),
        }
    }
}

impl fmt::Display for Invoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{template {}", quote::quoted(&self.name))?;
        if let Some(pipe) = &self.pipe {
            write!(f, " {pipe}")?;
        }
        f.write_str("}}")
    }
}
