//! Runs template vectors (JSON lines) and prints those whose outcome differs from Go's.
//!
//! `cargo run -p lacre-template --example vectors -- FILE.jsonl`; exits 1 if any differ.

use std::io::Write;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use lacre_secret::SecretBytes;
use lacre_template::{Ambient, Data, Dialect, Limits, Options, Template};
use serde_json::Value;

/// The machine's clock and randomness.
struct World;

impl Ambient for World {
    fn now(&mut self) -> (i64, u32) {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        (
            i64::try_from(now.as_secs()).unwrap_or_default(),
            now.subsec_nanos(),
        )
    }

    fn random(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(256) {
            if getrandom::fill(chunk).is_err() {
                chunk.fill(0);
            }
        }
    }
}

/// What came out: text, or the phase that failed with its message.
fn outcome(vector: &Value) -> Result<Vec<u8>, (&'static str, String)> {
    let text = |key: &str| vector.get(key).and_then(Value::as_str).unwrap_or_default();
    let dialect = if text("engine") == "eso-v2" {
        Dialect::ExternalSecrets
    } else {
        Dialect::SealedSecrets
    };
    let mut data = Data::default();
    for (name, value) in vector
        .get("data")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        data.insert(
            name,
            SecretBytes::from_slice(value.as_str().unwrap_or_default().as_bytes()),
        );
    }
    let template = Template::parse(
        "vector",
        text("template").as_bytes(),
        dialect,
        &Options::default(),
    )
    .map_err(|e| ("parse", e.to_string()))?;
    let rendered = template.render(&data, &Limits::default(), &mut World);
    rendered.map(|t| t.expose().to_vec()).map_err(|e| {
        (
            "exec",
            String::from_utf8_lossy(e.go_text().expose()).into_owned(),
        )
    })
}

/// Says how `vector` differs, if it does.
fn difference(vector: &Value) -> Option<String> {
    let expected = vector.get("output").and_then(Value::as_str);
    let kind = vector
        .get("error_kind")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let fails = vector
        .get("error")
        .and_then(Value::as_bool)
        .unwrap_or_default();
    match outcome(vector) {
        Ok(text) if !fails && expected.map(str::as_bytes) == Some(&text) => None,
        Err((phase, _)) if fails && kind.starts_with(phase) => None,
        Ok(text) => Some(format!(
            "expected {expected:?} {kind}\n  actual {:?}",
            String::from_utf8_lossy(&text)
        )),
        Err((phase, message)) => Some(format!(
            "expected {expected:?} {kind}\n  actual {phase}: {message}"
        )),
    }
}

fn main() -> ExitCode {
    let mut wrong = 0_usize;
    let mut total = 0_usize;
    let mut out = String::new();
    for path in std::env::args().skip(1) {
        let file = match std::fs::read_to_string(&path) {
            Ok(file) => file,
            Err(e) => {
                return say(&format!("{path}: {e}\n"), false);
            }
        };
        for line in file.lines().filter(|l| !l.trim().is_empty()) {
            total += 1;
            let Ok(vector) = serde_json::from_str::<Value>(line) else {
                wrong += 1;
                out.push_str(&format!("not JSON: {line}\n"));
                continue;
            };
            if let Some(how) = difference(&vector) {
                wrong += 1;
                let text = |key: &str| vector.get(key).cloned().unwrap_or_default();
                out.push_str(&format!("{} {}\n  {how}\n", text("id"), text("template")));
            }
        }
    }
    out.push_str(&format!("{} of {total} as Go\n", total - wrong));
    say(&out, wrong == 0)
}

/// Writes to the terminal; a closed pipe is no success.
fn say(text: &str, success: bool) -> ExitCode {
    let written = std::io::stdout().write_all(text.as_bytes()).is_ok();
    if success && written {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
