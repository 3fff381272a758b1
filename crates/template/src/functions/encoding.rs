//! sprig's encodings and hashes. Decoders give their error text as the result: a trap, and Go's.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Dialects, Function, Type};
use crate::go::base64;
use crate::value::{Text, Value};

const T: Type = Type::Text;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("b64enc", &[T], |_, a| Ok(base64::encode(a.text(0)).into())).cost(2),
    Function::new("b64dec", &[T], |_, a| {
        Ok(decoded(base64::decode(a.text(0))))
    })
    .cost(2),
    Function::new("b32enc", &[T], |_, a| {
        Ok(Value::Text(Text::from_vec(base64::encode32(a.text(0)))))
    })
    .cost(2),
    Function::new("b32dec", &[T], |_, a| {
        Ok(decoded(base64::decode32(a.text(0))))
    })
    .cost(2),
    Function::new("hexdec", &[T], |_, a| {
        Ok(decoded(base64::decode_hex(a.text(0))))
    })
    .only(Dialects::ExternalSecrets)
    .cost(2),
    Function::new("sha1sum", &[T], |_, a| {
        Ok(base64::hex(&Sha1::digest(a.text(0))).into())
    })
    .cost(8),
    Function::new("sha256sum", &[T], |_, a| {
        Ok(base64::hex(&Sha256::digest(a.text(0))).into())
    })
    .cost(8),
    Function::new("sha512sum", &[T], |_, a| {
        Ok(base64::hex(&Sha512::digest(a.text(0))).into())
    })
    .cost(8),
    Function::new("adler32sum", &[T], |_, a| {
        Ok(adler2::adler32_slice(a.text(0)).to_string().into())
    })
    .cost(2),
];

fn decoded(result: Result<Vec<u8>, String>) -> Value {
    match result {
        Ok(bytes) => Value::Text(Text::from_vec(bytes)),
        Err(text) => text.into(),
    }
}
