//! Slices and maps. A slice never changes once made; a map is shared and can change (`set`, `merge`).
//!
//! Both let go of their contents without recursion: a list nested a million deep must not end the process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::{Element, Text, Value, capacity};

/// What a map holds, in Go's printing order.
pub(crate) type Entries = BTreeMap<Text, Value>;

/// A Go slice. Cloning shares it.
#[derive(Clone)]
pub(crate) struct List {
    element: Element,
    items: Rc<Items>,
    start: usize,
    end: usize,
    /// Zeros that Go's `append` has left room for behind the items.
    spare: usize,
    nil: bool,
}

struct Items(Vec<Value>);

impl List {
    /// A slice of `items`, which must all be of `element`.
    pub(crate) fn new(element: Element, items: Vec<Value>) -> Self {
        let end = items.len();
        Self {
            element,
            items: Rc::new(Items(items)),
            start: 0,
            end,
            spare: 0,
            nil: false,
        }
    }

    /// A slice that Go has made by appending `items` one by one to a slice of some capacity.
    pub(crate) fn appended(element: Element, items: Vec<Value>, capacity: usize) -> Self {
        let spare = capacity::appended(capacity, items.len(), element) - items.len();
        Self {
            spare,
            ..Self::new(element, items)
        }
    }

    /// A slice to which Go has added as many items at once as are more than `capacity`.
    pub(crate) fn grown(element: Element, items: Vec<Value>, capacity: usize) -> Self {
        let spare = capacity::grown(capacity, items.len(), element) - items.len();
        Self {
            spare,
            ..Self::new(element, items)
        }
    }

    /// `[]interface {}`
    pub(crate) fn any(items: Vec<Value>) -> Self {
        Self::new(Element::Any, items)
    }

    /// `[]string`
    pub(crate) fn texts(items: impl IntoIterator<Item = Text>) -> Self {
        Self::new(Element::Text, items.into_iter().map(Value::Text).collect())
    }

    /// A nil slice.
    pub(crate) fn nil(element: Element) -> Self {
        Self {
            nil: true,
            ..Self::new(element, Vec::new())
        }
    }

    /// What it is a slice of.
    pub(crate) fn element(&self) -> Element {
        self.element
    }

    /// True for a nil slice, which is empty too.
    pub(crate) fn is_nil(&self) -> bool {
        self.nil
    }

    /// The items.
    pub(crate) fn items(&self) -> &[Value] {
        self.items.0.get(self.start..self.end).unwrap_or_default()
    }

    /// Number of items.
    pub(crate) fn len(&self) -> usize {
        self.end - self.start
    }

    /// No items.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How far the slice can be extended, as Go's `cap`.
    pub(crate) fn capacity(&self) -> usize {
        self.items.0.len() - self.start + self.spare
    }

    /// `list[start:end]`, within the capacity.
    pub(crate) fn slice(&self, start: usize, end: usize) -> Option<Self> {
        if self.start + end > self.items.0.len() && end <= self.capacity() && start <= end {
            let mut items = self.items.0.clone();
            items.resize(items.len() + self.spare, self.element.zero());
            return Self {
                items: Rc::new(Items(items)),
                spare: 0,
                ..self.clone()
            }
            .slice(start, end);
        }
        (start <= end && end <= self.capacity()).then(|| Self {
            start: self.start + start,
            end: self.start + end,
            ..self.clone()
        })
    }

    /// The bytes of a `[]uint8`.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let byte = |v: &Value| match v {
            Value::Unsigned(_, n) => u8::try_from(*n).unwrap_or_default(),
            _ => 0,
        };
        self.items().iter().map(byte).collect()
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        unwind(std::mem::take(&mut self.0));
    }
}

/// A Go map with string keys. Cloning shares it, as in Go.
#[derive(Clone)]
pub(crate) struct Dict(Rc<Shared>);

struct Shared {
    texts: bool,
    nil: bool,
    contents: RefCell<Contents>,
}

/// The data of a rendering, as all renderings share it.
pub(crate) type Texts = BTreeMap<Text, Text>;

enum Contents {
    Own(Entries),
    /// Never changed itself.
    Data(Arc<Texts>),
}

impl Default for Contents {
    fn default() -> Self {
        Self::Own(Entries::new())
    }
}

impl Contents {
    /// Changes the entries, of the data a copy.
    fn change(&mut self, change: impl FnOnce(&mut Entries) -> Option<Value>) -> Option<Value> {
        match self {
            Self::Own(entries) => change(entries),
            Self::Data(data) => {
                let entries = data.iter().map(|(k, v)| (k.clone(), v.clone().into()));
                let mut entries = entries.collect();
                let old = change(&mut entries);
                *self = Self::Own(entries);
                old
            }
        }
    }

    /// Lets go of the entries without recursion.
    fn unwind(self) {
        if let Self::Own(entries) = self
            && !entries.is_empty()
        {
            unwind(entries.into_values().collect());
        }
    }
}

impl Dict {
    fn new(texts: bool, nil: bool, contents: Contents) -> Self {
        Self(Rc::new(Shared {
            texts,
            nil,
            contents: RefCell::new(contents),
        }))
    }

    /// `map[string]interface {}`
    pub(crate) fn any(entries: Entries) -> Self {
        Self::new(false, false, Contents::Own(entries))
    }

    /// `map[string]string`; the values must all be text.
    pub(crate) fn texts(entries: Entries) -> Self {
        Self::new(true, false, Contents::Own(entries))
    }

    /// The data of a rendering.
    pub(crate) fn data(data: Arc<Texts>) -> Self {
        Self::new(true, false, Contents::Data(data))
    }

    /// A nil `map[string]interface {}`.
    pub(crate) fn nil() -> Self {
        Self::new(false, true, Contents::Own(Entries::new()))
    }

    /// True for `map[string]string`.
    pub(crate) fn holds_texts(&self) -> bool {
        self.0.texts
    }

    /// True for a nil map.
    pub(crate) fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Go's name of the type.
    pub(crate) fn type_name(&self) -> &'static str {
        if self.0.texts {
            "map[string]string"
        } else {
            "map[string]interface {}"
        }
    }

    /// Number of entries.
    pub(crate) fn len(&self) -> usize {
        match &*self.0.contents.borrow() {
            Contents::Own(entries) => entries.len(),
            Contents::Data(data) => data.len(),
        }
    }

    /// The value at `key`.
    pub(crate) fn get(&self, key: &[u8]) -> Option<Value> {
        match &*self.0.contents.borrow() {
            Contents::Own(entries) => entries.get(key).cloned(),
            Contents::Data(data) => data.get(key).cloned().map(Value::Text),
        }
    }

    /// All entries, in Go's printing order.
    pub(crate) fn entries(&self) -> Vec<(Text, Value)> {
        match &*self.0.contents.borrow() {
            Contents::Own(entries) => {
                let entries = entries.iter();
                entries.map(|(k, v)| (k.clone(), v.clone())).collect()
            }
            Contents::Data(data) => {
                let entries = data.iter();
                entries
                    .map(|(k, v)| (k.clone(), Value::Text(v.clone())))
                    .collect()
            }
        }
    }

    /// All keys, sorted.
    pub(crate) fn keys(&self) -> Vec<Text> {
        match &*self.0.contents.borrow() {
            Contents::Own(entries) => entries.keys().cloned().collect(),
            Contents::Data(data) => data.keys().cloned().collect(),
        }
    }

    /// Sets an entry.
    pub(crate) fn insert(&self, key: Text, value: Value) {
        let old = self
            .0
            .contents
            .borrow_mut()
            .change(|entries| entries.insert(key, value));
        // What it held may hold this map, so it goes when the map is free again.
        drop(old);
    }

    /// Removes an entry.
    pub(crate) fn remove(&self, key: &[u8]) {
        let old = self
            .0
            .contents
            .borrow_mut()
            .change(|entries| entries.remove(key));
        drop(old);
    }

    /// Lets go of all entries, which breaks cycles.
    pub(crate) fn clear(&self) {
        self.0.contents.take().unwind();
    }

    /// True when both are the same map.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        std::mem::take(self.contents.get_mut()).unwind();
    }
}

/// Lets go of values whose containers have no other holder, one by one instead of by recursion.
fn unwind(mut waiting: Vec<Value>) {
    while let Some(value) = waiting.pop() {
        match value {
            Value::List(mut list) => {
                if let Some(items) = Rc::get_mut(&mut list.items) {
                    waiting.append(&mut items.0);
                }
            }
            Value::Dict(mut dict) => {
                if let Some(shared) = Rc::get_mut(&mut dict.0)
                    && let Contents::Own(entries) = shared.contents.get_mut()
                {
                    waiting.extend(std::mem::take(entries).into_values());
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_nesting_is_dropped_without_recursion() {
        let mut value = Value::List(List::any(vec![]));
        for n in 0..1_000_000 {
            value = if n % 2 == 0 {
                Value::List(List::any(vec![value]))
            } else {
                Value::Dict(Dict::any(Entries::from([(Text::from("k"), value)])))
            };
        }
        drop(value);
    }

    #[test]
    fn slicing_shares_the_items() {
        let list = List::any((0..5).map(Value::int).collect());
        let part = list.slice(1, 3).unwrap();
        assert_eq!((part.len(), part.capacity()), (2, 4));
        assert!(part.slice(0, 5).is_none());
        assert_eq!(part.slice(0, 4).unwrap().len(), 4);
    }
}
