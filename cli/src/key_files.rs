//! Private keys and certificates from files, folders, key Secrets and stdin.

mod found;
mod secrets;
mod sources;

use std::path::{Path, PathBuf};

use clap::Args;
use lacre_crypto::{Certificate, CertificateError, KeyError, Keyring, SecretBytes, UnsealingKey};

pub(crate) use found::{FoundCertificate, FoundKey};
use sources::Source;

use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// Paths of keys for commands that are given none, separated as in `PATH`.
const KEYS_VARIABLE: &str = "LACRE_KEYS";

/// Marks the key Secrets that the controller reads; its value is `active` for those in use.
pub(crate) const KEY_LABEL: &str = "sealedsecrets.bitnami.com/sealed-secrets-key";

/// A private key whose file says this before its first PEM block is meant to be public.
const DEMO_MARK: &[u8] = b"lacre: demo key";

/// How to get the keys out of a cluster.
const HOW_TO_GET_KEYS: &str = "give the private key as PEM, or the key Secrets: \
     kubectl get secret -n kube-system -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml";

/// What to do about a key that was one once.
const HOW_TO_REPAIR: &str = "take the key from a backup, or from the cluster again";

/// With which private keys.
#[derive(Args, Debug)]
#[command(next_help_heading = "Keys")]
pub(crate) struct KeyArgs {
    /// Private keys to open with: a file, a folder, or `-` for stdin; may be repeated.
    ///
    /// A file holds PEM (PKCS#1 or PKCS#8, not encrypted), or key Secrets as `kubectl get secret -o yaml` or `-o json`
    /// prints them, single, as a List or as many documents. A folder stands for all such files below it. Newer keys
    /// are tried first; what counts is the certificate's start of validity, else the Secret's creationTimestamp.
    /// Without --key, the paths in LACRE_KEYS are taken (separated like those in PATH).
    #[arg(long = "key", short = 'k', value_name = "FILE|DIR|-")]
    pub(crate) keys: Vec<PathBuf>,
}

impl KeyArgs {
    /// The paths given, else those of the environment.
    pub(crate) fn paths(&self) -> Vec<PathBuf> {
        if !self.keys.is_empty() {
            return self.keys.clone();
        }
        let list = std::env::var_os(KEYS_VARIABLE).unwrap_or_default();
        std::env::split_paths(&list)
            .filter(|path| !path.as_os_str().is_empty())
            .collect()
    }

    /// Refuses keys from a stdin that something else is read from.
    pub(crate) fn refuse_stdin(&self) -> Result<(), Problem> {
        if self.paths().iter().any(|path| path.as_os_str() == "-") {
            return Err(
                Problem::new("keys and manifests cannot both come from stdin").mend(
                    "give one of them as a file; with bash: --key <(kubectl get secret -o yaml …)",
                ),
            );
        }
        Ok(())
    }

    /// Reads all keys. What cannot be read is told and counted; the others are still there.
    ///
    /// # Errors
    /// When no key is left.
    pub(crate) fn load(&self, ui: &Ui) -> Result<LoadedKeys, Problem> {
        let paths = self.paths();
        if paths.is_empty() {
            return Err(Problem::new("no private key is given").mend(format!(
                "give one with --key FILE, or list paths in {KEYS_VARIABLE}"
            )));
        }
        let material = Material::read(&paths, Wanted::Keys, ui);
        let failed = material.tell(ui);
        let mut ring = Keyring::new();
        for found in material.keys {
            let (time, name) = (found.ordering().map_or(0, |(time, _)| time), found.name());
            ring.add(found.key, time, name);
        }
        if ring.is_empty() {
            return Err(Problem::new("no usable private key was found").mend(HOW_TO_GET_KEYS));
        }
        Ok(LoadedKeys { ring, failed })
    }
}

/// What [`KeyArgs::load`] came to.
#[derive(Debug)]
pub(crate) struct LoadedKeys {
    /// The keys, newest first.
    pub(crate) ring: Keyring,
    /// True if something given as a key could not be used; it has been told.
    pub(crate) failed: bool,
}

/// What a path is expected to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Private keys; a file with a certificate alone is a mistake.
    Keys,
    /// Private keys or certificates.
    KeysOrCertificates,
}

/// Everything that a list of paths holds.
#[derive(Debug)]
pub(crate) struct Material {
    wanted: Wanted,
    /// Keys that were read, the same one twice included.
    found: usize,
    /// In the order of the paths; each key once.
    pub(crate) keys: Vec<FoundKey>,
    /// In the order of the paths, those of key Secrets among them.
    pub(crate) certificates: Vec<FoundCertificate>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Material {
    /// Reads all `paths`; `-` is stdin.
    pub(crate) fn read(paths: &[PathBuf], wanted: Wanted, ui: &Ui) -> Self {
        let mut material = Self {
            wanted,
            found: 0,
            keys: Vec::new(),
            certificates: Vec::new(),
            problems: Vec::new(),
            warnings: Vec::new(),
        };
        for path in paths {
            let before = material.count();
            for source in sources::gather(path) {
                match source.and_then(|source| Ok((source.read(ui)?, source))) {
                    Ok((text, source)) => material.take(&source, &text),
                    Err(problem) => material.problems.push(problem),
                }
            }
            if material.count() == before {
                material.problems.push(material.nothing_in(path));
            }
        }
        found::pair(&mut material.keys, &material.certificates);
        material
    }

    /// Tells all errors and warnings; true if there was an error.
    pub(crate) fn tell(&self, ui: &Ui) -> bool {
        self.warnings.iter().for_each(|warning| ui.warn(warning));
        self.problems.iter().for_each(|problem| ui.error(problem));
        !self.problems.is_empty()
    }

    /// Grows with whatever is wanted, also with what is known already, and with whatever is wrong.
    fn count(&self) -> usize {
        let certificates = match self.wanted {
            Wanted::Keys => 0,
            Wanted::KeysOrCertificates => self.certificates.len(),
        };
        self.found + certificates + self.problems.len()
    }

    fn nothing_in(&self, path: &Path) -> Problem {
        let what = match self.wanted {
            Wanted::Keys => "there is no private key in it",
            Wanted::KeysOrCertificates => "there is neither a private key nor a certificate in it",
        };
        let name = if path.as_os_str() == "-" {
            "<stdin>".to_owned()
        } else {
            path.display().to_string()
        };
        Problem::new(what)
            .in_place(Place::file(name))
            .mend(HOW_TO_GET_KEYS)
    }

    fn take(&mut self, source: &Source, text: &SecretBytes) {
        let before = self.found;
        if is_pem(text.expose()) {
            self.take_pem(source, text.expose());
        } else if source.named || source.looks_like_manifest() {
            secrets::take(self, source, text.expose());
        }
        if self.found > before && !is_demo_key(text.expose()) {
            self.warnings.extend(source.loose_permissions());
        }
    }

    fn take_pem(&mut self, source: &Source, text: &[u8]) {
        let place = Place::file(&source.name);
        let certificates = Certificate::read_all_pem(text);
        let certificates_wanted = self.wanted == Wanted::KeysOrCertificates;
        match UnsealingKey::read_all_pem(text) {
            Ok(keys) => keys
                .into_iter()
                .for_each(|key| self.add(FoundKey::bare(key, place.clone()))),
            Err(KeyError::NoKey) if begins_private_key(text) => {
                let problem = Problem::new("a private key begins in it, but is cut off or damaged");
                self.problems
                    .push(problem.in_place(place.clone()).mend(HOW_TO_REPAIR));
            }
            // Certificates lie beside their keys.
            Err(KeyError::NoKey | KeyError::CertificateGiven | KeyError::PublicKeyGiven)
                if !source.named => {}
            Err(KeyError::CertificateGiven) if certificates_wanted => {}
            Err(KeyError::NoKey) => {}
            Err(e) => self.problems.push(unusable(&e).in_place(place.clone())),
        }
        match certificates {
            Ok(certificates) => {
                self.certificates
                    .extend(
                        certificates
                            .into_iter()
                            .map(|certificate| FoundCertificate {
                                certificate,
                                place: place.clone(),
                                secret: None,
                            }),
                    )
            }
            Err(e @ CertificateError::Malformed { .. }) if certificates_wanted => {
                self.problems
                    .push(Problem::new(e.to_string()).in_place(place));
            }
            Err(_) => {}
        }
    }

    /// Adds a key unless it is there already; a second finding may know more about it.
    fn add(&mut self, key: FoundKey) {
        self.found += 1;
        match self
            .keys
            .iter_mut()
            .find(|known| known.key.fingerprint() == key.key.fingerprint())
        {
            Some(known) => known.learn_from(key),
            None => self.keys.push(key),
        }
    }
}

/// A key that is no use, with the way out. The text of a [`KeyError`] quotes nothing of the key.
fn unusable(error: &KeyError) -> Problem {
    let problem = Problem::new(error.to_string());
    match error {
        KeyError::CertificateGiven | KeyError::PublicKeyGiven => problem.mend(HOW_TO_GET_KEYS),
        KeyError::NotRsa { .. } => {
            problem.mend("sealed secrets are made with RSA keys; this one is for something else")
        }
        KeyError::Malformed | KeyError::Invalid => problem.mend(HOW_TO_REPAIR),
        _ => problem,
    }
}

/// PEM begins at the beginning of a line; inside of YAML and JSON it doesn't.
fn is_pem(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n')
        .any(|line| line.starts_with(b"-----BEGIN "))
}

fn begins_private_key(text: &[u8]) -> bool {
    let mut lines = text
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii_end);
    lines.any(|line| line.starts_with(b"-----BEGIN ") && line.ends_with(b"PRIVATE KEY-----"))
}

fn is_demo_key(text: &[u8]) -> bool {
    let heading = text
        .split(|byte| *byte == b'\n')
        .take_while(|line| !line.starts_with(b"-----BEGIN "));
    heading.into_iter().any(|line| {
        line.windows(DEMO_MARK.len())
            .any(|words| words == DEMO_MARK)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_is_told_from_manifests_by_where_it_begins() {
        for (text, pem) in [
            ("-----BEGIN PRIVATE KEY-----\n", true),
            ("some text\r\n-----BEGIN CERTIFICATE-----\r\n", true),
            ("tls.key: |\n  -----BEGIN PRIVATE KEY-----\n", false),
            ("{\"a\": \"-----BEGIN PRIVATE KEY-----\"}", false),
            ("-----END PRIVATE KEY-----\n", false),
            ("", false),
        ] {
            assert_eq!(is_pem(text.as_bytes()), pem, "{text:?}");
        }
    }

    #[test]
    fn only_a_heading_makes_a_key_public() {
        for (text, demo) in [
            ("# lacre: demo key\n-----BEGIN RSA PRIVATE KEY-----\n", true),
            ("# lacre: demo key\nkind: Secret\n", true),
            ("-----BEGIN RSA PRIVATE KEY-----\nlacre: demo key\n", false),
            ("kind: Secret\n", false),
        ] {
            assert_eq!(is_demo_key(text.as_bytes()), demo, "{text:?}");
        }
    }

    #[test]
    fn a_key_that_is_cut_off_is_known_by_its_beginning() {
        for (text, begins) in [
            ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", true),
            ("x\n-----BEGIN PRIVATE KEY-----\r\n", true),
            ("-----BEGIN CERTIFICATE-----\n", false),
            ("x -----BEGIN PRIVATE KEY-----\n", false),
        ] {
            assert_eq!(begins_private_key(text.as_bytes()), begins, "{text:?}");
        }
    }
}
