//! PEM as Go's `encoding/pem` reads and writes it.

use std::collections::BTreeMap;

use crate::go::{base64, runes};

/// One block.
pub(crate) struct Block {
    pub(crate) kind: Vec<u8>,
    pub(crate) headers: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(crate) bytes: zeroize::Zeroizing<Vec<u8>>,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// The first line without blanks at its end, what follows, and the length with the line break.
fn line(data: &[u8]) -> (&[u8], &[u8], usize) {
    let end = data.iter().position(|b| *b == b'\n');
    let text = data.get(..end.unwrap_or(data.len())).unwrap_or_default();
    let text = if end.is_some() {
        text.strip_suffix(b"\r").unwrap_or(text)
    } else {
        text
    };
    let used = end.map_or(data.len(), |at| at + 1);
    let text = runes::trim_end(text, |c| c == ' ' || c == '\t');
    (text, data.get(used..).unwrap_or_default(), used)
}

fn rfind(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).rposition(|w| w == needle)
}

/// The next block and what follows it; without one, all of `data` follows.
pub(crate) fn decode(data: &[u8]) -> (Option<Block>, &[u8]) {
    let mut rest = data;
    loop {
        let Some(end) = runes::find(rest, END) else {
            return (None, data);
        };
        let after_end = rest.get(end + END.len()..).unwrap_or_default();
        let begin = rfind(rest.get(..end).unwrap_or_default(), BEGIN);
        let begin = begin.filter(|at| *at == 0 || rest.get(at - 1) == Some(&b'\n'));
        let Some(begin) = begin else {
            rest = after_end;
            continue;
        };
        // Bodies end at the line break before END, which can be the one that ends the BEGIN line.
        let inside = rest.get(begin + BEGIN.len()..=end).unwrap_or_default();
        match block(inside, after_end) {
            Some((block, after)) => return (Some(block), after),
            None => rest = after_end,
        }
    }
}

/// Reads what is between BEGIN and END, and checks the end line, whose type comes first in `after`.
fn block<'a>(inside: &[u8], after: &'a [u8]) -> Option<(Block, &'a [u8])> {
    let (kind, mut body, _) = line(inside);
    let kind = kind.strip_suffix(DASHES)?;
    let mut headers = BTreeMap::new();
    while !body.is_empty() {
        let (text, next, _) = line(body);
        let Some(colon) = text.iter().position(|b| *b == b':') else {
            break;
        };
        let (key, value) = text.split_at_checked(colon)?;
        headers.insert(
            runes::trim_space(key).to_vec(),
            runes::trim_space(value.get(1..)?).to_vec(),
        );
        body = next;
    }
    let tail = after.strip_prefix(kind)?.strip_prefix(DASHES)?;
    let (rest_of_line, rest, _) = line(tail);
    if !rest_of_line.is_empty() {
        return None;
    }
    let clean: zeroize::Zeroizing<Vec<u8>> = body
        .iter()
        .copied()
        .filter(|b| !matches!(b, b' ' | b'\t'))
        .collect::<Vec<_>>()
        .into();
    let bytes = base64::decode(&clean).ok()?;
    Some((
        Block {
            kind: kind.to_vec(),
            headers,
            bytes: bytes.into(),
        },
        rest,
    ))
}

/// Writes a block without headers.
pub(crate) fn encode(kind: &str, bytes: &[u8]) -> Vec<u8> {
    write(kind.as_bytes(), &BTreeMap::new(), bytes)
}

/// Writes a block; `None` if a header cannot be written.
pub(crate) fn encode_block(block: &Block) -> Option<Vec<u8>> {
    if block.headers.keys().any(|k| k.contains(&b':')) {
        return None;
    }
    Some(write(&block.kind, &block.headers, &block.bytes))
}

fn write(kind: &[u8], headers: &BTreeMap<Vec<u8>, Vec<u8>>, bytes: &[u8]) -> Vec<u8> {
    let mut out = [b"-----BEGIN ".as_slice(), kind, b"-----\n"].concat();
    if !headers.is_empty() {
        // Proc-Type comes first.
        let first = headers.iter().filter(|(k, _)| k.as_slice() == b"Proc-Type");
        for (key, value) in
            first.chain(headers.iter().filter(|(k, _)| k.as_slice() != b"Proc-Type"))
        {
            out.extend([key.as_slice(), b": ", value, b"\n"].concat());
        }
        out.push(b'\n');
    }
    let text = zeroize::Zeroizing::new(base64::encode(bytes));
    for chunk in text.as_bytes().chunks(64) {
        out.extend_from_slice(chunk);
        out.push(b'\n');
    }
    out.extend([b"-----END ".as_slice(), kind, b"-----\n"].concat());
    out
}
