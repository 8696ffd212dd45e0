//! The file with the page checksums of a database file.

use super::log::{PageChecksumsRead, Salts};
use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

const MAGIC: &[u8; 16] = b"ordo checksums 3";
/// Formats that no release has written: the first had no number, the second did not contain the number of pages.
const OLD_MAGICS: [&[u8; 16]; 2] = [b"ordo checksums 1", b"ordo checksums 2"];
const HEADER: usize = 64;

/// The state of the checksums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChecksumState {
    /// They cover a complete file whose log is empty.
    Clean,
    /// They cover the complete file together with its log, with the log's salts and the number of recorded frames, if it
    /// has any.
    InUse(Option<(Salts, u32)>),
    /// They cover only pages that were written since they were started.
    Incomplete,
    /// Changed pages were found, and are not accepted.
    Changed,
}

/// The checksums of a file; 0 for an unknown one.
pub(super) struct Sums {
    file: File,
    pub(super) page_size: usize,
    pub(super) state: ChecksumState,
    /// Incremented with each state: of two copies, the one with the smaller number is older.
    pub(super) number: u64,
    /// Number of pages with checksums, unless the file was truncated.
    pub(super) noted: u32,
    of_pages: Vec<u32>,
}

/// Returns the path of the checksums of a database file.
pub(super) fn path_of(database: &Path) -> PathBuf {
    beside(database, "-checksums")
}

pub(crate) fn beside(database: &Path, end: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(end);
    PathBuf::from(path)
}

impl Sums {
    /// Reads the checksums. None if the file does not exist or cannot be used.
    pub(super) fn read(database: &Path) -> io::Result<Option<Sums>> {
        let path = path_of(database);
        let file = match OpenOptions::new().read(true).write(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let bytes = std::fs::read(&path)?;
        let Some((header, sums)) = bytes.split_at_checked(HEADER) else { return Ok(None) };
        let Some(Header { page_size, state, number, pages }) = parse(header) else { return Ok(None) };
        let of_pages =
            sums.chunks_exact(4).map(|sum| sum.iter().rev().fold(0, |all, b| all << 8 | u32::from(*b)));
        Ok(Some(Sums { page_size, state, number, noted: pages, of_pages: of_pages.collect(), file }))
    }

    /// Returns whether there is a file that cannot be read as checksums. It never exists without a header
    /// ([`Sums::begin`]).
    pub(super) fn are_damaged(database: &Path) -> io::Result<bool> {
        let bytes = match std::fs::read(path_of(database)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            bytes => bytes?,
        };
        let is_old = OLD_MAGICS.iter().any(|magic| bytes.starts_with(*magic));
        let is_readable = bytes.get(..HEADER).is_some_and(|header| parse(header).is_some());
        Ok(!is_readable && !is_old)
    }

    /// Returns whether the last process that used the file has closed it cleanly, according to the header only.
    pub(super) fn are_clean(database: &Path) -> bool {
        let mut header = [0; HEADER];
        let read = File::open(path_of(database)).and_then(|file| file.read_exact_at(&mut header, 0));
        read.is_ok() && matches!(parse(&header), Some(Header { state: ChecksumState::Clean, .. }))
    }

    /// Creates empty checksums, and replaces the existing ones, which had this number. They are replaced atomically, so
    /// that no power failure leaves a file that looks damaged.
    pub(super) fn begin(
        database: &Path,
        page_size: usize,
        state: ChecksumState,
        number: u64,
    ) -> io::Result<Sums> {
        let (path, new) = (path_of(database), beside(database, "-checksums.new"));
        let mut options = OpenOptions::new();
        let file = options.read(true).write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        let mut sums = Sums { file, page_size, state, number, noted: 0, of_pages: Vec::new() };
        sums.become_state(state)?;
        std::fs::rename(new, &path)?;
        File::open(path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")))?
            .sync_all()?;
        Ok(sums)
    }

    pub(super) fn pages(&self) -> u32 {
        u32::try_from(self.of_pages.len()).unwrap_or(u32::MAX)
    }

    /// Returns the checksum of a page, starting at 1, if it is known.
    pub(super) fn of(&self, page: u32) -> Option<u32> {
        let index = usize::try_from(page.checked_sub(1)?).ok()?;
        self.of_pages.get(index).copied().filter(|sum| *sum != 0)
    }

    /// Records the checksums of written pages, of a database with this many pages. They become durable with
    /// [`Sums::become_state`].
    pub(super) fn note(&mut self, written: &PageChecksumsRead, pages: u32) -> io::Result<()> {
        self.of_pages.resize(pages as usize, 0);
        self.noted = pages;
        self.file.set_len((HEADER + 4 * self.of_pages.len()) as u64)?;
        for (page, sum) in written.range(1..=pages) {
            let index = *page as usize - 1;
            self.of_pages[index] = *sum;
            self.file.write_all_at(&sum.to_le_bytes(), (HEADER + 4 * index) as u64)?;
        }
        Ok(())
    }

    /// Makes the recorded checksums durable.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// Records that the log is written after a clean close, before any of its pages is recorded.
    pub(super) fn begin_log(&mut self) -> io::Result<()> {
        match self.state {
            ChecksumState::Clean => self.become_state(ChecksumState::InUse(None)),
            _ => Ok(()),
        }
    }

    /// Writes the state durably, together with what was recorded before.
    pub(super) fn become_state(&mut self, state: ChecksumState) -> io::Result<()> {
        // a file that has lost some of its checksums keeps this count
        let (number, pages) = (self.number + 1, self.noted);
        self.file.write_all_at(&Header { page_size: self.page_size, state, number, pages }.bytes(), 0)?;
        self.file.sync_data()?;
        (self.state, self.number) = (state, number);
        Ok(())
    }
}

/// The header of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    page_size: usize,
    state: ChecksumState,
    number: u64,
    pages: u32,
}

impl Header {
    fn bytes(self) -> [u8; HEADER] {
        let (kind, (salts, frames)) = match self.state {
            ChecksumState::Clean => (0, <(Salts, u32)>::default()),
            ChecksumState::InUse(None) => (1, <(Salts, u32)>::default()),
            ChecksumState::InUse(Some(log)) => (2, log),
            ChecksumState::Incomplete => (3, <(Salts, u32)>::default()),
            ChecksumState::Changed => (4, <(Salts, u32)>::default()),
        };
        let mut header = [0; HEADER];
        header[..16].copy_from_slice(MAGIC);
        header[16..20].copy_from_slice(&(self.page_size as u32).to_le_bytes());
        header[20] = kind;
        header[24..32].copy_from_slice(&salts);
        header[32..36].copy_from_slice(&frames.to_le_bytes());
        header[36..44].copy_from_slice(&self.number.to_le_bytes());
        header[44..48].copy_from_slice(&self.pages.to_le_bytes());
        let sum = crc32fast::hash(&header[..48]);
        header[48..52].copy_from_slice(&sum.to_le_bytes());
        header
    }
}

fn parse(bytes: &[u8]) -> Option<Header> {
    let page_size = u32::from_le_bytes(bytes[16..20].try_into().ok()?) as usize;
    let salts: Salts = bytes[24..32].try_into().ok()?;
    let frames = u32::from_le_bytes(bytes[32..36].try_into().ok()?);
    let state = match bytes[20] {
        0 => ChecksumState::Clean,
        1 => ChecksumState::InUse(None),
        2 => ChecksumState::InUse(Some((salts, frames))),
        3 => ChecksumState::Incomplete,
        4 => ChecksumState::Changed,
        _ => return None,
    };
    let number = u64::from_le_bytes(bytes[36..44].try_into().ok()?);
    let pages = u32::from_le_bytes(bytes[44..48].try_into().ok()?);
    let header = Header { page_size, state, number, pages };
    (header.bytes() == bytes).then_some(header)
}
