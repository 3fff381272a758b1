//! Bytes as manifests: places lie where they should, and what is read is written such that it is read the same again.
#![no_main]

use lacre_manifest::emit::{self, JsonStyle, YamlStyle};
use lacre_manifest::{Content, Document, LineIndex, MAX_DEPTH, Node, Number, Span, Stream, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|source: &[u8]| {
    let Ok(stream) = Stream::read(source) else {
        return;
    };
    let lines = LineIndex::new(source);
    let mut read_to = 0;
    for (at, document) in stream.documents().iter().enumerate() {
        let span = document.span();
        assert_eq!(document.index(), at + 1);
        assert!(
            read_to <= span.start && span.end <= source.len(),
            "documents follow each other"
        );
        assert_eq!(document.position(), lines.position(span.start));
        read_to = span.end;
        match document.content() {
            Content::Object(node) => {
                check_places(source, node, span);
                check_round_trip(document, node);
            }
            Content::Unreadable(template) => {
                assert!(
                    template
                        .span
                        .of(source)
                        .is_some_and(|action| action.starts_with(b"{{"))
                );
            }
            Content::Broken(error) => drop(error.to_string()),
            Content::Empty => {}
        }
        drop(document.strict(source));
    }
});

/// Children stand within their parent, except what an alias or a merge key brings from elsewhere.
fn check_places(source: &[u8], node: &Node, within: Span) {
    assert!(
        within.contains(node.span()),
        "{:?} in {within:?}",
        node.span()
    );
    assert!(node.span().of(source).is_some());
    let children = |child: &Node| {
        if child.alias().is_none() {
            check_places(source, child, node.span());
        }
    };
    match node.value() {
        Value::Seq(items) => items.iter().for_each(children),
        Value::Map(map) => {
            map.written()
                .filter(|entry| !entry.merged())
                .for_each(|entry| children(entry.value()));
        }
        _ => {}
    }
}

/// In every layout, what was written reads as the same value.
fn check_round_trip(document: &Document, node: &Node) {
    for sorted in [false, true] {
        for folded in [false, true] {
            reads_the_same(
                document,
                node,
                emit::yaml(node, YamlStyle { sorted, folded }).expose(),
                sorted,
            );
        }
        for indented in [false, true] {
            let style = JsonStyle {
                indented,
                escape_html: indented,
                sorted,
            };
            let held = held(node);
            let node = held.as_ref().unwrap_or(node);
            reads_the_same(document, node, emit::json(node, style).expose(), sorted);
        }
    }
}

/// The value within an object if it is none: only objects are read as JSON, whose texts may hold what YAML forbids.
/// None, too, if that would be too deep to read.
fn held(node: &Node) -> Option<Node> {
    (!matches!(node.value(), Value::Map(_)) && depth(node) < MAX_DEPTH)
        .then(|| Node::map([("", node.duplicate())]))
}

fn depth(node: &Node) -> usize {
    match node.value() {
        Value::Seq(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Map(map) => 1 + map.entries().map(|e| depth(e.value())).max().unwrap_or(0),
        _ => 0,
    }
}

fn reads_the_same(document: &Document, node: &Node, written: &[u8], sorted: bool) {
    let stream = Stream::read(written).expect("what was written is text");
    let [again] = stream.documents() else {
        panic!(
            "{} documents instead of one: {}",
            stream.documents().len(),
            show(written)
        );
    };
    assert_eq!(again.index(), 1);
    let Some(again) = again.node() else {
        panic!(
            "no longer read: {}\nfrom {:?}",
            show(written),
            document.format()
        );
    };
    assert!(
        same(again, node, !sorted),
        "read another value: {}",
        show(written)
    );
}

/// The same value; `ordered` with keys in the same order. A float may come back as the whole number that it is, and
/// negative zero as zero: kubectl's printer loses that, too.
fn same(a: &Node, b: &Node, ordered: bool) -> bool {
    match (a.value(), b.value()) {
        (Value::Seq(a), Value::Seq(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, ordered))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len()
                && a.entries().zip(b.entries()).all(|(entry, at_its_place)| {
                    let other = if ordered {
                        (entry.key() == at_its_place.key()).then(|| at_its_place.value())
                    } else {
                        b.get(entry.key())
                    };
                    other.is_some_and(|other| same(entry.value(), other, ordered))
                })
        }
        (Value::Number(Number::Float(a)), Value::Number(b)) => *a == float(b),
        (Value::Number(a), Value::Number(Number::Float(b))) => float(a) == *b,
        _ => a.same_value(b),
    }
}

fn float(number: &Number) -> f64 {
    match *number {
        Number::Int(n) => n as f64,
        Number::UInt(n) => n as f64,
        Number::Float(n) => n,
    }
}

fn show(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
