//! Failures of the operating system in Go's words.

use std::io;
use std::path::Path;

/// `open PATH: no such file or directory` and the like.
pub(crate) fn path_error(operation: &str, path: &Path, error: &io::Error) -> String {
    format!("{operation} {}: {}", path.display(), reason(error))
}

/// The same for a file that was to be opened and read: a folder opens well and then doesn't read.
pub(crate) fn read_error(path: &Path, error: &io::Error) -> String {
    let operation = match error.kind() {
        io::ErrorKind::IsADirectory => "read",
        _ => "open",
    };
    path_error(operation, path, error)
}

/// The reason alone: the system's text without its number, in lower case as Go has it.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(_) => {
            let text = text
                .split_once(" (os error")
                .map_or(text.as_str(), |(text, _)| text);
            text.to_lowercase()
        }
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_the_systems_in_lower_case() {
        let path = Path::new("/absent/c.pem");
        let error = std::fs::File::open(path).unwrap_err();
        assert_eq!(
            path_error("open", path, &error),
            "open /absent/c.pem: no such file or directory"
        );
        let error = io::Error::new(io::ErrorKind::InvalidData, "Too large");
        assert_eq!(reason(&error), "Too large");
    }
}
