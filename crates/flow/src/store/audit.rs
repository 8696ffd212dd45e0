//! What the audit looks for in the tables of the event flow.

use crate::audit::{Letter, Unpublished};
use db::{Db, Result, Row, params, statements};
use kernel::Timestamp;

statements! {
    UNPUBLISHED = "select id, time from event where (position is null or not sent) and time < $1
                   order by seq limit $2";
    UNSEEN_LETTERS = "select event_id, producer, error, at from dead_letter where not seen order by at limit $1";
    OVERDUE_TIMERS = "select kind, count(*) as waiting from timer where due_at < $1 group by kind order by kind";
    WAITING = "select (select count(*) from event where (position is null or not sent) and time < $1) as unpublished,
                      (select count(*) from dead_letter where not seen) as unseen";
}

/// The audit names at most so many of a kind.
const NAMED: i64 = 100;

/// Events that were written before then, and not published since.
pub(crate) async fn unpublished(db: &Db, before: Timestamp) -> Result<Vec<Unpublished>> {
    let read = |row: &Row| Ok(Unpublished { event: row.get("id")?, since: row.get("time")? });
    db.query(&UNPUBLISHED, params![before, NAMED]).await?.iter().map(read).collect()
}

/// Events that were put aside and that nobody has looked at.
pub(crate) async fn unseen_letters(db: &Db) -> Result<Vec<Letter>> {
    let read = |row: &Row| {
        Ok(Letter {
            event: row.get("event_id")?,
            producer: row.get("producer")?,
            error: row.get("error")?,
            at: row.get("at")?,
        })
    };
    db.query(&UNSEEN_LETTERS, params![NAMED]).await?.iter().map(read).collect()
}

/// How many timers should have been taken before then, by their kind.
pub(crate) async fn overdue_timers(db: &Db, before: Timestamp) -> Result<Vec<(String, i64)>> {
    let read = |row: &Row| Ok((row.get("kind")?, row.get("waiting")?));
    db.query(&OVERDUE_TIMERS, params![before]).await?.iter().map(read).collect()
}

/// How many events that were written before then are not published, and how many dead letters nobody has seen.
pub(crate) async fn waiting(db: &Db, before: Timestamp) -> Result<(i64, i64)> {
    let row = db.query_one(&WAITING, params![before]).await?;
    Ok((row.get("unpublished")?, row.get("unseen")?))
}
