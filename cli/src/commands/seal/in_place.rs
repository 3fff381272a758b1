//! `--in-place`: each Secret gives way to its SealedSecret, in the file it stands in.

use std::collections::BTreeSet;
use std::path::Path;

use lacre_manifest::emit::{self, JsonStyle};
use lacre_manifest::{Content, Document, Format, Span, Stream, Style};

use super::documents::Found;
use super::files;
use super::job::Done;
use super::manifests::counted;
use super::work::Work;
use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// Rewrites one input, if there is a Secret in it.
pub(super) fn write(work: &mut Work<'_>) {
    let Some(path) = work.input().path.clone().filter(|_| work.sealed() > 0) else {
        return;
    };
    match rewritten(work).and_then(|bytes| files::replace(&path, &bytes)) {
        Ok(()) => work.written.push(path.display().to_string()),
        Err(problem) => work.problems.push(problem),
    }
}

/// Says what was written, and that Git does not forget.
pub(super) fn summarize(work: &[Work<'_>], failed: bool, ui: &Ui) {
    let written: Vec<&Work<'_>> = work
        .iter()
        .filter(|work| !work.written.is_empty())
        .collect();
    if !written.is_empty() {
        let sealed = written.iter().map(|work| work.sealed()).sum();
        ui.note(&format!(
            "sealed {} in {}",
            counted(sealed, "Secret"),
            counted(written.len(), "file")
        ));
    } else if !failed {
        ui.note("there is nothing left to seal");
    }
    let folders: BTreeSet<&Path> = written
        .iter()
        .filter_map(|work| work.input().path.as_deref()?.parent())
        .collect();
    if folders.into_iter().any(in_git) {
        ui.note(
            "what stood there in clear may still be in Git's history; if it was ever committed, change those \
             passwords",
        );
    }
}

/// True if the folder lies in a Git repository. Whether Git has what is in it is not looked up.
fn in_git(folder: &Path) -> bool {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let Ok(here) = here.canonicalize() else {
        return false;
    };
    here.ancestors().any(|folder| folder.join(".git").exists())
}

/// The text of the input with its Secrets replaced and every other byte kept.
///
/// What comes out is read again and compared: an anchor inside a Secret that is used outside, say, makes this
/// impossible, and then the file stays as it is.
fn rewritten(work: &Work<'_>) -> Result<Vec<u8>, Problem> {
    let source = work.contents.loaded.text.expose();
    let mut replacements: Vec<(Span, Vec<u8>)> = work
        .contents
        .found
        .iter()
        .zip(&work.done)
        .filter_map(|(found, done)| Some(replacement(source, found, done.as_ref()?)))
        .collect();
    replacements.sort_by_key(|(span, _)| span.start);
    let mut text = Vec::with_capacity(source.len() * 4);
    let mut at = 0;
    for (span, replacement) in &replacements {
        text.extend_from_slice(source.get(at..span.start).unwrap_or_default());
        text.extend_from_slice(replacement);
        at = span.end;
    }
    text.extend_from_slice(source.get(at..).unwrap_or_default());
    if reads_as_meant(work, &text) {
        return Ok(text);
    }
    let problem = Problem::new(
        "the Secrets cannot be replaced in place without changing something else in the file",
    );
    Err(problem.in_place(Place::file(work.input().name())).mend(
        "seal it to stdout or to --output-dir; or write out what anchors and aliases share between the documents",
    ))
}

/// The bytes of `source` that go, and what comes in their place.
fn replacement(source: &[u8], found: &Found<'_>, done: &Done) -> (Span, Vec<u8>) {
    let node = found.object.node;
    let span = node.span();
    let old = span.of(source).unwrap_or_default();
    let before = source.get(..span.start).unwrap_or_default();
    let line = before
        .rsplit(|&byte| byte == b'\n')
        .next()
        .unwrap_or_default();
    let (mut text, indent, end) =
        if found.document.format() == Format::Json || node.style() == Style::Flow {
            let blanks = line
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            (
                flow(done, old.contains(&b'\n')),
                line.get(..blanks).unwrap_or_default().to_vec(),
                span.end,
            )
        } else {
            let text = done.texts.first().cloned().unwrap_or_default();
            (text, vec![b' '; line.len()], end_of_block(source, span))
        };
    if !old.ends_with(b"\n") && text.ends_with(b"\n") {
        text.pop();
    }
    let line_break: &[u8] = if source.windows(2).any(|pair| pair == b"\r\n") {
        b"\r\n"
    } else {
        b"\n"
    };
    (
        Span::new(span.start, end),
        indented(&text, &indent, line_break),
    )
}

/// The SealedSecret as JSON, on one line if that is how the Secret stood there.
fn flow(done: &Done, indented: bool) -> Vec<u8> {
    let style = JsonStyle {
        indented,
        ..JsonStyle::default()
    };
    let object = done
        .objects
        .first()
        .map(|object| emit::json(&object.to_node(), style));
    object
        .map(|text| text.expose().to_vec())
        .unwrap_or_default()
}

/// A comment behind the last value of the Secret speaks of that value, and goes with it.
fn end_of_block(source: &[u8], span: Span) -> usize {
    let rest = source.get(span.end..).unwrap_or_default();
    let line = rest.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.trim_ascii_start().starts_with(b"#") {
        span.end + line.len()
    } else {
        span.end
    }
}

/// `text` with every line but the first moved in, so that all of them stand below the first.
fn indented(text: &[u8], indent: &[u8], line_break: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for (n, line) in text.split_inclusive(|&byte| byte == b'\n').enumerate() {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        if n > 0 && !content.is_empty() {
            out.extend_from_slice(indent);
        }
        out.extend_from_slice(content);
        if content.len() < line.len() {
            out.extend_from_slice(line_break);
        }
    }
    out
}

/// Every Secret has become its SealedSecret, and nothing else has become anything else.
fn reads_as_meant(work: &Work<'_>, text: &[u8]) -> bool {
    let Ok(new) = Stream::read(text) else {
        return false;
    };
    // What begins with `{` may be read as JSON now, and a comment behind it as a document of its own.
    let (old, new) = (
        with_content(&work.contents.loaded.stream),
        with_content(&new),
    );
    let mut sealed = work.contents.found.iter().zip(&work.done).peekable();
    old.len() == new.len()
        && old
            .iter()
            .zip(new)
            .all(|(old, new)| match (old.content(), new.content()) {
                (Content::Unreadable(_), Content::Unreadable(_)) => true,
                (Content::Object(_), Content::Object(_)) => {
                    let (old, new) = (old.objects(), new.objects());
                    old.len() == new.len()
                        && old.iter().zip(&new).all(|(old, new)| {
                            let next = sealed
                                .next_if(|(found, _)| std::ptr::eq(found.object.node, old.node));
                            match next.and_then(|(_, done)| done.as_ref()?.objects.first()) {
                                Some(object) => new.node.to_json() == object.to_json(),
                                None => new.node.same_value(old.node),
                            }
                        })
                }
                _ => false,
            })
}

fn with_content(stream: &Stream) -> Vec<&Document> {
    stream
        .documents()
        .iter()
        .filter(|document| !matches!(document.content(), Content::Empty))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_below_the_first() {
        assert_eq!(
            indented(b"a:\n  b: 1\n\nc: 2\n", b"  ", b"\n"),
            b"a:\n    b: 1\n\n  c: 2\n"
        );
        assert_eq!(indented(b"a: 1\nb: 2", b"", b"\r\n"), b"a: 1\r\nb: 2");
    }

    #[test]
    fn a_comment_behind_the_last_value_is_part_of_it() {
        let end = |text: &str| end_of_block(text.as_bytes(), Span::new(0, 4));
        assert_eq!(end("a: 1 # hunter2\n# next\n"), 14);
        assert_eq!(end("a: 1 # hunter2\r\n"), 14);
        assert_eq!(end("a: 1  \nb\n"), 4);
        assert_eq!(end("a: 1"), 4);
    }
}
