//! From a [`Secret`](lacre_api::Secret) to a [`SealedSecret`](lacre_api::SealedSecret).
//!
//! Pure: the clock is the caller's, and randomness happens inside `lacre-crypto` alone. What kubeseal does
//! silently wrong is refused here ([`Refusal`]) or said ([`Warning`]); neither ever holds a value.

mod hygiene;
mod merge;
mod metadata;
mod options;
mod raw;
mod refusal;
mod seal;
mod warning;

pub use hygiene::{Doubt, doubts};
pub use merge::{Edit, Merge, merge};
pub use options::Options;
pub use raw::{RawSealed, seal_raw};
pub use refusal::Refusal;
pub use seal::{Sealed, seal};
pub use warning::Warning;
