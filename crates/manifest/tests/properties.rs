//! What holds for any input: reading never panics and loses no document, what is written reads back, edits change what
//! they name and nothing else.

#![cfg(test)]

#[path = "../examples/differential/generate.rs"]
mod generate;

use generate::Random;
use lacre_manifest::edit::{Change, EditError, Target, apply_all, replace_document};
use lacre_manifest::emit::{JsonStyle, YamlStyle, json, yaml};
use lacre_manifest::{Content, Format, LineIndex, Node, Number, Span, Stream, Value, read_first};
use proptest::prelude::*;

/// A tree with every kind of text that YAML has trouble with.
fn tree() -> impl Strategy<Value = Node> {
    tree_values().prop_map(|value| Node::from_json(&value))
}

fn tree_values() -> impl Strategy<Value = serde_json::Value> {
    let text = prop_oneof![
        "[ -~]{0,100}",
        "[ -~\n\t\u{85}\u{A0}\u{2028}\u{FEFF}é日😀\u{7F}]{0,12}",
        "(word |a b  c: #|\n| ){0,30}",
        any::<String>(),
        prop::sample::select(vec![
            "yes",
            "n",
            "0777",
            "1e3",
            "~",
            "2001-01-01",
            "<<",
            "1:30",
            "",
            "-",
            "...",
            "null"
        ])
        .prop_map(str::to_owned),
    ]
    .boxed();
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<u64>().prop_map(serde_json::Value::from),
        prop::num::f64::NORMAL.prop_map(serde_json::Value::from),
        text.clone().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
            prop::collection::vec((text.clone(), inner), 0..5)
                .prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

/// Compact JSON with sorted keys.
fn flat(node: &Node) -> String {
    let bytes = json(
        node,
        JsonStyle {
            indented: false,
            escape_html: false,
            sorted: true,
        },
    );
    String::from_utf8(bytes.expose().to_vec()).unwrap()
}

/// Every span lies in its parent's, or in an anchored value elsewhere, and scalars stand where they say.
fn check_spans(node: &Node, outer: Span, source: &[u8]) {
    assert!(node.span().of(source).is_some());
    if node.alias().is_none() {
        assert!(outer.contains(node.span()), "{outer:?} {:?}", node.span());
    }
    let copied = node.alias().is_some();
    match node.value() {
        Value::Seq(items) => items
            .iter()
            .for_each(|item| check_spans(item, node.span(), source)),
        Value::Map(map) => map
            .written()
            .filter(|entry| !entry.merged() && !copied)
            .for_each(|entry| {
                assert!(node.span().contains(entry.key_span()));
                check_spans(entry.value(), node.span(), source);
            }),
        _ => {}
    }
}

/// All paths of keys in a tree, and some that are not in it.
fn paths(node: &Node) -> Vec<Vec<String>> {
    let mut found = vec![
        vec!["new.key".to_owned()],
        vec!["aaa".to_owned(), "deep".to_owned()],
    ];
    for entry in node.entries() {
        found.push(vec![entry.key().to_owned()]);
        let below = paths(entry.value());
        found.extend(
            below
                .into_iter()
                .map(|path| [vec![entry.key().to_owned()], path].concat()),
        );
    }
    found
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Stream::read(&bytes);
    }

    #[test]
    fn documents_cover_the_source_in_order_and_know_their_lines(seed in any::<u64>()) {
        let text = generate::stream(&mut Random(seed));
        let Ok(stream) = Stream::read(text.as_bytes()) else { return Ok(()) };
        let lines = LineIndex::new(text.as_bytes());
        let mut at = 0;
        for (n, document) in stream.documents().iter().enumerate() {
            let span = document.span();
            prop_assert_eq!(document.index(), n + 1);
            prop_assert!(at <= span.start && span.start <= span.end && span.end <= text.len());
            // Nothing but blanks and separators lies between documents.
            let between = text.get(at..span.start).unwrap();
            prop_assert!(between.lines().all(|line| line.trim().is_empty() || line.starts_with("---")), "{between:?}");
            prop_assert_eq!(document.position(), lines.position(span.start));
            if let Some(node) = document.node() {
                check_spans(node, span, text.as_bytes());
            }
            at = span.end;
        }
    }

    #[test]
    fn a_document_reads_alone_as_it_does_in_its_stream(seed in any::<u64>()) {
        let text = generate::text(&mut Random(seed));
        let Ok(stream) = Stream::read(text.as_bytes()) else { return Ok(()) };
        for document in stream.documents().iter().filter(|d| d.format() == Format::Yaml) {
            let (Content::Object(node), Some(alone)) = (document.content(), document.span().of(text.as_bytes())) else {
                continue;
            };
            let alone = std::str::from_utf8(alone).unwrap();
            // Up to text that kubectl would ignore.
            if !alone.ends_with('\n') && document.span().end < text.len() {
                continue;
            }
            let closed = if alone.ends_with('\n') { alone.to_owned() } else { format!("{alone}\n") };
            let again = read_first(&closed).unwrap().unwrap();
            prop_assert!(again.same_value(node), "{text:?}");
        }
    }

    #[test]
    fn what_is_written_as_yaml_reads_back(tree in tree(), seed in any::<u64>(), style in any::<(bool, bool)>()) {
        let (sorted, folded) = style;
        let source = format!("{{\"value\":{}}}", generate::value_to_write(&mut Random(seed)));
        let stream = Stream::read(source.as_bytes()).unwrap();
        let random = stream.documents()[0].node().unwrap().duplicate();
        let tree = Node::seq([tree, random]);
        let text = yaml(&tree, YamlStyle { sorted, folded });
        let text = std::str::from_utf8(text.expose()).unwrap();
        let back = read_first(text).unwrap();
        prop_assert_eq!(flat(&back.unwrap_or(Node::null())), flat(&tree), "{}", text);
    }

    #[test]
    fn what_is_written_as_json_reads_back(tree in tree(), indented in any::<bool>(), escape_html in any::<bool>()) {
        let text = json(&Node::map([("value", tree.duplicate())]), JsonStyle { indented, escape_html, sorted: false });
        let stream = Stream::read(text.expose()).unwrap();
        prop_assert_eq!(stream.format(), Format::Json);
        prop_assert_eq!(flat(stream.documents()[0].node().unwrap().get("value").unwrap()), flat(&tree));
    }

    #[test]
    fn long_lines_are_folded_only_if_asked(words in prop::collection::vec("[a-z]{1,12}", 1..60)) {
        let tree = Node::map([("k", Node::string(words.join(" ")))]);
        let unfolded = yaml(&tree, YamlStyle { folded: false, ..YamlStyle::default() });
        prop_assert_eq!(unfolded.expose().iter().filter(|&&byte| byte == b'\n').count(), 1);
    }

    #[test]
    fn edits_change_what_they_name_and_nothing_else(seed in any::<u64>()) {
        let mut random = Random(seed);
        let text = generate::text(&mut random);
        // NULs may make it pass for UTF-16.
        let Ok(stream) = Stream::read(text.as_bytes()) else { return Ok(()) };
        let targets = stream.documents().iter().enumerate().flat_map(|(document, it)| {
            it.objects().into_iter().enumerate().map(move |(object, found)| (Target { document, object }, found.node))
        });
        for (target, node) in targets {
            let all = paths(node);
            let path = all[random.below(all.len())].clone();
            let value = match random.below(6) {
                0 => Node::string("plain"),
                1 => Node::string("it's: a #\"x\" y"),
                2 => Node::string("two\nlines\n"),
                3 => Node::string("yes"),
                4 => Node::map([("k", Node::string("v")), ("l", Node::seq([Node::number(Number::Int(1))]))]),
                _ => Node::string("AgBy3i4OJSWK+PiTySYZZA9rO43cGDEq/"),
            };
            let removed = random.one_in(4);
            let change = match removed {
                true => Change::Remove { path: path.clone() },
                false => Change::Set { path: path.clone(), value: value.duplicate() },
            };
            let edited = match apply_all(text.as_bytes(), &[(target, &[change])]) {
                Ok(edited) => edited,
                Err(EditError::Read(error)) => panic!("{error}"),
                Err(_) => continue,
            };
            let after = Stream::read(edited.expose()).unwrap();
            prop_assert_eq!(after.documents().len(), stream.documents().len());
            let objects = after.documents()[target.document].objects();
            let found = objects[target.object].node.at(&path);
            if removed {
                prop_assert!(found.is_none_or(|found| found.is_null()), "{text:?} {path:?}");
            } else {
                prop_assert_eq!(flat(found.unwrap()), flat(&value), "{:?} {:?}", text, path);
            }
        }
    }

    #[test]
    fn a_document_can_be_exchanged_for_another(seed in any::<u64>(), tree in tree()) {
        let text = generate::stream(&mut Random(seed));
        let Ok(stream) = Stream::read(text.as_bytes()) else { return Ok(()) };
        let new = yaml(&tree, YamlStyle::default());
        for document in 0..stream.documents().len() {
            let Ok(edited) = replace_document(text.as_bytes(), document, new.expose()) else { continue };
            let after = Stream::read(edited.expose()).unwrap();
            let found = after.documents()[document].node().map_or_else(|| flat(&Node::null()), flat);
            prop_assert_eq!(found, flat(&tree), "{:?}", text);
        }
    }
}
