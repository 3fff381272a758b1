//! Private keys: RSA, ECDSA, Ed25519 and DSA, in PKCS#1, SEC 1, PKCS#8 and OpenSSL's form of DSA.

use p256::elliptic_curve::sec1::ToSec1Point;
use rsa::BoxedUint;
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use zeroize::Zeroizing;

use super::der::{self, Reader};
use super::{oid, pem};
use crate::fault::Fault;

/// A curve that Go knows and we too. P-224 is left out: nobody has a certificate on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    /// By its object identifier.
    pub(crate) fn by_oid(oid: &[u8]) -> Option<Self> {
        [Self::P256, Self::P384, Self::P521]
            .into_iter()
            .find(|c| c.oid() == oid)
    }

    pub(crate) fn oid(self) -> &'static [u8] {
        match self {
            Self::P256 => oid::P256,
            Self::P384 => oid::P384,
            Self::P521 => oid::P521,
        }
    }

    /// Bytes of a coordinate.
    pub(crate) fn size(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The public point of a secret, uncompressed; `None` for a secret out of range.
    pub(crate) fn public(self, secret: &[u8]) -> Option<Vec<u8>> {
        Some(match self {
            Self::P256 => p256::SecretKey::from_slice(secret)
                .ok()?
                .public_key()
                .to_sec1_point(false)
                .as_bytes()
                .to_vec(),
            Self::P384 => p384::SecretKey::from_slice(secret)
                .ok()?
                .public_key()
                .to_sec1_point(false)
                .as_bytes()
                .to_vec(),
            Self::P521 => p521::SecretKey::from_slice(secret)
                .ok()?
                .public_key()
                .to_sec1_point(false)
                .as_bytes()
                .to_vec(),
        })
    }

    /// True for an uncompressed point on the curve.
    pub(crate) fn has(self, point: &[u8]) -> bool {
        match self {
            Self::P256 => p256::PublicKey::from_sec1_bytes(point).is_ok(),
            Self::P384 => p384::PublicKey::from_sec1_bytes(point).is_ok(),
            Self::P521 => p521::PublicKey::from_sec1_bytes(point).is_ok(),
        }
    }
}

/// A private key.
pub(crate) enum Key {
    Rsa(Box<rsa::PrivateKey>),
    /// Secret of the curve's size, and the point
    Ec(Curve, Zeroizing<Vec<u8>>, Vec<u8>),
    Ed25519(Zeroizing<[u8; 32]>),
    /// p, q, g, y, x
    Dsa(Zeroizing<[Vec<u8>; 5]>),
}

fn be(n: &BoxedUint) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(n.to_be_bytes().to_vec())
}

fn uint(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

impl Key {
    /// RSA from modulus, exponents and primes.
    pub(crate) fn rsa(n: &[u8], e: &[u8], d: &[u8], primes: &[&[u8]]) -> Result<Self, Fault> {
        let wrong = || Fault::plain("crypto/rsa: invalid key");
        if [n, e, d]
            .into_iter()
            .chain(primes.iter().copied())
            .any(|p| p.iter().all(|b| *b == 0))
        {
            return Err(wrong());
        }
        let primes = primes.iter().map(|p| uint(p)).collect();
        let key = rsa::PrivateKey::from_components(uint(n), uint(e), uint(d), primes)
            .map_err(|_| wrong())?;
        key.validate().map_err(|_| wrong())?;
        Ok(Self::Rsa(Box::new(key)))
    }

    /// PKCS#1
    pub(crate) fn from_pkcs1(bytes: &[u8]) -> Result<Self, Fault> {
        let mut r = Reader::sequence(bytes)?;
        if r.small()? > 1 {
            return Err(Fault::plain("x509: unsupported private key version"));
        }
        let (n, e, d) = (r.unsigned()?, r.unsigned()?, r.unsigned()?);
        let (p, q) = (r.unsigned()?, r.unsigned()?);
        for _ in 0..3 {
            r.unsigned()?;
        }
        r.end()?;
        Self::rsa(n, e, d, &[p, q])
    }

    /// SEC 1; `curve` is what PKCS#8 says around it.
    pub(crate) fn from_sec1(bytes: &[u8], curve: Option<Curve>) -> Result<Self, Fault> {
        let mut r = Reader::sequence(bytes)?;
        if r.small()? != 1 {
            return Err(Fault::plain("x509: unknown EC private key version"));
        }
        let secret = r.expect(der::OCTETS)?;
        let named = r.optional(der::explicit(0))?;
        r.optional(der::explicit(1))?;
        let named = match named {
            Some(body) => Curve::by_oid(Reader(body).expect(der::OID)?),
            None => None,
        };
        let curve = curve
            .or(named)
            .ok_or_else(|| Fault::plain("x509: unknown elliptic curve"))?;
        Self::ec(curve, secret)
    }

    /// ECDSA from a secret of any length that fits.
    pub(crate) fn ec(curve: Curve, secret: &[u8]) -> Result<Self, Fault> {
        let invalid = || Fault::plain("x509: invalid elliptic curve private key value");
        let zeros = secret.len().saturating_sub(curve.size());
        let (lead, digits) = secret.split_at_checked(zeros).ok_or_else(invalid)?;
        if lead.iter().any(|b| *b != 0) {
            return Err(invalid());
        }
        let mut padded = Zeroizing::new(vec![0; curve.size() - digits.len()]);
        padded.extend_from_slice(digits);
        let public = curve.public(&padded).ok_or_else(invalid)?;
        Ok(Self::Ec(curve, padded, public))
    }

    /// PKCS#8
    pub(crate) fn from_pkcs8(bytes: &[u8]) -> Result<Self, Fault> {
        let mut r = Reader::sequence(bytes)?;
        r.small()?;
        let mut algorithm = Reader(r.expect(der::SEQUENCE)?);
        let key = r.expect(der::OCTETS)?;
        match algorithm.expect(der::OID)? {
            oid if oid == oid::RSA => Self::from_pkcs1(key),
            oid if oid == oid::EC => {
                let curve = algorithm.optional(der::OID)?.and_then(Curve::by_oid);
                Self::from_sec1(key, curve)
            }
            oid if oid == oid::ED25519 => {
                algorithm
                    .end()
                    .map_err(|_| Fault::plain("x509: invalid Ed25519 private key parameters"))?;
                let seed = Reader(key).expect(der::OCTETS)?;
                let seed = <[u8; 32]>::try_from(seed)
                    .map_err(|_| Fault::plain("x509: invalid Ed25519 private key length"))?;
                Ok(Self::Ed25519(Zeroizing::new(seed)))
            }
            _ => Err(Fault::plain(
                "x509: PKCS#8 wrapping contained private key with unknown algorithm",
            )),
        }
    }

    /// OpenSSL's DSA.
    fn from_dsa(bytes: &[u8]) -> Result<Self, Fault> {
        let mut r = Reader::sequence(bytes)?;
        r.small()?;
        let mut part = || r.unsigned().map(<[u8]>::to_vec);
        Ok(Self::Dsa(Zeroizing::new([
            part()?,
            part()?,
            part()?,
            part()?,
            part()?,
        ])))
    }

    /// What sprig takes for a private key: any of the four forms, by the block's type.
    pub(crate) fn from_pem(text: &[u8]) -> Result<Self, Fault> {
        let Some(block) = pem::decode(text).0 else {
            return Err(Fault::plain("no PEM data in input"));
        };
        if block.kind == b"PRIVATE KEY" {
            return Self::from_pkcs8(&block.bytes).map_err(|f| f.within("decoding PEM as PKCS#8"));
        }
        let Some(kind) = block.kind.strip_suffix(b" PRIVATE KEY") else {
            let kind = String::from_utf8_lossy(&block.kind);
            return Err(Fault::valued(
                "no private key data in the PEM block",
                format!("no private key data in PEM block of type {kind}"),
            ));
        };
        match kind {
            b"RSA" => Self::from_pkcs1(&block.bytes)
                .map_err(|f| f.within("parsing RSA private key from PEM")),
            b"EC" => Self::from_sec1(&block.bytes, None)
                .map_err(|f| f.within("parsing EC private key from PEM")),
            b"DSA" => Self::from_dsa(&block.bytes)
                .map_err(|f| f.within("parsing DSA private key from PEM")),
            _ => {
                let kind = String::from_utf8_lossy(&block.kind);
                Err(Fault::valued(
                    "invalid private key type",
                    format!("invalid private key type {kind}"),
                ))
            }
        }
    }

    /// PKCS#1, PKCS#8 or SEC 1, whichever fits.
    pub(crate) fn from_any(bytes: &[u8]) -> Result<Self, Fault> {
        let parsed = Self::from_pkcs1(bytes)
            .or_else(|_| Self::from_pkcs8(bytes))
            .or_else(|_| Self::from_sec1(bytes, None));
        parsed.map_err(|_| Fault::plain("unable to parse private key type"))
    }

    fn pkcs1(key: &rsa::PrivateKey) -> Zeroizing<Vec<u8>> {
        let empty = Zeroizing::new(Vec::new());
        let crt = |n: Option<Zeroizing<Vec<u8>>>| n.unwrap_or_else(|| empty.clone());
        let prime = |at: usize| {
            key.primes()
                .get(at)
                .map(|p| Zeroizing::new(p.to_be_bytes().to_vec()))
        };
        let parts = [
            Zeroizing::new(vec![0]),
            Zeroizing::new(key.n().as_ref().to_be_bytes().to_vec()),
            be(key.e()),
            be(key.d()),
            crt(prime(0)),
            crt(prime(1)),
            crt(key.dp().map(be)),
            crt(key.dq().map(be)),
            crt(key
                .qinv()
                .map(|q| Zeroizing::new(q.retrieve().to_be_bytes().to_vec()))),
        ];
        let parts: Vec<_> = parts
            .iter()
            .map(|p| Zeroizing::new(der::unsigned(p)))
            .collect();
        let parts: Vec<&[u8]> = parts.iter().map(|p| p.as_slice()).collect();
        Zeroizing::new(der::write(der::SEQUENCE, &parts))
    }

    /// PKCS#8; DSA has none in Go.
    pub(crate) fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let (algorithm, key) = match self {
            Self::Rsa(key) => (der::algorithm(oid::RSA, &[der::NULL, 0]), Self::pkcs1(key)),
            Self::Ec(curve, secret, public) => {
                let point = der::write(der::explicit(1), &[&der::bits(public)]);
                let key = der::write(
                    der::SEQUENCE,
                    &[
                        &der::unsigned(&[1]),
                        &Zeroizing::new(der::write(der::OCTETS, &[secret])),
                        &point,
                    ],
                );
                (
                    der::algorithm(oid::EC, &der::write(der::OID, &[curve.oid()])),
                    Zeroizing::new(key),
                )
            }
            Self::Ed25519(seed) => (
                der::algorithm(oid::ED25519, &[]),
                Zeroizing::new(der::write(der::OCTETS, &[seed.as_slice()])),
            ),
            Self::Dsa(_) => {
                return Err(Fault::plain(
                    "x509: unknown key type while marshaling PKCS#8: *dsa.PrivateKey",
                ));
            }
        };
        let octets = Zeroizing::new(der::write(der::OCTETS, &[&key]));
        Ok(Zeroizing::new(der::write(
            der::SEQUENCE,
            &[&der::unsigned(&[0]), &algorithm, &octets],
        )))
    }

    /// The PEM that sprig writes: the oldest form of each kind.
    pub(crate) fn to_pem(&self) -> Result<Vec<u8>, Fault> {
        Ok(match self {
            Self::Rsa(key) => pem::encode("RSA PRIVATE KEY", &Self::pkcs1(key)),
            Self::Ec(curve, secret, public) => {
                let octets = Zeroizing::new(der::write(der::OCTETS, &[secret]));
                let name = der::write(der::explicit(0), &[&der::write(der::OID, &[curve.oid()])]);
                let point = der::write(der::explicit(1), &[&der::bits(public)]);
                let key = Zeroizing::new(der::write(
                    der::SEQUENCE,
                    &[&der::unsigned(&[1]), &octets, &name, &point],
                ));
                pem::encode("EC PRIVATE KEY", &key)
            }
            Self::Ed25519(_) => pem::encode("PRIVATE KEY", &self.to_pkcs8()?),
            Self::Dsa(parts) => {
                let parts: Vec<_> = parts
                    .iter()
                    .map(|p| Zeroizing::new(der::unsigned(p)))
                    .collect();
                let version = der::unsigned(&[0]);
                let parts: Vec<&[u8]> = std::iter::once(version.as_slice())
                    .chain(parts.iter().map(|p| p.as_slice()))
                    .collect();
                pem::encode(
                    "DSA PRIVATE KEY",
                    &Zeroizing::new(der::write(der::SEQUENCE, &parts)),
                )
            }
        })
    }

    /// The public key's structure in certificates.
    pub(crate) fn public_info(&self) -> Result<Vec<u8>, Fault> {
        Ok(match self {
            Self::Rsa(key) => rsa_public(&key.n().as_ref().to_be_bytes(), &key.e().to_be_bytes()),
            Self::Ec(curve, _, public) => ec_public(*curve, public),
            Self::Ed25519(seed) => ed25519_public(
                ed25519_dalek::SigningKey::from_bytes(seed)
                    .verifying_key()
                    .as_bytes(),
            ),
            Self::Dsa(_) => {
                return Err(Fault::plain(
                    "error creating certificate: x509: unsupported public key type: *dsa.PublicKey",
                ));
            }
        })
    }
}

/// RSA's public key structure.
pub(crate) fn rsa_public(n: &[u8], e: &[u8]) -> Vec<u8> {
    let key = der::write(der::SEQUENCE, &[&der::unsigned(n), &der::unsigned(e)]);
    der::write(
        der::SEQUENCE,
        &[&der::algorithm(oid::RSA, &[der::NULL, 0]), &der::bits(&key)],
    )
}

/// ECDSA's.
pub(crate) fn ec_public(curve: Curve, point: &[u8]) -> Vec<u8> {
    der::write(
        der::SEQUENCE,
        &[
            &der::algorithm(oid::EC, &der::write(der::OID, &[curve.oid()])),
            &der::bits(point),
        ],
    )
}

/// Ed25519's.
pub(crate) fn ed25519_public(key: &[u8]) -> Vec<u8> {
    der::write(
        der::SEQUENCE,
        &[&der::algorithm(oid::ED25519, &[]), &der::bits(key)],
    )
}
