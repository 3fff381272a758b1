//! What must come out, and whether it did.

use super::{Change, Target};
use crate::map::{Entry, Map};
use crate::node::{Node, Value};
use crate::stream::{Document, Stream};

/// Makes the change to the tree.
pub(super) fn apply(object: &mut Node, change: &Change) {
    match change {
        Change::Set { path, value } => set(object, path, value),
        Change::Remove { path } => remove(object, path),
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

/// True if all but the target have kept their bytes; of a List, its other items their values.
pub(super) fn others_are_the_same(
    source: &[u8],
    before: &Stream,
    edited: &[u8],
    after: &Stream,
    target: Target,
) -> bool {
    let (before, after) = (before.documents(), after.documents());
    before.len() == after.len()
        && before.iter().zip(after).enumerate().all(|(n, (old, new))| {
            if n == target.document {
                siblings_are_the_same(old, new, target.object)
            } else {
                old.span().of(source) == new.span().of(edited)
            }
        })
}

fn siblings_are_the_same(old: &Document, new: &Document, target: usize) -> bool {
    let (old, new) = (old.objects(), new.objects());
    old.len() == new.len()
        && old
            .iter()
            .zip(&new)
            .enumerate()
            .all(|(n, (old, new))| n == target || same(old.node, new.node))
}

/// Equal values, in whatever order the keys of a mapping come.
pub(super) fn same(a: &Node, b: &Node) -> bool {
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
