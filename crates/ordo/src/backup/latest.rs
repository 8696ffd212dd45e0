//! The last backup that was written, by command or automatically: a file in the data folder remembers it, for the system page,
//! the meters and the doctor.

use super::unusable;
use crate::{config::Config, data_dir::LAST_BACKUP, exit_code::Failure};
use kernel::{
    Timestamp,
    metrics::{Counter, Gauge, Metric},
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

static AGE: Gauge = Gauge::new("ordo_backup_age_seconds", "How old the newest backup is.", &[]);
static BYTES: Gauge = Gauge::new("ordo_backup_bytes", "The bytes of the newest backup.", &[]);
pub(super) static FAILED: Counter =
    Counter::new("ordo_backup_failures_total", "Automatic backups that could not be written.", &[]);

/// All of them.
pub(crate) static METERS: [&dyn Metric; 3] = [&AGE, &BYTES, &FAILED];

/// The last backup that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Latest {
    /// All that was acknowledged before this (UTC) is in it.
    pub(crate) at: Timestamp,
    pub(crate) bytes: u64,
    /// Where it was written.
    pub(crate) to: PathBuf,
}

impl Latest {
    /// That of the shop in this folder; none where there was none, or the file cannot be read.
    pub(crate) fn of(data: &Path) -> Option<Latest> {
        serde_json::from_slice(&fs::read(data.join(LAST_BACKUP)).ok()?).ok()
    }

    /// Whether it is one of the automatic ones in this folder.
    pub(crate) fn is_automatic_in(&self, folder: &Path) -> bool {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let name = self.to.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        self.to.parent() == Some(&folder) && name.starts_with("ordo-") && name.ends_with("Z.tar")
    }

    /// Remembers it.
    pub(super) fn keep(&self, data: &Path) -> Result<(), Failure> {
        let (path, part) =
            (data.join(LAST_BACKUP), data.join(format!("{LAST_BACKUP}.{}.part", std::process::id())));
        let to = std::path::absolute(&self.to).unwrap_or_else(|_| self.to.clone());
        let text = serde_json::to_vec(&Latest { to, ..self.clone() }).map_err(Failure::other)?;
        let _ = fs::remove_file(&part);
        super::create(&part)
            .and_then(|mut file| std::io::Write::write_all(&mut file, &text))
            .and_then(|()| fs::rename(&part, &path))
            .map_err(|error| unusable(&path, &error))
    }
}

/// In the data folder, while the last automatic backup was not written.
const FAILURE: &str = "backup-failed";

/// Why the last automatic backup was not written, where it was not.
pub(crate) fn failure(data: &Path) -> Option<String> {
    fs::read_to_string(data.join(FAILURE)).ok()
}

/// Notes why it was not, or that it was. Where that cannot be noted, the log has it.
pub(super) fn note_failure(data: &Path, why: Option<&str>) {
    let path = data.join(FAILURE);
    let _ = fs::remove_file(&path);
    if let Some(why) = why {
        let _ =
            super::create(&path).and_then(|mut file| std::io::Write::write_all(&mut file, why.as_bytes()));
    }
}

/// Checks the last backup of the shop in this folder, when the metrics are read. Where there should be one and is none,
/// its age is that of the process, which began at `since`.
pub(crate) fn look(config: &Config, since: Timestamp, now: Timestamp) {
    let (at, bytes) = match Latest::of(&config.data) {
        Some(Latest { at, bytes, .. }) => (at, bytes),
        None if config.backup_to.is_some() => (since, 0),
        None => return,
    };
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    AGE.set(&[], number(now.since(at).as_secs()));
    BYTES.set(&[], number(bytes));
}
