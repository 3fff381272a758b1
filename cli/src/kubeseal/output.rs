//! Where results go, and in which format.

use std::io::{self, Write as _};
use std::path::PathBuf;

use lacre_manifest::Node;
use lacre_manifest::emit::{self, JsonStyle, YamlStyle};
use lacre_secret::{SecretBytes, SecretWriter};

use super::Failure;
use crate::atomic_file::{AtomicFile, Replace};
use crate::go::errno;

/// Adds the text of an object to `out`, in the format that `-o` names: JSON, also for an empty
/// name, or YAML.
///
/// # Errors
/// A format that is neither.
pub(super) fn render(out: &mut SecretWriter, object: &Node, format: &str) -> Result<(), Failure> {
    match format.to_lowercase().as_str() {
        "json" | "" => {
            out.push(emit::json(object, JsonStyle::default()).expose());
            out.push(b"\n");
        }
        "yaml" => {
            out.push(b"---\n");
            out.push(emit::yaml(object, YamlStyle::default()).expose());
        }
        _ => {
            return Err(Failure::said(format!(
                "unsupported output format: {format}"
            )));
        }
    }
    Ok(())
}

/// An object as one line of JSON.
pub(super) fn compact(object: &Node) -> SecretBytes {
    let style = JsonStyle {
        indented: false,
        ..JsonStyle::default()
    };
    emit::json(object, style)
}

/// Stdout, or a file that appears when all is done. What is written is kept until the end, so
/// that no buffer holds a copy of it that nobody wipes.
pub(super) struct Output {
    /// The file and the path it will have.
    file: Option<(AtomicFile, PathBuf)>,
    written: SecretWriter,
}

impl Output {
    /// Stdout if `path` is empty.
    ///
    /// # Errors
    /// A folder that no file can be made in.
    pub(super) fn open(path: &str) -> Result<Self, Failure> {
        let mut file = None;
        if !path.is_empty() {
            let path = PathBuf::from(path);
            let created = AtomicFile::create(&path, Replace::AsOwnFile).map_err(|error| {
                Failure::said(errno::path_error("open", &error.path, &error.source))
            })?;
            file = Some((created, path));
        }
        Ok(Self {
            file,
            written: SecretWriter::default(),
        })
    }

    /// Writes an object.
    ///
    /// # Errors
    /// An unknown format.
    pub(super) fn object(&mut self, object: &Node, format: &str) -> Result<(), Failure> {
        render(&mut self.written, object, format)
    }

    /// Writes bytes.
    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.written.push(bytes);
    }

    /// Ends the output: what was written to stdout gets there in any case, a file takes its place
    /// only after success.
    ///
    /// # Errors
    /// `outcome`, else a full disk, a closed pipe, a file that can't be replaced.
    pub(super) fn end(self, outcome: Result<(), Failure>) -> Result<(), Failure> {
        let written = self.written.finish();
        let Some((mut file, path)) = self.file else {
            let mut stdout = io::stdout().lock();
            let printed = stdout
                .write_all(written.expose())
                .and_then(|()| stdout.flush());
            outcome?;
            return Ok(printed?);
        };
        outcome?;
        file.write_all(written.expose())
            .and_then(|()| file.commit())
            .map_err(|error| Failure::said(errno::path_error("write", &path, &error)))
    }
}
