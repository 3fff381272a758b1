//! Texts and values to compare: soups of YAML's characters, well-formed documents in every style, and damaged manifests.

#[path = "tables.rs"]
mod tables;

use tables::{
    DOCUMENTS, MANIFESTS, PARTS, PIECES, QUOTED, SCALARS, SEPARATORS, UNUSUAL_SEPARATORS,
};

/// SplitMix64: a seed gives the same texts everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) >> 8).unwrap_or(0) % n.max(1)
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from.get(self.below(from.len())).copied().unwrap_or("")
    }
}

/// A text that may or may not be YAML.
pub(crate) fn text(random: &mut Random) -> String {
    match random.below(10) {
        0..=3 => soup(random),
        4..=6 => styled(random),
        7 => {
            let text = styled(random);
            damaged(random, &text)
        }
        _ => {
            let manifest = random.pick(MANIFESTS).to_owned();
            damaged(random, &manifest)
        }
    }
}

/// A stream with separators, mostly.
pub(crate) fn stream(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(4) {
        text.push_str(if random.one_in(8) {
            random.pick(UNUSUAL_SEPARATORS)
        } else {
            random.pick(SEPARATORS)
        });
        text.push_str(random.pick(DOCUMENTS));
    }
    if random.one_in(6) {
        damaged(random, &text)
    } else {
        text
    }
}

fn soup(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(18) {
        if random.one_in(3) {
            text.push_str(random.pick(SCALARS));
        } else {
            text.push_str(random.pick(PIECES));
        }
    }
    if random.one_in(2) {
        text.push('\n');
    }
    text
}

/// A well-formed document, mostly, with every way there is to write a value.
fn styled(random: &mut Random) -> String {
    let mut text = String::new();
    if random.one_in(12) {
        text.push_str(random.pick(&[
            "---\n",
            "--- # c\n",
            "\u{FEFF}",
            "# c\n\n",
            "%YAML 1.1\n---\n",
            "---\n\n",
        ]));
    }
    block(random, &mut text, 0, 0);
    if random.one_in(12) {
        text.push_str(random.pick(&["...\n", "---\n", "# end", "\n\n", "---\nb: 2\n"]));
    }
    if random.one_in(8) {
        text = text.replace('\n', "\r\n");
    }
    if random.one_in(20) {
        text.truncate(text.trim_end().len());
    }
    text
}

fn block(random: &mut Random, text: &mut String, column: usize, depth: usize) {
    let list = random.one_in(3);
    for n in 0..=random.below(4) {
        if random.one_in(10) {
            text.push_str(&" ".repeat(if random.one_in(2) { column } else { 0 }));
            text.push_str("# comment: [x\n");
        }
        if random.one_in(20) {
            text.push('\n');
        }
        text.push_str(&" ".repeat(column));
        if list {
            text.push_str("- ");
        } else {
            key(random, text, n);
        }
        value(random, text, column, depth, list);
    }
}

fn key(random: &mut Random, text: &mut String, n: usize) {
    match random.below(14) {
        0 => text.push_str("<<"),
        1 => text.push_str(random.pick(SCALARS)),
        2 => quoted(random, text),
        3 => text.push_str(&format!(
            "? k{n}\n{}",
            if random.one_in(2) { "" } else { " " }
        )),
        4 => text.push_str("dup"),
        _ => text.push_str(&format!(
            "{}{n}",
            random.pick(&["key", "data.", "a-", "x_"])
        )),
    }
    text.push_str(random.pick(&[": ", ": ", ": ", ":  ", " : ", ":\t", ":"]));
}

fn value(random: &mut Random, text: &mut String, column: usize, depth: usize, in_list: bool) {
    if random.one_in(12) {
        text.push_str(random.pick(&[
            "&a ",
            "&b ",
            "!!str ",
            "!!int ",
            "!foo ",
            "! ",
            "!!binary ",
            "!!float ",
            "&c !!str ",
            "!!map ",
            "!!null ",
        ]));
    }
    match random.below(12) {
        0 | 1 if depth < 4 => {
            text.push('\n');
            let deeper = if in_list { 2 } else { random.below(4) };
            block(random, text, column + deeper, depth + 1);
            return;
        }
        2 => text.push_str(random.pick(&[
            "*a",
            "*b",
            "*c",
            "*nope",
            "[*a, *b]",
            "{<<: *a}",
            "{<<: [*a, *b], dup: 1}",
        ])),
        3 => flow(random, text, depth),
        4 => {
            text.push_str(random.pick(&[
                "|", ">", "|-", ">-", "|+", ">+", "|2", ">1-", "|+2", "| # c",
            ]));
            text.push('\n');
            for _ in 0..random.below(4) {
                let indent = column + 1 + random.below(3);
                text.push_str(&" ".repeat(indent));
                text.push_str(random.pick(&[
                    "x",
                    "x y",
                    "  x",
                    "- x",
                    "# x",
                    "",
                    "x ",
                    "\tx",
                    "a: b",
                    "日本",
                    "x\u{2028}y",
                ]));
                text.push_str(random.pick(&["\n", "\n", "\n", "\n\n", "\n\n\n"]));
            }
            return;
        }
        5 | 6 => quoted(random, text),
        7 => {
            text.push_str("several words\n");
            text.push_str(&" ".repeat(column + random.below(3)));
            text.push_str("on two lines");
        }
        8 => {}
        _ => text.push_str(random.pick(SCALARS)),
    }
    text.push_str(random.pick(&["\n", "\n", "\n", "\n", " # c\n", "  \n", "\t\n", "#c\n"]));
}

fn quoted(random: &mut Random, text: &mut String) {
    text.push_str(random.pick(QUOTED));
}

fn flow(random: &mut Random, text: &mut String, depth: usize) {
    let map = random.one_in(2);
    text.push(if map { '{' } else { '[' });
    for n in 0..random.below(4) {
        if n > 0 {
            text.push_str(random.pick(&[", ", ",", " ,", ",\n ", ", # c\n  "]));
        }
        if map || random.one_in(8) {
            match random.below(6) {
                0 => quoted(random, text),
                1 => text.push_str(random.pick(SCALARS)),
                _ => text.push_str(&format!("k{n}")),
            }
            text.push_str(random.pick(&[": ", ": ", ":", "", " : "]));
        }
        match random.below(6) {
            0 if depth < 5 => flow(random, text, depth + 1),
            1 => quoted(random, text),
            2 => text.push_str(random.pick(&["*a", "&a x", "!!str 1", "? x", "<<: *a"])),
            _ => text.push_str(random.pick(SCALARS)),
        }
    }
    if random.one_in(10) {
        text.push(',');
    }
    text.push(if map { '}' } else { ']' });
}

/// A few changes: characters, lines, indentation.
fn damaged(random: &mut Random, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..random.below(4) {
        let at = random.below(characters.len() + 1);
        match random.below(6) {
            0 if at < characters.len() => {
                characters.remove(at);
            }
            1 => {
                let piece: Vec<char> = random.pick(PIECES).chars().collect();
                characters.splice(at..at, piece);
            }
            2 => {
                let piece: Vec<char> = random.pick(SCALARS).chars().collect();
                let end = (at + random.below(8)).min(characters.len());
                characters.splice(at..end, piece);
            }
            3 => {
                let end = (at + random.below(40)).min(characters.len());
                let copy: Vec<char> = characters.iter().skip(at).take(end - at).copied().collect();
                let to = random.below(characters.len() + 1);
                characters.splice(to..to, copy);
            }
            4 => {
                let end = (at + random.below(30)).min(characters.len());
                characters.drain(at..end);
            }
            _ => {
                let line = characters
                    .iter()
                    .skip(at)
                    .position(|&c| c == '\n')
                    .map_or(at, |n| at + n + 1);
                if random.one_in(2) {
                    characters.insert(line.min(characters.len()), ' ');
                } else if characters.get(line) == Some(&' ') {
                    characters.remove(line);
                }
            }
        }
    }
    characters.into_iter().collect()
}

/// A JSON value, as text.
pub(crate) fn value_to_write(random: &mut Random) -> String {
    let mut text = String::new();
    json(random, &mut text, 0);
    text
}

fn json(random: &mut Random, text: &mut String, depth: usize) {
    match random.below(if depth < 4 { 9 } else { 6 }) {
        0 => text.push_str(random.pick(&["null", "true", "false"])),
        1 => text.push_str(random.pick(&[
            "0",
            "-1",
            "1.5",
            "1e21",
            "1e20",
            "123456789.5",
            "0.00001",
            "1e-7",
            "9223372036854775807",
            "18446744073709551615",
            "1e6",
            "100000000000000000000",
            "3.14",
            "1234567.25",
            "0.1",
        ])),
        2..=5 => json_string(random, text),
        6 => {
            text.push('[');
            for n in 0..random.below(4) {
                if n > 0 {
                    text.push(',');
                }
                json(random, text, depth + 1);
            }
            text.push(']');
        }
        _ => {
            text.push('{');
            let mut seen = Vec::new();
            for _ in 0..random.below(6) {
                let mut key = String::new();
                json_string(random, &mut key);
                if seen.contains(&key) {
                    continue;
                }
                if !seen.is_empty() {
                    text.push(',');
                }
                text.push_str(&key);
                seen.push(key);
                text.push(':');
                json(random, text, depth + 1);
            }
            text.push('}');
        }
    }
}

fn json_string(random: &mut Random, text: &mut String) {
    let mut value = String::new();
    match random.below(6) {
        0 | 1 => value.push_str(random.pick(SCALARS)),
        2 => {
            for _ in 0..random.below(60) {
                value.push_str(random.pick(&[
                    "word",
                    "a",
                    " ",
                    " ",
                    " ",
                    "  ",
                    "longer-word",
                    "'",
                    "é",
                    "\"",
                ]));
            }
        }
        3 => value.push_str(&"AgBy3i4OJSWK".repeat(random.below(12))),
        _ => {
            for _ in 0..random.below(7) {
                value.push_str(random.pick(PARTS));
            }
        }
    }
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            c if c < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text.push('"');
}
