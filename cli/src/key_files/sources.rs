//! Which files a list of key paths stands for.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lacre_secret::SecretBytes;

use crate::inputs::Input;
use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// One file, or stdin.
#[derive(Debug)]
pub(super) struct Source {
    path: Option<PathBuf>,
    /// What messages call it.
    pub(super) name: String,
    /// True when the user named it, false when it was found in a folder.
    pub(super) named: bool,
}

/// The files that `path` stands for; those below a folder in the order of their names.
///
/// Hidden files are left out, links to files are followed: a mounted Secret is a folder of links into a hidden one.
pub(super) fn gather(path: &Path) -> Vec<Result<Source, Problem>> {
    let mut found = Vec::new();
    if path.as_os_str() == "-" {
        found.push(Ok(Source {
            path: None,
            name: "<stdin>".to_owned(),
            named: true,
        }));
    } else if path.is_dir() {
        walk(path, &mut found);
    } else {
        found.push(Ok(Source::file(path.to_owned(), true)));
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<Result<Source, Problem>>) {
    let list = || -> io::Result<Vec<PathBuf>> {
        let entries = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
        paths.sort();
        Ok(paths)
    };
    let paths = match list() {
        Ok(paths) => paths,
        Err(e) => return found.push(Err(unreadable(&folder.display().to_string(), e))),
    };
    for path in paths {
        let hidden = path
            .file_name()
            .is_none_or(|name| name.as_encoded_bytes().starts_with(b"."));
        if hidden {
            continue;
        }
        // Folders behind links are not entered: they could lead round in circles.
        match path.symlink_metadata() {
            Ok(entry) if entry.is_dir() => walk(&path, found),
            Ok(_) if path.is_file() => found.push(Ok(Source::file(path, false))),
            Ok(_) => {}
            Err(e) => found.push(Err(unreadable(&path.display().to_string(), e))),
        }
    }
}

impl Source {
    fn file(path: PathBuf, named: bool) -> Self {
        Self {
            name: path.display().to_string(),
            path: Some(path),
            named,
        }
    }

    /// All of it.
    pub(super) fn read(&self, ui: &Ui) -> Result<SecretBytes, Problem> {
        match &self.path {
            None => Input::stdin().read(ui),
            Some(path) => Input::file(path.clone()).read(ui),
        }
    }

    /// True if its name is that of a manifest.
    pub(super) fn looks_like_manifest(&self) -> bool {
        let extension = self
            .path
            .as_ref()
            .and_then(|path| path.extension()?.to_str());
        extension.is_some_and(|it| {
            ["yaml", "yml", "json"]
                .iter()
                .any(|known| it.eq_ignore_ascii_case(known))
        })
    }

    /// A warning if others than the owner may read it.
    #[cfg(unix)]
    pub(super) fn loose_permissions(&self) -> Option<Problem> {
        use std::os::unix::fs::PermissionsExt as _;

        let metadata = fs::metadata(self.path.as_ref()?).ok()?;
        let mode = metadata.permissions().mode() & 0o777;
        (metadata.is_file() && mode & 0o044 != 0).then(|| {
            Problem::new(format!(
                "this private key can be read by others (mode {mode:04o})"
            ))
            .in_place(Place::file(&self.name))
            .mend(format!("chmod 600 {}", self.name))
        })
    }

    /// Other systems keep permissions in ways that no mode tells.
    #[cfg(not(unix))]
    pub(super) fn loose_permissions(&self) -> Option<Problem> {
        None
    }
}

fn unreadable(name: &str, e: io::Error) -> Problem {
    Problem::io("cannot be read", e).in_place(Place::file(name))
}
