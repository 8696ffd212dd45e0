//! Dead letters: events that cannot be handled. Operators list them, and replay them after the cause is fixed, or discard
//! them; until then the audit reports them (I8).
//!
//! A replay is requested in the row, also by another process or while the service does not run; the service performs it.

pub use crate::store::dead_letters::DeadLetter;
use crate::{ConsumeError, Consumer, PollBackoff, poll_backoff::IDLE_POLL_INTERVAL, store::dead_letters};
use contracts::events::AnyEvent;
use db::{Db, Result};
use endpoint::retry_on_conflict;
use kernel::{Env, id::EventId};
use std::{sync::Arc, time::Duration};

/// Poll interval for requested replays, which another process may have requested.
const LOOK: Duration = Duration::from_secs(10);
/// Replays per batch.
const TOGETHER: i64 = 32;

/// The oldest hundred.
///
/// # Errors
/// A database error.
pub async fn list(db: &Db) -> Result<Vec<DeadLetter>> {
    dead_letters::list(db).await
}

/// Whether this event is a dead letter here.
///
/// # Errors
/// A database error.
pub async fn holds(db: &Db, event: EventId) -> Result<bool> {
    dead_letters::holds(db, event).await
}

/// Requests the replay of a dead letter; false if there is none.
///
/// # Errors
/// A database error.
pub async fn replay(service: &'static str, db: &Db, event: EventId) -> Result<bool> {
    let mut tx = db.begin().await?;
    let found = dead_letters::want(&mut tx, event).await?;
    tx.commit_in(service, "flow.want_letter").await?;
    Ok(found)
}

/// Discards a dead letter; false if there is none.
///
/// # Errors
/// A database error.
pub async fn drop(service: &'static str, db: &Db, event: EventId) -> Result<bool> {
    let mut tx = db.begin().await?;
    let found = dead_letters::see(&mut tx, event).await?;
    tx.commit_in(service, "flow.drop_letter").await?;
    Ok(found)
}

/// Performs requested replays while the node runs.
pub(crate) async fn run(service: &'static str, env: Env, db: Db, consumers: Vec<Consumer>) {
    let mut idle = PollBackoff::new(&db, Arc::default());
    loop {
        let rest = match replay_wanted(service, &env, &db, &consumers).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::warn!(service, %error, "dead letters could not be read; will retry");
                LOOK
            }
        };
        idle.rest(LOOK, rest).await;
    }
}

/// Performs requested replays; returns the time until the next poll.
async fn replay_wanted(
    service: &'static str,
    env: &Env,
    db: &Db,
    consumers: &[Consumer],
) -> Result<Duration> {
    // without dead letters no replay can be requested
    if !dead_letters::any(db).await? {
        return Ok(IDLE_POLL_INTERVAL);
    }
    for (id, producer, body) in dead_letters::wanted(db, TOGETHER).await? {
        let consumer = consumers.iter().find(|consumer| consumer.producer == producer);
        let heard = match (consumer, serde_json::from_value::<AnyEvent>(body)) {
            (Some(consumer), Ok(event)) => {
                retry_on_conflict(env, || Box::pin(consumer.handle(event.clone()))).await
            }
            (Some(_), Err(error)) => Err(error.into()),
            (None, _) => Err(ConsumeError::Permanent(format!("nobody here hears {producer}"))),
        };
        let why = match heard {
            Ok(()) => None,
            Err(ConsumeError::Permanent(why)) => Some(why),
            Err(ConsumeError::Retryable(why)) => {
                tracing::info!(service, event = %id, why, "dead letter pending");
                continue;
            }
        };
        tracing::info!(service, event = %id, error = why, "dead letter replayed");
        let mut tx = db.begin().await?;
        match why {
            None => dead_letters::delete(&mut tx, id).await?,
            Some(why) => dead_letters::put_back(&mut tx, id, &why, env.now()).await?,
        }
        tx.commit_in(service, "flow.replay_letter").await?;
    }
    Ok(LOOK)
}
