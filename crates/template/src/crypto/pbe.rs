//! Encryption by password, as PKCS#12 has it: its own key derivation with 3DES and RC2, and PBES2 with AES.

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::der::{self, Reader, malformed};
use super::oid;
use crate::context::Context;
use crate::fault::Fault;
use crate::value::buffer::Buffer;

type Bytes = Zeroizing<Vec<u8>>;

/// A hash with its block and output sizes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    fn digest(self, data: &[u8]) -> Bytes {
        Zeroizing::new(match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        })
    }

    /// Output and block sizes.
    fn sizes(self) -> (usize, usize) {
        match self {
            Self::Sha1 => (20, 64),
            Self::Sha256 => (32, 64),
            Self::Sha512 => (64, 128),
        }
    }

    /// HMAC of a message.
    pub(crate) fn mac(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        fn run<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
            let Ok(mut mac) = <M as KeyInit>::new_from_slice(key) else {
                return Vec::new();
            };
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        }
        match self {
            Self::Sha1 => run::<Hmac<Sha1>>(key, message),
            Self::Sha256 => run::<Hmac<Sha256>>(key, message),
            Self::Sha512 => run::<Hmac<Sha512>>(key, message),
        }
    }
}

/// What a key is for, RFC 7292 appendix B.3.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// The password as PKCS#12 wants it: UTF-16 with a zero at the end.
pub(crate) fn bmp(password: &[u8], terminated: bool) -> Result<Bytes, Fault> {
    let mut out = Zeroizing::new(Vec::with_capacity(password.len() * 2 + 2));
    for c in crate::go::runes::chars(password) {
        let code = u16::try_from(u32::from(c)).map_err(|_| {
            Fault::plain("pkcs12: string contains characters that cannot be encoded in UCS-2")
        })?;
        out.extend(code.to_be_bytes());
    }
    if terminated {
        out.extend([0, 0]);
    }
    Ok(out)
}

/// The same back to UTF-8.
fn from_bmp(password: &[u8]) -> Buffer {
    let password = password.strip_suffix(&[0, 0]).unwrap_or(password);
    let mut out = Buffer::new();
    for pair in password.chunks(2) {
        if let [high, low] = pair {
            out.char(
                char::from_u32(u32::from(u16::from_be_bytes([*high, *low]))).unwrap_or('\u{FFFD}'),
            );
        }
    }
    out
}

/// Derives a key, RFC 7292 appendix B.2.
pub(crate) fn derive(
    context: &mut Context<'_>,
    hash: Hash,
    how: (&[u8], &[u8], u64),
    purpose: Purpose,
    size: usize,
) -> Result<Bytes, Fault> {
    let (salt, password, rounds) = how;
    let (output, block) = hash.sizes();
    let blocks = u64::try_from(size.div_ceil(output)).unwrap_or(1);
    context
        .budget
        .spend(rounds.saturating_mul(blocks).saturating_mul(15))?;
    let filled = |pattern: &[u8]| -> Bytes {
        let len = pattern.len().div_ceil(block) * block;
        Zeroizing::new(
            pattern
                .iter()
                .copied()
                .cycle()
                .take(if pattern.is_empty() { 0 } else { len })
                .collect(),
        )
    };
    let diversifier = vec![purpose as u8; block];
    let mut input = filled(salt);
    input.extend_from_slice(&filled(password));
    let mut out = Zeroizing::new(Vec::with_capacity(size + output));
    while out.len() < size {
        let mut a = hash.digest(&Zeroizing::new([diversifier.as_slice(), &input].concat()));
        for _ in 1..rounds {
            a = hash.digest(&a);
        }
        out.extend_from_slice(&a);
        let add: Bytes = Zeroizing::new(a.iter().copied().cycle().take(block).collect());
        for chunk in input.chunks_mut(block) {
            // Big-endian sum with one carried in.
            let mut carry = 1_u16;
            for (byte, more) in chunk.iter_mut().rev().zip(add.iter().rev()) {
                let sum = u16::from(*byte) + u16::from(*more) + carry;
                let [high, low] = sum.to_be_bytes();
                *byte = low;
                carry = u16::from(high);
            }
        }
    }
    out.truncate(size);
    Ok(out)
}

/// PBKDF2 by the parameters in `parameters`.
fn pbkdf2_key(
    context: &mut Context<'_>,
    parameters: &[u8],
    password: &[u8],
    size: usize,
) -> Result<Bytes, Fault> {
    let mut r = Reader::sequence(parameters)?;
    let salt = r.expect(der::OCTETS)?;
    let rounds = r.small()?;
    r.optional(der::INTEGER)?;
    let hash = match r.optional(der::SEQUENCE)? {
        None => oid::HMAC_SHA1,
        Some(body) => Reader(body).expect(der::OID)?,
    };
    let rounds = u32::try_from(rounds).map_err(|_| malformed())?;
    context.budget.spend(u64::from(rounds).saturating_mul(40))?;
    let mut key = Zeroizing::new(vec![0; size]);
    match hash {
        o if o == oid::HMAC_SHA1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, salt, rounds, &mut key),
        o if o == oid::HMAC_SHA256 => {
            pbkdf2::pbkdf2_hmac::<Sha256>(password, salt, rounds, &mut key)
        }
        o if o == oid::HMAC_SHA512 => {
            pbkdf2::pbkdf2_hmac::<Sha512>(password, salt, rounds, &mut key)
        }
        _ => return Err(Fault::plain("pkcs12: pbes2 prf is not supported")),
    }
    Ok(key)
}

fn unpad<C: BlockModeDecrypt + KeyIvInit>(
    key: &[u8],
    iv: &[u8],
    data: &[u8],
) -> Result<Bytes, Fault> {
    let wrong = || Fault::plain("pkcs12: decryption error, incorrect padding");
    let cipher = C::new_from_slices(key, iv).map_err(|_| wrong())?;
    cipher
        .decrypt_padded_vec::<Pkcs7>(data)
        .map(Zeroizing::new)
        .map_err(|_| wrong())
}

/// Decrypts `data` by the algorithm identifier `algorithm` (its contents) and the password in PKCS#12's form.
pub(crate) fn decrypt(
    context: &mut Context<'_>,
    algorithm: &[u8],
    data: &[u8],
    password: &[u8],
) -> Result<Bytes, Fault> {
    if data.is_empty() {
        return Err(Fault::plain("pkcs12: empty encrypted data"));
    }
    context.budget.allocate(data.len())?;
    let mut r = Reader(algorithm);
    let kind = r.expect(der::OID)?;
    let parameters = r.next()?.ok_or_else(malformed)?;
    if kind == oid::PBES2 {
        let mut p = Reader(parameters.body);
        let mut kdf = Reader(p.expect(der::SEQUENCE)?);
        let mut scheme = Reader(p.expect(der::SEQUENCE)?);
        if kdf.expect(der::OID)? != oid::PBKDF2 {
            return Err(Fault::plain("pkcs12: pbes2 kdf algorithm is not supported"));
        }
        let cipher = scheme.expect(der::OID)?;
        let iv = scheme.expect(der::OCTETS)?;
        let size = match cipher {
            o if o == oid::AES128_CBC => 16,
            o if o == oid::AES192_CBC => 24,
            o if o == oid::AES256_CBC => 32,
            _ => return Err(Fault::plain("pkcs12: pbes2 algorithm is not supported")),
        };
        let plain = from_bmp(password);
        let key = pbkdf2_key(
            context,
            kdf.next()?.ok_or_else(malformed)?.raw,
            plain.as_slice(),
            size,
        )?;
        return match size {
            16 => unpad::<cbc::Decryptor<aes::Aes128>>(&key, iv, data),
            24 => unpad::<cbc::Decryptor<aes::Aes192>>(&key, iv, data),
            _ => unpad::<cbc::Decryptor<aes::Aes256>>(&key, iv, data),
        };
    }
    let size = match kind {
        o if o == oid::PBE_3DES => 24,
        o if o == oid::PBE_RC2_128 => 16,
        o if o == oid::PBE_RC2_40 => 5,
        _ => return Err(Fault::plain("pkcs12: pbe algorithm is not supported")),
    };
    let mut p = Reader(parameters.body);
    let how = (p.expect(der::OCTETS)?, password, p.small()?);
    let key = derive(context, Hash::Sha1, how, Purpose::Key, size)?;
    let iv = derive(context, Hash::Sha1, how, Purpose::Iv, 8)?;
    match size {
        24 => unpad::<cbc::Decryptor<des::TdesEde3>>(&key, &iv, data),
        _ => {
            let wrong = || Fault::plain("pkcs12: decryption error, incorrect padding");
            let cipher = rc2::Rc2::new_with_eff_key_len(&key, key.len() * 8);
            let iv = (&iv[..]).try_into().map_err(|_| wrong())?;
            let mode =
                <cbc::Decryptor<rc2::Rc2> as aes::cipher::InnerIvInit>::inner_iv_init(cipher, iv);
            mode.decrypt_padded_vec::<Pkcs7>(data)
                .map(Zeroizing::new)
                .map_err(|_| wrong())
        }
    }
}

/// How often the key is hashed in what we write: go-pkcs12's "modern" profile.
pub(crate) const ROUNDS: u32 = 2048;

/// Encrypts with AES-256 and PBKDF2; gives algorithm identifier and data.
pub(crate) fn encrypt(
    context: &mut Context<'_>,
    data: &[u8],
    password: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let (mut salt, mut iv) = ([0_u8; 16], [0_u8; 16]);
    context.ambient.random(&mut salt);
    context.ambient.random(&mut iv);
    let parameters = der::write(
        der::SEQUENCE,
        &[
            &der::write(der::OCTETS, &[&salt]),
            &der::unsigned(&ROUNDS.to_be_bytes()),
            &der::algorithm(oid::HMAC_SHA256, &[]),
        ],
    );
    let plain = from_bmp(password);
    let key = pbkdf2_key(context, &parameters, plain.as_slice(), 32)?;
    let cipher =
        cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &iv).map_err(|_| malformed())?;
    let encrypted = cipher.encrypt_padded_vec::<Pkcs7>(data);
    let scheme = der::algorithm(oid::AES256_CBC, &der::write(der::OCTETS, &[&iv]));
    let pbes2 = der::write(
        der::SEQUENCE,
        &[&der::algorithm(oid::PBKDF2, &parameters), &scheme],
    );
    Ok((der::algorithm(oid::PBES2, &pbes2), encrypted))
}
