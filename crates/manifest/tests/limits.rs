//! Input that is too much: every bound holds, and nothing at a bound overflows a stack or takes long.
#![cfg(test)]

use std::time::{Duration, Instant};

use lacre_manifest::edit::{Change, Target, apply};
use lacre_manifest::emit::{JsonStyle, YamlStyle, json, yaml};
use lacre_manifest::{
    Content, MAX_ALIAS_BYTES, MAX_BYTES, MAX_DEPTH, MAX_NODES, Node, ParseError, Problem,
    ReadError, Refusal, Stream, read_first,
};

/// What takes time in proportion to the length takes seconds here, what takes its square minutes, on any machine.
const PATIENCE: Duration = Duration::from_secs(90);

fn error(text: &str) -> ParseError {
    read_first(text).map(|_| ()).unwrap_err()
}

/// What nests `n` deep, in every way there is to nest.
fn nests(n: usize) -> [(&'static str, String); 5] {
    let spaces = |n: usize| " ".repeat(n);
    [
        ("brackets", "[".repeat(n) + &"]".repeat(n)),
        ("braces", "{a: ".repeat(n) + "1" + &"}".repeat(n)),
        ("lists", "- ".repeat(n) + "a\n"),
        (
            "mappings",
            (0..n)
                .map(|depth| format!("{}a:\n", spaces(depth)))
                .collect(),
        ),
        ("json", "{\"a\":".repeat(n) + "1" + &"}".repeat(n)),
    ]
}

#[test]
fn the_deepest_document_can_be_used_in_every_way() {
    for (what, text) in nests(MAX_DEPTH) {
        let stream = Stream::read(text.as_bytes()).unwrap();
        let document = &stream.documents()[0];
        let node = document
            .node()
            .unwrap_or_else(|| panic!("{what}: {:?}", document.content()));
        assert!(node.same_value(&node.duplicate()));
        assert!(node.duplicates().is_empty());
        assert!(!format!("{node:?}").is_empty());
        assert!(!json(node, JsonStyle::default()).is_empty());
        let printed = yaml(node, YamlStyle::default());
        let back = read_first(std::str::from_utf8(printed.expose()).unwrap())
            .unwrap()
            .unwrap();
        assert!(back.same_value(node), "{what}");
        assert!(Node::from_json(&node.to_json()).same_value(node));
        let change = Change::Set {
            path: vec!["b".into()],
            value: node.duplicate(),
        };
        let _ = apply(
            text.as_bytes(),
            Target {
                document: 0,
                object: 0,
            },
            &[change],
        );
    }
}

#[test]
fn one_level_more_is_refused() {
    for (what, text) in nests(MAX_DEPTH + 1) {
        let stream = Stream::read(text.as_bytes()).unwrap();
        match stream.documents()[0].content() {
            Content::Broken(error) => {
                assert_eq!(error.refusal(), Some(Refusal::TooDeep), "{what}: {error}")
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    for piece in ["[", "{a: ", "- ", "? ", "{\"a\":", "[{"] {
        let stream = Stream::read(piece.repeat(1_000_000).as_bytes()).unwrap();
        assert!(stream.broken().next().is_some(), "{piece}");
    }
}

#[test]
fn aliases_cannot_nest_deeper_than_documents() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for n in 1..MAX_DEPTH + 2 {
        text += &format!("a{n}: &a{n} [*a{}]\n", n - 1);
    }
    assert!(matches!(
        error(&text).problem,
        Problem::Refused(Refusal::TooDeep) | Problem::ExcessiveAliasing
    ));
}

#[test]
fn billion_laughs_are_stopped_as_kubectl_stops_them() {
    let mut text = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (name, before) in ('b'..='i').zip('a'..) {
        text += &format!(
            "{name}: &{name} [{}]\n",
            vec![format!("*{before}"); 9].join(",")
        );
    }
    let began = Instant::now();
    assert_eq!(error(&text).problem, Problem::ExcessiveAliasing);
    assert!(began.elapsed() < PATIENCE);
}

#[test]
fn aliases_cannot_repeat_large_texts_without_end() {
    let text = format!(
        "a: &a {}\nb:\n{}",
        "x".repeat(1 << 20),
        "- *a\n".repeat((MAX_ALIAS_BYTES >> 20) + 1)
    );
    assert_eq!(error(&text).refusal(), Some(Refusal::AliasBytes));
}

#[test]
fn many_values_are_refused_before_memory_runs_out() {
    let text = "-\n".repeat(MAX_NODES + 1);
    assert_eq!(error(&text).refusal(), Some(Refusal::TooManyNodes));
}

#[test]
fn many_documents_are_refused_before_memory_runs_out() {
    for piece in ["{}", "-\n---\n"] {
        let text = piece.repeat(MAX_NODES + 1);
        let text = &text.as_bytes()[..text.len().min(MAX_BYTES)];
        match Stream::read(text) {
            Err(error) => assert_eq!(error, ReadError::TooManyValues { limit: MAX_NODES }),
            Ok(stream) => panic!("{piece:?}: {} documents", stream.documents().len()),
        }
    }
}

#[test]
fn too_long_an_input_is_refused_at_once() {
    let bytes = vec![b' '; MAX_BYTES + 1];
    let expected = ReadError::TooLarge {
        bytes: MAX_BYTES + 1,
        limit: MAX_BYTES,
    };
    assert_eq!(Stream::read(&bytes).unwrap_err(), expected);
}

#[test]
fn a_mapping_of_many_keys_is_read_in_linear_time() {
    let text: String = (0..100_000).map(|n| format!("key{n}: {n}\n")).collect();
    let began = Instant::now();
    let node = read_first(&text).unwrap().unwrap();
    assert_eq!(node.entries().count(), 100_000);
    assert!(began.elapsed() < PATIENCE);
}

#[test]
fn nested_flow_collections_are_read_in_linear_time() {
    let text = format!("[{}]", "[[[[[[[[[[]]]]]]]]]],".repeat(20_000));
    let began = Instant::now();
    assert!(read_first(&text).is_ok());
    assert!(began.elapsed() < PATIENCE);
}

#[test]
fn what_repeats_is_read_in_linear_time() {
    for piece in [
        "{{ x }}",
        "{{ x }} y ",
        "{{",
        "a: {{ x }}\n---\n",
        "a: [\n---\n",
        "*a ",
        "&a ",
        "'",
        "\"\\",
        "- |\n",
        "%",
        "{\"a\":",
        "{\"a\":1}",
        "- &a x\n- *a\n",
        "\t",
    ] {
        let text = piece.repeat(300_000);
        let began = Instant::now();
        let _ = Stream::read(text.as_bytes());
        assert!(
            began.elapsed() < PATIENCE,
            "{piece:?}: {:?}",
            began.elapsed()
        );
    }
}
