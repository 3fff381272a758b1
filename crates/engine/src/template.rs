//! The seam at which templates will be rendered.

use std::collections::BTreeMap;
use std::fmt;

use lacre_secret::SecretBytes;

/// Renders the templates of `spec.template.data`.
pub trait Render {
    /// Renders one template over `values`.
    ///
    /// # Errors
    /// [`RenderError`], whose text must hold no value.
    fn render(
        &self,
        item: &str,
        template: &str,
        values: &Values<'_>,
    ) -> Result<SecretBytes, RenderError>;
}

/// Why a template was not rendered, in words without any value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RenderError {
    /// The words.
    pub message: String,
}

/// What a template sees as its dot: the decrypted items, and the raw texts of the templates beside it whose names
/// are not among them. Items that are `null` in the template are not seen as texts.
pub struct Values<'a>(BTreeMap<&'a str, &'a [u8]>);

impl<'a> Values<'a> {
    /// From decrypted items and templates.
    #[must_use]
    pub fn new(
        decrypted: &'a BTreeMap<String, SecretBytes>,
        templates: &'a BTreeMap<String, Option<String>>,
    ) -> Self {
        let mut values: BTreeMap<&str, &[u8]> = templates
            .iter()
            .filter_map(|(item, text)| Some((item.as_str(), text.as_ref()?.as_bytes())))
            .collect();
        values.extend(
            decrypted
                .iter()
                .map(|(item, value)| (item.as_str(), value.expose())),
        );
        Self(values)
    }

    /// The value of an item.
    #[must_use]
    pub fn get(&self, item: &str) -> Option<&'a [u8]> {
        self.0.get(item).copied()
    }

    /// All items in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a [u8])> + '_ {
        self.0.iter().map(|(item, value)| (*item, *value))
    }
}

impl fmt::Debug for Values<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Values")
            .field(&self.0.keys().collect::<Vec<_>>())
            .finish()
    }
}
