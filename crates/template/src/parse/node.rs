//! The parsed template. Every node knows where it stands and how Go would print it in an error.

use std::fmt;

use super::literal::Literal;
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
    /// `{{if}}`, `{{with}}`
    Branch(Branch),
    /// `{{range}}`
    Loop(Loop),
    /// `{{template}}`, also what `{{block}}` leaves behind
    Invoke(Invoke),
    /// `{{break}}`
    Break,
    /// `{{continue}}`
    Continue,
}

/// `if` or `with`, its `else if` or `else with`, its `else`.
#[derive(Debug)]
pub(crate) struct Branch {
    /// `with`: what is tested becomes dot.
    pub(crate) binds: bool,
    pub(crate) arms: Vec<Arm>,
    pub(crate) otherwise: Option<Body>,
}

/// What is tested, and what that leads to.
#[derive(Debug)]
pub(crate) struct Arm {
    pub(crate) pipe: Pipe,
    pub(crate) body: Body,
}

/// `range` and its `else`.
#[derive(Debug)]
pub(crate) struct Loop {
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
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `1`, `"x"`
    Literal(Literal),
    /// `.a.b`
    Field(Vec<String>),
    /// `(pipeline).a.b`, `function.a`
    Chain(Box<Operand>, Vec<String>),
    /// A function's name
    Function(&'static Function),
    /// `(pipeline)`
    Pipe(Box<Pipe>),
    /// `$x.a.b`: the variable, and fields of it
    Variable(String, Vec<String>),
}

impl Operand {
    /// A constant or `.`: what cannot be given a piped value.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(
            self.kind,
            OperandKind::Dot | OperandKind::Nil | OperandKind::Literal(_)
        )
    }
}

/// Writes `items` with `separator` between them.
fn joined<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
    separator: &str,
) -> fmt::Result {
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

/// An operand as part of something: pipelines are in parentheses.
struct Inner<'a>(&'a Operand);

impl fmt::Display for Inner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            OperandKind::Pipe(pipe) => write!(f, "({pipe})"),
            _ => self.0.fmt(f),
        }
    }
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            joined(f, &self.variables, ", ")?;
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        joined(f, &self.commands, " | ")
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        joined(f, self.operands.iter().map(Inner), " ")
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = |f: &mut fmt::Formatter<'_>, names: &[String]| {
            names.iter().try_for_each(|name| write!(f, ".{name}"))
        };
        match &self.kind {
            OperandKind::Dot => f.write_str("."),
            OperandKind::Nil => f.write_str("nil"),
            OperandKind::Literal(literal) => literal.fmt(f),
            OperandKind::Field(names) => fields(f, names),
            OperandKind::Chain(inner, names) => {
                Inner(inner).fmt(f)?;
                fields(f, names)
            }
            OperandKind::Function(function) => f.write_str(function.name),
            OperandKind::Pipe(pipe) => pipe.fmt(f),
            OperandKind::Variable(name, names) => {
                f.write_str(name)?;
                fields(f, names)
            }
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
