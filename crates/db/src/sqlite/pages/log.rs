//! The write-ahead log of a database file, in SQLite's documented format: a header, followed by frames of one page each. A
//! frame is valid if its checksum continues that of the previous frame, up to the last frame that ends a commit.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
    os::unix::fs::FileExt,
    path::Path,
};

pub(super) const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit is the byte order of the checksums.
const MAGIC: u32 = 0x377f_0682;

/// Identifies all frames between two restarts of the log: an incrementing number and a random one.
pub(super) type Salts = [u8; 8];

/// A position in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) salts: Salts,
    pub(super) page_size: usize,
    is_big_endian: bool,
    /// Number of frames, the last of which ends a commit.
    pub(super) frames: u32,
    /// Number of pages of the database after that commit; 0 before any.
    pub(super) pages: u32,
    pub(super) checksum: [u32; 2],
}

/// The checksums of the pages that were read, as of the last commit.
pub(super) type PageChecksumsRead = BTreeMap<u32, u32>;

/// The checksums of all committed versions of each page that a log holds.
pub(super) type FrameSums = BTreeMap<u32, BTreeSet<u32>>;

impl Position {
    /// Returns the start of a log. None if it has no valid content.
    pub(super) fn begin(log: &File) -> io::Result<Option<Position>> {
        let mut header = [0; HEADER];
        if !read_at(log, &mut header, 0)? {
            return Ok(None);
        }
        let (magic, page_size) = (word(&header, 0), word(&header, 8));
        let is_big_endian = magic & 1 == 1;
        let mut salts = Salts::default();
        salts.copy_from_slice(&header[16..24]);
        let checksum = sum(is_big_endian, [0, 0], &header[..24]);
        let is_whole = magic & !1 == MAGIC
            && (512..=65_536).contains(&page_size)
            && page_size.is_power_of_two()
            && checksum == [word(&header, 24), word(&header, 28)];
        let page_size = page_size as usize;
        Ok(is_whole.then_some(Position { salts, page_size, is_big_endian, frames: 0, pages: 0, checksum }))
    }

    /// Continues to the last commit within the first `at_most` frames.
    pub(super) fn go_on(&mut self, log: &File, at_most: u32) -> io::Result<PageChecksumsRead> {
        let (mut read, mut of_commit) = (PageChecksumsRead::new(), PageChecksumsRead::new());
        self.for_each_frame(log, at_most, |number, sum, ends_commit| {
            of_commit.insert(number, sum);
            if ends_commit {
                read.append(&mut of_commit);
            }
        })?;
        Ok(read)
    }

    /// Continues to the last commit, and returns all versions of the pages.
    pub(super) fn read_frames(&mut self, log: &File) -> io::Result<FrameSums> {
        let (mut read, mut of_commit) = (FrameSums::new(), Vec::new());
        self.for_each_frame(log, u32::MAX, |number, sum, ends_commit| {
            of_commit.push((number, sum));
            if ends_commit {
                of_commit.drain(..).for_each(|(number, sum)| {
                    read.entry(number).or_default().insert(sum);
                });
            }
        })?;
        Ok(read)
    }

    /// Calls a function with the number and the checksum of the page in each frame that continues this position, and whether the
    /// frame ends a commit. Continues to the last commit within the first `at_most` frames.
    pub(super) fn for_each_frame(
        &mut self,
        log: &File,
        at_most: u32,
        mut show: impl FnMut(u32, u32, bool),
    ) -> io::Result<()> {
        let mut at = self.clone();
        let mut frame = vec![0; FRAME_HEADER + self.page_size];
        while at.frames < at_most {
            let offset = HEADER as u64 + u64::from(at.frames) * frame.len() as u64;
            if !read_at(log, &mut frame, offset)? || frame[8..16] != self.salts {
                break;
            }
            let (header, page) = frame.split_at(FRAME_HEADER);
            let checksum = sum(self.is_big_endian, sum(self.is_big_endian, at.checksum, &header[..8]), page);
            if checksum != [word(header, 16), word(header, 20)] {
                break;
            }
            let number = word(header, 0);
            at = Position { frames: at.frames + 1, pages: word(header, 4), checksum, ..at };
            show(number, page_sum(number, page), at.pages > 0);
            if at.pages > 0 {
                *self = at.clone();
            }
        }
        Ok(())
    }
}

/// Returns the checksum of a page with this number; never 0.
pub(super) fn page_sum(number: u32, page: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&number.to_le_bytes());
    sum.update(page);
    sum.finalize().max(1)
}

/// Returns whether the file has this many bytes.
pub(super) fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<bool> {
    match file.read_exact_at(into, offset) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

fn word(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

/// Returns the numbers of the pages in these frames, which are committed; the first frame is 0.
pub(super) fn pages(log: &File, page_size: usize, frames: std::ops::Range<u64>) -> io::Result<BTreeSet<u32>> {
    let mut pages = BTreeSet::new();
    for frame in frames {
        let mut number = [0; 4];
        if read_at(log, &mut number, HEADER as u64 + frame * (FRAME_HEADER + page_size) as u64)? {
            pages.insert(u32::from_be_bytes(number));
        }
    }
    Ok(pages)
}

/// The end of the log, according to SQLite's index.
pub(super) struct End {
    pub(super) frames: u32,
    pub(super) checksum: [u32; 2],
    pub(super) salts: Salts,
}

/// Returns the current end of the log.
pub(super) fn end(index: &File) -> io::Result<End> {
    // stored twice; both copies are equal unless a writer is changing them
    const LENGTH: usize = 48;
    const TRIES: u32 = 10_000;
    let mut found = [0; 2 * LENGTH];
    for tried in 1.. {
        if !read_at(index, &mut found, 0)? {
            return Ok(End { frames: 0, checksum: [0, 0], salts: Salts::default() });
        }
        if found[..LENGTH] == found[LENGTH..] {
            break;
        }
        if tried == TRIES {
            // a process was killed while changing them; the next write repairs it
            return Err(io::Error::other("the index of the log is being written"));
        }
        std::thread::yield_now();
    }
    // in the byte order of the machine, except for the salts, which are copied from the log
    let word = |at: usize| u32::from_ne_bytes([found[at], found[at + 1], found[at + 2], found[at + 3]]);
    let mut salts = Salts::default();
    salts.copy_from_slice(&found[32..40]);
    Ok(End { frames: word(16), checksum: [word(24), word(28)], salts })
}

/// Returns whether the committed frames of a log, which may be written meanwhile, are as they were written. A log that is restarted
/// meanwhile counts as such.
pub(super) fn is_as_written(log: &Path, index: &File) -> io::Result<bool> {
    let known = end(index)?;
    if known.frames == 0 {
        return Ok(true);
    }
    let log = File::open(log)?;
    let mut position = Position::begin(&log)?.filter(|begin| begin.salts == known.salts);
    if let Some(position) = &mut position {
        position.for_each_frame(&log, known.frames, |_, _, _| {})?;
    }
    let is_whole = position.is_some_and(|now| (now.frames, now.checksum) == (known.frames, known.checksum));
    Ok(is_whole || end(index)?.salts != known.salts)
}

/// SQLite's checksum of a log.
fn sum(is_big_endian: bool, [mut a, mut b]: [u32; 2], bytes: &[u8]) -> [u32; 2] {
    for pair in bytes.chunks_exact(8) {
        let (x, y) = (word(pair, 0), word(pair, 4));
        let (x, y) = if is_big_endian { (x, y) } else { (x.swap_bytes(), y.swap_bytes()) };
        a = a.wrapping_add(x).wrapping_add(b);
        b = b.wrapping_add(y).wrapping_add(a);
    }
    [a, b]
}
