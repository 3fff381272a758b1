//! What a SealedSecret is to become, and why it does not: pure functions over what was observed.
//!
//! [`plan`] is what `lacre render` prints and what the controller carries out. Nothing here reads files, talks
//! to a cluster, looks at the clock or draws random numbers.

mod deprecated;
pub mod diagnose;
mod failure;
mod identity;
mod item;
mod plan;
mod status;
pub mod template;

pub use failure::{Failure, Failures, ItemFailure, Reason, TemplateCause};
pub use identity::OwnedIdentity;
pub use item::{Item, item};
pub use plan::{Desired, Observed, Options, Owner, Plan, plan};
pub use status::{READY, SYNCED, Verdict, next_status};
