//! The tables of a service on both engines, read from their catalogues: this code contains no table names, so that tables
//! of later migrations are moved, too.

use super::text::MOVABLE;
use crate::{Error, Param, Result, Row, params, postgres::Postgres, sqlite::Sqlite};
use std::collections::{BTreeMap, BTreeSet};
use tokio_postgres::types::Type;

/// Tables that are separate on each side.
pub(super) const OWN: [&str; 3] = ["schema_history", super::MARK, super::TABLES];
/// Prefix of the tables of a search index (`crates/search`). Each engine stores it in its own form, so it is not moved but rebuilt.
const INDEX_PREFIX: &str = "search_";

fn is_moved(table: &str) -> bool {
    !OWN.contains(&table) && !table.starts_with(INDEX_PREFIX)
}

const ON_POSTGRES: &str = "select relname::text as name from pg_class \
    where relkind in ('r', 'p') and relnamespace = to_regnamespace(current_schema()::text) order by relname";
const COLUMNS: &str = "select a.attname::text as name from pg_attribute a \
    where a.attrelid = to_regclass(quote_ident($1)) and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' \
    order by a.attnum";
const REFERENCES: &str = "select child.relname::text as child, parent.relname::text as parent from pg_constraint c \
    join pg_class child on child.oid = c.conrelid join pg_class parent on parent.oid = c.confrelid \
    where c.contype = 'f' and child.oid <> parent.oid and c.connamespace = to_regnamespace(current_schema()::text)";
/// Sequences that number the rows of a table are owned by it.
const SEQUENCES: &str = "select s.relname::text as name, t.relname::text as of from pg_class s \
    left join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') \
    left join pg_class t on t.oid = d.refobjid and d.refclassid = 'pg_class'::regclass \
    where s.relkind = 'S' and s.relnamespace = to_regnamespace(current_schema()::text) order by s.relname";
/// Excludes the tables of SQLite itself.
const ON_SQLITE: &str =
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite\\_%' escape '\\'";
const COLUMNS_ON_SQLITE: &str = "select name from pragma_table_xinfo($1) where hidden = 0";
/// Generated columns are not moved: PostgreSQL generates them, too, or has a trigger for them.
const GENERATED_ON_SQLITE: &str = "select name from pragma_table_xinfo($1) where hidden in (2, 3)";

/// A table of a service.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    /// Its name and columns in statements for PostgreSQL.
    pub(super) quoted: String,
    pub(super) columns: String,
    pub(super) types: Vec<Type>,
    /// Reads the rows of SQLite after a position, in order: the first value of each row is its position.
    pub(super) read: String,
    /// Counts the rows on SQLite.
    pub(super) count: String,
}

/// A sequence, and its counterpart in SQLite.
#[derive(Debug)]
pub(super) struct Sequence {
    pub(super) name: String,
    /// The statement for SQLite that returns the last assigned number.
    pub(super) last: String,
}

/// Returns the tables, parents before their children, and the sequences.
pub(super) async fn read(from: &Sqlite, to: &Postgres) -> Result<(Vec<Table>, Vec<Sequence>)> {
    let mut here = tables_of_sqlite(from).await?;
    let mut sequences = Vec::new();
    for row in to.query(SEQUENCES, &[]).await? {
        let (name, of): (String, Option<String>) = (row.get("name")?, row.get("of")?);
        let last = match of {
            Some(table) => {
                format!(
                    "select seq as last from sqlite_sequence where name = {}",
                    literal(&from.in_file(&table))
                )
            }
            // a sequence that is not owned by a table is a table with one row on SQLite
            None if here.remove(&name) => {
                format!("select newest as last from {}", quoted(&from.in_file(&name)))
            }
            None => return Err(Error::other(format!("there is nothing for the sequence {name}"))),
        };
        sequences.push(Sequence { name, last });
    }
    let there: BTreeSet<String> = tables_of_postgres(to).await?.into_iter().collect();
    if let Some(one) = here.symmetric_difference(&there).next() {
        return Err(Error::other(format!("only one of both sides has a table {one}")));
    }
    let mut tables = Vec::new();
    for name in in_order(there, to).await? {
        tables.push(Table::read(name, from, to).await?);
    }
    Ok((tables, sequences))
}

/// Returns the tables of the service in the file.
pub(super) async fn tables_of_sqlite(from: &Sqlite) -> Result<BTreeSet<String>> {
    let prefix = from.in_file("");
    let found = names(&from.query_made(ON_SQLITE, &[]).await?)?;
    let here = found.iter().filter_map(|name| name.strip_prefix(&prefix));
    Ok(here.filter(|name| is_moved(name)).map(str::to_owned).collect())
}

/// Returns the tables of the service in its schema.
pub(super) async fn tables_of_postgres(to: &Postgres) -> Result<Vec<String>> {
    let found = names(&to.query(ON_POSTGRES, &[]).await?)?;
    Ok(found.into_iter().filter(|name| is_moved(name)).collect())
}

fn names(rows: &[Row]) -> Result<Vec<String>> {
    rows.iter().map(|row| row.get("name")).collect()
}

/// Sorts each table after those that it references.
async fn in_order(mut tables: BTreeSet<String>, to: &Postgres) -> Result<Vec<String>> {
    let mut parents: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in to.query(REFERENCES, &[]).await? {
        parents.entry(row.get("child")?).or_default().push(row.get("parent")?);
    }
    let mut ordered = Vec::new();
    while !tables.is_empty() {
        let waits =
            |table: &String| parents.get(table).is_some_and(|of| of.iter().any(|one| tables.contains(one)));
        let next = tables.iter().find(|table| !waits(table)).cloned();
        let next = next.ok_or_else(|| Error::other("tables refer to each other in a circle"))?;
        tables.remove(&next);
        ordered.push(next);
    }
    Ok(ordered)
}

impl Table {
    async fn read(name: String, from: &Sqlite, to: &Postgres) -> Result<Table> {
        let wrong = |why: String| Error::other(format!("table {name}: {why}"));
        let mut there = names(&to.query(COLUMNS, params![&name]).await?)?;
        let in_file = from.in_file(&name);
        let generated = names(&from.query_made(GENERATED_ON_SQLITE, params![&in_file]).await?)?;
        there.retain(|column| !generated.contains(column));
        let here = names(&from.query_made(COLUMNS_ON_SQLITE, params![&in_file]).await?)?;
        let (here, all) = (here.into_iter().collect::<BTreeSet<_>>(), there.iter().cloned().collect());
        if let Some(one) = here.symmetric_difference(&all).next() {
            return Err(wrong(format!("only one of both sides has a column {one}")));
        }
        let columns = there.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(", ");
        let table = quoted(&name);
        let types = to.types(&format!("select {columns} from {table}")).await?;
        if let Some((column, ty)) = there.iter().zip(&types).find(|(_, ty)| !MOVABLE.contains(ty)) {
            return Err(wrong(format!("column {column} is of the type {ty}, which is not moved")));
        }
        let file = quoted(&in_file);
        Ok(Table {
            read: format!("select rowid, {columns} from {file} where rowid > $1 order by rowid limit $2"),
            count: format!("select count(*) as n from {file}"),
            quoted: table,
            name,
            columns,
            types,
        })
    }
}

/// Returns the number of rows of a table in PostgreSQL, up to a limit.
pub(super) async fn count_up_to(to: &Postgres, table: &str, most: i64) -> Result<i64> {
    let text = format!("select count(*) as n from (select 1 from {} limit $1) as counted", quoted(table));
    crate::row::exactly_one(to.query(&text, &[Param::Int(most)]).await?)?.get("n")
}

/// Quotes a name for a statement, on both engines.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
