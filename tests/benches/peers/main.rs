//! Measures ours against the peers, side by side in one run, and prints a Markdown table.
//!
//! `cargo bench -p lacre-tests` runs all of it in about three minutes; `cargo bench -p lacre-tests -- seal` only
//! that line (seal, unseal, process, files, stream, size, templates). Ends with 1 when a goal is missed.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod crypto;
mod programs;
mod rounds;
mod templates;

use lacre_tests::Fault;
use rounds::Line;
use std::process::ExitCode;

/// Measures some lines.
type Bench = fn() -> Result<Vec<Line>, Fault>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'))
        .collect();
    match measure(&words) {
        Ok(lines) if lines.iter().all(Line::met) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(fault) => {
            eprintln!("error: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// Measures what is asked for, nothing asked for being everything, and prints the table.
fn measure(words: &[String]) -> Result<Vec<Line>, Fault> {
    let benches: [(&str, Bench); 7] = [
        ("seal", || one(crypto::seal())),
        ("unseal", || one(crypto::unseal())),
        ("process", || one(programs::one_secret())),
        ("files", || one(programs::files())),
        ("stream", || one(programs::stream())),
        ("size", || one(programs::size())),
        ("templates", templates::lines),
    ];
    let mut lines = Vec::new();
    for (name, bench) in benches {
        if words.is_empty() || words.iter().any(|word| word == name) {
            eprintln!("measuring {name} …");
            lines.extend(bench()?);
        }
    }
    println!("| What | Lacre | Peer | Ratio | Goal | |");
    println!("|---|---|---|---|---|---|");
    for line in &lines {
        println!("{line}");
    }
    Ok(lines)
}

fn one(line: Result<Line, Fault>) -> Result<Vec<Line>, Fault> {
    line.map(|line| vec![line])
}
