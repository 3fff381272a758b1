//! Go's grammar of regular expressions, checked and rewritten in that of the `regex` crate.
//!
//! They share most of it. They differ in what they refuse (`a**`, repeats over 1000, `(?x)`), in ASCII classes
//! (`\d`, `\w`, `\s`, `\b` never are Unicode in Go), and in brackets (`[[a]`, `[a&&b]` are plain in Go).

use super::classes::{ascii_class, escaped_char, is_posix, unicode_class};

/// What is wrong, and with which part of the pattern.
pub(super) type Wrong = (&'static str, String);

/// Highest count of a repeat.
const MOST: u32 = 1000;

struct Translator<'a> {
    left: &'a str,
    out: String,
    /// Names of groups by number, the whole match first; none for most.
    names: Vec<Option<String>>,
    depth: usize,
    /// Where the last repeat began, to refuse a repeat of it.
    repeated: Option<&'a str>,
    /// There is something to repeat.
    operand: bool,
    /// How often the last operand's parts are repeated at most, repeats within it multiplied.
    last: u32,
    /// The same of each group that is open, so far; the whole first.
    most: Vec<u32>,
    /// Sum of all repeats, which is what a pattern costs to compile.
    weight: u64,
}

/// A pattern in the grammar of the crate.
pub(super) struct Translation {
    pub(super) pattern: String,
    /// Names of groups by number, the whole match first.
    pub(super) names: Vec<Option<String>>,
    /// How much it grows when its repeats are written out.
    pub(super) weight: u64,
}

/// Rewrites `pattern`.
pub(super) fn translate(pattern: &str) -> Result<Translation, Wrong> {
    let mut t = Translator {
        left: pattern,
        out: String::new(),
        names: vec![None],
        depth: 0,
        repeated: None,
        operand: false,
        last: 1,
        most: vec![1],
        weight: 0,
    };
    while let Some(c) = t.left.chars().next() {
        t.step(c, pattern)?;
    }
    if t.depth > 0 {
        return Err(("missing closing )", pattern.into()));
    }
    Ok(Translation {
        pattern: t.out,
        names: t.names,
        weight: t.weight,
    })
}

impl<'a> Translator<'a> {
    fn eat(&mut self, bytes: usize) -> &'a str {
        let (head, tail) = self.left.split_at_checked(bytes).unwrap_or((self.left, ""));
        self.left = tail;
        head
    }

    /// Something that can be repeated has been written.
    fn operand(&mut self) {
        self.operand = true;
        self.repeated = None;
        self.last = 1;
    }

    fn literal(&mut self, c: char) {
        // Every literal is written by its code, so none can mean anything else.
        self.out.push_str(&format!(r"\x{{{:X}}}", u32::from(c)));
        self.operand();
    }

    fn step(&mut self, c: char, whole: &str) -> Result<(), Wrong> {
        match c {
            '(' => self.open(),
            ')' => {
                self.eat(1);
                if self.depth == 0 {
                    return Err(("unexpected )", whole.into()));
                }
                self.depth -= 1;
                self.out.push(')');
                self.operand();
                self.last = self.most.pop().unwrap_or(1);
                self.enclose(self.last);
                Ok(())
            }
            '|' => {
                self.eat(1);
                self.out.push('|');
                self.operand = false;
                self.repeated = None;
                Ok(())
            }
            '^' | '$' | '.' => {
                self.eat(1);
                self.out.push(c);
                self.operand();
                Ok(())
            }
            '[' => self.class(),
            '*' | '+' | '?' => {
                let start = self.left;
                self.eat(1);
                self.repeat(start, &c.to_string())
            }
            '{' => self.counted(),
            '\\' => self.escape(),
            other => {
                self.eat(other.len_utf8());
                self.literal(other);
                Ok(())
            }
        }
    }

    /// The open group holds something repeated so often.
    fn enclose(&mut self, times: u32) {
        if let Some(most) = self.most.last_mut() {
            *most = times.max(*most);
        }
    }

    fn repeat(&mut self, start: &'a str, operator: &str) -> Result<(), Wrong> {
        let lazy = self.left.starts_with('?');
        if lazy {
            self.eat(1);
        }
        let consumed = start.len() - self.left.len();
        let shown = start.get(..consumed).unwrap_or_default();
        if let Some(before) = self.repeated {
            let span = before.len() - self.left.len();
            return Err((
                "invalid nested repetition operator",
                before.get(..span).unwrap_or_default().into(),
            ));
        }
        if !self.operand {
            return Err(("missing argument to repetition operator", shown.into()));
        }
        self.out.push_str(operator);
        if lazy {
            self.out.push('?');
        }
        self.repeated = Some(start);
        Ok(())
    }

    /// `{2}`, `{2,}`, `{2,3}`; anything else after a brace is plain text.
    fn counted(&mut self) -> Result<(), Wrong> {
        let start = self.left;
        let Some((least, most, len)) = counts(start) else {
            self.eat(1);
            self.literal('{');
            return Ok(());
        };
        let shown = start.get(..len).unwrap_or_default();
        if least > MOST || most.is_some_and(|m| m > MOST || m < least) {
            return Err(("invalid repeat count", shown.into()));
        }
        let times = most.unwrap_or(least).max(1);
        let product = times.saturating_mul(self.last);
        self.eat(len);
        self.repeat(start, shown)?;
        if product > MOST {
            let span = start.len() - self.left.len();
            return Err((
                "invalid repeat count",
                start.get(..span).unwrap_or_default().into(),
            ));
        }
        self.last = product;
        self.enclose(product);
        self.weight += u64::from(product);
        Ok(())
    }

    fn open(&mut self) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > 1000 {
            return Err(("expression nests too deeply", String::new()));
        }
        self.operand = false;
        self.repeated = None;
        let rest = self.left;
        self.most.push(1);
        if let Some(name) = rest
            .strip_prefix("(?P<")
            .or_else(|| rest.strip_prefix("(?<"))
        {
            let prefix = rest.len() - name.len();
            let Some(end) = name.find('>') else {
                return Err(("invalid named capture", rest.into()));
            };
            let group = name.get(..end).unwrap_or_default();
            let shown = rest.get(..prefix + end + 1).unwrap_or_default();
            if group.is_empty() || !group.chars().all(|c| c == '_' || c.is_ascii_alphanumeric()) {
                return Err(("invalid named capture", shown.into()));
            }
            // Go has rules of its own for names, so the crate gets none to see.
            self.names.push(Some(group.into()));
            self.out.push('(');
            self.eat(prefix + end + 1);
            return Ok(());
        }
        if rest.starts_with("(?") {
            return self.flags();
        }
        self.names.push(None);
        self.eat(1);
        self.out.push('(');
        Ok(())
    }

    /// `(?i)`, `(?i:`, `(?-s)`
    fn flags(&mut self) -> Result<(), Wrong> {
        let rest = self.left;
        let (mut negative, mut any) = (false, false);
        for (at, c) in rest.char_indices().skip(2) {
            let shown = || rest.get(..=at).unwrap_or(rest).to_owned();
            match c {
                'i' | 'm' | 's' | 'U' => any = true,
                '-' if !negative => {
                    negative = true;
                    any = false;
                }
                ':' | ')' => {
                    if negative && !any {
                        return Err(("invalid or unsupported Perl syntax", shown()));
                    }
                    let text = self.eat(at + 1);
                    self.out.push_str(text);
                    if c == ')' {
                        self.depth -= 1;
                        self.most.pop();
                        // Nothing to repeat yet: `(?i)*` is refused.
                        if text == "(?)" {
                            self.out.truncate(self.out.len() - 3);
                        }
                    }
                    return Ok(());
                }
                _ => return Err(("invalid or unsupported Perl syntax", shown())),
            }
        }
        Err(("missing closing )", rest.to_owned()))
    }

    fn escape(&mut self) -> Result<(), Wrong> {
        let rest = self.left;
        let Some(kind) = rest.chars().nth(1) else {
            return Err(("trailing backslash at end of expression", String::new()));
        };
        let fixed = match kind {
            'A' => Some(r"\A"),
            'z' => Some(r"\z"),
            'b' => Some(r"(?-u:\b)"),
            'B' => Some(r"(?-u:\B)"),
            'C' => return Err((r"invalid escape sequence", r"\C".into())),
            other => ascii_class(other),
        };
        if let Some(text) = fixed {
            self.eat(2);
            self.out.push_str(text);
            self.operand();
            return Ok(());
        }
        match kind {
            'Q' => {
                self.eat(2);
                let end = self.left.find(r"\E");
                let text = self.eat(end.unwrap_or(self.left.len()));
                if end.is_some() {
                    self.eat(2);
                }
                text.chars().for_each(|c| self.literal(c));
                Ok(())
            }
            'p' | 'P' => {
                let (text, len) = unicode_class(rest)?;
                self.eat(len);
                self.out.push_str(&text);
                self.operand();
                Ok(())
            }
            _ => {
                let (c, len) = escaped_char(rest)?;
                self.eat(len);
                self.literal(c);
                Ok(())
            }
        }
    }

    /// `[...]`
    fn class(&mut self) -> Result<(), Wrong> {
        let whole = self.left;
        self.eat(1);
        let mut text = String::from("[");
        if self.left.starts_with('^') {
            self.eat(1);
            text.push('^');
        }
        let mut first = true;
        while first || !self.left.starts_with(']') {
            if self.left.is_empty() {
                return Err(("missing closing ]", whole.into()));
            }
            let rest = self.left;
            if rest.starts_with('-') && !first {
                // A hyphen between ranges needs the end of the class after it.
                let next = rest.chars().nth(1);
                if next.is_some_and(|c| c != ']') {
                    let shown: String = rest.chars().take(2).collect();
                    return Err(("invalid character class range", shown));
                }
            }
            first = false;
            if rest.starts_with("[:")
                && let Some(end) = rest.find(":]")
            {
                let name = rest.get(..end + 2).unwrap_or_default();
                if !is_posix(name) {
                    return Err(("invalid character class range", name.into()));
                }
                text.push_str(name);
                self.eat(end + 2);
                continue;
            }
            if rest.starts_with('\\') {
                let kind = rest.chars().nth(1).unwrap_or_default();
                if let Some(class) = ascii_class(kind) {
                    text.push_str(class);
                    self.eat(2);
                    continue;
                }
                if matches!(kind, 'p' | 'P') {
                    let (class, len) = unicode_class(rest)?;
                    text.push_str(&class);
                    self.eat(len);
                    continue;
                }
            }
            let low = self.class_char(whole)?;
            let mut high = low;
            if self.left.starts_with('-') && !self.left.starts_with("-]") && self.left.len() > 1 {
                self.eat(1);
                high = self.class_char(whole)?;
                if high < low {
                    let shown = rest.get(..rest.len() - self.left.len()).unwrap_or_default();
                    return Err(("invalid character class range", shown.into()));
                }
            }
            text.push_str(&format!(
                r"\x{{{:X}}}-\x{{{:X}}}",
                u32::from(low),
                u32::from(high)
            ));
        }
        self.eat(1);
        text.push(']');
        self.out.push_str(&text);
        self.operand();
        Ok(())
    }

    fn class_char(&mut self, whole: &str) -> Result<char, Wrong> {
        let Some(c) = self.left.chars().next() else {
            return Err(("missing closing ]", whole.into()));
        };
        if c == '\\' {
            let (c, len) = escaped_char(self.left)?;
            self.eat(len);
            return Ok(c);
        }
        self.eat(c.len_utf8());
        Ok(c)
    }
}

/// `{2,3}`: least, most (none for no end), and length.
fn counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let end = text.find('}')?;
    let inside = text.get(1..end)?;
    let number = |t: &str| {
        let plain = !t.is_empty()
            && t.bytes().all(|b| b.is_ascii_digit())
            && !(t.len() > 1 && t.starts_with('0'));
        plain.then(|| t.parse::<u32>().unwrap_or(u32::MAX))
    };
    match inside.split_once(',') {
        None => number(inside).map(|n| (n, Some(n), end + 1)),
        Some((least, "")) => number(least).map(|n| (n, None, end + 1)),
        Some((least, most)) => Some((number(least)?, Some(number(most)?), end + 1)),
    }
}
