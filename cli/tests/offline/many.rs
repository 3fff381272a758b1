//! One bad file among a thousand.

use std::fs;

use crate::support::{fixture, run};

/// A folder with `count` cluster-wide SealedSecrets, each in a file of its own, and one broken file.
fn folder(count: usize) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let sealed = fs::read_to_string(fixture("cmd/unseal/secrets.in/pull.yaml")).unwrap();
    for n in 0..count {
        let text = sealed.replace("name: pull", &format!("name: pull-{n:04}"));
        fs::write(dir.path().join(format!("{n:04}.yaml")), text).unwrap();
    }
    fs::write(dir.path().join("0500-broken.yaml"), "a: b\nspec: [\n").unwrap();
    dir
}

#[test]
fn the_others_still_work_in_their_order() {
    let dir = folder(1000);
    let folder = dir.path().to_str().unwrap();
    let key = fixture("cmd/unseal/secrets.in/key.pem");
    for command in ["unseal", "render"] {
        let ran = run([command, folder, "--key", &key]).exits(2);
        let names: Vec<&str> = ran
            .text()
            .lines()
            .filter(|line| line.starts_with("  name: "))
            .collect();
        assert_eq!(names.len(), 1000);
        assert!(names.is_sorted());
        let errors: Vec<&str> = ran
            .stderr
            .lines()
            .filter(|line| line.starts_with("error:"))
            .collect();
        assert_eq!(errors.len(), 1, "{}", ran.stderr);
        assert!(
            errors[0].contains("0500-broken.yaml:3:1: "),
            "{}",
            errors[0]
        );
    }
    let ran = run(["explain", folder, "--key", &key]).exits(2);
    assert!(
        ran.stderr.contains("1000 values: each opens"),
        "{}",
        ran.stderr
    );
}
