//! How a file is opened.

use std::time::Duration;

/// How a file is opened.
#[derive(Debug, Clone)]
pub struct Options {
    /// The most transactions that share one real commit.
    pub max_group: usize,
    /// A group that is this old is committed although others wait.
    pub max_group_age: Duration,
    /// How many connections read.
    pub readers: usize,
    /// The most pages that the file may grow to, as if the disk were full then; no limit by default.
    pub max_pages: Option<u32>,
    /// When a commit is durable.
    pub durability: Durability,
    /// Who copies the log into the file.
    pub checkpoints: Checkpoints,
    /// Frames in the log after which this process copies it into the file: 40 MiB as a rule, since each copy takes syncs.
    pub log_frames: u32,
}

/// Who copies the write-ahead log of a file into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkpoints {
    /// SQLite by itself, as it does for every program; no checksums of pages are kept.
    Automatic,
    /// This process, the only one that does, and which keeps the checksums of the file's pages.
    Kept,
    /// Not this process: the one whose file it is, now or at its next start.
    Never,
}

/// When what was committed survives a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// As soon as the commit is answered.
    Commit,
    /// With the next [`crate::Db::durable`], and all that was committed before it. A power cut before that takes away the end of
    /// the commits, of all namespaces together: nothing may leave the process that tells of a commit which is not durable.
    Barrier,
}
impl Default for Options {
    fn default() -> Self {
        Options {
            max_group: 64,
            max_group_age: Duration::from_millis(2),
            readers: 4,
            max_pages: None,
            durability: Durability::Commit,
            checkpoints: Checkpoints::Automatic,
            log_frames: 10_000,
        }
    }
}
