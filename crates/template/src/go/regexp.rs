//! placeholder
pub(crate) struct Regexp;
