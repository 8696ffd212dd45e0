//! Gives the events of the public log their places, after they are committed.
//!
//! A place is what a reader's cursor says, so none may become visible after a higher one. On PostgreSQL the
//! numbers that rows get when they are inserted do not promise that: a lower one can commit later.

use crate::{Notifications, store::log};
use db::Result;
use std::time::Duration;
use tokio::time::{sleep, timeout};

const BATCH: i64 = 200;
/// How long an event that nobody told of can wait: a replica's, or one whose process ended after the commit.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Works for as long as the node lives.
pub(crate) async fn place_events(s: Notifications) {
    loop {
        match place_all(&s).await {
            // a wake that came in between is kept by the Notify
            Ok(()) => drop(timeout(LOOK_AGAIN, s.placing.notified()).await),
            Err(error) => {
                tracing::warn!(%error, "events cannot be placed in the log; it will be tried again");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

async fn place_all(s: &Notifications) -> Result<()> {
    while log::anything_unplaced(&s.db).await? {
        let mut tx = s.db.begin().await?;
        log::place(&mut tx, BATCH).await?;
        tx.commit("notifications.place_events").await?;
    }
    Ok(())
}
