//! Kubernetes manifests with byte spans: read as kubectl does, written for it, edited in place.
//!
//! ```
//! use lacre_manifest::{Content, LineIndex, Stream};
//!
//! let source = b"kind: Secret\nstringData:\n  debug: yes\n";
//! let stream = Stream::read(source)?;
//! for document in stream.documents() {
//!     match document.content() {
//!         Content::Object(node) => {
//!             let debug = node.at(&["stringData", "debug"]).unwrap();
//!             assert_eq!(debug.as_bool(), Some(true)); // YAML 1.1
//!             assert_eq!(debug.retyped(), Some("yes"));
//!             let place = LineIndex::new(source).position(debug.span().start);
//!             assert_eq!(place.to_string(), "3:10");
//!         }
//!         Content::Empty => {}
//!         Content::Unreadable(template) => eprintln!("{template}"),
//!         Content::Broken(error) => eprintln!("{error}"),
//!     }
//! }
//! # Ok::<(), lacre_manifest::ReadError>(())
//! ```
//!
//! Values may be plaintext: text is wiped on drop, `Debug` never shows it, no error quotes it.

pub mod edit;
pub mod emit;
mod error;
mod json;
mod map;
mod node;
mod number;
mod span;
mod split;
mod stream;
mod template;
mod text;
mod yaml;

pub use error::{ParseError, Problem, ReadError, Refusal};
pub use map::{Entry, Map};
pub use node::{Duplicate, Node, Style, Value};
pub use number::Number;
pub use span::{LineIndex, Position, Span};
pub use stream::{Content, Document, Format, Object, Stream, Template};
pub use text::Text;
pub use yaml::read_first;

/// The longest input that is read at once: 64 MiB.
pub const MAX_BYTES: usize = 64 << 20;

/// The deepest nesting that is read: what fits on any thread's stack. kubectl goes to 10,000, where no object ever was.
pub const MAX_DEPTH: usize = 500;

/// The most values in one document, and of documents and values together in one input.
pub const MAX_NODES: usize = 4_000_000;

/// The most text that aliases of one document may repeat, in bytes.
pub const MAX_ALIAS_BYTES: usize = 64 << 20;
