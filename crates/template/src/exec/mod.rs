//! Runs a parsed template, node by node, as Go does: same values, same order, same errors.

mod command;
mod field;
mod methods;

use lacre_secret::SecretBytes;

use crate::Template;
use crate::context::Context;
use crate::error::{ExecError, Place};
use crate::fault::{Bound, Fault};
use crate::go::{printer, quote};
use crate::limits::{Ambient, Limits};
use crate::parse::node::{Body, Branch, Command, Invoke, Node, Operand, Pipe, Tree};
use crate::value::buffer::Buffer;
use crate::value::{Dict, Element, Text, Value};

/// What is being evaluated, for error messages.
#[derive(Clone, Copy)]
enum At<'t> {
    Pipe(&'t Pipe),
    Command(&'t Command),
    Operand(&'t Operand),
    Invoke(&'t Invoke),
}

impl At<'_> {
    fn describe(self) -> (usize, String) {
        match self {
            At::Pipe(n) => (n.at, n.to_string()),
            At::Command(n) => (n.at, n.to_string()),
            At::Operand(n) => (n.at, n.to_string()),
            At::Invoke(n) => (n.at, n.to_string()),
        }
    }
}

/// How a body ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    Normal,
    Break,
    Continue,
}

/// A variable of the template.
struct Variable<'t> {
    name: &'t str,
    value: Value,
    boxed: bool,
}

impl<'t> Variable<'t> {
    fn new(name: &'t str, value: Value) -> Self {
        Self {
            name,
            value,
            boxed: false,
        }
    }
}

/// A running template.
struct Run<'t, 'c> {
    template: &'t Template,
    tree: &'t Tree,
    context: Context<'c>,
    limits: &'c Limits,
    out: Buffer,
    at: Option<At<'t>>,
    variables: Vec<Variable<'t>>,
    /// Whether dot came out of a list or map of anything, which shows in an error.
    dot_boxed: bool,
    /// Where the variables of the running tree begin.
    base: usize,
    depth: usize,
}

type Done<T> = Result<T, Fault>;

/// Renders `template` with `data` as its root.
pub(crate) fn render(
    template: &Template,
    data: Dict,
    limits: &Limits,
    ambient: &mut dyn Ambient,
) -> Result<SecretBytes, ExecError> {
    let root = Value::Dict(data);
    let mut run = Run {
        template,
        tree: template.main(),
        context: Context::new(template.dialect(), limits, ambient),
        limits,
        out: Buffer::new(),
        at: None,
        variables: vec![Variable::new("$", root.clone())],
        dot_boxed: false,
        base: 0,
        depth: 0,
    };
    match run.body(&root, &run.tree.body) {
        Ok(_) => Ok(std::mem::take(&mut run.out).secret()),
        Err(fault) => Err(run.error(fault)),
    }
}

impl<'t> Run<'t, '_> {
    fn error(&self, fault: Fault) -> ExecError {
        let (offset, node) = self.at.map_or((0, String::new()), At::describe);
        let place = Place::of(self.template.text(), offset);
        let name = self.template.name();
        let tree = quote::quoted(&self.tree.name);
        let prefix = format!(
            "template: {name}:{}:{}: executing {tree} at <{node}>: ",
            place.line, place.column
        );
        ExecError::new(place, prefix, fault)
    }

    fn fail<T>(&self, message: impl Into<String>) -> Done<T> {
        Err(Fault::plain(message.into()))
    }

    fn body(&mut self, dot: &Value, body: &'t Body) -> Done<Flow> {
        for node in body {
            self.context.budget.spend(1)?;
            let flow = match node {
                Node::Text(range) => {
                    self.write(self.template.text().get(range.clone()).unwrap_or_default())?;
                    Flow::Normal
                }
                Node::Action(pipe) => {
                    let value = self.pipe(dot, pipe)?;
                    if pipe.variables.is_empty() {
                        self.print(&value)?;
                    }
                    Flow::Normal
                }
                Node::If(branch) => self.deeper(|run| run.choose(dot, branch, false))?,
                Node::With(branch) => self.deeper(|run| run.choose(dot, branch, true))?,
                Node::Range(branch) => self.deeper(|run| run.range(dot, branch))?,
                Node::Invoke(invoke) => self.deeper(|run| run.invoke(dot, invoke))?,
                Node::Break => Flow::Break,
                Node::Continue => Flow::Continue,
            };
            if flow != Flow::Normal {
                return Ok(flow);
            }
        }
        Ok(Flow::Normal)
    }

    /// Goes one level down, on more stack where it is needed.
    fn deeper<T>(&mut self, run: impl FnOnce(&mut Self) -> Done<T>) -> Done<T> {
        stacker::maybe_grow(128 * 1024, 2 * 1024 * 1024, || run(self))
    }

    fn write(&mut self, bytes: &[u8]) -> Done<()> {
        if self.out.len().saturating_add(bytes.len()) > self.limits.output {
            return Err(Fault::bound(Bound::Output));
        }
        self.context
            .budget
            .spend(u64::try_from(bytes.len() / 256).unwrap_or(u64::MAX))?;
        self.out.bytes(bytes);
        Ok(())
    }

    /// Prints the result of an action.
    fn print(&mut self, value: &Value) -> Done<()> {
        match value {
            Value::Text(text) => self.write(text.bytes()),
            Value::Absent => self.write(b"<no value>"),
            // A pointer is printed as what it points to, which loses its methods unless they are the value's own.
            other => {
                let room = self.limits.output.saturating_sub(self.out.len());
                let text = printer::sprint(other, room).map_err(|fault| match fault.bound {
                    Some(Bound::Allocation) => Fault::bound(Bound::Output),
                    _ => fault,
                })?;
                self.write(text.as_slice())
            }
        }
    }

    fn choose(&mut self, dot: &Value, branch: &'t Branch, with: bool) -> Done<Flow> {
        let mark = self.variables.len();
        let value = self.pipe(dot, &branch.pipe)?;
        let flow = match &branch.otherwise {
            _ if value.truth() && with => {
                let boxed = std::mem::take(&mut self.dot_boxed);
                let flow = self.body(&value, &branch.body)?;
                self.dot_boxed = boxed;
                flow
            }
            _ if value.truth() => self.body(dot, &branch.body)?,
            Some(body) => self.body(dot, body)?,
            None => Flow::Normal,
        };
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn range(&mut self, dot: &Value, branch: &'t Branch) -> Done<Flow> {
        let outer = self.variables.len();
        let value = self.pipe(dot, &branch.pipe)?;
        let count = branch.pipe.variables.len();
        let boxed = match &value {
            Value::List(list) => list.element() == Element::Any,
            Value::Dict(dict) => !dict.holds_texts(),
            _ => false,
        };
        let outer_boxed = self.dot_boxed;
        let mut ran = false;
        let mut flow = Flow::Normal;
        match &value {
            Value::Signed(kind, end) => {
                if count > 1 {
                    return self.two_variables(&value);
                }
                for n in 0..(*end).max(0) {
                    ran = true;
                    flow = self.iterate(branch, boxed, Value::Absent, Value::Signed(*kind, n))?;
                    if flow == Flow::Break {
                        break;
                    }
                }
            }
            Value::Unsigned(kind, end) => {
                if count > 1 {
                    return self.two_variables(&value);
                }
                for n in 0..*end {
                    ran = true;
                    flow = self.iterate(branch, boxed, Value::Absent, Value::Unsigned(*kind, n))?;
                    if flow == Flow::Break {
                        break;
                    }
                }
            }
            Value::List(list) => {
                for (at, item) in list.items().iter().enumerate() {
                    ran = true;
                    let index = Value::int(i64::try_from(at).unwrap_or(i64::MAX));
                    flow = self.iterate(branch, boxed, index, item.clone())?;
                    if flow == Flow::Break {
                        break;
                    }
                }
            }
            Value::Dict(dict) => {
                for (key, item) in dict.entries() {
                    ran = true;
                    flow = self.iterate(branch, boxed, Value::Text(key), item)?;
                    if flow == Flow::Break {
                        break;
                    }
                }
            }
            Value::Absent | Value::Nil => {}
            other => {
                let text = shown(other, self.context.budget.room())?;
                let full = [b"range can't iterate over ".as_slice(), text.as_slice()].concat();
                return Err(Fault {
                    safe: format!("range can't iterate over {}", other.type_name()).into(),
                    ..Fault::valued("", full)
                });
            }
        }
        self.dot_boxed = outer_boxed;
        if !ran
            && flow != Flow::Break
            && let Some(body) = &branch.otherwise
        {
            let flow = self.body(dot, body)?;
            self.variables.truncate(outer);
            // A break in the else part ends this range and not the one around it; a continue goes there.
            return Ok(if flow == Flow::Break {
                Flow::Normal
            } else {
                flow
            });
        }
        self.variables.truncate(outer);
        Ok(Flow::Normal)
    }

    fn two_variables<T>(&self, value: &Value) -> Done<T> {
        let text = shown(value, self.context.budget.room())?;
        let full = format!(
            "can't use {} to iterate over more than one variable",
            text.lossy()
        );
        Err(Fault {
            safe: "can't use a number to iterate over more than one variable".into(),
            ..Fault::valued("", full)
        })
    }

    fn iterate(
        &mut self,
        branch: &'t Branch,
        boxed: bool,
        index: Value,
        item: Value,
    ) -> Done<Flow> {
        self.context.budget.spend(1)?;
        let mark = self.variables.len();
        let pipe = &branch.pipe;
        self.dot_boxed = boxed;
        match pipe.variables.as_slice() {
            [] => {}
            [one] if pipe.assigns => self.assign(one, item.clone(), boxed)?,
            [first, second, ..] if pipe.assigns => {
                self.assign(first, index, false)?;
                self.assign(second, item.clone(), boxed)?;
            }
            [_] => self.set_top(1, item.clone(), boxed),
            [..] => {
                self.set_top(1, item.clone(), boxed);
                self.set_top(2, index, false);
            }
        }
        let flow = self.body(&item, &branch.body)?;
        self.variables.truncate(mark);
        Ok(flow)
    }

    /// Sets the variable that was declared `from_top`-last.
    fn set_top(&mut self, from_top: usize, value: Value, boxed: bool) {
        let at = self.variables.len().wrapping_sub(from_top);
        if let Some(variable) = self.variables.get_mut(at) {
            variable.value = value;
            variable.boxed = boxed;
        }
    }

    fn assign(&mut self, name: &str, value: Value, boxed: bool) -> Done<()> {
        let own = self.variables.get_mut(self.base..).unwrap_or_default();
        match own.iter_mut().rev().find(|v| v.name == name) {
            Some(variable) => {
                variable.value = value;
                variable.boxed = boxed;
                Ok(())
            }
            None => self.fail(format!("undefined variable: {name}")),
        }
    }

    fn variable(&self, name: &str) -> Done<(Value, bool)> {
        let own = self.variables.get(self.base..).unwrap_or_default();
        match own.iter().rev().find(|v| v.name == name) {
            Some(variable) => Ok((variable.value.clone(), variable.boxed)),
            None => self.fail(format!("undefined variable: {name}")),
        }
    }

    fn invoke(&mut self, dot: &Value, invoke: &'t Invoke) -> Done<Flow> {
        self.at = Some(At::Invoke(invoke));
        let Some(tree) = self.template.find(&invoke.name) else {
            return self.fail(format!(
                "template {} not defined",
                quote::quoted(&invoke.name)
            ));
        };
        if self.depth >= self.context.budget.nesting {
            return Err(Fault::bound(Bound::Nesting));
        }
        let value = match &invoke.pipe {
            Some(pipe) => self.pipe(dot, pipe)?,
            None => Value::Absent,
        };
        let caller = (self.tree, self.base);
        let mark = self.variables.len();
        self.tree = tree;
        self.base = mark;
        self.depth += 1;
        self.variables.push(Variable::new("$", value.clone()));
        let boxed = std::mem::take(&mut self.dot_boxed);
        self.body(&value, &tree.body)?;
        self.dot_boxed = boxed;
        self.variables.truncate(mark);
        self.depth -= 1;
        (self.tree, self.base) = caller;
        Ok(Flow::Normal)
    }

    /// The value of a pipeline; variables it declares stay until their block ends.
    fn pipe(&mut self, dot: &Value, pipe: &'t Pipe) -> Done<Value> {
        self.at = Some(At::Pipe(pipe));
        let mut value = None;
        for command in &pipe.commands {
            let next = self.command(dot, command, value)?;
            // An interface that holds nil is no value from here on.
            value = Some(if matches!(next, Value::Nil) {
                Value::Absent
            } else {
                next
            });
        }
        let value = value.unwrap_or(Value::Absent);
        for name in &pipe.variables {
            if pipe.assigns {
                self.assign(name, value.clone(), false)?;
            } else {
                self.variables.push(Variable::new(name, value.clone()));
            }
        }
        Ok(value)
    }
}

/// A value as `%v` shows it.
fn shown(value: &Value, room: usize) -> Done<Buffer> {
    printer::sprint(value, room)
}

/// The name of a type where an error quotes it.
fn type_of(value: &Value) -> &'static str {
    value.static_type_name()
}

/// A text that is a value.
fn text_value(bytes: &[u8]) -> Value {
    Value::Text(Text::new(bytes))
}
