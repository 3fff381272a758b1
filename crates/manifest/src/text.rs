//! Scalar text, which may be somebody's password.

use std::fmt;

use zeroize::Zeroize;

use crate::span::Span;

/// The text of a scalar: wiped when dropped, hidden by `Debug`, neither `Clone` nor `Display`.
pub struct Text(String);

impl Text {
    /// Takes over `text`; no copy is made.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, leaving none.
    pub(crate) fn take(&mut self) -> Self {
        Self(std::mem::take(&mut self.0))
    }

    /// A second copy, asked for by name because each one is one more thing to wipe.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self(self.0.clone())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if self.0.capacity() > 0 {
            self.0.zeroize();
        }
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Collects scalar text of unknown length; what it outgrows is wiped before it is let go.
#[derive(Default)]
pub(crate) struct TextWriter(String);

impl TextWriter {
    pub(crate) fn push(&mut self, text: &str) {
        let needed = self.0.len().saturating_add(text.len());
        if needed > self.0.capacity() {
            let twice = self.0.capacity().saturating_mul(2);
            let mut grown = String::with_capacity(needed.max(twice));
            grown.push_str(&self.0);
            self.0.zeroize();
            self.0 = grown;
        }
        self.0.push_str(text);
    }

    pub(crate) fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn finish(mut self) -> Text {
        Text(std::mem::take(&mut self.0))
    }
}

impl Drop for TextWriter {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Collects text that mostly stands in a source as it is: one copy is made of each stretch, and only one at all if there
/// is but one stretch.
pub(crate) struct StretchWriter<'a> {
    source: &'a str,
    stretch: Span,
    before: TextWriter,
}

impl<'a> StretchWriter<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self {
            source,
            stretch: Span::default(),
            before: TextWriter::default(),
        }
    }

    /// Appends these bytes of the source.
    pub(crate) fn push_source(&mut self, span: Span) {
        if span.is_empty() {
            return;
        }
        if self.stretch.end == span.start && !self.stretch.is_empty() {
            self.stretch.end = span.end;
        } else {
            self.flush();
            self.stretch = span;
        }
    }

    /// Appends text that is not in the source.
    pub(crate) fn push(&mut self, text: &str) {
        if !text.is_empty() {
            self.flush();
            self.before.push(text);
        }
    }

    pub(crate) fn push_char(&mut self, c: char) {
        self.push(c.encode_utf8(&mut [0; 4]));
    }

    fn flush(&mut self) {
        let stretch = std::mem::take(&mut self.stretch);
        self.before.push(
            self.source
                .get(stretch.start..stretch.end)
                .unwrap_or_default(),
        );
    }

    pub(crate) fn finish(mut self) -> Text {
        self.flush();
        self.before.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_the_text() {
        assert_eq!(format!("{:?}", Text::from("hunter2")), "[redacted]");
    }

    #[test]
    fn a_writer_keeps_every_character_while_it_grows() {
        let mut writer = TextWriter::default();
        let mut expected = String::new();
        for c in ('a'..='z').cycle().take(1000).chain("日本😀".chars()) {
            writer.push_char(c);
            expected.push(c);
        }
        assert_eq!(writer.as_str(), expected);
        assert_eq!(writer.finish().as_str(), expected);
    }
}
