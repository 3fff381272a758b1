//! The building blocks of typed objects: texts, numbers, pointers, lists, maps.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Deref, DerefMut};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use lacre_crypto::decode_base64_secret;
use lacre_manifest::Node;
use lacre_secret::SecretBytes;
use zeroize::Zeroizing;

use super::decode::{Decoder, GoValue, MemberNames, Names, decode};
use super::json::Json;

impl GoValue for bool {
    const NAME: Names = "bool";

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        match json {
            Json::Null => {}
            Json::Bool(value) => *self = *value,
            other => decoder.mismatch(other, name),
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        !self
    }

    fn encode(&self) -> Node {
        Node::bool(*self)
    }
}

impl GoValue for i64 {
    const NAME: Names = "int64";

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        let digits = match json {
            Json::Null => return Ok(()),
            Json::Number(digits) | Json::Float { json: digits, .. } => digits,
            other => {
                decoder.mismatch(other, name);
                return Ok(());
            }
        };
        match digits.parse() {
            Ok(value) => *self = value,
            Err(_) => {
                let found = Zeroizing::new(format!("number {}", digits.as_str()));
                let error = decoder.mismatch_text(&found, name);
                decoder.save(error);
            }
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        *self == 0
    }

    fn encode(&self) -> Node {
        Node::int(*self)
    }
}

/// A text, wiped on drop: annotations and `stringData` hold secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(Zeroizing<String>);

impl Text {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl GoValue for Text {
    const NAME: Names = "string";

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        match json {
            Json::Null => {}
            Json::Text(text) => self.0 = text.clone(),
            other => decoder.mismatch(other, name),
        }
        Ok(())
    }

    fn coerce(json: Json) -> Json {
        match json {
            Json::Bool(value) => Json::text(value.to_string()),
            Json::Number(digits) => Json::Text(digits),
            Json::Float { text, .. } => Json::Text(text),
            other => other,
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn encode(&self) -> Node {
        Node::string(self.0.as_str())
    }
}

/// Go's `[]byte`: base64 in JSON, and nil where JSON says null.
#[derive(Debug, Default)]
pub(crate) struct Bytes(Option<SecretBytes>);

impl Bytes {
    pub(crate) fn new(bytes: SecretBytes) -> Self {
        Self(Some(bytes))
    }

    pub(crate) fn expose(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], SecretBytes::expose)
    }

    pub(crate) fn is_nil(&self) -> bool {
        self.0.is_none()
    }
}

impl GoValue for Bytes {
    const NAME: Names = "[]uint8";

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        match json {
            Json::Null => self.0 = None,
            Json::Text(text) => match decode_base64_secret(text.as_bytes()) {
                Ok(bytes) => self.0 = Some(bytes),
                Err(error) => decoder.save(not_base64(error.offset)),
            },
            Json::List(items) => self.0 = Some(bytes_of(items, decoder)?),
            other => decoder.mismatch(other, name),
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.is_nil()
    }

    fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }

    fn encode(&self) -> Node {
        match &self.0 {
            Some(bytes) => Node::string(STANDARD.encode(bytes.expose())),
            None => Node::null(),
        }
    }
}

/// What Go says of a text that is not base64.
pub(crate) fn not_base64(offset: usize) -> String {
    format!("illegal base64 data at input byte {offset}")
}

/// A list of numbers stands for bytes as well.
fn bytes_of(items: &[Json], decoder: &mut Decoder) -> Result<SecretBytes, String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(items.len()));
    for item in items {
        let mut number = 0i64;
        number.decode(item, "uint8", decoder)?;
        bytes.push(u8::try_from(number).unwrap_or_else(|_| {
            let error = decoder.mismatch_text(&format!("number {number}"), "uint8");
            decoder.save(error);
            0
        }));
    }
    Ok(SecretBytes::from_slice(&bytes))
}

/// A pointer: nil, or a value.
#[derive(Debug)]
pub(crate) struct Pointer<T>(pub(crate) Option<Box<T>>);

impl<T> Pointer<T> {
    pub(crate) fn to(value: T) -> Self {
        Self(Some(Box::new(value)))
    }
}

impl<T> Default for Pointer<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: GoValue> GoValue for Pointer<T> {
    const NAME: Names = T::NAME;

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        if matches!(json, Json::Null) {
            self.0 = None;
            return Ok(());
        }
        self.0.get_or_insert_default().decode(json, name, decoder)
    }

    fn coerce(json: Json) -> Json {
        T::coerce(json)
    }

    fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    fn encode(&self) -> Node {
        self.0
            .as_ref()
            .map_or_else(Node::null, |value| value.encode())
    }
}

/// A slice: nil, or a list that may be empty.
#[derive(Debug)]
pub(crate) struct Slice<T>(pub(crate) Option<Vec<T>>);

impl<T> Slice<T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().flatten()
    }
}

impl<T> Default for Slice<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// The name of a slice's or a map's type, which its declaration gives.
pub(crate) trait Element: GoValue {
    const SLICE: Names = "";
    const MAP: Names = "";
}

impl Element for Text {
    const SLICE: Names = "[]string";
    const MAP: Names = "map[string]string";
}

impl Element for Bytes {
    const MAP: Names = "map[string][]uint8";
}

impl Element for Pointer<Text> {
    const MAP: Names = "map[string]*string";
}

impl<T: Element> GoValue for Slice<T> {
    const NAME: Names = T::SLICE;

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        match json {
            Json::Null => self.0 = None,
            Json::List(items) => {
                let list = self.0.get_or_insert_default();
                // What an earlier duplicate has left in an element stays under the new one.
                list.truncate(items.len());
                for (index, item) in items.iter().enumerate() {
                    if list.len() == index {
                        list.push(T::default());
                    }
                    if let Some(element) = list.get_mut(index) {
                        element.decode(item, T::NAME, decoder)?;
                    }
                }
            }
            other => decoder.mismatch(other, name),
        }
        Ok(())
    }

    fn coerce(json: Json) -> Json {
        match json {
            Json::List(items) => Json::List(items.into_iter().map(T::coerce).collect()),
            other => other,
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    fn encode(&self) -> Node {
        match &self.0 {
            Some(items) => Node::seq(items.iter().map(GoValue::encode)),
            None => Node::null(),
        }
    }
}

/// A map from texts: nil, or entries in the order of their keys.
#[derive(Debug)]
pub(crate) struct Map<T>(Option<BTreeMap<String, T>>);

impl<T> Map<T> {
    /// An empty map that is not nil.
    pub(crate) fn empty() -> Self {
        Self(Some(BTreeMap::new()))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(0, BTreeMap::len)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.0.as_ref()?.get(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &T)> {
        self.0.iter().flatten()
    }

    /// Takes an entry out, if it is there.
    pub(crate) fn remove(&mut self, key: &str) {
        if let Some(entries) = &mut self.0 {
            entries.remove(key);
        }
    }

    /// The entries, in a map made for the purpose if there was none.
    pub(crate) fn entries(&mut self) -> &mut BTreeMap<String, T> {
        self.0.get_or_insert_default()
    }
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Element> GoValue for Map<T> {
    const NAME: Names = T::MAP;

    fn decode(&mut self, json: &Json, name: Names, decoder: &mut Decoder) -> Result<(), String> {
        match json {
            Json::Null => self.0 = None,
            Json::Object(members) => {
                let entries = self.entries();
                for (key, item) in members {
                    let mut value = T::default();
                    value.decode(item, T::NAME, decoder)?;
                    entries.insert(key.clone(), value);
                }
            }
            other => decoder.mismatch(other, name),
        }
        Ok(())
    }

    fn coerce(json: Json) -> Json {
        match json {
            Json::Object(members) => Json::Object(
                members
                    .into_iter()
                    .map(|(key, item)| (key, T::coerce(item)))
                    .collect(),
            ),
            other => other,
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn encode(&self) -> Node {
        match &self.0 {
            Some(entries) => Node::map(
                entries
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.encode())),
            ),
            None => Node::null(),
        }
    }
}

/// Whatever stands there, kept as it is.
#[derive(Debug, Default)]
pub(crate) struct Raw(pub(crate) Option<Json>);

impl Element for Raw {
    const SLICE: Names = "[]runtime.RawExtension";
}

impl GoValue for Raw {
    const NAME: Names = "runtime.RawExtension";

    fn decode(&mut self, json: &Json, _: Names, _: &mut Decoder) -> Result<(), String> {
        if !matches!(json, Json::Null) {
            self.0 = Some(json.duplicate());
        }
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.0.is_none()
    }

    fn encode(&self) -> Node {
        self.0.as_ref().map_or_else(Node::null, Json::to_node)
    }
}

/// The texts of `encryptedData`, read without complaint: what is no text becomes an empty one.
#[derive(Debug, Default)]
pub(crate) struct Lenient(pub(crate) Map<Text>);

impl GoValue for Lenient {
    const NAME: Names = "v1alpha1.SealedSecretEncryptedData";

    fn decode(&mut self, json: &Json, _: Names, _: &mut Decoder) -> Result<(), String> {
        let mut read = Map::empty();
        let _ignored = decode(json, &mut read, MemberNames::AnyCase);
        self.0 = read;
        Ok(())
    }

    fn is_zero(&self) -> bool {
        self.0.is_zero()
    }

    fn encode(&self) -> Node {
        self.0.encode()
    }
}

impl Deref for Lenient {
    type Target = Map<Text>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Lenient {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}
