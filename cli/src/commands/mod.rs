//! One module a command: its arguments and what it does.

pub(crate) mod cert;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod keys;
pub(crate) mod man;
pub(crate) mod render;
pub(crate) mod seal;
pub(crate) mod template;
pub(crate) mod unseal;
