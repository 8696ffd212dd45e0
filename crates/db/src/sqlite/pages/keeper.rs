//! Maintains the page checksums of a file.

use super::{
    AfterLogReset, CHUNK, Comparison, PageVerification, changed, compare, for_each_page,
    log::{self, End, Position, Salts, page_sum},
    mark::Mark,
    named, page_size,
    sums::{ChecksumState, Sums, beside},
    unreadable,
};
use crate::{
    Error, ErrorKind, Result,
    sqlite::connection::{self, control, plain},
};
use rusqlite::Connection;
use std::{
    collections::BTreeSet,
    fs::File,
    io,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Number of frames written after a copy that a reader left incomplete, before the log is copied again.
const FRAMES_AGAIN: u32 = 1000;
/// Frames that were written while the log was copied are copied while writers wait, so that the log can be restarted, if
/// there are at most this many, or after several concurrent copies.
const FRAMES_OF_REST: u32 = 500;
const COPIES_BESIDE: u32 = 3;

/// The result of the last copy of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CopyOutcome {
    /// Complete.
    All,
    /// Concurrent with writers, this many times in succession: the frames written meanwhile are left.
    Beside(u32),
    /// Partial: a reader still needed the rest.
    Part,
}

/// Maintains the checksums of a file, in the one process that copies its log.
pub(crate) struct Keeper {
    path: PathBuf,
    database: File,
    log: File,
    index: File,
    /// Copies the log.
    copier: Connection,
    /// Reads the log during a concurrent copy, so that nothing written meanwhile is copied.
    pin: Connection,
    sums: Sums,
    mark: Arc<Mark>,
    /// Number of new frames in the log after which it is copied into the file.
    log_frames: u32,
    /// The position up to which the log is known.
    known: Option<Position>,
    /// Pages whose checksums are newer than the file, because the log is still being read.
    ahead: BTreeSet<u32>,
    /// The next page to verify.
    next: u32,
    /// The last page that was not compared when the file was opened, and is not yet; 0 if there is none.
    rest_until: u32,
    /// The last copy of the log failed.
    has_failed: bool,
    last: CopyOutcome,
    /// Number of frames of the log with these salts that are in the file.
    in_file: (Salts, u32),
    /// A concurrent copy is queued or running.
    is_beside: bool,
    /// A sync of the database file or of the log has failed: nothing is copied any more, so that the log is kept.
    is_unsynced: bool,
    /// Something was lost or damaged that the checksums do not show: nothing is copied until that is accepted.
    is_held: bool,
    /// The log when the last copy failed, so that it is not retried with each commit.
    in_vain: (Salts, u32),
}

impl Keeper {
    /// Opens a database file that the writer has opened, with what is known of it.
    pub(crate) fn open(
        path: &Path,
        [copier, pin]: [Connection; 2],
        Comparison { found, rest }: &Comparison,
        (mark, log_frames): (Arc<Mark>, u32),
    ) -> Result<Keeper> {
        let mut is_held = false;
        let mut open = || {
            let file = |path: &Path| File::options().read(true).write(true).open(path);
            let (log, index) = (file(&beside(path, "-wal"))?, file(&beside(path, "-shm"))?);
            let database = file(path)?;
            let known = Sums::read(path)?;
            // after a loss, the mark keeps it recorded until it is accepted
            if let (Some(sums), false) = (&known, matches!(found, PageVerification::Changed(_))) {
                mark.catch_up(sums.number)?;
            }
            let sums = match (found, known) {
                (PageVerification::Sound, Some(mut sums)) => {
                    if sums.state == ChecksumState::Changed {
                        sums.become_state(ChecksumState::InUse(None))?;
                    }
                    sums
                }
                // the state is kept until it is accepted, or the missing file is restored
                (PageVerification::Changed(_), Some(mut sums)) => {
                    is_held = !matches!(compare(path, None)?.found, PageVerification::Changed(_));
                    if !is_held {
                        sums.become_state(ChecksumState::Changed)?;
                    }
                    sums
                }
                (_, known) => {
                    let state = match found {
                        PageVerification::Empty => ChecksumState::InUse(None),
                        PageVerification::Changed(_) => ChecksumState::Changed,
                        PageVerification::Sound | PageVerification::Unknown(_) => ChecksumState::Incomplete,
                    };
                    let number = known.map_or(0, |sums| sums.number).max(mark.number());
                    Sums::begin(path, page_size(&database)?, state, number)?
                }
            };
            let mut ahead = BTreeSet::new();
            if let Some(mut position) = Position::begin(&log)? {
                // the previous process may have recorded them without copying them
                ahead.extend(position.go_on(&log, u32::MAX)?.into_keys());
            }
            Ok((database, log, index, sums, ahead))
        };
        let (database, log, index, mut sums, ahead) = open().map_err(|error| unreadable(path, &error))?;
        // another file may have been restored and accepted
        sums.number = sums.number.max(mark.number());
        mark.is_of(sums.number);
        let path = path.to_owned();
        let (next, rest_until) = rest.clone().map_or((1, 0), RangeInclusive::into_inner);
        let (known, has_failed) = (None, false);
        let (last, in_file, is_beside, is_unsynced) = (CopyOutcome::All, Default::default(), false, false);
        Ok(Keeper {
            path,
            database,
            log,
            index,
            copier,
            pin,
            sums,
            mark,
            log_frames,
            known,
            ahead,
            next,
            rest_until,
            has_failed,
            last,
            in_file,
            is_beside,
            is_unsynced,
            is_held,
            in_vain: Default::default(),
        })
    }

    /// Returns whether the log is long enough to be copied.
    pub(crate) fn is_due(&self) -> bool {
        if self.is_beside || self.is_unsynced || self.is_stopped() {
            return false;
        }
        // an error in reading it is reported by the copy
        let Ok(end) = self.end() else { return true };
        let known =
            self.known.as_ref().filter(|known| known.salts == end.salts).map_or(0, |known| known.frames);
        let in_vain =
            Some(self.in_vain).filter(|(salts, _)| *salts == end.salts).map_or(0, |(_, frames)| frames);
        let new = end.frames.saturating_sub(known.max(in_vain));
        match self.last {
            CopyOutcome::All => new >= self.log_frames,
            CopyOutcome::Part => new >= FRAMES_AGAIN,
            CopyOutcome::Beside(_) => true,
        }
    }

    /// Returns whether a concurrent copy by [`Keeper::copy_beside`] is to be started, and prevents others from starting
    /// one.
    pub(crate) fn begin_beside(&mut self) -> bool {
        let rest = self.end().map_or(0, |end| match self.in_file {
            (salts, copied) if salts == end.salts => end.frames.saturating_sub(copied),
            _ => end.frames,
        });
        self.is_beside = match self.last {
            CopyOutcome::Beside(times) => rest > FRAMES_OF_REST && times < COPIES_BESIDE,
            CopyOutcome::All | CopyOutcome::Part => true,
        };
        self.is_beside
    }

    /// Returns whether a concurrent copy is queued or running.
    pub(crate) fn is_beside(&self) -> bool {
        self.is_beside
    }

    /// Cancels the queued copy.
    pub(crate) fn end_beside(&mut self) {
        self.is_beside = false;
    }

    /// Returns whether pages have changed, or something was lost, without being accepted: nothing is written to the file.
    fn is_stopped(&self) -> bool {
        self.sums.state == ChecksumState::Changed || self.is_held
    }

    /// Copies the log while the writer blocks others, if that is possible now.
    ///
    /// # Errors
    /// `Damaged` if the log is not as it was written.
    pub(crate) fn copy_alone(&mut self, writer: &Connection) -> Result<()> {
        let copied = while_nobody_writes(writer, || self.copy());
        self.only_damage(copied)
    }

    /// Copies the current content of the log, concurrently with writers. The log is not restarted meanwhile.
    ///
    /// # Errors
    /// Those of [`Keeper::copy_alone`].
    pub(crate) fn copy_beside(&mut self) -> Result<()> {
        let copied = self.copy_pinned();
        self.is_beside = false;
        self.only_damage(copied)
    }

    fn copy_pinned(&mut self) -> Result<()> {
        let times = if let CopyOutcome::Beside(times) = self.last { times } else { 0 };
        let before = self.end().map_err(|error| unreadable(&self.path, &error))?;
        control(&self.pin, "begin")?;
        // a read transaction starts with its first query
        let begun = self.pin.query_row("select count(*) from sqlite_schema", [], |_| Ok(())).map_err(plain);
        let copied = begun.and_then(|()| self.copy());
        control(&self.pin, "rollback")?;
        let is_all = copied?;
        // otherwise SQLite would do it when the rest is copied, which blocks writers
        let synced = self.database.sync_data();
        synced.map_err(|error| self.not_synced(&error))?;
        if !is_all && self.in_file.0 == before.salts && self.in_file.1 >= before.frames {
            self.last = CopyOutcome::Beside(times + 1);
        }
        Ok(())
    }

    /// Written data may be lost, and the next sync would report success: from here on nothing is copied, and nothing is
    /// acknowledged. A restart reads what is stored.
    fn not_synced(&mut self, error: &io::Error) -> Error {
        self.is_unsynced = true;
        Error::new(ErrorKind::Unsynced, format!("{}: {error}", self.path.display()))
    }

    fn only_damage<T>(&mut self, copied: Result<T>) -> Result<()> {
        if copied.is_err() {
            // not with the next commit again
            self.last = CopyOutcome::Part;
            self.in_vain = self.end().map(|end| (end.salts, end.frames)).unwrap_or_default();
        }
        match copied {
            Err(error) if error.is_damage() || error.kind == ErrorKind::Unsynced => return Err(error),
            Err(error) if error.kind == ErrorKind::Busy => {} // by another process, which writes
            Err(error) if !self.has_failed => {
                tracing::warn!(%error, "checkpoint failed; the log grows until a checkpoint succeeds");
                self.has_failed = true;
            }
            Err(_) => {}
            Ok(_) => self.has_failed = false,
        }
        Ok(())
    }

    /// Writes the checksums, then copies the committed data into the file. Returns whether everything was copied.
    fn copy(&mut self) -> Result<bool> {
        if self.is_stopped() || self.is_unsynced {
            return Ok(false); // met in the meantime
        }
        self.note_log().map_err(|error| unreadable(&self.path, &error))??;
        if let Some(known) = &self.known {
            // the log can be restarted after the copy: a mark that survives a power failure then belongs to this log
            self.mark.is_of(self.sums.number);
            self.mark.keep((known.salts, known.frames)).map_err(|error| unreadable(&self.path, &error))?;
        }
        let said = self.copier.query_row("pragma wal_checkpoint(passive)", [], |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        });
        let (is_busy, frames, copied) = said.map_err(plain)?;
        // -1: another process is copying it
        let Ok(copied) = u32::try_from(copied) else {
            return Err(Error::new(ErrorKind::Busy, "another process copies the log"));
        };
        let is_all = !is_busy && frames == i64::from(copied);
        if is_all {
            self.ahead.clear();
        } else {
            // SQLite skips pages with a newer frame in the rest
            let rest = log::pages(&self.log, self.sums.page_size, u64::from(copied)..frames.unsigned_abs());
            let rest = rest.map_err(|error| unreadable(&self.path, &error))?;
            self.ahead.retain(|page| rest.contains(page));
        }
        self.in_file = (self.known.as_ref().map(|known| known.salts).unwrap_or_default(), copied);
        self.last = if is_all { CopyOutcome::All } else { CopyOutcome::Part };
        Ok(is_all)
    }

    /// Records the pages of the log that are not recorded yet. The outer error is a disk error.
    fn note_log(&mut self) -> io::Result<Result<()>> {
        let end = self.end()?;
        let known = self.known.take().filter(|known| known.salts == end.salts && known.frames <= end.frames);
        let known = match known {
            Some(known) => Some(known),
            None => Position::begin(&self.log)?.filter(|begin| begin.salts == end.salts),
        };
        if end.frames == 0 {
            return Ok(Ok(()));
        }
        let damaged = || Error::new(ErrorKind::Damaged, "the log beside the file is not as it was written");
        let Some(mut position) = known else {
            self.hold();
            return Ok(Err(damaged()));
        };
        if let Err(error) = self.log.sync_data() {
            return Ok(Err(self.not_synced(&error)));
        }
        let read = position.go_on(&self.log, end.frames)?;
        if (position.frames, position.checksum) != (end.frames, end.checksum) {
            self.hold();
            return Ok(Err(damaged()));
        }
        if let Some(page) = self.changed_under(&read)? {
            self.hold();
            return Ok(Err(Error::new(ErrorKind::Damaged, named(1, page))));
        }
        // after a later failure, the file may be older than its checksums
        self.ahead.extend(read.keys().copied());
        self.sums.note(&read, position.pages)?;
        self.become_state(match self.sums.state {
            ChecksumState::Incomplete => ChecksumState::Incomplete,
            _ => ChecksumState::InUse(Some((end.salts, end.frames))),
        })?;
        self.known = Some(position);
        Ok(Ok(()))
    }

    /// Records damage, and copies nothing from here on, even if it cannot be recorded.
    pub(crate) fn hold(&mut self) {
        if let Err(error) = self.become_state(ChecksumState::Changed) {
            tracing::error!(%error, file = %self.path.display(), "damage could not be recorded beside the database file");
        }
        self.is_held = true;
    }

    fn become_state(&mut self, state: ChecksumState) -> io::Result<()> {
        if !self.is_stopped() {
            self.mark.catch_up(self.sums.number)?;
        }
        self.sums.become_state(state)
    }

    /// Returns the first of these pages, which are about to be replaced, that has changed: the new page was derived from
    /// it.
    fn changed_under(&self, new: &log::PageChecksumsRead) -> io::Result<Option<u32>> {
        for page in new.keys() {
            if let Some(page) = self.changed(*page..=*page)?.first() {
                return Ok(Some(*page));
            }
        }
        Ok(None)
    }

    /// Returns which of these pages differ from their checksums, or do not exist.
    fn changed(&self, pages: RangeInclusive<u32>) -> io::Result<Vec<u32>> {
        changed(&self.database, &self.sums, pages, |page, stored, in_file| {
            in_file == Some(stored) || self.ahead.contains(&page)
        })
    }

    /// Returns whether pages are left that were not compared when the file was opened.
    pub(crate) fn has_rest(&self) -> bool {
        self.rest_until > 0
    }

    /// Copies the log and empties it. `Busy` while it is being read.
    pub(crate) fn empty_log(&mut self, writer: &Connection, then: AfterLogReset) -> Result<()> {
        if self.is_stopped() {
            return Ok(());
        }
        let version =
            || writer.query_row("pragma data_version", [], |row| row.get::<_, i64>(0)).map_err(plain);
        let (is_all, before) = while_nobody_writes(writer, || Ok((self.copy()?, version()?)))?;
        let busy = || Err(Error::new(ErrorKind::Busy, "somebody still reads the log of the database"));
        if !is_all {
            return busy();
        }
        let path = self.path.clone();
        let unwritable = |error: io::Error| unreadable(&path, &error);
        let known = self.sums.state;
        // until it is known that no other process has written in between, whose data would be copied without checksums
        self.become_state(ChecksumState::Incomplete).map_err(unwritable)?;
        self.mark.is_of(self.sums.number);
        let is_emptied = self.mark.clear_and(|| connection::checkpoint(writer)).map_err(unwritable)??;
        let is_known = version()? == before;
        if !is_known {
            self.known = None;
            let (page_size, number) = (self.sums.page_size, self.sums.number);
            self.mark.catch_up(number).map_err(unwritable)?;
            self.sums =
                Sums::begin(&self.path, page_size, ChecksumState::Incomplete, number).map_err(unwritable)?;
        } else if !is_emptied {
            self.become_state(known).map_err(unwritable)?;
        } else if known != ChecksumState::Incomplete {
            let state =
                if then == AfterLogReset::End { ChecksumState::Clean } else { ChecksumState::InUse(None) };
            // a later writer sees this state before it commits
            while_nobody_writes(writer, || match version()? == before {
                true => self.become_state(state).map_err(unwritable),
                false => Ok(()),
            })?;
        }
        if is_emptied { Ok(()) } else { busy() }
    }

    /// Records that the log is written, although it could not be emptied at startup.
    pub(crate) fn begin_log(&mut self) -> Result<()> {
        let begun = self.mark.catch_up(self.sums.number).and_then(|()| self.sums.begin_log());
        begun.map_err(|error| unreadable(&self.path, &error))
    }

    /// Accepts all pages as they are, after they were verified in another way.
    pub(crate) fn renew(&mut self, writer: &Connection) -> Result<()> {
        if self.is_stopped() {
            // none of the checksums is valid any more
            let (page_size, number) = (self.sums.page_size, self.sums.number);
            // after a kill, the new ones must not look as if they were newer than the mark by more than one
            self.mark.catch_up(number).map_err(|error| unreadable(&self.path, &error))?;
            let begun = Sums::begin(&self.path, page_size, ChecksumState::Incomplete, number);
            self.sums = begun.map_err(|error| unreadable(&self.path, &error))?;
            self.is_held = false;
            self.mark.release();
        }
        self.empty_log(writer, AfterLogReset::Work)?;
        while_nobody_writes(writer, || self.note_file().map_err(|error| unreadable(&self.path, &error)))
    }

    fn note_file(&mut self) -> io::Result<()> {
        let page_size = page_size(&self.database)?;
        let pages = u32::try_from(self.database.metadata()?.len() / page_size as u64).unwrap_or(u32::MAX);
        self.mark.catch_up(self.sums.number)?;
        let mut sums = Sums::begin(&self.path, page_size, ChecksumState::Incomplete, self.sums.number)?;
        let mut read = log::PageChecksumsRead::new();
        for_each_page(&self.database, page_size, 1..=pages, |number, page| {
            read.extend(page.map(|page| (number, page_sum(number, page))));
        })?;
        sums.note(&read, pages)?;
        // the log contains none of them, so that the state must not be durable before they are
        sums.sync()?;
        self.mark.catch_up(sums.number)?;
        sums.become_state(ChecksumState::InUse(None))?;
        self.sums = sums;
        Ok(())
    }

    /// Verifies the checksums of the next pages, starting over after the last one. Pages that cannot be read are damage in this process
    /// only: the next start reads them again.
    pub(crate) fn look(&mut self) -> Option<String> {
        let all = self.sums.pages();
        if self.next > all {
            (self.next, self.rest_until) = (1, 0);
        }
        let last = all.min(self.next.saturating_add((CHUNK / self.sums.page_size) as u32 - 1));
        let pages = self.next..=last;
        self.next = last.saturating_add(1);
        if self.next > self.rest_until {
            self.rest_until = 0;
        }
        let changed = match self.changed(pages) {
            Ok(changed) => changed,
            Err(error) => return Some(format!("pages cannot be read: {error}")),
        };
        let first = changed.first()?;
        self.hold();
        Some(named(changed.len(), *first))
    }

    fn end(&self) -> io::Result<End> {
        log::end(&self.index)
    }
}

/// Runs the work while this connection, which has no open transaction, blocks writers of all processes.
fn while_nobody_writes<T>(writer: &Connection, work: impl FnOnce() -> Result<T>) -> Result<T> {
    control(writer, "begin immediate")?;
    let done = work();
    control(writer, "rollback")?;
    done
}
