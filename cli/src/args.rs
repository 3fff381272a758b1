//! The grammar of the command line. Completions and man pages come from it.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{completions, man};

/// Seal, unseal, render and verify the secrets of a GitOps repository.
#[derive(Debug, Parser)]
#[command(
    name = "lacre",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(
    after_help = "Exit status: 0 fine, 1 findings, 2 usage or failure. NO_COLOR is honoured."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) output: Talk,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// How much is said on stderr.
#[derive(Args, Debug)]
pub(crate) struct Talk {
    /// Say nothing but errors.
    #[arg(long, short, global = true)]
    pub(crate) quiet: bool,
    /// When to use colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What can be asked for.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Print a completion script for a shell.
    Completions(completions::CompletionsArgs),
    /// Write the man pages into a folder.
    Man(man::ManArgs),
}
