//! `lacre keys list` and `lacre keys fingerprint`.

use std::cmp::Reverse;
use std::path::PathBuf;

use clap::Args;
use lacre_crypto::{Fingerprint, UnsealingKey};
use serde_json::{Value, json};

use crate::Outcome;
use crate::clock;
use crate::key_files::{FoundKey, Material, Wanted};
use crate::listing::{ListFormat, Listing};
use crate::problem::{Place, Problem};
use crate::ui::Ui;

const LIST_HELP: &str = "\
The newest key comes first; among the active ones it is what the controller seals and hands out.

Fields of -o json and -o yaml, one object for each key:
  name         name of the key Secret, or the file
  namespace    namespace of the key Secret, or null
  file, line   where it was read; line is null for PEM
  bits         length of the modulus
  fingerprint  SHA256:… as ssh-keygen -l and the controller write it
  spkiSha256   SHA-256 of the public key's DER in hexadecimal, as in stamps
  state        label sealedsecrets.bitnami.com/sealed-secrets-key, or null
  newest       true for the key that the controller would seal with
  order        {time, by}, by certificate or creationTimestamp; or null
  certificate  {subject, serial, notBefore, notAfter}, or null

Examples:
  lacre keys list keys/
  kubectl get secret -n kube-system -o yaml \\
    -l sealedsecrets.bitnami.com/sealed-secrets-key |
    lacre keys list -o json -";

const FINGERPRINT_HELP: &str = "\
Fields of -o json and -o yaml, one object for each key or certificate:
  kind         private key or certificate
  name         name of the Secret that holds it, or the file
  file, line   where it was read; line is null for PEM
  bits         length of the modulus
  fingerprint  SHA256:… as ssh-keygen -l and the controller write it
  spkiSha256   SHA-256 of the public key's DER in hexadecimal, as in stamps

A private key and its certificate have the same fingerprints.";

/// Arguments of `lacre keys list`.
#[derive(Args, Debug)]
#[command(after_long_help = LIST_HELP)]
pub(crate) struct ListArgs {
    /// PEM files, key Secrets as `kubectl get secret -o yaml|json` prints them, folders of both, or `-` for stdin.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Format of the listing.
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        default_value = "table"
    )]
    format: ListFormat,
}

/// Arguments of `lacre keys fingerprint`.
#[derive(Args, Debug)]
#[command(after_long_help = FINGERPRINT_HELP)]
pub(crate) struct FingerprintArgs {
    /// PEM files with private keys or certificates, key Secrets, folders of both, or `-` for stdin.
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// Format of the listing.
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        default_value = "table"
    )]
    format: ListFormat,
}

pub(super) fn run(args: &ListArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let mut material = Material::read(&args.paths, Wanted::Keys, ui);
    let failed = material.tell(ui);
    material
        .keys
        .sort_by_cached_key(|key| (Reverse(key.ordering().map(|(time, _)| time)), key.name()));
    let newest = newest(&material.keys);
    let heads = &[
        "NAME",
        "BITS",
        "FINGERPRINT",
        "STATE",
        "SINCE",
        "CERTIFICATE EXPIRES",
    ];
    let mut listing = Listing::new(heads);
    for (n, key) in material.keys.iter().enumerate() {
        let newest = Some(n) == newest;
        listing.push(row(key, newest), record(key, newest));
    }
    show(&listing, args.format, ui)?;
    Ok(if failed {
        Outcome::Failed
    } else {
        Outcome::Fine
    })
}

/// Prints a listing; a table without rows says nothing that the errors did not.
fn show(listing: &Listing, format: ListFormat, ui: &Ui) -> Result<(), Problem> {
    if listing.is_empty() && format == ListFormat::Table {
        return Ok(());
    }
    ui.result(listing.print(format).as_bytes())
}

/// Which key the controller would seal with: the newest that it would load. `keys` are sorted, newest first.
fn newest(keys: &[FoundKey]) -> Option<usize> {
    let active = |key: &FoundKey| key.secret.is_none() || key.state.as_deref() == Some("active");
    keys.iter().position(active)
}

fn row(key: &FoundKey, newest: bool) -> Vec<String> {
    let state = match (key.state.as_deref(), newest) {
        (Some(state), true) => format!("{state}, newest"),
        (Some(state), false) => state.to_owned(),
        (None, true) => "newest".to_owned(),
        (None, false) => "-".to_owned(),
    };
    let time = |time: Option<i64>| time.map_or_else(|| "-".to_owned(), clock::rfc3339);
    vec![
        key.name(),
        key.key.modulus_bits().to_string(),
        key.key.fingerprint().ssh(),
        state,
        time(key.ordering().map(|(time, _)| time)),
        time(
            key.certificate
                .as_ref()
                .map(lacre_crypto::Certificate::not_after),
        ),
    ]
}

fn record(key: &FoundKey, newest: bool) -> Value {
    json!({
        "name": key.name(),
        "namespace": key.secret.as_ref().and_then(|(_, namespace)| namespace.as_deref()),
        "file": key.place.file,
        "line": line(&key.place),
        "bits": key.key.modulus_bits(),
        "fingerprint": key.key.fingerprint().ssh(),
        "spkiSha256": key.key.fingerprint().spki_hex(),
        "state": key.state,
        "newest": newest,
        "order": key.ordering().map(|(time, by)| json!({"time": clock::rfc3339(time), "by": by.as_str()})),
        "certificate": key.certificate.as_ref().map(|it| json!({
            "subject": it.subject(),
            "serial": it.serial(),
            "notBefore": clock::rfc3339(it.not_before()),
            "notAfter": clock::rfc3339(it.not_after()),
        })),
    })
}

fn line(place: &Place) -> Option<usize> {
    place.at.map(|(line, _)| line)
}

pub(super) fn fingerprint(args: &FingerprintArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let material = Material::read(&args.paths, Wanted::KeysOrCertificates, ui);
    let mut failed = material.tell(ui);
    let mut listing = Listing::new(&["FINGERPRINT", "SPKI SHA-256", "BITS", "KIND", "NAME"]);
    let mut push = |kind: &str, name: String, place: &Place, bits: usize, print: &Fingerprint| {
        let row = vec![
            print.ssh(),
            print.spki_hex(),
            bits.to_string(),
            kind.to_owned(),
            name.clone(),
        ];
        let record = json!({
            "kind": kind, "name": name, "file": place.file, "line": line(place), "bits": bits,
            "fingerprint": print.ssh(), "spkiSha256": print.spki_hex(),
        });
        listing.push(row, record);
    };
    for found in &material.keys {
        let key: &UnsealingKey = &found.key;
        push(
            "private key",
            found.name(),
            &found.place,
            key.modulus_bits(),
            key.fingerprint(),
        );
    }
    for found in &material.certificates {
        match found.certificate.sealing_key() {
            Ok(key) => push(
                "certificate",
                found.name(),
                &found.place,
                key.modulus_bits(),
                key.fingerprint(),
            ),
            Err(e) => {
                ui.error(&Problem::new(e.to_string()).in_place(found.place.clone()));
                failed = true;
            }
        }
    }
    show(&listing, args.format, ui)?;
    Ok(if failed {
        Outcome::Failed
    } else {
        Outcome::Fine
    })
}
