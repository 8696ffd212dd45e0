//! Timers: a row with a due time, taken by any replica under a lock (R6).
//!
//! A timer fires at least once, survives restarts, and is there until its work has cleared or moved it in
//! the transaction of its effect. While it is worked on it is leased, for longer than its work may take; a failure
//! leaves it to the next turn, each time later. What fails too often, or for good, is found by the audit.

use crate::{
    hear::{Hear, HearError},
    idle::{Idle, SELDOM},
    store::timers,
};
use db::{Db, Result, Tx};
use endpoint::repeat;
use kernel::{Env, Timestamp};
use serde::Serialize;
use serde_json::Value;
use std::{fmt::Display, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, Semaphore},
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

/// So many of a kind are worked on at a time: one kind whose work takes long keeps no other waiting.
const OF_A_KIND: usize = 16;
/// What was set by another replica, or without a wake, is seen within this, before which it is rarely due.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Where another replica is just taking what is due.
const SOON: Duration = Duration::from_millis(50);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
/// For how long a timer is another's while one works on it, doubled with each try.
const LEASE: Duration = Duration::from_secs(20);
const LONGEST_LEASE: Duration = Duration::from_secs(300);
/// The work ends so long before its lease does: nobody else begins it meanwhile.
const SPARE: Duration = Duration::from_secs(1);

/// Wakes the timers of a service: one is due soon. Cheap to clone.
#[derive(Clone, Default)]
pub struct Timers(Arc<Notify>);

impl Timers {
    /// Tells that a timer was set and committed that may be due before the next look.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Runs due timers for as long as the node lives.
    pub(crate) async fn run(self, service: &'static str, env: Env, db: Db, kinds: Vec<Timer>) {
        let places = || Arc::new(Semaphore::new(OF_A_KIND));
        let kinds = kinds.into_iter().map(|timer| (timer, places())).collect();
        let mut idle = Idle::new(&db, self.0.clone());
        let running = Running { service, env, db, kinds, timers: self };
        loop {
            match running.turn().await {
                Ok(wait) => idle.rest(LOOK_AGAIN, wait).await,
                Err(error) => {
                    tracing::warn!(%error, "timers cannot be read; they will be tried again");
                    sleep(AFTER_A_FAILURE).await;
                }
            }
        }
    }
}

/// The timers of a service at work.
struct Running {
    service: &'static str,
    env: Env,
    db: Db,
    /// Each with the places for those that are worked on.
    kinds: Vec<(Timer, Arc<Semaphore>)>,
    timers: Timers,
}

impl Running {
    /// Begins to work on what is due, as far as there are places; until when nothing more is to be done.
    async fn turn(&self) -> Result<Duration> {
        // most looks find nothing, and a look costs no commit
        let now = self.db.now().await?;
        match timers::next_due(&self.db).await? {
            Some(due_at) if due_at <= now => {}
            next => return Ok(until(next, now)),
        }
        let mut wait = SELDOM;
        for (timer, places) in &self.kinds {
            let free = places.available_permits();
            if free == 0 {
                continue; // whoever leaves a place wakes us
            }
            let next = timers::next_due_of(&self.db, timer.kind).await?;
            wait = wait.min(match next {
                Some(due_at) if due_at <= now => self.begin(timer, places, free, now).await?,
                next => until(next, now),
            });
        }
        Ok(wait)
    }

    /// Leases what is due of a kind, and begins to work on each.
    async fn begin(
        &self,
        timer: &Timer,
        places: &Arc<Semaphore>,
        free: usize,
        now: Timestamp,
    ) -> Result<Duration> {
        let mut tx = self.db.begin().await?;
        let at_most = i64::try_from(free).unwrap_or(1);
        let due = timers::due(&mut tx, timer.kind, now, at_most).await?;
        for row in &due {
            timers::lease(&mut tx, timer.kind, row, now.plus(lease(row))).await?;
        }
        tx.commit_in(self.service, "flow.lease_timers").await?;
        let wait = if due.is_empty() { SOON } else { Duration::ZERO };
        for row in due {
            // nobody else takes places, so there are as many as were free
            let Ok(place) = places.clone().try_acquire_owned() else { break };
            let (service, env, db) = (self.service, self.env.clone(), self.db.clone());
            let (timer, timers) = (timer.clone(), self.timers.clone());
            self.env.spawn("timer", async move {
                work(service, &env, &db, &timer, row).await;
                drop(place);
                timers.wake();
            });
        }
        Ok(wait)
    }
}

fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    next.map_or(SELDOM, |due_at| due_at.since(now).clamp(Duration::from_millis(1), SELDOM))
}

fn lease(row: &timers::DueRow) -> Duration {
    LEASE.saturating_mul(1 << row.tries.clamp(0, 8)).min(LONGEST_LEASE)
}

async fn work(service: &'static str, env: &Env, db: &Db, timer: &Timer, row: timers::DueRow) {
    let (kind, key, tries, within) = (timer.kind, row.key.clone(), row.tries + 1, lease(&row) - SPARE);
    let due = Due { key: row.key, payload: row.payload, tries: row.tries };
    let failed = match timeout(within, repeat(env, || (timer.run)(due.clone()))).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error,
        Err(_) => HearError::Later(format!("its work took longer than {within:?}")),
    };
    tracing::warn!(kind, key, tries, error = %failed, "a timer's work failed; it will be tried again");
    if let HearError::Poison(why) = failed
        && let Err(error) = mark(service, db, (kind, &key, tries), &why).await
    {
        tracing::warn!(kind, key, %error, "a timer whose work cannot be done is not marked");
    }
}

/// Notes that a timer's work cannot be done, so that the audit names it. It is tried again all the same: a newer
/// version may know how.
async fn mark(service: &'static str, db: &Db, timer: (&str, &str, i64), why: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    timers::mark(&mut tx, timer, why).await?;
    tx.commit_in(service, "flow.mark_timer").await?;
    Ok(())
}
