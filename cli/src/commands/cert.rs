//! `lacre cert`: look at certificates, fetch the controller's.

mod fetch;
mod show;

use clap::{Args, Subcommand};

use crate::Outcome;
use crate::problem::Problem;
use crate::ui::Ui;

/// Arguments of `lacre cert`.
#[derive(Args, Debug)]
pub(crate) struct CertArgs {
    #[command(subcommand)]
    command: CertCommand,
}

#[derive(Debug, Subcommand)]
enum CertCommand {
    /// Show what a certificate says, and whether values can be sealed with it.
    Show(show::ShowArgs),
    /// Fetch the certificate that the controller seals with, and check it.
    Fetch(Box<fetch::FetchArgs>),
}

pub(crate) fn run(args: &CertArgs, ui: &Ui) -> Result<Outcome, Problem> {
    match &args.command {
        CertCommand::Show(args) => show::run(args, ui),
        CertCommand::Fetch(args) => fetch::run(args, ui),
    }
}

/// A warning is due so many seconds before a certificate expires: 30 days.
const SOON: i64 = 30 * 24 * 60 * 60;
