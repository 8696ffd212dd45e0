//! The publisher: gives committed events their positions in the feed, and sends them in that order.
//!
//! It never selects `seq > last`: on PostgreSQL a lower `seq` can commit later. It selects events without a position, one
//! publisher at a time under the lock of the feed's head. An event is marked as sent after the bus has accepted it; after a
//! crash in between it is sent again, which consumers tolerate. Of several replicas the holder of the lease sends for all, and
//! releases the lease when nothing is left to send. Two concurrent publishers would do no harm, but send everything twice.

use crate::{
    consumer_lease::{self, LEASE},
    journal::Journal,
    poll_backoff::{IDLE_POLL_INTERVAL, PollBackoff},
    store::events,
};
use bus::{Bus, Message, PublishError};
use contracts::feed::FeedEntry;
use db::{Result, Tx};
use futures_util::StreamExt;
use kernel::failpoint;
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::time::sleep;
use uuid::Uuid;

/// Events per batch.
const BATCH: i64 = 200;
/// Maximum delay of an event without a wake-up: of another replica, or of a process that ended after the commit.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
/// Interval at which another replica's lease is checked.
const FIRST_WAIT: Duration = Duration::from_millis(20);

/// Publishes while the node runs.
pub(crate) async fn run(journal: Journal, bus: Arc<dyn Bus>) {
    let mut idle = PollBackoff::new(&journal.db, journal.woken.clone());
    let me = consumer_lease::replica(&journal.env, &journal.db);
    let mut wait = FIRST_WAIT;
    loop {
        match publish_all(&journal, &*bus, me).await {
            Ok(PublishOutcome::Done) => {
                wait = FIRST_WAIT;
                idle.rest(LOOK_AGAIN, IDLE_POLL_INTERVAL).await;
            }
            // its holder is about to finish: the events are sent by then, or left to this replica
            Ok(PublishOutcome::LeaseHeldElsewhere) => {
                sleep(wait).await;
                wait = (wait * 2).min(AFTER_A_FAILURE);
            }
            Err(error) => {
                tracing::warn!(service = journal.service, %error, "publishing failed; will retry");
                sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

enum PublishOutcome {
    /// Nothing is left to send.
    Done,
    /// Another replica is sending.
    LeaseHeldElsewhere,
}

/// What the bus accepted.
#[derive(Default)]
struct PublishedBatch {
    /// The last accepted position, if any.
    up_to: Option<i64>,
    /// Whether nothing is left to send.
    is_all: bool,
}

/// Publishes until nothing is left to send.
async fn publish_all(journal: &Journal, bus: &dyn Bus, me: Option<Uuid>) -> Result<PublishOutcome> {
    let mut sent = PublishedBatch::default();
    while sent.up_to.is_some() || events::anything_waiting(&journal.db).await? {
        let mut tx = journal.db.begin().await?;
        let Some(head) = lock_head(&mut tx, me).await? else {
            tx.rollback().await?;
            return Ok(PublishOutcome::LeaseHeldElsewhere);
        };
        if let Some(position) = sent.up_to {
            events::mark_sent(&mut tx, position).await?;
        }
        let placed = events::place(&mut tx, head, BATCH).await?;
        let is_over = placed == 0 && sent.is_all;
        if let Some(me) = me.filter(|_| is_over) {
            events::end_turn(&mut tx, me).await?;
        }
        tx.commit_in(journal.service, "flow.place_events").await?;
        sent = if is_over { PublishedBatch::default() } else { send(journal, bus).await? };
    }
    Ok(PublishOutcome::Done)
}

/// Locks the head of the feed; none while another replica sends.
async fn lock_head(tx: &mut Tx, me: Option<Uuid>) -> Result<Option<i64>> {
    let Some(me) = me else { return events::lock_head(tx).await.map(Some) };
    let now = tx.now().await?;
    events::lock_head_in_turn(tx, me, (now, now.plus(LEASE))).await
}

/// Sends events that have a position and are not sent yet, in order, in batches of the size that the bus prefers.
async fn send(journal: &Journal, bus: &dyn Bus) -> Result<PublishedBatch> {
    let unsent = events::unsent(&journal.db, journal.service, BATCH).await?;
    let is_all = i64::try_from(unsent.len()).is_ok_and(|count| count < BATCH);
    let sending = futures_util::stream::iter(unsent).map(|event| send_one(journal, bus, event));
    let mut sending = pin!(sending.buffered(bus.in_flight().max(1)));
    let mut up_to = None;
    while let Some(sent) = sending.next().await {
        match sent? {
            Ok(position) => up_to = Some(position),
            Err(error) => {
                tracing::warn!(service = journal.service, %error, "event publish failed; will retry");
                sleep(AFTER_A_FAILURE).await;
                return Ok(PublishedBatch { up_to, is_all: false });
            }
        }
    }
    Ok(PublishedBatch { up_to, is_all })
}

async fn send_one(
    journal: &Journal,
    bus: &dyn Bus,
    FeedEntry { position, event }: FeedEntry,
) -> Result<std::result::Result<i64, PublishError>> {
    let body = serde_json::to_string(&event).map_err(|e| db::Error::other(e.to_string()))?;
    let message = Message { topic: journal.service, position, id: event.id.to_string(), body: body.into() };
    failpoint::pass_in("flow.publish", "calling", journal.service);
    let sent = bus.publish(message).await;
    if sent.is_ok() {
        failpoint::pass_in("flow.publish", "called", journal.service);
    }
    Ok(sent.map(|()| position))
}
