//! Pipes, links, permissions and full disks.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::*;

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let stream: Vec<String> = (0..200).map(|n| manifest(&format!("s{n}"), "x")).collect();
    fs::write(folder.path().join("all.yaml"), stream.join("---\n")).unwrap();
    let mut child = seal(folder.path(), &["all.yaml"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(stderr(&output), "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_stdout_is_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("db.yaml"),
        manifest("db", "correct horse"),
    )
    .unwrap();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = seal(folder.path(), &["db.yaml"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).starts_with("error: could not write to stdout: no space left"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_full_disk_leaves_every_file_whole() {
    let folder = tempfile::tempdir().unwrap();
    let secrets: String = (0..4)
        .map(|n| format!("---\n{}", manifest(&format!("s{n}"), CANARY)))
        .collect();
    fs::write(folder.path().join("large.yaml"), &secrets).unwrap();
    fs::write(folder.path().join("small.yaml"), manifest("small", CANARY)).unwrap();
    let before = tree(folder.path());
    // No file may grow beyond 1 KiB or so; the signal for it is ignored, as a full disk sends none.
    let script = "trap '' XFSZ; ulimit -f 2; exec \"$@\"";
    let mut limited = Command::new("sh");
    let command = seal(folder.path(), &["--no-stamp", "-i", "."]);
    limited
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .args(["-c", script, "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    let output = run(&mut limited);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("error: ./large.yaml: "),
        "{}",
        stderr(&output)
    );
    let after = tree(folder.path());
    let names = |tree: &[(PathBuf, Vec<u8>)]| {
        tree.iter()
            .map(|(path, _)| path.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&after), names(&before), "no temporary file is left");
    assert_eq!(
        after[0], before[0],
        "what could not be written is as it was"
    );
    assert_eq!(
        sealed_secrets(&after[1].1).len(),
        1,
        "the other one is sealed"
    );
}

#[test]
fn files_keep_their_permissions_and_links_their_targets() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    fs::create_dir(&real).unwrap();
    let file = real.join("db.yaml");
    fs::write(&file, manifest("db", "correct horse")).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real/db.yaml", folder.path().join("link.yaml")).unwrap();
    let output = run(&mut seal(folder.path(), &["--in-place", "link.yaml"]));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        folder
            .path()
            .join("link.yaml")
            .symlink_metadata()
            .unwrap()
            .is_symlink()
    );
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(sealed_secrets(&fs::read(&file).unwrap()).len(), 1);
    assert_eq!(tree(&real).len(), 1);
}

#[test]
fn links_that_lead_round_and_pipes_that_nobody_writes_to_are_passed_by() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("db.yaml"),
        manifest("db", "correct horse"),
    )
    .unwrap();
    symlink(".", folder.path().join("round")).unwrap();
    symlink("nowhere.yaml", folder.path().join("dangling.yaml")).unwrap();
    let pipe = folder.path().join("pipe.yaml");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let output = run(&mut seal(folder.path(), &["."]));
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(sealed_secrets(&output.stdout).len(), 1);
    let output = run(&mut seal(folder.path(), &["dangling.yaml"]));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_folder_that_cannot_be_written_to_leaves_the_input_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("db.yaml"),
        manifest("db", "correct horse"),
    )
    .unwrap();
    fs::write(folder.path().join("file"), "").unwrap();
    let before = tree(folder.path());
    for args in [
        ["--output-dir", "file/below", "db.yaml"],
        ["--output-dir", "/proc/lacre", "db.yaml"],
    ] {
        let output = run(&mut seal(folder.path(), &args));
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(
            stderr(&output).contains("cannot be written"),
            "{}",
            stderr(&output)
        );
    }
    // Root may write anywhere.
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let output = run(&mut seal(folder.path(), &["-i", "db.yaml"]));
    let refused = fs::write(folder.path().join("probe"), "").is_err();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    if refused {
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert_eq!(tree(folder.path()), before);
    }
}

#[test]
fn sealing_in_a_git_repository_reminds_of_its_history_once() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        fs::write(
            folder.path().join(format!("{name}.yaml")),
            manifest(name, "correct horse"),
        )
        .unwrap();
    }
    let mut plain = seal(folder.path(), &["-i", "a.yaml"]);
    assert!(!stderr(&run(&mut plain)).contains("history"));
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join("c.yaml"), manifest("c", "correct horse")).unwrap();
    let said = stderr(&run(&mut seal(folder.path(), &["-i", "."])));
    assert_eq!(said.matches("history").count(), 1, "{said}");
}
