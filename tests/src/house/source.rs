//! What a Rust source may not say, read from its tokens: comments and strings don't count, code for tests neither.

use super::{LINT_EXCEPTIONS, PURE};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use std::str::FromStr;

/// Beginnings of paths that reach out of a pure crate.
const OUTSIDE: &[&str] = &[
    "std::env",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::net",
    "std::os",
    "std::process",
    "std::thread",
];

/// Types that read the clock in an associated function `now`.
const CLOCKS: &[&str] = &[
    "Instant",
    "Local",
    "OffsetDateTime",
    "SystemTime",
    "Timestamp",
    "Utc",
    "Zoned",
];

/// Keywords that a path with leading colons may follow.
const KEYWORDS: &[&str] = &[
    "as", "dyn", "else", "for", "impl", "in", "mut", "return", "use", "where",
];

/// What is wrong with one source file. `package` is the crate that it belongs to, `file` its path in the
/// repository, used in the messages and to look up [`LINT_EXCEPTIONS`].
///
/// # Errors
/// When the file is no Rust.
pub fn source_faults(package: &str, file: &str, source: &str) -> Result<Vec<String>, String> {
    let tokens = TokenStream::from_str(source).map_err(|e| format!("{file}: {e}"))?;
    let mut said = Said::default();
    said.read(tokens);
    let mut faults = Vec::new();
    if PURE.contains(&package) {
        let reaching_out = said.paths.iter().filter(|path| reaches_out(path));
        faults.extend(
            reaching_out.map(|path| {
                format!("{file}: {path}: {package} has no I/O, no thread and no clock")
            }),
        );
    }
    let silenced = said.silenced.iter().filter(|lint| {
        !LINT_EXCEPTIONS
            .iter()
            .any(|(f, l, _)| f == &file && l == lint)
    });
    faults.extend(silenced.map(|lint| {
        format!("{file}: allows clippy::{lint}: mend what it says, or list it with its reason")
    }));
    Ok(faults)
}

fn reaches_out(path: &str) -> bool {
    let begins = |prefix: &&str| {
        path.strip_prefix(*prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let reads_clock = || {
        let mut parts = path.rsplit("::");
        parts.next() == Some("now") && parts.next().is_some_and(|clock| CLOCKS.contains(&clock))
    };
    OUTSIDE.iter().any(begins) || reads_clock()
}

/// What a source says outside of its tests.
#[derive(Default)]
struct Said {
    /// Every `a::b::c`, with the braces of `use` taken apart.
    paths: Vec<String>,
    /// Every lint in `allow(clippy::…)` or `expect(clippy::…)`.
    silenced: Vec<String>,
}

impl Said {
    fn read(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut rest = tokens.as_slice();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            match first {
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let after_bang = match after.split_first() {
                        Some((TokenTree::Punct(bang), tail)) if bang.as_char() == '!' => tail,
                        _ => after,
                    };
                    let Some((TokenTree::Group(attribute), tail)) = after_bang.split_first() else {
                        continue;
                    };
                    rest = if is_for_tests(attribute) {
                        skip_item(tail)
                    } else {
                        tail
                    };
                    self.read_attribute(attribute);
                }
                // `use ::std::fs`: the path begins behind the keyword.
                TokenTree::Ident(ident) if KEYWORDS.iter().any(|keyword| ident == keyword) => {}
                TokenTree::Ident(ident) => rest = self.read_path(&ident.to_string(), after),
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Reads on from the identifier `path` to the end of its path; returns what follows it.
    fn read_path<'a>(&mut self, path: &str, after: &'a [TokenTree]) -> &'a [TokenTree] {
        let Some(behind_colons) = strip_colons(after) else {
            self.paths.push(path.to_owned());
            return after;
        };
        match behind_colons.split_first() {
            Some((TokenTree::Ident(ident), tail)) => {
                self.read_path(&format!("{path}::{ident}"), tail)
            }
            Some((TokenTree::Group(group), tail)) if group.delimiter() == Delimiter::Brace => {
                for branch in branches(group) {
                    match branch.split_first() {
                        Some((TokenTree::Ident(ident), tail)) if *ident != "self" => {
                            self.read_path(&format!("{path}::{ident}"), tail);
                        }
                        _ => self.paths.push(path.to_owned()),
                    }
                }
                tail
            }
            // `Vec::<u8>::new`: the arguments are read as paths of their own.
            _ => {
                self.paths.push(path.to_owned());
                behind_colons
            }
        }
    }

    fn read_attribute(&mut self, attribute: &Group) {
        let mut tokens = attribute.stream().into_iter();
        let Some(TokenTree::Ident(name)) = tokens.next() else {
            return;
        };
        // `cfg_attr(not(test), allow(…))` too: the list may stand deeper.
        let silences = name == "allow" || name == "expect";
        for token in tokens {
            let TokenTree::Group(list) = token else {
                continue;
            };
            if silences {
                let mut inner = Said::default();
                inner.read(list.stream());
                self.silenced.extend(
                    inner
                        .paths
                        .iter()
                        .filter_map(|path| path.strip_prefix("clippy::"))
                        .map(str::to_owned),
                );
            } else if name == "cfg_attr" {
                for branch in branches(&list) {
                    let mut wrapped = Group::new(Delimiter::Bracket, branch.into_iter().collect());
                    wrapped.set_span(list.span());
                    self.read_attribute(&wrapped);
                }
            }
        }
    }
}

/// `after` without the `::` it begins with.
fn strip_colons(after: &[TokenTree]) -> Option<&[TokenTree]> {
    match after {
        [TokenTree::Punct(one), TokenTree::Punct(two), rest @ ..]
            if one.as_char() == ':' && two.as_char() == ':' =>
        {
            Some(rest)
        }
        _ => None,
    }
}

/// The comma-separated parts of a group.
fn branches(group: &Group) -> Vec<Vec<TokenTree>> {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    tokens
        .split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','))
        .map(<[TokenTree]>::to_vec)
        .collect()
}

/// `#[cfg(test)]`, `#[cfg(all(test, …))]`; not `#[cfg(not(test))]`.
fn is_for_tests(attribute: &Group) -> bool {
    let text = attribute.stream().to_string().replace(' ', "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

/// What follows an item that begins here: behind its block or its semicolon.
fn skip_item(tokens: &[TokenTree]) -> &[TokenTree] {
    let end = tokens.iter().position(|token| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    });
    end.and_then(|at| tokens.get(at + 1..)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(source: &str) -> usize {
        source_faults("lacre-engine", "x.rs", source).unwrap().len()
    }

    #[test]
    fn every_way_of_reaching_out_is_seen() {
        for source in [
            "fn f() { std::fs::read(p); }",
            "use std::fs;",
            "use std::fs as files;",
            "use std::{collections::BTreeMap, fs::{self, File}};",
            "use ::std::net::TcpStream;",
            "use std::{io, thread::sleep};",
            "fn f() { let t = SystemTime::now(); }",
            "fn f() { let t = std::time::Instant::now(); }",
            "fn f() { let t = jiff::Timestamp::now(); }",
            "fn f() { println_to!(\"{}\", std::env::var(\"HOME\")); }",
            "#[cfg(not(test))] mod real { use std::process::Command; }",
            "#[cfg(test)] mod tests {} use std::os::fd::AsFd;",
            "fn f() { std::io::stdin(); }",
        ] {
            assert!(faults(source) > 0, "{source}");
        }
    }

    #[test]
    fn what_computes_is_left_alone() {
        for source in [
            "use std::{fmt, io::Read, time::Duration};",
            "// std::fs::read\n/// `std::net`\nfn f() -> &'static str { \"std::fs\" }",
            "#[cfg(test)] mod tests { use std::fs; }",
            "#[cfg(test)] use std::fs;",
            "#[cfg(all(test, feature = \"x\"))] fn f() { std::fs::read(p); }",
            "fn plan(observed: &Observed, now: Timestamp) -> Plan { plan_at(now) }",
            "use crate::std_fs; fn f() { my::std::fsx(); }",
        ] {
            assert_eq!(faults(source), 0, "{source}");
        }
        assert!(
            source_faults("lacre", "x.rs", "use std::fs;")
                .unwrap()
                .is_empty(),
            "the command line may"
        );
    }

    #[test]
    fn a_silenced_lint_is_seen_outside_of_tests_only() {
        for source in [
            "#![allow(clippy::all)]",
            "#[allow(clippy::unwrap_used)] fn f() {}",
            "#[expect(clippy::panic, reason = \"x\")] fn f() {}",
            "fn f() { #[allow(dead_code, clippy::indexing_slicing)] let x = 1; }",
            "#[cfg_attr(feature = \"x\", allow(clippy::panic))] fn f() {}",
        ] {
            assert!(faults(source) > 0, "{source}");
        }
        assert_eq!(
            faults("#[cfg(test)] mod tests { #![allow(clippy::unwrap_used)] }"),
            0
        );
        assert_eq!(faults("#[allow(dead_code)] fn f() {}"), 0);
    }

    #[test]
    fn what_is_no_rust_is_said() {
        assert!(
            source_faults("lacre-engine", "x.rs", "fn f( {")
                .unwrap_err()
                .starts_with("x.rs: ")
        );
    }
}
