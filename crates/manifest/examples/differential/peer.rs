//! Talks with `tests/peers/yaml`: a JSON object a line, each way.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lacre_manifest::emit::{self, JsonStyle};
use lacre_manifest::{Node, Stream};

use crate::Failure;

/// One running peer, asked line by line.
pub(crate) struct Peer {
    child: Child,
    mode: String,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Peer {
    pub(crate) fn start(program: &str, mode: &str) -> Result<Self, Failure> {
        let mut child = Command::new(program)
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let input = child.stdin.take().ok_or("no stdin")?;
        let output = BufReader::new(child.stdout.take().ok_or("no stdout")?);
        Ok(Self {
            child,
            mode: mode.to_owned(),
            input,
            output,
        })
    }

    pub(crate) fn ask(&mut self, text: &str) -> Result<Node, Failure> {
        writeln!(self.input, "{}", question(&self.mode, text)?)?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        parse(&line)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answers to many questions.
pub(crate) fn ask_all(program: &str, mode: &str, texts: &[String]) -> Result<Vec<Node>, Failure> {
    let Peer {
        child,
        input,
        output,
        ..
    } = &mut Peer::start(program, mode)?;
    let questions: Result<Vec<String>, Failure> =
        texts.iter().map(|text| question(mode, text)).collect();
    let questions = questions?;
    std::thread::scope(|scope| {
        let sender = scope.spawn(move || -> std::io::Result<()> {
            for question in &questions {
                writeln!(input, "{question}")?;
            }
            input.flush()
        });
        let mut answers = Vec::with_capacity(texts.len());
        for _ in texts {
            let mut line = String::new();
            output.read_line(&mut line)?;
            answers.push(parse(&line)?);
        }
        sender.join().map_err(|_| "the sender failed")??;
        let _ = child.kill();
        Ok(answers)
    })
}

fn question(mode: &str, text: &str) -> Result<String, Failure> {
    let compact = JsonStyle {
        indented: false,
        escape_html: false,
        sorted: false,
    };
    let (name, node) = match mode {
        "read" => ("yaml", Node::string(text)),
        "stream" => ("text", Node::string(text)),
        // The value goes as it is: Go must see the same digits.
        _ => return Ok(format!("{{\"json\":{}}}", text.replace('\n', " "))),
    };
    let line = emit::json(&Node::map([(name, node)]), compact);
    Ok(String::from_utf8(line.expose().to_vec())?)
}

fn parse(line: &str) -> Result<Node, Failure> {
    let stream = Stream::read(line.as_bytes())?;
    let node = stream
        .documents()
        .first()
        .and_then(|document| document.node())
        .map(Node::duplicate);
    node.ok_or_else(|| format!("the peer answered {line:?}").into())
}
