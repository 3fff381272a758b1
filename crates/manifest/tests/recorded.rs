//! The tables in tests/vectors, recorded from kubectl's own libraries: sigs.k8s.io/yaml 1.6.0, goyaml.v2 2.4.2 and
//! k8s.io/apimachinery 0.34.
#![cfg(test)]

#[path = "../examples/differential/compare.rs"]
mod compare;

use compare::Outcome;
use lacre_manifest::{Node, Stream};

/// Compares every line; returns how many were the same, and the reasons of the refused.
fn check(file: &str, compare: impl Fn(&Node) -> Outcome) -> (usize, Vec<String>) {
    let path = format!("{}/../../tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let lines = std::fs::read_to_string(path).unwrap();
    let mut same = 0;
    let mut refused = Vec::new();
    for (number, line) in lines
        .split('\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        let stream = Stream::read(line.as_bytes()).unwrap();
        let case = stream.documents()[0].node().unwrap();
        match compare(case) {
            Outcome::Same => same += 1,
            Outcome::Refused(reason) => refused.push(reason),
            Outcome::Different(difference) => panic!("{file}:{}: {difference}", number + 1),
        }
    }
    (same, refused)
}

fn text<'a>(case: &'a Node, name: &str) -> &'a str {
    case.get(name).and_then(Node::as_str).unwrap()
}

#[test]
fn texts_are_read_as_kubectl_reads_them() {
    for (file, texts, colliding) in [
        ("yaml-read.jsonl", 372, 2),
        ("yaml-read-more.jsonl", 921, 1),
    ] {
        let (same, refused) = check(file, |case| compare::reading(text(case, "yaml"), case));
        assert_eq!(refused.len(), colliding, "{refused:?}");
        assert!(
            refused
                .iter()
                .all(|reason| reason.contains("two keys become the same"))
        );
        assert_eq!(same + refused.len(), texts);
    }
}

#[test]
fn streams_are_split_as_kubectl_splits_them() {
    let (same, refused) = check("yaml-stream.jsonl", |case| {
        compare::stream(text(case, "text"), case)
    });
    assert_eq!((same, refused), (115, vec![]));
}

#[test]
fn values_are_printed_as_kubectl_prints_them() {
    let (same, refused) = check("yaml-write.jsonl", |case| {
        compare::writing(case.get("json").unwrap(), case)
    });
    assert_eq!((same, refused), (397, vec![]));
}
