//! Whether this user can write a data folder.

use super::{DATABASE, SIMULATOR};
use db::sqlite::companions;
use std::{
    fs::{self, OpenOptions},
    io,
    path::{Path, PathBuf},
};

/// Made and removed, to see whether that can be done.
const PROBE: &str = ".write-probe";

/// What in the data folder this user cannot write, and what to do; nothing where all can be written. SQLite gives the log beside a
/// database the mode of that: one that cannot be written would leave a log that cannot be written later either.
pub(crate) fn unwritable(folder: &Path) -> Option<String> {
    let probe = folder.join(PROBE);
    let made = OpenOptions::new().create(true).truncate(true).write(true).open(&probe);
    if let Err(error) = made.and_then(|_| fs::remove_file(&probe)) {
        return Some(told(folder, &error, "u+rwx"));
    }
    refused(folder, |kind| kind != io::ErrorKind::NotFound)
}

/// The file of the shop that this user has no right to write, and what to do: it is not opened either. Of a folder on a medium that
/// nobody can write there is none.
pub(crate) fn forbidden(folder: &Path) -> Option<String> {
    refused(folder, |kind| kind == io::ErrorKind::PermissionDenied)
}

fn refused(folder: &Path, counts: impl Fn(io::ErrorKind) -> bool) -> Option<String> {
    files(folder).iter().find_map(|file| match OpenOptions::new().read(true).write(true).open(file) {
        Err(error) if counts(error.kind()) => Some(told(file, &error, "u+rw")),
        _ => None,
    })
}

fn told(path: &Path, error: &io::Error, mode: &str) -> String {
    let path = path.display();
    format!(
        "{path} cannot be written: {error}. Run as the user that owns the shop, or give its owner the right: `chmod {mode} {path}`."
    )
}

/// The files of a shop that are written while it runs, those that there may be.
fn files(folder: &Path) -> Vec<PathBuf> {
    let of = |name: &str| {
        let database = folder.join(name);
        let index = folder.join(format!("{name}-shm"));
        [database.clone(), index].into_iter().chain(companions(&database))
    };
    [DATABASE, SIMULATOR].into_iter().flat_map(of).chain([folder.join("anchor.json")]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::temp_dir::TempDir;

    #[test]
    fn what_cannot_be_written_is_named_and_nothing_is_left() {
        let folder = TempDir::new();
        assert_eq!(unwritable(folder.path()), None);
        fs::write(folder.path().join(DATABASE), "").unwrap();
        assert_eq!(unwritable(folder.path()), None);
        // to root each file is writable
        fs::create_dir(folder.path().join("simulator.db-wal")).unwrap();
        let told = unwritable(folder.path()).unwrap();
        assert!(
            told.contains("simulator.db-wal cannot be written: ") && told.contains("chmod u+rw"),
            "{told}"
        );
        assert!(unwritable(&folder.path().join("none")).is_some());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
