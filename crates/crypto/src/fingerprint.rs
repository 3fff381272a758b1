//! Names for keys that do not change with how a key is written down.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};

/// Identifies an RSA key pair; both of its halves have the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint {
    spki: [u8; 32],
    ssh: [u8; 32],
}

impl Fingerprint {
    /// From the two public numbers (big-endian, no leading zeros) and their DER form.
    pub(crate) fn new(modulus: &[u8], exponent: &[u8], spki: &[u8]) -> Self {
        let mut ssh = Sha256::new();
        let mut string = |prefix: &[u8], bytes: &[u8]| {
            let length = u32::try_from(prefix.len() + bytes.len()).unwrap_or(u32::MAX);
            ssh.update(length.to_be_bytes());
            ssh.update(prefix);
            ssh.update(bytes);
        };
        // RFC 4251: an mpint whose highest bit is set has a zero byte in front.
        let sign = |number: &[u8]| match number.first() {
            Some(0x80..) => &[0_u8][..],
            _ => &[],
        };
        string(&[], b"ssh-rsa");
        string(sign(exponent), exponent);
        string(sign(modulus), modulus);
        Self {
            spki: Sha256::digest(spki).into(),
            ssh: ssh.finalize().into(),
        }
    }

    /// OpenSSH's form, as `ssh-keygen -l` and the upstream controller print it: `SHA256:` and
    /// unpadded base64 of SHA-256 over the SSH wire form of the public key.
    #[must_use]
    pub fn ssh(&self) -> String {
        format!("SHA256:{}", STANDARD_NO_PAD.encode(self.ssh))
    }

    /// SHA-256 over the DER `SubjectPublicKeyInfo`.
    #[must_use]
    pub const fn spki_sha256(&self) -> [u8; 32] {
        self.spki
    }

    /// [`Self::spki_sha256`] in lower-case hexadecimal.
    #[must_use]
    pub fn spki_hex(&self) -> String {
        self.spki.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.ssh())
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({})", self.ssh())
    }
}
