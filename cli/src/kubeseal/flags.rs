//! kubeseal's command line: what a flag may be, how arguments and environment are read,
//! and how wrong ones are reported. The flags themselves are rows of [`table`].
//!
//! The grammar is that of Go's pflag: `--name value`, `--name=value`, `-n value`, `-nvalue`,
//! `-n=value`, switches that take a value only after `=`, `--` as the end of flags, and
//! anything else as a positional argument, which kubeseal ignores.

mod csv;
mod klog;
mod table;
mod usage;

use std::collections::HashMap;

use lacre_crypto::Scope;

use crate::cluster::Overrides;
use crate::go::quote::{quote, quote_char};
use table::FLAGS;
pub(super) use usage::usage;

/// Every setting that a flag or a variable can change.
pub(super) struct Flags {
    pub(super) cert: String,
    pub(super) controller_name: String,
    pub(super) controller_namespace: String,
    pub(super) format: String,
    pub(super) sealed_secret_file: String,
    pub(super) secret_file: String,
    pub(super) fetch_cert: bool,
    pub(super) allow_empty_data: bool,
    pub(super) validate: bool,
    pub(super) merge_into: String,
    pub(super) raw: bool,
    pub(super) name: String,
    pub(super) from_file: Vec<String>,
    pub(super) scope: Scope,
    pub(super) re_encrypt: bool,
    pub(super) recovery_unseal: bool,
    pub(super) recovery_private_key: Vec<String>,
    pub(super) version: bool,
    pub(super) help: bool,
    /// `--kubeconfig` and the flags that kubectl has as well.
    pub(super) cluster: Overrides,
}

impl Default for Flags {
    fn default() -> Self {
        Self {
            cert: String::new(),
            controller_name: "sealed-secrets-controller".to_owned(),
            controller_namespace: "kube-system".to_owned(),
            format: "json".to_owned(),
            sealed_secret_file: String::new(),
            secret_file: String::new(),
            fetch_cert: false,
            allow_empty_data: false,
            validate: false,
            merge_into: String::new(),
            raw: false,
            name: String::new(),
            from_file: Vec::new(),
            scope: Scope::Strict,
            re_encrypt: false,
            recovery_unseal: false,
            recovery_private_key: Vec::new(),
            version: false,
            help: false,
            cluster: Overrides::default(),
        }
    }
}

/// Where a flag's value goes, and by that how its text is read.
enum Target {
    /// A switch.
    Switch(fn(&mut Flags) -> &mut bool),
    /// Any text.
    Text(fn(&mut Flags) -> &mut String),
    /// A namespace, also written `ns/NAME`, `namespace/NAME` or `namespaces/NAME`.
    Namespace(fn(&mut Flags) -> &mut String),
    /// Texts, several in one argument as a line of CSV, and several arguments.
    List(fn(&mut Flags) -> &mut Vec<String>),
    /// Texts, one per argument.
    Array(fn(&mut Flags) -> &mut Vec<String>),
    /// A sealing scope.
    Scope(fn(&mut Flags) -> &mut Scope),
    /// A flag of the Go logging library: checked as it does, then without effect.
    Log(klog::Kind),
}

/// One flag.
struct Flag {
    name: &'static str,
    short: Option<char>,
    /// How the usage text calls the value; empty for a switch.
    value: &'static str,
    /// The default as the usage text shows it; empty when there is nothing to show.
    default: &'static str,
    help: &'static str,
    /// Set on flags that still work, are not listed, and say this when used.
    deprecated: Option<&'static str>,
    target: Target,
}

impl Flag {
    /// The value of the flag when it stands alone, for flags that may.
    fn alone(&self) -> Option<&'static str> {
        match self.target {
            Target::Switch(_) => Some("true"),
            Target::Log(kind) if kind.is_switch() => Some("true"),
            _ => None,
        }
    }

    /// The name of its environment variable; the logging flags have none.
    fn variable(&self) -> Option<String> {
        if matches!(self.target, Target::Log(_)) {
            return None;
        }
        let name = self.name.to_ascii_uppercase().replace('-', "_");
        Some(format!("SEALED_SECRETS_{name}"))
    }

    /// The name as error messages give it.
    fn shown(&self) -> String {
        match self.short {
            Some(short) => format!("-{short}, --{}", self.name),
            None => format!("--{}", self.name),
        }
    }

    /// Reads `value` into `flags`; the error is the reason alone.
    fn set(&self, flags: &mut Flags, value: &str) -> Result<(), String> {
        match self.target {
            Target::Switch(at) => {
                let parsed = parse_bool(value);
                // A value that can't be read switches off, also where the error is ignored.
                *at(flags) = parsed.unwrap_or(false);
                parsed.map(drop).ok_or_else(|| {
                    format!(
                        "strconv.ParseBool: parsing {}: invalid syntax",
                        quote(value)
                    )
                })
            }
            Target::Text(at) => {
                value.clone_into(at(flags));
                Ok(())
            }
            Target::Namespace(at) => {
                without_kind(value).clone_into(at(flags));
                Ok(())
            }
            Target::List(at) => {
                at(flags).extend(csv::record(value)?);
                Ok(())
            }
            Target::Array(at) => {
                at(flags).push(value.to_owned());
                Ok(())
            }
            Target::Scope(at) => {
                *at(flags) = match value {
                    "" | "strict" => Scope::Strict,
                    "namespace-wide" => Scope::NamespaceWide,
                    "cluster-wide" => Scope::ClusterWide,
                    _ => {
                        return Err(
                            "must be one of: strict, namespace-wide, cluster-wide".to_owned()
                        );
                    }
                };
                Ok(())
            }
            Target::Log(kind) => kind.check(value),
        }
    }
}

/// The truth values of Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// `ns/x` means `x`, as kubectl has it.
fn without_kind(value: &str) -> &str {
    for prefix in ["namespaces/", "namespace/", "ns/"] {
        if let Some((kind, rest)) = value.split_at_checked(prefix.len())
            && !rest.is_empty()
            && kind.eq_ignore_ascii_case(prefix)
        {
            return rest;
        }
    }
    value
}

/// Why parsing ended early.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// `-h`, which is no flag of its own: the usage, and success.
    Help,
    /// A wrong argument: the usage, this text, and exit code 2.
    Wrong(String),
}

/// What came of the command line.
pub(super) struct Parsed {
    pub(super) flags: Flags,
    /// Lines about deprecated flags, in the order of their use; kubeseal prints them on stdout.
    pub(super) notices: Vec<String>,
    pub(super) stop: Option<Stop>,
}

/// Reads environment and arguments (without the program's name). The environment comes first,
/// so that arguments win; lists take from both. A variable that can't be read is ignored.
pub(super) fn parse(args: &[String], variable: impl Fn(&str) -> Option<String>) -> Parsed {
    let mut flags = Flags::default();
    for flag in FLAGS {
        if let Some(value) = flag.variable().and_then(|name| variable(&name)) {
            let _ignored = flag.set(&mut flags, &value);
        }
    }
    let mut notices = Vec::new();
    let stop = Arguments::new(&mut flags, &mut notices).read(args).err();
    Parsed {
        flags,
        notices,
        stop,
    }
}

/// The walk over the arguments.
struct Arguments<'a> {
    flags: &'a mut Flags,
    notices: &'a mut Vec<String>,
    long: HashMap<&'static str, &'static Flag>,
}

impl<'a> Arguments<'a> {
    fn new(flags: &'a mut Flags, notices: &'a mut Vec<String>) -> Self {
        let long = FLAGS.iter().map(|flag| (flag.name, flag)).collect();
        Self {
            flags,
            notices,
            long,
        }
    }

    fn read(&mut self, args: &[String]) -> Result<(), Stop> {
        let mut rest = args.iter().map(String::as_str);
        while let Some(arg) = rest.next() {
            if arg == "--" {
                break;
            } else if let Some(name) = arg.strip_prefix("--") {
                self.long(arg, name, &mut rest)?;
            } else if let Some(letters) = arg.strip_prefix('-') {
                self.short(letters, &mut rest)?;
            }
        }
        Ok(())
    }

    /// `--name`, `--name=value`, `--name value`.
    fn long<'s>(
        &mut self,
        arg: &str,
        name: &'s str,
        rest: &mut impl Iterator<Item = &'s str>,
    ) -> Result<(), Stop> {
        if name.starts_with(['-', '=']) {
            return Err(Stop::Wrong(format!("bad flag syntax: {arg}")));
        }
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (name, None),
        };
        let Some(flag) = self.long.get(name).copied() else {
            return Err(Stop::Wrong(format!("unknown flag: --{name}")));
        };
        let value = value
            .or_else(|| flag.alone())
            .or_else(|| rest.next())
            .ok_or_else(|| Stop::Wrong(format!("flag needs an argument: --{name}")))?;
        self.set(flag, value)
    }

    /// The letters after one dash: switches, the last of them possibly with a value.
    fn short<'s>(
        &mut self,
        mut letters: &'s str,
        rest: &mut impl Iterator<Item = &'s str>,
    ) -> Result<(), Stop> {
        // Left over from `go test`, whose own flags pflag lets pass.
        if letters.starts_with("test.") {
            return Ok(());
        }
        while let Some(letter) = letters.chars().next() {
            let (_, after) = letters
                .split_at_checked(letter.len_utf8())
                .unwrap_or_default();
            let Some(flag) = FLAGS.iter().find(|flag| flag.short == Some(letter)) else {
                if letter == 'h' {
                    return Err(Stop::Help);
                }
                // pflag looks at the first byte of the letter and prints it as a character.
                let byte = letters.bytes().next().map_or(letter, char::from);
                return Err(Stop::Wrong(format!(
                    "unknown shorthand flag: {} in -{letters}",
                    quote_char(byte)
                )));
            };
            let joined = after.strip_prefix('=').filter(|value| !value.is_empty());
            let (value, next) = if let Some(value) = joined {
                (value, "")
            } else if let Some(value) = flag.alone() {
                (value, after)
            } else if !after.is_empty() {
                (after, "")
            } else if let Some(value) = rest.next() {
                (value, "")
            } else {
                return Err(Stop::Wrong(format!(
                    "flag needs an argument: {} in -{letters}",
                    quote_char(letter)
                )));
            };
            self.set(flag, value)?;
            letters = next;
        }
        Ok(())
    }

    fn set(&mut self, flag: &Flag, value: &str) -> Result<(), Stop> {
        flag.set(self.flags, value).map_err(|reason| {
            Stop::Wrong(format!(
                "invalid argument {} for {} flag: {reason}",
                quote(value),
                quote(&flag.shown())
            ))
        })?;
        if let Some(advice) = flag.deprecated {
            self.notices.push(format!(
                "Flag --{} has been deprecated, {advice}",
                flag.name
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str], env: &[(&str, &str)]) -> Parsed {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        parse(&args, |name| {
            env.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    fn wrong(args: &[&str]) -> String {
        match parsed(args, &[]).stop {
            Some(Stop::Wrong(text)) => text,
            other => panic!("{args:?}: {other:?}"),
        }
    }

    #[test]
    fn every_way_to_write_a_value_is_read() {
        for args in [
            &["--format", "yaml"][..],
            &["--format=yaml"],
            &["-o", "yaml"],
            &["-oyaml"],
            &["-o=yaml"],
            &["-o", "json", "--format", "yaml"],
            &["positional", "-o", "yaml", "-", "another"],
        ] {
            assert_eq!(parsed(args, &[]).flags.format, "yaml", "{args:?}");
        }
        assert_eq!(parsed(&["-o="], &[]).flags.format, "=");
        assert_eq!(parsed(&["--", "-o", "yaml"], &[]).flags.format, "json");
        assert!(parsed(&["--raw", "false"], &[]).flags.raw);
        assert!(!parsed(&["--raw=false"], &[]).flags.raw);
        assert!(parsed(&["-test.v"], &[]).stop.is_none());
        assert_eq!(parsed(&["-h"], &[]).stop, Some(Stop::Help));
    }

    #[test]
    fn lists_split_at_commas_and_arrays_do_not() {
        let flags = parsed(
            &[
                "--from-file=a,\"b,c\"",
                "--from-file",
                "d",
                "--as-group=x,y",
            ],
            &[("SEALED_SECRETS_FROM_FILE", "e")],
        )
        .flags;
        assert_eq!(flags.from_file, ["e", "a", "b,c", "d"]);
        assert_eq!(flags.cluster.as_group, ["x,y"]);
    }

    #[test]
    fn the_environment_is_the_default_and_its_errors_are_silent() {
        let env = [
            ("SEALED_SECRETS_FORMAT", ""),
            ("SEALED_SECRETS_SCOPE", "bogus"),
            ("SEALED_SECRETS_RAW", "maybe"),
            ("SEALED_SECRETS_NAMESPACE", "NS/team"),
            ("SEALED_SECRETS_ROTATE", "1"),
            ("SEALED_SECRETS_V", "x"),
        ];
        let read = parsed(&["--scope=cluster-wide"], &env);
        assert_eq!(read.flags.format, "");
        assert!(read.flags.scope == Scope::ClusterWide);
        assert!(!read.flags.raw);
        assert_eq!(read.flags.cluster.namespace, "team");
        assert!(read.flags.re_encrypt);
        assert!(read.notices.is_empty());
        assert!(read.stop.is_none());
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (args, text) in [
            (&["--nosuch=1"][..], "unknown flag: --nosuch"),
            (&["--=x"], "bad flag syntax: --=x"),
            (&["-xyz"], "unknown shorthand flag: 'x' in -xyz"),
            (&["-é"], "unknown shorthand flag: 'Ã' in -é"),
            (&["--cert"], "flag needs an argument: --cert"),
            (&["-o"], "flag needs an argument: 'o' in -o"),
            (
                &["--raw=maybe"],
                "invalid argument \"maybe\" for \"--raw\" flag: \
                 strconv.ParseBool: parsing \"maybe\": invalid syntax",
            ),
            (
                &["--scope", "global"],
                "invalid argument \"global\" for \"--scope\" flag: \
                 must be one of: strict, namespace-wide, cluster-wide",
            ),
            (
                &["-vz"],
                "invalid argument \"z\" for \"-v, --v\" flag: \
                 strconv.ParseInt: parsing \"z\": invalid syntax",
            ),
        ] {
            assert_eq!(wrong(args), text);
        }
    }

    #[test]
    fn a_deprecated_flag_works_and_says_what_to_use() {
        let read = parsed(&["--rotate"], &[]);
        assert!(read.flags.re_encrypt);
        assert_eq!(
            read.notices,
            ["Flag --rotate has been deprecated, please use --re-encrypt instead"]
        );
    }
}
