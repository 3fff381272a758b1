//! Parses templates by Go's grammar, and fails with Go's words.

pub(crate) mod lex;
pub(crate) mod node;
mod number;
mod operand;
mod pipeline;

use lex::{Kind, Token};
use node::{Body, Branch, Invoke, Node, Tree};

use crate::dialect::Dialect;
use crate::error::ParseError;
use crate::go::{quote, runes};

/// Parentheses or blocks nested deeper than this are refused. Go has 10,000 for parentheses and its stack for blocks.
const DEEPEST: usize = 1000;

/// What ends a body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// `{{end}}`
    End,
    /// `{{else}}`
    Else,
    /// `{{else if`, `{{else with`: the keyword is still to be read
    ElseThen(Kind),
}

impl Ending {
    fn text(self) -> &'static str {
        if self == Self::End {
            "{{end}}"
        } else {
            "{{else}}"
        }
    }
}

/// One item of a body, or what ends it.
enum Item {
    Node(Node),
    Ending(Ending),
}

/// A parser at some token.
struct Parser<'a> {
    name: &'a str,
    input: &'a [u8],
    dialect: Dialect,
    tokens: Vec<Token>,
    at: usize,
    /// The furthest token read, which is where Go says an error is.
    furthest: usize,
    variables: Vec<String>,
    trees: Vec<Tree>,
    /// Where the action being read began, for errors within it.
    action_line: usize,
    loops: usize,
    depth: usize,
}

type Parsed<T> = Result<T, ParseError>;

/// Parses `input`; the first tree is the template itself.
pub(crate) fn parse(
    name: &str,
    input: &[u8],
    dialect: Dialect,
    delims: (&[u8], &[u8]),
) -> Parsed<Vec<Tree>> {
    let mut parser = Parser {
        name,
        input,
        dialect,
        tokens: lex::lex(input, delims.0, delims.1),
        at: 0,
        furthest: 0,
        variables: vec!["$".into()],
        trees: Vec::new(),
        action_line: 0,
        loops: 0,
        depth: 0,
    };
    let body = parser.whole()?;
    parser.add(Tree {
        name: name.as_bytes().to_vec(),
        body,
    })?;
    Ok(parser.trees)
}

impl<'a> Parser<'a> {
    fn token(&self, at: usize) -> &Token {
        const END: &Token = &Token {
            kind: Kind::Eof,
            start: 0,
            end: 0,
            error: None,
        };
        self.tokens.get(at).or(self.tokens.last()).unwrap_or(END)
    }

    fn peek(&mut self) -> Kind {
        self.furthest = self.furthest.max(self.at);
        self.token(self.at).kind
    }

    /// The next token's index.
    fn next(&mut self) -> usize {
        self.furthest = self.furthest.max(self.at);
        self.at += 1;
        self.at - 1
    }

    fn skip_space(&mut self) {
        while self.peek() == Kind::Space {
            self.at += 1;
        }
    }

    fn peek_non_space(&mut self) -> Kind {
        self.skip_space();
        self.peek()
    }

    fn next_non_space(&mut self) -> usize {
        self.skip_space();
        self.next()
    }

    fn text(&self, at: usize) -> &'a [u8] {
        let token = self.token(at);
        self.input.get(token.start..token.end).unwrap_or_default()
    }

    fn name_of(&self, at: usize) -> String {
        String::from_utf8_lossy(self.text(at)).into_owned()
    }

    fn line_of(&self, at: usize) -> usize {
        let before = self.input.get(..self.token(at).start).unwrap_or_default();
        1 + before.iter().filter(|b| **b == b'\n').count()
    }

    fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        let token = self.token(self.furthest);
        Err(ParseError::new(
            self.name,
            self.input,
            token.start,
            message.into(),
        ))
    }

    fn unexpected<T>(&self, at: usize, context: &str) -> Parsed<T> {
        let token = self.token(at);
        if let Some(message) = &token.error {
            let mut message = message.clone();
            if self.action_line != 0 && self.action_line != self.line_of(at) {
                let started = format!(" in action started at {}:{}", self.name, self.action_line);
                // "unclosed action in action" would say it twice.
                let started = if message.ends_with(" action") {
                    started.replacen(" in action", "", 1)
                } else {
                    started
                };
                message.push_str(&started);
            }
            return self.error(message);
        }
        let shown = self.show(at);
        self.error(format!("unexpected {shown} in {context}"))
    }

    /// A token as Go shows it.
    fn show(&self, at: usize) -> String {
        let token = self.token(at);
        let text = self.text(at);
        match token.kind {
            Kind::Eof => "EOF".into(),
            Kind::Dot
            | Kind::Block
            | Kind::Break
            | Kind::Continue
            | Kind::Define
            | Kind::Else
            | Kind::End
            | Kind::If
            | Kind::Nil
            | Kind::Range
            | Kind::Template
            | Kind::With => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => {
                let end = runes::indices(text)
                    .nth(10)
                    .map_or(text.len(), |(at, _, _)| at);
                format!("{}...", quote::quoted(text.get(..end).unwrap_or_default()))
            }
            _ => quote::quoted(text),
        }
    }

    fn expect(&mut self, kind: Kind, context: &str) -> Parsed<usize> {
        let at = self.next_non_space();
        if self.token(at).kind == kind {
            Ok(at)
        } else {
            self.unexpected(at, context)
        }
    }

    /// Everything up to the end of the template.
    fn whole(&mut self) -> Parsed<Body> {
        let mut body = Body::new();
        while self.peek() != Kind::Eof {
            if self.peek() == Kind::LeftDelim {
                let delim = self.next();
                let word = self.next_non_space();
                if self.token(word).kind == Kind::Define {
                    self.definition()?;
                    continue;
                }
                self.at = delim;
            }
            match self.text_or_action()? {
                Item::Node(node) => body.push(node),
                Item::Ending(ending) => return self.error(format!("unexpected {}", ending.text())),
            }
        }
        Ok(body)
    }

    fn definition(&mut self) -> Parsed<()> {
        let context = "define clause";
        let at = self.next_non_space();
        let name = self.template_name(at, context)?;
        self.expect(Kind::RightDelim, context)?;
        let body = self.separate_body(context)?;
        self.add(Tree { name, body })
    }

    /// The body of a `define` or `block`, which sees no variables and no loop of its surroundings.
    fn separate_body(&mut self, context: &str) -> Parsed<Body> {
        let variables = std::mem::replace(&mut self.variables, vec!["$".into()]);
        let loops = std::mem::take(&mut self.loops);
        let action_line = std::mem::take(&mut self.action_line);
        let (body, ending) = self.items()?;
        if ending != Ending::End {
            return self.error(format!("unexpected {} in {context}", ending.text()));
        }
        self.variables = variables;
        self.loops = loops;
        self.action_line = action_line;
        Ok(body)
    }

    /// Adds a tree; of two with one name the one that is not blank wins, and two that are not are an error.
    fn add(&mut self, tree: Tree) -> Parsed<()> {
        let blank = is_blank(&tree.body, self.input);
        match self.trees.iter_mut().find(|t| t.name == tree.name) {
            None => self.trees.push(tree),
            Some(old) if is_blank(&old.body, self.input) => *old = tree,
            Some(_) if blank => {}
            Some(_) => {
                return self.error(format!(
                    "template: multiple definition of template {}",
                    quote::quoted(&tree.name)
                ));
            }
        }
        Ok(())
    }

    /// A body up to what ends it.
    fn items(&mut self) -> Parsed<(Body, Ending)> {
        self.deeper()?;
        let mut body = Body::new();
        while self.peek_non_space() != Kind::Eof {
            match stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.text_or_action())? {
                Item::Node(node) => body.push(node),
                Item::Ending(ending) => {
                    self.depth -= 1;
                    return Ok((body, ending));
                }
            }
        }
        self.error("unexpected EOF")
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.error("max expression depth exceeded")
        } else {
            Ok(())
        }
    }

    fn text_or_action(&mut self) -> Parsed<Item> {
        let at = self.next_non_space();
        let token = self.token(at);
        match token.kind {
            Kind::Text => Ok(Item::Node(Node::Text(token.start..token.end))),
            Kind::LeftDelim => {
                self.action_line = self.line_of(at);
                let item = self.action();
                if item.is_ok() {
                    self.action_line = 0;
                }
                item
            }
            _ => self.unexpected(at, "input"),
        }
    }

    fn action(&mut self) -> Parsed<Item> {
        let at = self.next_non_space();
        match self.token(at).kind {
            Kind::Block => self.block().map(Item::Node),
            Kind::Break => self.leave("{{break}}").map(|()| Item::Node(Node::Break)),
            Kind::Continue => self
                .leave("{{continue}}")
                .map(|()| Item::Node(Node::Continue)),
            Kind::Else => match self.peek_non_space() {
                then @ (Kind::If | Kind::With) => Ok(Item::Ending(Ending::ElseThen(then))),
                _ => self
                    .expect(Kind::RightDelim, "else")
                    .map(|_| Item::Ending(Ending::Else)),
            },
            Kind::End => self
                .expect(Kind::RightDelim, "end")
                .map(|_| Item::Ending(Ending::End)),
            Kind::If => self.branch("if").map(|b| Item::Node(Node::If(b))),
            Kind::Range => self.branch("range").map(|b| Item::Node(Node::Range(b))),
            Kind::With => self.branch("with").map(|b| Item::Node(Node::With(b))),
            Kind::Template => self.invoke().map(Item::Node),
            _ => {
                self.at = at;
                self.pipeline("command", Kind::RightDelim)
                    .map(|p| Item::Node(Node::Action(p)))
            }
        }
    }

    fn leave(&mut self, what: &str) -> Parsed<()> {
        self.expect(Kind::RightDelim, what)?;
        if self.loops == 0 {
            return self.error(format!("{what} outside {{{{range}}}}"));
        }
        Ok(())
    }

    fn branch(&mut self, context: &'static str) -> Parsed<Branch> {
        let variables = self.variables.len();
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let looping = usize::from(context == "range");
        self.loops += looping;
        let (body, ending) = self.items()?;
        self.loops -= looping;
        let otherwise = match ending {
            Ending::End => None,
            Ending::ElseThen(Kind::If) if context == "if" => {
                self.next();
                self.nested(context).map(|b| Some(vec![Node::If(b)]))?
            }
            Ending::ElseThen(Kind::With) if context == "with" => {
                self.next();
                self.nested(context).map(|b| Some(vec![Node::With(b)]))?
            }
            Ending::Else | Ending::ElseThen(_) => {
                let (body, ending) = self.items()?;
                if ending != Ending::End {
                    return self.error(format!("expected end; found {}", ending.text()));
                }
                Some(body)
            }
        };
        self.variables.truncate(variables);
        Ok(Branch {
            pipe,
            body,
            otherwise,
        })
    }

    /// `else if`: a branch within the branch, ended by the same `end`.
    fn nested(&mut self, context: &'static str) -> Parsed<Branch> {
        self.deeper()?;
        let branch = stacker::maybe_grow(128 * 1024, 1024 * 1024, || self.branch(context))?;
        self.depth -= 1;
        Ok(branch)
    }

    fn block(&mut self) -> Parsed<Node> {
        let context = "block clause";
        let at = self.next_non_space();
        let name = self.template_name(at, context)?;
        let pipe = self.pipeline(context, Kind::RightDelim)?;
        let body = self.separate_body(context)?;
        self.add(Tree {
            name: name.clone(),
            body,
        })?;
        Ok(Node::Invoke(Invoke {
            at: self.token(at).start,
            name,
            pipe: Some(pipe),
        }))
    }

    fn invoke(&mut self) -> Parsed<Node> {
        let context = "template clause";
        let at = self.next_non_space();
        let name = self.template_name(at, context)?;
        let pipe = if self.peek_non_space() == Kind::RightDelim {
            self.next();
            None
        } else {
            Some(self.pipeline(context, Kind::RightDelim)?)
        };
        Ok(Node::Invoke(Invoke {
            at: self.token(at).start,
            name,
            pipe,
        }))
    }

    fn template_name(&mut self, at: usize, context: &str) -> Parsed<Vec<u8>> {
        match self.token(at).kind {
            Kind::String | Kind::RawString => match quote::unquote(self.text(at)) {
                Some(name) => Ok(name),
                None => self.error("invalid syntax"),
            },
            _ => self.unexpected(at, context),
        }
    }
}

/// True when there is nothing but white space.
pub(crate) fn is_blank(body: &Body, input: &[u8]) -> bool {
    body.iter().all(|node| match node {
        Node::Text(range) => {
            runes::trim_space(input.get(range.clone()).unwrap_or_default()).is_empty()
        }
        _ => false,
    })
}
