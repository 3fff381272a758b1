//! What only the controller can do: tell whether it can open a SealedSecret, and seal it anew.

use super::documents::Documents;
use super::input::Input;
use super::objects::SealedSecret;
use super::output::{Output, compact};
use super::{Failure, Run, sealed_node};
use crate::cluster::Controller;
use crate::go::time::Time;
use crate::go::{GoValue as _, Pointer, codec};

/// Asks the controller about every SealedSecret of the input.
///
/// # Errors
/// The first that can't be opened, or why there is no telling.
pub(super) fn validate(run: &Run<'_>, input: Input) -> Result<(), Failure> {
    let controller = find(run)?;
    let text = input.read()?;
    let text = text.expose();
    let sealed =
        Documents::read(text).map_err(|_| Failure::said("unable to decrypt sealed secret"))?;
    let sealed = all_sealed(sealed)?;
    // The API server would not be given the text that a number has been turned into.
    Documents::<SealedSecret>::read_exactly(text)
        .and_then(|exact| exact.all("nothing is left"))
        .map_err(|reason| Failure::said(format!("the API server would refuse this: {reason}")))?;
    for sealed in sealed {
        let body = compact(&sealed.encode());
        controller.verify(body.expose()).map_err(|error| {
            Failure::said(match error.conflict {
                true => format!(
                    "unable to decrypt sealed secret: {}",
                    &*sealed.metadata.name
                ),
                false => format!("cannot validate sealed secret: {error}"),
            })
        })?;
    }
    Ok(())
}

/// Has the controller seal every SealedSecret of the input again.
///
/// # Errors
/// The first that can't be, or why there is no telling.
pub(super) fn re_encrypt(run: &Run<'_>, input: Input, output: &mut Output) -> Result<(), Failure> {
    let controller = find(run)?;
    let text = input.read()?;
    let sealed = Documents::read(text.expose()).map_err(Failure::said)?;
    for sealed in all_sealed(sealed)? {
        let body = compact(&sealed.encode());
        let answer = controller.rotate(body.expose()).map_err(|error| {
            Failure::said(match error.conflict {
                true => "unable to rotate secret".to_owned(),
                false => format!("cannot re-encrypt secret: {error}"),
            })
        })?;
        let mut rotated: SealedSecret = codec::decode_json(&answer).map_err(Failure::said)?;
        rotated.metadata.creation_timestamp = Time::default();
        rotated.metadata.deletion_timestamp = Pointer::default();
        rotated.metadata.generation = 0;
        output.object(&sealed_node(rotated), &run.flags.format)?;
    }
    Ok(())
}

fn find(run: &Run<'_>) -> Result<Controller, Failure> {
    let flags = run.flags;
    Controller::find(
        run.settings(),
        &flags.controller_namespace,
        &flags.controller_name,
    )
    .map_err(Failure::said)
}

/// The SealedSecrets of the input: at least one, and nothing else.
fn all_sealed(documents: Documents<SealedSecret>) -> Result<Vec<SealedSecret>, Failure> {
    let none = "no SealedSecret found. Ensure the input is valid and UTF-8 encoded";
    let all = documents.all(none).map_err(Failure::said)?;
    for sealed in &all {
        let kind = &*sealed.kind;
        if !matches!(kind, "" | "SealedSecret") {
            return Err(Failure::said(format!(
                "{kind} {:?} is no SealedSecret: the controller can open nothing else",
                &*sealed.metadata.name
            )));
        }
    }
    Ok(all)
}
