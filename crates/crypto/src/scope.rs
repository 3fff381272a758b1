//! Who may open a sealed value: the scope, and the label that the RSA encryption is bound to.

use std::fmt;
use std::str::FromStr;

/// Annotation that makes a SealedSecret namespace-wide; counts only with the value `"true"`.
pub const NAMESPACE_WIDE_ANNOTATION: &str = "sealedsecrets.bitnami.com/namespace-wide";
/// Annotation that makes a SealedSecret cluster-wide; counts only with the value `"true"`.
pub const CLUSTER_WIDE_ANNOTATION: &str = "sealedsecrets.bitnami.com/cluster-wide";

/// How far a sealed value may travel and still open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Only under the namespace and the name it was sealed for.
    #[default]
    Strict,
    /// Under any name in its namespace.
    NamespaceWide,
    /// Anywhere in the cluster.
    ClusterWide,
}

impl Scope {
    /// All scopes, narrowest first.
    pub const ALL: [Self; 3] = [Self::Strict, Self::NamespaceWide, Self::ClusterWide];

    /// The word for it on command lines: `strict`, `namespace-wide` or `cluster-wide`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::NamespaceWide => "namespace-wide",
            Self::ClusterWide => "cluster-wide",
        }
    }

    /// The annotation that declares this scope with the value `"true"`; strict has none.
    #[must_use]
    pub const fn annotation(self) -> Option<&'static str> {
        match self {
            Self::Strict => None,
            Self::NamespaceWide => Some(NAMESPACE_WIDE_ANNOTATION),
            Self::ClusterWide => Some(CLUSTER_WIDE_ANNOTATION),
        }
    }

    /// The scope that an object's annotations declare. `get` looks one up by key.
    ///
    /// Only the exact value `"true"` counts; with both annotations set, cluster-wide wins.
    #[must_use]
    pub fn from_annotations<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        if get(CLUSTER_WIDE_ANNOTATION) == Some("true") {
            Self::ClusterWide
        } else if get(NAMESPACE_WIDE_ANNOTATION) == Some("true") {
            Self::NamespaceWide
        } else {
            Self::Strict
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of: strict, namespace-wide, cluster-wide")]
pub struct ScopeError;

impl FromStr for Scope {
    type Err = ScopeError;

    /// Reads one of the three words; the empty string means strict.
    fn from_str(word: &str) -> Result<Self, ScopeError> {
        if word.is_empty() {
            return Ok(Self::Strict);
        }
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == word)
            .ok_or(ScopeError)
    }
}

/// The object that a value is sealed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity<'a> {
    /// How much of namespace and name the value is bound to.
    pub scope: Scope,
    /// Namespace of the SealedSecret; unused when cluster-wide.
    pub namespace: &'a str,
    /// Name of the SealedSecret; used when strict only.
    pub name: &'a str,
}

impl Identity<'_> {
    /// The bytes that sealing and opening must agree on (the OAEP label):
    /// `namespace/name`, `namespace` or nothing, by scope.
    #[must_use]
    pub fn label(&self) -> Vec<u8> {
        match self.scope {
            Scope::Strict => format!("{}/{}", self.namespace, self.name).into_bytes(),
            Scope::NamespaceWide => self.namespace.as_bytes().to_vec(),
            Scope::ClusterWide => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written_alike() {
        for scope in Scope::ALL {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert_eq!("".parse(), Ok(Scope::Strict));
        for wrong in ["Strict", "namespacewide", " strict", "cluster"] {
            let error = wrong.parse::<Scope>().unwrap_err();
            assert_eq!(
                error.to_string(),
                "must be one of: strict, namespace-wide, cluster-wide"
            );
        }
    }

    #[test]
    fn annotations_count_only_with_the_exact_word_true() {
        let (ns, cl) = (NAMESPACE_WIDE_ANNOTATION, CLUSTER_WIDE_ANNOTATION);
        let table: &[(&[(&str, &str)], Scope)] = &[
            (&[], Scope::Strict),
            (&[(ns, "true")], Scope::NamespaceWide),
            (&[(cl, "true")], Scope::ClusterWide),
            (&[(ns, "true"), (cl, "true")], Scope::ClusterWide),
            (&[(ns, "true"), (cl, "false")], Scope::NamespaceWide),
            (&[(cl, "True")], Scope::Strict),
            (&[(cl, "1")], Scope::Strict),
            (&[(ns, "")], Scope::Strict),
            (&[(ns, "true ")], Scope::Strict),
        ];
        for (annotations, scope) in table {
            let found = Scope::from_annotations(|key| {
                annotations.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
            });
            assert_eq!(found, *scope, "{annotations:?}");
        }
    }

    #[test]
    fn labels_hold_what_the_scope_binds() {
        let label = |scope| {
            String::from_utf8(
                Identity {
                    scope,
                    namespace: "prod",
                    name: "db",
                }
                .label(),
            )
            .unwrap()
        };
        assert_eq!(label(Scope::Strict), "prod/db");
        assert_eq!(label(Scope::NamespaceWide), "prod");
        assert_eq!(label(Scope::ClusterWide), "");
    }
}
