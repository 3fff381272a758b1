//! Cuts a template into tokens.
//!
//! Blanks are no tokens, but each token knows how many stand before it: `.a.b` is one operand, `.a .b` are two.

use std::ops::Range;

use crate::go::{quote, runes, unicode};

/// Words with a meaning of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Range,
    Template,
    With,
}

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// Text outside actions
    Text,
    /// `{{`
    Open,
    /// `}}`
    Close,
    /// `if`, `end`, ...
    Keyword(Keyword),
    /// A name, which can only be a function's
    Name,
    /// `.name`
    Field,
    /// `$name`
    Variable,
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool,
    /// `1`, `0x1p-2`
    Number,
    /// `1+2i`
    Complex,
    /// `'x'`
    Character,
    /// `"..."`
    Quoted,
    /// `` `...` ``
    Raw,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `|`
    Pipe,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// `,`
    Comma,
    /// Any other printable ASCII character
    Symbol,
    /// What follows is no token.
    Broken,
    /// The end of the template
    End,
}

/// A token's kind and place.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    /// Bytes of white space before it, within an action
    pub(super) blanks: usize,
}

/// All tokens of a template. The last is [`Kind::End`], or [`Kind::Broken`] and `problem` says why.
pub(super) struct Tokens {
    pub(super) list: Vec<Token>,
    pub(super) problem: String,
}

/// Cuts `text` into tokens; actions stand between `left` and `right`.
pub(super) fn tokens(text: &[u8], left: &[u8], right: &[u8]) -> Tokens {
    let mut cutter = Cutter {
        text,
        left,
        right,
        at: 0,
        list: Vec::new(),
    };
    let problem = match cutter.template() {
        Ok(()) => String::new(),
        Err(problem) => {
            cutter.push(Kind::Broken, cutter.at, 0);
            problem
        }
    };
    Tokens {
        list: cutter.list,
        problem,
    }
}

struct Cutter<'a> {
    text: &'a [u8],
    left: &'a [u8],
    right: &'a [u8],
    /// End of the last token; where the problem is, if there is one.
    at: usize,
    list: Vec<Token>,
}

impl<'a> Cutter<'a> {
    fn from(&self, at: usize) -> &'a [u8] {
        self.text.get(at..).unwrap_or_default()
    }

    /// Makes a token of everything up to `end`.
    fn push(&mut self, kind: Kind, end: usize, blanks: usize) {
        self.list.push(Token {
            kind,
            span: self.at..end,
            blanks,
        });
        self.at = end;
    }

    fn template(&mut self) -> Result<(), String> {
        while let Some(offset) = runes::find(self.from(self.at), self.left) {
            let open = self.at + offset;
            let mut inside = open + self.left.len();
            let before = self.text.get(self.at..open).unwrap_or_default();
            let mut text_end = open;
            if matches!(self.from(inside), [b'-', blank, ..] if is_blank(*blank)) {
                inside += 2;
                text_end -= before.iter().rev().take_while(|b| is_blank(**b)).count();
            }
            if text_end > self.at {
                self.push(Kind::Text, text_end, 0);
            }
            self.at = open;
            if self.from(inside).starts_with(b"/*") {
                self.at = inside;
                self.comment()?;
            } else {
                self.push(Kind::Open, open + self.left.len(), 0);
                self.at = inside;
                self.action()?;
            }
        }
        if self.at < self.text.len() {
            self.push(Kind::Text, self.text.len(), 0);
        }
        self.push(Kind::End, self.text.len(), 0);
        Ok(())
    }

    fn comment(&mut self) -> Result<(), String> {
        let inside = self.at + 2;
        let len = runes::find(self.from(inside), b"*/").ok_or("unclosed comment")?;
        let end = inside + len + 2;
        let trims = self
            .closes(end)
            .ok_or("comment ends before closing delimiter")?;
        self.leave(end, trims);
        Ok(())
    }

    /// Whether the action can end here, and if so whether the end trims the text after it.
    fn closes(&self, at: usize) -> Option<bool> {
        let rest = self.from(at);
        match rest {
            [blank, b'-', after @ ..] if is_blank(*blank) && after.starts_with(self.right) => {
                Some(true)
            }
            _ => rest.starts_with(self.right).then_some(false),
        }
    }

    /// Goes on behind the end of the action that begins at `close`.
    fn leave(&mut self, close: usize, trims: bool) {
        self.at = close + self.right.len();
        if trims {
            self.at += 2;
            self.at += count_blanks(self.from(self.at));
        }
    }

    /// Everything from behind the opening delimiter to the closing one.
    fn action(&mut self) -> Result<(), String> {
        let mut parens = 0_usize;
        loop {
            let mut blanks = 0;
            if self.closes(self.at).is_none() {
                blanks = count_blanks(self.from(self.at));
                // The last of them may be part of the delimiter.
                if blanks > 0 && self.closes(self.at + blanks - 1) == Some(true) {
                    blanks -= 1;
                }
            }
            self.at += blanks;
            if let Some(trims) = self.closes(self.at) {
                if parens > 0 {
                    return Err("unclosed left paren".into());
                }
                let close = self.at;
                self.at += if trims { 2 } else { 0 };
                self.push(Kind::Close, self.at + self.right.len(), blanks);
                self.leave(close, trims);
                return Ok(());
            }
            let (kind, len) = token(self.from(self.at), self.right)?;
            match kind {
                Kind::LeftParen => parens += 1,
                Kind::RightParen => {
                    parens = parens.checked_sub(1).ok_or("unexpected right paren")?;
                }
                _ => {}
            }
            self.push(kind, self.at + len, blanks);
        }
    }
}

/// The token that `rest` begins with, and its length. `right` ends a word too.
fn token(rest: &[u8], right: &[u8]) -> Result<(Kind, usize), String> {
    let Some((c, _)) = runes::decode(rest) else {
        return Err("unclosed action".into());
    };
    let word = |skip| word(rest, skip, right);
    match c {
        '=' => Ok((Kind::Assign, 1)),
        ':' if rest.starts_with(b":=") => Ok((Kind::Declare, 2)),
        ':' => Err("expected :=".into()),
        '|' => Ok((Kind::Pipe, 1)),
        '(' => Ok((Kind::LeftParen, 1)),
        ')' => Ok((Kind::RightParen, 1)),
        ',' => Ok((Kind::Comma, 1)),
        '"' => match quoted_len(rest, b'"') {
            Some(len) => Ok((Kind::Quoted, len)),
            None => Err("unterminated quoted string".into()),
        },
        '\'' => match quoted_len(rest, b'\'') {
            Some(len) => Ok((Kind::Character, len)),
            None => Err("unterminated character constant".into()),
        },
        '`' => match rest.iter().skip(1).position(|b| *b == b'`') {
            Some(inside) => Ok((Kind::Raw, inside + 2)),
            None => Err("unterminated raw quoted string".into()),
        },
        '$' => Ok((Kind::Variable, word(1)?)),
        '.' if rest.get(1).is_some_and(|b| !b.is_ascii_digit()) => match word(1)? {
            1 => Ok((Kind::Dot, 1)),
            len => Ok((Kind::Field, len)),
        },
        '.' | '+' | '-' | '0'..='9' => number(rest),
        _ if is_name(c) => {
            let len = word(0)?;
            Ok((named(rest.get(..len).unwrap_or_default()), len))
        }
        _ if c.is_ascii() && unicode::is_print(c) => Ok((Kind::Symbol, 1)),
        _ => Err(format!(
            "unrecognized character in action: {}",
            unicode::code_point(c)
        )),
    }
}

fn named(word: &[u8]) -> Kind {
    Kind::Keyword(match word {
        b"block" => Keyword::Block,
        b"break" => Keyword::Break,
        b"continue" => Keyword::Continue,
        b"define" => Keyword::Define,
        b"else" => Keyword::Else,
        b"end" => Keyword::End,
        b"if" => Keyword::If,
        b"range" => Keyword::Range,
        b"template" => Keyword::Template,
        b"with" => Keyword::With,
        b"nil" => return Kind::Nil,
        b"true" | b"false" => return Kind::Bool,
        _ => return Kind::Name,
    })
}

/// Length of a word with `skip` bytes before its name. What follows must be able to follow a word.
fn word(rest: &[u8], skip: usize, right: &[u8]) -> Result<usize, String> {
    let name = rest.get(skip..).unwrap_or_default();
    let len = skip
        + runes::indices(name)
            .find(|(_, c, _)| !is_name(*c))
            .map_or(name.len(), |(at, _, _)| at);
    let after = rest.get(len..).unwrap_or_default();
    match runes::decode(after) {
        Some((c, _)) if !" \t\r\n.,|:()".contains(c) && !after.starts_with(right) => {
            Err(format!("bad character {}", unicode::code_point(c)))
        }
        _ => Ok(len),
    }
}

/// Length of a literal with its quotes; `None` when its line ends before it.
fn quoted_len(rest: &[u8], quote: u8) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in rest.iter().enumerate().skip(1) {
        match byte {
            b'\n' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if *byte == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// A way to write numbers: the letter after the zero, the digits, and the letter before an exponent.
type Notation = (u8, fn(u8) -> bool, Option<u8>);

const DECIMAL: Notation = (0, |b| b.is_ascii_digit() || b == b'_', Some(b'e'));
const PREFIXED: [Notation; 3] = [
    (b'x', |b| b.is_ascii_hexdigit() || b == b'_', Some(b'p')),
    (b'o', |b| matches!(b, b'0'..=b'7' | b'_'), None),
    (b'b', |b| matches!(b, b'0' | b'1' | b'_'), None),
];

/// A number, or two with a sign between them. Whether the digits make sense is for later.
fn number(rest: &[u8]) -> Result<(Kind, usize), String> {
    let bad = |len: usize| {
        let shown = rest.get(..len).unwrap_or(rest);
        Err(format!("bad number syntax: {}", quote::quoted(shown)))
    };
    let real = match number_len(rest) {
        Ok(len) => len,
        Err(len) => return bad(len),
    };
    let after = rest.get(real..).unwrap_or_default();
    if !matches!(after.first(), Some(b'+' | b'-')) {
        return Ok((Kind::Number, real));
    }
    match number_len(after) {
        Ok(len) if after.get(len - 1) == Some(&b'i') => Ok((Kind::Complex, real + len)),
        Ok(len) | Err(len) => bad(real + len),
    }
}

/// Length of one number; an error, with the length up to it, when a letter follows at once.
fn number_len(rest: &[u8]) -> Result<usize, usize> {
    let byte = |at: usize| rest.get(at).map_or(0, u8::to_ascii_lowercase);
    let sign = |at: usize| usize::from(matches!(byte(at), b'+' | b'-'));
    let run = |at: usize, fits: fn(u8) -> bool| {
        let rest = rest.get(at..).unwrap_or_default();
        rest.iter().take_while(|b| fits(**b)).count()
    };
    let mut len = sign(0);
    let prefixed = PREFIXED
        .into_iter()
        .find(|(letter, ..)| byte(len) == b'0' && byte(len + 1) == *letter);
    let (_, digits, exponent) = prefixed.unwrap_or(DECIMAL);
    len += if prefixed.is_some() { 2 } else { 0 };
    len += run(len, digits);
    if byte(len) == b'.' {
        len += 1;
        len += run(len, digits);
    }
    if exponent == Some(byte(len)) {
        len += 1;
        len += sign(len);
        len += run(len, DECIMAL.1);
    }
    len += usize::from(rest.get(len) == Some(&b'i'));
    match runes::decode(rest.get(len..).unwrap_or_default()) {
        Some((c, width)) if is_name(c) => Err(len + width),
        _ => Ok(len),
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn count_blanks(text: &[u8]) -> usize {
    text.iter().take_while(|b| is_blank(**b)).count()
}

fn is_name(c: char) -> bool {
    c == '_' || unicode::is_letter(c) || unicode::is_digit(c)
}
