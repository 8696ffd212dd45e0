//! The mark: a small file next to the database with the position of the log when data was last acknowledged.
//!
//! It is written after each sync of the log, before anything is acknowledged, and not synced itself: a killed process
//! leaves it intact, and after a power failure it may be older, but never ahead of the log. Therefore a log that ends
//! before it has lost acknowledged data. It also contains the number of the checksums: a database file that was restored
//! together with its checksums has a smaller one. It is written and synced before that number increases by more than one
//! ([`Mark::catch_up`]), so that a mark that is older than the checksums by more was restored. Its name begins with a dot,
//! so that it stays when the database is restored.

use super::{
    follows,
    log::{self, Position, Salts, read_at},
    sums::{ChecksumState, Sums},
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

/// Salts of the log, and number of frames in it.
type LogLength = (Salts, u32);

/// The content of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct AcknowledgedState {
    /// None if no log was acknowledged.
    pub(super) log: Option<LogLength>,
    /// The number of the checksums, or a lower one.
    pub(super) number: u64,
}

/// The file, open in the process that writes it.
pub(crate) struct Mark {
    file: File,
    told: Mutex<MarkContent>,
}

/// The content of the file, and the current number of the checksums.
struct MarkContent {
    in_file: AcknowledgedState,
    number: u64,
    /// Something was lost, and is not accepted: the content of the file shows it, and is kept.
    is_held: bool,
}

pub(super) fn path_of(database: &Path) -> PathBuf {
    let name = database.file_name().unwrap_or_default().to_string_lossy();
    database.with_file_name(format!(".{name}-told"))
}

impl Mark {
    /// Opens the mark of a database file. It exists before there are checksums, so that its absence is detected. After a
    /// loss, unreadable content is kept until the loss is accepted.
    ///
    /// # Errors
    /// When it cannot be created.
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

    /// Returns the number of the checksums, as far as it was recorded.
    pub(super) fn number(&self) -> u64 {
        self.known().number
    }

    /// Records that a loss was accepted.
    pub(super) fn release(&self) {
        self.known().is_held = false;
    }

    /// Sets the number of the checksums, which is written with the next update.
    pub(super) fn is_of(&self, number: u64) {
        self.known().number = number;
    }

    /// Writes and syncs the number of the checksums, before they get the next one.
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

    /// Records that the log is durable up to this position of its index, unless it was restarted or emptied meanwhile.
    pub(crate) fn tell(&self, (salts, frames): LogLength, index: &File) {
        let mut known = self.known();
        if !known.is_held && log::end(index).is_ok_and(|now| now.salts == salts && now.frames >= frames) {
            // if it cannot be written, it contains an older position
            let now = known.with((salts, frames));
            let _ = self.write(&mut known, now);
        }
    }

    /// Does the same for a log that is not restarted meanwhile, and syncs it.
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

    /// Empties the log, whose content is in the database file; nothing is recorded meanwhile.
    ///
    /// # Errors
    /// When the mark cannot be written; the log is then unchanged.
    pub(crate) fn clear_and<T>(&self, empty: impl FnOnce() -> T) -> io::Result<T> {
        let mut known = self.known();
        let now = AcknowledgedState { log: None, number: known.number };
        self.write(&mut known, now)?;
        self.file.sync_data()?;
        Ok(empty())
    }
}

impl MarkContent {
    /// Returns the state with this position of the log; a position older than the recorded one is ignored.
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

/// None if it cannot be read: it is written within one disk sector, which a power failure does not tear.
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

/// Returns what was last recorded for a database file. None if the mark is missing or unreadable.
pub(super) fn told(database: &Path) -> io::Result<Option<AcknowledgedState>> {
    match File::open(path_of(database)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => read(&file?),
    }
}

/// Returns whether a database file with these checksums is older than the mark, or that this cannot be determined.
pub(super) fn is_older(database: &Path, sums: &Sums, told: Option<AcknowledgedState>) -> Option<String> {
    match told {
        Some(told) if sums.number < told.number => {
            Some("it and its checksums are older than what was acknowledged last".to_owned())
        }
        // changed pages are verified again, whatever was recorded
        Some(told) => (sums.number > told.number + 1 && sums.state != ChecksumState::Changed)
            .then(|| format!("{} is older than its checksums", path_of(database).display())),
        // a copy of a stopped shop may lack files whose names begin with a dot (`cp data/*`)
        None => matches!(sums.state, ChecksumState::InUse(_))
            .then(|| format!("{} is missing or damaged", path_of(database).display())),
    }
}

/// Returns what the log of a database file has lost of the recorded position, if anything.
pub(super) fn lost(database: &Path, told: Option<AcknowledgedState>) -> io::Result<Option<String>> {
    let Some((salts, frames)) = told.and_then(|told| told.log) else { return Ok(None) };
    let log = match File::open(super::beside(database, "-wal")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(gone())),
        log => log?,
    };
    let Some(mut now) = Position::begin(&log)? else { return Ok(Some(gone())) };
    if now.salts != salts {
        // it was restarted when all of its content was in the database file
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

/// Returns the current end of the log.
pub(crate) fn end_of(index: &File) -> io::Result<LogLength> {
    let end = log::end(index)?;
    Ok((end.salts, end.frames))
}
