//! The one writing connection, with the shared transaction that is open on it and those who wait for its commit.

use super::{
    Checkpoints, Durability,
    connection::{self, Source, control, plain},
    group::Ack,
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

/// The writer, held by the one whose turn it is.
pub(super) type WriterGuard = OwnedMutexGuard<Writer>;

pub(super) struct Writer {
    pub(super) connection: Connection,
    source: Source,
    durability: Durability,
    /// Since when the shared transaction is open, if it is.
    open_since: Option<Instant>,
    /// Whose savepoints are released in it, and who has read in it.
    acks: Vec<Ack>,
    /// Commits that have failed since the last that did not.
    failed: u64,
}

impl Writer {
    pub(super) fn new(connection: Connection, source: Source, durability: Durability) -> Self {
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

    /// Opens the shared transaction, where it is not open yet. `Busy` when another process writes.
    pub(super) fn open_group(&mut self) -> Result<()> {
        if self.is_open() {
            return Ok(());
        }
        self.mend()?;
        control(&self.connection, "begin immediate")?;
        if let Source::File(path, _, Checkpoints::Never) = &self.source {
            // the process whose file it is may have ended in the meantime
            pages::begin_log(path);
        }
        self.open_since = Some(Instant::now());
        Ok(())
    }

    /// Opens one transaction's own savepoint.
    pub(super) fn savepoint(&mut self) -> Result<()> {
        control(&self.connection, "savepoint tx")
    }

    /// One transaction is complete, and waits with its neighbours for the commit.
    pub(super) fn release(&mut self) -> Result<()> {
        control(&self.connection, "release tx")
    }

    /// Takes one transaction back. Where that alone cannot be done, the whole group is.
    pub(super) fn take_back(&mut self) {
        let undone = control(&self.connection, "rollback to tx").and_then(|()| self.release());
        if let Err(error) = undone
            && !self.lost(&error)
        {
            self.close();
            self.fail_neighbours(&error);
        }
    }

    /// After an error: whether it has rolled back the whole shared transaction, as a full disk, a failed
    /// read or a lack of memory can. Its neighbours are told then: surely nothing of theirs is committed.
    pub(super) fn lost(&mut self, error: &Error) -> bool {
        let lost = self.is_open() && self.connection.is_autocommit();
        if lost {
            self.open_since = None;
            self.fail_neighbours(error);
        }
        lost
    }

    /// One more who must know how the group ends, with where it has written.
    pub(super) fn join(&mut self, wrote: Option<Arc<Namespace>>) -> oneshot::Receiver<Result<()>> {
        let (answer, told) = oneshot::channel();
        self.acks.push(Ack { answer, wrote });
        told
    }

    /// Ends the shared transaction for real. Gives those who wait, and what to tell them.
    pub(super) fn finish(&mut self) -> (Vec<Ack>, Result<()>) {
        let end = if self.acks.is_empty() { "rollback" } else { "commit" };
        let mut outcome = control(&self.connection, end);
        if let Err(error) = &mut outcome {
            // Full: the frame that would commit was not written whole, and what was is taken back or ignored.
            // After any other failure it may lie in the log, and count after a restart.
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

    /// A full disk fails each of thousands of commits, and the log may lie on the same disk: it is told of the first, and
    /// of the end.
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

    /// Those who wait for the group, who are then told by somebody else.
    pub(super) fn take_acks(&mut self) -> Vec<Ack> {
        std::mem::take(&mut self.acks)
    }

    /// No shared transaction is open any more: what is not committed is taken back.
    pub(super) fn close(&mut self) {
        self.open_since = None;
        if let Err(error) = self.mend() {
            tracing::error!(%error, "write connection could not be reopened");
        }
    }

    /// Makes sure that no transaction is open on the connection: by a rollback, or by opening it again.
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

    /// Brings everything that is committed into the database's own file, and empties the log beside it; it blocks.
    /// `Busy` while another process, or a long read, still checks the log.
    pub(super) fn checkpoint(&self) -> Result<()> {
        match connection::checkpoint(&self.connection)? {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Busy, "somebody still reads the log of the database")),
        }
    }

    /// The committed state, as bytes.
    pub(super) fn image(&mut self) -> Result<Vec<u8>> {
        self.acks.clear();
        self.open_since = None;
        self.mend()?;
        self.bytes()
    }

    /// All that was written, as bytes.
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

    /// From now on the engine refuses this connection every rollback.
    fn refuse_rollbacks(writer: &mut Writer) {
        let refuse = |context: AuthContext<'_>| match context.action {
            AuthAction::Transaction { operation: TransactionOperation::Rollback } => Authorization::Deny,
            AuthAction::Savepoint { operation: TransactionOperation::Rollback, .. } => Authorization::Deny,
            _ => Authorization::Allow,
        };
        writer.connection.authorizer(Some(refuse)).unwrap();
    }

    fn begun(source: Source) -> Writer {
        let connection = match &source {
            Source::Memory => Connection::open_in_memory().unwrap(),
            Source::File(..) => source.open_writer(Durability::Commit).unwrap().0,
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
        let mut writer = begun(Source::File(folder.path().join("t.db"), None, Checkpoints::Automatic));
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
        let mut writer = begun(Source::Memory);
        refuse_rollbacks(&mut writer);
        writer.take_back();
        assert_eq!(writer.open_group().unwrap_err().kind, ErrorKind::Unavailable);
        assert!(!writer.is_open());
    }
}
