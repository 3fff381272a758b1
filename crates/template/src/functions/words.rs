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

/// `some_words` to `SomeWords`. What is in front of the first word and behind the last stays, and of several
/// connectors between words all but the last.
fn pascal(context: &mut Context<'_>, args: &Args) -> Result<Value, Fault> {
    let text: Vec<char> = runes::chars(args.text(0)).collect();
    let mut out = context.buffer(text.len().saturating_mul(4).saturating_add(4))?;
    let mut parts = text
        .chunk_by(|a, b| is_connector(*a) == is_connector(*b))
        .enumerate()
        .peekable();
    while let Some((at, part)) = parts.next() {
        let last = parts.peek().is_none();
        match part.split_last() {
            Some((connector, others)) if is_connector(*connector) => {
                others.iter().for_each(|c| out.char(*c));
                if at == 0 || last {
                    out.char(*connector);
                }
                if at == 0 && last {
                    // Where there are no words, xstrings writes the last connector twice.
                    out.char(*connector);
                }
            }
            _ => capitalized(&mut out, part),
        }
    }
    Ok(out.finish().into())
}

/// A word with a capital in front. Capitals that followed a capital become small.
fn capitalized(out: &mut Buffer, word: &[char]) {
    let capitals = word.iter().take_while(|c| unicode::is_upper(**c)).count();
    for (at, c) in word.iter().enumerate() {
        out.char(match at {
            0 => unicode::to_upper(*c),
            _ if at < capitals => unicode::to_lower(*c),
            _ => *c,
        });
    }
}

/// What xstrings tells apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Connector,
    Punctuation,
    /// A capital; of words: one that begins with it
    Upper,
    /// A letter that is no capital
    Small,
    Number,
    /// Symbols and ideographs
    Other,
    /// Bytes that are no text, and nothing behind them
    Bad,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            _ if is_connector(c) => Self::Connector,
            _ if unicode::is_punct(c) => Self::Punctuation,
            _ if unicode::is_upper(c) => Self::Upper,
            _ if is_alphabet(c) => Self::Small,
            _ if unicode::is_number(c) => Self::Number,
            _ => Self::Other,
        }
    }

    fn parts_words(self) -> bool {
        matches!(self, Self::Connector | Self::Punctuation)
    }
}

/// A character, and where it ends. Bad bytes belong to the character behind them, the last ones to the one before.
struct Letter {
    c: char,
    class: Class,
    end: usize,
}

fn letters(text: &[u8]) -> Vec<Letter> {
    let mut letters: Vec<Letter> = runes::indices(text)
        .filter(|(_, c, _)| *c != runes::BAD)
        .map(|(at, c, width)| Letter {
            c,
            class: Class::of(c),
            end: at + width,
        })
        .collect();
    if let Some(last) = letters.last_mut()
        && last.end < text.len()
    {
        let Letter { c, class, .. } = *last;
        letters.push(Letter {
            c,
            class,
            end: text.len(),
        });
    }
    letters
}

/// How many letters the first word of `letters` has.
fn word_len(letters: &[Letter], class: Class) -> usize {
    let run = |skip: usize, fits: &dyn Fn(&Letter) -> bool| {
        letters.iter().skip(skip).take_while(|l| fits(l)).count()
    };
    let of = |skip: usize, class: Class| run(skip, &|l| l.class == class);
    match class {
        // Hyphens are punctuation too, unless they come first.
        Class::Punctuation => 1 + run(1, &|l| unicode::is_punct(l.c)),
        Class::Upper => match of(0, Class::Upper) {
            1 => 1 + of(1, Class::Small),
            // "HTTPStatus" is "HTTP" and "Status".
            capitals => capitals - usize::from(of(capitals, Class::Small) > 0),
        },
        _ => of(0, class),
    }
}

/// The words of a text and what is between them.
fn words(text: &[u8]) -> Vec<(Class, &[u8])> {
    let letters = letters(text);
    let mut rest = letters.as_slice();
    let (mut words, mut at) = (Vec::new(), 0);
    while let Some(first) = rest.first() {
        let (word, after) = rest
            .split_at_checked(word_len(rest, first.class))
            .unwrap_or((rest, &[]));
        let end = word.last().map_or(text.len(), |l| l.end);
        words.push((first.class, text.get(at..end).unwrap_or_default()));
        (rest, at) = (after, end);
    }
    if words.is_empty() && !text.is_empty() {
        words.push((Class::Bad, text));
    }
    words
}

fn write_word(out: &mut Buffer, class: Class, word: &[u8], connector: char) {
    if !matches!(class, Class::Upper | Class::Connector) {
        return out.bytes(word);
    }
    for c in runes::chars(word) {
        out.char(match c {
            _ if is_connector(c) => connector,
            _ if unicode::is_upper(c) => unicode::to_lower(c),
            _ => c,
        });
    }
}

/// `FirstName` to `first_name`: words set apart by `connector`, by the rules of xstrings.
///
/// A number belongs to the word before it, as in `bld4_floor`, unless small letters follow: then it makes one word
/// with them, as in `http_2xx`.
fn separated(context: &mut Context<'_>, args: &Args, connector: char) -> Result<Value, Fault> {
    let text = args.text(0);
    context.pay_for(text.len())?;
    let mut out = context.buffer(text.len().saturating_mul(3))?;
    let words = words(text);
    let class = |at: usize| words.get(at).map(|(class, _)| *class);
    let mut before = None;
    // Within a word that begins with a number.
    let mut numbered = false;
    for (at, (this, word)) in words.iter().enumerate() {
        let leads = *this == Class::Number
            && (before.is_none_or(Class::parts_words) || class(at + 1) == Some(Class::Small));
        let joins = numbered && matches!(this, Class::Small | Class::Number);
        let apart = match before {
            _ if joins || this.parts_words() => false,
            None | Some(Class::Connector | Class::Punctuation) => false,
            Some(_) if numbered => *this != Class::Bad,
            Some(_) => leads || *this != Class::Number,
        };
        if apart {
            out.char(connector);
        }
        write_word(&mut out, *this, word, connector);
        numbered = joins || leads;
        before = Some(*this);
    }
    Ok(out.finish().into())
}

/// Breaks lines at blanks; `cut` breaks long words too.
fn wrap(
    context: &mut Context<'_>,
    text: &[u8],
    width: i64,
    newline: &[u8],
    cut: bool,
) -> Result<Value, Fault> {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let lines = text.len() / width + text.iter().filter(|b| **b == b' ').count() + 1;
    let room = lines.saturating_mul(newline.len());
    let mut out = context.buffer(room.saturating_add(text.len()))?;
    let mut rest = text;
    while rest.len() > width {
        if let Some(after) = rest.strip_prefix(b" ") {
            rest = after;
            continue;
        }
        let blank = |b: &u8| *b == b' ';
        let fitting = rest.iter().take(width + 1).rposition(blank);
        let next = || rest.iter().skip(width).position(blank).map(|at| width + at);
        let end = fitting.or_else(|| if cut { Some(width) } else { next() });
        let Some((line, after)) = end.and_then(|end| rest.split_at_checked(end)) else {
            break;
        };
        out.bytes(line);
        out.bytes(newline);
        rest = after.strip_prefix(b" ").unwrap_or(after);
    }
    out.bytes(rest);
    Ok(out.finish().into())
}
