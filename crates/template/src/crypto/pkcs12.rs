//! PKCS#12 stores: read as go-pkcs12's `DecodeChain` does, written as its "modern" profile.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::certificate::Certificate;
use super::der::{self, Reader, malformed};
use super::key::Key;
use super::oid;
use super::pbe::{self, Hash, Purpose};
use crate::context::Context;
use crate::fault::Fault;

/// What is in a store: one key, and its certificates in stored order.
pub(crate) struct Store {
    pub(crate) key: Key,
    pub(crate) certificates: Vec<Certificate>,
}

/// A store that does not read, whatever is wrong with its structure.
fn unreadable(_: Fault) -> Fault {
    Fault::plain("pkcs12: error reading P12 data: asn1: structure error")
}

/// `[0] EXPLICIT` content of a content info.
fn content<'a>(r: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8]), Fault> {
    let mut info = Reader(r.expect(der::SEQUENCE)?);
    Ok((info.expect(der::OID)?, info.expect(der::explicit(0))?))
}

/// Reads a store.
pub(crate) fn read(
    context: &mut Context<'_>,
    bytes: &[u8],
    password: &[u8],
) -> Result<Store, Fault> {
    let mut password = pbe::bmp(password, true)?;
    let mut pfx = Reader::sequence(bytes).map_err(unreadable)?;
    if pfx.small().map_err(unreadable)? != 3 {
        return Err(Fault::plain("pkcs12: can only decode v3 PFX PDU's"));
    }
    let (kind, safe) = content(&mut pfx).map_err(unreadable)?;
    if kind != oid::DATA {
        return Err(Fault::plain(
            "pkcs12: only password-protected PFX is implemented",
        ));
    }
    let safe = Reader(safe).expect(der::OCTETS)?;
    let empty = password.as_slice() == [0, 0];
    match pfx.optional(der::SEQUENCE)? {
        None if !empty => return Err(Fault::plain("pkcs12: no MAC in data")),
        None => {}
        Some(mac) => {
            let mut good = check_mac(context, mac, safe, &password)?;
            if !good && empty {
                // Some write the empty password as nothing at all.
                password = Zeroizing::new(Vec::new());
                good = check_mac(context, mac, safe, &password)?;
            }
            if !good {
                return Err(Fault::plain("pkcs12: decryption password incorrect"));
            }
        }
    }
    let mut infos = Reader::sequence(safe)?;
    let mut bags = Vec::new();
    let mut count = 0;
    while !infos.0.is_empty() {
        count += 1;
        let (kind, body) = content(&mut infos)?;
        let data = if kind == oid::DATA {
            Zeroizing::new(Reader(body).expect(der::OCTETS)?.to_vec())
        } else if kind == oid::ENCRYPTED_DATA {
            let mut encrypted = Reader(Reader(body).expect(der::SEQUENCE)?);
            if encrypted.small()? != 0 {
                return Err(Fault::plain(
                    "pkcs12: only version 0 of EncryptedData is supported",
                ));
            }
            let mut info = Reader(encrypted.expect(der::SEQUENCE)?);
            info.expect(der::OID)?;
            let algorithm = info.expect(der::SEQUENCE)?;
            let data = info.expect(0x80)?;
            pbe::decrypt(context, algorithm, data, &password)?
        } else {
            return Err(Fault::plain(
                "pkcs12: only data and encryptedData content types are supported in authenticated safe",
            ));
        };
        bags.push(data);
    }
    if !(1..=2).contains(&count) {
        return Err(Fault::plain(
            "pkcs12: expected between 1 and 2 items in the authenticated safe",
        ));
    }
    collect(context, &bags, &password)
}

fn collect(
    context: &mut Context<'_>,
    contents: &[Zeroizing<Vec<u8>>],
    password: &[u8],
) -> Result<Store, Fault> {
    let (mut key, mut certificates) = (None, Vec::new());
    for data in contents {
        let mut bags = Reader::sequence(data)?;
        while !bags.0.is_empty() {
            let mut bag = Reader(bags.expect(der::SEQUENCE)?);
            let kind = bag.expect(der::OID)?;
            let value = bag.expect(der::explicit(0))?;
            let is_key = kind == oid::KEY_BAG || kind == oid::SHROUDED_KEY_BAG;
            if is_key && key.is_some() {
                return Err(Fault::plain("pkcs12: expected exactly one key bag"));
            }
            if kind == oid::CERT_BAG {
                let mut inner = Reader::sequence(value)?;
                if inner.expect(der::OID)? != oid::X509_CERTIFICATE {
                    return Err(Fault::plain(
                        "pkcs12: only X509 certificates are supported in cert bags",
                    ));
                }
                let octets = Reader(inner.expect(der::explicit(0))?).expect(der::OCTETS)?;
                certificates.push(Certificate::parse(octets)?);
            } else if kind == oid::KEY_BAG {
                key = Some(Key::from_pkcs8(value)?);
            } else if kind == oid::SHROUDED_KEY_BAG {
                let mut inner = Reader::sequence(value)?;
                let algorithm = inner.expect(der::SEQUENCE)?;
                let plain = pbe::decrypt(context, algorithm, inner.expect(der::OCTETS)?, password)?;
                key = Some(Key::from_pkcs8(&plain)?);
            }
        }
    }
    if certificates.is_empty() {
        return Err(Fault::plain("pkcs12: certificate missing"));
    }
    let key = key.ok_or_else(|| Fault::plain("pkcs12: private key missing"))?;
    Ok(Store { key, certificates })
}

fn check_mac(
    context: &mut Context<'_>,
    mac: &[u8],
    message: &[u8],
    password: &[u8],
) -> Result<bool, Fault> {
    let mut r = Reader(mac);
    let mut info = Reader(r.expect(der::SEQUENCE)?);
    let (hash, size) = match Reader(info.expect(der::SEQUENCE)?).expect(der::OID)? {
        o if o == oid::SHA1 => (Hash::Sha1, 20),
        o if o == oid::SHA256 => (Hash::Sha256, 32),
        o if o == oid::SHA512 => (Hash::Sha512, 64),
        _ => return Err(Fault::plain("pkcs12: MAC digest algorithm not supported")),
    };
    let digest = info.expect(der::OCTETS)?;
    let salt = r.expect(der::OCTETS)?;
    let rounds = if r.0.is_empty() { 1 } else { r.small()? };
    let key = pbe::derive(context, hash, (salt, password, rounds), Purpose::Mac, size)?;
    Ok(hash.mac(&key, message).ct_eq(digest).into())
}

fn attribute(oid: &[u8], value: &[u8]) -> Vec<u8> {
    der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[oid]),
            &der::write(der::SET, &[value]),
        ],
    )
}

fn bag(kind: &[u8], value: &[u8], attributes: &[u8]) -> Vec<u8> {
    let attributes = if attributes.is_empty() {
        Vec::new()
    } else {
        der::write(der::SET, &[attributes])
    };
    der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[kind]),
            &der::write(der::explicit(0), &[value]),
            &attributes,
        ],
    )
}

fn cert_bag(certificate: &Certificate, attributes: &[u8]) -> Vec<u8> {
    let octets = der::write(
        der::explicit(0),
        &[&der::write(der::OCTETS, &[&certificate.raw])],
    );
    let value = der::write(
        der::SEQUENCE,
        &[&der::write(der::OID, &[oid::X509_CERTIFICATE]), &octets],
    );
    bag(oid::CERT_BAG, &value, attributes)
}

fn encrypted(context: &mut Context<'_>, bags: &[u8], password: &[u8]) -> Result<Vec<u8>, Fault> {
    let (algorithm, data) = pbe::encrypt(context, &der::write(der::SEQUENCE, &[bags]), password)?;
    let info = der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[oid::DATA]),
            &algorithm,
            &der::write(0x80, &[&data]),
        ],
    );
    let body = der::write(der::SEQUENCE, &[&der::unsigned(&[0]), &info]);
    Ok(der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[oid::ENCRYPTED_DATA]),
            &der::write(der::explicit(0), &[&body]),
        ],
    ))
}

fn plain(data: &[u8]) -> Vec<u8> {
    let octets = der::write(der::OCTETS, &[data]);
    der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OID, &[oid::DATA]),
            &der::write(der::explicit(0), &[&octets]),
        ],
    )
}

/// The whole around the safe.
fn finish(context: &mut Context<'_>, contents: &[u8], password: &[u8]) -> Result<Vec<u8>, Fault> {
    let safe = der::write(der::SEQUENCE, &[contents]);
    let mut salt = [0_u8; 16];
    context.ambient.random(&mut salt);
    let key = pbe::derive(
        context,
        Hash::Sha256,
        (&salt, password, u64::from(pbe::ROUNDS)),
        Purpose::Mac,
        32,
    )?;
    let digest = Hash::Sha256.mac(&key, &safe);
    let info = der::write(
        der::SEQUENCE,
        &[
            &der::algorithm(oid::SHA256, &[der::NULL, 0]),
            &der::write(der::OCTETS, &[&digest]),
        ],
    );
    let mac = der::write(
        der::SEQUENCE,
        &[
            &info,
            &der::write(der::OCTETS, &[&salt]),
            &der::unsigned(&pbe::ROUNDS.to_be_bytes()),
        ],
    );
    Ok(der::write(
        der::SEQUENCE,
        &[&der::unsigned(&[3]), &plain(&safe), &mac],
    ))
}

/// Writes a key with its certificate and those above it.
pub(crate) fn write(
    context: &mut Context<'_>,
    key: &Key,
    certificates: &[Certificate],
    password: &[u8],
) -> Result<Vec<u8>, Fault> {
    use sha1::Digest;
    let password = pbe::bmp(password, true)?;
    let leaf = certificates.first().ok_or_else(malformed)?;
    let id = attribute(
        oid::LOCAL_KEY_ID,
        &der::write(der::OCTETS, &[&sha1::Sha1::digest(&leaf.raw)]),
    );
    let bags: Vec<u8> = certificates
        .iter()
        .enumerate()
        .flat_map(|(at, c)| cert_bag(c, if at == 0 { &id } else { &[] }))
        .collect();
    let (algorithm, data) = pbe::encrypt(context, &key.to_pkcs8()?, &password)?;
    let shrouded = der::write(
        der::SEQUENCE,
        &[&algorithm, &der::write(der::OCTETS, &[&data])],
    );
    let key_bag = bag(oid::SHROUDED_KEY_BAG, &shrouded, &id);
    let first = encrypted(context, &bags, &password)?;
    let second = plain(&der::write(der::SEQUENCE, &[&key_bag]));
    finish(context, &[first, second].concat(), &password)
}

/// Writes certificates as a Java trust store.
pub(crate) fn write_trust_store(
    context: &mut Context<'_>,
    certificates: &[Certificate],
    password: &[u8],
) -> Result<Vec<u8>, Fault> {
    let password = pbe::bmp(password, true)?;
    let mut bags = Vec::new();
    for certificate in certificates {
        let trusted = attribute(
            oid::JAVA_TRUST_STORE,
            &der::write(der::OID, &[oid::ANY_EXTENDED_KEY_USAGE]),
        );
        let name = pbe::bmp(certificate.name.as_bytes(), false)?;
        let friendly = attribute(oid::FRIENDLY_NAME, &der::write(der::BMP, &[&name]));
        // A set is sorted by its members' encoding.
        let mut attributes = [trusted, friendly];
        attributes.sort();
        bags.extend(cert_bag(certificate, &attributes.concat()));
    }
    let contents = encrypted(context, &bags, &password)?;
    finish(context, &contents, &password)
}
