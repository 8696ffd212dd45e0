//! What waits in a service's tables, for who looks at it: no more is counted than is told.

use contracts::system::HeardFeed;
use db::{Db, Error, Result, params, statements};
use kernel::Timestamp;

statements! {
    STATE = "select (select head from feed) as head,
                    (select count(*) from (select 1 from event where not sent limit $3) as few) as unsent,
                    (select time from event where not sent order by position limit 1) as unsent_since,
                    (select count(*) from (select 1 from timer where due_at <= $1 limit $3) as few) as due,
                    (select count(*) from (select 1 from timer where due_at <= $2 limit $3) as few) as overdue,
                    (select min(due_at) from timer) as next_due,
                    (select count(*) from (select 1 from dead_letter where not seen limit $3) as few) as letters,
                    h.producer, h.position
             from (select 1 as one) as single left join heard h on single.one = 1 order by h.producer";
}

/// Nobody counts further.
pub(crate) const COUNTED: i64 = 1000;

/// What waits at a moment.
pub(crate) struct Waiting {
    pub(crate) head: i64,
    pub(crate) unsent: i64,
    pub(crate) unsent_since: Option<Timestamp>,
    pub(crate) due: i64,
    pub(crate) overdue: i64,
    pub(crate) next_due: Option<Timestamp>,
    pub(crate) letters: i64,
    /// How far each feed has been heard.
    pub(crate) heard: Vec<HeardFeed>,
}

/// What waits, how far feeds have been heard (a row for each), and which timers have been due since `since`.
pub(crate) async fn waiting(db: &Db, now: Timestamp, since: Timestamp) -> Result<Waiting> {
    let rows = db.query(&STATE, params![now, since, COUNTED]).await?;
    let row = rows.first().ok_or_else(|| Error::other("a row of figures is always there"))?;
    let mut heard = Vec::new();
    for row in &rows {
        if let Some(producer) = row.get("producer")? {
            heard.push(HeardFeed { producer, position: row.get("position")? });
        }
    }
    Ok(Waiting {
        head: row.get("head")?,
        unsent: row.get("unsent")?,
        unsent_since: row.get("unsent_since")?,
        due: row.get("due")?,
        overdue: row.get("overdue")?,
        next_due: row.get("next_due")?,
        letters: row.get("letters")?,
        heard,
    })
}
