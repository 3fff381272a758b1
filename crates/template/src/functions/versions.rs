//! sprig's semantic versions.

use std::rc::Rc;

use super::{Function, Type};
use crate::constraint::Constraints;
use crate::semver::Version;
use crate::value::Value;

const T: Type = Type::Text;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("semver", &[T], |_, a| {
        Ok(Value::Version(Rc::new(Version::parse(a.text(0))?)))
    }),
    Function::new("semverCompare", &[T, T], |c, a| {
        c.budget.spend_each(a.text(0).len())?;
        let constraints = Constraints::parse(a.text(0))?;
        Ok(constraints.allow(&Version::parse(a.text(1))?).into())
    }),
];
