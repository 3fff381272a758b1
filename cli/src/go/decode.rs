//! JSON into typed values by the rules of Go's encoding/json: nulls are skipped, unknown members
//! ignored, what has been set before stays where a later duplicate says nothing, and the first
//! wrong type is reported at the end while everything else is still read.

use lacre_manifest::Node;

use super::json::Json;

/// How a type is called in errors: `v1.Secret`, `map[string]string`.
pub(crate) type Names = &'static str;

/// A value that JSON can be read into and written from.
pub(crate) trait GoValue: Default {
    /// Go's name of the type.
    const NAME: Names;

    /// Takes in `json`. `name` is the type's name at this place. The error ends the decoding;
    /// errors that do not are kept by the decoder.
    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String>;

    /// `json` as kubectl's YAML reader hands it on when this type is what it is read for: plain
    /// numbers and booleans become texts where texts are wanted.
    fn coerce(json: Json) -> Json {
        json
    }

    /// True for the value that nothing has been read into.
    fn is_zero(&self) -> bool;

    /// True for what the option `omitempty` leaves out.
    fn is_empty(&self) -> bool {
        self.is_zero()
    }

    /// The value to be written.
    fn encode(&self) -> Node;
}

/// Reads `json` into `into`, with what is already there as a start.
///
/// # Errors
/// The first wrong type, in Go's words.
pub(crate) fn decode<T: GoValue>(
    json: &Json,
    into: &mut T,
    names: MemberNames,
) -> Result<(), String> {
    let mut decoder = Decoder {
        names,
        structure: None,
        path: Vec::new(),
        first_error: None,
    };
    into.decode(json, T::NAME, &mut decoder)?;
    decoder.first_error.map_or(Ok(()), Err)
}

/// How member names are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberNames {
    /// As encoding/json: letter case does not matter unless two fields differ in nothing else.
    AnyCase,
    /// As Kubernetes' own decoder: exactly.
    Exact,
}

/// The state of one decoding.
pub(crate) struct Decoder {
    names: MemberNames,
    structure: Option<Names>,
    path: Vec<&'static str>,
    first_error: Option<String>,
}

impl Decoder {
    /// Keeps an error unless there is one already.
    pub(crate) fn save(&mut self, error: String) {
        self.first_error.get_or_insert(error);
    }

    /// Keeps that `json` can't be a `name`.
    pub(crate) fn mismatch(&mut self, json: &Json, name: Names) {
        let error = self.mismatch_text(json.kind(), name);
        self.save(error);
    }

    /// The text of a wrong type, with the field's path if there is one.
    pub(crate) fn mismatch_text(&self, found: &str, name: Names) -> String {
        match self.structure {
            Some(structure) => {
                let path = self.path.join(".");
                format!(
                    "json: cannot unmarshal {found} into Go struct field {structure}.{path} of type {name}"
                )
            }
            None => format!("json: cannot unmarshal {found} into Go value of type {name}"),
        }
    }

    /// Which of the fields `names` a member called `key` belongs to.
    pub(crate) fn field(&self, key: &str, names: &[&'static str]) -> Option<&'static str> {
        field(key, names, self.names)
    }

    /// Reads one member of a struct: `read` runs with the place set for errors.
    pub(crate) fn member(
        &mut self,
        structure: Names,
        embedded: Option<&'static str>,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Result<(), String>,
    ) -> Result<(), String> {
        let outer = self.structure.replace(structure);
        let depth = self.path.len();
        self.path.extend(embedded);
        self.path.push(name);
        read(self)?;
        self.path.truncate(depth);
        self.structure = outer;
        Ok(())
    }
}

/// Which of the fields `names` a member called `key` belongs to.
pub(crate) fn field(
    key: &str,
    names: &[&'static str],
    compared: MemberNames,
) -> Option<&'static str> {
    let exact = names.iter().find(|name| **name == key);
    let found = match compared {
        MemberNames::Exact => exact,
        MemberNames::AnyCase => exact.or_else(|| names.iter().find(|name| same_folded(name, key))),
    };
    found.copied()
}

/// Equal but for letter case. Two letters outside ASCII fold into it: long s and the Kelvin sign.
fn same_folded(name: &str, key: &str) -> bool {
    let fold = |c: char| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    name.chars().map(fold).eq(key.chars().map(fold))
}
