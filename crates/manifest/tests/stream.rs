//! Documents of a stream: what they hold, where they stand, what is said of those that cannot be read.

#![cfg(test)]

use lacre_manifest::{
    Content, Format, LineIndex, Node, Problem, ReadError, Refusal, Stream, Style,
};

/// One word for each document, and its first line.
fn kinds(source: &str) -> Vec<String> {
    let stream = Stream::read(source.as_bytes()).unwrap();
    let describe = |content: &Content| match content {
        Content::Object(node) => node.kind_name().to_owned(),
        Content::Empty => "empty".to_owned(),
        Content::Unreadable(template) => format!("template at {}", template.position),
        Content::Broken(error) => match error.refusal() {
            Some(refusal) => format!("{refusal:?} at {}", error.position),
            None => format!("broken at {}", error.position),
        },
    };
    stream
        .documents()
        .iter()
        .map(|d| format!("{}: {}", d.position().line, describe(d.content())))
        .collect()
}

#[test]
fn one_broken_document_hides_no_other() {
    assert_eq!(
        kinds("a: 1\n---\nb: [\n---\nc: 3\n--- # next\n\td: 4\n---\ne: 5\n"),
        [
            "1: a mapping",
            "3: broken at 4:1",
            "5: a mapping",
            "7: broken at 7:1",
            "9: a mapping"
        ]
    );
    assert_eq!(
        kinds("{\"a\":1}\n{\"b\":\n{\"c\":3}\n{\"d\":4}"),
        ["1: a mapping", "2: broken at 4:1", "4: a mapping"]
    );
    assert_eq!(
        kinds("{\"a\":1}\n{\"b\":x}\n{\"c\":3}\n"),
        ["1: a mapping", "2: broken at 2:6", "3: a mapping"]
    );
}

#[test]
fn text_that_kubectl_would_lose_is_an_error_beside_the_document_before_it() {
    assert_eq!(
        kinds("a: 1\n--- b: 2\nc: 3\n---\nd: 4\n"),
        ["1: a mapping", "2: SeparatorText at 2:1", "5: a mapping"]
    );
    assert_eq!(
        kinds("a: |\n  x\n-----BEGIN KEY-----\n"),
        ["1: SeparatorText at 3:1"]
    );
    assert_eq!(
        kinds("a: 1\n...\nb: 2\n---\nc: 3\n"),
        ["1: a mapping", "3: TextAfterEnd at 3:1", "5: a mapping"]
    );
    assert_eq!(kinds("a: 1\r\r\nb: 2\r\r\n"), ["1: DoubledReturn at 1:5"]);
    assert_eq!(kinds("a: 1\n\u{FEFF}b: 2\n"), ["1: ByteOrderMark at 2:1"]);
    assert_eq!(kinds("1: a\n'1': b\n"), ["1: CollidingKeys at 2:1"]);
}

#[test]
fn empty_documents_are_told_from_missing_ones() {
    assert_eq!(kinds(""), ["1: empty"]);
    assert_eq!(
        kinds("---\n# nothing\n---\na: 1\n---\n"),
        ["1: empty", "4: a mapping"]
    );
    assert_eq!(kinds("~\n---\nnull\n"), ["1: empty", "3: empty"]);
}

#[test]
fn helm_templates_are_unreadable_and_not_broken() {
    for (source, place) in [
        ("a: {{ .Values.x }}\n", "1:4"),
        ("{{- if .Values.x }}\na: 1\n{{- end }}\n", "1:1"),
        ("a:\n  {{- toYaml .Values.x | nindent 2 }}\nb: 1\n", "2:3"),
        ("{{/* a comment\n  on lines */}}\na: 1\n", "1:1"),
        ("a: 'x'\nname: {{ .x }}-{{ .y }}\n", "2:7"),
        ("a: \"{{ .quoted }}\"\nb: {{ .bare }}\n", "2:4"),
        ("{{ include \"x\" . }}: 1\n", "1:1"),
        ("{\"a\": {{ .x }} }\n", "1:7"),
        ("a: {{ .never.closed\n", "1:4"),
    ] {
        assert_eq!(
            kinds(source),
            [format!("1: template at {place}")],
            "{source}"
        );
    }
}

#[test]
fn actions_that_are_text_make_no_template() {
    assert_eq!(kinds("a: '{{ .x }}'\n"), ["1: a mapping"]);
    assert_eq!(kinds("a: |\n  {{ .x }}\n"), ["1: a mapping"]);
    assert_eq!(kinds("# {{ .x }}\na: 1\n"), ["1: a mapping"]);
    // Broken for another reason: the action is not to blame.
    assert_eq!(kinds("a: |\n  {{ .x }}\nb: [\n"), ["1: broken at 4:1"]);
    assert_eq!(kinds("a: '{{ .x }}'\nb: c: d\n"), ["1: broken at 2:5"]);
}

#[test]
fn lists_are_taken_apart() {
    let source = "kind: SecretList\nitems:\n- kind: Secret\n- kind: List\n  items:\n  - kind: A\n- kind: B\n---\nkind: AllowList\n";
    let stream = Stream::read(source.as_bytes()).unwrap();
    let objects: Vec<_> = stream
        .documents()
        .iter()
        .flat_map(|document| document.objects())
        .collect();
    let found: Vec<_> = objects
        .iter()
        .map(|object| (object.item, object.node.get("kind").and_then(Node::as_str)))
        .collect();
    let expected = [
        (Some(0), Some("Secret")),
        (Some(1), Some("A")),
        (Some(2), Some("B")),
        (None, Some("AllowList")),
    ];
    assert_eq!(found, expected);
}

#[test]
fn values_know_how_and_where_they_were_written() {
    let source = "plain: text\nsingle: 'it''s'\ndouble: \"a\\tb\"\nnumber: 0777\nblock: |\n  x\nalias: [&a {k: v}, *a]\ny: 1\nempty:\n";
    let stream = Stream::read(source.as_bytes()).unwrap();
    let node = stream.documents()[0].node().unwrap();
    let lines = LineIndex::new(source.as_bytes());
    let text = |node: &Node| {
        String::from_utf8_lossy(node.span().of(source.as_bytes()).unwrap()).into_owned()
    };
    for (key, style, written) in [
        ("plain", Style::Plain, "text"),
        ("single", Style::SingleQuoted, "'it''s'"),
        ("double", Style::DoubleQuoted, "\"a\\tb\""),
        ("number", Style::Plain, "0777"),
        ("block", Style::Literal, "|\n  x"),
        ("alias", Style::Flow, "[&a {k: v}, *a]"),
        ("empty", Style::Plain, ""),
    ] {
        let value = node.get(key).unwrap();
        assert_eq!(
            (value.style(), text(value).as_str()),
            (style, written),
            "{key}"
        );
    }
    let number = node.get("number").unwrap();
    assert_eq!(
        (number.as_i64(), number.retyped()),
        (Some(511), Some("0777"))
    );
    assert_eq!(number.field_text().unwrap().as_str(), "511");
    let alias = node.get("alias").unwrap().as_seq().unwrap();
    assert!(alias[0].anchored() && alias[0].alias().is_none());
    assert_eq!(
        lines.position(alias[1].alias().unwrap().start).to_string(),
        "7:20"
    );
    assert_eq!(text(&alias[1]), "{k: v}");
    let entry = node.as_map().unwrap().entry("true").unwrap();
    assert_eq!(
        (
            entry.key_retyped(),
            lines.position(entry.key_span().start).line
        ),
        (Some("y"), 8)
    );
}

#[test]
fn keys_set_twice_are_reported_and_strictly_refused() {
    let source = b"a: 1\nb: {<<: {x: 1}, x: 2}\na: 2\n";
    let stream = Stream::read(source).unwrap();
    let document = &stream.documents()[0];
    let node = document.node().unwrap();
    assert_eq!(node.get("a").and_then(Node::as_i64), Some(2));
    let found: Vec<_> = node
        .duplicates()
        .into_iter()
        .map(|d| (d.key, d.first.start, d.second.start, d.merged))
        .collect();
    assert_eq!(
        found,
        [
            ("x".to_owned(), 14, 21, true),
            ("a".to_owned(), 0, 27, false)
        ]
    );
    let error = document.strict(source).unwrap_err();
    assert_eq!(
        error.to_string(),
        "2:17: the key \"x\" is set twice; the first time at 2:10"
    );
    assert!(matches!(error.problem, Problem::DuplicateKey { .. }));
    let json = Stream::read(b"{\"a\": 1, \"a\": 2}").unwrap();
    assert_eq!(json.documents()[0].node().unwrap().duplicates().len(), 1);
}

#[test]
fn other_encodings_are_told_by_name() {
    assert_eq!(
        Stream::read(b"\xFF\xFEa\0:\0").unwrap_err(),
        ReadError::Utf16
    );
    assert_eq!(Stream::read(b"a\0:\0 \0b\0").unwrap_err(), ReadError::Utf16);
    let error = Stream::read(b"a: b\nc: \xE9\n").unwrap_err();
    assert!(
        error.to_string().starts_with("2:4: the input is not UTF-8"),
        "{error}"
    );
    assert_eq!(
        Stream::read("\u{FEFF}a: 1\n".as_bytes())
            .unwrap()
            .documents()
            .len(),
        1
    );
}

#[test]
fn what_begins_with_a_brace_is_json_unless_it_reads_as_yaml_only() {
    let formats = |source: &str| -> Vec<Format> {
        Stream::read(source.as_bytes())
            .unwrap()
            .documents()
            .iter()
            .map(|d| d.format())
            .collect()
    };
    assert_eq!(
        formats("{\"a\": \"\\/\"}\n{}"),
        [Format::Json, Format::Json]
    );
    assert_eq!(formats("{a: 1}\n"), [Format::Yaml]);
    assert_eq!(formats("{\"a\": 1,}\n"), [Format::Yaml]);
    assert_eq!(
        formats("{\"a\": 1}\n---\nb: 2\n"),
        [Format::Json, Format::Yaml]
    );
    assert_eq!(formats("# {\n{\"a\": 1}\n"), [Format::Yaml]);
}

#[test]
fn no_error_and_no_debug_output_quotes_a_value() {
    for source in [
        "password: hunter2\n  hunter2: hunter2\n",
        "password: \"hunter2\n",
        "password: !!int hunter2\n",
        "password: [hunter2\n---\na: @hunter2\n",
        "{\"password\": \"hunter2\" \"hunter2\"}",
        "password: hunter2\n...\nhunter2\n",
        "password: hunter2\n",
        "- hunter2\n- *hunter2\n",
        "- &hunter2 [*hunter2]\n",
    ] {
        let stream = Stream::read(source.as_bytes()).unwrap();
        let errors: String = stream.broken().map(ToString::to_string).collect();
        let shown = format!("{stream:?} {errors}");
        assert!(!shown.contains("hunter2"), "{source}: {shown}");
    }
    assert_eq!(
        Refusal::TooDeep.to_string(),
        "nested more than 500 levels deep"
    );
}
