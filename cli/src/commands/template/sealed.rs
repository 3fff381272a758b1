//! A SealedSecret, with values given in the place of those that are sealed.

use lacre_api::{FieldPath, OPAQUE, SealedSecret, Secret};
use lacre_engine::template;

use super::trial::{Origin, Trial};
use crate::opening::template_path;
use crate::problem::Problem;
use crate::templates;
use crate::written::Written;

/// The Secret that it becomes; `None` if a template fails, which has been told.
pub(super) fn secret(
    written: &Written<'_>,
    trial: &mut Trial<'_>,
) -> Result<Option<Secret>, Problem> {
    trial.options(template::DIALECT, || written.place())?;
    let decoded = SealedSecret::decode_node(written.node);
    let (metadata, spec) = (&decoded.object.metadata, &decoded.object.spec);
    let name = name(metadata.namespace.as_deref(), metadata.name.as_deref());
    let before = trial.failed;
    trial.failed = false;
    // What is wrong with the values that are sealed is of no interest here.
    for issue in decoded.errors() {
        let template = FieldPath::of(&["spec", "template"]);
        if issue.path.steps().starts_with(template.steps()) {
            let problem = Problem::new(format!("{name}: {issue}")).mend(issue.mend());
            trial.fail(&problem.in_place(written.at(issue.span(written.node))));
        }
    }
    tell_differences(&decoded.object, &name, written, trial);

    let templates = &spec.template.data;
    // A Secret from the cluster has what the templates made of it, too.
    let values = trial.values.iter();
    let values = values.filter(|(item, _)| !is_made(&decoded.object, item));
    let known = templates::known(spec, values.clone().map(|(item, _)| item.as_str()));
    let mut data = values
        .map(|(item, value)| (item.clone(), value.duplicate()))
        .collect();
    let applied = template::apply(&mut data, templates, &trial.limits, &mut trial.world);
    let origin = |item: &str| Origin::Field {
        name: &name,
        written,
        path: template_path(item),
    };
    let text = |item: &str| {
        templates
            .get(item)
            .and_then(Option::as_deref)
            .unwrap_or_default()
    };
    for (item, reading) in &applied.rendered {
        if spec.encrypted_data.contains_key(item) {
            let (what, mend) = templates::SHADOWED;
            let problem = Problem::new(format!("{name}: template of {item}: {what}")).mend(mend);
            trial.warn(&problem.in_place(written.place_of(&template_path(item))));
            continue;
        }
        let read = (reading, template::DIALECT);
        trial.tell_traps(
            text(item).as_bytes(),
            read,
            Some(&known),
            data.get(item),
            &origin(item),
        );
    }
    for (item, error) in &applied.failures {
        let text = text(item).as_bytes();
        trial.tell_error(text, error, template::DIALECT, Some(&known), &origin(item));
    }
    let failed = std::mem::replace(&mut trial.failed, before);
    trial.failed |= failed;
    if failed {
        return Ok(None);
    }
    let mut of_secret = lacre_api::Metadata {
        labels: spec.template.metadata.labels.clone(),
        annotations: spec.template.metadata.annotations.clone(),
        ..lacre_api::Metadata::default()
    };
    of_secret.name.clone_from(&metadata.name);
    of_secret.namespace.clone_from(&metadata.namespace);
    let type_ = spec
        .template
        .type_
        .clone()
        .filter(|type_| !type_.is_empty());
    Ok(Some(Secret {
        metadata: of_secret,
        type_: Some(type_.unwrap_or_else(|| OPAQUE.to_owned())),
        immutable: spec.template.immutable,
        data,
    }))
}

/// Namespace and name for messages.
pub(super) fn name(namespace: Option<&str>, name: Option<&str>) -> String {
    let name = name.filter(|name| !name.is_empty()).unwrap_or("(no name)");
    match namespace {
        None | Some("") => name.to_owned(),
        Some(namespace) => format!("{namespace}/{name}"),
    }
}

/// Whether an item is made by a template, or removed, and not sealed.
fn is_made(object: &SealedSecret, item: &str) -> bool {
    object.spec.template.data.contains_key(item) && !object.spec.encrypted_data.contains_key(item)
}

/// Tells where the values that are given are not those that are sealed.
fn tell_differences(
    object: &SealedSecret,
    name: &str,
    written: &Written<'_>,
    trial: &mut Trial<'_>,
) {
    let sealed = &object.spec.encrypted_data;
    let path = FieldPath::of(&["spec", "encryptedData"]);
    for item in sealed
        .keys()
        .filter(|item| !trial.values.contains_key(*item))
    {
        let problem = Problem::new(format!("{name}: no value is given for {item}"));
        let place = written.place_of(&path.field(item));
        trial.warn(&problem.in_place(place).mend("give one with --data"));
    }
    let unsealed = |item: &&String| !sealed.contains_key(*item) && !is_made(object, item);
    for item in trial.values.keys().filter(unsealed) {
        let what = format!("{name}: {item} is given as a value, but is not in encryptedData");
        let problem = Problem::new(what).in_place(written.place_of(&path));
        trial.warn(
            &problem.mend(
                "seal it, or leave it out of --data: in the cluster templates would not see it",
            ),
        );
    }
}
