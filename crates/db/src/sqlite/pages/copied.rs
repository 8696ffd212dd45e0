//! Whether the pages of a copy are those that were written. The copy is made of the file and its log while a shop runs, so a page of it
//! has the checksum that was stored before or after, or that of a frame of the log.

use super::{
    for_each_page,
    log::{FrameSums, Position, page_sum},
    named,
    sums::{Sums, beside},
    unreadable,
};
use crate::Result;
use std::{fs::File, io, path::Path};

/// The checksums of a database file before it was copied. None if it has none.
pub(crate) struct PageSums(Option<Sums>);

impl PageSums {
    /// Reads those that are stored now.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(crate) fn read(database: &Path) -> Result<PageSums> {
        Sums::read(database).map(PageSums).map_err(|error| unreadable(database, &error))
    }

    /// Compares a copy of the file with its checksums. A snapshot that began before they were read must last until now. The first
    /// page is not compared: copying changes it.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(crate) fn check_copy(self, database: &Path, copy: &Path) -> Result<Option<String>> {
        let Some(before) = self.0 else { return Ok(None) };
        let changed = changed_pages(&before, database, copy).map_err(|error| unreadable(copy, &error))?;
        Ok(changed.first().map(|first| named(changed.len(), *first)))
    }
}

fn changed_pages(before: &Sums, database: &Path, copy: &Path) -> io::Result<Vec<u32>> {
    let in_log = frame_sums(database)?;
    // after the log: what is copied from it meanwhile has been noted before
    let after = Sums::read(database)?;
    let file = File::open(copy)?;
    let pages = u32::try_from(file.metadata()?.len() / before.page_size as u64).unwrap_or(u32::MAX);
    let mut changed = Vec::new();
    for_each_page(&file, before.page_size, 2..=pages, |number, page| {
        let stored = [before.of(number), after.as_ref().and_then(|after| after.of(number))];
        // without a stored checksum a page of the file may be anything
        let is_known = stored.iter().any(Option::is_some);
        let sum = page.map(|page| page_sum(number, page));
        let is_frame = |sum| in_log.get(&number).is_some_and(|frames| frames.contains(&sum));
        if is_known && !sum.is_some_and(|sum| stored.contains(&Some(sum)) || is_frame(sum)) {
            changed.push(number);
        }
    })?;
    Ok(changed)
}

fn frame_sums(database: &Path) -> io::Result<FrameSums> {
    let log = match File::open(beside(database, "-wal")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FrameSums::new()),
        log => log?,
    };
    let Some(mut position) = Position::begin(&log)? else { return Ok(FrameSums::new()) };
    position.read_frames(&log)
}
