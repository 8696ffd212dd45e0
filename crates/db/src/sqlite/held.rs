//! A connection that sees the database as it was at one moment: a reading transaction on one of the readers, and of a
//! database in memory, which has none, a copy.

use super::{
    Sqlite, TURN, connection,
    readers::{Reader, Readers},
};
use crate::{Error, ErrorKind, Param, Result, Row};
use kernel::Env;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, sleep},
};

/// It sees what was committed when it read for the first time.
pub(crate) enum Held {
    File { env: Env, reading: Arc<Mutex<Reading>> },
    Copy(Sqlite),
}

/// A reader in a transaction; dropped, it ends that and goes back.
pub(crate) struct Reading {
    readers: Readers,
    /// Until it is dropped.
    reader: Option<Reader>,
    _permit: OwnedSemaphorePermit,
}

impl Held {
    pub(super) async fn begin(readers: &Readers, env: &Env) -> Result<Held> {
        let permit = readers.permit().await?;
        let reader = readers.take(false)?;
        let reading = Reading { readers: readers.clone(), reader: Some(reader), _permit: permit };
        connection::control(reading.connection()?, "begin")?;
        Ok(Held::File { env: env.clone(), reading: Arc::new(Mutex::new(reading)) })
    }

    pub(crate) async fn query(&self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        let (env, reading) = match self {
            Held::File { env, reading } => (env, reading),
            Held::Copy(copy) => return copy.query(text, params).await,
        };
        let until = Instant::now() + TURN;
        loop {
            let (reading, params) = (reading.clone(), params.to_vec());
            // pages are read: where that stops nobody
            let read = move || {
                let reading = reading.lock().unwrap_or_else(PoisonError::into_inner);
                connection::query(reading.connection()?, text, &params)
            };
            let ended = || Err(Error::new(ErrorKind::Unavailable, "the process ends"));
            match env.blocking(read).await.unwrap_or_else(ended) {
                // another process opens or closes the file
                Err(e) if e.kind == ErrorKind::Busy && Instant::now() < until => {
                    sleep(Duration::from_millis(5)).await;
                }
                done => return done,
            }
        }
    }
}

impl Reading {
    fn connection(&self) -> Result<&rusqlite::Connection> {
        self.reader.as_ref().map(Reader::connection).ok_or_else(|| Error::other("the reader was given back"))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        if !reader.connection().is_autocommit()
            && let Err(error) = connection::control(reader.connection(), "rollback")
        {
            tracing::error!(%error, "a reading transaction could not be ended");
        }
        self.readers.give_back(reader);
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}
