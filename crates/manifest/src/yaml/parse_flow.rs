//! The grammar of flow collections.

use super::parse::{Event, Parser, State};
use super::scan::Scanned;
use super::token::Kind;
use crate::node::Style;

impl<'a> Parser<'a> {
    pub(super) fn flow_seq_entry(&mut self, first: bool) -> Scanned<Event<'a>> {
        if first {
            self.take()?;
        }
        if !matches!(self.kind()?, Kind::FlowSeqEnd) {
            if !first {
                if !matches!(self.kind()?, Kind::FlowEntry) {
                    return self.fault("a `,` or `]` must stand here");
                }
                self.take()?;
            }
            match self.kind()? {
                Kind::Key => {
                    let start = self.scanner.peek()?.span.start;
                    self.take()?;
                    self.state = State::PairKey;
                    return Ok(Event::MapStart {
                        style: Style::Flow,
                        properties: None,
                        start,
                    });
                }
                Kind::FlowSeqEnd => {}
                _ => {
                    self.states.push(State::FlowSeqEntry { first: false });
                    return self.node(false, false);
                }
            }
        }
        self.take()?;
        self.pop();
        Ok(Event::End(self.last_end))
    }

    pub(super) fn pair_key(&mut self) -> Scanned<Event<'a>> {
        if matches!(
            self.kind()?,
            Kind::Value | Kind::FlowEntry | Kind::FlowSeqEnd
        ) {
            // libyaml swallows the token here, and so `[? ]` is an error further on.
            self.take()?;
            self.state = State::PairValue;
            return Ok(self.nothing());
        }
        self.states.push(State::PairValue);
        self.node(false, false)
    }

    pub(super) fn pair_value(&mut self) -> Scanned<Event<'a>> {
        self.state = State::PairEnd;
        if matches!(self.kind()?, Kind::Value) {
            self.take()?;
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowSeqEnd) {
                self.states.push(State::PairEnd);
                return self.node(false, false);
            }
        }
        Ok(self.nothing())
    }

    pub(super) fn flow_map_key(&mut self, first: bool) -> Scanned<Event<'a>> {
        if first {
            self.take()?;
        }
        if !matches!(self.kind()?, Kind::FlowMapEnd) {
            if !first {
                if !matches!(self.kind()?, Kind::FlowEntry) {
                    return self.fault("a `,` or `}` must stand here");
                }
                self.take()?;
            }
            match self.kind()? {
                Kind::Key => {
                    self.take()?;
                    if matches!(
                        self.kind()?,
                        Kind::Value | Kind::FlowEntry | Kind::FlowMapEnd
                    ) {
                        self.state = State::FlowMapValue;
                        return Ok(self.nothing());
                    }
                    self.states.push(State::FlowMapValue);
                    return self.node(false, false);
                }
                Kind::FlowMapEnd => {}
                _ => {
                    self.states.push(State::FlowMapNoValue);
                    return self.node(false, false);
                }
            }
        }
        self.take()?;
        self.pop();
        Ok(Event::End(self.last_end))
    }

    pub(super) fn flow_map_value(&mut self) -> Scanned<Event<'a>> {
        self.state = State::FlowMapKey { first: false };
        if matches!(self.kind()?, Kind::Value) {
            self.take()?;
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowMapEnd) {
                self.states.push(self.state);
                return self.node(false, false);
            }
        }
        Ok(self.nothing())
    }
}
