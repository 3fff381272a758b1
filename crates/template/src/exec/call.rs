//! Calls of functions and methods: how many arguments, of which types, and constants as those types.

use super::operand::Given;
use super::{At, Done, Held, Run, fail};
use crate::fault::Fault;
use crate::functions::{Args, Function, Special, Type};
use crate::parse::literal::{Literal, Number};
use crate::parse::node::{Operand, OperandKind};
use crate::value::{SignedType, UnsignedType, Value};

/// What can be called.
#[derive(Clone, Copy)]
pub(super) struct Signature<'t> {
    pub(super) name: &'t str,
    pub(super) params: &'static [Type],
    /// The last parameter repeats.
    pub(super) variadic: bool,
}

impl Signature<'_> {
    /// The type of an argument.
    fn wants(&self, at: usize) -> Type {
        let param = self.params.get(at).or(self.params.last());
        param.copied().unwrap_or(Type::Any)
    }

    fn check_count(&self, given: &Given<'_>) -> Done<()> {
        let operands = given.operands.len();
        let count = operands + usize::from(given.piped.is_some());
        let params = self.params.len();
        let name = self.name;
        if !self.variadic && count != params {
            return fail(format!(
                "wrong number of args for {name}: want {params} got {count}"
            ));
        }
        let least = params.saturating_sub(1);
        if self.variadic && count < least {
            // The piped value counts, but Go's message leaves it out.
            return fail(format!(
                "wrong number of args for {name}: want at least {least} got {operands}"
            ));
        }
        Ok(())
    }
}

impl<'t> Run<'t, '_> {
    pub(super) fn function(
        &mut self,
        dot: &Held,
        function: &'static Function,
        given: Given<'t>,
    ) -> Done<Value> {
        let signature = Signature {
            name: function.name,
            params: function.params,
            variadic: function.variadic,
        };
        let node = given.node;
        let args = match function.special {
            Special::Or => return self.first_that(true, dot, signature, given),
            Special::And => return self.first_that(false, dot, signature, given),
            Special::Call => {
                let callee = given.operands.first().map(ToString::to_string);
                let mut args = self.arguments(dot, signature, given)?;
                args.0.insert(0, callee_name(callee, args.0.first()));
                args
            }
            Special::No => self.arguments(dot, signature, given)?,
        };
        self.context.budget.spend(function.cost)?;
        (function.run)(&mut self.context, &args)
            .map_err(|fault| self.blame(function.name, node, fault))
    }

    /// Says in which call a fault was.
    pub(super) fn blame(&mut self, name: &str, node: At<'t>, fault: Fault) -> Fault {
        self.at = Some(node);
        if fault.bound.is_some() {
            return fault;
        }
        fault.within(&format!("error calling {name}"))
    }

    /// `and`, `or`: the first argument with that truth, or the last; what is behind it is not evaluated.
    fn first_that(
        &mut self,
        truth: bool,
        dot: &Held,
        signature: Signature<'_>,
        given: Given<'t>,
    ) -> Done<Value> {
        signature.check_count(&given)?;
        let mut value = Value::Absent;
        for operand in given.operands {
            value = self.argument(dot, Type::Reflect, operand)?;
            if value.truth() == truth {
                return Ok(value);
            }
        }
        Ok(given.piped.unwrap_or(value))
    }

    /// Evaluates the arguments of a call to the types its parameters have.
    pub(super) fn arguments(
        &mut self,
        dot: &Held,
        signature: Signature<'_>,
        given: Given<'t>,
    ) -> Done<Args> {
        signature.check_count(&given)?;
        let mut args = Vec::with_capacity(given.operands.len() + 1);
        for (at, operand) in given.operands.iter().enumerate() {
            args.push(self.argument(dot, signature.wants(at), operand)?);
        }
        if let Some(piped) = given.piped {
            args.push(converted(piped, signature.wants(args.len()))?);
        }
        Ok(Args(args))
    }

    fn argument(&mut self, dot: &Held, wanted: Type, operand: &'t Operand) -> Done<Value> {
        self.context.budget.spend(1)?;
        match &operand.kind {
            OperandKind::Nil => {
                self.at = Some(At::Operand(operand));
                let nil = wanted.nil();
                nil.map_or_else(
                    || fail(format!("cannot assign nil to {}", wanted.name())),
                    Ok,
                )
            }
            OperandKind::Literal(literal) => {
                self.at = Some(At::Operand(operand));
                literal.typed(wanted)
            }
            _ => {
                let value = self.operand(dot, operand, Given::nothing(operand))?;
                converted(value, wanted)
            }
        }
    }
}

/// What `call` says that it was to call.
fn callee_name(written: Option<String>, piped: Option<&Value>) -> Value {
    match (written, piped) {
        (Some(name), _) => name.into(),
        (None, Some(Value::Text(text))) => text.clone().into(),
        (None, other) => {
            let kind = other.map_or("invalid", Value::type_name);
            format!("<{kind} Value>").into()
        }
    }
}

/// A value as a parameter's type, if it is of that type.
fn converted(value: Value, wanted: Type) -> Done<Value> {
    let name = wanted.name();
    match value {
        Value::Absent => match wanted.nil() {
            Some(nil) => Ok(nil),
            None => fail(format!("invalid value; expected {name}")),
        },
        value if wanted.takes(&value) => Ok(value),
        value => {
            let got = value.static_type_name();
            fail(format!("wrong type for value; expected {name}; got {got}"))
        }
    }
}

impl Literal {
    /// The value where no type is wanted.
    pub(super) fn untyped(&self) -> Done<Value> {
        match self {
            Self::Bool(b) => Ok(Value::Bool(*b)),
            Self::Text { text, .. } => Ok(Value::Text(text.clone())),
            Self::Number { written, number } => match number {
                Number::Float(f) => Ok(Value::Float(*f)),
                Number::Complex(re, im) => Ok(Value::Complex(*re, *im)),
                Number::Whole { .. } => match number.int() {
                    Some(n) => Ok(Value::int(n)),
                    None => fail(format!("{written} overflows int")),
                },
            },
        }
    }

    /// The value as the type that a parameter wants.
    fn typed(&self, wanted: Type) -> Done<Value> {
        let number = match self {
            Self::Number { number, .. } => Some(*number),
            _ => None,
        };
        let int = |kind| Some(Value::Signed(kind, number?.int()?));
        let (name, value) = match wanted {
            Type::Any | Type::Reflect => return self.untyped(),
            Type::Bool => match self {
                Self::Bool(b) => ("bool", Some(Value::Bool(*b))),
                _ => ("bool", None),
            },
            Type::Text | Type::HashAlgorithm => match self {
                Self::Text { text, .. } => ("string", Some(Value::Text(text.clone()))),
                _ => ("string", None),
            },
            Type::Int => ("integer", int(SignedType::Int)),
            Type::Duration => ("integer", int(SignedType::Duration)),
            Type::Uint32 => {
                // What does not fit keeps its low bits.
                let uint = |n| Value::Unsigned(UnsignedType::Uint32, n & 0xFFFF_FFFF);
                ("unsigned integer", number.and_then(Number::uint).map(uint))
            }
            Type::Float => ("float", number.and_then(Number::float).map(Value::Float)),
            other => {
                let kind = other.name();
                return fail(format!("can't handle {self} for arg of type {kind}"));
            }
        };
        value.map_or_else(|| fail(format!("expected {name}; found {self}")), Ok)
    }
}
