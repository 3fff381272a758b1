//! Where values are written to, and what becomes of files when that fails.

use std::fs;
use std::process::Stdio;

use crate::support::{fixture, lacre, names, run};

const SECRETS: &str = "cmd/unseal/secrets.in";

fn key() -> String {
    fixture("cmd/unseal/secrets.in/key.pem")
}

fn sealed() -> String {
    fixture("cmd/unseal/secrets.in/apps/db.yaml")
}

/// A file of which nothing opens.
fn damaged() -> String {
    fixture("cmd/unseal/wrong-values.in/renamed.yaml")
}

#[cfg(unix)]
#[test]
fn plaintext_files_are_for_their_owner_alone() {
    use crate::support::{mode, set_mode};

    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.yaml");
    let target = out.to_str().unwrap();
    run(["unseal", &sealed(), "--key", &key(), "-w", target]).exits(0);
    assert_eq!(mode(&out), 0o600);
    let first = fs::read(&out).unwrap();

    fs::write(&out, "old").unwrap();
    set_mode(&out, 0o644);
    let ran = run(["unseal", &sealed(), "--key", &key(), "-w", target]).exits(0);
    assert_eq!(mode(&out), 0o600, "also when an open one stood there");
    assert_eq!(fs::read(&out).unwrap(), first);
    assert!(ran.stdout.is_empty());
    assert_eq!(names(dir.path()), ["out.yaml"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_target_is_replaced() {
    use crate::support::mode;

    let dir = tempfile::tempdir().unwrap();
    let (target, link) = (dir.path().join("target"), dir.path().join("link"));
    fs::write(&target, "old").unwrap();
    std::os::unix::fs::symlink("target", &link).unwrap();
    let ran = run([
        "unseal",
        &sealed(),
        "--key",
        &key(),
        "-w",
        link.to_str().unwrap(),
    ]);
    ran.exits(0);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert!(
        fs::read_to_string(&target)
            .unwrap()
            .contains("kind: Secret")
    );
    assert_eq!(mode(&target), 0o600);
}

#[test]
fn what_opens_nothing_leaves_the_file_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out.yaml");
    fs::write(&out, "old").unwrap();
    let target = out.to_str().unwrap();
    run(["unseal", &damaged(), "--key", &key(), "-w", target]).exits(2);
    let words = ["unseal", &damaged(), "--key", &key(), "--item", "password"];
    run(words.into_iter().chain(["-w", target])).exits(2);
    assert_eq!(fs::read_to_string(&out).unwrap(), "old");
    assert_eq!(names(dir.path()), ["out.yaml"]);
}

#[test]
fn a_folder_that_takes_no_file_is_an_error_that_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    // A file where the folder should be: refused to root, too.
    fs::write(dir.path().join("taken"), "").unwrap();
    let target = dir.path().join("taken/out.yaml");
    let target = target.to_str().unwrap();
    let ran = run(["unseal", &sealed(), "--key", &key(), "-w", target]).exits(2);
    assert!(
        ran.stderr
            .contains(&format!("{target}: cannot be written: ")),
        "{}",
        ran.stderr
    );
    let ran = run(["keys", "generate", "--bits", "2048", "--out", target]).exits(2);
    assert!(ran.stderr.contains("cannot be written"), "{}", ran.stderr);
    assert_eq!(names(dir.path()), ["taken"]);
}

/// A folder without permission to write, for everyone but root, who has it all the same.
#[cfg(unix)]
#[test]
fn a_read_only_folder_is_left_as_it_is() {
    use crate::support::set_mode;

    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("folder");
    fs::create_dir(&folder).unwrap();
    set_mode(&folder, 0o555);
    let probe = fs::write(folder.join("probe"), "");
    if probe.is_ok() {
        return; // root
    }
    let target = folder.join("out.yaml");
    let ran = run([
        "unseal",
        &sealed(),
        "--key",
        &key(),
        "-w",
        target.to_str().unwrap(),
    ]);
    assert!(ran.exits(2).stderr.contains("cannot be written"));
    assert!(names(&folder).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_and_no_half_of_a_file() {
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let folder = fixture(SECRETS);
    for words in [
        vec!["unseal", "--key"],
        vec!["render", "--key"],
        vec!["explain", "-o", "json", "--key"],
    ] {
        let mut command = lacre(words.iter().copied().chain([key().as_str(), &folder]));
        let output = command.stdout(full()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(
            stderr.contains("could not write to stdout: no space left on device"),
            "{stderr}"
        );
    }
    let ran = run(["unseal", &sealed(), "--key", &key(), "-w", "/dev/full"]).exits(2);
    assert!(
        ran.stderr
            .contains("/dev/full: cannot be written: no space left"),
        "{}",
        ran.stderr
    );
    assert!(
        fs::metadata("/dev/full").unwrap().file_type() != fs::metadata("/").unwrap().file_type()
    );
}

#[test]
fn a_reader_that_has_gone_is_no_failure() {
    let folder = fixture(SECRETS);
    for words in [
        ["unseal", "--key"].as_slice(),
        &["render", "--key"],
        &["explain", "-o", "json", "--key"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = lacre(words.iter().copied().chain([key().as_str(), &folder, "-q"]));
        let output = command
            .stdout(writer)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[test]
fn one_item_is_written_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("value");
    let words = ["unseal", &sealed(), "--key", &key(), "--item", "password"];
    let ran = run(words).exits(0);
    assert_eq!(ran.stdout, b"not-a-real-one");
    run(words.into_iter().chain(["-w", out.to_str().unwrap()])).exits(0);
    assert_eq!(fs::read(&out).unwrap(), b"not-a-real-one");
}

#[test]
fn a_name_cannot_move_the_cursor() {
    let key = key();
    let sealed = fs::read_to_string(damaged()).unwrap();
    let sealed = sealed.replace("name: database", r#"name: "a\e[2Jb""#);
    for words in [
        ["unseal", "--key"].as_slice(),
        &["render", "-o", "table", "--key"],
        &["explain", "--key"],
    ] {
        let words = words.iter().copied().chain([key.as_str()]);
        let ran = crate::support::run_with(words, sealed.as_bytes());
        let shown = format!("{}{}", ran.text(), ran.stderr);
        assert!(
            shown.contains(r"a\u{1b}[2Jb") && !shown.contains('\u{1b}'),
            "{shown:?}"
        );
    }
}
