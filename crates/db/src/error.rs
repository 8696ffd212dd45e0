//! What can go wrong with a database, the same words for both engines.

use kernel::{ClassifyFailure, FailureKind};
use std::fmt;

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong, for the caller who acts on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// A row with this key is there already.
    Unique {
        /// The name that PostgreSQL gives the constraint, on both engines: that of the unique index,
        /// `{table}_pkey`, or `{table}_{columns}_key` for a `unique` written in the table.
        constraint: String,
    },
    /// Another constraint (check, foreign key, not null) refuses the row.
    Constraint,
    /// Rolled back through no fault of its own (serialization, deadlock, a neighbour's failure):
    /// the same transaction may be tried again.
    Retry,
    /// A lock, or a connection that others use, was not to be had in time. Nothing was committed.
    Busy,
    /// The disk is full. Nothing was committed.
    Full,
    /// The database cannot be reached, or does not answer. Nothing was committed.
    Unavailable,
    /// A commit failed, or its answer was lost: it may have happened (R8). Nobody compensates on it.
    UnknownOutcome,
    /// A statement was cut short, by a time-out or because its caller went away. Nothing was committed.
    Cancelled,
    /// One row was expected, and there is none.
    NotFound,
    /// The database was migrated by a newer program than this one.
    TooNew,
    /// The file is damaged, or no database.
    Damaged,
    /// What was written to the file cannot be synced: part of it may be lost, and a later sync would not tell.
    Unsynced,
    /// The role that the address names may not do that.
    Denied,
    /// Anything else: mostly a mistake in the program.
    Other,
}

/// An error of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What kind it is.
    pub kind: ErrorKind,
    /// What the engine said, for logs.
    pub message: String,
}

impl Error {
    /// An error of `kind`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into() }
    }
    /// A mistake in the program, or data that it does not expect.
    pub fn other(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Other, message)
    }
    /// Whether it is the violation of a unique or primary key.
    pub fn is_unique(&self) -> bool {
        matches!(self.kind, ErrorKind::Unique { .. })
    }
    /// Whether it is the violation of this unique constraint, by its name on PostgreSQL.
    pub fn violates(&self, name: &str) -> bool {
        matches!(&self.kind, ErrorKind::Unique { constraint } if constraint == name)
    }
    /// Whether the same transaction may be tried again at once.
    pub fn is_retry(&self) -> bool {
        self.kind == ErrorKind::Retry
    }
    /// Whether the disk is full.
    pub fn is_full(&self) -> bool {
        self.kind == ErrorKind::Full
    }
    /// Whether the file is damaged, or no database.
    pub fn is_damage(&self) -> bool {
        self.kind == ErrorKind::Damaged
    }
    /// Whether the database was not to be reached, or too busy, and surely did nothing.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.kind, ErrorKind::Unavailable | ErrorKind::Busy)
    }
    /// Whether the transaction may have been committed all the same (R8).
    pub fn is_unknown_outcome(&self) -> bool {
        self.kind == ErrorKind::UnknownOutcome
    }
    /// Whether a row was expected that is not there.
    pub fn is_not_found(&self) -> bool {
        self.kind == ErrorKind::NotFound
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ErrorKind::Unique { constraint } => write!(f, "unique constraint {constraint}: {}", self.message),
            ErrorKind::UnknownOutcome => write!(f, "unknown outcome of a commit: {}", self.message),
            _ => f.write_str(&self.message),
        }
    }
}
impl std::error::Error for Error {}

/// Seconds after which a database that was away is worth another try.
const RETRY_AFTER_S: u32 = 1;

impl ClassifyFailure for Error {
    fn failure_kind(&self) -> FailureKind {
        match self.kind {
            ErrorKind::Unavailable => FailureKind::Isolated { retry_after_s: RETRY_AFTER_S },
            ErrorKind::Busy | ErrorKind::Cancelled => {
                FailureKind::Unavailable { retry_after_s: RETRY_AFTER_S }
            }
            ErrorKind::Retry => FailureKind::Conflict,
            ErrorKind::Full => FailureKind::StorageFull,
            ErrorKind::UnknownOutcome => FailureKind::OutcomeUnknown,
            ErrorKind::Unique { .. }
            | ErrorKind::Constraint
            | ErrorKind::NotFound
            | ErrorKind::TooNew
            | ErrorKind::Damaged
            | ErrorKind::Unsynced
            | ErrorKind::Denied
            | ErrorKind::Other => FailureKind::Internal,
        }
    }
}
