//! `.name` of a value: a method, a struct's field, or an entry of a map.

use super::call::Signature;
use super::operand::Given;
use super::{At, Done, Held, Run, fail, methods};
use crate::go::quote;
use crate::parse::node::Operand;
use crate::value::Value;

impl<'t> Run<'t, '_> {
    /// The value of `.name`, called with what is given if it is a method.
    pub(super) fn field(
        &mut self,
        dot: &Held,
        receiver: &Held,
        operand: &'t Operand,
        name: &'t str,
        given: Given<'t>,
    ) -> Done<Value> {
        let strict = self.template.dialect().is_strict();
        let value = &receiver.value;
        if let Some(method) = methods::find(value, name) {
            if let Some(refusal) = method.refusal {
                return fail(refusal);
            }
            let signature = Signature {
                name,
                params: method.params,
                variadic: false,
            };
            let mut args = self.arguments(dot, signature, given)?;
            args.0.insert(0, value.clone());
            self.context.budget.spend(1)?;
            return (method.run)(&mut self.context, &args)
                .map_err(|fault| self.blame(name, At::Operand(operand), fault));
        }
        let kind = if receiver.any {
            "interface {}"
        } else {
            value.type_name()
        };
        let missing = |what: &str| {
            if strict {
                fail(format!("{what} for key {}", quote::quoted(name.as_bytes())))
            } else {
                Ok(Value::Absent)
            }
        };
        match value {
            Value::Absent => missing("nil data; no entry"),
            Value::Nil => fail(format!("nil pointer evaluating interface {{}}.{name}")),
            Value::Dict(_) if !given.is_nothing() => {
                fail(format!("{name} is not a method but has arguments"))
            }
            Value::Dict(dict) => match dict.get(name.as_bytes()) {
                Some(value) => Ok(value),
                None => missing("map has no entry"),
            },
            _ => match member(value, name) {
                Some(Member::Public(_)) if !given.is_nothing() => fail(format!(
                    "{name} has arguments but cannot be invoked as function"
                )),
                Some(Member::Public(value)) => Ok(value),
                Some(Member::Private) => fail(format!(
                    "{name} is an unexported field of struct type {kind}"
                )),
                None => fail(format!("can't evaluate field {name} in type {kind}")),
            },
        }
    }
}

/// A field of a struct.
enum Member {
    Public(Value),
    Private,
}

fn member(value: &Value, name: &str) -> Option<Member> {
    let private: &[&str] = match value {
        Value::Certificate(certificate) => {
            return match name {
                "Cert" => Some(Member::Public(certificate.cert.clone().into())),
                "Key" => Some(Member::Public(certificate.key.clone().into())),
                _ => None,
            };
        }
        Value::Version(_) | Value::PlainVersion(_) => {
            &["major", "minor", "patch", "pre", "metadata", "original"]
        }
        Value::Time(_) => &["wall", "ext", "loc"],
        _ => &[],
    };
    private.contains(&name).then_some(Member::Private)
}
