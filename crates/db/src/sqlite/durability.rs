//! The durability of commits.

use super::{Sqlite, SqliteInner, barrier::OpenFiles};
use crate::{Error, ErrorKind, Result};
use std::sync::atomic::Ordering::SeqCst;

impl Sqlite {
    /// Checks that a file with durable commits still exists, and that no damage was found.
    ///
    /// # Errors
    /// `Unavailable` with the problem.
    pub fn intact(&self) -> Result<()> {
        self.0.damage.check()?;
        self.0.are_files_there()
    }

    /// See [`crate::Db::durable`].
    pub(crate) async fn durable(&self) -> Result<()> {
        let inner = &self.0;
        inner.powered()?;
        inner.damage.check()?;
        let wanted = inner.begun.load(SeqCst);
        if inner.synced.load(SeqCst) > wanted {
            return Ok(());
        }
        self.sync(wanted).await
    }

    /// Does the same even if nothing was committed since: checks that the files exist and can be written.
    pub(crate) async fn is_durable(&self) -> Result<()> {
        let inner = &self.0;
        inner.powered()?;
        inner.damage.check()?;
        self.sync(inner.begun.load(SeqCst)).await
    }

    async fn sync(&self, wanted: u64) -> Result<()> {
        let inner = &self.0;
        // a transaction that is about to be committed may already have been read
        loop {
            let ended = inner.ended.notified();
            if inner.commits() >= wanted {
                break;
            }
            ended.await;
        }
        // all of them are in the log
        let covered = inner.commits();
        match &inner.barrier {
            Some(barrier) => barrier.sync().await?,
            None => inner.place.sync().await?,
        }
        inner.synced.fetch_max(covered + 1, SeqCst);
        Ok(())
    }
}

impl SqliteInner {
    /// Performs the checks of the barrier for a file without one.
    fn are_files_there(&self) -> Result<()> {
        let there = self.both.as_ref().map_or(Ok(()), OpenFiles::are_there);
        there.map_err(|why| {
            let message = format!("{why}: nothing is acknowledged any more; restart the process");
            Error::new(ErrorKind::Unavailable, message)
        })
    }
}
