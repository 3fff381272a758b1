//! What Go's own libraries do and templates show: runes, quoting, numbers, `fmt`, times, JSON, regular expressions, URLs.

pub(crate) mod base64;
mod classes;
pub(crate) mod duration;
pub(crate) mod float;
pub(crate) mod format;
pub(crate) mod json;
pub(crate) mod layout;
pub(crate) mod number;
pub(crate) mod printer;
mod printf;
pub(crate) mod quote;
pub(crate) mod regexp;
pub(crate) mod runes;
mod syntax;
pub(crate) mod time;
pub(crate) mod timeparse;
mod timeparts;
pub(crate) mod unicode;
pub(crate) mod url;
