//! The data a template is rendered with.

use std::collections::BTreeMap;

use lacre_secret::SecretBytes;

use crate::value::{Dict, Entries, Text, Value};

/// A `map[string]string` of secrets: what `.` is at the top of a template.
#[derive(Debug, Default)]
pub struct Data(BTreeMap<String, SecretBytes>);

impl Data {
    /// Adds or replaces a value.
    pub fn insert(&mut self, name: impl Into<String>, value: SecretBytes) {
        self.0.insert(name.into(), value);
    }

    /// Names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&SecretBytes> {
        self.0.get(name)
    }

    pub(crate) fn to_dict(&self) -> Dict {
        let entry = |(name, value): (&String, &SecretBytes)| {
            (
                Text::from(name.as_str()),
                Value::Text(Text::from_secret(value.duplicate())),
            )
        };
        Dict::texts(self.0.iter().map(entry).collect::<Entries>())
    }
}
