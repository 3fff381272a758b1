//! `spec.template.data`: items of the Secret that are made from templates.

use std::collections::BTreeMap;

use lacre_engine::template::{self, TemplateError, Templates};
use lacre_secret::SecretBytes;
use lacre_template::Limits;

use super::Failure;
use crate::go::{Bytes, Map, Pointer, Text};
use crate::world::World;

/// Adds what `templates` make of the opened values to them. The templates that fail, in the order of their items.
///
/// # Errors
/// That there is nothing to throw dice with.
pub(super) fn apply(
    templates: &Map<Pointer<Text>>,
    opened: &mut BTreeMap<String, SecretBytes>,
) -> Result<Vec<(String, TemplateError)>, Failure> {
    let templates: Templates = templates
        .iter()
        .map(|(item, text)| (item.clone(), text.0.as_ref().map(|text| text.to_string())))
        .collect();
    let mut world = World::new().map_err(Failure::said)?;
    Ok(template::apply(opened, &templates, &Limits::default(), &mut world).failures)
}

/// The values as Go has them: an empty one is none at all.
pub(super) fn go_map(values: BTreeMap<String, SecretBytes>) -> Map<Bytes> {
    let mut map = Map::empty();
    for (item, value) in values {
        let bytes = if value.is_empty() {
            Bytes::default()
        } else {
            Bytes::new(value)
        };
        map.entries().insert(item, bytes);
    }
    map
}
