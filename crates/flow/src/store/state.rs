//! What waits in a service's tables, for who looks at it: no more is counted than is told.

use contracts::system::HeardFeed;
use db::{Db, Error, Result, Row, params, statements};
use kernel::Timestamp;

/// The figures, each a value of its own. What has no place in the feed yet is younger than what has one. Which feeds have been heard, and how far, is one text: `orders 12 payments 7`.
macro_rules! figures {
    () => {
        "(select head from feed) as head,
         (select count(*) from (select 1 from event where not sent limit $3) as few) as unsent,
         coalesce((select time from event where not sent and position is not null order by position limit 1),
                  (select time from event where position is null order by seq limit 1)) as unsent_since,
         (select count(*) from (select 1 from timer where due_at <= $1 limit $3) as few) as due,
         (select count(*) from (select 1 from timer where due_at <= $2 limit $3) as few) as overdue,
         (select min(due_at) from timer) as next_due,
         (select count(*) from (select 1 from dead_letter where not seen limit $3) as few) as letters,
         (select string_agg(h.producer || ' ' || h.position, ' ' order by h.producer) from heard h) as heard"
    };
}

statements! {
    STATE = (concat!("select ", figures!()));
    /// The same, of a database that takes what is written: a row of no service, which is taken back.
    STATE_AND_WRITE = (concat!(
        "insert into schema_history (service, version, name, checksum, applied_at) values ('', 0, '', 0, $1) returning ",
        figures!()
    ));
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

/// What waits, and which timers have been due since `since`.
pub(crate) async fn waiting(db: &Db, now: Timestamp, since: Timestamp) -> Result<Waiting> {
    read(&db.query_one(&STATE, params![now, since, COUNTED]).await?)
}

/// The same, where the database takes a transaction that writes; else what keeps it from that. One statement tells both.
pub(crate) async fn waiting_and_writing(db: &Db, now: Timestamp, since: Timestamp) -> Result<Waiting> {
    let mut tx = db.begin().await?;
    let row = tx.query_one(&STATE_AND_WRITE, params![now, since, COUNTED]).await?;
    tx.rollback().await?;
    read(&row)
}

fn read(row: &Row) -> Result<Waiting> {
    Ok(Waiting {
        head: row.get("head")?,
        unsent: row.get("unsent")?,
        unsent_since: row.get("unsent_since")?,
        due: row.get("due")?,
        overdue: row.get("overdue")?,
        next_due: row.get("next_due")?,
        letters: row.get("letters")?,
        heard: heard(&row.get::<Option<String>>("heard")?.unwrap_or_default())?,
    })
}

/// Feeds and positions in turn; names of services have no spaces.
fn heard(text: &str) -> Result<Vec<HeardFeed>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let feeds = words.chunks(2).map(|pair| match pair {
        [producer, position] => {
            Some(HeardFeed { producer: (*producer).to_owned(), position: position.parse().ok()? })
        }
        _ => None,
    });
    feeds.collect::<Option<_>>().ok_or_else(|| Error::other("what was heard of feeds cannot be read"))
}
