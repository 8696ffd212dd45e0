//! A connection that sees the database as it was at one moment.

use super::{connect::IDLE_MAX, pooled::PooledConnection};
use crate::{Error, ErrorKind, Param, Result, Row};
use std::fmt;
use tokio::sync::Mutex;

const GO_BACK: &str = "rollback to savepoint begun";

/// The connection, until it is dropped: its transaction is rolled back by a task then.
pub(crate) struct SnapshotConnection(Mutex<Option<PooledConnection>>);

impl SnapshotConnection {
    pub(super) async fn begin(lease: PooledConnection) -> Result<SnapshotConnection> {
        // it locks no rows, and its reader thinks between two statements: it may rest for as long as any
        let rests = IDLE_MAX.as_millis();
        // what a statement cannot read does not end the transaction: it goes back to here, and sees the same as before
        let begin = format!(
            "begin isolation level repeatable read read only; \
             set local idle_in_transaction_session_timeout to {rests}; savepoint begun"
        );
        lease.command(&begin).await?;
        Ok(SnapshotConnection(Mutex::new(Some(lease))))
    }

    pub(crate) async fn query(&self, text: &str, params: &[Param]) -> Result<Vec<Row>> {
        let mut held = self.0.lock().await;
        let lost = || Error::new(ErrorKind::Unavailable, "the connection that saw that moment was lost");
        // a caller that goes away in the middle takes it along: the next one would meet what is on its way to this one
        let lease = held.take().ok_or_else(lost)?;
        let rows = lease.query(text, params).await;
        let goes_on = rows.is_ok() || (!lease.is_silent() && lease.command(GO_BACK).await.is_ok());
        match goes_on {
            true => *held = Some(lease),
            false => lease.close(),
        }
        rows
    }
}

impl fmt::Debug for SnapshotConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}
