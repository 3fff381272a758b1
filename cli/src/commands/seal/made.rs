//! `--from-file` without a manifest: a Secret made of files, sealed to stdout.

use lacre_manifest::Format;

use super::files;
use super::from_file::{self, Values};
use super::job::Job;
use super::manifests::STRICT;
use super::origin::Origin;
use super::text;
use crate::Outcome;
use crate::problem::Problem;
use crate::ui::Ui;

pub(super) fn run(job: &Job<'_>, ui: &Ui) -> Result<Outcome, Problem> {
    let Values { data, origin } = from_file::read(&job.args.values.from_file, ui)?;
    let secret = from_file::secret(job.args, data);
    let format = job.args.output.format().unwrap_or(Format::Yaml);
    let done = match job.seal(&secret, &Origin::Files(&origin), format) {
        Ok(done) => done,
        Err(problems) => {
            problems.iter().for_each(|problem| ui.error(problem));
            return Ok(Outcome::Failed);
        }
    };
    done.notes.iter().for_each(|note| ui.note(note));
    done.warnings.iter().for_each(|warning| ui.warn(warning));
    if job.args.rules.strict && !done.warnings.is_empty() {
        ui.note(STRICT);
        return Ok(Outcome::Findings);
    }
    files::deliver(&job.args.output, &text::stream(&done.texts, format), ui)?;
    Ok(Outcome::Fine)
}
