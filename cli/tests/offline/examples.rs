//! The first thing a newcomer runs.

use crate::support::{lacre, repository, run};

#[test]
fn the_first_command_of_the_readme_shows_the_examples_and_nothing_fails() {
    let readme = std::fs::read_to_string(repository().join("README.md")).unwrap();
    let line = readme
        .lines()
        .find(|line| line.starts_with("cargo run"))
        .unwrap();
    let (_, words) = line.split_once(" -- ").unwrap();
    let output = lacre(words.split_whitespace())
        .current_dir(repository())
        .output()
        .unwrap();
    let (stdout, stderr) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stdout.matches("kind: Secret").count() >= 5, "{stdout}");
    assert!(
        stdout.contains("<hidden, ") && !stderr.contains("error") && !stderr.contains("warning")
    );
}

#[test]
fn the_examples_hold_every_scope_and_open_with_the_demo_key_only() {
    let folder = repository().join("examples");
    let (folder, key) = (folder.to_str().unwrap(), folder.join("demo-key.pem"));
    let ran = run([
        "render",
        folder,
        "--key",
        key.to_str().unwrap(),
        "-o",
        "json",
    ])
    .exits(0);
    for scope in ["strict", "namespace-wide", "cluster-wide"] {
        assert!(
            ran.text().contains(&format!("\"scope\": \"{scope}\"")),
            "{scope}"
        );
    }
    let other = crate::support::fixture("cmd/unseal/wrong-values.in/other.pem");
    run(["render", folder, "--key", &other]).exits(1);
}
