//! sprig's paths and URLs.

use super::{Function, Type};
use crate::fault::Fault;
use crate::go::url::Url;
use crate::value::{Dict, Entries, Text, Value};

const T: Type = Type::Text;

/// The rows. Paths of the host are slash paths too: the engines run on Linux.
pub(crate) const TABLE: &[Function] = &[
    Function::new("base", &[T], |_, a| Ok(Value::text(base(a.text(0))))),
    Function::new("dir", &[T], |_, a| Ok(Value::text(&dir(a.text(0))))),
    Function::new("clean", &[T], |_, a| Ok(Value::text(&clean(a.text(0))))),
    Function::new("ext", &[T], |_, a| Ok(Value::text(ext(a.text(0))))),
    Function::new("isAbs", &[T], |_, a| Ok(a.text(0).starts_with(b"/").into())),
    Function::new("osBase", &[T], |_, a| Ok(Value::text(base(a.text(0))))),
    Function::new("osDir", &[T], |_, a| Ok(Value::text(&dir(a.text(0))))),
    Function::new("osClean", &[T], |_, a| Ok(Value::text(&clean(a.text(0))))),
    Function::new("osExt", &[T], |_, a| Ok(Value::text(ext(a.text(0))))),
    Function::new("osIsAbs", &[T], |_, a| {
        Ok(a.text(0).starts_with(b"/").into())
    }),
    Function::new("urlParse", &[T], |c, a| {
        c.pay_for(8)?;
        parse(a.text(0))
    }),
    Function::new("urlJoin", &[Type::Dict], |_, a| join(&a.dict(0))),
];

fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|b| *b != b'/').map_or(0, |at| at + 1);
    let path = path.get(..end).unwrap_or_default();
    let start = path.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
    match path.get(start..).unwrap_or_default() {
        [] => b"/",
        name => name,
    }
}

fn dir(path: &[u8]) -> Vec<u8> {
    let end = path.iter().rposition(|b| *b == b'/').map_or(0, |at| at + 1);
    clean(path.get(..end).unwrap_or_default())
}

/// The shortest path that means the same.
fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if kept.last().is_some_and(|last| *last != b"..") => {
                kept.pop();
            }
            b".." if rooted => {}
            other => kept.push(other),
        }
    }
    let joined = kept.join(&b"/"[..]);
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}

fn ext(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|b| matches!(b, b'.' | b'/')) {
        Some(at) if path.get(at) == Some(&b'.') => path.get(at..).unwrap_or_default(),
        _ => b"",
    }
}

fn parse(text: &[u8]) -> Result<Value, Fault> {
    let url = Url::parse(text).map_err(|e| {
        let full = format!("unable to parse url: {e}");
        Fault::valued("unable to parse url", full)
    })?;
    let hostname = url.hostname().to_vec();
    let userinfo = url.userinfo();
    let entries = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", userinfo.unwrap_or_default()),
    ];
    let entry =
        |(key, value): (&str, Vec<u8>)| (Text::from(key), Value::Text(Text::from_vec(value)));
    Ok(Value::Dict(Dict::any(
        entries.into_iter().map(entry).collect::<Entries>(),
    )))
}

fn join(dict: &Dict) -> Result<Value, Fault> {
    let part = |key: &str| match dict.get(key.as_bytes()) {
        None => Ok(Vec::new()),
        Some(Value::Text(text)) => Ok(text.bytes().to_vec()),
        Some(Value::Absent | Value::Nil) => Err(Fault::plain(
            "runtime error: invalid memory address or nil pointer dereference",
        )),
        Some(other) => {
            let kind = other.kind_name();
            Err(Fault::plain(format!(
                "unable to parse {key} key, must be of type string, but {kind} found"
            )))
        }
    };
    let mut url = Url {
        scheme: part("scheme")?,
        host: part("host")?,
        path: part("path")?,
        query: part("query")?,
        opaque: part("opaque")?,
        fragment: part("fragment")?,
        ..Url::default()
    };
    let userinfo = part("userinfo")?;
    if !userinfo.is_empty() {
        let probe = [b"proto://", userinfo.as_slice(), b"@host"].concat();
        let parsed = Url::parse(&probe).map_err(|e| {
            let full = format!("unable to parse userinfo in dict: {e}");
            Fault::valued("unable to parse userinfo in dict", full)
        })?;
        url.user = parsed.user;
    }
    Ok(Value::Text(Text::from_vec(url.to_text())))
}
