//! Page checksums of a database file, stored in a separate file. They detect damage that SQLite would not notice: a changed
//! value in a readable page, or an old version of a page.
//!
//! A page of the file changes only when the log is copied into it. Therefore that happens only here
//! ([`Keeper::copy_beside`]): the log is synced; the checksums of its pages are written and synced; only then does SQLite
//! copy them, and no others: a reader prevents that data written meanwhile is copied. If that is interrupted at any point,
//! those pages are in the log, which has its own checksums, and are read from there.
//!
//! Another program that opens the file may also copy the log. The salts in the log's header reveal it, unless it did so
//! with an empty log; then its changes cannot be distinguished from damage.

mod copied;
mod copies;
mod keeper;
mod log;
mod mark;
mod sums;

pub(super) use copied::PageSums;
pub(super) use copies::{Copies, PageChecksums};
pub(super) use keeper::Keeper;
pub(super) use mark::{Mark, end_of};
pub(super) use sums::beside;

use crate::{Error, ErrorKind, Result};
use log::{FrameSums, Position, Salts, page_sum, read_at};
use std::{
    fs::File,
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    thread,
    time::Duration,
};
use sums::{ChecksumState, Sums, path_of};
use tokio::time::Instant;

/// The position of SQLite's locks in a file, in a page that it does not use.
const LOCKS_AT: usize = 1 << 30;
/// Number of bytes of a file that are read at a time.
const CHUNK: usize = 1 << 20;
/// Number of bytes that a thread compares at a time.
const COMPARED_AT_ONCE: usize = 4 * CHUNK;
/// Number of bytes that are compared however long it takes.
const COMPARED_MIN: usize = 8 * CHUNK;

/// The result of verifying a database file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageVerification {
    /// The file is empty.
    Empty,
    /// Each page is as it was written, or new in a valid log.
    Sound,
    /// Unknown, with the reason: there are no checksums, or another program has written the file since.
    Unknown(&'static str),
    /// Pages have changed, with their number and the first one.
    Changed(String),
}

/// The action after the log was emptied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterLogReset {
    Work,
    End,
}

/// Verifies the checksums of a database file that no process writes. Reads the complete file.
///
/// # Errors
/// When a file cannot be read.
pub fn pages(database: &Path) -> Result<PageVerification> {
    verify(database, None).map(|comparison| comparison.found)
}

/// Does the same. Where a time is given, stops comparing pages after it; at least the first [`COMPARED_MIN`] bytes, and the pages that
/// the log holds, are compared.
pub(super) fn verify(database: &Path, within: Option<Duration>) -> Result<Comparison> {
    let or_lost = |Comparison { found, rest }| {
        let found = found_or_lost(database, found)?;
        Ok(Comparison { found, rest })
    };
    compare(database, within).and_then(or_lost).map_err(|error| unreadable(database, &error))
}

/// What comparing the pages of a file has shown.
pub(super) struct Comparison {
    pub(super) found: PageVerification,
    /// Pages that are not compared yet, where the others are sound.
    pub(super) rest: Option<RangeInclusive<u32>>,
}

impl From<PageVerification> for Comparison {
    fn from(found: PageVerification) -> Self {
        Comparison { found, rest: None }
    }
}

fn found_or_lost(database: &Path, found: PageVerification) -> io::Result<PageVerification> {
    let told = mark::told(database)?;
    let Some(sums) = Sums::read(database)? else {
        // the recorded position of the log is valid without the checksums, too
        let lost = if found == PageVerification::Empty { None } else { mark::lost(database, told)? };
        return Ok(lost.map_or(found, PageVerification::Changed));
    };
    if found != PageVerification::Empty
        && let Some(lost) = mark::is_older(database, &sums, told)
    {
        return Ok(PageVerification::Changed(lost));
    }
    Ok(match found {
        // the loss explains more than the changed pages
        PageVerification::Sound | PageVerification::Changed(_) => {
            mark::lost(database, told)?.map_or(found, PageVerification::Changed)
        }
        // a program that has copied and removed the log has changed the file
        PageVerification::Unknown(_) if is_as_noted(database, &sums, told)? => {
            mark::lost(database, told)?.map_or(found, PageVerification::Changed)
        }
        PageVerification::Empty | PageVerification::Unknown(_) => found,
    })
}

/// Returns the existing files that belong to a database file: its log, its page checksums, and its mark. Its index (`-shm`)
/// is rebuilt.
pub fn companions(database: &Path) -> [PathBuf; 3] {
    [beside(database, "-wal"), path_of(database), mark::path_of(database)]
}

/// Returns the index of the log of an open file.
///
/// # Errors
/// When it cannot be opened.
pub(super) fn index_of(database: &Path) -> Result<File> {
    let path = beside(database, "-shm");
    File::open(&path).map_err(|error| unreadable(&path, &error))
}

/// Removes the checksums of a file that is written without them.
///
/// # Errors
/// When they cannot be removed.
pub fn forget_pages(database: &Path) -> Result<()> {
    match std::fs::remove_file(path_of(database)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(unreadable(&path_of(database), &error)),
        _ => Ok(()),
    }
}

/// Returns whether changed pages of a file were found before, and are not accepted.
///
/// # Errors
/// When the checksums cannot be read.
pub fn are_known_changed(database: &Path) -> Result<bool> {
    let path = path_of(database);
    let sums = Sums::read(database).map_err(|error| unreadable(&path, &error))?;
    Ok(sums.is_some_and(|sums| sums.state == ChecksumState::Changed))
}

/// Records that the log of a cleanly closed file is written again, by a process that does not maintain its checksums.
pub(super) fn begin_log(database: &Path) {
    if Sums::are_clean(database)
        && let Ok(mark) = Mark::of(database, false)
        && let Ok(Some(mut sums)) = Sums::read(database)
        && mark.catch_up(sums.number).is_ok()
    {
        // a process that cannot write them cannot write the log either
        let _ = sums.begin_log();
    }
}

fn compare(database: &Path, within: Option<Duration>) -> io::Result<Comparison> {
    let file = match File::open(database) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(PageVerification::Empty.into()),
        file => file?,
    };
    let bytes = file.metadata()?.len();
    let Some(sums) = Sums::read(database)? else {
        return Ok(match bytes {
            0 => PageVerification::Empty,
            _ if Sums::are_damaged(database)? => {
                PageVerification::Changed("the file with its checksums is damaged".to_owned())
            }
            _ => PageVerification::Unknown("there are no checksums of its pages"),
        }
        .into());
    };
    if sums.state == ChecksumState::Changed && sums.pages() == 0 {
        return Ok(PageVerification::Changed(
            "the file with its checksums was damaged, or the log was lost together with it".to_owned(),
        )
        .into());
    }
    if bytes == 0 {
        let had_pages = sums.noted.max(sums.pages()) > 0;
        return Ok(if had_pages {
            PageVerification::Changed("it is empty".to_owned())
        } else {
            PageVerification::Empty
        }
        .into());
    }
    let log = match File::open(beside(database, "-wal")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        log => Some(log?),
    };
    let mut position = log.as_ref().map(Position::begin).transpose()?.flatten();
    let in_log = match (&log, &mut position) {
        (Some(log), Some(position)) => position.read_frames(log)?,
        _ => FrameSums::new(),
    };
    if let Some(unclear) = unclear(&sums, log.as_ref(), position.as_ref())? {
        return Ok(unclear.into());
    }
    let in_file = u32::try_from(bytes / sums.page_size as u64).unwrap_or(u32::MAX);
    let pages = position.map_or(0, |position| position.pages);
    let pages = if pages > 0 { pages } else { sums.pages().max(in_file) };
    // after damage was found, only a full comparison shows that the right file was put back
    let within = within.filter(|_| sums.state != ChecksumState::Changed);
    let (changed, compared) = changed_of_all(&file, &sums, pages, &in_log, within)?;
    let found = match changed.split_first() {
        Some((first, _)) => PageVerification::Changed(named(changed.len(), *first)),
        None if is_without_sums(&sums, pages.min(sums.noted), &in_log) => PageVerification::Changed(
            "the file with its checksums is damaged: it lacks those of some pages".to_owned(),
        ),
        // without a log, the correct file was restored
        None if sums.state == ChecksumState::Changed && !in_log.is_empty() => PageVerification::Changed(
            "pages that were not as they were written have been written since".to_owned(),
        ),
        // another program has extended the file
        None if is_without_sums(&sums, pages, &in_log) => {
            PageVerification::Unknown("there are not checksums of all its pages")
        }
        None => PageVerification::Sound,
    };
    let rest = (found == PageVerification::Sound && compared < pages).then(|| compared + 1..=pages);
    Ok(Comparison { found, rest })
}

/// Returns whether the file is as it was after the last copy of the log, and later log positions were recorded: a program
/// that has copied the rest would have changed it.
fn is_as_noted(database: &Path, sums: &Sums, told: Option<mark::AcknowledgedState>) -> io::Result<bool> {
    let Some((salts, told)) = told.and_then(|told| told.log) else { return Ok(false) };
    let is_all_noted =
        matches!(sums.state, ChecksumState::InUse(Some((known, frames))) if known == salts && told <= frames);
    let file = File::open(database)?;
    let pages = sums.pages();
    let is_as_long = file.metadata()?.len() == u64::from(pages) * sums.page_size as u64;
    let no_log = FrameSums::new();
    let is_known = pages > 0 && is_as_long && !is_without_sums(sums, pages, &no_log);
    Ok(is_known && !is_all_noted && changed_of_all(&file, sums, pages, &no_log, None)?.0.is_empty())
}

/// Returns the result that follows from the state of the checksums without reading the pages, if any.
fn unclear(
    sums: &Sums,
    log: Option<&File>,
    position: Option<&Position>,
) -> io::Result<Option<PageVerification>> {
    let foreign = Some(PageVerification::Unknown("another program has written it since, or its log is gone"));
    Ok(match sums.state {
        ChecksumState::Changed => None,
        // a clean close leaves an empty log, and the next writer changes the state first
        ChecksumState::Clean => position.filter(|now| now.frames > 0).map(|_| {
            PageVerification::Changed(
                "the log beside it was written after another version of the file".to_owned(),
            )
        }),
        ChecksumState::Incomplete => {
            Some(PageVerification::Unknown("the checksums of its pages are not complete"))
        }
        // a log that was started or restarted and has no frames yet
        ChecksumState::InUse(None) => foreign.filter(|_| log.is_none()),
        ChecksumState::InUse(Some((known, frames))) => match position {
            // the recorded position was durable before
            Some(now) if now.salts == known && now.frames < frames => {
                Some(PageVerification::Changed("the log beside it has lost what was in it".to_owned()))
            }
            Some(now) if follows(known, now.salts) => None,
            None if log.map(File::metadata).transpose()?.is_some_and(|log| log.len() > 0) => {
                Some(PageVerification::Changed("the log beside it cannot be read".to_owned()))
            }
            _ => foreign,
        },
    })
}

/// Returns whether there are pages without a checksum that are not in the log either. The first page of a new file has none
/// before it is written again, and SQLite leaves the page with its locks unused.
fn is_without_sums(sums: &Sums, pages: u32, in_log: &FrameSums) -> bool {
    let at_locks = (LOCKS_AT / sums.page_size) as u32 + 1;
    (2..=pages).any(|page| page != at_locks && sums.of(page).is_none() && !in_log.contains_key(&page))
}

fn named(count: usize, first: u32) -> String {
    match count {
        1 => format!("page {first} is not as it was written"),
        count => format!("{count} pages are not as they were written, the first is page {first}"),
    }
}

/// Returns whether a log with these salts is the known one, or its successor: the one after that starts only when the
/// checksums of the successor are known.
fn follows(known: Salts, now: Salts) -> bool {
    let number = |salts: Salts| u32::from_be_bytes([salts[0], salts[1], salts[2], salts[3]]);
    known == now || number(known).wrapping_add(1) == number(now)
}

/// Runs [`changed`] for the pages up to the last, on all processors, because the start of a large shop waits for it. Returns the last
/// page up to which all are compared, too.
fn changed_of_all(
    file: &File,
    sums: &Sums,
    last: u32,
    in_log: &FrameSums,
    within: Option<Duration>,
) -> io::Result<(Vec<u32>, u32)> {
    let each = (COMPARED_AT_ONCE / sums.page_size) as u32;
    let (begun, next) = (Instant::now(), AtomicU32::new(0));
    let is_intact = |page, stored, in_file: Option<u32>| {
        // noted and not copied yet, or copied by another program: SQLite reads it from the log
        let is_frame = |sum| in_log.get(&page).is_some_and(|frames| frames.contains(&sum));
        in_file == Some(stored) || is_frame(stored) || in_file.is_some_and(is_frame)
    };
    let work = || {
        let mut found = Vec::new();
        loop {
            let is_enough = next.load(SeqCst) as usize * COMPARED_AT_ONCE >= COMPARED_MIN;
            if is_enough && within.is_some_and(|within| begun.elapsed() >= within) {
                return Ok(found);
            }
            let first = next.fetch_add(1, SeqCst).saturating_mul(each).saturating_add(1);
            if first > last {
                return Ok(found);
            }
            let pages = first..=last.min(first.saturating_add(each - 1));
            found.extend(changed(file, sums, pages, is_intact)?);
        }
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let parts: Vec<io::Result<Vec<u32>>> = thread::scope(|scope| {
        let begun: Vec<_> = (0..processors).map(|_| scope.spawn(work)).collect();
        let ended = |_| Err(io::Error::other("a thread that compares pages has ended"));
        begun.into_iter().map(|part| part.join().unwrap_or_else(ended)).collect()
    });
    let mut found = parts.into_iter().collect::<io::Result<Vec<_>>>()?.concat();
    let compared = last.min(next.into_inner().saturating_mul(each));
    // what the log holds is not compared with the file again
    for (page, _) in in_log.range(compared.saturating_add(1)..).take_while(|(page, _)| **page <= last) {
        found.extend(changed(file, sums, *page..=*page, is_intact)?);
    }
    found.sort_unstable();
    Ok((found, compared))
}

/// Returns which of these pages are not intact, by number, stored checksum, and checksum in the file if they exist there.
fn changed(
    file: &File,
    sums: &Sums,
    pages: RangeInclusive<u32>,
    is_intact: impl Fn(u32, u32, Option<u32>) -> bool,
) -> io::Result<Vec<u32>> {
    let mut changed = Vec::new();
    for_each_page(file, sums.page_size, pages, |number, page| {
        let in_file = || page.map(|page| page_sum(number, page));
        if sums.of(number).is_some_and(|stored| !is_intact(number, stored, in_file())) {
            changed.push(number);
        }
    })?;
    Ok(changed)
}

/// Calls a function with each page, or with none where the file has ended.
fn for_each_page(
    file: &File,
    page_size: usize,
    pages: RangeInclusive<u32>,
    mut show: impl FnMut(u32, Option<&[u8]>),
) -> io::Result<()> {
    let (mut next, last) = pages.into_inner();
    // often a single page
    let at_once = ((CHUNK / page_size).max(1) as u32).min(last.saturating_sub(next).saturating_add(1));
    let mut chunk = vec![0; at_once as usize * page_size];
    while next <= last {
        let offset = u64::from(next - 1) * page_size as u64;
        let count = at_once.min(last - next + 1);
        let wanted = &mut chunk[..count as usize * page_size];
        if read_at(file, wanted, offset)? {
            wanted.chunks_exact(page_size).zip(next..).for_each(|(page, number)| show(number, Some(page)));
        } else {
            for number in next..next + count {
                let page = &mut chunk[..page_size];
                let is_there = read_at(file, page, u64::from(number - 1) * page_size as u64)?;
                show(number, is_there.then_some(page));
            }
        }
        let Some(after) = next.checked_add(count) else { break };
        next = after;
    }
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Error {
    let kind =
        if error.kind() == io::ErrorKind::StorageFull { ErrorKind::Full } else { ErrorKind::Unavailable };
    Error::new(kind, format!("{}: {error}", path.display()))
}

/// Returns the page size of a database file, from its first page.
fn page_size(database: &File) -> io::Result<usize> {
    let mut size = [0; 2];
    read_at(database, &mut size, 16)?;
    Ok(match u16::from_be_bytes(size) {
        0 => 4096,
        1 => 65_536,
        size => usize::from(size),
    })
}
