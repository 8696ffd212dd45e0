//! Emails that are still to be written.

use crate::pending_email::PendingEmail;
use db::{Db, Error, Result, Row, Tx, params, statements};
use kernel::Timestamp;
use std::collections::BTreeSet;

statements! {
    ADD = "insert into email_queue (about, producer, happened_at, wanted) values ($1, $2, $3, $4)";
    OF = "select seq, producer, happened_at, wanted from email_queue where about = $1 order by seq limit $2";
    REMOVE = "delete from email_queue where seq = $1";
}

/// Rows that are checked to find the next one: a resource has few emails at a time.
const LOOKED_AT: i64 = 50;

/// An email that is still to be written.
#[derive(Debug, Clone)]
pub(crate) struct QueuedEmail {
    pub(crate) seq: i64,
    /// The service that published its event.
    pub(crate) producer: String,
    /// When its event happened.
    pub(crate) happened_at: Timestamp,
    pub(crate) wanted: PendingEmail,
    /// Whether no other email about the same resource was queued.
    pub(crate) is_only: bool,
}

/// Adds an email, after all others about the same resource whose events the same service has published.
pub(crate) async fn add(
    tx: &mut Tx,
    producer: &str,
    happened_at: Timestamp,
    wanted: &PendingEmail,
) -> Result<()> {
    let about = wanted.notice.addressee.to_string();
    let wanted = serde_json::to_value(wanted).map_err(|e| Error::other(e.to_string()))?;
    tx.run(&ADD, params![about, producer, happened_at, wanted]).await.map(drop)
}

/// The next email about a resource. Events of one service keep their order; of several services, the earlier one is
/// next.
pub(crate) async fn next(db: &Db, about: &str) -> Result<Option<QueuedEmail>> {
    let rows = db.query(&OF, params![about, LOOKED_AT]).await?;
    let is_only = rows.len() == 1;
    let mut seen = BTreeSet::new();
    let mut next: Option<QueuedEmail> = None;
    for row in &rows {
        let queued = queued(row, is_only)?;
        let is_first = seen.insert(queued.producer.clone());
        if is_first && next.as_ref().is_none_or(|known| queued.happened_at < known.happened_at) {
            next = Some(queued);
        }
    }
    Ok(next)
}

/// Removes an email that is being written; false where a concurrent run has written it.
pub(crate) async fn remove(tx: &mut Tx, seq: i64) -> Result<bool> {
    Ok(tx.run(&REMOVE, params![seq]).await? == 1)
}

fn queued(row: &Row, is_only: bool) -> Result<QueuedEmail> {
    let wanted = serde_json::from_value(row.get("wanted")?);
    Ok(QueuedEmail {
        seq: row.get("seq")?,
        producer: row.get("producer")?,
        happened_at: row.get("happened_at")?,
        wanted: wanted.map_err(|e| Error::other(format!("column wanted: {e}")))?,
        is_only,
    })
}
