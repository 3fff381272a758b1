//! `lacre`: the command line. Thin: it reads, calls the crates, and writes.

mod args;
mod atomic_file;
mod cert_source;
mod clock;
mod cluster;
mod commands;
mod go;
mod inputs;
mod key_files;
mod kubeseal;
mod listing;
mod new_files;
mod opening;
mod parallel;
mod private_file;
mod problem;
mod public_file;
mod sealed_inputs;
mod shown;
mod templates;
mod text_places;
mod ui;
mod world;
mod written;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Command};
use crate::problem::Problem;
use crate::ui::Ui;

/// How a command ended, when it ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit 0.
    Fine,
    /// Exit 1: it ran, and found something.
    Findings,
    /// Exit 2: it ran, and some of the work could not be done; each failure has been told on stderr.
    Failed,
}

fn main() -> ExitCode {
    let argv: Vec<OsString> = std::env::args_os().collect();
    if called_as_kubeseal(argv.first()) {
        return kubeseal(argv);
    }
    // `lacre kubeseal …` hands its words over untouched: kubeseal's grammar is not clap's.
    if argv.get(1).is_some_and(|word| word == "kubeseal") {
        return kubeseal(argv.into_iter().skip(1).collect());
    }
    let cli = match Cli::try_parse_from(argv) {
        Ok(cli) => cli,
        Err(e) => {
            let code = if e.use_stderr() { 2 } else { 0 };
            // A closed pipe is no reason to complain while complaining.
            let _ = e.print();
            return ExitCode::from(code);
        }
    };
    let ui = Ui::new(&cli.output);
    match run(&cli.command, &ui) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Ok(Outcome::Failed) => ExitCode::from(2),
        Err(problem) if problem.is_broken_pipe() => ExitCode::SUCCESS,
        Err(problem) => {
            ui.error(&problem);
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command, ui: &Ui) -> Result<Outcome, Problem> {
    match command {
        Command::Cert(args) => commands::cert::run(args, ui),
        Command::Completions(args) => commands::completions::run(args, ui),
        Command::Explain(args) => commands::explain::run(args, ui),
        Command::Keys(args) => commands::keys::run(args, ui),
        Command::Man(args) => commands::man::run(args, ui),
        Command::Render(args) => commands::render::run(args, ui),
        Command::Seal(args) => commands::seal::run(args, ui),
        Command::Template(args) => commands::template::run(args, ui),
        Command::Unseal(args) => commands::unseal::run(args, ui),
    }
}

fn called_as_kubeseal(argv0: Option<&OsString>) -> bool {
    argv0
        .and_then(|name| Path::new(name).file_stem())
        .is_some_and(|stem| stem == "kubeseal")
}

fn kubeseal(argv: Vec<OsString>) -> ExitCode {
    kubeseal::run(argv, &|name| std::env::var_os(name))
}
