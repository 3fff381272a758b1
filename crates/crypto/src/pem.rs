//! PEM blocks as Go's `encoding/pem` finds them: text around blocks is skipped, and so is a block
//! that is malformed. Contents are secrets, since a block may hold a private key.

use lacre_secret::{SecretBytes, SecretWriter};
use zeroize::Zeroizing;

use crate::text;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// One block.
pub(crate) struct Block<'a> {
    /// The words between `BEGIN` and the dashes, e.g. `CERTIFICATE`.
    pub(crate) label: &'a [u8],
    /// `Key: value` lines, trimmed.
    pub(crate) headers: Vec<(&'a [u8], &'a [u8])>,
    /// The decoded contents, usually DER.
    pub(crate) contents: SecretBytes,
}

/// Every well-formed block of `text`, in order.
pub(crate) fn blocks(text: &[u8]) -> Blocks<'_> {
    Blocks { rest: text }
}

/// See [`blocks`].
pub(crate) struct Blocks<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Blocks<'a> {
    type Item = Block<'a>;

    fn next(&mut self) -> Option<Block<'a>> {
        loop {
            // The first END decides; of several BEGINs before it the last one counts.
            let end = find(self.rest, END)?;
            let after_end = self.rest.get(end + END.len()..)?;
            let before_end = self.rest.get(..end)?;
            let block = rfind(before_end, BEGIN).and_then(|begin| {
                let starts_line = begin == 0 || self.rest.get(begin - 1) == Some(&b'\n');
                let body = self.rest.get(begin + BEGIN.len()..)?;
                starts_line.then_some(read_block(body, end - begin - BEGIN.len(), after_end)?)
            });
            self.rest = after_end;
            if let Some((block, rest)) = block {
                self.rest = rest;
                return Some(block);
            }
        }
    }
}

/// Reads the block whose label starts `body` and whose END is `end` bytes into it.
fn read_block<'a>(
    body: &'a [u8],
    end: usize,
    after_end: &'a [u8],
) -> Option<(Block<'a>, &'a [u8])> {
    let (line, mut rest) = split_line(body);
    let label = line.strip_suffix(DASHES)?;
    let closing = after_end.strip_prefix(label)?.strip_prefix(DASHES)?;
    let (trailing, after) = split_line(closing);
    if !trailing.is_empty() {
        return None;
    }

    let mut headers = Vec::new();
    loop {
        if rest.is_empty() {
            return None;
        }
        let (line, next) = split_line(rest);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            break;
        };
        let (key, value) = line.split_at_checked(colon)?;
        headers.push((key.trim_ascii(), value.get(1..)?.trim_ascii()));
        rest = next;
    }

    // An empty block has its END on the line after BEGIN: the line break belongs to both.
    let consumed = body.len() - rest.len();
    let contents = match end.checked_sub(consumed) {
        Some(length) => decode(rest.get(..length)?)?,
        None if headers.is_empty() => SecretBytes::new(Vec::new()),
        None => return None,
    };
    let block = Block {
        label,
        headers,
        contents,
    };
    Some((block, after))
}

/// Base64 in which blanks and tabs may stand anywhere too.
fn decode(body: &[u8]) -> Option<SecretBytes> {
    let mut packed = Zeroizing::new(Vec::with_capacity(body.len()));
    packed.extend(body.iter().filter(|byte| !matches!(byte, b' ' | b'\t')));
    text::decode_base64_secret(&packed).ok()
}

/// The first line without its line break and trailing blanks, and what follows it.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match text.iter().position(|byte| *byte == b'\n') {
        Some(at) => (
            text.get(..at).unwrap_or_default(),
            text.get(at + 1..).unwrap_or_default(),
        ),
        None => (text, &[][..]),
    };
    let mut line = if rest.len() < text.len() - line.len() {
        line.strip_suffix(b"\r").unwrap_or(line)
    } else {
        line
    };
    while let [start @ .., b' ' | b'\t'] = line {
        line = start;
    }
    (line, rest)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

fn rfind(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).rposition(|window| window == what)
}

/// A block without headers, in lines of 64 characters.
pub(crate) fn write(label: &str, der: &[u8]) -> SecretBytes {
    let encoded = Zeroizing::new(text::encode_text(der));
    let mut out = SecretWriter::with_capacity(encoded.len() + encoded.len() / 64 + 128);
    for part in ["-----BEGIN ", label, "-----\n"] {
        out.push(part.as_bytes());
    }
    for line in encoded.as_bytes().chunks(64) {
        out.push(line);
        out.push(b"\n");
    }
    for part in ["-----END ", label, "-----\n"] {
        out.push(part.as_bytes());
    }
    out.finish()
}
