//! A transaction on its own connection.

use super::{error, pooled::PooledConnection};
use crate::{Error, ErrorKind, Param, Result, Row};
use std::{fmt, time::Duration};
use tokio::{sync::oneshot, time::timeout};
use tokio_postgres::types::Type;
use tracing::Instrument;

/// Writable, with the isolation level that the statements require, whatever the server's defaults are.
const BEGIN: &str = "begin isolation level read committed read write";
/// A transaction. When it is dropped, a task rolls it back, or its connection is closed.
pub(crate) struct Tx {
    lease: PooledConnection,
    commit_timeout: Duration,
    /// The error that failed the transaction. Set before each await and cleared after it, so that a statement whose future
    /// is dropped also fails the transaction.
    failed: Option<Error>,
}

impl Tx {
    pub(super) async fn begin(lease: PooledConnection, commit_timeout: Duration) -> Result<Self> {
        let mut tx = Tx { lease, commit_timeout, failed: None };
        tx.enter()?;
        let begun = tx.lease.command(BEGIN).await;
        tx.leave(begun)?;
        Ok(tx)
    }

    pub(crate) async fn run(&mut self, text: &str, params: &[Param]) -> Result<u64> {
        self.enter()?;
        let result = self.lease.run(text, params).await;
        self.leave(result)
    }

    pub(crate) async fn run_each(&mut self, text: &str, each: &[Vec<Param>]) -> Result<Vec<u64>> {
        self.enter()?;
        let result = self.lease.run_each(text, each).await;
        self.leave(result)
    }

    pub(crate) async fn query(&mut self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        self.enter()?;
        let result = self.lease.query(text, params).await;
        self.leave(result)
    }

    pub(crate) async fn copy_in(&mut self, text: &str, types: &[Type], rows: &[Vec<Param>]) -> Result<()> {
        self.enter()?;
        let result = self.lease.copy_in(text, types, rows).await;
        self.leave(result)
    }

    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        self.enter()?;
        let result = self.lease.script(text).await;
        self.leave(result)
    }

    /// Commits in a task, so that it continues if the caller is dropped. The server disables the statement timeout before
    /// it commits, so that it does not interrupt the commit either (R9).
    pub(crate) async fn commit(mut self) -> Result<()> {
        self.enter()?;
        let client = self.lease.client()?;
        if client.is_closed() {
            return Err(Error::new(ErrorKind::Unavailable, "the connection was lost before the commit"));
        }
        let (tell, answer) = oneshot::channel();
        let env = self.lease.env.clone();
        let finish = async move {
            let _ = tell.send(self.finish().await); // the caller may have gone
        };
        env.spawn("postgres.commit", finish.in_current_span());
        let lost = |_| Err(Error::new(ErrorKind::UnknownOutcome, "the process ends"));
        answer.await.unwrap_or_else(lost)
    }

    async fn finish(self) -> Result<()> {
        let client = self.lease.client()?;
        match timeout(self.commit_timeout, client.batch_execute("commit")).await {
            Ok(Ok(())) => {
                self.lease.was_answered();
                self.lease.give_back();
                Ok(())
            }
            Ok(Err(e)) => {
                let error = error::commit(&e);
                tracing::error!(%error, "commit failed");
                self.lease.close();
                Err(error)
            }
            Err(_) => {
                tracing::error!("commit timed out");
                self.lease.close();
                Err(Error::new(ErrorKind::UnknownOutcome, "the commit was not answered in time"))
            }
        }
    }

    pub(crate) async fn rollback(self) -> Result<()> {
        match self.lease.command("rollback").await {
            Ok(()) => self.lease.give_back(),
            Err(_) => self.lease.close(), // which rolls back
        }
        Ok(())
    }

    fn enter(&mut self) -> Result<()> {
        let cut_short = Error::new(ErrorKind::Cancelled, "a statement of the transaction was cut short");
        match self.failed.replace(cut_short) {
            None => Ok(()),
            Some(error) => {
                self.failed = Some(error.clone());
                Err(error)
            }
        }
    }

    fn leave<T>(&mut self, result: Result<T>) -> Result<T> {
        self.failed = result.as_ref().err().cloned();
        result
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("failed", &self.failed).finish_non_exhaustive()
    }
}
