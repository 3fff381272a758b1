//! Opening many SealedSecrets, as the controller would.

use lacre_api::{FieldIssue, FieldPath};
use lacre_crypto::Keyring;
use lacre_engine::{Failure, Item, Observed, Options, Plan, item, plan};
use lacre_template::Limits;

use crate::problem::{Place, Problem};
use crate::sealed_inputs::Found;
use crate::ui::Ui;
use crate::world::World;
use crate::{clock, parallel};

/// From so many objects on, opening them is worth a progress bar.
const LONG: usize = 100;

/// The plan for each of `all`, in their order.
pub(crate) fn plans(all: &[Found<'_>], keyring: &Keyring, ui: &Ui) -> Result<Vec<Plan>, Problem> {
    let (now, limits) = (clock::now(), Limits::default());
    let one = |found: &Found<'_>| {
        let plan = plan(&observed(found, keyring, &limits), now, &mut World::new()?);
        ui.step();
        Ok(plan)
    };
    if all.len() >= LONG {
        ui.start_progress("opening", all.len());
    }
    let plans = parallel::map(all, one);
    ui.end_progress();
    plans.into_iter().collect()
}

/// One item of what `found` becomes, or what stands in its way.
pub(crate) fn one_item(
    found: &Found<'_>,
    name: &str,
    keyring: &Keyring,
) -> Result<Result<Item, Vec<Failure>>, Problem> {
    let limits = Limits::default();
    let observed = observed(found, keyring, &limits);
    Ok(item(&observed, name, &mut World::new()?))
}

fn observed<'a>(found: &'a Found<'_>, keyring: &'a Keyring, limits: &'a Limits) -> Observed<'a> {
    Observed {
        sealed: &found.decoded,
        keyring,
        limits,
        options: Options::default(),
    }
}

/// Tells why an object does not open, each reason at its place.
pub(crate) fn tell_failures(found: &Found<'_>, failures: &[Failure], ui: &Ui) {
    for failure in failures {
        let problem = Problem::new(format!("{}: {}", found.name(), said(failure)));
        ui.error(&problem.in_place(place(found, failure)).mend(failure.mend()));
    }
}

/// A failure in one line: for a value, the finding that says most about it.
pub(crate) fn said(failure: &Failure) -> String {
    match failure {
        Failure::Item {
            item,
            failure,
            findings,
        } => {
            let telling = findings.iter().find(|finding| finding.mend().is_some());
            let why = telling.map_or_else(|| failure.to_string(), ToString::to_string);
            format!("{item} does not open: {why}")
        }
        other => other.to_string(),
    }
}

/// Tells what is odd about an object that opens all the same.
pub(crate) fn tell_issues(found: &Found<'_>, issues: &[FieldIssue], ui: &Ui) {
    for issue in issues {
        let problem = Problem::new(format!("{}: {issue}", found.name()));
        ui.warn(
            &problem
                .in_place(found.place_of_issue(issue))
                .mend(issue.mend()),
        );
    }
}

/// Where the cause of a failure stands.
pub(crate) fn place(found: &Found<'_>, failure: &Failure) -> Place {
    match failure {
        Failure::Field(issue) => found.place_of_issue(issue),
        Failure::Template { item, place, .. } => {
            found.written.place_in_text(&template_path(item), *place)
        }
        other => found.place_of(&path(found, other)),
    }
}

/// The field that a failure is about.
pub(crate) fn path(found: &Found<'_>, failure: &Failure) -> FieldPath {
    match failure {
        Failure::Field(issue) => issue.path.clone(),
        Failure::Item { item, .. } => item_path(found, item),
        Failure::Template { item, .. } => template_path(item),
        Failure::BothForms | Failure::DeprecatedForm => FieldPath::of(&["spec", "data"]),
    }
}

/// The field of a template.
pub(crate) fn template_path(item: &str) -> FieldPath {
    FieldPath::of(&["spec", "template", "data"]).field(item)
}

/// The field of an encrypted item; `data` may also be the deprecated form's name for itself.
pub(crate) fn item_path(found: &Found<'_>, item: &str) -> FieldPath {
    let spec = FieldPath::of(&["spec"]);
    if found.decoded.object.spec.encrypted_data.contains_key(item) {
        spec.field("encryptedData").field(item)
    } else {
        spec.field(item)
    }
}
