//! sprig's functions on words: case, wrapping, initials. Rules of goutils, xstrings and Go's old `strings.Title`.

use super::{Args, Function, Type};
use crate::context::Context;
use crate::fault::Fault;
use crate::go::{runes, unicode};
use crate::value::Value;
use crate::value::buffer::Buffer;

const T: Type = Type::Text;

/// The rows.
pub(crate) const TABLE: &[Function] = &[
    Function::new("upper", &[T], |c, a| mapped(c, a, unicode::to_upper)),
    Function::new("lower", &[T], |c, a| mapped(c, a, unicode::to_lower)),
    Function::new("title", &[T], |c, a| {
        let mut previous = ' ';
        mapped(c, a, move |c| {
            let starts = separates(previous);
            previous = c;
            if starts { unicode::to_title(c) } else { c }
        })
    }),
    Function::new("untitle", &[T], |c, a| {
        let mut next = true;
        mapped(c, a, move |c| {
            if c.is_whitespace() {
                next = true;
                return c;
            }
            if std::mem::take(&mut next) {
                unicode::to_lower(c)
            } else {
                c
            }
        })
    }),
    Function::new("swapcase", &[T], |c, a| {
        let mut blank = true;
        mapped(c, a, move |c| {
            if unicode::is_upper(c) || unicode::is_title(c) {
                blank = false;
                unicode::to_lower(c)
            } else if unicode::is_lower(c) {
                if std::mem::take(&mut blank) {
                    unicode::to_title(c)
                } else {
                    unicode::to_upper(c)
                }
            } else {
                blank = c.is_whitespace();
                c
            }
        })
    }),
    Function::new("initials", &[T], |c, a| {
        let mut out = c.buffer(a.text(0).len().saturating_mul(2))?;
        let mut gap = true;
        for byte in a.text(0) {
            // Byte by byte, each taken for a character.
            let c = char::from(*byte);
            if c.is_whitespace() {
                gap = true;
            } else if std::mem::take(&mut gap) {
                out.char(c);
            }
        }
        Ok(out.finish().into())
    }),
    Function::new("snakecase", &[T], |c, a| separated(c, a, '_')),
    Function::new("kebabcase", &[T], |c, a| separated(c, a, '-')),
    Function::new("camelcase", &[T], pascal),
    Function::new("wrap", &[Type::Int, T], |c, a| {
        wrap(c, a.text(1), a.int(0), b"\n", false)
    }),
    Function::new("wrapWith", &[Type::Int, T, T], |c, a| {
        let line = if a.text(1).is_empty() {
            b"\n"
        } else {
            a.text(1)
        };
        wrap(c, a.text(2), a.int(0), line, true)
    }),
];

/// Maps each character; bad bytes become U+FFFD.
fn mapped(
    context: &mut Context<'_>,
    args: &Args,
    mut to: impl FnMut(char) -> char,
) -> Result<Value, Fault> {
    let text = args.text(0);
    let mut out = context.buffer(text.len().saturating_mul(3))?;
    runes::chars(text).for_each(|c| out.char(to(c)));
    Ok(out.finish().into())
}

/// What ends a word for `title`.
fn separates(c: char) -> bool {
    if c.is_ascii() {
        return !c.is_ascii_alphanumeric() && c != '_';
    }
    !unicode::is_letter(c) && !unicode::is_digit(c) && c.is_whitespace()
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || c.is_whitespace()
}

/// A letter of a script with words: not Chinese, Japanese or Korean ideographs.
fn is_alphabet(c: char) -> bool {
    unicode::is_letter(c)
        && !matches!(c, '\u{3400}'..='\u{4DB5}' | '\u{4E00}'..='\u{9FCC}' | '\u{20000}'..='\u{2A6D6}' | '\u{2A700}'..='\u{2B734}' | '\u{2B740}'..='\u{2B81D}')
}

fn pascal(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let text: Vec<char> = runes::chars(args.text(0)).collect();
    let mut out = context.buffer(text.len().saturating_mul(4))?;
    let lead = text.iter().take_while(|c| is_connector(**c)).count();
    let (connectors, rest) = text.split_at_checked(lead).unwrap_or((&text, &[]));
    connectors.iter().for_each(|c| out.char(*c));
    let Some((first, rest)) = rest.split_first() else {
        // The last connector is written twice, as xstrings does.
        return Ok(finish_connectors(out, connectors));
    };
    let mut capitals = unicode::is_upper(*first);
    let mut current = unicode::to_upper(*first);
    for c in rest {
        let previous = current;
        current = *c;
        if is_connector(current) && is_connector(previous) {
            out.char(previous);
            continue;
        }
        if is_connector(previous) {
            capitals = unicode::is_upper(current);
            current = unicode::to_upper(current);
        } else {
            if capitals {
                if unicode::is_upper(current) {
                    current = unicode::to_lower(current);
                } else {
                    capitals = false;
                }
            }
            out.char(previous);
        }
    }
    out.char(current);
    Ok(out.finish().into())
}

fn finish_connectors(mut out: Buffer, connectors: &[char]) -> Value {
    if let Some(last) = connectors.last() {
        out.char(*last);
    }
    out.finish().into()
}

/// Kinds of words that xstrings tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Invalid,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

/// Reads over bad bytes: the next good character, or `previous` at the end, with the bytes passed.
fn next_valid(text: &[u8], previous: char) -> (char, usize) {
    let mut size = 0;
    while let Some((c, width)) = runes::decode(text.get(size..).unwrap_or_default()) {
        size += width;
        if c != runes::BAD {
            return (c, size);
        }
    }
    (previous, size)
}

/// The next word and what follows.
fn next_word(text: &[u8]) -> (Word, &[u8], &[u8]) {
    if text.is_empty() {
        return (Word::Invalid, text, text);
    }
    let cut = |kind, at: usize| {
        let (word, rest) = text.split_at_checked(at).unwrap_or((text, &[]));
        (kind, word, rest)
    };
    let (first, size) = next_valid(text, runes::BAD);
    if first == runes::BAD {
        return cut(Word::Invalid, size);
    }
    // Passes over characters as long as they fit; gives the end, the size of the last and the one that did not fit.
    let run = |mut at: usize, mut last: usize, fits: &dyn Fn(char, usize) -> bool| {
        let mut current = first;
        while at < text.len() {
            let (c, size) = next_valid(text.get(at..).unwrap_or_default(), current);
            current = c;
            if !fits(c, size) {
                return (at, last, c);
            }
            last = size;
            at += size;
        }
        (at, last, current)
    };
    let small = |c: char, _: usize| is_alphabet(c) && !unicode::is_upper(c);
    if is_connector(first) {
        cut(Word::Connector, run(size, size, &|c, _| is_connector(c)).0)
    } else if unicode::is_punct(first) {
        cut(
            Word::Punctuation,
            run(size, size, &|c, _| unicode::is_punct(c)).0,
        )
    } else if unicode::is_upper(first) {
        if size >= text.len() {
            return cut(Word::Upper, size);
        }
        let (second, _) = next_valid(text.get(size..).unwrap_or_default(), first);
        if unicode::is_upper(second) {
            let (end, last, stopped) = run(size, size, &|c, _| unicode::is_upper(c));
            // "HTTPStatus" is "HTTP" and "Status".
            let end = if end < text.len() && is_alphabet(stopped) {
                end - last
            } else {
                end
            };
            cut(Word::Upper, end)
        } else if is_alphabet(second) {
            cut(Word::Upper, run(size, size, &small).0)
        } else {
            cut(Word::Upper, size)
        }
    } else if is_alphabet(first) {
        cut(Word::Alphabet, run(size, size, &small).0)
    } else if unicode::is_number(first) {
        cut(
            Word::Number,
            run(size, size, &|c, _| unicode::is_number(c)).0,
        )
    } else {
        let other = |c: char, _: usize| {
            !is_connector(c) && !is_alphabet(c) && !unicode::is_number(c) && !unicode::is_punct(c)
        };
        cut(Word::Other, run(size, size, &other).0)
    }
}

fn write_word(out: &mut Buffer, kind: Word, word: &[u8], connector: char) {
    if !matches!(kind, Word::Upper | Word::Connector) {
        return out.bytes(word);
    }
    for c in runes::chars(word) {
        if is_connector(c) {
            out.char(connector);
        } else {
            out.char(if unicode::is_upper(c) {
                unicode::to_lower(c)
            } else {
                c
            });
        }
    }
}

/// `FirstName` to `first_name`: words set apart by `connector`, by the rules of xstrings.
fn separated(context: &mut Context<'_>, args: &Args, connector: char) -> Result<Value, Fault> {
    let text = args.text(0);
    let mut out = context.buffer(text.len().saturating_mul(3))?;
    if text.is_empty() {
        return Ok(out.finish().into());
    }
    let between = |kind| !matches!(kind, Word::Invalid | Word::Punctuation | Word::Connector);
    let joins = |kind| matches!(kind, Word::Alphabet | Word::Number);
    let (mut kind, mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if kind != Word::Connector {
            write_word(&mut out, kind, word, connector);
        }
        let (previous, last) = (kind, word);
        (kind, word, rest) = next_word(rest);
        match previous {
            Word::Number => {
                while joins(kind) {
                    write_word(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if between(kind) {
                    out.char(connector);
                }
            }
            Word::Connector => write_word(&mut out, previous, last, connector),
            Word::Punctuation => {}
            _ if kind != Word::Number => {
                if !matches!(kind, Word::Connector | Word::Punctuation) {
                    out.char(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word, rest) = next_word(rest);
                if kind != Word::Alphabet {
                    // A number belongs to the word before it.
                    write_word(&mut out, Word::Number, number, connector);
                    if !matches!(kind, Word::Connector | Word::Punctuation) {
                        out.char(connector);
                    }
                } else {
                    // Small letters after a number make it one word with them.
                    out.char(connector);
                    write_word(&mut out, Word::Number, number, connector);
                    while joins(kind) {
                        write_word(&mut out, kind, word, connector);
                        (kind, word, rest) = next_word(rest);
                    }
                    if between(kind) {
                        out.char(connector);
                    }
                }
            }
        }
    }
    write_word(&mut out, kind, word, connector);
    Ok(out.finish().into())
}

/// Breaks lines at blanks; `cut` breaks long words too.
fn wrap(
    context: &mut Context<'_>,
    text: &[u8],
    width: i64,
    line: &[u8],
    cut: bool,
) -> Result<Value, Fault> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let lines = text.len() / width + text.iter().filter(|b| **b == b' ').count() + 1;
    let mut out = context.buffer(lines.saturating_mul(line.len()).saturating_add(text.len()))?;
    let mut at = 0;
    while text.len() - at > width {
        let rest = text.get(at..).unwrap_or_default();
        if rest.first() == Some(&b' ') {
            at += 1;
            continue;
        }
        let window = rest.get(..=width).unwrap_or(rest);
        let (end, next) = if let Some(space) = window.iter().rposition(|b| *b == b' ') {
            (space, space + 1)
        } else if cut {
            (width, width)
        } else {
            match rest.iter().skip(width).position(|b| *b == b' ') {
                Some(space) => (width + space, width + space + 1),
                None => break,
            }
        };
        out.bytes(rest.get(..end).unwrap_or_default());
        out.bytes(line);
        at += next;
    }
    out.bytes(text.get(at..).unwrap_or_default());
    Ok(out.finish().into())
}
