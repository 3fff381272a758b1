//! Go's `regexp` on top of the `regex` crate: its grammar is checked and translated, its rules for empty
//! matches are followed, and bad bytes match as U+FFFD.

use regex::{Captures, Regex, RegexBuilder};

use super::syntax::{Translation, translate};
use super::{quote, runes};

/// A compiled pattern.
pub(crate) struct Regexp {
    regex: Regex,
    /// Names of groups by number
    names: Vec<Option<String>>,
}

/// A pattern that Go takes.
pub(crate) struct Checked<'a> {
    pattern: &'a [u8],
    translation: Translation,
}

impl Checked<'_> {
    /// How much its repeats make of it.
    pub(crate) fn weight(&self) -> u64 {
        self.translation.weight
    }
}

fn wrong(what: &str, part: &[u8]) -> Vec<u8> {
    [
        b"error parsing regexp: ",
        what.as_bytes(),
        b": `",
        part,
        b"`",
    ]
    .concat()
}

/// One match: where it is, and where its groups are.
pub(crate) type Groups = Vec<Option<(usize, usize)>>;

/// Memory that one compiled pattern may take.
const SIZE_LIMIT: usize = 8 << 20;

impl Regexp {
    /// Checks a pattern; the error is Go's text.
    pub(crate) fn check(pattern: &[u8]) -> Result<Checked<'_>, Vec<u8>> {
        let text = std::str::from_utf8(pattern).map_err(|_| wrong("invalid UTF-8", pattern))?;
        let translation = translate(text).map_err(|(what, part)| wrong(what, part.as_bytes()))?;
        Ok(Checked {
            pattern,
            translation,
        })
    }

    /// Compiles what was checked.
    pub(crate) fn compile(checked: Checked<'_>) -> Result<Self, Vec<u8>> {
        let Translation { pattern, names, .. } = checked.translation;
        RegexBuilder::new(&pattern)
            .size_limit(SIZE_LIMIT)
            .dfa_size_limit(SIZE_LIMIT)
            .nest_limit(1100)
            .build()
            .map(|regex| Self { regex, names })
            .map_err(|_| wrong("expression too large", checked.pattern))
    }

    /// Whether there is a match.
    pub(crate) fn is_match(&self, subject: &Subject) -> bool {
        self.regex.is_match(&subject.text)
    }

    /// Up to `limit` matches. The crate goes on after empty matches as Go does.
    pub(crate) fn find_all(&self, subject: &Subject, limit: usize) -> Vec<Groups> {
        let found = self.regex.captures_iter(&subject.text);
        found.take(limit).map(|c| groups(&c, subject)).collect()
    }

    /// Numbers of the groups of that name.
    pub(crate) fn groups_named(&self, name: &str) -> impl Iterator<Item = usize> {
        let named =
            |(at, known): (usize, &Option<String>)| (known.as_deref() == Some(name)).then_some(at);
        self.names.iter().enumerate().filter_map(named)
    }

    /// How much work one byte of a subject is, roughly.
    pub(crate) fn weight(&self) -> usize {
        1 + self.regex.as_str().len() / 32
    }
}

fn groups(captures: &Captures<'_>, subject: &Subject) -> Groups {
    captures
        .iter()
        .map(|group| group.map(|m| (subject.original(m.start()), subject.original(m.end()))))
        .collect()
}

/// A text to be searched: valid UTF-8, with what each place was in the original.
pub(crate) struct Subject {
    text: String,
    /// For texts with bad bytes: original offset of every offset.
    offsets: Option<Vec<usize>>,
}

impl Subject {
    /// Prepares a text.
    pub(crate) fn new(text: &[u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(text) {
            return Self {
                text: text.to_owned(),
                offsets: None,
            };
        }
        // A bad byte becomes a character of three, all of which stand where the byte stood.
        let mut readable = String::with_capacity(text.len() * 3);
        let mut offsets = Vec::with_capacity(text.len() * 3 + 1);
        for (at, c, width) in runes::indices(text) {
            readable.push(c);
            offsets.extend((0..c.len_utf8()).map(|n| at + n.min(width - 1)));
        }
        offsets.push(text.len());
        Self {
            text: readable,
            offsets: Some(offsets),
        }
    }

    fn original(&self, at: usize) -> usize {
        self.offsets
            .as_ref()
            .map_or(at, |offsets| offsets.get(at).copied().unwrap_or_default())
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.text);
    }
}

/// Go's `QuoteMeta`.
pub(crate) fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() * 2);
    for byte in text {
        if br"\.+*?()|[]{}^$".contains(byte) {
            out.push(b'\\');
        }
        out.push(*byte);
    }
    out
}

/// `regexp.MustCompile`'s panic.
pub(crate) fn must_compile(pattern: &[u8], error: &[u8]) -> Vec<u8> {
    let shown = if quote::can_backquote(pattern) {
        [b"`", pattern, b"`"].concat()
    } else {
        quote::quoted(pattern).into_bytes()
    };
    [b"regexp: Compile(", shown.as_slice(), b"): ", error].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(pattern: &str) -> Result<Regexp, Vec<u8>> {
        Regexp::compile(Regexp::check(pattern.as_bytes())?)
    }

    fn found(pattern: &str, text: &[u8]) -> Vec<(usize, usize)> {
        let regexp = compile(pattern).unwrap();
        regexp
            .find_all(&Subject::new(text), usize::MAX)
            .iter()
            .filter_map(|g| g[0])
            .collect()
    }

    #[test]
    fn empty_matches_follow_go() {
        assert_eq!(found("a*", b"baaau"), [(0, 0), (1, 4), (5, 5)]);
        assert_eq!(found("", b"ab"), [(0, 0), (1, 1), (2, 2)]);
    }

    #[test]
    fn bad_bytes_match_as_one_character() {
        assert_eq!(found(".", b"a\xff\xc3\xa9"), [(0, 1), (1, 2), (2, 4)]);
    }

    #[test]
    fn classes_are_ascii_as_in_go() {
        assert!(found(r"\w", "é".as_bytes()).is_empty());
        assert!(found(r"\d", "٣".as_bytes()).is_empty());
        assert_eq!(found(r"\bb", "éb".as_bytes()), [(2, 3)]);
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "a**",
            "(",
            "[",
            "a{1001}",
            r"\k",
            "(?x)a",
            "((a{30}){30}){30}",
            r"\pX",
            "*",
            "(?i",
            r"[z-a]",
            "a)",
        ] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
        for pattern in [
            "a{,2}",
            "a{",
            r"[[a]",
            "(?P<n>a)",
            "(?<n>a)",
            "(?<n>a)(?P<n>b)",
            r"\Qa.b\E",
            r"\x{10FFFF}",
            "[[:alpha:]]",
            r"\pL",
            r"\p{Greek}",
            "[]a]",
            "[a&&b]",
            "x{2}{3}",
        ] {
            assert_eq!(compile(pattern).is_err(), pattern == "x{2}{3}", "{pattern}");
        }
    }
}
