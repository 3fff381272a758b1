//! Sealing the Secrets that stand in manifests.

use lacre_manifest::Format;

use super::args::SealArgs;
use super::documents::{Contents, Found, Others, Policy};
use super::job::Job;
use super::work::{Work, passes_on};
use super::{files, in_place, output_dir, report, text};
use crate::inputs::{self, Gathered, Input, Loaded};
use crate::problem::Problem;
use crate::ui::Ui;
use crate::{Outcome, parallel};

/// From so many Secrets on, sealing them is worth a progress bar.
const LONG: usize = 2000;

/// Most names that a note lists.
const NAMES_IN_A_NOTE: usize = 5;

/// What is said when warnings stop everything.
pub(super) const STRICT: &str =
    "nothing is written: there are warnings, and --strict makes them count";

/// `lacre seal PATH…`.
pub(super) fn run(job: &Job<'_>, ui: &Ui) -> Result<Outcome, Problem> {
    let args = job.args;
    let (loaded, strays) = load(args, ui);
    let mut all = parallel::map(&loaded, |loaded| {
        Contents::of(loaded, policy(args, &loaded.input))
    });
    let secrets = all.iter().flat_map(Contents::secrets).count();
    one_name_for_one_secret(args, secrets)?;
    let format = common_format(args, &all);
    let format_of =
        |contents: &Contents<'_>| format.unwrap_or_else(|| contents.loaded.stream.format());
    if args.output.output_dir.is_some() {
        output_dir::refuse_collisions(&mut all, format_of);
    }

    if secrets >= LONG {
        ui.start_progress("sealing", secrets);
    }
    // Each file is written as soon as it is sealed, unless a warning may stop everything.
    let mut work = parallel::map_into(all, |contents| {
        let format = format_of(&contents);
        let work = Work::of(job, contents, format, ui);
        if args.rules.strict {
            work
        } else {
            written(job, work)
        }
    });
    ui.end_progress();
    let stopped = args.rules.strict && work.iter().any(|work| work.warnings().next().is_some());
    if args.rules.strict && !stopped {
        work = parallel::map_into(work, |work| written(job, work));
    }

    strays
        .iter()
        .chain(work.iter().flat_map(|work| &work.problems))
        .for_each(|problem| ui.error(problem));
    work.iter()
        .flat_map(Work::warnings)
        .for_each(|warning| ui.warn(warning));
    work.iter()
        .flat_map(Work::notes)
        .for_each(|note| ui.note(note));
    tell_what_was_sealed_before(job, &work, ui);
    let failed = !strays.is_empty() || work.iter().any(|work| !work.problems.is_empty());
    let outcome = conclude(job, &work, failed, stopped, ui)?;
    if args.output.report.is_some() {
        ui.result(&report::json(&work, &strays))?;
    }
    Ok(outcome)
}

/// Writes what is to be written to files.
fn written<'a>(job: &Job<'_>, mut work: Work<'a>) -> Work<'a> {
    if work.problems.is_empty() {
        if job.args.output.in_place {
            in_place::write(&mut work);
        } else if let Some(folder) = &job.args.output.output_dir {
            output_dir::write(job, folder, &mut work);
        }
    }
    work
}

/// Prints what is to be printed, and says how it went.
fn conclude(
    job: &Job<'_>,
    work: &[Work<'_>],
    failed: bool,
    stopped: bool,
    ui: &Ui,
) -> Result<Outcome, Problem> {
    let output = &job.args.output;
    if stopped {
        ui.note(STRICT);
    } else if output.in_place {
        in_place::summarize(work, failed, ui);
    } else if let Some(folder) = &output.output_dir {
        output_dir::summarize(folder, work, failed, ui)?;
    } else if !failed {
        print(job, work, ui)?;
    } else if work.iter().any(|work| work.sealed() > 0) {
        ui.note("nothing is written: it is all or nothing");
    }
    Ok(match (failed, stopped) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Fine,
    })
}

fn print(job: &Job<'_>, work: &[Work<'_>], ui: &Ui) -> Result<(), Problem> {
    let format = work.first().map_or(Format::Yaml, |work| work.format);
    let streams: Vec<Vec<u8>> = (0..job.sealers.len())
        .flat_map(|sealer| work.iter().map(move |work| work.stream(job, sealer)))
        .filter(|stream| !stream.is_empty())
        .collect();
    if streams.is_empty() {
        return Err(no_secret());
    }
    files::deliver(&job.args.output, &text::stream(&streams, format), ui)
}

/// `1 file`, `2 files`.
pub(super) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// There is nothing to write: most likely not what was meant.
pub(super) fn no_secret() -> Problem {
    Problem::new("there is no Secret in the input")
}

/// Reads all inputs; what cannot be read is among the problems.
pub(super) fn load(args: &SealArgs, ui: &Ui) -> (Vec<Loaded>, Vec<Problem>) {
    let Gathered {
        inputs,
        mut problems,
    } = inputs::gather(&args.paths, args.rules.no_ignore);
    let mut loaded = Vec::with_capacity(inputs.len());
    for read in parallel::map_into(inputs, |input| Loaded::read(input, ui)) {
        match read {
            Ok(read) => loaded.push(read),
            Err(problem) => problems.push(problem),
        }
    }
    (loaded, problems)
}

fn policy(args: &SealArgs, input: &Input) -> Policy {
    let strict = input.named && !args.rules.skip_others;
    let refuse_if = |condition| {
        if condition {
            Others::Refuse
        } else {
            Others::LeaveAlone
        }
    };
    Policy {
        kinds: refuse_if(strict && !args.output.in_place),
        templates: refuse_if(strict),
    }
}

fn one_name_for_one_secret(args: &SealArgs, secrets: usize) -> Result<(), Problem> {
    match &args.identity.name {
        Some(name) if secrets > 1 => Err(Problem::new(format!(
            "--name {name} would give {secrets} Secrets the same name"
        ))
        .mend("seal them one at a time, or name them in their manifests")),
        _ => Ok(()),
    }
}

/// The one format of everything that is written; `None` when each file goes by its own.
fn common_format(args: &SealArgs, all: &[Contents<'_>]) -> Option<Format> {
    let asked = args.output.format();
    if asked.is_some() || args.output.in_place || args.output.output_dir.is_some() {
        return asked;
    }
    let json = all
        .iter()
        .all(|contents| contents.loaded.stream.format() == Format::Json);
    Some(if json { Format::Json } else { Format::Yaml })
}

fn tell_what_was_sealed_before(job: &Job<'_>, work: &[Work<'_>], ui: &Ui) {
    let what_becomes = |input: &Input| match (job.args.output.in_place, passes_on(job, input)) {
        (true, _) => "left as it is",
        (false, true) => "passed on as it is",
        (false, false) => "left out",
    };
    let sealed: Vec<(&Work<'_>, &Found<'_>)> = work
        .iter()
        .flat_map(|work| work.sealed_before().map(move |found| (work, found)))
        .collect();
    for (work, found) in sealed.iter().take(NAMES_IN_A_NOTE) {
        let place = work.contents.places.of(found.object.node.span());
        let (title, outcome) = (found.title(), what_becomes(work.input()));
        ui.note(&format!(
            "{place}: {title} is sealed already and is {outcome}"
        ));
    }
    if let Some(more) = sealed
        .len()
        .checked_sub(NAMES_IN_A_NOTE)
        .filter(|more| *more > 0)
    {
        ui.note(&format!("{more} more are sealed already"));
    }
}
