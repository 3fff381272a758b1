//! From the graph to values: tags, aliases and merge keys, as goyaml.v2 decodes them into Go values.

use super::compose::{Content, Graph, Id, Raw};
use super::keys::{self, MapBuilder};
use super::resolve::{self, Resolved};
use super::tags;
use crate::error::{Fault, Problem, Refusal};
use crate::map::Map;
use crate::node::{Node, Style, Value};
use crate::number::Number;
use crate::span::Span;
use crate::text::Text;
use crate::{MAX_ALIAS_BYTES, MAX_DEPTH};

pub(super) struct Decoder<'a> {
    graph: Graph<'a>,
    /// goyaml.v2's measure against "billion laughs": values decoded, and how many of them for aliases.
    decoded: u64,
    from_aliases: u64,
    alias_depth: u32,
    alias_bytes: usize,
    depth: usize,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(graph: Graph<'a>) -> Self {
        // The document itself counts.
        Self {
            graph,
            decoded: 1,
            from_aliases: 0,
            alias_depth: 0,
            alias_bytes: 0,
            depth: 0,
        }
    }

    /// The value of the node `id`, with everything in it.
    pub(super) fn decode(&mut self, id: Id) -> Result<Node, Fault> {
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
            let key = keys::key(self.decode(key)?)?;
            builder.set(key, self.decode(value)?, merged);
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
                Some(tag) => tag == "!" || tags::short(tag) == Some("merge"),
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
            (Some(tag), _) => match tags::short(tag) {
                Some("binary") => {
                    node.value = Value::String(tags::binary(text.as_str(), *span)?);
                    return Ok(());
                }
                short => tags::resolve(short, text.as_str(), *span)?,
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
