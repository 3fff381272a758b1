//! `lacre render`: what the controller would make of a folder.

use std::collections::{BTreeMap, BTreeSet};

use clap::{Args, ValueEnum};
use lacre_crypto::{Fingerprint, Keyring};
use lacre_engine::{Desired, Failure, Failures, Plan};
use lacre_manifest::Node;
use lacre_manifest::emit::{self, JsonStyle};
use lacre_secret::SecretWriter;
use serde_json::{Value, json};

use crate::Outcome;
use crate::key_files::KeyArgs;
use crate::listing::{ListFormat, Listing};
use crate::opening;
use crate::problem::Problem;
use crate::sealed_inputs::{Found, SealedArgs};
use crate::shown::{self, ManifestFormat, Manifests, Values};
use crate::templates;
use crate::ui::Ui;

const HELP: &str = "\
Every SealedSecret is opened by the same plan that the controller follows, with the keys given, its templates are \
rendered, and the Secret that it would become is printed. Values are hidden, also in a pipe: this is for reading; `lacre unseal` gets values back.

Fields of -o json, one object for each SealedSecret:
  file, line, column   where it stands
  namespace, name      of the SealedSecret and its Secret; null if missing
  scope                strict, namespace-wide or cluster-wide
  type                 of the Secret; null when it would not be made
  items                {item: {bytes, key, template}}: length of a value, key
                       that opened it; of one that a template makes, instead of
                       a key, {keys, allKeys, varies}: what it refers to, whether
                       to all there is, functions whose result varies
  reason               Unsealed, Malformed, WrongIdentity, WrongKey,
                       TemplateError
  failures             [{field, line, column, message, mend}]
  secret               the manifest, values hidden unless --show-values; or null

Examples:
  lacre render apps/ --key backup/
  lacre render apps/ --key backup/ -o table
  kustomize build overlays/prod | lacre render --key backup/ -
  lacre render apps/ --key backup/ -o json |
    jq -r '.[] | select(.reason != \"Unsealed\") | .file'

Exit status:
  0  every SealedSecret would become a Secret
  1  some would not
  2  something could not be read: a file, a document, a key";

/// Arguments of `lacre render`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    sealed: SealedArgs,
    #[command(flatten)]
    keys: KeyArgs,
    /// What is printed of each SealedSecret.
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        default_value = "yaml",
        help_heading = "Output"
    )]
    format: RenderFormat,
    /// Print the values themselves, in base64.
    #[arg(long, help_heading = "Output")]
    show_values: bool,
}

/// What is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RenderFormat {
    /// The Secrets as manifests.
    Yaml,
    /// An array of objects that tell all there is to know; see below.
    Json,
    /// One line for each.
    Table,
}

pub(crate) fn run(args: &RenderArgs, ui: &Ui) -> Result<Outcome, Problem> {
    args.sealed.refuse_one_stdin_for_both(&args.keys)?;
    let keys = args.keys.load(ui)?;
    let inputs = args.sealed.read(ui)?;
    let failing = inputs.with_all(ui, |all| {
        let plans = opening::plans(&all, &keys.ring, ui)?;
        let rendered: Vec<_> = all
            .iter()
            .zip(&plans)
            .map(|(found, plan)| Rendered {
                found,
                plan,
                keyring: &keys.ring,
            })
            .collect();
        print(args, &rendered, ui)?;
        tell_twins(&rendered, ui);
        Ok::<_, Problem>(summary(&rendered, ui))
    })?;
    Ok(match (keys.failed || inputs.failed, failing) {
        (true, _) => Outcome::Failed,
        (false, 0) => Outcome::Fine,
        (false, _) => Outcome::Findings,
    })
}

/// One SealedSecret and what becomes of it.
struct Rendered<'a> {
    found: &'a Found<'a>,
    plan: &'a Plan,
    keyring: &'a Keyring,
}

fn print(args: &RenderArgs, all: &[Rendered<'_>], ui: &Ui) -> Result<(), Problem> {
    let values = if args.show_values {
        Values::Shown
    } else {
        Values::Hidden
    };
    match args.format {
        RenderFormat::Yaml => {
            let mut manifests = Manifests::new(ManifestFormat::Yaml);
            for rendered in all {
                if let Ok(desired) = &rendered.plan.outcome {
                    manifests.push(
                        &shown::node(&desired.secret, values),
                        &rendered.heading(desired),
                    );
                }
            }
            ui.result(manifests.finish().expose())
        }
        RenderFormat::Json => {
            let records = Node::seq(all.iter().map(|rendered| rendered.record(values)));
            let style = JsonStyle {
                escape_html: false,
                ..JsonStyle::default()
            };
            let mut text = SecretWriter::default();
            text.push(emit::json(&records, style).expose());
            text.push(b"\n");
            ui.result(text.finish().expose())
        }
        RenderFormat::Table => {
            let mut listing = Listing::new(&["SECRET", "TYPE", "SCOPE", "ITEMS", "FROM"]);
            all.iter()
                .for_each(|rendered| listing.push(rendered.row(), Value::Null));
            ui.result(listing.print(ListFormat::Table).as_bytes())
        }
    }
}

impl Rendered<'_> {
    fn key_name(&self, fingerprint: &Fingerprint) -> String {
        let entry = self
            .keyring
            .keys()
            .find(|entry| entry.key().fingerprint() == fingerprint);
        entry.map_or_else(|| fingerprint.ssh(), |entry| entry.name().to_owned())
    }

    /// The comment above a Secret.
    fn heading(&self, desired: &Desired) -> Vec<String> {
        let keys: BTreeSet<String> = desired
            .opened
            .values()
            .map(|key| self.key_name(key))
            .collect();
        let opened = match keys.len() {
            0 => "nothing to open".to_owned(),
            _ => format!("opened with {}", Vec::from_iter(keys).join(", ")),
        };
        let origin = format!(
            "{} ({}, {opened})",
            self.found.place(),
            self.plan.identity.scope
        );
        let made = desired
            .rendered
            .iter()
            .map(|(item, reading)| format!("{item}: {}", templates::made_from(reading)));
        std::iter::once(origin).chain(made).collect()
    }

    fn row(&self) -> Vec<String> {
        let (type_, items) = match &self.plan.outcome {
            Ok(desired) => {
                let secret = &desired.secret;
                let items = secret.data.iter().map(|(item, value)| {
                    match desired.rendered.contains_key(item) {
                        true => format!("{item}: {} B (template)", value.len()),
                        false => format!("{item}: {} B", value.len()),
                    }
                });
                (
                    secret.type_.clone().unwrap_or_default(),
                    Vec::from_iter(items).join(", "),
                )
            }
            Err(failures) => (
                "-".to_owned(),
                format!("fails: {}", Failures(failures).reason()),
            ),
        };
        vec![
            self.found.name(),
            type_,
            self.plan.identity.scope.to_string(),
            items,
            self.found.place().to_string(),
        ]
    }

    /// All there is to know, in the protection of a [`Node`]: it may hold values.
    fn record(&self, values: Values) -> Node {
        let metadata = &self.found.decoded.object.metadata;
        let (items, secret, type_, failures) = match &self.plan.outcome {
            Ok(desired) => (
                self.items(desired),
                shown::node(&desired.secret, values),
                desired.secret.type_.clone(),
                &[][..],
            ),
            Err(failures) => (Value::Null, Node::null(), None, failures.as_slice()),
        };
        let failures: Vec<Value> = failures
            .iter()
            .map(|failure| self.failure(failure))
            .collect();
        let reason = Failures(match &self.plan.outcome {
            Ok(_) => &[],
            Err(failures) => failures,
        });
        let place = self.found.place();
        let (line, column) = place.at.unzip();
        let facts = json!({
            "file": place.file, "line": line, "column": column,
            "namespace": metadata.namespace, "name": metadata.name,
            "scope": self.plan.identity.scope.as_str(),
            "type": type_,
            "items": items,
            "reason": reason.reason().as_str(),
            "failures": failures,
        });
        let facts = Node::from_json(&facts);
        let known = facts
            .entries()
            .map(|entry| (entry.key(), entry.value().duplicate()));
        Node::map(known.chain([("secret", secret)]))
    }

    fn items(&self, desired: &Desired) -> Value {
        let items = desired.secret.data.iter().map(|(item, value)| {
            let key = desired.opened.get(item).map(|key| self.key_name(key));
            let template = desired.rendered.get(item).map(templates::record);
            let facts = json!({"bytes": value.len(), "key": key, "template": template});
            (item.clone(), facts)
        });
        Value::Object(items.collect())
    }

    fn failure(&self, failure: &Failure) -> Value {
        let place = opening::place(self.found, failure);
        let (line, column) = place.at.unzip();
        json!({
            "field": opening::path(self.found, failure).to_string(), "line": line, "column": column,
            "message": opening::said(failure), "mend": failure.mend(),
        })
    }
}

/// Tells which SealedSecrets would become the same Secret: the controller keeps the one that it reads last.
fn tell_twins(all: &[Rendered<'_>], ui: &Ui) {
    let mut first: BTreeMap<(Option<&str>, Option<&str>), &Rendered<'_>> = BTreeMap::new();
    for rendered in all {
        let metadata = &rendered.found.decoded.object.metadata;
        let identity = (metadata.namespace.as_deref(), metadata.name.as_deref());
        match first.get(&identity) {
            None => drop(first.insert(identity, rendered)),
            Some(earlier) => ui.warn(
                &Problem::new(format!("{} stands also at {}", rendered.found.name(), earlier.found.place()))
                    .in_place(rendered.found.place())
                    .mend("in one cluster only the one applied last would count; delete or rename one, or render one cluster's folder at a time"),
            ),
        }
    }
}

/// Tells how it went; the number of SealedSecrets that would fail.
fn summary(all: &[Rendered<'_>], ui: &Ui) -> usize {
    let mut failing = 0;
    for rendered in all {
        if let Err(failures) = &rendered.plan.outcome {
            opening::tell_failures(rendered.found, failures, ui);
            failing += 1;
        }
        opening::tell_issues(rendered.found, &rendered.plan.issues, ui);
        let secret = rendered.plan.outcome.as_ref().ok().map(|it| &it.secret);
        templates::tell_traps(rendered.found, |item| secret?.data.get(item), ui);
    }
    let objects = |n: usize| format!("{n} SealedSecret{}", if n == 1 { "" } else { "s" });
    ui.note(&match failing {
        0 => format!("{}: each would become a Secret", objects(all.len())),
        _ => format!("{}: {failing} would fail", objects(all.len())),
    });
    failing
}
