//! Masterminds' version constraints: `>=1.2, <2 || ^3`, `1.x`, `1.2 - 2.3`.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::fault::Fault;
use crate::go::runes;
use crate::semver::{Version, compare_pre};

/// White space in Go's patterns.
const BLANK: &str = r"[\t\n\f\r ]";

/// Patterns of the grammar.
struct Patterns {
    /// `1.2 - 2.3`, anywhere
    range: Regex,
    /// `>= 1.2`, at the start
    condition: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    // A part may hold the `|` that stands between alternatives, but then it is no number.
    let part = "[0-9xX*|]+";
    let labels = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*";
    let tail = format!(r"(?:-{labels})?(?:\+{labels})?");
    let version = format!(r"v?{part}(?:\.{part}){{0,2}}{tail}");
    let parts = format!(r"v?({part})(?:\.({part}))?(?:\.({part}))?(-{labels})?(?:\+{labels})?");
    let b = BLANK;
    let range = format!("{b}*({version}){b}+-{b}+({version}){b}*");
    let condition = format!("^{b}*([=!<>~^]*){b}*({parts}){b}*");
    Some(Patterns {
        range: Regex::new(&range).ok()?,
        condition: Regex::new(&condition).ok()?,
    })
});

/// Alternatives, each of which is a list of conditions.
pub(crate) struct Constraints(Vec<Vec<Condition>>);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Tilde,
    Caret,
}

impl Operator {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "" | "=" => Self::Equal,
            "!=" => Self::NotEqual,
            ">" => Self::Greater,
            ">=" | "=>" => Self::GreaterOrEqual,
            "<" => Self::Less,
            "<=" | "=<" => Self::LessOrEqual,
            "~" | "~>" => Self::Tilde,
            "^" => Self::Caret,
            _ => return None,
        })
    }
}

struct Condition {
    operator: Operator,
    version: Version,
    /// How many of the three numbers are given; `1.x` and `1` have one.
    given: usize,
}

fn improper(text: impl AsRef<[u8]>) -> Fault {
    let full = [b"improper constraint: ", text.as_ref()].concat();
    Fault::valued("improper constraint", full)
}

impl Constraints {
    /// Reads constraints.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Fault> {
        let Some(patterns) = PATTERNS.as_ref() else {
            return Err(improper(text));
        };
        let Ok(text) = std::str::from_utf8(text) else {
            // The grammar is ASCII, so the part with the bad bytes is what fails, if none before it does.
            let parts = runes::split(text, b"||", -1);
            let bad = parts.iter().find(|part| std::str::from_utf8(part).is_err());
            return Err(improper(bad.unwrap_or(&text)));
        };
        let alternatives = rewrite_ranges(patterns, text)
            .split("||")
            .map(|part| conditions(patterns, part))
            .collect::<Result<_, _>>()?;
        Ok(Self(alternatives))
    }

    /// Whether one alternative allows `version`. Pre-releases need one in the alternative.
    pub(crate) fn allow(&self, version: &Version) -> bool {
        self.0.iter().any(|conditions| {
            let named = || conditions.iter().any(|c| !c.version.pre.is_empty());
            (version.pre.is_empty() || named()) && conditions.iter().all(|c| c.allows(version))
        })
    }
}

/// `1.2 - 2.3` is `>= 1.2, <= 2.3`.
fn rewrite_ranges(patterns: &Patterns, text: &str) -> String {
    let mut out = text.to_owned();
    for found in patterns.range.captures_iter(text) {
        let (range, [least, most]) = found.extract();
        out = out.replacen(range, &format!(">= {least}, <= {most} "), 1);
    }
    out
}

/// Conditions with blanks or a comma between them.
fn conditions(patterns: &Patterns, part: &str) -> Result<Vec<Condition>, Fault> {
    let mut texts = Vec::new();
    let mut rest = part;
    loop {
        let found = patterns.condition.captures(rest);
        let found = found.ok_or_else(|| improper(part))?;
        let len = found.get_match().len();
        let blank_behind = found.get_match().as_str().ends_with(is_blank);
        texts.push(found);
        rest = rest.get(len..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        match rest.strip_prefix(',') {
            Some(after) => rest = after,
            None if blank_behind => {}
            None => return Err(improper(part)),
        }
    }
    let operators: Option<Vec<Operator>> = texts
        .iter()
        .map(|found| Operator::parse(group(found, 1)))
        .collect();
    operators
        .ok_or_else(|| improper(part))?
        .into_iter()
        .zip(&texts)
        .map(|(operator, found)| Condition::new(operator, found))
        .collect()
}

fn group<'t>(found: &Captures<'t>, at: usize) -> &'t str {
    found.get(at).map_or("", |m| m.as_str())
}

fn is_blank(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\x0c' | '\r' | ' ')
}

impl Condition {
    fn new(operator: Operator, found: &Captures<'_>) -> Result<Self, Fault> {
        let text = |at: usize| group(found, at);
        let numbers = [3, 4, 5].map(text);
        let given = numbers
            .iter()
            .take_while(|part| !matches!(**part, "" | "x" | "X" | "*"))
            .count();
        let version = if given == 3 {
            text(2).to_owned()
        } else {
            let known = numbers.iter().take(given).copied();
            let all: Vec<&str> = known.chain(std::iter::repeat("0")).take(3).collect();
            format!("{}{}", all.join("."), text(6))
        };
        Ok(Self {
            operator,
            version: Version::parse(version.as_bytes())
                .map_err(|_| Fault::plain("constraint parser error"))?,
            given,
        })
    }

    /// Compares the first `count` numbers.
    fn order(&self, v: &Version, count: usize) -> std::cmp::Ordering {
        let first = |v: &Version| [v.major, v.minor, v.patch].into_iter().take(count);
        first(v).cmp(first(&self.version))
    }

    fn allows(&self, v: &Version) -> bool {
        let c = &self.version;
        let whole = v.compare(c);
        match (self.operator, self.given) {
            (Operator::Equal, 3) => whole.is_eq(),
            (Operator::Equal | Operator::Tilde, given) => {
                // Anything is near 0.0.0, and `*` is that too.
                let all = matches!(given, 0 | 3) && (c.major, c.minor, c.patch) == (0, 0, 0);
                let count = if given == 1 { 1 } else { 2 };
                whole.is_ge() && (all || self.order(v, count).is_eq())
            }
            (Operator::NotEqual, 1) => self.order(v, 1).is_ne(),
            (Operator::NotEqual, 2) => {
                // Without a patch only the pre-releases are left to differ.
                let pre = !v.pre.is_empty() || !c.pre.is_empty();
                self.order(v, 2).is_ne() || pre && compare_pre(&v.pre, &c.pre).is_ne()
            }
            (Operator::NotEqual, _) => whole.is_ne(),
            (Operator::Greater, count @ (1 | 2)) => self.order(v, count).is_gt(),
            (Operator::Greater, _) => whole.is_gt(),
            (Operator::GreaterOrEqual, _) => whole.is_ge(),
            (Operator::Less, _) => whole.is_lt(),
            (Operator::LessOrEqual, 3) => whole.is_le(),
            (Operator::LessOrEqual, given) => {
                let count = if given == 1 { 1 } else { 2 };
                self.order(v, count).is_le()
            }
            (Operator::Caret, given) => {
                // No change up to the first number that is not zero.
                let count = match (c.major, c.minor, given) {
                    (1.., ..) | (_, _, 1) => 1,
                    (_, 1.., _) | (_, _, 2) => 2,
                    _ => 3,
                };
                whole.is_ge() && self.order(v, count).is_eq()
            }
        }
    }
}
