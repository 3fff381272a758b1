//! Where a change is to be made.

use lacre_secret::SecretWriter;

use super::scalar::{Surroundings, written};
use super::{Change, EditError, Path, Splice, block, flow, position};
use crate::map::Entry;
use crate::node::{Node, Style, Value};
use crate::span::Span;
use crate::stream::{Document, Format};

/// An object in its source.
pub(super) struct Object<'a> {
    pub(super) source: &'a [u8],
    pub(super) document: &'a Document,
    pub(super) root: &'a Node,
}

/// A mapping of the object, on the way to a field.
pub(super) struct Spot<'a> {
    pub(super) source: &'a [u8],
    pub(super) map: &'a Node,
    /// The entry that the mapping is the value of, with that entry's own surroundings; none for the object itself.
    pub(super) holder: Option<(&'a Entry, Surroundings)>,
    pub(super) surroundings: Surroundings,
    path: &'a [String],
}

impl<'a> Object<'a> {
    /// What the change does to the text.
    pub(super) fn splice(&self, change: &'a Change) -> Result<Splice, EditError> {
        let path = change.path();
        let mut spot = Spot {
            source: self.source,
            map: self.root,
            holder: None,
            surroundings: self.surroundings(self.root, Surroundings::Block),
            path,
        };
        for (depth, key) in path.iter().enumerate() {
            spot.path = path.get(..=depth).unwrap_or(path);
            let rest = path.get(depth + 1..).unwrap_or_default();
            let Some(entry) = spot.own_entry(key) else {
                return match change {
                    Change::Set { value, .. } => spot.insert(key, &nested(rest, value)),
                    Change::Remove { .. } if spot.map.get(key).is_some() => {
                        Err(spot.shared(spot.map.span()))
                    }
                    Change::Remove { .. } => Err(EditError::NoField(Path(path.to_vec()))),
                };
            };
            if rest.is_empty() {
                return match change {
                    Change::Set { value, .. } => spot.replace(entry, value),
                    Change::Remove { .. } => spot.remove(entry),
                };
            }
            let value = entry.value();
            if let Some(alias) = value.alias() {
                return Err(spot.shared(alias));
            }
            match (value.value(), change) {
                (Value::Map(_), _) => {}
                (Value::Null, Change::Set { value, .. }) => {
                    return spot.replace(entry, &nested(rest, value));
                }
                (Value::Null, Change::Remove { .. }) => {
                    return Err(EditError::NoField(Path(path.to_vec())));
                }
                _ => {
                    return Err(EditError::NotAMapping {
                        path: Path(spot.path.to_vec()),
                        found: value.kind_name(),
                        position: position(self.source, value.span().start),
                    });
                }
            }
            spot.holder = Some((entry, spot.surroundings));
            spot.map = value;
            spot.surroundings = self.surroundings(value, spot.surroundings);
        }
        Err(EditError::NoField(Path(path.to_vec())))
    }

    fn surroundings(&self, map: &Node, outer: Surroundings) -> Surroundings {
        match (self.document.format(), map.style(), outer) {
            (Format::Json, _, _) => Surroundings::Json,
            (Format::Yaml, Style::Flow, _) => Surroundings::Flow,
            (Format::Yaml, _, outer) => outer,
        }
    }
}

/// `value` below the keys that are missing.
fn nested(missing: &[String], value: &Node) -> Node {
    missing.iter().rev().fold(value.duplicate(), |value, key| {
        Node::map([(key.as_str(), value)])
    })
}

impl<'a> Spot<'a> {
    /// The entries that stand here, not those that a merge key brings, in the order written.
    pub(super) fn own(&self) -> Vec<&'a Entry> {
        let written = self.map.as_map().into_iter().flat_map(|map| map.written());
        written.filter(|entry| !entry.merged()).collect()
    }

    fn own_entry(&self, key: &str) -> Option<&'a Entry> {
        self.map
            .as_map()?
            .entry(key)
            .filter(|entry| !entry.merged())
    }

    /// Where a new key goes among the own entries, by index.
    pub(super) fn rank(&self, key: &str) -> usize {
        let own = self.own();
        if own.is_sorted_by(|a, b| a.key() < b.key()) {
            own.partition_point(|entry| entry.key() < key)
        } else {
            own.len()
        }
    }

    fn insert(&self, key: &str, value: &Node) -> Result<Splice, EditError> {
        // `{}` on a line of its own is no place for ciphertext: it becomes an indented mapping.
        if let (true, Some((holder, Surroundings::Block))) = (self.own().is_empty(), self.holder) {
            let outer = Spot {
                surroundings: Surroundings::Block,
                ..*self
            };
            return outer.replace(holder, &Node::map([(key, value.duplicate())]));
        }
        match self.surroundings {
            Surroundings::Block => block::insert(self, key, value),
            Surroundings::Flow | Surroundings::Json => flow::insert(self, key, value),
        }
    }

    fn remove(&self, entry: &'a Entry) -> Result<Splice, EditError> {
        let own = self.own();
        if own
            .iter()
            .filter(|other| other.key() == entry.key())
            .count()
            > 1
        {
            return Err(self.unusual(entry.key_span(), "the key is set more than once"));
        }
        match (own.len(), self.holder, self.surroundings) {
            (1, Some((holder, surroundings)), Surroundings::Block) => {
                let outer = Spot {
                    surroundings,
                    ..*self
                };
                outer.replace(holder, &Node::map::<String>([]))
            }
            (1, None, Surroundings::Block) => {
                Err(self.unusual(entry.key_span(), "nothing would be left of the object"))
            }
            (_, _, Surroundings::Block) => block::remove(self, entry),
            (_, _, Surroundings::Flow | Surroundings::Json) => flow::remove(self, entry),
        }
    }

    fn replace(&self, entry: &Entry, new: &Node) -> Result<Splice, EditError> {
        let old = entry.value();
        if old.anchored() && old.alias().is_none() {
            return Err(self.shared(old.span()));
        }
        let span = value_span(old);
        let one_line = !span.is_empty()
            && matches!(
                old.style(),
                Style::Plain | Style::SingleQuoted | Style::DoubleQuoted
            );
        match (new.as_str(), self.surroundings) {
            (Some(text), surroundings) if one_line || surroundings != Surroundings::Block => {
                let text = written(text, old.style(), surroundings);
                self.behind_colon(entry, span, text.expose())
            }
            (_, Surroundings::Block) => block::replace(self, entry, span, new),
            (_, Surroundings::Flow | Surroundings::Json) => {
                let text = super::scalar::json(new, false);
                self.behind_colon(entry, span, text.expose())
            }
        }
    }

    /// `text` in the place of a value, or behind the colon where the value was left out.
    fn behind_colon(&self, entry: &Entry, span: Span, text: &[u8]) -> Result<Splice, EditError> {
        let mut out = SecretWriter::with_capacity(text.len() + 1);
        let span = if span.is_empty() {
            let colon = self.colon(entry)?;
            out.push(b" ");
            Span::new(colon + 1, colon + 1)
        } else {
            span
        };
        out.push(text);
        Ok(Splice {
            span,
            text: out.finish(),
        })
    }

    /// Offset of the colon behind the key.
    pub(super) fn colon(&self, entry: &Entry) -> Result<usize, EditError> {
        let after = entry.key_span().end;
        let json = self.surroundings != Surroundings::Block;
        let blank =
            |byte: &&u8| matches!(byte, b' ' | b'\t') || (json && matches!(byte, b'\r' | b'\n'));
        let rest = self.source.get(after..).unwrap_or_default();
        let skipped = rest.iter().take_while(blank).count();
        match rest.get(skipped) {
            Some(b':') => Ok(after + skipped),
            _ => Err(self.unusual(entry.key_span(), "its key is not followed by a colon")),
        }
    }

    /// Offset behind what an entry holds.
    pub(super) fn end(&self, entry: &Entry) -> Result<usize, EditError> {
        let span = value_span(entry.value());
        if span.is_empty() {
            Ok(self.colon(entry)? + 1)
        } else {
            Ok(span.end)
        }
    }

    /// The bytes before `offset` on its line.
    pub(super) fn line_before(&self, offset: usize) -> &'a [u8] {
        let before = self.source.get(..offset).unwrap_or_default();
        before
            .rsplit(|&byte| byte == b'\n')
            .next()
            .unwrap_or_default()
    }

    /// As wide as the columns before `offset`.
    pub(super) fn indent(&self, offset: usize) -> Vec<u8> {
        let before = String::from_utf8_lossy(self.line_before(offset));
        vec![b' '; before.trim_start_matches('\u{FEFF}').chars().count()]
    }

    /// How lines end here.
    pub(super) fn line_break(&self) -> &'static [u8] {
        let first = self
            .source
            .iter()
            .position(|&byte| byte == b'\n')
            .unwrap_or_default();
        if first > 0 && self.source.get(first - 1) == Some(&b'\r') {
            b"\r\n"
        } else {
            b"\n"
        }
    }

    pub(super) fn shared(&self, span: Span) -> EditError {
        EditError::Shared {
            path: Path(self.path.to_vec()),
            position: position(self.source, span.start),
        }
    }

    pub(super) fn unusual(&self, span: Span, why: &'static str) -> EditError {
        EditError::Unusual {
            path: Path(self.path.to_vec()),
            position: position(self.source, span.start),
            why,
        }
    }
}

/// What stands for a value: itself with its tag, or the alias.
fn value_span(node: &Node) -> Span {
    let span = node.alias().unwrap_or_else(|| node.span());
    match node.extra.as_ref().and_then(|extra| extra.properties) {
        Some(properties) if node.alias().is_none() => Span::new(
            properties.start.min(span.start),
            span.end.max(properties.end),
        ),
        _ => span,
    }
}

/// True for spaces and tabs only.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}
