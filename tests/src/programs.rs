//! The programs under test: ours, built by cargo, and the peers, built by `tests/peers/build`.

use crate::Fault;
use serde_json::Value;
use std::env;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

/// One build at a time: tests run in threads.
static BUILD: Mutex<()> = Mutex::new(());

/// How cargo builds a program of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build, for tests.
    Dev,
    /// What is shipped, for benches.
    Release,
}

/// The path of the real kubeseal: `$LACRE_KUBESEAL`, else the [`peer`].
///
/// # Errors
/// When it is neither there nor can be built.
pub fn kubeseal() -> Result<PathBuf, Fault> {
    let Some(path) = env::var_os("LACRE_KUBESEAL").map(PathBuf::from) else {
        return peer("kubeseal");
    };
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("LACRE_KUBESEAL: {} is no file", path.display()).into())
    }
}

/// The path of a program of others: what `tests/peers/build NAME` has in its cache or builds.
///
/// # Errors
/// When it can't be built.
pub fn peer(name: &str) -> Result<PathBuf, Fault> {
    let _one = BUILD.lock();
    // Its progress goes to our stderr, past the test harness: the first run takes minutes.
    let build = root()?.join("tests/peers/build");
    let output = Command::new(build)
        .arg(name)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("tests/peers/build {name} failed: it has said why").into());
    }
    Ok(PathBuf::from(String::from_utf8(output.stdout)?.trim_end()))
}

/// The path of `lacre`, freshly built.
///
/// # Errors
/// When it can't be built.
pub fn lacre(profile: Profile) -> Result<PathBuf, Fault> {
    let _one = BUILD.lock();
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args([
        "build",
        "--locked",
        "--quiet",
        "-p",
        "lacre",
        "--bin",
        "lacre",
        "--message-format",
        "json",
    ]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    let output = cargo
        .current_dir(root()?)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("cargo build -p lacre failed: it has said why".into());
    }
    String::from_utf8(output.stdout)?
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter_map(|message| Some(PathBuf::from(message.get("executable")?.as_str()?)))
        .next_back()
        .ok_or_else(|| "cargo build -p lacre named no executable".into())
}

/// A command that sees nothing of the user's own settings: no home, no kubeconfig, no cluster, no proxy.
#[must_use]
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("HOME", "/nonexistent")
        .env("LC_ALL", "C");
    if let Some(path) = env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs a command with `input` on stdin and returns its stdout.
///
/// # Errors
/// When it can't be run or fails; the error holds its stderr.
pub fn run(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().ok_or("no stdin")?;
    let output = std::thread::scope(|scope| {
        // A thread of its own, since either pipe may fill up. The program may stop reading early.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output()
    })?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!(
            "{:?}: {}: {}",
            command.get_program(),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into())
    }
}

/// The repository's root.
fn root() -> Result<PathBuf, Fault> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(tests.parent().ok_or("tests/ has no parent")?.to_owned())
}
