//! `lacre cert fetch`.

use std::path::PathBuf;

use clap::Args;
use lacre_crypto::{Certificate, SecretBytes};

use super::show::unreadable;
use crate::cluster::{Controller, Port, Settings};
use crate::commands::seal::ClusterArgs;
use crate::problem::{Place, Problem};
use crate::ui::Ui;
use crate::{Outcome, cert_source, clock, public_file};

const HELP: &str = "\
The controller is asked through the API server's service proxy, on the Service's port called http where there is one. \
What comes back is checked before anything is written: an error page, an expired certificate or one that cannot seal \
leaves the file as it was.

The certificate is public: commit it. Whoever can put another one in its place can read what is sealed from then on, so \
fetch it over a way that you trust, and look at changes to it in review.

Examples:
  lacre cert fetch -w cluster.pem
  lacre cert fetch --context prod --controller-namespace sealed -w prod.pem
  lacre cert fetch --cert https://seal.example.com/v1/cert.pem -w prod.pem";

/// Arguments of `lacre cert fetch`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct FetchArgs {
    /// Fetch from here instead of a cluster: an http(s) URL, or a file.
    #[arg(long, value_name = "URL|FILE")]
    cert: Option<String>,
    #[command(flatten)]
    cluster: ClusterArgs,
    /// Write into this file instead of stdout; it is replaced as a whole or not at all.
    #[arg(long, short = 'w', value_name = "FILE")]
    write: Option<PathBuf>,
}

pub(super) fn run(args: &FetchArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let (pem, origin) = fetch(args, ui)?;
    let certificate = check(&pem, &origin)?;
    match &args.write {
        None => ui.result(pem.expose())?,
        Some(path) => {
            public_file::write(path, pem.expose())?;
            ui.note(&format!("certificate  {}", path.display()));
        }
    }
    if let Ok(key) = certificate.sealing_key() {
        ui.note(&format!("fingerprint  {}", key.fingerprint()));
    }
    ui.note(&format!(
        "valid until  {}",
        clock::rfc3339(certificate.not_after())
    ));
    Ok(Outcome::Fine)
}

fn fetch(args: &FetchArgs, ui: &Ui) -> Result<(SecretBytes, String), Problem> {
    if let Some(source) = &args.cert {
        if source.starts_with("http://") {
            let problem = Problem::new(
                "fetched without encryption: whoever is on the way can put in a certificate of their own",
            );
            ui.warn(&problem.in_place(Place::file(source)).mend("use https"));
        }
        let pem = cert_source::read_or_stdin(source, &|name| std::env::var_os(name))
            .map_err(|e| Problem::new(format!("cannot fetch the certificate: {e}")))?;
        return Ok((SecretBytes::new(pem), source.clone()));
    }
    let overrides = args.cluster.overrides();
    let settings = Settings {
        overrides: &overrides,
        environment: &|name| std::env::var_os(name),
    };
    let (namespace, name) = (
        &args.cluster.controller_namespace,
        &args.cluster.controller_name,
    );
    let pem =
        Controller::fetch_certificate(settings, namespace, name, Port::Http).map_err(|e| {
            Problem::new(format!("the controller could not be asked: {e}")).mend(
            "name it with --controller-name and --controller-namespace, or fetch with --cert URL",
        )
        })?;
    Ok((
        SecretBytes::new(pem),
        format!("controller {namespace}/{name}"),
    ))
}

/// The first certificate, if values can be sealed with it.
fn check(pem: &SecretBytes, origin: &str) -> Result<Certificate, Problem> {
    let here = |problem: Problem| problem.in_place(Place::file(origin));
    let all = Certificate::read_all_pem(pem.expose()).map_err(|e| here(unreadable(&e)))?;
    let first = all
        .into_iter()
        .next()
        .ok_or_else(|| here(Problem::new("there is no certificate in it")))?;
    first
        .sealing_key()
        .map_err(|e| here(Problem::new(e.to_string())))?;
    if first.is_expired_at(clock::now()) {
        let problem = format!(
            "this certificate expired {}",
            clock::distance(first.not_after(), clock::now())
        );
        return Err(here(Problem::new(problem)).mend("have the controller renew its key"));
    }
    Ok(first)
}
