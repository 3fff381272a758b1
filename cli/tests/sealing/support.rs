//! Running the program, and looking at what it sealed.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lacre_api::{SealedSecret, annotations};
use lacre_crypto::{Envelope, Identity, Keyring, UnsealingKey, decode_text};
use lacre_manifest::Stream;

/// A value that no output may show.
pub(crate) const CANARY: &str = "CANARY-7f3a";

pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/certs")
        .join(name)
}

/// `lacre seal --cert prod.pem ARGS…` in `folder`.
pub(crate) fn seal(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lacre"));
    command
        .current_dir(folder)
        .arg("seal")
        .arg("--cert")
        .arg(fixture("prod.pem"))
        .args(args);
    command
        .env("HOME", folder)
        .env_remove("KUBECONFIG")
        .stdin(Stdio::null());
    command
}

pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

pub(crate) fn run_with(command: &mut Command, stdin: &[u8]) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || pipe.write_all(stdin));
        child.wait_with_output().unwrap()
    })
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn keyring(key: &str) -> Keyring {
    let mut keyring = Keyring::new();
    let key = UnsealingKey::read_first_pem(&fs::read(fixture(key)).unwrap()).unwrap();
    keyring.add(key, 0, "test".to_owned());
    keyring
}

pub(crate) fn sealed_secrets(text: &[u8]) -> Vec<SealedSecret> {
    let stream = Stream::read(text).unwrap();
    let objects = stream
        .documents()
        .iter()
        .flat_map(|document| document.objects());
    objects
        .map(|object| SealedSecret::decode_node(object.node).object)
        .collect()
}

/// The value of one item, opened for the identity that the object claims.
pub(crate) fn open(object: &SealedSecret, item: &str, keyring: &Keyring) -> Option<Vec<u8>> {
    let none = annotations::Annotations::new();
    let identity = Identity {
        scope: annotations::scope(object.metadata.annotations.as_ref().unwrap_or(&none)),
        namespace: object.metadata.namespace.as_deref().unwrap_or_default(),
        name: object.metadata.name.as_deref().unwrap_or_default(),
    };
    let bytes = decode_text(&object.spec.encrypted_data[item]).unwrap();
    Envelope::parse(&bytes).unwrap();
    keyring
        .open(&bytes, &identity.label())
        .ok()
        .map(|opened| opened.plaintext.expose().to_vec())
}

pub(crate) fn manifest(name: &str, value: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: {name}, namespace: prod}}\nstringData: {{password: {value:?}}}\n"
    )
}

/// Every file below `folder`, with its contents.
pub(crate) fn tree(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(tree(&path));
        } else {
            let contents = fs::read(&path).unwrap();
            files.push((path, contents));
        }
    }
    files.sort();
    files
}
