//! What stands within an action: pipelines, their variables, commands and operands.

use super::literal::{self, Literal, Number};
use super::node::{Command, Operand, OperandKind, Pipe};
use super::tokens::Kind;
use super::{DEEPEST, Parsed, Parser, STACK, STACK_LEFT};
use crate::go::quote;
use crate::value::Text;

impl Parser<'_> {
    /// `$a := command | command` up to and with `end`; `whose` is what errors call it.
    pub(super) fn pipeline(&mut self, whose: &str, end: Kind) -> Parsed<Pipe> {
        let at = self.start();
        let (variables, assigns) = self.declared(whose)?;
        let mut commands = Vec::new();
        while self.peek() != end {
            if !begins_operand(self.peek()) {
                return self.unexpected(whose);
            }
            commands.push(self.command()?);
        }
        self.advance();
        if commands.is_empty() {
            return self.error(format!("missing value for {whose}"));
        }
        let first = |command: &Command| command.operands.first().is_some_and(Operand::is_constant);
        if let Some(before) = commands.iter().skip(1).position(first) {
            let stage = before + 2;
            return self.error(format!("non executable command in pipeline stage {stage}"));
        }
        Ok(Pipe {
            at,
            assigns,
            variables,
            commands,
        })
    }

    /// Variables that the pipeline sets, and whether they must be there already.
    fn declared(&mut self, whose: &str) -> Parsed<(Vec<String>, bool)> {
        let mut variables = Vec::new();
        // Only a loop can have two.
        for last in [whose != "range", true] {
            if self.peek() != Kind::Variable {
                break;
            }
            let sign = self.peek_second();
            if !matches!(sign, Kind::Declare | Kind::Assign | Kind::Comma) {
                break;
            }
            let name = self.shown_text();
            self.advance();
            self.advance();
            self.scope.variables.push(name.clone());
            variables.push(name);
            if sign != Kind::Comma {
                return Ok((variables, sign == Kind::Assign));
            }
            if last {
                return self.error(format!("too many declarations in {whose}"));
            }
            if !matches!(self.peek(), Kind::Variable | Kind::Close | Kind::RightParen) {
                return self.error("range can only initialize variables");
            }
        }
        Ok((variables, false))
    }

    /// Operands with blanks between them, and the `|` after them.
    fn command(&mut self) -> Parsed<Command> {
        let at = self.start();
        let mut operands = Vec::new();
        while begins_operand(self.peek()) {
            operands.push(self.operand()?);
            if self.touching() {
                break;
            }
        }
        match self.peek() {
            Kind::Pipe => self.advance(),
            Kind::Close | Kind::RightParen => {}
            _ => return self.unexpected("operand"),
        }
        Ok(Command { at, operands })
    }

    /// A term and the fields taken of it.
    fn operand(&mut self) -> Parsed<Operand> {
        let mut operand = self.term()?;
        let mut fields = Vec::new();
        let mut at = operand.at;
        while self.touching() && self.peek() == Kind::Field {
            if fields.is_empty() {
                at = self.start();
            }
            fields.push(self.field());
        }
        if fields.is_empty() {
            return Ok(operand);
        }
        if operand.is_constant() {
            let shown = quote::quoted(operand.to_string().as_bytes());
            return self.error(format!("unexpected . after term {shown}"));
        }
        match &mut operand.kind {
            OperandKind::Field(names) | OperandKind::Variable(_, names) => {
                names.extend(fields);
                operand.at = at;
                Ok(operand)
            }
            _ => Ok(Operand {
                at,
                kind: OperandKind::Chain(Box::new(operand), fields),
            }),
        }
    }

    fn term(&mut self) -> Parsed<Operand> {
        let mut at = self.start();
        let written = self.text();
        let kind = match self.peek() {
            Kind::Field => OperandKind::Field(vec![self.field()]),
            kind => {
                let name = self.shown_text();
                self.advance();
                match kind {
                    Kind::Dot => OperandKind::Dot,
                    Kind::Nil => OperandKind::Nil,
                    Kind::Name => match self.dialect.function(&name) {
                        Some(function) => OperandKind::Function(function),
                        None => {
                            let shown = quote::quoted(written);
                            return self.error(format!("function {shown} not defined"));
                        }
                    },
                    Kind::Variable if self.scope.variables.contains(&name) => {
                        OperandKind::Variable(name, Vec::new())
                    }
                    Kind::Variable => {
                        let shown = quote::quoted(written);
                        return self.error(format!("undefined variable {shown}"));
                    }
                    Kind::LeftParen => {
                        let pipe = self.parenthesized()?;
                        // A pipeline stands where its first token does, not at the parenthesis.
                        at = pipe.at;
                        OperandKind::Pipe(Box::new(pipe))
                    }
                    kind => OperandKind::Literal(self.literal(kind, written, name)?),
                }
            }
        };
        Ok(Operand { at, kind })
    }

    fn parenthesized(&mut self) -> Parsed<Pipe> {
        if self.open.len() + self.parens >= DEEPEST {
            return self.error("max expression depth exceeded");
        }
        self.parens += 1;
        let pipe = stacker::maybe_grow(STACK_LEFT, STACK, || {
            self.pipeline("parenthesized pipeline", Kind::RightParen)
        })?;
        self.parens -= 1;
        Ok(pipe)
    }

    fn literal(&self, kind: Kind, written: &[u8], shown: String) -> Parsed<Literal> {
        let read: fn(&[u8]) -> Result<Number, String> = match kind {
            Kind::Bool => return Ok(Literal::Bool(written == b"true")),
            Kind::Quoted | Kind::Raw => {
                return match quote::unquote(written) {
                    Some(text) => Ok(Literal::Text {
                        written: written.to_vec(),
                        text: Text::from_vec(text),
                    }),
                    None => self.error("invalid syntax"),
                };
            }
            Kind::Character => literal::character,
            Kind::Complex => literal::complex,
            _ => literal::number,
        };
        match read(written) {
            Ok(number) => Ok(Literal::Number {
                written: shown,
                number,
            }),
            Err(message) => self.error(message),
        }
    }

    /// The name in the next token, a field.
    fn field(&mut self) -> String {
        let name = self.shown_text();
        self.advance();
        name.strip_prefix('.').map(str::to_owned).unwrap_or(name)
    }
}

fn begins_operand(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Field
            | Kind::Variable
            | Kind::Dot
            | Kind::Nil
            | Kind::Bool
            | Kind::Number
            | Kind::Complex
            | Kind::Character
            | Kind::Quoted
            | Kind::Raw
            | Kind::LeftParen
    )
}
