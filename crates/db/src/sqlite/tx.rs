//! A transaction: a savepoint in the shared one.

use super::{
    SqliteInner, TURN, connection,
    namespace::Namespace,
    writer::{Writer, WriterGuard},
};
use crate::{Error, ErrorKind, Param, Result, Row};
use kernel::Timestamp;
use rusqlite::Connection;
use std::{fmt, sync::Arc, time::Duration};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

/// A transaction. Dropping it rolls it back, and passes the writer on.
pub(crate) struct Tx {
    lite: Arc<SqliteInner>,
    namespace: Arc<Namespace>,
    /// Present until the transaction ends or fails.
    writer: Option<WriterGuard>,
    /// Whether there is a savepoint to be rolled back.
    is_open: bool,
    /// As on PostgreSQL, a failed statement fails the transaction.
    failed: Option<Error>,
}

impl Tx {
    pub(super) async fn begin(
        lite: Arc<SqliteInner>,
        namespace: Arc<Namespace>,
        writer: WriterGuard,
    ) -> Result<Self> {
        let mut tx = Tx { lite, namespace, writer: Some(writer), is_open: false, failed: None };
        let until = Instant::now() + TURN;
        loop {
            tx.lite.powered()?;
            match tx.writer()?.open_group() {
                Err(e) if e.kind == ErrorKind::Busy && Instant::now() < until => {
                    sleep(Duration::from_millis(5)).await; // another process writes
                }
                Err(e) => return tx.lite.damage.noting(Err(e)),
                Ok(()) => break,
            }
        }
        let writer = tx.writer()?;
        if let Err(error) = writer.savepoint() {
            writer.lost(&error);
            return Err(error);
        }
        tx.is_open = true;
        Ok(tx)
    }

    pub(crate) async fn run(&mut self, text: &'static str, params: &[Param]) -> Result<u64> {
        let text = self.namespace.statement(text);
        self.attempt(|c| connection::run(c, &text, params)).await
    }

    pub(crate) async fn run_each(&mut self, text: &'static str, each: &[Vec<Param>]) -> Result<Vec<u64>> {
        let mut changed = Vec::new();
        for params in each {
            changed.push(self.run(text, params).await?);
        }
        Ok(changed)
    }

    pub(crate) async fn query(&mut self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        let text = self.namespace.statement(text);
        self.attempt(|c| connection::query(c, &text, params)).await
    }

    pub(crate) async fn script(&mut self, text: &str) -> Result<()> {
        let text = self.namespace.script(text);
        self.attempt(|c| c.execute_batch(&text).map_err(connection::plain)).await
    }

    pub(super) async fn prepare(&mut self, text: &'static str) -> Result<()> {
        let text = self.namespace.statement(text);
        self.attempt(|c| connection::prepare(c, &text).map(drop)).await
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.lite.env.now()
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        self.check()?;
        if let Err(error) = self.writer()?.release() {
            return Err(self.fail(error).await);
        }
        match self.hand_over(true) {
            Some(answer) => outcome(answer).await,
            None => Err(Error::other("the transaction has ended")),
        }
    }

    pub(crate) async fn rollback(mut self) -> Result<()> {
        self.take_back();
        match self.hand_over(false) {
            Some(answer) => outcome(answer).await,
            None => Ok(()),
        }
    }

    async fn attempt<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.check()?;
        let injected = self.lite.place.statement();
        let result = injected.map_or_else(|| work(&self.writer()?.connection), Err);
        match self.lite.damage.noting(result) {
            Ok(value) => Ok(value),
            Err(error) => Err(self.fail(error).await),
        }
    }

    fn check(&self) -> Result<()> {
        self.lite.powered()?;
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn writer(&mut self) -> Result<&mut Writer> {
        self.writer.as_deref_mut().ok_or_else(|| Error::other("the transaction has ended"))
    }

    /// Fails the transaction after a failed statement. The error may depend on uncommitted data of another transaction in
    /// the group (a key that is taken): it is returned when that data is durable.
    async fn fail(&mut self, error: Error) -> Error {
        self.failed = Some(error.clone());
        if self.writer().is_ok_and(|w| w.lost(&error)) {
            self.is_open = false;
        }
        self.take_back();
        match self.hand_over(false) {
            Some(answer) => outcome(answer).await.err().unwrap_or(error),
            None => error,
        }
    }

    /// Rolls back the writes of this transaction.
    fn take_back(&mut self) {
        if std::mem::take(&mut self.is_open)
            && let Some(writer) = &mut self.writer
        {
            writer.take_back();
        }
    }

    /// Passes the writer on. Returns a notification of the end of the group, if it must be awaited: for the own commit, or
    /// for earlier transactions of the group whose writes may have been read.
    fn hand_over(&mut self, has_written: bool) -> Option<oneshot::Receiver<Result<()>>> {
        self.is_open = false;
        let mut writer = self.writer.take()?;
        let wrote = has_written.then(|| self.namespace.clone());
        let answer = (has_written || writer.group_len() > 0).then(|| writer.join(wrote));
        self.lite.pass(writer);
        answer
    }
}

async fn outcome(answer: oneshot::Receiver<Result<()>>) -> Result<()> {
    let lost = |_| Err(Error::new(ErrorKind::UnknownOutcome, "the commit's answer was lost"));
    answer.await.unwrap_or_else(lost)
}

impl Drop for Tx {
    fn drop(&mut self) {
        self.take_back();
        if let Some(writer) = self.writer.take() {
            self.lite.pass(writer);
        }
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx").field("failed", &self.failed).finish_non_exhaustive()
    }
}
