//! What `template.data` makes of the values, and what is said when it makes nothing.

use std::collections::BTreeMap;

use lacre_engine::{
    Failure, Failures, Item, Observed, Options, Plan, Reason, TemplateCause, item, plan,
};
use lacre_template::{Ambient, Bound, Limits};
use serde_json::{Value, json};

use crate::support::{Still, decode, keyring, object, sealed, strict};

fn ours(value: &[u8]) -> String {
    sealed(value, &strict("prod", "db"))
}

fn with<T>(value: &Value, limits: &Limits, work: impl FnOnce(&Observed<'_>) -> T) -> T {
    let (sealed, keyring) = (decode(value), keyring(&[0]));
    work(&Observed {
        sealed: &sealed,
        keyring: &keyring,
        limits,
        options: Options::default(),
    })
}

fn planned(value: &Value) -> Plan {
    with(value, &Limits::default(), |observed| {
        plan(observed, 0, &mut Still)
    })
}

/// Item to value, as text where it is text.
fn made(values: &[(&str, String)], templates: Value) -> BTreeMap<String, String> {
    let plan = planned(&object(values, json!({ "data": templates })));
    let data = plan.outcome.unwrap().secret.data.into_iter();
    data.map(|(item, value)| (item, value.expose().escape_ascii().to_string()))
        .collect()
}

fn failures(values: &[(&str, String)], templates: Value) -> Vec<Failure> {
    planned(&object(values, json!({ "data": templates })))
        .outcome
        .unwrap_err()
}

#[test]
fn templates_make_items_under_upstreams_rules_of_precedence() {
    let a = || ("a", ours(b"1"));
    let table = [
        // (encrypted values, template.data, what the Secret has)
        (
            vec![a()],
            json!({"t": "<{{ .a }}>"}),
            vec![("a", "1"), ("t", "<1>")],
        ),
        // Encrypted values win, in the Secret and in the templates.
        (
            vec![a()],
            json!({"a": "shadow", "t": "{{ .a }}"}),
            vec![("a", "1"), ("t", "1")],
        ),
        // Siblings are seen as they are written.
        (
            vec![a()],
            json!({"host": "db{{ .a }}", "url": "{{ .host }}/x"}),
            vec![("a", "1"), ("host", "db1"), ("url", "db{{ .a }}/x")],
        ),
        // Null removes an item but hides it from nobody.
        (
            vec![a()],
            json!({"a": null, "t": "{{ .a }}"}),
            vec![("t", "1")],
        ),
        // A null that was not sealed is not there.
        (
            vec![],
            json!({"gone": null, "t": "{{ .gone }}"}),
            vec![("t", "<no value>")],
        ),
        (
            vec![],
            json!({"t": "{{ .nope }}"}),
            vec![("t", "<no value>")],
        ),
        (
            vec![],
            json!({"t": "", "u": "{{- /* */ -}}"}),
            vec![("t", ""), ("u", "")],
        ),
        (vec![], json!({}), vec![]),
        // Each template stands alone.
        (
            vec![],
            json!({"a": "{{ define \"x\" }}X{{ end }}{{ template \"x\" }}", "b": "{{ block \"x\" . }}Y{{ end }}"}),
            vec![("a", "X"), ("b", "Y")],
        ),
    ];
    for (values, templates, expected) in table {
        let told = templates.to_string();
        let expected: BTreeMap<String, String> = expected
            .into_iter()
            .map(|(item, value)| (item.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(made(&values, templates), expected, "{told}");
    }
}

#[test]
fn values_are_bytes() {
    let made = made(
        &[("store", ours(b"\x00\xff\xfe"))],
        json!({"plain": "{{ .store }}", "coded": "{{ .store | b64enc }}"}),
    );
    assert_eq!(made["plain"], "\\x00\\xff\\xfe");
    assert_eq!(made["coded"], "AP/+");
}

#[test]
fn the_plan_says_which_items_are_made_and_of_what() {
    let value = object(
        &[("a", ours(b"1")), ("b", ours(b"2"))],
        json!({"data": {"b": "{{ .a }}", "t": "{{ .a }}{{ now }}", "u": "{{ range . }}{{ end }}", "a": null}}),
    );
    let desired = planned(&value).outcome.unwrap();
    let rendered: Vec<_> = desired.rendered.keys().map(String::as_str).collect();
    assert_eq!(rendered, ["t", "u"], "b is what was sealed");
    let t = &desired.rendered["t"];
    assert_eq!(Vec::from_iter(t.key_names()), ["a"]);
    assert_eq!(Vec::from_iter(t.nondeterministic()), ["now"]);
    assert!(desired.rendered["u"].whole);
    assert_eq!(
        Vec::from_iter(desired.opened.keys()),
        ["a", "b"],
        "null hides what was opened, and keeps it counted"
    );
}

#[test]
fn every_failing_template_is_told_in_order_with_its_place_and_without_a_value() {
    let failures = failures(
        &[("pass", ours(b"CANARY"))],
        json!({
            "run": "x\n{{ fail .pass }}", "syntax": "\n\n  {{ if }}", "function": "{{ .pass | b64encode }}",
            "env": "{{ env \"HOME\" }}", "big": "{{ repeat 900000000 \"x\" }}", "fine": "{{ .pass }}",
        }),
    );
    let told: Vec<_> = failures
        .iter()
        .map(|failure| match failure {
            Failure::Template {
                item, place, cause, ..
            } => (item.as_str(), place.line, place.column, cause.clone()),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            ("big", 1, 3, TemplateCause::Bound(Bound::Allocation)),
            (
                "env",
                1,
                3,
                TemplateCause::UnknownFunction("env".to_owned())
            ),
            (
                "function",
                1,
                11,
                TemplateCause::UnknownFunction("b64encode".to_owned())
            ),
            ("run", 2, 3, TemplateCause::Run),
            ("syntax", 3, 8, TemplateCause::Syntax),
        ]
    );
    let said = Failures(&failures).to_string();
    assert_eq!(Failures(&failures).reason(), Reason::TemplateError);
    assert!(
        said.contains("template: env:1: function \"env\" not defined (env)\n"),
        "{said}"
    );
    assert!(
        said.contains("executing \"run\" at <fail .pass>: error calling fail"),
        "{said}"
    );
    for failure in &failures {
        let all = format!("{failure} {failure:?} {}", failure.mend());
        assert!(!all.contains("CANARY"), "{all}");
    }
}

#[test]
fn a_shadowed_template_must_render_all_the_same() {
    let failures = failures(&[("a", ours(b"1"))], json!({"a": "{{ fail \"x\" }}"}));
    assert!(matches!(&failures[..], [Failure::Template { item, .. }] if item == "a"));
}

#[test]
fn a_template_is_not_blamed_for_a_value_that_does_not_open() {
    let needs_a = "{{ if not .a }}{{ fail \"no a\" }}{{ end }}";
    let failures = failures(
        &[("a", "%".to_owned()), ("b", ours(b"2"))],
        json!({
            "needs": needs_a, "all": "{{ range $k, $v := . }}{{ fail $k }}{{ end }}",
            "other": "{{ fail .b }}", "broken": "{{ .a ",
        }),
    );
    let items: Vec<_> = failures
        .iter()
        .map(|failure| match failure {
            Failure::Item { item, .. } | Failure::Template { item, .. } => item.as_str(),
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(items, ["a", "broken", "other"]);
}

#[test]
fn the_callers_bounds_hold() {
    let value = object(&[], json!({"data": {"t": "{{ repeat 100 \"x\" }}"}}));
    let limits = Limits {
        output: 99,
        ..Limits::default()
    };
    let plan = with(&value, &limits, |observed| plan(observed, 0, &mut Still));
    let failures = plan.outcome.unwrap_err();
    let [Failure::Template { cause, .. }] = &failures[..] else {
        panic!("{failures:?}");
    };
    assert_eq!(*cause, TemplateCause::Bound(Bound::Output));
}

#[test]
fn the_templates_of_an_object_share_one_budget() {
    let text = "{{ repeat 40 \"x\" }}";
    let value = object(&[], json!({"data": {"a": text, "b": text, "c": text}}));
    let whole = Limits::default();
    let some = Limits {
        output: 100,
        ..whole.clone()
    };
    // What one of them needs, found by trying: two have room in twice as much, three have not.
    let steps = |steps| Limits {
        steps,
        ..whole.clone()
    };
    let one = json!({"data": {"a": text}});
    let enough = (1..).find(|&n| {
        with(&object(&[], one.clone()), &steps(n), |observed| {
            plan(observed, 0, &mut Still).outcome.is_ok()
        })
    });
    for (limits, bound) in [
        (some, Bound::Output),
        (steps(enough.unwrap() * 2), Bound::Steps),
    ] {
        let plan = with(&value, &limits, |observed| plan(observed, 0, &mut Still));
        let failures = plan.outcome.unwrap_err();
        let [Failure::Template { item, cause, .. }] = &failures[..] else {
            panic!("{failures:?}");
        };
        assert_eq!((item.as_str(), cause), ("c", &TemplateCause::Bound(bound)));
    }
    with(&value, &whole, |observed| {
        assert!(plan(observed, 0, &mut Still).outcome.is_ok());
    });
}

/// Another die for each throw.
struct Counter(u8);

impl Ambient for Counter {
    fn now(&mut self) -> (i64, u32) {
        (86_400, 0)
    }

    fn random(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(1);
            *byte = self.0;
        }
    }
}

#[test]
fn time_and_chance_are_the_callers() {
    let value = object(
        &[],
        json!({"data": {"id": "{{ uuidv4 }}", "day": "{{ now | date \"2006-01-02\" }}"}}),
    );
    let made = |seed| {
        let plan = with(&value, &Limits::default(), |observed| {
            plan(observed, 1_767_322_800, &mut Counter(seed))
        });
        let data = plan.outcome.unwrap().secret.data;
        ["id", "day"].map(|item| String::from_utf8(data[item].expose().to_vec()).unwrap())
    };
    assert_eq!(made(1), made(1));
    assert_ne!(made(1)[0], made(2)[0]);
    assert_eq!(made(1)[1], "1970-01-02");
}

#[test]
fn one_item_needs_no_more_than_it_is_made_of() {
    let value = object(
        &[
            ("good", ours(b"1")),
            ("other", ours(b"2")),
            ("bad", "%".to_owned()),
            ("gone", "%".to_owned()),
        ],
        json!({"data": {
            "t": "{{ .good }}-{{ .plain }}", "plain": "p", "broken": "{{", "fails": "{{ fail .good }}",
            "needs": "{{ .bad }}", "all": "{{ range . }}{{ end }}", "gone": null, "bad": "shadow",
        }}),
    );
    let found = |name: &str| {
        with(&value, &Limits::default(), |observed| {
            item(observed, name, &mut Still)
        })
    };
    for (name, expected) in [("good", "1"), ("t", "1-p"), ("plain", "p")] {
        match found(name) {
            Ok(Item::Value(value)) => assert_eq!(value.expose(), expected.as_bytes(), "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    assert!(matches!(found("gone"), Ok(Item::Removed)));
    assert!(matches!(found("nope"), Ok(Item::Absent)));
    for (name, blamed) in [
        ("bad", "bad"),
        ("needs", "bad"),
        ("all", "bad"),
        ("broken", "broken"),
        ("fails", "fails"),
    ] {
        let failures = found(name).unwrap_err();
        let item = match &failures[0] {
            Failure::Item { item, .. } | Failure::Template { item, .. } => item,
            other => panic!("{other}"),
        };
        assert_eq!(item, blamed, "{name}");
    }
}
