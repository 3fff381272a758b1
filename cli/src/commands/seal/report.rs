//! `--report json`: what was done, for programs.

use serde_json::{Value, json};

use super::documents::Kind;
use super::work::Work;
use crate::problem::Problem;

/// One object with everything that was done, or could not be.
pub(super) fn json(work: &[Work<'_>], strays: &[Problem]) -> Vec<u8> {
    let files: Vec<Value> = work.iter().map(file).collect();
    let report = json!({
        "files": files,
        "errors": strays.iter().map(problem).collect::<Vec<_>>(),
    });
    // JSON of strings and numbers always serializes.
    let mut text = serde_json::to_vec_pretty(&report).unwrap_or_default();
    text.push(b'\n');
    text
}

fn file(work: &Work<'_>) -> Value {
    let objects = work.contents.found.iter().zip(&work.done).map(|(found, done)| match done {
        Some(done) => {
            let object = done.objects.first();
            let metadata = object.map(|object| &object.metadata);
            json!({
                "namespace": metadata.and_then(|metadata| metadata.namespace.as_deref()),
                "name": metadata.and_then(|metadata| metadata.name.as_deref()),
                "status": "sealed",
                "scope": done.scope.as_str(),
                "items": object.map(|object| object.spec.encrypted_data.keys().collect::<Vec<_>>()),
            })
        }
        None => json!({
            "namespace": found.metadata("namespace"),
            "name": found.metadata("name"),
            "status": if found.kind == Kind::SealedSecret { "already sealed" } else { "not sealed" },
        }),
    });
    json!({
        "path": work.input().name(),
        "written": work.written,
        "objects": objects.collect::<Vec<_>>(),
        "warnings": work.warnings().map(problem).collect::<Vec<_>>(),
        "errors": work.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

fn problem(problem: &Problem) -> Value {
    let place = problem.place.as_ref();
    let at = place.and_then(|place| place.at);
    json!({
        "file": place.map(|place| &place.file),
        "line": at.map(|(line, _)| line),
        "column": at.map(|(_, column)| column),
        "message": problem.message,
        "help": problem.mend,
    })
}
