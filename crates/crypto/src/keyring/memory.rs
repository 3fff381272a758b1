//! Which key opened what. A hint only: forgetting or mixing up costs time, never correctness.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::{Envelope, Fingerprint};

/// Places in a [`Table`]. A controller with more values than this forgets some.
const PLACES: usize = 4096;

/// Safe to share; all hints together take less than a megabyte.
#[derive(Default)]
pub(super) struct Memory {
    tables: Mutex<Tables>,
}

#[derive(Default)]
struct Tables {
    by_rsa_part: Table,
    by_label: Table,
}

impl Memory {
    /// Notes that `key` opened `envelope` under `label`.
    pub(super) fn learn(&self, envelope: &Envelope<'_>, label: &[u8], key: Fingerprint) {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        tables.by_rsa_part.set(envelope.rsa_part(), key);
        tables.by_label.set(label, key);
    }

    /// The keys that opened the same bytes and a value under the same label.
    pub(super) fn recall(&self, envelope: &Envelope<'_>, label: &[u8]) -> [Option<Fingerprint>; 2] {
        let tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        [
            tables.by_rsa_part.get(envelope.rsa_part()),
            tables.by_label.get(label),
        ]
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memory")
    }
}

/// A table of fixed size: what hashes to the same place replaces what was there.
#[derive(Default)]
struct Table {
    places: Vec<Option<([u8; 8], Fingerprint)>>,
}

impl Table {
    fn set(&mut self, what: &[u8], key: Fingerprint) {
        if self.places.is_empty() {
            self.places.resize(PLACES, None);
        }
        let (place, tag) = hash(what);
        if let Some(slot) = self.places.get_mut(place) {
            *slot = Some((tag, key));
        }
    }

    fn get(&self, what: &[u8]) -> Option<Fingerprint> {
        let (place, tag) = hash(what);
        let (found, key) = (*self.places.get(place)?)?;
        (found == tag).then_some(key)
    }
}

/// A place in the table and what tells its users apart.
fn hash(what: &[u8]) -> (usize, [u8; 8]) {
    let digest: [u8; 32] = Sha256::digest(what).into();
    let [a, b, tag @ ..] = digest;
    let place = usize::from(u16::from_be_bytes([a, b])) % PLACES;
    (place, tag.first_chunk().copied().unwrap_or_default())
}
