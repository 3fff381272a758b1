//! The manifests whose templates can be tried.

use lacre_manifest::{Content, Format, LineIndex, Node};
use lacre_secret::SecretBytes;
use lacre_template::Limits;

use super::trial::Trial;
use super::{external, sealed};
use crate::inputs::{Input, Loaded};
use crate::problem::Problem;
use crate::shown::{self, ManifestFormat, Manifests, Values};
use crate::written::Written;

/// Kinds with templates, each with its API group.
const KINDS: [(&str, &str); 3] = [
    (lacre_api::KIND, "bitnami.com/"),
    ("ExternalSecret", "external-secrets.io/"),
    ("ClusterExternalSecret", "external-secrets.io/"),
];

/// Whether a text is manifests with templates, as far as can be seen without reading it as YAML: it may be broken.
pub(super) fn are_in(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let says = |field: &str, begins: &str, ends: &str| {
        text.lines().any(|line| {
            let words = line.trim_start_matches([' ', '-', '{', ',', '\t', '"', '\'']);
            let value = words.strip_prefix(field).map(|rest| {
                rest.trim_start_matches(['"', '\'', ':', ' '])
                    .trim_end_matches([',', '"', '\'', ' ', '}', '\r'])
            });
            value.is_some_and(|value| value.starts_with(begins) && value.ends_with(ends))
        })
    };
    // JSON on one line says it all in one.
    let one_line = |(kind, group): &(&str, &str)| {
        text.trim_start().starts_with('{')
            && text.contains(&format!("\"{kind}\""))
            && text.contains(group)
    };
    KINDS.iter().any(|known| {
        let (kind, group) = known;
        one_line(known) || says("kind", kind, kind) && says("apiVersion", group, "")
    })
}

/// Prints the Secret that each of the manifests becomes, but for those whose templates fail.
pub(super) fn print(
    input: Input,
    text: SecretBytes,
    format: Option<ManifestFormat>,
    trial: &mut Trial<'_>,
) -> Result<(), Problem> {
    let loaded = Loaded::of(input, text)?;
    let lines = LineIndex::new(loaded.text.expose());
    let mut formats: Vec<Format> = Vec::new();
    let mut secrets = Vec::new();
    for document in loaded.stream.documents() {
        match document.content() {
            Content::Broken(error) => trial.fail(&loaded.broken(error)),
            Content::Unreadable(template) => trial.fail(&loaded.template(template)),
            Content::Object(_) | Content::Empty => {}
        }
        for object in document.objects() {
            let kind = object.node.get("kind").and_then(Node::as_str);
            let Some(kind) = kind.filter(|kind| KINDS.iter().any(|(known, _)| known == kind))
            else {
                continue;
            };
            let written = Written {
                file: loaded.input.name(),
                node: object.node,
                source: loaded.text.expose(),
                lines: &lines,
            };
            formats.push(document.format());
            trial.limits = Limits::default();
            let secret = if kind == lacre_api::KIND {
                sealed::secret(&written, trial)?
            } else {
                external::secret(&written, kind, trial)?
            };
            secrets.extend(secret);
        }
    }
    let format = format.unwrap_or_else(|| ManifestFormat::like(formats.into_iter()));
    let mut manifests = Manifests::new(format);
    for secret in &secrets {
        manifests.push(&shown::node(secret, Values::Readable), &[]);
    }
    trial.ui.result(manifests.finish().expose())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_are_told_from_templates_without_being_read() {
        for text in [
            "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\n",
            "---\r\nkind: \"ExternalSecret\"\r\napiVersion: external-secrets.io/v1\r\nspec: [\r\n",
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: bitnami.com/v1alpha1\n  kind: SealedSecret\n",
            "{\n  \"kind\": \"SealedSecret\",\n  \"apiVersion\": \"bitnami.com/v1alpha1\"\n}",
            "{\"apiVersion\":\"external-secrets.io/v1\",\"kind\":\"ClusterExternalSecret\"}",
        ] {
            assert!(are_in(text.as_bytes()), "{text}");
        }
        for text in [
            "",
            "{{ .kind }}",
            "kind: {{ .kind }}\n",
            "apiVersion: v1\nkind: Secret\n",
            "# see the kind SealedSecret of bitnami.com/v1alpha1\n",
            "kind: SealedSecret\n",
        ] {
            assert!(!are_in(text.as_bytes()), "{text}");
        }
    }
}
