//! `lacre man DIR`.

use std::path::PathBuf;

use clap::{Args, CommandFactory as _};

use crate::Outcome;
use crate::args::Cli;
use crate::problem::Problem;
use crate::ui::Ui;

/// Arguments of `lacre man`.
#[derive(Args, Debug)]
pub(crate) struct ManArgs {
    /// Folder for `lacre.1`, `lacre-seal.1` and so on; made where it is missing.
    pub(crate) dir: PathBuf,
}

pub(crate) fn run(args: &ManArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let write = || {
        std::fs::create_dir_all(&args.dir)?;
        clap_mangen::generate_to(Cli::command(), &args.dir)
    };
    write().map_err(|e| {
        Problem::io(
            format!("could not write man pages to {}", args.dir.display()),
            e,
        )
    })?;
    ui.note(&format!("man pages are in {}", args.dir.display()));
    Ok(Outcome::Fine)
}
