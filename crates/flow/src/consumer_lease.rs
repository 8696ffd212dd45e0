//! Consumer leases: of the replicas of a service, one at a time consumes a producer's events.
//!
//! The holder has a lease in the row of the consumer position, and renews it while it runs. The other replicas poll; when the
//! holder stops, or is unresponsive for longer than its lease, one of them takes over within seconds, with a higher fencing
//! token. A holder that resumes after that cannot move the position, since its token is outdated; what it has handled in the
//! meantime has no second effect (R3, see `docs/lifecycle.md`). With SQLite there is one process, which always holds the
//! lease. A process that shuts down releases its leases ([`ConsumerLeases`]), so that the next holder need not wait for them
//! to expire. Why this way: `docs/decisions/0019-leases-for-consumers-and-publishers.md`.

use crate::store::consumer_positions;
use db::{Db, Engine, Result, Tx};
use futures_util::future::join_all;
use kernel::{Env, id::EventId};
use std::{
    future::pending,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

/// Lease duration. A replica that does not renew within it loses the lease.
pub(crate) const LEASE: Duration = Duration::from_secs(5);
/// Interval of renewals.
const RENEW_EVERY: Duration = Duration::from_millis(1500);
/// Interval at which standby replicas check the lease.
const STANDBY_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The leases of a process, released when it shuts down. Cheap to clone.
#[derive(Clone, Default)]
pub struct ConsumerLeases(Arc<Mutex<Vec<Arc<ConsumerLease>>>>);

impl ConsumerLeases {
    pub(crate) fn add(&self, turn: Arc<ConsumerLease>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(turn);
    }

    /// Releases all leases of this process, which consumes nothing from now on. The next holder may repeat what is in progress
    /// (R3).
    pub async fn release(&self) {
        let turns = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        join_all(turns.iter().map(|turn| turn.release())).await;
    }
}

impl std::fmt::Debug for ConsumerLeases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ConsumerLeases")
    }
}

/// One replica's claim to consume a producer.
pub(crate) struct ConsumerLease {
    service: &'static str,
    producer: &'static str,
    db: Db,
    /// The ID of this replica; none if there can be only one.
    me: Option<Uuid>,
    held: Mutex<Option<HeldLease>>,
    /// Whether this process is shutting down.
    is_leaving: AtomicBool,
}

#[derive(Clone, Copy)]
struct HeldLease {
    number: i64,
    /// Expiry by this process's clock, counted from before the request.
    until: Instant,
}

impl ConsumerLease {
    pub(crate) fn new(service: &'static str, producer: &'static str, env: &Env, db: &Db) -> ConsumerLease {
        ConsumerLease {
            service,
            producer,
            db: db.clone(),
            me: replica(env, db),
            held: Mutex::default(),
            is_leaving: AtomicBool::new(false),
        }
    }

    fn held(&self) -> MutexGuard<'_, Option<HeldLease>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until this replica holds the lease.
    pub(crate) async fn come(&self) {
        let Some(me) = self.me else { return };
        let (service, producer) = (self.service, self.producer);
        loop {
            if self.is_leaving.load(SeqCst) {
                return pending().await;
            }
            match self.take(me).await {
                Ok(true) => return tracing::info!(service, producer, "consumer lease acquired"),
                Ok(false) => {}
                Err(error) => tracing::warn!(service, producer, %error, "consumer lease check failed"),
            }
            sleep(STANDBY_POLL_INTERVAL).await;
        }
    }

    async fn take(&self, me: Uuid) -> Result<bool> {
        // most checks find another holder, and a check costs no commit
        let now = self.db.now().await?;
        if consumer_positions::is_held_by_another(&self.db, self.producer, me, now).await? {
            return Ok(false);
        }
        let asked = Instant::now();
        let mut tx = self.db.begin().await?;
        let now = tx.now().await?;
        let number =
            consumer_positions::take_turn(&mut tx, self.producer, me, (now, now.plus(LEASE))).await?;
        tx.commit_in(self.service, "flow.take_turn").await?;
        *self.held() = number.map(|number| HeldLease { number, until: asked + LEASE });
        if self.is_leaving.load(SeqCst) {
            // a concurrent release did not know that this replica holds the lease
            self.release().await;
            return Ok(false);
        }
        Ok(number.is_some())
    }

    /// Renews the lease until a renewal fails.
    pub(crate) async fn keep(&self) {
        let Some(me) = self.me else { return pending().await };
        loop {
            sleep(RENEW_EVERY).await;
            let Some(held) = *self.held() else { return };
            let renewed = match timeout_at(held.until, self.renew(me, held)).await {
                Ok(Ok(is_ours)) => is_ours,
                // there is time for another attempt
                Ok(Err(_)) => held.until > Instant::now(),
                Err(_) => false,
            };
            if !renewed {
                *self.held() = None;
                return;
            }
        }
    }

    /// Releases the lease, if this replica holds it.
    async fn release(&self) {
        self.is_leaving.store(true, SeqCst);
        let (Some(me), Some(held)) = (self.me, self.held().take()) else { return };
        let given = async {
            let mut tx = self.db.begin().await?;
            consumer_positions::give_back_turn(&mut tx, self.producer, (held.number, me)).await?;
            tx.commit_in(self.service, "flow.give_back_turn").await
        };
        if let Err(error) = given.await {
            let (service, producer) = (self.service, self.producer);
            tracing::info!(service, producer, %error, "lease release failed; lease will expire");
        }
    }

    async fn renew(&self, me: Uuid, held: HeldLease) -> Result<bool> {
        let asked = Instant::now();
        let mut tx = self.db.begin().await?;
        let until = tx.now().await?.plus(LEASE);
        let is_ours =
            consumer_positions::renew_turn(&mut tx, self.producer, (held.number, me), until).await?;
        tx.commit_in(self.service, "flow.renew_turn").await?;
        if is_ours && let Some(held) = self.held().as_mut() {
            held.until = asked + LEASE;
        }
        Ok(is_ours)
    }

    /// Whether this replica can still hold the lease: not after the process was suspended.
    pub(crate) fn is_ours(&self) -> bool {
        self.me.is_none() || self.held().is_some_and(|held| held.until > Instant::now())
    }

    /// Stores the consumer position; false if another replica holds the lease.
    pub(crate) async fn remember(
        &self,
        tx: &mut Tx,
        (position, event): (i64, Option<EventId>),
    ) -> Result<bool> {
        match self.me {
            None => consumer_positions::advance(tx, self.producer, position, event).await.map(|()| true),
            Some(me) => {
                let Some(held) = *self.held() else { return Ok(false) };
                consumer_positions::advance_in_turn(tx, self.producer, (held.number, me), (position, event))
                    .await
            }
        }
    }

    /// Stores that this service is ahead of the producer, whose journal ends at `head`; with none, that it is not.
    pub(crate) async fn note_ahead(&self, tx: &mut Tx, head: Option<i64>) -> Result<()> {
        consumer_positions::note_ahead(tx, self.producer, self.me, head).await
    }
}

/// The ID of this replica, if there can be others.
pub(crate) fn replica(env: &Env, db: &Db) -> Option<Uuid> {
    (db.engine() == Engine::Postgres).then(|| env.uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use db::postgres;

    const PRODUCER: &str = "orders";

    async fn position(db: &Db) -> i64 {
        consumer_positions::read(db, PRODUCER).await.unwrap().unwrap().position
    }

    async fn migrated() -> Db {
        let config = postgres::Config::new(testkit::postgres::database().await);
        let db = postgres::open(config, testkit::real_env::env()).await.unwrap();
        db::migrate(&db, "flow", &crate::MIGRATIONS).await.unwrap();
        db
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_stood_still_until_its_turn_was_anothers_remembers_nothing_and_renews_nothing() {
        let (db, env) = (migrated().await, testkit::real_env::env());
        let one = ConsumerLease::new("flow", PRODUCER, &env, &db);
        let me = one.me.unwrap();
        assert!(one.take(me).await.unwrap());
        let held = one.held().unwrap();
        let mut tx = db.begin().await.unwrap();
        assert!(one.remember(&mut tx, (3, None)).await.unwrap());
        tx.commit("test.turn").await.unwrap();
        // by its own clock nothing has happened, and another one has taken over
        let other = env.uuid();
        let mut tx = db.begin().await.unwrap();
        let later = tx.now().await.unwrap().plus(LEASE * 2);
        let number = consumer_positions::take_turn(&mut tx, PRODUCER, other, (later, later.plus(LEASE)))
            .await
            .unwrap();
        assert_eq!(number, Some(held.number + 1));
        tx.commit("test.turn").await.unwrap();
        assert!(one.is_ours(), "it knows nothing of that");
        let mut tx = db.begin().await.unwrap();
        assert!(!one.remember(&mut tx, (7, None)).await.unwrap());
        tx.commit("test.turn").await.unwrap();
        assert_eq!(position(&db).await, 3);
        assert!(!one.renew(me, held).await.unwrap());
        one.release().await;
        // what it did without success took nothing from the other one
        let mut tx = db.begin().await.unwrap();
        assert!(
            consumer_positions::advance_in_turn(&mut tx, PRODUCER, (held.number + 1, other), (5, None))
                .await
                .unwrap()
        );
        tx.commit("test.turn").await.unwrap();
        assert_eq!(position(&db).await, 5);
    }
}
