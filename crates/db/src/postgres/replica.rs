//! A replica for what may be a moment old: a standby of the database's own server, to which lists and searches go.
//!
//! What it must not do is answer with more than so much delay, or as somebody else's database. So a watcher writes down
//! every moment how far the primary has got, and whoever reads asks the standby first, on the same connection, how far
//! *it* has got: no less than the primary had at a moment that is young enough. The clocks of the servers have no part
//! in it, nor what a standby thinks of its delay (one that is isolated believes that it has everything). Where that does
//! not hold, or nobody answers, or the standby has become a primary, the primary is read as ever, until the watcher has
//! found the replica well.

use super::{Config, Postgres, pooled::PooledConnection};
use crate::{
    Error, ErrorKind, Param, Result, Row,
    metrics::{LAG, LIST_READS, REPLICA_USED},
};
use kernel::Env;
use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// How far a server has got, and whose it is: two that do not share this are not replicas of one another.
const PRIMARY: &str = "select pg_is_in_recovery() as is_standby, \
    cast(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bigint) as position, \
    cast((select system_identifier from pg_control_system()) as text) || '/' || current_database() as identity";
/// The same of a standby; a server that is none has no position as such.
const STANDBY: &str = "select pg_is_in_recovery() as is_standby, \
    cast(pg_wal_lsn_diff(coalesce(pg_last_wal_replay_lsn(), '0/0'), '0/0') as bigint) as position, \
    cast((select system_identifier from pg_control_system()) as text) || '/' || current_database() as identity";

/// A replica has so long to say how far it is; a list has a primary to go to.
const SAYS_WITHIN: Duration = Duration::from_millis(500);
/// And so long to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// The longest between two looks of the watcher.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// The most moments that are remembered: a replica that lags by more shows no more.
const MARKS_MAX: usize = 2048;

/// How to reach a replica, and how old what it says may be.
#[derive(Clone)]
pub struct ReplicaConfig {
    /// Its address, as [`Config::url`] is one.
    pub url: String,
    /// The most that it may be behind.
    pub lag_max: Duration,
}

/// What is wrong with a replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaError {
    /// Nobody answers as should be.
    Unreachable(String),
    /// It is a primary itself: it was promoted, or the address is wrong.
    NotStandby,
    /// It is a standby of another server, or another database of it.
    WrongCluster,
    /// It has not got as far as the primary had.
    Lagging,
}

/// A moment, and how far the primary had got then.
#[derive(Debug, Clone, Copy)]
struct LagSample {
    at: Instant,
    position: u64,
}

/// How far a server is.
struct ReplicationPosition {
    is_standby: bool,
    position: u64,
    identity: String,
}

/// The replica of one database.
pub(super) struct Replica {
    /// Its pool.
    server: Postgres,
    /// A connection of its own to the primary, which must be had when all others are taken.
    primary: Postgres,
    name: String,
    lag_max: Duration,
    marks: Mutex<VecDeque<LagSample>>,
    identity: Mutex<Option<String>>,
    is_used: AtomicBool,
}

impl Replica {
    /// The replica of these settings, where they name one.
    pub(super) fn of(config: &Config, env: &Env) -> Result<Option<Replica>> {
        let Some(replica) = &config.replica else { return Ok(None) };
        let alone = |url: &str, pool_size| Config {
            url: url.to_owned(),
            pool_size,
            replica: None,
            connect_timeout: config.connect_timeout.min(SAYS_WITHIN),
            acquire_timeout: config.acquire_timeout.min(SAYS_WITHIN),
            statement_timeout: config.statement_timeout.min(ANSWERS_WITHIN),
            ..config.clone()
        };
        Ok(Some(Replica {
            server: Postgres::new(&alone(&replica.url, config.pool_size), env.clone())?,
            primary: Postgres::new(&alone(&config.url, 1), env.clone())?,
            name: config.schema.clone().unwrap_or_else(|| "public".to_owned()),
            lag_max: replica.lag_max,
            marks: Mutex::default(),
            identity: Mutex::default(),
            is_used: AtomicBool::new(false),
        }))
    }

    /// Checks both servers from now on, for as long as somebody holds it.
    pub(super) fn watch(self, env: &Env) -> Arc<Replica> {
        let replica = Arc::new(self);
        let pause = (replica.lag_max / 4).min(LOOK_EVERY);
        env.spawn("postgres.replica", watch(Arc::downgrade(&replica), pause));
        replica
    }

    /// One look at both: how far the primary is, and whether the replica can be used.
    async fn look(&self) -> Result<(), ReplicaError> {
        let at = Instant::now();
        let away = |error: Error| ReplicaError::Unreachable(error.to_string());
        let primary = standing(&self.primary, PRIMARY).await.map_err(away)?;
        *locked(&self.identity) = Some(primary.identity);
        self.mark(LagSample { at, position: primary.position });
        let standby = standing(&self.server, STANDBY).await.map_err(away)?;
        self.note_lag(standby.position);
        self.check(&standby, self.needed().ok_or(ReplicaError::Lagging)?)
    }

    fn mark(&self, mark: LagSample) {
        let mut marks = locked(&self.marks);
        if marks.back().is_some_and(|last| last.position > mark.position) {
            marks.clear(); // the primary is another server now, which counts again
        }
        marks.push_back(mark);
        if marks.len() > MARKS_MAX {
            marks.pop_front();
        }
    }

    fn check(&self, standby: &ReplicationPosition, needed: u64) -> Result<(), ReplicaError> {
        if !standby.is_standby {
            return Err(ReplicaError::NotStandby);
        }
        if locked(&self.identity).as_ref() != Some(&standby.identity) {
            return Err(ReplicaError::WrongCluster);
        }
        if standby.position < needed {
            return Err(ReplicaError::Lagging);
        }
        Ok(())
    }

    /// Where the primary was at the first moment that is young enough; none where nobody could look.
    fn needed(&self) -> Option<u64> {
        let marks = locked(&self.marks);
        let first = marks.partition_point(|mark| mark.at.elapsed() > self.lag_max);
        marks.get(first).map(|mark| mark.position)
    }

    /// How old the newest moment is that the replica has reached.
    fn note_lag(&self, position: u64) {
        let marks = locked(&self.marks);
        let reached = marks.iter().rposition(|mark| mark.position <= position);
        let at = match reached {
            // everything up to the last look: it may be the newest there is
            Some(last) if last + 1 == marks.len() => None,
            Some(last) => marks.get(last).map(|mark| mark.at),
            None => marks.front().map(|mark| mark.at),
        };
        let lag = at.map_or(Duration::ZERO, |at| at.elapsed());
        LAG.set(&[&self.name], i64::try_from(lag.as_millis()).unwrap_or(i64::MAX));
    }

    /// From now on it is, or is not, asked.
    fn use_it(&self, looked: Result<(), &ReplicaError>) {
        let was_used = self.is_used.swap(looked.is_ok(), Release);
        REPLICA_USED.set(&[&self.name], i64::from(looked.is_ok()));
        match looked {
            Ok(()) if !was_used => tracing::info!(service = %self.name, "lists are read from the replica"),
            Err(fault) if was_used => {
                tracing::warn!(service = %self.name, ?fault, "lists are read from the primary");
            }
            _ => {}
        }
    }
}

async fn watch(replica: Weak<Replica>, pause: Duration) {
    while let Some(replica) = replica.upgrade() {
        let looked = replica.look().await;
        replica.use_it(looked.as_ref().map(|&()| ()));
        drop(replica);
        sleep(pause).await;
    }
}

/// Looks once whether the replica of these settings can be used, as `ordo doctor` does; none where they name none.
///
/// # Errors
/// When the address is wrong.
pub async fn look_at_replica(config: &Config, env: &Env) -> Result<Option<Result<(), ReplicaError>>> {
    let Some(replica) = Replica::of(config, env)? else { return Ok(None) };
    let begun = Instant::now();
    loop {
        let looked = replica.look().await;
        // the first moment that it has to have reached is the first look's
        let is_behind = looked == Err(ReplicaError::Lagging);
        if !is_behind || begun.elapsed() > replica.lag_max {
            return Ok(Some(looked));
        }
        sleep(LOOK_EVERY.min(replica.lag_max / 4)).await;
    }
}

async fn standing(server: &Postgres, sql: &str) -> Result<ReplicationPosition> {
    let asked = async {
        let lease = server.lease().await?;
        let standing = standing_of(&lease, sql).await;
        lease.give_back();
        standing
    };
    timeout(SAYS_WITHIN, asked).await.unwrap_or_else(|_| Err(silent()))
}

async fn standing_of(lease: &PooledConnection, sql: &str) -> Result<ReplicationPosition> {
    let row = crate::tx::exactly_one(lease.query(sql, &[]).await?)?;
    let position: i64 = row.get("position")?;
    Ok(ReplicationPosition {
        is_standby: row.get("is_standby")?,
        position: u64::try_from(position).unwrap_or_default(),
        identity: row.get("identity")?,
    })
}

fn silent() -> Error {
    Error::new(ErrorKind::Unavailable, "the server does not answer in time")
}

/// What one caller reads, one statement after the other: never older than what it has read before. Once the replica
/// has failed it, it stays with the primary.
pub(super) struct ReplicaSession {
    replica: Arc<Replica>,
    /// Where the replica was when it was last read.
    seen: AtomicU64,
    has_failed: AtomicBool,
}

impl ReplicaSession {
    pub(super) fn begin(replica: Arc<Replica>) -> ReplicaSession {
        ReplicaSession { replica, seen: AtomicU64::new(0), has_failed: AtomicBool::new(false) }
    }

    /// What the replica says; nothing where the primary must be asked.
    pub(super) async fn query(&self, text: &str, params: &[Param]) -> Option<Vec<Row>> {
        let replica = &self.replica;
        if self.has_failed.load(Relaxed) || !replica.is_used.load(Acquire) {
            return self.leave(None);
        }
        match timeout(ANSWERS_WITHIN, self.ask(text, params)).await {
            Ok(Ok(rows)) => {
                LIST_READS.count(&[&replica.name, "replica"]);
                Some(rows)
            }
            Ok(Err(fault)) => self.leave(Some(fault)),
            Err(_) => self.leave(Some(ReplicaError::Unreachable(silent().to_string()))),
        }
    }

    async fn ask(&self, text: &str, params: &[Param]) -> Result<Vec<Row>, ReplicaError> {
        let away = |error: Error| ReplicaError::Unreachable(error.to_string());
        let needed = self.replica.needed().ok_or(ReplicaError::Lagging)?;
        let lease = self.replica.server.lease().await.map_err(away)?;
        let said = timeout(SAYS_WITHIN, standing_of(&lease, STANDBY)).await;
        let standby = said.unwrap_or_else(|_| Err(silent())).map_err(away)?;
        let checked = self.replica.check(&standby, needed.max(self.seen.load(Relaxed)));
        let rows = match checked {
            Ok(()) => lease.query(text, params).await.map_err(away),
            Err(fault) => Err(fault),
        };
        lease.give_back();
        self.seen.store(standby.position, Relaxed);
        rows
    }

    fn leave(&self, fault: Option<ReplicaError>) -> Option<Vec<Row>> {
        self.has_failed.store(true, Relaxed);
        if let Some(fault) = fault {
            self.replica.use_it(Err(&fault));
        }
        LIST_READS.count(&[&self.replica.name, "primary"]);
        None
    }
}

fn locked<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
