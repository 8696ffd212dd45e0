//! A small pool of read-only connections, which read committed data while the writer continues.

use super::{
    Sqlite, TURN,
    connection::{self, ConnectionSource},
};
use crate::{Error, ErrorKind, Param, Result, Row};
use kernel::Env;
use rusqlite::Connection;
use std::{
    future::ready,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout},
};

/// Number of SQLite's virtual machine steps that a read can take on a thread of the runtime, about half a millisecond. A
/// longer read is restarted on a blocking thread, so that a read by key needs no change of threads.
const STEPS_INLINE: i32 = 20_000;

#[derive(Clone)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Reader>>>,
    free: Arc<Semaphore>,
    /// Those of them that can be held for snapshots: half of them, so that long reads leave some to others.
    moments: Arc<Semaphore>,
}

pub(super) struct Reader {
    connection: Connection,
    /// Whether statements are interrupted at [`STEPS_INLINE`].
    is_bounded: Arc<AtomicBool>,
}

impl Readers {
    pub(super) fn open(source: &ConnectionSource, count: usize) -> Result<Self> {
        let mut idle = Vec::new();
        for _ in 0..count.max(1) {
            idle.extend(source.open_reader()?.map(Reader::new).transpose()?);
        }
        let free = Arc::new(Semaphore::new(idle.len()));
        let moments = Arc::new(Semaphore::new((idle.len() / 2).max(1)));
        Ok(Readers { idle: Arc::new(Mutex::new(idle)), free, moments })
    }

    pub(super) async fn query(&self, env: &Env, text: &Arc<str>, params: &[Param]) -> Result<Vec<Row>> {
        let permit = self.permit().await?;
        let short = || ready(self.with_one(true, |c| connection::query(c, text, params)));
        match once_free(short).await {
            Err(e) if e.kind == ErrorKind::Cancelled => {}
            done => return done,
        }
        let (readers, text, params) = (self.clone(), text.clone(), params.to_vec());
        let long = move || {
            let _permit = permit; // it goes on when the caller is cancelled, and keeps its place till then
            readers.with_one(false, |c| connection::query(c, &text, &params))
        };
        let ended = || Err(Error::new(ErrorKind::Unavailable, "the process ends"));
        env.blocking(long).await.unwrap_or_else(ended)
    }

    /// Returns the damage of the file. None if it is intact. Reads the complete file.
    pub(super) async fn damage(&self, env: &Env, pragma: &str) -> Result<Option<String>> {
        let (permit, readers, pragma) = (self.permit().await?, self.clone(), pragma.to_owned());
        let check = move || {
            let _permit = permit;
            readers.with_one(false, |c| connection::query(c, &pragma, &[]))
        };
        let ended = || Err(Error::new(ErrorKind::Unavailable, "the process ends"));
        match env.blocking(check).await.unwrap_or_else(ended) {
            Err(error) if error.is_damage() => Ok(Some(error.message)),
            rows => {
                // the single column is named after the check
                let said = rows?.first().map_or_else(String::new, Row::shown_first);
                Ok((said != "ok").then_some(said))
            }
        }
    }

    /// Acquires a permit for a reader.
    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        one_of(&self.free).await
    }

    /// Acquires the permits for a reader that holds a snapshot.
    pub(super) async fn permit_for_a_moment(&self) -> Result<[OwnedSemaphorePermit; 2]> {
        // in this order, so that a wait for the end of a snapshot blocks no reads
        Ok([one_of(&self.moments).await?, one_of(&self.free).await?])
    }

    /// Takes a reader, for a caller with a permit. `is_bounded` says whether long statements are interrupted.
    pub(super) fn take(&self, is_bounded: bool) -> Result<Reader> {
        let taken = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = taken.ok_or_else(|| Error::other("more reads than permits"))?;
        reader.is_bounded.store(is_bounded, SeqCst);
        Ok(reader)
    }

    pub(super) fn give_back(&self, reader: Reader) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
    }

    fn with_one<T>(&self, is_bounded: bool, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let reader = self.take(is_bounded)?;
        let result = work(&reader.connection);
        self.give_back(reader);
        result
    }
}

impl Sqlite {
    /// Runs a dynamically built read, which uses the names of tables in the file.
    pub(crate) async fn query_made(&self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        self.0.powered()?;
        let readers = self.0.readers.as_ref().ok_or_else(|| Error::other("it is in no file"))?;
        self.0.damage.noting(readers.query(&self.0.env, &Arc::from(text), params).await)
    }
}

async fn one_of(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    let unavailable = |why: &str| Error::new(ErrorKind::Unavailable, why);
    let permit = timeout(TURN, places.clone().acquire_owned()).await;
    let permit = permit.map_err(|_| unavailable("no reading connection was free in time"))?;
    permit.map_err(|_| unavailable("the database is closed"))
}

/// Reads when no other process opens or closes the file.
pub(super) async fn once_free<T, F: Future<Output = Result<T>>>(read: impl Fn() -> F) -> Result<T> {
    let until = Instant::now() + TURN;
    loop {
        match read().await {
            Err(e) if e.kind == ErrorKind::Busy && Instant::now() < until => {
                sleep(Duration::from_millis(5)).await;
            }
            done => return done,
        }
    }
}

impl Reader {
    fn new(mut connection: Connection) -> Result<Self> {
        let is_bounded = Arc::new(AtomicBool::new(true));
        let stop = is_bounded.clone();
        let handler = Some(move || stop.load(SeqCst));
        connection.progress_handler(STEPS_INLINE, handler).map_err(connection::plain)?;
        Ok(Reader { connection, is_bounded })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}
