//! What must come out, and whether it did.

use super::{Change, EditError, Target, document, object};
use crate::map::{Entry, Map};
use crate::node::{Node, Value};
use crate::span::Span;
use crate::stream::{Content, Document, Stream};

/// The documents that are edited, with the changes made to their trees.
pub(super) fn expected(
    stream: &Stream,
    edits: &[(Target, &[Change])],
) -> Result<Vec<(usize, Node)>, EditError> {
    let mut expected: Vec<(usize, Node)> = Vec::new();
    for (target, changes) in edits {
        let place = object(stream, *target)?.span();
        if !expected.iter().any(|(n, _)| *n == target.document) {
            let root = document(stream, *target)?
                .node()
                .ok_or(EditError::NoObject)?;
            expected.push((target.document, root.duplicate()));
        }
        let roots = expected.iter_mut().filter(|(n, _)| *n == target.document);
        for object in roots.filter_map(|(_, root)| find(root, place)) {
            for change in *changes {
                match change {
                    Change::Set { path, value } => set(object, path, value),
                    Change::Remove { path } => remove(object, path),
                }
            }
        }
    }
    Ok(expected)
}

/// The object that stands at `place`: the root, or an item of a List.
fn find(node: &mut Node, place: Span) -> Option<&mut Node> {
    if node.span == place && node.alias().is_none() {
        return Some(node);
    }
    let Value::Map(map) = &mut node.value else {
        return None;
    };
    let items = &mut holding(map, "items")?.value;
    match &mut items.value {
        Value::Seq(items) => items.iter_mut().find_map(|item| find(item, place)),
        _ => None,
    }
}

fn set(node: &mut Node, path: &[String], value: &Node) {
    let Some((key, rest)) = path.split_first() else {
        *node = value.duplicate();
        return;
    };
    if !matches!(node.value, Value::Map(_)) {
        node.value = Value::Map(Map::default());
    }
    if let Value::Map(map) = &mut node.value {
        match holding(map, key) {
            Some(entry) => set(&mut entry.value, rest, value),
            None => {
                let mut new = Node::null();
                set(&mut new, rest, value);
                map.insert(key.as_str(), new);
            }
        }
    }
}

fn remove(node: &mut Node, path: &[String]) {
    let (Value::Map(map), Some((key, rest))) = (&mut node.value, path.split_first()) else {
        return;
    };
    if rest.is_empty() {
        map.entries.retain(|entry| entry.key() != key);
    } else if let Some(entry) = holding(map, key) {
        remove(&mut entry.value, rest);
    }
}

fn holding<'a>(map: &'a mut Map, key: &str) -> Option<&'a mut Entry> {
    map.entries
        .iter_mut()
        .find(|entry| entry.overridden_by.is_none() && entry.key() == key)
}

/// True if the edited documents read as expected, and all others have kept their bytes.
pub(super) fn is_as_expected(
    source: &[u8],
    before: &Stream,
    edited: &[u8],
    after: &Stream,
    expected: &[(usize, Node)],
) -> bool {
    let changed: Vec<usize> = expected.iter().map(|(n, _)| *n).collect();
    others_are_the_same(source, before, edited, after, &changed)
        && expected.iter().all(|(n, root)| {
            let found = after
                .documents()
                .get(*n)
                .and_then(|document| document.node());
            found.is_some_and(|found| same(found, root))
        })
}

/// True if there are as many documents as before, and all but the `changed` have kept their bytes.
pub(super) fn others_are_the_same(
    source: &[u8],
    before: &Stream,
    edited: &[u8],
    after: &Stream,
    changed: &[usize],
) -> bool {
    let (before, after) = (before.documents(), after.documents());
    let bytes_kept = |(n, (old, new)): (usize, (&Document, &Document))| {
        changed.contains(&n) || old.span().of(source) == new.span().of(edited)
    };
    before.len() == after.len() && before.iter().zip(after).enumerate().all(bytes_kept)
}

/// True if the document reads as `alone` does, which has no other.
pub(super) fn is_alone(stream: &Stream, document: usize, alone: &Stream) -> bool {
    let (Some(found), [alone]) = (stream.documents().get(document), alone.documents()) else {
        return false;
    };
    match (found.content(), alone.content()) {
        (Content::Object(found), Content::Object(alone)) => found.same_value(alone),
        (Content::Empty, Content::Empty) => true,
        _ => false,
    }
}

/// Equal values, in whatever order the keys of a mapping come.
fn same(a: &Node, b: &Node) -> bool {
    match (a.value(), b.value()) {
        (Value::Map(a), Value::Map(b)) => {
            let (a, b) = (by_key(a), by_key(b));
            a.len() == b.len()
                && a.iter()
                    .zip(&b)
                    .all(|(a, b)| a.key() == b.key() && same(a.value(), b.value()))
        }
        (Value::Seq(a), Value::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        _ => a.same_value(b),
    }
}

fn by_key(map: &Map) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = map.entries().collect();
    entries.sort_by(|a, b| a.key().cmp(b.key()));
    entries
}
