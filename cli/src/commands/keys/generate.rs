//! `lacre keys generate`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use lacre_api::{Metadata, Secret};
use lacre_crypto::{Certificate, CertificateOptions, UnsealingKey, issue_certificate};
use lacre_manifest::emit::{self, YamlStyle};
use lacre_secret::SecretBytes;
use serde_json::json;

use crate::Outcome;
use crate::clock;
use crate::key_files::KEY_LABEL;
use crate::new_files::{NewFiles, Readers, refuse_existing};
use crate::problem::Problem;
use crate::ui::Ui;

/// What the controller's own keys are called; the cluster adds five characters.
const NAME_PREFIX: &str = "sealed-secrets-key";

const HELP: &str = "\
The certificate is public: commit it, and seal with it. The private key opens whatever was sealed: keep it where the \
backups are, and nowhere else.

The certificate is like the controller's own: self-signed, sha256WithRSAEncryption, key usage \"encipher only\". Of its \
contents only the dates matter: clients refuse an expired one, and the controller seals with the key whose certificate \
begins last.

Examples:
  A key pair for tests, as keys/tls.key and keys/tls.crt:
    lacre keys generate --out keys/

  A key of one's own for a cluster; its controller reads it at the next start:
    lacre keys generate --secret | kubectl create -f -

  The same, kept in a file of mode 0600 first:
    lacre keys generate --secret --name my-key --out key-secret.yaml";

/// Arguments of `lacre keys generate`.
#[derive(Args, Debug)]
#[command(after_long_help = HELP)]
pub(crate) struct GenerateArgs {
    /// Length of the modulus: 2048, 3072, 4096 or 8192.
    #[arg(long, value_name = "BITS", default_value_t = 4096)]
    bits: usize,
    /// Common name in the certificate; may be empty, as in the controller's own.
    #[arg(long, value_name = "NAME", default_value = "sealed-secrets")]
    cn: String,
    /// How long clients may seal with the certificate, as in 87600h or 365d.
    ///
    /// The private key has no end: what was sealed opens for ever.
    #[arg(long, value_name = "DURATION", default_value = "87600h", value_parser = clock::parse_duration)]
    ttl: i64,
    /// Where to write: a folder, or the beginning of two file names.
    ///
    /// A folder (one that exists, or a path that ends in `/`) gets tls.key and tls.crt; else PATH.key and PATH.crt are
    /// made. With --secret it is the one file to write. The private key gets mode 0600, and no file is overwritten.
    #[arg(long, value_name = "PATH", required_unless_present = "secret")]
    out: Option<PathBuf>,
    /// Make a Secret of key and certificate, as the controller keeps them; print it, or write it to --out.
    #[arg(long)]
    secret: bool,
    /// Namespace of the Secret: the controller's.
    #[arg(
        long,
        short,
        value_name = "NAMESPACE",
        default_value = "kube-system",
        requires = "secret"
    )]
    namespace: String,
    /// Name of the Secret; without it the cluster makes one up that begins with sealed-secrets-key.
    #[arg(long, value_name = "NAME", requires = "secret")]
    name: Option<String>,
}

/// Where the key goes.
enum Target {
    Pair { key: PathBuf, certificate: PathBuf },
    SecretFile(PathBuf),
    Stdout,
}

pub(super) fn run(args: &GenerateArgs, ui: &Ui) -> Result<Outcome, Problem> {
    let target = Target::of(args);
    // Before the work: a key takes seconds to make.
    target.check(ui)?;
    ui.start_progress("making the key", 1);
    let made = make(args);
    ui.end_progress();
    let (key, certificate) = made?;
    let mut files = NewFiles::default();
    match &target {
        Target::Pair {
            key: private,
            certificate: public,
        } => {
            files.stage(private, key.to_pkcs1_pem().expose(), Readers::Owner)?;
            files.stage(public, certificate.to_pem().as_bytes(), Readers::All)?;
            files.commit()?;
            ui.note(&format!("private key  {}", private.display()));
            ui.note(&format!("certificate  {}", public.display()));
        }
        Target::SecretFile(path) => {
            files.stage(
                path,
                manifest(args, &key, &certificate).expose(),
                Readers::Owner,
            )?;
            files.commit()?;
            ui.note(&format!("key Secret   {}", path.display()));
        }
        Target::Stdout => ui.result(manifest(args, &key, &certificate).expose())?,
    }
    ui.note(&format!("fingerprint  {}", key.fingerprint()));
    ui.note(&format!(
        "valid until  {}",
        clock::rfc3339(certificate.not_after())
    ));
    Ok(Outcome::Fine)
}

impl Target {
    fn of(args: &GenerateArgs) -> Self {
        match &args.out {
            None => Self::Stdout,
            Some(path) if args.secret => Self::SecretFile(path.clone()),
            Some(path) if path.is_dir() || ends_in_slash(path) => Self::Pair {
                key: path.join("tls.key"),
                certificate: path.join("tls.crt"),
            },
            Some(path) => Self::Pair {
                key: with_suffix(path, ".key"),
                certificate: with_suffix(path, ".crt"),
            },
        }
    }

    fn check(&self, ui: &Ui) -> Result<(), Problem> {
        match self {
            Self::Pair { key, certificate } => refuse_existing(key).and_then(|()| refuse_existing(certificate)),
            Self::SecretFile(path) => refuse_existing(path),
            Self::Stdout if ui.result_is_terminal() => Err(Problem::new("a private key does not belong on a screen")
                .mend("write it with --out FILE, or pipe it: lacre keys generate --secret | kubectl create -f -")),
            Self::Stdout => Ok(()),
        }
    }
}

fn ends_in_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// `a.b` with `.key` is `a.b.key`: a dot in a name begins no extension here.
fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn make(args: &GenerateArgs) -> Result<(UnsealingKey, Certificate), Problem> {
    let not_before = clock::now();
    let options = CertificateOptions {
        common_name: args.cn.clone(),
        not_before,
        not_after: not_before.saturating_add(args.ttl),
    };
    let key = UnsealingKey::generate(args.bits).map_err(|e| Problem::new(e.to_string()))?;
    let certificate = issue_certificate(&key, &options)
        .map_err(|e| Problem::new(e.to_string()).mend("choose a shorter --ttl"))?;
    Ok((key, certificate))
}

/// The Secret that the controller would have made.
fn manifest(args: &GenerateArgs, key: &UnsealingKey, certificate: &Certificate) -> SecretBytes {
    let mut metadata = Metadata {
        name: args.name.clone(),
        namespace: Some(args.namespace.clone()),
        labels: BTreeMap::from([(KEY_LABEL.to_owned(), "active".to_owned())]),
        ..Metadata::default()
    };
    if metadata.name.is_none() {
        metadata
            .other
            .insert("generateName".to_owned(), json!(NAME_PREFIX));
    }
    let secret = Secret {
        metadata,
        type_: Some("kubernetes.io/tls".to_owned()),
        immutable: None,
        data: BTreeMap::from([
            (
                "tls.crt".to_owned(),
                SecretBytes::from_slice(certificate.to_pem().as_bytes()),
            ),
            ("tls.key".to_owned(), key.to_pkcs1_pem()),
        ]),
    };
    emit::yaml(&secret.to_node(), YamlStyle::default())
}
