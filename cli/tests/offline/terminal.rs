//! What appears on a screen: a pseudo-terminal tells.

use std::io::Read as _;
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::{fixture, lacre};

/// The screen's side, the program's side, and the name of that.
fn terminal() -> (OwnedFd, OwnedFd, String) {
    let screen = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&screen).unwrap();
    unlockpt(&screen).unwrap();
    let name = ptsname(&screen, Vec::new()).unwrap().into_string().unwrap();
    let program = open(name.as_str(), OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    (screen, program, name)
}

/// What a command with its stdout on a terminal shows there, its stderr and its exit code. `$TTY` in a word stands for
/// the terminal's name.
fn on_terminal(words: &[&str]) -> (String, String, Option<i32>) {
    let (screen, program, name) = terminal();
    let words: Vec<String> = words
        .iter()
        .map(|word| word.replace("$TTY", &name))
        .collect();
    let mut command = lacre(words.iter().map(String::as_str));
    command
        .stdin(Stdio::null())
        .stdout(program)
        .stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    // Our copy of the program's side must go, or the screen never sees its end.
    drop(command);
    let reader = std::thread::spawn(move || {
        let mut shown = Vec::new();
        // Linux ends a terminal with an error.
        let _ = std::fs::File::from(screen).read_to_end(&mut shown);
        String::from_utf8(shown).unwrap()
    });
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    (reader.join().unwrap(), stderr, output.status.code())
}

fn unseal<'a>(sealed: &'a str, key: &'a str, more: &[&'a str]) -> (String, String, Option<i32>) {
    let words: Vec<&str> = ["unseal", sealed, "--key", key]
        .into_iter()
        .chain(more.iter().copied())
        .collect();
    on_terminal(&words)
}

#[test]
fn values_appear_on_a_screen_only_when_asked_for() {
    let (sealed, key) = (
        fixture("cmd/unseal/secrets.in/apps/db.yaml"),
        fixture("cmd/unseal/secrets.in/key.pem"),
    );
    let value = "bm90LWEtcmVhbC1vbmU=";
    let (shown, stderr, code) = unseal(&sealed, &key, &[]);
    assert_eq!(code, Some(0));
    assert!(
        shown.contains("password: <hidden, 14 bytes>") && !shown.contains(value),
        "{shown}"
    );
    assert!(stderr.contains("--show-values"), "{stderr}");

    let (shown, _, _) = unseal(&sealed, &key, &["--show-values"]);
    assert!(shown.contains(value), "{shown}");

    let (shown, _, code) = unseal(&sealed, &key, &["-w", "$TTY"]);
    assert_eq!(code, Some(0));
    assert!(
        shown.contains("<hidden, ") && !shown.contains(value),
        "{shown}"
    );
}

#[test]
fn a_bare_value_is_refused_to_a_screen() {
    let (sealed, key) = (
        fixture("cmd/unseal/secrets.in/apps/db.yaml"),
        fixture("cmd/unseal/secrets.in/key.pem"),
    );
    let (shown, stderr, code) = unseal(&sealed, &key, &["--item", "password"]);
    assert_eq!((shown.as_str(), code), ("", Some(2)));
    assert!(stderr.contains("--show-values"), "{stderr}");
    let (shown, _, _) = unseal(&sealed, &key, &["--item", "password", "--show-values"]);
    assert_eq!(
        shown, "not-a-real-one\r\n",
        "with a line break, so that no prompt sticks to it"
    );
}

#[test]
fn a_new_private_key_is_refused_to_a_screen() {
    let (shown, stderr, code) = on_terminal(&["keys", "generate", "--secret", "--bits", "2048"]);
    assert_eq!((shown.as_str(), code), ("", Some(2)));
    assert!(
        stderr.contains("a private key does not belong on a screen"),
        "{stderr}"
    );
}
