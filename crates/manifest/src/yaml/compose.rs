//! From events to values: tags, aliases, merge keys and doubled keys, as goyaml.v2 decodes them into Go maps and
//! sigs.k8s.io/yaml turns those into JSON.

use std::collections::HashMap;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::First;
use super::cursor::Cursor;
use super::parse::{Event, Parser, Properties};
use super::resolve::{self, Resolved};
use super::scan::Scanner;
use crate::error::{Fault, Problem, Refusal};
use crate::node::{Entry, Key, Map, Node, Style, Value};
use crate::number::{Number, go_general_f32};
use crate::span::Span;
use crate::text::{Text, TextWriter};
use crate::{MAX_ALIAS_BYTES, MAX_DEPTH, MAX_NODES};

type Id = usize;

/// A value as written, before aliases are followed.
struct Raw<'a> {
    content: Content<'a>,
    span: Span,
    style: Style,
    properties: Properties<'a>,
}

enum Content<'a> {
    Scalar(Text),
    Alias {
        name: &'a str,
        target: Id,
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
    let mut decoder = Decoder {
        graph,
        decoded: 1,
        from_aliases: 0,
        alias_depth: 0,
        alias_bytes: 0,
        depth: 0,
    };
    let node = decoder.decode(0)?;
    check_finite(&node)?;
    // `[]: x`: that the list would have been a key is known late, from a token before the list.
    let rest = rest.map(|rest| rest.max(node.span.end));
    Ok(First {
        node: Some(node),
        rest,
    })
}

/// JSON has no infinity. Only what holds counts: an overridden entry never gets there.
fn check_finite(node: &Node) -> Result<(), Fault> {
    match &node.value {
        Value::Number(Number::Float(n)) if !n.is_finite() => {
            Err(Fault::new(node.span.start, Problem::NotFinite))
        }
        Value::Seq(items) => items.iter().try_for_each(check_finite),
        Value::Map(map) => map
            .entries()
            .try_for_each(|entry| check_finite(&entry.value)),
        _ => Ok(()),
    }
}

/// Where text begins after the document, be it readable or not.
fn after_document(parser: &mut Parser<'_>) -> Option<usize> {
    loop {
        match parser.scanner.peek() {
            Err(fault) => return Some(fault.offset),
            Ok(token) => match token.kind {
                super::token::Kind::StreamEnd => return None,
                super::token::Kind::DocumentEnd => {}
                _ => return Some(token.span.start),
            },
        }
        parser.scanner.take().ok()?;
    }
}

#[derive(Default)]
struct Graph<'a> {
    nodes: Vec<Raw<'a>>,
    anchors: HashMap<&'a str, Id>,
    has_aliases: bool,
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

/// What a key is in Go before it becomes a string: 1 and "1" are two keys there.
#[derive(PartialEq)]
enum Identity {
    Text,
    Bool,
    Int,
    Float(f64),
}

struct Decoder<'a> {
    graph: Graph<'a>,
    /// goyaml.v2's measure against "billion laughs": values decoded, and how many of them for aliases.
    decoded: u64,
    from_aliases: u64,
    alias_depth: u32,
    alias_bytes: usize,
    depth: usize,
}

impl Decoder<'_> {
    fn decode(&mut self, id: Id) -> Result<Node, Fault> {
        let (span, style, alias) = match self.graph.nodes.get(id) {
            Some(raw) => (
                raw.span,
                raw.style,
                matches!(raw.content, Content::Alias { .. }),
            ),
            None => (Span::default(), Style::Plain, false),
        };
        self.count(span)?;
        if alias {
            return self.follow(id, |decoder, target| {
                let mut node = decoder.decode(target)?;
                node.extra_mut().alias = Some(span);
                Ok(node)
            });
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(span.start, Refusal::TooDeep));
        }
        let mut node = Node::new(Value::Null, span, style);
        if let Some(raw) = self.graph.nodes.get(id) {
            let properties = &raw.properties;
            if let Some(span) = properties.span {
                let (anchored, tagged) = (properties.anchor.is_some(), properties.tag.is_some());
                let extra = node.extra_mut();
                extra.properties = Some(span);
                extra.anchored = anchored;
                extra.tagged = tagged;
            }
        }
        match self.graph.nodes.get(id).map(|raw| &raw.content) {
            Some(Content::Seq(items)) => {
                let items = items.clone();
                let items: Result<_, _> = items.into_iter().map(|item| self.decode(item)).collect();
                node.value = Value::Seq(items?);
            }
            Some(Content::Map(_)) => {
                let mut builder = MapBuilder::default();
                self.decode_map(id, &mut builder, false)?;
                node.value = Value::Map(Map {
                    entries: builder.entries,
                });
            }
            _ => self.scalar(id, &mut node)?,
        }
        self.depth -= 1;
        Ok(node)
    }

    /// One value more; the share of aliases that is allowed falls as the document grows.
    fn count(&mut self, span: Span) -> Result<(), Fault> {
        const LOW: f64 = 400_000.0;
        const HIGH: f64 = 4_000_000.0;
        self.decoded += 1;
        if self.alias_depth > 0 {
            self.from_aliases += 1;
        }
        if self.from_aliases > 100 && self.decoded > 1000 {
            // Far below 2^52: nothing is lost.
            let (aliased, decoded) = (self.from_aliases as f64, self.decoded as f64);
            let allowed = 0.99 - 0.89 * ((decoded - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
            if aliased / decoded > allowed {
                return Err(Fault::new(span.start, Problem::ExcessiveAliasing));
            }
        }
        Ok(())
    }

    /// Runs `then` on the target of the alias `id`, guarding against an anchor within itself.
    fn follow<T>(
        &mut self,
        id: Id,
        then: impl FnOnce(&mut Self, Id) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let Some(Raw {
            content:
                Content::Alias {
                    name,
                    target,
                    followed,
                },
            span,
            ..
        }) = self.graph.nodes.get_mut(id)
        else {
            return then(self, id);
        };
        if *followed {
            return Err(Fault::new(
                span.start,
                Problem::SelfReference((*name).to_owned()),
            ));
        }
        *followed = true;
        let target = *target;
        self.alias_depth += 1;
        let result = then(self, target);
        self.alias_depth -= 1;
        if let Some(Content::Alias { followed, .. }) =
            self.graph.nodes.get_mut(id).map(|raw| &mut raw.content)
        {
            *followed = false;
        }
        result
    }

    fn decode_map(&mut self, id: Id, builder: &mut MapBuilder, merged: bool) -> Result<(), Fault> {
        let children = match self.graph.nodes.get(id).map(|raw| &raw.content) {
            Some(Content::Map(children)) => children.clone(),
            _ => Vec::new(),
        };
        let mut children = children.into_iter();
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            if self.is_merge_key(key) {
                self.merge(value, builder)?;
                continue;
            }
            let (key, identity) = self.key(key)?;
            let value = self.decode(value)?;
            builder.set(key, identity, value, merged)?;
        }
        Ok(())
    }

    fn is_merge_key(&self, id: Id) -> bool {
        match self.graph.nodes.get(id) {
            Some(Raw {
                content: Content::Scalar(text),
                style,
                properties,
                ..
            }) if text.as_str() == "<<" => match properties.tag.as_deref() {
                None => *style == Style::Plain,
                Some(tag) => tag == "!" || short_tag(tag) == Some("merge"),
            },
            _ => false,
        }
    }

    /// Sets the entries of the mapping, or of the mappings in a list: the last first, so that earlier ones hold.
    fn merge(&mut self, id: Id, builder: &mut MapBuilder) -> Result<(), Fault> {
        match self.graph.nodes.get(id).map(|raw| &raw.content) {
            Some(Content::Seq(items)) => {
                for item in items.clone().into_iter().rev() {
                    self.merge_one(item, builder)?;
                }
                Ok(())
            }
            _ => self.merge_one(id, builder),
        }
    }

    fn merge_one(&mut self, id: Id, builder: &mut MapBuilder) -> Result<(), Fault> {
        let target = match self.graph.nodes.get(id).map(|raw| &raw.content) {
            Some(Content::Alias { target, .. }) => *target,
            _ => id,
        };
        let span = self
            .graph
            .nodes
            .get(id)
            .map(|raw| raw.span)
            .unwrap_or_default();
        if !matches!(
            self.graph.nodes.get(target).map(|raw| &raw.content),
            Some(Content::Map(_))
        ) {
            let message = "the value of a merge key `<<` must be a mapping or a list of mappings";
            return Err(Fault::new(span.start, Problem::Yaml(message)));
        }
        self.count(span)?;
        if target == id {
            return self.nested(span, |decoder| decoder.decode_map(id, builder, true));
        }
        self.follow(id, |decoder, target| {
            decoder.count(span)?;
            decoder.nested(span, |decoder| decoder.decode_map(target, builder, true))
        })
    }

    fn nested<T>(
        &mut self,
        span: Span,
        then: impl FnOnce(&mut Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(span.start, Refusal::TooDeep));
        }
        let result = then(self);
        self.depth -= 1;
        result
    }

    /// Decodes a key and makes it a string.
    fn key(&mut self, id: Id) -> Result<(Key, Identity), Fault> {
        let node = self.decode(id)?;
        let at = node.alias().unwrap_or(node.span);
        let (text, identity) = match node.value {
            Value::String(text) => (text, Identity::Text),
            Value::Bool(b) => (Text::from(if b { "true" } else { "false" }), Identity::Bool),
            Value::Number(Number::Int(n)) => (Text::new(n.to_string()), Identity::Int),
            Value::Number(Number::Float(n)) => (Text::new(float_key(n)), Identity::Float(n)),
            // Go has no text for these either.
            Value::Number(Number::UInt(_)) => {
                return Err(Fault::new(
                    at.start,
                    Problem::BadKey("a number beyond 9223372036854775807"),
                ));
            }
            Value::Null => return Err(Fault::new(at.start, Problem::BadKey("null"))),
            Value::Seq(_) => return Err(Fault::new(at.start, Problem::BadKey("a list"))),
            Value::Map(_) => return Err(Fault::new(at.start, Problem::BadKey("a mapping"))),
        };
        let source = node.extra.and_then(|extra| extra.source).map(Box::new);
        Ok((
            Key {
                text,
                span: at,
                style: node.style,
                source,
            },
            identity,
        ))
    }

    fn scalar(&mut self, id: Id, node: &mut Node) -> Result<(), Fault> {
        let keep = self.graph.has_aliases;
        let Some(Raw {
            content: Content::Scalar(text),
            span,
            style,
            properties,
        }) = self.graph.nodes.get_mut(id)
        else {
            return Ok(());
        };
        if self.alias_depth > 0 {
            self.alias_bytes += text.as_str().len();
            if self.alias_bytes > MAX_ALIAS_BYTES {
                return Err(Fault::new(span.start, Refusal::AliasBytes));
            }
        }
        let resolved = match (properties.tag.as_deref(), *style) {
            (None, Style::Plain) => resolve::plain(text.as_str()),
            (None, _) => Resolved::Text,
            (Some(tag), _) => match short_tag(tag) {
                Some("binary") => {
                    node.value = Value::String(binary(text.as_str(), *span)?);
                    return Ok(());
                }
                short => tagged(short, text.as_str(), *span)?,
            },
        };
        node.value = match resolved {
            Resolved::Null => Value::Null,
            Resolved::Bool(b) => Value::Bool(b),
            Resolved::Int(n) => Value::Number(Number::Int(n)),
            Resolved::UInt(n) => Value::Number(Number::UInt(n)),
            Resolved::Float(n) => Value::Number(Number::Float(n)),
            Resolved::Timestamp | Resolved::Text => {
                let text = if keep {
                    text.duplicate()
                } else {
                    std::mem::replace(text, Text::new(String::new()))
                };
                node.value = Value::String(text);
                return Ok(());
            }
        };
        if *style == Style::Plain && !text.as_str().is_empty() {
            let source = text.duplicate();
            node.extra_mut().source = Some(source);
        }
        Ok(())
    }
}

fn short_tag(tag: &str) -> Option<&str> {
    tag.strip_prefix(super::TAG_PREFIX)
}

/// A scalar with a tag; unknown tags leave it text.
fn tagged(tag: Option<&str>, text: &str, span: Span) -> Result<Resolved, Fault> {
    let mismatch = |tag, expected| {
        Err(Fault::new(
            span.start,
            Problem::TagMismatch { tag, expected },
        ))
    };
    match tag {
        Some("null") => match resolve::resolve(text, false) {
            Resolved::Null => Ok(Resolved::Null),
            _ => mismatch("null", "a null"),
        },
        Some("bool") => match resolve::resolve(text, false) {
            Resolved::Bool(b) => Ok(Resolved::Bool(b)),
            _ => mismatch("bool", "a boolean"),
        },
        Some("int") => match resolve::resolve(text, false) {
            number @ (Resolved::Int(_) | Resolved::UInt(_)) => Ok(number),
            _ => mismatch("int", "a whole number"),
        },
        Some("float") => match resolve::resolve(text, false) {
            // Go's conversion, too.
            Resolved::Int(n) => Ok(Resolved::Float(n as f64)),
            Resolved::Float(n) => Ok(Resolved::Float(n)),
            _ => mismatch("float", "a number"),
        },
        Some("timestamp") => match resolve::resolve(text, true) {
            Resolved::Timestamp => Ok(Resolved::Timestamp),
            _ => mismatch("timestamp", "a date"),
        },
        _ => Ok(Resolved::Text),
    }
}

/// Decoded base64. Go's JSON writes each byte that is not UTF-8 as U+FFFD.
fn binary(text: &str, span: Span) -> Result<Text, Fault> {
    let mut packed = TextWriter::default();
    text.split(['\n', '\r']).for_each(|part| packed.push(part));
    let bytes = zeroize::Zeroizing::new(STANDARD.decode(packed.as_str()).map_err(|_| {
        Fault::new(
            span.start,
            Problem::TagMismatch {
                tag: "binary",
                expected: "base64 with its padding",
            },
        )
    })?);
    let mut decoded = TextWriter::default();
    for chunk in bytes.utf8_chunks() {
        decoded.push(chunk.valid());
        chunk
            .invalid()
            .iter()
            .for_each(|_| decoded.push_char(char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded.finish())
}

/// Go's decoder does not mind bits left over in the last character.
const STANDARD: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

fn float_key(n: f64) -> String {
    match go_general_f32(n).as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        other => other.to_owned(),
    }
}

/// Collects the entries of a mapping and notices keys that come twice.
#[derive(Default)]
struct MapBuilder {
    entries: Vec<Entry>,
    identities: Vec<Identity>,
    /// Entries by key, once there are too many to look through.
    index: HashMap<String, usize>,
}

const LOOK_THROUGH: usize = 24;

impl MapBuilder {
    fn set(
        &mut self,
        key: Key,
        identity: Identity,
        value: Node,
        merged: bool,
    ) -> Result<(), Fault> {
        let new = self.entries.len();
        let name = key.text.as_str();
        let old = if self.index.is_empty() {
            self.entries.iter().rposition(|e| e.key() == name)
        } else {
            self.index.insert(name.to_owned(), new)
        };
        if let Some(old) = old {
            if self.identities.get(old) != Some(&identity) {
                return Err(Fault::new(key.span.start, Refusal::CollidingKeys));
            }
            if let Some(entry) = self.entries.get_mut(old) {
                entry.overridden_by = u32::try_from(new).ok();
            }
        }
        self.entries.push(Entry {
            key,
            value,
            merged,
            overridden_by: None,
        });
        self.identities.push(identity);
        if self.index.is_empty() && new >= LOOK_THROUGH {
            self.index = self
                .entries
                .iter()
                .enumerate()
                .map(|(at, e)| (e.key().to_owned(), at))
                .collect();
        }
        Ok(())
    }
}
