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
            let begin = rfind(self.rest.get(..end)?, BEGIN);
            let after_end = self.rest.get(end + END.len()..)?;
            let body = begin
                .filter(|begin| *begin == 0 || self.rest.get(begin - 1) == Some(&b'\n'))
                .and_then(|begin| self.rest.get(begin + BEGIN.len()..));
            self.rest = after_end;
            let Some(body) = body else { continue };
            match read_block(body, after_end) {
                Ok((block, rest)) => {
                    self.rest = rest;
                    return Some(block);
                }
                Err(Flaw::Block) => {}
                Err(Flaw::Text) => self.rest = &[],
            }
        }
    }
}

enum Flaw {
    /// Go goes on behind this block.
    Block,
    /// Go gives up: what it takes for headers runs past the end of the block.
    Text,
}

/// Reads the block of which `body` starts with the label and `after_end` with what follows END.
fn read_block<'a>(body: &'a [u8], after_end: &'a [u8]) -> Result<(Block<'a>, &'a [u8]), Flaw> {
    let (line, mut rest) = split_line(body);
    let label = line.strip_suffix(DASHES).ok_or(Flaw::Block)?;

    let mut headers = Vec::new();
    loop {
        if rest.is_empty() {
            return Err(Flaw::Text);
        }
        let (line, next) = split_line(rest);
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            break;
        };
        let (key, value) = line.split_at_checked(colon).ok_or(Flaw::Block)?;
        headers.push((
            key.trim_ascii(),
            value.get(1..).unwrap_or_default().trim_ascii(),
        ));
        rest = next;
    }
    if rest.len() < after_end.len() {
        return Err(Flaw::Text);
    }

    let closing = after_end
        .strip_prefix(label)
        .and_then(|closing| closing.strip_prefix(DASHES))
        .ok_or(Flaw::Block)?;
    let (trailing, after) = split_line(closing);
    if !trailing.is_empty() {
        return Err(Flaw::Block);
    }

    let length = rest.len().checked_sub(after_end.len() + END.len());
    let contents = match length {
        Some(length) => rest.get(..length).and_then(decode).ok_or(Flaw::Block)?,
        // END follows BEGIN at once: the line break between them belongs to both.
        None if headers.is_empty() => SecretBytes::new(Vec::new()),
        None => return Err(Flaw::Block),
    };
    let block = Block {
        label,
        headers,
        contents,
    };
    Ok((block, after))
}

/// Base64 in which blanks and tabs may stand anywhere too.
fn decode(body: &[u8]) -> Option<SecretBytes> {
    let mut packed = Zeroizing::new(Vec::with_capacity(body.len()));
    packed.extend(body.iter().filter(|byte| !matches!(byte, b' ' | b'\t')));
    text::decode_base64_secret(&packed).ok()
}

/// The first line without its line break and trailing blanks, and what follows it.
fn split_line(text: &[u8]) -> (&[u8], &[u8]) {
    let (mut line, rest) = match text.iter().position(|byte| *byte == b'\n') {
        Some(at) => {
            let (line, rest) = text.split_at_checked(at).unwrap_or_default();
            (
                line.strip_suffix(b"\r").unwrap_or(line),
                rest.get(1..).unwrap_or_default(),
            )
        }
        None => (text, Default::default()),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Row {
        r#in: String,
        blocks: Vec<Expected>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Expected {
        label: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        hex: String,
    }

    fn text(bytes: &[u8]) -> String {
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[test]
    fn blocks_are_those_that_go_finds() {
        let rows: Vec<Row> =
            serde_json::from_str(include_str!("../tests/fixtures/pem-go.json")).unwrap();
        assert!(rows.len() > 40);
        for row in rows {
            let found: Vec<_> = blocks(row.r#in.as_bytes())
                .map(|block| Expected {
                    label: text(block.label),
                    headers: block
                        .headers
                        .iter()
                        .map(|(key, value)| (text(key), text(value)))
                        .collect(),
                    hex: block
                        .contents
                        .expose()
                        .iter()
                        .map(|byte| format!("{byte:02x}"))
                        .collect(),
                })
                .collect();
            assert_eq!(found, row.blocks, "{:?}", row.r#in);
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for length in [0, 1, 2, 47, 48, 49, 96, 1000] {
            let der = vec![0xa5; length];
            let pem = write("SOME THING", &der);
            let read: Vec<_> = blocks(pem.expose()).collect();
            assert_eq!(read.len(), 1);
            assert_eq!(read[0].label, b"SOME THING");
            assert_eq!(read[0].contents.expose(), der);
            assert!(text(pem.expose()).lines().all(|line| line.len() <= 64));
        }
    }
}
