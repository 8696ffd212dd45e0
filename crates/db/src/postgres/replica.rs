//! A replica for reads that can be slightly outdated: a standby of the database's server, used for lists and searches.
//!
//! It must not return data that is older than the permitted lag, or that belongs to another database. Therefore a watcher
//! regularly records the position of the primary, and each read first queries the position of the standby on the same
//! connection: it must be at least that of the primary at a moment that is recent enough. The clocks of the servers are not
//! used, nor the lag that a standby reports (a disconnected one believes that it is current). If the position is too old,
//! the standby does not respond, or it has become a primary, the primary is read instead, until the watcher finds the
//! replica healthy.

use super::{Config, Postgres, pooled::PooledConnection};
use crate::{
    Error, Param, Result, Row,
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

/// The position of a server, and its identity: servers with different identities are not replicas of one another.
const PRIMARY: &str = "select pg_is_in_recovery() as is_standby, \
    cast(pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bigint) as position, \
    cast((select system_identifier from pg_control_system()) as text) || '/' || current_database() as identity";
/// The same for a standby; other servers have no replay position.
const STANDBY: &str = "select pg_is_in_recovery() as is_standby, \
    cast(pg_wal_lsn_diff(coalesce(pg_last_wal_replay_lsn(), '0/0'), '0/0') as bigint) as position, \
    cast((select system_identifier from pg_control_system()) as text) || '/' || current_database() as identity";

/// Timeout for the position of a replica; a list can be read from the primary instead.
const SAYS_WITHIN: Duration = Duration::from_millis(500);
/// Timeout for its response.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// Maximum interval between checks of the watcher.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Maximum number of recorded positions: a larger lag is not measured.
const MARKS_MAX: usize = 2048;

/// The connection settings of a replica, and its permitted lag.
#[derive(Clone)]
pub struct ReplicaConfig {
    /// Its URL, in the format of [`Config::url`].
    pub url: String,
    /// The maximum lag.
    pub lag_max: Duration,
}

/// The problem of a replica.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplicaError {
    /// It does not respond correctly.
    Unreachable(String),
    /// It is a primary: it was promoted, or the URL is wrong.
    NotStandby,
    /// It is a standby of another server, or another database.
    WrongCluster,
    /// It has not reached the required position.
    Lagging,
}

/// A moment, and the position of the primary at that moment.
#[derive(Debug, Clone, Copy)]
struct LagSample {
    at: Instant,
    position: u64,
}

/// The position of a server.
struct ReplicationPosition {
    is_standby: bool,
    position: u64,
    identity: String,
}

/// The replica of a database.
pub(super) struct Replica {
    /// Its pool.
    server: Postgres,
    /// A separate connection to the primary, available even if all others are in use.
    primary: Postgres,
    name: String,
    lag_max: Duration,
    marks: Mutex<VecDeque<LagSample>>,
    identity: Mutex<Option<String>>,
    is_used: AtomicBool,
}

impl Replica {
    /// Creates the replica of these settings, if they have one.
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

    /// Starts to check both servers, as long as the replica is held.
    pub(super) fn watch(self, env: &Env) -> Arc<Replica> {
        let replica = Arc::new(self);
        let pause = (replica.lag_max / 4).min(LOOK_EVERY);
        env.spawn("postgres.replica", watch(Arc::downgrade(&replica), pause));
        replica
    }

    /// Checks both servers: the position of the primary, and whether the replica can be used.
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

    /// Returns the position of the primary at the oldest moment that is recent enough. None if it could not be queried.
    fn needed(&self) -> Option<u64> {
        let marks = locked(&self.marks);
        let first = marks.partition_point(|mark| mark.at.elapsed() > self.lag_max);
        marks.get(first).map(|mark| mark.position)
    }

    /// Records the age of the newest moment that the replica has reached.
    fn note_lag(&self, position: u64) {
        let marks = locked(&self.marks);
        let reached = marks.iter().rposition(|mark| mark.position <= position);
        let at = match reached {
            // everything up to the last check: it may be completely current
            Some(last) if last + 1 == marks.len() => None,
            Some(last) => marks.get(last).map(|mark| mark.at),
            None => marks.front().map(|mark| mark.at),
        };
        let lag = at.map_or(Duration::ZERO, |at| at.elapsed());
        LAG.set(&[&self.name], i64::try_from(lag.as_millis()).unwrap_or(i64::MAX));
    }

    /// Enables or disables the replica.
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

/// Checks once whether the replica of these settings can be used, for `ordo doctor`. None if there is no replica.
///
/// # Errors
/// When the URL is invalid.
pub async fn look_at_replica(config: &Config, env: &Env) -> Result<Option<Result<(), ReplicaError>>> {
    let Some(replica) = Replica::of(config, env)? else { return Ok(None) };
    let begun = Instant::now();
    loop {
        let looked = replica.look().await;
        // the position that it must reach is that of the first check
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
    timeout(SAYS_WITHIN, asked).await.unwrap_or_else(|_| Err(server.terms.silent()))
}

async fn standing_of(lease: &PooledConnection, sql: &str) -> Result<ReplicationPosition> {
    let row = crate::row::exactly_one(lease.query(sql, &[]).await?)?;
    let position: i64 = row.get("position")?;
    Ok(ReplicationPosition {
        is_standby: row.get("is_standby")?,
        position: u64::try_from(position).unwrap_or_default(),
        identity: row.get("identity")?,
    })
}

/// The sequential reads of one caller: never older than an earlier one. After the replica has failed, the session uses the
/// primary.
pub(super) struct ReplicaSession {
    replica: Arc<Replica>,
    /// The position of the replica at the last read.
    seen: AtomicU64,
    has_failed: AtomicBool,
}

impl ReplicaSession {
    pub(super) fn begin(replica: Arc<Replica>) -> ReplicaSession {
        ReplicaSession { replica, seen: AtomicU64::new(0), has_failed: AtomicBool::new(false) }
    }

    /// Queries the replica. None if the primary must be used.
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
            Err(_) => self.leave(Some(ReplicaError::Unreachable(replica.server.terms.silent().to_string()))),
        }
    }

    async fn ask(&self, text: &str, params: &[Param]) -> Result<Vec<Row>, ReplicaError> {
        let away = |error: Error| ReplicaError::Unreachable(error.to_string());
        let needed = self.replica.needed().ok_or(ReplicaError::Lagging)?;
        let lease = self.replica.server.lease().await.map_err(away)?;
        let said = timeout(SAYS_WITHIN, standing_of(&lease, STANDBY)).await;
        let standby = said.unwrap_or_else(|_| Err(self.replica.server.terms.silent())).map_err(away)?;
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
