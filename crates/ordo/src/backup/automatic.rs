//! Backups by themselves: every so often, into a folder in which the newest are kept.

use super::{
    BackupSource, Latest, TakenBackup, in_background,
    latest::{FAILED, failure, note_failure},
    take, unusable,
};
use crate::{config::Config, exit_code::Failure};
use kernel::{Env, Timestamp};
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// After a failure it is tried again this soon, or after the usual time where that is shorter.
const AGAIN: Duration = Duration::from_secs(10 * 60);

/// Before each, whatever the clock says.
const PAUSE: Duration = Duration::from_millis(500);
const ID_DIGITS: usize = 8;

/// What the settings ask for.
#[derive(Debug, Clone)]
struct Schedule {
    every: Duration,
    to: PathBuf,
    /// At least one.
    keep: usize,
    source: BackupSource,
    /// What the data folder is called by, where it has no name yet.
    new_id: String,
}

/// Writes backups for as long as the process lives, where the settings ask for them.
///
/// # Errors
/// When the shop's secret cannot be read.
pub(crate) fn start(config: &Config, env: &Env) -> Result<(), Failure> {
    if let Some(to) = config.backup_to.clone() {
        let (every, keep) = (Duration::from_secs(config.backup_every), config.backup_keep as usize);
        let new_id = hex::encode(env.random::<{ ID_DIGITS / 2 }>());
        let schedule = Schedule { every, to, keep, source: BackupSource::of(config)?, new_id };
        if super::is_in_data_folder(&schedule.to, &config.data) {
            tracing::warn!(
                folder = %schedule.to.display(),
                "backups are written into the data folder, and would be lost with it: set ORDO_BACKUP_TO to a folder on another disk"
            );
        }
        FAILED.begin(&[]);
        let own = env.clone();
        env.spawn("backups", async move { schedule.work(&own).await });
    }
    Ok(())
}

/// What the system page shows.
pub(crate) async fn known(config: &Config, env: &Env) -> web::Backups {
    let data = config.data.clone();
    let known = env.blocking(move || (Latest::of(&data), failure(&data))).await;
    let (last, failed) = known.unwrap_or_default();
    let is_automatic = config.backup_to.is_some();
    web::Backups {
        last: last.map(|last| (last.at, last.bytes)),
        failed: failed.filter(|_| is_automatic),
        is_automatic,
    }
}

impl Schedule {
    async fn work(self, env: &Env) {
        loop {
            let (own, now) = (self.clone(), env.now());
            let due_in = env.blocking(move || own.due_in(now)).await.unwrap_or(self.every);
            sleep(due_in.max(PAUSE)).await;
            let begun = Instant::now();
            match self.write(env).await {
                Ok((to, TakenBackup { bytes, .. })) => {
                    let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
                    tracing::info!(to = %to.display(), bytes, took_ms, "backup written");
                    self.note(env, None).await;
                }
                Err(failure) => {
                    FAILED.count(&[]);
                    tracing::error!(error = %failure, folder = %self.to.display(), "the backup was not written: see that ORDO_BACKUP_TO names a folder that can be written into");
                    self.note(env, Some(failure.to_string())).await;
                    sleep(AGAIN.min(self.every)).await;
                }
            }
        }
    }

    async fn note(&self, env: &Env, failure: Option<String>) {
        let data = self.source.data.clone();
        let _ = env.blocking(move || note_failure(&data, failure.as_deref())).await;
    }

    /// How long until the next one: the first at once, and after a restart as if there had been none.
    fn due_in(&self, now: Timestamp) -> Duration {
        let to = std::path::absolute(&self.to).unwrap_or_else(|_| self.to.clone());
        let last =
            Latest::of(&self.source.data).filter(|last| last.to.parent() == Some(&to) && last.to.exists());
        // if the clock was set back, the wait is at most the usual one
        last.map_or(Duration::ZERO, |last| self.every.saturating_sub(now.since(last.at)))
    }

    async fn write(&self, env: &Env) -> Result<(PathBuf, TakenBackup), Failure> {
        let (own, now) = (self.clone(), env.now());
        let prefix = in_background(env, move || {
            let prefix = own.prefix().map_err(|error| unusable(&own.source.data, &error))?;
            own.forget_interrupted(&prefix).map_err(|error| unusable(&own.to, &error))?;
            Ok(prefix)
        })
        .await?;
        let to = self.to.join(name(&prefix, now));
        let written = take(env, &self.source, &to, Box::new(|_, _| {})).await;
        let (own, newest) = (self.clone(), to.clone());
        // also where it failed: those that are too many must not fill the disk
        let forgotten = in_background(env, move || {
            own.forget_old(&prefix, &newest).map_err(|error| unusable(&own.to, &error))
        });
        let forgotten = forgotten.await;
        let taken = written?;
        forgotten?;
        Ok((to, taken))
    }

    /// What backups of this data folder are called, so that several shops can share a folder; a restored shop has another name.
    fn prefix(&self) -> io::Result<String> {
        let file = self.source.data.join("backup-id");
        let id = match fs::read_to_string(&file) {
            Ok(id) if id.len() == ID_DIGITS && id.bytes().all(|digit| digit.is_ascii_hexdigit()) => id,
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {
                let _ = fs::remove_file(&file);
                super::create(&file)?.write_all(self.new_id.as_bytes())?;
                self.new_id.clone()
            }
        };
        Ok(format!("ordo-{id}-"))
    }

    /// Those in the folder whose names are like this, the oldest first: by when they were written, whatever the clock said.
    fn written(&self, prefix: &str, end: &str) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.to)? {
            let entry = entry?;
            let is_its = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(prefix) && name.ends_with(end));
            if is_its {
                found.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, path)| path).collect())
    }

    /// A process that was killed leaves half of one; no other process writes those of this data folder.
    fn forget_interrupted(&self, prefix: &str) -> io::Result<()> {
        self.written(prefix, ".tar.partial")?.iter().try_for_each(fs::remove_dir_all)
    }

    /// Never the newest one.
    fn forget_old(&self, prefix: &str, newest: &Path) -> io::Result<()> {
        let mut older = self.written(prefix, "Z.tar")?;
        older.retain(|path| path != newest);
        let others = self.keep - usize::from(newest.exists());
        let old = older.len().saturating_sub(others);
        older[..old].iter().try_for_each(fs::remove_file)
    }
}

/// `ordo-1f3a52cc-2026-11-28T23-15-00Z.tar`.
fn name(prefix: &str, now: Timestamp) -> String {
    let time: String = now.to_string().chars().take("2026-11-28T23:15:00".len()).collect();
    format!("{prefix}{}Z.tar", time.replace(':', "-"))
}
