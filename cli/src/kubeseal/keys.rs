//! Private keys: PEM files, and backups of the controller's key Secrets.

use std::path::Path;

use lacre_crypto::{KeyError, Keyring, UnsealingKey};

use super::documents::Documents;
use super::objects::{LIST, List, Secret};
use super::output::compact;
use super::{Failure, input};
use crate::go::codec;

/// Reads the keys of all `files`.
///
/// # Errors
/// A file that can't be read or holds no key.
pub(super) fn read(files: &[String]) -> Result<Keyring, Failure> {
    let mut keyring = Keyring::new();
    for file in files {
        for key in read_file(Path::new(file))? {
            keyring.add(key, 0, file.clone());
        }
    }
    Ok(keyring)
}

fn read_file(path: &Path) -> Result<Vec<UnsealingKey>, Failure> {
    let text = input::read_file(path)?;
    let pem_error = match UnsealingKey::read_first_pem(text.expose()) {
        Ok(key) => return Ok(vec![key]),
        Err(error) => error,
    };
    // Upstream goes on without the keys of such a file and then blames the ciphertext.
    let no_key = format!("{}: {pem_error}", path.display());
    let secrets = secrets(text.expose(), &no_key).map_err(Failure::said)?;
    let keys: Result<Vec<_>, String> = secrets.iter().map(tls_key).collect();
    keys.map_err(Failure::said)
}

/// The Secrets in a backup: those of a List, or a stream of them. `none` is the error for a file
/// that holds no Secret.
fn secrets(text: &[u8], none: &str) -> Result<Vec<Secret>, String> {
    let list = codec::decode_object::<List>(text, &LIST).ok();
    // An object that doesn't say its kind passes for a List; it may as well be a Secret.
    let Some(list) = list.filter(|list| !list.kind.is_empty()) else {
        return Documents::read(text)?.all(none);
    };
    let mut secrets = Vec::new();
    for item in list.items.iter().filter_map(|item| item.0.as_ref()) {
        let text = compact(&item.to_node());
        secrets.extend(Documents::read(text.expose())?.all(none)?);
    }
    match secrets.is_empty() {
        true => Err(none.to_owned()),
        false => Ok(secrets),
    }
}

fn tls_key(secret: &Secret) -> Result<UnsealingKey, String> {
    let text = secret.data.get("tls.key");
    // Upstream's words, though the item that is missing is `tls.key`.
    let text = text.ok_or("secret must contain a 'tls.data' key")?;
    UnsealingKey::read_first_pem(text.expose()).map_err(|error| match error {
        KeyError::NoKey | KeyError::CertificateGiven | KeyError::PublicKeyGiven => {
            "data does not contain a valid RSA or ECDSA private key".to_owned()
        }
        KeyError::NotRsa { algorithm } => format!("unexpected private key type {algorithm}"),
        other => other.to_string(),
    })
}
