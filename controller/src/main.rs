//! `lacre-controller`: not built yet; says so, and what it will do.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let text = "lacre-controller does not run yet.\n\
        It will open SealedSecrets (bitnami.com/v1alpha1) in the cluster and sync ExternalSecrets\n\
        (external-secrets.io/v1). Until then: `lacre render` shows what it would make of a folder.\n";
    // Nothing can be done about a closed stderr; the exit code still tells.
    let _ = std::io::stderr().write_all(text.as_bytes());
    ExitCode::from(2)
}
