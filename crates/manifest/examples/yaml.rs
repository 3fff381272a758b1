//! Compares the YAML reader, the splitter and the writer with recorded answers of kubectl's own libraries.
//!
//! `cargo run -p lacre-manifest --example yaml -- FILE.jsonl...`
//!
//! Each line of a file is one of
//!
//! - `{"yaml": text, "json": value, "error": bool, "strict_error": bool}`: what sigs.k8s.io/yaml made of the first
//!   document of the text, whether it was an error, and whether strict mode refused it;
//! - `{"text": text, "documents": [value...]}`: what kubectl's stream decoder handed out;
//! - `{"json": value, "yaml": text, "direct": text}`: how sigs.k8s.io/yaml printed the value.
//!
//! Prints every difference, then counts; exits with 1 if there is a difference without one of the reasons that
//! docs/yaml.md lists.

#[path = "differential/compare.rs"]
mod compare;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use compare::{Outcome, json};
use lacre_manifest::{Node, Stream};

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
        // Not `lines()`: a text may hold other line ends.
        for (number, line) in lines
            .split('\n')
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
                Outcome::Refused(reason) => *refused.entry(reason).or_default() += 1,
                Outcome::Different(difference) => {
                    different += 1;
                    writeln!(
                        out,
                        "{file}:{}: {}\n  {difference}",
                        number + 1,
                        json(Some(case))
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
    let text = |name| case.get(name).and_then(Node::as_str);
    match (
        text("yaml"),
        text("text"),
        case.get("direct"),
        case.get("json"),
    ) {
        (_, _, Some(_), Some(value)) => compare::writing(value, case),
        (_, Some(text), _, _) => compare::stream(text, case),
        (Some(text), _, _, _) => compare::reading(text, case),
        _ => Outcome::Different("a line of no known form".to_owned()),
    }
}
