//! Consistent copies of several database files while others may write to them.

use super::{
    connection::{control, plain},
    pages::PageSums,
};
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

/// Number of attempts to find a moment without writes; even with a commit every millisecond, one is found immediately.
const TRIES: usize = 10_000;
/// Number of bytes that are copied between two syncs of the copy. Small, because a sync of the original's log waits for
/// data of the copy that the file system has not written yet.
pub const COPIED_AT_ONCE: usize = 1 << 20;
/// Maximum pause after a chunk.
const PAUSE: Duration = Duration::from_millis(50);

/// Runs a part of a long disk operation, and then leaves the disk to others for the same time.
#[allow(clippy::disallowed_methods, reason = "it blocks a thread that waits for a real disk")]
pub fn let_others_go_first<T>(piece: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = piece();
    std::thread::sleep(begun.elapsed().min(PAUSE));
    done
}

/// Copies each of these files, `(from, to)`, to a new one, all as of the same moment. Writers do not wait for it, but their
/// logs grow meanwhile. Blocks. `progress` receives the number of bytes copied, and the total.
///
/// # Errors
/// When a file cannot be read, or a copy cannot be written; `Busy` if no consistent moment was found, `Damaged` if a page is not as
/// it was written. Files written until then must be deleted.
pub fn copy(files: &[(PathBuf, PathBuf)], mut progress: impl FnMut(u64, u64)) -> Result<()> {
    let held = hold(files)?;
    // from here on no log is reset: what a page may be is in the checksums or in the log
    let known: Vec<PageSums> = files.iter().map(|(from, _)| PageSums::read(from)).collect::<Result<_>>()?;
    let sizes: Vec<u64> = held.iter().map(bytes).collect::<Result<_>>()?;
    let (all, mut before) = (sizes.iter().sum(), 0);
    for (((from, to), source), size) in files.iter().zip(&held).zip(sizes) {
        let copied = copy_one(source, to, |copied| progress(before + copied.min(size), all));
        // only the copy is written
        copied.map_err(|error| named(if error.is_full() { to } else { from })(error))?;
        before += size;
    }
    for ((from, to), known) in files.iter().zip(known) {
        if let Some(damage) = known.check_copy(from, to)? {
            return Err(Error::new(ErrorKind::Damaged, format!("{} is damaged: {damage}", from.display())));
        }
    }
    drop(held);
    Ok(())
}

fn named(path: &Path) -> impl Fn(Error) -> Error {
    move |error| Error::new(error.kind, format!("{}: {}", path.display(), error.message))
}

/// Opens a connection to each file, with snapshots of the same moment.
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

/// Opens a file without changing it, including the log of a stopped shop.
fn open(path: &Path) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(plain)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(plain)?;
    connection.busy_timeout(Duration::from_secs(5)).map_err(plain)?;
    connection.execute_batch("pragma query_only = on").map_err(plain)?;
    Ok(connection)
}

/// Returns a number that changes when another connection commits.
fn version(connection: &Connection) -> Result<i64> {
    connection.query_row("pragma data_version", [], |row| row.get(0)).map_err(plain)
}

/// Starts a snapshot of what is committed now.
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
