//! A transaction of either engine.

use crate::{
    Engine, Error, Param, Result, Row, Sql,
    metrics::STATEMENTS,
    postgres,
    row::{at_most_one, exactly_one},
    sqlite,
};
use kernel::{
    Timestamp, failpoint,
    retry_scope::{OpenTransaction, SideEffect},
};
use tokio_postgres::types::Type;

/// The clock of PostgreSQL: the current time, not the start of the transaction. SQLite uses that of the process.
pub(crate) const CLOCK: Sql = Sql::both("select clock_timestamp() as now");
/// Writes a row that is rolled back, for a service that does not exist.
pub(crate) const PROBE: Sql = Sql::both(
    "insert into schema_history(service, version, name, checksum, applied_at) values ('', 0, '', 0, $1)",
);
/// The simplest query.
pub(crate) const PING: Sql = Sql::both("select 1 as one");

/// A transaction. Dropping it rolls it back.
///
/// After an error, every later statement and the commit are rejected with the same error. If a response depends on what the
/// transaction has read, and nothing was written, end it with [`Tx::rollback`] rather than dropping it: only that waits
/// until the data that was read is committed (R9).
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx(TxBackend, #[expect(dead_code, reason = "it is held")] OpenTransaction);

#[derive(Debug)]
enum TxBackend {
    Sqlite(sqlite::Tx),
    Postgres(Box<postgres::Tx>),
}

impl Tx {
    pub(crate) fn sqlite(tx: sqlite::Tx) -> Self {
        Tx(TxBackend::Sqlite(tx), OpenTransaction::begins())
    }
    pub(crate) fn postgres(tx: postgres::Tx) -> Self {
        Tx(TxBackend::Postgres(Box::new(tx)), OpenTransaction::begins())
    }

    /// Returns the engine.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            TxBackend::Sqlite(_) => Engine::Sqlite,
            TxBackend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement without result rows, and returns the number of changed rows.
    ///
    /// # Errors
    /// The error of the engine; the transaction has then failed.
    pub async fn run(&mut self, sql: &Sql, params: &[Param]) -> Result<u64> {
        STATEMENTS.count();
        match &mut self.0 {
            TxBackend::Sqlite(tx) => tx.run(sql.text(Engine::Sqlite), params).await,
            TxBackend::Postgres(tx) => tx.run(sql.text(Engine::Postgres), params).await,
        }
    }

    /// Runs a statement without result rows once for each of these parameters, in order, and returns the number of changed
    /// rows of each. On PostgreSQL, they are sent without waiting for the responses: many take hardly longer than one.
    ///
    /// # Errors
    /// Those of [`Tx::run`], for the first failure.
    pub async fn run_each(&mut self, sql: &Sql, each: &[Vec<Param>]) -> Result<Vec<u64>> {
        each.iter().for_each(|_| STATEMENTS.count());
        match &mut self.0 {
            TxBackend::Sqlite(tx) => tx.run_each(sql.text(Engine::Sqlite), each).await,
            TxBackend::Postgres(tx) => tx.run_each(sql.text(Engine::Postgres), each).await,
        }
    }

    /// Runs a statement with result rows: a `select`, or a change with `returning`.
    ///
    /// # Errors
    /// The error of the engine; the transaction has then failed.
    pub async fn query(&mut self, sql: &Sql, params: &[Param]) -> Result<Vec<Row>> {
        STATEMENTS.count();
        match &mut self.0 {
            TxBackend::Sqlite(tx) => tx.query(sql.text(Engine::Sqlite), params).await,
            TxBackend::Postgres(tx) => tx.query(sql.text(Engine::Postgres), params).await,
        }
    }

    /// Does the same as [`Tx::query`], for one row or none.
    ///
    /// # Errors
    /// Those of [`Tx::query`]; also if there are several rows.
    pub async fn query_opt(&mut self, sql: &Sql, params: &[Param]) -> Result<Option<Row>> {
        at_most_one(self.query(sql, params).await?)
    }

    /// Does the same as [`Tx::query`], for exactly one row.
    ///
    /// # Errors
    /// Those of [`Tx::query_opt`]; `NotFound` if there is none, which does not fail the transaction.
    pub async fn query_one(&mut self, sql: &Sql, params: &[Param]) -> Result<Row> {
        exactly_one(self.query(sql, params).await?)
    }

    /// The database's clock (R6).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn now(&mut self) -> Result<Timestamp> {
        match &mut self.0 {
            TxBackend::Sqlite(tx) => Ok(tx.now()),
            TxBackend::Postgres(_) => self.query_one(&CLOCK, &[]).await?.get("now"),
        }
    }

    /// Commits, and returns when others see the changes; [`crate::sqlite::Durability`] says whether they are durable then.
    /// The commit continues if this future is dropped. `point` names the fail points `{point}/committing` and
    /// `{point}/committed`.
    ///
    /// # Errors
    /// `UnknownOutcome` if it may have taken effect (R8); for any other kind, it certainly has not.
    pub async fn commit(self, point: &'static str) -> Result<()> {
        self.commit_in("", point).await
    }

    /// Does the same as [`Tx::commit`] for an operation that several services have: each has its own fail points.
    ///
    /// # Errors
    /// Those of [`Tx::commit`].
    pub async fn commit_in(self, service: &'static str, point: &'static str) -> Result<()> {
        failpoint::pass_in(point, "committing", service);
        let effect = SideEffect::begins();
        let outcome = match self.0 {
            TxBackend::Sqlite(tx) => tx.commit().await,
            TxBackend::Postgres(tx) => tx.commit().await,
        };
        match outcome {
            Ok(()) => failpoint::pass_in(point, "committed", service),
            Err(ref error) if error.is_unknown_outcome() => {}
            Err(_) => effect.did_not_happen(),
        }
        outcome
    }

    /// Rolls back, and waits until the data that the transaction has read is committed.
    ///
    /// # Errors
    /// When that data was not committed: a response must not depend on it.
    pub async fn rollback(self) -> Result<()> {
        match self.0 {
            TxBackend::Sqlite(tx) => tx.rollback().await,
            TxBackend::Postgres(tx) => tx.rollback().await,
        }
    }

    /// Runs a dynamically built statement with result rows, on PostgreSQL only.
    pub(crate) async fn query_made(&mut self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        self.on_postgres()?.query(text, params).await
    }

    /// Writes rows with values of these types, using a statement `copy … from stdin (format binary)`, on PostgreSQL only.
    pub(crate) async fn copy_in(&mut self, text: &str, types: &[Type], rows: &[Vec<Param>]) -> Result<()> {
        self.on_postgres()?.copy_in(text, types, rows).await
    }

    fn on_postgres(&mut self) -> Result<&mut postgres::Tx> {
        match &mut self.0 {
            TxBackend::Postgres(tx) => Ok(tx),
            TxBackend::Sqlite(_) => Err(Error::other("it is not on PostgreSQL")),
        }
    }

    /// Runs several statements without parameters, separated by semicolons.
    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        match &mut self.0 {
            TxBackend::Sqlite(tx) => tx.script(text).await,
            TxBackend::Postgres(tx) => tx.script(text).await,
        }
    }
}
