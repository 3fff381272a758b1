//! Just enough DER: what it takes to read keys and stores strictly and to write them byte for byte as Go does.

use crate::fault::Fault;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BITS: u8 = 0x03;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const NULL: u8 = 0x05;
pub(crate) const OID: u8 = 0x06;
pub(crate) const UTF8: u8 = 0x0C;
pub(crate) const PRINTABLE: u8 = 0x13;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERAL_TIME: u8 = 0x18;
pub(crate) const BMP: u8 = 0x1E;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;

/// `[n]`, constructed.
pub(crate) const fn explicit(n: u8) -> u8 {
    0xA0 | n
}

/// Tag, length and the parts one after the other.
pub(crate) fn write(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let len: usize = parts.iter().map(|p| p.len()).sum();
    let mut out = Vec::with_capacity(len + 6);
    out.push(tag);
    match u8::try_from(len) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let bytes = len.to_be_bytes();
            let used = bytes
                .iter()
                .skip_while(|b| **b == 0)
                .copied()
                .collect::<Vec<_>>();
            out.push(0x80 | u8::try_from(used.len()).unwrap_or_default());
            out.extend(used);
        }
    }
    parts.iter().for_each(|p| out.extend_from_slice(p));
    out
}

/// An integer that is not negative, from big-endian bytes.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|b| **b == 0).count();
    match bytes.get(zeros..).unwrap_or_default() {
        [] => write(INTEGER, &[&[0]]),
        digits @ [first, ..] if *first >= 0x80 => write(INTEGER, &[&[0], digits]),
        digits => write(INTEGER, &[digits]),
    }
}

/// A bit string of whole bytes.
pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    write(BITS, &[&[0], bytes])
}

/// An algorithm identifier.
pub(crate) fn algorithm(oid: &[u8], parameters: &[u8]) -> Vec<u8> {
    write(SEQUENCE, &[&write(OID, &[oid]), parameters])
}

/// The refusal for what is no DER, or not the structure wanted.
pub(crate) fn malformed() -> Fault {
    Fault::plain("asn1: structure error")
}

/// One element.
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) body: &'a [u8],
    /// With tag and length
    pub(crate) raw: &'a [u8],
}

/// Elements one after the other.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    /// The elements of one constructed element which is all there is.
    pub(crate) fn sequence(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut outer = Self(bytes);
        let inside = outer.expect(SEQUENCE)?;
        outer.end()?;
        Ok(Self(inside))
    }

    /// The next element, if one is left.
    pub(crate) fn next(&mut self) -> Result<Option<Element<'a>>, Fault> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let start = self.0;
        let (tag, first) = match start {
            [tag, first, ..] if tag & 0x1F != 0x1F => (*tag, *first),
            _ => return Err(malformed()),
        };
        let (len, header) = if first < 0x80 {
            (usize::from(first), 2)
        } else {
            let count = usize::from(first & 0x7F);
            let digits = start
                .get(2..2 + count)
                .filter(|d| (1..=4).contains(&d.len()))
                .ok_or_else(malformed)?;
            let len = digits
                .iter()
                .fold(0_usize, |sum, b| sum << 8 | usize::from(*b));
            // DER has one way to write a length.
            if digits.first() == Some(&0) || len < 0x80 {
                return Err(malformed());
            }
            (len, 2 + count)
        };
        let (raw, rest) = start.split_at_checked(header + len).ok_or_else(malformed)?;
        self.0 = rest;
        Ok(Some(Element {
            tag,
            body: raw.get(header..).unwrap_or_default(),
            raw,
        }))
    }

    /// The next element's body; it must be there and of that tag.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<&'a [u8], Fault> {
        match self.next()? {
            Some(element) if element.tag == tag => Ok(element.body),
            _ => Err(malformed()),
        }
    }

    /// The next element's body if it is of that tag.
    pub(crate) fn optional(&mut self, tag: u8) -> Result<Option<&'a [u8]>, Fault> {
        let before = *self;
        match self.next()? {
            Some(element) if element.tag == tag => Ok(Some(element.body)),
            _ => {
                *self = before;
                Ok(None)
            }
        }
    }

    /// A non-negative integer as big-endian bytes.
    pub(crate) fn unsigned(&mut self) -> Result<&'a [u8], Fault> {
        let body = self.expect(INTEGER)?;
        match body {
            [] => Err(malformed()),
            [first, ..] if *first >= 0x80 => Err(malformed()),
            [0, rest @ ..] if !rest.is_empty() => Ok(rest),
            digits => Ok(digits),
        }
    }

    /// A small number.
    pub(crate) fn small(&mut self) -> Result<u64, Fault> {
        let digits = self.unsigned()?;
        if digits.len() > 8 {
            return Err(malformed());
        }
        Ok(digits.iter().fold(0, |sum, b| sum << 8 | u64::from(*b)))
    }

    /// Nothing may be left.
    pub(crate) fn end(&self) -> Result<(), Fault> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(malformed())
        }
    }
}
