//! Dead letters: events that could not be acted on. People list them, have them acted on again when what was wrong is
//! repaired, or drop them; until then the audit names them (I8).
//!
//! Who wants one to be acted on again says so in its row, beside the service or while it does not run; the service
//! does it.

use crate::{ConsumeError, Consumer, PollBackoff, poll_backoff::IDLE_POLL_INTERVAL, store::dead_letters};
use contracts::events::AnyEvent;
use db::{Db, Result};
use endpoint::retry_on_conflict;
use kernel::{Env, Timestamp, id::EventId};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// An event that could not be acted on, and that nobody has dropped.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Its id.
    pub event: EventId,
    /// Whose it is.
    pub producer: String,
    /// What happened: `order.placed`.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// The event itself.
    pub body: Value,
    /// Why it could not be acted on.
    pub error: String,
    /// When it was dead-lettered, the last time.
    pub at: Timestamp,
    /// Whether it must be acted on again.
    pub replay: bool,
    /// How often that was tried without success.
    pub replays: i64,
}

/// How soon a letter that must be acted on again is looked for: who wants it is another process.
const LOOK: Duration = Duration::from_secs(10);
/// So many at a time.
const TOGETHER: i64 = 32;

/// The oldest hundred.
///
/// # Errors
/// What the database says.
pub async fn list(db: &Db) -> Result<Vec<DeadLetter>> {
    dead_letters::list(db).await
}

/// Whether this event was dead-lettered here, and is there still.
///
/// # Errors
/// What the database says.
pub async fn holds(db: &Db, event: EventId) -> Result<bool> {
    dead_letters::holds(db, event).await
}

/// Has a letter acted on again, as soon as the service looks; false where there is none.
///
/// # Errors
/// What the database says.
pub async fn replay(service: &'static str, db: &Db, event: EventId) -> Result<bool> {
    let mut tx = db.begin().await?;
    let found = dead_letters::want(&mut tx, event).await?;
    tx.commit_in(service, "flow.want_letter").await?;
    Ok(found)
}

/// Drops a letter: it was checked, and nothing is to be done. False where there is none.
///
/// # Errors
/// What the database says.
pub async fn drop(service: &'static str, db: &Db, event: EventId) -> Result<bool> {
    let mut tx = db.begin().await?;
    let found = dead_letters::see(&mut tx, event).await?;
    tx.commit_in(service, "flow.drop_letter").await?;
    Ok(found)
}

/// Acts on what somebody wants to be acted on again, for as long as the node lives.
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

/// Acts on what is wanted; how long nothing else can be.
async fn replay_wanted(
    service: &'static str,
    env: &Env,
    db: &Db,
    consumers: &[Consumer],
) -> Result<Duration> {
    // where nothing was dead-lettered, nothing can be wanted
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
