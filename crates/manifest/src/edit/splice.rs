//! Bytes that go, and what comes in their place.

use lacre_secret::{SecretBytes, SecretWriter};

use crate::span::Span;

pub(super) type Text = SecretWriter;

pub(super) struct Splice {
    span: Span,
    text: SecretBytes,
    /// Set for a new entry beside others.
    entry: Option<NewEntry>,
}

/// Where a new entry goes among others that are new at the same place.
struct NewEntry {
    key: String,
    /// The mapping is sorted, and so are the new entries; else they keep the order in which they came.
    sorted: bool,
}

impl Splice {
    /// `text` in the place of `span`.
    pub(super) fn exchange(span: Span, text: SecretBytes) -> Self {
        Self {
            span,
            text,
            entry: None,
        }
    }

    /// An entry between others of its mapping; several of them may come to the same place.
    pub(super) fn entry(at: usize, text: SecretBytes, key: &str, sorted: bool) -> Self {
        let entry = Some(NewEntry {
            key: key.to_owned(),
            sorted,
        });
        Self {
            span: Span::new(at, at),
            text,
            entry,
        }
    }

    /// True if both can be made to the same text. To touch is not to be apart, but for two new entries.
    pub(super) fn allows(&self, other: &Self) -> bool {
        match (&self.entry, &other.entry) {
            (Some(a), Some(b)) if self.span == other.span => a.key != b.key,
            _ => self.span.end < other.span.start || other.span.end < self.span.start,
        }
    }
}

pub(super) fn spliced(source: &[u8], mut splices: Vec<Splice>) -> SecretBytes {
    splices.sort_by(|a, b| {
        let by_key = match (&a.entry, &b.entry) {
            (Some(a), Some(b)) if a.sorted => a.key.cmp(&b.key),
            _ => std::cmp::Ordering::Equal,
        };
        a.span.start.cmp(&b.span.start).then(by_key)
    });
    let added: usize = splices.iter().map(|splice| splice.text.len()).sum();
    let mut out = SecretWriter::with_capacity(source.len() + added);
    let mut at = 0;
    for splice in splices {
        out.push(source.get(at..splice.span.start).unwrap_or_default());
        out.push(splice.text.expose());
        at = splice.span.end;
    }
    out.push(source.get(at..).unwrap_or_default());
    out.finish()
}

/// How lines end in this source.
pub(super) fn line_break(source: &[u8]) -> &'static [u8] {
    let first = source.iter().position(|&byte| byte == b'\n');
    let before = first
        .and_then(|at| at.checked_sub(1))
        .and_then(|at| source.get(at));
    if before == Some(&b'\r') {
        b"\r\n"
    } else {
        b"\n"
    }
}
