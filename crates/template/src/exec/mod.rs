//! Runs a parsed template: same values, same order and same errors as Go.

mod call;
mod field;
mod methods;
mod operand;

use lacre_secret::SecretBytes;

use crate::Template;
use crate::context::Context;
use crate::error::{ExecError, Place};
use crate::fault::{Bound, Fault};
use crate::go::{printer, quote};
use crate::limits::{Ambient, Limits};
use crate::parse::node::{Body, Branch, Command, Invoke, Loop, Node, Operand, Pipe, Tree};
use crate::value::buffer::Buffer;
use crate::value::{Dict, Value};
use operand::Given;

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

/// A value, and whether it came out of a list or map of anything: errors then call its type `interface {}`.
#[derive(Clone)]
struct Held {
    value: Value,
    any: bool,
}

impl Held {
    fn typed(value: Value) -> Self {
        Self { value, any: false }
    }
}

/// A variable of the template.
struct Variable<'t> {
    name: &'t str,
    held: Held,
}

/// A running template.
struct Run<'t, 'c> {
    template: &'t Template,
    tree: &'t Tree,
    context: Context<'c>,
    /// Bytes that may be written.
    most: usize,
    out: Buffer,
    at: Option<At<'t>>,
    /// `$`
    root: Held,
    variables: Vec<Variable<'t>>,
    /// Where the variables of the running tree begin.
    base: usize,
    depth: usize,
}

type Done<T> = Result<T, Fault>;

/// How much longer than its template a text is taken to be at first.
const USUAL_GROWTH: usize = 64;

/// Renders `template` with `data` as its root.
pub(crate) fn render(
    template: &Template,
    data: Dict,
    limits: &mut Limits,
    ambient: &mut dyn Ambient,
) -> Result<SecretBytes, ExecError> {
    let dot = Held::typed(Value::Dict(data));
    let tree = template.main();
    let mut run = Run {
        template,
        tree,
        context: Context::new(template.dialect(), limits, ambient),
        most: limits.output,
        out: Buffer::with_capacity(template.text().len() + USUAL_GROWTH),
        at: None,
        root: dot.clone(),
        variables: Vec::new(),
        base: 0,
        depth: 0,
    };
    let done = match run.body(&dot, &tree.body) {
        Ok(_) => Ok(()),
        Err(fault) => Err(run.error(fault)),
    };
    let left = run.context.budget.left(limits, run.out.len());
    let out = std::mem::take(&mut run.out).secret();
    *limits = left;
    done.map(|()| out)
}

fn fail<T>(message: impl Into<String>) -> Done<T> {
    Err(Fault::plain(message.into()))
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

    fn body(&mut self, dot: &Held, body: &'t Body) -> Done<Flow> {
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
                Node::Branch(branch) => self.deeper(|run| run.branch(dot, branch))?,
                Node::Loop(node) => self.deeper(|run| run.range(dot, node))?,
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
        if self.out.len().saturating_add(bytes.len()) > self.most {
            return Err(Fault::bound(Bound::Output));
        }
        self.context.budget.spend_each(bytes.len() / 256)?;
        self.out.bytes(bytes);
        Ok(())
    }

    /// Prints the result of an action.
    fn print(&mut self, value: &Value) -> Done<()> {
        match value {
            Value::Text(text) => self.write(text.bytes()),
            Value::Absent => self.write(b"<no value>"),
            other => {
                let room = self.most.saturating_sub(self.out.len());
                let text = printer::sprint(other, room).map_err(|fault| match fault.bound {
                    Some(Bound::Allocation) => Fault::bound(Bound::Output),
                    _ => fault,
                })?;
                self.write(text.as_slice())
            }
        }
    }

    fn branch(&mut self, dot: &Held, branch: &'t Branch) -> Done<Flow> {
        let mark = self.variables.len();
        let mut chosen = None;
        for arm in &branch.arms {
            let value = self.pipe(dot, &arm.pipe)?;
            if value.truth() {
                chosen = Some((value, &arm.body));
                break;
            }
        }
        let flow = match (chosen, &branch.otherwise) {
            (Some((value, body)), _) if branch.binds => self.body(&Held::typed(value), body)?,
            (Some((_, body)), _) | (None, Some(body)) => self.body(dot, body)?,
            (None, None) => Flow::Normal,
        };
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn range(&mut self, dot: &Held, node: &'t Loop) -> Done<Flow> {
        let mark = self.variables.len();
        let value = self.pipe(dot, &node.pipe)?;
        let any = value.holds_anything();
        let mut flow = Flow::Normal;
        let mut ran = false;
        for (key, value) in self.items(&value, node.pipe.variables.len())? {
            ran = true;
            if self.iterate(node, key, Held { value, any })? == Flow::Break {
                break;
            }
        }
        if let Some(body) = node.otherwise.as_ref().filter(|_| !ran) {
            flow = self.body(dot, body)?;
        }
        self.variables.truncate(mark);
        // A continue in the else part goes to the loop around this one. A break ends this one only.
        Ok(if flow == Flow::Continue {
            flow
        } else {
            Flow::Normal
        })
    }

    /// What a loop over `value` goes through: keys, if it has them, and items.
    fn items<'v>(
        &self,
        value: &'v Value,
        variables: usize,
    ) -> Done<Box<dyn Iterator<Item = (Value, Value)> + 'v>> {
        let two = variables > 1;
        Ok(match value {
            Value::Absent | Value::Nil => Box::new(std::iter::empty()),
            Value::Signed(_, _) | Value::Unsigned(_, _) if two => {
                return self.refused(
                    value,
                    ("can't use ", " to iterate over more than one variable"),
                    "a number",
                );
            }
            Value::Signed(kind, end) => {
                Box::new((0..*end).map(|n| (Value::Absent, Value::Signed(*kind, n))))
            }
            Value::Unsigned(kind, end) => {
                Box::new((0..*end).map(|n| (Value::Absent, Value::Unsigned(*kind, n))))
            }
            Value::List(list) => {
                let items = list.items().iter().cloned();
                Box::new((0..).map(Value::int).zip(items))
            }
            Value::Dict(dict) => {
                let entries = dict.entries().into_iter();
                Box::new(entries.map(|(key, item)| (Value::Text(key), item)))
            }
            other => {
                return self.refused(other, ("range can't iterate over ", ""), other.type_name());
            }
        })
    }

    /// Refuses a value in words that quote it; what may be logged has `instead` in its place.
    fn refused<T>(&self, value: &Value, around: (&str, &str), instead: &str) -> Done<T> {
        let text = printer::sprint(value, self.context.budget.room())?;
        let (before, after) = around;
        let full = [before.as_bytes(), text.as_slice(), after.as_bytes()].concat();
        Err(Fault {
            safe: format!("{before}{instead}{after}").into(),
            ..Fault::valued("", full)
        })
    }

    fn iterate(&mut self, node: &'t Loop, key: Value, item: Held) -> Done<Flow> {
        self.context.budget.spend(1)?;
        let mark = self.variables.len();
        let key = Held::typed(key);
        match (node.pipe.variables.as_slice(), node.pipe.assigns) {
            ([], _) => {}
            ([only], true) => self.assign(only, item.clone())?,
            ([first, second, ..], true) => {
                self.assign(first, key)?;
                self.assign(second, item.clone())?;
            }
            // Declared by the pipeline, these are the last that there are.
            ([_], false) => self.set_last(1, item.clone()),
            (_, false) => {
                self.set_last(1, item.clone());
                self.set_last(2, key);
            }
        }
        let flow = self.body(&item, &node.body)?;
        self.variables.truncate(mark);
        Ok(flow)
    }

    fn declare(&mut self, name: &'t str, held: Held) {
        self.variables.push(Variable { name, held });
    }

    /// Sets the variable that was declared `from_end`-last.
    fn set_last(&mut self, from_end: usize, held: Held) {
        let at = self.variables.len().wrapping_sub(from_end);
        if let Some(variable) = self.variables.get_mut(at) {
            variable.held = held;
        }
    }

    fn assign(&mut self, name: &str, held: Held) -> Done<()> {
        let own = self.variables.get_mut(self.base..).unwrap_or_default();
        let slot = match own.iter_mut().rev().find(|v| v.name == name) {
            Some(variable) => &mut variable.held,
            None if name == "$" => &mut self.root,
            None => return fail(format!("undefined variable: {name}")),
        };
        *slot = held;
        Ok(())
    }

    fn variable(&self, name: &str) -> Done<&Held> {
        let own = self.variables.get(self.base..).unwrap_or_default();
        match own.iter().rev().find(|v| v.name == name) {
            Some(variable) => Ok(&variable.held),
            None if name == "$" => Ok(&self.root),
            None => fail(format!("undefined variable: {name}")),
        }
    }

    fn invoke(&mut self, dot: &Held, invoke: &'t Invoke) -> Done<Flow> {
        self.at = Some(At::Invoke(invoke));
        let Some(tree) = self.template.find(&invoke.name) else {
            let name = quote::quoted(&invoke.name);
            return fail(format!("template {name} not defined"));
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
        (self.tree, self.base) = (tree, mark);
        self.depth += 1;
        let dot = Held::typed(value);
        let root = std::mem::replace(&mut self.root, dot.clone());
        self.body(&dot, &tree.body)?;
        self.root = root;
        self.variables.truncate(mark);
        self.depth -= 1;
        (self.tree, self.base) = caller;
        Ok(Flow::Normal)
    }

    /// The value of a pipeline; variables it declares stay until their block ends.
    fn pipe(&mut self, dot: &Held, pipe: &'t Pipe) -> Done<Value> {
        self.at = Some(At::Pipe(pipe));
        let mut piped = None;
        for command in &pipe.commands {
            self.context.budget.spend(1)?;
            let Some((first, operands)) = command.operands.split_first() else {
                continue;
            };
            let given = Given {
                node: At::Command(command),
                operands,
                piped,
            };
            piped = Some(match self.operand(dot, first, given)? {
                // An interface that holds nil is no value from here on.
                Value::Nil => Value::Absent,
                value => value,
            });
        }
        let value = piped.unwrap_or(Value::Absent);
        for name in &pipe.variables {
            let held = Held::typed(value.clone());
            if pipe.assigns {
                self.assign(name, held)?;
            } else {
                self.declare(name, held);
            }
        }
        Ok(value)
    }
}
