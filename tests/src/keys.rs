//! The throw-away keys of `tests/vectors/sealed-values.json`: made once, since an RSA key takes seconds to make.

use crate::Fault;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use std::path::Path;

/// A key pair with its certificate.
#[derive(Clone, Debug)]
pub struct TestKey {
    /// Length of the modulus in bits.
    pub bits: u64,
    /// PEM, as a cluster publishes it.
    pub certificate: String,
    /// PEM, `RSA PRIVATE KEY`, as a controller stores it.
    pub pkcs1: String,
    /// PEM, `PRIVATE KEY`.
    pub pkcs8: String,
}

/// The keys of 2048, 3072, 4096 and 8192 bits, in this order.
///
/// # Errors
/// When the vectors are missing or not as their README says.
pub fn all() -> Result<Vec<TestKey>, Fault> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/sealed-values.json");
    let vectors: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let keys = vectors
        .get("keys")
        .and_then(Value::as_array)
        .ok_or("sealed-values.json has no keys")?;
    keys.iter().map(read).collect()
}

/// The key of that many bits.
///
/// # Errors
/// As [`all`], and when there is no such key.
pub fn of(bits: u64) -> Result<TestKey, Fault> {
    let key = all()?.into_iter().find(|key| key.bits == bits);
    key.ok_or_else(|| format!("sealed-values.json has no key of {bits} bits").into())
}

fn read(key: &Value) -> Result<TestKey, Fault> {
    let field = |name: &str| {
        key.get(name)
            .and_then(Value::as_str)
            .ok_or(format!("a key without {name}"))
    };
    Ok(TestKey {
        bits: key
            .get("bits")
            .and_then(Value::as_u64)
            .ok_or("a key without bits")?,
        certificate: pem("CERTIFICATE", field("certificate_der_b64")?)?,
        pkcs1: pem("RSA PRIVATE KEY", field("pkcs1_der_b64")?)?,
        pkcs8: pem("PRIVATE KEY", field("pkcs8_der_b64")?)?,
    })
}

/// One line of base64 as PEM.
fn pem(label: &str, base64: &str) -> Result<String, Fault> {
    let lines: Vec<&str> = base64
        .as_bytes()
        .chunks(64)
        .map(std::str::from_utf8)
        .collect::<Result<_, _>>()?;
    Ok(format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        lines.join("\n")
    ))
}

/// The DER in a PEM of one block, which is how these keys are written.
///
/// # Errors
/// When the lines between the markers are not base64.
pub fn der(pem: &str) -> Result<Vec<u8>, Fault> {
    let body: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    Ok(BASE64_STANDARD.decode(body)?)
}
