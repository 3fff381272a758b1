//! `lacre completions SHELL`.

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use crate::Outcome;
use crate::args::Cli;
use crate::problem::Problem;
use crate::ui::Ui;

/// Arguments of `lacre completions`.
#[derive(Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// The shell to write for.
    pub(crate) shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "lacre", &mut script);
    ui.result(&script)?;
    Ok(Outcome::Fine)
}
