//! What is said of a shop whose databases are gone.

use super::{DATABASE, LAST_BACKUP, SIMULATOR};
use crate::exit_code::Failure;
use std::path::Path;

/// One of its databases is missing.
pub(super) fn one(path: &Path) -> Failure {
    Failure::Data(format!(
        "{} is missing, and other databases of the shop are there. Put it back from where the others \
         came; without it, orders would be paid or sold again.",
        path.display()
    ))
}

/// All of them are, and the record of the newest backup is not.
pub(super) fn all(folder: &Path) -> Failure {
    let folder = folder.display();
    Failure::Data(format!(
        "{folder} had a shop: its databases are gone, and {LAST_BACKUP} is there, which names its newest backup. Put \
         {DATABASE} and {SIMULATOR} back, or restore the backup into another folder. A new shop needs an empty folder."
    ))
}
