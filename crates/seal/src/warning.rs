//! What was sealed all the same, but may not be what its author meant.

use std::fmt;

use lacre_api::{FieldIssue, FieldPath};

use crate::hygiene::Doubt;

/// Something to look at. It names items and fields, never a value of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Warning {
    /// A field that reads as something else than it looks, or that is ignored.
    Field(FieldIssue),
    /// A value that looks like a mistake.
    Value {
        /// The item.
        item: String,
        /// What it looks like.
        doubt: Doubt,
    },
    /// A label or annotation holds the value of an item, which stays readable in the SealedSecret.
    ValueInMetadata {
        /// The label or annotation.
        path: FieldPath,
        /// The item.
        item: String,
    },
    /// A scope annotation with a value other than `"true"` counts as absent.
    ScopeIgnored {
        /// The annotation.
        annotation: String,
        /// Its value.
        value: String,
    },
    /// The Secret says no namespace and none was asked for: it was sealed for this one.
    NamespaceAssumed {
        /// The namespace.
        namespace: String,
    },
    /// A namespace was asked for, but the scope is cluster-wide: it changes nothing.
    NamespaceUnused {
        /// The namespace.
        namespace: String,
    },
    /// The API server refuses a Secret of this type without this item.
    ItemOfTypeMissing {
        /// The Secret's type.
        type_: String,
        /// The item, or the items of which one is enough.
        items: &'static [&'static str],
    },
    /// A merge goes by the name of the target; the input has another one.
    OtherName {
        /// The input's name.
        input: String,
        /// The target's name.
        target: String,
    },
    /// A merge leaves this field of the target as it is, though the input says otherwise.
    NotMerged {
        /// The field of the Secret.
        field: &'static str,
    },
}

impl Warning {
    /// How to mend it, as an order to the author.
    #[must_use]
    pub fn mend(&self) -> String {
        match self {
            Self::Field(issue) => issue.mend(),
            Self::Value { doubt, .. } => doubt.mend().to_owned(),
            Self::ValueInMetadata { .. } => "remove the label or annotation".to_owned(),
            Self::ScopeIgnored { annotation, .. } => {
                format!("write {annotation}: \"true\", or remove the annotation")
            }
            Self::NamespaceAssumed { .. } => {
                "write metadata.namespace into the Secret, or give a namespace".to_owned()
            }
            Self::NamespaceUnused { .. } => {
                "leave the namespace out, or choose a narrower scope".to_owned()
            }
            Self::ItemOfTypeMissing { .. } => "add the item, or change the type".to_owned(),
            Self::OtherName { .. } => "check that this is the Secret you meant".to_owned(),
            Self::NotMerged { field } => {
                format!("change {field} under spec.template of the target by hand")
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(issue) => write!(f, "{issue}"),
            Self::Value { item, doubt } => write!(f, "the value of {item} {doubt}"),
            Self::ValueInMetadata { path, item } => {
                write!(
                    f,
                    "{path} holds the value of {item} and stays readable in the SealedSecret"
                )
            }
            Self::ScopeIgnored { annotation, value } => {
                write!(
                    f,
                    "{annotation} is {value:?}, which counts as absent: only \"true\" widens the scope"
                )
            }
            Self::NamespaceAssumed { namespace } => {
                write!(f, "the Secret says no namespace; sealed for {namespace:?}")
            }
            Self::NamespaceUnused { namespace } => {
                write!(
                    f,
                    "namespace {namespace:?} changes nothing, since the scope is cluster-wide"
                )
            }
            Self::ItemOfTypeMissing { type_, items } => {
                write!(
                    f,
                    "the API server refuses a Secret of type {type_} without {}",
                    items.join(" or ")
                )
            }
            Self::OtherName { input, target } => {
                write!(
                    f,
                    "the input is named {input:?}; its items were sealed for the target's name {target:?}"
                )
            }
            Self::NotMerged { field } => {
                write!(
                    f,
                    "{field} of the input differs from the target's, which is left as it is"
                )
            }
        }
    }
}
