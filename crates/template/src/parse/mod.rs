//! Parses templates by Go's grammar, and fails with Go's words.

mod expressions;
pub(crate) mod literal;
pub(crate) mod node;
mod tokens;

use node::{Arm, Body, Branch, Invoke, Loop, Node, Pipe, Tree};
use tokens::{Keyword, Kind, Token};

use crate::dialect::Dialect;
use crate::error::ParseError;
use crate::go::{quote, runes};

/// Blocks and parentheses nested deeper than this are refused. Go has 10,000 for parentheses and its stack for blocks.
const DEEPEST: usize = 1000;
/// More stack is taken when less than this is left, and how much.
const STACK_LEFT: usize = 128 * 1024;
const STACK: usize = 1024 * 1024;

type Parsed<T> = Result<T, ParseError>;

/// Parses `text`; the tree named `name` is the template itself.
pub(crate) fn parse(
    name: &str,
    text: &[u8],
    dialect: Dialect,
    delimiters: (&[u8], &[u8]),
) -> Parsed<Vec<Tree>> {
    let tokens = tokens::tokens(text, delimiters.0, delimiters.1);
    let mut parser = Parser {
        name,
        text,
        dialect,
        tokens,
        next: 0,
        reached: 0,
        action: None,
        scope: Scope::new(),
        open: Vec::new(),
        parens: 0,
        main: Body::new(),
        trees: Vec::new(),
    };
    parser.template()?;
    let body = std::mem::take(&mut parser.main);
    parser.add(Tree {
        name: name.as_bytes().to_vec(),
        body,
    })?;
    Ok(parser.trees)
}

/// What an action can refer to. Named templates have their own.
struct Scope {
    variables: Vec<String>,
    /// Loops around it.
    loops: usize,
}

impl Scope {
    fn new() -> Self {
        Self {
            variables: vec!["$".into()],
            loops: 0,
        }
    }
}

/// A block whose `{{end}}` is still to come.
struct Open {
    block: Block,
    /// What has been read of the part it is in.
    body: Body,
    /// How many variables there were before it.
    variables: usize,
}

enum Block {
    /// `if` or `with`. Without a pipe it is in its `else`.
    Branch {
        keyword: Keyword,
        arms: Vec<Arm>,
        pipe: Option<Pipe>,
    },
    /// `range`. With a body it is in its `else`.
    Loop { pipe: Pipe, body: Option<Body> },
    /// `define`, or `block` with what it leaves behind.
    Named {
        name: Vec<u8>,
        invoke: Option<Invoke>,
        outside: Scope,
    },
}

struct Parser<'a> {
    name: &'a str,
    text: &'a [u8],
    dialect: Dialect,
    tokens: tokens::Tokens,
    /// Index of the next token.
    next: usize,
    /// How far tokens have been looked at, which is where Go says an error is.
    reached: usize,
    /// Where the action began that errors are to name.
    action: Option<usize>,
    scope: Scope,
    open: Vec<Open>,
    /// Parentheses open in the action.
    parens: usize,
    main: Body,
    trees: Vec<Tree>,
}

impl<'a> Parser<'a> {
    fn token(&self, index: usize) -> &Token {
        const NONE: &Token = &Token {
            kind: Kind::End,
            span: 0..0,
            blanks: 0,
        };
        let tokens = &self.tokens.list;
        tokens.get(index).or(tokens.last()).unwrap_or(NONE)
    }

    fn look(&mut self, index: usize) -> &Token {
        self.reached = self.reached.max(self.token(index).span.start);
        self.token(index)
    }

    /// The next token's kind.
    fn peek(&mut self) -> Kind {
        self.look(self.next).kind
    }

    /// That of the one after it.
    fn peek_second(&mut self) -> Kind {
        self.look(self.next + 1).kind
    }

    /// Where the next token begins.
    fn start(&mut self) -> usize {
        self.look(self.next).span.start
    }

    /// Whether no blank stands before the next token. Where one does, only the blank has been looked at.
    fn touching(&mut self) -> bool {
        let token = self.token(self.next);
        let (start, blanks) = (token.span.start, token.blanks);
        self.reached = self.reached.max(start - blanks);
        blanks == 0
    }

    fn advance(&mut self) {
        self.peek();
        self.next += 1;
    }

    /// The next token's text.
    fn text(&self) -> &'a [u8] {
        let span = self.token(self.next).span.clone();
        self.text.get(span).unwrap_or_default()
    }

    fn shown_text(&self) -> String {
        String::from_utf8_lossy(self.text()).into_owned()
    }

    fn error<T>(&self, message: impl Into<String>) -> Parsed<T> {
        let message = message.into();
        Err(ParseError::new(self.name, self.text, self.reached, message))
    }

    /// Refuses the next token.
    fn unexpected<T>(&mut self, place: &str) -> Parsed<T> {
        if self.peek() == Kind::Broken {
            return self.broken();
        }
        let text = self.text();
        let shown = match self.peek() {
            Kind::End => "EOF".into(),
            Kind::Dot | Kind::Nil | Kind::Keyword(_) => format!("<{}>", self.shown_text()),
            _ if text.len() > 10 => {
                let end = runes::indices(text)
                    .nth(10)
                    .map_or(text.len(), |(at, ..)| at);
                format!("{}...", quote::quoted(text.get(..end).unwrap_or_default()))
            }
            _ => quote::quoted(text),
        };
        self.error(format!("unexpected {shown} in {place}"))
    }

    /// Says why no token follows, and where its action began if that is on another line.
    fn broken<T>(&self) -> Parsed<T> {
        let line = |at: usize| crate::error::Place::of(self.text, at).line;
        let mut message = self.tokens.problem.clone();
        if let Some(start) = self.action.map(line)
            && start != line(self.token(self.next).span.start)
        {
            // "unclosed action in action" would say it twice.
            if !message.ends_with(" action") {
                message.push_str(" in action");
            }
            message.push_str(&format!(" started at {}:{start}", self.name));
        }
        self.error(message)
    }

    fn expect(&mut self, kind: Kind, place: &str) -> Parsed<()> {
        if self.peek() != kind {
            return self.unexpected(place);
        }
        self.advance();
        Ok(())
    }

    /// Reads everything.
    fn template(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                Kind::Text => {
                    let span = self.token(self.next).span.clone();
                    self.push(Node::Text(span));
                    self.advance();
                }
                Kind::Open => self.action()?,
                Kind::End if self.open.is_empty() => return Ok(()),
                Kind::End => return self.error("unexpected EOF"),
                _ => return self.unexpected("input"),
            }
        }
    }

    /// Adds to the innermost open block.
    fn push(&mut self, node: Node) {
        let body = match self.open.last_mut() {
            Some(open) => &mut open.body,
            None => &mut self.main,
        };
        body.push(node);
    }

    fn action(&mut self) -> Parsed<()> {
        let start = self.start();
        self.advance();
        let keyword = match self.peek() {
            Kind::Keyword(Keyword::Define) if self.open.is_empty() => return self.define(),
            Kind::Keyword(keyword) => Some(keyword),
            _ => None,
        };
        self.action = Some(start);
        match keyword {
            Some(keyword @ (Keyword::If | Keyword::With)) => return self.branch(keyword),
            Some(Keyword::Range) => return self.range(),
            Some(Keyword::Block) => self.block()?,
            Some(Keyword::Else) => self.otherwise()?,
            Some(Keyword::End) => self.end()?,
            Some(Keyword::Template) => self.invoke()?,
            Some(Keyword::Break) => self.leave_loop("{{break}}", Node::Break)?,
            Some(Keyword::Continue) => self.leave_loop("{{continue}}", Node::Continue)?,
            Some(Keyword::Define) | None => {
                let pipe = self.pipeline("command", Kind::Close)?;
                self.push(Node::Action(pipe));
            }
        }
        // What comes now is in no action, or in one that errors do not name.
        self.action = None;
        Ok(())
    }

    fn opens(&mut self, block: Block, variables: usize) -> Parsed<()> {
        if self.open.len() >= DEEPEST {
            return self.error("max expression depth exceeded");
        }
        self.open.push(Open {
            block,
            body: Body::new(),
            variables,
        });
        Ok(())
    }

    fn branch(&mut self, keyword: Keyword) -> Parsed<()> {
        let variables = self.scope.variables.len();
        let pipe = Some(self.tested(keyword)?);
        let arms = Vec::new();
        self.opens(
            Block::Branch {
                keyword,
                arms,
                pipe,
            },
            variables,
        )
    }

    /// What stands behind `if` or `with`.
    fn tested(&mut self, keyword: Keyword) -> Parsed<Pipe> {
        self.advance();
        let whose = if keyword == Keyword::With {
            "with"
        } else {
            "if"
        };
        self.pipeline(whose, Kind::Close)
    }

    fn range(&mut self) -> Parsed<()> {
        self.advance();
        let variables = self.scope.variables.len();
        let pipe = self.pipeline("range", Kind::Close)?;
        self.scope.loops += 1;
        self.opens(Block::Loop { pipe, body: None }, variables)
    }

    fn define(&mut self) -> Parsed<()> {
        self.advance();
        let name = self.template_name("define clause")?;
        self.expect(Kind::Close, "define clause")?;
        self.named(name, None)
    }

    fn block(&mut self) -> Parsed<()> {
        let invoke = self.invocation("block clause", true)?;
        self.named(invoke.name.clone(), Some(invoke))
    }

    fn named(&mut self, name: Vec<u8>, invoke: Option<Invoke>) -> Parsed<()> {
        let outside = std::mem::replace(&mut self.scope, Scope::new());
        let block = Block::Named {
            name,
            invoke,
            outside,
        };
        self.opens(block, 1)
    }

    fn invoke(&mut self) -> Parsed<()> {
        let invoke = self.invocation("template clause", false)?;
        self.push(Node::Invoke(invoke));
        Ok(())
    }

    /// `template "name" pipeline`; only a block must have the pipeline.
    fn invocation(&mut self, whose: &str, full: bool) -> Parsed<Invoke> {
        self.advance();
        let at = self.start();
        let name = self.template_name(whose)?;
        let pipe = if !full && self.peek() == Kind::Close {
            self.advance();
            None
        } else {
            Some(self.pipeline(whose, Kind::Close)?)
        };
        Ok(Invoke { at, name, pipe })
    }

    fn template_name(&mut self, whose: &str) -> Parsed<Vec<u8>> {
        if !matches!(self.peek(), Kind::Quoted | Kind::Raw) {
            return self.unexpected(whose);
        }
        let literal = self.text();
        self.advance();
        match quote::unquote(literal) {
            Some(name) => Ok(name),
            None => self.error("invalid syntax"),
        }
    }

    fn leave_loop(&mut self, what: &str, node: Node) -> Parsed<()> {
        self.advance();
        self.expect(Kind::Close, what)?;
        if self.scope.loops == 0 {
            return self.error(format!("{what} outside {{{{range}}}}"));
        }
        self.push(node);
        Ok(())
    }

    /// `{{else}}`, `{{else if ...}}`
    fn otherwise(&mut self) -> Parsed<()> {
        self.advance();
        let then = match self.peek() {
            Kind::Keyword(keyword @ (Keyword::If | Keyword::With)) => Some(keyword),
            _ => {
                self.expect(Kind::Close, "else")?;
                None
            }
        };
        let Some(mut open) = self.open.pop() else {
            return self.error("unexpected {{else}}");
        };
        match &mut open.block {
            Block::Branch {
                keyword,
                arms,
                pipe: slot,
            } if slot.is_some() => {
                let body = std::mem::take(&mut open.body);
                arms.extend(slot.take().map(|pipe| Arm { pipe, body }));
                if let Some(keyword) = then.filter(|then| then == keyword) {
                    self.action = None;
                    *slot = Some(self.tested(keyword)?);
                }
            }
            Block::Loop {
                body: body @ None, ..
            } => {
                *body = Some(std::mem::take(&mut open.body));
                self.scope.loops -= 1;
            }
            Block::Branch { .. } | Block::Loop { .. } => {
                return self.error("expected end; found {{else}}");
            }
            Block::Named { invoke, .. } => {
                let whose = if invoke.is_some() { "block" } else { "define" };
                return self.error(format!("unexpected {{{{else}}}} in {whose} clause"));
            }
        }
        self.open.push(open);
        Ok(())
    }

    fn end(&mut self) -> Parsed<()> {
        self.advance();
        self.expect(Kind::Close, "end")?;
        let Some(open) = self.open.pop() else {
            return self.error("unexpected {{end}}");
        };
        let inside = open.body;
        match open.block {
            Block::Branch {
                keyword,
                mut arms,
                pipe,
            } => {
                let otherwise = match pipe {
                    Some(pipe) => {
                        arms.push(Arm { pipe, body: inside });
                        None
                    }
                    None => Some(inside),
                };
                self.push(Node::Branch(Branch {
                    binds: keyword == Keyword::With,
                    arms,
                    otherwise,
                }));
            }
            Block::Loop { pipe, body } => {
                let (body, otherwise) = match body {
                    Some(body) => (body, Some(inside)),
                    None => {
                        self.scope.loops -= 1;
                        (inside, None)
                    }
                };
                self.push(Node::Loop(Loop {
                    pipe,
                    body,
                    otherwise,
                }));
            }
            Block::Named {
                name,
                invoke,
                outside,
            } => {
                self.add(Tree { name, body: inside })?;
                self.scope = outside;
                if let Some(invoke) = invoke {
                    self.push(Node::Invoke(invoke));
                }
                return Ok(());
            }
        }
        self.scope.variables.truncate(open.variables);
        Ok(())
    }

    /// Adds a tree; of two with one name the one that is not blank wins, and two that are not are an error.
    fn add(&mut self, tree: Tree) -> Parsed<()> {
        match self.trees.iter_mut().find(|t| t.name == tree.name) {
            None => self.trees.push(tree),
            Some(old) if is_blank(&old.body, self.text) => *old = tree,
            Some(_) if is_blank(&tree.body, self.text) => {}
            Some(_) => {
                let name = quote::quoted(&tree.name);
                return self.error(format!("template: multiple definition of template {name}"));
            }
        }
        Ok(())
    }
}

/// True when there is nothing but white space.
fn is_blank(body: &Body, text: &[u8]) -> bool {
    body.iter().all(|node| match node {
        Node::Text(range) => {
            runes::trim_space(text.get(range.clone()).unwrap_or_default()).is_empty()
        }
        _ => false,
    })
}
