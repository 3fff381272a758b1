//! What was found out about a value, in words. No finding holds a value.

use std::fmt;

use lacre_crypto::Scope;

use crate::identity::OwnedIdentity;

/// One thing that was found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: What,
    /// True when it is proven, as far as the stamp is trusted where it speaks; false when something else may be
    /// the cause.
    pub certain: bool,
}

/// What can be found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Nothing stands there.
    Empty,
    /// A PEM block stands where ciphertext belongs.
    Pem {
        /// The block's label.
        label: String,
    },
    /// Base64 of something that is no sealed value: an unsealed one, most likely.
    NotSealed {
        /// How many bytes.
        bytes: usize,
        /// Whether they are readable text.
        readable: bool,
    },
    /// Not base64 at all.
    NotBase64 {
        /// First offset, in bytes of the text, that cannot be decoded.
        offset: usize,
    },
    /// Sound but for spaces or tabs in the text.
    Blanks {
        /// Where the first one is, in bytes of the text.
        offset: usize,
    },
    /// Sound but for the alphabet.
    UrlSafe {
        /// Where the first character of the other alphabet is, in bytes of the text.
        offset: usize,
    },
    /// Sound but for the `=` at the end.
    PaddingMissing,
    /// The beginning of a sealed value.
    Truncated {
        /// Bytes that it needs at least.
        needed: usize,
        /// Bytes that are there.
        found: usize,
    },
    /// A key opens it under another identity.
    SealedFor {
        /// The identity it opens under.
        sealed_for: OwnedIdentity,
        /// The identity it was found under.
        found: OwnedIdentity,
        /// The key's name.
        key: String,
    },
    /// Key and identity are right, but the bytes were changed.
    Damaged {
        /// The key's fingerprint.
        key: String,
    },
    /// There are no keys.
    NoKeys,
    /// The keys at hand are all of another size, or too small a number, to have made it.
    NoKeyFits {
        /// How many there are.
        keys: usize,
    },
    /// None of the keys opens it under any identity that was tried.
    NoKeyOpens {
        /// Keys that were tried.
        tried: usize,
        /// Keys that were ruled out without trying.
        skipped: usize,
    },
    /// None of the certificates can have made it.
    NoCertificateFits {
        /// How many were given.
        certificates: usize,
    },
    /// The stamp says that it was sealed for another identity.
    StampedFor {
        /// The identity in the stamp.
        sealed_for: OwnedIdentity,
        /// The identity it was found under.
        found: OwnedIdentity,
    },
    /// The stamp says that it was sealed with a key that is neither among the keys nor the certificates.
    StampedWithOtherKey {
        /// SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal.
        key: String,
    },
    /// The ciphertext is not the one that was stamped.
    ChangedSinceStamp {
        /// When the stamped one was sealed.
        time: String,
    },
    /// A scope annotation that counts as absent.
    ScopeIgnored {
        /// The annotation.
        annotation: String,
        /// Its value.
        value: String,
    },
    /// The same ciphertext stands under other identities.
    CopiedFrom {
        /// The identities.
        places: Vec<OwnedIdentity>,
    },
}

impl Finding {
    pub(crate) fn certain(what: What) -> Self {
        Self {
            what,
            certain: true,
        }
    }

    pub(crate) fn guess(what: What) -> Self {
        Self {
            what,
            certain: false,
        }
    }

    /// Whether it says that the value was sealed for another identity than the one it was found under.
    #[must_use]
    pub fn is_about_identity(&self) -> bool {
        matches!(self.what, What::SealedFor { .. } | What::StampedFor { .. })
    }

    /// How to mend it, as an order to the author; `None` when the finding says no more than that it does not open.
    #[must_use]
    pub fn mend(&self) -> Option<String> {
        let mend = match &self.what {
            What::Empty => "seal a value, or remove the item".to_owned(),
            What::Pem { .. } | What::NotSealed { .. } => {
                "seal the value; if it was committed or shared, change it first".to_owned()
            }
            What::NotBase64 { .. } | What::Truncated { .. } | What::Damaged { .. } => {
                "restore the value from its history, or seal it again".to_owned()
            }
            What::Blanks { .. } => "remove the spaces and tabs from the value".to_owned(),
            What::UrlSafe { .. } => "write + for - and / for _ in the value".to_owned(),
            What::PaddingMissing => "add the = signs at the end of the value".to_owned(),
            What::SealedFor {
                sealed_for, found, ..
            }
            | What::StampedFor { sealed_for, found } => mend_identity(sealed_for, found),
            What::NoKeyFits { .. }
            | What::NoCertificateFits { .. }
            | What::StampedWithOtherKey { .. } => {
                "seal it again with the certificate of the cluster that is to open it".to_owned()
            }
            What::ScopeIgnored { annotation, .. } => {
                format!("write {annotation}: \"true\", or remove the annotation")
            }
            What::CopiedFrom { .. } => "seal the value again for one of them".to_owned(),
            What::NoKeys | What::NoKeyOpens { .. } | What::ChangedSinceStamp { .. } => return None,
        };
        Some(mend)
    }
}

fn mend_identity(sealed_for: &OwnedIdentity, found: &OwnedIdentity) -> String {
    let back = if sealed_for.scope != found.scope {
        let mut orders = Vec::new();
        if let Some(annotation) = found.scope.annotation() {
            orders.push(format!("remove the annotation {annotation}"));
        }
        if let Some(annotation) = sealed_for.scope.annotation() {
            orders.push(format!("add the annotation {annotation}: \"true\""));
        }
        orders.join(" and ")
    } else {
        let mut orders = Vec::new();
        if sealed_for.namespace != found.namespace {
            orders.push(format!("namespace {}", sealed_for.namespace));
        }
        if sealed_for.name != found.name {
            orders.push(format!("name {}", sealed_for.name));
        }
        format!("give the object {} again", orders.join(" and "))
    };
    format!("{back}, or seal the value again for {found}")
}

/// "namespace prod", "name db", or both as "prod/db", whichever differs; the scope where that does.
fn said(identity: &OwnedIdentity, other: &OwnedIdentity) -> String {
    let of = |word: &str, text: &str| match text {
        "" => format!("no {word}"),
        text => format!("{word} {text}"),
    };
    if identity.scope != other.scope {
        return identity.to_string();
    }
    match (
        identity.namespace != other.namespace,
        identity.name != other.name,
    ) {
        (true, false) => of("namespace", &identity.namespace),
        (false, true) => of("name", &identity.name),
        _ if identity.scope == Scope::Strict => format!("{}/{}", identity.namespace, identity.name),
        _ => identity.to_string(),
    }
}

/// The found side of "sealed for namespace prod, found in default".
fn found_in(found: &OwnedIdentity, sealed_for: &OwnedIdentity) -> String {
    let text = said(found, sealed_for);
    if found.scope != sealed_for.scope {
        return text;
    }
    match text.split_once(' ') {
        Some(("namespace" | "name", rest)) => rest.to_owned(),
        _ => text,
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Empty => f.write_str("the value is empty"),
            What::Pem { label } => write!(
                f,
                "a PEM block ({label}) stands in place of ciphertext, in clear"
            ),
            What::NotSealed { bytes, readable } => {
                let kind = if *readable { "readable text" } else { "data" };
                write!(
                    f,
                    "base64 of {bytes} bytes of {kind}, which is no sealed value"
                )
            }
            What::NotBase64 { offset } => write!(f, "not base64, from byte {offset} on"),
            What::Blanks { offset } => write!(
                f,
                "spaces or tabs in the value, the first at byte {offset}; without them it is whole"
            ),
            What::UrlSafe { offset } => write!(
                f,
                "the URL-safe base64 alphabet, from byte {offset} on; in the standard one it is whole"
            ),
            What::PaddingMissing => f.write_str("the padding (=) at the end is missing"),
            What::Truncated { needed, found } => {
                write!(f, "cut off: {found} bytes of at least {needed}")
            }
            What::SealedFor {
                sealed_for,
                found,
                key,
            } => {
                write!(
                    f,
                    "sealed for {}, found in {} (key {key})",
                    said(sealed_for, found),
                    found_in(found, sealed_for)
                )
            }
            What::Damaged { key } => write!(
                f,
                "key ({key}), namespace, name and scope are right, but the value was changed"
            ),
            What::NoKeys => f.write_str("there is no private key to open it with"),
            What::NoKeyFits { keys } => write!(
                f,
                "sealed with another key: its size or number rules out all {keys} at hand"
            ),
            What::NoKeyOpens { tried, skipped } => {
                write!(
                    f,
                    "none of {} keys opens it under any name that was tried: sealed with another key, for another object, or damaged",
                    tried + skipped
                )
            }
            What::NoCertificateFits { certificates } => {
                write!(
                    f,
                    "not sealed with any of the {certificates} certificates given: its size or number rules them out"
                )
            }
            What::StampedFor { sealed_for, found } => {
                write!(
                    f,
                    "its stamp says: sealed for {}, found in {}",
                    said(sealed_for, found),
                    found_in(found, sealed_for)
                )
            }
            What::StampedWithOtherKey { key } => {
                write!(
                    f,
                    "its stamp says: sealed with the key of SPKI SHA-256 {key}, which is not among those given"
                )
            }
            What::ChangedSinceStamp { time } => write!(
                f,
                "not the value that was stamped at {time}: changed since then"
            ),
            What::ScopeIgnored { annotation, value } => {
                write!(
                    f,
                    "{annotation} is {value:?}, which counts as absent: only \"true\" widens the scope"
                )
            }
            What::CopiedFrom { places } => {
                let places: Vec<String> = places.iter().map(ToString::to_string).collect();
                write!(
                    f,
                    "the same ciphertext stands under {}; it cannot open under both",
                    places.join(", ")
                )
            }
        }
    }
}
