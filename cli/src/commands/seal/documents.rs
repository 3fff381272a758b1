//! What stands in the input: Secrets to seal, SealedSecrets to let through, and what does not belong there.

use lacre_manifest::{Content, Document, Node, Object, Span};

use crate::inputs::{Loaded, Places};
use crate::problem::Problem;

/// What is done about documents that hold no Secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// They are none of sealing's business.
    LeaveAlone,
    /// Whoever gives them to be sealed expects something else of them.
    Refuse,
}

/// What is done about which documents.
#[derive(Clone, Copy, Debug)]
pub(super) struct Policy {
    /// Objects of other kinds.
    pub(super) kinds: Others,
    /// Templates, which nobody can look into.
    pub(super) templates: Others,
}

/// One object that matters.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) document: &'a Document,
    pub(super) object: Object<'a>,
    pub(super) kind: Kind,
}

impl<'a> Found<'a> {
    /// A text of the object's metadata.
    pub(super) fn metadata(&self, field: &str) -> Option<&'a str> {
        self.object.node.at(&["metadata", field])?.as_str()
    }

    /// Namespace and name for messages.
    pub(super) fn title(&self) -> String {
        match (self.metadata("namespace"), self.metadata("name")) {
            (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
            (None, Some(name)) => name.to_owned(),
            (_, None) => "an object without a name".to_owned(),
        }
    }
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    SealedSecret,
}

/// One input, looked through.
pub(super) struct Contents<'a> {
    pub(super) loaded: &'a Loaded,
    pub(super) places: Places<'a>,
    /// Secrets and SealedSecrets in the order of the input.
    pub(super) found: Vec<Found<'a>>,
    /// Why this input cannot be worked on.
    pub(super) problems: Vec<Problem>,
    /// What looks like a Secret and is left alone all the same.
    pub(super) doubts: Vec<Problem>,
}

impl<'a> Contents<'a> {
    /// Looks through an input.
    pub(super) fn of(loaded: &'a Loaded, policy: Policy) -> Self {
        let mut contents = Self {
            loaded,
            places: loaded.places(),
            found: Vec::new(),
            problems: Vec::new(),
            doubts: Vec::new(),
        };
        for document in loaded.stream.documents() {
            match document.content() {
                Content::Empty => {}
                Content::Broken(error) => contents.problems.push(loaded.broken(error)),
                Content::Unreadable(template) if policy.templates == Others::Refuse => {
                    contents.problems.push(loaded.template(template));
                }
                Content::Unreadable(template) if speaks_of_a_secret(loaded, document.span()) => {
                    contents.doubts.push(loaded.template(template));
                }
                Content::Unreadable(_) => {}
                Content::Object(_) => contents.sort(document, policy.kinds),
            }
        }
        contents
    }

    fn sort(&mut self, document: &'a Document, others: Others) {
        for object in document.objects() {
            match kind(object.node) {
                Ok(kind) => self.found.push(Found {
                    document,
                    object,
                    kind,
                }),
                Err(_) if others == Others::LeaveAlone => {}
                Err(what) => self.problems.push(
                    Problem::new(format!(
                        "this document {what}, and only Secrets can be sealed"
                    ))
                    .in_place(self.places.of(object.node.span()))
                    .mend("take it out of the input, or have it left out with --skip-others"),
                ),
            }
        }
    }

    /// The Secrets among what was found.
    pub(super) fn secrets(&self) -> impl Iterator<Item = &Found<'a>> {
        self.found.iter().filter(|found| found.kind == Kind::Secret)
    }
}

/// Secret or SealedSecret; of anything else, what it is instead.
///
/// A kind in other capitals counts, for kubeseal reads it so: a plaintext Secret must not pass for something else.
pub(super) fn kind(object: &Node) -> Result<Kind, String> {
    let Some(kind) = text(object, "kind") else {
        return Err("has no kind".to_owned());
    };
    let version = text(object, "apiVersion").unwrap_or_default();
    match (kind, version.split_once('/')) {
        // A group of its own makes it another resource of the same name.
        ("Secret", None) => Ok(Kind::Secret),
        ("SealedSecret", Some(("bitnami.com", _))) => Ok(Kind::SealedSecret),
        _ => Err(format!("is of kind {kind}")),
    }
}

fn text<'a>(object: &'a Node, field: &str) -> Option<&'a str> {
    let entry = object
        .entries()
        .find(|entry| entry.key().eq_ignore_ascii_case(field))?;
    entry.value().as_str()
}

/// A template that makes a Secret, by the look of it.
fn speaks_of_a_secret(loaded: &Loaded, span: Span) -> bool {
    let text = span.of(loaded.text.expose()).unwrap_or_default();
    text.split(|&byte| byte == b'\n')
        .any(|line| line.trim_ascii() == b"kind: Secret")
}

#[cfg(test)]
mod tests {
    use lacre_manifest::Stream;

    use super::*;

    #[test]
    fn a_secret_is_known_by_kind_and_group() {
        for (text, expected) in [
            ("{apiVersion: v1, kind: Secret}", Ok(Kind::Secret)),
            ("{apiVersion: v2, kind: Secret}", Ok(Kind::Secret)),
            ("{KIND: Secret}", Ok(Kind::Secret)),
            (
                "{apiVersion: example.com/v1, kind: Secret}",
                Err("is of kind Secret".to_owned()),
            ),
            (
                "{apiVersion: bitnami.com/v1alpha1, kind: SealedSecret}",
                Ok(Kind::SealedSecret),
            ),
            (
                "{apiVersion: v1, kind: ConfigMap}",
                Err("is of kind ConfigMap".to_owned()),
            ),
            ("[1, 2]", Err("has no kind".to_owned())),
        ] {
            let stream = Stream::read(text.as_bytes()).unwrap();
            assert_eq!(
                kind(stream.documents()[0].node().unwrap()),
                expected,
                "{text}"
            );
        }
    }
}
