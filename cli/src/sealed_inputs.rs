//! The SealedSecrets in files, folders and stdin, each with its places.

use std::path::PathBuf;

use clap::Args;
use lacre_api::{Decoded, FieldIssue, FieldPath, KIND, SealedSecret};
use lacre_crypto::Scope;
use lacre_engine::OwnedIdentity;
use lacre_manifest::{Content, Format, LineIndex, Node};

use crate::inputs::{self, Loaded};
use crate::key_files::KeyArgs;
use crate::problem::{Place, Problem};
use crate::ui::Ui;
use crate::written::Written;

/// Which SealedSecrets.
#[derive(Args, Debug)]
pub(crate) struct SealedArgs {
    /// Manifests with SealedSecrets: files, folders, or `-` for stdin, which is also the default.
    ///
    /// YAML or JSON, any number of documents; the items of a List count as documents, and documents of other kinds are
    /// passed over. A folder stands for the *.yaml, *.yml and *.json files below it, without hidden ones and those that
    /// Git ignores; templates in it, as of Helm charts, are passed over with a note.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Namespace of SealedSecrets that name none, as `kubectl apply -n` would give it to them.
    #[arg(long, short, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,
    /// In folders, take files that Git ignores, too.
    #[arg(long)]
    pub(crate) no_ignore: bool,
}

/// Files that have been read.
#[derive(Debug)]
pub(crate) struct SealedInputs {
    files: Vec<Loaded>,
    namespace: Option<String>,
    /// True if something could not be read; it has been told.
    pub(crate) failed: bool,
}

/// One SealedSecret.
pub(crate) struct Found<'a> {
    /// As far as it could be read.
    pub(crate) decoded: Decoded<SealedSecret>,
    /// How its document is written.
    pub(crate) format: Format,
    /// Where it is.
    pub(crate) written: Written<'a>,
}

impl SealedArgs {
    /// Stdin can hold either the manifests or the keys.
    pub(crate) fn refuse_one_stdin_for_both(&self, keys: &KeyArgs) -> Result<(), Problem> {
        let stdin = self.paths.is_empty() || self.paths.iter().any(|path| path.as_os_str() == "-");
        if stdin { keys.refuse_stdin() } else { Ok(()) }
    }

    /// Reads everything. What cannot be read is told; the others are still there.
    pub(crate) fn read(&self, ui: &Ui) -> Result<SealedInputs, Problem> {
        let gathered = inputs::gather(&self.paths, self.no_ignore);
        let mut failed = !gathered.problems.is_empty();
        gathered
            .problems
            .iter()
            .for_each(|problem| ui.error(problem));
        let mut files = Vec::new();
        for input in gathered.inputs {
            match Loaded::read(input, ui) {
                Ok(file) => files.push(file),
                Err(problem) => {
                    ui.error(&problem);
                    failed = true;
                }
            }
        }
        for file in &files {
            failed |= tell_unreadable(file, ui);
        }
        let count = files.iter().flat_map(sealed_secrets).count();
        if count == 0 && !failed {
            return Err(Problem::new("there is no SealedSecret in any of the files"));
        }
        Ok(SealedInputs {
            files,
            namespace: self.namespace.clone(),
            failed,
        })
    }
}

/// Tells what of a file cannot be read; true if it should be.
fn tell_unreadable(file: &Loaded, ui: &Ui) -> bool {
    let mut failed = false;
    for document in file.stream.documents() {
        match document.content() {
            Content::Broken(error) => {
                ui.error(&file.broken(error));
                failed = true;
            }
            Content::Unreadable(template) if file.input.named => {
                ui.error(&file.template(template));
                failed = true;
            }
            Content::Unreadable(template) => {
                let place = Place::at(
                    file.input.name(),
                    template.position.line,
                    template.position.column,
                );
                ui.note(&format!(
                    "{place}: passed over: a template, which its own tool must render first"
                ));
            }
            Content::Object(_) | Content::Empty => {}
        }
    }
    if !failed && file.input.named && sealed_secrets(file).next().is_none() {
        ui.error(
            &Problem::new("there is no SealedSecret in it")
                .in_place(Place::file(file.input.name())),
        );
        failed = true;
    }
    failed
}

/// Every SealedSecret of a file, with how it is written.
fn sealed_secrets(file: &Loaded) -> impl Iterator<Item = (&Node, Format)> {
    file.stream.documents().iter().flat_map(|document| {
        let nodes = document.objects().into_iter().map(|object| object.node);
        let sealed = nodes.filter(|node| node.get("kind").and_then(Node::as_str) == Some(KIND));
        sealed.map(|node| (node, document.format()))
    })
}

impl SealedInputs {
    /// Calls `work` with all SealedSecrets, in the order of the files and of their documents.
    pub(crate) fn with_all<T>(&self, ui: &Ui, work: impl FnOnce(Vec<Found<'_>>) -> T) -> T {
        let lines: Vec<_> = self
            .files
            .iter()
            .map(|file| LineIndex::new(file.text.expose()))
            .collect();
        let files = self.files.iter().zip(&lines);
        let all: Vec<_> = files
            .flat_map(|(file, lines)| {
                sealed_secrets(file)
                    .map(move |(node, format)| self.found(file, node, format, lines))
            })
            .collect();
        all.iter()
            .filter(|found| found.lacks_namespace())
            .for_each(|found| {
                let problem = Problem::new(format!(
                    "{} names no namespace, to which its values are bound",
                    found.name()
                ));
                ui.warn(
                    &problem
                        .in_place(found.place())
                        .mend("say with --namespace which one it is applied to"),
                );
            });
        work(all)
    }

    fn found<'a>(
        &self,
        file: &'a Loaded,
        node: &'a Node,
        format: Format,
        lines: &'a LineIndex<'a>,
    ) -> Found<'a> {
        let mut decoded = SealedSecret::decode_node(node);
        let namespace = &mut decoded.object.metadata.namespace;
        if namespace.as_deref().is_none_or(str::is_empty) {
            *namespace = self.namespace.clone().or(namespace.take());
        }
        Found {
            decoded,
            format,
            written: Written {
                file: file.input.name(),
                node,
                source: file.text.expose(),
                lines,
            },
        }
    }
}

impl Found<'_> {
    /// Namespace and name for messages.
    pub(crate) fn name(&self) -> String {
        let metadata = &self.decoded.object.metadata;
        let name = metadata
            .name
            .as_deref()
            .filter(|name| !name.is_empty())
            .unwrap_or("(no name)");
        match metadata.namespace.as_deref() {
            None | Some("") => name.to_owned(),
            Some(namespace) => format!("{namespace}/{name}"),
        }
    }

    fn lacks_namespace(&self) -> bool {
        let identity = OwnedIdentity::of(&self.decoded.object);
        identity.scope != Scope::ClusterWide && identity.namespace.is_empty()
    }

    /// Where the object begins.
    pub(crate) fn place(&self) -> Place {
        self.written.place()
    }

    /// Where the field at `path` is, by its key; as near to it as the document goes.
    pub(crate) fn place_of(&self, path: &FieldPath) -> Place {
        self.written.place_of(path)
    }

    /// Where an issue is.
    pub(crate) fn place_of_issue(&self, issue: &FieldIssue) -> Place {
        self.written.at(issue.span(self.written.node))
    }
}
