//! Values that are in no manifest yet: `--from-file [KEY=]PATH`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lacre_api::names::check_item;
use lacre_api::{Decoded, Metadata, Secret};
use lacre_secret::SecretBytes;

use super::args::SealArgs;
use crate::inputs::Input;
use crate::problem::{Place, Problem};
use crate::ui::Ui;

/// One `--from-file`, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Word {
    /// The item, when it was named.
    key: Option<String>,
    path: PathBuf,
}

/// Splits at the first `=`; one behind a `/` belongs to the path, since no item name has a `/`.
fn split(word: &str) -> Word {
    match word.split_once('=') {
        Some((key, path)) if !key.contains('/') => Word {
            key: Some(key.to_owned()),
            path: path.into(),
        },
        _ => Word {
            key: None,
            path: word.into(),
        },
    }
}

/// An item and the file that its value comes from.
#[derive(Debug)]
struct Item {
    name: String,
    from: Input,
}

/// The values of the files, under their items.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// Item to value.
    pub(super) data: BTreeMap<String, SecretBytes>,
    /// Item to the file it came from, for messages.
    pub(super) origin: BTreeMap<String, Place>,
}

/// The one file that a word names; its item does not matter.
pub(super) fn input(word: &str) -> Input {
    let path = split(word).path;
    if path.as_os_str() == "-" {
        Input::stdin()
    } else {
        Input::file(path)
    }
}

/// Reads all that `--from-file` names.
pub(super) fn read(words: &[String], ui: &Ui) -> Result<Values, Problem> {
    let mut values = Values::default();
    for word in words {
        for item in items(word)? {
            let place = Place::file(item.from.name());
            check_item(&item.name).map_err(|problem| {
                Problem::new(format!("the item name {:?} {problem}", item.name))
                    .in_place(place.clone())
                    .mend("name the item: --from-file KEY=PATH")
            })?;
            let value = item.from.read(ui)?;
            if let Some(before) = values.origin.insert(item.name.clone(), place.clone()) {
                return Err(Problem::new(format!(
                    "the item {} comes from {before} already",
                    item.name
                ))
                .in_place(place)
                .mend("name one of them otherwise: --from-file KEY=PATH"));
            }
            values.data.insert(item.name, value);
        }
    }
    Ok(values)
}

/// The files that one word stands for: itself, or those of a folder.
fn items(word: &str) -> Result<Vec<Item>, Problem> {
    let Word { key, path } = split(word);
    if path.as_os_str() == "-" {
        let name = key.ok_or_else(|| {
            Problem::new("a value from stdin needs an item name").mend("name it: --from-file KEY=-")
        })?;
        let from = Input::stdin();
        return Ok(vec![Item { name, from }]);
    }
    if path.is_dir() {
        return match key {
            None => items_of_folder(&path),
            Some(_) => Err(Problem::new(
                "is a folder; its files are the items, by their own names",
            )
            .in_place(Place::file(path.display().to_string()))
            .mend("leave out KEY=, or name a file")),
        };
    }
    let name = key.unwrap_or_else(|| file_name(&path));
    Ok(vec![Item {
        name,
        from: Input::file(path),
    }])
}

/// The regular files of a folder, as kubectl takes them; those whose names no item can have are left out there, too,
/// but here that is an error.
fn items_of_folder(folder: &Path) -> Result<Vec<Item>, Problem> {
    let unreadable =
        |e| Problem::io("cannot be read", e).in_place(Place::file(folder.display().to_string()));
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.file_type().map_err(unreadable)?.is_file() {
            let path = entry.path();
            found.push(Item {
                name: file_name(&path),
                from: Input::file(path),
            });
        }
    }
    if found.is_empty() {
        return Err(
            Problem::new("has no files").in_place(Place::file(folder.display().to_string()))
        );
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// The Secret that `--from-file` asks for, as `kubectl create secret generic` makes it.
pub(super) fn secret(args: &SealArgs, values: BTreeMap<String, SecretBytes>) -> Decoded<Secret> {
    Decoded {
        object: Secret {
            metadata: Metadata {
                name: args.identity.name.clone(),
                ..Metadata::default()
            },
            type_: args.values.type_.clone(),
            data: values,
            ..Secret::default()
        },
        issues: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_where_the_item_ends() {
        let word = |key: Option<&str>, path: &str| Word {
            key: key.map(str::to_owned),
            path: path.into(),
        };
        assert_eq!(split("pw.txt"), word(None, "pw.txt"));
        assert_eq!(split("password=pw.txt"), word(Some("password"), "pw.txt"));
        assert_eq!(split("password=a=b"), word(Some("password"), "a=b"));
        assert_eq!(split("./a=b"), word(None, "./a=b"));
        assert_eq!(split("password=dir/a=b"), word(Some("password"), "dir/a=b"));
    }
}
