//! `--data`: the values that a template is tried with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lacre_api::Secret;
use lacre_manifest::{Content, Node};
use lacre_secret::SecretBytes;

use crate::inputs::{Input, Loaded};
use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// Item to value.
pub(crate) type Data = BTreeMap<String, SecretBytes>;

/// Reads all of `paths`; of an item given twice the later value counts.
pub(crate) fn read(paths: &[PathBuf], ui: &Ui) -> Result<Data, Problem> {
    let mut data = Data::new();
    for path in paths {
        if path.is_dir() {
            data.extend(folder(path, ui)?);
        } else if path.as_os_str() == "-" {
            data.extend(file(Input::stdin(), ui)?);
        } else {
            data.extend(file(Input::file(path.clone()), ui)?);
        }
    }
    Ok(data)
}

/// The files of a folder, each an item of its name, as a mounted Secret shows them.
fn folder(path: &Path, ui: &Ui) -> Result<Data, Problem> {
    let unreadable =
        |e| Problem::io("cannot be read", e).in_place(Place::file(path.display().to_string()));
    let mut data = Data::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        // `..data` and the like are the mount's own.
        let Some(name) = name.filter(|name| !name.starts_with('.') && path.is_file()) else {
            continue;
        };
        let name = name.to_owned();
        data.insert(name, Input::file(path).read(ui)?);
    }
    Ok(data)
}

fn file(input: Input, ui: &Ui) -> Result<Data, Problem> {
    let text = input.read(ui)?;
    if is_env(text.expose()) {
        return env(&input, text.expose());
    }
    let loaded = Loaded::of(input, text)?;
    let wrong = |what: &str| {
        Problem::new(what.to_owned())
            .in_place(Place::file(loaded.input.name()))
            .mend("give a map of keys to values as YAML or JSON, a Secret, KEY=VALUE lines, or a folder of files")
    };
    let mut objects = Vec::new();
    for document in loaded.stream.documents() {
        match document.content() {
            Content::Object(node) => objects.push(node),
            Content::Broken(error) => return Err(loaded.broken(error)),
            Content::Unreadable(template) => return Err(loaded.template(template)),
            Content::Empty => {}
        }
    }
    match objects.as_slice() {
        [] => Ok(Data::new()),
        [node] if node.get("kind").and_then(Node::as_str) == Some("Secret") => {
            secret(&loaded, node, ui)
        }
        [node] if node.as_map().is_some() => map(&loaded, node, ui),
        [_] => Err(wrong("this is no map of values")),
        _ => Err(wrong("there are several documents in it")),
    }
}

fn secret(loaded: &Loaded, node: &Node, ui: &Ui) -> Result<Data, Problem> {
    let decoded = Secret::decode(node);
    let places = loaded.places();
    for issue in &decoded.issues {
        let problem = Problem::new(issue.to_string())
            .in_place(places.of(issue.span(node)))
            .mend(issue.mend());
        if issue.is_error() {
            return Err(problem);
        }
        ui.warn(&problem);
    }
    Ok(decoded.object.data)
}

fn map(loaded: &Loaded, node: &Node, ui: &Ui) -> Result<Data, Problem> {
    let places = loaded.places();
    let mut data = Data::new();
    for entry in node.entries() {
        let value = entry.value();
        let told = |what: String| {
            Problem::new(format!("{} {what}", entry.key())).in_place(places.of(entry.key_span()))
        };
        let Some(text) = value.field_text() else {
            return Err(told(format!("is {}, must be a string", value.kind_name()))
                .mend("put the value in quotes; \"\" is an empty one"));
        };
        if value
            .retyped()
            .is_some_and(|written| written != text.as_str())
        {
            ui.warn(
                &told("is another text than the one written, as YAML reads it".to_owned())
                    .mend("put the value in quotes"),
            );
        }
        let bytes = SecretBytes::from_slice(text.as_str().as_bytes());
        data.insert(entry.key().to_owned(), bytes);
    }
    Ok(data)
}

/// Lines that say something in a file of `KEY=VALUE` lines, with their numbers.
fn env_lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let lines = text.split(|b| *b == b'\n').enumerate();
    lines
        .map(|(n, line)| {
            (
                n + 1,
                line.strip_suffix(b"\r").unwrap_or(line).trim_ascii_start(),
            )
        })
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
}

/// Key and value of a line. As with `kubectl create secret --from-env-file`, quotes belong to the value.
fn env_line(line: &[u8]) -> Option<(&str, &[u8])> {
    let (key, value) = line.split_at_checked(line.iter().position(|b| *b == b'=')?)?;
    let fits = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    let key = std::str::from_utf8(key).ok()?;
    (!key.is_empty() && key.bytes().all(|b| fits(&b))).then_some((key, value.get(1..)?))
}

fn is_env(text: &[u8]) -> bool {
    env_lines(text)
        .next()
        .is_some_and(|(_, line)| env_line(line).is_some())
}

fn env(input: &Input, text: &[u8]) -> Result<Data, Problem> {
    let mut data = Data::new();
    for (number, line) in env_lines(text) {
        let Some((key, value)) = env_line(line) else {
            return Err(
                Problem::new("not KEY=VALUE as the lines before it").in_place(Place::at(
                    input.name(),
                    number,
                    1,
                )),
            );
        };
        data.insert(key.to_owned(), SecretBytes::from_slice(value));
    }
    Ok(data)
}
