//! What the program does, as files: `cmd/COMMAND/MODE.trycmd` holds commands with what they print, `MODE.in` the files
//! they run on, `MODE.out` the same files afterwards. `TRYCMD=overwrite cargo test -p lacre --test cmd` writes them anew.
#![cfg(test)]

#[test]
fn commands_do_what_their_files_say() {
    let nowhere = std::env::temp_dir().join("lacre-tests-have-no-home");
    let cases = trycmd::TestCases::new();
    cases
        .case("tests/cmd/*/*.trycmd")
        .case("tests/cmd/*/*.toml")
        .env("HOME", nowhere.display().to_string())
        .env("NO_COLOR", "1");
}
