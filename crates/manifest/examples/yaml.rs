//! Compares the YAML reader with recorded readings of sigs.k8s.io/yaml, which kubectl reads with.
//!
//! `cargo run -p lacre-manifest --example yaml -- FILE.jsonl...`
//!
//! Each line of a file is `{"yaml": text, "json": value, "error": bool, "strict_error": bool}`: what became of the first
//! document of the text, whether it was an error, and whether strict mode refused it. Prints every difference, then
//! counts; exits with 1 if a text is read differently without one of the reasons that docs/yaml.md lists.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use lacre_manifest::emit::{self, JsonStyle};
use lacre_manifest::{Node, Refusal, Stream, read_first};

enum Outcome {
    Same,
    Refused(Refusal),
    Different(String),
}

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let mut out = std::io::stdout().lock();
    match run(&files, &mut out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn run(files: &[String], out: &mut impl Write) -> Result<bool, Box<dyn std::error::Error>> {
    if files.is_empty() {
        return Err("usage: yaml FILE.jsonl...".into());
    }
    let (mut same, mut different) = (0, 0);
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for file in files {
        let lines = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        for (number, line) in lines
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let stream = Stream::read(line.as_bytes())?;
            let Some(case) = stream
                .documents()
                .first()
                .and_then(|document| document.node())
            else {
                return Err(format!("{file}:{}: not a JSON object", number + 1).into());
            };
            match compare(case) {
                Outcome::Same => same += 1,
                Outcome::Refused(reason) => *refused.entry(reason.to_string()).or_default() += 1,
                Outcome::Different(difference) => {
                    different += 1;
                    writeln!(
                        out,
                        "{file}:{}: {}\n  {difference}",
                        number + 1,
                        json(case.get("yaml"))
                    )?;
                }
            }
        }
    }
    writeln!(
        out,
        "same {same}, refused {}, different {different}",
        refused.values().sum::<usize>()
    )?;
    for (reason, count) in refused {
        writeln!(out, "refused {count}: {reason}")?;
    }
    Ok(different == 0)
}

fn compare(case: &Node) -> Outcome {
    let text = case.get("yaml").and_then(Node::as_str).unwrap_or_default();
    let flag = |name: &str| case.get(name).and_then(Node::as_bool).unwrap_or(false);
    let expected = json(case.get("json"));
    let node = match read_first(text) {
        Err(error) => {
            return match error.refusal() {
                _ if flag("error") => Outcome::Same,
                Some(reason) => Outcome::Refused(reason),
                None => Outcome::Different(format!("kubectl reads {expected}, here: {error}")),
            };
        }
        Ok(node) => node,
    };
    let found = json(node.as_ref());
    let strict_error = node.is_some_and(|node| !node.duplicates().is_empty());
    if flag("error") {
        Outcome::Different(format!("kubectl refuses, here: {found}"))
    } else if found != expected {
        Outcome::Different(format!("kubectl reads {expected}, here: {found}"))
    } else if strict_error != flag("strict_error") {
        Outcome::Different(format!(
            "refused in strict mode: kubectl {}, here {strict_error}",
            flag("strict_error")
        ))
    } else {
        Outcome::Same
    }
}

/// The texts of these files are no secrets.
fn json(node: Option<&Node>) -> String {
    let style = JsonStyle {
        indented: false,
        escape_html: false,
        sorted: true,
    };
    let bytes = emit::json(node.unwrap_or(&Node::null()), style);
    String::from_utf8_lossy(bytes.expose()).into_owned()
}
