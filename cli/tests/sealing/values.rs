//! What is sealed opens, and nothing else is changed or shown.

use std::fs;

use lacre_crypto::{Identity, Scope, decode_text};

use crate::support::*;

#[test]
fn what_is_sealed_opens_under_every_scope() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("bytes"), [0, 0xff, b'\n', 0x80]).unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    for scope in Scope::ALL {
        let args = [
            "--scope",
            scope.as_str(),
            "--name",
            "db",
            "-n",
            "prod",
            "--from-file",
            "bytes",
            "--from-file",
            "empty",
        ];
        let output = run(&mut seal(folder.path(), &args));
        assert!(output.status.success(), "{}", stderr(&output));
        let [object] = &sealed_secrets(&output.stdout)[..] else {
            panic!("one object is sealed");
        };
        let keyring = keyring("prod.key");
        assert_eq!(
            open(object, "bytes", &keyring).unwrap(),
            [0, 0xff, b'\n', 0x80]
        );
        assert_eq!(open(object, "empty", &keyring).unwrap(), b"");
    }
}

#[test]
fn a_raw_value_opens_and_nothing_of_it_is_trimmed() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_with(
        &mut seal(folder.path(), &["--raw", "--name", "db", "-n", "prod"]),
        b" a value \n\n",
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.ends_with('\n'), "a capture gets the bare text");
    let label = Identity {
        scope: Scope::Strict,
        namespace: "prod",
        name: "db",
    }
    .label();
    let opened = keyring("prod.key")
        .open(&decode_text(&text).unwrap(), &label)
        .unwrap();
    assert_eq!(opened.plaintext.expose(), b" a value \n\n");
}

#[test]
fn each_certificate_gets_a_copy_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let staging = fixture("staging.pem");
    let output = run_with(
        &mut seal(folder.path(), &["--cert", staging.to_str().unwrap()]),
        manifest("db", CANARY).as_bytes(),
    );
    let objects = sealed_secrets(&output.stdout);
    let (prod, staging) = (keyring("prod.key"), keyring("staging.key"));
    let opened: Vec<[bool; 2]> = objects
        .iter()
        .map(|object| [&prod, &staging].map(|keyring| open(object, "password", keyring).is_some()))
        .collect();
    assert_eq!(opened, [[true, false], [false, true]]);
}

#[test]
fn a_long_stream_is_sealed_in_its_order() {
    let folder = tempfile::tempdir().unwrap();
    let stream: Vec<String> = (0..300)
        .map(|n| manifest(&format!("s{n}"), &n.to_string()))
        .collect();
    let output = run_with(
        &mut seal(folder.path(), &[]),
        stream.join("---\n").as_bytes(),
    );
    assert!(output.status.success(), "{}", stderr(&output));
    let keyring = keyring("prod.key");
    for (n, object) in sealed_secrets(&output.stdout).iter().enumerate() {
        assert_eq!(
            object.metadata.name.as_deref(),
            Some(format!("s{n}").as_str())
        );
        assert_eq!(
            open(object, "password", &keyring).unwrap(),
            n.to_string().as_bytes()
        );
    }
}

#[test]
fn one_bad_file_among_a_thousand_costs_the_others_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("d4/f567.yaml");
    for n in 0..1000 {
        let path = folder.path().join(format!("d{}/f{n}.yaml", n % 7));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, manifest(&format!("s{n}"), CANARY)).unwrap();
    }
    fs::create_dir_all(bad.parent().unwrap()).unwrap();
    fs::write(
        &bad,
        format!("apiVersion: v1\nkind: Secret\nstringData: {{a: \"{CANARY}\n"),
    )
    .unwrap();
    let before = fs::read(&bad).unwrap();
    let output = run(&mut seal(folder.path(), &["-i", "."]));
    assert_eq!(output.status.code(), Some(2));
    let errors: Vec<String> = stderr(&output)
        .lines()
        .filter(|line| line.starts_with("error"))
        .map(str::to_owned)
        .collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].starts_with("error: ./d4/f567.yaml:3:17: "),
        "{errors:?}"
    );
    assert_eq!(fs::read(&bad).unwrap(), before);
    let mut sealed = 0;
    for (path, contents) in tree(folder.path())
        .into_iter()
        .filter(|(path, _)| *path != bad)
    {
        assert!(
            contents.starts_with(b"apiVersion: bitnami.com/v1alpha1\n"),
            "{}",
            path.display()
        );
        sealed += 1;
    }
    assert!(
        sealed >= 999,
        "{sealed} are sealed, and there are no other files"
    );
}

#[test]
fn what_stands_around_a_secret_keeps_every_byte() {
    // The Secret stands between the markers; the rest must come out as it was.
    let block = "apiVersion: v1\nkind: Secret\nmetadata: {name: db, namespace: prod}\nstringData:\n  password: CANARY-7f3a";
    let item = block.replace('\n', "\n    ");
    let flow = "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: prod}, stringData: {password: CANARY-7f3a}}";
    let json = "{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"db\", \"namespace\": \"prod\"}, \"stringData\": {\"password\": \"CANARY-7f3a\"}}";
    let shapes = [
        format!("«{block}»"),
        format!("«{block}»\n"),
        format!("\u{feff}# first\n«{block}»\n\n\n# last\n"),
        format!("---\n«{block}»\n---\n"),
        format!("%YAML 1.1\n---\n«{block}»\n...\n"),
        format!("a:   1 # one\n---\n«{block}  # CANARY-7f3a»\n# two\n---\nb: [ 2 ]\n"),
        format!("«{}»\r\n---\r\na: 1\r\n", block.replace('\n', "\r\n")),
        format!("  «{}»\n---\na: 1", block.replace('\n', "\n  ")),
        format!(
            "«{}|\n    CANARY-7f3a\n    CANARY-7f3a\n»# end\n",
            block.replace("CANARY-7f3a", "")
        ),
        format!("«{flow}» # kept\n---\na: 1\n"),
        format!(
            "kind: List\napiVersion: v1\nitems:\n  - «{item}»\n  # between\n  -   «{}»\n  - kind: X\n",
            item.replace('\n', "\n  ")
        ),
        format!("kind: List\nitems: [ «{flow}», {{kind: X}} ]\n"),
        format!("[]\n---\n- 1\n---\n«{block}»\n"),
        format!("«{json}»\n{{\"kind\":\"X\"}}\n«{json}»"),
        format!("{{\"kind\": \"List\", \"items\": [\n\t«{json}»,\n\t{{ \"kind\":   \"X\" }}]}}\n"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("f.yaml");
    for shape in &shapes {
        fs::write(&file, shape.replace(['«', '»'], "")).unwrap();
        let output = run(&mut seal(folder.path(), &["-i", "f.yaml"]));
        assert!(output.status.success(), "{shape}\n{}", stderr(&output));
        let after = fs::read_to_string(&file).unwrap();
        assert!(!after.contains(CANARY), "{shape}\n{after}");
        let kept: Vec<&str> = shape
            .split('«')
            .map(|piece| piece.rsplit('»').next().unwrap())
            .collect();
        let [first, between @ .., last] = &kept[..] else {
            panic!("{shape} has a Secret");
        };
        let mut rest = after
            .strip_prefix(first)
            .and_then(|rest| rest.strip_suffix(last))
            .unwrap_or_else(|| panic!("{shape}\n{after}"));
        for kept in between {
            rest = rest
                .split_once(kept)
                .unwrap_or_else(|| panic!("{shape}\n{after}"))
                .1;
        }
        let sealed = shape.matches('«').count();
        let objects = sealed_secrets(after.as_bytes());
        let keyring = keyring("prod.key");
        let of_kind = objects
            .iter()
            .filter(|object| object.metadata.name.as_deref() == Some("db"));
        let opened = of_kind.filter_map(|object| open(object, "password", &keyring));
        assert_eq!(
            opened
                .filter(|value| value.starts_with(CANARY.as_bytes()))
                .count(),
            sealed,
            "{after}"
        );
    }
}

#[test]
fn merged_values_open_beside_the_old_ones() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_with(
        &mut seal(folder.path(), &["--scope", "namespace-wide"]),
        manifest("db", "old").as_bytes(),
    );
    let file = folder.path().join("db.yaml");
    let text = String::from_utf8(output.stdout).unwrap();
    fs::write(&file, format!("# ours\n{text}# the end\n")).unwrap();
    fs::write(folder.path().join("login"), CANARY).unwrap();
    let output = run(&mut seal(
        folder.path(),
        &["--merge-into", "db.yaml", "--from-file", "login"],
    ));
    assert!(output.status.success(), "{}", stderr(&output));
    let merged = fs::read_to_string(&file).unwrap();
    assert!(
        merged.starts_with("# ours\n") && merged.ends_with("# the end\n"),
        "{merged}"
    );
    let keyring = keyring("prod.key");
    let object = &sealed_secrets(merged.as_bytes())[0];
    assert_eq!(open(object, "password", &keyring).unwrap(), b"old");
    assert_eq!(open(object, "login", &keyring).unwrap(), CANARY.as_bytes());
}

#[test]
fn no_message_shows_a_value_or_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let key = fs::read_to_string(fixture("prod.key")).unwrap();
    fs::write(folder.path().join("key.pem"), &key).unwrap();
    let inputs = [
        format!("kind: Secret\nstringData: {{a: \"{CANARY}\n"),
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod}}\ndata: {{a: {CANARY}}}\n"
        ),
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod}}\nstringData: [{CANARY}]\n"
        ),
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod}}\nstringData: {{a: !!int {CANARY}}}\n"
        ),
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata: {{name: db, namespace: prod, labels: {{x: {CANARY}}}}}\nstringData: {{a: {CANARY}}}\n"
        ),
        format!("{{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"data\": {{\"a\": \"{CANARY}\""),
        format!("apiVersion: v1\nkind: ConfigMap\ndata: {{a: {CANARY}}}\n"),
        format!("--- {CANARY}\n"),
        manifest("db", &format!("{CANARY}\n")),
    ];
    for input in &inputs {
        let output = run_with(
            &mut seal(
                folder.path(),
                &["-o", "json", "--quiet", "--no-stamp", "--name", "db"],
            ),
            input.as_bytes(),
        );
        assert!(!stderr(&output).contains(CANARY), "{}", stderr(&output));
        let output = run_with(&mut seal(folder.path(), &["--strict"]), input.as_bytes());
        assert!(!stderr(&output).contains(CANARY), "{}", stderr(&output));
    }
    let mut command = seal(folder.path(), &[]);
    command.args(["--cert", "key.pem"]);
    let output = run_with(&mut command, manifest("db", CANARY).as_bytes());
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("private key"), "{said}");
    assert!(key.lines().all(|line| !said.contains(line)), "{said}");
}

#[test]
fn what_is_too_large_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::File::create(folder.path().join("huge.yaml")).unwrap();
    file.set_len((64 << 20) + 1).unwrap();
    let output = run(&mut seal(folder.path(), &["huge.yaml"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).starts_with("error: huge.yaml: larger than 64 MiB"),
        "{}",
        stderr(&output)
    );
    let value = "x".repeat((1 << 20) + 1);
    let output = run_with(
        &mut seal(folder.path(), &[]),
        manifest("db", &value).as_bytes(),
    );
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("1048577 bytes"),
        "{}",
        stderr(&output)
    );
}
