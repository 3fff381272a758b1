//! `lacre template`: a template tried with values that the user gives.

mod data;
mod external;
mod manifests;
mod pointer;
mod sealed;
mod trial;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lacre_secret::SecretWriter;
use lacre_template::{Dialect, Options};

use crate::Outcome;
use crate::inputs::Input;
use crate::problem::{Place, Problem};
use crate::shown::ManifestFormat;
use crate::ui::Ui;
use trial::{Origin, Trial, visible};

const HELP: &str = "\
FILE is the text of one template, or a manifest: of each SealedSecret in it spec.template.data is rendered, of each \
ExternalSecret spec.target.template, and the Secret that it would become is printed, with what --data gives in the place \
of what the cluster would open or fetch. A template is rendered byte for byte as the controllers do, sprig's functions \
included, within bounds of work and memory.

What is wrong is told with its place, the line and a caret. What the controllers do exactly so, but few expect, is a \
warning: a key that is not there, another result each time, a function that gives the text of an error as its value. \
What only some values would spring is told as a note.

Values are printed: give made-up ones, or keep what is printed.

Examples:
  One template, with values from a file:
    lacre template url.tmpl --data values.yaml

  The Secret of a manifest, with a backup of the real values:
    kubectl get secret db -o yaml | lacre template db.sealed.yaml --data -

  In a pipeline, where a trap is a finding:
    kustomize build . | lacre template - --data values.env --strict

Exit status:
  0  everything was rendered
  1  with --strict: there were warnings
  2  a template or a file is wrong, and what it should make is not printed";

/// Arguments of `lacre template`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct TemplateArgs {
    /// A template, or manifests with SealedSecrets and ExternalSecrets; `-` for stdin.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The values: a YAML or JSON map of keys to texts, a Secret, KEY=VALUE lines, a folder with a file for each; `-` for
    /// stdin.
    ///
    /// May be given several times; of a key given twice the later value counts. A Secret or a folder can have values that
    /// are no text.
    #[arg(long, value_name = "FILE|FOLDER")]
    data: Vec<PathBuf>,
    /// Whose template it is, when FILE is the text of one. [default: sealed-secrets]
    #[arg(long, value_name = "DIALECT")]
    dialect: Option<DialectName>,
    /// What begins and ends an action, with a blank between them, as the flags of the ExternalSecrets controller set it.
    /// [default: "{{ }}"]
    #[arg(long, value_name = "LEFT RIGHT", value_parser = delimiters)]
    delims: Option<Options>,
    /// Take a warning for a finding: exit 1.
    #[arg(long)]
    strict: bool,
    /// Format of the Secrets that manifests become. [default: that of FILE]
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    format: Option<ManifestFormat>,
}

/// The dialects by the names of their projects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DialectName {
    /// Sprig without env, expandenv and getHostByName; an absent key gives `<no value>`.
    SealedSecrets,
    /// The engine v2: functions for YAML, PEM, PKCS#12 and JWK, too; an absent key is an error.
    ExternalSecrets,
}

impl From<DialectName> for Dialect {
    fn from(name: DialectName) -> Self {
        match name {
            DialectName::SealedSecrets => Self::SealedSecrets,
            DialectName::ExternalSecrets => Self::ExternalSecrets,
        }
    }
}

fn delimiters(text: &str) -> Result<Options, String> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(left), Some(right), None) => Ok(Options {
            left_delimiter: left.as_bytes().to_vec(),
            right_delimiter: right.as_bytes().to_vec(),
        }),
        _ => Err("must be two words, such as \"[[ ]]\"".to_owned()),
    }
}

pub(crate) fn run(args: &TemplateArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let stdin = args.data.iter().chain([&args.file]);
    if stdin.filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Problem::new("stdin can be only one of FILE and --data"));
    }
    let values = data::read(&args.data, ui)?;
    let input = if args.file.as_os_str() == "-" {
        Input::stdin()
    } else {
        Input::file(args.file.clone())
    };
    let text = input.read(ui)?;
    let mut trial = Trial::new(&values, !args.data.is_empty(), args.delims.clone(), ui)?;
    if manifests::are_in(text.expose()) {
        if args.dialect.is_some() {
            return Err(Problem::new(
                "--dialect is for the text of a template: a manifest says whose it is",
            )
            .in_place(Place::file(input.name())));
        }
        manifests::print(input, text, args.format, &mut trial)?;
    } else {
        if args.format.is_some() {
            return Err(
                Problem::new("--output is for manifests: a template makes what it makes")
                    .in_place(Place::file(input.name())),
            );
        }
        let dialect = args.dialect.unwrap_or(DialectName::SealedSecrets).into();
        print_text(&input, text.expose(), dialect, &mut trial)?;
    }
    Ok(match (trial.failed, trial.warnings) {
        (true, _) => Outcome::Failed,
        (false, 1..) if args.strict => Outcome::Findings,
        (false, _) => Outcome::Fine,
    })
}

/// Renders the text of one template.
fn print_text(
    input: &Input,
    text: &[u8],
    dialect: Dialect,
    trial: &mut Trial<'_>,
) -> Result<(), Problem> {
    let file = input.name();
    let options = trial.options(dialect, || Place::file(file.clone()))?;
    let data = visible(trial.values);
    let known = trial.known();
    let origin = Origin::File(&file);
    let rendered = trial.render(
        &file,
        text,
        (dialect, &options),
        &data,
        known.as_ref(),
        &origin,
    );
    let Some(value) = rendered else {
        return Ok(());
    };
    // The prompt of a shell would stand behind it.
    if trial.ui.result_is_terminal() && !value.expose().ends_with(b"\n") {
        let mut line = SecretWriter::with_capacity(value.len() + 1);
        line.push(value.expose());
        line.push(b"\n");
        return trial.ui.result(line.finish().expose());
    }
    trial.ui.result(value.expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_two_words() {
        let options = delimiters(" [[  ]] ").unwrap();
        assert_eq!(options.left_delimiter, b"[[");
        assert_eq!(options.right_delimiter, b"]]");
        for wrong in ["", "[[", "[[ ]] x"] {
            assert!(delimiters(wrong).is_err(), "{wrong}");
        }
    }
}
