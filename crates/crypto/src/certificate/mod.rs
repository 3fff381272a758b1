//! Certificates: the form in which sealing keys are handed out.

mod issue;
mod read;

pub use issue::{CertificateOptions, IssueError, issue_certificate};
pub use read::{Certificate, CertificateError};
