//! Options for opening a file.

use std::time::Duration;

/// Options for opening a file.
#[derive(Debug, Clone)]
pub struct Options {
    /// Maximum number of transactions in a group.
    pub max_group: usize,
    /// Age at which a group is committed even if others wait.
    pub max_group_age: Duration,
    /// Number of reading connections.
    pub readers: usize,
    /// Maximum number of pages of the file, beyond which the disk counts as full; unlimited by default.
    pub max_pages: Option<u32>,
    /// When commits become durable.
    pub durability: Durability,
    /// Who copies the log into the file.
    pub checkpoints: Checkpoints,
    /// Number of frames in the log after which this process copies it into the file. Usually 40 MiB, because each copy
    /// requires syncs.
    pub log_frames: u32,
    /// How long opening a file compares its pages with their checksums; the rest is left to
    /// [`Sqlite::look_at_pages`](super::Sqlite::look_at_pages). None: all are compared.
    pub compare_for: Option<Duration>,
}

/// Who copies the write-ahead log of a file into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkpoints {
    /// SQLite itself, as by default; no page checksums are maintained.
    Automatic,
    /// This process alone, which also maintains the page checksums of the file.
    Kept,
    /// Not this process, but the owner of the file, now or at its next start.
    Never,
}

/// When committed data survives a power failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// When the commit is acknowledged.
    Commit,
    /// With the next [`crate::Db::durable`], together with everything committed before. A power failure before that removes
    /// the last commits, of all namespaces together: nothing that reports a commit may leave the process before it is
    /// durable.
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
            compare_for: None,
        }
    }
}
