//! What is explained of a template.

use lacre_engine::template::DIALECT;

use super::{Explained, Note, Subject};
use crate::opening;
use crate::sealed_inputs::Found;
use crate::templates::{self, TemplateFacts};

/// What a template refers to, why it is none, and what in it may surprise.
pub(super) fn explained<'a>(found: &'a Found<'a>, facts: TemplateFacts<'_>) -> Explained<'a> {
    let path = opening::template_path(facts.item);
    let note = |certain, message: String, mend, place| Note {
        certain,
        about_this_one: true,
        message,
        mend: Some(mend),
        place,
    };
    let mut notes = Vec::new();
    if facts.shadowed {
        let (message, mend) = templates::SHADOWED;
        notes.push(note(true, message.to_owned(), mend.to_owned(), None));
    }
    notes.extend(facts.traps.iter().map(|trap| {
        let place = found.written.place_in_text(&path, trap.place);
        note(
            trap.is_certain(),
            trap.to_string(),
            trap.mend(),
            Some(place),
        )
    }));
    let reading = facts.reading.map_err(|error| {
        let place = found.written.place_in_text(&path, error.place());
        let mend = templates::mend(&error, DIALECT);
        notes.push(note(true, error.message().to_owned(), mend, Some(place)));
    });
    Explained {
        found,
        place: facts.place,
        subject: Subject::Template {
            item: facts.item.to_owned(),
            reading: reading.ok(),
        },
        notes,
    }
}
