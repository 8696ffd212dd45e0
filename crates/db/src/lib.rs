//! One SQL text for two engines, SQLite and PostgreSQL; transactions and migrations.
//!
//! A thin layer over rusqlite and tokio-postgres, without a query builder. A transaction is a guard:
//! [`Db::begin`], statements, [`Tx::commit`]; dropping it rolls it back. On SQLite, waiting
//! transactions share one real commit ([`sqlite`]); on PostgreSQL each has its own ([`postgres`]).
//!
//! Guarantees on both engines, on which the rules R2, R8 and R9 of `docs/lifecycle.md` rest:
//! - a failed statement fails its transaction: later statements and the commit are rejected;
//! - a commit is never cancelled, even if its caller is dropped, and a commit with an unknown outcome
//!   is reported as such ([`ErrorKind::UnknownOutcome`]);
//! - an error of a transaction, and the end of [`Tx::rollback`], are only returned after everything that
//!   the transaction has read is committed;
//! - committed data is durable, or will be after [`Db::durable`] ([`sqlite::Durability`]);
//! - [`Db::query`] reads committed data only, from a single moment per call; for several calls: [`Db::snapshot`].

pub mod change_counter;
pub mod error;
pub mod metrics;
pub mod migrate;
pub mod moving;
pub mod param;
pub mod postgres;
pub mod row;
mod snapshot;
pub mod sql;
pub mod sqlite;
pub mod tx;

pub use change_counter::ChangeCounter;
pub use error::{Error, ErrorKind, Result};
pub use migrate::{Migration, is_begun, migrate, missing};
pub use param::Param;
pub use row::{FromColumn, Row};
pub use sql::{Engine, Sql};
pub use tx::Tx;

use kernel::{Env, Timestamp};
use snapshot::SnapshotDb;
use std::{sync::Arc, time::Duration};

const HAS_TABLE: Sql = Sql::each(
    "select count(*) > 0 as is_there from sqlite_schema where type = 'table' and name = $1",
    "select to_regclass($1) is not null as is_there",
);

/// A database of either engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(DbBackend);

#[derive(Clone, Debug)]
enum DbBackend {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
    /// A snapshot of the database at one moment.
    Snapshot(Arc<SnapshotDb>),
}

impl From<sqlite::Sqlite> for Db {
    fn from(db: sqlite::Sqlite) -> Self {
        Db(DbBackend::Sqlite(db))
    }
}
impl From<postgres::Postgres> for Db {
    fn from(db: postgres::Postgres) -> Self {
        Db(DbBackend::Postgres(db))
    }
}

impl Db {
    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            DbBackend::Sqlite(_) => Engine::Sqlite,
            DbBackend::Postgres(_) => Engine::Postgres,
            DbBackend::Snapshot(moment) => moment.of.engine(),
        }
    }

    /// Returns a snapshot of the database as of its first read: everything that is read through it or a clone is from that
    /// moment, regardless of later writes. It is read-only. It occupies a connection as long as it lives, so that it should
    /// be short: a page of an audit, not more.
    ///
    /// # Errors
    /// `Unavailable` or `Busy` if no connection is available in time.
    pub async fn snapshot(&self) -> Result<Db> {
        let held = match &self.0 {
            DbBackend::Sqlite(db) => db.hold().await?.into(),
            DbBackend::Postgres(db) => db.up_to_date().hold().await?.into(),
            DbBackend::Snapshot(_) => return Ok(self.clone()),
        };
        Ok(Db(DbBackend::Snapshot(Arc::new(SnapshotDb { of: self.clone(), held }))))
    }

    /// Returns the database for one request that lists or searches. If it has a healthy replica, reads outside of a
    /// transaction use it: their data can be as old as the settings permit, but never older than what this value has
    /// already read. Otherwise they use the primary. Decisions must not depend on these reads (R9), and reads of a single
    /// resource must use the primary, so that they include the latest changes.
    #[must_use]
    pub fn for_replica_reads(&self) -> Db {
        match &self.0 {
            DbBackend::Sqlite(db) => Db(DbBackend::Sqlite(db.clone())),
            DbBackend::Postgres(db) => Db(DbBackend::Postgres(db.for_replica_reads())),
            DbBackend::Snapshot(_) => self.clone(),
        }
    }

    /// Begins a transaction. Await nothing but the database inside it: on SQLite all other writers wait, and the commits of
    /// the same group, too.
    ///
    /// # Errors
    /// `Unavailable` or `Busy` if no connection, or no turn, is available in time.
    pub async fn begin(&self) -> Result<Tx> {
        match &self.0 {
            DbBackend::Sqlite(db) => Ok(Tx::sqlite(db.begin().await?)),
            DbBackend::Postgres(db) => Ok(Tx::postgres(db.begin().await?)),
            DbBackend::Snapshot(_) => Err(Error::other("what is past cannot be changed")),
        }
    }

    /// Reads committed data, outside a transaction.
    ///
    /// # Errors
    /// The error of the engine.
    pub async fn query(&self, sql: &Sql, params: &[Param]) -> Result<Vec<Row>> {
        metrics::STATEMENTS.count();
        let text = sql.text(self.engine());
        match &self.0 {
            DbBackend::Sqlite(db) => db.query(text, params).await,
            DbBackend::Postgres(db) => db.query(text, params).await,
            DbBackend::Snapshot(moment) => moment.query(text, params).await,
        }
    }

    /// Reads one committed row, or none.
    ///
    /// # Errors
    /// Those of [`Db::query`]; also if there are several rows.
    pub async fn query_opt(&self, sql: &Sql, params: &[Param]) -> Result<Option<Row>> {
        row::at_most_one(self.query(sql, params).await?)
    }

    /// Reads one committed row.
    ///
    /// # Errors
    /// Those of [`Db::query_opt`]; `NotFound` if there is none.
    pub async fn query_one(&self, sql: &Sql, params: &[Param]) -> Result<Row> {
        row::exactly_one(self.query(sql, params).await?)
    }

    /// The database's clock (R6). Inside a transaction use [`Tx::now`], which needs no second connection.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn now(&self) -> Result<Timestamp> {
        match &self.0 {
            DbBackend::Sqlite(db) => Ok(db.env().now()),
            // the clock of a replica differs
            DbBackend::Postgres(db) => {
                Db(DbBackend::Postgres(db.up_to_date())).query_one(&tx::CLOCK, &[]).await?.get("now")
            }
            DbBackend::Snapshot(moment) => Box::pin(moment.of.now()).await,
        }
    }

    /// Returns a counter of changes from now on.
    pub fn changes(&self) -> ChangeCounter {
        match &self.0 {
            DbBackend::Sqlite(db) => ChangeCounter::counted(db.clone()),
            DbBackend::Postgres(_) => ChangeCounter::unknown(),
            DbBackend::Snapshot(moment) => moment.of.changes(),
        }
    }

    /// Returns the SQLite file. None for other engines.
    pub fn sqlite(&self) -> Option<&sqlite::Sqlite> {
        match &self.0 {
            DbBackend::Sqlite(db) => Some(db),
            DbBackend::Postgres(_) | DbBackend::Snapshot(_) => None,
        }
    }

    /// Returns the tables of another namespace in the same file ([`sqlite::Sqlite::namespace`]). None for PostgreSQL.
    pub fn namespace(&self, name: &str) -> Option<Db> {
        match &self.0 {
            DbBackend::Sqlite(db) => Some(db.namespace(name).into()),
            DbBackend::Postgres(_) | DbBackend::Snapshot(_) => None,
        }
    }

    /// Returns whether a table exists.
    ///
    /// # Errors
    /// The error of the engine.
    pub async fn has_table(&self, name: &str) -> Result<bool> {
        let name = match &self.0 {
            DbBackend::Sqlite(db) => db.in_file(name),
            DbBackend::Postgres(_) | DbBackend::Snapshot(_) => name.to_owned(),
        };
        self.query_one(&HAS_TABLE, params![name]).await?.get("is_there")
    }

    /// Waits until everything committed so far, and therefore everything read so far, survives a power failure. Must be
    /// called before anything that reports it leaves the process (R9). Immediate if each commit is durable, as on
    /// PostgreSQL.
    ///
    /// # Errors
    /// `Unavailable` if it cannot become durable until the process is restarted: committed data may be lost.
    pub async fn durable(&self) -> Result<()> {
        match &self.0 {
            DbBackend::Sqlite(db) => db.durable().await,
            DbBackend::Postgres(_) | DbBackend::Snapshot(_) => Ok(()),
        }
    }

    /// Checks that the database responds.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        self.query_one(&tx::PING, &[]).await.map(drop)
    }

    /// Checks that the migrated database accepts a write transaction, which is rolled back, and that commits become
    /// durable. Fails if the writer is held, or if the database is read-only.
    ///
    /// # Errors
    /// The error of the engine.
    pub async fn probe(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = tx.now().await?;
        tx.run(&tx::PROBE, params![now]).await?;
        tx.rollback().await?;
        match &self.0 {
            DbBackend::Sqlite(db) => db.is_durable().await,
            DbBackend::Postgres(_) | DbBackend::Snapshot(_) => Ok(()),
        }
    }

    /// Closes the database before the process ends: nothing is written any more, because later transactions wait for a turn
    /// that never comes; committed data can still be read. On SQLite, the file is then complete without its log. On
    /// PostgreSQL, nothing is done.
    ///
    /// # Errors
    /// `Busy` if reads or writes take longer than half a second; the database then stays open, and nothing is lost.
    pub async fn close(&self) -> Result<()> {
        match &self.0 {
            DbBackend::Sqlite(db) => db.close().await,
            DbBackend::Postgres(_) | DbBackend::Snapshot(_) => Ok(()),
        }
    }

    /// Checks that the engine accepts the statement, without running it.
    ///
    /// # Errors
    /// The error of the engine.
    pub async fn prepare(&self, sql: &Sql) -> Result<()> {
        let text = sql.text(self.engine());
        match &self.0 {
            DbBackend::Sqlite(db) => db.prepare(text).await,
            DbBackend::Postgres(db) => db.prepare(text).await,
            DbBackend::Snapshot(moment) => Box::pin(moment.of.prepare(sql)).await,
        }
    }

    /// Runs `work` (`|| async { … }`), which creates and commits its own transaction, up to `tries` times as long as it
    /// fails with [`ErrorKind::Retry`]. Never retries an unknown outcome.
    ///
    /// # Errors
    /// The last error of `work`.
    pub async fn with_retry<T, F: Future<Output = Result<T>>>(
        &self,
        tries: u32,
        work: impl Fn() -> F,
    ) -> Result<T> {
        let mut attempt = 1;
        loop {
            match work().await {
                Err(e) if e.is_retry() && attempt < tries => {
                    tracing::debug!(attempt, error = %e, "transaction retried");
                    let most_micros = 2_000u64 << attempt.min(6);
                    let micros = self.env().random_u64() % most_micros;
                    tokio::time::sleep(Duration::from_micros(micros)).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    fn env(&self) -> &Env {
        match &self.0 {
            DbBackend::Sqlite(db) => db.env(),
            DbBackend::Postgres(db) => db.env(),
            DbBackend::Snapshot(moment) => moment.of.env(),
        }
    }
}
