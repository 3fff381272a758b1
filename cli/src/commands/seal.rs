//! `lacre seal`: Secrets become SealedSecrets.

mod args;
mod certificates;
mod documents;
mod files;
mod from_file;
mod in_place;
mod job;
mod made;
mod manifests;
mod merge;
mod namespace;
mod origin;
mod output_dir;
mod raw;
mod report;
mod text;
mod work;

pub(crate) use args::{ClusterArgs, SealArgs};

use job::Job;
use namespace::DefaultNamespace;

use crate::problem::{Place, Problem};
use crate::ui::Ui;
use crate::{Outcome, clock};

pub(crate) fn run(args: &SealArgs, ui: &Ui) -> Result<Outcome, Problem> {
    check(args)?;
    if let Some(path) = args.output.misnamed() {
        let problem = Problem::new("its name says another format than the one it gets");
        let place = Place::file(path.display().to_string());
        ui.warn(
            &problem
                .in_place(place)
                .mend("leave out --output, or name the file after it"),
        );
    }
    let now = clock::now();
    let sealers = certificates::load(&args.certificates, now, ui)?;
    if args.output.output_dir.is_some() {
        certificates::check_folders(&sealers)?;
    }
    let job = Job {
        args,
        sealers: &sealers,
        namespace: DefaultNamespace::new(&args.certificates.cluster),
        now,
    };
    if args.values.raw {
        raw::run(&job, ui)
    } else if let Some(target) = &args.output.merge_into {
        merge::run(&job, target, ui)
    } else if !args.values.from_file.is_empty() {
        made::run(&job, ui)
    } else {
        manifests::run(&job, ui)
    }
}

/// What the grammar lets pass, but cannot be done.
fn check(args: &SealArgs) -> Result<(), Problem> {
    let several = args.certificates.certs.len() > 1;
    let into_file = args.output.in_place || args.output.merge_into.is_some();
    if several && into_file {
        return Err(Problem::new(
            "a file has room for the values of one cluster, but several certificates are given",
        )
        .mend("give one --cert, or write one copy for each into --output-dir"));
    }
    let stdin = args.values.from_file.is_empty() && inputs_are_stdin(args);
    if stdin && (args.output.in_place || args.output.output_dir.is_some()) {
        return Err(
            Problem::new("what comes from stdin has no file to be written to")
                .mend("name files or folders, or leave out --in-place and --output-dir"),
        );
    }
    let value_from_stdin = match args.values.from_file.as_slice() {
        [] => stdin,
        words => words
            .iter()
            .any(|word| from_file::input(word).path.is_none()),
    };
    if value_from_stdin && certificates::use_stdin(&args.certificates) {
        return Err(
            Problem::new("the certificate and the Secret cannot both come from stdin")
                .mend("give one of them as a file"),
        );
    }
    Ok(())
}

fn inputs_are_stdin(args: &SealArgs) -> bool {
    args.paths.is_empty() || args.paths.iter().any(|path| path.as_os_str() == "-")
}
