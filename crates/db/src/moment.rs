//! A database as it was at one moment, for those who lay side by side what several statements read.

use crate::{Db, Param, Result, Row, postgres, sqlite};

/// See [`Db::at_one_moment`].
#[derive(Debug)]
pub(crate) struct Moment {
    /// Of which database.
    pub(crate) of: Db,
    pub(crate) held: Held,
}

/// The connection that sees it.
#[derive(Debug)]
pub(crate) enum Held {
    Sqlite(sqlite::Held),
    Postgres(Box<postgres::Held>),
}

impl From<sqlite::Held> for Held {
    fn from(held: sqlite::Held) -> Held {
        Held::Sqlite(held)
    }
}
impl From<postgres::Held> for Held {
    fn from(held: postgres::Held) -> Held {
        Held::Postgres(Box::new(held))
    }
}

impl Moment {
    pub(crate) async fn query(&self, text: &'static str, params: &[Param]) -> Result<Vec<Row>> {
        match &self.held {
            Held::Sqlite(held) => held.query(text, params).await,
            Held::Postgres(held) => held.query(text, params).await,
        }
    }
}
