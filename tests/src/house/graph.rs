//! Who depends on whom.

use super::{
    DEV_EXCEPTIONS, GENERATORS, MAY_USE_RANDOMNESS, NOT_IN_ANY_TREE, NOT_IN_PURE_TREES, PURE,
    layer_of,
};
use serde_json::Value;

/// A crate of the workspace as `cargo metadata` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name, for example `lacre-crypto`.
    pub name: String,
    /// The path of its Cargo.toml.
    pub manifest_path: String,
    /// What it depends on directly.
    pub dependencies: Vec<Dependency>,
}

/// A direct dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// The package's name, not what it is renamed to.
    pub name: String,
    /// True for `[dev-dependencies]`.
    pub dev: bool,
    /// True for a crate of this workspace.
    pub ours: bool,
}

/// Reads the workspace's crates out of `cargo metadata --no-deps --format-version 1`.
///
/// # Errors
/// When the JSON has not the shape that cargo documents.
pub fn packages_from_metadata(json: &str) -> Result<Vec<Package>, String> {
    let metadata: Value = serde_json::from_str(json).map_err(|e| e.to_string())?;
    let packages = list(&metadata, "packages")?;
    packages
        .iter()
        .map(|package| {
            let dependencies = list(package, "dependencies")?
                .iter()
                .map(|dependency| {
                    Ok(Dependency {
                        name: text(dependency, "name")?,
                        dev: dependency.get("kind").and_then(Value::as_str) == Some("dev"),
                        ours: dependency.get("path").is_some_and(Value::is_string),
                    })
                })
                .collect::<Result<_, String>>()?;
            Ok(Package {
                name: text(package, "name")?,
                manifest_path: text(package, "manifest_path")?,
                dependencies,
            })
        })
        .collect()
}

/// What is wrong with the direct dependencies: a crate without a layer, an arrow that doesn't point downwards,
/// a random generator where none belongs.
#[must_use]
pub fn dependency_faults(packages: &[Package]) -> Vec<String> {
    packages.iter().flat_map(faults_of_package).collect()
}

fn faults_of_package(package: &Package) -> Vec<String> {
    let name = &package.name;
    let Some(layer) = layer_of(name) else {
        return vec![format!("{name} has no layer: give it one in LAYERS")];
    };
    let draws_lots = !PURE.contains(&name.as_str()) || MAY_USE_RANDOMNESS.contains(&name.as_str());
    package
        .dependencies
        .iter()
        .filter_map(|dependency| {
            let on = &dependency.name;
            if !dependency.ours {
                let generator = GENERATORS.contains(&on.as_str());
                return (generator && !dependency.dev && !draws_lots)
                    .then(|| format!("{name} depends on {on}, a random generator: only {MAY_USE_RANDOMNESS:?} may"));
            }
            // Its own tests may want more of a crate's features than its users do.
            let itself = on == name;
            let excepted = DEV_EXCEPTIONS.iter().any(|(who, whom, _)| who == name && whom == on);
            let excused = dependency.dev && (itself || excepted);
            match layer_of(on) {
                _ if excused => None,
                None => Some(format!("{name} depends on {on}, which has no layer")),
                Some(below) if below < layer => None,
                Some(other) => {
                    let kind = if dependency.dev { "dev-depends" } else { "depends" };
                    Some(format!("{name} (layer {layer}) {kind} on {on} (layer {other}): dependencies point downwards only"))
                }
            }
        })
        .collect()
}

/// What is wrong with a crate's whole tree. `tree` is the output of `cargo tree --prefix none --format {p}`:
/// one package in each line, `NAME vVERSION …`.
#[must_use]
pub fn tree_faults(name: &str, tree: &str) -> Vec<String> {
    let banned: Vec<&str> = if PURE.contains(&name) {
        [NOT_IN_PURE_TREES, NOT_IN_ANY_TREE].concat()
    } else {
        NOT_IN_ANY_TREE.to_vec()
    };
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|dep| banned.contains(dep))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
        .into_iter()
        .map(|dep| {
            format!("{name}'s tree holds {dep}: `cargo tree -p {name} -i {dep}` says through whom")
        })
        .collect()
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>, String> {
    value
        .get(key)
        .and_then(Value::as_array)
        .ok_or_else(|| format!("cargo metadata: no list {key:?}"))
}

fn text(value: &Value, key: &str) -> Result<String, String> {
    value
        .get(key)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| format!("cargo metadata: no text {key:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[(&str, bool, bool)]) -> Package {
        Package {
            name: name.to_owned(),
            manifest_path: String::new(),
            dependencies: dependencies
                .iter()
                .map(|(name, dev, ours)| Dependency {
                    name: (*name).to_owned(),
                    dev: *dev,
                    ours: *ours,
                })
                .collect(),
        }
    }

    #[test]
    fn arrows_that_do_not_point_downwards_are_faults() {
        let cases = [
            // (who, on whom, as dev-dependency, wrong)
            ("lacre-api", "lacre-crypto", false, false),
            ("lacre-crypto", "lacre-api", false, true),
            ("lacre-crypto", "lacre-api", true, true),
            ("lacre-crypto", "lacre-manifest", false, true),
            ("lacre-crypto", "lacre-crypto", true, false),
            ("lacre-seal", "lacre-engine", false, true),
            ("lacre-engine", "lacre", false, true),
            ("lacre-engine", "lacre-template", false, false),
            ("lacre-template", "lacre-api", false, true),
            ("lacre", "lacre-seal", false, false),
            ("lacre-tests", "lacre", false, true),
            ("lacre", "lacre-unheard-of", false, true),
        ];
        for (who, whom, dev, wrong) in cases {
            let faults = dependency_faults(&[package(who, &[(whom, dev, true)])]);
            assert_eq!(!faults.is_empty(), wrong, "{who} -> {whom}: {faults:?}");
        }
    }

    #[test]
    fn a_crate_without_a_layer_is_a_fault() {
        let faults = dependency_faults(&[package("lacre-new", &[])]);
        assert_eq!(faults, ["lacre-new has no layer: give it one in LAYERS"]);
    }

    #[test]
    fn only_crypto_may_draw_random_numbers() {
        assert!(
            dependency_faults(&[package("lacre-crypto", &[("rand", false, false)])]).is_empty()
        );
        assert!(
            dependency_faults(&[package("lacre-seal", &[("rand", true, false)])]).is_empty(),
            "tests may"
        );
        assert_eq!(
            dependency_faults(&[package("lacre-seal", &[("getrandom", false, false)])]).len(),
            1
        );
    }

    #[test]
    fn a_tree_with_a_client_or_a_second_provider_is_a_fault() {
        let tree = "lacre-api v0.1.0 (/x)\nkube v5.0.0\nkube-client v5.0.0\ntokio v1.54.0 (*)\ntokio v1.54.0\nring v0.17.0\n";
        assert_eq!(tree_faults("lacre-api", tree).len(), 3);
        assert_eq!(
            tree_faults("lacre", tree).len(),
            1,
            "the command line may have a client, not two providers"
        );
        assert!(
            tree_faults(
                "lacre-api",
                "lacre-api v0.1.0\nkube v5.0.0\nkube-core v5.0.0\ntokio-rs-like v1.0.0\n"
            )
            .is_empty()
        );
    }

    #[test]
    fn metadata_is_read_as_cargo_writes_it() {
        let json = r#"{"packages":[{"name":"a","manifest_path":"/x/Cargo.toml","dependencies":[
            {"name":"b","kind":null,"path":"/y"},{"name":"c","kind":"dev"}]}]}"#;
        let packages = packages_from_metadata(json).unwrap();
        assert_eq!(
            packages[0].dependencies,
            [
                Dependency {
                    name: "b".into(),
                    dev: false,
                    ours: true
                },
                Dependency {
                    name: "c".into(),
                    dev: true,
                    ours: false
                }
            ]
        );
        assert!(packages_from_metadata("{}").is_err());
    }
}
