//! Where manifests come from: stdin, files, folders.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use ignore::{DirEntry, WalkBuilder};
use lacre_manifest::{LineIndex, MAX_BYTES, ParseError, ReadError, Span, Stream, Template};
use lacre_secret::SecretBytes;

use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// Most bytes that are read of anything: what comes beyond has a wrong path or a wrong pipe behind it.
pub(crate) const LARGEST_INPUT: usize = MAX_BYTES;

/// One file, or stdin, to read documents from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Input {
    /// The file; `None` for stdin.
    pub(crate) path: Option<PathBuf>,
    /// Path below the folder it was found in; the file's own name when it was named by itself.
    pub(crate) relative: PathBuf,
    /// True when the user named it, false when a walk through a folder found it.
    pub(crate) named: bool,
}

impl Input {
    /// Stdin.
    pub(crate) fn stdin() -> Self {
        Self {
            path: None,
            relative: PathBuf::new(),
            named: true,
        }
    }

    /// A file that the user named.
    pub(crate) fn file(path: PathBuf) -> Self {
        Self {
            relative: path.file_name().map(PathBuf::from).unwrap_or_default(),
            path: Some(path),
            named: true,
        }
    }

    /// What messages call it.
    pub(crate) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "<stdin>".to_owned(),
        }
    }

    /// All its bytes, as they may well be plaintext.
    pub(crate) fn read(&self, ui: &Ui) -> Result<SecretBytes, Problem> {
        let read = match &self.path {
            Some(path) => {
                File::open(path).and_then(|file| lacre_secret::read_to_end(file, LARGEST_INPUT))
            }
            None => {
                let stdin = io::stdin();
                if stdin.is_terminal() {
                    ui.note("reading from the terminal; end with Ctrl-D");
                }
                lacre_secret::read_to_end(stdin.lock(), LARGEST_INPUT)
            }
        };
        read.map_err(|e| self.unreadable(e))
    }

    fn unreadable(&self, e: io::Error) -> Problem {
        if e.kind() == io::ErrorKind::FileTooLarge {
            return Problem::new(format!(
                "larger than {} MiB, too large for a manifest",
                LARGEST_INPUT >> 20
            ))
            .in_place(Place::file(self.name()));
        }
        Problem::io("cannot be read", e).in_place(Place::file(self.name()))
    }
}

/// An input that has been read, as documents.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) input: Input,
    /// Every byte of it.
    pub(crate) text: SecretBytes,
    pub(crate) stream: Stream,
}

impl Loaded {
    /// Reads `input`. Documents that cannot be read are told in the stream, not here.
    pub(crate) fn read(input: Input, ui: &Ui) -> Result<Self, Problem> {
        let text = input.read(ui)?;
        Self::of(input, text)
    }

    /// The same of what has been read of `input` already.
    pub(crate) fn of(input: Input, text: SecretBytes) -> Result<Self, Problem> {
        match Stream::read(text.expose()) {
            Ok(stream) => Ok(Self {
                input,
                text,
                stream,
            }),
            Err(ReadError::NotUtf8 { position, .. }) => {
                let place = Place::at(input.name(), position.line, position.column);
                let problem = Problem::new(
                    "not UTF-8, so not a manifest: that is text, with binary values in base64",
                );
                Err(problem.in_place(place))
            }
            Err(e) => Err(Problem::new(e.to_string()).in_place(Place::file(input.name()))),
        }
    }

    /// For messages about its parts.
    pub(crate) fn places(&self) -> Places<'_> {
        Places {
            loaded: self,
            lines: OnceLock::new(),
        }
    }

    /// What is wrong with a broken document.
    pub(crate) fn broken(&self, error: &ParseError) -> Problem {
        let place = Place::at(
            self.input.name(),
            error.position.line,
            error.position.column,
        );
        Problem::new(error.problem.to_string()).in_place(place)
    }

    /// Why a template is not read.
    pub(crate) fn template(&self, template: &Template) -> Problem {
        let place = Place::at(
            self.input.name(),
            template.position.line,
            template.position.column,
        );
        Problem::new(
            "this document is a template, which becomes YAML only when its tool has rendered it",
        )
        .in_place(place)
        .mend("give what `helm template` or its like prints")
    }
}

/// Lines and columns of an input, counted when the first is asked for.
pub(crate) struct Places<'a> {
    loaded: &'a Loaded,
    lines: OnceLock<LineIndex<'a>>,
}

impl Places<'_> {
    /// Where `span` begins.
    pub(crate) fn of(&self, span: Span) -> Place {
        let lines = self
            .lines
            .get_or_init(|| LineIndex::new(self.loaded.text.expose()));
        let position = lines.position(span.start);
        Place::at(self.loaded.input.name(), position.line, position.column)
    }
}

/// What a list of paths came to.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    /// Files in the order of the paths, folders sorted by name.
    pub(crate) inputs: Vec<Input>,
    /// Paths that could not be followed.
    pub(crate) problems: Vec<Problem>,
}

/// Finds the manifests that `paths` stand for.
///
/// No path, or `-`, is stdin. A folder stands for the `*.yaml`, `*.yml` and `*.json` files below it, without hidden
/// ones and, unless `ignored` asks for them, those that Git ignores. Links inside a folder are not followed: their
/// target is either in the folder as well, or is none of its business.
pub(crate) fn gather(paths: &[PathBuf], ignored: bool) -> Gathered {
    let mut found = Gathered::default();
    if paths.is_empty() {
        found.inputs.push(Input::stdin());
    }
    for path in paths {
        if path.as_os_str() == "-" {
            found.inputs.push(Input::stdin());
        } else if path.is_dir() {
            walk(path, ignored, &mut found);
        } else if let Err(e) = path.metadata() {
            found.problems.push(
                Problem::io("cannot be read", e).in_place(Place::file(path.display().to_string())),
            );
        } else {
            found.inputs.push(Input::file(path.clone()));
        }
    }
    if paths.len() > 1 {
        leave_out_repeats(&mut found.inputs);
    }
    found
}

fn walk(folder: &Path, ignored: bool, found: &mut Gathered) {
    let before = found.inputs.len() + found.problems.len();
    let walk = WalkBuilder::new(folder)
        .git_ignore(!ignored)
        .git_exclude(!ignored)
        .git_global(!ignored)
        .ignore(false)
        .sort_by_file_name(Ord::cmp)
        .build();
    for entry in walk {
        match entry {
            Ok(entry) if is_manifest(&entry) => {
                let relative = entry.path().strip_prefix(folder).unwrap_or(entry.path());
                found.inputs.push(Input {
                    relative: relative.to_owned(),
                    path: Some(entry.into_path()),
                    named: false,
                });
            }
            Ok(_) => {}
            Err(e) => found
                .problems
                .push(Problem::new(format!("cannot be read: {e}"))),
        }
    }
    if found.inputs.len() + found.problems.len() == before {
        let problem = Problem::new("no *.yaml, *.yml or *.json file in this folder")
            .in_place(Place::file(folder.display().to_string()));
        found.problems.push(if ignored {
            problem
        } else {
            problem.mend("hidden files and those that Git ignores do not count; --no-ignore takes the latter, too")
        });
    }
}

/// Files only: opening a pipe that happens to lie there would wait for ever.
fn is_manifest(entry: &DirEntry) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_file())
        && entry
            .path()
            .extension()
            .and_then(|extension| extension.to_str())
            .is_some_and(|extension| {
                ["yaml", "yml", "json"]
                    .iter()
                    .any(|known| extension.eq_ignore_ascii_case(known))
            })
}

/// A file that two paths lead to is read once.
fn leave_out_repeats(inputs: &mut Vec<Input>) {
    let mut seen = HashSet::new();
    inputs.retain(|input| {
        let identity = match &input.path {
            Some(path) => path.canonicalize().ok(),
            None => Some(PathBuf::from("-")),
        };
        identity.is_none_or(|identity| seen.insert(identity))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "kind: Secret\n").unwrap();
        }
        dir
    }

    fn relative(found: &Gathered) -> Vec<String> {
        found
            .inputs
            .iter()
            .map(|input| input.relative.display().to_string())
            .collect()
    }

    #[test]
    fn no_path_and_a_dash_are_stdin() {
        assert_eq!(gather(&[], false).inputs, [Input::stdin()]);
        let twice = ["-".into(), "-".into()];
        assert_eq!(gather(&twice, false).inputs, [Input::stdin()]);
    }

    #[test]
    fn a_folder_stands_for_its_manifests_in_order() {
        let dir = tree(&[
            "b/x.yml",
            "a.yaml",
            "b/.y.yaml",
            "c.JSON",
            "d.txt",
            ".git/e.yaml",
        ]);
        let found = gather(&[dir.path().into()], false);
        assert_eq!(relative(&found), ["a.yaml", "b/x.yml", "c.JSON"]);
        assert!(found.inputs.iter().all(|input| !input.named));
        assert!(found.problems.is_empty());
    }

    #[test]
    fn what_git_ignores_is_left_out_unless_asked_for() {
        let dir = tree(&["plain/a.yaml", "b.yaml", ".git/HEAD"]);
        std::fs::write(dir.path().join(".gitignore"), "plain/\n").unwrap();
        let paths = [dir.path().to_owned()];
        assert_eq!(relative(&gather(&paths, false)), ["b.yaml"]);
        assert_eq!(relative(&gather(&paths, true)), ["b.yaml", "plain/a.yaml"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_folder_are_not_followed_and_a_loop_ends() {
        let dir = tree(&["a/x.yaml"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("a/up")).unwrap();
        std::os::unix::fs::symlink("x.yaml", dir.path().join("a/y.yaml")).unwrap();
        let found = gather(&[dir.path().into()], false);
        assert_eq!(relative(&found), ["a/x.yaml"]);
        assert!(found.problems.is_empty());
    }

    #[test]
    fn a_path_that_is_not_there_is_a_problem_and_the_others_are_still_found() {
        let dir = tree(&["a.yaml"]);
        let found = gather(
            &[dir.path().join("nope.yaml"), dir.path().join("a.yaml")],
            false,
        );
        assert_eq!(relative(&found), ["a.yaml"]);
        assert_eq!(found.problems.len(), 1);
    }

    #[test]
    fn a_folder_without_manifests_is_a_problem() {
        let dir = tree(&["readme.md"]);
        let found = gather(&[dir.path().into()], false);
        assert!(found.inputs.is_empty());
        assert!(found.problems[0].to_string().contains("no *.yaml"));
    }

    #[test]
    fn a_file_reached_twice_is_read_once() {
        let dir = tree(&["a.yaml", "b.yaml"]);
        let found = gather(&[dir.path().into(), dir.path().join("a.yaml")], false);
        assert_eq!(relative(&found), ["a.yaml", "b.yaml"]);
    }
}
