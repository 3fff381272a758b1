//! Where sealed files may be written.

use std::path::Path;

use crate::problem::{Place, Problem};
use crate::public_file;

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
pub(super) fn create(path: &Path, bytes: &[u8], force: bool) -> Result<(), Problem> {
    if !force && path.symlink_metadata().is_ok() {
        let problem =
            Problem::new("is there already").in_place(Place::file(path.display().to_string()));
        return Err(problem.mend("choose another folder, or have it overwritten with --force"));
    }
    replace(path, bytes)
}
