//! What no file of the repository may hold.

/// Paths and names of the place where this was written: nothing here may need them. Put together from
/// halves, since this file is searched as well.
const WORKPLACE: &[&str] = &[
    concat!("../", "shared"),
    concat!("/work/", "shared"),
    concat!("/work/", "main"),
    concat!("/work/", "peers"),
    concat!("shared/", "spec"),
    concat!("shared/", "vectors"),
    concat!("shared/", "kubeseal-cases"),
    concat!("farm", "-bench"),
    concat!("farm", "-studio"),
];

/// What a file says of the place where it was written.
#[must_use]
pub fn workplace_faults(file: &str, text: &str) -> Vec<String> {
    text.lines()
        .enumerate()
        .flat_map(|(at, line)| {
            WORKPLACE
                .iter()
                .filter(move |word| line.contains(**word))
                .map(move |word| (at + 1, word))
        })
        .map(|(line, word)| format!("{file}:{line}: mentions {word}, which nobody else has"))
        .collect()
}

/// What is wrong with a crate's Cargo.toml: the workspace's lints must hold for it.
#[must_use]
pub fn manifest_faults(package: &str, manifest: &str) -> Vec<String> {
    let mut in_lints = false;
    let inherits = manifest.lines().map(str::trim).any(|line| {
        if line.starts_with('[') {
            in_lints = line == "[lints]";
        }
        in_lints && line.replace(' ', "") == "workspace=true"
    });
    if inherits {
        Vec::new()
    } else {
        vec![format!(
            "{package}: Cargo.toml lacks `[lints] workspace = true`"
        )]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_workplace_is_a_fault_with_its_line() {
        let text = concat!("fine\nsee ../", "shared/x\n");
        assert_eq!(workplace_faults("a.md", text).len(), 1);
        assert!(
            workplace_faults("a.md", text)
                .concat()
                .starts_with("a.md:2: ")
        );
        assert!(workplace_faults("a.md", "shared by two crates; /work/tree").is_empty());
    }

    #[test]
    fn a_crate_must_take_over_the_lints() {
        assert!(
            manifest_faults(
                "a",
                "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n"
            )
            .is_empty()
        );
        assert_eq!(
            manifest_faults("a", "[package]\nworkspace = true\n").len(),
            1
        );
        assert_eq!(
            manifest_faults("a", "[lints]\n[package]\nversion.workspace = true\n").len(),
            1
        );
    }
}
