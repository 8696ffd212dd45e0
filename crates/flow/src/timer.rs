//! Timers: a row with a due time, taken by any replica under a lock (R6).
//!
//! A timer fires at least once, survives restarts, and exists until its work has cleared or moved it in the transaction of
//! its effect. While it runs it is leased, for longer than its work may take; a failure postpones it with exponential backoff,
//! up to a quarter of a minute. If the process dies, the timer runs again after its lease has expired. No timer is abandoned:
//! the audit reports what fails for too long, or permanently.

use crate::{
    handler::{ConsumeError, Handler},
    metrics,
    poll_backoff::{IDLE_POLL_INTERVAL, PollBackoff},
    store::timers::{self, TimerRun},
};
use db::{Db, Result, Tx};
use endpoint::retry_on_conflict;
use kernel::{Env, Timestamp};
use serde::Serialize;
use serde_json::Value;
use std::{fmt::Display, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, Semaphore},
    time::{sleep, timeout},
};
use tracing::Instrument;

/// A timer that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueTimer {
    /// Its key: the resource that it is about.
    pub key: String,
    /// The payload with which it was set.
    pub payload: Value,
    /// Number of earlier attempts.
    pub tries: i64,
    /// End of this replica's lease.
    pub leased_until: Timestamp,
}

/// A kind of timer, and its handler.
#[derive(Clone)]
pub struct Timer {
    /// Its kind, unique in the service.
    pub kind: &'static str,
    /// Its handler: clears or moves the timer in the transaction of its effect ([`done`], [`clear`], [`set`]).
    pub run: Handler<DueTimer>,
}

/// Sets a timer, or moves it.
///
/// # Errors
/// A database error.
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

/// Makes a timer due now that has not run yet: the request that was to do its work could not.
///
/// # Errors
/// A database error.
pub async fn expedite(tx: &mut Tx, kind: &str, key: impl Display) -> Result<()> {
    let now = tx.now().await?;
    timers::expedite(tx, kind, &key.to_string(), now).await
}

/// Clears a timer whose work is done, unless it was set again in the meantime, which is more work, or another replica took it
/// after the lease had expired.
///
/// # Errors
/// A database error.
pub async fn done(tx: &mut Tx, kind: &str, due: &DueTimer) -> Result<()> {
    let tried = TimerRun { kind, key: &due.key, tries: due.tries + 1, until: due.leased_until };
    timers::clear_tried(tx, &tried).await
}

/// Clears a timer, also while a replica runs it: the state read in the same transaction needs it no longer.
///
/// # Errors
/// A database error.
pub async fn clear(tx: &mut Tx, kind: &str, key: impl Display) -> Result<()> {
    timers::clear(tx, kind, &key.to_string()).await
}

/// Whether a timer is set, so that its work is not done yet.
///
/// # Errors
/// A database error.
pub async fn is_set(db: &Db, kind: &str, key: impl Display) -> Result<bool> {
    timers::is_set(db, kind, &key.to_string()).await
}

/// Concurrent timers per kind, so that a slow kind does not delay the others.
const OF_A_KIND: usize = 16;
/// Interval at which timers of other replicas, or without a wake-up, are noticed.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Pause while another replica is leasing due timers.
const SOON: Duration = Duration::from_millis(50);
const AFTER_A_FAILURE: Duration = Duration::from_secs(1);
/// Lease of a running timer: if its process dies, it runs again after this time.
const LEASE: Duration = Duration::from_secs(15);
/// What has failed as often may need more time: its lease is doubled with each try from then on. Not before, for what failed
/// in an outage of up to a minute must be done soon after it, also where the process that takes it dies.
const TRIES_IN_TIME: i64 = 8;
const LONGEST_LEASE: Duration = Duration::from_secs(60);
/// Backoff after a failure: from half of this up to all of it, doubled with each attempt.
const PUT_OFF: Duration = Duration::from_millis(1500);
const LONGEST_PUT_OFF: Duration = Duration::from_secs(15);
/// Margin between the deadline of the work and the end of its lease.
const SPARE: Duration = Duration::from_secs(1);

/// Wakes the timer loop of a service when a timer is due soon. Cheap to clone.
#[derive(Clone, Default)]
pub struct Timers(Arc<Notify>);

impl Timers {
    /// Signals a committed timer that may be due before the next poll.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Runs due timers while the node runs.
    pub(crate) async fn run(self, service: &'static str, env: Env, db: Db, kinds: Vec<Timer>) {
        let places = || Arc::new(Semaphore::new(OF_A_KIND));
        let kinds = kinds.into_iter().map(|timer| (timer, places())).collect();
        let mut idle = PollBackoff::new(&db, self.0.clone());
        let running = TimerRunner { service, env, db, kinds, timers: self };
        loop {
            match running.turn().await {
                Ok(wait) => idle.rest(LOOK_AGAIN, wait).await,
                Err(error) => {
                    tracing::warn!(%error, "timers could not be read; will retry");
                    sleep(AFTER_A_FAILURE).await;
                }
            }
        }
    }
}

/// The timer loop of a service.
struct TimerRunner {
    service: &'static str,
    env: Env,
    db: Db,
    /// Each kind with its concurrency limit.
    kinds: Vec<(Timer, Arc<Semaphore>)>,
    timers: Timers,
}

impl TimerRunner {
    /// Starts due timers up to the limits; returns when to poll next.
    async fn turn(&self) -> Result<Duration> {
        // most polls find nothing, and a poll costs no commit
        let now = self.db.now().await?;
        match timers::next_due(&self.db).await? {
            Some(due_at) if due_at <= now => {}
            next => return Ok(until(next, now)),
        }
        let mut wait = IDLE_POLL_INTERVAL;
        for (timer, places) in &self.kinds {
            let free = places.available_permits();
            if free == 0 {
                continue; // a finished timer wakes this loop
            }
            let next = timers::next_due_of(&self.db, timer.kind).await?;
            wait = wait.min(match next {
                Some(due_at) if due_at <= now => self.begin(timer, places, free, now).await?,
                next => until(next, now),
            });
        }
        Ok(wait)
    }

    /// Leases the due timers of a kind, and starts each.
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
            timers::lease(&mut tx, timer.kind, row, (now, now.plus(lease(row)))).await?;
        }
        tx.commit_in(self.service, "flow.lease_timers").await?;
        let wait = if due.is_empty() { SOON } else { Duration::ZERO };
        for row in due {
            // only this loop takes permits, so all of them are still free
            let Ok(place) = places.clone().try_acquire_owned() else { break };
            let (service, env, db) = (self.service, self.env.clone(), self.db.clone());
            let (timer, timers) = (timer.clone(), self.timers.clone());
            let span = tracing::info_span!("timer", service, kind = timer.kind, key = row.key);
            let work = async move {
                work(service, &env, &db, &timer, LeasedTimer { until: now.plus(lease(&row)), row }).await;
                drop(place);
                timers.wake();
            };
            self.env.spawn("timer", work.instrument(span));
        }
        Ok(wait)
    }
}

fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    next.map_or(IDLE_POLL_INTERVAL, |due_at| {
        due_at.since(now).clamp(Duration::from_millis(1), IDLE_POLL_INTERVAL)
    })
}

fn lease(row: &timers::DueRow) -> Duration {
    LEASE.saturating_mul(1 << (row.tries - TRIES_IN_TIME).clamp(0, 8)).min(LONGEST_LEASE)
}

/// A timer with the end of its lease.
struct LeasedTimer {
    row: timers::DueRow,
    until: Timestamp,
}

async fn work(service: &'static str, env: &Env, db: &Db, timer: &Timer, leased: LeasedTimer) {
    let LeasedTimer { row, until } = leased;
    let (kind, within) = (timer.kind, lease(&row) - SPARE);
    let due = DueTimer { key: row.key.clone(), payload: row.payload, tries: row.tries, leased_until: until };
    let failed = match timeout(within, retry_on_conflict(env, || (timer.run)(due.clone()))).await {
        Ok(Ok(())) => return,
        Ok(Err(error)) => error,
        Err(_) => ConsumeError::Retryable(format!("its work took longer than {within:?}")),
    };
    let (key, tries) = (&row.key, row.tries + 1);
    tracing::warn!(kind, key, tries, error = %failed, "timer run failed; will retry");
    metrics::FAILED.count(&[service, kind]);
    let tried = TimerRun { kind, key, tries, until };
    let noted = match failed {
        ConsumeError::Permanent(why) => mark(service, db, &tried, &why).await,
        ConsumeError::Retryable(_) => put_off(service, env, db, &tried).await,
    };
    if let Err(error) = noted {
        tracing::warn!(kind, key, %error, "timer failure could not be stored; retry after its lease expires");
    }
}

/// Notes that a timer's work cannot be done, so that the audit names it. It is tried again all the same: a newer
/// version may know how.
async fn mark(service: &'static str, db: &Db, tried: &TimerRun<'_>, why: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    timers::mark(&mut tx, tried, why).await?;
    tx.commit_in(service, "flow.mark_timer").await?;
    Ok(())
}

/// Retries it soon, and not only after its lease.
async fn put_off(service: &'static str, env: &Env, db: &Db, tried: &TimerRun<'_>) -> Result<()> {
    let mut tx = db.begin().await?;
    let now = tx.now().await?;
    let due_at = now.plus(pause(tried.tries, env.random_u64()));
    timers::put_off(&mut tx, tried, (now, due_at)).await?;
    tx.commit_in(service, "flow.put_off_timer").await?;
    Ok(())
}

/// The randomized backoff after so many attempts.
fn pause(tries: i64, random: u64) -> Duration {
    let longest = PUT_OFF.saturating_mul(1 << (tries - 1).clamp(0, 8)).min(LONGEST_PUT_OFF);
    let half = longest / 2;
    half + Duration::from_micros(random % u64::try_from(half.as_micros()).unwrap_or(u64::MAX).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fails_is_put_off_for_a_second_and_never_for_more_than_a_quarter_of_a_minute() {
        for random in [0, 1, u64::MAX / 3, u64::MAX] {
            let pauses: Vec<Duration> = (1..=100).map(|tries| pause(tries, random)).collect();
            assert!((PUT_OFF / 2..=PUT_OFF).contains(&pauses[0]), "{pauses:?}");
            assert!(pauses.iter().all(|pause| *pause <= LONGEST_PUT_OFF), "{pauses:?}");
            assert!(pauses[4..].iter().all(|pause| *pause >= LONGEST_PUT_OFF / 2), "{pauses:?}");
        }
        assert_ne!(pause(1, 5), pause(1, 700_000), "drawn apart");
    }

    #[test]
    fn what_a_dead_process_had_is_done_within_half_a_minute_unless_it_fails_all_the_time() {
        let of =
            |tries| lease(&timers::DueRow { key: String::new(), tries, payload: serde_json::Value::Null });
        assert!((0..=TRIES_IN_TIME).all(|tries| of(tries) == LEASE));
        assert_eq!((of(TRIES_IN_TIME + 1), of(TRIES_IN_TIME + 2)), (2 * LEASE, LONGEST_LEASE));
        assert_eq!(of(i64::MAX), LONGEST_LEASE);
    }
}
