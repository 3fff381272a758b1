//! Pipelines: the variables they set and the commands they chain.

use super::lex::Kind;
use super::node::{Operand, Pipe};
use super::{Parsed, Parser};

impl Parser<'_> {
    /// `$a := command | command` up to `end`.
    pub(super) fn pipeline(&mut self, context: &str, end: Kind) -> Parsed<Pipe> {
        self.skip_space();
        self.peek();
        let start = self.token(self.at).start;
        let mut pipe = Pipe {
            at: start,
            assigns: false,
            variables: Vec::new(),
            commands: Vec::new(),
        };
        self.declarations(&mut pipe, context)?;
        loop {
            let at = self.next_non_space();
            match self.token(at).kind {
                kind if kind == end => {
                    self.check_pipeline(&pipe, context)?;
                    return Ok(pipe);
                }
                Kind::Bool
                | Kind::CharConstant
                | Kind::Complex
                | Kind::Dot
                | Kind::Field
                | Kind::Identifier
                | Kind::Number
                | Kind::Nil
                | Kind::RawString
                | Kind::String
                | Kind::Variable
                | Kind::LeftParen => {
                    self.at = at;
                    pipe.commands.push(self.command()?);
                }
                _ => return self.unexpected(at, context),
            }
        }
    }

    fn declarations(&mut self, pipe: &mut Pipe, context: &str) -> Parsed<()> {
        while self.peek_non_space() == Kind::Variable {
            let variable = self.next();
            let after = self.peek_non_space();
            let name = self.name_of(variable);
            if matches!(after, Kind::Assign | Kind::Declare) {
                pipe.assigns = after == Kind::Assign;
                self.next();
                pipe.variables.push(name.clone());
                self.variables.push(name);
                return Ok(());
            }
            if after != Kind::Char || self.text(self.at) != b"," {
                self.at = variable;
                return Ok(());
            }
            self.next();
            pipe.variables.push(name.clone());
            self.variables.push(name);
            if context != "range" || pipe.variables.len() >= 2 {
                return self.error(format!("too many declarations in {context}"));
            }
            if !matches!(
                self.peek_non_space(),
                Kind::Variable | Kind::RightDelim | Kind::RightParen
            ) {
                return self.error("range can only initialize variables");
            }
        }
        Ok(())
    }

    fn check_pipeline(&mut self, pipe: &Pipe, context: &str) -> Parsed<()> {
        if pipe.commands.is_empty() {
            return self.error(format!("missing value for {context}"));
        }
        for (at, command) in pipe.commands.iter().enumerate().skip(1) {
            if command.operands.first().is_some_and(Operand::is_constant) {
                return self.error(format!(
                    "non executable command in pipeline stage {}",
                    at + 1
                ));
            }
        }
        Ok(())
    }
}
