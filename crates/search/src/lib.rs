//! Full-text search of a service's rows.
//!
//! Rust code defines the tokens of a row and which rows match, the same for both databases ([`Document`], [`Query`]). The
//! databases only store tokens, and return the newest rows that contain them: SQLite from a contentless FTS5 table, PostgreSQL
//! from a `tsvector` with a GIN index ([`write`], [`find`]). They neither stem nor rank. A service declares its rows
//! ([`Searchable`]). A row is indexed in the transaction that writes it, and again in the background if the tokenizer has
//! changed ([`rebuild`]).

mod document;
mod query;
mod stems;
mod store;

pub use document::{Document, tokens};
pub use query::Query;
pub use store::{
    correction::correct,
    index::{CANDIDATES_MAX, Candidates, find, find_newest, write},
    rebuild::{Searchable, rebuild, run_batches},
};

/// Creates the tables of the index.
pub const MIGRATION: db::Migration =
    db::Migration { name: "0001_search", sql: include_str!("../migrations/0001_search.sql") };

/// The statements of this crate, for services that have its tables.
pub fn statements() -> Vec<(&'static str, db::Sql)> {
    store::statements()
}
