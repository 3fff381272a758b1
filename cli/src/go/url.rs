//! Addresses as Go's net/url reads them: which texts are refused and with what words.

use std::net::Ipv6Addr;

use super::quote::quote;

/// The parts of an address that matter here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Url {
    /// In lower case; empty when there is none.
    pub(crate) scheme: String,
    /// Host and port as written.
    pub(crate) host: String,
    /// Without percent escapes.
    pub(crate) path: Vec<u8>,
}

/// Reads an address.
///
/// # Errors
/// `parse "TEXT": REASON`.
pub(crate) fn parse(text: &str) -> Result<Url, String> {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let url = read(address).map_err(|reason| format!("parse {}: {reason}", quote(address)))?;
    unescape(fragment).map_err(|reason| format!("parse {}: {reason}", quote(text)))?;
    Ok(url)
}

fn read(text: &str) -> Result<Url, String> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let (scheme, rest) = split_scheme(text)?;
    let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
    let scheme = scheme.to_lowercase();
    let mut url = Url {
        scheme,
        host: String::new(),
        path: Vec::new(),
    };
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            return Ok(url);
        }
        let segment = rest.split_once('/').map_or(rest, |(segment, _)| segment);
        if segment.contains(':') {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let mut path = rest;
    let has_authority = !url.scheme.is_empty() || !rest.starts_with("///");
    if has_authority && let Some(after) = rest.strip_prefix("//") {
        let end = after.find('/').unwrap_or(after.len());
        let (authority, rest) = after.split_at_checked(end).unwrap_or_default();
        check_authority(&url.scheme, authority)?;
        url.host = authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host)
            .to_owned();
        path = rest;
    }
    url.path = unescape(path)?;
    Ok(url)
}

/// Splits at the colon behind a scheme; no scheme when another character comes first.
fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    let Some((scheme, rest)) = text.split_once(':') else {
        return Ok(("", text));
    };
    if scheme.is_empty() {
        return Err("missing protocol scheme".to_owned());
    }
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    match is_scheme && scheme.chars().all(legal) {
        true => Ok((scheme, rest)),
        false => Ok(("", text)),
    }
}

fn check_authority(scheme: &str, authority: &str) -> Result<(), String> {
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, authority),
    };
    check_host(scheme, host)?;
    if let Some(user) = user {
        let legal = |c: char| c.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(c);
        if !user.chars().all(legal) {
            return Err("net/url: invalid userinfo".to_owned());
        }
        unescape(user)?;
    }
    Ok(())
}

fn check_host(scheme: &str, host: &str) -> Result<(), String> {
    match host.rfind('[') {
        Some(0) => return check_ip_literal(host),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    let strict = matches!(scheme, "http" | "https");
    let colon = if strict {
        host.find(':')
    } else {
        host.rfind(':')
    };
    if let Some(colon) = colon {
        let (_, port) = host.split_at_checked(colon).unwrap_or_default();
        check_port(port)?;
    }
    check_host_characters(host)
}

fn check_ip_literal(host: &str) -> Result<(), String> {
    let Some((inner, port)) = host.rsplit_once(']') else {
        return Err("missing ']' in host".to_owned());
    };
    check_port(port)?;
    let inner = inner.strip_prefix('[').unwrap_or(inner);
    let (address, _zone) = inner.split_once("%25").unwrap_or((inner, ""));
    check_host_characters(address)?;
    if address.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err("invalid IP-literal".to_owned());
    }
    if address.parse::<Ipv6Addr>().is_err() {
        let address = quote(address);
        return Err(format!(
            "invalid host: ParseAddr({address}): unable to parse IP"
        ));
    }
    Ok(())
}

/// Nothing, or a colon and digits.
fn check_port(port: &str) -> Result<(), String> {
    let valid = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_digit()),
        None => port.is_empty(),
    };
    match valid {
        true => Ok(()),
        false => Err(format!("invalid port {} after host", quote(port))),
    }
}

fn check_host_characters(host: &str) -> Result<(), String> {
    let mut rest = host.chars();
    while let Some(c) = rest.next() {
        if c == '%' {
            let escape: String = rest.as_str().chars().take(2).collect();
            let value = hex_pair(&escape);
            // In a host, only bytes beyond ASCII and the percent sign may be escaped.
            if value.is_none_or(|value| value < 0x80 && value != b'%') {
                return Err(format!(
                    "invalid URL escape {}",
                    quote(&format!("%{escape}"))
                ));
            }
        } else if c.is_ascii() && !c.is_ascii_alphanumeric() && !HOST_MARKS.contains(c) {
            return Err(format!(
                "invalid character {} in host name",
                quote(&c.to_string())
            ));
        }
    }
    Ok(())
}

const HOST_MARKS: &str = "-_.~!$&'()*+,;=:[]<>\"";

fn hex_pair(pair: &str) -> Option<u8> {
    let hex = pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
}

/// Resolves percent escapes.
///
/// # Errors
/// `invalid URL escape "%zz"`.
pub(crate) fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    let mut at = bytes.len();
    for part in parts {
        let value = part.get(..2).and_then(hex_pair).ok_or_else(|| {
            let rest = text.get(at..).unwrap_or_default();
            // Three bytes of it, as far as they are whole characters.
            let end = (0..=3).rfind(|end| rest.is_char_boundary(*end) && *end <= rest.len());
            let escape = rest.get(..end.unwrap_or(0)).unwrap_or_default();
            format!("invalid URL escape {}", quote(escape))
        })?;
        bytes.push(value);
        bytes.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
        at += part.len() + 1;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        for (text, scheme, host, path) in [
            ("cert.pem", "", "", "cert.pem"),
            ("/a%20b/c?d#e", "", "", "/a b/c"),
            ("a:b", "a", "", ""),
            ("./a:b", "", "", "./a:b"),
            ("HTTP://user:pw@h:80/x", "http", "h:80", "/x"),
            ("file:///etc/%C3%A9", "file", "", "/etc/é"),
            ("https://[::1]:6443", "https", "[::1]:6443", ""),
            ("http://[fe80::1%25en0]/", "http", "[fe80::1%25en0]", "/"),
            ("*", "", "", "*"),
            ("", "", "", ""),
        ] {
            let url = parse(text).unwrap();
            assert_eq!(
                (&*url.scheme, &*url.host, &*url.path),
                (scheme, host, path.as_bytes()),
                "{text}"
            );
        }
    }

    #[test]
    fn errors_are_those_of_go() {
        for (text, reason) in [
            ("%zz", "invalid URL escape \"%zz\""),
            ("a%", "invalid URL escape \"%\""),
            ("a%4", "invalid URL escape \"%4\""),
            ("a%20%é", "invalid URL escape \"%é\""),
            (":x", "missing protocol scheme"),
            ("1a:b/c", "first path segment in URL cannot contain colon"),
            ("x y:z", "first path segment in URL cannot contain colon"),
            ("a\nb", "net/url: invalid control character in URL"),
            ("http://a b/", "invalid character \" \" in host name"),
            ("http://h:8o/", "invalid port \":8o\" after host"),
            ("http://h:8:9/", "invalid port \":8:9\" after host"),
            ("http://[::1", "missing ']' in host"),
            ("http://x[::1]", "invalid IP-literal"),
            ("http://[1.2.3.4]", "invalid IP-literal"),
            (
                "http://[x]",
                "invalid host: ParseAddr(\"x\"): unable to parse IP",
            ),
            ("http://a%41/", "invalid URL escape \"%41\""),
            ("http://a{b}@h/", "net/url: invalid userinfo"),
        ] {
            let expected = format!("parse {}: {reason}", quote(text));
            assert_eq!(parse(text).unwrap_err(), expected);
        }
    }
}
