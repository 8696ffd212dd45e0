//! A connection to SQLite: opening it, running a statement, and converting its errors.

use super::{Checkpoints, Durability, namespace};
use crate::{
    Error, ErrorKind, Param, Result, Row,
    row::{UnsupportedValue, Value},
};
use rusqlite::{
    CachedStatement, Connection, OpenFlags, ToSql,
    config::DbConfig,
    ffi,
    types::{self, ToSqlOutput, ValueRef},
};
use std::{path::PathBuf, rc::Rc, sync::Arc};

/// Size of the statement cache, more than the statements of all services.
const STATEMENTS_CACHED: usize = 2048;

/// The message if the log cannot be copied at startup.
pub(super) const LOG_IS_READ: &str =
    "another process reads the log: it is not copied into the file at this start";

/// The source of a connection, with which it can be reopened.
#[derive(Debug, Clone)]
pub(super) enum ConnectionSource {
    /// A file, its maximum number of pages, and the owner of checkpoints.
    File(PathBuf, Option<u32>, Checkpoints),
    /// In memory: a lost connection cannot be reopened.
    Memory,
}

impl ConnectionSource {
    /// Adds the source to an error of opening it.
    pub(super) fn named(&self, error: Error) -> Error {
        match self {
            ConnectionSource::File(path, ..) => {
                Error::new(error.kind, format!("{}: {}", path.display(), error.message))
            }
            ConnectionSource::Memory => error,
        }
    }

    /// Opens the writing connection, and returns the existing tables. In WAL mode, a write survives a power failure as soon
    /// as it is acknowledged with `synchronous = full`, and with `normal` once the log was synced ([`super::barrier`]).
    pub(super) fn open_writer(&self, durability: Durability) -> Result<(Connection, Vec<String>)> {
        let ConnectionSource::File(path, max_pages, checkpoints) = self else {
            return Err(Error::new(ErrorKind::Unavailable, "the database in memory is gone"));
        };
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let connection = open(path, flags)?;
        leave_log(&connection, *checkpoints)?;
        let pragmas = match durability {
            Durability::Commit => "pragma journal_mode = wal; pragma synchronous = full;",
            // SQLite itself syncs before it copies the log into the file, and before it restarts the log
            Durability::Barrier => "pragma journal_mode = wal; pragma synchronous = normal;",
        };
        // two processes that open the file at the same time can conflict here, before asynchronous waiting is possible
        connection.busy_timeout(std::time::Duration::from_secs(5)).map_err(plain)?;
        connection.execute_batch(pragmas).map_err(plain)?;
        if let Some(pages) = max_pages {
            connection.pragma_update(None, "max_page_count", pages).map_err(plain)?;
        }
        // data of a process whose last sync failed may exist only in the page cache, which would not write it again: a
        // checkpoint writes it to the file
        if (durability, *checkpoints) == (Durability::Barrier, Checkpoints::Automatic)
            && !checkpoint(&connection)?
        {
            tracing::warn!(file = %path.display(), "{LOG_IS_READ}");
        }
        let tables = tables(&connection)?;
        configure(&connection)?;
        Ok((connection, tables))
    }

    /// Opens a read-only connection.
    pub(super) fn open_reader(&self) -> Result<Option<Connection>> {
        let ConnectionSource::File(path, _, checkpoints) = self else { return Ok(None) };
        let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        leave_log(&connection, *checkpoints)?;
        connection.execute_batch("pragma query_only = on").map_err(plain)?;
        configure(&connection)?;
        Ok(Some(connection))
    }
}

/// Opens a connection that copies the log of a file.
pub(super) fn open_copier(path: &std::path::Path) -> Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    leave_log(&connection, Checkpoints::Kept)?;
    connection.busy_timeout(std::time::Duration::ZERO).map_err(plain)?;
    Ok(connection)
}

/// Sets whether SQLite itself copies the log, periodically and when the last connection is closed.
fn leave_log(connection: &Connection, checkpoints: Checkpoints) -> Result<()> {
    if checkpoints == Checkpoints::Automatic {
        return Ok(());
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(plain)?;
    connection.execute_batch("pragma wal_autocheckpoint = 0").map_err(plain)
}

fn open(path: &std::path::Path, flags: OpenFlags) -> Result<Connection> {
    Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(plain)
}

/// Configures a connection. It never blocks a thread of the runtime for a lock: callers wait asynchronously and retry.
pub(super) fn configure(connection: &Connection) -> Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_CACHED);
    // the rollback data of a statement is kept in memory, because files would cost as much as the change itself
    let pragmas = "pragma foreign_keys = on; pragma busy_timeout = 0; pragma temp_store = memory;";
    connection.execute_batch(pragmas).map_err(plain)?;
    // Query plans must not depend on values. Otherwise, a statement that compares with the column of a partial index is
    // prepared again each time a value is bound, in case the index applies to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(plain)?;
    rusqlite::vtab::array::load_module(connection).map_err(plain)
}

/// Copies everything committed into the database file, and empties the log. Blocks. Returns false if another process, or a
/// long read, still uses the log.
pub(super) fn checkpoint(connection: &Connection) -> Result<bool> {
    let is_busy = connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get::<_, bool>(0));
    Ok(!is_busy.map_err(plain)?)
}

/// Returns the names of the tables of a file.
pub(super) fn tables(connection: &Connection) -> Result<Vec<String>> {
    let mut names =
        connection.prepare("select name from sqlite_schema where type = 'table'").map_err(plain)?;
    let names = names.query_map([], |row| row.get(0)).map_err(plain)?;
    names.collect::<rusqlite::Result<_>>().map_err(plain)
}

/// Runs a statement without result rows.
pub(super) fn run(connection: &Connection, text: &str, params: &[Param]) -> Result<u64> {
    let mut statement = prepare(connection, text)?;
    bind(&mut statement, params)?;
    let changed = statement.raw_execute().map_err(|e| explain(connection, e))?;
    Ok(changed as u64)
}

/// Runs a statement with result rows to its end.
pub(super) fn query(connection: &Connection, text: &str, params: &[Param]) -> Result<Vec<Row>> {
    let mut statement = prepare(connection, text)?;
    bind(&mut statement, params)?;
    let columns: Arc<[String]> = statement.column_names().map(str::to_owned).collect();
    let mut answer = Vec::new();
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(|e| explain(connection, e))? {
        let values = (0..columns.len()).map(|i| Ok(read(row.get_ref(i).map_err(plain)?)));
        answer.push(Row { columns: columns.clone(), values: values.collect::<Result<_>>()? });
    }
    Ok(answer)
}

/// Prepares a statement ([`namespace::Namespace::statement`]), or takes it from the cache.
pub(super) fn prepare<'c>(connection: &'c Connection, text: &str) -> Result<CachedStatement<'c>> {
    connection.prepare_cached(text).map_err(plain)
}

/// Runs an internal statement without parameters, such as `commit`.
pub(super) fn control(connection: &Connection, text: &str) -> Result<()> {
    connection.prepare_cached(text).and_then(|mut s| s.raw_execute()).map(drop).map_err(plain)
}

/// For SQLite, `$2` is a name, and names are numbered by first appearance, so that parameters are bound by name.
fn bind(statement: &mut CachedStatement<'_>, params: &[Param]) -> Result<()> {
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let name = statement.parameter_name(index).and_then(|name| name.strip_prefix('$'));
        let number = name.and_then(|n| n.parse::<usize>().ok()).filter(|n| *n > 0);
        let number = number.ok_or_else(|| Error::other("parameters are written $1, $2, …"))?;
        highest = highest.max(number);
        let value = params.get(number - 1).ok_or_else(|| wrong_count(number, params.len()))?;
        statement.raw_bind_parameter(index, value).map_err(plain)?;
    }
    if highest == params.len() { Ok(()) } else { Err(wrong_count(highest, params.len())) }
}

fn wrong_count(wanted: usize, given: usize) -> Error {
    Error::other(format!("the statement has {wanted} parameters, {given} were given"))
}

impl ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let array = |values: Vec<types::Value>| ToSqlOutput::from_rc(Rc::new(values), c"rarray");
        Ok(match self {
            Param::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Param::Bool(v) => ToSqlOutput::Owned(types::Value::Integer((*v).into())),
            Param::Int(v) => ToSqlOutput::Owned(types::Value::Integer(*v)),
            Param::Text(v) | Param::Json(v) => ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes())),
            Param::Blob(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Param::Uuid(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v.as_bytes())),
            Param::Time(v) => ToSqlOutput::Owned(types::Value::Integer(v.as_micros())),
            Param::Ints(v) => array(v.iter().map(|v| types::Value::Integer(*v)).collect()),
            Param::Texts(v) => array(v.iter().map(|v| types::Value::Text(v.clone())).collect()),
            Param::Uuids(v) => array(v.iter().map(|v| types::Value::Blob(v.as_bytes().to_vec())).collect()),
        })
    }
}

/// A file can contain values that no statement of Ordo writes: only a caller that reads such a value gets an error.
fn read(value: ValueRef<'_>) -> Value {
    Ok(match value {
        ValueRef::Null => Param::Null,
        ValueRef::Integer(v) => Param::Int(v),
        ValueRef::Blob(v) => Param::Blob(v.to_vec()),
        ValueRef::Text(v) => Param::Text(
            std::str::from_utf8(v).map_err(|_| UnsupportedValue("text that is not UTF-8"))?.to_owned(),
        ),
        ValueRef::Real(_) => return Err(UnsupportedValue("a floating-point number")),
    })
}

/// Converts an error without looking up its unique constraint.
pub(super) fn plain(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode;
    let kind = match error.sqlite_error() {
        Some(e) if is_unique(e.extended_code) => ErrorKind::Unique { constraint: String::new() },
        Some(e) => match e.code {
            ErrorCode::ConstraintViolation => ErrorKind::Constraint,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => ErrorKind::Busy,
            ErrorCode::DiskFull => ErrorKind::Full,
            ErrorCode::CannotOpen | ErrorCode::ReadOnly => ErrorKind::Unavailable,
            ErrorCode::OperationInterrupted => ErrorKind::Cancelled,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => ErrorKind::Damaged,
            _ => ErrorKind::Other,
        },
        None => ErrorKind::Other,
    };
    Error::new(kind, error.to_string())
}

fn is_unique(extended_code: i32) -> bool {
    matches!(extended_code, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY)
}

/// Converts the error of a statement, with the name of the unique constraint.
fn explain(connection: &Connection, error: rusqlite::Error) -> Error {
    let mut explained = plain(error);
    if let ErrorKind::Unique { constraint } = &mut explained.kind {
        *constraint = constraint_name(connection, &explained.message).unwrap_or_default();
    }
    explained
}

/// SQLite names the columns (`UNIQUE constraint failed: users.email`), PostgreSQL the constraint. Finds the index with
/// these columns, and returns its name in PostgreSQL.
fn constraint_name(connection: &Connection, message: &str) -> Option<String> {
    let listed = message.split_once("constraint failed: ")?.1;
    if let Some(index) = listed.strip_prefix("index '") {
        return Some(namespace::plain(index.trim_end_matches('\'')).to_owned());
    }
    let table = listed.split_once('.')?.0;
    let columns: Vec<&str> = listed.split(", ").filter_map(|c| Some(c.split_once('.')?.1)).collect();
    const INDEX: &str = "select name, origin from pragma_index_list(?1) as l where \"unique\" = 1 and ?2 = \
        (select group_concat(name, ',') from (select name from pragma_index_info(l.name) order by seqno))";
    let found = connection.prepare_cached(INDEX).and_then(|mut s| {
        s.query_row((table, columns.join(",")), |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))
    });
    let table = namespace::plain(table);
    Some(match found {
        Ok((name, origin)) if origin == "c" => namespace::plain(&name).to_owned(),
        Ok((_, origin)) if origin == "u" => format!("{table}_{}_key", columns.join("_")),
        _ => format!("{table}_pkey"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::StatementStatus;

    #[test]
    fn a_statement_is_not_made_anew_for_other_values() {
        let connection = Connection::open_in_memory().unwrap();
        configure(&connection).unwrap();
        let made = "create table things (id integer primary key, state text); create index open on things (id) where state = 'open'";
        connection.execute_batch(made).unwrap();
        let mut statement =
            prepare(&connection, "select id from things where state = $1 and id > $2").unwrap();
        for state in ["open", "shut", "open"] {
            bind(&mut statement, &[state.into(), 0_i64.into()]).unwrap();
            assert!(statement.raw_query().next().unwrap().is_none());
        }
        assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
    }
}
