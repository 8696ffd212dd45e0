//! Moves the tables of a service from SQLite to PostgreSQL, in batches.
//!
//! The progress of each table is stored in the schema, and updated in the same transaction as the rows: if the process
//! ends, the next one continues after the last committed batch. The key is the row's position in SQLite (`rowid`), so that
//! the file must be the same each time ([`ShopOrigin`]). At the end, both sides are read, each row is converted to its
//! canonical text ([`TableChecksum`]), and the sums are compared.

mod catalogue;
mod text;

pub use text::TableChecksum;

use crate::{
    Db, DbBackend, Error, Param, Result, Row, Sql, params, postgres::Postgres, row::exactly_one,
    sqlite::Sqlite,
};
use catalogue::{Sequence, Table, quoted};
use futures_util::future::{try_join, try_join_all};
use kernel::Timestamp;
use text::converted;

/// The table that exists in a schema while a move into it is in progress.
pub const MARK: &str = "data_move";
/// The progress of each table.
const TABLES: &str = "data_move_table";

const MAKE: &str = "create table if not exists data_move (single bigint primary key check (single = 1), \
    shop bytea not null, source bytea not null, begun_at timestamptz not null, is_compared boolean not null default false); \
    create table if not exists data_move_table (name text primary key, place bigint not null, is_done boolean not null)";
const BEGIN: Sql = Sql::both("insert into data_move (single, shop, source, begun_at) values (1, $1, $2, $3)");
const BEGIN_TABLE: Sql =
    Sql::both("insert into data_move_table (name, place, is_done) values ($1, $2, false)");
const READ: Sql = Sql::both("select shop, source, begun_at, is_compared from data_move");
const PLACE: Sql = Sql::both("select place, is_done from data_move_table where name = $1");
/// Only from the previous position, so that two processes do not move the same rows.
const GO_ON: Sql = Sql::both(
    "update data_move_table set place = $3, is_done = $4 where name = $1 and place = $2 and not is_done",
);
const COMPARED: Sql = Sql::both("update data_move set is_compared = true");
const DROP: &str = "drop table data_move_table; drop table data_move";
/// Before all rows.
const START: i64 = i64::MIN;
/// A large table takes long.
const WITHOUT_LIMIT: &str = "set local statement_timeout to 0";
/// Number of rows that are read at a time for the comparison.
const COMPARE: usize = 1000;
/// Maximum number of rows of the target that are counted for messages.
const COUNTED: i64 = 1000;

/// The identity and state of the moved shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopOrigin {
    /// The identity of the shop, which does not change when it is restarted.
    pub shop: Vec<u8>,
    /// The state of its files.
    pub source: Vec<u8>,
}

/// A move that is not complete.
#[derive(Debug, Clone)]
pub struct UnfinishedMove {
    /// The moved shop.
    pub origin: ShopOrigin,
    /// The time at which it started.
    pub begun_at: Timestamp,
    /// Whether both sides were found to be equal, for all services.
    pub is_compared: bool,
}

/// Returns the move into this schema, if one is in progress.
///
/// # Errors
/// The error of the database.
pub async fn begun(to: &Db) -> Result<Option<UnfinishedMove>> {
    if !to.has_table(MARK).await? {
        return Ok(None);
    }
    let Some(row) = to.query_opt(&READ, &[]).await? else { return Ok(None) };
    let origin = ShopOrigin { shop: row.get("shop")?, source: row.get("source")? };
    Ok(Some(UnfinishedMove { origin, begun_at: row.get("begun_at")?, is_compared: row.get("is_compared")? }))
}

/// Returns the tables of this schema with more rows than those of an empty shop, with their number of rows, up to 1000.
///
/// # Errors
/// The errors of the databases.
pub async fn found(to: &Db, blank: &Db) -> Result<Vec<(String, i64)>> {
    let (to, blank) = (postgres(to)?, sqlite(blank)?);
    let known = catalogue::tables_of_sqlite(blank).await?;
    let mut found = Vec::new();
    for table in catalogue::tables_of_postgres(to).await? {
        let rows = catalogue::count_up_to(to, &table, COUNTED).await?;
        let made = match known.contains(&table) {
            true => {
                count(blank, &format!("select count(*) as n from {}", quoted(&blank.in_file(&table)))).await?
            }
            false => 0,
        };
        if rows > made {
            found.push((table, rows));
        }
    }
    Ok(found)
}

/// The tables of a service that are being moved.
#[derive(Debug)]
pub struct Move {
    /// The service.
    pub service: &'static str,
    from: Sqlite,
    to: Db,
    tables: Vec<Table>,
    sequences: Vec<Sequence>,
}

/// The comparison of a table on both sides.
#[derive(Debug, Clone)]
pub struct TableComparison {
    /// The name of the table.
    pub table: String,
    /// The sum on SQLite.
    pub from: TableChecksum,
    /// The sum on PostgreSQL.
    pub to: TableChecksum,
}

/// A batch of rows, and the position of the last one.
struct Batch {
    rows: Vec<Vec<Param>>,
    last: i64,
}

impl Move {
    /// Reads the tables of both sides, which must have the same schema version.
    ///
    /// # Errors
    /// When they differ, or a column has an unsupported type.
    pub async fn plan(service: &'static str, from: &Db, to: &Db) -> Result<Move> {
        let of_service = |error: Error| Error::new(error.kind, format!("{service}: {}", error.message));
        let file = sqlite(from)?.clone();
        let (tables, sequences) = catalogue::read(&file, postgres(to)?).await.map_err(of_service)?;
        Ok(Move { service, from: file, to: to.clone(), tables, sequences })
    }

    /// Returns the number of tables.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// Returns the number of rows to move.
    ///
    /// # Errors
    /// When they cannot be counted.
    pub async fn rows(&self) -> Result<u64> {
        let counts = try_join_all(self.tables.iter().map(|table| count(&self.from, &table.count))).await?;
        Ok(counts.into_iter().map(i64::unsigned_abs).sum())
    }

    /// Starts or restarts the move: the contents of the tables are deleted.
    ///
    /// # Errors
    /// The error of the target.
    pub async fn begin(&self, origin: &ShopOrigin) -> Result<()> {
        let mut tx = self.to.begin().await?;
        tx.script(MAKE).await?;
        let all = self.tables.iter().map(|table| table.quoted.clone()).chain([quoted(MARK), quoted(TABLES)]);
        tx.script(&format!("truncate {}", all.collect::<Vec<_>>().join(", "))).await?;
        let now = tx.now().await?;
        tx.run(&BEGIN, params![origin.shop.clone(), origin.source.clone(), now]).await?;
        let each: Vec<_> = self.tables.iter().map(|table| params![&table.name, START].to_vec()).collect();
        tx.run_each(&BEGIN_TABLE, &each).await?;
        tx.commit_in(self.service, "db.begin_move").await
    }

    /// Copies all rows that are not copied yet, in batches; `progress` receives the number of rows of each batch, and of
    /// those that an earlier run has copied.
    ///
    /// # Errors
    /// The first error of either side, with the table.
    pub async fn copy(&self, batch: usize, mut progress: impl FnMut(&str, u64)) -> Result<()> {
        for table in &self.tables {
            self.copy_table(table, batch, &mut progress).await.map_err(|error| self.of(table, error))?;
        }
        Ok(())
    }

    async fn copy_table(
        &self,
        table: &Table,
        batch: usize,
        progress: &mut impl FnMut(&str, u64),
    ) -> Result<()> {
        let row = self.to.query_one(&PLACE, params![&table.name]).await?;
        let mut place: i64 = row.get("place")?;
        let before = format!("{} where rowid <= $1", table.count);
        let moved = exactly_one(self.from.query_made(&before, params![place]).await?)?.get::<i64>("n")?;
        progress(&table.name, moved.unsigned_abs());
        if row.get("is_done")? {
            return Ok(());
        }
        let mut next = self.read(table, place, batch).await?;
        loop {
            let rows = next.rows.len();
            let last = next.last;
            let is_done = rows < batch;
            let written = self.write(table, next.rows, (place, last, is_done));
            if is_done {
                written.await?;
                progress(&table.name, rows as u64);
                return Ok(());
            }
            // the next rows are read while these are written
            ((), next) = try_join(written, self.read(table, last, batch)).await?;
            progress(&table.name, rows as u64);
            place = last;
        }
    }

    /// Reads the rows after this position, up to a limit.
    async fn read(&self, table: &Table, after: i64, most: usize) -> Result<Batch> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let found = self.from.query_made(&table.read, params![after, most]).await?;
        let last = match found.last() {
            Some(row) => place_of(row)?,
            None => after,
        };
        let rows = found.iter().map(|row| {
            let values = row.values.iter().skip(1).zip(&table.types);
            values.map(|(value, ty)| converted(value, ty)).collect::<Result<_>>()
        });
        Ok(Batch { rows: rows.collect::<Result<_>>()?, last })
    }

    async fn write(
        &self,
        table: &Table,
        rows: Vec<Vec<Param>>,
        (before, last, is_done): (i64, i64, bool),
    ) -> Result<()> {
        let mut tx = self.to.begin().await?;
        if tx.run(&GO_ON, params![&table.name, before, last, is_done]).await? != 1 {
            return Err(Error::other("another process moves the same rows: let it come to its end"));
        }
        if !rows.is_empty() {
            let copy = format!("copy {} ({}) from stdin (format binary)", table.quoted, table.columns);
            tx.copy_in(&copy, &table.types, &rows).await?;
        }
        tx.commit_in(self.service, "db.move_rows").await
    }

    /// Completes the copy: sequences continue where those of SQLite were, and the table statistics of the server are
    /// updated.
    ///
    /// # Errors
    /// The error of either side.
    pub async fn settle(&self) -> Result<()> {
        let mut tx = self.to.begin().await?;
        tx.script(WITHOUT_LIMIT).await?;
        for sequence in &self.sequences {
            // a sequence that was never used has none
            for row in self.from.query_made(&sequence.last, &[]).await? {
                let last: i64 = row.get("last")?;
                let name = quoted(&sequence.name);
                tx.query_made("select setval(to_regclass($1), $2) as last", params![name, last]).await?;
            }
        }
        let all: Vec<_> = self.tables.iter().map(|table| table.quoted.clone()).collect();
        tx.script(&format!("analyze {}", all.join(", "))).await?;
        tx.commit_in(self.service, "db.settle_move").await
    }

    /// Reads all rows of both sides; `progress` receives the number of rows read.
    ///
    /// # Errors
    /// The first error of either side, with the table.
    pub async fn compare(&self, mut progress: impl FnMut(&str, u64)) -> Result<Vec<TableComparison>> {
        let mut compared = Vec::new();
        for table in &self.tables {
            let both = try_join(self.sum_from(table, &mut progress), self.sum_to(table)).await;
            let (from, to) = both.map_err(|error| self.of(table, error))?;
            compared.push(TableComparison { table: table.name.clone(), from, to });
        }
        Ok(compared)
    }

    async fn sum_from(&self, table: &Table, progress: &mut impl FnMut(&str, u64)) -> Result<TableChecksum> {
        let (mut sum, mut place) = (TableChecksum::default(), START);
        loop {
            let Batch { rows, last } = self.read(table, place, COMPARE).await?;
            for row in &rows {
                sum.add(row.iter())?;
            }
            progress(&table.name, rows.len() as u64);
            if rows.len() < COMPARE {
                return Ok(sum);
            }
            place = last;
        }
    }

    async fn sum_to(&self, table: &Table) -> Result<TableChecksum> {
        let cursor = quoted(&format!("sum of {}", table.name));
        let mut tx = self.to.begin().await?;
        let (columns, from) = (&table.columns, &table.quoted);
        tx.script(&format!("declare {cursor} no scroll cursor for select {columns} from {from}")).await?;
        let fetch = format!("fetch forward {COMPARE} from {cursor}");
        let mut sum = TableChecksum::default();
        loop {
            let rows = tx.query_made(&fetch, &[]).await?;
            for row in &rows {
                let values: Vec<&Param> = row.values.iter().filter_map(|value| value.as_ref().ok()).collect();
                sum.add(values.into_iter())?;
            }
            if rows.len() < COMPARE {
                tx.rollback().await?;
                return Ok(sum);
            }
        }
    }

    /// Records that all services were compared: only the marks remain to be removed.
    ///
    /// # Errors
    /// The error of the target.
    pub async fn keep_compared(&self) -> Result<()> {
        let mut tx = self.to.begin().await?;
        tx.run(&COMPARED, &[]).await?;
        tx.commit_in(self.service, "db.keep_compared").await
    }

    fn of(&self, table: &Table, error: Error) -> Error {
        Error::new(error.kind, format!("{}, table {}: {}", self.service, table.name, error.message))
    }
}

/// Ends the move into this schema, so that services can start on it.
///
/// # Errors
/// The error of the database.
pub async fn end(service: &'static str, to: &Db) -> Result<()> {
    if !to.has_table(MARK).await? {
        return Ok(());
    }
    let mut tx = to.begin().await?;
    tx.script(DROP).await?;
    tx.commit_in(service, "db.end_move").await
}

async fn count(from: &Sqlite, text: &str) -> Result<i64> {
    exactly_one(from.query_made(text, &[]).await?)?.get("n")
}

/// Returns the position of a row.
fn place_of(row: &Row) -> Result<i64> {
    match row.values.first() {
        Some(Ok(Param::Int(place))) => Ok(*place),
        _ => Err(Error::other("a row has no place")),
    }
}

fn sqlite(db: &Db) -> Result<&Sqlite> {
    db.sqlite().ok_or_else(|| Error::other("it is in no file"))
}

fn postgres(db: &Db) -> Result<&Postgres> {
    match &db.0 {
        DbBackend::Postgres(db) => Ok(db),
        DbBackend::Sqlite(_) | DbBackend::Snapshot(_) => Err(Error::other("it is not on PostgreSQL")),
    }
}
