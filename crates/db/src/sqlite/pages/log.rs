//! The write-ahead log beside a database file, in the format that SQLite documents: a header, then frames of one page each. A frame
//! counts where its checksum goes on from that of the frame before it, up to the last one that ends a commit.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io,
    os::unix::fs::FileExt,
};

pub(super) const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit says how the words of the checksums are read.
const MAGIC: u32 = 0x377f_0682;

/// Marks all frames of the log from one beginning to the next: a number that grows by one, and one by chance.
pub(super) type Salts = [u8; 8];

/// How far a log was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) salts: Salts,
    pub(super) page_size: usize,
    is_big_endian: bool,
    /// Frames up to here, the last of which ends a commit.
    pub(super) frames: u32,
    /// How many pages the database has after that commit; 0 before any.
    pub(super) pages: u32,
    pub(super) checksum: [u32; 2],
}

/// The checksums of the pages that were read, as they are after the last commit.
pub(super) type Read = BTreeMap<u32, u32>;

impl Position {
    /// The beginning of a log; none where nothing counts in it.
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

    /// Goes on to the last commit, of the first `at_most` frames.
    pub(super) fn go_on(&mut self, log: &File, at_most: u32) -> io::Result<Read> {
        let (mut read, mut of_commit) = (Read::new(), Read::new());
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
            of_commit.insert(number, page_sum(number, page));
            at = Position { frames: at.frames + 1, pages: word(header, 4), checksum, ..at };
            if at.pages > 0 {
                read.append(&mut of_commit);
                *self = at.clone();
            }
        }
        Ok(read)
    }
}

/// The checksum of a page of this number; never 0.
pub(super) fn page_sum(number: u32, page: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(&number.to_le_bytes());
    sum.update(page);
    sum.finalize().max(1)
}

/// Whether so much is there.
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

/// The numbers of the pages in these frames, which are committed; the first frame is 0.
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

/// The end of the log, as SQLite's index of it has it.
pub(super) struct End {
    pub(super) frames: u32,
    pub(super) checksum: [u32; 2],
    pub(super) salts: Salts,
}

/// Where the log ends now.
pub(super) fn end(index: &File) -> io::Result<End> {
    // twice there, and both are the same but while a writer changes them
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
            // a process was killed while it changed them; the next write repairs it
            return Err(io::Error::other("the index of the log is being written"));
        }
        std::thread::yield_now();
    }
    // in the byte order of the machine, but for the salts, which are copied from the log
    let word = |at: usize| u32::from_ne_bytes([found[at], found[at + 1], found[at + 2], found[at + 3]]);
    let mut salts = Salts::default();
    salts.copy_from_slice(&found[32..40]);
    Ok(End { frames: word(16), checksum: [word(24), word(28)], salts })
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
