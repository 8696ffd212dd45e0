//! Whose turn it is to consume a producer: of the replicas of a service, one at a time.
//!
//! It has a lease in the row that remembers how far it has heard, and renews it as long as it lives. The others stand
//! by; when it ends, or stands still for longer than its lease, one of them takes over within seconds, with a turn of
//! a higher number. Whoever wakes up after that cannot move the position any more: the number is not its own. What it
//! acted on meanwhile has no second effect (R3, see `docs/lifecycle.md`). A SQLite has one process, whose turn it
//! always is. Whoever ends in peace gives its turn back ([`ConsumerLeases`]), and the next one waits for no lease. Why this way: `docs/decisions/0019-leases-for-consumers-and-publishers.md`.

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

/// Who is silent for longer has lost its turn.
pub(crate) const LEASE: Duration = Duration::from_secs(5);
/// It is renewed so often.
const RENEW_EVERY: Duration = Duration::from_millis(1500);
/// Those who stand by look so often.
const STANDBY_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The turns of a process: given back before it ends. Cheap to clone.
#[derive(Clone, Default)]
pub struct ConsumerLeases(Arc<Mutex<Vec<Arc<ConsumerLease>>>>);

impl ConsumerLeases {
    pub(crate) fn add(&self, turn: Arc<ConsumerLease>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(turn);
    }

    /// From now on this process consumes nobody, and others need not wait until its leases are over. What it is in the
    /// middle of may be done again by the next one (R3).
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

/// One replica's part in consuming a producer.
pub(crate) struct ConsumerLease {
    service: &'static str,
    producer: &'static str,
    db: Db,
    /// This replica; none where there can be no other.
    me: Option<Uuid>,
    held: Mutex<Option<HeldLease>>,
    /// This process is about to end.
    is_leaving: AtomicBool,
}

#[derive(Clone, Copy)]
struct HeldLease {
    number: i64,
    /// By this process's clock, counted from before it asked.
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

    /// Waits until it is ours.
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
        // most looks find somebody else, and a look costs no commit
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
            // whoever gave it back in the meantime did not know that it is ours
            self.release().await;
            return Ok(false);
        }
        Ok(number.is_some())
    }

    /// Keeps it for as long as that succeeds.
    pub(crate) async fn keep(&self) {
        let Some(me) = self.me else { return pending().await };
        loop {
            sleep(RENEW_EVERY).await;
            let Some(held) = *self.held() else { return };
            let renewed = match timeout_at(held.until, self.renew(me, held)).await {
                Ok(Ok(is_ours)) => is_ours,
                // there is time for another try
                Ok(Err(_)) => held.until > Instant::now(),
                Err(_) => false,
            };
            if !renewed {
                *self.held() = None;
                return;
            }
        }
    }

    /// Leaves it to whoever looks next, where it is ours.
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

    /// Whether it can still be ours: not after this process has stood still.
    pub(crate) fn is_ours(&self) -> bool {
        self.me.is_none() || self.held().is_some_and(|held| held.until > Instant::now())
    }

    /// Remembers how far has been consumed; false when it is another's turn already.
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

    /// Notes that this service is ahead of the producer, which has come to `head`; or, with none, that it is not.
    pub(crate) async fn note_ahead(&self, tx: &mut Tx, head: Option<i64>) -> Result<()> {
        consumer_positions::note_ahead(tx, self.producer, self.me, head).await
    }
}

/// A name of this replica, where there can be others.
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
