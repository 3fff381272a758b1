//! `--merge-into`: new values for SealedSecrets that exist, every other byte of their file kept.

use std::path::Path;

use lacre_api::{Decoded, FieldPath, SealedSecret, Secret, Step};
use lacre_manifest::edit::{self, Change, EditError, Target};
use lacre_manifest::{Content, LineIndex, Node, Stream};
use lacre_seal::{Edit, Refusal, Warning};
use lacre_secret::SecretBytes;

use super::documents::{self, Contents, Found, Kind, Others, Policy};
use super::from_file::{self, Values};
use super::job::Job;
use super::manifests::{load, no_secret};
use super::origin::Origin;
use super::{files, manifests};
use crate::Outcome;
use crate::inputs::{Input, Loaded};
use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// What there is to say once all is done, or could not be.
#[derive(Default)]
struct Told {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    notes: Vec<String>,
}

/// `lacre seal --merge-into FILE`.
pub(super) fn run(job: &Job<'_>, path: &Path, ui: &Ui) -> Result<Outcome, Problem> {
    let mut file = TargetFile::read(path, ui)?;
    let mut told = Told::default();
    if job.args.values.from_file.is_empty() {
        merge_manifests(job, &mut file, &mut told, ui)?;
    } else {
        let Values { data, origin } = from_file::read(&job.args.values.from_file, ui)?;
        file.merge(
            job,
            &from_file::secret(job.args, data),
            &Origin::Files(&origin),
            true,
            &mut told,
        );
    }
    told.problems.iter().for_each(|problem| ui.error(problem));
    told.warnings.iter().for_each(|warning| ui.warn(warning));
    if !told.problems.is_empty() {
        return Ok(Outcome::Failed);
    }
    if job.args.rules.strict && !told.warnings.is_empty() {
        ui.note(manifests::STRICT);
        return Ok(Outcome::Findings);
    }
    files::replace(path, file.text.expose())?;
    told.notes.iter().for_each(|note| ui.note(note));
    Ok(Outcome::Fine)
}

/// Merges every Secret of the input.
fn merge_manifests(
    job: &Job<'_>,
    file: &mut TargetFile,
    told: &mut Told,
    ui: &Ui,
) -> Result<(), Problem> {
    let (loaded, strays) = load(job.args, ui);
    told.problems.extend(strays);
    let others = |input: &Input| match input.named && !job.args.rules.skip_others {
        true => Others::Refuse,
        false => Others::LeaveAlone,
    };
    let policy = |loaded: &Loaded| Policy {
        kinds: others(&loaded.input),
        templates: others(&loaded.input),
    };
    let mut all: Vec<Contents<'_>> = loaded
        .iter()
        .map(|loaded| Contents::of(loaded, policy(loaded)))
        .collect();
    for contents in &mut all {
        told.problems.append(&mut contents.problems);
        told.warnings.append(&mut contents.doubts);
    }
    let found: Vec<(&Contents<'_>, &Found<'_>)> = all
        .iter()
        .flat_map(|contents| contents.found.iter().map(move |found| (contents, found)))
        .collect();
    let alone = found.len() == 1;
    if found.is_empty() && told.problems.is_empty() {
        return Err(no_secret());
    }
    for (contents, found) in found {
        let object = found.object.node;
        if found.kind == Kind::SealedSecret {
            let problem = Problem::new(format!(
                "{} is sealed already; only Secrets can be merged",
                found.title()
            ));
            told.problems
                .push(problem.in_place(contents.places.of(object.span())));
            continue;
        }
        let places = &contents.places;
        file.merge(
            job,
            &Secret::decode(object),
            &Origin::Manifest { places, object },
            alone,
            told,
        );
    }
    Ok(())
}

/// The file that is merged into, as far as merging has come.
struct TargetFile {
    input: Input,
    text: SecretBytes,
}

/// A SealedSecret of the file.
struct Candidate {
    at: Target,
    decoded: Decoded<SealedSecret>,
    place: Place,
}

impl TargetFile {
    fn read(path: &Path, ui: &Ui) -> Result<Self, Problem> {
        if let Err(e) = path.metadata() {
            let problem = Problem::io("cannot be merged into", e)
                .in_place(Place::file(path.display().to_string()));
            return Err(problem.mend("seal the Secret into a new file first"));
        }
        let Loaded {
            input,
            text,
            stream,
        } = Loaded::read(Input::file(path.to_owned()), ui)?;
        // What cannot be read could be the very one that is meant.
        for document in stream.documents() {
            if let Content::Broken(error) = document.content() {
                let place = Place::at(input.name(), error.position.line, error.position.column);
                return Err(Problem::new(error.problem.to_string()).in_place(place));
            }
        }
        Ok(Self { input, text })
    }

    /// Merges one Secret, or says why not. The only Secret may go into the only SealedSecret whatever it is called.
    fn merge(
        &mut self,
        job: &Job<'_>,
        secret: &Decoded<Secret>,
        origin: &Origin<'_, '_>,
        alone: bool,
        told: &mut Told,
    ) {
        match self.merged(job, secret, origin, alone, told) {
            Ok(text) => self.text = text,
            Err(problems) => told.problems.extend(problems),
        }
    }

    fn merged(
        &self,
        job: &Job<'_>,
        secret: &Decoded<Secret>,
        origin: &Origin<'_, '_>,
        alone: bool,
        told: &mut Told,
    ) -> Result<SecretBytes, Vec<Problem>> {
        let here = |problem: Problem| problem.in_place(Place::file(self.input.name()));
        let stream = Stream::read(self.text.expose())
            .map_err(|e| vec![here(Problem::new(e.to_string()))])?;
        let target = self
            .choose(&stream, job, &secret.object, alone)
            .map_err(|problem| vec![problem])?;
        let [sealer] = job.sealers else {
            return Err(vec![here(Problem::new(
                "a file has room for the values of one cluster",
            ))]);
        };
        let merge = job
            .merge(&target.decoded, secret, sealer)
            .map_err(|refusal| {
                if let Refusal::NamespaceMismatch { input, asked } = &refusal {
                    return vec![target.in_another_namespace(input, asked)];
                }
                if target.is_to_blame_for(&refusal) {
                    let problem = Problem::new(refusal.to_string()).in_place(target.place.clone());
                    return vec![problem.mend(refusal.mend())];
                }
                origin.refusal(&refusal, &job.namespace)
            })?;
        let (of_target, of_secret): (Vec<Warning>, Vec<Warning>) = merge
            .warnings
            .into_iter()
            .partition(|warning| matches!(warning, Warning::NamespaceAssumed { .. }));
        told.warnings.extend(
            of_target
                .iter()
                .map(|warning| target.without_namespace(warning)),
        );
        told.warnings
            .extend(origin.warnings(&of_secret, &job.namespace));
        told.notes.extend(origin.notes(&of_secret));
        told.notes.push(target.summary(secret.object.data.keys()));
        let changes: Vec<Change> = merge.edits.into_iter().map(change).collect();
        edit::apply(self.text.expose(), target.at, &changes).map_err(|e| vec![self.not_edited(&e)])
    }

    /// The one SealedSecret that `secret` is for.
    fn choose(
        &self,
        stream: &Stream,
        job: &Job<'_>,
        secret: &Secret,
        alone: bool,
    ) -> Result<Candidate, Problem> {
        let here = |text: String| Problem::new(text).in_place(Place::file(self.input.name()));
        let mut candidates = self.candidates(stream);
        let listed: Vec<String> = candidates.iter().map(Candidate::title).collect();
        if candidates.is_empty() {
            return Err(here("there is no SealedSecret in this file".to_owned())
                .mend("merge into a file that has one, or seal the Secret into a new file"));
        }
        let identity = &job.args.identity;
        let name = identity.name.as_deref().or(secret.name());
        let namespace = identity.namespace.as_deref().or(secret.namespace());
        if candidates.len() > 1 || !alone {
            candidates.retain(|candidate| candidate.may_be(name, namespace));
        }
        let found = candidates.len();
        match (candidates.pop(), found) {
            (Some(candidate), 1) => Ok(candidate),
            _ => {
                let wanted = match (namespace, name) {
                    (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
                    (None, Some(name)) => name.to_owned(),
                    (_, None) => "a Secret without a name".to_owned(),
                };
                let what = if found == 0 { "none" } else { "more than one" };
                let list = listed.join(", ");
                Err(here(format!(
                    "{what} of its SealedSecrets is the one for {wanted}; it has {list}"
                ))
                .mend("say which one with --name and --namespace"))
            }
        }
    }

    fn candidates(&self, stream: &Stream) -> Vec<Candidate> {
        let lines = LineIndex::new(self.text.expose());
        let mut candidates = Vec::new();
        for (document, it) in stream.documents().iter().enumerate() {
            for (object, found) in it.objects().iter().enumerate() {
                if documents::kind(found.node) == Ok(Kind::SealedSecret) {
                    let position = lines.position(found.node.span().start);
                    candidates.push(Candidate {
                        at: Target { document, object },
                        decoded: SealedSecret::decode_node(found.node),
                        place: Place::at(self.input.name(), position.line, position.column),
                    });
                }
            }
        }
        candidates
    }

    fn not_edited(&self, error: &EditError) -> Problem {
        let name = self.input.name();
        match error {
            // These begin with a line and column.
            EditError::NotAMapping { .. }
            | EditError::Shared { .. }
            | EditError::Unusual { .. } => Problem::new(format!("{name}:{error}")),
            _ => Problem::new(error.to_string()).in_place(Place::file(name)),
        }
    }
}

impl Candidate {
    fn name(&self) -> &str {
        self.decoded
            .object
            .metadata
            .name
            .as_deref()
            .unwrap_or_default()
    }

    fn namespace(&self) -> Option<&str> {
        self.decoded
            .object
            .metadata
            .namespace
            .as_deref()
            .filter(|namespace| !namespace.is_empty())
    }

    fn title(&self) -> String {
        match self.namespace() {
            Some(namespace) => format!("{namespace}/{}", self.name()),
            None => self.name().to_owned(),
        }
    }

    /// A name must be the same; a namespace that one of the two leaves open fits.
    fn may_be(&self, name: Option<&str>, namespace: Option<&str>) -> bool {
        let fits = match (self.namespace(), namespace) {
            (Some(own), Some(asked)) => own == asked,
            _ => true,
        };
        fits && name == Some(self.name())
    }

    fn is_to_blame_for(&self, refusal: &Refusal) -> bool {
        match refusal {
            Refusal::Fields(issues) => issues
                .iter()
                .all(|issue| self.decoded.issues.contains(issue)),
            Refusal::ScopeMismatch { .. }
            | Refusal::NameMismatch { .. }
            | Refusal::DeprecatedData => true,
            _ => false,
        }
    }

    fn in_another_namespace(&self, own: &str, asked: &str) -> Problem {
        let text = format!(
            "this is for namespace {own:?}, but the Secret that is to be merged is for {asked:?}"
        );
        let mend =
            "merge it into the SealedSecret of its own namespace, or leave its namespace out";
        Problem::new(text).in_place(self.place.clone()).mend(mend)
    }

    fn without_namespace(&self, warning: &Warning) -> Problem {
        let text = match warning {
            Warning::NamespaceAssumed { namespace } => {
                format!(
                    "{} names no namespace; its new values open in {namespace:?} only",
                    self.title()
                )
            }
            other => other.to_string(),
        };
        Problem::new(text)
            .in_place(self.place.clone())
            .mend("write metadata.namespace into the SealedSecret")
    }

    /// What was done, item by item.
    fn summary<'a>(&self, items: impl Iterator<Item = &'a String>) -> String {
        let had = &self.decoded.object.spec.encrypted_data;
        let done: Vec<String> = items
            .map(|item| {
                format!(
                    "{} {item}",
                    if had.contains_key(item) {
                        "renewed"
                    } else {
                        "added"
                    }
                )
            })
            .collect();
        let done = if done.is_empty() {
            "no values".to_owned()
        } else {
            done.join(", ")
        };
        format!("{}: {}: {done}", self.place, self.title())
    }
}

/// The sealer's edit in the terms of manifests.
fn change(edit: Edit) -> Change {
    let keys = |path: &FieldPath| {
        let steps = path.steps().iter();
        steps
            .map(|step| match step {
                Step::Field(name) => name.clone(),
                Step::Index(index) => index.to_string(),
            })
            .collect()
    };
    match edit {
        Edit::Set { path, text } => Change::Set {
            path: keys(&path),
            value: Node::string(text),
        },
        Edit::Remove { path } => Change::Remove { path: keys(&path) },
    }
}
