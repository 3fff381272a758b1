//! New values into an existing SealedSecret file.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use lacre_crypto::{Scope, SealingKey};
use lacre_manifest::MAX_BYTES;
use lacre_secret::{SecretBytes, SecretWriter, read_to_end};

use super::input::Input;
use super::objects::{SEALED_SECRET, SealedSecret, Secret, copy_texts};
use super::output::render;
use super::seal::{Sealer, read};
use super::{Failure, Run, sealed_node};
use crate::atomic_file::{AtomicFile, Replace};
use crate::go::{codec, errno};

/// Seals the input's Secret as the SealedSecret in the file of `--merge-into`, copies values,
/// labels and annotations into it, and replaces the file.
///
/// The file's name, namespace and scope hold. Upstream takes the scope from the input, and leaves
/// a value behind that nobody can open.
///
/// # Errors
/// A file that is no SealedSecret, input that doesn't fit it; the file is then as it was.
pub(super) fn merge(run: &Run<'_>, key: &SealingKey, input: Input) -> Result<(), Failure> {
    let flags = run.flags;
    let path = Path::new(&flags.merge_into);
    let mut target = read_target(path)?;
    let mut secret = only(read(input)?, &flags.format)?;
    let scope = target.metadata.scope();
    settle_scope(&mut secret, flags.scope, scope, path)?;
    let (name, namespace) = (&target.metadata.name, &target.metadata.namespace);
    let update = Sealer::new(run, key).seal(secret, scope, name, namespace)?;

    copy_texts(&mut target.spec.encrypted_data, &update.spec.encrypted_data);
    let (into, from) = (
        &mut target.spec.template.metadata,
        &update.spec.template.metadata,
    );
    copy_texts(&mut into.annotations, &from.annotations);
    copy_texts(&mut into.labels, &from.labels);

    let mut text = SecretWriter::default();
    render(&mut text, &sealed_node(target), &flags.format)?;
    replace(path, &text.finish())
}

fn read_target(path: &Path) -> Result<SealedSecret, Failure> {
    // Opened for writing as well: a file that may not be changed is an error before any work.
    let file = OpenOptions::new().read(true).write(true).open(path);
    let file = file.map_err(|error| Failure::said(errno::path_error("open", path, &error)))?;
    let text = read_to_end(file, MAX_BYTES)
        .map_err(|error| Failure::said(errno::path_error("read", path, &error)))?;
    let documents = codec::documents(text.expose()).map_err(Failure::said)?;
    match documents.as_slice() {
        [] => Err(Failure::said(format!(
            "{} holds no SealedSecret",
            path.display()
        ))),
        [document] => codec::decode_object(document, &SEALED_SECRET).map_err(Failure::said),
        documents => Err(Failure::said(format!(
            "{} holds {} documents; values can be merged into a file with one SealedSecret only",
            path.display(),
            documents.len()
        ))),
    }
}

/// The one Secret of the input.
fn only(mut secrets: Vec<Secret>, format: &str) -> Result<Secret, Failure> {
    let count = secrets.len();
    match secrets.pop() {
        Some(secret) if count == 1 => Ok(secret),
        // In JSON upstream fails by accident, but in these words.
        _ if !format.eq_ignore_ascii_case("yaml") => Err(Failure::said(
            "couldn't get version/kind; json parse error: invalid character '{' after top-level \
             value",
        )),
        _ => Err(Failure::said(format!(
            "the input has {count} Secrets; values of one only can be merged"
        ))),
    }
}

/// Makes the input's scope that of the target, if nothing speaks against it.
fn settle_scope(
    secret: &mut Secret,
    flag: Scope,
    target: Scope,
    path: &Path,
) -> Result<(), Failure> {
    let input = secret.metadata.scope();
    let wanted = [
        (flag, "--scope asks for"),
        (input, "the input's annotations ask for"),
    ];
    for (scope, who) in wanted {
        if scope != Scope::Strict && scope != target {
            return Err(Failure::said(format!(
                "{who} {}, but {} is {}; values of one SealedSecret have one scope",
                scope.as_str(),
                path.display(),
                target.as_str()
            )));
        }
    }
    Ok(())
}

fn replace(path: &Path, text: &SecretBytes) -> Result<(), Failure> {
    let mut file = match AtomicFile::create(path, Replace::InPlace) {
        Ok(file) => file,
        // In a folder that takes no new files, the file itself may still be written.
        Err(error) if error.source.kind() == io::ErrorKind::PermissionDenied => {
            return Ok(std::fs::write(path, text.expose())?);
        }
        Err(error) => {
            return Err(Failure::said(errno::path_error(
                "open",
                &error.path,
                &error.source,
            )));
        }
    };
    file.write_all(text.expose())?;
    Ok(file.commit()?)
}
