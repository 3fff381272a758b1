//! What is known of an object's templates before they run.

use std::collections::BTreeSet;

use lacre_api::SealedSecretSpec;
use lacre_engine::template;
use lacre_secret::SecretBytes;
use lacre_template::traps::{self, Known, Sign, Trap, What};
use lacre_template::{Dialect, ParseError, Reading};
use serde_json::{Value, json};

use crate::opening::template_path;
use crate::problem::{Place, Problem};
use crate::sealed_inputs::Found;
use crate::ui::Ui;

/// One template of `spec.template.data`.
pub(crate) struct TemplateFacts<'a> {
    /// The item that it makes.
    pub(crate) item: &'a str,
    /// Where the item stands.
    pub(crate) place: Place,
    /// What it refers to, or why it is none.
    pub(crate) reading: Result<Reading, ParseError>,
    /// What may surprise in it.
    pub(crate) traps: Vec<Trap>,
    /// True if a value is sealed under the same name, which wins.
    pub(crate) shadowed: bool,
}

/// Said of a template under whose name a value is sealed, and how to mend it.
pub(crate) const SHADOWED: (&str, &str) = (
    "a value is sealed under the same name, and wins",
    "remove the template, or give it a name of its own",
);

/// The templates of an object, in the order of their items.
pub(crate) fn of<'a>(found: &'a Found<'_>) -> Vec<TemplateFacts<'a>> {
    let spec = &found.decoded.object.spec;
    let known = known(spec, std::iter::empty());
    let texts = spec.template.data.iter();
    let texts = texts.filter_map(|(item, text)| Some((item.as_str(), text.as_deref()?)));
    texts
        .map(|(item, text)| {
            let reading = template::parse(item, text).map(|template| template.reading());
            let traps = reading.as_ref().map_or_else(
                |_| Vec::new(),
                |reading| traps::traps(reading, Some(&known)),
            );
            TemplateFacts {
                item,
                place: found.place_of(&template_path(item)),
                reading,
                traps,
                shadowed: spec.encrypted_data.contains_key(item),
            }
        })
        .collect()
}

/// What the templates of an object find when they run, beside keys that are given otherwise.
pub(crate) fn known<'a>(
    spec: &'a SealedSecretSpec,
    given: impl Iterator<Item = &'a str>,
) -> Known<'a> {
    let texts = spec.template.data.iter();
    let texts = texts.filter_map(|(item, text)| Some((item.as_str(), text.as_deref()?)));
    let texts: Vec<(&str, &str)> = texts
        .filter(|(item, _)| !spec.encrypted_data.contains_key(*item))
        .collect();
    let sealed = spec.encrypted_data.keys().map(String::as_str);
    let names = texts.iter().map(|(item, _)| *item);
    Known {
        keys: sealed.chain(names).chain(given).collect(),
        unrendered: texts
            .iter()
            .filter(|(_, text)| text.contains("{{"))
            .map(|(item, _)| *item)
            .collect(),
    }
}

/// How to mend a text that is no template of `dialect`.
pub(crate) fn mend(error: &ParseError, dialect: Dialect) -> String {
    match error.unknown_function() {
        Some(name) => traps::instead_of(name, dialect),
        None => "correct the template".to_owned(),
    }
}

/// What a template refers to, in words.
pub(crate) fn made_from(reading: &Reading) -> String {
    let keys: BTreeSet<&str> = reading.key_names();
    match (reading.whole, keys.is_empty()) {
        (true, _) => "a template of all values".to_owned(),
        (false, true) => "a template without values".to_owned(),
        (false, false) => format!("a template of {}", Vec::from_iter(keys).join(", ")),
    }
}

/// The same for programs.
pub(crate) fn record(reading: &Reading) -> Value {
    json!({
        "keys": reading.key_names(), "allKeys": reading.whole,
        "varies": reading.nondeterministic(),
    })
}

/// Warns of the traps that spring whatever the values are, and of those that show in the values that were made.
pub(crate) fn tell_traps<'v>(
    found: &Found<'_>,
    made: impl Fn(&str) -> Option<&'v SecretBytes>,
    ui: &Ui,
) {
    for facts in of(found) {
        let item = facts.item;
        let warn = |place: Place, what: String, mend: &str| {
            let problem = Problem::new(format!("{}: template of {item}: {what}", found.name()));
            ui.warn(&problem.in_place(place).mend(mend));
        };
        if facts.shadowed {
            let (what, mend) = SHADOWED;
            warn(facts.place, what.to_owned(), mend);
            continue;
        }
        let path = template_path(item);
        let mut absent = false;
        for trap in facts.traps.iter().filter(|trap| trap.is_certain()) {
            absent |= matches!(trap.what, What::MissingKey { .. });
            warn(
                found.written.place_in_text(&path, trap.place),
                trap.to_string(),
                &trap.mend(),
            );
        }
        for sign in made(item).map(traps::signs).unwrap_or_default() {
            if sign != Sign::NoValue || !absent {
                warn(facts.place.clone(), sign.to_string(), look(sign));
            }
        }
    }
}

fn look(sign: Sign) -> &'static str {
    match sign {
        Sign::NoValue => "refer only to what is there, or give a default",
        _ => "look at the value: `lacre unseal --item` prints it",
    }
}
