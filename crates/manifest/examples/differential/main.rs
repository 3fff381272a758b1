//! Compares reading, splitting and writing with kubectl's own libraries on random texts and values.
//!
//! `cargo run --release -p lacre-manifest --example differential -- "$(tests/peers/build yaml)" [COUNT [SEED]]`
//!
//! Prints each difference cut down to its smallest form, then counts; exits with 1 if there is any that is not one of
//! the refusals of docs/yaml.md.

mod compare;
mod generate;
mod peer;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use compare::Outcome;
use generate::Random;
use lacre_manifest::Node;
use peer::Peer;

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<usize, Failure> {
    let program = arguments
        .first()
        .ok_or("usage: differential PEER [COUNT [SEED]]")?;
    let count: usize = arguments.get(1).map_or(Ok(20_000), |n| n.parse())?;
    let seed: u64 = arguments.get(2).map_or(Ok(1), |n| n.parse())?;
    let mut different = 0;
    let comparisons: [(&str, Generate, Compare); 3] = [
        ("read", generate::text, compare_reading),
        ("stream", generate::stream, compare_stream),
        ("write", generate::value_to_write, compare_writing),
    ];
    for (mode, generate, compare) in comparisons {
        let mut random = Random(seed);
        let texts: Vec<String> = (0..count).map(|_| generate(&mut random)).collect();
        different += compare_all(program, mode, &texts, compare)?;
    }
    Ok(different)
}

type Generate = fn(&mut Random) -> String;

/// Compares the answer of the peer on a text with ours.
type Compare = fn(&str, &Node) -> Outcome;

fn compare_all(
    program: &str,
    mode: &str,
    texts: &[String],
    compare: Compare,
) -> Result<usize, Failure> {
    let mut out = std::io::stdout().lock();
    let answers = peer::ask_all(program, mode, texts)?;
    let (mut same, mut different, mut read, mut shown) = (0, 0, 0, Vec::new());
    let mut refused: BTreeMap<String, usize> = BTreeMap::new();
    for (text, answer) in texts.iter().zip(&answers) {
        read += usize::from(answer.get("error").and_then(Node::as_bool) == Some(false));
        match compare(text, answer) {
            Outcome::Same => same += 1,
            Outcome::Refused(reason) => *refused.entry(reason).or_default() += 1,
            Outcome::Different(_) => {
                different += 1;
                if shown.len() < 12 {
                    let (text, difference) = shrink(program, mode, text, compare)?;
                    if !shown.contains(&text) {
                        writeln!(out, "{mode} {text:?}\n  {difference}")?;
                        shown.push(text);
                    }
                }
            }
        }
    }
    writeln!(
        out,
        "{mode}: {} compared, same {same}, refused {}, different {different}",
        texts.len(),
        refused.values().sum::<usize>()
    )?;
    for (reason, count) in refused {
        writeln!(out, "  refused {count}: {reason}")?;
    }
    if mode == "read" {
        writeln!(out, "{mode}: {read} of the texts are YAML to kubectl")?;
    }
    Ok(different)
}

/// The smallest text with a difference that is found by leaving things out.
fn shrink(
    program: &str,
    mode: &str,
    text: &str,
    compare: Compare,
) -> Result<(String, String), Failure> {
    let mut peer = Peer::start(program, mode)?;
    let mut best = text.to_owned();
    let mut difference = String::new();
    let mut size = best.chars().count();
    while size > 0 {
        let mut at = 0;
        while at < best.chars().count() {
            let candidate: String = best
                .chars()
                .enumerate()
                .filter(|&(n, _)| n < at || n >= at + size)
                .map(|(_, c)| c)
                .collect();
            match peer
                .ask(&candidate)
                .map(|answer| compare(&candidate, &answer))
            {
                Ok(Outcome::Different(found)) => {
                    best = candidate;
                    difference = found;
                }
                Ok(_) => at += size,
                // What is left of a JSON value need not be one.
                Err(_) => {
                    peer = Peer::start(program, mode)?;
                    at += size;
                }
            }
        }
        size /= 2;
    }
    if difference.is_empty()
        && let Outcome::Different(found) = compare(&best, &peer.ask(&best)?)
    {
        difference = found;
    }
    Ok((best, difference))
}

fn compare_reading(text: &str, answer: &Node) -> Outcome {
    compare::reading(text, answer)
}

fn compare_stream(text: &str, answer: &Node) -> Outcome {
    compare::stream(text, answer)
}

fn compare_writing(_: &str, answer: &Node) -> Outcome {
    match answer.get("json") {
        Some(value) => compare::writing(value, answer),
        None => Outcome::Different("the peer gave no value back".to_owned()),
    }
}
