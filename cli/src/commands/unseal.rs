//! `lacre unseal`: SealedSecrets back to Secrets, offline.

use std::path::PathBuf;

use clap::Args;
use lacre_api::SealedSecret;
use lacre_engine::Item;
use lacre_secret::{SecretBytes, SecretWriter};

use crate::Outcome;
use crate::key_files::{KeyArgs, LoadedKeys};
use crate::opening;
use crate::private_file;
use crate::problem::Problem;
use crate::sealed_inputs::{Found, SealedArgs};
use crate::shown::{self, ManifestFormat, Manifests, Values};
use crate::ui::Ui;

const HELP: &str = "\
Works without a cluster: for backups, for moving to another cluster, for looking at a value. Which namespace, name and \
scope a value opens under is read from its SealedSecret, as the controller does.

Examples:
  Look at what a file holds, values hidden:
    lacre unseal db.sealed.yaml --key backup/

  Get the Secrets back, with the keys straight from the cluster:
    kubectl get secret -n kube-system -o yaml \\
      -l sealedsecrets.bitnami.com/sealed-secrets-key |
      lacre unseal apps/ --key - -w secrets.yaml

  One value, to use it:
    lacre unseal db.sealed.yaml --key backup/ --item password | psql …

Exit status:
  0  everything opened
  2  something did not: stderr says what, where and why; the rest is printed";

/// Arguments of `lacre unseal`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct UnsealArgs {
    #[command(flatten)]
    sealed: SealedArgs,
    #[command(flatten)]
    keys: KeyArgs,
    /// Format of the Secrets. [default: that of the input]
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    format: Option<ManifestFormat>,
    /// Write into this file instead of stdout, with mode 0600; it is replaced as a whole or not at all.
    #[arg(long, short = 'w', value_name = "FILE", help_heading = "Output")]
    write: Option<PathBuf>,
    /// Print values on a terminal, too. Without it they appear there as `<hidden, 12 bytes>`.
    #[arg(long, help_heading = "Output")]
    show_values: bool,
    /// Only the SealedSecrets of this name.
    #[arg(long, value_name = "NAME", help_heading = "Output")]
    name: Option<String>,
    /// Print only the value of this item, just as it was sealed: no base64, no line break added.
    ///
    /// Exactly one of the SealedSecrets must have it. Its other items need not open, unless this one is made from them
    /// by a template.
    #[arg(
        long,
        value_name = "ITEM",
        conflicts_with = "format",
        help_heading = "Output"
    )]
    item: Option<String>,
}

pub(crate) fn run(args: &UnsealArgs, ui: &Ui) -> Result<Outcome, Problem> {
    args.sealed.refuse_one_stdin_for_both(&args.keys)?;
    let keys = args.keys.load(ui)?;
    let inputs = args.sealed.read(ui)?;
    let failed = keys.failed || inputs.failed;
    let opened = inputs.with_all(ui, |mut all| {
        if let Some(name) = &args.name {
            all.retain(|found| found.decoded.object.metadata.name.as_ref() == Some(name));
            if all.is_empty() {
                return Err(Problem::new(format!(
                    "no SealedSecret has the name {name:?}"
                )));
            }
        }
        match &args.item {
            Some(item) => one_item(args, item, all, &keys, ui),
            None => all_secrets(args, &all, &keys, ui),
        }
    })?;
    Ok(if failed || !opened {
        Outcome::Failed
    } else {
        Outcome::Fine
    })
}

/// Prints what opens; false if something does not.
fn all_secrets(
    args: &UnsealArgs,
    all: &[Found<'_>],
    keys: &LoadedKeys,
    ui: &Ui,
) -> Result<bool, Problem> {
    let format = args
        .format
        .unwrap_or_else(|| ManifestFormat::like(all.iter().map(|found| found.format)));
    let values = if args.show_values || !args.on_terminal(ui) {
        Values::Shown
    } else {
        Values::Hidden
    };
    let mut manifests = Manifests::new(format);
    let (mut opened, mut total) = (0, 0);
    for (found, plan) in all.iter().zip(opening::plans(all, &keys.ring, ui)?) {
        total += 1;
        match &plan.outcome {
            Ok(desired) => {
                manifests.push(&shown::node(&desired.secret, values), &[]);
                opened += 1;
            }
            Err(failures) => opening::tell_failures(found, failures, ui),
        }
    }
    if opened > 0 {
        args.print(&manifests.finish(), ui)?;
    }
    if values == Values::Hidden && opened > 0 {
        ui.note("values are hidden on a terminal; --show-values prints them");
    }
    Ok(opened == total)
}

/// Prints the value of one item; false if it does not open.
fn one_item(
    args: &UnsealArgs,
    item: &str,
    all: Vec<Found<'_>>,
    keys: &LoadedKeys,
    ui: &Ui,
) -> Result<bool, Problem> {
    let terminal = args.on_terminal(ui);
    if terminal && !args.show_values {
        return Err(Problem::new("the value would appear on the screen")
            .mend("pipe it, write it with -w, or add --show-values"));
    }
    let mut having: Vec<Found<'_>> = all
        .into_iter()
        .filter(|found| has(&found.decoded.object, item))
        .collect();
    let Some(found) = having.pop() else {
        return Err(Problem::new(format!(
            "no SealedSecret has an item {item:?}"
        )));
    };
    if let Some(other) = having.first() {
        return Err(Problem::new(format!(
            "{} SealedSecrets have an item {item:?}, also {}",
            having.len() + 1,
            other.name()
        ))
        .in_place(found.place())
        .mend("say with --name which one is meant, or give its file only"));
    }
    let value = match opening::one_item(&found, item, &keys.ring)? {
        Ok(Item::Value(value)) => value,
        Ok(Item::Removed | Item::Absent) => {
            return Err(
                Problem::new(format!("the template removes the item {item:?}"))
                    .in_place(found.place_of(&opening::template_path(item))),
            );
        }
        Err(failures) => {
            opening::tell_failures(&found, &failures, ui);
            return Ok(false);
        }
    };
    if terminal && !value.expose().ends_with(b"\n") {
        let mut line = SecretWriter::with_capacity(value.len() + 1);
        line.push(value.expose());
        line.push(b"\n");
        args.print(&line.finish(), ui)?;
    } else {
        args.print(&value, ui)?;
    }
    Ok(true)
}

fn has(object: &SealedSecret, item: &str) -> bool {
    object.spec.encrypted_data.contains_key(item) || object.spec.template.data.contains_key(item)
}

impl UnsealArgs {
    /// True if values would appear on a screen.
    fn on_terminal(&self, ui: &Ui) -> bool {
        match &self.write {
            Some(path) => private_file::is_terminal(path),
            None => ui.result_is_terminal(),
        }
    }

    fn print(&self, bytes: &SecretBytes, ui: &Ui) -> Result<(), Problem> {
        match &self.write {
            None => ui.result(bytes.expose()),
            Some(path) => private_file::write(path, bytes),
        }
    }
}
