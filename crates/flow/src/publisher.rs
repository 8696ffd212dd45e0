//! The publisher: gives committed events their positions in the feed and sends them, in that order.
//!
//! It never asks for `seq > last`: on PostgreSQL a lower one can commit later. It takes events that have no
//! position yet, one publisher at a time under the lock of the feed's head. An event is marked as sent after
//! the bus has taken it; a crash between the two sends it again, which no consumer minds.

use crate::{journal::Journal, store::events};
use bus::{Bus, Message};
use contracts::feed::Positioned;
use db::Result;
use kernel::failpoint;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// Events sent between two marks.
const BATCH: i64 = 200;
/// How long an event that nobody told of can wait: a replica's, or one whose process ended after the commit.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);

/// Publishes for as long as the node lives.
pub(crate) async fn run(journal: Journal, bus: Arc<dyn Bus>) {
    loop {
        match publish_all(&journal, &*bus).await {
            Ok(()) => {
                // a wake that came in between is kept by the Notify
                let _ = timeout(LOOK_AGAIN, journal.woken.notified()).await;
            }
            Err(error) => {
                tracing::warn!(service = journal.service, %error, "publishing failed; it will be tried again");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

/// Publishes until nothing waits.
async fn publish_all(journal: &Journal, bus: &dyn Bus) -> Result<()> {
    let mut sent_up_to = None;
    while sent_up_to.is_some() || events::anything_waiting(&journal.db).await? {
        let mut tx = journal.db.begin().await?;
        let head = events::lock_head(&mut tx).await?;
        if let Some(position) = sent_up_to.take() {
            events::mark_sent(&mut tx, position).await?;
        }
        events::place(&mut tx, head, BATCH).await?;
        tx.commit_in(journal.service, "flow.place_events").await?;
        sent_up_to = send(journal, bus).await?;
    }
    Ok(())
}

/// Sends what is placed and not yet sent; the position up to which the bus took everything.
async fn send(journal: &Journal, bus: &dyn Bus) -> Result<Option<i64>> {
    let mut up_to = None;
    for Positioned { position, event } in events::unsent(&journal.db, journal.service, BATCH).await? {
        let body = serde_json::to_string(&event).map_err(|e| db::Error::other(e.to_string()))?;
        let message =
            Message { topic: journal.service, position, id: event.id.to_string(), body: body.into() };
        failpoint::pass_in("flow.publish", "calling", journal.service);
        if let Err(error) = bus.publish(message).await {
            tracing::warn!(service = journal.service, %error, "an event waits for the bus");
            sleep(AFTER_A_FAILURE).await;
            return Ok(up_to);
        }
        failpoint::pass_in("flow.publish", "called", journal.service);
        up_to = Some(position);
    }
    Ok(up_to)
}
