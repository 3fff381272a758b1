//! What functions can use while a template runs: the budget, the world, and a few caches.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::dialect::Dialect;
use crate::fault::{Bound, Fault};
use crate::go::printer::{self, Printer};
use crate::go::regexp::Regexp;
use crate::limits::{Ambient, Budget, Limits};
use crate::value::buffer::Buffer;
use crate::value::{Dict, Element, List, Text, Value};

/// One rendering's state outside the template itself.
pub(crate) struct Context<'a> {
    pub(crate) dialect: Dialect,
    pub(crate) budget: Budget,
    pub(crate) ambient: &'a mut dyn Ambient,
    /// Compiled patterns, good and bad.
    pub(crate) patterns: BTreeMap<Text, Result<Rc<Regexp>, Vec<u8>>>,
    /// Maps that were changed, and so may hold themselves.
    changed: Vec<Dict>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(dialect: Dialect, limits: &Limits, ambient: &'a mut dyn Ambient) -> Self {
        Self {
            dialect,
            budget: Budget::new(limits),
            ambient,
            patterns: BTreeMap::new(),
            changed: Vec::new(),
        }
    }

    /// Sets an entry of a map that templates already hold.
    pub(crate) fn set(&mut self, dict: &Dict, key: Text, value: Value) -> Result<(), Fault> {
        if dict.is_nil() {
            return Err(Fault::plain("assignment to entry in nil map"));
        }
        self.budget.allocate(64 + key.len())?;
        if matches!(value, Value::List(_) | Value::Dict(_))
            && !self.changed.iter().any(|d| d.is_same(dict))
        {
            self.changed.push(dict.clone());
        }
        dict.insert(key, value);
        Ok(())
    }

    /// A buffer of `bytes` that will be filled.
    pub(crate) fn buffer(&mut self, bytes: usize) -> Result<Buffer, Fault> {
        self.budget.allocate(bytes)?;
        Ok(Buffer::with_capacity(bytes))
    }

    /// A list of values, paid for.
    pub(crate) fn list(&mut self, items: Vec<Value>) -> Result<Value, Fault> {
        self.pay_for(items.len())?;
        Ok(Value::List(List::any(items)))
    }

    /// The same, as Go's `append` makes it item by item.
    pub(crate) fn appended(&mut self, items: Vec<Value>) -> Result<Value, Fault> {
        self.pay_for(items.len().saturating_mul(2))?;
        Ok(Value::List(List::appended(Element::Any, items, 0)))
    }

    /// Pays for `items` items of a list.
    pub(crate) fn pay_for(&mut self, items: usize) -> Result<(), Fault> {
        self.budget.allocate(items.saturating_mul(32))?;
        self.budget.spend_each(items)
    }

    /// Refuses values nested deeper than allowed.
    pub(crate) fn deep_enough(&self, depth: usize) -> Result<(), Fault> {
        if depth > self.budget.nesting {
            Err(Fault::bound(Bound::Nesting))
        } else {
            Ok(())
        }
    }

    /// `fmt.Sprint`
    pub(crate) fn sprint(&mut self, values: &[Value]) -> Result<Buffer, Fault> {
        self.print(|p| p.print(values))
    }

    /// Runs a printer and pays for what it writes.
    pub(crate) fn print(&mut self, run: impl FnOnce(&mut Printer)) -> Result<Buffer, Fault> {
        let mut printer = Printer::new(self.budget.room());
        run(&mut printer);
        let out = printer.finish()?;
        self.budget.allocate(out.len())?;
        Ok(out)
    }

    /// sprig's `strval`: text as it is, `[]byte` as text, the rest printed.
    pub(crate) fn string(&mut self, value: &Value) -> Result<Text, Fault> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            Value::List(list) if list.element() == Element::Byte => {
                Ok(Text::from_vec(list.to_bytes()))
            }
            other => match printer::stringer(other) {
                Some(text) => Ok(text),
                None => self.sprint(std::slice::from_ref(other)).map(Buffer::finish),
            },
        }
    }
}

impl Drop for Context<'_> {
    fn drop(&mut self) {
        for dict in &self.changed {
            dict.clear();
        }
    }
}
