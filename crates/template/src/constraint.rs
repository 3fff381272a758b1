//! Masterminds' version constraints: `>=1.2, <2 || ^3`, `1.x`, `1.2 - 2.3`.

use std::sync::LazyLock;

use regex::Regex;

use crate::fault::Fault;
use crate::go::runes;
use crate::semver::{Version, compare_pre};

const VERSION: &str = r"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";
const OPERATOR: &str = r"=||!=|>|<|>=|=>|<=|=<|~|~>|\^";
/// What `\s` is in Go.
const BLANK: &str = r"[\t\n\f\r ]";

/// The grammar's four patterns.
struct Patterns {
    one: Regex,
    range: Regex,
    find: Regex,
    valid: Regex,
}

static PATTERNS: LazyLock<Option<Patterns>> = LazyLock::new(|| {
    let (v, o, s) = (VERSION, OPERATOR, BLANK);
    Some(Patterns {
        one: Regex::new(&format!(r"^{s}*({o}){s}*({v}){s}*$")).ok()?,
        range: Regex::new(&format!(r"{s}*({v}){s}+-{s}+({v}){s}*")).ok()?,
        find: Regex::new(&format!(r"({o}){s}*({v})")).ok()?,
        valid: Regex::new(&format!(
            r"^({s}*({o}){s}*({v}){s}*)((?:{s}+|,{s}*)({o}){s}*({v}){s}*)*$"
        ))
        .ok()?,
    })
});

/// Alternatives, each of which is a list of conditions.
pub(crate) struct Constraints(Vec<Vec<Constraint>>);

struct Constraint {
    operator: String,
    version: Version,
    minor_open: bool,
    patch_open: bool,
    open: bool,
}

fn improper(text: &str) -> Fault {
    Fault::valued(
        "improper constraint",
        format!("improper constraint: {text}"),
    )
}

impl Constraints {
    /// Reads constraints.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, Fault> {
        let text = std::str::from_utf8(text).map_err(|_| {
            // The grammar is ASCII, so the part with the bad bytes is what fails, if none before it does.
            let bad = runes::split(text, b"||", -1)
                .into_iter()
                .find(|part| std::str::from_utf8(part).is_err());
            Fault::valued(
                "improper constraint",
                [b"improper constraint: ", bad.unwrap_or(text)].concat(),
            )
        })?;
        let patterns = PATTERNS
            .as_ref()
            .ok_or_else(|| Fault::plain("improper constraint"))?;
        let rewritten = rewrite_ranges(patterns, text);
        let mut alternatives = Vec::new();
        for part in rewritten.split("||") {
            if !patterns.valid.is_match(part) {
                return Err(improper(part));
            }
            let found: Vec<&str> = patterns.find.find_iter(part).map(|m| m.as_str()).collect();
            let found = if found.is_empty() { vec![part] } else { found };
            alternatives.push(
                found
                    .into_iter()
                    .map(|p| Constraint::parse(patterns, p))
                    .collect::<Result<_, _>>()?,
            );
        }
        Ok(Self(alternatives))
    }

    /// Whether one alternative allows `version`. Pre-releases need one in the alternative.
    pub(crate) fn allow(&self, version: &Version) -> bool {
        self.0.iter().any(|all| {
            let pre = all.iter().any(|c| !c.version.pre.is_empty());
            all.iter()
                .all(|c| (version.pre.is_empty() || pre) && c.allows(version))
        })
    }
}

/// `1.2 - 2.3` is `>= 1.2, <= 2.3`.
fn rewrite_ranges(patterns: &Patterns, text: &str) -> String {
    let mut out = text.to_owned();
    for found in patterns.range.captures_iter(text) {
        let part = |at: usize| found.get(at).map_or("", |m| m.as_str());
        out = out.replacen(part(0), &format!(">= {}, <= {} ", part(1), part(11)), 1);
    }
    out
}

fn is_x(text: &str) -> bool {
    matches!(text, "" | "x" | "X" | "*")
}

impl Constraint {
    fn parse(patterns: &Patterns, text: &str) -> Result<Self, Fault> {
        let found = patterns.one.captures(text).ok_or_else(|| improper(text))?;
        let part = |at: usize| found.get(at).map_or("", |m| m.as_str());
        let (major, minor, patch, pre) = (part(3), part(4), part(5), part(6));
        let (mut minor_open, mut patch_open) = (false, false);
        let mut open = true;
        let version = if is_x(major) {
            format!("0.0.0{pre}")
        } else if is_x(minor.trim_start_matches('.')) {
            minor_open = true;
            format!("{major}.0.0{pre}")
        } else if is_x(patch.trim_start_matches('.')) {
            patch_open = true;
            format!("{major}{minor}.0{pre}")
        } else {
            open = false;
            part(2).to_owned()
        };
        let version = Version::parse(version.as_bytes())
            .map_err(|_| Fault::plain("constraint parser error"))?;
        Ok(Self {
            operator: part(1).into(),
            version,
            minor_open,
            patch_open,
            open,
        })
    }

    fn allows(&self, v: &Version) -> bool {
        let c = &self.version;
        let order = v.compare(c);
        match self.operator.as_str() {
            "!=" => self.differs(v),
            ">" if !self.open => order.is_gt(),
            ">" if v.major != c.major => v.major > c.major,
            ">" if self.minor_open => false,
            ">" if self.patch_open => v.minor > c.minor,
            ">" => order.is_gt(),
            "<" => order.is_lt(),
            ">=" | "=>" => order.is_ge(),
            "<=" | "=<" if !self.open => order.is_le(),
            "<=" | "=<" => {
                v.major < c.major || v.major == c.major && (v.minor <= c.minor || self.minor_open)
            }
            "~" | "~>" => self.near(v),
            "^" => self.compatible(v),
            _ if self.open => self.near(v),
            _ => order.is_eq(),
        }
    }

    fn differs(&self, v: &Version) -> bool {
        let c = &self.version;
        if self.open {
            if c.major != v.major {
                return true;
            }
            if c.minor != v.minor && !self.minor_open {
                return true;
            }
            if self.minor_open {
                return false;
            }
            if c.patch != v.patch && !self.patch_open {
                return true;
            }
            if self.patch_open {
                return (!v.pre.is_empty() || !c.pre.is_empty())
                    && compare_pre(&v.pre, &c.pre).is_ne();
            }
        }
        v.compare(c).is_ne()
    }

    /// `~1.2`: same major and minor.
    fn near(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c).is_lt() {
            return false;
        }
        if c.major == 0 && c.minor == 0 && c.patch == 0 && !self.minor_open && !self.patch_open {
            return true;
        }
        v.major == c.major && (v.minor == c.minor || self.minor_open)
    }

    /// `^1.2`: no change in the leftmost part that is not zero.
    fn compatible(&self, v: &Version) -> bool {
        let c = &self.version;
        if v.compare(c).is_lt() {
            return false;
        }
        if c.major > 0 || self.minor_open {
            return v.major == c.major;
        }
        if v.major > 0 {
            return false;
        }
        if c.minor > 0 || self.patch_open {
            return v.minor == c.minor;
        }
        v.minor == 0 && c.patch == v.patch
    }
}
