//! Operands: what stands in a command, first or as an argument.

use super::{At, Done, Held, Run, fail};
use crate::parse::node::{Operand, OperandKind};
use crate::value::Value;

/// What an operand is given: operands behind it and, in a pipeline, what comes out of the command before.
pub(super) struct Given<'t> {
    /// What errors of a call quote.
    pub(super) node: At<'t>,
    pub(super) operands: &'t [Operand],
    pub(super) piped: Option<Value>,
}

impl<'t> Given<'t> {
    /// Nothing, as to operands that are arguments themselves.
    pub(super) fn nothing(operand: &'t Operand) -> Self {
        Self {
            node: At::Operand(operand),
            operands: &[],
            piped: None,
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.operands.is_empty() && self.piped.is_none()
    }

    /// Only functions and methods take anything.
    fn must_be_nothing(&self, operand: &Operand) -> Done<()> {
        if self.is_nothing() {
            return Ok(());
        }
        fail(format!("can't give argument to non-function {operand}"))
    }
}

impl<'t> Run<'t, '_> {
    /// The value of `operand`.
    pub(super) fn operand(
        &mut self,
        dot: &Held,
        operand: &'t Operand,
        given: Given<'t>,
    ) -> Done<Value> {
        if let OperandKind::Pipe(pipe) = &operand.kind {
            given.must_be_nothing(operand)?;
            return self.deeper(|run| run.pipe(dot, pipe));
        }
        self.at = Some(At::Operand(operand));
        match &operand.kind {
            OperandKind::Field(names) => self.path(dot, dot, operand, names, given),
            OperandKind::Variable(name, names) => {
                let held = self.variable(name)?;
                if names.is_empty() {
                    given.must_be_nothing(operand)?;
                    return Ok(held.value.clone());
                }
                let start = held.clone();
                self.path(dot, &start, operand, names, given)
            }
            OperandKind::Chain(inner, names) => {
                if matches!(inner.kind, OperandKind::Nil) {
                    return fail(format!("indirection through explicit nil in {operand}"));
                }
                let start = Held::typed(self.operand(dot, inner, Given::nothing(inner))?);
                self.path(dot, &start, operand, names, given)
            }
            OperandKind::Function(function) => self.function(dot, function, given),
            constant => {
                given.must_be_nothing(operand)?;
                match constant {
                    OperandKind::Dot => Ok(dot.value.clone()),
                    OperandKind::Literal(literal) => literal.untyped(),
                    _ => fail("nil is not a command"),
                }
            }
        }
    }

    /// `.a.b.c` of `start`; what is given belongs to the last.
    fn path(
        &mut self,
        dot: &Held,
        start: &Held,
        operand: &'t Operand,
        names: &'t [String],
        given: Given<'t>,
    ) -> Done<Value> {
        let Some((last, before)) = names.split_last() else {
            return Ok(start.value.clone());
        };
        let mut reached = None;
        for name in before {
            let from = reached.as_ref().unwrap_or(start);
            let any = matches!(&from.value, Value::Dict(dict) if !dict.holds_texts());
            let value = self.field(dot, from, operand, name, Given::nothing(operand))?;
            reached = Some(Held { value, any });
        }
        self.field(dot, reached.as_ref().unwrap_or(start), operand, last, given)
    }
}
