//! The durability barrier of a file whose commits become visible immediately and durable later: one `fdatasync` of the log
//! covers all commits up to a moment.
//!
//! After a power failure, SQLite reads the log up to the first incomplete frame, so that a prefix of the commits survives,
//! in order. Code that waits here after a commit, or after reading one, can report it.

use super::pages::{Mark, beside, end_of};
use crate::{Error, ErrorKind, Result};
use kernel::BoxFuture;
use std::{
    fs::File,
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::JoinHandle,
};
use tokio::sync::oneshot;

/// Syncs the log of a file on a separate thread, once for all waiters.
pub(super) struct Barrier {
    /// None only while it is dropped.
    asked: Option<mpsc::Sender<oneshot::Sender<Result<()>>>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Barrier {
    /// When any handle of a file is closed, the operating system releases all locks of this process on it. Therefore the
    /// thread ends before the file can be opened again.
    fn drop(&mut self) {
        drop(self.asked.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The log of a database file, which SQLite keeps as long as a connection is open.
struct Log {
    file: File,
    /// SQLite's index of the log, and the mark that records how far the log is durable.
    mark: Option<(File, Arc<Mark>)>,
    both: OpenFiles,
    /// The reason why nothing becomes durable any more. A failed sync is never repeated: the operating system may have
    /// discarded the unwritten data, and would report success next time.
    failed: Option<Error>,
}

/// An open database file and its log, identified so that a replacement is detected.
pub(super) struct OpenFiles([(PathBuf, (u64, u64)); 2]);

impl OpenFiles {
    pub(super) fn of(database: &Path) -> Result<OpenFiles> {
        let log = beside(database, "-wal");
        let known = |path: &Path| match same(path) {
            Ok(known) => Ok((path.to_owned(), known)),
            Err(error) => Err(Error::new(ErrorKind::Unavailable, format!("{}: {error}", path.display()))),
        };
        Ok(OpenFiles([known(&log)?, known(database)?]))
    }

    /// Data written to a deleted or replaced file is lost when the process ends.
    pub(super) fn are_there(&self) -> std::result::Result<(), String> {
        let lost = self.0.iter().find(|(path, known)| !same(path).is_ok_and(|now| now == *known));
        lost.map_or(Ok(()), |(path, _)| Err(format!("{}: it was deleted or replaced", path.display())))
    }
}

impl Barrier {
    /// Starts the barrier of an open database file.
    pub(super) fn start(database: &Path, mark: Option<Arc<Mark>>) -> Result<Barrier> {
        let path = beside(database, "-wal");
        let shown = path.display().to_string();
        let named = |e: io::Error| Error::new(ErrorKind::Unavailable, format!("{shown}: {e}"));
        let file = File::options().read(true).write(true).open(&path).map_err(named)?;
        let mark = match mark {
            Some(mark) => Some((File::open(beside(database, "-shm")).map_err(named)?, mark)),
            None => None,
        };
        let mut log = Log { file, mark, both: OpenFiles::of(database)?, failed: None };
        let (asked, queue) = mpsc::channel::<oneshot::Sender<Result<()>>>();
        let work = move || {
            for first in &queue {
                let waiting: Vec<_> = std::iter::once(first).chain(queue.try_iter()).collect();
                let synced = log.sync();
                for one in waiting {
                    let _ = one.send(synced.clone()); // it may have been cancelled
                }
            }
        };
        let thread = std::thread::Builder::new().name("sqlite-sync".to_owned()).spawn(work);
        let thread = thread.map_err(|e| Error::other(format!("no thread for the barrier: {e}")))?;
        Ok(Barrier { asked: Some(asked), thread: Some(thread) })
    }

    /// Makes everything committed before durable.
    pub(super) fn sync(&self) -> BoxFuture<Result<()>> {
        let (tell, told) = oneshot::channel();
        let is_asked = self.asked.as_ref().is_some_and(|asked| asked.send(tell).is_ok());
        Box::pin(async move {
            match told.await {
                Ok(synced) if is_asked => synced,
                _ => Err(Error::new(ErrorKind::Unavailable, "the database is closed")),
            }
        })
    }
}

impl Log {
    fn sync(&mut self) -> Result<()> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let end = self.mark.as_ref().and_then(|(index, _)| end_of(index).ok());
        let synced = self.file.sync_data().map_err(|e| format!("{}: {e}", self.both.0[0].0.display()));
        if let (Ok(()), Some((index, mark)), Some(end)) = (&synced, &self.mark, end) {
            mark.tell(end, index);
        }
        synced.and_then(|()| self.both.are_there()).map_err(|why| {
            let message = format!("{why}: nothing is acknowledged any more; restart the process");
            tracing::error!(error = %message, "database log sync failed");
            let error = Error::new(ErrorKind::Unavailable, message);
            self.failed = Some(error.clone());
            error
        })
    }
}

/// Returns the identity of a file, regardless of its name.
fn same(path: &Path) -> io::Result<(u64, u64)> {
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}
