//! The drop-in against recorded command lines of kubeseal 0.40.0, and against those of our own where
//! it differs on purpose. Needs what the cases use: bash, GNU sed, python3, openssl.
#![cfg(unix)]
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What every case stands on, beside its own folder.
const FIXTURES: [&str; 5] = ["run", "mock.py", "normalise.sed", "cert.pem", "key.pem"];

#[test]
fn recorded_cases_are_met() {
    let suite = Suite::new("kubeseal-cases");
    let names = suite.names(|case| !case.join("upstream-bug").exists());
    assert!(names.len() > 150, "only {} cases found", names.len());
    let failed = suite.failing(&suite.binary("kubeseal"), &names);
    assert!(failed.names.is_empty(), "\n{}", failed.report);
}

#[test]
fn further_recorded_cases_are_met() {
    Suite::new("kubeseal-cases-more").must_be_met();
}

#[test]
fn what_differs_on_purpose_is_as_written_down() {
    Suite::new("kubeseal-cases-ours").must_be_met();
}

#[test]
fn every_fault_of_upstream_has_an_expectation_of_ours() {
    let marked = Suite::new("kubeseal-cases").names(|case| case.join("upstream-bug").exists());
    let ours = Suite::new("kubeseal-cases-ours").names(|_| true);
    assert!(!marked.is_empty());
    for name in marked {
        assert!(
            ours.contains(&name),
            "{name} is missing in kubeseal-cases-ours"
        );
    }
}

/// `lacre unseal` and `lacre render` follow another path to the same Secret.
#[test]
fn our_own_commands_make_of_templates_what_kubeseal_makes() {
    let suite = Suite::new("kubeseal-cases-more");
    let straight = "$KUBESEAL --recovery-unseal --recovery-private-key $KEY -o yaml -f input.yaml";
    let read =
        |case: &str, file: &str| fs::read_to_string(suite.scratch.path().join(case).join(file));
    let names = suite.names(|case| {
        let name = file_name(case);
        name.contains("-unseal-template-") && read(&name, "cmd").unwrap().trim() == straight
    });
    let mut rendered = 0;
    for name in &names {
        let input = suite.scratch.path().join(name).join("input.yaml");
        let output = Command::new(env!("CARGO_BIN_EXE_lacre"))
            .args(["unseal", "-o", "yaml", "--key"])
            .args([&suite.scratch.path().join("key.pem"), &input])
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        if read(name, "exit").unwrap().trim() == "0" {
            assert!(output.status.success(), "{name}: {told}");
            let ours = data_of(&output.stdout);
            assert_eq!(
                ours,
                data_of(read(name, "stdout").unwrap().as_bytes()),
                "{name}"
            );
            rendered += 1;
        } else {
            assert_eq!(output.status.code(), Some(2), "{name}: {told}");
            assert!(output.stdout.is_empty(), "{name}: no part of a Secret");
        }
    }
    assert!(
        rendered > 50 && names.len() - rendered > 50,
        "{rendered} of {}",
        names.len()
    );
}

/// Item to base64; Go says null for an empty value.
fn data_of(secret: &[u8]) -> BTreeMap<String, String> {
    let stream = lacre_manifest::Stream::read(secret).unwrap();
    let data = stream.documents()[0].node().unwrap().get("data");
    let text = |node: &lacre_manifest::Node| node.as_str().unwrap_or_default().to_owned();
    data.into_iter()
        .flat_map(lacre_manifest::Node::entries)
        .map(|entry| (entry.key().to_owned(), text(entry.value())))
        .collect()
}

#[test]
fn the_subcommand_does_the_same_as_the_name() {
    let suite = Suite::new("kubeseal-cases");
    let script = suite.scratch.path().join("bin").join("wrapper");
    fs::create_dir_all(script.parent().unwrap()).unwrap();
    let program = env!("CARGO_BIN_EXE_lacre");
    fs::write(
        &script,
        format!("#!/bin/sh\nexec '{program}' kubeseal \"$@\"\n"),
    )
    .unwrap();
    make_executable(&script);
    let names: Vec<String> = [
        "002-seal-yaml",
        "068-raw-strict",
        "118-",
        "183-",
        "204-",
        "208-",
    ]
    .iter()
    .flat_map(|start| suite.names(|case| file_name(case).starts_with(start)))
    .collect();
    assert_eq!(names.len(), 6);
    let failed = suite.failing(&script, &names);
    assert!(failed.names.is_empty(), "\n{}", failed.report);
}

/// A folder of cases, copied to where their files may be changed.
struct Suite {
    scratch: tempfile::TempDir,
}

/// What did not go as recorded.
struct Failed {
    names: Vec<String>,
    report: String,
}

impl Suite {
    fn new(folder: &str) -> Self {
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests");
        let scratch = tempfile::tempdir().unwrap();
        for fixture in FIXTURES {
            let from = tests.join("kubeseal-cases").join(fixture);
            fs::copy(&from, scratch.path().join(fixture)).unwrap();
        }
        make_executable(&scratch.path().join("run"));
        for case in fs::read_dir(tests.join(folder)).unwrap() {
            let case = case.unwrap().path();
            if case.is_dir() {
                copy_folder(&case, &scratch.path().join(file_name(&case)));
            }
        }
        // The case is about permissions, of which Git keeps only one bit.
        let merged = scratch.path().join("117-merge-yaml/ss.yaml");
        if merged.exists() {
            set_mode(&merged, 0o640);
        }
        Self { scratch }
    }

    /// The names of the cases that `wanted` picks, in order.
    fn names(&self, wanted: impl Fn(&Path) -> bool) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.scratch.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|case| case.join("cmd").is_file() && wanted(case))
            .map(|case| file_name(&case))
            .collect();
        names.sort();
        names
    }

    /// Our program under another name: the runner looks through links.
    fn binary(&self, name: &str) -> PathBuf {
        let path = self.scratch.path().join("bin").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(env!("CARGO_BIN_EXE_lacre"), &path).unwrap();
        path
    }

    fn must_be_met(&self) {
        let names = self.names(|_| true);
        assert!(names.len() > 50, "only {} cases found", names.len());
        let failed = self.failing(&self.binary("kubeseal"), &names);
        assert!(failed.names.is_empty(), "\n{}", failed.report);
    }

    /// Runs the cases, some at once, each runner with a server and scratch folder of its own.
    fn failing(&self, program: &Path, names: &[String]) -> Failed {
        let runners = std::thread::available_parallelism().map_or(2, usize::from);
        let share = names.len().div_ceil(runners).max(1);
        let outputs: Vec<String> = std::thread::scope(|scope| {
            let started: Vec<_> = names
                .chunks(share)
                .map(|names| scope.spawn(|| self.run(program, names)))
                .collect();
            started
                .into_iter()
                .map(|runner| runner.join().unwrap())
                .collect()
        });
        let report = outputs.concat();
        let names = report
            .lines()
            .filter_map(|line| line.strip_prefix("FAIL ")?.split_once(':'))
            .map(|(name, _)| name.to_owned())
            .collect();
        Failed { names, report }
    }

    fn run(&self, program: &Path, names: &[String]) -> String {
        let output = Command::new(self.scratch.path().join("run"))
            .arg(program)
            .args(names)
            .env("STDERR_MODE", "exact")
            .output()
            .expect("bash runs the cases");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = String::from_utf8_lossy(&output.stderr);
        let counted: usize = text
            .lines()
            .rfind(|line| line.starts_with("pass "))
            .unwrap_or_else(|| panic!("the runner did not finish:\n{text}\n{said}"))
            .split_whitespace()
            .filter_map(|word| word.parse::<usize>().ok())
            .sum();
        assert_eq!(
            counted,
            names.len(),
            "the runner lost cases:\n{text}\n{said}"
        );
        text
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(file_name(&path));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
            set_mode(&target, 0o644);
        }
    }
}

fn make_executable(path: &Path) {
    set_mode(path, 0o755);
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}
