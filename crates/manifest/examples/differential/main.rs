//! Compares reading, splitting and writing with kubectl's own libraries on random texts and values.
//!
//! `cargo run --release -p lacre-manifest --example differential -- "$(tests/peers/build yaml)" [COUNT [SEED]]`
//!
//! Prints each difference cut down to its smallest form, then counts; exits with 1 if there is any that is not one of
//! the refusals of docs/yaml.md.

mod generate;
mod peer;

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

use generate::Random;
use lacre_manifest::emit::{self, JsonStyle, YamlStyle};
use lacre_manifest::{Content, Format, Node, Stream, read_first};
use peer::Peer;

type Failure = Box<dyn std::error::Error>;

/// What a comparison found.
enum Outcome {
    Same,
    Refused(String),
    Different(String),
}

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
    let flag = |name: &str| answer.get(name).and_then(Node::as_bool).unwrap_or(false);
    let expected = json(answer.get("json"));
    match read_first(text) {
        Err(_) if flag("error") => Outcome::Same,
        Err(error) if error.refusal().is_some() => Outcome::Refused(error.problem.to_string()),
        // kubectl's reader looks at most 512 bytes past the document that it reads.
        Err(error) if text.len() > 512 && error.problem.to_string().contains("control") => {
            Outcome::Refused("a control character far behind the document".to_owned())
        }
        Err(error) => Outcome::Different(format!("kubectl reads {expected}, here: {error}")),
        Ok(node) => {
            let found = json(node.as_ref());
            let strict_error = node.is_some_and(|node| !node.duplicates().is_empty());
            if flag("error") {
                Outcome::Different(format!("kubectl refuses, here: {found}"))
            } else if found != expected {
                Outcome::Different(format!("kubectl reads {expected}, here: {found}"))
            } else if strict_error != flag("strict_error") {
                Outcome::Different(format!(
                    "strict mode: kubectl {}, here {strict_error}",
                    flag("strict_error")
                ))
            } else {
                Outcome::Same
            }
        }
    }
}

/// kubectl stops at the first broken document, and passes over empty ones: up to there both must see the same.
fn compare_stream(text: &str, answer: &Node) -> Outcome {
    let expected: Vec<&Node> = answer
        .get("documents")
        .and_then(Node::as_seq)
        .unwrap_or_default()
        .iter()
        .collect();
    let gave_up = expected
        .last()
        .is_some_and(|node| node.get("error").is_some());
    let expected: Vec<String> = expected
        .iter()
        .filter(|n| !n.is_null() && n.get("error").is_none())
        .map(|n| json(Some(n)))
        .collect();
    let stream = match Stream::read(text.as_bytes()) {
        Ok(stream) => stream,
        Err(_) if gave_up && expected.is_empty() => return Outcome::Same,
        Err(error) => return Outcome::Different(error.to_string()),
    };
    let mut found = Vec::new();
    let mut broken = None;
    for document in stream.documents() {
        match document.content() {
            Content::Object(node) => found.push(json(Some(node))),
            Content::Empty => {}
            Content::Unreadable(template) => broken = broken.or(Some(template.to_string())),
            Content::Broken(error) if error.refusal().is_some() => {
                return Outcome::Refused(error.problem.to_string());
            }
            // kubectl goes over from JSON to YAML in the middle of a stream.
            Content::Broken(_) if stream.format() == Format::Json => {
                return Outcome::Refused("JSON that goes on as something else".to_owned());
            }
            Content::Broken(error) => broken = broken.or(Some(error.to_string())),
        }
    }
    if gave_up && broken.is_none() {
        // A directive line is a document of its own to kubectl, and less than four bytes after JSON are too few.
        let directive = ["%YAML", "%TAG"].iter().any(|d| text.contains(d));
        let first = stream.documents().first();
        let few =
            first.is_some_and(|d| d.format() == Format::Json && d.span().end + 4 > text.len());
        return if directive || few {
            Outcome::Same
        } else {
            Outcome::Different(format!("kubectl gives up, here: {found:?}"))
        };
    }
    match (gave_up, broken) {
        (false, Some(error)) => Outcome::Different(format!(
            "kubectl reads {expected:?}, here {found:?} and {error}"
        )),
        (true, _) if found.starts_with(&expected) => Outcome::Same,
        (false, None) if found == expected => Outcome::Same,
        _ => Outcome::Different(format!("kubectl reads {expected:?}, here: {found:?}")),
    }
}

fn compare_writing(text: &str, answer: &Node) -> Outcome {
    let stream = match Stream::read(format!("{{\"json\":{text}}}").as_bytes()) {
        Ok(stream) => stream,
        Err(error) => return Outcome::Different(error.to_string()),
    };
    let wrapped = stream
        .documents()
        .first()
        .and_then(|document| document.node());
    let Some(node) = wrapped.and_then(|wrapped| wrapped.get("json")) else {
        return Outcome::Different("not read at all".to_owned());
    };
    let printed = emit::yaml(node, YamlStyle::default());
    let printed = String::from_utf8_lossy(printed.expose());
    let answered = |name| answer.get(name).and_then(Node::as_str);
    let expected = answered("yaml")
        .or_else(|| answered("direct"))
        .unwrap_or_default();
    for folded in [true, false] {
        let again = emit::yaml(
            node,
            YamlStyle {
                folded,
                ..YamlStyle::default()
            },
        );
        let again = String::from_utf8_lossy(again.expose()).into_owned();
        match read_first(&again) {
            Ok(back) if json(back.as_ref()) == json(Some(node)) => {}
            Ok(back) => {
                return Outcome::Different(format!(
                    "printed {again:?}, which reads {}",
                    json(back.as_ref())
                ));
            }
            Err(error) if error.refusal().is_some() => {
                return Outcome::Refused("JSON that goes on as something else".to_owned());
            }
            Err(error) => return Outcome::Different(format!("printed {again:?}: {error}")),
        }
    }
    // The one place where kubectl would not read its own output.
    if printed == expected || printed.contains("'<<'") {
        Outcome::Same
    } else if same_characters(&printed, expected) {
        Outcome::Refused("keys that goyaml's order puts in a circle".to_owned())
    } else {
        Outcome::Different(format!("kubectl prints {expected:?}, here: {printed:?}"))
    }
}

/// `0F` before `1` before `09` before `0F`: what goyaml prints for such keys changes from run to run.
fn same_characters(a: &str, b: &str) -> bool {
    let sorted = |text: &str| {
        let mut characters: Vec<char> = text.chars().filter(|c| !" -?:".contains(*c)).collect();
        characters.sort_unstable();
        characters
    };
    sorted(a) == sorted(b)
}

/// Compact JSON with sorted keys. The texts here are no secrets.
fn json(node: Option<&Node>) -> String {
    let style = JsonStyle {
        indented: false,
        escape_html: false,
        sorted: true,
    };
    let bytes = emit::json(node.unwrap_or(&Node::null()), style);
    String::from_utf8_lossy(bytes.expose()).into_owned()
}
