//! Database errors, common to both engines.

use kernel::{ClassifyFailure, FailureKind};
use std::fmt;

/// The result of a database operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kind of an error, for callers that handle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ErrorKind {
    /// A row with this key already exists.
    Unique {
        /// The name of the constraint in PostgreSQL, for both engines: that of the unique index, `{table}_pkey`, or
        /// `{table}_{columns}_key` for a `unique` within the table definition.
        constraint: String,
    },
    /// Another constraint (check, foreign key, not null) rejects the row.
    Constraint,
    /// Rolled back because of other transactions (serialization, deadlock, a failure in the same group): the transaction
    /// can be retried.
    Retry,
    /// A lock, or a pooled connection, was not available in time. Nothing was committed.
    Busy,
    /// The disk is full. Nothing was committed.
    Full,
    /// The database is unreachable or does not respond. Nothing was committed.
    Unavailable,
    /// A commit failed, or its response was lost: it may have taken effect (R8). Callers must not compensate for it.
    UnknownOutcome,
    /// A statement was cancelled, by a timeout or because its caller was dropped. Nothing was committed.
    Cancelled,
    /// One row was expected, and there is none.
    NotFound,
    /// The database was migrated by a newer version of the program.
    TooNew,
    /// The file is damaged, or is not a database.
    Damaged,
    /// Written data cannot be synced to the file: part of it may be lost, which a later sync would not report.
    Unsynced,
    /// The role in the URL does not have the privilege.
    Denied,
    /// Any other error, usually a bug.
    Other,
}

/// A database error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The kind of the error.
    pub kind: ErrorKind,
    /// The message of the engine, for logs.
    pub message: String,
}

impl Error {
    /// Creates an error of `kind`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into() }
    }
    /// Creates an error for a bug, or for unexpected data.
    pub fn other(message: impl Into<String>) -> Self {
        Error::new(ErrorKind::Other, message)
    }
    /// Returns whether it is a violation of a unique or primary key.
    pub fn is_unique(&self) -> bool {
        matches!(self.kind, ErrorKind::Unique { .. })
    }
    /// Returns whether it is a violation of this unique constraint, by its name in PostgreSQL.
    pub fn violates(&self, name: &str) -> bool {
        matches!(&self.kind, ErrorKind::Unique { constraint } if constraint == name)
    }
    /// Returns whether the transaction can be retried immediately.
    pub fn is_retry(&self) -> bool {
        self.kind == ErrorKind::Retry
    }
    /// Returns whether the disk is full.
    pub fn is_full(&self) -> bool {
        self.kind == ErrorKind::Full
    }
    /// Returns whether the file is damaged, or is not a database.
    pub fn is_damage(&self) -> bool {
        self.kind == ErrorKind::Damaged
    }
    /// Returns whether the database was unreachable or busy, and certainly changed nothing.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.kind, ErrorKind::Unavailable | ErrorKind::Busy)
    }
    /// Returns whether the transaction may have been committed (R8).
    pub fn is_unknown_outcome(&self) -> bool {
        self.kind == ErrorKind::UnknownOutcome
    }
    /// Returns whether an expected row does not exist.
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

/// Number of seconds after which an unavailable database should be retried.
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
