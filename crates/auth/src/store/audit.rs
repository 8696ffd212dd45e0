//! What the audit looks for in this service's tables.

use db::{Db, Result, Row, params, statements};
use kernel::{Timestamp, id::EventId};

statements! {
    UNPUBLISHED = "select id, time from event where (position is null or not sent) and time < $1
                   order by seq limit $2";
    DEAD_LETTERS = "select event_id, at from dead_letter where not seen order by at limit $1";
}

/// The audit names at most so many of a kind.
const NAMED: i64 = 100;

/// Events that were written before then, and not published since.
pub(crate) async fn unpublished(db: &Db, before: Timestamp) -> Result<Vec<(EventId, Timestamp)>> {
    let read = |row: &Row| Ok((row.get("id")?, row.get("time")?));
    db.query(&UNPUBLISHED, params![before, NAMED]).await?.iter().map(read).collect()
}

/// Events that were put aside and that nobody has looked at.
pub(crate) async fn dead_letters(db: &Db) -> Result<Vec<(EventId, Timestamp)>> {
    let read = |row: &Row| Ok((row.get("event_id")?, row.get("at")?));
    db.query(&DEAD_LETTERS, params![NAMED]).await?.iter().map(read).collect()
}
