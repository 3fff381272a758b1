//! What kubeseal inherits from Go: how JSON becomes typed objects and objects become JSON, how
//! addresses are read, and the words of its errors. Scripts compare all of it.

pub(crate) mod base;
pub(crate) mod codec;
pub(crate) mod decode;
pub(crate) mod errno;
pub(crate) mod json;
pub(crate) mod quote;
pub(crate) mod structs;
pub(crate) mod time;
pub(crate) mod url;
pub(crate) mod yaml;

pub(crate) use base::{Bytes, Lenient, Map, Pointer, Raw, Slice, Text};
pub(crate) use decode::{Decoder, GoValue, Names};
pub(crate) use json::Json;
pub(crate) use quote::quote;
