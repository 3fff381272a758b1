//! Keys: where they are found, who may read them, and how new ones come into the world.

use std::fs;

use crate::support::{fixture, lacre, names, run, run_with};

const SECRET: &str = "cmd/unseal/secrets.in/apps/db.yaml";

/// A real private key of tests, without the mark that keeps warnings away.
fn key_text() -> Vec<u8> {
    fs::read(fixture("certs/prod.key")).unwrap()
}

#[cfg(unix)]
#[test]
fn a_key_that_others_may_read_is_warned_of() {
    use crate::support::set_mode;

    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tls.key");
    fs::write(&path, key_text()).unwrap();
    let name = path.to_str().unwrap();
    for (mode, loose) in [(0o600, false), (0o400, false), (0o640, true), (0o604, true)] {
        set_mode(&path, mode);
        for key in [name, dir.path().to_str().unwrap()] {
            let ran = run(["unseal", &fixture(SECRET), "--key", key]).exits(0);
            let warning =
                format!("{name}: this private key can be read by others (mode {mode:04o})");
            assert_eq!(ran.stderr.contains(&warning), loose, "{}", ran.stderr);
            assert_eq!(ran.stderr.contains("chmod 600"), loose);
        }
    }
    set_mode(&path, 0o644);
    let marked = [b"lacre: demo key\n".as_slice(), &key_text()].concat();
    fs::write(&path, marked).unwrap();
    let ran = run(["unseal", &fixture(SECRET), "--key", name]).exits(0);
    assert_eq!(ran.stderr, "", "what is public on purpose is no news");
}

#[cfg(unix)]
#[test]
fn a_mounted_secret_is_a_folder_of_links_into_a_hidden_one() {
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let (volume, data) = (dir.path(), dir.path().join("..2026_11_23"));
    fs::create_dir(&data).unwrap();
    fs::write(data.join("tls.key"), key_text()).unwrap();
    symlink("..2026_11_23", volume.join("..data")).unwrap();
    symlink("..data/tls.key", volume.join("tls.key")).unwrap();
    symlink("..", volume.join("up")).unwrap();
    let words = ["keys", "list", volume.to_str().unwrap(), "-o", "json"];
    let ran = run(words).exits(0);
    assert_eq!(
        ran.text().matches("\"fingerprint\"").count(),
        1,
        "{}",
        ran.text()
    );
}

#[test]
fn keys_come_from_the_environment_unless_some_are_given() {
    let (good, other) = (
        fixture("cmd/unseal/wrong-values.in/key.pem"),
        fixture("cmd/unseal/wrong-values.in/other.pem"),
    );
    let unseal = |variable: &str, flags: &[&str]| {
        let sealed = fixture(SECRET);
        let words = ["unseal", sealed.as_str()]
            .into_iter()
            .chain(flags.iter().copied());
        let output = lacre(words).env("LACRE_KEYS", variable).output().unwrap();
        output.status.code()
    };
    assert_eq!(unseal(&good, &[]), Some(0));
    assert_eq!(unseal(&format!("{other}:{good}:"), &[]), Some(0));
    assert_eq!(unseal(&other, &[]), Some(2));
    assert_eq!(
        unseal(&good, &["--key", &other]),
        Some(2),
        "flags replace the variable"
    );
    assert_eq!(unseal("", &[]), Some(2));
}

#[test]
fn a_key_pair_is_made_that_opens_what_its_certificate_seals() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let made = run(["keys", "generate", "--bits", "2048", "--out", &at("new/")]).exits(0);
    assert_eq!(made.stdout, b"");
    assert_eq!(names(&dir.path().join("new")), ["tls.crt", "tls.key"]);
    #[cfg(unix)]
    assert_eq!(crate::support::mode(&dir.path().join("new/tls.key")), 0o600);
    let key = fs::read_to_string(at("new/tls.key")).unwrap();
    assert!(
        key.starts_with("-----BEGIN RSA PRIVATE KEY-----\n"),
        "PKCS#1, as the controller's"
    );

    let secret =
        b"apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\nstringData: {c: d}\n";
    let sealed = run_with(["seal", "--cert", &at("new/tls.crt")], secret).exits(0);
    let words = ["unseal", "--key", &at("new"), "--item", "c"];
    assert_eq!(run_with(words, &sealed.stdout).exits(0).stdout, b"d");
}

#[test]
fn keys_are_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let generate = |words: &[&str]| {
        let words = ["keys", "generate", "--bits", "2048"]
            .into_iter()
            .chain(words.iter().copied());
        run(words)
    };
    generate(&["--out", &at("a")]).exits(0);
    assert_eq!(names(dir.path()), ["a.crt", "a.key"]);
    let key = fs::read(at("a.key")).unwrap();
    let again = generate(&["--out", &at("a")]).exits(2);
    assert!(
        again
            .stderr
            .contains("a.key: is there already and is not overwritten"),
        "{}",
        again.stderr
    );
    fs::remove_file(at("a.key")).unwrap();
    generate(&["--out", &at("a")]).exits(2);
    assert_eq!(names(dir.path()), ["a.crt"], "not even one of the two");
    fs::write(at("a.key"), &key).unwrap();
    generate(&["--secret", "--out", &at("a.key")]).exits(2);
    assert_eq!(fs::read(at("a.key")).unwrap(), key);
}

#[test]
fn a_key_secret_is_what_the_controller_makes_for_itself() {
    let flags = ["--secret", "--bits", "2048", "--cn", "", "--ttl", "48h"];
    let made = run(["keys", "generate"].into_iter().chain(flags)).exits(0);
    let text = made.text();
    for line in [
        "  generateName: sealed-secrets-key\n",
        "    sealedsecrets.bitnami.com/sealed-secrets-key: active\n",
        "  namespace: kube-system\n",
        "type: kubernetes.io/tls\n",
    ] {
        assert!(text.contains(line), "{line:?} in {text}");
    }
    let listed = run_with(["keys", "list", "-o", "json", "-"], text.as_bytes()).exits(0);
    let listed = listed.text();
    for part in [
        "\"state\": \"active\"",
        "\"subject\": \"\"",
        "\"bits\": 2048",
        "\"by\": \"certificate\"",
    ] {
        assert!(listed.contains(part), "{part} in {listed}");
    }
    let named = ["--name", "mine", "-n", "sealed"];
    let made = run(["keys", "generate"].into_iter().chain(flags).chain(named)).exits(0);
    assert!(
        made.text().contains("  name: mine\n  namespace: sealed\n"),
        "{}",
        made.text()
    );
}

#[test]
fn wrong_wishes_for_a_key_are_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("a");
    for words in [
        &["--bits", "1024"][..],
        &["--bits", "5000"],
        &["--ttl", "10y"],
        &["--ttl", "99999999h"],
        &["--name", "a"],
    ] {
        let words = ["keys", "generate"]
            .into_iter()
            .chain(words.iter().copied());
        run(words.chain(["--out", out.to_str().unwrap()])).exits(2);
    }
    run(["keys", "generate"]).exits(2);
    assert!(names(dir.path()).is_empty());
}
