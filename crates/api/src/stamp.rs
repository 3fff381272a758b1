//! The seal stamp: what was sealed when, for whom and with which key, told by the sealer.
//!
//! It stands in the annotation [`SEAL_STAMP`](crate::annotations::SEAL_STAMP) of the SealedSecret as compact
//! JSON; `docs/seal-stamp.md` describes it. It is not signed: it catches mistakes, not malice. Nothing in it
//! is secret, since digests are of ciphertexts.

use std::collections::{BTreeMap, BTreeSet};

use lacre_crypto::{Identity, Scope, decode_text, encode_text};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::annotations;
use crate::sealed_secret::SealedSecret;

/// The version of the format that is written.
pub const VERSION: u32 = 1;

/// Longest text that is read, in bytes: what Kubernetes allows for all annotations of an object together.
pub const MAX_LENGTH: usize = 256 * 1024;

/// All seals of one object, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// One group for each time that something was sealed.
    pub seals: Vec<Seal>,
}

/// What was sealed at one time with one key for one identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// SHA-256 of the key's SubjectPublicKeyInfo, 64 lower-case hexadecimal digits.
    pub key: String,
    /// The scope.
    #[serde(with = "scope_word")]
    pub scope: Scope,
    /// The namespace, unless the scope is cluster-wide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The name, if the scope is strict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When, as RFC 3339 in UTC, to the second.
    pub time: String,
    /// Item name to digest of its ciphertext (see [`digest`]).
    pub items: BTreeMap<String, String>,
}

/// Why a stamp could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// Longer than any annotation can be.
    #[error(
        "the seal stamp is {length} bytes long, longer than an annotation may be ({MAX_LENGTH})"
    )]
    TooLong {
        /// Bytes found.
        length: usize,
    },
    /// Written by a later version of Lacre.
    #[error("the seal stamp has version {found}, this program knows {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
    /// Not the JSON that `docs/seal-stamp.md` describes.
    #[error("the seal stamp is not readable, at line {line} column {column} of the annotation")]
    Malformed {
        /// Line in the annotation's text, from 1; 0 when the text as a whole is meant.
        line: usize,
        /// Column, from 1; 0 when the text as a whole is meant.
        column: usize,
    },
}

/// What the text looks like. Fields that it has beyond these are ignored.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    #[serde(default)]
    seals: Vec<Seal>,
}

/// Only the version, read first, as a later version may look otherwise.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// The digest of a ciphertext: `sha256:` and base64 of SHA-256 over the bytes of the envelope.
#[must_use]
pub fn digest(envelope: &[u8]) -> String {
    format!("sha256:{}", encode_text(&Sha256::digest(envelope)))
}

impl Stamp {
    /// Reads the text of the annotation.
    ///
    /// # Errors
    /// [`StampError`].
    pub fn parse(text: &str) -> Result<Self, StampError> {
        if text.len() > MAX_LENGTH {
            return Err(StampError::TooLong { length: text.len() });
        }
        let malformed = |e: &serde_json::Error| StampError::Malformed {
            line: e.line(),
            column: e.column(),
        };
        let Versioned { version } = serde_json::from_str(text).map_err(|e| malformed(&e))?;
        if version != VERSION {
            return Err(StampError::Version { found: version });
        }
        let Written { seals, .. } = serde_json::from_str(text).map_err(|e| malformed(&e))?;
        Ok(Self { seals })
    }

    /// The stamp of an object; `None` when it has none.
    #[must_use]
    pub fn of(object: &SealedSecret) -> Option<Result<Self, StampError>> {
        let text = object
            .metadata
            .annotations
            .as_ref()?
            .get(annotations::SEAL_STAMP)?;
        Some(Self::parse(text))
    }

    /// The text of the annotation, on one line.
    #[must_use]
    pub fn to_text(&self) -> String {
        let written = Written {
            version: VERSION,
            seals: self.seals.clone(),
        };
        // Strings and maps with string keys always serialize.
        serde_json::to_string(&written).unwrap_or_default()
    }

    /// This stamp with one more seal: items that `seal` seals anew leave their old groups, and so do items
    /// that are not among `present`, those whose old seals still speak for them.
    #[must_use]
    pub fn with(mut self, seal: Option<Seal>, present: &BTreeSet<&str>) -> Self {
        let anew = |item: &str| {
            seal.as_ref()
                .is_some_and(|seal| seal.items.contains_key(item))
        };
        for old in &mut self.seals {
            old.items
                .retain(|item, _| present.contains(item.as_str()) && !anew(item));
        }
        self.seals.extend(seal);
        self.seals.retain(|seal| !seal.items.is_empty());
        self
    }

    /// What the stamp says of each item of `encrypted_data`, in the order of the names.
    #[must_use]
    pub fn cover<'a>(&'a self, encrypted_data: &'a BTreeMap<String, String>) -> Vec<Cover<'a>> {
        encrypted_data
            .iter()
            .map(|(item, text)| {
                // The last seal of an item is the one that counts.
                let sealed = self
                    .seals
                    .iter()
                    .rev()
                    .find_map(|seal| Some((seal, seal.items.get(item)?)));
                Cover {
                    item,
                    seal: sealed.map(|(seal, _)| seal),
                    intact: sealed.is_some_and(|(_, expected)| {
                        decode_text(text).is_ok_and(|envelope| digest(&envelope) == *expected)
                    }),
                }
            })
            .collect()
    }
}

/// What a stamp says of one item.
#[derive(Debug, Clone, Copy)]
pub struct Cover<'a> {
    /// The item of `encryptedData`.
    pub item: &'a str,
    /// The seal that speaks of it; `None` when it was sealed by something that writes no stamps.
    pub seal: Option<&'a Seal>,
    /// True when the ciphertext is the one that was stamped; false when it was changed since, or is not covered.
    pub intact: bool,
}

impl Seal {
    /// A seal without items, for `identity` with the key of this SPKI fingerprint at `time` (RFC 3339).
    #[must_use]
    pub fn new(key: String, identity: &Identity<'_>, time: String) -> Self {
        let Identity {
            scope,
            namespace,
            name,
        } = *identity;
        Self {
            key,
            scope,
            namespace: (scope != Scope::ClusterWide).then(|| namespace.to_owned()),
            name: (scope == Scope::Strict).then(|| name.to_owned()),
            time,
            items: BTreeMap::new(),
        }
    }

    /// Whether what was sealed opens under `identity`, as far as scope, namespace and name go.
    #[must_use]
    pub fn is_for(&self, identity: &Identity<'_>) -> bool {
        self.scope == identity.scope
            && (self.scope == Scope::ClusterWide
                || self.namespace.as_deref() == Some(identity.namespace))
            && (self.scope != Scope::Strict || self.name.as_deref() == Some(identity.name))
    }

    /// The identity that was sealed for; parts that the scope doesn't bind are empty.
    #[must_use]
    pub fn identity(&self) -> Identity<'_> {
        Identity {
            scope: self.scope,
            namespace: self.namespace.as_deref().unwrap_or_default(),
            name: self.name.as_deref().unwrap_or_default(),
        }
    }
}

/// A scope as its word; the empty word, which means strict elsewhere, is none here.
mod scope_word {
    use lacre_crypto::Scope;
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;

    pub(super) fn serialize<S: Serializer>(scope: &Scope, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(scope.as_str())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Scope, D::Error> {
        let word = String::deserialize(from)?;
        Scope::ALL
            .into_iter()
            .find(|scope| scope.as_str() == word)
            .ok_or_else(|| D::Error::custom("no scope"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Identity<'_> = Identity {
        scope: Scope::Strict,
        namespace: "prod",
        name: "db",
    };

    fn seal(identity: Identity<'_>, time: &str, items: &[(&str, &[u8])]) -> Seal {
        let mut seal = Seal::new("ab".repeat(32), &identity, time.to_owned());
        seal.items = items
            .iter()
            .map(|(item, bytes)| ((*item).to_owned(), digest(bytes)))
            .collect();
        seal
    }

    #[test]
    fn the_text_is_the_documented_one() {
        let stamp = Stamp {
            seals: vec![seal(STRICT, "2026-01-02T03:04:05Z", &[("password", b"")])],
        };
        let text = stamp.to_text();
        assert_eq!(
            text,
            format!(
                r#"{{"version":1,"seals":[{{"key":"{}","scope":"strict","namespace":"prod","name":"db","time":"2026-01-02T03:04:05Z","items":{{"password":"sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}}}}]}}"#,
                "ab".repeat(32)
            )
        );
        assert_eq!(Stamp::parse(&text), Ok(stamp));
    }

    #[test]
    fn only_what_the_scope_binds_is_written() {
        let wide = seal(
            Identity {
                scope: Scope::NamespaceWide,
                ..STRICT
            },
            "t",
            &[],
        );
        assert_eq!((wide.namespace.as_deref(), wide.name), (Some("prod"), None));
        let everywhere = seal(
            Identity {
                scope: Scope::ClusterWide,
                ..STRICT
            },
            "t",
            &[],
        );
        assert_eq!((everywhere.namespace, everywhere.name), (None, None));
    }

    #[test]
    fn a_seal_tells_whether_it_is_for_an_identity() {
        let at = |scope, namespace, name| Identity {
            scope,
            namespace,
            name,
        };
        let table = [
            (STRICT, at(Scope::Strict, "prod", "db"), true),
            (STRICT, at(Scope::Strict, "prod", "other"), false),
            (STRICT, at(Scope::Strict, "default", "db"), false),
            (STRICT, at(Scope::NamespaceWide, "prod", "db"), false),
            (
                at(Scope::NamespaceWide, "prod", "db"),
                at(Scope::NamespaceWide, "prod", "other"),
                true,
            ),
            (
                at(Scope::NamespaceWide, "prod", "db"),
                at(Scope::NamespaceWide, "default", "db"),
                false,
            ),
            (
                at(Scope::ClusterWide, "prod", "db"),
                at(Scope::ClusterWide, "x", "y"),
                true,
            ),
            (at(Scope::ClusterWide, "prod", "db"), STRICT, false),
        ];
        for (sealed_for, found_in, expected) in table {
            assert_eq!(
                seal(sealed_for, "t", &[]).is_for(&found_in),
                expected,
                "{sealed_for:?} {found_in:?}"
            );
        }
    }

    #[test]
    fn merging_keeps_what_stays_and_drops_what_was_replaced_or_removed() {
        let stamp = Stamp {
            seals: vec![
                seal(STRICT, "1", &[("a", b"1"), ("b", b"1"), ("gone", b"1")]),
                seal(STRICT, "2", &[("c", b"2")]),
            ],
        };
        let stamp = stamp.with(
            Some(seal(STRICT, "3", &[("b", b"3"), ("c", b"3")])),
            &BTreeSet::from(["a", "b", "c"]),
        );
        let groups: Vec<_> = stamp
            .seals
            .iter()
            .map(|s| (s.time.as_str(), s.items.keys().collect::<Vec<_>>()))
            .collect();
        assert_eq!(
            format!("{groups:?}"),
            r#"[("1", ["a"]), ("3", ["b", "c"])]"#
        );
    }

    #[test]
    fn a_changed_ciphertext_shows() {
        let stamp = Stamp {
            seals: vec![seal(
                STRICT,
                "1",
                &[("same", b"x"), ("changed", b"x"), ("broken", b"x")],
            )],
        };
        let data = BTreeMap::from(
            [
                ("same", "eA=="),
                ("changed", "eQ=="),
                ("broken", "%"),
                ("unknown", "eA=="),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned())),
        );
        let found: Vec<_> = stamp
            .cover(&data)
            .iter()
            .map(|c| (c.item, c.seal.is_some(), c.intact))
            .collect();
        assert_eq!(
            found,
            [
                ("broken", true, false),
                ("changed", true, false),
                ("same", true, true),
                ("unknown", false, false)
            ]
        );
    }

    #[test]
    fn what_is_no_stamp_is_refused_and_what_is_new_in_one_is_ignored() {
        let long = " ".repeat(MAX_LENGTH + 1);
        assert_eq!(
            Stamp::parse(&long),
            Err(StampError::TooLong {
                length: MAX_LENGTH + 1
            })
        );
        assert_eq!(
            Stamp::parse(r#"{"version":2,"seals":7}"#),
            Err(StampError::Version { found: 2 })
        );
        for text in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"version":1,"seals":7}"#,
            r#"{"version":-1}"#,
        ] {
            assert!(
                matches!(Stamp::parse(text), Err(StampError::Malformed { .. })),
                "{text}"
            );
        }
        let text = r#"{"version":1,"later":true,"seals":[{"key":"k","scope":"cluster-wide","time":"t","items":{},"signature":"s"}]}"#;
        assert_eq!(Stamp::parse(text).unwrap().seals.len(), 1);
        let text = r#"{"version":1,"seals":[{"key":"k","scope":"","time":"t","items":{}}]}"#;
        assert!(Stamp::parse(text).is_err());
    }
}
