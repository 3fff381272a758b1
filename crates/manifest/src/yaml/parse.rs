//! The parser: from tokens to events, by the grammar of YAML 1.1. Its stack is its own, so that depth costs no call
//! frames.

use super::scan::{Scanned, Scanner};
use super::token::{Kind, Token};
use crate::error::{Fault, Problem};
use crate::node::Style;
use crate::span::Span;
use crate::text::Text;

pub(super) enum Event<'a> {
    Scalar {
        text: Text,
        style: Style,
        properties: Option<Box<Properties<'a>>>,
        span: Span,
    },
    Alias {
        name: &'a str,
        span: Span,
    },
    SeqStart {
        style: Style,
        properties: Option<Box<Properties<'a>>>,
        start: usize,
    },
    MapStart {
        style: Style,
        properties: Option<Box<Properties<'a>>>,
        start: usize,
    },
    /// The end of a collection, at this offset.
    End(usize),
    DocumentStart,
    DocumentEnd,
    StreamEnd,
}

/// Anchor and tag in front of a value.
#[derive(Default)]
pub(super) struct Properties<'a> {
    pub(super) anchor: Option<&'a str>,
    pub(super) tag: Option<String>,
    /// From the first to the end of the last.
    pub(super) span: Span,
}

#[derive(Clone, Copy)]
pub(super) enum State {
    FirstDocument,
    NextDocument,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSeqEntry {
        first: bool,
    },
    /// A sequence at the column of its parent's keys.
    IndentlessEntry,
    BlockMapKey {
        first: bool,
    },
    BlockMapValue,
    FlowSeqEntry {
        first: bool,
    },
    /// `[key: value]`
    PairKey,
    PairValue,
    PairEnd,
    FlowMapKey {
        first: bool,
    },
    FlowMapValue,
    FlowMapNoValue,
}

pub(super) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    pub(super) state: State,
    pub(super) states: Vec<State>,
    tags: Vec<(&'a str, String)>,
    /// End of the last token that has a width.
    pub(super) last_end: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(scanner: Scanner<'a>) -> Self {
        let last_end = scanner.cursor.at;
        Self {
            scanner,
            state: State::FirstDocument,
            states: Vec::new(),
            tags: Vec::new(),
            last_end,
        }
    }

    pub(super) fn next(&mut self) -> Scanned<Event<'a>> {
        match self.state {
            State::FirstDocument => self.document_start(true),
            State::NextDocument => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSeqEntry { first } => self.block_seq_entry(first),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockMapKey { first } => self.block_map_key(first),
            State::BlockMapValue => self.block_map_value(),
            State::FlowSeqEntry { first } => self.flow_seq_entry(first),
            State::PairKey => self.pair_key(),
            State::PairValue => self.pair_value(),
            State::PairEnd => {
                self.state = State::FlowSeqEntry { first: false };
                self.scanner.peek()?;
                Ok(Event::End(self.last_end))
            }
            State::FlowMapKey { first } => self.flow_map_key(first),
            State::FlowMapValue => self.flow_map_value(),
            State::FlowMapNoValue => {
                self.state = State::FlowMapKey { first: false };
                self.scanner.peek()?;
                Ok(self.nothing())
            }
        }
    }

    pub(super) fn take(&mut self) -> Scanned<Token<'a>> {
        let token = self.scanner.take()?;
        if !token.span.is_empty() {
            self.last_end = token.span.end;
        }
        Ok(token)
    }

    pub(super) fn kind(&mut self) -> Scanned<&Kind<'a>> {
        Ok(&self.scanner.peek()?.kind)
    }

    pub(super) fn fault<T>(&mut self, message: &'static str) -> Scanned<T> {
        let at = self.scanner.peek()?.span.start;
        Err(Fault::new(at, Problem::Yaml(message)))
    }

    pub(super) fn pop(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
    }

    /// A value that was left out.
    pub(super) fn nothing(&self) -> Event<'a> {
        Event::Scalar {
            text: Text::new(String::new()),
            style: Style::Plain,
            properties: None,
            span: Span::new(self.last_end, self.last_end),
        }
    }

    // --- documents

    fn document_start(&mut self, first: bool) -> Scanned<Event<'a>> {
        while !first && matches!(self.kind()?, Kind::DocumentEnd) {
            self.take()?;
        }
        match self.kind()? {
            Kind::StreamEnd => Ok(Event::StreamEnd),
            Kind::Version { .. } | Kind::TagDirective { .. } | Kind::DocumentStart => {
                self.explicit_document()
            }
            _ if first => {
                self.default_tags();
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(Event::DocumentStart)
            }
            _ => self.explicit_document(),
        }
    }

    fn explicit_document(&mut self) -> Scanned<Event<'a>> {
        let mut version_seen = false;
        loop {
            match self.kind()? {
                &Kind::Version { major, minor } => {
                    if version_seen {
                        return self.fault("a second %YAML directive");
                    }
                    if (major, minor) != (1, 1) {
                        return self.fault("kubectl reads YAML 1.1 only; drop the %YAML directive");
                    }
                    version_seen = true;
                    self.take()?;
                }
                Kind::TagDirective { handle, .. } => {
                    let handle = *handle;
                    if self.tags.iter().any(|(h, _)| *h == handle) {
                        return self.fault("a second %TAG directive for the same handle");
                    }
                    if let Kind::TagDirective { handle, prefix } = self.take()?.kind {
                        self.tags.push((handle, prefix));
                    }
                }
                Kind::DocumentStart => break,
                _ => return self.fault("a line `---` must stand here"),
            }
        }
        self.default_tags();
        self.take()?;
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(Event::DocumentStart)
    }

    fn default_tags(&mut self) {
        for (handle, prefix) in [("!", "!"), ("!!", super::tags::PREFIX)] {
            if !self.tags.iter().any(|(h, _)| *h == handle) {
                self.tags.push((handle, prefix.to_owned()));
            }
        }
    }

    fn document_content(&mut self) -> Scanned<Event<'a>> {
        match self.kind()? {
            Kind::Version { .. }
            | Kind::TagDirective { .. }
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => {
                self.pop();
                Ok(self.nothing())
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Scanned<Event<'a>> {
        if matches!(self.kind()?, Kind::DocumentEnd) {
            self.take()?;
        }
        self.tags.clear();
        self.state = State::NextDocument;
        Ok(Event::DocumentEnd)
    }

    // --- nodes

    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Scanned<Event<'a>> {
        if matches!(self.kind()?, Kind::Alias(_)) {
            let token = self.take()?;
            self.pop();
            let name = if let Kind::Alias(name) = token.kind {
                name
            } else {
                ""
            };
            return Ok(Event::Alias {
                name,
                span: token.span,
            });
        }
        let properties = self.properties()?;
        let (start, kind) = {
            let token = self.scanner.peek()?;
            (token.span.start, &token.kind)
        };
        match kind {
            Kind::BlockEntry if indentless => {
                self.state = State::IndentlessEntry;
                Ok(Event::SeqStart {
                    style: Style::Block,
                    properties,
                    start,
                })
            }
            Kind::Scalar { .. } => {
                let token = self.take()?;
                self.pop();
                match token.kind {
                    Kind::Scalar { text, style } => Ok(Event::Scalar {
                        text,
                        style,
                        properties,
                        span: token.span,
                    }),
                    _ => Ok(self.nothing()),
                }
            }
            Kind::FlowSeqStart => {
                self.state = State::FlowSeqEntry { first: true };
                Ok(Event::SeqStart {
                    style: Style::Flow,
                    properties,
                    start,
                })
            }
            Kind::FlowMapStart => {
                self.state = State::FlowMapKey { first: true };
                Ok(Event::MapStart {
                    style: Style::Flow,
                    properties,
                    start,
                })
            }
            Kind::BlockSeqStart if block => {
                self.state = State::BlockSeqEntry { first: true };
                Ok(Event::SeqStart {
                    style: Style::Block,
                    properties,
                    start,
                })
            }
            Kind::BlockMapStart if block => {
                self.state = State::BlockMapKey { first: true };
                Ok(Event::MapStart {
                    style: Style::Block,
                    properties,
                    start,
                })
            }
            _ if properties.is_some() => {
                self.pop();
                let span = Span::new(self.last_end, self.last_end);
                Ok(Event::Scalar {
                    text: Text::new(String::new()),
                    style: Style::Plain,
                    properties,
                    span,
                })
            }
            _ if block => self.fault(
                "a value must stand here; check the indentation, and quote the value if it is text",
            ),
            _ => self.fault("a value must stand here; is a bracket missing, or a comma too many?"),
        }
    }

    /// At most one anchor and one tag, in either order.
    fn properties(&mut self) -> Scanned<Option<Box<Properties<'a>>>> {
        if !matches!(self.kind()?, Kind::Anchor(_) | Kind::Tag { .. }) {
            return Ok(None);
        }
        let mut properties = Box::<Properties<'a>>::default();
        properties.span.start = self.scanner.peek()?.span.start;
        loop {
            match self.kind()? {
                Kind::Anchor(_) if properties.anchor.is_none() => {}
                Kind::Tag { .. } if properties.tag.is_none() => {}
                _ => return Ok(Some(properties)),
            }
            let token = self.take()?;
            properties.span.end = token.span.end;
            match token.kind {
                Kind::Anchor(name) => properties.anchor = Some(name),
                Kind::Tag { handle, suffix } => {
                    properties.tag = Some(self.full_tag(handle, suffix, token.span)?)
                }
                _ => {}
            }
        }
    }

    fn full_tag(&self, handle: &str, suffix: String, span: Span) -> Scanned<String> {
        if handle.is_empty() {
            return Ok(suffix);
        }
        let Some((_, prefix)) = self.tags.iter().find(|(h, _)| *h == handle) else {
            let message = "the tag uses a handle that no %TAG directive declares";
            return Err(Fault::new(span.start, Problem::Yaml(message)));
        };
        Ok(format!("{prefix}{suffix}"))
    }

    // --- block collections

    fn block_seq_entry(&mut self, first: bool) -> Scanned<Event<'a>> {
        if first {
            self.take()?;
        }
        match self.kind()? {
            Kind::BlockEntry => {
                self.take()?;
                if matches!(self.kind()?, Kind::BlockEntry | Kind::BlockEnd) {
                    self.state = State::BlockSeqEntry { first: false };
                    return Ok(self.nothing());
                }
                self.states.push(State::BlockSeqEntry { first: false });
                self.node(true, false)
            }
            Kind::BlockEnd => {
                self.take()?;
                self.pop();
                Ok(Event::End(self.last_end))
            }
            _ => self.fault("a list item `- ` must stand here; check the indentation"),
        }
    }

    fn indentless_entry(&mut self) -> Scanned<Event<'a>> {
        if !matches!(self.kind()?, Kind::BlockEntry) {
            self.pop();
            return Ok(Event::End(self.last_end));
        }
        self.take()?;
        if matches!(
            self.kind()?,
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd
        ) {
            self.state = State::IndentlessEntry;
            return Ok(self.nothing());
        }
        self.states.push(State::IndentlessEntry);
        self.node(true, false)
    }

    fn block_map_key(&mut self, first: bool) -> Scanned<Event<'a>> {
        if first {
            self.take()?;
        }
        match self.kind()? {
            Kind::Key => {
                self.take()?;
                if matches!(self.kind()?, Kind::Key | Kind::Value | Kind::BlockEnd) {
                    self.state = State::BlockMapValue;
                    return Ok(self.nothing());
                }
                self.states.push(State::BlockMapValue);
                self.node(true, true)
            }
            Kind::BlockEnd => {
                self.take()?;
                self.pop();
                Ok(Event::End(self.last_end))
            }
            _ => self.fault("a key must stand here; check the indentation, and whether a quoted text ended too early"),
        }
    }

    fn block_map_value(&mut self) -> Scanned<Event<'a>> {
        self.state = State::BlockMapKey { first: false };
        if !matches!(self.kind()?, Kind::Value) {
            return Ok(self.nothing());
        }
        self.take()?;
        if matches!(self.kind()?, Kind::Key | Kind::Value | Kind::BlockEnd) {
            return Ok(self.nothing());
        }
        self.states.push(self.state);
        self.node(true, true)
    }
}
