//! Where sealed files may be written.

use std::path::Path;

use super::args::OutputArgs;
use crate::new_files::{NewFiles, Readers};
use crate::problem::{Place, Problem};
use crate::public_file;
use crate::ui::Ui;

/// Brings what was sealed to where it was asked for: stdout, or a file.
pub(super) fn deliver(output: &OutputArgs, bytes: &[u8], ui: &Ui) -> Result<(), Problem> {
    match &output.write {
        Some(path) => public_file::write(path, bytes),
        None => ui.result(bytes),
    }
}

/// Gives the file at `path` new contents, whole or not at all; links lead to it as before.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    // A device would get the bytes poured over it.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        let problem = Problem::new("is not a regular file and cannot be replaced");
        return Err(problem.in_place(Place::file(path.display().to_string())));
    }
    public_file::write(path, bytes)
}

/// Makes a file, and the folders on the way to it; with `force` also where one is already.
///
/// The Secret that it was made from is still there, so nothing is lost with it if the power fails.
pub(super) fn create(path: &Path, bytes: &[u8], force: bool) -> Result<(), Problem> {
    if path.symlink_metadata().is_err() {
        let mut file = NewFiles::default();
        file.stage_without_waiting(path, bytes, Readers::All)?;
        return file.commit();
    }
    if force {
        return replace(path, bytes);
    }
    Err(Problem::new("is there already")
        .in_place(Place::file(path.display().to_string()))
        .mend("choose another folder, or have it overwritten with --force"))
}
