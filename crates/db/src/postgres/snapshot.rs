//! A connection with a snapshot of the database.

use super::{connect::IDLE_MAX, pooled::PooledConnection};
use crate::{Error, ErrorKind, Param, Result, Row};
use std::fmt;
use tokio::sync::Mutex;

const GO_BACK: &str = "rollback to savepoint begun";

/// The connection. When it is dropped, a task rolls back its transaction.
pub(crate) struct SnapshotConnection(Mutex<Option<PooledConnection>>);

impl SnapshotConnection {
    pub(super) async fn begin(lease: PooledConnection) -> Result<SnapshotConnection> {
        // the transaction locks no rows, and its reader pauses between statements: it may be idle for the maximum time
        let rests = IDLE_MAX.as_millis();
        // a failed statement does not end the transaction: it returns to this savepoint, with the same snapshot
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
        // a caller that is dropped in the middle drops the connection, too, because the next caller would receive its
        // responses
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
