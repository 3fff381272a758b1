//! sprig's keys and certificates.

use core::net::IpAddr;
use std::rc::Rc;

use zeroize::Zeroizing;

use super::{Args, Function, Type};
use crate::context::Context;
use crate::crypto::certificate::Certificate as Parsed;
use crate::crypto::issue::{Request, issue};
use crate::crypto::key::{Curve, Key};
use crate::crypto::{generator, pem};
use crate::fault::Fault;
use crate::go::base64;
use crate::go::time::Time;
use crate::value::{Certificate, Text, Value};

const T: Type = Type::Text;
const I: Type = Type::Int;
const L: Type = Type::List;
/// Steps for a generated RSA key of 2048 bits, and of 4096.
const RSA_2048: u64 = 8_000_000;
const RSA_4096: u64 = 60_000_000;
/// Steps for signing.
const SIGNING: u64 = 250_000;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("genPrivateKey", &[T], generate)
        .random()
        .cost(SIGNING),
    Function::new("buildCustomCert", &[T, T], |_, a| custom(a)),
    Function::new("genCA", &[T, I], |c, a| {
        certificate(
            c,
            a,
            Shape {
                names: None,
                days: 1,
                ca: None,
                key: None,
            },
        )
    })
    .random()
    .cost(SIGNING),
    Function::new("genCAWithKey", &[T, I, T], |c, a| {
        certificate(
            c,
            a,
            Shape {
                names: None,
                days: 1,
                ca: None,
                key: Some(2),
            },
        )
    })
    .random()
    .cost(SIGNING),
    Function::new("genSelfSignedCert", &[T, L, L, I], |c, a| {
        certificate(
            c,
            a,
            Shape {
                names: Some(1),
                days: 3,
                ca: None,
                key: None,
            },
        )
    })
    .random()
    .cost(SIGNING),
    Function::new("genSelfSignedCertWithKey", &[T, L, L, I, T], |c, a| {
        certificate(
            c,
            a,
            Shape {
                names: Some(1),
                days: 3,
                ca: None,
                key: Some(4),
            },
        )
    })
    .random()
    .cost(SIGNING),
    Function::new("genSignedCert", &[T, L, L, I, Type::Certificate], |c, a| {
        certificate(
            c,
            a,
            Shape {
                names: Some(1),
                days: 3,
                ca: Some(4),
                key: None,
            },
        )
    })
    .random()
    .cost(SIGNING),
    Function::new(
        "genSignedCertWithKey",
        &[T, L, L, I, Type::Certificate, T],
        |c, a| {
            certificate(
                c,
                a,
                Shape {
                    names: Some(1),
                    days: 3,
                    ca: Some(4),
                    key: Some(5),
                },
            )
        },
    )
    .random()
    .cost(SIGNING),
];

/// Which arguments are what. Without names the certificate is an authority's.
struct Shape {
    names: Option<usize>,
    days: usize,
    ca: Option<usize>,
    key: Option<usize>,
}

fn rsa(context: &mut Context<'_>, bits: usize) -> Result<Key, Fault> {
    context
        .budget
        .spend(if bits > 2048 { RSA_4096 } else { RSA_2048 })?;
    let mut rng = generator(context);
    let key = rsa::PrivateKey::new(&mut rng, bits)
        .map_err(|_| Fault::plain("error generating rsa key"))?;
    Ok(Key::Rsa(Box::new(key)))
}

fn generate(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let key = match args.text(0) {
        b"" | b"rsa" => rsa(context, 4096)?,
        b"dsa" => dsa(context)?,
        b"ecdsa" => {
            let mut secret = Zeroizing::new([0; 32]);
            // Nearly every 32 bytes are a secret of the curve; a zero ambient's are not, and fail.
            rand::Rng::fill_bytes(&mut generator(context), secret.as_mut());
            Key::ec(Curve::P256, secret.as_ref())?
        }
        b"ed25519" => {
            let mut seed = Zeroizing::new([0; 32]);
            context.ambient.random(seed.as_mut());
            Key::Ed25519(seed)
        }
        other => return Ok(Value::text(&[b"Unknown type ", other].concat())),
    };
    Ok(Value::Text(Text::from_vec(key.to_pem()?)))
}

fn dsa(context: &mut Context<'_>) -> Result<Key, Fault> {
    context.budget.spend(RSA_4096)?;
    let mut rng = generator(context);
    let components =
        dsa::Components::try_generate_from_rng_with_key_size(&mut rng, dsa::KeySize::DSA_2048_256)
            .map_err(|_| Fault::plain("failed to generate dsa params"))?;
    let key = dsa::SigningKey::try_generate_from_rng_with_components(&mut rng, components)
        .map_err(|_| Fault::plain("failed to generate private key"))?;
    let public = key.verifying_key();
    let parts = public.components();
    let bytes = |n: &[u8]| n.to_vec();
    Ok(Key::Dsa(Zeroizing::new([
        bytes(&parts.p().to_be_bytes()),
        bytes(&parts.q().to_be_bytes()),
        bytes(&parts.g().to_be_bytes()),
        bytes(&public.y().to_be_bytes()),
        bytes(&key.x().to_be_bytes()),
    ])))
}

fn custom(args: &Args) -> Result<Value, Fault> {
    let cert = base64::decode(args.text(0))
        .map_err(|_| Fault::plain("unable to decode base64 certificate"))?;
    let key = Zeroizing::new(
        base64::decode(args.text(1))
            .map_err(|_| Fault::plain("unable to decode base64 private key"))?,
    );
    let block = pem::decode(&cert)
        .0
        .ok_or_else(|| Fault::plain("unable to decode certificate"))?;
    Parsed::parse(&block.bytes)
        .map_err(|f| f.within("error parsing certificate: decodedCert.Bytes"))?;
    Key::from_pem(&key).map_err(|f| f.within("error parsing private key"))?;
    Ok(Value::Certificate(Rc::new(Certificate {
        cert: Text::from_vec(cert),
        key: Text::new(&key),
    })))
}

/// Texts of a list; what is no text is refused with `what`.
fn texts(value: &Value, what: &'static str) -> Result<Vec<Text>, Fault> {
    let Value::List(list) = value else {
        return Ok(Vec::new());
    };
    let text = |v: &Value| match v {
        Value::Text(text) => Ok(text.clone()),
        _ => Err(Fault::plain(format!("{what}: not a string"))),
    };
    list.items().iter().map(text).collect()
}

fn certificate(context: &mut Context<'_>, args: &Args, shape: Shape) -> Result<Value, Fault> {
    let key = match shape.key {
        None => rsa(context, 2048)?,
        Some(at) => Key::from_pem(args.text(at)).map_err(|f| f.within("parsing private key"))?,
    };
    let mut issuer = None;
    if let Some(at) = shape.ca
        && let Value::Certificate(ca) = args.get(at)
    {
        let block = pem::decode(ca.cert.bytes())
            .0
            .ok_or_else(|| Fault::plain("unable to decode certificate"))?;
        let parsed = Parsed::parse(&block.bytes)
            .map_err(|f| f.within("error parsing certificate: decodedSignerCert.Bytes"))?;
        let signer =
            Key::from_pem(ca.key.bytes()).map_err(|f| f.within("error parsing private key"))?;
        issuer = Some((parsed, signer));
    }
    let (mut addresses, mut dns) = (Vec::new(), Vec::new());
    if let Some(at) = shape.names {
        for text in texts(args.get(at), "error parsing ip")? {
            let address = text.utf8().and_then(|t| t.parse::<IpAddr>().ok());
            let wrong = || [b"error parsing ip: ", text.bytes()].concat();
            addresses.push(address.ok_or_else(|| Fault::valued("error parsing ip", wrong()))?);
        }
        for text in texts(args.get(at + 1), "error processing alternate dns name")? {
            dns.push(text.bytes().to_vec());
        }
    }
    let request = Request {
        common_name: args.text(0),
        addresses,
        dns,
        days: args.int(shape.days),
        authority: shape.names.is_none(),
    };
    let (seconds, nanos) = context.ambient.now();
    let mut rng = generator(context);
    let issuer = issuer.as_ref().map(|(certificate, key)| (certificate, key));
    let cert = issue(
        &request,
        &key,
        issuer,
        &Time::unix(seconds, nanos),
        &mut rng,
    )?;
    Ok(Value::Certificate(Rc::new(Certificate {
        cert: Text::from_vec(cert),
        key: Text::from_vec(key.to_pem()?),
    })))
}
