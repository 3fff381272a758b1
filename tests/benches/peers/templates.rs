//! Templates rendered per second, beside Go with the libraries of SealedSecrets.

use crate::rounds::Line;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Data, Dialect, Limits, Options, Template};
use lacre_tests::Fault;
use lacre_tests::templates::Peer;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What each is like, and its text; all see the same data.
const TEMPLATES: &[(&str, &str)] = &[
    ("one value", "{{ .password }}"),
    (
        "connection string",
        "postgres://{{ .user | urlquery }}:{{ .password | urlquery }}@{{ .host }}:{{ .port | default \"5432\" }}/{{ .db }}",
    ),
    (
        "docker config",
        "{\"auths\":{{ dict .host (dict \"username\" .user \"password\" .password \"auth\" (printf \"%s:%s\" .user .password | b64enc)) | toJson }}}",
    ),
    (
        "properties",
        "{{ range $k, $v := . }}{{ $k | upper | replace \"-\" \"_\" }}={{ $v | quote }}\n{{ end }}",
    ),
    (
        "loop",
        "{{ range until 100 }}{{ if eq (mod . 3) 0 }}{{ add . 1 }},{{ else }}-{{ end }}{{ end }}",
    ),
];

/// Nothing is left to chance.
struct Nothing;

impl Ambient for Nothing {
    fn now(&mut self) -> (i64, u32) {
        (0, 0)
    }
    fn random(&mut self, _: &mut [u8]) {}
}

/// The data of all of them.
const DATA: &[(&str, &str)] = &[
    ("user", "app"),
    ("password", "p@ss w0rd/with&signs"),
    ("host", "db.example.com"),
    ("port", ""),
    ("db", "orders"),
];

/// One line for each template, on one core each.
pub(crate) fn lines() -> Result<Vec<Line>, Fault> {
    let program = Peer::program(false)?;
    let folder = tempfile::tempdir()?;
    TEMPLATES
        .iter()
        .map(|(what, text)| {
            let go = go(&program, &folder.path().join("request.json"), text)?;
            let ours = ours(text)?;
            Ok(Line {
                what: format!("template rendered per second: {what}"),
                ours: format!("{ours:.0}/s"),
                peer: format!("Go: {go:.0}/s"),
                ratio: ours / go,
                goal: 2.0,
            })
        })
        .collect()
}

fn ours(text: &str) -> Result<f64, Fault> {
    let options = Options::default();
    let template = Template::parse("t", text.as_bytes(), Dialect::SealedSecrets, &options)?;
    let mut data = Data::default();
    for (name, value) in DATA {
        data.insert(*name, SecretBytes::from_slice(value.as_bytes()));
    }
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(2) {
        for _ in 0..100 {
            std::hint::black_box(template.render(&data, &Limits::default(), &mut Nothing)?);
        }
        count += 100;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// The program measures itself, for as long, on one core.
fn go(program: &Path, request: &Path, text: &str) -> Result<f64, Fault> {
    let data: serde_json::Map<_, _> = DATA
        .iter()
        .map(|(name, value)| ((*name).to_owned(), STANDARD.encode(value).into()))
        .collect();
    let asked = serde_json::json!({
        "engine": "sealed-secrets", "template": STANDARD.encode(text), "data": data,
    });
    fs::write(request, asked.to_string())?;
    let mut bench = Command::new(program);
    let output = bench
        .arg("bench")
        .arg(request)
        .env("GOMAXPROCS", "1")
        .output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
