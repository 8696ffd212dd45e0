//! How far the log was when something was told last: a small file beside the database.
//!
//! It is written after each sync of the log, before anything is told, and not synced itself: a process that is killed leaves it as
//! it was, and after a power cut it may be older, but never ahead of the log. So a log that ends before it has lost what was
//! acknowledged. It has the number of the checksums, too: a database file that was put back together with its checksums has a
//! smaller one. It is written and synced before that number grows by more than one ([`Mark::catch_up`]), so that a mark that is
//! older than the checksums by more was put back. Its name begins with a dot, so that it stays where the database is put back from elsewhere.

use super::{
    follows,
    log::{self, Position, Salts, read_at},
    sums::{State, Sums},
    unreadable,
};
use crate::Result;
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

const LENGTH: usize = 24;

/// Salts of the log and frames in it.
type LogLength = (Salts, u32);

/// What is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct AcknowledgedState {
    /// None where nothing was told of a log.
    pub(super) log: Option<LogLength>,
    /// The checksums of the pages had this number, or a higher one.
    pub(super) number: u64,
}

/// The file, open in the process that writes it.
pub(crate) struct Mark {
    file: File,
    told: Mutex<MarkContent>,
}

/// What is in the file, and the number that the checksums have now.
struct MarkContent {
    in_file: AcknowledgedState,
    number: u64,
    /// Something was lost, and nobody has accepted it: what is in the file says so, and stays.
    is_held: bool,
}

pub(super) fn path_of(database: &Path) -> PathBuf {
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    database.with_file_name(format!(".{name}-told"))
}

impl Mark {
    /// Of this database file. It is there before there are checksums, so that its absence is detected. Where something was
    /// lost, what cannot be read stays so until that is accepted.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn of(database: &Path, is_lost: bool) -> Result<Mark> {
        let path = path_of(database);
        let open = || {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false).mode(0o600);
            let file = options.open(&path)?;
            let told = match read(&file)? {
                Some(told) => told,
                None if is_lost => AcknowledgedState::default(),
                None => {
                    file.write_all_at(&bytes(AcknowledgedState::default()), 0)?;
                    file.sync_data()?;
                    AcknowledgedState::default()
                }
            };
            let content = MarkContent { in_file: told, number: told.number, is_held: is_lost };
            Ok(Mark { file, told: Mutex::new(content) })
        };
        open().map_err(|error| unreadable(&path, &error))
    }

    fn known(&self) -> MutexGuard<'_, MarkContent> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number that the checksums have, as far as it was told.
    pub(super) fn number(&self) -> u64 {
        self.known().number
    }

    /// What was lost was accepted.
    pub(super) fn release(&self) {
        self.known().is_held = false;
    }

    /// The checksums have this number now; told with what comes next.
    pub(super) fn is_of(&self, number: u64) {
        self.known().number = number;
    }

    /// The checksums have this number, and are about to have the next one; it is synced.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn catch_up(&self, number: u64) -> io::Result<()> {
        let mut known = self.known();
        known.number = number;
        if known.in_file.number < number {
            let now = AcknowledgedState { number, ..known.in_file };
            self.write(&mut known, now)?;
            self.file.sync_data()?;
        }
        Ok(())
    }

    /// The log is durable so far, by its index; not where it has started again or was emptied in the meantime.
    pub(crate) fn tell(&self, (salts, frames): LogLength, index: &File) {
        let mut known = self.known();
        if !known.is_held && log::end(index).is_ok_and(|now| now.salts == salts && now.frames >= frames) {
            // where it cannot be written it says less
            let now = known.with((salts, frames));
            let _ = self.write(&mut known, now);
        }
    }

    /// The same for a log that is not restarted in the meantime; it is synced.
    pub(crate) fn keep(&self, now: LogLength) -> io::Result<()> {
        let mut known = self.known();
        let now = known.with(now);
        self.write(&mut known, now)?;
        self.file.sync_data()
    }

    fn write(&self, known: &mut MarkContent, now: AcknowledgedState) -> io::Result<()> {
        if now != known.in_file {
            self.file.write_all_at(&bytes(now), 0)?;
            known.in_file = now;
        }
        Ok(())
    }

    /// Empties the log, all of which is in the database file; nothing is told of it in the meantime.
    ///
    /// # Errors
    /// When the mark cannot be written; the log is as it was.
    pub(crate) fn clear_and<T>(&self, empty: impl FnOnce() -> T) -> io::Result<T> {
        let mut known = self.known();
        let now = AcknowledgedState { log: None, number: known.number };
        self.write(&mut known, now)?;
        self.file.sync_data()?;
        Ok(empty())
    }
}

impl MarkContent {
    /// With this of the log; what is older than what is in the file says nothing.
    fn with(&self, (salts, frames): LogLength) -> AcknowledgedState {
        let is_news = self.in_file.log.is_none_or(|(known, until)| match known == salts {
            true => frames > until,
            false => !follows(salts, known),
        });
        let log = if is_news && frames > 0 { Some((salts, frames)) } else { self.in_file.log };
        AcknowledgedState { log, number: self.number }
    }
}

fn bytes(told: AcknowledgedState) -> [u8; LENGTH] {
    let (salts, frames) = told.log.unwrap_or_default();
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(&salts);
    bytes[8..12].copy_from_slice(&frames.to_be_bytes());
    bytes[12..20].copy_from_slice(&told.number.to_be_bytes());
    let sum = crc32fast::hash(&bytes[..20]);
    bytes[20..].copy_from_slice(&sum.to_be_bytes());
    bytes
}

/// Nothing where it cannot be read: it is written within one sector of a disk, which no power cut tears.
fn read(file: &File) -> io::Result<Option<AcknowledgedState>> {
    let mut found = [0; LENGTH];
    if !read_at(file, &mut found, 0)? {
        return Ok(None);
    }
    let mut salts = Salts::default();
    salts.copy_from_slice(&found[..8]);
    let frames = u32::from_be_bytes([found[8], found[9], found[10], found[11]]);
    let mut number = [0; 8];
    number.copy_from_slice(&found[12..20]);
    let told = AcknowledgedState {
        log: (frames > 0).then_some((salts, frames)),
        number: u64::from_be_bytes(number),
    };
    Ok((bytes(told) == found).then_some(told))
}

/// What was told last beside a database file; nothing where that is missing or cannot be read.
pub(super) fn told(database: &Path) -> io::Result<Option<AcknowledgedState>> {
    match File::open(path_of(database)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => read(&file?),
    }
}

/// Whether a database file with these checksums is older than what was told last; or that cannot be known.
pub(super) fn is_older(database: &Path, sums: &Sums, told: Option<AcknowledgedState>) -> Option<String> {
    match told {
        Some(told) if sums.number < told.number => {
            Some("it and its checksums are older than what was acknowledged last".to_owned())
        }
        // pages that were found changed are compared again, whatever was told before
        Some(told) => (sums.number > told.number + 1 && sums.state != State::Changed)
            .then(|| format!("{} is older than its checksums", path_of(database).display())),
        // a copy of a stopped shop may lack files whose names begin with a dot (`cp data/*`)
        None => matches!(sums.state, State::InUse(_))
            .then(|| format!("{} is missing or damaged", path_of(database).display())),
    }
}

/// What the log beside a database file has lost of what was told, if it has lost anything.
pub(super) fn lost(database: &Path, told: Option<AcknowledgedState>) -> io::Result<Option<String>> {
    let Some((salts, frames)) = told.and_then(|told| told.log) else { return Ok(None) };
    let log = match File::open(super::beside(database, "-wal")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(gone())),
        log => log?,
    };
    let Some(mut now) = Position::begin(&log)? else { return Ok(Some(gone())) };
    if now.salts != salts {
        // it began again, when all of this one was in the database file
        return Ok((!follows(salts, now.salts)).then(gone));
    }
    now.go_on(&log, frames)?;
    let lost = frames.saturating_sub(now.frames);
    Ok((lost > 0).then(|| {
        format!("the log beside it has lost {lost} of the {frames} pages that were in it when something was acknowledged last")
    }))
}

fn gone() -> String {
    "the log beside it is not the one that was there when something was acknowledged last".to_owned()
}

/// The end of the log now.
pub(crate) fn end_of(index: &File) -> io::Result<LogLength> {
    let end = log::end(index)?;
    Ok((end.salts, end.frames))
}
