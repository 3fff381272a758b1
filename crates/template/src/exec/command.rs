//! Commands: functions and their arguments.

use super::{At, Done, Run, text_value, type_of};
use crate::fault::Fault;
use crate::functions::{Args, Function, Special, Type};
use crate::parse::node::{Command, Number, Operand, OperandKind};
use crate::value::{UnsignedType, Value};

/// What a call is made of: the same for functions and methods.
#[derive(Clone, Copy)]
pub(super) struct Callee<'t> {
    pub(super) name: &'t str,
    pub(super) params: &'static [Type],
    pub(super) variadic: bool,
    pub(super) special: Special,
}

/// A value, and whether it came out of a `[]interface {}` or `map[string]interface {}`, which shows in an error.
pub(super) struct Boxed(pub(super) Value, pub(super) bool);

/// What a function's or method's arguments are followed by.
pub(super) type Final = Option<Value>;

impl<'t> Run<'t, '_> {
    /// `last` is what the pipeline gave before this command.
    pub(super) fn command(
        &mut self,
        dot: &Value,
        command: &'t Command,
        last: Final,
    ) -> Done<Value> {
        self.context.budget.spend(1)?;
        let Some((first, rest)) = command.operands.split_first() else {
            return Ok(Value::Absent);
        };
        match &first.kind {
            OperandKind::Field(names) => {
                self.at = Some(At::Operand(first));
                self.chain(
                    dot,
                    Boxed(dot.clone(), self.dot_boxed),
                    first,
                    names,
                    rest,
                    last,
                )
            }
            OperandKind::Chain(inner, names) => {
                let receiver = self.chain_start(dot, first, inner)?;
                self.chain(dot, Boxed(receiver, false), first, names, rest, last)
            }
            OperandKind::Function(function) => {
                self.at = Some(At::Operand(first));
                self.function(dot, function, At::Command(command), rest, last)
            }
            OperandKind::Pipe(pipe) => {
                self.not_a_function(first, rest, last.as_ref())?;
                self.deeper(|run| run.pipe(dot, pipe))
            }
            OperandKind::Variable(names) => self.variable_chain(dot, first, names, rest, last),
            kind => {
                self.at = Some(At::Operand(first));
                self.not_a_function(first, rest, last.as_ref())?;
                match kind {
                    OperandKind::Bool(b) => Ok(Value::Bool(*b)),
                    OperandKind::Dot => Ok(dot.clone()),
                    OperandKind::Number(number) => self.constant(number),
                    OperandKind::Text(_, text) => Ok(text_value(text)),
                    _ => self.fail("nil is not a command"),
                }
            }
        }
    }

    pub(super) fn not_a_function(
        &self,
        first: &Operand,
        rest: &[Operand],
        last: Option<&Value>,
    ) -> Done<()> {
        if rest.is_empty() && last.is_none() {
            return Ok(());
        }
        self.fail(format!("can't give argument to non-function {first}"))
    }

    /// The value that fields of `(pipeline).field` are taken of.
    fn chain_start(&mut self, dot: &Value, chain: &'t Operand, inner: &'t Operand) -> Done<Value> {
        self.at = Some(At::Operand(chain));
        if matches!(inner.kind, OperandKind::Nil) {
            return self.fail(format!("indirection through explicit nil in {chain}"));
        }
        self.operand(dot, inner)
    }

    fn variable_chain(
        &mut self,
        dot: &Value,
        operand: &'t Operand,
        names: &'t [String],
        rest: &'t [Operand],
        last: Final,
    ) -> Done<Value> {
        self.at = Some(At::Operand(operand));
        let Some((name, fields)) = names.split_first() else {
            return Ok(Value::Absent);
        };
        let (value, boxed) = self.variable(name)?;
        if fields.is_empty() {
            self.not_a_function(operand, rest, last.as_ref())?;
            return Ok(value);
        }
        self.chain(dot, Boxed(value, boxed), operand, fields, rest, last)
    }

    /// `.a.b.c` of a value; arguments belong to the last.
    fn chain(
        &mut self,
        dot: &Value,
        start: Boxed,
        operand: &'t Operand,
        names: &'t [String],
        rest: &'t [Operand],
        last: Final,
    ) -> Done<Value> {
        let Boxed(mut receiver, mut boxed) = start;
        let Some((name, before)) = names.split_last() else {
            return Ok(receiver);
        };
        for name in before {
            let from_any = matches!(&receiver, Value::Dict(dict) if !dict.holds_texts());
            receiver = self.field(dot, Boxed(receiver, boxed), operand, name, &[], None)?;
            boxed = from_any;
        }
        self.field(dot, Boxed(receiver, boxed), operand, name, rest, last)
    }

    /// The value of an operand that is not a constant, of whatever type.
    fn operand(&mut self, dot: &Value, operand: &'t Operand) -> Done<Value> {
        self.at = Some(At::Operand(operand));
        match &operand.kind {
            OperandKind::Dot => Ok(dot.clone()),
            OperandKind::Field(names) => self.chain(
                dot,
                Boxed(dot.clone(), self.dot_boxed),
                operand,
                names,
                &[],
                None,
            ),
            OperandKind::Variable(names) => self.variable_chain(dot, operand, names, &[], None),
            OperandKind::Pipe(pipe) => self.deeper(|run| run.pipe(dot, pipe)),
            OperandKind::Function(function) => {
                self.function(dot, function, At::Operand(operand), &[], None)
            }
            OperandKind::Chain(inner, names) => {
                let receiver = self.chain_start(dot, operand, inner)?;
                self.chain(dot, Boxed(receiver, false), operand, names, &[], None)
            }
            OperandKind::Bool(b) => Ok(Value::Bool(*b)),
            OperandKind::Nil => Ok(Value::Absent),
            OperandKind::Number(number) => self.constant(number),
            OperandKind::Text(_, text) => Ok(text_value(text)),
        }
    }

    fn function(
        &mut self,
        dot: &Value,
        function: &'static Function,
        node: At<'t>,
        rest: &'t [Operand],
        last: Final,
    ) -> Done<Value> {
        let callee = Callee {
            name: function.name,
            params: function.params,
            variadic: function.variadic,
            special: function.special,
        };
        if matches!(function.special, Special::And | Special::Or) {
            return self.short_circuit(dot, callee, rest, last);
        }
        let mut args = self.arguments(dot, callee, rest, last)?;
        if function.special == Special::Call {
            let name = match (rest.first(), args.0.first()) {
                (Some(operand), _) => operand.to_string().into_bytes(),
                (None, Some(Value::Text(text))) => text.bytes().to_vec(),
                (None, other) => {
                    format!("<{} Value>", other.map_or("invalid", Value::type_name)).into_bytes()
                }
            };
            let name = zeroize::Zeroizing::new(name);
            args.0.insert(0, text_value(&name));
        }
        self.context.budget.spend(function.cost)?;
        match (function.run)(&mut self.context, &args) {
            Ok(value) => Ok(value),
            Err(fault) => Err(self.called(function.name, node, fault)),
        }
    }

    /// Go's words around what a function says.
    pub(super) fn called(&mut self, name: &str, node: At<'t>, fault: Fault) -> Fault {
        self.at = Some(node);
        if fault.bound.is_some() {
            return fault;
        }
        let prefix = format!("error calling {name}: ");
        let mut full = crate::value::buffer::Buffer::new();
        full.text(&prefix);
        full.bytes(fault.full.as_slice());
        Fault {
            full,
            safe: format!("{prefix}{}", fault.safe).into(),
            bound: None,
        }
    }

    fn check_count(&self, callee: Callee<'_>, given: usize, last: bool) -> Done<()> {
        let wanted = callee.params.len();
        let count = given + usize::from(last);
        if callee.variadic {
            if count + 1 < wanted {
                // Go counts the piped value for the test but not in the message.
                return self.fail(format!(
                    "wrong number of args for {}: want at least {} got {given}",
                    callee.name,
                    wanted - 1
                ));
            }
        } else if count != wanted {
            return self.fail(format!(
                "wrong number of args for {}: want {wanted} got {count}",
                callee.name
            ));
        }
        Ok(())
    }

    /// `and`, `or`: the first argument that decides, the rest not evaluated.
    fn short_circuit(
        &mut self,
        dot: &Value,
        callee: Callee<'t>,
        rest: &'t [Operand],
        last: Final,
    ) -> Done<Value> {
        self.check_count(callee, rest.len(), last.is_some())?;
        let mut value = Value::Absent;
        for operand in rest {
            value = self.argument(dot, Type::Reflect, operand)?;
            if value.truth() == (callee.special == Special::Or) {
                return Ok(value);
            }
        }
        match last {
            Some(last) => self.validate(last, Type::Reflect),
            None => Ok(value),
        }
    }

    /// Evaluates the arguments of a call to the types its parameters have.
    pub(super) fn arguments(
        &mut self,
        dot: &Value,
        callee: Callee<'_>,
        rest: &'t [Operand],
        last: Final,
    ) -> Done<Args> {
        self.check_count(callee, rest.len(), last.is_some())?;
        let kind = |at: usize| {
            callee
                .params
                .get(at)
                .or(callee.params.last())
                .copied()
                .unwrap_or(Type::Any)
        };
        let mut args = Vec::with_capacity(rest.len() + 1);
        for (at, operand) in rest.iter().enumerate() {
            args.push(self.argument(dot, kind(at), operand)?);
        }
        if let Some(last) = last {
            args.push(self.validate(last, kind(rest.len()))?);
        }
        Ok(Args(args))
    }

    fn argument(&mut self, dot: &Value, wanted: Type, operand: &'t Operand) -> Done<Value> {
        self.context.budget.spend(1)?;
        self.at = Some(At::Operand(operand));
        match &operand.kind {
            OperandKind::Nil => match wanted.nil() {
                Some(nil) => Ok(nil),
                None => self.fail(format!("cannot assign nil to {}", wanted.name())),
            },
            OperandKind::Bool(_) | OperandKind::Number(_) | OperandKind::Text(..) => {
                self.typed_constant(wanted, operand)
            }
            _ => {
                let value = self.operand(dot, operand)?;
                self.validate(value, wanted)
            }
        }
    }

    /// A constant as the type that a parameter wants.
    fn typed_constant(&mut self, wanted: Type, operand: &Operand) -> Done<Value> {
        let (name, value) = match (wanted, &operand.kind) {
            (Type::Any | Type::Reflect, OperandKind::Bool(b))
            | (Type::Bool, OperandKind::Bool(b)) => return Ok(Value::Bool(*b)),
            (Type::Any | Type::Reflect, OperandKind::Number(number)) => {
                return self.constant(number);
            }
            (
                Type::Any | Type::Reflect | Type::Text | Type::HashAlgorithm,
                OperandKind::Text(_, text),
            ) => return Ok(text_value(text)),
            (Type::Bool, _) => ("bool", None),
            (Type::Text | Type::HashAlgorithm, _) => ("string", None),
            (Type::Int, OperandKind::Number(n)) => ("integer", n.int.map(Value::int)),
            (Type::Duration, OperandKind::Number(n)) => (
                "integer",
                n.int
                    .map(|n| Value::Signed(crate::value::SignedType::Duration, n)),
            ),
            (Type::Int | Type::Duration, _) => ("integer", None),
            (Type::Uint32, OperandKind::Number(n)) => {
                // SetUint keeps the low bits.
                (
                    "unsigned integer",
                    n.uint
                        .map(|n| Value::Unsigned(UnsignedType::Uint32, n & 0xFFFF_FFFF)),
                )
            }
            (Type::Uint32, _) => ("unsigned integer", None),
            (Type::Float, OperandKind::Number(n)) => ("float", n.float.map(Value::Float)),
            (Type::Float, _) => ("float", None),
            (other, _) => {
                return self.fail(format!(
                    "can't handle {operand} for arg of type {}",
                    other.name()
                ));
            }
        };
        match value {
            Some(value) => Ok(value),
            None => self.fail(format!("expected {name}; found {operand}")),
        }
    }

    /// A number where no type is wanted: its spelling decides.
    fn constant(&self, number: &Number) -> Done<Value> {
        if let Some((re, im)) = number.complex {
            return Ok(Value::Complex(re, im));
        }
        let text = &number.text;
        let hex = text.len() > 2
            && (text.starts_with("0x") || text.starts_with("0X"))
            && !text.contains(['p', 'P']);
        match number.float {
            Some(f)
                if !hex && !text.starts_with('\'') && text.contains(['.', 'e', 'E', 'p', 'P']) =>
            {
                Ok(Value::Float(f))
            }
            _ => match (number.int, number.uint) {
                (Some(n), _) => Ok(Value::int(n)),
                (None, Some(_)) => self.fail(format!("{text} overflows int")),
                _ => Ok(Value::Absent),
            },
        }
    }

    /// Makes sure that a value can be had as a parameter's type.
    pub(super) fn validate(&self, value: Value, wanted: Type) -> Done<Value> {
        match value {
            Value::Absent => match wanted.nil() {
                Some(nil) => Ok(nil),
                None => self.fail(format!("invalid value; expected {}", wanted.name())),
            },
            value if wanted.takes(&value) => Ok(value),
            value => self.fail(format!(
                "wrong type for value; expected {}; got {}",
                wanted.name(),
                type_of(&value)
            )),
        }
    }
}
