//! Cuts a template into tokens. Spaces inside actions are tokens too: Go's grammar needs them.

use crate::go::{quote, runes, unicode};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// The lexer gave up; the message is in [`Token::error`].
    Error,
    /// `true`, `false`
    Bool,
    /// A printable ASCII character with no meaning of its own, as `,`
    Char,
    /// `'x'`
    CharConstant,
    /// `1+2i`
    Complex,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// The end of the template
    Eof,
    /// `.name`
    Field,
    /// A name
    Identifier,
    /// `{{`
    LeftDelim,
    /// `(`
    LeftParen,
    /// A number
    Number,
    /// `|`
    Pipe,
    /// `` `...` ``
    RawString,
    /// `}}`
    RightDelim,
    /// `)`
    RightParen,
    /// Blanks
    Space,
    /// `"..."`
    String,
    /// Text outside actions
    Text,
    /// `$name`
    Variable,
    /// `.`
    Dot,
    /// A keyword
    Block,
    /// A keyword
    Break,
    /// A keyword
    Continue,
    /// A keyword
    Define,
    /// A keyword
    Else,
    /// A keyword
    End,
    /// A keyword
    If,
    /// A keyword
    Nil,
    /// A keyword
    Range,
    /// A keyword
    Template,
    /// A keyword
    With,
}

/// A token: its place in the template and, for errors, the message.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) error: Option<String>,
}

struct Lexer<'a> {
    input: &'a [u8],
    left: &'a [u8],
    right: &'a [u8],
    at: usize,
    start: usize,
    parens: i64,
    tokens: Vec<Token>,
}

/// Stops the lexer: an error token has been written.
struct Stop;

type Step = Result<(), Stop>;

/// All tokens of `input`; the last is [`Kind::Eof`] or [`Kind::Error`].
pub(crate) fn lex(input: &[u8], left: &[u8], right: &[u8]) -> Vec<Token> {
    let mut lexer = Lexer {
        input,
        left,
        right,
        at: 0,
        start: 0,
        parens: 0,
        tokens: Vec::new(),
    };
    if lexer.run().is_ok() {
        lexer.start = lexer.at;
        lexer.emit(Kind::Eof);
    }
    lexer.tokens
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a [u8] {
        self.input.get(self.at..).unwrap_or_default()
    }

    fn emit(&mut self, kind: Kind) {
        self.tokens.push(Token {
            kind,
            start: self.start,
            end: self.at,
            error: None,
        });
        self.start = self.at;
    }

    fn fail(&mut self, message: impl Into<String>) -> Step {
        let error = Some(message.into());
        self.tokens.push(Token {
            kind: Kind::Error,
            start: self.start,
            end: self.at,
            error,
        });
        Err(Stop)
    }

    fn next(&mut self) -> Option<char> {
        let (c, width) = runes::decode(self.rest())?;
        self.at += width;
        Some(c)
    }

    fn peek(&self) -> Option<char> {
        runes::decode(self.rest()).map(|(c, _)| c)
    }

    fn run(&mut self) -> Step {
        while let Some(offset) = runes::find(self.rest(), self.left) {
            let text_end = self.at + offset;
            let after = self
                .input
                .get(text_end + self.left.len()..)
                .unwrap_or_default();
            let trim = trims_left(after);
            let text = self.rest().get(..offset).unwrap_or_default();
            self.at += if trim {
                text.len() - blanks_at_end(text)
            } else {
                text.len()
            };
            if self.at > self.start {
                self.emit(Kind::Text);
            }
            self.at = text_end;
            self.start = self.at;
            self.at += self.left.len();
            let marker = if trim { 2 } else { 0 };
            if after.get(marker..).unwrap_or_default().starts_with(b"/*") {
                self.at += marker;
                self.start = self.at;
                self.comment()?;
            } else {
                self.emit(Kind::LeftDelim);
                self.at += marker;
                self.start = self.at;
                self.parens = 0;
                while self.action()? {}
            }
        }
        self.at = self.input.len();
        if self.at > self.start {
            self.emit(Kind::Text);
        }
        Ok(())
    }

    fn comment(&mut self) -> Step {
        self.at += 2;
        let Some(offset) = runes::find(self.rest(), b"*/") else {
            return self.fail("unclosed comment");
        };
        self.at += offset + 2;
        let Some(trim) = self.at_right_delim() else {
            return self.fail("comment ends before closing delimiter");
        };
        self.close(trim);
        Ok(())
    }

    /// Whether a right delimiter comes next, and if so whether it trims.
    fn at_right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if trims_right(rest) && rest.get(2..).unwrap_or_default().starts_with(self.right) {
            return Some(true);
        }
        rest.starts_with(self.right).then_some(false)
    }

    /// Passes over the right delimiter and what it trims.
    fn close(&mut self, trim: bool) {
        self.at += self.right.len() + if trim { 2 } else { 0 };
        if trim {
            self.at += self.rest().iter().take_while(|b| is_blank(**b)).count();
        }
        self.start = self.at;
    }

    /// One token inside an action; false after the right delimiter.
    fn action(&mut self) -> Result<bool, Stop> {
        if let Some(trim) = self.at_right_delim() {
            if self.parens != 0 {
                self.fail("unclosed left paren")?;
            }
            self.at += if trim { 2 } else { 0 };
            self.start = self.at;
            self.at += self.right.len();
            self.emit(Kind::RightDelim);
            self.at = self.start - self.right.len() - if trim { 2 } else { 0 };
            self.close(trim);
            return Ok(false);
        }
        let Some(c) = self.next() else {
            self.fail("unclosed action")?;
            return Ok(false);
        };
        match c {
            ' ' | '\t' | '\r' | '\n' => self.space(),
            '=' => self.emit(Kind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    self.fail("expected :=")?;
                }
                self.emit(Kind::Declare);
            }
            '|' => self.emit(Kind::Pipe),
            '"' => self.quoted('"', Kind::String, "unterminated quoted string")?,
            '\'' => self.quoted('\'', Kind::CharConstant, "unterminated character constant")?,
            '`' => {
                let Some(end) = self.rest().iter().position(|b| *b == b'`') else {
                    self.at = self.input.len();
                    self.fail("unterminated raw quoted string")?;
                    return Ok(false);
                };
                self.at += end + 1;
                self.emit(Kind::RawString);
            }
            '$' => self.name(Kind::Variable)?,
            '.' if self.rest().first().is_some_and(|b| !b.is_ascii_digit()) => {
                self.name(Kind::Field)?
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at -= 1;
                self.number()?;
            }
            '(' => {
                self.parens += 1;
                self.emit(Kind::LeftParen);
            }
            ')' => {
                self.parens -= 1;
                if self.parens < 0 {
                    self.fail("unexpected right paren")?;
                }
                self.emit(Kind::RightParen);
            }
            _ if is_name(c) => self.identifier()?,
            _ if c.is_ascii() && unicode::is_print(c) => self.emit(Kind::Char),
            _ => self.fail(format!(
                "unrecognized character in action: {}",
                code_point(c)
            ))?,
        }
        Ok(true)
    }

    /// Blanks, the last of which may belong to a trimming delimiter.
    fn space(&mut self) {
        self.at += self.rest().iter().take_while(|b| is_blank(**b)).count();
        let last = self.input.get(self.at - 1..).unwrap_or_default();
        if trims_right(last) && last.get(2..).unwrap_or_default().starts_with(self.right) {
            self.at -= 1;
            if self.at == self.start {
                return;
            }
        }
        self.emit(Kind::Space);
    }

    fn quoted(&mut self, quote: char, kind: Kind, unterminated: &str) -> Step {
        loop {
            match self.next() {
                Some('\\') => {
                    if matches!(self.next(), None | Some('\n')) {
                        return self.fail(unterminated);
                    }
                }
                None | Some('\n') => return self.fail(unterminated),
                Some(c) if c == quote => break,
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    /// The rest of a `.field` or `$variable`; a lone `.` or `$` is one too.
    fn name(&mut self, kind: Kind) -> Step {
        if self.at_terminator() {
            self.emit(if kind == Kind::Field { Kind::Dot } else { kind });
            return Ok(());
        }
        self.pass_name();
        if !self.at_terminator() {
            let bad = self.peek().unwrap_or(runes::BAD);
            return self.fail(format!("bad character {}", code_point(bad)));
        }
        self.emit(kind);
        Ok(())
    }

    fn pass_name(&mut self) {
        while let Some((c, width)) = runes::decode(self.rest())
            && is_name(c)
        {
            self.at += width;
        }
    }

    fn identifier(&mut self) -> Step {
        self.pass_name();
        if !self.at_terminator() {
            let bad = self.peek().unwrap_or(runes::BAD);
            return self.fail(format!("bad character {}", code_point(bad)));
        }
        let kind = match self.input.get(self.start..self.at).unwrap_or_default() {
            b"block" => Kind::Block,
            b"break" => Kind::Break,
            b"continue" => Kind::Continue,
            b"define" => Kind::Define,
            b"else" => Kind::Else,
            b"end" => Kind::End,
            b"if" => Kind::If,
            b"nil" => Kind::Nil,
            b"range" => Kind::Range,
            b"template" => Kind::Template,
            b"with" => Kind::With,
            b"true" | b"false" => Kind::Bool,
            _ => Kind::Identifier,
        };
        self.emit(kind);
        Ok(())
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some(' ' | '\t' | '\r' | '\n' | '.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(_) => self.rest().starts_with(self.right),
        }
    }

    fn number(&mut self) -> Step {
        let mut fits = self.scan_number();
        let mut kind = Kind::Number;
        if fits && matches!(self.peek(), Some('+' | '-')) {
            fits = self.scan_number() && self.input.get(self.at - 1) == Some(&b'i');
            kind = Kind::Complex;
        }
        if !fits {
            let text = self.input.get(self.start..self.at).unwrap_or_default();
            return self.fail(format!("bad number syntax: {}", quote::quoted(text)));
        }
        self.emit(kind);
        Ok(())
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let fits = self.rest().first().is_some_and(|b| set.contains(b));
        self.at += usize::from(fits);
        fits
    }

    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }

    fn scan_number(&mut self) -> bool {
        self.accept(b"+-");
        let mut digits: &[u8] = b"0123456789_";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
            } else if self.accept(b"bB") {
                digits = b"01_";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        let exponent: &[u8] = match digits.len() {
            11 => b"eE",
            23 => b"pP",
            _ => b"",
        };
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(b"0123456789_");
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_name) {
            self.next();
            return false;
        }
        true
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn blanks_at_end(text: &[u8]) -> usize {
    text.iter().rev().take_while(|b| is_blank(**b)).count()
}

/// `- ` after a left delimiter.
fn trims_left(text: &[u8]) -> bool {
    matches!(text, [b'-', blank, ..] if is_blank(*blank))
}

/// ` -` before a right delimiter.
fn trims_right(text: &[u8]) -> bool {
    matches!(text, [blank, b'-', ..] if is_blank(*blank))
}

fn is_name(c: char) -> bool {
    c == '_' || unicode::is_letter(c) || unicode::is_digit(c)
}

/// Go's `%#U`.
fn code_point(c: char) -> String {
    let code = u32::from(c);
    if unicode::is_print(c) {
        format!("U+{code:04X} '{c}'")
    } else {
        format!("U+{code:04X}")
    }
}
