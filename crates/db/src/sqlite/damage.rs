//! Corruption reported by SQLite: after it, nothing is acknowledged, and the health checks fail.

use super::{PageVerification, Sqlite, lock};
use crate::{Error, ErrorKind, Result};
use std::sync::OnceLock;

/// The first damage that was found, if any.
#[derive(Default)]
pub(super) struct Damage(OnceLock<Error>);

impl Damage {
    /// Returns a result, and records damage.
    pub(super) fn noting<T>(&self, done: Result<T>) -> Result<T> {
        match &done {
            Err(error) if error.is_damage() => self.note(&error.message),
            Err(error) if error.kind == ErrorKind::Unsynced => self.note_as(format!(
                "what was written cannot be synced ({}): nothing is acknowledged any more; see that the disk has room and is well, \
                 and restart the process",
                error.message
            )),
            _ => {}
        }
        done
    }

    pub(super) fn note(&self, what: &str) {
        self.note_as(format!(
            "the database file is damaged ({what}): nothing is acknowledged any more; stop the process and restore a backup"
        ));
    }

    fn note_as(&self, message: String) {
        self.0.get_or_init(|| {
            tracing::error!(error = %message, "damage");
            Error::new(ErrorKind::Unavailable, message)
        });
    }

    /// # Errors
    /// `Unavailable` if damage was found.
    pub(super) fn check(&self) -> Result<()> {
        self.0.get().map_or(Ok(()), |error| Err(error.clone()))
    }
}

/// The depth of a check for damage. Both read the complete file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Checks whether pages and rows can be read.
    Quick,
    /// Also checks whether each index matches its table, which takes several times as long.
    Deep,
}

impl Sqlite {
    /// Returns the damage of the file, such as corrupt pages. None if it is intact. Reads the complete file.
    ///
    /// # Errors
    /// `Unavailable` or `Busy` if it cannot be checked.
    pub async fn damage(&self, depth: Depth) -> Result<Option<String>> {
        let check = match depth {
            Depth::Quick => "pragma quick_check(1)",
            Depth::Deep => "pragma integrity_check(1)",
        };
        self.check(check).await
    }

    /// Returns the result of the page checksums when the file was opened, if this process maintains them.
    pub fn pages(&self) -> Option<&PageVerification> {
        self.0.kept.as_ref().map(|kept| &kept.found)
    }

    /// Recomputes the page checksums, after the pages were verified in another way.
    ///
    /// # Errors
    /// `Busy` while the log is being read; `Unavailable` if the pages cannot be read.
    pub async fn renew_pages(&self) -> Result<()> {
        let Some(keeper) = self.0.kept.as_ref().map(|kept| kept.keeper.clone()) else { return Ok(()) };
        let writer = self.0.committed().await?;
        let renew = move || lock(&keeper).renew(&writer.connection);
        self.0
            .env
            .blocking(renew)
            .await
            .unwrap_or_else(|| Err(Error::new(ErrorKind::Unavailable, "the process ends")))
    }

    /// Returns whether no checkpoint is queued or running in this process.
    pub fn is_log_at_rest(&self) -> bool {
        self.0.kept.as_ref().is_none_or(|kept| kept.keeper.try_lock().is_ok_and(|keeper| !keeper.is_beside()))
    }

    /// Returns whether pages are left that were not compared when the file was opened, or that this cannot be told at the moment.
    pub fn has_pages_to_compare(&self) -> bool {
        self.0
            .kept
            .as_ref()
            .is_some_and(|kept| kept.keeper.try_lock().map_or(true, |keeper| keeper.has_rest()))
    }

    /// Verifies the checksums of the next pages in turn, a MiB at a time; changed pages are recorded as damage.
    pub async fn look_at_pages(&self, mebibytes: usize) -> Option<String> {
        let keeper = self.0.kept.as_ref()?.keeper.clone();
        let look = move || (0..mebibytes).find_map(|_| lock(&keeper).look());
        let changed = self.0.env.blocking(look).await.flatten()?;
        self.0.damage.note(&changed);
        Some(changed)
    }

    /// Verifies what was committed to the log and is not copied yet; a change is recorded as damage. SQLite itself verifies it only when
    /// the file is opened.
    ///
    /// # Errors
    /// `Unavailable` if it cannot be read.
    pub async fn look_at_log(&self) -> Result<Option<String>> {
        let inner = self.0.clone();
        let look = move || {
            let Some(kept) = &inner.kept else { return Ok(None) };
            if kept.is_log_as_written()? {
                return Ok(None);
            }
            let what = "the log beside it is not as it was written";
            inner.damage.note(what);
            lock(&kept.keeper).hold();
            Ok(Some(what.to_owned()))
        };
        self.0.env.blocking(look).await.unwrap_or(Ok(None))
    }

    async fn check(&self, pragma: &str) -> Result<Option<String>> {
        self.0.powered()?;
        let Some(readers) = &self.0.readers else { return Ok(None) };
        let damage = readers.damage(&self.0.env, pragma).await?;
        if let Some(what) = &damage {
            self.0.damage.note(what);
        }
        Ok(damage)
    }
}
