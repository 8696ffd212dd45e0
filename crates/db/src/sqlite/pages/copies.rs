//! The thread that copies the log into the file concurrently with writers.

use super::{Keeper, Mark, PageVerification, end_of, log, unreadable};
use crate::{
    Error, Result,
    sqlite::{SqliteInner, lock},
};
use std::{
    fs::File,
    path::PathBuf,
    sync::{Arc, Mutex, mpsc},
};

/// A file whose log this process copies.
pub(crate) struct PageChecksums {
    pub(crate) keeper: Arc<Mutex<Keeper>>,
    /// The result of the checksums when it was opened.
    pub(crate) found: PageVerification,
    pub(crate) copies: Copies,
    pub(crate) mark: Arc<Mark>,
    pub(crate) log: PathBuf,
    /// The index of the log, which contains its end.
    pub(crate) index: File,
}

impl PageChecksums {
    /// Returns whether what was committed to the log, which may be written meanwhile, is as it was written.
    pub(crate) fn is_log_as_written(&self) -> Result<bool> {
        log::is_as_written(&self.log, &self.index).map_err(|error| unreadable(&self.log, &error))
    }

    /// Records that the log is durable up to its end, for a file whose commits are durable.
    pub(crate) fn tell(&self) {
        if let Ok(end) = end_of(&self.index) {
            self.mark.tell(end, &self.index);
        }
    }
}

/// The queue of requested copies of the log. The thread ends with the file.
pub(crate) struct Copies(mpsc::Sender<Arc<SqliteInner>>);

impl Copies {
    pub(crate) fn start() -> Result<Copies> {
        let (asked, queue) = mpsc::channel::<Arc<SqliteInner>>();
        let work = move || {
            for inner in queue {
                let Some(kept) = &inner.kept else { continue };
                let copied = lock(&kept.keeper).copy_beside();
                // records damage
                let _ = inner.damage.noting(copied);
            }
        };
        let thread = std::thread::Builder::new().name("sqlite-copy".to_owned()).spawn(work);
        thread.map_err(|e| Error::other(format!("no thread for copies of the log: {e}")))?;
        Ok(Copies(asked))
    }

    /// Queues a copy. Call [`Keeper::begin_beside`] first.
    pub(crate) fn begin(&self, inner: Arc<SqliteInner>) {
        if let Err(mpsc::SendError(inner)) = self.0.send(inner)
            && let Some(kept) = &inner.kept
        {
            lock(&kept.keeper).end_beside();
        }
    }
}
