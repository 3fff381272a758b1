//! Writes the CustomResourceDefinitions into `crds/`, or into the folder given.

use std::path::PathBuf;
use std::{env, fs, io};

use lacre_api::crd;

fn main() -> io::Result<()> {
    let own = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../crds"));
    let folder = env::args_os().nth(1).map_or(own, PathBuf::from);
    for (file, definition) in crd::all() {
        fs::write(folder.join(file), crd::to_yaml(&definition).expose())?;
    }
    Ok(())
}
