//! Where a change is to be made.

use lacre_secret::SecretBytes;

use super::comments::without_properties;
use super::scalar::{Surroundings, on_one_line, written};
use super::shared::repeats;
use super::splice::{self, Splice, Text};
use super::{Change, EditError, Path, block, flow};
use crate::map::Entry;
use crate::node::{Node, Style, Value};
use crate::span::{LineIndex, Span};
use crate::stream::{Document, Format};

/// An object in its source.
pub(super) struct Object<'a> {
    pub(super) source: &'a [u8],
    pub(super) document: &'a Document,
    /// The document has aliases or merge keys.
    pub(super) aliased: bool,
    pub(super) root: &'a Node,
}

/// A mapping of the object, on the way to a field.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) source: &'a [u8],
    /// The root of the document, if aliases or merge keys may repeat parts of it.
    aliased: Option<&'a Node>,
    pub(super) map: &'a Node,
    /// The entry that the mapping is the value of, with that entry's own surroundings; none for the object itself.
    holder: Option<(&'a Entry, Surroundings)>,
    pub(super) surroundings: Surroundings,
    path: &'a [String],
}

impl<'a> Object<'a> {
    /// What the change does to the text.
    pub(super) fn splice(&self, change: &'a Change) -> Result<Splice, EditError> {
        let path = change.path();
        let mut spot = Spot {
            source: self.source,
            aliased: self.document.node().filter(|_| self.aliased),
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
                    // Which of the two holds depends on whether `<<` comes first.
                    _ if spot.map.get(key).is_some() => Err(spot.shared(spot.map.span())),
                    Change::Set { value, .. } => spot.insert(key, &nested(rest, value)),
                    Change::Remove { .. } => Err(EditError::NoField(Path::new(path))),
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
                    return Err(EditError::NoField(Path::new(path)));
                }
                _ => {
                    let found = value.kind_name();
                    let position = LineIndex::new(self.source).position(value.span().start);
                    return Err(EditError::NotAMapping {
                        path: Path::new(spot.path),
                        found,
                        position,
                    });
                }
            }
            spot.holder = Some((entry, spot.surroundings));
            spot.map = value;
            spot.surroundings = self.surroundings(value, spot.surroundings);
        }
        Err(EditError::NoField(Path::new(path)))
    }

    fn surroundings(&self, map: &Node, outer: Surroundings) -> Surroundings {
        match (self.document.format(), map.style()) {
            (Format::Json, _) => Surroundings::Json,
            (Format::Yaml, Style::Flow) => Surroundings::Flow,
            (Format::Yaml, _) => outer,
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

    /// Where a new key goes among the own entries, by index; and whether that is by their order.
    pub(super) fn rank(&self, key: &str) -> (usize, bool) {
        let own = self.own();
        let sorted = own.is_sorted_by(|a, b| a.key() < b.key());
        let rank = if sorted {
            own.partition_point(|entry| entry.key() < key)
        } else {
            own.len()
        };
        (rank, sorted)
    }

    fn insert(&self, key: &str, value: &Node) -> Result<Splice, EditError> {
        self.check_not_repeated(Span::new(self.map.span().start, self.map.span().start))?;
        // `{}` on a line of its own is no place for ciphertext: it becomes an indented mapping.
        if let (true, Some((holder, Surroundings::Block))) = (self.own().is_empty(), self.holder) {
            flow::check_empty(self)?;
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
        self.check_not_repeated(Span::new(
            entry.key_span().start,
            value_span(entry.value()).end,
        ))?;
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
        let span = value_span(old);
        if old.alias().is_none() {
            self.check_not_repeated(span)?;
        }
        let by_lines = matches!(old.style(), Style::Block | Style::Literal | Style::Folded);
        let in_one_piece = !span.is_empty() && (!by_lines || old.alias().is_some());
        let text = match (self.surroundings, new.as_str()) {
            (Surroundings::Block, _) if in_one_piece => on_one_line(new, old.style()),
            (Surroundings::Block, _) => None,
            (surroundings, Some(text)) => Some(written(text, old.style(), surroundings)),
            (_, None) => Some(flow::replacing(self, entry, new)),
        };
        match text {
            Some(text) => self.behind_colon(entry, span, &text),
            None => block::replace(self, entry, span, new),
        }
    }

    /// `text` in the place of a value, or behind the colon where the value was left out.
    fn behind_colon(
        &self,
        entry: &Entry,
        span: Span,
        text: &SecretBytes,
    ) -> Result<Splice, EditError> {
        let mut out = Text::with_capacity(text.len() + 3);
        let span = match (span.is_empty(), self.find_colon(entry)) {
            (false, _) => {
                let before = without_properties(self.between(span.start, entry));
                if before.contains(&b'#') {
                    out.push(before.trim_ascii_start());
                }
                span
            }
            (true, Some(colon)) => {
                out.push(b" ");
                Span::new(colon + 1, colon + 1)
            }
            // `{a, b}`: a key without a value.
            (true, None) if self.surroundings == Surroundings::Flow => {
                out.push(b": ");
                Span::new(entry.key_span().end, entry.key_span().end)
            }
            (true, None) => return Err(self.no_colon(entry)),
        };
        out.push(text.expose());
        self.part_from_comment(span.end, &mut out);
        Ok(Splice::exchange(span, out.finish()))
    }

    /// What stands behind `start` and before the value of `entry`.
    pub(super) fn between(&self, start: usize, entry: &Entry) -> &'a [u8] {
        let value = entry.value();
        let end = value.alias().unwrap_or(value.span()).start;
        self.source.get(start..end).unwrap_or_default()
    }

    /// `"a"#c` is a value and a comment, `a#c` is not.
    pub(super) fn part_from_comment(&self, end: usize, out: &mut Text) {
        if self.source.get(end) == Some(&b'#') {
            out.push(b" ");
        }
    }

    /// Offset of the colon behind the key.
    pub(super) fn colon(&self, entry: &Entry) -> Result<usize, EditError> {
        self.find_colon(entry).ok_or_else(|| self.no_colon(entry))
    }

    fn no_colon(&self, entry: &Entry) -> EditError {
        self.unusual(entry.key_span(), "its key is not followed by a colon")
    }

    pub(super) fn find_colon(&self, entry: &Entry) -> Option<usize> {
        let after = entry.key_span().end;
        let in_brackets = self.surroundings != Surroundings::Block;
        let blank = |byte: &&u8| {
            matches!(byte, b' ' | b'\t') || (in_brackets && matches!(byte, b'\r' | b'\n'))
        };
        let rest = self.source.get(after..).unwrap_or_default();
        let skipped = rest.iter().take_while(blank).count();
        (rest.get(skipped) == Some(&b':')).then_some(after + skipped)
    }

    /// Offset behind what an entry holds.
    pub(super) fn end(&self, entry: &Entry) -> Result<usize, EditError> {
        let span = value_span(entry.value());
        match (span.is_empty(), self.find_colon(entry)) {
            (false, _) => Ok(span.end),
            (true, Some(colon)) => Ok(colon + 1),
            (true, None) if self.surroundings == Surroundings::Flow => Ok(entry.key_span().end),
            (true, None) => Err(self.no_colon(entry)),
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

    /// Blanks as wide as what stands before the key of `entry` on its line.
    pub(super) fn indent(&self, entry: &Entry) -> Result<Vec<u8>, EditError> {
        let before = self.line_before(entry.key_span().start);
        self.check_breaks(entry, before)?;
        if before.trim_ascii_end().ends_with(b"?") {
            return Err(self.unusual(entry.key_span(), "its key is written behind a `?`"));
        }
        let before = String::from_utf8_lossy(before);
        Ok(vec![
            b' ';
            before.trim_start_matches('\u{FEFF}').chars().count()
        ])
    }

    /// Lines are taken to end with LF here, which a lone CR or one of Unicode's line breaks would belie.
    pub(super) fn check_breaks(&self, entry: &Entry, line: &[u8]) -> Result<(), EditError> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let unusual = |text: &str| text.contains(['\r', '\u{85}', '\u{2028}', '\u{2029}']);
        if std::str::from_utf8(line).is_ok_and(unusual) {
            return Err(self.unusual(
                entry.key_span(),
                "its lines end with something else than LF or CR LF",
            ));
        }
        Ok(())
    }

    /// How lines end here.
    pub(super) fn line_break(&self) -> &'static [u8] {
        splice::line_break(self.source)
    }

    /// An error if what stands at `span` is repeated elsewhere by an alias or a merge key.
    fn check_not_repeated(&self, span: Span) -> Result<(), EditError> {
        match self.aliased {
            Some(root) if repeats(root, span) => Err(self.shared(span)),
            _ => Ok(()),
        }
    }

    fn shared(&self, span: Span) -> EditError {
        let position = LineIndex::new(self.source).position(span.start);
        EditError::Shared {
            path: Path::new(self.path),
            position,
        }
    }

    pub(super) fn unusual(&self, span: Span, why: &'static str) -> EditError {
        let position = LineIndex::new(self.source).position(span.start);
        EditError::Unusual {
            path: Path::new(self.path),
            position,
            why,
        }
    }
}

/// What stands for a value: itself with its tag, or the alias.
pub(super) fn value_span(node: &Node) -> Span {
    let span = node.alias().unwrap_or(node.span());
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
