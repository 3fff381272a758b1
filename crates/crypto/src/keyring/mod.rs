//! Many keys, of which one opens.

mod memory;

use std::cmp::Ordering;
use std::fmt;

use self::memory::Memory;
use crate::envelope::{Envelope, EnvelopeError, Misfit};
use crate::{Fingerprint, OpenError, SecretBytes, UnsealingKey};

/// Private keys, newest first. Threads can share it for opening.
///
/// Upstream tries every key in random order, and each wrong one costs a full RSA operation. Here
/// the key that opened the same bytes before goes first, then the one that opened their siblings
/// (values with the same label), then the newest; keys that cannot fit are not tried at all.
#[derive(Debug, Default)]
pub struct Keyring {
    entries: Vec<KeyringEntry>,
    memory: Memory,
}

/// One key with its place in the order.
#[derive(Debug)]
pub struct KeyringEntry {
    key: UnsealingKey,
    ordering_time: i64,
    name: String,
}

impl KeyringEntry {
    /// The key.
    #[must_use]
    pub const fn key(&self) -> &UnsealingKey {
        &self.key
    }

    /// What the order goes by, in seconds since 1970-01-01 UTC.
    #[must_use]
    pub const fn ordering_time(&self) -> i64 {
        self.ordering_time
    }

    /// What the caller calls it, e.g. the name of a key Secret or a file.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// A value that opened.
#[derive(Debug)]
pub struct Opened {
    /// What was sealed.
    pub plaintext: SecretBytes,
    /// The key that opened it.
    pub key: Fingerprint,
    /// How many keys were tried, this one included: each is one private-key operation.
    pub tried: usize,
}

/// What became of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The key.
    pub key: Fingerprint,
    /// Its name in the keyring.
    pub name: String,
    /// Why it did not open the value.
    pub outcome: Outcome,
}

/// Why a key did not open a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Outcome {
    /// Not tried, since it cannot open it.
    #[error("not tried: {0}")]
    Skipped(Misfit),
    /// Tried without success.
    #[error("{0}")]
    Failed(OpenError),
}

/// No key opened a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// The bytes are no envelope, whatever the key.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// There is no key to try.
    #[error("there is no private key to open it with")]
    NoKeys,
    /// None of the keys fits.
    #[error("no key opens it ({})", Summary(.attempts))]
    NoKeyOpens {
        /// One for each key, in the order of trying.
        attempts: Vec<Attempt>,
    },
    /// One of the keys is the right one, as is the label, but the contents are damaged.
    #[error("{} ({})", .cause, .key)]
    Damaged {
        /// The right key.
        key: Fingerprint,
        /// What is damaged.
        cause: OpenError,
    },
}

impl KeyringError {
    /// How many keys were tried without success.
    #[must_use]
    pub fn tried(&self) -> usize {
        match self {
            Self::Envelope(_) | Self::NoKeys => 0,
            Self::NoKeyOpens { attempts } => tried(attempts),
            Self::Damaged { .. } => 1,
        }
    }

    /// How many keys were not tried because they cannot fit.
    #[must_use]
    pub fn skipped(&self) -> usize {
        match self {
            Self::NoKeyOpens { attempts } => attempts.len() - tried(attempts),
            Self::Envelope(_) | Self::NoKeys | Self::Damaged { .. } => 0,
        }
    }
}

fn tried(attempts: &[Attempt]) -> usize {
    let failed = |attempt: &&Attempt| matches!(attempt.outcome, Outcome::Failed(_));
    attempts.iter().filter(failed).count()
}

struct Summary<'a>(&'a [Attempt]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tried = tried(self.0);
        write!(f, "{tried} tried")?;
        match self.0.len() - tried {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} of another size or modulus"),
        }
    }
}

fn newest_first(a: &KeyringEntry, b: &KeyringEntry) -> Ordering {
    b.ordering_time
        .cmp(&a.ordering_time)
        .then_with(|| a.name.cmp(&b.name))
        .then_with(|| a.key.fingerprint().cmp(b.key.fingerprint()))
}

impl Keyring {
    /// A keyring without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key. `ordering_time` (seconds since 1970-01-01 UTC) says how new it is; equal times
    /// go by name. A key that is there already is replaced, with its time and name.
    pub fn add(&mut self, key: UnsealingKey, ordering_time: i64, name: String) {
        self.entries
            .retain(|entry| entry.key.fingerprint() != key.fingerprint());
        let new = KeyringEntry {
            key,
            ordering_time,
            name,
        };
        let at = self
            .entries
            .partition_point(|entry| newest_first(entry, &new).is_le());
        self.entries.insert(at, new);
    }

    /// The keys, newest first.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &KeyringEntry> {
        self.entries.iter()
    }

    /// The key that new values should be sealed for.
    #[must_use]
    pub fn newest(&self) -> Option<&KeyringEntry> {
        self.entries.first()
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// True without keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Opens an envelope that was sealed for `label` (see [`crate::Identity::label`]).
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn open(&self, envelope: &[u8], label: &[u8]) -> Result<Opened, KeyringError> {
        let envelope = Envelope::parse(envelope)?;
        if self.entries.is_empty() {
            return Err(KeyringError::NoKeys);
        }
        let mut attempts = Vec::new();
        for entry in self.order(&envelope, label) {
            let key = *entry.key.fingerprint();
            let outcome = match entry.key.could_open(&envelope) {
                Err(misfit) => Outcome::Skipped(misfit),
                Ok(()) => match entry.key.open(&envelope, label) {
                    Ok(plaintext) => {
                        self.memory.learn(&envelope, label, key);
                        return Ok(Opened {
                            plaintext,
                            key,
                            tried: tried(&attempts) + 1,
                        });
                    }
                    Err(cause @ (OpenError::SessionKey { .. } | OpenError::SealedPart)) => {
                        return Err(KeyringError::Damaged { key, cause });
                    }
                    Err(error @ OpenError::RsaPart) => Outcome::Failed(error),
                },
            };
            attempts.push(Attempt {
                key,
                name: entry.name.clone(),
                outcome,
            });
        }
        Err(KeyringError::NoKeyOpens { attempts })
    }

    /// All entries, the most promising first. The sort is stable: among equals the newest.
    fn order(&self, envelope: &Envelope<'_>, label: &[u8]) -> Vec<&KeyringEntry> {
        let [same_bytes, same_label] = self.memory.recall(envelope, label);
        let part_len = envelope.rsa_part().len();
        let mut order: Vec<_> = self.entries.iter().collect();
        order.sort_by_key(|entry| {
            let key = Some(*entry.key.fingerprint());
            // Larger keys come last: only an encoder that drops leading zeros makes a shorter part.
            let other_size = entry.key.modulus_bits().div_ceil(8) != part_len;
            (key != same_bytes, key != same_label, other_size)
        });
        order
    }
}
