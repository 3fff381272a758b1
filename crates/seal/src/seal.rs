//! One Secret becomes one SealedSecret.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use lacre_api::annotations::{self, Annotations};
use lacre_api::names::{
    check_item, check_label_value, check_name, check_namespace, check_qualified,
};
use lacre_api::stamp::{Seal, Stamp, digest};
use lacre_api::{
    Decoded, FieldIssue, FieldPath, MAX_DATA, Metadata, Problem, SealedSecret, SealedSecretSpec,
    Secret, SecretTemplate,
};
use lacre_crypto::{Identity, Scope, SealingKey, encode_text};
use lacre_secret::SecretBytes;

use crate::hygiene::doubts;
use crate::metadata::{carried_over, missing_items, values_in_clear};
use crate::options::Options;
use crate::refusal::Refusal;
use crate::warning::Warning;

/// What came of sealing.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The SealedSecret, safe to publish.
    pub object: SealedSecret,
    /// The scope that its values are bound to.
    pub scope: Scope,
    /// What to look at.
    pub warnings: Vec<Warning>,
}

/// Seals `secret`.
///
/// # Errors
/// [`Refusal`]; nothing is sealed then.
pub fn seal(secret: &Decoded<Secret>, options: &Options<'_>) -> Result<Sealed, Refusal> {
    let Decoded {
        object: secret,
        issues,
    } = secret;
    let mut warnings = sort_issues(issues)?;
    if secret.data.is_empty() && !options.allow_empty {
        return Err(Refusal::Empty);
    }
    let name = match options.name.filter(|name| !name.is_empty()) {
        Some(name) => name,
        None => secret.name().ok_or(Refusal::NoName)?,
    };
    let mut metadata = carried_over(&secret.metadata);
    if let Some(scope) = options.scope {
        annotations::set_scope(&mut metadata.annotations, scope);
    }
    let scope = annotations::scope(&metadata.annotations);
    warnings.extend(annotations::ineffective_scopes(&metadata.annotations).map(
        |(annotation, value)| Warning::ScopeIgnored {
            annotation: annotation.to_owned(),
            value: value.to_owned(),
        },
    ));
    let namespace = namespace(secret, scope, options, &mut warnings)?;
    metadata.name = Some(name.to_owned());
    metadata.namespace = namespace.clone();
    check(&metadata, &secret.data)?;

    let identity = Identity {
        scope,
        namespace: namespace.as_deref().unwrap_or_default(),
        name,
    };
    let items = seal_items(&secret.data, options.key, &identity)?;
    warnings.extend(value_warnings(&secret.data));
    warnings.extend(values_in_clear(&metadata, &secret.data));
    warnings.extend(missing_items(secret));

    let mut outer = Annotations::new();
    annotations::set_scope(&mut outer, scope);
    if let Some(now) = options.stamp.filter(|_| !items.is_empty()) {
        let seals = vec![stamped(options.key, &identity, now, &items)?];
        outer.insert(
            annotations::SEAL_STAMP.to_owned(),
            Stamp { seals }.to_text(),
        );
    }
    let object = SealedSecret {
        metadata: ObjectMeta {
            name: metadata.name.clone(),
            namespace,
            annotations: (!outer.is_empty()).then_some(outer),
            ..ObjectMeta::default()
        },
        spec: SealedSecretSpec {
            template: SecretTemplate {
                metadata,
                type_: secret.type_.clone().filter(|type_| !type_.is_empty()),
                immutable: secret.immutable,
                data: BTreeMap::new(),
            },
            encrypted_data: items
                .into_iter()
                .map(|(item, sealed)| (item, sealed.text))
                .collect(),
            data: None,
        },
        status: None,
    };
    Ok(Sealed {
        object,
        scope,
        warnings,
    })
}

/// One sealed value.
pub(crate) struct SealedItem {
    /// Base64 of the envelope.
    pub(crate) text: String,
    /// Its digest in the stamp.
    pub(crate) digest: String,
}

/// Seals every item for `identity`.
pub(crate) fn seal_items(
    data: &BTreeMap<String, SecretBytes>,
    key: &SealingKey,
    identity: &Identity<'_>,
) -> Result<BTreeMap<String, SealedItem>, Refusal> {
    let label = identity.label();
    data.iter()
        .map(|(item, value)| {
            let envelope = key
                .seal(value.expose(), &label)
                .map_err(|source| Refusal::Crypto {
                    item: item.clone(),
                    source,
                })?;
            let sealed = SealedItem {
                text: encode_text(&envelope),
                digest: digest(&envelope),
            };
            Ok((item.clone(), sealed))
        })
        .collect()
}

/// The stamp's group for what was just sealed.
pub(crate) fn stamped(
    key: &SealingKey,
    identity: &Identity<'_>,
    now: i64,
    items: &BTreeMap<String, SealedItem>,
) -> Result<Seal, Refusal> {
    let time = jiff::Timestamp::from_second(now).map_err(|_| Refusal::Time { seconds: now })?;
    let mut seal = Seal::new(key.fingerprint().spki_hex(), identity, time.to_string());
    seal.items = items
        .iter()
        .map(|(item, sealed)| (item.clone(), sealed.digest.clone()))
        .collect();
    Ok(seal)
}

/// Issues by which something is lost, as the error; the others as warnings.
pub(crate) fn sort_issues(issues: &[FieldIssue]) -> Result<Vec<Warning>, Refusal> {
    let (errors, others): (Vec<_>, Vec<_>) = issues.iter().cloned().partition(FieldIssue::is_error);
    if errors.is_empty() {
        Ok(others.into_iter().map(Warning::Field).collect())
    } else {
        Err(Refusal::Fields(errors))
    }
}

pub(crate) fn value_warnings(
    data: &BTreeMap<String, SecretBytes>,
) -> impl Iterator<Item = Warning> {
    data.iter().flat_map(|(item, value)| {
        doubts(value).into_iter().map(|doubt| Warning::Value {
            item: item.clone(),
            doubt,
        })
    })
}

fn namespace(
    secret: &Secret,
    scope: Scope,
    options: &Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Option<String>, Refusal> {
    let input = secret.namespace();
    let asked = options.namespace.filter(|namespace| !namespace.is_empty());
    if scope == Scope::ClusterWide {
        if let Some(asked) = asked.filter(|asked| input != Some(*asked)) {
            warnings.push(Warning::NamespaceUnused {
                namespace: asked.to_owned(),
            });
        }
        return Ok(input.map(ToOwned::to_owned));
    }
    match (input, asked) {
        (Some(input), Some(asked)) if input != asked => Err(Refusal::NamespaceMismatch {
            input: input.to_owned(),
            asked: asked.to_owned(),
        }),
        (Some(namespace), _) | (None, Some(namespace)) => Ok(Some(namespace.to_owned())),
        (None, None) => {
            let namespace = options
                .default_namespace
                .filter(|namespace| !namespace.is_empty())
                .ok_or(Refusal::NoNamespace { scope })?;
            warnings.push(Warning::NamespaceAssumed {
                namespace: namespace.to_owned(),
            });
            Ok(Some(namespace.to_owned()))
        }
    }
}

/// What the API server would refuse later.
pub(crate) fn check(
    metadata: &Metadata,
    data: &BTreeMap<String, SecretBytes>,
) -> Result<(), Refusal> {
    let root = FieldPath::of(&["metadata"]);
    let mut issues = Vec::new();
    let mut take = |path: FieldPath, checked: Result<(), _>| {
        issues.extend(
            checked
                .err()
                .map(|problem| FieldIssue::new(path, Problem::Name(problem))),
        );
    };
    if let Some(name) = &metadata.name {
        take(root.field("name"), check_name(name));
    }
    if let Some(namespace) = &metadata.namespace {
        take(root.field("namespace"), check_namespace(namespace));
    }
    for (key, value) in &metadata.labels {
        let path = root.field("labels").field(key);
        take(path.clone(), check_qualified(key));
        take(path, check_label_value(value));
    }
    for key in metadata.annotations.keys() {
        // The API server compares the prefix without regard to capitals here.
        take(
            root.field("annotations").field(key),
            check_qualified(&key.to_ascii_lowercase()),
        );
    }
    for item in data.keys() {
        take(FieldPath::of(&["data"]).field(item), check_item(item));
    }
    if !issues.is_empty() {
        return Err(Refusal::Fields(issues));
    }
    let bytes = data.values().map(SecretBytes::len).sum();
    if bytes > MAX_DATA {
        return Err(Refusal::TooLarge { bytes });
    }
    Ok(())
}
