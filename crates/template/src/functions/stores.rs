//! ExternalSecrets' own functions: PKCS#12, PEM, JWK, RSA.

use rsa::Oaep;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::{Args, Dialects, Function, Type};
use crate::context::Context;
use crate::crypto::certificate::{Certificate, order};
use crate::crypto::key::Key;
use crate::crypto::{generator, jwk, pem, pkcs12};
use crate::fault::Fault;
use crate::go::{base64, json};
use crate::value::{List, Text, Value};

const T: Type = Type::Text;

const fn own(
    name: &'static str,
    params: &'static [Type],
    run: fn(&mut Context<'_>, &Args) -> Result<Value, Fault>,
) -> Function {
    Function::new(name, params, run)
        .only(Dialects::ExternalSecrets)
        .cost(1_000)
}

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    own("pkcs12key", &[T], |c, a| store_key(c, a.text(0), b"")),
    own("pkcs12keyPass", &[T, T], |c, a| {
        store_key(c, a.text(1), a.text(0))
    }),
    own("pkcs12cert", &[T], |c, a| {
        store_certificates(c, a.text(0), b"")
    }),
    own("pkcs12certPass", &[T, T], |c, a| {
        store_certificates(c, a.text(1), a.text(0))
    }),
    own("pemToPkcs12", &[T, T], |c, a| store(c, a, false)).random(),
    own("pemToPkcs12Pass", &[T, T, T], |c, a| store(c, a, false)).random(),
    own("fullPemToPkcs12", &[T, T], |c, a| store(c, a, true)).random(),
    own("fullPemToPkcs12Pass", &[T, T, T], |c, a| store(c, a, true)).random(),
    own("pemTruststoreToPKCS12", &[T], trust_store).random(),
    own("pemTruststoreToPKCS12Pass", &[T, T], trust_store).random(),
    own("filterPEM", &[T, T], |_, a| filter(a.text(0), a.text(1))),
    own("filterCertChain", &[T, T], |_, a| {
        filter_chain(a.text(0), a.text(1))
    }),
    own("certSANs", &[T], |c, a| names(c, a.text(0))),
    own("jwkPublicKeyPem", &[T], |c, a| {
        from_jwk(c, a.text(0), jwk::public_pem)
    }),
    own("jwkPrivateKeyPem", &[T], |c, a| {
        from_jwk(c, a.text(0), jwk::private_pem)
    }),
    own("rsaDecrypt", &[T, T, T, T], decrypt),
];

/// What Go does where the code takes a block for granted.
fn panicked() -> Fault {
    Fault::plain("runtime error: invalid memory address or nil pointer dereference")
}

fn made(bytes: Vec<u8>) -> Result<Value, Fault> {
    Ok(Value::Text(Text::from_vec(bytes)))
}

fn store_key(context: &mut Context<'_>, bytes: &[u8], password: &[u8]) -> Result<Value, Fault> {
    let store = pkcs12::read(context, bytes, password)
        .map_err(|f| f.within("unable to decode pkcs12 with password"))?;
    made(pem::encode("PRIVATE KEY", &store.key.to_pkcs8()?))
}

fn to_pem(certificates: &[Certificate]) -> Vec<u8> {
    certificates
        .iter()
        .flat_map(|c| pem::encode("CERTIFICATE", &c.raw))
        .collect()
}

fn store_certificates(
    context: &mut Context<'_>,
    bytes: &[u8],
    password: &[u8],
) -> Result<Value, Fault> {
    let store = pkcs12::read(context, bytes, password)
        .map_err(|f| f.within("unable to decode pkcs12 certificate with password"))?;
    let stored = to_pem(&store.certificates);
    made(order(store.certificates).map_or(stored, |ordered| to_pem(&ordered)))
}

/// The first block's certificate, and the text after it.
fn first_certificate(text: &[u8]) -> Result<(Certificate, &[u8]), Fault> {
    let (block, rest) = pem::decode(text);
    Ok((
        Certificate::parse(&block.ok_or_else(panicked)?.bytes)?,
        rest,
    ))
}

/// All certificates; anything after the last is a crash in Go.
fn all_certificates(text: &[u8]) -> Result<Vec<Certificate>, Fault> {
    let (mut rest, mut out) = (text, Vec::new());
    while !rest.is_empty() {
        let (certificate, after) = first_certificate(rest)?;
        out.push(certificate);
        rest = after;
    }
    Ok(out)
}

fn store(context: &mut Context<'_>, args: &Args, full: bool) -> Result<Value, Fault> {
    let (first, rest) = first_certificate(args.text(0))?;
    let mut certificates = vec![first];
    if full {
        certificates.extend(all_certificates(rest)?);
    }
    let key = pem::decode(args.text(1)).0.ok_or_else(panicked)?;
    let key = Key::from_any(&key.bytes)?;
    let bytes = pkcs12::write(context, &key, &certificates, args.text(2))?;
    Ok(base64::encode(&bytes).into())
}

fn trust_store(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let certificates = all_certificates(args.text(0))?;
    let bytes = pkcs12::write_trust_store(context, &certificates, args.text(1))?;
    Ok(base64::encode(&bytes).into())
}

/// Go's `strings.EqualFold`, for the ASCII that block types are.
fn same_kind(a: &[u8], b: &[u8]) -> bool {
    let fold = |t: &[u8]| {
        crate::go::runes::chars(t)
            .map(|c| crate::go::unicode::to_lower(crate::go::unicode::to_upper(c)))
            .collect::<Vec<_>>()
    };
    fold(a) == fold(b)
}

fn filter(kind: &[u8], text: &[u8]) -> Result<Value, Fault> {
    // What is before the first block is no business of the block's.
    let start = crate::go::runes::find(text, b"-----BEGIN").unwrap_or(0);
    let (mut rest, mut kept) = (text.get(start..).unwrap_or_default(), Vec::new());
    loop {
        let (block, after) = pem::decode(rest);
        rest = after;
        let Some(block) = block else { break };
        if same_kind(&block.kind, kind) {
            kept.extend(pem::encode_block(&block).ok_or_else(|| {
                Fault::plain("pem: cannot encode a header key that contains a colon")
            })?);
        }
    }
    if kept.is_empty() && !rest.is_empty() {
        return Err(Fault::plain("error filtering pem: found junk"));
    }
    made(kept)
}

fn filter_chain(kind: &[u8], text: &[u8]) -> Result<Value, Fault> {
    let (mut rest, mut certificates) = (text, Vec::new());
    while let (Some(block), after) = pem::decode(rest) {
        certificates.push(Certificate::parse(&block.bytes)?);
        rest = after;
    }
    let chain = order(certificates)?;
    let kept: &[Certificate] = match (kind, chain.as_slice()) {
        (b"leaf", [leaf, ..]) if !leaf.is_root() => std::slice::from_ref(leaf),
        (b"intermediate", [_, above @ ..]) => {
            let end = above
                .iter()
                .position(Certificate::is_root)
                .unwrap_or(above.len());
            above.get(..end).unwrap_or_default()
        }
        (b"root", [.., last]) if last.is_root() => std::slice::from_ref(last),
        _ => &[],
    };
    made(to_pem(kept))
}

fn names(context: &mut Context<'_>, text: &[u8]) -> Result<Value, Fault> {
    let block = pem::decode(text)
        .0
        .ok_or_else(|| Fault::plain("failed to decode PEM block containing certificate"))?;
    let certificate =
        Certificate::parse(&block.bytes).map_err(|f| f.within("failed to parse certificate"))?;
    let names: Vec<Text> = certificate
        .names
        .into_iter()
        .flatten()
        .map(Text::from)
        .collect();
    context.pay_for(names.len())?;
    Ok(Value::List(List::texts(names)))
}

fn from_jwk(
    context: &mut Context<'_>,
    text: &[u8],
    convert: fn(&crate::value::Dict) -> Result<Vec<u8>, Fault>,
) -> Result<Value, Fault> {
    match json::parse(context, text)? {
        Value::Dict(dict) => made(convert(&dict)?),
        _ => Err(Fault::plain("failed to unmarshal key from JSON headers")),
    }
}

fn decrypt(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let (scheme, hash, data) = (args.text(0), args.text(1), args.text(2));
    match scheme {
        b"None" => return Ok(Value::text(data)),
        b"RSA-OAEP" => {}
        _ => {
            let full = format!(
                "decrypting scheme {} not supported",
                String::from_utf8_lossy(scheme)
            );
            return Err(Fault::valued("decrypting scheme not supported", full));
        }
    }
    let block = pem::decode(args.text(3))
        .0
        .ok_or_else(|| Fault::plain("failed to parse PEM block"))?;
    let key = match block.kind.as_slice() {
        b"RSA PRIVATE KEY" => Key::from_pkcs1(&block.bytes)?,
        b"PRIVATE KEY" => Key::from_pkcs8(&block.bytes)?,
        _ => return Err(Fault::plain("unsupported private key type")),
    };
    let Key::Rsa(key) = key else {
        return Err(Fault::plain("private key is not an RSA key"));
    };
    context.budget.spend(200_000)?;
    let mut rng = generator(context);
    let plain = match hash {
        b"SHA1" => key.decrypt_blinded(&mut rng, Oaep::<Sha1>::new(), data),
        b"SHA512" => key.decrypt_blinded(&mut rng, Oaep::<Sha512>::new(), data),
        _ => key.decrypt_blinded(&mut rng, Oaep::<Sha256>::new(), data),
    };
    let plain = Zeroizing::new(plain.map_err(|_| Fault::plain("crypto/rsa: decryption error"))?);
    Ok(Value::text(&plain))
}
