//! The scanner: from text to tokens, by the rules of libyaml as goyaml.v2 has them.
//!
//! The hard part of YAML is here: a scalar may turn out to be a key only when its `:` comes, up to 1,024 characters
//! later on the same line. Until then tokens wait in a queue, and every nesting level of flow collections remembers
//! the one token that could still become a key ("simple key").

use std::collections::VecDeque;

use super::cursor::Cursor;
use super::token::{Kind, Token};
use crate::error::{Fault, Problem, Refusal};
use crate::node::Style;
use crate::span::Span;

/// A key's `:` must come within so many characters.
const SIMPLE_KEY_REACH: usize = 1024;

#[derive(Default)]
struct SimpleKey {
    possible: bool,
    /// In block context at the indentation of the mapping: there nothing but a key may stand.
    required: bool,
    token: usize,
    at: usize,
    column: usize,
    line: usize,
}

pub(super) struct Scanner<'a> {
    pub(super) cursor: Cursor<'a>,
    queue: VecDeque<Token<'a>>,
    /// Number of tokens handed out.
    taken: usize,
    /// Column of the innermost block collection, -1 outside of any.
    pub(super) indent: isize,
    indents: Vec<isize>,
    pub(super) flow_level: usize,
    /// One for block context and one for each flow level.
    keys: Vec<SimpleKey>,
    /// Token number, in rising order, and index into `keys`. goyaml.v2 finds waiting keys by this table and drops entries from it a
    /// little too early in `[]: x`; what it then reads depends on that, so it is kept here as it is there.
    keys_by_token: VecDeque<(usize, usize)>,
    pub(super) key_allowed: bool,
    /// Behind the last empty line of the block scalar being scanned.
    pub(super) block_end: usize,
    max_depth: usize,
}

pub(super) type Scanned<T> = Result<T, Fault>;

impl<'a> Scanner<'a> {
    /// Begins behind a byte order mark.
    pub(super) fn new(cursor: Cursor<'a>, max_depth: usize) -> Self {
        Self {
            cursor,
            queue: VecDeque::new(),
            taken: 0,
            indent: -1,
            indents: Vec::new(),
            flow_level: 0,
            keys: vec![SimpleKey::default()],
            keys_by_token: VecDeque::new(),
            key_allowed: true,
            block_end: 0,
            max_depth,
        }
    }

    /// The next token, left where it is.
    pub(super) fn peek(&mut self) -> Scanned<&Token<'a>> {
        self.fill()?;
        self.queue
            .front()
            .ok_or_else(|| Fault::new(self.cursor.at, Problem::Yaml("unexpected end of the text")))
    }

    /// The next token.
    pub(super) fn take(&mut self) -> Scanned<Token<'a>> {
        self.fill()?;
        self.taken += 1;
        self.queue
            .pop_front()
            .ok_or_else(|| Fault::new(self.cursor.at, Problem::Yaml("unexpected end of the text")))
    }

    /// Scans until the first token in the queue cannot become a key any more.
    fn fill(&mut self) -> Scanned<()> {
        loop {
            if !self.queue.is_empty() {
                let taken = self.taken;
                while self
                    .keys_by_token
                    .pop_front_if(|&mut (token, _)| token < taken)
                    .is_some()
                {}
                let waiting = self
                    .keys_by_token
                    .front()
                    .filter(|&&(token, _)| token == taken);
                let Some(&(_, key)) = waiting else {
                    return Ok(());
                };
                if !self.key_is_valid(key)? {
                    return Ok(());
                }
            }
            self.scan()?;
        }
    }

    fn fault<T>(&self, message: &'static str) -> Scanned<T> {
        Err(Fault::new(self.cursor.at, Problem::Yaml(message)))
    }

    fn scan(&mut self) -> Scanned<()> {
        self.skip_to_token();
        self.close_blocks(isize::try_from(self.cursor.column).unwrap_or(isize::MAX));
        if self.cursor.at_end() {
            return self.stream_end();
        }
        let first = self.cursor.peek(0);
        if self.cursor.column == 0 && first == b'%' {
            self.document_boundary()?;
            let token = self.directive()?;
            self.queue.push_back(token);
            return Ok(());
        }
        if self.cursor.at_document_marker() {
            self.document_boundary()?;
            let starts = first == b'-';
            self.indicator(
                if starts {
                    Kind::DocumentStart
                } else {
                    Kind::DocumentEnd
                },
                3,
            );
            return Ok(());
        }
        let in_block = self.flow_level == 0;
        let stands_alone = self.cursor.is_space_or_end(1);
        match first {
            b'[' => self.flow_start(Kind::FlowSeqStart),
            b'{' => self.flow_start(Kind::FlowMapStart),
            b']' => self.flow_end(Kind::FlowSeqEnd),
            b'}' => self.flow_end(Kind::FlowMapEnd),
            b',' => {
                self.drop_key()?;
                self.key_allowed = true;
                self.indicator(Kind::FlowEntry, 1);
                Ok(())
            }
            b'-' if stands_alone => self.block_entry(),
            b'?' if !in_block || stands_alone => self.explicit_key(),
            b':' if !in_block || stands_alone => self.value(),
            b'|' | b'>' if in_block => {
                self.drop_key()?;
                self.key_allowed = true;
                let token = self.block_scalar(first == b'|')?;
                self.queue.push_back(token);
                Ok(())
            }
            b'*' | b'&' | b'!' | b'\'' | b'"' => self.possible_key(first),
            _ if self.plain_may_start(first) => self.possible_key(first),
            b'\t' => self.fault("a tab where indentation is expected; use spaces"),
            b'@' | b'`' => self.fault("a value cannot begin with this character; quote it"),
            b'%' => self.fault("a value cannot begin with `%`; quote it"),
            _ => self
                .fault("nothing can begin with this character here; quote the value if it is text"),
        }
    }

    /// A token that may turn out to begin a key.
    fn possible_key(&mut self, first: u8) -> Scanned<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = match first {
            b'*' | b'&' => self.anchor(first == b'*')?,
            b'!' => self.tag()?,
            b'\'' => self.quoted_scalar(Style::SingleQuoted)?,
            b'"' => self.quoted_scalar(Style::DoubleQuoted)?,
            _ => self.plain_scalar()?,
        };
        self.queue.push_back(token);
        Ok(())
    }

    fn plain_may_start(&self, first: u8) -> bool {
        match first {
            // A break is no blank here: `-` at the end of a line was an entry already.
            b'-' => !self.cursor.is_blank(1),
            b'?' | b':' => self.flow_level == 0 && !self.cursor.is_space_or_end(1),
            b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
            | b'"' | b'%' | b'@' | b'`' => false,
            _ => !self.cursor.is_space_or_end(0),
        }
    }

    /// Passes blanks, comments and empty lines.
    fn skip_to_token(&mut self) {
        loop {
            // Tabs separate tokens, but not where a key may begin: there they would pass for indentation.
            let tabs = self.flow_level > 0 || !self.key_allowed;
            self.cursor
                .skip_while(|b| b == b' ' || (tabs && b == b'\t'));
            if self.cursor.peek(0) == b'#' {
                self.cursor.skip_line_content();
            }
            if self.cursor.break_len(0) == 0 {
                return;
            }
            self.cursor.skip_break();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    /// Queues an indicator of `len` bytes at the cursor.
    fn indicator(&mut self, kind: Kind<'a>, len: usize) {
        let start = self.cursor.at;
        self.cursor.skip_ascii(len);
        self.queue.push_back(Token {
            kind,
            span: Span::new(start, self.cursor.at),
        });
    }

    /// Inserts a token without width before the token of this number, or appends it.
    fn insert(&mut self, number: Option<usize>, kind: Kind<'a>, at: usize) {
        let token = Token {
            kind,
            span: Span::new(at, at),
        };
        match number.and_then(|n| n.checked_sub(self.taken)) {
            Some(index) if index <= self.queue.len() => self.queue.insert(index, token),
            _ => self.queue.push_back(token),
        }
    }

    // --- simple keys

    fn key_is_valid(&mut self, index: usize) -> Scanned<bool> {
        let (line, column) = (self.cursor.line, self.cursor.column);
        let Some(key) = self.keys.get_mut(index).filter(|k| k.possible) else {
            return Ok(false);
        };
        if key.line == line && column <= key.column + SIMPLE_KEY_REACH {
            return Ok(true);
        }
        if key.required {
            return Err(Fault::new(key.at, Problem::Yaml(MISSING_COLON)));
        }
        key.possible = false;
        Ok(false)
    }

    /// Remembers that the token to come may be a key.
    fn save_key(&mut self) -> Scanned<()> {
        if !self.key_allowed {
            return Ok(());
        }
        let column = isize::try_from(self.cursor.column).unwrap_or(isize::MAX);
        let key = SimpleKey {
            possible: true,
            required: self.flow_level == 0 && self.indent == column,
            token: self.taken + self.queue.len(),
            at: self.cursor.at,
            column: self.cursor.column,
            line: self.cursor.line,
        };
        self.drop_key()?;
        self.forget(key.token);
        self.keys_by_token
            .push_back((key.token, self.keys.len().saturating_sub(1)));
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    /// Gives up the possible key of this level; an error if a key had to be there.
    fn drop_key(&mut self) -> Scanned<()> {
        let Some(key) = self.keys.last_mut().filter(|k| k.possible) else {
            return Ok(());
        };
        if key.required {
            return Err(Fault::new(key.at, Problem::Yaml(MISSING_COLON)));
        }
        key.possible = false;
        let token = key.token;
        self.forget(token);
        Ok(())
    }

    fn forget(&mut self, token: usize) {
        self.keys_by_token.retain(|&(t, _)| t != token);
    }

    // --- indentation

    /// Opens a block collection at `column` unless one is open there.
    fn open_block(
        &mut self,
        column: usize,
        number: Option<usize>,
        kind: Kind<'a>,
        at: usize,
    ) -> Scanned<()> {
        let column = isize::try_from(column).unwrap_or(isize::MAX);
        if self.flow_level == 0 && self.indent < column {
            self.indents.push(self.indent);
            self.indent = column;
            if self.indents.len() > self.max_depth {
                return Err(Fault::new(at, Refusal::TooDeep));
            }
            self.insert(number, kind, at);
        }
        Ok(())
    }

    /// Closes the block collections that are indented deeper than `column`.
    fn close_blocks(&mut self, column: isize) {
        while self.flow_level == 0 && self.indent > column {
            self.insert(None, Kind::BlockEnd, self.cursor.at);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn document_boundary(&mut self) -> Scanned<()> {
        self.close_blocks(-1);
        self.drop_key()?;
        self.key_allowed = false;
        Ok(())
    }

    // --- the tokens of structure

    fn stream_end(&mut self) -> Scanned<()> {
        if self.cursor.column != 0 {
            self.cursor.column = 0;
            self.cursor.line += 1;
        }
        self.document_boundary()?;
        self.indicator(Kind::StreamEnd, 0);
        Ok(())
    }

    fn flow_start(&mut self, kind: Kind<'a>) -> Scanned<()> {
        self.save_key()?;
        let token = self.taken + self.queue.len();
        self.keys.push(SimpleKey {
            token,
            ..SimpleKey::default()
        });
        self.flow_level += 1;
        if self.flow_level > self.max_depth {
            return Err(Fault::new(self.cursor.at, Refusal::TooDeep));
        }
        self.key_allowed = true;
        self.indicator(kind, 1);
        Ok(())
    }

    fn flow_end(&mut self, kind: Kind<'a>) -> Scanned<()> {
        self.drop_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.keys.pop() {
                self.forget(key.token);
            }
        }
        self.key_allowed = false;
        self.indicator(kind, 1);
        Ok(())
    }

    fn block_entry(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return self
                    .fault("a list item `- ` cannot stand here; begin it on a line of its own");
            }
            self.open_block(
                self.cursor.column,
                None,
                Kind::BlockSeqStart,
                self.cursor.at,
            )?;
        }
        self.drop_key()?;
        self.key_allowed = true;
        self.indicator(Kind::BlockEntry, 1);
        Ok(())
    }

    fn explicit_key(&mut self) -> Scanned<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return self.fault("a key `? ` cannot stand here; begin it on a line of its own");
            }
            self.open_block(
                self.cursor.column,
                None,
                Kind::BlockMapStart,
                self.cursor.at,
            )?;
        }
        self.drop_key()?;
        self.key_allowed = self.flow_level == 0;
        self.indicator(Kind::Key, 1);
        Ok(())
    }

    fn value(&mut self) -> Scanned<()> {
        let level = self.keys.len().saturating_sub(1);
        if self.key_is_valid(level)? {
            let (token, at, column) = match self.keys.last_mut() {
                Some(key) => {
                    key.possible = false;
                    (key.token, key.at, key.column)
                }
                None => (self.taken, self.cursor.at, 0),
            };
            self.insert(Some(token), Kind::Key, at);
            self.open_block(column, Some(token), Kind::BlockMapStart, at)?;
            self.forget(token);
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.key_allowed {
                    return self.fault(
                        "a second `: ` on the line: quote the value if it contains a colon",
                    );
                }
                self.open_block(
                    self.cursor.column,
                    None,
                    Kind::BlockMapStart,
                    self.cursor.at,
                )?;
            }
            self.key_allowed = self.flow_level == 0;
        }
        self.indicator(Kind::Value, 1);
        Ok(())
    }
}

const MISSING_COLON: &str =
    "a key must stand here, but no `:` follows it on its line; check the indentation and quotes";
