//! The command line as a whole process against the real kubeseal.

use crate::rounds::{Line, in_turns, ms};
use lacre_tests::programs::{Profile, command, kubeseal, lacre};
use lacre_tests::{Fault, keys};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Secrets in the folder and in the stream.
const MANY: usize = 1000;

/// Both programs, and a folder with a certificate of the size that clusters have.
struct Setting {
    lacre: PathBuf,
    kubeseal: PathBuf,
    folder: TempDir,
}

impl Setting {
    fn new() -> Result<Self, Fault> {
        let folder = scratch()?;
        fs::write(folder.path().join("cert.pem"), keys::of(4096)?.certificate)?;
        Ok(Self {
            lacre: lacre(Profile::Release)?,
            kubeseal: kubeseal()?,
            folder,
        })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn lacre(&self, arguments: &[&str]) -> Command {
        self.command(
            &self.lacre,
            &[&["seal", "--cert", "cert.pem"], arguments].concat(),
        )
    }

    fn kubeseal(&self, arguments: &[&str]) -> Command {
        self.command(
            &self.kubeseal,
            &[&["--cert", "cert.pem", "-o", "yaml"], arguments].concat(),
        )
    }

    fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = command(program);
        command
            .current_dir(&self.folder)
            .args(arguments)
            .stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }
}

/// A folder in memory where there is one: what a disk takes for a new file depends on what was deleted from it in
/// the last half minute (ext4 passes by such inodes), which is nobody's merit.
fn scratch() -> Result<TempDir, Fault> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() {
        TempDir::new_in(memory)?
    } else {
        TempDir::new()?
    })
}

/// A Secret of three values.
fn secret(number: usize) -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: secret-{number}\n  namespace: team-a\nstringData:\n  \
         username: user-{number}\n  password: correct horse battery staple {number}\n  url: https://db-{number}.example/x\n"
    )
}

fn succeed(mut command: Command) -> Result<(), Fault> {
    let output = command.output()?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!(
            "{command:?}: {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        )
        .into())
    }
}

/// How many SealedSecrets a file holds, or all files below a folder.
fn sealed_in(path: &Path) -> Result<usize, Fault> {
    if path.is_dir() {
        return fs::read_dir(path)?
            .map(|entry| sealed_in(&entry?.path()))
            .sum();
    }
    Ok(fs::read_to_string(path)?
        .lines()
        .filter(|line| *line == "kind: SealedSecret")
        .count())
}

fn expect_count(what: &str, count: usize) -> Result<(), Fault> {
    if count == MANY {
        Ok(())
    } else {
        Err(format!("{what} sealed {count} of {MANY} Secrets").into())
    }
}

/// Names for folders, each given once.
struct Folders {
    stem: &'static str,
    count: usize,
    last: String,
}

impl Folders {
    fn new(stem: &'static str) -> Self {
        Self {
            stem,
            count: 0,
            last: String::new(),
        }
    }

    fn next(&mut self) -> &str {
        self.count += 1;
        self.last = format!("{}-{}", self.stem, self.count);
        &self.last
    }
}

/// One Secret, from the start of the process to its end.
pub(crate) fn one_secret() -> Result<Line, Fault> {
    let setting = Setting::new()?;
    fs::write(setting.path("secret.yaml"), secret(0))?;
    let sealed = |mut command: Command| {
        command.stdin(File::open(setting.path("secret.yaml"))?);
        succeed(command)
    };
    let measured = in_turns(
        101,
        || sealed(setting.lacre(&[])),
        || sealed(setting.kubeseal(&[])),
    )?;
    Ok(Line {
        what: "one Secret of 3 values, a whole process".to_owned(),
        ours: ms(measured.ours),
        peer: format!("kubeseal: {}", ms(measured.peer)),
        ratio: measured.ratio,
        goal: 3.0,
    })
}

/// A folder of files in one run, against a process for each, since kubeseal takes one file.
pub(crate) fn files() -> Result<Line, Fault> {
    let setting = Setting::new()?;
    fs::create_dir(setting.path("in"))?;
    for number in 0..MANY {
        fs::write(setting.path(&format!("in/{number}.yaml")), secret(number))?;
    }
    // A folder of its own for every run: clearing away what the one before left is not sealing.
    let (mut ours, mut peer) = (Folders::new("ours"), Folders::new("peer"));
    let measured = in_turns(
        5,
        || succeed(setting.lacre(&["in", "--output-dir", ours.next()])),
        || {
            let folder = peer.next();
            fs::create_dir(setting.path(folder))?;
            (0..MANY).try_for_each(|number| {
                let (from, to) = (
                    format!("in/{number}.yaml"),
                    format!("{folder}/{number}.yaml"),
                );
                succeed(setting.kubeseal(&["-f", &from, "-w", &to]))
            })
        },
    )?;
    for folder in [ours.last, peer.last] {
        expect_count(&folder, sealed_in(&setting.path(&folder))?)?;
    }
    Ok(Line {
        what: format!("{MANY} files of one Secret each"),
        ours: format!("one run: {}", ms(measured.ours)),
        peer: format!("kubeseal, {MANY} runs: {}", ms(measured.peer)),
        ratio: measured.ratio,
        goal: 50.0,
    })
}

/// Many documents as one stream.
pub(crate) fn stream() -> Result<Line, Fault> {
    let setting = Setting::new()?;
    let documents: Vec<String> = (0..MANY).map(secret).collect();
    fs::write(setting.path("stream.yaml"), documents.join("---\n"))?;
    let sealed = |mut command: Command, output: &str| {
        command
            .stdin(File::open(setting.path("stream.yaml"))?)
            .stdout(File::create(setting.path(output))?);
        succeed(command)
    };
    let measured = in_turns(
        11,
        || sealed(setting.lacre(&[]), "ours"),
        || sealed(setting.kubeseal(&[]), "peer"),
    )?;
    for output in ["ours", "peer"] {
        expect_count(output, sealed_in(&setting.path(output))?)?;
    }
    Ok(Line {
        what: format!("{MANY} documents of 3 values as one stream"),
        ours: ms(measured.ours),
        peer: format!("kubeseal: {}", ms(measured.peer)),
        ratio: measured.ratio,
        goal: 5.0,
    })
}

/// The size of what is shipped.
pub(crate) fn size() -> Result<Line, Fault> {
    const MB: f64 = 1e6;
    const LIMIT: f64 = 20.0;
    let megabytes =
        |path: PathBuf| -> Result<f64, Fault> { Ok(fs::metadata(path)?.len() as f64 / MB) };
    let (ours, peer) = (
        megabytes(lacre(Profile::Release)?)?,
        megabytes(kubeseal()?)?,
    );
    Ok(Line {
        what: "size of the program, stripped".to_owned(),
        ours: format!("{ours:.1} MB"),
        peer: format!("a limit of {LIMIT} MB (kubeseal, stripped: {peer:.1} MB)"),
        ratio: LIMIT / ours,
        goal: 1.0,
    })
}
