//! A certificate from where the user says: a file, a URL, or stdin.

use std::io;
use std::path::{Path, PathBuf};

use http::StatusCode;
use lacre_secret::read_to_end;

use crate::atomic_file;
use crate::cluster::{Environment, get};
use crate::go::{errno, quote, url};

/// No certificate comes near; a device or a wrong URL does.
const MAX_SIZE: usize = 16 << 20;

/// Why there is no certificate. The texts are those of Go, which kubeseal's users know.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SourceError(String);

/// Reads what `source` names: a URL if it has a scheme of more than one letter (a single letter is
/// a drive of Windows), else a file.
///
/// # Errors
/// What is wrong with the address, the file, the way to a server, or its answer.
pub(crate) fn read(source: &str, environment: Environment<'_>) -> Result<Vec<u8>, SourceError> {
    let address = url::parse(source).map_err(SourceError)?;
    match address.scheme.as_str() {
        scheme if scheme.len() <= 1 => read_file(Path::new(source)),
        "file" => read_file_url(source, &address.path),
        "http" | "https" => fetch(source, environment),
        other => Err(SourceError(format!(
            "Get {}: unsupported protocol scheme {}",
            quote(source),
            quote(other)
        ))),
    }
}

/// The same, with `-` for stdin.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_or_stdin(
    source: &str,
    environment: Environment<'_>,
) -> Result<Vec<u8>, SourceError> {
    if source != "-" {
        return read(source, environment);
    }
    let text = read_to_end(io::stdin().lock(), MAX_SIZE)
        .map_err(|error| SourceError(format!("read stdin: {}", errno::reason(&error))))?;
    Ok(text.expose().to_vec())
}

fn read_file(path: &Path) -> Result<Vec<u8>, SourceError> {
    let text = atomic_file::read(path, MAX_SIZE)
        .map_err(|error| SourceError(errno::read_error(path, &error)))?;
    Ok(text.expose().to_vec())
}

/// A `file:` URL, answered as a web server for the whole file system would.
fn read_file_url(source: &str, path: &[u8]) -> Result<Vec<u8>, SourceError> {
    let refused = |status: &str| {
        let source = quote(source);
        SourceError(format!("cannot fetch {source}: {status}"))
    };
    let path = path_of(path).ok_or_else(|| refused("404 Not Found"))?;
    if path.is_dir() {
        return Err(refused("it is a folder"));
    }
    let text = atomic_file::read(&path, MAX_SIZE).map_err(|error| {
        refused(match error.kind() {
            io::ErrorKind::NotFound => "404 Not Found",
            io::ErrorKind::PermissionDenied => "403 Forbidden",
            _ => "500 Internal Server Error",
        })
    })?;
    Ok(text.expose().to_vec())
}

#[cfg(unix)]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;
    let path = Path::new("/").join(std::ffi::OsStr::from_bytes(bytes));
    (!bytes.contains(&0)).then_some(path)
}

#[cfg(not(unix))]
fn path_of(bytes: &[u8]) -> Option<PathBuf> {
    let path = std::str::from_utf8(bytes).ok()?;
    (!path.contains('\0')).then(|| PathBuf::from(path.trim_start_matches('/')))
}

fn fetch(source: &str, environment: Environment<'_>) -> Result<Vec<u8>, SourceError> {
    let found = get(source, MAX_SIZE, environment).map_err(SourceError)?;
    if found.status != StatusCode::OK {
        // Displays with its reason: `404 Not Found`.
        let (source, status) = (quote(source), found.status);
        return Err(SourceError(format!("cannot fetch {source}: {status}")));
    }
    Ok(found.body.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(source: &str) -> String {
        read(source, &|_| None).unwrap_err().to_string()
    }

    #[test]
    fn what_has_no_scheme_is_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a b.pem");
        std::fs::write(&path, "pem").unwrap();
        let read = |source: &str| read(source, &|_| None).unwrap();
        assert_eq!(read(path.to_str().unwrap()), b"pem");
        let url = format!("file://{}", path.to_str().unwrap().replace(' ', "%20"));
        assert_eq!(read(&url), b"pem");
        assert_eq!(read(&url.replace("file:", "FILE:")), b"pem");
    }

    #[test]
    fn errors_are_those_of_go() {
        for (source, text) in [
            (
                "/absent/c.pem",
                "open /absent/c.pem: no such file or directory",
            ),
            ("a:b", "open a:b: no such file or directory"),
            ("%zz", "parse \"%zz\": invalid URL escape \"%zz\""),
            (":x", "parse \":x\": missing protocol scheme"),
            (
                "file:///absent",
                "cannot fetch \"file:///absent\": 404 Not Found",
            ),
            (
                "ftp://h/x",
                "Get \"ftp://h/x\": unsupported protocol scheme \"ftp\"",
            ),
            (
                "http://127.0.0.1:1/x",
                "Get \"http://127.0.0.1:1/x\": dial tcp 127.0.0.1:1: connect: connection refused",
            ),
            (
                "file:///tmp",
                "cannot fetch \"file:///tmp\": it is a folder",
            ),
        ] {
            assert_eq!(error(source), text);
        }
    }
}
