//! Renders per second, ours beside Go's, on the same templates in one run: `cargo bench -p lacre-tests --bench templates`.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Data, Dialect, Limits, Options, Template};
use lacre_tests::templates::Peer;

/// Name and text; all see the same data.
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

struct Nothing;

impl Ambient for Nothing {
    fn now(&mut self) -> (i64, u32) {
        (0, 0)
    }
    fn random(&mut self, _: &mut [u8]) {}
}

const DATA: &[(&str, &str)] = &[
    ("user", "app"),
    ("password", "p@ss w0rd/with&signs"),
    ("host", "db.example.com"),
    ("port", ""),
    ("db", "orders"),
];

fn ours(text: &str) -> Result<f64, lacre_tests::Fault> {
    let template = Template::parse(
        "t",
        text.as_bytes(),
        Dialect::SealedSecrets,
        &Options::default(),
    )?;
    let mut data = Data::default();
    for (name, value) in DATA {
        data.insert(*name, SecretBytes::from_slice(value.as_bytes()));
    }
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(2) {
        for _ in 0..100 {
            std::hint::black_box(template.render(&data, &Limits::default(), &mut Nothing)?);
        }
        count += 100;
    }
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

fn main() -> Result<(), lacre_tests::Fault> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers/template");
    let into = tempfile::tempdir()?;
    let mut out = std::io::stdout();
    let Some(program) = Peer::build(&folder, into.path(), false)? else {
        writeln!(out, "no Go, nothing to compare with")?;
        return Ok(());
    };
    let data: serde_json::Map<_, _> = DATA
        .iter()
        .map(|(k, v)| ((*k).to_owned(), STANDARD.encode(v).into()))
        .collect();
    for (name, text) in TEMPLATES {
        let file = into.path().join("template.json");
        let request = serde_json::json!({"engine": "sealed-secrets", "template": STANDARD.encode(text), "data": data});
        std::fs::write(&file, request.to_string())?;
        let go = Command::new(&program)
            .arg("bench")
            .arg(&file)
            .env("GOMAXPROCS", "1")
            .output()?;
        let go: f64 = String::from_utf8(go.stdout)?.trim().parse()?;
        let us = ours(text)?;
        writeln!(
            out,
            "{name:20} {us:>10.0} renders/s, Go {go:>10.0}: {:.2}x",
            us / go
        )?;
    }
    Ok(())
}
