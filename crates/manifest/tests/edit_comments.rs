//! Edits and the comments around them: what is about a key stays, what is about a value goes with it.
#![cfg(test)]

use lacre_manifest::Node;
use lacre_manifest::edit::{Change, EditError, Target, apply};

const FIRST: Target = Target {
    document: 0,
    object: 0,
};

fn set(path: &[&str], value: Node) -> Change {
    Change::Set {
        path: path.iter().map(|&key| key.to_owned()).collect(),
        value,
    }
}

fn edited(source: &str, change: Change) -> Result<String, EditError> {
    let text = apply(source.as_bytes(), FIRST, &[change])?;
    Ok(String::from_utf8(text.expose().to_vec()).unwrap())
}

#[track_caller]
fn becomes(source: &str, change: Change, expected: &str) {
    let found = edited(source, change).unwrap_or_else(|error| panic!("{error}\n{source}"));
    assert_eq!(found, expected, "\n--- source\n{source}");
}

/// A source, and what comes of it when its `a` becomes NEW, and when it becomes the list of NEW.
type Case = (&'static str, &'static str, &'static str);

/// Sets `a` to a text, to other scalars and to collections that stand on one line, and to a list; each twice, since
/// what was the key's must be the key's still.
#[track_caller]
fn hold(cases: &[Case]) {
    for &(source, one_line, list) in cases {
        for (value, written) in [
            (Node::string("NEW"), "NEW"),
            (Node::int(5), "5"),
            (Node::null(), "null"),
            (Node::map::<String>([]), "{}"),
            (Node::seq([]), "[]"),
        ] {
            let expected = one_line.replace("NEW", written);
            becomes(source, set(&["a"], value.duplicate()), &expected);
            becomes(&expected, set(&["a"], value), &expected);
        }
        let new = || Node::seq([Node::string("NEW")]);
        becomes(source, set(&["a"], new()), list);
        becomes(list, set(&["a"], new()), list);
    }
}

#[test]
fn behind_a_key_it_stays_whatever_comes_below() {
    hold(&[
        (
            "a: # why\n  - 1\n  - 2\nb: 1\n",
            "a: NEW # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a: # why\n- 1\nb: 1\n",
            "a: NEW # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a :\t # why\n  x: 1\n",
            "a : NEW # why\n",
            "a : # why\n  - NEW\n",
        ),
        ("a: # why\n  - 1", "a: NEW # why", "a: # why\n  - NEW"),
        (
            "a: # why\n  - |\n    x # none\nb: 1\n",
            "a: NEW # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a: # why\r\n  - 1\r\nb: 1\r\n",
            "a: NEW # why\r\nb: 1\r\n",
            "a: # why\r\n  - NEW\r\nb: 1\r\n",
        ),
        (
            "a: # why\n# of b\nb: 1\n",
            "a: NEW # why\n# of b\nb: 1\n",
            "a: # why\n  - NEW\n# of b\nb: 1\n",
        ),
    ]);
}

#[test]
fn behind_an_anchor_or_a_tag_it_is_the_keys() {
    hold(&[
        (
            "a: &x # why\n  - 1\n",
            "a: NEW # why\n",
            "a: # why\n  - NEW\n",
        ),
        (
            "a: !!map &x # why\n  x: 1\n",
            "a: NEW # why\n",
            "a: # why\n  - NEW\n",
        ),
        (
            "a: # why\n  &x # of x\n  x: 1\n",
            "a: NEW # why\n",
            "a: # why\n  - NEW\n",
        ),
        (
            "a: &x # why\nb: 1\n",
            "a: NEW # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a: !!str # why\n  old # of old\n",
            "a: # why\n  NEW # of old\n",
            "a: # why # of old\n  - NEW\n",
        ),
        (
            "a: &x\n  # of old\n  !!str old\n",
            "a: # of old\n  NEW\n",
            "a:\n  - NEW\n",
        ),
        (
            "{a: !!str # why\n  old}\n",
            "{a: # why\n  NEW}\n",
            "{a: # why\n  [\"NEW\"]}\n",
        ),
    ]);
}

#[test]
fn at_an_item_it_goes_with_the_item() {
    hold(&[
        (
            "a: # why\n  # of 1\n  - 1\n  # of 2\n  - 2 # two\n# of b\nb: 1\n",
            "a: NEW # why\n# of b\nb: 1\n",
            "a: # why\n  - NEW\n# of b\nb: 1\n",
        ),
        (
            "a:\n  x:\n    y: 1 # of y\nb: 1\n",
            "a: NEW\nb: 1\n",
            "a:\n  - NEW\nb: 1\n",
        ),
        (
            "a:\n  - # of x\n    x: 1\n  - # of none\n",
            "a: NEW\n",
            "a:\n  - NEW\n",
        ),
        (
            "a: # why\r\n  - 1 # one\r\nb: 1\r\n",
            "a: NEW # why\r\nb: 1\r\n",
            "a: # why\r\n  - NEW\r\nb: 1\r\n",
        ),
    ]);
}

#[test]
fn around_a_value_in_one_piece_it_stays() {
    hold(&[
        (
            "a: [1,\n  2]   # why\n",
            "a: NEW   # why\n",
            "a: # why\n  - NEW\n",
        ),
        (
            "a: # why\n  [1] # of 1\n",
            "a: # why\n  NEW # of 1\n",
            "a: # why # of 1\n  - NEW\n",
        ),
        (
            "a: # why\n  # of old\n  old\n",
            "a: # why\n  # of old\n  NEW\n",
            "a: # why\n  - NEW\n",
        ),
        (
            "x: &x {k: 1}\na: *x # why\n",
            "x: &x {k: 1}\na: NEW # why\n",
            "x: &x {k: 1}\na: # why\n  - NEW\n",
        ),
        (
            "x: &x\n  k: 1\na: # why\n  *x # of x\n",
            "x: &x\n  k: 1\na: # why\n  NEW # of x\n",
            "x: &x\n  k: 1\na: # why # of x\n  - NEW\n",
        ),
    ]);
}

#[test]
fn behind_the_indicator_of_a_block_scalar_it_stays() {
    for (source, text, number, list) in [
        (
            "a: | # why\n  old # none\nb: 1\n",
            "a: |- # why\n  NEW\nb: 1\n",
            "a: 5 # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a: !!str >2+ # why\n    old\n\nb: 1\n",
            "a: NEW # why\nb: 1\n",
            "a: 5 # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a: # why\n  | # of old\n  old\n",
            "a: # why\n  |- # of old\n  NEW\n",
            "a: 5 # why # of old\n",
            "a: # why # of old\n  - NEW\n",
        ),
        (
            "a: | # why\nb: 1\n",
            "a: NEW # why\nb: 1\n",
            "a: 5 # why\nb: 1\n",
            "a: # why\n  - NEW\nb: 1\n",
        ),
        (
            "a: | # why\r\n  old\r\nb: 1\r\n",
            "a: |- # why\r\n  NEW\r\nb: 1\r\n",
            "a: 5 # why\r\nb: 1\r\n",
            "a: # why\r\n  - NEW\r\nb: 1\r\n",
        ),
    ] {
        becomes(source, set(&["a"], Node::string("NEW")), text);
        becomes(source, set(&["a"], Node::int(5)), number);
        becomes(source, set(&["a"], Node::seq([Node::string("NEW")])), list);
    }
}

#[test]
fn in_the_items_of_a_list_it_is_the_same() {
    for (source, text, list) in [
        (
            "- # first\n  a: # why\n  - 1 # one\n- b\n",
            "- # first\n  a: NEW # why\n- b\n",
            "- # first\n  a: # why\n    - NEW\n- b\n",
        ),
        (
            "- a: # why\n    x: 1\n  b: 1\n",
            "- a: NEW # why\n  b: 1\n",
            "- a: # why\n    - NEW\n  b: 1\n",
        ),
    ] {
        let whole = |items: &str| format!("kind: List\nitems: # all\n{items}");
        let source = whole(source);
        becomes(&source, set(&["a"], Node::string("NEW")), &whole(text));
        let new = Node::seq([Node::string("NEW")]);
        becomes(&source, set(&["a"], new), &whole(list));
    }
}

#[test]
fn with_the_last_field_goes_its_own_but_not_the_mappings() {
    for (source, expected) in [
        ("s: # why\n  k: 2 # of k\n", "s: {} # why\n"),
        (
            "s: # why\n  # of k\n  k:\n  - 1 # one\nt: 1\n",
            "s: {} # why\nt: 1\n",
        ),
        ("s: &x # why\n  k: 2\n", "s: {} # why\n"),
    ] {
        let path = vec!["s".to_owned(), "k".to_owned()];
        becomes(source, Change::Remove { path }, expected);
    }
}

#[test]
fn between_empty_brackets_it_is_not_dropped() {
    for source in [
        "s: { # why\n}\n",
        "s: {\r\n  # why\r\n}\r\n",
        "{s: { # why\n}}\n",
    ] {
        let error = edited(source, set(&["s", "k"], Node::string("NEW"))).unwrap_err();
        let expected = "a comment stands between its brackets";
        assert!(error.to_string().contains(expected), "{source}: {error}");
    }
}
