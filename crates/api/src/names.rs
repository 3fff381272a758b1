//! What the API server accepts as a name, so that a mistake is seen before the cluster sees it.

use thiserror::Error;

/// Longest name of an object (DNS subdomain, RFC 1123), and longest item name of a Secret, in bytes.
pub const MAX_NAME: usize = 253;
/// Longest namespace, and longest label value (DNS label, RFC 1123), in bytes.
pub const MAX_LABEL: usize = 63;

/// Why a name would be refused by the API server.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NameProblem {
    /// Nothing there.
    #[error("is empty")]
    Empty,
    /// Too many bytes.
    #[error("is {length} bytes long, {max} are allowed")]
    TooLong {
        /// Bytes found.
        length: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// A character outside the alphabet.
    #[error("has {character:?} at byte {offset}; allowed are {allowed}")]
    Character {
        /// The first character that is not allowed.
        character: char,
        /// Its place, in bytes from the start.
        offset: usize,
        /// The alphabet in words.
        allowed: &'static str,
    },
    /// The name, or a part of it between dots, begins or ends with something other than a letter or digit.
    #[error("must begin and end with a letter or digit{}", if *.each_part { ", before and after every dot too" } else { "" })]
    Edge {
        /// True when the rule holds for every part between dots.
        each_part: bool,
    },
    /// `.`, `..` or a beginning of `..`: a Secret's items become file names.
    #[error("may not be \".\" or begin with \"..\", since items become file names")]
    Dots,
}

const LOWER: &str = "lower-case letters, digits and \"-\"";
const LOWER_DOT: &str = "lower-case letters, digits, \"-\" and \".\"";
const WORD: &str = "letters, digits, \"-\", \"_\" and \".\"";

/// The name of an object: a DNS subdomain of RFC 1123.
///
/// # Errors
/// The first rule that `name` breaks.
pub fn check_name(name: &str) -> Result<(), NameProblem> {
    length(name, MAX_NAME)?;
    alphabet(name, LOWER_DOT, |c| is_lower(c) || c == '-' || c == '.')?;
    if name.split('.').all(|part| edges(part, is_lower)) {
        Ok(())
    } else {
        Err(NameProblem::Edge { each_part: true })
    }
}

/// The name of a namespace: a DNS label of RFC 1123.
///
/// # Errors
/// The first rule that `namespace` breaks.
pub fn check_namespace(namespace: &str) -> Result<(), NameProblem> {
    length(namespace, MAX_LABEL)?;
    alphabet(namespace, LOWER, |c| is_lower(c) || c == '-')?;
    if edges(namespace, is_lower) {
        Ok(())
    } else {
        Err(NameProblem::Edge { each_part: false })
    }
}

/// The name of an item in a Secret's `data`.
///
/// # Errors
/// The first rule that `item` breaks.
pub fn check_item(item: &str) -> Result<(), NameProblem> {
    length(item, MAX_NAME)?;
    alphabet(item, WORD, is_word)?;
    if item == "." || item.starts_with("..") {
        return Err(NameProblem::Dots);
    }
    Ok(())
}

/// The key of a label or annotation: an optional DNS subdomain and `/`, then up to 63 bytes.
///
/// # Errors
/// The first rule that `key` breaks.
pub fn check_qualified(key: &str) -> Result<(), NameProblem> {
    let name = match key.split_once('/') {
        Some((prefix, name)) => {
            check_name(prefix)?;
            name
        }
        None => key,
    };
    length(name, MAX_LABEL)?;
    alphabet(name, WORD, is_word)?;
    if edges(name, |c| c.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(NameProblem::Edge { each_part: false })
    }
}

/// The value of a label; empty is legal.
///
/// # Errors
/// The first rule that `value` breaks.
pub fn check_label_value(value: &str) -> Result<(), NameProblem> {
    if value.is_empty() {
        return Ok(());
    }
    length(value, MAX_LABEL)?;
    alphabet(value, WORD, is_word)?;
    if edges(value, |c| c.is_ascii_alphanumeric()) {
        Ok(())
    } else {
        Err(NameProblem::Edge { each_part: false })
    }
}

fn length(name: &str, max: usize) -> Result<(), NameProblem> {
    match name.len() {
        0 => Err(NameProblem::Empty),
        length if length > max => Err(NameProblem::TooLong { length, max }),
        _ => Ok(()),
    }
}

fn alphabet(name: &str, allowed: &'static str, ok: fn(char) -> bool) -> Result<(), NameProblem> {
    match name.char_indices().find(|(_, c)| !ok(*c)) {
        Some((offset, character)) => Err(NameProblem::Character {
            character,
            offset,
            allowed,
        }),
        None => Ok(()),
    }
}

fn edges(part: &str, ok: fn(char) -> bool) -> bool {
    part.chars().next().is_some_and(ok) && part.chars().next_back().is_some_and(ok)
}

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_ok(check: fn(&str) -> Result<(), NameProblem>, good: &[&str], bad: &[&str]) {
        for name in good {
            assert_eq!(check(name), Ok(()), "{name:?}");
        }
        for name in bad {
            assert!(check(name).is_err(), "{name:?}");
        }
    }

    #[test]
    fn names_follow_the_rules_of_the_api_server() {
        let longest = "a".repeat(253);
        let too_long = "a".repeat(254);
        is_ok(
            check_name,
            &["a", "a.b", "0", "my-secret.v1", &longest],
            &[
                "", "A", "a_b", "-a", "a-", "a..b", ".a", "a.-b", "a/b", "ä", "a b", &too_long,
            ],
        );
        let longest = "n".repeat(63);
        let too_long = "n".repeat(64);
        is_ok(
            check_namespace,
            &["default", "123", "a-b", &longest],
            &["", "a.b", "A", "-a", "a-", "a/b", &too_long],
        );
        is_ok(
            check_item,
            &["a", ".dockerconfigjson", "A_b-c.d", "-", "_", "a..b"],
            &["", ".", "..", "..a", "b ad/key", "a/b", "é"],
        );
        is_ok(
            check_qualified,
            &["a", "example.com/a", "A_b.c-d"],
            &["", "/a", "a/", "a/b/c", "Example.com/a", "-a", "a b"],
        );
        is_ok(
            check_label_value,
            &["", "a", "A.b_c-d"],
            &["-a", "a-", "a b", "a/b", &too_long],
        );
    }

    #[test]
    fn the_first_bad_character_is_named_with_its_place() {
        let problem = check_item("b ad/key").unwrap_err();
        assert_eq!(
            problem.to_string(),
            "has ' ' at byte 1; allowed are letters, digits, \"-\", \"_\" and \".\""
        );
    }
}
