//! SQLite: one writer per file, group commit, a small pool of readers.
//!
//! Every transaction is a savepoint in a shared `begin immediate` on the one writing connection, which lies
//! behind a fair lock. [`Tx::commit`] releases the savepoint and passes the connection on; when nobody waits
//! for it, or the group is large or old enough, a [`Place`] makes the one real commit and answers all.
//!
//! Dangers that this design has, and where they are met:
//! - a waiter that is cancelled could leave a group that nobody finishes: `Inner::pass` and `Waiting`;
//! - a full disk can roll the *whole* shared transaction back: `Writer::lost`, after every error;
//! - a deferred constraint would fail innocent neighbours at the commit: [`crate::migrate`] refuses them;
//! - what a transaction reads may be a neighbour's and not yet durable (R9): `Tx::fail` and [`crate::Tx::rollback`]
//!   wait for the group, and [`crate::Db::query`] reads on other connections;
//! - a transaction begun inside another would wait for itself: its turn has a time-out;
//! - another process that writes must not block a thread: no busy time-out, an asynchronous retry;
//! - a rollback that fails leaves a connection in an unknown state: `Writer::mend` opens it again.

mod connection;
mod dialect;
mod group;
mod held;
mod place;
mod readers;
mod tx;
mod writer;

pub use group::{Acks, Group};
pub(crate) use held::Held;
pub use place::{Inline, Place};
pub(crate) use tx::Tx;

use crate::{Db, Error, ErrorKind, Param, Result, Row};
use connection::Source;
use kernel::{Env, queueing};
use readers::Readers;
use rusqlite::Connection;
use std::{
    fmt,
    path::Path,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, Notify},
    time::{Instant, sleep, timeout},
};
use writer::{Guard, Writer};

/// How long a transaction waits for its turn, and for another process's write lock.
const TURN: Duration = Duration::from_secs(5);

/// How long the end waits for reads, this process's own among them, that still look at the log.
const READS_END: Duration = Duration::from_millis(500);

/// How a file is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The most transactions that share one real commit.
    pub max_group: usize,
    /// A group that is this old is committed although others wait.
    pub max_group_age: Duration,
    /// How many connections read.
    pub readers: usize,
    /// The most pages that the file may grow to, as if the disk were full then; no limit by default.
    pub max_pages: Option<u32>,
}
impl Default for Options {
    fn default() -> Self {
        Options { max_group: 64, max_group_age: Duration::from_millis(2), readers: 4, max_pages: None }
    }
}

/// Opens the file `path`, or makes it; commits run on a thread of their own.
///
/// # Errors
/// When the file cannot be opened or made.
pub fn open(path: impl AsRef<Path>, env: Env, options: Options) -> Result<Db> {
    Ok(open_in(path, env, options, Box::new(place::CommitThread::start()?))?.into())
}

/// Opens the file `path`, or makes it; commits run where `place` says.
///
/// # Errors
/// When the file cannot be opened or made.
pub fn open_in(path: impl AsRef<Path>, env: Env, options: Options, place: Box<dyn Place>) -> Result<Sqlite> {
    let source = Source::File(path.as_ref().to_owned(), options.max_pages);
    let connection = source.open_writer().map_err(|error| source.named(error))?;
    let readers = Readers::open(&source, options.readers).map_err(|error| source.named(error))?;
    Ok(Sqlite::new(connection, source, Some(readers), env, options, place))
}

/// A database in memory, empty or as `image` (see [`Sqlite::image`]) says; commits run where `place` says,
/// and every read takes its turn with the writers.
///
/// # Errors
/// When the image is no database.
pub fn in_memory(image: Option<&[u8]>, env: Env, place: Box<dyn Place>) -> Result<Sqlite> {
    let mut connection = Connection::open_in_memory().map_err(connection::plain)?;
    if let Some(image) = image {
        let read = connection.deserialize_read_exact("main", image, image.len(), false);
        read.map_err(connection::plain)?;
    }
    connection::configure(&connection)?;
    Ok(Sqlite::new(connection, Source::Memory, None, env, Options::default(), place))
}

/// A SQLite database, for those who must know that it is one: its file's owner, and the simulation.
/// Everybody else holds a [`Db`] made from it.
#[derive(Clone)]
pub struct Sqlite(Arc<Inner>);

struct Inner {
    writer: Arc<Mutex<Writer>>,
    /// How many wait for the writer: while there is one, the group is left open for it.
    waiting: AtomicUsize,
    readers: Option<Readers>,
    env: Env,
    options: Options,
    place: Box<dyn Place>,
    power_is_off: AtomicBool,
    commits: AtomicU64,
    /// Told of each of them.
    committed: Notify,
    /// The writer of a database that is closed: nobody gets it any more.
    closed: std::sync::Mutex<Option<Guard>>,
}

impl Sqlite {
    fn new(
        connection: Connection,
        source: Source,
        readers: Option<Readers>,
        env: Env,
        options: Options,
        place: Box<dyn Place>,
    ) -> Self {
        Sqlite(Arc::new(Inner {
            writer: Arc::new(Mutex::new(Writer::new(connection, source))),
            waiting: AtomicUsize::new(0),
            readers,
            env,
            options,
            place,
            power_is_off: AtomicBool::new(false),
            commits: AtomicU64::new(0),
            committed: Notify::new(),
            closed: std::sync::Mutex::default(),
        }))
    }

    /// How many real commits there were.
    pub fn commits(&self) -> u64 {
        self.0.commits.load(SeqCst)
    }

    /// Waits until there were other than `seen` real commits; how many there were by then.
    pub(crate) async fn committed_since(&self, seen: u64) -> u64 {
        loop {
            // made before the count is read: a commit in between is not missed
            let committed = self.0.committed.notified();
            match self.commits() {
                same if same == seen => committed.await,
                commits => return commits,
            }
        }
    }

    /// From now on nothing reaches the disk, and no destructor tidies up: what a power cut does.
    /// Drop every future that uses the database before looking at what is left.
    pub fn power_off(&self) {
        self.0.power_is_off.store(true, SeqCst);
    }

    /// Whether nobody holds the writer, and nobody waits for a group: what must be true when all is quiet.
    /// After [`Sqlite::power_off`] only the first: whether every future that held it is gone.
    pub fn is_free(&self) -> bool {
        let is_off = self.0.power_is_off.load(SeqCst);
        self.0.writer.try_lock().is_ok_and(|writer| is_off || !writer.is_open())
    }

    /// The committed state, as [`in_memory`] takes it. What is not committed is lost.
    ///
    /// # Errors
    /// `Busy` while a future holds the writer.
    pub fn image(&self) -> Result<Vec<u8>> {
        let held = |_| Error::new(ErrorKind::Busy, "a transaction that holds the writer is still alive");
        self.0.writer.try_lock().map_err(held)?.image()
    }

    pub(crate) fn env(&self) -> &Env {
        &self.0.env
    }

    pub(crate) async fn begin(&self) -> Result<Tx> {
        self.0.powered()?;
        Tx::begin(self.0.clone(), self.0.turn().await?).await
    }

    pub(crate) async fn query(&self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        self.0.powered()?;
        let Some(readers) = &self.0.readers else {
            let mut tx = self.begin().await?;
            let rows = tx.query(text, params).await?;
            tx.rollback().await?;
            return Ok(rows);
        };
        let rows = readers.query(&self.0.env, text, params).await;
        self.0.powered()?;
        rows
    }

    /// See [`crate::Db::at_one_moment`].
    pub(crate) async fn hold(&self) -> Result<Held> {
        self.0.powered()?;
        let env = &self.0.env;
        let Some(readers) = &self.0.readers else {
            let image = self.0.committed().await?.bytes()?;
            return Ok(Held::Copy(in_memory(Some(&image), env.clone(), Box::new(Inline))?));
        };
        Held::begin(readers, env).await
    }

    /// See [`crate::Db::damage`].
    pub(crate) async fn damage(&self) -> Result<Option<String>> {
        self.0.powered()?;
        match &self.0.readers {
            Some(readers) => readers.damage(&self.0.env).await,
            None => Ok(None),
        }
    }

    /// See [`crate::Db::close`].
    pub(crate) async fn close(&self) -> Result<()> {
        self.0.powered()?;
        let mut writer = self.0.committed().await?;
        let until = Instant::now() + READS_END;
        loop {
            let complete = move || (writer.checkpoint(), writer);
            let ended = || Error::new(ErrorKind::Unavailable, "the process ends");
            let (done, back) = self.0.env.blocking(complete).await.ok_or_else(ended)?;
            match done {
                Err(e) if e.kind == ErrorKind::Busy && Instant::now() < until => {
                    sleep(Duration::from_millis(5)).await;
                    writer = back;
                }
                done => {
                    if done.is_ok() {
                        *self.0.closed.lock().unwrap_or_else(PoisonError::into_inner) = Some(back);
                    }
                    return done;
                }
            }
        }
    }

    pub(crate) async fn prepare(&self, text: &'static str) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.prepare(text).await?;
        tx.rollback().await
    }
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sqlite")
    }
}

impl Inner {
    fn powered(&self) -> Result<()> {
        if self.power_is_off.load(SeqCst) {
            return Err(Error::new(ErrorKind::Unavailable, "the power is off"));
        }
        Ok(())
    }

    /// Waits for the writer, in order of arrival.
    async fn turn(self: &Arc<Self>) -> Result<Guard> {
        let (_waiting, begun) = (Waiting::new(self), Instant::now());
        let turn = timeout(TURN, self.writer.clone().lock_owned()).await.map_err(|_| {
            let hint =
                "the writer was not free in time: is a transaction begun inside another, or a slow one open?";
            Error::new(ErrorKind::Busy, hint)
        });
        queueing::note(begun.elapsed());
        turn
    }

    /// Waits for the writer at a moment when nothing waits for a commit.
    async fn committed(self: &Arc<Self>) -> Result<Guard> {
        loop {
            let writer = self.turn().await?;
            if !writer.is_open() {
                return Ok(writer);
            }
            self.pass(writer); // the group was left open for this turn
        }
    }

    /// The end of a turn: the group goes to be committed, or stays open for the next who waits.
    fn pass(self: &Arc<Self>, mut writer: Guard) {
        loop {
            let dead = self.power_is_off.load(SeqCst);
            if dead || !writer.is_open() {
                return;
            }
            let is_large = writer.group_len() >= self.options.max_group;
            let is_old = writer.group_age() >= self.options.max_group_age;
            if is_large || is_old || self.waiting.load(SeqCst) == 0 {
                return self.place.commit(Group::new(writer, self.clone()));
            }
            drop(writer);
            // The one for whom it was left open may have been cancelled just before the writer was free:
            // either it finds the writer free (`Waiting`), or it is no longer counted here.
            if self.waiting.load(SeqCst) > 0 {
                return;
            }
            match self.writer.clone().try_lock_owned() {
                Ok(free) => writer = free,
                Err(_) => return, // whoever holds it now passes it on
            }
        }
    }
}

/// One who waits for the writer. Cancelled, it finishes in its place what was left open for it.
struct Waiting<'a>(&'a Arc<Inner>);

impl<'a> Waiting<'a> {
    fn new(inner: &'a Arc<Inner>) -> Self {
        inner.waiting.fetch_add(1, SeqCst);
        Waiting(inner)
    }
}
impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, SeqCst);
        // not free when it got its turn: it holds the writer itself
        if let Ok(writer) = self.0.writer.clone().try_lock_owned() {
            self.0.pass(writer);
        }
    }
}
