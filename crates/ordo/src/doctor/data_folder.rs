//! The folder of an embedded shop: that it is there, who may read it, and whether there is room.

use super::CheckResult;
use crate::{data_dir, image_folder, roles::gateway::has_room};
use std::{ffi::OsStr, fs, io::ErrorKind, os::unix::fs::PermissionsExt, path::Path};

/// Room that a shop should find on the disk, in bytes.
const ROOM: usize = 16 << 20;
/// What else can be done where only the folder itself is missing.
const CREATE: &str = ", or create a shop with `ordo serve`";

fn has_parent(data: &Path) -> bool {
    std::path::absolute(data).is_ok_and(|data| data.parent().is_some_and(Path::is_dir))
}

/// That it is one.
pub(super) fn there_is(data: &Path) -> Result<(), String> {
    match fs::metadata(data) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(format!("{} is no folder. Name the folder of the shop with --data.", data.display())),
        Err(error) => Err(format!(
            "{}: {error}. Name the folder of the shop with --data{}.",
            data.display(),
            if error.kind() == ErrorKind::NotFound && has_parent(data) { CREATE } else { "" }
        )),
    }
}

/// Passwords' hashes, addresses and mails are in the files: nobody but their owner reads them. Pictures are for everybody
/// to see.
pub(super) fn modes(data: &Path) -> CheckResult {
    let unreadable = |e: std::io::Error| format!("{}: {e}", data.display());
    let mode = |path: &Path| fs::metadata(path).map(|metadata| metadata.permissions().mode());
    if mode(data).map_err(unreadable)? & 0o022 != 0 {
        return Err(format!("others can write into {0}. Mend it with `chmod go-w {0}`.", data.display()));
    }
    for entry in fs::read_dir(data).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let (wrong, deed, mend) = match path.file_name().and_then(OsStr::to_str) {
            Some(image_folder::FOLDER) => (0o022, "write into", "go-w"),
            // those who mount it for a process give it to the group
            Some("secret") => (0o007, "read or change", "o="),
            _ => (0o077, "read or change", "go="),
        };
        // what is gone in the meantime is no matter: a log that was written into its database
        if mode(&path).is_ok_and(|mode| mode & wrong != 0) {
            return Err(format!("others can {deed} {0}. Mend it with `chmod {mend} {0}`.", path.display()));
        }
    }
    if let Some(why) = data_dir::unwritable(data) {
        return Err(why);
    }
    let but = if data.join(image_folder::FOLDER).exists() { ", but for the pictures" } else { "" };
    Ok(format!("the files are their owner's alone{but}"))
}

/// Whether there is room in it.
pub(super) fn disk(data: &Path) -> CheckResult {
    match has_room(data, ROOM) {
        Ok(()) => Ok(format!("{} MiB can be written", ROOM >> 20)),
        Err(error) => Err(format!(
            "{} MiB cannot be written into {}: {error}. Make room there, and see that the folder is yours.",
            ROOM >> 20,
            data.display()
        )),
    }
}
