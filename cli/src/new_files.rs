//! Files that must not be there yet: written wholly or not at all, never over another.

use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use crate::problem::{Place, Problem};

/// Files that have their contents, but not yet their names.
#[derive(Debug, Default)]
pub(crate) struct NewFiles {
    staged: Vec<(NamedTempFile, PathBuf)>,
}

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Its owner only: mode 0600.
    Owner,
    /// Whoever the process's umask lets.
    All,
}

impl NewFiles {
    /// Writes `bytes` beside `path`, whose folder is made where it is missing, and waits until the disk has them.
    pub(crate) fn stage(
        &mut self,
        path: &Path,
        bytes: &[u8],
        readers: Readers,
    ) -> Result<(), Problem> {
        self.stage_without_waiting(path, bytes, readers)?;
        let synced = match self.staged.last() {
            Some((file, _)) => file.as_file().sync_all(),
            None => Ok(()),
        };
        synced.map_err(|e| cannot_write(path, e))
    }

    /// The same for what can be made again: should the power fail, the file may be there without its contents. A
    /// thousand files take a fraction of the time.
    pub(crate) fn stage_without_waiting(
        &mut self,
        path: &Path,
        bytes: &[u8],
        readers: Readers,
    ) -> Result<(), Problem> {
        refuse_existing(path)?;
        let write = || {
            let folder = match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            fs::create_dir_all(folder)?;
            let mut builder = Builder::new();
            if let Some(permissions) = permissions(readers) {
                builder.permissions(permissions);
            }
            let mut file = builder.tempfile_in(folder)?;
            file.write_all(bytes)?;
            Ok(file)
        };
        let file = write().map_err(|e| cannot_write(path, e))?;
        self.staged.push((file, path.to_owned()));
        Ok(())
    }

    /// Gives the files their names; if one fails, none of them is there.
    pub(crate) fn commit(self) -> Result<(), Problem> {
        let mut named = Vec::new();
        for (file, path) in self.staged {
            match file.persist_noclobber(&path) {
                Ok(_) => named.push(path),
                Err(e) => {
                    // Best effort: the reason of the failure is what the user must hear.
                    named.iter().for_each(|path| drop(fs::remove_file(path)));
                    return Err(match e.error.kind() {
                        io::ErrorKind::AlreadyExists => exists(&path),
                        _ => cannot_write(&path, e.error),
                    });
                }
            }
        }
        Ok(())
    }
}

/// # Errors
/// If there is anything at `path`, a dangling link included.
pub(crate) fn refuse_existing(path: &Path) -> Result<(), Problem> {
    match path.symlink_metadata() {
        Ok(_) => Err(exists(path)),
        Err(_) => Ok(()),
    }
}

fn exists(path: &Path) -> Problem {
    Problem::new("is there already and is not overwritten")
        .in_place(Place::file(path.display().to_string()))
        .mend("choose another place, or move it away first")
}

fn cannot_write(path: &Path, e: io::Error) -> Problem {
    Problem::io("cannot be written", e).in_place(Place::file(path.display().to_string()))
}

#[cfg(unix)]
fn permissions(readers: Readers) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;

    Some(Permissions::from_mode(match readers {
        Readers::Owner => 0o600,
        Readers::All => 0o666,
    }))
}

#[cfg(not(unix))]
fn permissions(_readers: Readers) -> Option<Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (key, public) = (dir.path().join("new/a.key"), dir.path().join("new/a.crt"));
        let mut files = NewFiles::default();
        files.stage(&key, b"k", Readers::Owner).unwrap();
        files.stage(&public, b"c", Readers::All).unwrap();
        assert!(!key.exists() && !public.exists());
        files.commit().unwrap();
        assert_eq!(mode(&key), 0o600);
        assert_ne!(mode(&public) & 0o444, 0o400);
        assert_eq!(fs::read(&public).unwrap(), b"c");
        assert_eq!(fs::read_dir(dir.path().join("new")).unwrap().count(), 2);
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_half_done_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let (first, second) = (dir.path().join("a"), dir.path().join("b"));
        let mut files = NewFiles::default();
        files.stage(&first, b"1", Readers::All).unwrap();
        files.stage(&second, b"2", Readers::All).unwrap();
        fs::write(&second, "mine").unwrap();
        let problem = files.commit().unwrap_err();
        assert!(problem.to_string().contains("not overwritten"), "{problem}");
        assert!(!first.exists());
        assert_eq!(fs::read(&second).unwrap(), b"mine");
        assert!(
            NewFiles::default()
                .stage(&second, b"3", Readers::All)
                .is_err()
        );
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
