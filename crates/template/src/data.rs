//! The data a template is rendered with.

use std::fmt;
use std::sync::Arc;

use lacre_secret::SecretBytes;

use crate::value::{Dict, Text, Texts};

/// A `map[string]string` of secrets: what `.` is at the top of a template. Renderings share it.
#[derive(Default)]
pub struct Data(Arc<Texts>);

impl Data {
    /// Adds or replaces a value.
    pub fn insert(&mut self, name: impl Into<String>, value: SecretBytes) {
        Arc::make_mut(&mut self.0).insert(Text::from(name.into()), Text::from_secret(value));
    }

    /// Names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(Text::utf8)
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretBytes> {
        self.0.get(name.as_bytes()).map(Text::secret)
    }

    pub(crate) fn to_dict(&self) -> Dict {
        Dict::data(Arc::clone(&self.0))
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let values = self.names().map(|name| (name, "[redacted]"));
        f.write_str("Data")?;
        f.debug_map().entries(values).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_names_but_no_values() {
        let mut data = Data::default();
        data.insert("user", SecretBytes::from_slice(b"hunter2"));
        assert_eq!(format!("{data:?}"), r#"Data{"user": "[redacted]"}"#);
        assert!(data.get("user").is_some());
    }
}
