//! Input as a stream of documents: JSON objects one after the other, or YAML documents.
//!
//! Which of the two is decided as upstream does, and a JSON stream that goes wrong at its first
//! or second object is given a second chance as YAML, where numbers can stand for texts.
//! Upstream passes over documents that it can't read at all. Here they are kept, so that nobody
//! believes them sealed.

use lacre_manifest::{Content, Stream};

use crate::go::decode::{MemberNames, decode};
use crate::go::{GoValue, Json, json};

/// What a stream holds.
pub(super) struct Documents<T> {
    /// The objects, in the order of the stream; documents that say nothing are left out.
    objects: Vec<T>,
    /// The first document that can't be read, and how many there are.
    unreadable: Option<Unreadable>,
}

impl<T> Default for Documents<T> {
    fn default() -> Self {
        Self {
            objects: Vec::new(),
            unreadable: None,
        }
    }
}

/// How far a stream has been read as JSON.
struct Behind<T> {
    /// The byte to go on from.
    at: usize,
    /// How many documents stand before it.
    count: usize,
    /// What the next document has come to, and why it came no further.
    begun: Option<(T, String)>,
}

impl<T> Default for Behind<T> {
    fn default() -> Self {
        Self {
            at: 0,
            count: 0,
            begun: None,
        }
    }
}

/// A document that can't be read.
struct Unreadable {
    /// From 1.
    document: usize,
    /// From 1, where it begins or where it goes wrong.
    line: usize,
    reason: String,
}

impl<T: GoValue> Documents<T> {
    /// Reads a stream whose fields must be of the types that the API server asks for: a number
    /// is no name.
    ///
    /// # Errors
    /// The first object that can be read in part only, in Go's words.
    pub(super) fn read_exactly(text: &[u8]) -> Result<Self, String> {
        let mut documents = Self::default();
        documents
            .read_yaml(text, Behind::default(), |json| json)
            .map_err(|error| error.trim_start_matches(DECODING).to_owned())?;
        Ok(documents)
    }

    /// Reads a stream.
    ///
    /// # Errors
    /// The first object that can be read in part only, in Go's words.
    pub(super) fn read(text: &[u8]) -> Result<Self, String> {
        let mut documents = Self::default();
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        let rest = match first {
            Some(b'{') => documents.read_json(text)?,
            _ => Some(Behind::default()),
        };
        if let Some(rest) = rest {
            documents.read_yaml(text, rest, T::coerce)?;
        }
        Ok(documents)
    }

    /// Reads JSON objects. Returns where to go on if the stream turns out not to be JSON.
    fn read_json(&mut self, text: &[u8]) -> Result<Option<Behind<T>>, String> {
        let (mut at, mut count) = (0, 0);
        loop {
            // Two objects have proven that this is JSON.
            let proven = count >= 2;
            let mut object = T::default();
            let (error, length) = match json::read_one(text.get(at..).unwrap_or_default()) {
                Err(json::SyntaxError::Empty) => return Ok(None),
                Err(error) if proven => return Err(error.to_string()),
                Err(error) => (Some(doubtful(&error, at)), 0),
                Ok((json, length)) => {
                    let decoded = decode(&json, &mut object, MemberNames::AnyCase);
                    (decoded.err(), length)
                }
            };
            match error {
                None => self.add(object),
                Some(error) if !proven => {
                    let begun = Some((object, error));
                    return Ok(Some(Behind { at, count, begun }));
                }
                Some(error) if object.is_zero() => {
                    self.pass_over(count + 1, line_of_content(text, at), error);
                }
                Some(error) => return Err(error),
            }
            (at, count) = (at + length, count + 1);
        }
    }

    /// Reads what is left of the stream, `behind` what has been read already. `adapt` is applied
    /// to every document before it is decoded.
    fn read_yaml(
        &mut self,
        text: &[u8],
        behind: Behind<T>,
        adapt: impl Fn(Json) -> Json,
    ) -> Result<(), String> {
        let Behind {
            at,
            count,
            mut begun,
        } = behind;
        let stream = match Stream::read(text.get(at..).unwrap_or_default()) {
            Ok(stream) => stream,
            Err(error) => {
                let line = line_of_content(text, at);
                self.pass_over(count + 1, line, error.to_string());
                return Ok(());
            }
        };
        for document in stream.documents() {
            let (object, json_error) = begun.take().unzip();
            let mut object: T = object.unwrap_or_default();
            let line = line_of_content(text, at + document.span().start);
            let (line, error) = match document.content() {
                Content::Empty => (line, None),
                Content::Object(node) => {
                    let json = adapt(Json::from(node));
                    let decoded = decode(&json, &mut object, MemberNames::AnyCase);
                    (line, decoded.err().map(|e| format!("{DECODING}{e}")))
                }
                Content::Broken(error) => {
                    let line = line_at(text, at + error.offset);
                    (line, Some(error.problem.to_string()))
                }
                Content::Unreadable(template) => {
                    let line = line_at(text, at + template.span.start);
                    (line, Some(TEMPLATE.to_owned()))
                }
            };
            match error {
                None => self.add(object),
                Some(error) if object.is_zero() => {
                    self.pass_over(count + document.index(), line, error);
                }
                Some(error) => return Err(json_error.unwrap_or(error)),
            }
        }
        Ok(())
    }

    fn add(&mut self, object: T) {
        if !object.is_zero() {
            self.objects.push(object);
        }
    }

    fn pass_over(&mut self, document: usize, line: usize, reason: String) {
        self.unreadable.get_or_insert(Unreadable {
            document,
            line,
            reason,
        });
    }

    /// The objects, of which there must be one, and no document that can't be read. `none` is
    /// said when nothing at all was understood.
    ///
    /// # Errors
    /// `none`, or the first document that can't be read.
    pub(super) fn all(self, none: &str) -> Result<Vec<T>, String> {
        match self.unreadable {
            _ if self.objects.is_empty() => Err(none.to_owned()),
            None => Ok(self.objects),
            Some(Unreadable {
                document,
                line,
                reason,
            }) => {
                let reason = reason.strip_prefix(DECODING).unwrap_or(&reason);
                Err(format!(
                    "document {document} (line {line}) can't be read: {reason}"
                ))
            }
        }
    }
}

/// Said of a chart's source.
const TEMPLATE: &str =
    "it has a template action `{{`; render the template first (helm template) and give the result";

/// What upstream says before an error that comes up behind YAML.
const DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

/// What upstream says of a syntax error while the stream may be YAML still.
fn doubtful(error: &json::SyntaxError, at: usize) -> String {
    match error {
        json::SyntaxError::Character { offset, .. } => {
            format!("json: offset {}: {error}", at + offset)
        }
        json::SyntaxError::Truncated => "unexpected EOF".to_owned(),
        other => other.to_string(),
    }
}

/// The line, from 1, of the first byte from `at` on that is not blank.
fn line_of_content(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .count();
    line_at(text, at + blank)
}

/// The line, from 1, in which the byte `at` stands.
fn line_at(text: &[u8], at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::super::objects::Secret;
    use super::*;

    const NONE: &str = "none";

    fn names(text: &str) -> Result<Vec<String>, String> {
        let objects = Documents::<Secret>::read(text.as_bytes())?.all(NONE)?;
        Ok(objects
            .iter()
            .map(|secret| secret.metadata.name.to_string())
            .collect())
    }

    #[test]
    fn documents_that_say_nothing_are_left_out() {
        for (text, expected) in [
            (
                "metadata: {name: a}\n---\n# nothing\n---\nmetadata: {name: b}\n",
                &["a", "b"][..],
            ),
            ("---\n---\nmetadata: {name: a}\n...\n", &["a"]),
            ("foo: bar\n---\nmetadata: {name: a}\n", &["a"]),
            (
                "{\"metadata\":{\"name\":\"a\"}} {}\n{\"metadata\":{\"name\":\"b\"}}",
                &["a", "b"],
            ),
            ("%YAML 1.1\n---\nmetadata: {name: a}\n", &["a"]),
            ("{metadata: {name: a}}", &["a"]),
        ] {
            assert_eq!(names(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn nothing_understood_is_told_as_such() {
        for text in [
            "",
            "# only a comment\n",
            "garbage",
            "{\"a\":",
            "a: [",
            "[]",
            "---\n",
        ] {
            assert_eq!(names(text).unwrap_err(), NONE, "{text}");
        }
    }

    #[test]
    fn a_document_that_cannot_be_read_is_named() {
        let good = "metadata: {name: a}\n";
        for (text, error) in [
            (format!("{good}---\na: b: c\n"), "document 2 (line 3)"),
            (format!("a: [\n---\n{good}"), "document 1 (line 2)"),
            (format!("{good}---\njust text\n"), "document 2 (line 3)"),
            (format!("{good}--- text\n"), "document 2 (line 2)"),
            (format!("{good}...\nb: c\n"), "document 2 (line 3)"),
            (
                "{\"metadata\":{\"name\":\"a\"}}\ngarbage".to_owned(),
                "document 2 (line 2)",
            ),
        ] {
            let found = names(&text).unwrap_err();
            assert!(found.starts_with(error), "{text}: {found}");
            assert!(
                !found.contains("garbage") && !found.contains("just"),
                "{found}"
            );
        }
    }

    #[test]
    fn json_gets_a_second_chance_as_yaml_until_it_is_proven() {
        let bad = "{\"metadata\":{\"name\":5}}";
        assert_eq!(names(bad).unwrap(), ["5"]);
        let good = "{\"metadata\":{\"name\":\"a\"}}";
        assert_eq!(names(&format!("{good}{bad}")).unwrap(), ["a", "5"]);
        // The second object's fallback does not lose the third, even on the same line.
        assert_eq!(
            names(&format!("{good}{bad}{good}")).unwrap(),
            ["a", "5", "a"]
        );
        assert_eq!(
            names(&format!(
                "{good}{good}{}",
                "{\"metadata\":{\"name\":5,\"uid\":\"u\"}}"
            ))
            .unwrap_err(),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.name of type string"
        );
        assert!(
            names(&format!("{good}{good} x"))
                .unwrap_err()
                .contains("invalid character 'x'")
        );
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_an_error_at_once() {
        assert_eq!(
            names("metadata: {name: a}\ndata: {k: 5}\n").unwrap_err(),
            "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go \
             struct field Secret.data of type []uint8"
        );
        assert_eq!(
            names("{\"metadata\":{\"name\":\"a\"},\"data\":{\"k\":\"YQ=\"}}").unwrap_err(),
            "illegal base64 data at input byte 3"
        );
    }
}
