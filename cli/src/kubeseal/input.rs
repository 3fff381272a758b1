//! Input: the file of `--secret-file`, or stdin.

use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use lacre_manifest::MAX_BYTES;
use lacre_secret::{SecretBytes, read_to_end};

use super::Failure;
use crate::go::errno;

/// An input that is open but not yet read.
pub(super) enum Input {
    Stdin,
    File(File, PathBuf),
}

impl Input {
    /// Stdin if `path` is empty. `from_user` says that the mode reads objects: then a terminal
    /// gets a hint of what it is waited for.
    ///
    /// # Errors
    /// A file that can't be opened, for whatever reason.
    pub(super) fn open(path: &str, from_user: bool) -> Result<Self, Failure> {
        if path.is_empty() {
            if from_user && io::stdin().is_terminal() {
                hint("expecting json/yaml k8s resource in stdin");
            }
            return Ok(Self::Stdin);
        }
        match File::open(path) {
            Ok(file) => Ok(Self::File(file, PathBuf::from(path))),
            Err(_) => Err(Failure::said(
                "Could not read file specified with --secret-file",
            )),
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// The system's, or that there is too much.
    pub(super) fn read(self) -> Result<SecretBytes, Failure> {
        match self {
            Self::Stdin => read_stdin(),
            Self::File(file, path) => {
                read_to_end(file, MAX_BYTES).map_err(|error| unread(&path, &error))
            }
        }
    }
}

/// All of stdin.
///
/// # Errors
/// The system's, or that there is too much.
pub(super) fn read_stdin() -> Result<SecretBytes, Failure> {
    read_to_end(io::stdin().lock(), MAX_BYTES)
        .map_err(|error| unread(Path::new("/dev/stdin"), &error))
}

/// A file as a whole.
///
/// # Errors
/// The system's, or that there is too much.
pub(super) fn read_file(path: &Path) -> Result<SecretBytes, Failure> {
    crate::atomic_file::read(path, MAX_BYTES).map_err(|error| match error.kind() {
        io::ErrorKind::FileTooLarge => unread(path, &error),
        _ => Failure::said(errno::read_error(path, &error)),
    })
}

fn unread(path: &Path, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::FileTooLarge => Failure::said(format!(
            "{} has more than the {MAX_BYTES} bytes that are read; split it",
            path.display()
        )),
        _ => Failure::said(errno::path_error("read", path, error)),
    }
}

/// Tells somebody at a terminal what is expected; with nowhere to say it, nobody is there.
pub(super) fn hint(text: &str) {
    let _ = writeln!(io::stderr().lock(), "(tty detected: {text})");
}
