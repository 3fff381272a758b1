//! Issues certificates as sprig does through Go's `x509.CreateCertificate`: same fields, same order.

use core::net::IpAddr;

use rand::rngs::StdRng;
use rand::{CryptoRng, Rng};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::certificate::Certificate;
use super::key::{Curve, Key};
use super::{der, oid, pem};
use crate::fault::Fault;
use crate::go::time::{Time, Zone};

/// What a certificate is to say.
pub(crate) struct Request<'a> {
    pub(crate) common_name: &'a [u8],
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) dns: Vec<Vec<u8>>,
    pub(crate) days: i64,
    pub(crate) authority: bool,
}

/// Who signs: a certificate with its key, or none for self-signed.
pub(crate) type Issuer<'a> = Option<(&'a Certificate, &'a Key)>;

/// A time in a certificate.
fn time(time: &Time) -> Vec<u8> {
    let year = time.civil().year;
    if (1950..2050).contains(&year) {
        der::write(der::UTC_TIME, &[&time.format(b"060102150405Z")])
    } else {
        der::write(der::GENERAL_TIME, &[&time.format(b"20060102150405Z")])
    }
}

fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag = der::write(der::BOOLEAN, &[&[0xFF]]);
    let octets = der::write(der::OCTETS, &[value]);
    der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[oid]),
            if critical { &flag } else { &[] },
            &octets,
        ],
    )
}

/// A name with nothing but a common name, or nothing.
fn name(common_name: &[u8]) -> Vec<u8> {
    if common_name.is_empty() {
        return der::write(der::SEQUENCE, &[]);
    }
    let printable = |b: &u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(b);
    let kind = if common_name.iter().all(printable) {
        der::PRINTABLE
    } else {
        der::UTF8
    };
    let attribute = der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[oid::COMMON_NAME]),
            &der::write(kind, &[common_name]),
        ],
    );
    der::write(der::SEQUENCE, &[&der::write(der::SET, &[&attribute])])
}

/// Signature algorithm of a key.
fn algorithm(key: &Key) -> Vec<u8> {
    match key {
        Key::Rsa(_) => der::algorithm(oid::RSA_SHA256, &[der::NULL, 0]),
        Key::Ec(Curve::P256, ..) => der::algorithm(oid::ECDSA_SHA256, &[]),
        Key::Ec(Curve::P384, ..) => der::algorithm(oid::ECDSA_SHA384, &[]),
        Key::Ec(Curve::P521, ..) => der::algorithm(oid::ECDSA_SHA512, &[]),
        Key::Ed25519(_) | Key::Dsa(_) => der::algorithm(oid::ED25519, &[]),
    }
}

fn sign(key: &Key, rng: &mut (impl CryptoRng + ?Sized), message: &[u8]) -> Result<Vec<u8>, Fault> {
    let failed = || Fault::plain("error creating certificate: x509: signing failed");
    Ok(match key {
        Key::Rsa(key) => {
            let digest = Sha256::digest(message);
            // The digest's structure in front of it, as PKCS#1 1.5 wants.
            let info = der::write(
                der::SEQUENCE,
                &[
                    &der::algorithm(oid::SHA256, &[der::NULL, 0]),
                    &der::write(der::OCTETS, &[&digest]),
                ],
            );
            key.sign_with_rng(rng, rsa::Pkcs1v15Sign::new_unprefixed(), &info)
                .map_err(|_| failed())?
        }
        Key::Ec(curve, secret, _) => match curve {
            Curve::P256 => {
                use p256::ecdsa::signature::hazmat::PrehashSigner;
                let signer = p256::ecdsa::SigningKey::from_slice(secret).map_err(|_| failed())?;
                let signature: p256::ecdsa::Signature = signer
                    .sign_prehash(&Sha256::digest(message))
                    .map_err(|_| failed())?;
                signature.to_der().as_bytes().to_vec()
            }
            Curve::P384 => {
                use p384::ecdsa::signature::hazmat::PrehashSigner;
                let signer = p384::ecdsa::SigningKey::from_slice(secret).map_err(|_| failed())?;
                let signature: p384::ecdsa::Signature = signer
                    .sign_prehash(&Sha384::digest(message))
                    .map_err(|_| failed())?;
                signature.to_der().as_bytes().to_vec()
            }
            Curve::P521 => {
                use p521::ecdsa::signature::hazmat::PrehashSigner;
                let signer = p521::ecdsa::SigningKey::from_slice(secret).map_err(|_| failed())?;
                let signature: p521::ecdsa::Signature = signer
                    .sign_prehash(&Sha512::digest(message))
                    .map_err(|_| failed())?;
                signature.to_der().as_bytes().to_vec()
            }
        },
        Key::Ed25519(seed) => {
            use ed25519_dalek::Signer;
            ed25519_dalek::SigningKey::from_bytes(seed)
                .sign(message)
                .to_bytes()
                .to_vec()
        }
        Key::Dsa(_) => {
            return Err(Fault::plain(
                "error creating certificate: x509: only RSA, ECDSA and Ed25519 keys supported",
            ));
        }
    })
}

/// Issues a certificate for `key`; PEM.
pub(crate) fn issue(
    request: &Request<'_>,
    key: &Key,
    issuer: Issuer<'_>,
    now: &Time,
    rng: &mut StdRng,
) -> Result<Vec<u8>, Fault> {
    let public = key.public_info()?;
    let signer = issuer.map_or(key, |(_, key)| key);
    if let Some((certificate, key)) = issuer
        && certificate.public_info != key.public_info()?
    {
        return Err(Fault::plain(
            "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey",
        ));
    }
    let subject = name(request.common_name);
    let issuer_name = issuer.map_or_else(
        || subject.clone(),
        |(certificate, _)| certificate.subject.clone(),
    );
    let mut serial = [0_u8; 16];
    rng.fill_bytes(&mut serial);
    let start = now.settled().within(Zone::Utc);
    let end = start.add(
        request
            .days
            .wrapping_mul(24)
            .wrapping_mul(3_600_000_000_000),
    );
    let (usage, constraints): (&[u8], &[u8]) = if request.authority {
        (&[3, 2, 2, 0xA4], &[0x30, 3, 1, 1, 0xFF])
    } else {
        (&[3, 2, 5, 0xA0], &[0x30, 0])
    };
    let purposes = [oid::SERVER_AUTH, oid::CLIENT_AUTH]
        .map(|o| der::write(der::OID, &[o]))
        .concat();
    let mut extensions = vec![
        extension(oid::KEY_USAGE, true, usage),
        extension(
            oid::EXTENDED_KEY_USAGE,
            false,
            &der::write(der::SEQUENCE, &[&purposes]),
        ),
        extension(oid::BASIC_CONSTRAINTS, true, constraints),
    ];
    if request.authority {
        let info = der::Reader::sequence(&public).and_then(|mut r| {
            r.expect(der::SEQUENCE)?;
            r.expect(der::BITS)
        })?;
        let digest = Sha256::digest(info.get(1..).unwrap_or_default());
        let id = der::write(der::OCTETS, &[digest.get(..20).unwrap_or_default()]);
        extensions.push(extension(oid::SUBJECT_KEY_ID, false, &id));
    }
    if let Some((certificate, _)) = issuer
        && issuer_name != subject
        && let Some(id) = &certificate.subject_key
    {
        let id = der::write(der::SEQUENCE, &[&der::write(0x80, &[id])]);
        extensions.push(extension(oid::AUTHORITY_KEY_ID, false, &id));
    }
    if !request.addresses.is_empty() || !request.dns.is_empty() {
        extensions.push(alternative_names(request)?);
    }
    let to_sign = der::write(
        der::SEQUENCE,
        &[
            &der::write(der::explicit(0), &[&der::unsigned(&[2])]),
            &der::unsigned(&serial),
            &algorithm(signer),
            &issuer_name,
            &der::write(der::SEQUENCE, &[&time(&start), &time(&end)]),
            &subject,
            &public,
            &der::write(
                der::explicit(3),
                &[&der::write(der::SEQUENCE, &[&extensions.concat()])],
            ),
        ],
    );
    let signature = sign(signer, rng, &to_sign)?;
    let certificate = der::write(
        der::SEQUENCE,
        &[&to_sign, &algorithm(signer), &der::bits(&signature)],
    );
    Ok(pem::encode("CERTIFICATE", &certificate))
}

fn alternative_names(request: &Request<'_>) -> Result<Vec<u8>, Fault> {
    let mut names = Vec::new();
    for dns in &request.dns {
        if !dns.is_ascii() {
            let full = format!(
                "error creating certificate: x509: {} cannot be encoded as an IA5String",
                crate::go::quote::quoted(dns)
            );
            return Err(Fault::valued(
                "error creating certificate: x509: a DNS name cannot be encoded as an IA5String",
                full,
            ));
        }
        names.extend(der::write(0x82, &[dns]));
    }
    for address in &request.addresses {
        let bytes = match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().to_vec(),
        };
        names.extend(der::write(0x87, &[&bytes]));
    }
    Ok(extension(
        oid::SUBJECT_ALT_NAME,
        request.common_name.is_empty(),
        &der::write(der::SEQUENCE, &[&names]),
    ))
}
