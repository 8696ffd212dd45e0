//! Joins several files to one, with a namespace for each.

use super::{
    connection::{control, plain},
    namespace::Namespace,
};
use crate::{Error, ErrorKind, Result};
use rusqlite::Connection;
use std::path::{Path, PathBuf};

/// Writes the tables of each of these files, with their rows and indexes, to a new file. The files are not changed. Blocks
/// until everything is read and written.
///
/// # Errors
/// When a file cannot be read or written, or the new one already exists. Files written until then must be deleted.
pub fn join(into: &Path, files: &[(&'static str, PathBuf)]) -> Result<()> {
    if into.exists() {
        return Err(Error::other(format!("{} is there already", into.display())));
    }
    let connection = Connection::open(into).map_err(plain)?;
    // the file is not used before it is complete, and an interrupted join is restarted
    connection
        .execute_batch("pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off")
        .map_err(plain)?;
    for (service, file) in files {
        let named = |error: Error| Error::new(error.kind, format!("{}: {}", file.display(), error.message));
        copy(&connection, service, file).map_err(named)?;
    }
    connection.execute_batch("pragma journal_mode = delete; pragma synchronous = full").map_err(plain)?;
    let broken: i64 = first(&connection, "select count(*) from pragma_foreign_key_check()")?;
    if broken > 0 {
        let message = format!("{broken} rows name others that are missing");
        return Err(Error::new(ErrorKind::Damaged, message));
    }
    drop(connection);
    let sync = |path: &Path| std::fs::File::open(path).and_then(|file| file.sync_all());
    sync(into).map_err(|error| Error::other(format!("{}: {error}", into.display())))
}

fn copy(connection: &Connection, service: &'static str, file: &Path) -> Result<()> {
    let path = file.to_str().ok_or_else(|| Error::other("its path is not UTF-8"))?;
    connection.execute("attach database ?1 as old", [path]).map_err(plain)?;
    control(connection, "begin")?;
    let namespace = Namespace::new(Some(service));
    for definition in definitions(connection, "table")? {
        connection.execute_batch(&namespace.script(&definition)).map_err(plain)?;
    }
    let rows = rows_of(connection, &namespace)?;
    let sequences: i64 =
        first(connection, "select count(*) from old.sqlite_schema where name = 'sqlite_sequence'")?;
    if sequences > 0 {
        let sequence = "update sqlite_sequence set seq = o.seq from old.sqlite_sequence o where sqlite_sequence.name = ?1 || o.name;
             insert into sqlite_sequence(name, seq) select ?1 || name, seq from old.sqlite_sequence o where not exists \
             (select 1 from sqlite_sequence n where n.name = ?1 || o.name)";
        for statement in sequence.split(';') {
            connection.execute(statement, [namespace.in_file("")]).map_err(plain)?;
        }
    }
    for definition in definitions(connection, "index")? {
        connection.execute_batch(&namespace.script(&definition)).map_err(plain)?;
    }
    control(connection, "commit")?;
    connection.execute("detach database old", []).map_err(plain)?;
    tracing::info!(service, rows, "copied into the one file");
    Ok(())
}

/// Copies the rows of each table, and returns their number.
fn rows_of(connection: &Connection, namespace: &Namespace) -> Result<i64> {
    let mut rows = 0;
    for table in own(tables_of(connection)?) {
        let to = namespace.in_file(&table);
        let copied =
            connection.execute(&format!("insert into main.\"{to}\" select * from old.\"{table}\""), []);
        let copied = i64::try_from(copied.map_err(plain)?).map_err(|_| Error::other("too many rows"))?;
        let (was, is): (i64, i64) = (
            first(connection, &format!("select count(*) from old.\"{table}\""))?,
            first(connection, &format!("select count(*) from main.\"{to}\""))?,
        );
        if (was, is) != (copied, copied) {
            return Err(Error::other(format!("{table} has {was} rows, {is} were copied")));
        }
        rows += copied;
    }
    Ok(rows)
}

fn tables_of(connection: &Connection) -> Result<Vec<String>> {
    let mut names =
        connection.prepare("select name from old.sqlite_schema where type = 'table'").map_err(plain)?;
    let names = names.query_map([], |row| row.get(0)).map_err(plain)?;
    names.collect::<rusqlite::Result<_>>().map_err(plain)
}

/// Excludes SQLite's own tables.
fn own(names: Vec<String>) -> impl Iterator<Item = String> {
    names.into_iter().filter(|name| !name.starts_with("sqlite_"))
}

/// Returns the definitions of the tables or indexes of the old file, in their order.
fn definitions(connection: &Connection, of: &str) -> Result<Vec<String>> {
    let text = "select sql from old.sqlite_schema where type = ?1 and sql is not null and name not like 'sqlite\\_%' escape '\\' \
        order by rowid";
    let mut found = connection.prepare(text).map_err(plain)?;
    let found = found.query_map([of], |row| row.get(0)).map_err(plain)?;
    found.collect::<rusqlite::Result<_>>().map_err(plain)
}

fn first<T: rusqlite::types::FromSql>(connection: &Connection, text: &str) -> Result<T> {
    connection.query_row(text, [], |row| row.get(0)).map_err(plain)
}
