//! `.name` of a value: a method, a struct's field, or an entry of a map.

use super::command::{Boxed, Callee, Final};
use super::{At, Done, Run, methods};
use crate::functions::Special;
use crate::go::quote;
use crate::parse::node::Operand;
use crate::value::Value;

impl<'t> Run<'t, '_> {
    /// The value of `.name`, called with arguments if it is a method.
    pub(super) fn field(
        &mut self,
        dot: &Value,
        Boxed(receiver, boxed): Boxed,
        operand: &'t Operand,
        name: &'t str,
        rest: &'t [Operand],
        last: Final,
    ) -> Done<Value> {
        match &receiver {
            Value::Absent if self.template.dialect().is_strict() => {
                return self.fail(format!(
                    "nil data; no entry for key {}",
                    quote::quoted(name.as_bytes())
                ));
            }
            Value::Absent => return Ok(Value::Absent),
            Value::Nil => {
                return self.fail(format!("nil pointer evaluating interface {{}}.{name}"));
            }
            _ => {}
        }
        let type_name = if boxed {
            "interface {}"
        } else {
            receiver.type_name()
        };
        if let Some(method) = methods::find(&receiver, name) {
            if let Some(refusal) = method.refusal {
                return self.fail(refusal);
            }
            let callee = Callee {
                name,
                params: method.params,
                variadic: false,
                special: Special::No,
            };
            let mut args = self.arguments(dot, callee, rest, last)?;
            args.0.insert(0, receiver);
            self.context.budget.spend(1)?;
            return (method.run)(&mut self.context, &args)
                .map_err(|fault| self.called(name, At::Operand(operand), fault));
        }
        let has_args = !rest.is_empty() || last.is_some();
        match &receiver {
            Value::Certificate(certificate) if matches!(name, "Cert" | "Key") => {
                if has_args {
                    return self.fail(format!(
                        "{name} has arguments but cannot be invoked as function"
                    ));
                }
                let text = if name == "Cert" {
                    &certificate.cert
                } else {
                    &certificate.key
                };
                Ok(Value::Text(text.clone()))
            }
            Value::Version(_) | Value::PlainVersion(_)
                if matches!(
                    name,
                    "major" | "minor" | "patch" | "pre" | "metadata" | "original"
                ) =>
            {
                self.fail(format!(
                    "{name} is an unexported field of struct type {type_name}"
                ))
            }
            Value::Time(_) if matches!(name, "wall" | "ext" | "loc") => self.fail(format!(
                "{name} is an unexported field of struct type {type_name}"
            )),
            Value::Dict(dict) => {
                if has_args {
                    return self.fail(format!("{name} is not a method but has arguments"));
                }
                match dict.get(name.as_bytes()) {
                    Some(value) => Ok(value),
                    None if self.template.dialect().is_strict() => self.fail(format!(
                        "map has no entry for key {}",
                        quote::quoted(name.as_bytes())
                    )),
                    None => Ok(Value::Absent),
                }
            }
            _ => self.fail(format!("can't evaluate field {name} in type {type_name}")),
        }
    }
}
