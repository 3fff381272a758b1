//! Completions and man pages, which come from the grammar.

use std::fs;

use crate::support::{names, run};

#[test]
fn completions_are_there_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(["completions", shell]).exits(0);
        for word in [
            "unseal",
            "render",
            "explain",
            "template",
            "show-values",
            "delims",
        ] {
            assert!(ran.text().contains(word), "{word} for {shell}");
        }
        assert_eq!(ran.stderr, "");
    }
    run(["completions", "tcsh"]).exits(2);
}

/// Long flags as the help of a command lists them.
fn flags(help: &str) -> Vec<String> {
    let words = help.lines().filter_map(|line| {
        let line = line.trim_start();
        let flag = line
            .strip_prefix("--")
            .or_else(|| line.split_once(", --").map(|(_, flag)| flag));
        (line.starts_with('-')).then_some(flag?)
    });
    let name = |word: &str| {
        word.split([' ', '=', '<', '[', '.'])
            .next()
            .unwrap()
            .to_owned()
    };
    words.map(name).collect()
}

#[test]
fn every_command_has_a_man_page_that_tells_each_of_its_flags() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("man1");
    run(["man", folder.to_str().unwrap()]).exits(0);
    let pages = names(&folder);
    for page in [
        "lacre.1",
        "lacre-seal.1",
        "lacre-template.1",
        "lacre-keys.1",
        "lacre-keys-generate.1",
        "lacre-cert-fetch.1",
    ] {
        assert!(pages.contains(&page.to_owned()), "{page} of {pages:?}");
    }
    for page in &pages {
        let text = fs::read_to_string(folder.join(page))
            .unwrap()
            .replace("\\-", "-");
        let words = page.trim_end_matches(".1").split('-').skip(1);
        if page.contains("help") {
            continue;
        }
        let help = run(words.chain(["--help"])).exits(0);
        let flags = flags(help.text());
        assert!(flags.contains(&"help".to_owned()), "{page}: {flags:?}");
        for flag in flags {
            assert!(text.contains(&format!("--{flag}")), "--{flag} in {page}");
        }
    }
}
