//! Scopes, envelopes, keys and certificates of sealed secrets.
//!
//! What Bitnami's sealed-secrets seals opens here and the other way round, byte for byte. Nothing
//! in this crate reads files, talks to a cluster or looks at the clock.
//!
//! ```
//! use lacre_crypto::{Identity, Keyring, Scope, UnsealingKey};
//!
//! let key = UnsealingKey::generate(2048)?;
//! let id = Identity { scope: Scope::Strict, namespace: "prod", name: "db" };
//! let envelope = key.sealing_key()?.seal(b"hunter2", &id.label())?;
//!
//! let mut keyring = Keyring::new();
//! keyring.add(key, 0, "sealed-secrets-key1".to_owned());
//! let opened = keyring.open(&envelope, &id.label())?;
//! assert_eq!(opened.plaintext.expose(), b"hunter2");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(not(any(feature = "native", feature = "portable")))]
compile_error!("lacre-crypto needs one of its features `native` and `portable`");

#[doc(hidden)]
pub mod backend;
mod certificate;
mod envelope;
mod fingerprint;
mod keyring;
mod keys;
mod pem;
mod scope;
mod seal;
mod session;
mod text;

pub use certificate::{
    Certificate, CertificateError, CertificateOptions, IssueError, issue_certificate,
};
pub use envelope::{Envelope, EnvelopeError, Misfit, Part};
pub use fingerprint::Fingerprint;
pub use keyring::{Attempt, Keyring, KeyringEntry, KeyringError, Opened, Outcome};
pub use keys::{KeyError, PublicKeyError, SealingKey, UnsealingKey};
pub use lacre_secret::SecretBytes;
pub use scope::{CLUSTER_WIDE_ANNOTATION, Identity, NAMESPACE_WIDE_ANNOTATION, Scope, ScopeError};
pub use seal::{OpenError, SealError};
#[doc(hidden)]
pub use session::SessionKey;
pub use text::{TextError, decode_base64_secret, decode_text, encode_text};
