//! Go's own output for some three thousand templates.

use std::path::Path;
use std::process::Command;

#[test]
fn all_vectors_come_out_as_from_go() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/templates.jsonl");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = Command::new(cargo)
        .args([
            "run",
            "--quiet",
            "-p",
            "lacre-template",
            "--example",
            "vectors",
            "--",
        ])
        .arg(&vectors)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(
        run.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&run.stderr)
    );
}
