//! SQLite: one writer per file, group commit, and a small pool of readers. Services share a file, each in its own namespace
//! ([`namespace`]). If the file has a barrier ([`barrier`]), commits are visible before they are durable.
//!
//! Every transaction is a savepoint in a shared `begin immediate` on the single writing connection, which is
//! protected by a fair lock. [`Tx::commit`] releases the savepoint and passes the connection on; if no transaction waits
//! for it, or the group is large or old enough, a [`CommitExecutor`] performs the one real commit and notifies all.
//!
//! Hazards of this design, and where they are handled:
//! - a cancelled waiter could leave a group that is never finished: `SqliteInner::pass` and `WriterWaiter`;
//! - a full disk can roll back the *whole* shared transaction: `Writer::lost`, after every error;
//! - a deferred constraint would fail unrelated transactions at the commit: [`crate::migrate`] rejects them;
//! - a transaction can read uncommitted data of another one in its group (R9): `Tx::fail` and [`crate::Tx::rollback`]
//!   wait for the group, and [`crate::Db::query`] uses other connections;
//! - a transaction begun inside another one would wait for itself: its turn has a timeout;
//! - another writing process must not block a thread: no busy timeout, but an asynchronous retry;
//! - a failed rollback leaves a connection in an unknown state: `Writer::mend` reopens it.

mod barrier;
mod commit_executor;
mod connection;
mod copy;
mod damage;
mod dialect;
mod durability;
mod group;
mod join;
mod namespace;
mod options;
mod pages;
mod readers;
mod snapshot;
mod tx;
mod writer;
mod writer_waiter;

pub use commit_executor::{CommitExecutor, InlineExecutor};
pub use copy::{COPIED_AT_ONCE, copy, let_others_go_first};
pub use damage::Depth;
pub use group::{Acks, Group};
pub use join::join;
pub use namespace::in_namespace;
pub use options::{Checkpoints, Durability, Options};
pub use pages::{PageVerification, are_known_changed, companions, forget_pages, pages};
pub(crate) use snapshot::SnapshotConnection;
pub(crate) use tx::Tx;

use crate::{Db, Error, ErrorKind, Param, Result, Row};
use barrier::{Barrier, OpenFiles};
use connection::ConnectionSource;
use damage::Damage;
use kernel::{Env, queueing};
use namespace::Namespace;
use pages::{AfterLogReset, Comparison, Copies, Keeper, Mark, PageChecksums};
use readers::Readers;
use rusqlite::Connection;
use std::{
    collections::BTreeMap,
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
use writer::{Ack, Writer, WriterGuard};
use writer_waiter::WriterWaiter;

/// Time for which a transaction waits for its turn, and for another process's write lock.
const TURN: Duration = Duration::from_secs(5);

/// Time for which closing waits for reads, including those of this process, that still use the log.
const READS_END: Duration = Duration::from_millis(500);

/// Opens or creates the file `path`. Commits run on a separate thread.
///
/// # Errors
/// When the file cannot be opened or created.
pub fn open(path: impl AsRef<Path>, env: Env, options: Options) -> Result<Db> {
    Sqlite::open(path, env, options).map(Into::into)
}

/// Opens or creates the file `path`. Commits run in `commit_executor`.
///
/// # Errors
/// When the file cannot be opened or created.
pub fn open_in(
    path: impl AsRef<Path>,
    env: Env,
    options: Options,
    place: Box<dyn CommitExecutor>,
) -> Result<Sqlite> {
    SqliteInner::open(path.as_ref(), env, options, place).map(Into::into)
}

/// Creates a database in memory, empty or from `image` (see [`Sqlite::image`]). Commits run in the given executor, and
/// reads take turns with the writers.
///
/// # Errors
/// When the image is not a database.
pub fn in_memory(image: Option<&[u8]>, env: Env, place: Box<dyn CommitExecutor>) -> Result<Sqlite> {
    let mut connection = Connection::open_in_memory().map_err(connection::plain)?;
    if let Some(image) = image {
        let read = connection.deserialize_read_exact("main", image, image.len(), false);
        read.map_err(connection::plain)?;
    }
    connection::configure(&connection)?;
    let tables = connection::tables(&connection)?;
    Ok(SqliteInner::new((connection, tables), ConnectionSource::Memory, None, env, Options::default(), place)
        .into())
}

/// A SQLite database, for code that depends on SQLite: the owner of its file, and the simulation. All other code uses a
/// [`Db`] created from it.
#[derive(Clone)]
pub struct Sqlite(Arc<SqliteInner>, Arc<Namespace>);

struct SqliteInner {
    writer: Arc<Mutex<Writer>>,
    /// Number of waiters for the writer. While there is one, the group stays open for it.
    waiting: AtomicUsize,
    readers: Option<Readers>,
    env: Env,
    options: Options,
    place: Box<dyn CommitExecutor>,
    /// None if each commit is durable, or the executor decides.
    barrier: Option<Barrier>,
    /// For a file whose commits are durable.
    both: Option<OpenFiles>,
    power_is_off: AtomicBool,
    damage: Damage,
    /// Present if this process copies the log.
    kept: Option<PageChecksums>,
    /// Number of real commits that have started, and that have ended: a started one may already be visible.
    begun: AtomicU64,
    commits: AtomicU64,
    ended: Notify,
    /// Number of these that are durable, plus one. Zero before the first sync, because a killed process may have left data
    /// in the log that the operating system has not written yet.
    synced: AtomicU64,
    /// The writer of a closed database, which is never released.
    closed: Mutex<Option<WriterGuard>>,
    /// The tables that existed when it was opened.
    tables: Vec<String>,
    namespaces: std::sync::Mutex<BTreeMap<String, Arc<Namespace>>>,
}

impl Sqlite {
    /// Does the same as [`open`], for code that depends on SQLite.
    ///
    /// # Errors
    /// When the file cannot be opened or created.
    pub fn open(path: impl AsRef<Path>, env: Env, options: Options) -> Result<Self> {
        let mut file = SqliteInner::open(
            path.as_ref(),
            env,
            options,
            Box::new(commit_executor::CommitThread::start()?),
        )?;
        if file.options.durability == Durability::Barrier {
            let mark = file.kept.as_ref().map(|kept| kept.mark.clone());
            file.barrier = Some(Barrier::start(path.as_ref(), mark)?);
        } else {
            file.both = Some(OpenFiles::of(path.as_ref())?);
        }
        Ok(file.into())
    }

    /// Returns the same file for one service: its tables are those of the namespace, whose name is their prefix in the
    /// file.
    pub fn namespace(&self, name: &str) -> Sqlite {
        let mut namespaces = self.0.namespaces.lock().unwrap_or_else(PoisonError::into_inner);
        let namespace = namespaces.entry(name.to_owned()).or_insert_with(|| {
            let namespace = Namespace::new(Some(name));
            namespace.know(&self.0.tables);
            namespace
        });
        Sqlite(self.0.clone(), namespace.clone())
    }

    /// Returns the name of a table in the file.
    pub(crate) fn in_file(&self, table: &str) -> String {
        self.1.in_file(table)
    }

    /// Returns a number that its owner stores in the file (`pragma user_version`), initially 0; shared by all namespaces.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn epoch(&self) -> Result<u32> {
        let rows = self.query("pragma user_version", &[]).await?;
        let number: i64 = crate::row::exactly_one(rows)?.get("user_version")?;
        u32::try_from(number).map_err(|_| Error::other(format!("the file has the epoch {number}")))
    }

    /// Changes that number durably.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn set_epoch(&self, epoch: u32) -> Result<()> {
        let mut tx = self.begin().await?;
        tx.script(&format!("pragma user_version = {epoch}")).await?;
        tx.commit().await?;
        self.durable().await
    }

    /// Returns the number of real commits of the file.
    pub fn commits(&self) -> u64 {
        self.0.commits()
    }

    /// Returns the number of transactions committed in this namespace.
    pub(crate) fn commits_here(&self) -> u64 {
        self.1.commits()
    }

    /// Waits until this number differs from `seen`, and returns it.
    pub(crate) async fn committed_since(&self, seen: u64) -> u64 {
        self.1.committed_since(seen).await
    }

    /// Simulates a power failure: from now on nothing reaches the disk, and no destructor cleans up. Drop every future that
    /// uses the database before checking what is left.
    pub fn power_off(&self) {
        self.0.power_is_off.store(true, SeqCst);
    }

    /// Returns whether the writer is free and no transaction waits for a group, which must be true when the system is idle.
    /// After [`Sqlite::power_off`], only whether every future that held the writer has been dropped.
    pub fn is_free(&self) -> bool {
        let is_off = self.0.power_is_off.load(SeqCst);
        self.0.writer.try_lock().is_ok_and(|writer| is_off || !writer.is_open())
    }

    /// Returns the committed state as an image for [`in_memory`]. Uncommitted data is lost.
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
        Tx::begin(self.0.clone(), self.1.clone(), self.0.turn().await?).await
    }

    pub(crate) async fn query(&self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        self.0.powered()?;
        let Some(readers) = &self.0.readers else {
            let mut tx = self.begin().await?;
            let rows = tx.query(text, params).await?;
            tx.rollback().await?;
            return Ok(rows);
        };
        let rows = readers.query(&self.0.env, &self.1.statement(text), params).await;
        self.0.powered()?;
        self.0.damage.noting(rows)
    }

    /// See [`crate::Db::snapshot`].
    pub(crate) async fn hold(&self) -> Result<SnapshotConnection> {
        self.0.powered()?;
        let env = &self.0.env;
        let Some(readers) = &self.0.readers else {
            let image = self.0.committed().await?.bytes()?;
            let copy = in_memory(Some(&image), env.clone(), Box::new(InlineExecutor))?;
            return Ok(SnapshotConnection::Copy(Sqlite(copy.0, self.1.clone())));
        };
        SnapshotConnection::begin(readers, env, &self.1).await
    }

    /// See [`crate::Db::close`].
    pub(crate) async fn close(&self) -> Result<()> {
        self.0.powered()?;
        // of several namespaces, the first one closes the file
        let mut closed = self.0.closed.lock().await;
        if closed.is_some() {
            return Ok(());
        }
        let mut writer = self.0.committed().await?;
        if self.0.options.checkpoints == Checkpoints::Never {
            *closed = Some(writer);
            return Ok(());
        }
        let until = Instant::now() + READS_END;
        let keeper = self.0.kept.as_ref().map(|kept| kept.keeper.clone());
        loop {
            let keeper = keeper.clone();
            let complete = move || match keeper {
                Some(keeper) => (lock(&keeper).empty_log(&writer.connection, AfterLogReset::End), writer),
                None => (writer.checkpoint(), writer),
            };
            let ended = || Error::new(ErrorKind::Unavailable, "the process ends");
            let (done, back) = self.0.env.blocking(complete).await.ok_or_else(ended)?;
            match done {
                Err(e) if e.kind == ErrorKind::Busy && Instant::now() < until => {
                    sleep(Duration::from_millis(5)).await;
                    writer = back;
                }
                done => {
                    if done.is_ok() {
                        *closed = Some(back);
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

impl From<SqliteInner> for Sqlite {
    fn from(inner: SqliteInner) -> Sqlite {
        Sqlite(Arc::new(inner), Namespace::new(None))
    }
}

impl SqliteInner {
    fn open(path: &Path, env: Env, options: Options, place: Box<dyn CommitExecutor>) -> Result<SqliteInner> {
        let source = ConnectionSource::File(path.to_owned(), options.max_pages, options.checkpoints);
        let found = match options.checkpoints {
            Checkpoints::Kept => Some(pages::verify(path, options.compare_for)?),
            Checkpoints::Never => {
                pages::begin_log(path);
                None
            }
            Checkpoints::Automatic => {
                forget_pages(path)?;
                None
            }
        };
        let opened = source.open_writer(options.durability).map_err(|error| source.named(error))?;
        let kept =
            found.map(|found| SqliteInner::keep(path, &opened.0, found, options.log_frames)).transpose();
        let kept = kept.map_err(|error| source.named(error))?;
        let readers = Readers::open(&source, options.readers).map_err(|error| source.named(error))?;
        Ok(SqliteInner { kept, ..SqliteInner::new(opened, source, Some(readers), env, options, place) })
    }

    fn keep(path: &Path, writer: &Connection, found: Comparison, log_frames: u32) -> Result<PageChecksums> {
        let connections = [connection::open_copier(path)?, connection::open_copier(path)?];
        let mark = Arc::new(Mark::of(path, matches!(found.found, PageVerification::Changed(_)))?);
        let mut keeper = Keeper::open(path, connections, &found, (mark.clone(), log_frames))?;
        match keeper.empty_log(writer, AfterLogReset::Work) {
            Err(error) if error.kind == ErrorKind::Busy => {
                keeper.begin_log()?;
                tracing::warn!(file = %path.display(), "{}", connection::LOG_IS_READ);
            }
            done => done?,
        }
        Ok(PageChecksums {
            keeper: Arc::new(std::sync::Mutex::new(keeper)),
            found: found.found,
            copies: Copies::start()?,
            mark,
            log: pages::beside(path, "-wal"),
            index: pages::index_of(path)?,
        })
    }

    fn new(
        (connection, tables): (Connection, Vec<String>),
        source: ConnectionSource,
        readers: Option<Readers>,
        env: Env,
        options: Options,
        place: Box<dyn CommitExecutor>,
    ) -> Self {
        SqliteInner {
            writer: Arc::new(Mutex::new(Writer::new(connection, source, options.durability))),
            waiting: AtomicUsize::new(0),
            readers,
            env,
            options,
            place,
            power_is_off: AtomicBool::new(false),
            damage: Damage::default(),
            kept: None,
            both: None,
            barrier: None,
            begun: AtomicU64::new(0),
            commits: AtomicU64::new(0),
            ended: Notify::new(),
            synced: AtomicU64::new(0),
            closed: Mutex::default(),
            tables,
            namespaces: std::sync::Mutex::default(),
        }
    }

    fn powered(&self) -> Result<()> {
        if self.power_is_off.load(SeqCst) {
            return Err(Error::new(ErrorKind::Unavailable, "the power is off"));
        }
        Ok(())
    }

    fn commits(&self) -> u64 {
        self.commits.load(SeqCst)
    }

    /// Records the end of a real commit for its waiters.
    fn has_ended(&self, waiting: &[Ack]) {
        self.commits.fetch_add(1, SeqCst);
        self.ended.notify_waiters();
        waiting.iter().filter_map(|ack| ack.wrote.as_ref()).for_each(|namespace| namespace.committed());
    }

    /// Waits for the writer, in order of arrival.
    async fn turn(self: &Arc<Self>) -> Result<WriterGuard> {
        let (_waiting, begun) = (WriterWaiter::new(self), Instant::now());
        let turn = timeout(TURN, self.writer.clone().lock_owned()).await.map_err(|_| {
            let hint =
                "the writer was not free in time: is a transaction begun inside another, or a slow one open?";
            Error::new(ErrorKind::Busy, hint)
        });
        queueing::note(begun.elapsed());
        turn
    }

    /// Waits for the writer at a moment when no transaction waits for a commit.
    async fn committed(self: &Arc<Self>) -> Result<WriterGuard> {
        loop {
            let writer = self.turn().await?;
            if !writer.is_open() {
                return Ok(writer);
            }
            self.pass(writer); // the group was left open for this turn
        }
    }

    /// Ends a turn: the group is committed, or stays open for the next waiter.
    fn pass(self: &Arc<Self>, mut writer: WriterGuard) {
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
            // The waiter for which it stayed open may have been cancelled just before the writer was released: either it
            // finds the writer free (`WriterWaiter`), or it is no longer counted here.
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

fn lock<T>(mutex: &std::sync::Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
