//! The sealed bytes of one value: a length, an RSA part and a sealed part.
//!
//! | offset | length | content |
//! |---|---|---|
//! | 0 | 2 | big-endian length `L` of the RSA part |
//! | 2 | L | a session key under RSA-OAEP (SHA-256, MGF1 with SHA-256), bound to the label of the scope |
//! | 2+L | n+16 | the n bytes of plaintext under AES-GCM with that session key |
//!
//! There is no version, no key id and no compression.

use std::fmt;

/// Length of the authentication tag that ends the sealed part.
pub(crate) const TAG_LEN: usize = 16;

/// An envelope taken apart. Parsing says nothing yet about whether any key opens it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Envelope<'a> {
    rsa_part: &'a [u8],
    sealed_part: &'a [u8],
}

/// A part of an envelope, in the order of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The two bytes that say how long the RSA part is.
    Length,
    /// The encrypted session key.
    Rsa,
    /// The encrypted plaintext, which ends in a tag of 16 bytes.
    Sealed,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "length field",
            Self::Rsa => "encrypted session key",
            Self::Sealed => "authentication tag",
        })
    }
}

/// Bytes that are no envelope, whatever the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The bytes end too early.
    #[error("the value is cut off: its {part} needs {needed} bytes, but {found} are left")]
    TooShort {
        /// The first part that is incomplete.
        part: Part,
        /// Bytes that this part needs at least.
        needed: usize,
        /// Bytes that are left for it.
        found: usize,
    },
}

/// Why a key of a given modulus cannot open an envelope, whatever its other half.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// More bytes than the modulus has.
    #[error("the RSA part has {part} bytes, the key's modulus {modulus}")]
    TooLong {
        /// Length of the RSA part in bytes.
        part: usize,
        /// Length of the modulus in bytes.
        modulus: usize,
    },
    /// A number that encryption modulo this modulus cannot yield.
    #[error("the RSA part is not below the key's modulus")]
    NotBelowModulus,
}

impl<'a> Envelope<'a> {
    /// Takes `bytes` apart.
    ///
    /// # Errors
    /// [`EnvelopeError::TooShort`] when they end before the parts do.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        let too_short = |part, needed, found| EnvelopeError::TooShort {
            part,
            needed,
            found,
        };
        let (length, rest) =
            bytes
                .split_first_chunk::<2>()
                .ok_or(too_short(Part::Length, 2, bytes.len()))?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (rsa_part, sealed_part) =
            rest.split_at_checked(length)
                .ok_or(too_short(Part::Rsa, length, rest.len()))?;
        if sealed_part.len() < TAG_LEN {
            return Err(too_short(Part::Sealed, TAG_LEN, sealed_part.len()));
        }
        Ok(Self {
            rsa_part,
            sealed_part,
        })
    }

    /// Puts an envelope together; `None` when the RSA part is longer than its length field can say.
    pub(crate) fn build(rsa_part: &[u8], sealed_part: &[u8]) -> Option<Vec<u8>> {
        let length = u16::try_from(rsa_part.len()).ok()?;
        Some([&length.to_be_bytes(), rsa_part, sealed_part].concat())
    }

    /// The encrypted session key: as long as the modulus, or shorter if leading zeros were dropped.
    #[must_use]
    pub const fn rsa_part(&self) -> &'a [u8] {
        self.rsa_part
    }

    /// The encrypted plaintext with its tag of 16 bytes.
    #[must_use]
    pub const fn sealed_part(&self) -> &'a [u8] {
        self.sealed_part
    }

    /// Length of the plaintext in bytes. Anyone can see it, key or not.
    #[must_use]
    pub const fn plaintext_len(&self) -> usize {
        self.sealed_part.len().saturating_sub(TAG_LEN)
    }

    /// Whether a key with this modulus (big-endian, no leading zeros) may have made the RSA part.
    ///
    /// # Errors
    /// The [`Misfit`] that rules it out for certain.
    pub fn could_fit(&self, modulus: &[u8]) -> Result<(), Misfit> {
        let (part, modulus_len) = (self.rsa_part.len(), modulus.len());
        if part > modulus_len {
            return Err(Misfit::TooLong {
                part,
                modulus: modulus_len,
            });
        }
        // Both are public. Of equal length, bytes compare as the numbers do.
        if part == modulus_len && self.rsa_part >= modulus {
            return Err(Misfit::NotBelowModulus);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_and_put_together_again() {
        let bytes = Envelope::build(b"rsa", &[7; 20]).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        assert_eq!(envelope.rsa_part(), b"rsa");
        assert_eq!(envelope.sealed_part(), [7; 20]);
        assert_eq!(envelope.plaintext_len(), 4);
        assert!(Envelope::build(&[0; 65536], &[]).is_none());
    }

    #[test]
    fn every_truncation_names_the_part_that_is_missing() {
        let whole = Envelope::build(&[1; 256], &[2; 16]).unwrap();
        assert!(Envelope::parse(&whole).is_ok());
        for keep in 0..whole.len() {
            let EnvelopeError::TooShort {
                part,
                needed,
                found,
            } = Envelope::parse(&whole[..keep]).unwrap_err();
            let expected = match keep {
                0..2 => (Part::Length, 2, keep),
                2..258 => (Part::Rsa, 256, keep - 2),
                _ => (Part::Sealed, 16, keep - 258),
            };
            assert_eq!((part, needed, found), expected);
        }
    }

    #[test]
    fn a_modulus_is_ruled_out_by_length_and_by_value() {
        let bytes = Envelope::build(&[0x80, 0x00], &[0; 16]).unwrap();
        let envelope = Envelope::parse(&bytes).unwrap();
        let too_long = Misfit::TooLong {
            part: 2,
            modulus: 1,
        };
        assert_eq!(envelope.could_fit(&[0xff]), Err(too_long));
        assert_eq!(
            envelope.could_fit(&[0x7f, 0xff]),
            Err(Misfit::NotBelowModulus)
        );
        assert_eq!(
            envelope.could_fit(&[0x80, 0x00]),
            Err(Misfit::NotBelowModulus)
        );
        assert_eq!(envelope.could_fit(&[0x80, 0x01]), Ok(()));
        assert_eq!(envelope.could_fit(&[0x01, 0x00, 0x00]), Ok(()));
    }
}
