//! sprig's passwords and AES.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Args, Dialects, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::base64;
use crate::value::buffer::Buffer;
use crate::value::{Text, Value};

const T: Type = Type::Text;
/// A bcrypt hash of cost 10, in steps.
const BCRYPT: u64 = 5_000_000;
/// An scrypt key as `derivePassword` wants it.
const SCRYPT: u64 = 10_000_000;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("bcrypt", &[T], |c, a| Ok(bcrypt(c, a.text(0)).into()))
        .random()
        .cost(BCRYPT),
    Function::new("htpasswd", &[T, T], |c, a| Ok(htpasswd(c, a, false)))
        .random()
        .cost(BCRYPT)
        .only(Dialects::SealedSecrets),
    Function::new("htpasswd", &[T, T, Type::HashAlgorithm], |c, a| {
        let sha = a.text(2) == b"sha";
        Ok(htpasswd(c, a, sha))
    })
    .random()
    .cost(BCRYPT)
    .only(Dialects::ExternalSecrets),
    Function::new("derivePassword", &[Type::Uint32, T, T, T, T], |_, a| {
        Ok(derive(a))
    })
    .cost(SCRYPT),
    Function::new("encryptAES", &[T, T], encrypt).random(),
    Function::new("decryptAES", &[T, T], |_, a| decrypt(a)),
];

/// A hash, or what is wrong as if it were one.
fn bcrypt(context: &mut Context<'_>, password: &[u8]) -> Text {
    if password.len() > 72 {
        return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
            .into();
    }
    let mut salt = [0; 16];
    context.ambient.random(&mut salt);
    match bcrypt::hash_with_salt(password, 10, salt) {
        Ok(parts) => parts.format_for_version(bcrypt::Version::TwoA).into(),
        Err(_) => "failed to encrypt string with bcrypt".into(),
    }
}

fn htpasswd(context: &mut Context<'_>, args: &Args, sha: bool) -> Value {
    let (user, password) = (args.text(0), args.text(1));
    let mut out = Buffer::new();
    if user.contains(&b':') {
        out.text("invalid username: ");
        out.bytes(user);
        return out.finish().into();
    }
    out.bytes(user);
    out.byte(b':');
    if sha {
        out.text("{SHA}");
        out.text(&base64::encode(&Sha1::digest(password)));
    } else {
        out.bytes(bcrypt(context, password).bytes());
    }
    out.finish().into()
}

const SEED: &[u8] = b"com.lyndir.masterpassword";

/// Shapes of passwords, by type: letters stand for sets of characters.
const SHAPES: [(&[u8], &[&[u8]]); 6] = [
    (
        b"maximum",
        &[b"anoxxxxxxxxxxxxxxxxx", b"axxxxxxxxxxxxxxxxxno"],
    ),
    (
        b"long",
        &[
            b"CvcvnoCvcvCvcv",
            b"CvcvCvcvnoCvcv",
            b"CvcvCvcvCvcvno",
            b"CvccnoCvcvCvcv",
            b"CvccCvcvnoCvcv",
            b"CvccCvcvCvcvno",
            b"CvcvnoCvccCvcv",
            b"CvcvCvccnoCvcv",
            b"CvcvCvccCvcvno",
            b"CvcvnoCvcvCvcc",
            b"CvcvCvcvnoCvcc",
            b"CvcvCvcvCvccno",
            b"CvccnoCvccCvcv",
            b"CvccCvccnoCvcv",
            b"CvccCvccCvcvno",
            b"CvcvnoCvccCvcc",
            b"CvcvCvccnoCvcc",
            b"CvcvCvccCvccno",
            b"CvccnoCvcvCvcc",
            b"CvccCvcvnoCvcc",
            b"CvccCvcvCvccno",
        ],
    ),
    (b"medium", &[b"CvcnoCvc", b"CvcCvcno"]),
    (b"short", &[b"Cvcn"]),
    (b"basic", &[b"aaanaaan", b"aannaaan", b"aaannaaa"]),
    (b"pin", &[b"nnnn"]),
];

fn characters(class: u8) -> &'static [u8] {
    match class {
        b'V' => b"AEIOU",
        b'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        b'v' => b"aeiou",
        b'c' => b"bcdfghjklmnpqrstvwxyz",
        b'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        b'n' => b"0123456789",
        b'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

/// The Master Password algorithm.
fn derive(args: &Args) -> Value {
    let (kind, password, user, site) = (args.text(1), args.text(2), args.text(3), args.text(4));
    let Some((_, shapes)) = SHAPES.iter().find(|(name, _)| *name == kind) else {
        return Value::text(&[b"cannot find password template ", kind].concat());
    };
    let len = |t: &[u8]| u32::try_from(t.len()).unwrap_or(u32::MAX).to_be_bytes();
    let salt = [SEED, &len(user), user].concat();
    let mut key = Zeroizing::new([0_u8; 64]);
    let derived = scrypt::Params::new(15, 8, 2)
        .is_ok_and(|p| scrypt::scrypt(password, &salt, &p, key.as_mut()).is_ok());
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_ref());
    let (true, Ok(mut mac)) = (derived, mac) else {
        return "failed to derive password".into();
    };
    let counter = u32::try_from(args.int(0)).unwrap_or_default().to_be_bytes();
    mac.update(&[SEED, &len(site), site, &counter].concat());
    let seed = Zeroizing::new(mac.finalize().into_bytes().to_vec());
    let byte = |at: usize| usize::from(seed.get(at).copied().unwrap_or_default());
    let shape = shapes
        .get(byte(0) % shapes.len())
        .copied()
        .unwrap_or_default();
    let mut out = Buffer::with_capacity(shape.len());
    for (at, class) in shape.iter().enumerate() {
        let set = characters(*class);
        out.byte(
            set.get(byte(at + 1) % set.len())
                .copied()
                .unwrap_or_default(),
        );
    }
    out.finish().into()
}

/// The password cut or filled to a key of AES-256.
fn aes_key(password: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut key = Zeroizing::new([0; 32]);
    key.iter_mut().zip(password).for_each(|(k, p)| *k = *p);
    key
}

fn encrypt(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    if args.text(1).is_empty() {
        return Ok("".into());
    }
    context
        .budget
        .allocate(args.text(1).len().saturating_mul(3))?;
    let mut iv = [0; 16];
    context.ambient.random(&mut iv);
    let cipher =
        cbc::Encryptor::<aes::Aes256>::new_from_slices(aes_key(args.text(0)).as_ref(), &iv);
    let cipher = cipher.map_err(|_| Fault::plain("crypto/aes: invalid key size"))?;
    let encrypted = cipher.encrypt_padded_vec::<Pkcs7>(args.text(1));
    Ok(base64::encode(&[iv.as_slice(), &encrypted].concat()).into())
}

fn decrypt(args: &Args) -> Result<Value, Fault> {
    if args.text(1).is_empty() {
        return Ok("".into());
    }
    let data = base64::decode(args.text(1)).map_err(Fault::plain)?;
    let out_of_bounds = |what: String| {
        Fault::valued(
            "runtime error: slice bounds out of range",
            format!("runtime error: slice bounds out of range {what}"),
        )
    };
    let Some((iv, data)) = data.split_at_checked(16) else {
        return Err(out_of_bounds(format!("[:16] with capacity {}", data.len())));
    };
    if data.len() % 16 != 0 {
        return Err(Fault::plain("crypto/cipher: input not full blocks"));
    }
    let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(aes_key(args.text(0)).as_ref(), iv);
    let cipher = cipher.map_err(|_| Fault::plain("crypto/aes: invalid key size"))?;
    let decrypted = cipher
        .decrypt_padded_vec::<NoPadding>(data)
        .map_err(|_| Fault::plain("crypto/cipher: input not full blocks"))?;
    let decrypted = Zeroizing::new(decrypted);
    // The padding's length is believed, the padding itself not looked at.
    let padding = match decrypted.last() {
        Some(last) => usize::from(*last),
        None => return Err(Fault::plain("runtime error: index out of range [-1]")),
    };
    match decrypted
        .len()
        .checked_sub(padding)
        .and_then(|end| decrypted.get(..end))
    {
        Some(text) => Ok(Value::text(text)),
        None => Err(out_of_bounds("[:-1]".into())),
    }
}
