//! One SQL text, two engines: SQLite and PostgreSQL; transactions and migrations.
//!
//! A thin layer over rusqlite and tokio-postgres, without a query builder. A transaction is a guard:
//! [`Db::begin`], statements, [`Tx::commit`]; dropped, it is rolled back. On SQLite the transactions that
//! wait share one real commit ([`sqlite`]); on PostgreSQL each is its own ([`postgres`]).
//!
//! What holds on both, and what the rules R2, R8 and R9 of `docs/lifecycle.md` rest on:
//! - a failed statement fails its transaction: later statements and the commit are refused;
//! - a commit is never cancelled, even when its caller goes away, and one whose fate is not known
//!   says so ([`ErrorKind::UnknownOutcome`]);
//! - an error that a transaction gives, and the end of [`Tx::rollback`], come after everything that
//!   the transaction has read is committed;
//! - what was committed is durable, or will be after [`Db::durable`] ([`sqlite::Durability`]);
//! - [`Db::query`] sees committed data only, of one moment each time; several of one moment: [`Db::snapshot`].

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
pub mod words;

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

/// A database of either engine; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Postgres),
    /// As it was at one moment.
    Snapshot(Arc<SnapshotDb>),
}

impl From<sqlite::Sqlite> for Db {
    fn from(db: sqlite::Sqlite) -> Self {
        Db(Kind::Sqlite(db))
    }
}
impl From<postgres::Postgres> for Db {
    fn from(db: postgres::Postgres) -> Self {
        Db(Kind::Postgres(db))
    }
}

impl Db {
    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
            Kind::Snapshot(moment) => moment.of.engine(),
        }
    }

    /// The same database as it is when it is read first through this value or a clone: all that is read so is of one moment,
    /// whatever is written in the meantime. It cannot be changed through it. It takes a connection for as long as it lives:
    /// a page of an audit, not more.
    ///
    /// # Errors
    /// `Unavailable` or `Busy` when there is no connection in time.
    pub async fn snapshot(&self) -> Result<Db> {
        let held = match &self.0 {
            Kind::Sqlite(db) => db.hold().await?.into(),
            Kind::Postgres(db) => db.up_to_date().hold().await?.into(),
            Kind::Snapshot(_) => return Ok(self.clone()),
        };
        Ok(Db(Kind::Snapshot(Arc::new(SnapshotDb { of: self.clone(), held }))))
    }

    /// The same database for one request that lists or searches: where it has a replica that is well, what is read
    /// outside a transaction comes from there, and may be as old as the settings allow, never older than what this one
    /// has read before; else from the primary. Nothing may be decided by it (R9), and whoever checks a single thing
    /// sees what was written a moment ago.
    #[must_use]
    pub fn for_replica_reads(&self) -> Db {
        match &self.0 {
            Kind::Sqlite(db) => Db(Kind::Sqlite(db.clone())),
            Kind::Postgres(db) => Db(Kind::Postgres(db.for_replica_reads())),
            Kind::Snapshot(_) => self.clone(),
        }
    }

    /// Begins a transaction. Await nothing but the database inside one: on SQLite every other writer
    /// waits, and the neighbours' acknowledgements too.
    ///
    /// # Errors
    /// `Unavailable` or `Busy` when there is no connection, or no turn, in time.
    pub async fn begin(&self) -> Result<Tx> {
        match &self.0 {
            Kind::Sqlite(db) => Ok(Tx::sqlite(db.begin().await?)),
            Kind::Postgres(db) => Ok(Tx::postgres(db.begin().await?)),
            Kind::Snapshot(_) => Err(Error::other("what is past cannot be changed")),
        }
    }

    /// Reads committed data, outside a transaction.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn query(&self, sql: &Sql, params: &[Param]) -> Result<Vec<Row>> {
        metrics::STATEMENTS.count();
        let text = sql.text(self.engine());
        match &self.0 {
            Kind::Sqlite(db) => db.query(text, params).await,
            Kind::Postgres(db) => db.query(text, params).await,
            Kind::Snapshot(moment) => moment.query(text, params).await,
        }
    }

    /// Reads one committed row, or none.
    ///
    /// # Errors
    /// As [`Db::query`]; also when there are several rows.
    pub async fn query_opt(&self, sql: &Sql, params: &[Param]) -> Result<Option<Row>> {
        tx::at_most_one(self.query(sql, params).await?)
    }

    /// Reads one committed row.
    ///
    /// # Errors
    /// As [`Db::query_opt`]; `NotFound` when there is none.
    pub async fn query_one(&self, sql: &Sql, params: &[Param]) -> Result<Row> {
        tx::exactly_one(self.query(sql, params).await?)
    }

    /// The database's clock (R6). Inside a transaction use [`Tx::now`], which needs no second connection.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn now(&self) -> Result<Timestamp> {
        match &self.0 {
            Kind::Sqlite(db) => Ok(db.env().now()),
            // a replica has another clock
            Kind::Postgres(db) => {
                Db(Kind::Postgres(db.up_to_date())).query_one(&tx::CLOCK, &[]).await?.get("now")
            }
            Kind::Snapshot(moment) => Box::pin(moment.of.now()).await,
        }
    }

    /// Tells from now on when there may be something new.
    pub fn changes(&self) -> ChangeCounter {
        match &self.0 {
            Kind::Sqlite(db) => ChangeCounter::counted(db.clone()),
            Kind::Postgres(_) => ChangeCounter::unknown(),
            Kind::Snapshot(moment) => moment.of.changes(),
        }
    }

    /// The SQLite file that it is in; none elsewhere.
    pub fn sqlite(&self) -> Option<&sqlite::Sqlite> {
        match &self.0 {
            Kind::Sqlite(db) => Some(db),
            Kind::Postgres(_) | Kind::Snapshot(_) => None,
        }
    }

    /// The tables of another namespace of the same file ([`sqlite::Sqlite::namespace`]); none on PostgreSQL.
    pub fn namespace(&self, name: &str) -> Option<Db> {
        match &self.0 {
            Kind::Sqlite(db) => Some(db.namespace(name).into()),
            Kind::Postgres(_) | Kind::Snapshot(_) => None,
        }
    }

    /// Whether there is such a table.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn has_table(&self, name: &str) -> Result<bool> {
        let name = match &self.0 {
            Kind::Sqlite(db) => db.in_file(name),
            Kind::Postgres(_) | Kind::Snapshot(_) => name.to_owned(),
        };
        self.query_one(&HAS_TABLE, params![name]).await?.get("is_there")
    }

    /// Waits until all that was committed so far, and so all that was read so far, survives a power cut: before anything leaves
    /// the process that tells of it (R9). At once where each commit does, as on PostgreSQL.
    ///
    /// # Errors
    /// `Unavailable` when it does not become durable, now and until the process is started again: what was committed may be lost.
    pub async fn durable(&self) -> Result<()> {
        match &self.0 {
            Kind::Sqlite(db) => db.durable().await,
            Kind::Postgres(_) | Kind::Snapshot(_) => Ok(()),
        }
    }

    /// Asks whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        self.query_one(&tx::PING, &[]).await.map(drop)
    }

    /// Asks whether the database, which has been migrated, takes a transaction that writes; what it writes is taken
    /// back, and whether commits become durable. A writer that somebody holds, or a database that can only be read, does not let it.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn probe(&self) -> Result<()> {
        let mut tx = self.begin().await?;
        let now = tx.now().await?;
        tx.run(&tx::PROBE, params![now]).await?;
        tx.rollback().await?;
        match &self.0 {
            Kind::Sqlite(db) => db.is_durable().await,
            Kind::Postgres(_) | Kind::Snapshot(_) => Ok(()),
        }
    }

    /// Before the process ends: nothing is written any more, since every later transaction waits for a turn that
    /// does not come; what is committed can still be read. On SQLite the file is complete then, without the log
    /// beside it. On PostgreSQL there is nothing to do.
    ///
    /// # Errors
    /// `Busy` when somebody reads or writes for longer than half a second; the database goes on then, and nothing is lost.
    pub async fn close(&self) -> Result<()> {
        match &self.0 {
            Kind::Sqlite(db) => db.close().await,
            Kind::Postgres(_) | Kind::Snapshot(_) => Ok(()),
        }
    }

    /// Asks the engine whether it understands the statement, without running it.
    ///
    /// # Errors
    /// What the engine has against it.
    pub async fn prepare(&self, sql: &Sql) -> Result<()> {
        let text = sql.text(self.engine());
        match &self.0 {
            Kind::Sqlite(db) => db.prepare(text).await,
            Kind::Postgres(db) => db.prepare(text).await,
            Kind::Snapshot(moment) => Box::pin(moment.of.prepare(sql)).await,
        }
    }

    /// Runs `work` (`|| async { … }`), which makes and commits its own transaction, up to `tries` times, as
    /// long as it ends in [`ErrorKind::Retry`]. Never repeats on an unknown outcome.
    ///
    /// # Errors
    /// The last one of `work`.
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
            Kind::Sqlite(db) => db.env(),
            Kind::Postgres(db) => db.env(),
            Kind::Snapshot(moment) => moment.of.env(),
        }
    }
}
