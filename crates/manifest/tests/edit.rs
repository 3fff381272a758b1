//! Edits change what they name and not a byte more.
#![cfg(test)]

use lacre_manifest::edit::{Change, EditError, Target, apply, apply_all, replace_document};
use lacre_manifest::{Node, Stream};
use proptest::prelude::*;

const FIRST: Target = Target {
    document: 0,
    object: 0,
};

fn set(path: &str, text: &str) -> Change {
    Change::Set {
        path: keys(path),
        value: Node::string(text),
    }
}

fn remove(path: &str) -> Change {
    Change::Remove { path: keys(path) }
}

fn keys(path: &str) -> Vec<String> {
    path.split('/').map(str::to_owned).collect()
}

fn edited(source: &str, changes: &[Change]) -> Result<String, EditError> {
    let text = apply(source.as_bytes(), FIRST, changes)?;
    Ok(String::from_utf8(text.expose().to_vec()).unwrap())
}

#[track_caller]
fn becomes(source: &str, changes: &[Change], expected: &str) {
    let found = edited(source, changes).unwrap_or_else(|e| panic!("{e}\n{source}"));
    assert_eq!(
        found, expected,
        "\n--- found\n{found}--- expected\n{expected}"
    );
}

#[test]
fn a_value_is_exchanged_in_its_own_style() {
    for (source, expected) in [
        ("a: old # c\n", "a: NEW # c\n"),
        ("a: 'old' # c\n", "a: 'NEW' # c\n"),
        ("a: \"old\"\n", "a: \"NEW\"\n"),
        ("{a: old, b: 1}\n", "{a: NEW, b: 1}\n"),
        ("{\"a\": \"old\"}\n", "{\"a\": \"NEW\"}\n"),
        ("a: |\n  old\n  older\nb: 1\n", "a: |-\n  NEW\nb: 1\n"),
        (
            "a: >-\n  old\n\n\n# about b\nb: 1\n",
            "a: >-\n  NEW\n\n\n# about b\nb: 1\n",
        ),
        ("a: |+\n  old\n\nb: 1\n", "a: |-\n  NEW\nb: 1\n"),
        ("a: | # c\n\n    old\n", "a: |- # c\n    NEW\n"),
        ("a: >4-\n      old\nb: 1\n", "a: NEW\nb: 1\n"),
        ("a: {}#c\n", "a: NEW #c\n"),
        ("{a, b}\n", "{a: NEW, b}\n"),
        ("a:\nb: 1\n", "a: NEW\nb: 1\n"),
        ("a: # c\nb: 1\n", "a: NEW # c\nb: 1\n"),
        ("a: ~\n", "a: NEW\n"),
        ("a: 5\n", "a: NEW\n"),
        ("a: [1, 2] # c\n", "a: NEW # c\n"),
        ("a:\n- 1\n- 2\nb: 1\n", "a: NEW\nb: 1\n"),
        ("a:\n  x: 1\nb: 1\n", "a: NEW\nb: 1\n"),
        ("a: old", "a: NEW"),
        ("a: old\r\nb: 1\r\n", "a: NEW\r\nb: 1\r\n"),
        ("\u{FEFF}a: old\n", "\u{FEFF}a: NEW\n"),
        ("x: &q old\na: *q\n", "x: &q old\na: NEW\n"),
        ("a: !!str old\n", "a: NEW\n"),
        ("a: 1\na: old\n", "a: 1\na: NEW\n"),
        (
            "---\n# top\na: old\n---\nb: 1\n",
            "---\n# top\na: NEW\n---\nb: 1\n",
        ),
    ] {
        becomes(source, &[set("a", "NEW")], expected);
    }
}

#[test]
fn what_kubectl_would_read_as_something_else_is_quoted() {
    for (text, expected) in [
        ("yes", "a: \"yes\"\n"),
        ("0777", "a: \"0777\"\n"),
        ("~", "a: \"~\"\n"),
        ("", "a: \"\"\n"),
        ("a: b", "a: 'a: b'\n"),
        ("# x", "a: '# x'\n"),
        ("two\nlines\n", "a: \"two\\nlines\\n\"\n"),
        ("\u{1}", "a: \"\\x01\"\n"),
    ] {
        becomes("a: old\n", &[set("a", text)], expected);
    }
    becomes("{a: old}\n", &[set("a", "x, y")], "{a: \"x, y\"}\n");
    becomes("{a: old}\n", &[set("a", "x]")], "{a: \"x]\"}\n");
    becomes("a: 'old'\n", &[set("a", "it's")], "a: 'it''s'\n");
}

#[test]
fn a_new_key_goes_among_sorted_siblings_or_behind_unsorted_ones() {
    for (source, expected) in [
        ("s:\n  a: 1\n  z: 2\n", "s:\n  a: 1\n  k: NEW\n  z: 2\n"),
        ("s:\n  z: 1\n  a: 2\n", "s:\n  z: 1\n  a: 2\n  k: NEW\n"),
        ("s:\n  x: 1\n", "s:\n  k: NEW\n  x: 1\n"),
        (
            "s:\n  a: 1 # of a\n  # of z\n  z: 2\n",
            "s:\n  a: 1 # of a\n  k: NEW\n  # of z\n  z: 2\n",
        ),
        (
            "s:\n  a: 1\n\n# of t\nt: 1\n",
            "s:\n  a: 1\n  k: NEW\n\n# of t\nt: 1\n",
        ),
        (
            "s:\n    a: |\n      text\n\n\nt: 1\n",
            "s:\n    a: |\n      text\n    k: NEW\n\n\nt: 1\n",
        ),
        ("s:\n  a: 1", "s:\n  a: 1\n  k: NEW"),
        (
            "s:\r\n  a: 1\r\nt: 1\r\n",
            "s:\r\n  a: 1\r\n  k: NEW\r\nt: 1\r\n",
        ),
        ("s: {a: 1}\n", "s: {a: 1, k: NEW}\n"),
        ("s: {a: 1, z: 2}\n", "s: {a: 1, k: NEW, z: 2}\n"),
        ("s: {a: 1,}\n", "s: {a: 1, k: NEW,}\n"),
        (
            "s: {\n  a: 1,\n  z: 2\n}\n",
            "s: {\n  a: 1,\n  k: NEW,\n  z: 2\n}\n",
        ),
        (
            "s: {\n  a: 1, # of a\n}\n",
            "s: {\n  a: 1, # of a\n  k: NEW,\n}\n",
        ),
        (
            "s: {\r\n  a: 1 # of a\r\n}\r\n",
            "s: {\r\n  a: 1, # of a\r\n  k: NEW\r\n}\r\n",
        ),
        ("s: {}\n", "s:\n  k: NEW\n"),
        ("s: {} # c\n", "s: # c\n  k: NEW\n"),
        ("s: # c\nt: 1\n", "s: # c\n  k: NEW\nt: 1\n"),
        ("s:\nt: 1\n", "s:\n  k: NEW\nt: 1\n"),
        ("s: null\nt: 1\n", "s:\n  k: NEW\nt: 1\n"),
        ("a: 1\n", "a: 1\ns:\n  k: NEW\n"),
        ("{\"s\":{\"a\":1}}", "{\"s\":{\"a\":1,\"k\":\"NEW\"}}"),
        ("{\"a\": 1}", "{\"a\": 1, \"s\": {\"k\": \"NEW\"}}"),
        ("{\"a\":1}", "{\"a\":1,\"s\":{\"k\":\"NEW\"}}"),
        (
            "{\n  \"s\": {\n    \"a\": 1\n  }\n}\n",
            "{\n  \"s\": {\n    \"a\": 1,\n    \"k\": \"NEW\"\n  }\n}\n",
        ),
        (
            "{\n  \"s\": {}\n}\n",
            "{\n  \"s\": {\n    \"k\": \"NEW\"\n  }\n}\n",
        ),
        (
            "{\n  \"a\": 1\n}\n",
            "{\n  \"a\": 1,\n  \"s\": {\n    \"k\": \"NEW\"\n  }\n}\n",
        ),
    ] {
        becomes(source, &[set("s/k", "NEW")], expected);
    }
}

#[test]
fn a_key_leaves_with_its_line_and_its_own_comment() {
    for (source, expected) in [
        (
            "s:\n  a: 1\n  k: 2 # of k\n  # of z\n  z: 3\n",
            "s:\n  a: 1\n  # of z\n  z: 3\n",
        ),
        ("s:\n  k: 2\n", "s: {}\n"),
        ("s:\n  k: 2\nt: 1\n", "s: {}\nt: 1\n"),
        (
            "s:\n  a: 1\n  k: |\n    x\n    y\nt: 1\n",
            "s:\n  a: 1\nt: 1\n",
        ),
        ("s:\n  a: 1\n  k:\n    x: 1\n    y: 2\n", "s:\n  a: 1\n"),
        ("s:\n  a: 1\n  k: 2", "s:\n  a: 1\n"),
        ("s: {a: 1, k: 2}\n", "s: {a: 1}\n"),
        ("s: {k: 2, a: 1}\n", "s: {a: 1}\n"),
        ("s: {k: 2}\n", "s: {}\n"),
        (
            "{\n  \"s\": {\n    \"a\": 1,\n    \"k\": 2\n  }\n}\n",
            "{\n  \"s\": {\n    \"a\": 1\n  }\n}\n",
        ),
        (
            "{\n  \"s\": {\n    \"k\": 2,\n    \"z\": 1\n  }\n}\n",
            "{\n  \"s\": {\n    \"z\": 1\n  }\n}\n",
        ),
    ] {
        becomes(source, &[remove("s/k")], expected);
    }
}

#[test]
fn a_collection_in_brackets_takes_lines_where_its_neighbours_do() {
    let new = || Change::Set {
        path: keys("s"),
        value: Node::map([("x", Node::int(1)), ("y", Node::null())]),
    };
    for (source, expected) in [
        (
            "{\n  \"a\": 1\n}",
            "{\n  \"a\": 1,\n  \"s\": {\n    \"x\": 1,\n    \"y\": null\n  }\n}",
        ),
        (
            "{\n  \"s\": 1\n}",
            "{\n  \"s\": {\n    \"x\": 1,\n    \"y\": null\n  }\n}",
        ),
        (
            "{\n  \"s\": []\n}",
            "{\n  \"s\": {\n    \"x\": 1,\n    \"y\": null\n  }\n}",
        ),
        (
            "{\r\n  \"s\": [\r\n    2\r\n  ]\r\n}",
            "{\r\n  \"s\": {\r\n    \"x\": 1,\r\n    \"y\": null\r\n  }\r\n}",
        ),
        (
            "{\n  \"s\": [2, 3]\n}",
            "{\n  \"s\": {\"x\": 1, \"y\": null}\n}",
        ),
        ("{\"s\":[2,3]}", "{\"s\":{\"x\":1,\"y\":null}}"),
        ("{\"s\":v}", "{\"s\":{\"x\":1,\"y\":null}}"),
        ("{\"a\": }", "{\"a\":, \"s\": {\"x\": 1, \"y\": null} }"),
        (
            "{\na: b\n}",
            "{\na: b,\ns: {\n  \"x\": 1,\n  \"y\": null\n}\n}",
        ),
        (
            "{\n a: 1, b: 1}",
            "{\n a: 1, b: 1, s: {\n   \"x\": 1,\n   \"y\": null\n }}",
        ),
        (
            "{a: 1,\n b: 1}",
            "{a: 1,\n b: 1,\n s: {\"x\": 1, \"y\": null}}",
        ),
    ] {
        becomes(source, &[new()], expected);
        becomes(expected, &[new()], expected);
    }
}

#[test]
fn several_changes_are_made_in_order() {
    becomes(
        "s:\n  b: 1\n",
        &[
            set("s/a", "1st"),
            set("s/c", "x"),
            set("s/c", "2nd"),
            set("t/u/v", "3rd"),
            set("t/u/w", "4th"),
            remove("s/b"),
        ],
        "s:\n  a: 1st\n  c: 2nd\nt:\n  u:\n    v: 3rd\n    w: 4th\n",
    );
    becomes(
        "s: {a: 1, b: 2, c: 3}\n",
        &[remove("s/a"), remove("s/c"), remove("s/b")],
        "s: {}\n",
    );
    becomes(
        "s:\n  k: 1\n",
        &[remove("s/k"), set("s/k", "back")],
        "s:\n  k: back\n",
    );
}

#[test]
fn items_of_a_list_and_later_documents_can_be_named() {
    let source =
        "kind: A\n---\n# second\nkind: List\nitems:\n- kind: B\n  s: {}\n- kind: C\n  s: {}\n";
    let second = |object| Target {
        document: 1,
        object,
    };
    let changes = [set("s/k", "NEW"), set("kind", "D")];
    let text = apply(source.as_bytes(), second(1), &changes).unwrap();
    assert_eq!(
        String::from_utf8_lossy(text.expose()),
        "kind: A\n---\n# second\nkind: List\nitems:\n- kind: B\n  s: {}\n- kind: D\n  s:\n    k: NEW\n"
    );
    let none = apply(source.as_bytes(), second(2), &[]).unwrap_err();
    assert_eq!(none, EditError::NoObject);
}

#[test]
fn many_objects_are_edited_in_one_go() {
    let source =
        "kind: A\ns: {a: 1}\n---\nkind: List\nitems:\n- s:\n    a: 1 # one\n- s:\n    z: 1\n";
    let changes =
        |keys: &[&str]| -> Vec<Change> { keys.iter().map(|key| set(key, "NEW")).collect() };
    let (first, second, third) = (
        changes(&["s/b", "s/a"]),
        changes(&["s/c", "s/b", "t/x", "t/y"]),
        [remove("s/z")],
    );
    let target = |document, object| Target { document, object };
    let edits = [
        (target(0, 0), &first[..]),
        (target(1, 0), &second[..]),
        (target(1, 1), &third[..]),
    ];
    let text = apply_all(source.as_bytes(), &edits).unwrap();
    assert_eq!(
        String::from_utf8_lossy(text.expose()),
        "kind: A\ns: {a: NEW, b: NEW}\n---\nkind: List\nitems:\n- s:\n    a: 1 # one\n    b: NEW\n    c: NEW\n  t:\n    x: NEW\n    \"y\": NEW\n- s: {}\n"
    );
    let half = [
        (target(0, 0), &first[..]),
        (target(1, 1), &[remove("s/none")][..]),
    ];
    assert!(matches!(
        apply_all(source.as_bytes(), &half),
        Err(EditError::NoField(_))
    ));
}

#[test]
fn a_document_gives_way_to_another_and_the_rest_stays() {
    let source = "# first\na: 1\n---\nb: [\n--- # last\nc: 3\n";
    let replaced = |n, text: &str| {
        replace_document(source.as_bytes(), n, text.as_bytes())
            .map(|bytes| String::from_utf8_lossy(bytes.expose()).into_owned())
    };
    assert_eq!(
        replaced(1, "b: 2").unwrap(),
        "# first\na: 1\n---\nb: 2\n--- # last\nc: 3\n"
    );
    assert_eq!(
        replaced(2, "{}").unwrap(),
        "# first\na: 1\n---\nb: [\n--- # last\n{}"
    );
    assert_eq!(replaced(0, "x: 1\n---\ny: 2\n"), Err(EditError::Elsewhere));
    assert_eq!(replaced(3, "x: 1\n"), Err(EditError::NoObject));
}

#[test]
fn what_cannot_be_done_cleanly_is_refused_with_its_place() {
    for (source, change, expected) in [
        ("a: &q old\nb: *q\n", set("a", "NEW"), "1:4: a is shared"),
        (
            "x: &q {k: 1}\ns: *q\n",
            set("s/k", "NEW"),
            "2:4: s is shared",
        ),
        (
            "x: &q\n  k: 1\ns: *q\n",
            set("x/k", "NEW"),
            "2:6: x.k is shared",
        ),
        (
            "x: &q {k: 1}\ns:\n  <<: *q\n",
            remove("s/k"),
            "s.k is shared",
        ),
        ("a: 1\n", remove("b"), "b: there is no such field"),
        ("a: 1\n", remove("a/b"), "1:4: a is a number"),
        ("a: text\n", set("a/b", "NEW"), "1:4: a is a string"),
        ("a: 1\na: 2\n", remove("a"), "set more than once"),
        ("? a\n: |\n  old\n", set("a", "NEW"), "behind a `?`"),
        ("a: 1\n", remove("a"), "nothing would be left"),
    ] {
        let error = edited(source, &[change]).unwrap_err().to_string();
        assert!(error.contains(expected), "{source}: {error}");
    }
}

#[test]
fn no_message_quotes_a_value() {
    let error = edited("s: hunter2\n", &[set("s/k", "hunter3")]).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter"));
    assert!(!format!("{:?}", set("s/k", "hunter3")).contains("hunter"));
}

/// Texts under the key `s`, some of them awkward, in one of several layouts, with comments.
fn document() -> impl Strategy<Value = (Vec<String>, String)> {
    let value = prop_oneof![
        "[a-zA-Z0-9+/]{0,40}",
        "[ -~]{0,12}",
        Just("yes".to_owned()),
        Just("0x1f".to_owned())
    ];
    let map = prop::collection::btree_map("[a-z][a-z0-9.-]{0,6}", value, 1..7);
    (map, 0..4_usize, any::<bool>()).prop_map(|(map, layout, crlf)| {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let entries: Vec<String> = map
            .iter()
            .map(|(k, v)| format!("{}: {}", quoted(k), quoted(v)))
            .collect();
        let mut text = match layout {
            0 => {
                let lines: Vec<_> = entries
                    .iter()
                    .map(|entry| format!("\n  # above\n  {entry} # behind"))
                    .collect();
                format!("# top\nkind: X\ns:{}\n\n# after\nt: 1\n", lines.concat())
            }
            1 => format!("kind: X\ns: {{{}}} # flow\n", entries.join(", ")),
            2 => format!(
                "kind: X\ns: {{\n    {}\n  }}\nt: 1\n",
                entries.join(",\n    ")
            ),
            _ => {
                let blocks: Vec<_> = map
                    .iter()
                    .map(|(k, v)| format!("\n    {}: |-\n      .{v}", quoted(k)))
                    .collect();
                format!("kind: X\ns:{}\n---\nother: 1\n", blocks.concat())
            }
        };
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        (map.into_keys().collect(), text)
    })
}

/// How many bytes of `before` are left when the beginning and the end that it shares with `after` are cut off.
fn differing(before: &str, after: &str) -> usize {
    let same = |(a, b): &(u8, u8)| a == b;
    let start = before.bytes().zip(after.bytes()).take_while(same).count();
    let (before, after) = (&before.as_bytes()[start..], &after.as_bytes()[start..]);
    let end = before
        .iter()
        .rev()
        .zip(after.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    before.len() - end
}

proptest! {
    #[test]
    fn only_the_value_changes(
        (keys, source) in document(),
        pick in any::<prop::sample::Index>(),
        text in "[ -~\n]{0,30}",
    ) {
        let key = pick.get(&keys);
        let after = edited(&source, &[set(&format!("s/{key}"), &text)]).unwrap();
        let stream = Stream::read(after.as_bytes()).unwrap();
        let value = stream.documents()[0].node().unwrap().at(&["s", key]).unwrap();
        prop_assert_eq!(value.as_str(), Some(text.as_str()));

        let before = Stream::read(source.as_bytes()).unwrap();
        let old = before.documents()[0].node().unwrap().at(&["s", key]).unwrap().span();
        let gone = differing(&source, &after);
        prop_assert!(gone <= old.len(), "{}\n->\n{}", source, after);
        let (source_bytes, after_bytes) = (source.as_bytes(), after.as_bytes());
        prop_assert_eq!(&source_bytes[..old.start], &after_bytes[..old.start]);
        prop_assert!(after_bytes.ends_with(&source_bytes[old.end..]), "{}\n->\n{}", source, after);
    }

    #[test]
    fn what_is_set_and_removed_again_leaves_the_text_as_it_was(
        (_, source) in document(),
        text in "[a-z]{1,9}",
    ) {
        let path = "s/~new"; // No document has it.
        let with = edited(&source, &[set(path, &text)]).unwrap();
        prop_assert_eq!(edited(&with, &[remove(path)]).unwrap(), source);
    }

    #[test]
    fn any_text_can_be_edited_without_a_panic(
        source in "[a-c:{}\\[\\],&*#|>'\"? \n-]{0,40}",
        text in "[ -~]{0,5}",
    ) {
        let _ = edited(&source, &[set("a", &text), set("b/c", &text)]);
        let _ = edited(&source, &[remove("a")]);
    }
}
