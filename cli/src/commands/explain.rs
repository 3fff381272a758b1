//! `lacre explain`: why a value does not open.

use std::path::Path;

use clap::{Args, ValueEnum};
use lacre_api::SealedSecret;
use lacre_crypto::{Certificate, Keyring, SealingKey, SecretBytes};
use lacre_engine::OwnedIdentity;
use lacre_engine::diagnose::{self, Diagnosis, Evidence, Finding, What};
use serde_json::{Value, json};

use crate::key_files::KeyArgs;
use crate::listing::{self, printable};
use crate::opening;
use crate::problem::{Place, Problem};
use crate::sealed_inputs::{Found, SealedArgs};
use crate::ui::Ui;
use crate::{Outcome, cert_source, parallel};

const HELP: &str = "\
With private keys every value is opened where it stands. One that does not open is tried under other scopes, names and \
namespaces: those of its template, its stamp and the other SealedSecrets given, those of --try-namespace and --try-name, \
and the folders and the file that it lies in. What opens it says what it was sealed for.

Without keys it says what the bytes prove: base64 that is damaged, a value cut off, plaintext in place of ciphertext, \
a size or a number that no given certificate can have made, the same ciphertext under two names, a stamp that \
contradicts. Silence is then no proof that a value opens. docs/explain.md tells what can be proven and what cannot.

Fields of -o json and -o yaml, one object for each value:
  file, line, column   where it stands
  namespace, name      of its SealedSecret; null if missing
  scope                strict, namespace-wide or cluster-wide
  item                 name of the value; null for the object as a whole
  opens                true or false with keys, null without
  keyBits              size of the key it was sealed with; null if broken
  plaintextBytes       length of the plaintext, for all to see; null if broken
  findings             [{certain, message, mend}]; not certain: perhaps the cause

Examples:
  lacre explain db.sealed.yaml
  lacre explain apps/ --cert prod.pem
  lacre explain db.sealed.yaml --key backup/ --try-namespace staging

Exit status:
  0  nothing was found; with keys: every value opens
  1  something does not open, or cannot
  2  something could not be read: a file, a document, a key, a certificate";

/// Arguments of `lacre explain`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    sealed: SealedArgs,
    #[command(flatten)]
    keys: KeyArgs,
    /// Certificate of the cluster that is to open the values, its older ones too: a PEM file or an http(s) URL.
    #[arg(long = "cert", value_name = "FILE|URL", help_heading = "Evidence")]
    certs: Vec<String>,
    /// A namespace that a value may have been sealed for.
    #[arg(long, value_name = "NAMESPACE", help_heading = "Evidence")]
    try_namespace: Vec<String>,
    /// A name that a SealedSecret may have had.
    #[arg(long, value_name = "NAME", help_heading = "Evidence")]
    try_name: Vec<String>,
    /// Format of what is found.
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        default_value = "text",
        help_heading = "Output"
    )]
    format: ExplainFormat,
}

/// How it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// Sentences, for each value of which something is found.
    Text,
    /// A JSON array with an object for each value; see below.
    Json,
    /// The same as YAML.
    Yaml,
}

/// Private-key operations that a whole run may spend on guessing what values were sealed for: some 15 seconds of one
/// processor with keys of 4096 bits.
const GUESSES: usize = 10_000;

/// Identities that are tried for each value in any case.
const LEAST_IDENTITIES: usize = 10;

/// From so many values on, opening them is worth a progress bar.
const LONG: usize = 200;

/// One value, or an object as a whole, with what was found.
struct Explained<'a> {
    found: &'a Found<'a>,
    place: Place,
    diagnosis: Option<Diagnosis>,
    notes: Vec<Note>,
}

/// One thing that was found.
struct Note {
    certain: bool,
    /// True if this value cannot open for it, and not merely one of several.
    about_this_one: bool,
    message: String,
    mend: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs, ui: &Ui) -> Result<Outcome, Problem> {
    args.sealed.refuse_one_stdin_for_both(&args.keys)?;
    let keys = if args.keys.paths().is_empty() {
        None
    } else {
        Some(args.keys.load(ui)?)
    };
    let certificates = certificates(&args.certs)?;
    let inputs = args.sealed.read(ui)?;
    let failed = inputs.failed || keys.as_ref().is_some_and(|keys| keys.failed);
    let keyring = keys.as_ref().map(|keys| &keys.ring);
    let wrong = inputs.with_all(ui, |all| {
        let explained = explain(args, &all, keyring, &certificates, ui);
        ui.result(print(&explained, args.format).as_bytes())?;
        Ok::<_, Problem>(summary(&explained, keyring.is_some(), ui))
    })?;
    Ok(match (failed, wrong) {
        (true, _) => Outcome::Failed,
        (false, 0) => Outcome::Fine,
        (false, _) => Outcome::Findings,
    })
}

fn certificates(sources: &[String]) -> Result<Vec<SealingKey>, Problem> {
    let mut keys = Vec::new();
    for source in sources {
        let here = |text: String| Problem::new(text).in_place(Place::file(source));
        let pem = cert_source::read(source, &|name| std::env::var_os(name))
            .map(SecretBytes::new)
            .map_err(|e| Problem::new(format!("cannot read the certificate: {e}")))?;
        for certificate in
            Certificate::read_all_pem(pem.expose()).map_err(|e| here(e.to_string()))?
        {
            keys.push(certificate.sealing_key().map_err(|e| here(e.to_string()))?);
        }
    }
    Ok(keys)
}

fn explain<'a>(
    args: &ExplainArgs,
    all: &'a [Found<'a>],
    keyring: Option<&Keyring>,
    certificates: &[SealingKey],
    ui: &Ui,
) -> Vec<Explained<'a>> {
    let objects: Vec<&SealedSecret> = all.iter().map(|found| &found.decoded.object).collect();
    let values: usize = objects
        .iter()
        .map(|object| object.spec.encrypted_data.len())
        .sum();
    let operations = values
        .saturating_mul(keyring.map_or(1, Keyring::len))
        .max(1);
    if keyring.is_some() && values >= LONG {
        ui.start_progress("explaining", all.len());
    }
    let explained = parallel::map(all, |found| {
        let (mut namespaces, mut names) = (args.try_namespace.clone(), args.try_name.clone());
        let around = words_of_path(Path::new(&found.file));
        namespaces.extend(around.iter().cloned());
        names.extend(around);
        let others: Vec<&SealedSecret> = objects
            .iter()
            .copied()
            .filter(|other| !std::ptr::eq(*other, &found.decoded.object))
            .collect();
        let evidence = Evidence {
            keyring,
            certificates,
            namespaces: &namespaces,
            names: &names,
            others: &others,
            most_identities: (GUESSES / operations).max(LEAST_IDENTITIES),
            ..Evidence::new(&found.decoded.object)
        };
        let diagnoses = diagnose::object(&evidence);
        ui.step();
        (found, diagnoses)
    });
    ui.end_progress();
    explained
        .into_iter()
        .flat_map(|(found, diagnoses)| explained_object(found, diagnoses))
        .collect()
}

fn explained_object<'a>(found: &'a Found<'a>, diagnoses: Vec<Diagnosis>) -> Vec<Explained<'a>> {
    let unreadable = found.decoded.errors().map(|issue| Explained {
        found,
        place: found.place_of_issue(issue),
        diagnosis: None,
        notes: vec![Note {
            certain: true,
            about_this_one: true,
            message: issue.to_string(),
            mend: Some(issue.mend()),
        }],
    });
    let values = diagnoses.into_iter().map(|diagnosis| Explained {
        found,
        place: found.place_of(&opening::item_path(found, &diagnosis.item)),
        notes: diagnosis.findings.iter().map(note).collect(),
        diagnosis: Some(diagnosis),
    });
    unreadable.chain(values).collect()
}

fn note(finding: &Finding) -> Note {
    Note {
        certain: finding.certain,
        about_this_one: !matches!(finding.what, What::CopiedFrom { .. }),
        message: finding.to_string(),
        mend: finding.mend(),
    }
}

/// What the path of a file may say about its names: its folders, and its own name up to the first dot.
fn words_of_path(path: &Path) -> Vec<String> {
    let folders = path
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .filter_map(|part| part.as_os_str().to_str());
    let stem = path
        .file_name()
        .and_then(|name| name.to_str()?.split('.').next());
    let words = folders
        .chain(stem)
        .filter(|word| lacre_api::names::check_name(word).is_ok());
    words.map(str::to_owned).collect()
}

impl Explained<'_> {
    fn opens(&self) -> Option<bool> {
        self.diagnosis
            .as_ref()
            .and_then(|diagnosis| diagnosis.opens)
    }

    /// True if it does not open, or cannot.
    fn is_wrong(&self) -> bool {
        self.opens().map_or_else(
            || self.notes.iter().any(|note| note.certain),
            |opens| !opens,
        )
    }

    /// Where it stands, and whether it opens.
    fn verdict(&self) -> String {
        let verdict = match (&self.diagnosis, self.opens()) {
            (None, _) => "cannot be read".to_owned(),
            (Some(diagnosis), Some(false)) => format!("{} does not open", diagnosis.item),
            (Some(diagnosis), Some(true)) => format!("{} opens", diagnosis.item),
            (Some(diagnosis), None)
                if self
                    .notes
                    .iter()
                    .any(|note| note.certain && note.about_this_one) =>
            {
                format!("{} cannot open", diagnosis.item)
            }
            (Some(diagnosis), None) => format!("{} may not open", diagnosis.item),
        };
        format!("{}: {}: {verdict}", self.place, self.found.name())
    }

    /// What was found, and each way to mend it once.
    fn reasons(&self) -> Vec<String> {
        let reason = |note: &Note| {
            format!(
                "  {}{}",
                if note.certain { "" } else { "perhaps: " },
                note.message
            )
        };
        let mut lines: Vec<String> = self.notes.iter().map(reason).collect();
        let mends = self
            .notes
            .iter()
            .filter(|_| self.opens() != Some(true))
            .filter_map(|note| note.mend.as_ref());
        for mend in mends {
            let line = format!("  help: {mend}");
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        lines
    }

    fn record(&self) -> Value {
        let metadata = &self.found.decoded.object.metadata;
        let (line, column) = self.place.at.unzip();
        let diagnosis = self.diagnosis.as_ref();
        let notes = self.notes.iter();
        let findings: Vec<Value> = notes
            .map(
                |note| json!({"certain": note.certain, "message": note.message, "mend": note.mend}),
            )
            .collect();
        json!({
            "file": self.place.file, "line": line, "column": column,
            "namespace": metadata.namespace, "name": metadata.name,
            "scope": OwnedIdentity::of(&self.found.decoded.object).scope.as_str(),
            "item": diagnosis.map(|it| it.item.as_str()),
            "opens": self.opens(),
            "keyBits": diagnosis.and_then(|it| it.key_bits),
            "plaintextBytes": diagnosis.and_then(|it| it.plaintext_len),
            "findings": findings,
        })
    }
}

fn print(all: &[Explained<'_>], format: ExplainFormat) -> String {
    let records = || Value::Array(all.iter().map(Explained::record).collect());
    match format {
        ExplainFormat::Text => text(all),
        ExplainFormat::Json => listing::json(&records()),
        ExplainFormat::Yaml => listing::yaml(&records()),
    }
}

/// Everything that was found; values that share their reasons stand above them together.
fn text(all: &[Explained<'_>]) -> String {
    let mut lines = Vec::new();
    let mut told = all.iter().filter(|one| !one.notes.is_empty()).peekable();
    while let Some(one) = told.next() {
        lines.push(one.verdict());
        let reasons = one.reasons();
        if told.peek().is_none_or(|next| next.reasons() != reasons) {
            lines.extend(reasons);
        }
    }
    lines.iter().map(|line| printable(line) + "\n").collect()
}

/// Tells how it went; how many do not open, or cannot.
fn summary(all: &[Explained<'_>], with_keys: bool, ui: &Ui) -> usize {
    let values = all.iter().filter(|one| one.diagnosis.is_some()).count();
    let wrong = all.iter().filter(|one| one.is_wrong()).count();
    let told = format!("{values} value{}", if values == 1 { "" } else { "s" });
    let rest = if with_keys {
        "the others open"
    } else {
        "only --key proves that the others open"
    };
    ui.note(&match wrong {
        0 if with_keys => format!("{told}: each opens"),
        0 => format!("{told}: nothing wrong is to be seen; only --key proves that they open"),
        _ if wrong >= values => format!("{told}: something is wrong with each"),
        _ => format!("{told}: something is wrong with {wrong}, {rest}"),
    });
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_file_names_are_names_to_try() {
        let words = |path: &str| words_of_path(Path::new(path));
        assert_eq!(
            words("clusters/prod/db.sealed.yaml"),
            ["clusters", "prod", "db"]
        );
        assert_eq!(words("./My_App/.hidden.yaml"), Vec::<String>::new());
        assert_eq!(words("<stdin>"), Vec::<String>::new());
    }
}
