//! Go's `net/url`: reading and writing URLs.

use core::net::Ipv6Addr;

use super::quote::quoted;
use super::runes;

/// Which part is escaped: each leaves other characters alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

/// A URL, its parts decoded.
#[derive(Default)]
pub(crate) struct Url {
    pub(crate) scheme: Vec<u8>,
    pub(crate) opaque: Vec<u8>,
    /// Name and, if there was a colon, password
    pub(crate) user: Option<(Vec<u8>, Option<Vec<u8>>)>,
    pub(crate) host: Vec<u8>,
    pub(crate) path: Vec<u8>,
    pub(crate) query: Vec<u8>,
    pub(crate) fragment: Vec<u8>,
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

impl Part {
    /// Marks that stand in this part as they are, besides the unreserved.
    fn marks(self) -> &'static [u8] {
        match self {
            Self::Path => b"$&+,/:;=@",
            Self::Host | Self::Zone => b"!$&'()*+,;=:[]<>\"",
            Self::User => b"$&+,;=",
            Self::Fragment => b"!$&()*+,;=/:?@",
        }
    }

    fn escapes(self, byte: u8) -> bool {
        !unreserved(byte) && !self.marks().contains(&byte)
    }

    fn is_host(self) -> bool {
        matches!(self, Self::Host | Self::Zone)
    }
}

fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if part.escapes(*byte) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(*byte);
        }
    }
    out
}

fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        if *byte == b'%' {
            let escape = rest.get(..3).unwrap_or(rest);
            let value = escaped(escape, part)
                .ok_or_else(|| format!("invalid URL escape {}", quoted(escape)))?;
            out.push(value);
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        if part.is_host() && byte.is_ascii() && part.escapes(*byte) {
            let shown = quoted(&[*byte]);
            return Err(format!("invalid character {shown} in host name"));
        }
        out.push(*byte);
        rest = after;
    }
    Ok(out)
}

/// The byte that `%..` stands for, if that may stand in `part`.
fn escaped(escape: &[u8], part: Part) -> Option<u8> {
    let [_, high, low] = escape else { return None };
    let digit = |b: &u8| char::from(*b).to_digit(16);
    let value = u8::try_from(digit(high)? * 16 + digit(low)?).ok()?;
    let fits = match part {
        // Hosts escape what is not ASCII, and the percent sign of a zone.
        Part::Host => !value.is_ascii() || value == b'%',
        Part::Zone => matches!(value, b'%' | b' ') || !Part::Host.escapes(value),
        _ => true,
    };
    fits.then_some(value)
}

fn cut(text: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|b| *b == byte) {
        Some(at) => (text.get(..at).unwrap_or_default(), text.get(at + 1..)),
        None => (text, None),
    }
}

/// Scheme and rest.
fn scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".into()),
            b':' => {
                return Ok((
                    text.get(..at).unwrap_or_default(),
                    text.get(at + 1..).unwrap_or_default(),
                ));
            }
            _ => break,
        }
    }
    Ok((b"", text))
}

fn check_port(text: &[u8]) -> Result<(), String> {
    match text.split_first() {
        None => Ok(()),
        Some((b':', digits)) if digits.iter().all(u8::is_ascii_digit) => Ok(()),
        _ => Err(format!("invalid port {} after host", quoted(text))),
    }
}

fn host(scheme: &[u8], text: &[u8]) -> Result<Vec<u8>, String> {
    match text.iter().rposition(|b| *b == b'[') {
        Some(0) => {
            let Some(close) = text.iter().rposition(|b| *b == b']') else {
                return Err("missing ']' in host".into());
            };
            let port = text.get(close + 1..).unwrap_or_default();
            check_port(port)?;
            let name = text.get(1..close).unwrap_or_default();
            let decoded = match runes::find(name, b"%25") {
                Some(at) => {
                    let (address, zone) = name.split_at_checked(at).unwrap_or((name, &[]));
                    [unescape(address, Part::Host)?, unescape(zone, Part::Zone)?].concat()
                }
                None => unescape(name, Part::Host)?,
            };
            let address = cut(&decoded, b'%').0;
            let text = std::str::from_utf8(address).unwrap_or_default();
            if text.parse::<core::net::Ipv4Addr>().is_ok() {
                return Err("invalid IP-literal".into());
            }
            if text.parse::<Ipv6Addr>().is_err() || decoded.ends_with(b"%") {
                return Err(format!(
                    "invalid host: ParseAddr({}): unable to parse IP",
                    quoted(&decoded)
                ));
            }
            Ok([
                b"[".as_slice(),
                &decoded,
                b"]",
                &unescape(port, Part::Host)?,
            ]
            .concat())
        }
        Some(_) => Err("invalid IP-literal".into()),
        None => {
            if let Some(first) = text.iter().position(|b| *b == b':') {
                let strict = matches!(scheme, b"http" | b"https");
                let last = text.iter().rposition(|b| *b == b':').unwrap_or(first);
                check_port(
                    text.get(if strict { first } else { last }..)
                        .unwrap_or_default(),
                )?;
            }
            unescape(text, Part::Host)
        }
    }
}

impl Url {
    /// Reads a URL; the error is Go's text.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let (whole, (text, fragment)) = (text, cut(text, b'#'));
        let mut url =
            Self::before_fragment(text).map_err(|e| format!("parse {}: {e}", quoted(text)))?;
        url.fragment = unescape(fragment.unwrap_or_default(), Part::Fragment)
            .map_err(|e| format!("parse {}: {e}", quoted(whole)))?;
        Ok(url)
    }

    fn before_fragment(text: &[u8]) -> Result<Self, String> {
        if text.iter().any(|b| *b < b' ' || *b == 0x7F) {
            return Err("net/url: invalid control character in URL".into());
        }
        let mut url = Self::default();
        if text == b"*" {
            url.path = b"*".to_vec();
        } else {
            url.read(text)?;
        }
        Ok(url)
    }

    fn read(&mut self, text: &[u8]) -> Result<(), String> {
        let (scheme, rest) = scheme(text)?;
        self.scheme = scheme.to_ascii_lowercase();
        let (mut rest, query) = cut(rest, b'?');
        self.query = query.unwrap_or_default().to_vec();
        if !rest.starts_with(b"/") {
            if !scheme.is_empty() {
                self.opaque = rest.to_vec();
                return Ok(());
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        if rest.starts_with(b"//") && (!scheme.is_empty() || !rest.starts_with(b"///")) {
            let authority = rest.get(2..).unwrap_or_default();
            let end = authority
                .iter()
                .position(|b| *b == b'/')
                .unwrap_or(authority.len());
            let (authority, path) = authority.split_at_checked(end).unwrap_or((authority, &[]));
            self.authority(authority)?;
            rest = path;
        }
        self.path = unescape(rest, Part::Path)?;
        Ok(())
    }

    fn authority(&mut self, text: &[u8]) -> Result<(), String> {
        let Some(at) = text.iter().rposition(|b| *b == b'@') else {
            self.host = host(&self.scheme, text)?;
            return Ok(());
        };
        self.host = host(&self.scheme, text.get(at + 1..).unwrap_or_default())?;
        let info = text.get(..at).unwrap_or_default();
        let fits = |b: &u8| unreserved(*b) || b":!$&'()*+,;=%@".contains(b);
        if !info.iter().all(fits) {
            return Err("net/url: invalid userinfo".into());
        }
        let (name, password) = cut(info, b':');
        let password = password.map(|p| unescape(p, Part::User)).transpose()?;
        self.user = Some((unescape(name, Part::User)?, password));
        Ok(())
    }

    /// The host without port and brackets.
    pub(crate) fn hostname(&self) -> &[u8] {
        let mut host = self.host.as_slice();
        if let Some(colon) = host.iter().rposition(|b| *b == b':')
            && check_port(host.get(colon..).unwrap_or_default()).is_ok()
        {
            host = host.get(..colon).unwrap_or_default();
        }
        host.strip_prefix(b"[")
            .and_then(|h| h.strip_suffix(b"]"))
            .unwrap_or(host)
    }

    /// `name:password`, escaped.
    pub(crate) fn userinfo(&self) -> Option<Vec<u8>> {
        let (name, password) = self.user.as_ref()?;
        let mut out = escape(name, Part::User);
        if let Some(password) = password {
            out.push(b':');
            out.extend(escape(password, Part::User));
        }
        Some(out)
    }

    /// Writes the URL.
    pub(crate) fn to_text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            let userinfo = self.userinfo();
            let named = !self.host.is_empty() || userinfo.is_some();
            if named || !self.scheme.is_empty() && !self.path.is_empty() {
                out.extend_from_slice(b"//");
            }
            if let Some(info) = userinfo {
                out.extend(info);
                out.push(b'@');
            }
            out.extend(escape(&self.host, Part::Host));
            let path = if self.path == b"*" {
                self.path.clone()
            } else {
                escape(&self.path, Part::Path)
            };
            if !path.is_empty() && !path.starts_with(b"/") && !self.host.is_empty() {
                out.push(b'/');
            }
            if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
                out.extend_from_slice(b"./");
            }
            out.extend(path);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(escape(&self.fragment, Part::Fragment));
        }
        out
    }
}
