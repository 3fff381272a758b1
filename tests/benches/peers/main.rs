//! Measures ours against the peers, side by side in one run, and prints a Markdown table.
//!
//! `cargo bench -p lacre-tests` runs all of it in about two minutes; `cargo bench -p lacre-tests -- seal` only
//! that line (seal, unseal, process, files, stream, size). Ends with 1 when a goal is missed.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod crypto;
mod programs;
mod rounds;

use lacre_tests::Fault;
use rounds::Line;
use std::process::ExitCode;

/// Measures one line.
type Bench = fn() -> Result<Line, Fault>;

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
    let benches: [(&str, Bench); 6] = [
        ("seal", crypto::seal),
        ("unseal", crypto::unseal),
        ("process", programs::one_secret),
        ("files", programs::files),
        ("stream", programs::stream),
        ("size", programs::size),
    ];
    let mut lines = Vec::new();
    for (name, bench) in benches {
        if words.is_empty() || words.iter().any(|word| word == name) {
            eprintln!("measuring {name} …");
            lines.push(bench()?);
        }
    }
    println!("| What | Lacre | Peer | Ratio | Goal | |");
    println!("|---|---|---|---|---|---|");
    for line in &lines {
        println!("{line}");
    }
    Ok(lines)
}
