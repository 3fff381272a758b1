//! One object, read as Kubernetes' own decoder does: exact member names, no leniency, and the
//! object must be of the kind that is wanted.

use lacre_manifest::{Content, Stream};

use super::decode::{MemberNames, decode};
use super::structs::go_struct;
use super::{GoValue, Json, Text, json, quote, yaml};

/// A kind of object.
pub(crate) struct Kind {
    pub(crate) group: &'static str,
    pub(crate) version: &'static str,
    pub(crate) kind: &'static str,
    /// Other kinds that the decoder has heard of, by their `apiVersion`: they are told from those
    /// it has not.
    pub(crate) known: &'static [(&'static str, &'static [&'static str])],
}

go_struct! {
    /// The two members that say what an object is.
    TypeMeta "" "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }" {
        api_version: Text = "apiVersion", omitempty;
        kind: Text = "kind", omitempty;
    }
}

/// Reads the object that `text` holds; of several YAML documents the first.
///
/// # Errors
/// In the words of Kubernetes' decoder.
pub(crate) fn decode_object<T: GoValue>(text: &[u8], wanted: &Kind) -> Result<T, String> {
    let json = match begins_with_brace(text) {
        true => json::read_all(text).map_err(|error| no_kind(&error.to_string()))?,
        false => yaml::read_document(text)?,
    };
    let mut types = TypeMeta::default();
    decode(&json, &mut types, MemberNames::AnyCase).map_err(|error| no_kind(&error))?;
    check_kind(&types, wanted, T::NAME)?;
    let mut object = T::default();
    decode(&json, &mut object, MemberNames::Exact)?;
    Ok(object)
}

/// The texts of the documents in `text` that hold something. JSON is never taken apart.
///
/// # Errors
/// That the text can't be read at all.
pub(crate) fn documents(text: &[u8]) -> Result<Vec<&[u8]>, String> {
    if begins_with_brace(text) {
        return Ok(vec![text]);
    }
    let stream = Stream::read(text).map_err(|error| error.to_string())?;
    let texts = stream
        .documents()
        .iter()
        .filter_map(|document| match document.content() {
            Content::Empty => None,
            _ => document.span().of(text),
        });
    Ok(texts.collect())
}

fn begins_with_brace(text: &[u8]) -> bool {
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_some_and(|byte| *byte == b'{')
}

fn no_kind(error: &str) -> String {
    format!("couldn't get version/kind; json parse error: {error}")
}

/// What is not said is taken to be as wanted.
fn check_kind(types: &TypeMeta, wanted: &Kind, wanted_type: &str) -> Result<(), String> {
    let (group, version) = match types.api_version.split_once('/') {
        None => ("", &*types.api_version),
        Some((_, version)) if version.contains('/') => {
            return Err(format!(
                "unexpected GroupVersion string: {}",
                &*types.api_version
            ));
        }
        Some(both) => both,
    };
    let kind = if types.kind.is_zero() {
        wanted.kind
    } else {
        &*types.kind
    };
    let (group, version) = match (group, version) {
        ("", "") => (wanted.group, wanted.version),
        (group, "") if group == wanted.group => (group, wanted.version),
        other => other,
    };
    if (group, version, kind) == (wanted.group, wanted.version, wanted.kind) {
        return Ok(());
    }
    let api_version = match group {
        "" => version.to_owned(),
        group => format!("{group}/{version}"),
    };
    let known = wanted
        .known
        .iter()
        .any(|(known, kinds)| *known == api_version && kinds.contains(&kind));
    Err(match known {
        true => format!("converting ({version}.{kind}) to ({wanted_type}): unknown conversion"),
        false => format!(
            "no kind {} is registered for version {} in scheme \"pkg/runtime/scheme.go:111\"",
            quote(kind),
            quote(&api_version)
        ),
    })
}

/// The object in `json`, whatever its kind, by encoding/json's rules.
///
/// # Errors
/// In Go's words.
pub(crate) fn decode_json<T: GoValue>(text: &[u8]) -> Result<T, String> {
    let json: Json = json::read_all(text).map_err(|error| error.to_string())?;
    let mut object = T::default();
    decode(&json, &mut object, MemberNames::AnyCase)?;
    Ok(object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubeseal::objects::{SEALED_SECRET, SealedSecret};

    fn error(text: &str) -> String {
        decode_object::<SealedSecret>(text.as_bytes(), &SEALED_SECRET).unwrap_err()
    }

    #[test]
    fn what_is_not_said_is_as_wanted() {
        for text in [
            "metadata: {name: x}",
            "kind: SealedSecret",
            "apiVersion: bitnami.com/",
            "",
            "{}",
        ] {
            decode_object::<SealedSecret>(text.as_bytes(), &SEALED_SECRET).unwrap();
        }
    }

    #[test]
    fn errors_are_those_of_the_kubernetes_decoder() {
        for (text, expected) in [
            (
                "kind: Secret\napiVersion: v1\n",
                "converting (v1.Secret) to (v1alpha1.SealedSecret): unknown conversion",
            ),
            (
                "kind: Foo\napiVersion: ex.com/v1\n",
                "no kind \"Foo\" is registered for version \"ex.com/v1\" in scheme \
                 \"pkg/runtime/scheme.go:111\"",
            ),
            (
                "apiVersion: a/b/c\n",
                "unexpected GroupVersion string: a/b/c",
            ),
            (
                "just text\n",
                "couldn't get version/kind; json parse error: json: cannot unmarshal string into \
                 Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; \
                 Kind string \"json:\\\"kind,omitempty\\\"\" }",
            ),
            (
                "kind: 5\n",
                "couldn't get version/kind; json parse error: json: cannot unmarshal number into \
                 Go struct field .kind of type string",
            ),
            (
                "{} {",
                "couldn't get version/kind; json parse error: invalid character '{' after \
                 top-level value",
            ),
            (
                "spec: []\n",
                "json: cannot unmarshal array into Go struct field SealedSecret.spec of type \
                 v1alpha1.SealedSecretSpec",
            ),
            (
                "spec: {template: {data: {a: 5}}}\n",
                "json: cannot unmarshal number into Go struct field \
                 SecretTemplateSpec.spec.template.data of type string",
            ),
            (
                "metadata: {creationTimestamp: foo}\n",
                "parsing time \"foo\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"foo\" as \
                 \"2006\"",
            ),
        ] {
            assert_eq!(error(text), expected, "{text}");
        }
    }
}
