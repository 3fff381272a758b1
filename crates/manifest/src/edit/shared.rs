//! What anchors make common to several places.

use crate::node::{Node, Value};
use crate::span::Span;

/// True if an alias or a merge key repeats what stands at `span`, or something that it is part of, or a part of it.
pub(super) fn repeats(root: &Node, span: Span) -> bool {
    let touches = |copied: Span| copied.contains(span) || span.contains(copied);
    if root
        .alias()
        .is_some_and(|alias| touches(root.span()) && !span.contains(alias))
    {
        return true;
    }
    match root.value() {
        Value::Seq(items) => items.iter().any(|item| repeats(item, span)),
        Value::Map(map) => map.written().any(|entry| {
            let merged = entry.merged() && !root.span().contains(entry.key_span());
            let copied = Span::new(entry.key_span().start, entry.value().span().end);
            (merged && touches(copied)) || repeats(entry.value(), span)
        }),
        _ => false,
    }
}

/// True if there is an alias or a merge key at all.
pub(super) fn any(root: &Node) -> bool {
    root.alias().is_some()
        || match root.value() {
            Value::Seq(items) => items.iter().any(any),
            Value::Map(map) => map
                .written()
                .any(|entry| entry.merged() || any(entry.value())),
            _ => false,
        }
}
