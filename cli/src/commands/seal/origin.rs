//! What sealing refused or warned of, told with its place and with flags to mend it by.

use std::collections::BTreeMap;

use lacre_api::{FieldIssue, FieldPath, Problem as FieldProblem, Step};
use lacre_manifest::Node;
use lacre_seal::{Refusal, Warning};

use super::namespace::DefaultNamespace;
use crate::inputs::Places;
use crate::problem::{Place, Problem};

/// Where a Secret comes from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a, 'l> {
    /// An object in a manifest.
    Manifest {
        places: &'a Places<'l>,
        object: &'a Node,
    },
    /// Files with one value each, by item.
    Files(&'a BTreeMap<String, Place>),
}

impl Origin<'_, '_> {
    /// The place of the object as a whole.
    pub(super) fn place(&self) -> Option<Place> {
        self.field(&FieldPath::root(), false)
    }

    /// What there is to look at, as far as anybody can do something about it.
    pub(super) fn warnings(
        &self,
        warnings: &[Warning],
        default: &DefaultNamespace<'_>,
    ) -> Vec<Problem> {
        let warnings = warnings.iter().filter(|warning| !is_stripped(warning));
        in_order(
            warnings
                .map(|warning| self.warning(warning, default))
                .collect(),
        )
    }

    /// What was done without being asked.
    pub(super) fn notes(&self, warnings: &[Warning]) -> Vec<String> {
        let stripped = warnings.iter().filter(|warning| is_stripped(warning));
        stripped
            .map(|warning| match warning {
                Warning::Field(issue) => {
                    located(Problem::new(issue.to_string()), self.issue(issue)).to_string()
                }
                other => other.to_string(),
            })
            .collect()
    }

    fn warning(&self, warning: &Warning, default: &DefaultNamespace<'_>) -> Problem {
        let metadata = |field: &str| self.field(&FieldPath::of(&["metadata", field]), false);
        let (place, mend) = match warning {
            Warning::Field(issue) => (self.issue(issue), issue.mend()),
            Warning::Value { item, .. } => (self.item(item), warning.mend()),
            Warning::ValueInMetadata { path, .. } => (self.field(path, true), warning.mend()),
            Warning::ScopeIgnored { annotation, .. } => {
                let path = FieldPath::of(&["metadata", "annotations", annotation]);
                (self.field(&path, false), warning.mend())
            }
            Warning::NamespaceAssumed { .. } => {
                let text =
                    Problem::new(format!("{warning}, the namespace of {}", default.origin()));
                let mend = self.mend_with("metadata.namespace", "--namespace");
                return located(text.mend(mend), metadata("namespace"));
            }
            Warning::NamespaceUnused { .. } => (
                self.place(),
                "leave --namespace out, or choose a narrower --scope".to_owned(),
            ),
            Warning::ItemOfTypeMissing { .. } => {
                (self.field(&FieldPath::of(&["type"]), false), warning.mend())
            }
            Warning::OtherName { .. } => (metadata("name"), warning.mend()),
            Warning::NotMerged { field } => {
                (self.field(&FieldPath::of(&[field]), true), warning.mend())
            }
        };
        located(Problem::new(warning.to_string()).mend(mend), place)
    }

    /// What was refused, field by field.
    pub(super) fn refusal(
        &self,
        refusal: &Refusal,
        default: &DefaultNamespace<'_>,
    ) -> Vec<Problem> {
        let metadata = |field: &str| self.field(&FieldPath::of(&["metadata", field]), false);
        let (place, mend) = match refusal {
            Refusal::Fields(issues) => {
                return in_order(
                    issues
                        .iter()
                        .map(|issue| self.field_problem(issue))
                        .collect(),
                );
            }
            Refusal::Empty => (
                self.place(),
                "add items, or seal it as it is with --allow-empty-data".to_owned(),
            ),
            Refusal::NoName => (metadata("name"), self.mend_with("metadata.name", "--name")),
            Refusal::NoNamespace { .. } => {
                let why = default
                    .get()
                    .err()
                    .map(|why| format!(", nor has the kubeconfig one to offer: {why}"));
                let text = Problem::new(format!("{refusal}{}", why.unwrap_or_default()));
                let mend = self.mend_with("metadata.namespace", "--namespace");
                return vec![located(text.mend(mend), metadata("namespace"))];
            }
            Refusal::NamespaceMismatch { .. } => (metadata("namespace"), refusal.mend()),
            Refusal::NameMismatch { .. } => (metadata("name"), refusal.mend()),
            Refusal::Crypto { item, .. } => (self.item(item), refusal.mend()),
            Refusal::Time { .. } => (
                None,
                "set the clock of this machine, or seal with --no-stamp".to_owned(),
            ),
            _ => (self.place(), refusal.mend()),
        };
        vec![located(Problem::new(refusal.to_string()).mend(mend), place)]
    }

    /// A manifest can say it by itself; for bare files there is only the flag.
    fn mend_with(&self, field: &str, flag: &str) -> String {
        match self {
            Self::Manifest { .. } => format!("add {field}, or give {flag}"),
            Self::Files(_) => format!("give {flag}"),
        }
    }

    fn field_problem(&self, issue: &FieldIssue) -> Problem {
        located(
            Problem::new(issue.to_string()).mend(issue.mend()),
            self.issue(issue),
        )
    }

    fn issue(&self, issue: &FieldIssue) -> Option<Place> {
        match self {
            Self::Manifest { places, object } => {
                // A name is checked after `stringData` has become `data`.
                let in_string_data = match issue.path.steps() {
                    [Step::Field(map), Step::Field(item)]
                        if map == "data" && object.at(&["data", item]).is_none() =>
                    {
                        Some(FieldPath::of(&["stringData", item]))
                    }
                    _ => None,
                };
                Some(places.of(match in_string_data {
                    Some(path) => path.span(object, true),
                    None => issue.span(object),
                }))
            }
            Self::Files(_) => issue.path.last().and_then(|item| self.item(item)),
        }
    }

    fn field(&self, path: &FieldPath, at_key: bool) -> Option<Place> {
        match self {
            Self::Manifest { places, object } => Some(places.of(path.span(object, at_key))),
            Self::Files(_) => None,
        }
    }

    /// The value of an item: `stringData` wins over `data`.
    fn item(&self, item: &str) -> Option<Place> {
        match self {
            Self::Manifest { places, object } => {
                let map = if object.at(&["stringData", item]).is_some() {
                    "stringData"
                } else {
                    "data"
                };
                Some(places.of(FieldPath::of(&[map, item]).span(object, false)))
            }
            Self::Files(origin) => origin.get(item).cloned(),
        }
    }
}

/// An annotation that would have carried the plaintext along: it is gone, so there is nothing left to do.
fn is_stripped(warning: &Warning) -> bool {
    matches!(warning, Warning::Field(issue) if matches!(issue.problem, FieldProblem::PlaintextCopy { .. }))
}

/// As they stand in the file.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.place.as_ref().and_then(|place| place.at));
    problems
}

fn located(problem: Problem, place: Option<Place>) -> Problem {
    Problem { place, ..problem }
}
