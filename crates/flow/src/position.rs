//! How far a service has consumed the feed of another one, and whether that feed still has what was consumed. Where it does not,
//! the database of the producer was put back to an older state: its next events would be given positions that the consumer
//! takes for known, and passes over. So the consumer stops, and reports it (`docs/backup-and-restore.md`).

use crate::store::consumer_positions;
pub use crate::store::consumer_positions::FeedProgressOf;
use db::{Db, Result};
use kernel::id::EventId;
use std::fmt;

/// How far this service has consumed each feed.
///
/// # Errors
/// What the database says.
pub async fn all(db: &Db) -> Result<Vec<FeedProgressOf>> {
    consumer_positions::all(db).await
}

/// Whether a process of this service consumes at this moment.
///
/// # Errors
/// What the database says.
pub async fn is_at_work(db: &Db) -> Result<bool> {
    consumer_positions::is_any_held(db, db.now().await?).await
}

/// Has a service consume the feed of a producer from its beginning again: what has had its effect has none again (R3), and what
/// the producer has written since its database was put back is not passed over. No process may consume it in the meantime.
///
/// # Errors
/// What the database says.
pub async fn rewind(service: &'static str, db: &Db, producer: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    consumer_positions::rewind(&mut tx, producer).await?;
    tx.commit_in(service, "flow.rewind").await
}

/// Whether a feed that ends at `head` and has the event `at` at the position lacks what was consumed up to it.
pub(crate) fn is_ahead(
    (position, event): (i64, Option<EventId>),
    (head, at): (i64, Option<EventId>),
) -> bool {
    position > head || event.zip(at).is_some_and(|(consumed, at)| consumed != at)
}

/// A consumer that is ahead of its producer, for people; what to do is in [`REMEDY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ahead {
    /// Who consumes.
    pub consumer: &'static str,
    /// Whose feed.
    pub producer: String,
    /// How far that was consumed.
    pub position: i64,
    /// And how far it goes.
    pub head: i64,
}

/// What people do where a consumer is ahead of its producer.
pub const REMEDY: &str = "Put the newest databases back; or, if they are gone, stop all services and run `ordo accept-loss`. \
                          docs/backup-and-restore.md says what that means";

impl Ahead {
    /// What a consumer has noted of itself; none where it is not ahead.
    pub fn noted(consumer: &'static str, consumed: &FeedProgressOf) -> Option<Ahead> {
        let FeedProgressOf { producer, position, producer_head, .. } = consumed;
        Some(Ahead { consumer, producer: producer.clone(), position: *position, head: (*producer_head)? })
    }

    /// By the databases of both; none where it is not ahead.
    ///
    /// # Errors
    /// What the database of the producer says.
    pub async fn found(
        consumer: &'static str,
        consumed: &FeedProgressOf,
        producer: &Db,
    ) -> Result<Option<Ahead>> {
        let FeedProgressOf { position, event, .. } = *consumed;
        let (head, at) = crate::store::events::head_and_at(producer, position).await?;
        let ahead = || Ahead { consumer, producer: consumed.producer.clone(), position, head };
        Ok(is_ahead((position, event), (head, at)).then(ahead))
    }
}

impl fmt::Display for Ahead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ahead { consumer, producer, position, head } = self;
        match position > head {
            true => write!(
                f,
                "{consumer} has consumed event {position} of {producer}, and {producer} has {head}: its database is older than it was"
            ),
            false => write!(
                f,
                "{consumer} has consumed another event {position} of {producer} than {producer} has there: its database was put back \
                 to an older state, and went on from it"
            ),
        }
    }
}
