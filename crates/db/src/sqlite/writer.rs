//! The single writing connection, with its open shared transaction and the waiters for its commit.

use super::{
    Checkpoints, Durability,
    connection::{self, ConnectionSource, control, plain},
    namespace::Namespace,
    pages,
};
use crate::{Error, ErrorKind, Result};
use rusqlite::Connection;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedMutexGuard, oneshot},
    time::Instant,
};

/// The writer, held during a turn.
pub(super) type WriterGuard = OwnedMutexGuard<Writer>;

/// A waiter for a group.
pub(super) struct Ack {
    pub(super) answer: oneshot::Sender<Result<()>>,
    /// The namespace in which it has written. None if it has only read.
    pub(super) wrote: Option<Arc<Namespace>>,
}

pub(super) struct Writer {
    pub(super) connection: Connection,
    source: ConnectionSource,
    durability: Durability,
    /// The time since which the shared transaction is open, if it is.
    open_since: Option<Instant>,
    /// The transactions whose savepoints are released in it, and those that have read in it.
    acks: Vec<Ack>,
    /// Number of consecutive failed commits.
    failed: u64,
}

impl Writer {
    pub(super) fn new(connection: Connection, source: ConnectionSource, durability: Durability) -> Self {
        Writer { connection, source, durability, open_since: None, acks: Vec::new(), failed: 0 }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open_since.is_some()
    }
    pub(super) fn group_len(&self) -> usize {
        self.acks.len()
    }
    pub(super) fn group_age(&self) -> Duration {
        self.open_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    /// Opens the shared transaction, unless it is open. `Busy` if another process writes.
    pub(super) fn open_group(&mut self) -> Result<()> {
        if self.is_open() {
            return Ok(());
        }
        self.mend()?;
        control(&self.connection, "begin immediate")?;
        if let ConnectionSource::File(path, _, Checkpoints::Never) = &self.source {
            // the process that owns the file may have ended in the meantime
            pages::begin_log(path);
        }
        self.open_since = Some(Instant::now());
        Ok(())
    }

    /// Opens the savepoint of a transaction.
    pub(super) fn savepoint(&mut self) -> Result<()> {
        control(&self.connection, "savepoint tx")
    }

    /// Completes a transaction, which then waits for the commit with the others.
    pub(super) fn release(&mut self) -> Result<()> {
        control(&self.connection, "release tx")
    }

    /// Rolls back a transaction. If that is not possible separately, the whole group is rolled back.
    pub(super) fn take_back(&mut self) {
        let undone = control(&self.connection, "rollback to tx").and_then(|()| self.release());
        if let Err(error) = undone
            && !self.lost(&error)
        {
            self.close();
            self.fail_neighbours(&error);
        }
    }

    /// Returns whether an error has rolled back the whole shared transaction, as a full disk, a failed read or insufficient
    /// memory can. The other transactions are then notified that nothing of theirs is committed.
    pub(super) fn lost(&mut self, error: &Error) -> bool {
        let lost = self.is_open() && self.connection.is_autocommit();
        if lost {
            self.open_since = None;
            self.fail_neighbours(error);
        }
        lost
    }

    /// Adds a waiter for the end of the group, with the namespace in which it has written.
    pub(super) fn join(&mut self, wrote: Option<Arc<Namespace>>) -> oneshot::Receiver<Result<()>> {
        let (answer, told) = oneshot::channel();
        self.acks.push(Ack { answer, wrote });
        told
    }

    /// Ends the shared transaction. Returns the waiters, and the result.
    pub(super) fn finish(&mut self) -> (Vec<Ack>, Result<()>) {
        let end = if self.acks.is_empty() { "rollback" } else { "commit" };
        let mut outcome = control(&self.connection, end);
        if let Err(error) = &mut outcome {
            // Full: the frame of the commit was not written completely, and the rest is rolled back or ignored. After any
            // other failure it may be in the log, and be valid after a restart.
            if !error.is_full() {
                error.kind = ErrorKind::UnknownOutcome;
            }
        }
        if !self.acks.is_empty() {
            self.log(outcome.as_ref().err());
        }
        self.close();
        (self.take_acks(), outcome)
    }

    /// A full disk fails each of thousands of commits, and the log file may be on the same disk: only the first failure,
    /// and the end of the failures, are logged.
    fn log(&mut self, failure: Option<&Error>) {
        match failure {
            Some(error) if self.failed == 0 => {
                self.failed = 1;
                tracing::error!(%error, transactions = self.acks.len(), "commit failed; recovery will be logged");
            }
            Some(_) => self.failed += 1,
            None if self.failed > 0 => {
                tracing::warn!(failed = self.failed, "commits succeed again");
                self.failed = 0;
            }
            None => {}
        }
    }

    /// Returns the waiters of the group, which the caller must notify.
    pub(super) fn take_acks(&mut self) -> Vec<Ack> {
        std::mem::take(&mut self.acks)
    }

    /// Ends the shared transaction: uncommitted changes are rolled back.
    pub(super) fn close(&mut self) {
        self.open_since = None;
        if let Err(error) = self.mend() {
            tracing::error!(%error, "write connection could not be reopened");
        }
    }

    /// Ensures that no transaction is open on the connection: by a rollback, or by reopening it.
    pub(super) fn mend(&mut self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        if let Err(error) = control(&self.connection, "rollback") {
            tracing::error!(%error, "rollback failed; reopening the connection");
            self.connection = self.source.open_writer(self.durability)?.0;
        }
        Ok(())
    }

    fn fail_neighbours(&mut self, error: &Error) {
        let kind = if error.is_full() { ErrorKind::Full } else { ErrorKind::Retry };
        let message = format!("rolled back with a neighbour: {}", error.message);
        for ack in self.acks.drain(..) {
            let _ = ack.answer.send(Err(Error::new(kind.clone(), &message))); // it may have been cancelled
        }
    }

    /// Copies everything committed into the database file, and empties the log. Blocks. `Busy` while another process, or a
    /// long read, still uses the log.
    pub(super) fn checkpoint(&self) -> Result<()> {
        match connection::checkpoint(&self.connection)? {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Busy, "somebody still reads the log of the database")),
        }
    }

    /// Returns the committed state, as bytes.
    pub(super) fn image(&mut self) -> Result<Vec<u8>> {
        self.acks.clear();
        self.open_since = None;
        self.mend()?;
        self.bytes()
    }

    /// Returns everything that was written, as bytes.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>> {
        Ok(self.connection.serialize("main").map_err(plain)?.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::Checkpoints;
    use rusqlite::hooks::{AuthAction, AuthContext, Authorization, TransactionOperation};
    use testkit::temp_dir::TempDir;

    /// Makes the engine reject every rollback on this connection.
    fn refuse_rollbacks(writer: &mut Writer) {
        let refuse = |context: AuthContext<'_>| match context.action {
            AuthAction::Transaction { operation: TransactionOperation::Rollback } => Authorization::Deny,
            AuthAction::Savepoint { operation: TransactionOperation::Rollback, .. } => Authorization::Deny,
            _ => Authorization::Allow,
        };
        writer.connection.authorizer(Some(refuse)).unwrap();
    }

    fn begun(source: ConnectionSource) -> Writer {
        let connection = match &source {
            ConnectionSource::Memory => Connection::open_in_memory().unwrap(),
            ConnectionSource::File(..) => source.open_writer(Durability::Commit).unwrap().0,
        };
        let mut writer = Writer::new(connection, source, Durability::Commit);
        control(&writer.connection, "create table t(id integer) strict").unwrap();
        writer.open_group().unwrap();
        writer.savepoint().unwrap();
        control(&writer.connection, "insert into t values (1)").unwrap();
        writer
    }

    fn count(writer: &Writer) -> i64 {
        writer.connection.query_row("select count(*) from t", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_connection_whose_rollback_fails_is_opened_again() {
        let folder = TempDir::new();
        let mut writer =
            begun(ConnectionSource::File(folder.path().join("t.db"), None, Checkpoints::Automatic));
        let mut neighbour = writer.join(None);
        refuse_rollbacks(&mut writer);
        writer.take_back();
        let answer = neighbour.try_recv().expect("the neighbour is told");
        assert_eq!(answer.unwrap_err().kind, ErrorKind::Retry);
        assert!(writer.connection.is_autocommit() && !writer.is_open());
        assert_eq!(count(&writer), 0);
        writer.open_group().unwrap();
        control(&writer.connection, "insert into t values (2)").unwrap();
        let _ack = writer.join(None);
        writer.finish().1.unwrap();
        assert_eq!(count(&writer), 1);
    }

    #[test]
    fn a_connection_that_cannot_be_opened_again_is_not_used() {
        let mut writer = begun(ConnectionSource::Memory);
        refuse_rollbacks(&mut writer);
        writer.take_back();
        assert_eq!(writer.open_group().unwrap_err().kind, ErrorKind::Unavailable);
        assert!(!writer.is_open());
    }
}
