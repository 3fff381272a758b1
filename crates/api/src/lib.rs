//! The resources: [`SealedSecret`] as users have it in the field, and the Secret it becomes.
//!
//! Reading is by field: one badly typed field is a [`FieldIssue`], never the end of the object.

pub mod annotations;
pub mod crd;
mod field;
mod metadata;
pub mod names;
mod schema;
mod sealed_decode;
mod sealed_secret;
mod secret;
mod secret_decode;
mod serde_help;
pub mod stamp;
mod write;

pub use field::{Decoded, FieldIssue, FieldPath, Problem, Shape, Step};
pub use metadata::Metadata;
pub use sealed_secret::{
    API_VERSION, Condition, KIND, SealedSecret, SealedSecretSpec, SealedSecretStatus,
    SecretTemplate,
};
pub use secret::{MAX_DATA, OPAQUE, Secret};
