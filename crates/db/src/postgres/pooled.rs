//! A connection from the pool. It returns only if nothing is open on it, and the server responds on it.

use super::{
    error,
    liveness::{DOUBT, LivenessProbe},
};
use crate::{Error, ErrorKind, Param, Result, Row};
use deadpool_postgres::Object;
use futures_util::future::try_join_all;
use kernel::Env;
use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::time::{Instant, timeout};
use tokio_postgres::{
    Statement,
    binary_copy::BinaryCopyInWriter,
    types::{ToSql, Type},
};

/// Timeout for rolling back a transaction whose caller was dropped, including the statement in progress.
const TIDY_UP: Duration = Duration::from_secs(20);

/// Maximum number of statements that are sent before the first response.
const ON_THE_WAY: usize = 30;

/// A pooled connection. If it is dropped in the middle of an operation, a task rolls it back, and closes it if that fails.
pub(super) struct PooledConnection {
    client: Option<Object>,
    pub(super) env: Env,
    terms: PoolSettings,
    /// A request was not answered, so that the connection is not used again.
    is_silent: AtomicBool,
    /// A table was not found, so that the connection is not used by others.
    is_lost: AtomicBool,
}

/// The common settings of all connections of a pool.
#[derive(Clone)]
pub(super) struct PoolSettings {
    /// The time by which a live server has completed or rejected each statement.
    pub(super) patience: Duration,
    /// Number of responses.
    pub(super) answers: Arc<AtomicU64>,
    /// Checks whether the server is alive.
    pub(super) knock: LivenessProbe,
    /// The server and the database, as [`super::connect::shown`] writes them.
    pub(super) address: Arc<str>,
}

impl PoolSettings {
    /// The error for a server that does not answer.
    pub(super) fn silent(&self) -> Error {
        let why = format!("PostgreSQL at {} does not answer in time", self.address);
        Error::new(ErrorKind::Unavailable, why)
    }
}

impl PooledConnection {
    pub(super) fn new(client: Object, env: Env, terms: PoolSettings) -> Self {
        let (is_silent, is_lost) = Default::default();
        PooledConnection { client: Some(client), env, terms, is_silent, is_lost }
    }

    /// Returns the connection to the pool: no transaction is open, and no response is pending.
    pub(super) fn give_back(mut self) {
        if self.is_silent() || self.is_lost.load(Relaxed) {
            return self.close();
        }
        drop(self.client.take());
    }

    /// Closes the connection, whatever is open on it.
    pub(super) fn close(mut self) {
        drop(self.client.take().map(Object::take));
    }

    /// The server does not respond on this connection any more.
    pub(super) fn is_silent(&self) -> bool {
        self.is_silent.load(Relaxed)
    }

    /// Records a response.
    pub(super) fn was_answered(&self) {
        self.terms.answers.fetch_add(1, Relaxed);
    }

    pub(super) fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| Error::other("the connection was given back"))
    }

    /// Without a timeout, because migrations can take long.
    pub(super) async fn script(&self, text: &str) -> Result<()> {
        self.client()?.batch_execute(text).await.map_err(|e| error::statement(&e))
    }

    /// Begins or ends a transaction.
    pub(super) async fn command(&self, text: &str) -> Result<()> {
        self.answered(self.client()?.batch_execute(text)).await
    }

    pub(super) async fn prepare(&self, text: &str) -> Result<Statement> {
        self.answered(self.client()?.prepare_cached(text)).await
    }

    /// Waits for a response. A connection can be open and unresponsive, because of the network or a hanging server.
    /// Background work has no deadline, and would wait indefinitely. A statement may take long; but if the server does not
    /// even accept a connection any more, the request is abandoned.
    async fn answered<T>(&self, asked: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T> {
        let mut asked = pin!(asked);
        let begun = Instant::now();
        loop {
            let answers = self.terms.answers.load(Relaxed);
            let left = self.terms.patience.saturating_sub(begun.elapsed());
            if let Ok(answer) = timeout(left.min(DOUBT), asked.as_mut()).await {
                self.was_answered();
                return answer.map_err(|error| self.explain(&error));
            }
            let others_are_answered = self.terms.answers.load(Relaxed) != answers;
            let is_over = begun.elapsed() >= self.terms.patience;
            if !is_over && (others_are_answered || self.terms.knock.is_answered().await) {
                continue;
            }
            // the response may have arrived in the meantime
            if let Ok(answer) = timeout(Duration::ZERO, asked.as_mut()).await {
                self.was_answered();
                return answer.map_err(|error| self.explain(&error));
            }
            self.is_silent.store(true, Relaxed);
            tracing::warn!(address = %self.terms.address, "database does not respond; connection closed");
            return Err(self.terms.silent());
        }
    }

    pub(super) async fn run(&self, text: &str, params: &[Param]) -> Result<u64> {
        let statement = self.prepare_for(text, params).await?;
        self.answered(self.client()?.execute_raw(&statement, params)).await
    }

    /// Runs them one after the other on the server, which rejects all that follow a failed one.
    pub(super) async fn run_each(&self, text: &str, each: &[Vec<Param>]) -> Result<Vec<u64>> {
        let Some(first) = each.first() else { return Ok(Vec::new()) };
        let statement = self.prepare_for(text, first).await?;
        if let Some(other) = each.iter().find(|params| params.len() != first.len()) {
            self.prepare_for(text, other).await?;
        }
        let client = self.client()?;
        let mut changed = Vec::new();
        for part in each.chunks(ON_THE_WAY) {
            // each is sent when it is first polled, in this order
            let asked = part.iter().map(|params| client.execute_raw(&statement, params));
            changed.extend(self.answered(try_join_all(asked)).await?);
        }
        Ok(changed)
    }

    pub(super) async fn query(&self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        let statement = self.prepare_for(text, params).await?;
        let params: Vec<_> = params.iter().map(|p| p as &(dyn ToSql + Sync)).collect();
        let rows = self.answered(self.client()?.query(&statement, &params)).await?;
        let columns: Arc<[String]> = statement.columns().iter().map(|c| c.name().to_owned()).collect();
        let read = |row: &tokio_postgres::Row| {
            let values = (0..columns.len()).map(|i| row.try_get(i).map(Ok).map_err(|e| self.explain(&e)));
            Ok(Row { columns: columns.clone(), values: values.collect::<Result<_>>()? })
        };
        rows.iter().map(read).collect()
    }

    /// Writes many rows with one statement.
    pub(super) async fn copy_in(&self, text: &str, types: &[Type], rows: &[Vec<Param>]) -> Result<()> {
        let client = self.client()?;
        let copying = async {
            let statement = client.prepare_cached(text).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(client.copy_in(&statement).await?, types));
            for row in rows {
                writer.as_mut().write_raw(row).await?;
            }
            writer.finish().await.map(drop)
        };
        self.answered(copying).await
    }

    /// The driver panics on a wrong number of parameters.
    async fn prepare_for(&self, text: &str, params: &[Param]) -> Result<Statement> {
        let statement = self.prepare(text).await?;
        match statement.params().len() {
            wanted if wanted == params.len() => Ok(statement),
            wanted => {
                let given = params.len();
                Err(Error::other(format!("the statement has {wanted} parameters, {given} were given")))
            }
        }
    }

    fn explain(&self, error: &tokio_postgres::Error) -> Error {
        if error.as_db_error().is_some_and(error::is_stale_plan)
            && let Some(client) = &self.client
        {
            forget_statements(client);
        }
        if error.as_db_error().is_some_and(error::is_unknown_table) {
            self.is_lost.store(true, Relaxed);
        }
        error::statement(error)
    }
}

impl Drop for PooledConnection {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        let unfinished = DirtyConnection(Some(client));
        if self.is_silent() || self.is_lost.load(Relaxed) {
            return; // closed
        }
        self.env.spawn("postgres.rollback", async move { unfinished.roll_back().await });
    }
}

/// Discards the prepared statements of all connections of the pool: each has a stale one, and a retry uses the next
/// connection.
fn forget_statements(client: &Object) {
    match Object::pool(client) {
        Some(pool) => pool.manager().statement_caches.clear(),
        None => client.statement_cache.clear(),
    }
}

/// A connection that may have something open. Dropping it closes it, and the server rolls back.
struct DirtyConnection(Option<Object>);

impl DirtyConnection {
    async fn roll_back(mut self) {
        let Some(client) = &self.0 else { return };
        // it waits behind a statement that is still running
        if let Ok(Ok(())) = timeout(TIDY_UP, client.batch_execute("rollback")).await {
            drop(self.0.take());
        }
    }
}
impl Drop for DirtyConnection {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}
