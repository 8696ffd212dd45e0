//! PostgreSQL: a pool of connections; each transaction has its own, at `read committed`.
//!
//! Hazards, and where they are handled:
//! - a `commit` of an aborted transaction is answered like a successful one, and a future can be dropped
//!   in the middle of a statement: `Tx` is marked as failed before each await, and unmarked after it;
//! - a connection with an open transaction must never return to the pool: `PooledConnection` rolls back or closes it;
//! - a connection can be open and unresponsive: a request that is not answered some time after the server's own timeout is
//!   abandoned, and its connection closed, so that nothing hangs indefinitely, not even in the background;
//! - a commit must not end with its caller: it runs in a separate task;
//! - pipelined statements could overtake one that is not prepared yet: nothing is pipelined here.

mod capacity;
mod connect;
mod error;
mod liveness;
mod param;
mod pooled;
mod reconnect;
mod replica;
mod snapshot;
mod tls;
mod tx;

pub use capacity::{Capacity, capacity};
pub use replica::{ReplicaConfig, ReplicaError, look_at_replica};
pub(crate) use snapshot::SnapshotConnection;
pub(crate) use tx::Tx;

use crate::{Db, Error, ErrorKind, Param, Result, Row};
use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use kernel::{Env, queueing};
use liveness::LivenessProbe;
use pooled::{PoolSettings, PooledConnection};
use reconnect::ReconnectGate;
use replica::{Replica, ReplicaSession};
use std::{
    fmt,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::Instant;
use tokio_postgres::types::Type;

/// Time for which the response may take longer than the statement.
const ON_THE_WAY: Duration = Duration::from_secs(5);

/// The connection settings of a server, and its limits.
#[derive(Clone)]
pub struct Config {
    /// `postgres://user:password@host:port/database`, or `host=… user=…`; encrypted according to `sslmode=require`,
    /// `verify-ca` or `verify-full` with `sslrootcert=FILE`, as in libpq.
    pub url: String,
    /// The schema with the service's tables, which is created if it does not exist. `public` if absent.
    pub schema: Option<String>,
    /// Maximum number of connections.
    pub pool_size: usize,
    /// Timeout for connecting: TCP, handshake and settings.
    pub connect_timeout: Duration,
    /// Timeout for acquiring a connection from the pool.
    pub acquire_timeout: Duration,
    /// Timeout of each statement, on the server; never of a commit.
    pub statement_timeout: Duration,
    /// Timeout of each lock, on the server.
    pub lock_timeout: Duration,
    /// Timeout for the response to a commit, after which the outcome is unknown.
    pub commit_timeout: Duration,
    /// A standby of this server, for reads that can be slightly outdated.
    pub replica: Option<ReplicaConfig>,
}

impl Config {
    /// The default settings for `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Config {
            url: url.into(),
            schema: None,
            pool_size: 16,
            connect_timeout: Duration::from_secs(5),
            acquire_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            commit_timeout: Duration::from_secs(30),
            replica: None,
        }
    }
}

impl fmt::Debug for Config {
    /// Without the URL, which may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Config");
        shown.field("schema", &self.schema).field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}

/// Checks the URL of a database: its format, its TLS settings, and the files that it names.
///
/// # Errors
/// The problem, without the URL, which may contain a password.
pub fn check(url: &str) -> Result<()> {
    connect::connector(&Config::new(url)).map(drop)
}

/// Returns an existing database: nothing is created, and the server is not contacted before the first statement. All reads
/// use the primary.
///
/// # Errors
/// When the URL is invalid.
pub fn connect(config: &Config, env: Env) -> Result<Db> {
    Ok(Postgres::new(config, env)?.into())
}

/// Connects to a server, and creates the schema if it does not exist. Its replica need not be available.
///
/// # Errors
/// When the URL is invalid, or the server cannot be reached.
pub async fn open(config: Config, env: Env) -> Result<Db> {
    let replica = Replica::of(&config, &env)?;
    let mut db = Postgres::new(&config, env)?;
    let version = "select current_setting('server_version_num')::bigint as version";
    let [row] = &db.query(version, &[]).await?[..] else {
        return Err(Error::other("the server has no version"));
    };
    new_enough(row.get("version")?)?;
    if let Some(schema) = &config.schema {
        db.make_schema(schema).await?;
        // A server resolves the search path once per connection. It can miss that the schema is being created at that very
        // moment (`recomputeNamespacePath`, as of PostgreSQL 15, marks its result as valid at its end, regardless of
        // invalidations in the meantime), and never checks again. Therefore only connections that were opened after the
        // schema existed are used.
        drop(db.pool.retain(|_, _| false));
    }
    db.replica = replica.map(|replica| replica.watch(&db.env));
    Ok(db.into())
}

/// The oldest tested version of the server.
const OLDEST: i64 = 15;

/// By `server_version_num`, such as 150018.
fn new_enough(version: i64) -> Result<()> {
    if version >= OLDEST * 10_000 {
        return Ok(());
    }
    let (major, minor) = (version / 10_000, version % 10_000);
    Err(Error::other(format!("PostgreSQL {OLDEST} or newer is needed, and this server is {major}.{minor}")))
}

/// A PostgreSQL database.
#[derive(Clone)]
pub(crate) struct Postgres {
    pool: Pool,
    gate: ReconnectGate,
    env: Env,
    commit_timeout: Duration,
    terms: PoolSettings,
    replica: Option<Arc<Replica>>,
    /// The replica session of one caller.
    reading: Option<Arc<ReplicaSession>>,
}

impl Postgres {
    fn new(config: &Config, env: Env) -> Result<Self> {
        let (server, connector) = connect::connector(config)?;
        let address = connect::shown(&server).into();
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(server, connector, recycling);
        let pool = Pool::builder(manager)
            .max_size(config.pool_size.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(config.acquire_timeout))
            .create_timeout(Some(config.connect_timeout))
            .build();
        let pool = pool.map_err(|e| Error::other(e.to_string()))?;
        let patience = config.statement_timeout + ON_THE_WAY;
        let knock = LivenessProbe::at(config)?;
        let terms = PoolSettings { patience, answers: Default::default(), knock, address };
        let commit_timeout = config.commit_timeout;
        let gate = ReconnectGate::default();
        Ok(Postgres { pool, gate, env, commit_timeout, terms, replica: None, reading: None })
    }

    /// Returns the database for one caller whose reads can be slightly outdated.
    pub(crate) fn for_replica_reads(&self) -> Postgres {
        let reading = self.replica.clone().map(|replica| Arc::new(ReplicaSession::begin(replica)));
        Postgres { reading, ..self.clone() }
    }

    /// Returns the database for reads that must be current.
    pub(crate) fn up_to_date(&self) -> Postgres {
        Postgres { reading: None, ..self.clone() }
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        Tx::begin(self.lease().await?, self.commit_timeout).await
    }

    pub(crate) async fn hold(&self) -> Result<SnapshotConnection> {
        SnapshotConnection::begin(self.lease().await?).await
    }

    pub(crate) async fn query(&self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        if let Some(reading) = &self.reading
            && let Some(rows) = reading.query(text, params).await
        {
            return Ok(rows);
        }
        let lease = self.lease().await?;
        let rows = lease.query(text, params).await;
        lease.give_back(); // only when this future was not dropped before
        rows
    }

    pub(crate) async fn prepare(&self, text: &str) -> Result<()> {
        let lease = self.lease().await?;
        let prepared = lease.prepare(text).await.map(drop);
        lease.give_back();
        prepared
    }

    /// Returns the types of the result columns of a statement.
    pub(crate) async fn types(&self, text: &str) -> Result<Vec<Type>> {
        let lease = self.lease().await?;
        let prepared = lease.prepare(text).await;
        lease.give_back();
        Ok(prepared?.columns().iter().map(|column| column.type_().clone()).collect())
    }

    async fn lease(&self) -> Result<PooledConnection> {
        let answers = self.terms.answers.load(Relaxed);
        let _turn = self.gate.pass(|| self.pool.status().available > 0).await?;
        let begun = Instant::now();
        let client = self.pool.get().await;
        queueing::note(begun.elapsed());
        let client = client.map_err(|e| match e {
            PoolError::Backend(e) => self.not_connected(error::connecting(&e, &self.terms.address)),
            PoolError::Timeout(TimeoutType::Create) => self.not_connected(self.terms.silent()),
            // all connections are in use, and get responses
            PoolError::Timeout(TimeoutType::Wait) if self.terms.answers.load(Relaxed) != answers => {
                Error::new(ErrorKind::Busy, e.to_string())
            }
            PoolError::Timeout(_) => self.terms.silent(),
            e => Error::new(ErrorKind::Unavailable, format!("PostgreSQL at {}: {e}", self.terms.address)),
        })?;
        let is_new = Object::metrics(&client).recycle_count == 0;
        if is_new {
            self.gate.open();
        }
        Ok(PooledConnection::new(client, self.env.clone(), self.terms.clone()))
    }

    fn not_connected(&self, error: Error) -> Error {
        self.gate.shut_after(&error);
        error
    }

    /// `create schema if not exists` fails if two processes run it concurrently; they run it one after the other.
    async fn make_schema(&self, schema: &str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.query("select 1 as locked from pg_advisory_xact_lock(hashtext($1))", &[schema.into()]).await?;
        let exists = "select 1 as found from pg_namespace where nspname = $1";
        if tx.query(exists, &[schema.into()]).await?.is_empty() {
            tx.script(&format!("create schema \"{schema}\"")).await?;
        }
        tx.commit().await
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Postgres")
    }
}

#[cfg(test)]
mod tests {
    use super::new_enough;

    #[test]
    fn a_server_that_is_too_old_is_named() {
        assert!(new_enough(150_000).is_ok() && new_enough(180_004).is_ok());
        assert!(new_enough(140_009).unwrap_err().message.contains("this server is 14.9"));
    }
}
