//! The rest of a task between two looks for work: short while something happens, long while nothing does.

use db::{ChangeCounter, Db};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, time::sleep};

/// How long it can take until what another process wrote into a database of SQLite is seen: a command that works
/// beside the server. What is written by this process, or into PostgreSQL, is seen sooner.
pub const IDLE_POLL_INTERVAL: Duration = Duration::from_secs(20);

/// Lets a task rest until there may be something to do.
#[derive(Debug)]
pub struct PollBackoff {
    woken: Arc<Notify>,
    changes: ChangeCounter,
}

impl PollBackoff {
    /// For a task that looks for work in `db`, and is usually woken by `woken`.
    pub fn new(db: &Db, woken: Arc<Notify>) -> Self {
        PollBackoff { woken, changes: db.changes() }
    }

    /// Rests until it is woken; at the longest for `seldom`, and for `soon` once somebody has committed something
    /// without a wake-up: the request was cut off, or another replica committed.
    pub async fn rest(&mut self, soon: Duration, seldom: Duration) {
        let PollBackoff { woken, changes } = self;
        let changed = async {
            changes.wait().await;
            sleep(soon).await;
        };
        // biased, so that a run can be repeated: no choice is drawn; a wake that came in between is kept by the Notify
        tokio::select! {
            biased;
            () = woken.notified() => {}
            () = changed => {}
            () = sleep(seldom) => {}
        }
    }
}
