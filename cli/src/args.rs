//! The grammar of the command line. Completions and man pages come from it.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{cert, completions, explain, keys, man, render, seal, template, unseal};

/// Seal, open and preview the secrets of a GitOps repository.
#[derive(Debug, Parser)]
#[command(
    name = "lacre",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "`lacre kubeseal …` is kubeseal, flag for flag.\n\n\
                  Exit status: 0 fine, 1 findings, 2 usage or failure. NO_COLOR is honoured.")]
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
    /// Show certificates, and fetch the controller's.
    Cert(cert::CertArgs),
    /// Print a completion script for a shell.
    Completions(completions::CompletionsArgs),
    /// Say why a sealed value does not open.
    ///
    /// Works without a cluster, and to a degree without keys.
    Explain(explain::ExplainArgs),
    /// Make, list and name the keys that open sealed secrets.
    Keys(keys::KeysArgs),
    /// Write the man pages into a folder.
    Man(man::ManArgs),
    /// Show the Secrets that the controller would make of a folder.
    ///
    /// Works without a cluster, with the controller's private keys. Values are hidden unless asked for.
    Render(render::RenderArgs),
    /// Turn Secrets into SealedSecrets, which are safe to publish.
    ///
    /// Needs only the public certificate of the cluster, no access to it.
    Seal(Box<seal::SealArgs>),
    /// Try a template as the controller would render it.
    ///
    /// Works without a cluster and without keys, with values that you give.
    Template(template::TemplateArgs),
    /// Turn SealedSecrets back into Secrets.
    ///
    /// Works without a cluster, with the controller's private keys.
    Unseal(unseal::UnsealArgs),
}
