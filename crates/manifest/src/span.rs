//! Where something stands in the source.

use std::fmt;

/// A range of bytes in the source that was read; `0..0` for what was never in one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset after the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Number of bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// True if there is nothing between start and end.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// True if `other` lies wholly within.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// These bytes of `source`, or `None` if it is shorter.
    #[must_use]
    pub fn of(self, source: &[u8]) -> Option<&[u8]> {
        source.get(self.start..self.end)
    }
}

/// A place as editors show it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Finds lines and columns in a source. Lines end with LF, CR LF or a lone CR.
pub struct LineIndex<'a> {
    source: &'a [u8],
    starts: Vec<usize>,
    /// How many characters begin before each block of [`BLOCK`] bytes: a whole file may stand on one line.
    before_blocks: Vec<usize>,
}

/// Bytes that are counted at most for one position.
const BLOCK: usize = 1024;

impl<'a> LineIndex<'a> {
    /// Walks `source` once.
    #[must_use]
    pub fn new(source: &'a [u8]) -> Self {
        let mut starts = vec![0];
        for (at, &byte) in source.iter().enumerate() {
            if byte == b'\n' || (byte == b'\r' && source.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        let mut before_blocks = vec![0];
        let mut sum = 0;
        for block in source.chunks(BLOCK) {
            sum += characters(block);
            before_blocks.push(sum);
        }
        Self {
            source,
            starts,
            before_blocks,
        }
    }

    /// How many characters begin before `offset`.
    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let rest = self.source.get(block * BLOCK..offset).unwrap_or_default();
        self.before_blocks.get(block).copied().unwrap_or(0) + characters(rest)
    }

    /// Line and column of the byte at `offset`; of the end if it lies beyond.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.source.len());
        let line = self.starts.partition_point(|&start| start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let before = self.source.get(start..offset).unwrap_or_default();
        let mark = if start == 0 && before.starts_with(BYTE_ORDER_MARK) {
            1
        } else {
            0
        };
        Position {
            line,
            column: self.characters_before(offset) - self.characters_before(start) - mark + 1,
        }
    }

    /// The number of lines; a final line break does not begin another.
    #[must_use]
    pub fn lines(&self) -> usize {
        match self.starts.last() {
            Some(&last) if last == self.source.len() && last > 0 => self.starts.len() - 1,
            _ => self.starts.len(),
        }
    }
}

impl fmt::Debug for LineIndex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineIndex({} lines)", self.starts.len())
    }
}

/// UTF-8's byte order mark, which Windows editors put first in a file.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Number of UTF-8 characters that begin in `bytes`.
pub(crate) fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&b| b & 0xC0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_and_every_kind_of_line_end() {
        let source = "a\né: x\r\nb\rc".as_bytes();
        let index = LineIndex::new(source);
        let at = |needle: u8| {
            let offset = source.iter().position(|&b| b == needle).unwrap();
            index.position(offset).to_string()
        };
        assert_eq!(at(b'a'), "1:1");
        assert_eq!(at(b':'), "2:2");
        assert_eq!(at(b'x'), "2:4");
        assert_eq!(at(b'b'), "3:1");
        assert_eq!(at(b'c'), "4:1");
        assert_eq!(index.position(usize::MAX).to_string(), "4:2");
        assert_eq!(index.lines(), 4);
    }

    #[test]
    fn columns_are_counted_over_any_length() {
        let source = "\u{E9}x\n".to_owned() + &"\u{E9}x".repeat(2 * BLOCK);
        let index = LineIndex::new(source.as_bytes());
        for (at, (offset, _)) in source.char_indices().skip(3).enumerate() {
            let position = index.position(offset);
            assert_eq!((position.line, position.column), (2, at + 1));
        }
        assert_eq!(index.position(usize::MAX).column, 4 * BLOCK + 1);
    }

    #[test]
    fn a_byte_order_mark_takes_no_column() {
        let index = LineIndex::new(b"\xEF\xBB\xBFab\ncd\n");
        assert_eq!(index.position(4).to_string(), "1:2");
        assert_eq!(index.position(7).to_string(), "2:2");
        assert_eq!(index.lines(), 2);
    }
}
