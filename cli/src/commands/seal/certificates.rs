//! Which certificates are sealed with, and whether they may be.

use std::collections::BTreeSet;
use std::path::Path;

use lacre_crypto::{Certificate, CertificateError, SealingKey, SecretBytes};

use super::args::{CertificateArgs, ClusterArgs};
use crate::cluster::{Controller, Port, Settings};
use crate::problem::{Place, Problem};
use crate::ui::Ui;
use crate::{cert_source, clock};

/// Where a certificate is looked for when no flag names one. kubeseal's users have the second.
const VARIABLES: [&str; 2] = ["LACRE_CERT", "SEALED_SECRETS_CERT"];

/// A key to seal with.
#[derive(Debug)]
pub(super) struct Sealer {
    pub(super) key: SealingKey,
    /// Subfolder of an output folder for what is sealed with it, when there are several.
    pub(super) folder: String,
}

/// Reads and checks the certificates that were asked for: at least one.
pub(super) fn load(args: &CertificateArgs, now: i64, ui: &Ui) -> Result<Vec<Sealer>, Problem> {
    if !args.certs.is_empty() {
        return args
            .certs
            .iter()
            .map(|source| from_source(source, now, ui).map(|(sealer, _)| sealer))
            .collect();
    }
    for name in VARIABLES {
        if let Some(source) = std::env::var(name).ok().filter(|source| !source.is_empty()) {
            let (sealer, certificate) = from_source(&source, now, ui)?;
            ui.note(&format!(
                "sealing with {} of {source}, named by {name}",
                described(&sealer, &certificate)
            ));
            return Ok(vec![sealer]);
        }
    }
    from_controller(&args.cluster, now, ui).map(|sealer| vec![sealer])
}

/// True if a certificate is to be read from stdin.
pub(super) fn use_stdin(args: &CertificateArgs) -> bool {
    args.certs.iter().any(|source| source == "-")
}

/// Subfolders must not collide.
pub(super) fn check_folders(sealers: &[Sealer]) -> Result<(), Problem> {
    let mut seen = BTreeSet::new();
    match sealers.iter().find(|sealer| !seen.insert(&sealer.folder)) {
        None => Ok(()),
        Some(sealer) => Err(Problem::new(format!(
            "two certificates would write into the same subfolder {:?}",
            sealer.folder
        ))
        .mend("give the certificate files different names")),
    }
}

fn from_source(source: &str, now: i64, ui: &Ui) -> Result<(Sealer, Certificate), Problem> {
    let name = if source == "-" { "<stdin>" } else { source };
    if source.starts_with("http://") {
        ui.warn(
            &Problem::new("fetched without encryption: whoever is on the way can put in a certificate of their own")
                .in_place(Place::file(name))
                .mend("use https, or a file"),
        );
    }
    // Wrapped at once: a private key given by mistake shall not outlive the error.
    let pem = cert_source::read_or_stdin(source, &|name| std::env::var_os(name))
        .map(SecretBytes::new)
        .map_err(|e| Problem::new(format!("cannot read the certificate: {e}")))?;
    let (key, certificate) = check(&pem, name, now, ui)?;
    let folder = folder_of(source);
    Ok((Sealer { key, folder }, certificate))
}

fn from_controller(args: &ClusterArgs, now: i64, ui: &Ui) -> Result<Sealer, Problem> {
    let overrides = args.overrides();
    let environment = |name: &str| std::env::var_os(name);
    let settings = Settings {
        overrides: &overrides,
        environment: &environment,
    };
    let (namespace, name) = (&args.controller_namespace, &args.controller_name);
    let pem = Controller::fetch_certificate(settings, namespace, name, Port::Http)
        .map(SecretBytes::new)
        .map_err(|e| {
            let reason = explained(&e.to_string());
            Problem::new(format!("no certificate is given, and the controller could not be asked for its own: {reason}"))
                .mend("give one with --cert FILE, or say with LACRE_CERT where it is")
        })?;
    let (key, certificate) = check(&pem, &format!("controller {namespace}/{name}"), now, ui)?;
    let folder = "cluster".to_owned();
    let sealer = Sealer { key, folder };
    ui.note(&format!(
        "sealing with {} of controller {namespace}/{name}",
        described(&sealer, &certificate)
    ));
    Ok(sealer)
}

/// client-go's reason for having no kubeconfig, without its advice, which does not help.
pub(super) fn explained(reason: &str) -> String {
    let bare = reason.strip_suffix(", try setting KUBERNETES_MASTER environment variable");
    bare.unwrap_or(reason).replace(
        "invalid configuration: no configuration has been provided",
        "there is no kubeconfig",
    )
}

fn described(sealer: &Sealer, certificate: &Certificate) -> String {
    format!(
        "certificate {} (valid to {})",
        sealer.key.fingerprint().ssh(),
        day(certificate.not_after())
    )
}

/// The one certificate of `pem` that counts, refused if no controller could answer for it.
fn check(
    pem: &SecretBytes,
    name: &str,
    now: i64,
    ui: &Ui,
) -> Result<(SealingKey, Certificate), Problem> {
    let here = |problem: Problem| problem.in_place(Place::file(name));
    let mut all = Certificate::read_all_pem(pem.expose()).map_err(|e| here(refusal(&e)))?;
    if all.len() > 1 {
        ui.warn(&here(
            Problem::new(format!(
                "holds {} certificates, of which the first is used",
                all.len()
            ))
            .mend("give each cluster's certificate in a file of its own, with one --cert each"),
        ));
    }
    all.truncate(1);
    let certificate = all
        .pop()
        .ok_or_else(|| here(refusal(&CertificateError::NoCertificate)))?;
    let key = certificate.sealing_key().map_err(|e| here(refusal(&e)))?;
    if certificate.is_expired_at(now) {
        return Err(here(Problem::new(format!(
            "this certificate expired on {}",
            day(certificate.not_after())
        )))
        .mend("fetch the controller's present one: lacre cert fetch"));
    }
    if certificate.is_not_yet_valid_at(now) {
        ui.warn(&here(
            Problem::new(format!(
                "this certificate is not valid before {}",
                day(certificate.not_before())
            ))
            .mend("see that the clock of this machine is right"),
        ));
    }
    Ok((key, certificate))
}

fn refusal(error: &CertificateError) -> Problem {
    match error {
        CertificateError::NoCertificate => {
            Problem::new("there is no certificate in it").mend("give the PEM that `lacre cert fetch` writes")
        }
        CertificateError::PrivateKeyGiven => {
            Problem::new("this is a private key; sealing takes the certificate that belongs to it").mend(
                "give the certificate, and keep the private key out of reach: it opens everything sealed for its cluster",
            )
        }
        other => Problem::new(other.to_string())
            .mend("give the certificate of a sealed-secrets controller: lacre cert fetch"),
    }
}

/// A date as people read it.
fn day(unix: i64) -> String {
    let text = clock::rfc3339(unix);
    text.split('T').next().unwrap_or_default().to_owned()
}

/// The subfolder for what is sealed with the certificate from `source`: a file's name without its extension, a URL's
/// host.
fn folder_of(source: &str) -> String {
    let name = match source.split_once("://") {
        Some((_, rest)) => rest
            .split(['/', '?', '#'])
            .next()
            .map(|host| host.replace(':', "-")),
        None if source == "-" => Some("stdin".to_owned()),
        None => Path::new(source)
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned()),
    };
    name.filter(|name| !name.is_empty())
        .unwrap_or_else(|| "cluster".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subfolders_are_named_after_files_and_hosts() {
        for (source, folder) in [
            ("prod.pem", "prod"),
            ("certs/eu.prod.pem", "eu.prod"),
            (
                "https://sealed.example.com/v1/cert.pem",
                "sealed.example.com",
            ),
            ("http://127.0.0.1:8080/v1/cert.pem", "127.0.0.1-8080"),
            ("file:///cert.pem", "cluster"),
            ("-", "stdin"),
        ] {
            assert_eq!(folder_of(source), folder);
        }
    }
}
