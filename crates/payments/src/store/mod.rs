//! All SQL of this service.

pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod epoch;
pub(crate) mod inbox;
pub(crate) mod payments;
mod read;
mod save;
pub(crate) mod unknown_charges;

use db::{Db, Param, Result, Row, Sql, Tx};

/// Where rows are read: in a transaction, or as they are committed.
pub(crate) enum ReadSource<'a> {
    /// Within a transaction.
    Tx(&'a mut Tx),
    /// Committed rows.
    Db(&'a Db),
}

impl ReadSource<'_> {
    async fn query(&mut self, sql: &Sql, params: &[Param]) -> Result<Vec<Row>> {
        match self {
            ReadSource::Tx(tx) => tx.query(sql, params).await,
            ReadSource::Db(db) => db.query(sql, params).await,
        }
    }
}

/// Every statement of this crate, for the test that prepares them on both engines.
pub(crate) fn statements() -> Vec<(&'static str, Sql)> {
    [
        accounts::ALL,
        payments::ALL,
        epoch::ALL,
        read::ALL,
        save::ALL,
        inbox::ALL,
        audit::ALL,
        unknown_charges::ALL,
    ]
    .concat()
}
