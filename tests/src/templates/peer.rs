//! The Go program in `tests/peers/template`.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Case;
use crate::Fault;
use crate::programs::peer;

/// What the peer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Text.
    Rendered(Vec<u8>),
    /// The phase, `parse` or `exec`, and the message.
    Failed(String, Vec<u8>),
}

/// A running peer.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    /// The program with the libraries of SealedSecrets, or of ExternalSecrets.
    ///
    /// # Errors
    /// When it can't be built.
    pub fn program(external: bool) -> Result<PathBuf, Fault> {
        peer(if external { "template-eso" } else { "template" })
    }

    /// Starts it, in UTC.
    ///
    /// # Errors
    /// When it does not start.
    pub fn start(external: bool) -> Result<Self, Fault> {
        let mut process = Command::new(Self::program(external)?)
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take().ok_or("no stdin")?;
        let output = BufReader::new(process.stdout.take().ok_or("no stdout")?);
        Ok(Self {
            process,
            input,
            output,
        })
    }

    /// What Go makes of `cases`.
    ///
    /// # Errors
    /// When it dies.
    pub fn ask(mut self, cases: &[Case]) -> Result<Vec<Answer>, Fault> {
        let mut request = Vec::new();
        for case in cases {
            let data: serde_json::Map<_, _> = case
                .data
                .iter()
                .map(|(k, v)| (k.clone(), STANDARD.encode(v).into()))
                .collect();
            let engine = if case.external {
                "eso-v2"
            } else {
                "sealed-secrets"
            };
            let line = json!({"engine": engine, "template": STANDARD.encode(&case.template), "data": data});
            request.extend(line.to_string().into_bytes());
            request.push(b'\n');
        }
        let mut input = self.input;
        let writer = std::thread::spawn(move || input.write_all(&request));
        let mut answers = Vec::with_capacity(cases.len());
        for _ in cases {
            let mut line = String::new();
            self.output.read_line(&mut line)?;
            let answer: Value = serde_json::from_str(&line)?;
            let bytes = |key: &str| {
                STANDARD
                    .decode(answer.get(key).and_then(Value::as_str).unwrap_or_default())
                    .unwrap_or_default()
            };
            answers.push(
                match answer
                    .get("phase")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                {
                    "" => Answer::Rendered(bytes("output")),
                    phase => Answer::Failed(phase.to_owned(), bytes("error")),
                },
            );
        }
        writer.join().map_err(|_| "the writer died")??;
        self.process.wait()?;
        Ok(answers)
    }
}
