//! `--raw`: one bare value, one bare ciphertext.

use lacre_api::Problem as FieldProblem;
use lacre_crypto::{Identity, Scope};
use lacre_seal::{Doubt, Refusal, seal_raw};

use super::files;
use super::from_file;
use super::job::Job;
use super::manifests::STRICT;
use crate::Outcome;
use crate::inputs::Input;
use crate::problem::{Place, Problem};
use crate::ui::Ui;

pub(super) fn run(job: &Job<'_>, ui: &Ui) -> Result<Outcome, Problem> {
    let [sealer] = job.sealers else {
        return Err(
            Problem::new("--raw prints one ciphertext, for one certificate")
                .mend("give one --cert"),
        );
    };
    let mut warnings = Vec::new();
    let namespace = namespace(job, &mut warnings)?;
    let identity = Identity {
        scope: scope(job),
        namespace: &namespace,
        name: job.args.identity.name.as_deref().unwrap_or_default(),
    };
    let input = match job.args.values.from_file.as_slice() {
        [] => Input::stdin(),
        [word] => from_file::input(word),
        _ => return Err(Problem::new("--raw seals one value").mend("give one --from-file")),
    };
    let value = input.read(ui)?;
    let sealed = seal_raw(&value, &identity, &sealer.key).map_err(|refusal| explained(&refusal))?;
    warnings.extend(sealed.doubts.iter().map(|doubt| {
        let problem =
            Problem::new(format!("the value {doubt}")).in_place(Place::file(input.name()));
        if *doubt == Doubt::Empty {
            problem
        } else {
            problem.mend(doubt.mend())
        }
    }));
    warnings.iter().for_each(|warning| ui.warn(warning));
    if job.args.rules.strict && !warnings.is_empty() {
        ui.note(STRICT);
        return Ok(Outcome::Findings);
    }
    let mut text = sealed.text;
    // A capture such as `$(lacre seal --raw)` wants the bare text, a prompt its own line.
    let output = &job.args.output;
    if output.write.is_none() && ui.result_is_terminal() {
        text.push('\n');
    }
    files::deliver(output, text.as_bytes(), ui)?;
    Ok(Outcome::Fine)
}

fn scope(job: &Job<'_>) -> Scope {
    job.args.identity.scope.map(Scope::from).unwrap_or_default()
}

/// The namespace asked for, else that of the kubeconfig; none for a value that is not bound to any.
fn namespace(job: &Job<'_>, warnings: &mut Vec<Problem>) -> Result<String, Problem> {
    let asked = job.args.identity.namespace.as_deref();
    if scope(job) == Scope::ClusterWide {
        if let Some(asked) = asked {
            let text =
                format!("namespace {asked:?} changes nothing, since the scope is cluster-wide");
            warnings.push(
                Problem::new(text).mend("leave --namespace out, or choose a narrower --scope"),
            );
        }
        return Ok(String::new());
    }
    if let Some(asked) = asked {
        return Ok(asked.to_owned());
    }
    let found = job.namespace.get().map_err(|why| {
        Problem::new(format!(
            "no namespace is given, and the kubeconfig has none to offer: {why}"
        ))
        .mend("give --namespace, or --scope cluster-wide")
    })?;
    let text = format!(
        "no namespace is given; sealed for {found:?}, the namespace of {}",
        job.namespace.origin()
    );
    warnings.push(Problem::new(text).mend("give --namespace"));
    Ok(found.to_owned())
}

/// A refusal in terms of the flags that the identity came from.
fn explained(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::NoName => Problem::new(
            "a value of strict scope is bound to the name of its Secret, and none is given",
        )
        .mend("give --name, or a wider --scope"),
        Refusal::NoNamespace { .. } => {
            Problem::new("--namespace is empty").mend("give the Secret's namespace")
        }
        Refusal::Fields(issues) => {
            let issues: Vec<String> = issues
                .iter()
                .map(|issue| match (&issue.problem, issue.path.last()) {
                    (FieldProblem::Name(problem), Some(flag)) => format!("--{flag} {problem}"),
                    _ => issue.to_string(),
                })
                .collect();
            Problem::new(issues.join("; "))
                .mend("give the names that the Secret has in the cluster")
        }
        other => Problem::new(other.to_string()).mend(other.mend()),
    }
}
