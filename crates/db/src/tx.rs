//! A transaction of either engine.

use crate::{Engine, Error, ErrorKind, Param, Result, Row, Sql, metrics::STATEMENTS, postgres, sqlite};
use kernel::{
    Timestamp, failpoint,
    retry_scope::{OpenTransaction, SideEffect},
};
use tokio_postgres::types::Type;

/// The clock of PostgreSQL: the moment, not the start of the transaction. SQLite's is the process's.
pub(crate) const CLOCK: Sql = Sql::both("select clock_timestamp() as now");
/// A row that is taken back: there is no such service.
pub(crate) const PROBE: Sql = Sql::both(
    "insert into schema_history(service, version, name, checksum, applied_at) values ('', 0, '', 0, $1)",
);
/// The least that a database can be asked.
pub(crate) const PING: Sql = Sql::both("select 1 as one");

/// A transaction: dropped, it is rolled back.
///
/// After an error every later statement and the commit are refused with the same error. Where an answer
/// rests on what the transaction has read and nothing was written, end it with [`Tx::rollback`] rather
/// than dropping it: only that waits until what was read is committed (R9).
#[derive(Debug)]
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx(Kind, #[expect(dead_code, reason = "it is held")] OpenTransaction);

#[derive(Debug)]
enum Kind {
    Sqlite(sqlite::Tx),
    Postgres(Box<postgres::Tx>),
}

impl Tx {
    pub(crate) fn sqlite(tx: sqlite::Tx) -> Self {
        Tx(Kind::Sqlite(tx), OpenTransaction::begins())
    }
    pub(crate) fn postgres(tx: postgres::Tx) -> Self {
        Tx(Kind::Postgres(Box::new(tx)), OpenTransaction::begins())
    }

    /// Which engine it runs on.
    pub fn engine(&self) -> Engine {
        match &self.0 {
            Kind::Sqlite(_) => Engine::Sqlite,
            Kind::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a statement that gives no rows, and says how many it changed.
    ///
    /// # Errors
    /// What the engine says; the transaction has then failed.
    pub async fn run(&mut self, sql: &Sql, params: &[Param]) -> Result<u64> {
        STATEMENTS.count();
        match &mut self.0 {
            Kind::Sqlite(tx) => tx.run(sql.text(Engine::Sqlite), params).await,
            Kind::Postgres(tx) => tx.run(sql.text(Engine::Postgres), params).await,
        }
    }

    /// Runs a statement that gives no rows once for each of these parameters, in this order, and says how many rows
    /// each changed. On PostgreSQL they are sent without waiting for one another's answers: many take hardly longer
    /// than one.
    ///
    /// # Errors
    /// As [`Tx::run`], the first one.
    pub async fn run_each(&mut self, sql: &Sql, each: &[Vec<Param>]) -> Result<Vec<u64>> {
        each.iter().for_each(|_| STATEMENTS.count());
        match &mut self.0 {
            Kind::Sqlite(tx) => tx.run_each(sql.text(Engine::Sqlite), each).await,
            Kind::Postgres(tx) => tx.run_each(sql.text(Engine::Postgres), each).await,
        }
    }

    /// Runs a statement that gives rows: a `select`, or a change with `returning`.
    ///
    /// # Errors
    /// What the engine says; the transaction has then failed.
    pub async fn query(&mut self, sql: &Sql, params: &[Param]) -> Result<Vec<Row>> {
        STATEMENTS.count();
        match &mut self.0 {
            Kind::Sqlite(tx) => tx.query(sql.text(Engine::Sqlite), params).await,
            Kind::Postgres(tx) => tx.query(sql.text(Engine::Postgres), params).await,
        }
    }

    /// Like [`Tx::query`], for one row or none.
    ///
    /// # Errors
    /// As [`Tx::query`]; also when there are several rows.
    pub async fn query_opt(&mut self, sql: &Sql, params: &[Param]) -> Result<Option<Row>> {
        at_most_one(self.query(sql, params).await?)
    }

    /// Like [`Tx::query`], for exactly one row.
    ///
    /// # Errors
    /// As [`Tx::query_opt`]; `NotFound` when there is none, which does not fail the transaction.
    pub async fn query_one(&mut self, sql: &Sql, params: &[Param]) -> Result<Row> {
        exactly_one(self.query(sql, params).await?)
    }

    /// The database's clock (R6).
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn now(&mut self) -> Result<Timestamp> {
        match &mut self.0 {
            Kind::Sqlite(tx) => Ok(tx.now()),
            Kind::Postgres(_) => self.query_one(&CLOCK, &[]).await?.get("now"),
        }
    }

    /// Commits, and is answered once others see it; whether it is durable by then, [`crate::sqlite::Durability`] says. The commit goes
    /// on when this future is dropped. `point` names the failpoints `{point}/committing` and `{point}/committed`.
    ///
    /// # Errors
    /// `UnknownOutcome` when it may have happened (R8); any other kind: it surely has not.
    pub async fn commit(self, point: &'static str) -> Result<()> {
        self.commit_in("", point).await
    }

    /// [`Tx::commit`] of what several services do alike: each has the failpoints for itself.
    ///
    /// # Errors
    /// As [`Tx::commit`].
    pub async fn commit_in(self, service: &'static str, point: &'static str) -> Result<()> {
        failpoint::pass_in(point, "committing", service);
        let effect = SideEffect::begins();
        let outcome = match self.0 {
            Kind::Sqlite(tx) => tx.commit().await,
            Kind::Postgres(tx) => tx.commit().await,
        };
        match outcome {
            Ok(()) => failpoint::pass_in(point, "committed", service),
            Err(ref error) if error.is_unknown_outcome() => {}
            Err(_) => effect.did_not_happen(),
        }
        outcome
    }

    /// Takes everything back, and waits until what the transaction has read is committed.
    ///
    /// # Errors
    /// When that was not committed: an answer must not rest on it.
    pub async fn rollback(self) -> Result<()> {
        match self.0 {
            Kind::Sqlite(tx) => tx.rollback().await,
            Kind::Postgres(tx) => tx.rollback().await,
        }
    }

    /// Runs a statement that was made at run time and gives rows; on PostgreSQL alone.
    pub(crate) async fn query_made(&mut self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        self.on_postgres()?.query(text, params).await
    }

    /// Writes these rows, values of these types, by a statement `copy … from stdin (format binary)`; on PostgreSQL alone.
    pub(crate) async fn copy_in(&mut self, text: &str, types: &[Type], rows: &[Vec<Param>]) -> Result<()> {
        self.on_postgres()?.copy_in(text, types, rows).await
    }

    fn on_postgres(&mut self) -> Result<&mut postgres::Tx> {
        match &mut self.0 {
            Kind::Postgres(tx) => Ok(tx),
            Kind::Sqlite(_) => Err(Error::other("it is not on PostgreSQL")),
        }
    }

    /// Runs several statements without parameters, separated by semicolons.
    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        match &mut self.0 {
            Kind::Sqlite(tx) => tx.script(text).await,
            Kind::Postgres(tx) => tx.script(text).await,
        }
    }
}

pub(crate) fn at_most_one(mut rows: Vec<Row>) -> Result<Option<Row>> {
    match rows.len() {
        0 | 1 => Ok(rows.pop()),
        several => Err(Error::other(format!("one row was expected, {several} were found"))),
    }
}

pub(crate) fn exactly_one(rows: Vec<Row>) -> Result<Row> {
    at_most_one(rows)?.ok_or_else(|| Error::new(ErrorKind::NotFound, "one row was expected, none was found"))
}
