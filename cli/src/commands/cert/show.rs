//! `lacre cert show`.

use clap::Args;
use lacre_crypto::{Certificate, CertificateError, SealingKey, SecretBytes};
use serde_json::{Value, json};

use super::SOON;
use crate::listing::{self, ListFormat, printable};
use crate::problem::{Place, Problem};
use crate::ui::Ui;
use crate::{Outcome, cert_source, clock};

const HELP: &str = "\
Of several certificates in one file the first is the one that is used; all are shown.

Fields of -o json and -o yaml, one object for each certificate:
  file          where it was read
  subject       may be empty: the controller's default
  serial        bytes in hexadecimal
  notBefore     RFC 3339, UTC
  notAfter      RFC 3339, UTC
  daysLeft      whole days until notAfter, negative once it is over
  algorithm     of the public key: RSA, or something that cannot seal
  bits          length of the modulus, or null
  usage         key usages; sealing does not go by them
  fingerprint   SHA256:… as ssh-keygen -l and the controller write it, or null
  spkiSha256    SHA-256 of the public key's DER in hexadecimal, or null
  usable        whether values can be sealed with it at that time
  warnings      what is wrong with it, or soon will be

Examples:
  lacre cert show cluster.pem
  lacre cert show https://seal.example.com/v1/cert.pem
  lacre cert show cluster.pem -o json | jq '.[0].daysLeft'

Exit status:
  0  values can be sealed with it
  1  they cannot: expired, not valid yet, not RSA, or too small a key
  2  there is no certificate to show";

/// Arguments of `lacre cert show`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct ShowArgs {
    /// A PEM file, an http(s) URL, or `-` for stdin.
    #[arg(value_name = "FILE|URL|-")]
    source: String,
    /// Judge validity at this time instead of now, as in 2027-01-01T00:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<i64>,
    /// Format of what is shown.
    #[arg(
        long = "output",
        short = 'o',
        value_name = "FORMAT",
        default_value = "table"
    )]
    format: ListFormat,
}

fn time(text: &str) -> Result<i64, String> {
    clock::parse_rfc3339(text).ok_or_else(|| "not a time such as 2027-01-01T00:00:00Z".to_owned())
}

pub(super) fn run(args: &ShowArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let name = if args.source == "-" {
        "<stdin>"
    } else {
        args.source.as_str()
    };
    let here = |problem: Problem| problem.in_place(Place::file(name));
    // Wrapped at once, since it may be a private key by mistake.
    let pem = cert_source::read_or_stdin(&args.source, &|name| std::env::var_os(name))
        .map(SecretBytes::new)
        .map_err(|e| Problem::new(format!("cannot read the certificate: {e}")))?;
    let all = Certificate::read_all_pem(pem.expose()).map_err(|e| here(unreadable(&e)))?;
    let now = args.at.unwrap_or_else(clock::now);
    let shown: Vec<_> = all
        .iter()
        .map(|certificate| Shown::of(certificate, now))
        .collect();
    let text = match args.format {
        ListFormat::Table => shown.iter().map(Shown::text).collect::<Vec<_>>().join("\n"),
        ListFormat::Json => listing::json(&Value::Array(
            shown.iter().map(|one| one.record(name)).collect(),
        )),
        ListFormat::Yaml => listing::yaml(&Value::Array(
            shown.iter().map(|one| one.record(name)).collect(),
        )),
    };
    ui.result(text.as_bytes())?;
    for warning in shown.iter().flat_map(|one| &one.warnings) {
        ui.warn(&here(Problem::new(warning)));
    }
    let usable = shown.first().is_some_and(|first| first.usable);
    Ok(if usable {
        Outcome::Fine
    } else {
        Outcome::Findings
    })
}

/// Why there is no certificate.
pub(super) fn unreadable(error: &CertificateError) -> Problem {
    match error {
        CertificateError::NoCertificate => Problem::new("there is no certificate in it")
            .mend("give the PEM that `lacre cert fetch` writes"),
        CertificateError::PrivateKeyGiven => {
            Problem::new("this is a private key, not a certificate")
                .mend("`lacre keys list` shows private keys; keep this one out of reach")
        }
        other => Problem::new(other.to_string()),
    }
}

/// A certificate with what it amounts to at some time.
struct Shown<'a> {
    certificate: &'a Certificate,
    key: Result<SealingKey, CertificateError>,
    now: i64,
    usable: bool,
    warnings: Vec<String>,
}

impl<'a> Shown<'a> {
    fn of(certificate: &'a Certificate, now: i64) -> Self {
        let key = certificate.sealing_key();
        let over = certificate.is_expired_at(now);
        let early = certificate.is_not_yet_valid_at(now);
        let end = certificate.not_after();
        let mut warnings: Vec<String> = key
            .as_ref()
            .err()
            .map(ToString::to_string)
            .into_iter()
            .collect();
        if over {
            warnings.push(format!(
                "expired {}: clients refuse to seal with it; fetch the present one",
                clock::distance(end, now)
            ));
        } else if end.saturating_sub(now) < SOON {
            warnings.push(format!("expires {}", clock::distance(end, now)));
        }
        if early {
            warnings.push(format!(
                "not valid yet; it begins {}",
                clock::distance(certificate.not_before(), now)
            ));
        }
        let usable = key.is_ok() && !over && !early;
        Self {
            certificate,
            key,
            now,
            usable,
            warnings,
        }
    }

    fn bits(&self) -> Option<usize> {
        match &self.key {
            Ok(key) => Some(key.modulus_bits()),
            Err(CertificateError::KeySize { bits }) => Some(*bits),
            Err(_) => None,
        }
    }

    fn usages(&self) -> String {
        match self.certificate.usages() {
            [] => "not said".to_owned(),
            usages => usages.join(", "),
        }
    }

    fn text(&self) -> String {
        let it = self.certificate;
        let (begin, end) = (
            clock::rfc3339(it.not_before()),
            clock::rfc3339(it.not_after()),
        );
        let subject = if it.subject().is_empty() {
            "(empty)"
        } else {
            it.subject()
        };
        let bits = self
            .bits()
            .map(|bits| format!(", {bits} bits"))
            .unwrap_or_default();
        let mut lines = vec![
            ("subject", subject.to_owned()),
            ("serial", it.serial().to_owned()),
            ("valid from", begin),
            (
                "valid until",
                format!("{end}, {}", clock::distance(it.not_after(), self.now)),
            ),
            ("key", format!("{}{bits}", it.key_algorithm())),
            ("key usage", self.usages()),
        ];
        if let Ok(key) = &self.key {
            lines.push(("fingerprint", key.fingerprint().ssh()));
            lines.push(("SPKI SHA-256", key.fingerprint().spki_hex()));
        }
        lines
            .iter()
            .map(|(word, value)| format!("{word:<13} {}\n", printable(value)))
            .collect()
    }

    fn record(&self, file: &str) -> Value {
        let it = self.certificate;
        let fingerprint = self.key.as_ref().ok().map(SealingKey::fingerprint);
        json!({
            "file": file,
            "subject": it.subject(),
            "serial": it.serial(),
            "notBefore": clock::rfc3339(it.not_before()),
            "notAfter": clock::rfc3339(it.not_after()),
            "daysLeft": clock::days(it.not_after(), self.now),
            "algorithm": it.key_algorithm(),
            "bits": self.bits(),
            "usage": it.usages(),
            "fingerprint": fingerprint.map(lacre_crypto::Fingerprint::ssh),
            "spkiSha256": fingerprint.map(lacre_crypto::Fingerprint::spki_hex),
            "usable": self.usable,
            "warnings": self.warnings,
        })
    }
}
