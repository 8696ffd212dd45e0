//! Migrations: forward only, all in one transaction, one runner at a time, each recorded with its checksum.
//!
//! A migration is written once, with PostgreSQL's types, and never changed after its release:
//!
//! | PostgreSQL | SQLite |
//! |---|---|
//! | `bigserial primary key` | `integer primary key autoincrement` |
//! | `uuid`, `bytea` | `blob` |
//! | `timestamptz`, `boolean`, `bigint`, `smallint` | `integer` |
//! | `jsonb` | `text` |
//! | `create table …;` | `create table … strict;` |
//!
//! A program runs on a database that later versions have migrated, so that a version can be rolled back, and old replicas continue
//! during an upgrade: a migration only adds, with defaults for what an older program does not write. A migration that removes or
//! restricts what an older program needs follows one version later, and has a name like `0009_contract_orders`: if a program does
//! not know it, the program rejects the database.
//!
//! Whole words outside quotes and comments are replaced, so that no column can have the name of one of these types.
//! Lines between `-- only postgres` (or `-- only sqlite`) and `-- both` apply to that engine only, and are
//! not changed. Deferred constraints are rejected: at a shared commit they would fail unrelated transactions.

use crate::{Db, Engine, Error, ErrorKind, Result, Row, Sql, Tx, params};

/// One migration of a schema.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Its name, which describes its purpose.
    pub name: &'static str,
    /// Its text, in the format described in this module.
    pub sql: &'static str,
}

/// The start of the name of a contracting migration, after its number.
const CONTRACT: &str = "contract_";
const MAKE_HISTORY: &str = "create table if not exists schema_history(service text not null, \
    version bigint not null, name text not null, checksum bigint not null, applied_at timestamptz not null, \
    primary key (service, version))";
const FIND_APPLIED: Sql =
    Sql::both("select checksum, name from schema_history where service = $1 order by version");
const INSERT_APPLIED: Sql = Sql::both(
    "insert into schema_history(service, version, name, checksum, applied_at) values ($1, $2, $3, $4, $5)",
);
/// The lock ends with the transaction. SQLite needs none, because it has one writer.
const LOCK: &str = "set local statement_timeout to 0; set local lock_timeout to 60000; \
    select pg_advisory_xact_lock(hashtext('ordo migrate'))";

/// Applies the missing `migrations`, all or none, and returns their number. `service` distinguishes several lists in one
/// database.
///
/// # Errors
/// `TooNew` if the database has a contracting migration that the list lacks; `Other` if a migration was changed after it
/// was applied, or is rejected by the engine.
pub async fn migrate(db: &Db, service: &str, migrations: &[Migration]) -> Result<usize> {
    // a database user without DDL privileges can start if nothing is missing
    if is_begun(db, service).await? && missing(db, service, migrations).await? == 0 {
        return Ok(0);
    }
    let mut tx = db.begin().await?;
    if db.engine() == Engine::Postgres {
        tx.script(LOCK).await?;
    }
    tx.script(&text_for(db.engine(), MAKE_HISTORY)?).await?;
    let applied = applied(&mut tx, service, migrations).await?;
    if applied == migrations.len() {
        tx.rollback().await?;
        return Ok(0);
    }
    let now = tx.now().await?;
    for (version, migration) in (1i64..).zip(migrations).skip(applied) {
        let fault =
            |e: Error| Error::new(e.kind, format!("migration {service} {}: {}", migration.name, e.message));
        tx.script(&text_for(db.engine(), migration.sql).map_err(fault)?).await.map_err(fault)?;
        let checksum = checksum(migration.sql);
        tx.run(&INSERT_APPLIED, params![service, version, migration.name, checksum, now]).await?;
    }
    tx.commit("db.migrate").await?;
    Ok(migrations.len() - applied)
}

/// Returns how many of `migrations` the database lacks, without changes.
///
/// # Errors
/// Those of [`migrate`]; a database without any of them does not belong to this program.
pub async fn missing(db: &Db, service: &str, migrations: &[Migration]) -> Result<usize> {
    let rows = db.query(&FIND_APPLIED, params![service]).await?;
    Ok(migrations.len() - count(&rows, service, migrations)?)
}

/// Returns whether any migrations of a service were applied to the database, without changes.
///
/// # Errors
/// The error of the database.
pub async fn is_begun(db: &Db, service: &str) -> Result<bool> {
    if !db.has_table("schema_history").await? {
        return Ok(false);
    }
    Ok(!db.query(&FIND_APPLIED, params![service]).await?.is_empty())
}

/// Returns how many migrations of the list are applied, and verifies that they are unchanged.
async fn applied(tx: &mut Tx, service: &str, migrations: &[Migration]) -> Result<usize> {
    let rows = tx.query(&FIND_APPLIED, params![service]).await?;
    count(&rows, service, migrations)
}

fn count(rows: &[Row], service: &str, migrations: &[Migration]) -> Result<usize> {
    for row in rows.iter().skip(migrations.len()) {
        let name: String = row.get("name")?;
        if name.split_once('_').is_some_and(|(_, what)| what.starts_with(CONTRACT)) {
            let (theirs, ours) = (rows.len(), migrations.len());
            let message = format!(
                "{service}: the database is at version {theirs}, this program knows {ours}, and {name} took away what it needs"
            );
            return Err(Error::new(ErrorKind::TooNew, message));
        }
    }
    for (row, migration) in rows.iter().zip(migrations) {
        if row.get::<i64>("checksum")? != checksum(migration.sql) {
            let name = migration.name;
            return Err(Error::other(format!(
                "{service}: migration {name} was changed after it was applied"
            )));
        }
    }
    Ok(rows.len().min(migrations.len()))
}

/// FNV-1a, sufficient to detect a change.
fn checksum(text: &str) -> i64 {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash.cast_signed()
}

/// Returns the text of a migration for one engine.
///
/// # Errors
/// When it has a deferred constraint.
pub fn text_for(engine: Engine, text: &str) -> Result<String> {
    let mut out = String::new();
    for (only, section) in sections(text) {
        let is_shared = only.is_none();
        if only.is_some_and(|only| only != engine) {
            continue;
        }
        for token in tokens(section) {
            if matches!(token.to_ascii_lowercase().as_str(), "deferrable" | "deferred") {
                return Err(Error::other(
                    "deferred constraints would fail innocent neighbours at a shared commit",
                ));
            }
        }
        match (engine, is_shared) {
            (Engine::Sqlite, true) => out.push_str(&for_sqlite(section)),
            _ => out.push_str(section),
        }
    }
    Ok(out)
}

/// Splits the text at its lines `-- only …` and `-- both`.
fn sections(text: &str) -> Vec<(Option<Engine>, &str)> {
    let mut sections = Vec::new();
    let (mut only, mut start, mut at) = (None, 0, 0);
    for line in text.split_inclusive('\n') {
        let next = match line.trim() {
            "-- only sqlite" => Some(Some(Engine::Sqlite)),
            "-- only postgres" => Some(Some(Engine::Postgres)),
            "-- both" => Some(None),
            _ => None,
        };
        if let Some(next) = next {
            sections.push((only, &text[start..at]));
            (only, start) = (next, at);
        }
        at += line.len();
    }
    sections.push((only, &text[start..]));
    sections
}

/// Replaces the types, and makes the tables strict.
fn for_sqlite(text: &str) -> String {
    let text = text.replace("bigserial primary key", "integer primary key autoincrement");
    let mut out = String::new();
    let mut words = Vec::new(); // of the statement so far
    for token in tokens(&text) {
        let word = token.to_ascii_lowercase();
        if token == ";" && words.starts_with(&["create".to_owned(), "table".to_owned()]) {
            out.push_str(" strict");
        }
        out.push_str(match word.as_str() {
            "uuid" | "bytea" => "blob",
            "timestamptz" | "boolean" | "bigint" | "smallint" => "integer",
            "jsonb" => "text",
            _ => token,
        });
        if token == ";" {
            words.clear();
        } else if token.starts_with(is_word) {
            words.push(word);
        }
    }
    if words.starts_with(&["create".to_owned(), "table".to_owned()]) {
        out.push_str(" strict");
    }
    out
}

pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Splits the text into words, quoted parts, comments, and single other characters, without loss.
pub(crate) fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => rest[1..].find(first).map(|i| i + 2),
            '-' if rest.starts_with("--") => rest.find('\n'),
            c if is_word(c) => rest.find(|c| !is_word(c)),
            c => Some(c.len_utf8()),
        };
        let (token, after) = rest.split_at(end.unwrap_or(rest.len()));
        tokens.push(token);
        rest = after;
    }
    tokens
}
