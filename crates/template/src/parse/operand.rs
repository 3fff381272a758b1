//! Commands and their operands.

use super::lex::Kind;
use super::node::{Command, Operand, OperandKind};
use super::{Parsed, Parser, number};
use crate::go::quote;

impl Operand {
    /// A constant or `.`: what cannot be given a piped value.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(
            self.kind,
            OperandKind::Bool(_)
                | OperandKind::Dot
                | OperandKind::Nil
                | OperandKind::Number(_)
                | OperandKind::Text(..)
        )
    }
}

impl Parser<'_> {
    /// Operands up to `|` or the end of the pipeline.
    pub(super) fn command(&mut self) -> Parsed<Command> {
        self.skip_space();
        let mut command = Command {
            at: self.token(self.at).start,
            operands: Vec::new(),
        };
        loop {
            self.skip_space();
            command.operands.extend(self.operand()?);
            let at = self.next();
            match self.token(at).kind {
                Kind::Space => continue,
                Kind::RightDelim | Kind::RightParen => self.at = at,
                Kind::Pipe => {}
                _ => return self.unexpected(at, "operand"),
            }
            break;
        }
        if command.operands.is_empty() {
            return self.error("empty command");
        }
        Ok(command)
    }

    /// A term and the fields taken of it.
    fn operand(&mut self) -> Parsed<Option<Operand>> {
        let Some(mut operand) = self.term()? else {
            return Ok(None);
        };
        if self.peek() != Kind::Field {
            return Ok(Some(operand));
        }
        let at = self.token(self.at).start;
        let mut fields = Vec::new();
        while self.peek() == Kind::Field {
            let field = self.next();
            fields.push(self.name_of(field).replacen('.', "", 1));
        }
        match &mut operand.kind {
            OperandKind::Field(names) | OperandKind::Variable(names) => {
                names.extend(fields);
                operand.at = at;
                Ok(Some(operand))
            }
            OperandKind::Bool(_)
            | OperandKind::Text(..)
            | OperandKind::Number(_)
            | OperandKind::Nil
            | OperandKind::Dot => {
                let shown = quote::quoted(operand.to_string().as_bytes());
                self.error(format!("unexpected . after term {shown}"))
            }
            _ => Ok(Some(Operand {
                at,
                kind: OperandKind::Chain(Box::new(operand), fields),
            })),
        }
    }

    fn term(&mut self) -> Parsed<Option<Operand>> {
        let at = self.next_non_space();
        let start = self.token(at).start;
        let text = self.text(at);
        let kind = match self.token(at).kind {
            Kind::Identifier => {
                let name = self.name_of(at);
                match self.dialect.function(&name) {
                    Some(function) => OperandKind::Function(function),
                    None => {
                        return self.error(format!("function {} not defined", quote::quoted(text)));
                    }
                }
            }
            Kind::Dot => OperandKind::Dot,
            Kind::Nil => OperandKind::Nil,
            Kind::Variable => {
                let name = self.name_of(at);
                if !self.variables.contains(&name) {
                    return self.error(format!("undefined variable {}", quote::quoted(text)));
                }
                OperandKind::Variable(vec![name])
            }
            Kind::Field => OperandKind::Field(vec![self.name_of(at).replacen('.', "", 1)]),
            Kind::Bool => OperandKind::Bool(text == b"true"),
            Kind::CharConstant => self.number(number::character(text))?,
            Kind::Complex => self.number(number::complex(text))?,
            Kind::Number => self.number(number::number(text))?,
            Kind::LeftParen => {
                self.deeper()?;
                let pipe = stacker::maybe_grow(128 * 1024, 1024 * 1024, || {
                    self.pipeline("parenthesized pipeline", Kind::RightParen)
                })?;
                self.depth -= 1;
                // A pipeline stands where its first token does, not at the parenthesis.
                return Ok(Some(Operand {
                    at: pipe.at,
                    kind: OperandKind::Pipe(Box::new(pipe)),
                }));
            }
            Kind::String | Kind::RawString => match quote::unquote(text) {
                Some(value) => OperandKind::Text(text.to_vec(), value),
                None => return self.error("invalid syntax"),
            },
            _ => {
                self.at = at;
                return Ok(None);
            }
        };
        Ok(Some(Operand { at: start, kind }))
    }

    fn number(&self, number: Result<super::node::Number, String>) -> Parsed<OperandKind> {
        match number {
            Ok(number) => Ok(OperandKind::Number(number)),
            Err(message) => self.error(message),
        }
    }
}
