//! What an audit asks of the database.

use db::{Db, Result, params, statements};
use kernel::{Timestamp, id::EventId};

statements! {
    UNSEEN_LETTERS = "select event_id, producer, error from dead_letter where not seen order by at limit $1";
    UNPLACED_SINCE = "select id, time from public_event where position is null and time < $1
                      order by time limit $2";
    GAPS = "select subject, max(sequence) as newest, count(distinct sequence) as known
            from public_event
            where subject like 'ord\\_%' escape '\\' or subject like 'pay\\_%' escape '\\'
               or subject like 'ref\\_%' escape '\\'
            group by subject
            having count(distinct sequence) <> max(sequence) and max(time) < $1
            order by subject limit $2";
}

/// An event that could not be acted on and that nobody has looked at.
pub(crate) struct Letter {
    pub(crate) event: EventId,
    pub(crate) producer: String,
    pub(crate) error: String,
}

pub(crate) async fn unseen_letters(db: &Db, at_most: i64) -> Result<Vec<Letter>> {
    let rows = db.query(&UNSEEN_LETTERS, params![at_most]).await?;
    let letter = |row: &db::Row| {
        Ok(Letter { event: row.get("event_id")?, producer: row.get("producer")?, error: row.get("error")? })
    };
    rows.iter().map(letter).collect()
}

/// Events older than `since` that still have no place in the log.
pub(crate) async fn unplaced_since(db: &Db, since: Timestamp, at_most: i64) -> Result<Vec<EventId>> {
    let rows = db.query(&UNPLACED_SINCE, params![since, at_most]).await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// An aggregate of which some event has not been heard.
pub(crate) struct Gap {
    pub(crate) subject: String,
    pub(crate) newest: i64,
    pub(crate) known: i64,
}

/// Orders, payments and refunds with a gap in their sequence, whose newest event is older than `since`.
pub(crate) async fn gaps(db: &Db, since: Timestamp, at_most: i64) -> Result<Vec<Gap>> {
    let rows = db.query(&GAPS, params![since, at_most]).await?;
    let gap = |row: &db::Row| {
        Ok(Gap { subject: row.get("subject")?, newest: row.get("newest")?, known: row.get("known")? })
    };
    rows.iter().map(gap).collect()
}
