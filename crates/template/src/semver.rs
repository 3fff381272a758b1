//! Semantic versions as Masterminds reads them: `v1`, missing parts and leading zeros pass.

use std::cmp::Ordering;

use crate::fault::Fault;
use crate::value::{UnsignedType, Value};

/// A version.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
    pub(crate) pre: String,
    pub(crate) metadata: String,
    /// As written.
    pub(crate) original: String,
}

impl Version {
    /// Reads a version.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Fault> {
        let invalid = || Fault::plain("invalid semantic version");
        let original = std::str::from_utf8(text).map_err(|_| invalid())?;
        let rest = original.strip_prefix('v').unwrap_or(original);
        let (rest, metadata) = rest
            .split_once('+')
            .map_or((rest, None), |(a, b)| (a, Some(b)));
        let (core, pre) = rest
            .split_once('-')
            .map_or((rest, None), |(a, b)| (a, Some(b)));
        let parts: Vec<&str> = core.split('.').collect();
        let numeric = |p: &&str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
        if parts.len() > 3
            || !parts.iter().all(numeric)
            || !pre.is_none_or(is_dotted)
            || !metadata.is_none_or(is_dotted)
        {
            return Err(invalid());
        }
        let number = |at: usize| parts.get(at).map_or(Ok(0), |p| segment(p));
        let pre = pre.unwrap_or_default();
        check_pre(pre)?;
        Ok(Self {
            major: number(0)?,
            minor: number(1)?,
            patch: number(2)?,
            pre: pre.into(),
            metadata: metadata.unwrap_or_default().into(),
            original: original.into(),
        })
    }

    /// `1.2.3-pre+metadata`
    pub(crate) fn to_text(&self) -> String {
        let mut text = format!("{}.{}.{}", self.major, self.minor, self.patch);
        for (mark, part) in [('-', &self.pre), ('+', &self.metadata)] {
            if !part.is_empty() {
                text.push(mark);
                text.push_str(part);
            }
        }
        text
    }

    /// The struct's fields, for `%+v` and such.
    pub(crate) fn fields(&self) -> [(&'static str, Value); 6] {
        let number = |n| Value::Unsigned(UnsignedType::Uint64, n);
        [
            ("major", number(self.major)),
            ("minor", number(self.minor)),
            ("patch", number(self.patch)),
            ("pre", self.pre.as_str().into()),
            ("metadata", self.metadata.as_str().into()),
            ("original", self.original.as_str().into()),
        ]
    }

    /// Precedence; metadata does not count.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let numbers =
            (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch));
        numbers.then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => compare_pre(&self.pre, &other.pre),
        })
    }

    fn renamed(mut self, from: &Self) -> Self {
        let prefix = if from.original.starts_with('v') {
            "v"
        } else {
            ""
        };
        self.original = format!("{prefix}{}", self.to_text());
        self
    }

    fn bare(&self, major: u64, minor: u64, patch: u64) -> Self {
        Self {
            major,
            minor,
            patch,
            ..Self::default()
        }
        .renamed(self)
    }

    /// `IncPatch`: a pre-release only loses its mark.
    pub(crate) fn next_patch(&self) -> Self {
        let step = u64::from(self.pre.is_empty());
        self.bare(self.major, self.minor, self.patch.wrapping_add(step))
    }

    /// `IncMinor`
    pub(crate) fn next_minor(&self) -> Self {
        self.bare(self.major, self.minor.wrapping_add(1), 0)
    }

    /// `IncMajor`
    pub(crate) fn next_major(&self) -> Self {
        self.bare(self.major.wrapping_add(1), 0, 0)
    }

    /// `SetPrerelease`
    pub(crate) fn with_pre(&self, pre: &[u8]) -> Result<Self, Fault> {
        let bad = || Fault::plain("invalid prerelease string");
        let pre = std::str::from_utf8(pre).map_err(|_| bad())?;
        if !pre.is_empty() {
            if !is_dotted(pre) {
                return Err(bad());
            }
            check_pre(pre)?;
        }
        Ok(Self {
            pre: pre.into(),
            ..self.clone()
        }
        .renamed(self))
    }

    /// `SetMetadata`
    pub(crate) fn with_metadata(&self, metadata: &[u8]) -> Result<Self, Fault> {
        match std::str::from_utf8(metadata) {
            Ok(metadata) if metadata.is_empty() || is_dotted(metadata) => Ok(Self {
                metadata: metadata.into(),
                ..self.clone()
            }
            .renamed(self)),
            _ => Err(Fault::plain("invalid metadata string")),
        }
    }
}

fn segment(digits: &str) -> Result<u64, Fault> {
    digits.parse().map_err(|_| {
        let full = format!("error parsing version segment: strconv.ParseUint: parsing \"{digits}\": value out of range");
        Fault::valued("error parsing version segment: value out of range", full)
    })
}

/// Letters, digits and hyphens between dots, no part empty.
fn is_dotted(text: &str) -> bool {
    text.split('.').all(|part| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    })
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
}

fn check_pre(pre: &str) -> Result<(), Fault> {
    if pre
        .split('.')
        .any(|p| is_number(p) && p.len() > 1 && p.starts_with('0'))
    {
        return Err(Fault::plain("version segment starts with 0"));
    }
    Ok(())
}

/// Orders pre-releases part by part: a missing part is least, a number below a word.
pub(crate) fn compare_pre(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (x, y) = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (x, y) => (x.unwrap_or_default(), y.unwrap_or_default()),
        };
        let order = match (x.is_empty(), y.is_empty()) {
            _ if x == y => Ordering::Equal,
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => match (
                x.parse::<u64>().ok().filter(|_| is_number(x)),
                y.parse::<u64>().ok().filter(|_| is_number(y)),
            ) {
                (Some(x), Some(y)) => x.cmp(&y),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => x.cmp(y),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}
