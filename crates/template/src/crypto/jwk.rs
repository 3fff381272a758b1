//! JSON Web Keys to PEM: RSA, EC and Ed25519.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::key::{self, Curve, Key};
use super::pem;
use crate::fault::Fault;
use crate::value::{Dict, Value};

fn invalid() -> Fault {
    Fault::plain("failed to unmarshal key from JSON headers")
}

fn text(dict: &Dict, name: &str) -> Option<Zeroizing<Vec<u8>>> {
    match dict.get(name.as_bytes()) {
        Some(Value::Text(text)) => Some(Zeroizing::new(text.bytes().to_vec())),
        _ => None,
    }
}

fn number(dict: &Dict, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, Fault> {
    let Some(text) = text(dict, name) else {
        return Ok(None);
    };
    let trimmed: Vec<u8> = text.iter().copied().filter(|b| *b != b'=').collect();
    URL_SAFE_NO_PAD
        .decode(&trimmed)
        .map(|n| Some(Zeroizing::new(n)))
        .map_err(|_| invalid())
}

fn needed(dict: &Dict, name: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    number(dict, name)?.ok_or_else(invalid)
}

fn padded(bytes: &[u8], size: usize) -> Result<Vec<u8>, Fault> {
    let missing = size.checked_sub(bytes.len()).ok_or_else(invalid)?;
    Ok([vec![0; missing].as_slice(), bytes].concat())
}

fn curve(dict: &Dict) -> Result<Curve, Fault> {
    match text(dict, "crv").as_deref().map(Vec::as_slice) {
        Some(b"P-256") => Ok(Curve::P256),
        Some(b"P-384") => Ok(Curve::P384),
        Some(b"P-521") => Ok(Curve::P521),
        _ => Err(invalid()),
    }
}

/// The private key of a private JWK as PKCS#8 PEM.
pub(crate) fn private_pem(dict: &Dict) -> Result<Vec<u8>, Fault> {
    let public = || Fault::plain("x509: unknown key type while marshaling PKCS#8");
    let kind = text(dict, "kty").ok_or_else(invalid)?;
    let Some(d) = number(dict, "d")? else {
        return Err(public());
    };
    let key = match kind.as_slice() {
        b"RSA" => {
            let (n, e) = (needed(dict, "n")?, needed(dict, "e")?);
            let (p, q) = (needed(dict, "p")?, needed(dict, "q")?);
            Key::rsa(&n, &e, &d, &[&p, &q])?
        }
        b"EC" => {
            needed(dict, "x")?;
            needed(dict, "y")?;
            Key::ec(curve(dict)?, &d)?
        }
        b"OKP" if text(dict, "crv").as_deref().map(Vec::as_slice) == Some(b"Ed25519") => {
            let seed = <[u8; 32]>::try_from(d.as_slice()).map_err(|_| invalid())?;
            let key = Key::Ed25519(Zeroizing::new(seed));
            let public = needed(dict, "x")?;
            if !key.public_info()?.ends_with(&public) {
                return Err(invalid());
            }
            key
        }
        _ => return Err(public()),
    };
    Ok(pem::encode("PRIVATE KEY", &key.to_pkcs8()?))
}

/// The public key of a public JWK as PEM; a private one is refused.
pub(crate) fn public_pem(dict: &Dict) -> Result<Vec<u8>, Fault> {
    let unsupported = || Fault::plain("x509: unsupported public key type");
    let kind = text(dict, "kty").ok_or_else(invalid)?;
    if dict.get(b"d").is_some() {
        return Err(unsupported());
    }
    let info = match kind.as_slice() {
        b"RSA" => key::rsa_public(&needed(dict, "n")?, &needed(dict, "e")?),
        b"EC" => {
            let curve = curve(dict)?;
            let (x, y) = (
                padded(&needed(dict, "x")?, curve.size())?,
                padded(&needed(dict, "y")?, curve.size())?,
            );
            let point = [&[4], x.as_slice(), &y].concat();
            if !curve.has(&point) {
                return Err(Fault::plain("x509: invalid elliptic curve public key"));
            }
            key::ec_public(curve, &point)
        }
        b"OKP" if text(dict, "crv").as_deref().map(Vec::as_slice) == Some(b"Ed25519") => {
            let x = needed(dict, "x")?;
            if x.len() != 32 {
                return Err(invalid());
            }
            key::ed25519_public(&x)
        }
        _ => return Err(unsupported()),
    };
    Ok(pem::encode("PUBLIC KEY", &info))
}
