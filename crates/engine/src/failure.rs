//! Why a SealedSecret does not become a Secret. Nothing here holds a value.

use std::collections::BTreeMap;
use std::fmt;

use lacre_api::FieldIssue;
use lacre_crypto::{EnvelopeError, KeyringError, OpenError};
use lacre_template::traps::instead_of;
use lacre_template::{Bound, Dialect, Place};

use crate::diagnose::Finding;
use crate::template::TemplateError;

/// One thing that stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// A field that cannot be read.
    Field(FieldIssue),
    /// One encrypted value that does not open.
    Item {
        /// The item of `encryptedData`; `data` for the deprecated whole-object form.
        item: String,
        /// Why.
        failure: ItemFailure,
        /// What would open it, or what else is known about it.
        findings: Vec<Finding>,
    },
    /// A template that cannot be rendered.
    Template {
        /// The item of `template.data`.
        item: String,
        /// Where in the template.
        place: Place,
        /// Go's words, without any value.
        message: String,
        /// Of what sort it is.
        cause: TemplateCause,
    },
    /// `spec.data` and `spec.encryptedData` exclude each other.
    BothForms,
    /// `spec.data` is not accepted here.
    DeprecatedForm,
}

/// Of what sort the failure of a template is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateCause {
    /// It calls a function that SealedSecrets do not have.
    UnknownFunction(String),
    /// It is no template.
    Syntax,
    /// It failed when it ran.
    Run,
    /// It uses more than any template may.
    Bound(Bound),
}

/// Why one encrypted value does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemFailure {
    /// Not base64.
    Base64 {
        /// First offset, in bytes of the text, that cannot be decoded.
        offset: usize,
    },
    /// No envelope: cut off, or something else altogether.
    Envelope(EnvelopeError),
    /// There are no keys.
    NoKeys,
    /// None of the keys opens it.
    NoKeyOpens {
        /// Keys that were tried.
        tried: usize,
        /// Keys whose modulus rules them out.
        skipped: usize,
    },
    /// Key and identity are right, but the bytes were changed.
    Damaged(OpenError),
    /// The deprecated whole-object form holds something other than a Secret.
    NotASecret,
}

/// A word for programs, as conditions carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// All values opened.
    Unsealed,
    /// A field or ciphertext that is broken whatever the key.
    Malformed,
    /// Sealed for another namespace, name or scope.
    WrongIdentity,
    /// Sealed with a key that is not here.
    WrongKey,
    /// Templates fail.
    TemplateError,
}

impl Reason {
    /// The word itself.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unsealed => "Unsealed",
            Self::Malformed => "Malformed",
            Self::WrongIdentity => "WrongIdentity",
            Self::WrongKey => "WrongKey",
            Self::TemplateError => "TemplateError",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<KeyringError> for ItemFailure {
    fn from(error: KeyringError) -> Self {
        let (tried, skipped) = (error.tried(), error.skipped());
        match error {
            KeyringError::Envelope(error) => Self::Envelope(error),
            KeyringError::NoKeys => Self::NoKeys,
            KeyringError::NoKeyOpens { .. } => Self::NoKeyOpens { tried, skipped },
            KeyringError::Damaged { cause, .. } => Self::Damaged(cause),
        }
    }
}

impl Failure {
    pub(crate) fn template(item: String, error: &TemplateError) -> Self {
        let cause = match error {
            TemplateError::Parse(error) => match error.unknown_function() {
                Some(name) => TemplateCause::UnknownFunction(name.to_owned()),
                None => TemplateCause::Syntax,
            },
            TemplateError::Run { error, .. } => error
                .bound()
                .map_or(TemplateCause::Run, TemplateCause::Bound),
        };
        Self::Template {
            item,
            place: error.place(),
            message: error.to_string(),
            cause,
        }
    }

    /// The word for it.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self {
            Self::Field(_) | Self::BothForms | Self::DeprecatedForm => Reason::Malformed,
            Self::Template { .. } => Reason::TemplateError,
            Self::Item {
                failure, findings, ..
            } => match failure {
                ItemFailure::NoKeys => Reason::WrongKey,
                ItemFailure::NoKeyOpens { .. } => {
                    let other_identity = findings.iter().any(Finding::is_about_identity);
                    if other_identity {
                        Reason::WrongIdentity
                    } else {
                        Reason::WrongKey
                    }
                }
                _ => Reason::Malformed,
            },
        }
    }

    /// How to mend it, as an order to the author.
    #[must_use]
    pub fn mend(&self) -> String {
        match self {
            Self::Field(issue) => issue.mend(),
            Self::Item {
                failure, findings, ..
            } => {
                let found = findings.iter().find_map(Finding::mend);
                found.unwrap_or_else(|| failure.mend().to_owned())
            }
            Self::Template { cause, .. } => cause.mend(),
            Self::BothForms => {
                "remove spec.data, and seal what it held into encryptedData".to_owned()
            }
            Self::DeprecatedForm => "seal the Secret again, which yields encryptedData".to_owned(),
        }
    }
}

impl TemplateCause {
    fn mend(&self) -> String {
        match self {
            Self::UnknownFunction(name) => instead_of(name, Dialect::SealedSecrets),
            Self::Syntax => "correct the template".to_owned(),
            Self::Run => "correct the template, or the values that it is given".to_owned(),
            Self::Bound(_) => {
                "let the template do less: what it makes must fit into a Secret".to_owned()
            }
        }
    }
}

impl ItemFailure {
    fn mend(&self) -> &'static str {
        match self {
            Self::Base64 { .. } | Self::Envelope(_) | Self::Damaged(_) | Self::NotASecret => {
                "restore the value from its history, or seal it again"
            }
            Self::NoKeys => "give the private keys of the cluster",
            Self::NoKeyOpens { .. } => {
                "give the key it was sealed with, or seal the value again for this cluster and name"
            }
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(issue) => write!(f, "{issue}"),
            Self::Item { item, failure, findings } => {
                write!(f, "{failure} ({item})")?;
                match findings.iter().find(|finding| finding.mend().is_some()) {
                    Some(finding) => write!(f, ": {finding}"),
                    None => Ok(()),
                }
            }
            Self::Template { item, message, .. } => write!(f, "{message} ({item})"),
            Self::BothForms => f.write_str("spec.data (deprecated) and spec.encryptedData are both given, and exclude each other"),
            Self::DeprecatedForm => f.write_str("spec.data is deprecated and not accepted here"),
        }
    }
}

impl fmt::Display for ItemFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64 { offset } => write!(f, "illegal base64 data at input byte {offset}"),
            Self::Envelope(error) => write!(f, "{error}"),
            Self::NoKeys => f.write_str("there is no private key to open it with"),
            // Which keys were ruled out without trying differs from value to value, and is no news to the reader.
            Self::NoKeyOpens { tried, skipped } => match tried + skipped {
                1 => f.write_str("no key could decrypt secret: the one key does not fit"),
                keys => write!(f, "no key could decrypt secret: none of {keys} keys fits"),
            },
            Self::Damaged(error) => write!(f, "{error}"),
            Self::NotASecret => f.write_str("what it holds is not a Secret"),
        }
    }
}

/// All failures of one object, for one line of a status: the same cause is said once, with all its items.
pub struct Failures<'a>(pub &'a [Failure]);

impl Failures<'_> {
    /// The word for all of them: of several the one that must be mended first.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0
            .iter()
            .map(Failure::reason)
            .min()
            .unwrap_or(Reason::Unsealed)
    }
}

impl fmt::Display for Failures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In the order of their first items.
        let mut causes: Vec<(String, Vec<&str>)> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for failure in self.0 {
            let (cause, item) = match failure {
                Failure::Item {
                    item,
                    failure,
                    findings,
                } => {
                    let known = findings.iter().find(|finding| finding.mend().is_some());
                    let known = known
                        .map(|finding| format!("; {finding}"))
                        .unwrap_or_default();
                    (format!("{failure}{known}"), Some(item.as_str()))
                }
                other => (other.to_string(), None),
            };
            let place = *places.entry(cause.clone()).or_insert_with(|| {
                causes.push((cause, Vec::new()));
                causes.len() - 1
            });
            if let Some((_, items)) = causes.get_mut(place) {
                items.extend(item);
            }
        }
        for (n, (cause, items)) in causes.iter().enumerate() {
            let newline = if n == 0 { "" } else { "\n" };
            write!(f, "{newline}{cause}")?;
            if !items.is_empty() {
                write!(f, " ({})", items.join(", "))?;
            }
        }
        Ok(())
    }
}
