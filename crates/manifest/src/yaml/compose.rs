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

/// A value as written, before aliases are followed.
pub(super) struct Raw<'a> {
    pub(super) content: Content<'a>,
    pub(super) span: Span,
    pub(super) style: Style,
    pub(super) properties: Properties<'a>,
}

pub(super) enum Content<'a> {
    Scalar(Text),
    Alias {
        name: &'a str,
        target: Id,
        /// It is being followed: to come here again would be to go in a circle.
        followed: bool,
    },
    Seq(Vec<Id>),
    /// Keys and values in turn.
    Map(Vec<Id>),
}

pub(super) fn first_document(cursor: Cursor<'_>) -> Result<First, Fault> {
    let mut parser = Parser::new(Scanner::new(cursor, MAX_DEPTH));
    if let Event::StreamEnd = parser.next()? {
        return Ok(First {
            node: None,
            rest: None,
        });
    }
    let mut graph = Graph::default();
    graph.load(&mut parser)?;
    let rest = after_document(&mut parser);
    let node = Decoder::new(graph).decode(0)?;
    keys::check(&node)?;
    // `[]: x`: that the list would have been a key is known late, from a token before the list.
    let rest = rest.map(|rest| rest.max(node.span.end));
    Ok(First {
        node: Some(node),
        rest,
    })
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
    /// Takes the events of one document, up to its end.
    fn load(&mut self, parser: &mut Parser<'a>) -> Result<(), Fault> {
        let mut open: Vec<Id> = Vec::new();
        loop {
            let raw = match parser.next()? {
                Event::Scalar {
                    text,
                    style,
                    properties,
                    span,
                } => Raw {
                    content: Content::Scalar(text),
                    span,
                    style,
                    properties,
                },
                Event::Alias { name, span } => {
                    let Some(&target) = self.anchors.get(name) else {
                        return Err(Fault::new(
                            span.start,
                            Problem::UnknownAnchor(name.to_owned()),
                        ));
                    };
                    self.has_aliases = true;
                    let content = Content::Alias {
                        name,
                        target,
                        followed: false,
                    };
                    Raw {
                        content,
                        span,
                        style: Style::Plain,
                        properties: Properties::default(),
                    }
                }
                Event::SeqStart {
                    style,
                    properties,
                    start,
                } => Raw {
                    content: Content::Seq(Vec::new()),
                    span: Span::new(start, start),
                    style,
                    properties,
                },
                Event::MapStart {
                    style,
                    properties,
                    start,
                } => Raw {
                    content: Content::Map(Vec::new()),
                    span: Span::new(start, start),
                    style,
                    properties,
                },
                Event::End(end) => {
                    if let Some(raw) = open.pop().and_then(|id| self.nodes.get_mut(id)) {
                        raw.span.end = end;
                    }
                    continue;
                }
                Event::DocumentStart => continue,
                Event::DocumentEnd | Event::StreamEnd => return Ok(()),
            };
            let id = self.nodes.len();
            if id >= MAX_NODES {
                return Err(Fault::new(raw.span.start, Refusal::TooManyNodes));
            }
            if let Some(parent) = open.last().and_then(|&id| self.nodes.get_mut(id))
                && let Content::Seq(children) | Content::Map(children) = &mut parent.content
            {
                children.push(id);
            }
            if matches!(raw.content, Content::Seq(_) | Content::Map(_)) {
                open.push(id);
                if open.len() > MAX_DEPTH {
                    return Err(Fault::new(raw.span.start, Refusal::TooDeep));
                }
            }
            if let Some(anchor) = raw.properties.anchor {
                self.anchors.insert(anchor, id);
            }
            self.nodes.push(raw);
        }
    }
}
