//! `lacre explain`: why a value does not open.

mod template;

use std::path::Path;

use clap::{Args, ValueEnum};
use lacre_api::SealedSecret;
use lacre_crypto::{Certificate, Keyring, SealingKey, SecretBytes};
use lacre_engine::OwnedIdentity;
use lacre_engine::diagnose::{self, Diagnosis, Evidence, Finding, What};
use lacre_template::Reading;
use serde_json::{Value, json};

use crate::key_files::KeyArgs;
use crate::listing::{self, printable};
use crate::opening;
use crate::problem::{Place, Problem};
use crate::sealed_inputs::{Found, SealedArgs};
use crate::templates;
use crate::ui::Ui;
use crate::{Outcome, cert_source, parallel};

const HELP: &str = "\
With private keys every value is opened where it stands. One that does not open is tried under other scopes, names and \
namespaces: those of its template, its stamp and the other SealedSecrets given, those of --try-namespace and --try-name, \
and the folders and the file that it lies in. What opens it says what it was sealed for.

Without keys it says what the bytes prove: base64 that is damaged, a value cut off, plaintext in place of ciphertext, \
a size or a number that no given certificate can have made, the same ciphertext under two names, a stamp that \
contradicts. Silence is then no proof that a value opens. docs/explain.md tells what can be proven and what cannot.

Of each template in spec.template.data it says which keys it refers to, why it is none, and what in it may surprise.

Fields of -o json and -o yaml, one object for each value and each template:
  file, line, column   where it stands
  namespace, name      of its SealedSecret; null if missing
  scope                strict, namespace-wide or cluster-wide
  item                 name of the value; null for the object as a whole
  opens                true or false with keys, null without
  keyBits              size of the key it was sealed with; null if broken
  plaintextBytes       length of the plaintext, for all to see; null if broken
  template             {keys, allKeys, varies}: what a template refers to, whether
                       to all there is, functions whose result varies; else null
  findings             [{certain, message, mend, line, column}]; not certain:
                       perhaps the cause; line and column may be null

Examples:
  lacre explain db.sealed.yaml
  lacre explain apps/ --cert prod.pem
  lacre explain db.sealed.yaml --key backup/ --try-namespace staging

Exit status:
  0  nothing was found; with keys: every value opens
  1  something does not open, or cannot, or is no template
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

/// One value, one template, or an object as a whole, with what was found.
struct Explained<'a> {
    found: &'a Found<'a>,
    place: Place,
    subject: Subject,
    notes: Vec<Note>,
}

/// What is explained.
enum Subject {
    Object,
    Value(Diagnosis),
    Template {
        item: String,
        /// What it refers to; `None` if it is no template.
        reading: Option<Reading>,
    },
}

/// One thing that was found.
struct Note {
    certain: bool,
    /// True if this value cannot open for it, and not merely one of several.
    about_this_one: bool,
    message: String,
    mend: Option<String>,
    /// Where in a template.
    place: Option<Place>,
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
        let around = words_of_path(Path::new(&found.written.file));
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
        subject: Subject::Object,
        notes: vec![Note {
            certain: true,
            about_this_one: true,
            message: issue.to_string(),
            mend: Some(issue.mend()),
            place: None,
        }],
    });
    let values = diagnoses.into_iter().map(|diagnosis| Explained {
        found,
        place: found.place_of(&opening::item_path(found, &diagnosis.item)),
        notes: diagnosis.findings.iter().map(note).collect(),
        subject: Subject::Value(diagnosis),
    });
    let templates = templates::of(found)
        .into_iter()
        .map(|facts| template::explained(found, facts));
    unreadable.chain(values).chain(templates).collect()
}

fn note(finding: &Finding) -> Note {
    Note {
        certain: finding.certain,
        about_this_one: !matches!(finding.what, What::CopiedFrom { .. }),
        message: finding.to_string(),
        mend: finding.mend(),
        place: None,
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
    fn diagnosis(&self) -> Option<&Diagnosis> {
        match &self.subject {
            Subject::Value(diagnosis) => Some(diagnosis),
            Subject::Object | Subject::Template { .. } => None,
        }
    }

    fn opens(&self) -> Option<bool> {
        self.diagnosis().and_then(|diagnosis| diagnosis.opens)
    }

    /// True if it does not open, or cannot, or is no template.
    fn is_wrong(&self) -> bool {
        match &self.subject {
            Subject::Template { reading, .. } => reading.is_none(),
            Subject::Object | Subject::Value(_) => self.opens().map_or_else(
                || self.notes.iter().any(|note| note.certain),
                |opens| !opens,
            ),
        }
    }

    /// Where it stands, and whether it opens.
    fn verdict(&self) -> String {
        let verdict = match (&self.subject, self.opens()) {
            (Subject::Object, _) => "cannot be read".to_owned(),
            (Subject::Template { item, reading }, _) => match reading {
                Some(reading) => {
                    format!("{item}: {}", templates::made_from(reading))
                }
                None => format!("{item} is no template"),
            },
            (Subject::Value(diagnosis), Some(false)) => {
                format!("{} does not open", diagnosis.item)
            }
            (Subject::Value(diagnosis), Some(true)) => format!("{} opens", diagnosis.item),
            (Subject::Value(diagnosis), None)
                if self
                    .notes
                    .iter()
                    .any(|note| note.certain && note.about_this_one) =>
            {
                format!("{} cannot open", diagnosis.item)
            }
            (Subject::Value(diagnosis), None) => format!("{} may not open", diagnosis.item),
        };
        format!("{}: {}: {verdict}", self.place, self.found.name())
    }

    /// What was found, and each way to mend it once.
    fn reasons(&self) -> Vec<String> {
        let reason = |note: &Note| {
            let at = note.place.as_ref().and_then(|place| place.at);
            format!(
                "  {}{}{}",
                at.map(|(line, column)| format!("{line}:{column}: "))
                    .unwrap_or_default(),
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
        let diagnosis = self.diagnosis();
        let (item, template) = match &self.subject {
            Subject::Object => (None, None),
            Subject::Value(diagnosis) => (Some(diagnosis.item.as_str()), None),
            Subject::Template { item, reading } => {
                (Some(item.as_str()), reading.as_ref().map(templates::record))
            }
        };
        let notes = self.notes.iter().map(|note| {
            let (line, column) = note.place.as_ref().and_then(|place| place.at).unzip();
            json!({
                "certain": note.certain, "message": note.message, "mend": note.mend,
                "line": line, "column": column,
            })
        });
        let findings = Vec::from_iter(notes);
        json!({
            "file": self.place.file, "line": line, "column": column,
            "namespace": metadata.namespace, "name": metadata.name,
            "scope": OwnedIdentity::of(&self.found.decoded.object).scope.as_str(),
            "item": item,
            "opens": self.opens(),
            "keyBits": diagnosis.and_then(|it| it.key_bits),
            "plaintextBytes": diagnosis.and_then(|it| it.plaintext_len),
            "template": template,
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
    let worth_telling = |one: &&Explained<'_>| {
        !one.notes.is_empty() || matches!(one.subject, Subject::Template { .. })
    };
    let mut told = all.iter().filter(worth_telling).peekable();
    while let Some(one) = told.next() {
        lines.push(one.verdict());
        let reasons = one.reasons();
        if told.peek().is_none_or(|next| next.reasons() != reasons) {
            lines.extend(reasons);
        }
    }
    lines.iter().map(|line| printable(line) + "\n").collect()
}

/// Tells how it went; how many do not open, or cannot, or are no templates.
fn summary(all: &[Explained<'_>], with_keys: bool, ui: &Ui) -> usize {
    let (templates, others): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|one| matches!(one.subject, Subject::Template { .. }));
    let values = others
        .iter()
        .filter(|one| one.diagnosis().is_some())
        .count();
    let wrong = others.iter().filter(|one| one.is_wrong()).count();
    let rest = if with_keys {
        "the others open"
    } else {
        "only --key proves that the others open"
    };
    let said = match wrong {
        0 if with_keys => "each opens".to_owned(),
        0 => "nothing wrong is to be seen; only --key proves that they open".to_owned(),
        _ if wrong >= values => "something is wrong with each".to_owned(),
        _ => format!("something is wrong with {wrong}, {rest}"),
    };
    if values > 0 || wrong > 0 || templates.is_empty() {
        ui.note(&format!("{}: {said}", counted(values, "value")));
    }
    let unread = templates.iter().filter(|one| one.is_wrong()).count();
    if !templates.is_empty() {
        let said = match unread {
            0 => "each can be rendered as far as can be seen without values".to_owned(),
            _ => format!("{unread} cannot be rendered"),
        };
        ui.note(&format!("{}: {said}", counted(templates.len(), "template")));
    }
    wrong + unread
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
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
