//! Gives the events of the public log their places, after they are committed.
//!
//! A place is what a reader's cursor says, so none may become visible after a higher one. On PostgreSQL the
//! numbers that rows get when they are inserted do not promise that: a lower one can commit later.

use crate::{
    Notifications,
    store::log::{self, PositionedEvent},
};
use db::Result;
use flow::{PollBackoff, poll_backoff::IDLE_POLL_INTERVAL};
use std::time::Duration;
use tokio::time::sleep;

const BATCH: i64 = 200;
/// How long an event that nobody told of can wait: a replica's, or one whose process ended after the commit.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Works for as long as the node lives.
pub(crate) async fn place_events(s: Notifications) {
    let mut idle = PollBackoff::new(&s.db, s.placing.clone());
    loop {
        match place_all(&s).await {
            Ok(()) => idle.rest(LOOK_AGAIN, IDLE_POLL_INTERVAL).await,
            Err(error) => {
                tracing::warn!(%error, "log positions could not be assigned; will retry");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

async fn place_all(s: &Notifications) -> Result<()> {
    while log::anything_unplaced(&s.db).await? {
        let mut tx = s.db.begin().await?;
        let PositionedEvent { head, events } = log::place(&mut tx, BATCH).await?;
        tx.commit("notifications.place_events").await?;
        s.streams.placed(head, events);
    }
    if s.streams.any() {
        // another process may have placed something
        s.streams.reaches(log::head(&s.db).await?);
    }
    Ok(())
}
