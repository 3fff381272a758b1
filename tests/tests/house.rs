//! Holds the repository to the house's plan: layers, trees, sources, words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lacre_tests::house::{
    NOT_IN_ANY_TREE, Package, dependency_faults, manifest_faults, packages_from_metadata,
    source_faults, tree_faults, workplace_faults,
};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders that git doesn't keep.
const NOT_KEPT: &[&str] = &[".git", "artifacts", "corpus", "coverage", "target"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "cargo {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn packages() -> Vec<Package> {
    packages_from_metadata(&cargo(&[
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]))
    .unwrap()
}

/// All files below a folder, except those that git doesn't keep.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            if !NOT_KEPT.contains(&entry.file_name().to_str().unwrap_or_default()) {
                files.extend(files_below(&path));
            }
        } else if entry.file_type().unwrap().is_file() {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// `tests.rs` and what lies in `tests/` is declared under `#[cfg(test)]`.
fn is_for_tests(below_src: &Path) -> bool {
    below_src
        .components()
        .any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn dependencies_point_downwards_only() {
    assert_none(&dependency_faults(&packages()));
}

#[test]
fn no_tree_holds_what_does_not_belong_there() {
    let mut faults = Vec::new();
    for package in packages() {
        // Alone, so that no other crate's features count; without tests, which may use what they like
        // of what is not banned everywhere.
        let tree = cargo(&[
            "tree",
            "--offline",
            "-p",
            &package.name,
            "-e",
            "normal,build",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        assert!(tree.starts_with(&package.name), "{tree}");
        faults.extend(tree_faults(&package.name, &tree));
    }
    let everything = cargo(&[
        "tree",
        "--offline",
        "--workspace",
        "-e",
        "all",
        "--all-features",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]);
    faults.extend(tree_faults("the workspace", &everything));
    assert!(
        everything.lines().count() > 100,
        "cargo tree printed nothing to look at"
    );
    assert!(!NOT_IN_ANY_TREE.is_empty());
    assert_none(&faults);
}

#[test]
fn sources_keep_to_their_crate_and_silence_no_lint() {
    let mut faults = Vec::new();
    for package in packages() {
        let src = Path::new(&package.manifest_path)
            .parent()
            .unwrap()
            .join("src");
        let sources: Vec<PathBuf> = files_below(&src)
            .into_iter()
            .filter(|path| path.extension().is_some_and(|e| e == "rs"))
            .collect();
        assert!(!sources.is_empty(), "{} has no sources", package.name);
        for path in sources
            .iter()
            .filter(|path| !is_for_tests(path.strip_prefix(&src).unwrap()))
        {
            faults.extend(
                source_faults(
                    &package.name,
                    &relative(path),
                    &fs::read_to_string(path).unwrap(),
                )
                .unwrap(),
            );
        }
    }
    assert_none(&faults);
}

#[test]
fn every_crate_takes_over_the_lints() {
    let faults: Vec<String> = packages()
        .iter()
        .flat_map(|package| {
            manifest_faults(
                &package.name,
                &fs::read_to_string(&package.manifest_path).unwrap(),
            )
        })
        .collect();
    assert_none(&faults);
}

#[test]
fn nothing_mentions_the_place_where_it_was_written() {
    let mut faults = Vec::new();
    let mut read = 0;
    for path in files_below(&root()) {
        if let Ok(text) = fs::read_to_string(&path) {
            faults.extend(workplace_faults(&relative(&path), &text));
            read += 1;
        }
    }
    assert!(read > 100, "only {read} files were read");
    assert_none(&faults);
}
