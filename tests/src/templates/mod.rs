//! Random templates, and the Go program that says what they render to.

mod expression;
mod peer;
mod random;
mod tables;

pub use peer::{Answer, Peer};
pub use random::Random;

/// A template with its data.
#[derive(Clone, Debug)]
pub struct Case {
    /// True for ExternalSecrets.
    pub external: bool,
    /// The text.
    pub template: String,
    /// Values by name.
    pub data: Vec<(String, Vec<u8>)>,
}

/// Values that are apt to tell one rule from another.
const VALUES: &[&[u8]] = &[
    b"",
    b"alice",
    b"p@ss w0rd",
    b"0",
    b"42",
    b"-7",
    b"3.9",
    b"0x1F",
    b"010",
    b"1e3",
    b"true",
    b"a,b,,c",
    b"{\"k\": [1, 2.5, \"x\", null, {\"z\": true}], \"n\": 123456789, \"e\": \"\"}",
    b"[1, \"two\", [3], null, false]",
    "Ünï çødé ß ǆ 日本".as_bytes(),
    b"line one\nline two\n\n  three\t",
    b"\xff\xfebin\x00ary\xc3",
    b"https://bob:s%20x@Host.example:8443/a%2Fb/c?q=1&r=%20#frag",
    b"v1.2.3-rc.1+build.5",
    b"2024-02-29T13:45:06Z",
    b"aGVsbG8gd29ybGQ=",
    b"HTTPServer2xx FooBar_baz-Qux9",
    b"<a href=\"x\">&'</a>",
    b"k: v\nlist:\n- 1\n- yes\n",
    b"1h30m",
];

const NAMES: &[&str] = &["user", "pass", "num", "json", "list", "text", "bin", "url"];

/// The `number`th template of a run.
#[must_use]
pub fn case(seed: u64, number: u64) -> Case {
    let mut random = Random::new(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let data = NAMES
        .iter()
        .map(|name| ((*name).to_owned(), random.pick(VALUES).to_vec()))
        .collect();
    let external = random.one_in(3);
    let template = expression::Writer::new(&mut random, external).template();
    Case {
        external,
        template,
        data,
    }
}
