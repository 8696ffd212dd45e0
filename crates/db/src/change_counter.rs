//! Change notifications of a database, for tasks that look for work in it.

use crate::sqlite::Sqlite;

/// Counts the commits since the last check. A task that checks for work after each commit, and rarely otherwise, needs no
/// frequent polling.
#[derive(Debug)]
pub struct ChangeCounter(CounterBackend);

#[derive(Debug)]
enum CounterBackend {
    /// Counts the commits of this process in this namespace. Commits of other processes, such as a command that runs next
    /// to the server, are not counted.
    Counted { db: Sqlite, seen: u64 },
    /// Other processes also write, without notifications.
    Unknown,
}

impl ChangeCounter {
    pub(crate) fn counted(db: Sqlite) -> Self {
        ChangeCounter(CounterBackend::Counted { seen: db.commits_here(), db })
    }
    pub(crate) fn unknown() -> Self {
        ChangeCounter(CounterBackend::Unknown)
    }

    /// Waits until something has been committed since the last call; returns immediately if that cannot be known. Nothing
    /// is missed if this future is dropped.
    pub async fn wait(&mut self) {
        match &mut self.0 {
            CounterBackend::Unknown => {}
            CounterBackend::Counted { db, seen } => *seen = db.committed_since(*seen).await,
        }
    }
}
