//! From events to a graph: the values as written, with anchors and aliases tied together.

use std::collections::HashMap;

use super::First;
use super::cursor::Cursor;
use super::decode::Decoder;
use super::keys;
use super::parse::{Event, Parser, Properties};
use super::scan::Scanner;
use super::token::Kind;
use crate::error::{Fault, Problem, Refusal};
use crate::node::Style;
use crate::span::Span;
use crate::text::Text;
use crate::{MAX_DEPTH, MAX_NODES};

/// Index of a value in its graph; the root has 0.
pub(super) type Id = usize;

/// A value as written, before aliases are followed. What a collection holds comes right behind it.
pub(super) struct Raw<'a> {
    pub(super) content: Content,
    pub(super) span: Span,
    pub(super) style: Style,
    pub(super) properties: Option<Box<Properties<'a>>>,
    /// The node behind this one and all that is in it.
    after: Id,
}

pub(super) enum Content {
    /// Index of its text.
    Scalar(usize),
    /// The node it stands for.
    Alias(Id),
    Seq,
    /// Keys and values in turn.
    Map,
}

/// Loads documents one after the other. The memory for the graph is kept from one to the next.
#[derive(Default)]
pub(crate) struct Loader<'a> {
    graph: Graph<'a>,
    texts: Vec<Text>,
}

impl<'a> Loader<'a> {
    pub(super) fn first_document(&mut self, cursor: Cursor<'a>) -> Result<First, Fault> {
        self.graph.nodes.clear();
        self.graph.anchors.clear();
        self.graph.has_aliases = false;
        self.texts.clear();
        let mut parser = Parser::new(Scanner::new(cursor, MAX_DEPTH));
        if let Event::StreamEnd = parser.next()? {
            return Ok(First {
                node: None,
                rest: None,
            });
        }
        self.graph.load(&mut parser, &mut self.texts)?;
        let rest = after_document(&mut parser);
        let node = Decoder::new(&self.graph, &mut self.texts).decode(0)?;
        keys::check(&node)?;
        // `[]: x`: that the list would have been a key is known late, from a token before the list.
        let rest = rest.map(|rest| rest.max(node.span.end));
        Ok(First {
            node: Some(node),
            rest,
        })
    }
}

/// Where text begins after the document, be it readable or not.
fn after_document(parser: &mut Parser<'_>) -> Option<usize> {
    loop {
        match parser.scanner.peek() {
            Err(fault) => return Some(fault.offset),
            Ok(token) => match token.kind {
                Kind::StreamEnd => return None,
                Kind::DocumentEnd => {}
                _ => return Some(token.span.start),
            },
        }
        parser.scanner.take().ok()?;
    }
}

#[derive(Default)]
pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Raw<'a>>,
    anchors: HashMap<&'a str, Id>,
    pub(super) has_aliases: bool,
}

impl<'a> Graph<'a> {
    /// What the collection `id` holds.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let after = |id: Id| self.nodes.get(id).map_or(0, |raw| raw.after);
        let end = after(id);
        std::iter::successors(Some(id + 1), move |&child| Some(after(child)))
            .take_while(move |&child| child < end)
    }

    /// Takes the events of one document, up to its end.
    fn load(&mut self, parser: &mut Parser<'a>, texts: &mut Vec<Text>) -> Result<(), Fault> {
        let mut open: Vec<Id> = Vec::new();
        loop {
            let (content, span, style, properties) = match parser.next()? {
                Event::Scalar {
                    text,
                    style,
                    properties,
                    span,
                } => {
                    texts.push(text);
                    (Content::Scalar(texts.len() - 1), span, style, properties)
                }
                Event::Alias { name, span } => {
                    let Some(&target) = self.anchors.get(name) else {
                        return Err(Fault::new(span.start, Problem::UnknownAnchor));
                    };
                    self.has_aliases = true;
                    (Content::Alias(target), span, Style::Plain, None)
                }
                Event::SeqStart {
                    style,
                    properties,
                    start,
                } => (Content::Seq, Span::new(start, start), style, properties),
                Event::MapStart {
                    style,
                    properties,
                    start,
                } => (Content::Map, Span::new(start, start), style, properties),
                Event::End(end) => {
                    let after = self.nodes.len();
                    if let Some(raw) = open.pop().and_then(|id| self.nodes.get_mut(id)) {
                        raw.span.end = end;
                        raw.after = after;
                    }
                    continue;
                }
                Event::DocumentStart => continue,
                Event::DocumentEnd | Event::StreamEnd => return Ok(()),
            };
            let id = self.nodes.len();
            if id >= MAX_NODES {
                return Err(Fault::new(span.start, Refusal::TooManyNodes));
            }
            if matches!(content, Content::Seq | Content::Map) {
                open.push(id);
                if open.len() > MAX_DEPTH {
                    return Err(Fault::new(span.start, Refusal::TooDeep));
                }
            }
            if let Some(anchor) = properties.as_ref().and_then(|p| p.anchor) {
                self.anchors.insert(anchor, id);
            }
            self.nodes.push(Raw {
                content,
                span,
                style,
                properties,
                after: id + 1,
            });
        }
    }
}
