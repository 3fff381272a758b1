//! Whose templates these are: the two differ in functions and in what an absent key gives.

use crate::functions::{self, Function};

/// The engine to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// SealedSecrets 0.40: sprig 3.3.0 without `env`, `expandenv`, `getHostByName`; absent keys print `<no value>`.
    SealedSecrets,
    /// ExternalSecrets, engine v2: its own copy of sprig and its own functions; absent keys are errors.
    ExternalSecrets,
}

impl Dialect {
    /// The function of that name, if the dialect has it.
    pub(crate) fn function(self, name: &str) -> Option<&'static Function> {
        functions::find(self, name)
    }

    /// True where `.absent` is an error.
    pub(crate) fn is_strict(self) -> bool {
        self == Self::ExternalSecrets
    }
}
