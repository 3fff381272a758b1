//! `lacre keys`: make keys, list them, name them.

mod generate;
mod list;

use clap::{Args, Subcommand};

use crate::Outcome;
use crate::problem::Problem;
use crate::ui::Ui;

/// Arguments of `lacre keys`.
#[derive(Args, Debug)]
pub(crate) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a new key pair: a private key and the certificate to seal with.
    Generate(generate::GenerateArgs),
    /// List private keys: size, fingerprints, certificate, state and order.
    List(list::ListArgs),
    /// Print the fingerprints of private keys and certificates.
    Fingerprint(list::FingerprintArgs),
}

pub(crate) fn run(args: &KeysArgs, ui: &Ui) -> Result<Outcome, Problem> {
    match &args.command {
        KeysCommand::Generate(args) => generate::run(args, ui),
        KeysCommand::List(args) => list::run(args, ui),
        KeysCommand::Fingerprint(args) => list::fingerprint(args, ui),
    }
}
