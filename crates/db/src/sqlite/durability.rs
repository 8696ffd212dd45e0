//! Until when what was committed is on the disk.

use super::{Inner, Sqlite, barrier::Both};
use crate::{Error, ErrorKind, Result};
use std::sync::atomic::Ordering::SeqCst;

impl Sqlite {
    /// Of a file each of whose commits is durable: that it is still there, and no damage was met.
    ///
    /// # Errors
    /// `Unavailable` with what is wrong.
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

    /// The same, also where nothing was committed since: whether the files are there and take what is written.
    pub(crate) async fn is_durable(&self) -> Result<()> {
        let inner = &self.0;
        inner.powered()?;
        inner.damage.check()?;
        self.sync(inner.begun.load(SeqCst)).await
    }

    async fn sync(&self, wanted: u64) -> Result<()> {
        let inner = &self.0;
        // what is about to be committed may have been read already
        loop {
            let ended = inner.ended.notified();
            if inner.commits() >= wanted {
                break;
            }
            ended.await;
        }
        // in the log, all of them
        let covered = inner.commits();
        match &inner.barrier {
            Some(barrier) => barrier.sync().await?,
            None => inner.place.sync().await?,
        }
        inner.synced.fetch_max(covered + 1, SeqCst);
        Ok(())
    }
}

impl Inner {
    /// What the barrier of a file checks with each sync, where there is none.
    fn are_files_there(&self) -> Result<()> {
        let there = self.both.as_ref().map_or(Ok(()), Both::are_there);
        there.map_err(|why| {
            let message = format!("{why}: nothing is acknowledged any more; restart the process");
            Error::new(ErrorKind::Unavailable, message)
        })
    }
}
