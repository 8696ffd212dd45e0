//! Whether an embedded shop has a backup that is new enough.

use super::CheckResult;
use crate::{
    backup::{Latest, failure, is_in_data_folder, shown_bytes},
    config::Config,
};
use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
    time::Duration,
};

/// So many times as old as the settings ask for, the newest backup is too old.
const LATE: u32 = 2;
/// Bytes for which there must be room at least.
const ROOM: usize = 1 << 20;

/// `runs`: whether a process runs the shop.
pub(super) fn check(config: &Config, runs: bool) -> CheckResult {
    let now = host::env().now();
    let last = Latest::of(&config.data);
    let newest = match &last {
        Some(Latest { at, bytes, to }) => {
            let is_there = if to.exists() { "" } else { ", which is no longer there" };
            format!("the newest is of {at} ({}), in {}{is_there}", shown_bytes(*bytes), to.display())
        }
        None => "there is none yet".to_owned(),
    };
    let Some(folder) = &config.backup_to else {
        return Ok(format!("{newest}; none is written automatically unless ORDO_BACKUP_TO names a folder"));
    };
    if let Err(error) = has_room(folder) {
        let folder = folder.display();
        return Err(match error.kind() {
            io::ErrorKind::NotFound => format!(
                "there is no folder {folder} for backups. Make it, or correct ORDO_BACKUP_TO; {newest}."
            ),
            _ => format!(
                "nothing can be written into {folder}: {error}. Correct ORDO_BACKUP_TO, or make room there; {newest}."
            ),
        });
    }
    if let Some(why) = failure(&config.data) {
        return Err(format!("the last one was not written: {why}. {newest}."));
    }
    if is_in_data_folder(folder, &config.data) {
        return Err(format!(
            "{} is in the data folder, and is lost with it. Set ORDO_BACKUP_TO to a folder on another disk; {newest}.",
            folder.display()
        ));
    }
    let every = Duration::from_secs(config.backup_every);
    let why = match &last {
        None if runs => String::new(),
        None => return Ok(newest),
        // one that the command wrote may be moved, or deleted after a drill
        Some(last) if !last.to.exists() && last.is_automatic_in(folder) => {
            return Err(format!("{newest}. Put it back, or restart the shop, which writes a new one."));
        }
        Some(last) if now.since(last.at) > every * LATE => {
            format!(", and one is due every {} s", every.as_secs())
        }
        Some(_) => return Ok(newest),
    };
    Err(format!("{newest}{why}. The log of the shop says why."))
}

/// Writes so many bytes into the folder, which may be others' too, and takes them away again.
fn has_room(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".ordo-doctor-{}", std::process::id()));
    // what is there by this name is somebody else's
    let mut file = OpenOptions::new().create_new(true).write(true).open(&path)?;
    let written = file.write_all(&vec![0; ROOM]).and_then(|()| file.sync_data());
    fs::remove_file(&path)?;
    written
}
