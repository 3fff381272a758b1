//! The words of `lacre seal`. Their help is the manual: the man page comes from it.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args, ValueEnum};
use lacre_crypto::Scope;

use crate::cluster::Overrides;

/// Examples, after the flags.
const EXAMPLES: &str = "\
Examples:
  Seal what kubectl makes, for the cluster whose certificate is committed:
    kubectl create secret generic db --from-file=password --dry-run=client -o yaml |
      lacre seal --cert cluster.pem -w db.sealed.yaml

  The same without kubectl:
    lacre seal --cert cluster.pem --name db -n prod --from-file password=pw.txt -w db.sealed.yaml

  Every Secret of a folder, each in its own file; comments and other documents stay:
    lacre seal --cert cluster.pem --in-place apps/

  One copy for each of two clusters, in sealed/staging/ and sealed/prod/:
    lacre seal --cert staging.pem --cert prod.pem --output-dir sealed secrets/

  Renew one value of a committed file, every other byte kept:
    lacre seal --cert cluster.pem --from-file password=pw.txt --merge-into db.sealed.yaml

  A single value for a template:
    lacre seal --cert cluster.pem --raw --name db -n prod < pw.txt

Exit status:
  0  everything asked for is sealed
  1  --strict, and there were warnings; nothing is written
  2  something could not be sealed; each failure is told on stderr

stdout and --write get all or nothing. With --in-place and --output-dir each file gets all or nothing:
what cannot be sealed stays as it is, and the other files are written all the same.";

/// Arguments of `lacre seal`.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
#[command(group = ArgGroup::new("source").args(["paths", "from_file"]))]
pub(crate) struct SealArgs {
    /// Manifests with Secrets: files, folders, or `-` for stdin, which is also the default.
    ///
    /// YAML or JSON, any number of documents; the items of a List count as documents. A folder stands for the
    /// *.yaml, *.yml and *.json files below it, without hidden ones and those that Git ignores.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) certificates: CertificateArgs,
    #[command(flatten)]
    pub(crate) identity: IdentityArgs,
    #[command(flatten)]
    pub(crate) values: ValueArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

/// With which keys.
#[derive(Args, Debug)]
#[command(next_help_heading = "Certificate")]
pub(crate) struct CertificateArgs {
    /// Seal with this certificate: a PEM file, an http(s) URL, or `-` for stdin.
    ///
    /// Given several times, everything is sealed once for each, in this order. Without it, LACRE_CERT and then
    /// SEALED_SECRETS_CERT are looked at; without those, the controller is asked for its certificate, and a note
    /// says which one it gave.
    #[arg(long = "cert", value_name = "FILE|URL|-")]
    pub(crate) certs: Vec<String>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}

/// Which cluster to ask.
#[derive(Args, Debug)]
pub(crate) struct ClusterArgs {
    /// Name of the controller's Service.
    #[arg(
        long,
        value_name = "NAME",
        env = "SEALED_SECRETS_CONTROLLER_NAME",
        default_value = "sealed-secrets-controller",
        hide_env_values = true
    )]
    pub(crate) controller_name: String,
    /// Namespace of the controller's Service.
    #[arg(
        long,
        value_name = "NAMESPACE",
        env = "SEALED_SECRETS_CONTROLLER_NAMESPACE",
        default_value = "kube-system",
        hide_env_values = true
    )]
    pub(crate) controller_namespace: String,
    /// The kubeconfig to use instead of $KUBECONFIG or ~/.kube/config.
    #[arg(long, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    /// The kubeconfig context to use instead of the current one.
    #[arg(long, value_name = "NAME")]
    pub(crate) context: Option<String>,
}

impl ClusterArgs {
    /// The same in kubectl's terms.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides {
            kubeconfig: self
                .kubeconfig
                .as_ref()
                .map(|path| path.display().to_string())
                .unwrap_or_default(),
            context: self.context.clone().unwrap_or_default(),
            ..Overrides::default()
        }
    }
}

/// For whom.
#[derive(Args, Debug)]
#[command(next_help_heading = "Identity")]
pub(crate) struct IdentityArgs {
    /// How far the sealed values may travel.
    ///
    /// Without it the annotations of each Secret decide. With it, they are replaced; also by `strict`.
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<ScopeWord>,
    /// Namespace for Secrets that name none; one that names another is refused.
    ///
    /// Without it, a Secret that names none is sealed for the namespace of the kubeconfig context, and a warning says
    /// so.
    #[arg(long, short, value_name = "NAMESPACE")]
    pub(crate) namespace: Option<String>,
    /// Name of the one Secret that is sealed, whatever its own.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: Option<String>,
}

/// The three scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeWord {
    /// Opens only under its own name in its own namespace.
    Strict,
    /// Opens under any name in its namespace.
    NamespaceWide,
    /// Opens anywhere in the cluster.
    ClusterWide,
}

impl From<ScopeWord> for Scope {
    fn from(word: ScopeWord) -> Self {
        match word {
            ScopeWord::Strict => Self::Strict,
            ScopeWord::NamespaceWide => Self::NamespaceWide,
            ScopeWord::ClusterWide => Self::ClusterWide,
        }
    }
}

/// Values that are in no manifest yet.
#[derive(Args, Debug)]
#[command(next_help_heading = "Values without a manifest")]
pub(crate) struct ValueArgs {
    /// Take a value from a file; its item is KEY, or the file's name.
    ///
    /// Given several times, one Secret is made of all of them, as `kubectl create secret generic` would. A folder
    /// stands for the files in it, `-` for stdin; a `=` behind a `/` belongs to the path. There is no --from-literal: a
    /// value on a command line ends up in the shell's history and in the list of processes.
    #[arg(long, value_name = "[KEY=]PATH")]
    pub(crate) from_file: Vec<String>,
    /// Type of the Secret made with --from-file.
    #[arg(
        long = "type",
        value_name = "TYPE",
        requires = "from_file",
        conflicts_with = "raw"
    )]
    pub(crate) type_: Option<String>,
    /// Seal one bare value, from stdin or --from-file, and print only its ciphertext.
    ///
    /// Nothing is trimmed: `echo` adds a line break, `printf %s` does not. Needs --namespace and --name, as far as the
    /// scope binds them.
    #[arg(long, conflicts_with_all = ["paths", "in_place", "output_dir", "merge_into", "format"])]
    pub(crate) raw: bool,
}

/// Where to.
#[derive(Args, Debug)]
#[command(next_help_heading = "Output")]
#[command(group = ArgGroup::new("into_files").args(["in_place", "output_dir", "merge_into"]))]
pub(crate) struct OutputArgs {
    /// Format on stdout, of --write and below --output-dir. [default: that of the input]
    #[arg(long = "output", short = 'o', value_name = "FORMAT", conflicts_with_all = ["in_place", "merge_into"])]
    pub(crate) format: Option<Format>,
    /// Write into this file instead of stdout; it is replaced as a whole or not at all.
    ///
    /// After `>` the shell leaves an empty file behind when something cannot be sealed; this leaves the file as it
    /// was. Without --output, the extension of its name decides on the format.
    #[arg(long, short, value_name = "FILE", conflicts_with = "into_files")]
    pub(crate) write: Option<PathBuf>,
    /// Replace each Secret by its SealedSecret, in the file it stands in.
    ///
    /// Every other byte of the file stays: comments, other documents, line ends. Documents of other kinds are left
    /// alone, and so are Secrets that are sealed already.
    #[arg(long, short, conflicts_with = "from_file")]
    pub(crate) in_place: bool,
    /// Write into this folder, under the same relative paths; with several certificates, into one subfolder for each,
    /// named after the certificate's file.
    #[arg(long, value_name = "DIR", conflicts_with = "from_file")]
    pub(crate) output_dir: Option<PathBuf>,
    /// Let --output-dir overwrite files that are there and differ.
    #[arg(long, requires = "output_dir")]
    pub(crate) force: bool,
    /// Add the values to, or renew them in, the SealedSecret in this file.
    ///
    /// Namespace, name and scope are those of the SealedSecret in the file; input that contradicts them is refused.
    /// Every other byte of the file stays.
    #[arg(long, value_name = "FILE")]
    pub(crate) merge_into: Option<PathBuf>,
    /// Print what was done with each file and object, and every warning, as JSON on stdout.
    #[arg(
        long,
        value_name = "FORMAT",
        requires = "into_files",
        conflicts_with = "merge_into"
    )]
    pub(crate) report: Option<ReportFormat>,
}

impl OutputArgs {
    /// The format that is asked for, by flag or by the name of the file that is written.
    pub(crate) fn format(&self) -> Option<lacre_manifest::Format> {
        match self.format {
            Some(Format::Yaml) => Some(lacre_manifest::Format::Yaml),
            Some(Format::Json) => Some(lacre_manifest::Format::Json),
            None => format_of(self.write.as_deref()?),
        }
    }

    /// The file that is written, if its name says another format than it gets.
    pub(crate) fn misnamed(&self) -> Option<&Path> {
        let path = self.write.as_deref()?;
        let said = format_of(path)?;
        (self.format() != Some(said)).then_some(path)
    }
}

/// The format that the name of a file promises.
fn format_of(path: &Path) -> Option<lacre_manifest::Format> {
    match path.extension()?.to_str()? {
        "yaml" | "yml" => Some(lacre_manifest::Format::Yaml),
        "json" => Some(lacre_manifest::Format::Json),
        _ => None,
    }
}

/// A format of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// YAML documents.
    Yaml,
    /// JSON objects.
    Json,
}

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// One JSON object.
    Json,
}

/// What is let pass.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// Seal Secrets without any value, too.
    #[arg(long)]
    pub(crate) allow_empty_data: bool,
    /// Leave out documents of other kinds instead of refusing them.
    #[arg(long)]
    pub(crate) skip_others: bool,
    /// Leave out the seal stamp: the annotation that says what was sealed for whom, when and with which key.
    #[arg(long)]
    pub(crate) no_stamp: bool,
    /// Write nothing and exit with 1 if there is any warning.
    #[arg(long)]
    pub(crate) strict: bool,
    /// In folders, take files that Git ignores, too.
    #[arg(long)]
    pub(crate) no_ignore: bool,
}
