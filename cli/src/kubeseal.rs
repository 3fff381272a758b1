//! A drop-in for Bitnami's kubeseal 0.40: its flags, environment, defaults, output, errors and
//! exit codes, without its silent losses. What differs on purpose is listed in
//! `tests/kubeseal-cases-ours`.

mod certificate;
mod documents;
mod flags;
mod input;
mod keys;
mod merge;
pub(crate) mod objects;
mod output;
mod raw;
mod remote;
mod seal;
mod template;
mod unseal;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use lacre_manifest::Node;
use lacre_secret::SecretBytes;

use crate::cluster::{Environment, Settings};
use crate::go::{GoValue as _, Text, errno};
use flags::{Flags, Stop, usage};
use input::Input;
use objects::{SEALED_SECRET, SealedSecret};
use output::Output;

/// The upstream version whose behaviour this is.
const VERSION: &str = "0.40.0";

/// Runs kubeseal with `args`, of which the first is the program's name.
pub(crate) fn run(args: Vec<OsString>, environment: Environment<'_>) -> ExitCode {
    let program = args.first().map_or_else(|| "kubeseal".to_owned(), lossy);
    let mut texts = Vec::with_capacity(args.len());
    for arg in args.into_iter().skip(1) {
        match arg.into_string() {
            Ok(text) => texts.push(text),
            Err(arg) => {
                return wrong(
                    &program,
                    &format!("argument {} is not UTF-8", arg.display()),
                );
            }
        }
    }
    let variable = |name: &str| environment(name)?.into_string().ok();
    let parsed = flags::parse(&texts, variable);
    for notice in &parsed.notices {
        print(&format!("{notice}\n"));
    }
    match parsed.stop {
        Some(Stop::Help) => {
            complain(&format!("Usage of {program}:"));
            print(&usage());
            return ExitCode::SUCCESS;
        }
        Some(Stop::Wrong(text)) => return wrong(&program, &text),
        None => {}
    }
    let flags = parsed.flags;
    if flags.version {
        print(&format!(
            "kubeseal version: {VERSION} (lacre {})\n",
            env!("CARGO_PKG_VERSION")
        ));
        return ExitCode::SUCCESS;
    }
    if flags.help {
        print(&format!("Usage of {program}:\n{}", usage()));
        return ExitCode::SUCCESS;
    }
    match run_mode(flags, environment) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the output has seen enough.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            failure.complain();
            ExitCode::from(1)
        }
    }
}

fn lossy(text: &OsString) -> String {
    text.to_string_lossy().into_owned()
}

/// A wrong command line: upstream sends the list and the error to stdout.
fn wrong(program: &str, text: &str) -> ExitCode {
    complain(&format!("Usage of {program}:"));
    print(&format!("{}{text}\n", usage()));
    ExitCode::from(2)
}

/// Prints to stdout. A reader that has gone is no failure.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
}

/// Prints a line to stderr, where nothing can be done about a failure.
fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Why a run failed.
#[derive(Debug)]
enum Failure {
    /// As it is told.
    Said(String),
    /// As it is told, and as upstream does: a template's own words, which can quote values.
    Quoting(SecretBytes),
    /// Output that could not be written.
    Io(io::Error),
}

impl Failure {
    fn said(text: impl fmt::Display) -> Self {
        Self::Said(text.to_string())
    }

    /// Tells it on stderr, where nothing can be done about a failure.
    fn complain(&self) {
        let mut stderr = io::stderr().lock();
        let _ = stderr.write_all(b"error: ").and_then(|()| match self {
            Self::Said(text) => writeln!(stderr, "{text}"),
            Self::Quoting(text) => stderr
                .write_all(text.expose())
                .and_then(|()| stderr.write_all(b"\n")),
            Self::Io(error) => writeln!(stderr, "write: {}", errno::reason(error)),
        });
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// One run: what was asked for, and where.
struct Run<'a> {
    flags: &'a Flags,
    environment: Environment<'a>,
}

impl Run<'_> {
    fn settings(&self) -> Settings<'_> {
        Settings {
            overrides: &self.flags.cluster,
            environment: self.environment,
        }
    }
}

/// What is done. When several are asked for, the first of these counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Unseal,
    Validate,
    ReEncrypt,
    FetchCertificate,
    MergeInto,
    Raw,
    Seal,
}

impl Mode {
    fn of(flags: &Flags) -> Self {
        if flags.recovery_unseal {
            Self::Unseal
        } else if flags.validate {
            Self::Validate
        } else if flags.re_encrypt {
            Self::ReEncrypt
        } else if flags.fetch_cert {
            Self::FetchCertificate
        } else if !flags.merge_into.is_empty() {
            Self::MergeInto
        } else if flags.raw {
            Self::Raw
        } else {
            Self::Seal
        }
    }
}

fn run_mode(mut flags: Flags, environment: Environment<'_>) -> Result<(), Failure> {
    if !flags.from_file.is_empty() && !flags.raw {
        return Err(Failure::said("--from-file requires --raw"));
    }
    let mode = Mode::of(&flags);
    let input = Input::open(&flags.secret_file, !flags.raw && !flags.fetch_cert)?;
    // The one mode that changes its input in place, unless told otherwise.
    if flags.re_encrypt && flags.sealed_secret_file.is_empty() {
        flags.sealed_secret_file.clone_from(&flags.secret_file);
    }
    if flags.sealed_secret_file.ends_with(".yaml") || flags.sealed_secret_file.ends_with(".yml") {
        "yaml".clone_into(&mut flags.format);
    }
    // Upstream replaces the file by an empty one.
    if matches!(mode, Mode::Validate | Mode::MergeInto) && !flags.sealed_secret_file.is_empty() {
        let flag = if mode == Mode::Validate {
            "--validate"
        } else {
            "--merge-into"
        };
        return Err(Failure::said(format!(
            "{flag} writes nothing to {}: leave out --sealed-secret-file",
            flags.sealed_secret_file
        )));
    }
    let mut output = Output::open(&flags.sealed_secret_file)?;
    let run = Run {
        flags: &flags,
        environment,
    };
    let outcome = run_with(&run, mode, input, &mut output);
    output.end(outcome)
}

fn run_with(run: &Run<'_>, mode: Mode, input: Input, output: &mut Output) -> Result<(), Failure> {
    if mode != Mode::Unseal
        && !run.flags.recovery_private_key.is_empty()
        && io::stderr().is_terminal()
    {
        complain(
            "warning: ignoring --recovery-private-key because unseal command not chosen with \
             --recovery-unseal",
        );
    }
    match mode {
        Mode::Unseal => return unseal::unseal(run, input, output),
        Mode::Validate => return remote::validate(run, input),
        Mode::ReEncrypt => return remote::re_encrypt(run, input, output),
        _ => {}
    }
    let certificate = certificate::load(run)?;
    if mode == Mode::FetchCertificate {
        output.bytes(&certificate);
        return Ok(());
    }
    let key = certificate::sealing_key(&certificate)?;
    match mode {
        Mode::MergeInto => merge::merge(run, &key, input),
        Mode::Raw => raw::seal(run, &key, output),
        _ => seal::seal(run, &key, input, output),
    }
}

/// A SealedSecret to be written.
fn sealed_node(mut sealed: SealedSecret) -> Node {
    sealed.kind = Text::new(SEALED_SECRET.kind);
    sealed.api_version = Text::new(format!("{}/{}", SEALED_SECRET.group, SEALED_SECRET.version));
    sealed.encode()
}
