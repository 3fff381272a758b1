//! Files replaced as a whole or not at all, and files read up to a limit.

use std::fs::{self, File, OpenOptions};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lacre_secret::{SecretBytes, read_to_end};

/// Reads a file of at most `limit` bytes.
///
/// # Errors
/// The system's, or that there is more.
pub(crate) fn read(path: &Path, limit: usize) -> io::Result<SecretBytes> {
    read_to_end(File::open(path)?, limit)
}

/// What becomes of the file that is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replace {
    /// A new file that only its owner can read takes its place, also when it is a link.
    AsOwnFile,
    /// Links are followed, and the new file has the permissions of the old one.
    InPlace,
}

/// A file in the making, beside the one that it will replace. Dropped before
/// [`commit`](Self::commit), it leaves no trace.
#[derive(Debug)]
pub(crate) struct AtomicFile {
    file: File,
    /// Path of the temporary file, while there is one.
    temporary: Option<PathBuf>,
    target: PathBuf,
    replace: Replace,
}

/// A temporary file that can't be made.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", .path.display())]
pub(crate) struct CreateError {
    /// The path that was tried.
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

impl AtomicFile {
    /// Begins a file that will replace `target`. Devices and pipes can't be replaced; what is
    /// written goes to them at once.
    ///
    /// # Errors
    /// When no file can be made in the folder of `target`.
    pub(crate) fn create(target: &Path, replace: Replace) -> Result<Self, CreateError> {
        let found = fs::symlink_metadata(target).ok();
        let target = match (&found, replace) {
            (Some(found), Replace::InPlace) if found.is_symlink() => {
                fs::canonicalize(target).unwrap_or_else(|_| target.to_owned())
            }
            _ => target.to_owned(),
        };
        if let Ok(found) = fs::metadata(&target)
            && !found.is_file()
            && !found.is_dir()
        {
            let file = OpenOptions::new().write(true).open(&target);
            return match file {
                Ok(file) => Ok(Self {
                    file,
                    temporary: None,
                    target,
                    replace,
                }),
                Err(source) => Err(CreateError {
                    path: target,
                    source,
                }),
            };
        }
        loop {
            let path = beside(&target);
            match create_private(&path) {
                Ok(file) => {
                    return Ok(Self {
                        file,
                        temporary: Some(path),
                        target,
                        replace,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(CreateError { path, source }),
            }
        }
    }

    /// Puts the file in its place, once all of it is on the disk.
    ///
    /// # Errors
    /// When the disk is full or the target can't be replaced; it is then as it was.
    pub(crate) fn commit(mut self) -> io::Result<()> {
        self.file.flush()?;
        let Some(temporary) = &self.temporary else {
            return Ok(());
        };
        if self.replace == Replace::InPlace
            && let Ok(old) = fs::metadata(&self.target)
        {
            self.file.set_permissions(old.permissions())?;
        }
        self.file.sync_all()?;
        fs::rename(temporary, &self.target)?;
        self.temporary = None;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        if let Some(path) = &self.temporary {
            // Nothing can be done about a file that won't go away.
            let _ = fs::remove_file(path);
        }
    }
}

/// A hidden name beside `target`: a dot, its name, and digits.
fn beside(target: &Path) -> PathBuf {
    let digits = RandomState::new().hash_one(std::process::id());
    let mut name = std::ffi::OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(format!("{:010}", digits % 10_000_000_000));
    target.with_file_name(name)
}

fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn the_target_changes_at_commit_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.yaml");
        fs::write(&target, "old").unwrap();
        let mut file = AtomicFile::create(&target, Replace::AsOwnFile).unwrap();
        file.write_all(b"new").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"old");
        file.commit().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["out.yaml"]);
    }

    #[test]
    fn a_dropped_file_leaves_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("out.yaml");
        let mut file = AtomicFile::create(&target, Replace::InPlace).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_missing_folder_is_an_error_with_the_path_tried() {
        let folder = tempfile::tempdir().unwrap();
        let error = AtomicFile::create(&folder.path().join("no/out.yaml"), Replace::AsOwnFile);
        let error = error.unwrap_err();
        assert_eq!(error.source.kind(), io::ErrorKind::NotFound);
        let name = error.path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.starts_with(".out.yaml") && name.len() == 19, "{name}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept_on_request() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().join("real");
        let link = folder.path().join("link");
        for (replace, link_left, mode) in [
            (Replace::InPlace, true, 0o640),
            (Replace::AsOwnFile, false, 0o600),
        ] {
            let _ = fs::remove_file(&link);
            fs::write(&real, "old").unwrap();
            fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
            symlink("real", &link).unwrap();
            let mut file = AtomicFile::create(&link, replace).unwrap();
            file.write_all(b"new").unwrap();
            file.commit().unwrap();
            assert_eq!(fs::symlink_metadata(&link).unwrap().is_symlink(), link_left);
            assert_eq!(
                fs::metadata(&link).unwrap().permissions().mode() & 0o777,
                mode
            );
            assert_eq!(fs::read(&link).unwrap(), b"new");
        }
    }

    #[test]
    fn a_folder_is_no_target() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("d");
        fs::create_dir(&target).unwrap();
        let file = AtomicFile::create(&target, Replace::AsOwnFile).unwrap();
        assert!(file.commit().is_err());
        assert_eq!(names(folder.path()), ["d"]);
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap().expose(), b"12345");
        assert!(read(&path, 4).is_err());
    }
}
