//! Copies of database files that others may be writing: all as they were at one moment.

use super::connection::{control, plain};
use crate::{Error, ErrorKind, Result};
use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
    config::DbConfig,
};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::Instant;

/// How often a moment is looked for at which no file is written; among commits every millisecond one is found at once.
const TRIES: usize = 10_000;
/// What is copied between two syncs of a copy. A sync of the original's log waits for what the file system still has to write of the
/// copy, so that this is little.
pub const COPIED_AT_ONCE: usize = 1 << 20;
/// The longest pause after a piece of a copy.
const PAUSE: Duration = Duration::from_millis(50);

/// Does a piece of a long work with the disk, and then leaves the disk to others for as long as it took.
#[allow(clippy::disallowed_methods, reason = "it blocks a thread that waits for a real disk")]
pub fn let_others_go_first<T>(piece: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = piece();
    std::thread::sleep(begun.elapsed().min(PAUSE));
    done
}

/// Copies each of these files, `(from, to)`, into a new one, all as they were at one moment. Nobody who writes them waits for it;
/// while it runs, their logs grow. It blocks. `progress` is told how many bytes of all are copied.
///
/// # Errors
/// When a file cannot be read, or a copy not be written; `Busy` when there was no moment. What was written until then must be
/// deleted.
pub fn copy(files: &[(PathBuf, PathBuf)], mut progress: impl FnMut(u64, u64)) -> Result<()> {
    let held = hold(files)?;
    let sizes: Vec<u64> = held.iter().map(bytes).collect::<Result<_>>()?;
    let (all, mut before) = (sizes.iter().sum(), 0);
    for (((from, to), source), size) in files.iter().zip(&held).zip(sizes) {
        let copied = copy_one(source, to, |copied| progress(before + copied.min(size), all));
        // only the copy is written
        copied.map_err(|error| named(if error.is_full() { to } else { from })(error))?;
        before += size;
    }
    Ok(())
}

fn named(path: &Path) -> impl Fn(Error) -> Error {
    move |error| Error::new(error.kind, format!("{}: {}", path.display(), error.message))
}

/// A connection to each file that sees it as it was at one moment.
fn hold(files: &[(PathBuf, PathBuf)]) -> Result<Vec<Connection>> {
    let open_all =
        || files.iter().map(|(from, _)| open(from).map_err(named(from))).collect::<Result<Vec<_>>>();
    let (held, watching) = (open_all()?, open_all()?);
    let versions = || watching.iter().map(version).collect::<Result<Vec<_>>>();
    for _ in 0..TRIES {
        let before = versions()?;
        held.iter().try_for_each(begin)?;
        if versions()? == before {
            return Ok(held);
        }
        held.iter().try_for_each(|one| control(one, "rollback"))?;
    }
    Err(Error::new(ErrorKind::Busy, "the files are written so often that no moment of all of them was found"))
}

/// It changes nothing, the log of a shop that does not run included.
fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(plain)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(plain)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(plain)?;
    connection.execute_batch("pragma query_only = on").map_err(plain)?;
    Ok(connection)
}

/// It is another one once somebody else has committed.
fn version(connection: &Connection) -> Result<i64> {
    connection.query_row("pragma data_version", [], |row| row.get(0)).map_err(plain)
}

/// From now on it sees what was committed until now.
fn begin(connection: &Connection) -> Result<()> {
    control(connection, "begin")?;
    connection.query_row("select count(*) from sqlite_schema", [], |_| Ok(())).map_err(plain)
}

fn bytes(connection: &Connection) -> Result<u64> {
    let pragma = |name: &str| -> Result<u64> {
        let value: i64 =
            connection.query_row(&format!("pragma {name}"), [], |row| row.get(0)).map_err(plain)?;
        Ok(value.unsigned_abs())
    };
    Ok(pragma("page_count")? * pragma("page_size")?)
}

fn copy_one(from: &Connection, to: &Path, mut progress: impl FnMut(u64)) -> Result<()> {
    let unwritable = |error: std::io::Error| Error::other(format!("{}: {error}", to.display()));
    // an incomplete copy is discarded, so that it needs no journal
    let mut copy = Connection::open(to).map_err(plain)?;
    copy.execute_batch("pragma journal_mode = off; pragma synchronous = off").map_err(plain)?;
    let file = File::open(to).map_err(unwritable)?;
    let page: i64 = from.query_row("pragma page_size", [], |row| row.get(0)).map_err(plain)?;
    {
        let backup = Backup::new(from, &mut copy).map_err(plain)?;
        let pages = i32::try_from(COPIED_AT_ONCE as i64 / page.max(1)).unwrap_or(1);
        loop {
            let step = let_others_go_first(|| {
                let step = backup.step(pages).map_err(plain)?;
                file.sync_data().map_err(unwritable)?;
                Ok::<_, Error>(step)
            })?;
            let at = backup.progress();
            progress(u64::from((at.pagecount - at.remaining).unsigned_abs()) * page.unsigned_abs());
            match step {
                StepResult::Done => break,
                StepResult::More => {}
                // neither file is locked by others: the source is a held snapshot, the copy is new
                _ => return Err(Error::new(ErrorKind::Busy, "the copy could not go on")),
            }
        }
    }
    copy.close().map_err(|(_, error)| plain(error))?;
    file.sync_all().map_err(unwritable)
}
