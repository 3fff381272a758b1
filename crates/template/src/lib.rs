//! Go's `text/template` with sprig, byte for byte, as SealedSecrets and ExternalSecrets render their templates.
//!
//! ```
//! use lacre_template::{Ambient, Data, Dialect, Limits, Options, Template};
//!
//! struct Nothing;
//! impl Ambient for Nothing {
//!     fn now(&mut self) -> (i64, u32) { (0, 0) }
//!     fn random(&mut self, _: &mut [u8]) {}
//! }
//!
//! let template = Template::parse("url", b"postgres://{{ .user }}:{{ .pass | urlquery }}@db", Dialect::SealedSecrets, &Options::default())?;
//! let mut data = Data::default();
//! data.insert("user", lacre_secret::SecretBytes::from_slice(b"bob"));
//! data.insert("pass", lacre_secret::SecretBytes::from_slice(b"a&b"));
//! let text = template.render(&data, &Limits::default(), &mut Nothing)?;
//! assert_eq!(text.expose(), b"postgres://bob:a%26b@db");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Templates do no I/O and know neither environment nor clock; what they ask of the world goes through [`Ambient`].
//! Values and output are wiped after use, errors name a place and a cause but no value, and [`Limits`] bound
//! what one template can use. What a template would use can be read without running it: [`Template::reading`].

mod constraint;
mod context;
mod crypto;
mod data;
mod dialect;
mod error;
mod exec;
mod fault;
mod functions;
mod go;
mod limits;
mod parse;
mod reading;
mod semver;
mod template;
pub mod traps;
mod value;

pub use data::Data;
pub use dialect::Dialect;
pub use error::{ExecError, ParseError, Place};
pub use fault::Bound;
pub use limits::{Ambient, Limits};
pub use reading::{FunctionUse, KeyUse, Reading, function_names};
pub use template::{Options, Template};
