//! Key Secrets, as the controller keeps its keys and `kubectl get secret -o yaml` prints them.

use lacre_api::{Decoded, FieldPath, Secret};
use lacre_crypto::{Certificate, UnsealingKey};
use lacre_manifest::{Content, LineIndex, Node, Stream};

use super::found::belongs;
use super::sources::Source;
use super::{FoundCertificate, FoundKey, KEY_LABEL, Material, unusable};
use crate::clock;
use crate::problem::{Place, Problem};

const KEY_ITEM: &str = "tls.key";
const CERTIFICATE_ITEM: &str = "tls.crt";

/// Adds the keys of every Secret in a manifest.
pub(super) fn take(material: &mut Material, source: &Source, text: &[u8]) {
    let place = |at: lacre_manifest::Position| Place::at(&source.name, at.line, at.column);
    let stream = match Stream::read(text) {
        Ok(stream) => stream,
        Err(e) => {
            let problem = Problem::new(e.to_string()).in_place(Place::file(&source.name));
            material.problems.extend(source.named.then_some(problem));
            return;
        }
    };
    let lines = LineIndex::new(text);
    let mut secrets = Vec::new();
    for document in stream.documents() {
        match document.content() {
            Content::Broken(e) => {
                let problem = Problem::new(e.problem.to_string()).in_place(place(e.position));
                material.problems.push(problem);
            }
            Content::Unreadable(template) if source.named => {
                let problem = Problem::new(
                    "a template action {{ }} stands here; key Secrets must be plain manifests",
                );
                material
                    .problems
                    .push(problem.in_place(place(template.position)));
            }
            Content::Unreadable(_) | Content::Empty => {}
            Content::Object(_) => {
                let objects = document.objects().into_iter().map(|object| object.node);
                secrets.extend(objects.filter(|node| may_hold_key(node)));
            }
        }
    }
    let alone = secrets.len() == 1;
    for node in secrets {
        let at = place(lines.position(node.span().start));
        let decoded = Secret::decode(node);
        // In a list of all Secrets, those that are no sealing key are none of ours.
        let expected =
            alone && source.named || decoded.object.metadata.labels.contains_key(KEY_LABEL);
        match read(&decoded, at.clone()) {
            Ok((key, certificate, warning)) => {
                material.warnings.extend(warning);
                material.certificates.extend(certificate);
                material.add(key);
            }
            Err(problem) if expected => material.problems.push(problem),
            Err(_) if !decoded.object.data.contains_key(KEY_ITEM) => {}
            Err(problem) => material.warnings.push(problem),
        }
    }
}

/// Secrets, and objects that do not say what they are; a hand-made list may leave that out.
fn may_hold_key(node: &Node) -> bool {
    node.as_map().is_some()
        && node
            .get("kind")
            .is_none_or(|kind| kind.as_str() == Some("Secret"))
}

type Read = (FoundKey, Option<FoundCertificate>, Option<Problem>);

fn read(decoded: &Decoded<Secret>, place: Place) -> Result<Read, Problem> {
    let secret = &decoded.object;
    let Some(text) = secret.data.get(KEY_ITEM) else {
        let path = FieldPath::of(&["data", KEY_ITEM]);
        let issue = decoded.issues.iter().find(|issue| issue.path == path);
        let problem = match issue {
            Some(issue) => Problem::new(issue.to_string()).mend(issue.mend()),
            None => Problem::new(format!("{} has no item {KEY_ITEM}", called(secret)))
                .mend("a key Secret holds the private key under data[\"tls.key\"]"),
        };
        return Err(problem.in_place(place));
    };
    let key = UnsealingKey::read_first_pem(text.expose()).map_err(|e| {
        let problem = unusable(&e);
        let message = format!("{KEY_ITEM} of {}: {}", called(secret), problem.message);
        Problem { message, ..problem }.in_place(place.clone())
    })?;
    let name = secret
        .name()
        .map(|name| (name.to_owned(), secret.namespace().map(str::to_owned)));
    let first = secret
        .data
        .get(CERTIFICATE_ITEM)
        .map(|text| Certificate::read_all_pem(text.expose()));
    let first = first.and_then(|read| read.ok()?.into_iter().next());
    let (own, foreign) = match first {
        Some(certificate) if belongs(&certificate, &key) => (Some(certificate), false),
        other => (None, other.is_some()),
    };
    let warning = foreign.then(|| {
        Problem::new(format!("the certificate in {} belongs to another key", called(secret)))
            .in_place(place.clone())
            .mend("clients that seal with this certificate make values that this key cannot open; replace tls.crt")
    });
    let certificate = own.clone().map(|certificate| FoundCertificate {
        certificate,
        place: place.clone(),
        secret: name.clone(),
    });
    let created = secret
        .metadata
        .other
        .get("creationTimestamp")
        .and_then(|time| time.as_str());
    let found = FoundKey {
        secret: name,
        certificate: own,
        state: secret.metadata.labels.get(KEY_LABEL).cloned(),
        created: created.and_then(clock::parse_rfc3339),
        ..FoundKey::bare(key, place)
    };
    Ok((found, certificate, warning))
}

fn called(secret: &Secret) -> String {
    match secret.name() {
        Some(name) => format!("the Secret {name}"),
        None => "this Secret".to_owned(),
    }
}
