//! A snapshot of a database, for comparing the results of several statements.

use crate::{Db, Param, Result, Row, postgres, sqlite};

/// See [`Db::snapshot`].
#[derive(Debug)]
pub(crate) struct SnapshotDb {
    /// The database.
    pub(crate) of: Db,
    pub(crate) held: SnapshotConnection,
}

/// The connection with the snapshot.
#[derive(Debug)]
pub(crate) enum SnapshotConnection {
    Sqlite(sqlite::SnapshotConnection),
    Postgres(Box<postgres::SnapshotConnection>),
}

impl From<sqlite::SnapshotConnection> for SnapshotConnection {
    fn from(held: sqlite::SnapshotConnection) -> SnapshotConnection {
        SnapshotConnection::Sqlite(held)
    }
}
impl From<postgres::SnapshotConnection> for SnapshotConnection {
    fn from(held: postgres::SnapshotConnection) -> SnapshotConnection {
        SnapshotConnection::Postgres(Box::new(held))
    }
}

impl SnapshotDb {
    pub(crate) async fn query(&self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        match &self.held {
            SnapshotConnection::Sqlite(held) => held.query(text, params).await,
            SnapshotConnection::Postgres(held) => held.query(text, params).await,
        }
    }
}
