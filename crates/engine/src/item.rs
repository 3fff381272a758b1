//! One item of the Secret, from no more than it is made of.

use std::collections::{BTreeMap, BTreeSet};

use lacre_secret::SecretBytes;
use lacre_template::Ambient;

use crate::failure::Failure;
use crate::plan::{Observed, blocks, open};
use crate::template;

/// What an item of the Secret is.
#[derive(Debug)]
pub enum Item {
    /// Its value.
    Value(SecretBytes),
    /// `template.data` removes it.
    Removed,
    /// Nothing makes it.
    Absent,
}

/// The value of one item. Of the encrypted values only those are opened that it is made of, and of the templates only
/// its own is rendered: the rest of the object may be broken.
///
/// # Errors
/// All that stands in the way, as [`crate::plan()`] tells it.
pub fn item(
    observed: &Observed<'_>,
    name: &str,
    ambient: &mut dyn Ambient,
) -> Result<Item, Vec<Failure>> {
    let spec = &observed.sealed.object.spec;
    let issues = observed.sealed.issues.iter().filter(|issue| blocks(issue));
    let mut failures: Vec<Failure> = issues.cloned().map(Failure::Field).collect();
    let template = spec.template.data.get(name);
    let found = match (template, spec.encrypted_data.get(name)) {
        (Some(None), _) => Item::Removed,
        (_, Some(text)) => match open(observed, name, text, &mut failures) {
            Some((_, value)) => Item::Value(value),
            None => Item::Absent,
        },
        (Some(Some(text)), None) => {
            rendered(observed, name, text, ambient, &mut failures).map_or(Item::Absent, Item::Value)
        }
        (None, None) => Item::Absent,
    };
    if failures.is_empty() {
        Ok(found)
    } else {
        Err(failures)
    }
}

fn rendered(
    observed: &Observed<'_>,
    name: &str,
    text: &str,
    ambient: &mut dyn Ambient,
    failures: &mut Vec<Failure>,
) -> Option<SecretBytes> {
    let spec = &observed.sealed.object.spec;
    let wanted = keys(name, text);
    let mut opened = BTreeMap::new();
    for (item, sealed) in &spec.encrypted_data {
        let needed = wanted.as_ref().is_none_or(|keys| keys.contains(item));
        if needed && let Some((_, value)) = open(observed, item, sealed, failures) {
            opened.insert(item.clone(), value);
        }
    }
    if !failures.is_empty() {
        return None;
    }
    let data = template::visible(&opened, &spec.template.data);
    match template::render(name, text, &data, &mut observed.limits.clone(), ambient) {
        Ok((value, _)) => Some(value),
        Err(error) => {
            failures.push(Failure::template(name.to_owned(), &error));
            None
        }
    }
}

/// The keys that a template refers to; `None` if that can be any. One that does not parse refers to none.
fn keys(name: &str, text: &str) -> Option<BTreeSet<String>> {
    let Ok(template) = template::parse(name, text) else {
        return Some(BTreeSet::new());
    };
    let reading = template.reading();
    (!reading.whole).then(|| reading.keys.into_iter().map(|key| key.name).collect())
}
