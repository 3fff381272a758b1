//! One input, sealed.

use lacre_api::Secret;
use lacre_manifest::Format;

use super::documents::{Contents, Found, Kind};
use super::job::{Done, Job};
use super::origin::Origin;
use super::text;
use crate::inputs::Input;
use crate::parallel;
use crate::problem::Problem;
use crate::ui::Ui;

/// One input with what became of its objects.
pub(super) struct Work<'a> {
    pub(super) contents: Contents<'a>,
    /// One for each object found; `None` for what is sealed already, or could not be sealed.
    pub(super) done: Vec<Option<Done>>,
    /// The format of what is written.
    pub(super) format: Format,
    /// Why nothing of this input is written.
    pub(super) problems: Vec<Problem>,
    /// Files that were written.
    pub(super) written: Vec<String>,
}

impl<'a> Work<'a> {
    /// Seals all Secrets of an input.
    pub(super) fn of(job: &Job<'_>, mut contents: Contents<'a>, format: Format, ui: &Ui) -> Self {
        let results = parallel::map(&contents.found, |found| {
            if found.kind == Kind::SealedSecret {
                return None;
            }
            let origin = Origin::Manifest {
                places: &contents.places,
                object: found.object.node,
            };
            let result = job.seal(&Secret::decode(found.object.node), &origin, format);
            ui.step();
            Some(result)
        });
        let mut problems = std::mem::take(&mut contents.problems);
        let sort = |result: Option<Result<Done, Vec<Problem>>>| match result? {
            Ok(done) => Some(done),
            Err(why) => {
                problems.extend(why);
                None
            }
        };
        let done = results.into_iter().map(sort).collect();
        Self {
            contents,
            done,
            format,
            problems,
            written: Vec::new(),
        }
    }

    pub(super) fn input(&self) -> &Input {
        &self.contents.loaded.input
    }

    /// Number of Secrets that were sealed.
    pub(super) fn sealed(&self) -> usize {
        self.done.iter().flatten().count()
    }

    /// What was sealed already.
    pub(super) fn sealed_before(&self) -> impl Iterator<Item = &Found<'a>> {
        self.contents
            .found
            .iter()
            .filter(|found| found.kind == Kind::SealedSecret)
    }

    pub(super) fn warnings(&self) -> impl Iterator<Item = &Problem> {
        let of_objects = self.done.iter().flatten().flat_map(|done| &done.warnings);
        self.contents.doubts.iter().chain(of_objects)
    }

    pub(super) fn notes(&self) -> impl Iterator<Item = &String> {
        self.done.iter().flatten().flat_map(|done| &done.notes)
    }

    /// The stream to write that was sealed with the certificate of this index; empty if there is nothing in it.
    pub(super) fn stream(&self, job: &Job<'_>, sealer: usize) -> Vec<u8> {
        let pass_on = passes_on(job, self.input());
        let mut documents = Vec::new();
        for (found, done) in self.contents.found.iter().zip(&self.done) {
            match done {
                Some(done) => documents.extend(done.texts.get(sealer).cloned()),
                None if pass_on => {
                    documents.push(text::unchanged(found, self.contents.loaded, self.format))
                }
                None => {}
            }
        }
        text::stream(&documents, self.format)
    }
}

/// What is sealed already is passed on if the user named the file it stands in, and if there is but one certificate
/// that it can have been sealed with.
pub(super) fn passes_on(job: &Job<'_>, input: &Input) -> bool {
    input.named && job.sealers.len() == 1
}
