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

pub(super) struct Decoder<'g, 'a> {
    graph: &'g Graph<'a>,
    /// The texts of the scalars; moved into the values unless an alias may ask for them again.
    texts: &'g mut [Text],
    /// goyaml.v2's measure against "billion laughs": values decoded, and how many of them for aliases.
    decoded: u64,
    from_aliases: u64,
    /// The aliases that are being followed.
    following: Vec<Id>,
    alias_bytes: usize,
    depth: usize,
}

impl<'g, 'a> Decoder<'g, 'a> {
    pub(super) fn new(graph: &'g Graph<'a>, texts: &'g mut [Text]) -> Self {
        // The document itself counts.
        let decoded = 1;
        Self {
            graph,
            texts,
            decoded,
            from_aliases: 0,
            following: Vec::new(),
            alias_bytes: 0,
            depth: 0,
        }
    }

    /// The value of the node `id`, with everything in it.
    pub(super) fn decode(&mut self, id: Id) -> Result<Node, Fault> {
        let Some(raw) = self.graph.nodes.get(id) else {
            return Ok(Node::null());
        };
        self.count(raw.span)?;
        if let Content::Alias(target) = raw.content {
            self.enter(id, raw.span)?;
            let mut node = self.decode(target)?;
            node.extra_mut().alias = Some(raw.span);
            self.following.pop();
            return Ok(node);
        }
        if matches!(raw.content, Content::Seq | Content::Map) {
            self.deeper(raw.span)?;
        }
        let mut node = Node::new(Value::Null, raw.span, raw.style);
        if let Some(properties) = &raw.properties {
            let extra = node.extra_mut();
            extra.properties = Some(properties.span);
            extra.anchored = properties.anchor.is_some();
            extra.tagged = properties.tag.is_some();
        }
        match raw.content {
            // Loops and no adaptors here: what stands on the stack per level decides how deep a document may be.
            Content::Seq => {
                let mut items = Vec::with_capacity(self.graph.children(id).count());
                for item in self.graph.children(id) {
                    items.push(self.decode(item)?);
                }
                node.value = Value::Seq(items);
                self.depth -= 1;
            }
            Content::Map => {
                let mut builder = MapBuilder::with_room_for(self.graph.children(id).count() / 2);
                self.decode_map(id, &mut builder, false)?;
                node.value = Value::Map(Map {
                    entries: builder.entries,
                });
                self.depth -= 1;
            }
            Content::Scalar(text) => self.scalar(raw, text, &mut node)?,
            Content::Alias(_) => {}
        }
        Ok(node)
    }

    /// One value more; the share of aliases that is allowed falls as the document grows.
    fn count(&mut self, span: Span) -> Result<(), Fault> {
        const LOW: f64 = 400_000.0;
        const HIGH: f64 = 4_000_000.0;
        self.decoded += 1;
        if !self.following.is_empty() {
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

    fn deeper(&mut self, span: Span) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Fault::new(span.start, Refusal::TooDeep));
        }
        Ok(())
    }

    /// Begins to follow an alias, unless it leads back to itself.
    fn enter(&mut self, alias: Id, span: Span) -> Result<(), Fault> {
        if self.following.contains(&alias) {
            return Err(Fault::new(span.start, Problem::SelfReference));
        }
        self.following.push(alias);
        Ok(())
    }

    fn decode_map(&mut self, id: Id, builder: &mut MapBuilder, merged: bool) -> Result<(), Fault> {
        let mut children = self.graph.children(id);
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            if self.is_merge_key(key) {
                self.merge(value, builder)?;
            } else {
                let key = keys::key(self.decode(key)?)?;
                builder.set(key, self.decode(value)?, merged);
            }
        }
        Ok(())
    }

    fn is_merge_key(&self, id: Id) -> bool {
        let Some(Raw {
            content: Content::Scalar(text),
            style,
            properties,
            ..
        }) = self.graph.nodes.get(id)
        else {
            return false;
        };
        let is_merge_text = self
            .texts
            .get(*text)
            .is_some_and(|text| text.as_str() == "<<");
        is_merge_text
            && match properties.as_ref().and_then(|p| p.tag.as_deref()) {
                None => *style == Style::Plain,
                Some(tag) => tag == "!" || tags::short(tag) == Some("merge"),
            }
    }

    /// Sets the entries of the mapping, or of the mappings in a list: the last first, so that earlier ones hold.
    fn merge(&mut self, id: Id, builder: &mut MapBuilder) -> Result<(), Fault> {
        if !matches!(
            self.graph.nodes.get(id),
            Some(Raw {
                content: Content::Seq,
                ..
            })
        ) {
            return self.merge_one(id, builder);
        }
        let items: Vec<Id> = self.graph.children(id).collect();
        items
            .into_iter()
            .rev()
            .try_for_each(|item| self.merge_one(item, builder))
    }

    fn merge_one(&mut self, id: Id, builder: &mut MapBuilder) -> Result<(), Fault> {
        let Some(raw) = self.graph.nodes.get(id) else {
            return Ok(());
        };
        let (target, is_alias) = match raw.content {
            Content::Alias(target) => (target, true),
            _ => (id, false),
        };
        if !matches!(
            self.graph.nodes.get(target),
            Some(Raw {
                content: Content::Map,
                ..
            })
        ) {
            let message = "the value of a merge key `<<` must be a mapping or a list of mappings";
            return Err(Fault::new(raw.span.start, Problem::Yaml(message)));
        }
        self.count(raw.span)?;
        if is_alias {
            self.enter(id, raw.span)?;
            self.count(raw.span)?;
        }
        self.deeper(raw.span)?;
        self.decode_map(target, builder, true)?;
        self.depth -= 1;
        if is_alias {
            self.following.pop();
        }
        Ok(())
    }

    fn scalar(&mut self, raw: &Raw<'_>, text: usize, node: &mut Node) -> Result<(), Fault> {
        let Some(text) = self.texts.get_mut(text) else {
            return Ok(());
        };
        if !self.following.is_empty() {
            self.alias_bytes += text.as_str().len();
            if self.alias_bytes > MAX_ALIAS_BYTES {
                return Err(Fault::new(raw.span.start, Refusal::AliasBytes));
            }
        }
        let tag = raw.properties.as_ref().and_then(|p| p.tag.as_deref());
        let resolved = match (tag.map(tags::short), raw.style) {
            (None, Style::Plain) => resolve::plain(text.as_str()),
            (None, _) => Resolved::Text,
            (Some(Some("binary")), _) => {
                node.value = Value::String(tags::binary(text.as_str(), raw.span)?);
                return Ok(());
            }
            (Some(tag), _) => tags::resolve(tag, text.as_str(), raw.span)?,
        };
        let mut take = || {
            if self.graph.has_aliases {
                text.duplicate()
            } else {
                text.take()
            }
        };
        node.value = match resolved {
            Resolved::Timestamp | Resolved::Text => {
                node.value = Value::String(take());
                return Ok(());
            }
            Resolved::Null => Value::Null,
            Resolved::Bool(b) => Value::Bool(b),
            Resolved::Int(n) => Value::Number(Number::Int(n)),
            Resolved::UInt(n) => Value::Number(Number::UInt(n)),
            Resolved::Float(n) => Value::Number(Number::Float(n)),
        };
        let source = take();
        if raw.style == Style::Plain && !source.as_str().is_empty() {
            node.extra_mut().source = Some(source);
        }
        Ok(())
    }
}
