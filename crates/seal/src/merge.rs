//! New items for a SealedSecret that exists, as edits that leave every other byte of its file alone.

use std::collections::{BTreeMap, BTreeSet};

use lacre_api::annotations::{self, Annotations};
use lacre_api::stamp::Stamp;
use lacre_api::{
    Decoded, FieldIssue, FieldPath, Metadata, OPAQUE, Problem, SealedSecret, Secret, Step,
};
use lacre_crypto::{Identity, Scope};

use crate::metadata::{carried_over, values_in_clear};
use crate::options::Options;
use crate::refusal::Refusal;
use crate::seal::{SealedItem, check, seal_items, sort_issues, stamped, value_warnings};
use crate::warning::Warning;

/// One change to the target's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Gives the text to the field, which may exist or not; so may the objects on the way to it.
    Set {
        /// The field.
        path: FieldPath,
        /// Its text.
        text: String,
    },
    /// Removes the field, which exists.
    Remove {
        /// The field.
        path: FieldPath,
    },
}

/// What came of a merge.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The changes, in the order in which to make them; fields that have their text already are not among them.
    pub edits: Vec<Edit>,
    /// The target with the changes made.
    pub object: SealedSecret,
    /// The scope of the target, which the new values are bound to.
    pub scope: Scope,
    /// What to look at.
    pub warnings: Vec<Warning>,
}

/// Seals the items of `secret` into `target`, for the identity and scope of the target.
///
/// Labels and annotations of `secret` are added to the target's template; scope, type and immutability stay the target's.
///
/// # Errors
/// [`Refusal`]; nothing is sealed then.
pub fn merge(
    target: &Decoded<SealedSecret>,
    secret: &Decoded<Secret>,
    options: &Options<'_>,
) -> Result<Merge, Refusal> {
    usable(target)?;
    let Decoded { object: target, .. } = target;
    let mut warnings = sort_issues(&secret.issues)?;
    let Decoded { object: secret, .. } = secret;
    if secret.data.is_empty() && !options.allow_empty {
        return Err(Refusal::Empty);
    }
    let name = target.metadata.name.as_deref().unwrap_or_default();
    name_agrees(name, secret, options, &mut warnings)?;
    let none = Annotations::new();
    let scope = annotations::scope(target.metadata.annotations.as_ref().unwrap_or(&none));
    if let Some(asked) = options.scope.filter(|asked| *asked != scope) {
        return Err(Refusal::ScopeMismatch {
            target: scope,
            asked,
        });
    }
    let namespace = namespace(target, secret, scope, options, &mut warnings)?;
    let added = added_metadata(target, secret, scope, &mut warnings);
    warnings.extend(not_merged(target, secret));
    check(&added, &secret.data)?;

    let identity = Identity {
        scope,
        namespace: &namespace,
        name,
    };
    let items = seal_items(&secret.data, options.key, &identity)?;
    warnings.extend(value_warnings(&secret.data));
    warnings.extend(values_in_clear(&added, &secret.data));

    let mut object = target.clone();
    let mut edits = Vec::new();
    let spec = &mut object.spec;
    let path = FieldPath::of(&["spec", "encryptedData"]);
    set_all(&mut edits, &path, &mut spec.encrypted_data, texts(&items));
    let path = FieldPath::of(&["spec", "template", "metadata", "labels"]);
    set_all(
        &mut edits,
        &path,
        &mut spec.template.metadata.labels,
        added.labels,
    );
    let path = FieldPath::of(&["spec", "template", "metadata", "annotations"]);
    set_all(
        &mut edits,
        &path,
        &mut spec.template.metadata.annotations,
        added.annotations,
    );
    let seal = match options.stamp {
        Some(now) if !items.is_empty() => Some(stamped(options.key, &identity, now, &items)?),
        _ => None,
    };
    restamp(&mut object, seal, &items, &mut edits);
    Ok(Merge {
        edits,
        object,
        scope,
        warnings,
    })
}

fn texts(items: &BTreeMap<String, SealedItem>) -> BTreeMap<String, String> {
    items
        .iter()
        .map(|(item, sealed)| (item.clone(), sealed.text.clone()))
        .collect()
}

/// Items of the target that are no text may be replaced, but what the edits stand on must be sound.
fn usable(target: &Decoded<SealedSecret>) -> Result<(), Refusal> {
    let harmless = |issue: &FieldIssue| {
        let steps: Vec<&str> = issue
            .path
            .steps()
            .iter()
            .map_while(|step| match step {
                Step::Field(name) => Some(name.as_str()),
                Step::Index(_) => None,
            })
            .collect();
        match steps.as_slice() {
            ["status", ..]
            | ["spec", "encryptedData", _, ..]
            | ["spec", "template", "data", _, ..] => true,
            ["spec"] => issue.problem == Problem::Missing,
            _ => false,
        }
    };
    let errors: Vec<FieldIssue> = target
        .errors()
        .filter(|issue| !harmless(issue))
        .cloned()
        .collect();
    if !errors.is_empty() {
        return Err(Refusal::Fields(errors));
    }
    if target.object.spec.data.is_some() {
        return Err(Refusal::DeprecatedData);
    }
    Ok(())
}

/// A name that was asked for must be the target's; the input's own name counts for nothing, but is said.
fn name_agrees(
    target: &str,
    secret: &Secret,
    options: &Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<(), Refusal> {
    if let Some(asked) = options
        .name
        .filter(|asked| !asked.is_empty() && *asked != target)
    {
        return Err(Refusal::NameMismatch {
            target: target.to_owned(),
            asked: asked.to_owned(),
        });
    }
    if let Some(name) = secret.name().filter(|name| *name != target) {
        warnings.push(Warning::OtherName {
            input: name.to_owned(),
            target: target.to_owned(),
        });
    }
    Ok(())
}

fn namespace(
    target: &SealedSecret,
    secret: &Secret,
    scope: Scope,
    options: &Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<String, Refusal> {
    let own = target
        .metadata
        .namespace
        .as_deref()
        .filter(|own| !own.is_empty());
    let asked = options.namespace.filter(|asked| !asked.is_empty());
    if scope == Scope::ClusterWide {
        warnings.extend(asked.filter(|asked| own != Some(*asked)).map(|asked| {
            Warning::NamespaceUnused {
                namespace: asked.to_owned(),
            }
        }));
        return Ok(own.unwrap_or_default().to_owned());
    }
    let input = secret.namespace();
    let said: Vec<&str> = [own, input, asked].into_iter().flatten().collect();
    if let Some(other) = said.iter().find(|other| said.first() != Some(other)) {
        return Err(Refusal::NamespaceMismatch {
            input: said.first().copied().unwrap_or_default().to_owned(),
            asked: (*other).to_owned(),
        });
    }
    let default = options
        .default_namespace
        .filter(|namespace| !namespace.is_empty());
    let namespace = said
        .first()
        .copied()
        .or(default)
        .ok_or(Refusal::NoNamespace { scope })?;
    if own.is_none() {
        warnings.push(Warning::NamespaceAssumed {
            namespace: namespace.to_owned(),
        });
    }
    Ok(namespace.to_owned())
}

/// Labels and annotations for the target's template; scope annotations of the input are not carried over.
fn added_metadata(
    target: &SealedSecret,
    secret: &Secret,
    scope: Scope,
    warnings: &mut Vec<Warning>,
) -> Metadata {
    let carried = carried_over(&secret.metadata);
    let mut added = Metadata {
        labels: carried.labels,
        annotations: carried.annotations,
        ..Metadata::default()
    };
    let input_scope = annotations::scope(&added.annotations);
    if input_scope != scope && input_scope != Scope::Strict {
        warnings.push(Warning::NotMerged { field: "scope" });
    }
    for key in [annotations::NAMESPACE_WIDE, annotations::CLUSTER_WIDE] {
        added.annotations.remove(key);
    }
    let template = &target.spec.template.metadata;
    added
        .labels
        .retain(|key, text| template.labels.get(key) != Some(text));
    added
        .annotations
        .retain(|key, text| template.annotations.get(key) != Some(text));
    added
}

fn not_merged(target: &SealedSecret, secret: &Secret) -> impl Iterator<Item = Warning> {
    let template = &target.spec.template;
    let type_of = |type_: &Option<String>| type_.clone().unwrap_or_else(|| OPAQUE.to_owned());
    let type_ = secret.type_.is_some() && type_of(&secret.type_) != type_of(&template.type_);
    let immutable = secret
        .immutable
        .is_some_and(|immutable| immutable != template.immutable.unwrap_or(false));
    [(type_, "type"), (immutable, "immutable")]
        .into_iter()
        .filter_map(|(differs, field)| differs.then_some(Warning::NotMerged { field }))
}

fn set_all(
    edits: &mut Vec<Edit>,
    path: &FieldPath,
    into: &mut BTreeMap<String, String>,
    added: BTreeMap<String, String>,
) {
    for (key, text) in added {
        edits.push(Edit::Set {
            path: path.field(key.as_str()),
            text: text.clone(),
        });
        into.insert(key, text);
    }
}

/// Brings the stamp up to date. Without a new seal the items that were sealed anew leave it, since what it says
/// of them is no longer so; a stamp that cannot be read is replaced, or goes.
fn restamp(
    object: &mut SealedSecret,
    seal: Option<lacre_api::stamp::Seal>,
    items: &BTreeMap<String, SealedItem>,
    edits: &mut Vec<Edit>,
) {
    let before = Stamp::of(object);
    let key = annotations::SEAL_STAMP;
    let path = FieldPath::of(&["metadata", "annotations"]).field(key);
    if before.is_none() && seal.is_none() {
        return;
    }
    let present: BTreeSet<&str> = match &seal {
        Some(_) => object
            .spec
            .encrypted_data
            .keys()
            .map(String::as_str)
            .collect(),
        None => object
            .spec
            .encrypted_data
            .keys()
            .map(String::as_str)
            .filter(|item| !items.contains_key(*item))
            .collect(),
    };
    let after = before
        .and_then(Result::ok)
        .unwrap_or_default()
        .with(seal, &present);
    let annotations = object.metadata.annotations.get_or_insert_default();
    if after.seals.is_empty() {
        annotations.remove(key);
        edits.push(Edit::Remove { path });
    } else {
        let text = after.to_text();
        if annotations.insert(key.to_owned(), text.clone()).as_ref() != Some(&text) {
            edits.push(Edit::Set { path, text });
        }
    }
    if annotations.is_empty() {
        object.metadata.annotations = None;
    }
}
