//! Whether there may be something new in a database, for tasks that look for work in it.

use crate::sqlite::Sqlite;

/// What was committed since somebody last asked. A task that looks for work after it, and seldom besides, needs no
/// clock that wakes it all the time.
#[derive(Debug)]
pub struct ChangeCounter(Kind);

#[derive(Debug)]
enum Kind {
    /// Counts the commits of this process in this namespace. What another one writes, such as a command beside the server, is not seen.
    Counted { db: Sqlite, seen: u64 },
    /// Other processes write as well, and do not tell.
    Unknown,
}

impl ChangeCounter {
    pub(crate) fn counted(db: Sqlite) -> Self {
        ChangeCounter(Kind::Counted { seen: db.commits_here(), db })
    }
    pub(crate) fn unknown() -> Self {
        ChangeCounter(Kind::Unknown)
    }

    /// Waits until something has been committed since the last time; where that cannot be known, it is over at once.
    /// Nothing is missed when this future is dropped.
    pub async fn wait(&mut self) {
        match &mut self.0 {
            Kind::Unknown => {}
            Kind::Counted { db, seen } => *seen = db.committed_since(*seen).await,
        }
    }
}
