//! Timers: a row with a due time, taken by any replica under a lock (R6).
//!
//! A timer fires at least once, survives restarts, and is there until its work has cleared or moved it in
//! the transaction of its effect. While it is worked on it is leased; a failure leaves it to the next turn,
//! each time later.

use crate::{hear::Hear, store::timers};
use db::{Db, Result, Tx};
use futures_util::future::join_all;
use kernel::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::{fmt::Display, sync::Arc, time::Duration};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

/// A timer that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// What it is about.
    pub key: String,
    /// What was noted when it was set.
    pub payload: Value,
    /// How often it has been tried before.
    pub tries: i64,
}

/// A kind of timer, and its work.
#[derive(Clone)]
pub struct Timer {
    /// Its kind, unique in the service.
    pub kind: &'static str,
    /// Its work: clears or moves the timer in the transaction of its effect.
    pub run: Hear<Due>,
}

/// Sets a timer, or moves it.
///
/// # Errors
/// What the database says.
pub async fn set(
    tx: &mut Tx,
    kind: &str,
    key: impl Display,
    due_at: Timestamp,
    payload: &impl Serialize,
) -> Result<()> {
    let payload = serde_json::to_value(payload).map_err(|e| db::Error::other(e.to_string()))?;
    timers::set(tx, kind, &key.to_string(), due_at, payload).await
}

/// Clears a timer: its work is done, or no longer wanted.
///
/// # Errors
/// What the database says.
pub async fn clear(tx: &mut Tx, kind: &str, key: impl Display) -> Result<()> {
    timers::clear(tx, kind, &key.to_string()).await
}

/// Timers taken at once.
const BATCH: i64 = 32;
/// The longest sleep: another replica may have set something.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
/// For how long a timer is another's while one works on it, doubled with each try.
const LEASE: Duration = Duration::from_secs(15);
const LONGEST_LEASE: Duration = Duration::from_secs(300);

/// Wakes the timers of a service: one is due soon. Cheap to clone.
#[derive(Clone, Default)]
pub struct Timers(Arc<Notify>);

impl Timers {
    /// Tells that a timer was set and committed that may be due before the next look.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Runs due timers for as long as the node lives.
    pub(crate) async fn run(self, service: &'static str, db: Db, kinds: Vec<Timer>) {
        loop {
            let wait = match run_due(service, &db, &kinds).await {
                Ok(true) => continue,
                Ok(false) => until_next(&db).await,
                Err(error) => Err(error),
            };
            match wait {
                // a wake that came in between is kept by the Notify
                Ok(wait) => drop(timeout(wait, self.0.notified()).await),
                Err(error) => {
                    tracing::warn!(%error, "timers cannot be read; they will be tried again");
                    sleep(AFTER_A_FAILURE).await;
                }
            }
        }
    }
}

async fn until_next(db: &Db) -> Result<Duration> {
    let Some(due_at) = timers::next_due(db).await? else { return Ok(LOOK_AGAIN) };
    let now = db.now().await?;
    Ok(due_at.since(now).clamp(Duration::from_millis(1), LOOK_AGAIN))
}

/// Leases what is due and works on it; whether there was anything.
async fn run_due(service: &'static str, db: &Db, kinds: &[Timer]) -> Result<bool> {
    // most looks find nothing, and a look costs no commit
    let now = db.now().await?;
    if timers::next_due(db).await?.is_none_or(|due_at| due_at > now) {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    let due = timers::due(&mut tx, now, BATCH).await?;
    for row in &due {
        let doubled = LEASE.saturating_mul(1 << row.tries.clamp(0, 8));
        timers::lease(&mut tx, row, now.plus(doubled.min(LONGEST_LEASE))).await?;
    }
    tx.commit_in(service, "flow.lease_timers").await?;
    let any = !due.is_empty();
    join_all(due.into_iter().map(|row| work(kinds, row))).await;
    Ok(any)
}

async fn work(kinds: &[Timer], row: timers::DueRow) {
    let Some(timer) = kinds.iter().find(|timer| timer.kind == row.kind) else {
        tracing::error!(kind = row.kind, key = row.key, "nobody knows this kind of timer");
        return;
    };
    let due = Due { key: row.key, payload: row.payload, tries: row.tries };
    let (kind, key) = (timer.kind, due.key.clone());
    if let Err(error) = (timer.run)(due).await {
        tracing::warn!(kind, key, %error, "a timer's work failed; it will be tried again");
    }
}
