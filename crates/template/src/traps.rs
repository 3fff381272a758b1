//! Traps: what Go does exactly so, and few who write templates expect. Judged over what was read of a template.

use std::collections::BTreeSet;
use std::fmt;

use lacre_secret::SecretBytes;

use crate::dialect::Dialect;
use crate::error::Place;
use crate::functions;
use crate::reading::Reading;

/// What a template will find when it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known<'a> {
    /// Keys that the data has.
    pub keys: BTreeSet<&'a str>,
    /// Those of them whose values are templates themselves, which others see unrendered.
    pub unrendered: BTreeSet<&'a str>,
}

/// One trap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// What it is.
    pub what: What,
    /// Where in the template it is first.
    pub place: Place,
}

/// The sorts of traps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// A key that the data does not have.
    MissingKey {
        /// The key.
        key: String,
        /// One that the data has and that may be meant.
        similar: Option<String>,
    },
    /// A key whose value is a template itself, which is not rendered for the others.
    Unrendered {
        /// The key.
        key: String,
    },
    /// A function by which two renderings differ.
    Chance {
        /// The function.
        function: &'static str,
    },
    /// A function that does not fail where one expects it, or does something else than its name says.
    Surprise {
        /// The function.
        function: &'static str,
        /// What it does, as a sentence of which the function is the subject.
        does: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
}

/// Functions, what they do to one's surprise, and what to write instead.
const SURPRISES: &[(&[&str], &str, &str)] = &[
    (
        &["b64dec"],
        "puts the text of an error into the value when it is given what is not base64",
        "make sure that the value is base64, without blanks and with its padding",
    ),
    (
        &["b32dec"],
        "puts the text of an error into the value when it is given what is not base32",
        "make sure that the value is base32 in capitals, with its padding",
    ),
    (
        &["hexdec"],
        "puts the text of an error into the value when it is given what is not hexadecimal",
        "make sure that the value is hexadecimal",
    ),
    (
        &["initials"],
        "takes the first byte of each word, so that é gives Ã",
        "give it nothing but ASCII",
    ),
    (
        &["abbrev", "abbrevboth", "substr", "trunc"],
        "counts bytes, and cuts a character in two that is not ASCII",
        "give it nothing but ASCII",
    ),
    (
        &["atoi", "float64", "int", "int64"],
        "gives 0 for what is no number",
        "make sure that the value is a number, without blanks",
    ),
    (
        &["toDecimal"],
        "reads octal digits, and gives 0 for what has others",
        "use int for decimal numbers",
    ),
    (
        &["fromJson"],
        "gives nothing for what is not JSON",
        "use mustFromJson, which fails",
    ),
    (
        &["fromYaml"],
        "gives a map with the one key Error for what is not YAML",
        "look for the key Error in what it gives",
    ),
    (
        &[
            "date",
            "dateInZone",
            "date_in_zone",
            "htmlDate",
            "htmlDateInZone",
        ],
        "takes a text for the present time",
        "make a time of the text first, with mustToDate",
    ),
    (
        &["dateModify", "date_modify"],
        "changes nothing when the duration is wrong",
        "use mustDateModify, which fails",
    ),
    (
        &["toDate"],
        "gives the year 1 for what does not fit the layout",
        "use mustToDate, which fails",
    ),
    (
        &["regexMatch"],
        "matches nothing when its pattern is broken",
        "use mustRegexMatch, which fails",
    ),
];

impl Trap {
    /// True if it springs whenever the template runs; otherwise it depends on the values.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        !matches!(self.what, What::Surprise { .. })
    }

    /// How to mend it.
    #[must_use]
    pub fn mend(&self) -> String {
        match &self.what {
            What::MissingKey {
                similar: Some(similar),
                ..
            } => format!("perhaps {similar:?} is meant"),
            What::MissingKey { .. } => "add it, unless it is meant to be absent".to_owned(),
            What::Unrendered { .. } => {
                "write out what that template makes, or refer to what it refers to".to_owned()
            }
            What::Chance { .. } => {
                "make the value once and seal or store it, and refer to it here".to_owned()
            }
            What::Surprise { instead, .. } => (*instead).to_owned(),
        }
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::MissingKey { key, .. } => write!(f, "it refers to {key:?}, which is not there"),
            What::Unrendered { key } => {
                write!(
                    f,
                    "it refers to {key:?}, a template itself, and gets its text unrendered"
                )
            }
            What::Chance { function } => {
                write!(
                    f,
                    "{function} gives another result each time, so that the Secret never stays the same"
                )
            }
            What::Surprise { function, does, .. } => write!(f, "{function} {does}"),
        }
    }
}

/// The traps in a template, in the order of their places; each key and each function once. Without `known`, nothing
/// is said of keys.
#[must_use]
pub fn traps(reading: &Reading, known: Option<&Known<'_>>) -> Vec<Trap> {
    let mut found: Vec<Trap> = Vec::new();
    let mut add = |what: What, place: Place| {
        if !found.iter().any(|trap| trap.what == what) {
            found.push(Trap { what, place });
        }
    };
    for used in &reading.keys {
        let key = used.name.as_str();
        match known {
            Some(known) if known.unrendered.contains(key) => add(
                What::Unrendered {
                    key: key.to_owned(),
                },
                used.place,
            ),
            Some(known) if !known.keys.contains(key) => add(
                What::MissingKey {
                    key: key.to_owned(),
                    similar: similar(key, known.keys.iter().copied()).map(str::to_owned),
                },
                used.place,
            ),
            _ => {}
        }
    }
    for used in &reading.functions {
        let function = used.name;
        if !used.deterministic {
            add(What::Chance { function }, used.place);
        }
        if let Some((_, does, instead)) = SURPRISES
            .iter()
            .find(|(names, _, _)| names.contains(&function))
        {
            add(
                What::Surprise {
                    function,
                    does,
                    instead,
                },
                used.place,
            );
        }
    }
    found.sort_by_key(|trap| trap.place.offset);
    found
}

/// What a rendered value shows of a trap that has sprung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sign {
    /// `<no value>`: what Go prints for what is not there.
    NoValue,
    /// The text of an error that a decoder gave as its result.
    ErrorText,
}

impl fmt::Display for Sign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoValue => "the value has the words <no value>, which stand for what is not there",
            Self::ErrorText => {
                "the value has the text of an error: b64dec or the like was given what it cannot decode"
            }
        })
    }
}

/// The signs in a rendered value. A value may have such words for other reasons.
#[must_use]
pub fn signs(value: &SecretBytes) -> Vec<Sign> {
    let has = |words: &[u8]| {
        value
            .expose()
            .windows(words.len())
            .any(|window| window == words)
    };
    let mut found = Vec::new();
    if has(b"<no value>") {
        found.push(Sign::NoValue);
    }
    let errors: [&[u8]; 3] = [
        b"illegal base64 data at input byte ",
        b"illegal base32 data at input byte ",
        b"encoding/hex: ",
    ];
    if errors.into_iter().any(has) {
        found.push(Sign::ErrorText);
    }
    found
}

/// What to do about a function that `dialect` does not have.
#[must_use]
pub fn instead_of(function: &str, dialect: Dialect) -> String {
    let (whose, other) = match dialect {
        Dialect::SealedSecrets => ("SealedSecrets", Dialect::ExternalSecrets),
        Dialect::ExternalSecrets => ("ExternalSecrets", Dialect::SealedSecrets),
    };
    match function {
        "env" | "expandenv" => {
            return "a template sees no environment: refer to a value instead".to_owned();
        }
        "getHostByName" => return "a template sees no network: write out the address".to_owned(),
        "required" => {
            return "that is Helm's: write {{ if not .key }}{{ fail \"…\" }}{{ end }}".to_owned();
        }
        "include" | "tpl" => {
            return "that is Helm's: use {{ template \"name\" . }} and {{ define }} within one template"
                .to_owned();
        }
        "lookup" => return "that is Helm's: a template sees no cluster".to_owned(),
        _ => {}
    }
    if functions::find(other, function).is_some() {
        let theirs = match other {
            Dialect::SealedSecrets => "SealedSecrets have",
            Dialect::ExternalSecrets => "ExternalSecrets have",
        };
        return format!("{theirs} it, {whose} do not");
    }
    let known = functions::all(dialect).map(|function| function.name);
    similar(function, known).map_or_else(
        || "use a function of Go's templates or of sprig 3".to_owned(),
        |name| format!("perhaps {name} is meant"),
    )
}

/// The one of `known` that is most like `name`, if one is like it at all: the same but for case and punctuation, or a
/// slip or two of the pen.
fn similar<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let wanted = folded(name);
    let slips = match wanted.chars().count() {
        0..3 => 0,
        3..5 => 1,
        _ => 2,
    };
    known
        .map(|candidate| (strsim::osa_distance(&wanted, &folded(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= slips && *candidate != name)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Template};

    fn read(text: &str, dialect: Dialect) -> Reading {
        let options = Options::default();
        let template = Template::parse("t", text.as_bytes(), dialect, &options);
        template.unwrap().reading()
    }

    fn found(text: &str) -> Vec<String> {
        let known = Known {
            keys: BTreeSet::from(["user", "db-password", "url"]),
            unrendered: BTreeSet::from(["url"]),
        };
        traps(&read(text, Dialect::SealedSecrets), Some(&known))
            .iter()
            .map(|trap| {
                let sort = if trap.is_certain() {
                    "certain"
                } else {
                    "perhaps"
                };
                let place = trap.place;
                format!(
                    "{}:{} {sort}: {trap}; {}",
                    place.line,
                    place.column,
                    trap.mend()
                )
            })
            .collect()
    }

    #[test]
    fn what_is_as_expected_is_no_trap() {
        for text in [
            "plain",
            "{{ .user }}:{{ index . \"db-password\" | urlquery }}",
            "{{ range $k, $v := . }}{{ $k }}{{ end }}",
            "{{ toJson . }}{{ .user | b64enc | quote }}",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn every_trap_is_told_once_with_its_place_and_a_way_out() {
        for (text, expected) in [
            (
                "a\n{{ .pasword }}{{ .nope }}{{ .nope }}",
                vec![
                    "2:3 certain: it refers to \"pasword\", which is not there; add it, unless it is meant to be absent",
                    "2:17 certain: it refers to \"nope\", which is not there; add it, unless it is meant to be absent",
                ],
            ),
            (
                "{{ .dbPassword }}",
                vec![
                    "1:3 certain: it refers to \"dbPassword\", which is not there; perhaps \"db-password\" is meant",
                ],
            ),
            (
                "{{ .url }}",
                vec![
                    "1:3 certain: it refers to \"url\", a template itself, and gets its text unrendered; \
                     write out what that template makes, or refer to what it refers to",
                ],
            ),
            (
                "{{ uuidv4 }}{{ .user | b64dec }}{{ .user | b64dec }}",
                vec![
                    "1:3 certain: uuidv4 gives another result each time, so that the Secret never stays the same; \
                     make the value once and seal or store it, and refer to it here",
                    "1:23 perhaps: b64dec puts the text of an error into the value when it is given what is not \
                     base64; make sure that the value is base64, without blanks and with its padding",
                ],
            ),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn without_the_data_nothing_is_said_of_keys() {
        let reading = read("{{ .nope }}{{ now }}", Dialect::SealedSecrets);
        let found = traps(&reading, None);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].what, What::Chance { function: "now" });
    }

    #[test]
    fn every_function_of_the_table_is_there() {
        for name in SURPRISES.iter().flat_map(|(names, _, _)| *names) {
            assert!(
                functions::find(Dialect::ExternalSecrets, name).is_some(),
                "{name}"
            );
        }
    }

    #[test]
    fn a_sprung_trap_shows_in_the_value() {
        for (value, expected) in [
            (&b"fine"[..], &[][..]),
            (b"", &[]),
            (b"a <no value> b", &[Sign::NoValue]),
            (b"illegal base64 data at input byte 4", &[Sign::ErrorText]),
            (
                b"illegal base32 data at input byte 0<no value>",
                &[Sign::NoValue, Sign::ErrorText],
            ),
            (b"encoding/hex: odd length hex string", &[Sign::ErrorText]),
        ] {
            assert_eq!(signs(&SecretBytes::from_slice(value)), expected);
        }
    }

    #[test]
    fn the_way_out_of_an_unknown_function_names_another() {
        let table = [
            ("env", Dialect::SealedSecrets, "no environment"),
            ("getHostByName", Dialect::ExternalSecrets, "no network"),
            ("required", Dialect::SealedSecrets, "Helm's"),
            ("include", Dialect::SealedSecrets, "Helm's"),
            (
                "toYaml",
                Dialect::SealedSecrets,
                "ExternalSecrets have it, SealedSecrets do not",
            ),
            ("b64encode", Dialect::SealedSecrets, "sprig"),
            ("b64Enc", Dialect::SealedSecrets, "perhaps b64enc is meant"),
            (
                "toJSON",
                Dialect::ExternalSecrets,
                "perhaps toJson is meant",
            ),
            ("uper", Dialect::SealedSecrets, "perhaps upper is meant"),
            ("ad", Dialect::SealedSecrets, "sprig"),
            ("zzzzzzzz", Dialect::SealedSecrets, "sprig"),
        ];
        for (name, dialect, words) in table {
            let advice = instead_of(name, dialect);
            assert!(advice.contains(words), "{name}: {advice}");
        }
    }
}
