//! The house's plan: which crate stands on which layer, what each may use, and what no source may say.
//!
//! The rules are data ([`LAYERS`], [`PURE`], …) and pure functions over facts that the caller has gathered,
//! so that each rule is shown to fail on a made-up case. `tests/house.rs` gathers the facts of this repository.

mod graph;
mod source;
mod text;

pub use graph::{Dependency, Package, dependency_faults, packages_from_metadata, tree_faults};
pub use source::source_faults;
pub use text::{manifest_faults, workplace_faults};

/// Every crate of the workspace and its layer. A crate depends only on crates of lower layers.
pub const LAYERS: &[(&str, u8)] = &[
    ("lacre-secret", 0),
    ("lacre-crypto", 1),
    ("lacre-manifest", 1),
    ("lacre-api", 2),
    ("lacre-template", 2),
    ("lacre-engine", 3),
    ("lacre-seal", 3),
    ("lacre", 4),
    ("lacre-controller", 4),
    ("lacre-tests", 4),
];

/// Dev-dependencies that go upwards or sideways: who, on whom, why.
pub const DEV_EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "lacre-crypto",
    "lacre-crypto",
    "itself, with the second backend, which its tests compare with the first",
)];

/// Crates without I/O, async and clock: they compute. Their sources and dependency trees are held to it.
pub const PURE: &[&str] = &[
    "lacre-secret",
    "lacre-crypto",
    "lacre-manifest",
    "lacre-api",
    "lacre-template",
    "lacre-engine",
    "lacre-seal",
];

/// Crates that may draw random numbers; the other pure ones may not even depend on a generator.
pub const MAY_USE_RANDOMNESS: &[&str] = &["lacre-crypto", "lacre-template"];

/// External crates that no pure crate's tree may hold.
pub const NOT_IN_PURE_TREES: &[&str] = &[
    "hyper",
    "kube-client",
    "kube-runtime",
    "mio",
    "reqwest",
    "tokio",
];

/// External crates that no tree may hold: two TLS providers make rustls refuse to choose, and the YAML
/// crates are unmaintained or write strings that kubectl reads as booleans. `deny.toml` says the same of what ships.
pub const NOT_IN_ANY_TREE: &[&str] = &[
    "native-tls",
    "openssl",
    "openssl-sys",
    "ring",
    "serde_yaml",
    "serde_yml",
    "yaml-rust",
];

/// Random generators as direct dependencies.
pub const GENERATORS: &[&str] = &["fastrand", "getrandom", "rand", "rand_core"];

/// `#[allow(clippy::…)]` outside tests: file, lint, why. A lint is mended, not silenced.
pub const LINT_EXCEPTIONS: &[(&str, &str, &str)] = &[];

/// The layer of a crate; `None` when the table doesn't name it.
#[must_use]
pub fn layer_of(name: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(crate_name, _)| *crate_name == name)
        .map(|(_, layer)| *layer)
}
