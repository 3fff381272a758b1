//! The grammar: expressions of a wanted type, mostly well typed, sometimes not.

use super::tables::{
    ANYS, BOOLS, DICTS, FIELDS, FLOATS, INTS, JSONS, KEYS, LAYOUTS, LISTS, LITERALS, PATTERNS, Row,
    TEXTS, TIMES, VERBS, VERSIONS,
};
use super::{NAMES, Random};

/// Types the grammar tells apart.
#[derive(Clone, Copy)]
enum Want {
    Text,
    Int,
    Float,
    Bool,
    List,
    Dict,
    Time,
    Any,
}

/// Writes one template.
pub(super) struct Writer<'a> {
    random: &'a mut Random,
    external: bool,
    variables: Vec<String>,
    templates: bool,
    looping: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(random: &'a mut Random, external: bool) -> Self {
        Self {
            random,
            external,
            variables: Vec::new(),
            templates: false,
            looping: false,
        }
    }

    pub(super) fn template(mut self) -> String {
        self.templates = self.random.one_in(6);
        let mut out = String::new();
        if self.templates {
            let body = self.body(1);
            out.push_str(&format!("{{{{ define \"part\" }}}}{body}{{{{ end }}}}"));
            self.variables.clear();
        }
        out.push_str(&self.body(2));
        if self.random.one_in(60) {
            let at = out
                .char_indices()
                .map(|(at, _)| at)
                .nth(self.random.below(out.chars().count()))
                .unwrap_or_default();
            out.truncate(at);
        }
        out
    }

    fn body(&mut self, depth: usize) -> String {
        let declared = self.variables.len();
        let count = 1 + self.random.below(3);
        let text = (0..count).map(|_| self.item(depth)).collect();
        self.variables.truncate(declared);
        text
    }

    fn open(&mut self) -> &'static str {
        if self.random.one_in(8) { "{{- " } else { "{{ " }
    }

    fn close(&mut self) -> &'static str {
        if self.random.one_in(8) { " -}}" } else { " }}" }
    }

    fn action(&mut self, inside: &str) -> String {
        let (open, close) = (self.open(), self.close());
        format!("{open}{inside}{close}")
    }

    fn item(&mut self, depth: usize) -> String {
        if depth > 0 && self.random.one_in(3) {
            return self.block(depth - 1);
        }
        match self.random.below(12) {
            0 => self
                .random
                .pick(&[" text\n", "x", "  \n\t", "é", "{", "}}", "a: b\n"])
                .to_owned(),
            1 => {
                let name = format!("$v{}", self.random.below(3));
                let value = self.pipeline(Want::Any, 2);
                let text = self.action(&format!("{name} := {value}"));
                self.variables.push(name);
                text
            }
            2 if !self.variables.is_empty() => {
                let at = self.random.below(self.variables.len());
                let name = self.variables.get(at).cloned().unwrap_or_default();
                let value = self.pipeline(Want::Any, 1);
                self.action(&format!("{name} = {value}"))
            }
            3 => {
                let call = self.printf(2);
                self.action(&call)
            }
            4 if self.looping => self
                .random
                .pick(&[
                    "{{ break }}",
                    "{{continue}}",
                    "{{ if .x }}{{ break }}{{ end }}",
                ])
                .to_owned(),
            5 if self.templates => {
                let value = self.pipeline(Want::Any, 1);
                self.action(&format!("template \"part\" {value}"))
            }
            _ => {
                let want = self.want();
                let value = self.pipeline(want, 3);
                self.action(&value)
            }
        }
    }

    fn block(&mut self, depth: usize) -> String {
        let declared = self.variables.len();
        let kind = *self
            .random
            .pick(&[&"if", &"with", &"range", &"range", &"if"]);
        let want = if kind == "range" {
            *[Want::List, Want::Dict, Want::Int, Want::Any]
                .get(self.random.below(4))
                .unwrap_or(&Want::Any)
        } else {
            Want::Any
        };
        let value = self.pipeline(want, 2);
        let declares = match (kind, self.random.below(4)) {
            ("range", 0) => {
                self.variables.extend(["$i".to_owned(), "$e".to_owned()]);
                "$i, $e := "
            }
            (_, 1) => {
                self.variables.push("$e".to_owned());
                "$e := "
            }
            _ => "",
        };
        let head = self.action(&format!("{kind} {declares}{value}"));
        let outer = self.looping;
        self.looping |= kind == "range";
        let body = self.body(depth);
        self.looping = outer;
        let mut text = head + &body;
        if self.random.one_in(3) {
            text.push_str("{{ else }}");
            text.push_str(&self.body(depth));
        }
        self.variables.truncate(declared);
        text + &self.action("end")
    }

    fn want(&mut self) -> Want {
        let all = [
            Want::Text,
            Want::Text,
            Want::Int,
            Want::Float,
            Want::Bool,
            Want::List,
            Want::Dict,
            Want::Time,
            Want::Any,
        ];
        *all.get(self.random.below(all.len())).unwrap_or(&Want::Any)
    }

    fn printf(&mut self, depth: usize) -> String {
        let count = 1 + self.random.below(3);
        let format: Vec<&str> = (0..count)
            .map(|_| *self.random.pick(&VERBS.iter().collect::<Vec<_>>()))
            .collect();
        let given = if self.random.one_in(5) {
            self.random.below(4)
        } else {
            count
        };
        let args: Vec<String> = (0..given)
            .map(|_| self.argument(Want::Any, depth))
            .collect();
        format!("printf {:?} {}", format.join(" "), args.join(" "))
    }

    /// A command, sometimes with its last argument piped in.
    fn pipeline(&mut self, want: Want, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(want);
        }
        if self.random.one_in(12) {
            return self.printf(depth - 1);
        }
        let Some((name, params)) = self.row(want) else {
            return self.leaf(want);
        };
        let mut args: Vec<String> = self.params(params, depth - 1);
        if !args.is_empty() && self.random.one_in(3) {
            let last = args.pop().unwrap_or_default();
            let last = last
                .strip_prefix('(')
                .and_then(|l| l.strip_suffix(')'))
                .unwrap_or(&last)
                .to_owned();
            return format!("{last} | {name} {}", args.join(" "))
                .trim_end()
                .to_owned();
        }
        format!("{name} {}", args.join(" ")).trim_end().to_owned()
    }

    fn row(&mut self, want: Want) -> Option<Row> {
        let table = match want {
            Want::Text => TEXTS,
            Want::Int => INTS,
            Want::Float => FLOATS,
            Want::Bool => BOOLS,
            Want::List => LISTS,
            Want::Dict => DICTS,
            Want::Time => TIMES,
            Want::Any => *[TEXTS, INTS, FLOATS, BOOLS, LISTS, DICTS, TIMES, ANYS, ANYS]
                .get(self.random.below(9))?,
        };
        let (name, params) = *table.get(self.random.below(table.len()))?;
        if name == "derivePassword" {
            return None;
        }
        if self.external && self.random.one_in(20) {
            return Some(if self.random.one_in(2) {
                ("toYaml", "A")
            } else {
                ("hexdec", "T")
            });
        }
        Some((name, params))
    }

    fn params(&mut self, params: &str, depth: usize) -> Vec<String> {
        let mut out = Vec::new();
        let mut last = 'A';
        for c in params.chars() {
            if c == '+' {
                for _ in 0..self.random.below(3) {
                    out.push(self.param(last, depth));
                }
                continue;
            }
            last = c;
            out.push(self.param(c, depth));
        }
        match self.random.below(60) {
            0 => drop(out.pop()),
            1 => out.push(self.leaf(Want::Any)),
            _ => {}
        }
        out
    }

    fn param(&mut self, kind: char, depth: usize) -> String {
        let fixed = match kind {
            'R' => Some(PATTERNS),
            'K' => Some(KEYS),
            'V' => Some(VERSIONS),
            'Z' => Some(LAYOUTS),
            'J' => Some(JSONS),
            _ => None,
        };
        if let Some(table) = fixed
            && !self.random.one_in(10)
        {
            return (*self.random.pick(&table.iter().collect::<Vec<_>>())).to_owned();
        }
        let want = match kind {
            _ if self.random.one_in(25) => self.want(),
            'T' | 'R' | 'K' | 'V' | 'Z' | 'J' => Want::Text,
            'I' => Want::Int,
            'F' => Want::Float,
            'B' => Want::Bool,
            'L' => Want::List,
            'D' => Want::Dict,
            'C' => Want::Time,
            _ => Want::Any,
        };
        self.argument(want, depth)
    }

    fn argument(&mut self, want: Want, depth: usize) -> String {
        if depth == 0 || self.random.one_in(2) {
            return self.leaf(want);
        }
        let inner = self.pipeline(want, depth);
        // Most integers of functions are int64, which no int parameter takes.
        let inner = if matches!(want, Want::Int) && !self.random.one_in(6) {
            format!("{inner} | int")
        } else {
            inner
        };
        let field = if self.random.one_in(15) {
            *self.random.pick(
                &FIELDS
                    .iter()
                    .filter(|f| !f.contains(' '))
                    .collect::<Vec<_>>(),
            )
        } else {
            ""
        };
        format!("({inner}){field}")
    }

    fn leaf(&mut self, want: Want) -> String {
        if !self.variables.is_empty() && self.random.one_in(4) {
            let at = self.random.below(self.variables.len());
            return self.variables.get(at).cloned().unwrap_or_default();
        }
        if self.random.one_in(40) {
            return (*self
                .random
                .pick(&["nil", ".", "$", ".absent", "$.user", ".user.x"]))
            .to_owned();
        }
        match want {
            Want::Int => (*self.random.pick(&[
                "0", "1", "2", "3", "-1", "5", "7", "10", "'a'", "0x1f", "-3", "4",
            ]))
            .to_owned(),
            Want::Float => (*self.random.pick(&[
                "0.5", "1.0", "-2.5", "1e3", "3.14159", "1e21", "1e-7", "100.0", "0.1",
            ]))
            .to_owned(),
            Want::Bool => (*self.random.pick(&["true", "false"])).to_owned(),
            Want::List => (*self.random.pick(&[
                "(list 1 \"b\" 2.5 nil)",
                "(list)",
                "(until 3)",
                "(splitList \",\" .list)",
                "(list \"x\" \"a\" \"x\")",
                "(list (list 1) (dict \"a\" 1))",
            ]))
            .to_owned(),
            Want::Dict => (*self.random.pick(&[
                "(dict \"a\" 1 \"b\" \"two\")",
                "(dict)",
                "(dict \"k\" (dict \"a\" 1) \"n\" 0)",
                "(dict \"host\" \"h\" \"path\" \"/p q\" \"scheme\" \"s\")",
            ]))
            .to_owned(),
            Want::Time => (*self.random.pick(&[
                "(toDate \"2006-01-02\" \"2024-02-29\")",
                "(toDate \"2006-01-02 15:04:05\" \"1999-12-31 23:59:58\")",
                "(toDate \"x\" \"y\")",
            ]))
            .to_owned(),
            Want::Text if self.random.one_in(2) => {
                (*self.random.pick(&LITERALS.iter().collect::<Vec<_>>())).to_owned()
            }
            Want::Text => format!(".{}", self.random.pick(&NAMES.iter().collect::<Vec<_>>())),
            Want::Any => {
                let want = *[
                    Want::Text,
                    Want::Text,
                    Want::Int,
                    Want::Float,
                    Want::Bool,
                    Want::List,
                    Want::Dict,
                ]
                .get(self.random.below(7))
                .unwrap_or(&Want::Text);
                self.leaf(want)
            }
        }
    }
}
