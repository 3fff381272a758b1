//! `--output-dir`: what was sealed, under the same relative paths in another folder.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use lacre_manifest::Format;

use super::documents::Contents;
use super::files;
use super::job::Job;
use super::manifests::{counted, no_secret};
use super::work::Work;
use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// Refuses inputs that would be written where an earlier one is.
pub(super) fn refuse_collisions(
    all: &mut [Contents<'_>],
    format_of: impl Fn(&Contents<'_>) -> Format,
) {
    let mut taken = HashSet::new();
    for contents in all
        .iter_mut()
        .filter(|contents| contents.secrets().next().is_some())
    {
        let target = target(contents, format_of(contents));
        if taken.contains(&target) {
            contents.problems.push(
                Problem::new(format!(
                    "another file is written to {} already",
                    target.display()
                ))
                .in_place(Place::file(contents.loaded.input.name()))
                .mend("seal one of them into another folder"),
            );
        }
        taken.insert(target);
    }
}

/// Writes one input, once for each certificate.
pub(super) fn write(job: &Job<'_>, folder: &Path, work: &mut Work<'_>) {
    for (index, sealer) in job.sealers.iter().enumerate() {
        let stream = work.stream(job, index);
        if stream.is_empty() {
            continue;
        }
        let target = target(&work.contents, work.format);
        let path = match job.sealers.len() {
            1 => folder.join(target),
            _ => folder.join(&sealer.folder).join(target),
        };
        match files::create(&path, &stream, job.args.output.force) {
            Ok(()) => work.written.push(path.display().to_string()),
            Err(problem) => return work.problems.push(problem),
        }
    }
}

/// Says what was written; that there was nothing to write is an error.
pub(super) fn summarize(
    folder: &Path,
    work: &[Work<'_>],
    failed: bool,
    ui: &Ui,
) -> Result<(), Problem> {
    let files: usize = work.iter().map(|work| work.written.len()).sum();
    if files > 0 {
        let sealed = work
            .iter()
            .filter(|work| !work.written.is_empty())
            .map(Work::sealed)
            .sum();
        let (secrets, files) = (counted(sealed, "Secret"), counted(files, "file"));
        ui.note(&format!(
            "sealed {secrets} into {files} below {}",
            folder.display()
        ));
    } else if !failed {
        return Err(no_secret());
    }
    Ok(())
}

/// The relative path of what is written: the input's own, with an extension that tells the truth.
fn target(contents: &Contents<'_>, format: Format) -> PathBuf {
    let relative = &contents.loaded.input.relative;
    match format {
        format if format == contents.loaded.stream.format() => relative.clone(),
        Format::Yaml => relative.with_extension("yaml"),
        Format::Json => relative.with_extension("json"),
    }
}
