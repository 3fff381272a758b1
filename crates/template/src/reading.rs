//! What a template would use, read without running it: keys of the data, and functions.

use std::collections::BTreeSet;

use crate::error::Place;
use crate::functions::{self, Function};
use crate::parse::literal::Literal;
use crate::parse::node::{Body, Command, Node, Operand, OperandKind, Pipe, Tree};
use crate::template::Template;

/// What a template refers to. Branches that never run count too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Keys of the data, each where it is named: `.a`, `$.a`, `index . "a-b"`.
    pub keys: Vec<KeyUse>,
    /// The data as a whole is used (`range .`, `toJson .`, `index . $name`): any key may matter.
    pub whole: bool,
    /// Functions, each where it is called.
    pub functions: Vec<FunctionUse>,
}

/// A key that a template names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The key.
    pub name: String,
    /// Where.
    pub place: Place,
}

/// A function that a template calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionUse {
    /// The function.
    pub name: &'static str,
    /// False for `now`, `randAlphaNum`, `genCA` and their like: two renderings differ.
    pub deterministic: bool,
    /// Where.
    pub place: Place,
}

impl Reading {
    /// Names of functions by which two renderings differ, sorted.
    #[must_use]
    pub fn nondeterministic(&self) -> BTreeSet<&'static str> {
        self.functions
            .iter()
            .filter(|f| !f.deterministic)
            .map(|f| f.name)
            .collect()
    }

    /// Names of the keys, sorted.
    #[must_use]
    pub fn key_names(&self) -> BTreeSet<&str> {
        self.keys.iter().map(|k| k.name.as_str()).collect()
    }
}

/// Names of all functions of a dialect, sorted: for "did you mean", and for documentation.
#[must_use]
pub fn function_names(dialect: crate::Dialect) -> BTreeSet<&'static str> {
    functions::all(dialect).map(|f| f.name).collect()
}

/// Reads a template.
pub(crate) fn read(template: &Template) -> Reading {
    let mut reader = Reader {
        template,
        out: Reading::default(),
        roots: Vec::new(),
        seen: Vec::new(),
    };
    reader.tree(template.main(), true);
    for tree in template.trees() {
        // Templates that nobody calls with the data still name functions.
        if !reader
            .seen
            .iter()
            .any(|(name, _)| *name == tree.name.as_slice())
        {
            reader.tree(tree, false);
        }
    }
    let mut out = reader.out;
    out.keys
        .sort_by(|a, b| (a.place.offset, &a.name).cmp(&(b.place.offset, &b.name)));
    out.keys.dedup();
    out.functions.sort_by_key(|f| (f.place.offset, f.name));
    out.functions.dedup();
    out
}

struct Reader<'t> {
    template: &'t Template,
    out: Reading,
    /// Variables that hold the data, innermost last; `$` among them.
    roots: Vec<(&'t str, bool)>,
    /// Trees read, and whether with the data as their dot.
    seen: Vec<(&'t [u8], bool)>,
}

impl<'t> Reader<'t> {
    fn place(&self, at: usize) -> Place {
        Place::of(self.template.text(), at)
    }

    /// `root` says that dot is the data.
    fn tree(&mut self, tree: &'t Tree, root: bool) {
        if self.seen.contains(&(tree.name.as_slice(), root)) {
            return;
        }
        self.seen.push((&tree.name, root));
        let outer = std::mem::replace(&mut self.roots, vec![("$", root)]);
        self.body(&tree.body, root);
        self.roots = outer;
    }

    fn body(&mut self, body: &'t Body, root: bool) {
        for node in body {
            stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.node(node, root));
        }
    }

    fn node(&mut self, node: &'t Node, root: bool) {
        match node {
            Node::Text(_) | Node::Break | Node::Continue => {}
            Node::Action(pipe) => {
                // Printing the data as a whole, or giving it another name.
                if self.pipe(pipe, root) && pipe.variables.is_empty() {
                    self.out.whole = true;
                }
            }
            Node::Branch(branch) => {
                let mark = self.roots.len();
                for arm in &branch.arms {
                    let is_root = self.pipe(&arm.pipe, root);
                    self.body(&arm.body, if branch.binds { is_root } else { root });
                }
                self.otherwise(branch.otherwise.as_ref(), root, mark);
            }
            Node::Loop(node) => {
                let mark = self.roots.len();
                self.out.whole |= self.pipe(&node.pipe, root);
                self.body(&node.body, false);
                self.otherwise(node.otherwise.as_ref(), root, mark);
            }
            Node::Invoke(invoke) => {
                let is_root = invoke
                    .pipe
                    .as_ref()
                    .is_some_and(|pipe| self.pipe(pipe, root));
                if let Some(tree) = self.template.find(&invoke.name) {
                    self.tree(tree, is_root);
                }
            }
        }
    }

    /// Reads an `else` and forgets the variables of the block that it ends.
    fn otherwise(&mut self, body: Option<&'t Body>, root: bool, mark: usize) {
        if let Some(body) = body {
            self.body(body, root);
        }
        self.roots.truncate(mark);
    }

    /// Reads a pipeline; true when its value is the data itself.
    fn pipe(&mut self, pipe: &'t Pipe, root: bool) -> bool {
        let mut before = None;
        let mut is_root = false;
        for command in &pipe.commands {
            is_root = self.command(command, root, before, is_root);
            before = match command.operands.as_slice() {
                [only] => Some(only),
                _ => None,
            };
        }
        for name in &pipe.variables {
            if pipe.assigns {
                // One assignment within a branch is enough to make it both; the data is what matters.
                if let Some(slot) = self.roots.iter_mut().rev().find(|(known, _)| known == name) {
                    slot.1 |= is_root;
                }
            } else {
                self.roots.push((name, is_root));
            }
        }
        is_root
    }

    /// `before` is the operand piped in, if it is a single one; `piped` says that it is the data.
    fn command(
        &mut self,
        command: &'t Command,
        root: bool,
        before: Option<&'t Operand>,
        piped: bool,
    ) -> bool {
        let Some((first, rest)) = command.operands.split_first() else {
            return false;
        };
        let roots: Vec<bool> = rest
            .iter()
            .map(|operand| self.operand(operand, root))
            .collect();
        let OperandKind::Function(function) = &first.kind else {
            return self.operand(first, root);
        };
        self.called(function, first.at);
        let args: Vec<(&Operand, bool)> = rest
            .iter()
            .zip(roots)
            .chain(before.map(|b| (b, piped)))
            .collect();
        match (function.name, args.as_slice()) {
            ("index", [(_, true), (key, _), ..]) => match &key.kind {
                OperandKind::Literal(Literal::Text { text, .. }) => {
                    self.key(&String::from_utf8_lossy(text.bytes()), command.at);
                }
                _ => self.out.whole = true,
            },
            // These may give back the data itself.
            ("and" | "or" | "default" | "coalesce" | "ternary", args) => {
                return args.iter().any(|(_, is_root)| *is_root);
            }
            ("empty" | "not" | "len" | "typeOf" | "kindOf" | "typeIs" | "kindIs", _) => {}
            (_, args) => {
                self.out.whole |=
                    args.iter().any(|(_, is_root)| *is_root) || piped && before.is_none()
            }
        }
        false
    }

    /// Reads an operand; true when it is the data itself.
    fn operand(&mut self, operand: &'t Operand, root: bool) -> bool {
        match &operand.kind {
            OperandKind::Dot => root,
            OperandKind::Field(names) => {
                if root {
                    self.first(names, operand.at);
                }
                false
            }
            OperandKind::Variable(name, fields) => {
                let known = self.roots.iter().rev().find(|(known, _)| known == name);
                let is_root = known.is_some_and(|(_, root)| *root);
                if is_root && !fields.is_empty() {
                    self.first(fields, operand.at);
                    return false;
                }
                is_root
            }
            OperandKind::Chain(inner, names) => {
                if self.operand(inner, root) {
                    self.first(names, operand.at);
                }
                false
            }
            OperandKind::Pipe(pipe) => {
                stacker::maybe_grow(64 * 1024, 1024 * 1024, || self.pipe(pipe, root))
            }
            OperandKind::Function(function) => {
                self.called(function, operand.at);
                false
            }
            OperandKind::Nil | OperandKind::Literal(_) => false,
        }
    }

    fn first(&mut self, names: &[String], at: usize) {
        if let Some(name) = names.first() {
            self.key(name, at);
        }
    }

    fn key(&mut self, name: &str, at: usize) {
        let place = self.place(at);
        self.out.keys.push(KeyUse {
            name: name.to_owned(),
            place,
        });
    }

    fn called(&mut self, function: &'static Function, at: usize) {
        let place = self.place(at);
        self.out.functions.push(FunctionUse {
            name: function.name,
            deterministic: function.deterministic,
            place,
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::{Dialect, Options, Template};

    fn read(text: &str) -> super::Reading {
        Template::parse(
            "t",
            text.as_bytes(),
            Dialect::SealedSecrets,
            &Options::default(),
        )
        .unwrap()
        .reading()
    }

    #[test]
    fn keys_are_found_wherever_the_data_goes() {
        for (text, keys, whole) in [
            ("{{ .a }}{{ $.b.c }}", vec!["a", "b"], false),
            (
                "{{ index . \"a-b\" }}{{ \"x.y\" | index $ }}",
                vec!["a-b", "x.y"],
                false,
            ),
            (
                "{{ with .a }}{{ .no }}{{ $.b }}{{ end }}",
                vec!["a", "b"],
                false,
            ),
            ("{{ with . }}{{ .a }}{{ end }}", vec!["a"], false),
            ("{{ range $k, $v := . }}{{ .no }}{{ end }}", vec![], true),
            (
                "{{ define \"p\" }}{{ .a }}{{ $.b }}{{ end }}{{ template \"p\" . }}",
                vec!["a", "b"],
                false,
            ),
            (
                "{{ define \"p\" }}{{ .no }}{{ end }}{{ template \"p\" .a }}",
                vec!["a"],
                false,
            ),
            (
                "{{ $r := . }}{{ $r.a }}{{ if true }}{{ $r.b }}{{ end }}",
                vec!["a", "b"],
                false,
            ),
            ("{{ . | toJson }}", vec![], true),
            ("{{ index . .name }}", vec!["name"], true),
            (
                "{{ printf \"%s\" (.a | b64dec) }}{{ (.).b }}",
                vec!["a", "b"],
                false,
            ),
            (
                "{{ if .a }}x{{ else if .b }}{{ .c | default .d }}{{ end }}",
                vec!["a", "b", "c", "d"],
                false,
            ),
        ] {
            let reading = read(text);
            assert_eq!(
                reading.key_names().into_iter().collect::<Vec<_>>(),
                keys,
                "{text}"
            );
            assert_eq!(reading.whole, whole, "{text}");
        }
    }

    #[test]
    fn chance_is_known_by_name_and_place() {
        let reading = read("a\n{{ .x | quote }}{{ randAlphaNum 8 }}{{ now | date \"2006\" }}");
        assert_eq!(
            reading.nondeterministic().into_iter().collect::<Vec<_>>(),
            ["now", "randAlphaNum"]
        );
        let place = reading
            .functions
            .iter()
            .find(|f| f.name == "randAlphaNum")
            .unwrap()
            .place;
        assert_eq!((place.line, place.column), (2, 19));
    }
}
