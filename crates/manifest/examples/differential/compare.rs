//! Our reading or writing beside kubectl's. Used by the examples on random and by the tests on recorded answers.

use lacre_manifest::emit::{self, JsonStyle, YamlStyle};
use lacre_manifest::{Content, Format, Node, Stream, read_first};

/// What a comparison found.
pub(crate) enum Outcome {
    Same,
    /// One of the reasons that docs/yaml.md lists.
    Refused(String),
    Different(String),
}

/// The first document of a text: `{"json": value, "error": bool, "strict_error": bool}`.
pub(crate) fn reading(text: &str, answer: &Node) -> Outcome {
    let flag = |name: &str| answer.get(name).and_then(Node::as_bool).unwrap_or(false);
    let expected = json(answer.get("json"));
    let node = match read_first(text) {
        Err(_) if flag("error") => return Outcome::Same,
        Err(error) if error.refusal().is_some() => {
            return Outcome::Refused(error.problem.to_string());
        }
        // kubectl's reader looks at most 512 bytes past the document that it reads.
        Err(error) if text.len() > 512 && error.problem.to_string().contains("control") => {
            return Outcome::Refused("a control character far behind the document".to_owned());
        }
        Err(error) => {
            return Outcome::Different(format!("kubectl reads {expected}, here: {error}"));
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
            "strict mode: kubectl {}, here {strict_error}",
            flag("strict_error")
        ))
    } else {
        Outcome::Same
    }
}

/// A stream: `{"documents": [value, ...]}`. kubectl stops at the first broken document, the last is `{"error": true}`
/// then, and passes over empty ones: up to there both must see the same.
pub(crate) fn stream(text: &str, answer: &Node) -> Outcome {
    let documents = answer
        .get("documents")
        .and_then(Node::as_seq)
        .unwrap_or_default();
    let gave_up = documents
        .last()
        .is_some_and(|node| node.get("error").is_some());
    let read = documents
        .iter()
        .filter(|n| !n.is_null() && n.get("error").is_none());
    let expected: Vec<String> = read.map(|node| json(Some(node))).collect();
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
            Content::Broken(_) if stream.format() == Format::Json && !gave_up => {
                return Outcome::Refused("JSON that goes on as something else".to_owned());
            }
            Content::Broken(error) => broken = broken.or(Some(error.to_string())),
        }
    }
    match (gave_up, broken) {
        (true, None) => {
            // A directive line is a document of its own to kubectl, and less than four bytes after JSON are too few.
            let directive = ["%YAML", "%TAG"].iter().any(|d| text.contains(d));
            let first = stream.documents().first();
            let few =
                first.is_some_and(|d| d.format() == Format::Json && d.span().end + 4 > text.len());
            if directive || few {
                Outcome::Same
            } else {
                Outcome::Different(format!("kubectl gives up, here: {found:?}"))
            }
        }
        (true, Some(_)) if found.starts_with(&expected) => Outcome::Same,
        (false, None) if found == expected => Outcome::Same,
        (_, broken) => Outcome::Different(format!(
            "kubectl reads {expected:?}, here: {found:?}, broken: {broken:?}"
        )),
    }
}

/// A value as YAML: `{"yaml": text or null, "direct": text}`, the second for what sigs.k8s.io/yaml cannot print.
pub(crate) fn writing(value: &Node, answer: &Node) -> Outcome {
    for folded in [true, false] {
        let again = yaml(value, folded);
        match read_first(&again) {
            Ok(back) if json(back.as_ref()) == json(Some(value)) => {}
            Ok(back) => {
                return Outcome::Different(format!(
                    "printed {again:?}, which reads {}",
                    json(back.as_ref())
                ));
            }
            Err(error) if error.refusal().is_some() => {
                return Outcome::Refused(error.problem.to_string());
            }
            Err(error) => return Outcome::Different(format!("printed {again:?}: {error}")),
        }
    }
    let printed = yaml(value, true);
    let answered = |name| answer.get(name).and_then(Node::as_str);
    let expected = answered("yaml")
        .or_else(|| answered("direct"))
        .unwrap_or_default();
    // The two places where kubectl would not read its own output.
    let mended = ["'<<'", "\\L\"", "\\P\""]
        .iter()
        .any(|mended| printed.contains(mended));
    if printed == expected || mended {
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

fn yaml(node: &Node, folded: bool) -> String {
    let bytes = emit::yaml(
        node,
        YamlStyle {
            folded,
            ..YamlStyle::default()
        },
    );
    String::from_utf8_lossy(bytes.expose()).into_owned()
}

/// Compact JSON with sorted keys. The texts here are no secrets.
pub(crate) fn json(node: Option<&Node>) -> String {
    let style = JsonStyle {
        indented: false,
        escape_html: false,
        sorted: true,
    };
    let bytes = emit::json(node.unwrap_or(&Node::null()), style);
    String::from_utf8_lossy(bytes.expose()).into_owned()
}
