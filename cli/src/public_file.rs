//! Files that anyone may read: replaced as a whole or not at all.

use std::io::Write as _;
use std::path::Path;

use crate::atomic_file::{AtomicFile, Replace};
use crate::new_files::{NewFiles, Readers};
use crate::problem::{Place, Problem};

/// Puts `bytes` into the file at `path`; one that is there keeps its permissions, and links are followed.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    if path.symlink_metadata().is_err() {
        let mut file = NewFiles::default();
        file.stage(path, bytes, Readers::All)?;
        return file.commit();
    }
    let cannot =
        |e| Problem::io("cannot be written", e).in_place(Place::file(path.display().to_string()));
    let mut file = AtomicFile::create(path, Replace::InPlace).map_err(|e| cannot(e.source))?;
    file.write_all(bytes)
        .and_then(|()| file.commit())
        .map_err(cannot)
}
