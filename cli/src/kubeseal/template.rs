//! `spec.template.data`: items of the Secret that are made from templates.

use crate::go::{Bytes, Map, Pointer, Text};

/// Adds the rendered items of `templates` to `data`, whose items can be used in them; an item that
/// is null is taken out instead.
///
/// Every item that must be rendered goes through [`rendered`]: there the engine will be called.
///
/// # Errors
/// The first item that can't be rendered.
pub(super) fn apply(templates: &Map<Pointer<Text>>, data: &mut Map<Bytes>) -> Result<(), String> {
    for (item, template) in templates.iter() {
        match &template.0 {
            Some(template) => {
                let value = rendered(item, template, data)?;
                // What was sealed under the name holds.
                data.entries().entry(item.clone()).or_insert(value);
            }
            None => data.remove(item),
        }
    }
    Ok(())
}

fn rendered(item: &str, _template: &str, _data: &Map<Bytes>) -> Result<Bytes, String> {
    Err(format!(
        "spec.template.data.{item} is a template, and this version does not render templates yet; \
         nothing was printed, since without it the Secret would not be what the controller makes"
    ))
}
