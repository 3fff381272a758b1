//! Files of plaintext: for their owner alone, replaced as a whole or not at all.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use lacre_secret::SecretBytes;

use crate::atomic_file::{AtomicFile, Replace};
use crate::problem::{Place, Problem};

/// Puts `bytes` into the file at `path`, or behind the link there, with mode 0600.
pub(crate) fn write(path: &Path, bytes: &SecretBytes) -> Result<(), Problem> {
    let cannot =
        |e| Problem::io("cannot be written", e).in_place(Place::file(path.display().to_string()));
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut file = AtomicFile::create(&target, Replace::AsOwnFile).map_err(|e| cannot(e.source))?;
    file.write_all(bytes.expose())
        .and_then(|()| file.commit())
        .map_err(cannot)
}

/// True if `path` is a terminal, such as /dev/tty: what is written there appears on a screen.
#[cfg(unix)]
pub(crate) fn is_terminal(path: &Path) -> bool {
    use std::io::IsTerminal as _;
    use std::os::unix::fs::FileTypeExt as _;

    // Opening anything else could wait for somebody at its other end.
    fs::metadata(path).is_ok_and(|found| found.file_type().is_char_device())
        && fs::File::open(path).is_ok_and(|file| file.is_terminal())
}

/// Other systems have no terminals among their files.
#[cfg(not(unix))]
pub(crate) fn is_terminal(_path: &Path) -> bool {
    false
}
