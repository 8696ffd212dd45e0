//! The database of one service on SQLite, as an embedded shop has it: in a file that others share.

use db::{Db, sqlite};
use kernel::Env;
use std::path::Path;

/// Opens the part of a service of the file in this folder, or makes it.
pub fn service(folder: &Path, name: &str, env: &Env) -> Db {
    let file = sqlite::Sqlite::open(folder.join("ordo.db"), env.clone(), sqlite::Options::default()).unwrap();
    file.namespace(name).into()
}
