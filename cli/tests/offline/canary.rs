//! A value and a key that must appear nowhere: they go through every command, in success and in failure, with every
//! knob that makes programs talkative, and are looked for in all that is printed and left behind.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Ran, fixture, lacre, run, run_with};

/// A value like no other text.
const VALUE: &str = "Canary/7f3a.quick+brown=fox";

/// Everything that must not be seen: the value in clear and in base64, and every line of the private key.
struct Forbidden(Vec<String>);

impl Forbidden {
    fn new(key: &str) -> Self {
        let encoded = STANDARD.encode(VALUE);
        let body = key
            .lines()
            .filter(|line| line.len() == 64 && !line.contains('-'));
        let lines: Vec<String> = body.map(str::to_owned).collect();
        assert!(lines.len() > 20, "the key has a body");
        // The key once more in base64, as a Secret holds it: parts that are whole wherever a line begins.
        let in_secret = STANDARD.encode(key);
        let parts = in_secret
            .as_bytes()
            .chunks(64)
            .map(|part| String::from_utf8(part.to_vec()).unwrap());
        let parts = parts.filter(|part| part.len() == 64).collect::<Vec<_>>();
        let short = VALUE
            .split(['/', '.', '+', '='])
            .filter(|part| part.len() > 3)
            .map(str::to_owned);
        Self(
            [
                vec![VALUE.to_owned(), encoded],
                short.collect(),
                lines,
                parts,
            ]
            .concat(),
        )
    }

    #[track_caller]
    fn absent_from(&self, text: &[u8], what: &str) {
        let text = String::from_utf8_lossy(text);
        for word in &self.0 {
            assert!(!text.contains(word.as_str()), "{word:?} in {what}:\n{text}");
        }
    }

    fn absent_below(&self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.absent_below(&path);
            } else {
                self.absent_from(&fs::read(&path).unwrap(), &path.display().to_string());
            }
        }
    }
}

/// Runs with everything on that makes programs talk, in an empty folder that must stay free of secrets.
fn talkative(words: &[&str], input: &[u8], forbidden: &Forbidden, stdout_too: bool) -> Ran {
    let scratch = tempfile::tempdir().unwrap();
    let mut command = lacre(["--color", "always"].iter().chain(words).copied());
    command
        .current_dir(scratch.path())
        .env("TMPDIR", scratch.path())
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || std::io::Write::write_all(&mut stdin, &input));
    let ran = Ran::from(child.wait_with_output().unwrap());
    let _ = writer.join().unwrap();
    let what = format!("lacre {words:?}");
    forbidden.absent_from(ran.stderr.as_bytes(), &format!("stderr of {what}"));
    if stdout_too {
        forbidden.absent_from(&ran.stdout, &format!("stdout of {what}"));
    }
    forbidden.absent_below(scratch.path());
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    ran
}

/// The plaintext Secret in every state in which people have it.
fn plain_secrets() -> Vec<String> {
    let encoded = STANDARD.encode(VALUE);
    let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: b\n";
    vec![
        format!("{head}stringData:\n  c: {VALUE}\n"),
        format!("{head}data:\n  c: {encoded}\n"),
        format!("{head}data:\n  c: {VALUE}\n"),
        format!("{head}data:\n  c: {encoded}!\n"),
        format!("{head}data:\n  c: [{VALUE}]\n"),
        format!("{head}stringData:\n  c: {{{VALUE}: x}}\n"),
        format!("{head}stringData:\n  c: \"{VALUE}\n"),
        format!("{head}stringData:\n  c: {VALUE}\n  {VALUE}\n"),
        format!("{head}stringData:\n  c: *{VALUE}\n"),
        format!("{head}stringData:\n  {VALUE}: c\n   x: [\n"),
        format!("{head}stringData:\n\tc: {VALUE}\n"),
        format!("{head}stringData: {VALUE}\n"),
        format!("{head}type: [{VALUE}]\nstringData:\n  c: d\n"),
        format!(
            "{head}  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{VALUE}'\nstringData:\n  c: d\n"
        ),
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  c: {VALUE}\n"),
        format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{{\"name\":\"a\"}},\"stringData\":{{\"c\":\"{VALUE}\"}}"
        ),
        format!("{{\"kind\":\"Secret\",\"stringData\":{{\"c\":\"{VALUE}\\x\"}}}}"),
        VALUE.to_owned(),
    ]
}

/// The sealed one, and what becomes of it in careless hands: the value itself in its place, in many forms.
fn sealed_secrets(sealed: &str) -> Vec<String> {
    let (before, rest) = sealed.split_once("    c: ").unwrap();
    let (ciphertext, after) = rest.split_once('\n').unwrap();
    let with = |line: &str| format!("{before}{line}\n{after}");
    vec![
        sealed.to_owned(),
        with(&format!("    c: {}", half(ciphertext))),
        with(&format!("    c: {VALUE}")),
        with(&format!("    c: {}", STANDARD.encode(VALUE))),
        with(&format!("    c: [{VALUE}]")),
        with(&format!("    c: \"{VALUE}")),
        with(&format!("    c: {ciphertext}\n    d: {{{VALUE}: 1}}")),
        with(&format!(
            "    c: {ciphertext}\n  template:\n    data:\n      d: \"{{{{ .c }}}} {VALUE}\""
        ))
        .replace(
            "\n  template:\n    metadata:\n      name: a\n      namespace: b",
            "",
        ),
        sealed.replace("name: a", "name: x"),
        sealed.replace("namespace: b", "namespace: x"),
        format!("{sealed}---\n{VALUE}: [\n"),
    ]
}

fn half(text: &str) -> &str {
    text.get(..text.len() / 2).unwrap()
}

struct Scene {
    dir: tempfile::TempDir,
    key: String,
    forbidden: Forbidden,
    sealed: String,
}

impl Scene {
    fn new() -> Self {
        let key = fs::read_to_string(fixture("certs/prod.key")).unwrap();
        let secret = format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\n  namespace: b\nstringData:\n  c: {VALUE}\n"
        );
        let words = ["seal", "--no-stamp", "--cert", &fixture("certs/prod.pem")];
        let sealed = run_with(words, secret.as_bytes())
            .exits(0)
            .text()
            .to_owned();
        Self {
            dir: tempfile::tempdir().unwrap(),
            forbidden: Forbidden::new(&key),
            key,
            sealed,
        }
    }

    fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

#[test]
fn sealing_tells_nothing_of_what_it_seals() {
    let scene = Scene::new();
    let cert = fixture("certs/prod.pem");
    for (n, secret) in plain_secrets().iter().enumerate() {
        let file = scene.file(&format!("{n}.yaml"), secret);
        for words in [
            vec!["seal", "--cert", &cert],
            vec!["seal", "--cert", &cert, &file],
            vec!["seal", "--cert", &cert, "--report", "json", &file],
            vec!["seal", "--cert", &cert, "--raw", "--name", "a", "-n", "b"],
            vec![
                "seal",
                "--cert",
                &cert,
                "--name",
                "a",
                "-n",
                "b",
                "--from-file",
                "c=-",
            ],
            vec!["seal", "--cert", &file, "-"],
            vec!["kubeseal", "--cert", &cert],
            vec![
                "kubeseal", "--cert", &cert, "-o", "yaml", "-v", "10", "-f", &file,
            ],
            vec!["kubeseal", "--cert", &file],
        ] {
            talkative(&words, secret.as_bytes(), &scene.forbidden, true);
        }
    }
}

#[test]
fn opening_tells_values_nowhere_but_where_they_were_asked_for() {
    let scene = Scene::new();
    let good = scene.file("good.key", &scene.key);
    let other = fixture("certs/staging.key");
    let cert = fixture("certs/prod.pem");
    let sealed = sealed_secrets(&scene.sealed)
        .into_iter()
        .map(|text| (text, true));
    let plain = plain_secrets().into_iter().map(|text| (text, false));
    for (n, (sealed, may_open)) in sealed.chain(plain).enumerate() {
        let file = scene.file(&format!("{n}.yaml"), &sealed);
        let one = |words: &[&str], hidden: bool| {
            talkative(words, sealed.as_bytes(), &scene.forbidden, hidden);
        };
        let keys = if may_open {
            vec![&good, &other, &file]
        } else {
            vec![&good]
        };
        for key in keys {
            one(&["unseal", &file, "--key", key], false);
            one(&["unseal", "--key", key, "-o", "json"], false);
            one(&["unseal", &file, "--key", key, "--item", "c"], false);
            one(&["unseal", &file, "--key", key, "-w", "/dev/full"], true);
            one(
                &["unseal", &file, "--key", key, "-w", "/nonexistent/out"],
                true,
            );
            for format in ["yaml", "json", "table"] {
                one(&["render", &file, "--key", key, "-o", format], true);
            }
            for format in ["text", "json", "yaml"] {
                one(&["explain", &file, "--key", key, "-o", format], true);
            }
            one(&["render", &file, "--key", key, "--show-values"], false);
            one(
                &[
                    "kubeseal",
                    "--recovery-unseal",
                    "--recovery-private-key",
                    key,
                    "-f",
                    &file,
                ],
                false,
            );
        }
        one(&["explain", &file], true);
        one(&["explain", "--cert", &cert, "--try-name", "x"], true);
    }
}

/// Templates that would tell the value `.c` in Go's own words, or use it where another thing is wanted.
const TALKATIVE_TEMPLATES: &[&str] = &[
    "{{ .c }}",
    "{{ fail .c }}",
    "{{ index .c 99 }}",
    "{{ index . .c 1 }}",
    "{{ .c.x }}",
    "{{ call .c }}",
    "{{ lt .c 1 }}",
    "{{ template .c }}",
    "{{ range .c }}{{ end }}",
    "{{ trunc .c .c }}",
    "{{ printf \"%d\" .c | fail }}",
    "{{ repeat 90000000 .c }}",
    "{{ mustFromJson .c }}",
    "{{ mustRegexFind (print \"(\" .c) .c }}",
    "{{ regexFind (print \"(\" .c) .c }}",
    "{{ urlParse (print \"%zz\" .c) }}",
    "{{ mustToDate .c .c }}",
    "{{ semver .c }}",
    "{{ semverCompare .c .c }}",
    "{{ b64dec .c }}",
    "{{ genPrivateKey .c }}",
    "{{ buildCustomCert .c .c }}",
    "{{ decryptAES .c .c }}",
    "{{ toYaml .c }}{{ fromYaml .c | fail }}",
    "{{ pkcs12key .c }}",
    "{{ jwkPublicKeyPem .c }}",
    "{{ filterPEM .c .c }}",
    "{{ rsaDecrypt .c .c .c .c }}",
    "{{ certSANs .c }}",
];

#[test]
fn templates_tell_values_only_in_what_they_make() {
    let scene = Scene::new();
    let key = scene.file("good.key", &scene.key);
    let data = scene.file("data.yaml", &format!("c: {VALUE}\n"));
    for (n, template) in TALKATIVE_TEMPLATES.iter().enumerate() {
        let sealed = scene.sealed.replace(
            "  template:\n",
            &format!("  template:\n    data:\n      t: '{template}'\n"),
        );
        let sealed = scene.file(&format!("{n}.yaml"), &sealed);
        let external = format!(
            "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: a}}\nspec:\n  target:\n    \
             template:\n      data: {{t: '{template}'}}\n      templateFrom: [{{literal: '{template}'}}]\n"
        );
        let external = scene.file(&format!("{n}.external.yaml"), &external);
        let text = scene.file(&format!("{n}.tmpl"), template);
        for format in ["yaml", "json", "table"] {
            let words = ["render", &sealed, "--key", &key, "-o", format];
            talkative(&words, b"", &scene.forbidden, true);
        }
        talkative(
            &["explain", &sealed, "--key", &key],
            b"",
            &scene.forbidden,
            true,
        );
        for words in [
            vec!["unseal", &sealed, "--key", &key],
            vec!["unseal", &sealed, "--key", &key, "--item", "t"],
            vec!["template", &text, "--data", &data],
            vec![
                "template",
                &text,
                "--data",
                &data,
                "--dialect",
                "external-secrets",
            ],
            vec!["template", &sealed, "--data", &data],
            vec!["template", &external, "--data", &data],
        ] {
            talkative(&words, b"", &scene.forbidden, false);
        }
    }
    // Values in every careless state.
    let text = scene.file("c.tmpl", "{{ .c }}");
    let careless = plain_secrets().into_iter().chain([
        format!("c={VALUE}\n{VALUE}\n"),
        format!("c: [{VALUE}]\n"),
        format!("- {VALUE}\n"),
        format!("c: {VALUE}\n---\n{VALUE}: x\n"),
        format!("c: \"{VALUE}\n"),
        format!("c: {{{VALUE}\n"),
    ]);
    for (n, values) in careless.enumerate() {
        let file = scene.file(&format!("{n}.values"), &values);
        for words in [["--data", file.as_str()], ["--data", "-"]] {
            let words = [&["template", text.as_str()][..], &words].concat();
            talkative(&words, values.as_bytes(), &scene.forbidden, false);
        }
    }
}

#[test]
fn private_keys_are_never_told() {
    let scene = Scene::new();
    let encoded = STANDARD.encode(&scene.key);
    let secret = |data: &str| {
        format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: k\ndata:\n  tls.key: {data}\n")
    };
    let states = [
        scene.key.clone(),
        half(&scene.key).to_owned(),
        scene.key.replace("RSA PRIVATE KEY", "PRIVATE KEY"),
        scene.key.replace("RSA PRIVATE KEY", "EC PRIVATE KEY"),
        scene.key.replace("RSA PRIVATE KEY", "CERTIFICATE"),
        scene.key.replace("-----", "----"),
        secret(&encoded),
        secret(&format!("{encoded}!")),
        secret(&format!("[{encoded}]")),
        secret(&format!("\"{encoded}")),
        secret(half(&encoded)),
        format!(
            "stringData:\n  tls.key: |\n    {}\n",
            scene.key.replace('\n', "\n    ")
        ),
        format!("stringData:\n  tls.key: |\n{}", scene.key),
        format!("[{}", scene.key),
    ];
    let (cert, sealed) = (
        fixture("certs/prod.pem"),
        scene.file("sealed.yaml", &scene.sealed),
    );
    for (n, state) in states.iter().enumerate() {
        let file = scene.file(&format!("{n}.pem"), state);
        scene.file(&format!("{n}.yaml"), state);
        let folder = scene.dir.path().to_str().unwrap();
        for (words, hidden) in [
            (vec!["keys", "list", &file], true),
            (vec!["keys", "list", folder, "-o", "json"], true),
            (vec!["keys", "list", "-"], true),
            (vec!["keys", "fingerprint", &file, "-o", "yaml"], true),
            (
                vec!["keys", "generate", "--bits", "2048", "--out", &file],
                true,
            ),
            (vec!["cert", "show", &file], true),
            (vec!["cert", "show", "-", "-o", "json"], true),
            (vec!["cert", "fetch", "--cert", &file], true),
            (
                vec!["cert", "fetch", "--cert", &file, "-w", "out.pem"],
                true,
            ),
            (vec!["seal", "--cert", &file], true),
            (vec!["kubeseal", "--cert", &file], true),
            (vec!["unseal", &sealed, "--key", &file], false),
            (vec!["unseal", &sealed, "--key", "-"], false),
            (vec!["unseal", &file, "--key", &file], false),
            (vec!["render", &file, "--key", &file], true),
            (
                vec!["explain", &file, "--key", &file, "--cert", &cert],
                true,
            ),
            (vec!["explain", &sealed, "--cert", &file], true),
        ] {
            talkative(&words, state.as_bytes(), &scene.forbidden, hidden);
        }
    }
}

#[test]
fn the_canary_sings_where_it_may() {
    let scene = Scene::new();
    let (key, sealed) = (
        scene.file("key.pem", &scene.key),
        scene.file("sealed.yaml", &scene.sealed),
    );
    let ran = run(["unseal", &sealed, "--key", &key, "--item", "c"]).exits(0);
    assert_eq!(ran.text(), VALUE);
    let ran = run(["render", &sealed, "--key", &key, "--show-values"]).exits(0);
    assert!(ran.text().contains(&STANDARD.encode(VALUE)));
    let seen =
        std::panic::catch_unwind(|| scene.forbidden.absent_from(&ran.stdout, "what it is in"));
    assert!(seen.is_err(), "the search finds what is there");
}
