//! An ExternalSecret, with values given in the place of those that it would fetch.

use std::collections::{BTreeMap, BTreeSet};

use lacre_api::{FieldPath, Metadata, OPAQUE, Secret};
use lacre_manifest::{Content, Node, Stream};
use lacre_secret::SecretBytes;
use lacre_template::traps::Known;
use lacre_template::{Dialect, Options};

use super::data::Data;
use super::sealed::name;
use super::trial::{Origin, Trial, visible};
use crate::problem::Problem;
use crate::written::Written;

const DIALECT: Dialect = Dialect::ExternalSecrets;

/// One ExternalSecret being tried.
struct Attempt<'a> {
    written: &'a Written<'a>,
    name: String,
    /// `spec`, wherever it is.
    spec: FieldPath,
    options: Options,
    /// What is given of that which it would fetch.
    values: Data,
    data: lacre_template::Data,
    known: Option<Known<'a>>,
}

/// What templates have made of it.
#[derive(Default)]
struct Made {
    values: BTreeMap<String, SecretBytes>,
    labels: BTreeMap<String, String>,
    annotations: BTreeMap<String, String>,
}

/// The Secret that it becomes; `None` if a template fails, which has been told.
pub(super) fn secret(
    written: &Written<'_>,
    kind: &str,
    trial: &mut Trial<'_>,
) -> Result<Option<Secret>, Problem> {
    let spec = match kind {
        "ClusterExternalSecret" => FieldPath::of(&["spec", "externalSecretSpec"]),
        _ => FieldPath::of(&["spec"]),
    };
    let metadata = |field: &str| written.node.at(&["metadata", field]).and_then(Node::as_str);
    let values = values(written, &spec, trial.values);
    let known = trial.given.then(|| {
        let given = trial.values.keys().map(String::as_str);
        let mut keys = fetched(written, &spec);
        keys.extend(given.filter(|key| values.contains_key(*key)));
        Known {
            keys,
            ..Known::default()
        }
    });
    let attempt = Attempt {
        written,
        name: name(metadata("namespace"), metadata("name")),
        options: trial.options(DIALECT, || written.place())?,
        data: visible(&values),
        values,
        known,
        spec,
    };
    attempt.tell_differences(trial);
    let before = std::mem::replace(&mut trial.failed, false);
    let made = attempt.made(trial);
    let failed = std::mem::replace(&mut trial.failed, before);
    trial.failed |= failed;
    if failed {
        return Ok(None);
    }
    let target = attempt.spec.field("target");
    let text = |path: &FieldPath| {
        path.node(written.node)
            .and_then(Node::as_str)
            .map(str::to_owned)
    };
    Ok(Some(Secret {
        metadata: Metadata {
            name: text(&target.field("name")).or_else(|| metadata("name").map(str::to_owned)),
            namespace: metadata("namespace").map(str::to_owned),
            labels: made.labels,
            annotations: made.annotations,
            ..Metadata::default()
        },
        type_: text(&target.field("template").field("type")).or_else(|| Some(OPAQUE.to_owned())),
        immutable: target
            .field("immutable")
            .node(written.node)
            .and_then(Node::as_bool),
        data: made.values,
    }))
}

/// The keys of `spec.data`, which it fetches one by one.
fn fetched<'a>(written: &Written<'a>, spec: &FieldPath) -> BTreeSet<&'a str> {
    let data = spec.field("data").node(written.node);
    let entries = data.and_then(Node::as_seq).unwrap_or_default().iter();
    entries
        .filter_map(|entry| entry.get("secretKey")?.as_str())
        .collect()
}

/// What is given without what its templates make: a Secret from the cluster has that, too.
fn values(written: &Written<'_>, spec: &FieldPath, given: &Data) -> Data {
    let keys = fetched(written, spec);
    let whole = spec.field("dataFrom").node(written.node).is_some();
    let templates = spec.field("target").field("template").field("data");
    let made = |key: &str| templates.field(key).node(written.node).is_some();
    given
        .iter()
        .filter(|(key, _)| whole || keys.contains(key.as_str()) || !made(key))
        .map(|(key, value)| (key.clone(), value.duplicate()))
        .collect()
}

impl Attempt<'_> {
    fn node(&self, path: &FieldPath) -> Option<&Node> {
        path.node(self.written.node)
    }

    fn entries(&self, path: &FieldPath) -> Vec<(String, FieldPath)> {
        let entries = self.node(path).into_iter().flat_map(Node::entries);
        entries
            .map(|entry| (entry.key().to_owned(), path.field(entry.key())))
            .collect()
    }

    fn problem(&self, path: &FieldPath, what: &str) -> Problem {
        Problem::new(format!("{}: {path}: {what}", self.name)).in_place(self.written.place_of(path))
    }

    /// Tells where the values that are given are not those that would be fetched.
    fn tell_differences(&self, trial: &mut Trial<'_>) {
        let keys = fetched(self.written, &self.spec);
        let path = self.spec.field("data");
        for key in keys.iter().filter(|key| !self.values.contains_key(**key)) {
            let what = format!("no value is given for {key}");
            trial.warn(&self.problem(&path, &what).mend("give one with --data"));
        }
        if self.node(&self.spec.field("dataFrom")).is_some() {
            return;
        }
        for key in self
            .values
            .keys()
            .filter(|key| !keys.contains(key.as_str()))
        {
            let what = format!("{key} is given as a value, but is not fetched");
            let problem = self.problem(&path, &what);
            trial.warn(&problem.mend(
                "fetch it, or leave it out of --data: in the cluster templates would not see it",
            ));
        }
    }

    /// Everything that the template makes, as far as it can.
    fn made(&self, trial: &mut Trial<'_>) -> Made {
        let mut made = Made::default();
        let target = self.spec.field("target");
        let template = target.field("template");
        if self.node(&target.field("manifest")).is_some() {
            let what = "a target that is no Secret cannot be tried";
            trial.fail(&self.problem(&target.field("manifest"), what));
            return made;
        }
        let Some(node) = self.node(&template).filter(|node| !node.is_null()) else {
            made.values = duplicate(&self.values);
            made.labels = texts(self.written.node.at(&["metadata", "labels"]));
            made.annotations = texts(self.written.node.at(&["metadata", "annotations"]));
            return made;
        };
        let (data, from) = (template.field("data"), template.field("templateFrom"));
        let sources = node
            .get("templateFrom")
            .and_then(Node::as_seq)
            .unwrap_or_default();
        let merges = node.get("mergePolicy").and_then(Node::as_str) == Some("Merge");
        if merges || self.entries(&data).is_empty() && sources.is_empty() {
            made.values = duplicate(&self.values);
        }
        for index in 0..sources.len() {
            self.source(&from.index(index), &mut made, trial);
        }
        for (key, path) in self.entries(&data) {
            if let Some(value) = self.rendered(&key, &path, trial) {
                made.values.insert(key, value);
            }
        }
        let metadata = template.field("metadata");
        let labels = self.metadata(&metadata.field("labels"), trial);
        made.labels.extend(labels);
        let annotations = self.metadata(&metadata.field("annotations"), trial);
        made.annotations.extend(annotations);
        made
    }

    /// The template at `path`, rendered.
    fn rendered(&self, key: &str, path: &FieldPath, trial: &mut Trial<'_>) -> Option<SecretBytes> {
        let Some(text) = self.node(path).and_then(Node::as_str) else {
            trial.fail(
                &self
                    .problem(path, "must be a string")
                    .mend("put the value in quotes"),
            );
            return None;
        };
        let origin = Origin::Field {
            name: &self.name,
            written: self.written,
            path: path.clone(),
        };
        let language = (DIALECT, &self.options);
        trial.render(
            key,
            text.as_bytes(),
            language,
            &self.data,
            self.known.as_ref(),
            &origin,
        )
    }

    /// Labels or annotations, whose values are templates.
    fn metadata(&self, path: &FieldPath, trial: &mut Trial<'_>) -> BTreeMap<String, String> {
        let mut made = BTreeMap::new();
        for (key, path) in self.entries(path) {
            if let Some(value) = self.rendered(&key, &path, trial) {
                self.put_text(&mut made, key, &value, &path, trial);
            }
        }
        made
    }

    fn put_text(
        &self,
        texts: &mut BTreeMap<String, String>,
        key: String,
        value: &SecretBytes,
        path: &FieldPath,
        trial: &mut Trial<'_>,
    ) {
        match std::str::from_utf8(value.expose()) {
            Ok(text) => drop(texts.insert(key, text.to_owned())),
            Err(_) => trial.fail(&self.problem(path, "makes bytes that are no text")),
        }
    }

    /// One entry of `templateFrom`.
    fn source(&self, path: &FieldPath, made: &mut Made, trial: &mut Trial<'_>) {
        for field in ["configMap", "secret"] {
            let path = path.field(field);
            if self.node(&path).is_some() {
                let problem = self.problem(&path, "it is in the cluster, and cannot be tried here");
                trial.fail(&problem.mend("put its text into a file, and try that"));
            }
        }
        let strategy = path.field("valuesDecodingStrategy");
        let decodes = self.node(&strategy).and_then(Node::as_str);
        if decodes.is_some_and(|strategy| strategy != "None") {
            trial.fail(&self.problem(
                &strategy,
                "values that are decoded afterwards cannot be tried",
            ));
        }
        let literal = path.field("literal");
        if self.node(&literal).is_none() {
            return;
        }
        let Some(text) = self.rendered("literal", &literal, trial) else {
            return;
        };
        let pairs = match pairs(&text) {
            Ok(pairs) => pairs,
            Err(what) => return trial.fail(&self.problem(&literal, &what)),
        };
        let target = path.field("target");
        let wanted = self
            .node(&target)
            .and_then(Node::as_str)
            .unwrap_or_default();
        match wanted.to_ascii_lowercase().as_str() {
            "" | "data" => made.values.extend(pairs),
            "labels" | "annotations" => {
                let texts = if wanted.eq_ignore_ascii_case("labels") {
                    &mut made.labels
                } else {
                    &mut made.annotations
                };
                for (key, value) in pairs {
                    self.put_text(texts, key, &value, &literal, trial);
                }
            }
            _ => trial.fail(&self.problem(&target, "must be Data, Labels or Annotations")),
        }
    }
}

/// What a rendered literal says: a map of texts in YAML, read as the controller reads it.
fn pairs(text: &SecretBytes) -> Result<BTreeMap<String, SecretBytes>, String> {
    let stream = Stream::read(text.expose()).map_err(|e| format!("makes no YAML: {e}"))?;
    let mut pairs = BTreeMap::new();
    // Behind `---` the controller does not look.
    let Some(document) = stream.documents().first() else {
        return Ok(pairs);
    };
    let node = match document.content() {
        Content::Object(node) if node.as_map().is_some() => node,
        Content::Empty => return Ok(pairs),
        Content::Broken(error) => {
            let at = error.position;
            return Err(format!(
                "makes broken YAML, at {at} of what it makes: {}",
                error.problem
            ));
        }
        Content::Object(_) | Content::Unreadable(_) => {
            return Err("makes no map of keys to texts".to_owned());
        }
    };
    for entry in node.entries() {
        let value = entry.value();
        let text = match value.field_text() {
            Some(text) => SecretBytes::from_slice(text.as_str().as_bytes()),
            None if value.is_null() => SecretBytes::from_slice(&[]),
            None => return Err(format!("makes {} where a text must be", value.kind_name())),
        };
        pairs.insert(entry.key().to_owned(), text);
    }
    Ok(pairs)
}

fn texts(node: Option<&Node>) -> BTreeMap<String, String> {
    let entries = node.into_iter().flat_map(Node::entries);
    entries
        .filter_map(|entry| Some((entry.key().to_owned(), entry.value().as_str()?.to_owned())))
        .collect()
}

fn duplicate(values: &Data) -> Data {
    values
        .iter()
        .map(|(key, value)| (key.clone(), value.duplicate()))
        .collect()
}
