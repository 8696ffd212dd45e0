//! A connection with a snapshot of the database: a read transaction on one of the readers, or, for a database in memory,
//! which has no readers, a copy.

use super::{
    Sqlite, connection,
    namespace::Namespace,
    readers::{Reader, Readers, once_free},
};
use crate::{Error, ErrorKind, Param, Result, Row};
use kernel::Env;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OwnedSemaphorePermit;

/// Reads what was committed at its first read.
pub(crate) enum SnapshotConnection {
    File { env: Env, namespace: Arc<Namespace>, reading: Arc<Mutex<SnapshotReader>> },
    Copy(Sqlite),
}

/// A reader in a transaction. Dropping it ends the transaction, and returns the reader.
pub(crate) struct SnapshotReader {
    readers: Readers,
    /// Present until it is dropped.
    reader: Option<Reader>,
    _permits: [OwnedSemaphorePermit; 2],
}

impl SnapshotConnection {
    pub(super) async fn begin(
        readers: &Readers,
        env: &Env,
        namespace: &Arc<Namespace>,
    ) -> Result<SnapshotConnection> {
        let permits = readers.permit_for_a_moment().await?;
        let reader = readers.take(false)?;
        let reading = SnapshotReader { readers: readers.clone(), reader: Some(reader), _permits: permits };
        connection::control(reading.reader()?.connection(), "begin")?;
        let (env, namespace) = (env.clone(), namespace.clone());
        Ok(SnapshotConnection::File { env, namespace, reading: Arc::new(Mutex::new(reading)) })
    }

    pub(crate) async fn query(&self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        let (env, text, reading) = match self {
            SnapshotConnection::File { env, namespace, reading } => (env, namespace.statement(text), reading),
            SnapshotConnection::Copy(copy) => return copy.query(text, params).await,
        };
        once_free(|| {
            let (reading, text, params) = (reading.clone(), text.clone(), params.to_vec());
            // reads pages from disk, so that it runs on a blocking thread
            let read = move || {
                let reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
                connection::query(reading.connection()?, &text, &params)
            };
            let ended = || Err(Error::new(ErrorKind::Unavailable, "the process ends"));
            async move { env.blocking(read).await.unwrap_or_else(ended) }
        })
        .await
    }
}

impl SnapshotReader {
    fn reader(&self) -> Result<&Reader> {
        self.reader.as_ref().ok_or_else(|| Error::other("the reader was given back"))
    }

    /// Returns the connection in its transaction. After an error, SQLite may have ended the transaction, and later reads
    /// would be from another moment.
    fn connection(&self) -> Result<&rusqlite::Connection> {
        let connection = self.reader()?.connection();
        match connection.is_autocommit() {
            false => Ok(connection),
            true => Err(Error::new(ErrorKind::Unavailable, "the moment was lost")),
        }
    }
}

impl Drop for SnapshotReader {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        if !reader.connection().is_autocommit()
            && let Err(error) = connection::control(reader.connection(), "rollback")
        {
            tracing::error!(%error, "read transaction could not be ended");
        }
        self.readers.give_back(reader);
    }
}

impl fmt::Debug for SnapshotConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{Checkpoints, Durability, connection::ConnectionSource};
    use testkit::{real_env::env, temp_dir::TempDir};

    #[tokio::test]
    async fn what_is_read_after_the_transaction_has_ended_by_itself_is_refused() {
        let folder = TempDir::new();
        let source = ConnectionSource::File(folder.path().join("t.db"), None, Checkpoints::Automatic);
        let (writer, _) = source.open_writer(Durability::Commit).unwrap();
        connection::control(&writer, "create table t(id integer) strict").unwrap();
        let readers = Readers::open(&source, 1).unwrap();
        let count = "select count(*) as n from t";
        let namespace = Namespace::new(None);
        let held = SnapshotConnection::begin(&readers, &env(), &namespace).await.unwrap();
        assert_eq!(held.query(count, &[]).await.unwrap()[0].get::<i64>("n").unwrap(), 0);
        let SnapshotConnection::File { reading, .. } = &held else { panic!("it is a file") };
        // like a disk error does
        connection::control(reading.lock().unwrap().connection().unwrap(), "rollback").unwrap();
        connection::control(&writer, "insert into t values (1)").unwrap();
        for _ in 0..2 {
            assert_eq!(held.query(count, &[]).await.unwrap_err().kind, ErrorKind::Unavailable);
        }
        drop(held);
        let later = SnapshotConnection::begin(&readers, &env(), &namespace).await.unwrap();
        assert_eq!(later.query(count, &[]).await.unwrap()[0].get::<i64>("n").unwrap(), 1);
    }
}
