//! Conversion of PostgreSQL errors.

use crate::{Error, ErrorKind};
use tokio_postgres::error::{DbError, Severity, SqlState};

/// The error of a statement.
pub(super) fn statement(error: &tokio_postgres::Error) -> Error {
    let Some(db) = error.as_db_error() else {
        let is_lost = error.is_closed() || has_io_error(error);
        let kind = if is_lost { ErrorKind::Unavailable } else { ErrorKind::Other };
        return Error::new(kind, with_sources(error));
    };
    Error::new(kind(db), db.message())
}

/// The error of connecting. A wrong password or database is treated like an unreachable server.
pub(super) fn connecting(error: &tokio_postgres::Error, address: &str) -> Error {
    let why = with_sources(error);
    Error::new(ErrorKind::Unavailable, format!("cannot connect to PostgreSQL at {address}: {why}"))
}

/// The error of a commit. Only a response of the server that it has rolled back proves that nothing has taken effect.
pub(super) fn commit(error: &tokio_postgres::Error) -> Error {
    let rolled_back = error.as_db_error().filter(|db| db.parsed_severity() == Some(Severity::Error));
    match rolled_back.map(|db| (db, kind(db))) {
        Some((db, kind)) if is_definite(&kind) => Error::new(kind, db.message()),
        _ => Error::new(ErrorKind::UnknownOutcome, with_sources(error)),
    }
}

fn is_definite(kind: &ErrorKind) -> bool {
    matches!(kind, ErrorKind::Unique { .. } | ErrorKind::Constraint | ErrorKind::Retry | ErrorKind::Full)
}

fn kind(db: &DbError) -> ErrorKind {
    let code = db.code();
    match code.code() {
        _ if *code == SqlState::UNIQUE_VIOLATION => {
            ErrorKind::Unique { constraint: db.constraint().unwrap_or_default().to_owned() }
        }
        _ if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => {
            ErrorKind::Retry
        }
        _ if is_stale_plan(db) => ErrorKind::Retry,
        _ if *code == SqlState::LOCK_NOT_AVAILABLE => ErrorKind::Busy,
        _ if *code == SqlState::DISK_FULL => ErrorKind::Full,
        _ if *code == SqlState::QUERY_CANCELED => ErrorKind::Cancelled,
        // a standby that was the primary before, or will be
        _ if *code == SqlState::READ_ONLY_SQL_TRANSACTION => ErrorKind::Unavailable,
        c if c.starts_with("23") => ErrorKind::Constraint,
        // connection exceptions, insufficient resources, shutdown or startup
        c if c.starts_with("08") || c.starts_with("53") || c.starts_with("57P") => ErrorKind::Unavailable,
        "42501" => ErrorKind::Denied,
        "25P03" => ErrorKind::Cancelled, // idle in transaction for too long
        _ => ErrorKind::Other,
    }
}

/// Returns whether a table was migrated after the statement was prepared on this connection.
pub(super) fn is_stale_plan(db: &DbError) -> bool {
    *db.code() == SqlState::FEATURE_NOT_SUPPORTED && db.message().contains("cached plan")
}

/// Returns whether the table does not exist in this connection's schema; also reported by a server that has missed the
/// creation of the schema (see `open`).
pub(super) fn is_unknown_table(db: &DbError) -> bool {
    *db.code() == SqlState::UNDEFINED_TABLE
}

fn has_io_error(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}

fn with_sources(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
