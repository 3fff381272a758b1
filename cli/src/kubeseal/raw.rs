//! One value, sealed by itself.

use std::io::IsTerminal as _;
use std::path::Path;

use lacre_crypto::{Identity, Scope, SealingKey, encode_text};
use lacre_secret::SecretBytes;

use super::output::Output;
use super::seal::sealing_failed;
use super::{Failure, Run, input};

/// Seals the value of `--from-file` or stdin for the name, namespace and scope of the flags, and
/// prints the ciphertext without a line break.
///
/// # Errors
/// A name or namespace that is missing, a value that can't be read.
pub(super) fn seal(run: &Run<'_>, key: &SealingKey, output: &mut Output) -> Result<(), Failure> {
    let flags = run.flags;
    let scope = flags.scope;
    let mut namespace = String::new();
    if scope != Scope::ClusterWide {
        namespace = run.settings().namespace().map_err(Failure::said)?.name;
        let missing = |flag: &str| {
            let scope = scope.as_str();
            Failure::said(format!(
                "must provide the {flag} flag with --raw and --scope {scope}"
            ))
        };
        if namespace.is_empty() {
            return Err(missing("--namespace"));
        }
        if flags.name.is_empty() && scope == Scope::Strict {
            return Err(missing("--name"));
        }
    }
    let value = value(&flags.from_file)?;
    let identity = Identity {
        scope,
        namespace: &namespace,
        name: &flags.name,
    };
    let sealed = key
        .seal(value.expose(), &identity.label())
        .map_err(sealing_failed)?;
    output.bytes(encode_text(&sealed).as_bytes());
    Ok(())
}

fn value(from_file: &[String]) -> Result<SecretBytes, Failure> {
    match from_file {
        [] => {
            if std::io::stdin().is_terminal() {
                input::hint("expecting a secret to encrypt in stdin");
            }
            input::read_stdin()
        }
        [source] => {
            // As for kubectl, a key may stand before the path; here it means nothing.
            let path = source
                .split_once('=')
                .map_or(source.as_str(), |(_, path)| path);
            input::read_file(Path::new(path))
        }
        _ => Err(Failure::said(
            "must provide only one --from-file when encrypting a single item with --raw",
        )),
    }
}
