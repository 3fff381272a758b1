//! Mappings: keys in the order they were written, with what was overridden.

use std::fmt;

use crate::node::{Node, Style};
use crate::span::Span;
use crate::text::Text;

/// A mapping in the order it was written, with what was overridden.
#[derive(Default)]
pub struct Map {
    pub(crate) entries: Vec<Entry>,
}

/// One key with its value.
pub struct Entry {
    pub(crate) key: Key,
    pub(crate) value: Node,
    pub(crate) merged: bool,
    /// A later entry with the same key holds; its index.
    pub(crate) overridden_by: Option<u32>,
    /// Another entry has the same key in JSON, but not in YAML: 1 and "1".
    pub(crate) collides: bool,
}

/// A key, as the string it becomes in JSON.
pub(crate) struct Key {
    pub(crate) text: Text,
    pub(crate) span: Span,
    pub(crate) style: Style,
    pub(crate) kind: KeyKind,
    pub(crate) source: Option<Box<Text>>,
}

/// What a key is before it becomes a string.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum KeyKind {
    String,
    Bool,
    Int,
    Float(f64),
    /// Not allowed: a number beyond 64 bits with sign.
    UInt,
    /// Not allowed.
    Null,
}

impl Map {
    /// The entries that hold, in the order written.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(|e| e.overridden_by.is_none())
    }

    /// All entries, the overridden ones included, in the order written.
    pub fn written(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Number of entries that hold.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// True if no entry holds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().next().is_none()
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(Entry::value)
    }

    /// The entry with `key`.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .rev()
            .find(|e| e.overridden_by.is_none() && e.key() == key)
    }

    /// Sets `key` in a tree that is to be written: in its place if it is there, else at the end.
    pub fn insert(&mut self, key: impl Into<String>, value: Node) {
        let key = key.into();
        if let Some(entry) = self
            .entries
            .iter_mut()
            .find(|e| e.overridden_by.is_none() && e.key() == key)
        {
            entry.value = value;
        } else {
            self.entries.push(Entry::built(key, value));
        }
    }

    pub(crate) fn duplicate(&self) -> Self {
        let entries = self.entries.iter().map(|e| Entry {
            key: Key {
                text: e.key.text.duplicate(),
                span: e.key.span,
                style: e.key.style,
                kind: e.key.kind,
                source: e.key.source.as_ref().map(|s| Box::new(s.duplicate())),
            },
            value: e.value.duplicate(),
            merged: e.merged,
            overridden_by: e.overridden_by,
            collides: e.collides,
        });
        Self {
            entries: entries.collect(),
        }
    }
}

impl Entry {
    pub(crate) fn built(key: String, value: Node) -> Self {
        let key = Key {
            text: Text::new(key),
            span: Span::default(),
            style: Style::Built,
            kind: KeyKind::String,
            source: None,
        };
        Self {
            key,
            value,
            merged: false,
            overridden_by: None,
            collides: false,
        }
    }

    /// The key, as the string it becomes in JSON.
    #[must_use]
    pub fn key(&self) -> &str {
        self.key.text.as_str()
    }

    /// Bytes of the key in the source, its quotes, tag and anchor included.
    #[must_use]
    pub fn key_span(&self) -> Span {
        self.key.span
    }

    /// The key as written, where YAML made it into something else before it became a string: `y` for `true`.
    #[must_use]
    pub fn key_retyped(&self) -> Option<&str> {
        self.key.source.as_ref().map(|s| s.as_str())
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> &Node {
        &self.value
    }

    /// True if it came through a merge key `<<`.
    #[must_use]
    pub fn merged(&self) -> bool {
        self.merged
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.entries().map(|e| (e.key(), &e.value)))
            .finish()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {:?}", self.key(), self.value)
    }
}
