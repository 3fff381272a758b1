//! An edit of a manifest: what it names reads as wanted, everything else reads as before, and outside of it every
//! byte stays. Four bytes say which edit, the others are the manifest.
#![no_main]

use lacre_manifest::edit::{Change, Target, apply};
use lacre_manifest::{Node, Span, Stream, Value};
use libfuzzer_sys::fuzz_target;

/// Texts that are hard to write where others stand.
const TEXTS: [&str; 16] = [
    "x",
    "",
    "yes",
    "0777",
    "1e3",
    "~",
    "2001-01-01",
    "a: b",
    "# no comment",
    "- item",
    "{{ .Values.x }}",
    "<<",
    "two\nlines\n",
    " blanks ",
    "tab\tand \"quote\" and 'quote' and \\",
    "señor\u{85}数据\u{1F511}",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((plan, source)) = bytes.split_first_chunk::<4>() else {
        return;
    };
    let [which_object, which_field, kind, which_text] = plan.map(usize::from);
    let Ok(stream) = Stream::read(source) else {
        return;
    };
    let objects: Vec<(Target, &Node, Span)> = stream
        .documents()
        .iter()
        .enumerate()
        .flat_map(|(document, read)| {
            let all = read.objects().into_iter().enumerate();
            all.map(move |(object, found)| (Target { document, object }, found.node, read.span()))
        })
        .collect();
    if objects.is_empty() {
        return;
    }
    let (target, object, document) = objects[which_object % objects.len()];
    let mut paths = Vec::new();
    collect(object, &mut Vec::new(), &mut paths);
    let mut path = if paths.is_empty() {
        vec![]
    } else {
        paths.swap_remove(which_field % paths.len())
    };
    let text = TEXTS[which_text % TEXTS.len()];

    let change = match kind % 6 {
        0 | 1 => Change::Set {
            path: path.clone(),
            value: Node::string(text),
        },
        2 => {
            path.push(if text.is_empty() {
                "new".to_owned()
            } else {
                text.to_owned()
            });
            Change::Set {
                path: path.clone(),
                value: Node::string("value"),
            }
        }
        3 => {
            // A new sibling.
            path.pop();
            path.push("new-key".to_owned());
            Change::Set {
                path: path.clone(),
                value: Node::map([(text, Node::int(1)), ("b", Node::null())]),
            }
        }
        4 => Change::Set {
            path: path.clone(),
            value: Node::seq([Node::string(text), Node::bool(true)]),
        },
        _ => Change::Remove { path: path.clone() },
    };
    let Ok(edited) = apply(source, target, std::slice::from_ref(&change)) else {
        return;
    };
    let edited = edited.expose();
    let after = Stream::read(edited).expect("what was text stays text");
    let changed = after.documents()[target.document].objects()[target.object].node;

    // What is named reads as wanted, the rest as before.
    match &change {
        Change::Set { value, .. } => {
            let found = changed.at(&path).expect("what was set is there");
            assert!(
                value.to_json() == found.to_json(),
                "set {value:?}: {}",
                show(edited)
            );
        }
        Change::Remove { .. } => {
            assert!(changed.at(&path).is_none(), "still there: {}", show(edited))
        }
    }
    assert_eq!(
        without(object, &path),
        without(changed, &path),
        "{}",
        show(edited)
    );
    assert_eq!(stream.documents().len(), after.documents().len());

    // Bytes change within the document, and of a scalar that is replaced only its own.
    let scalar = replaced_scalar(object, &path, &change);
    for place in [Some(document), scalar].into_iter().flatten() {
        let (before, behind) = (&source[..place.start], &source[place.end..]);
        let kept = edited.len() >= before.len() + behind.len()
            && edited.starts_with(before)
            && edited.ends_with(behind);
        assert!(kept, "changed beyond {place:?}: {}", show(edited));
    }

    // Doing it again changes nothing. Lone carriage returns are breaks, too, but nobody's: a line feed added behind
    // one looks like Windows' the second time.
    let lone_return = source
        .windows(2)
        .any(|two| two[0] == b'\r' && two[1] != b'\n')
        || source.ends_with(b"\r");
    if let (Change::Set { .. }, false) = (&change, lone_return) {
        let again = apply(edited, target, &[change]).expect("what was set can be set again");
        assert_eq!(show(again.expose()), show(edited));
    }
});

/// The paths of all fields, down to the fifth level.
fn collect(node: &Node, path: &mut Vec<String>, paths: &mut Vec<Vec<String>>) {
    for entry in node.entries() {
        path.push(entry.key().to_owned());
        paths.push(path.clone());
        if path.len() < 5 {
            collect(entry.value(), path, paths);
        }
        path.pop();
    }
}

/// The value as JSON without the field, and without what is empty then: mappings on the way may be made.
fn without(node: &Node, path: &[String]) -> serde_json::Value {
    let mut json = node.to_json();
    remove(&mut json, path);
    json
}

fn remove(json: &mut serde_json::Value, path: &[String]) {
    let Some((key, rest)) = path.split_first() else {
        return;
    };
    let Some(map) = json.as_object_mut() else {
        return;
    };
    if let Some(value) = map.get_mut(key).filter(|_| !rest.is_empty()) {
        remove(value, rest);
    }
    let emptied = map.get(key).is_some_and(|value| {
        value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty)
    });
    if rest.is_empty() || emptied {
        map.shift_remove(key);
    }
}

/// From the end of its key to the end of a scalar that becomes another one: a tag between them may go.
fn replaced_scalar(object: &Node, path: &[String], change: &Change) -> Option<Span> {
    let (key, parents) = path.split_last()?;
    let entry = object.at(parents)?.as_map()?.entry(key)?;
    let scalars =
        matches!(change, Change::Set { value, .. } if is_scalar(value)) && is_scalar(entry.value());
    let span = entry.value().alias().unwrap_or(entry.value().span());
    let written = !entry.merged() && !span.is_empty();
    (scalars && written).then(|| Span::new(entry.key_span().end, span.end))
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value(), Value::Map(_) | Value::Seq(_) | Value::Null)
}

fn show(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
