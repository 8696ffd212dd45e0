//! What the audit looks for in the tables of the event flow.

use crate::row_reader::{RowReader, id, in_row};
use contracts::events::EventType;
use db::{Db, Error, Result, Row, params, statements};
use kernel::{Timestamp, id::EventId};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

statements! {
    UNPUBLISHED = "select id, time from event where (position is null or not sent) and time < $1
                   order by seq limit $2";
    /// A lease moves what is due into the future: what fails again and again shows by when that began.
    TIMERS = "select kind, cast(sum(case when due_at < $1 then 1 else 0 end) as bigint) as overdue,
                     cast(sum(case when tried_since < $2 then 1 else 0 end) as bigint) as tried,
                     cast(sum(case when error is not null then 1 else 0 end) as bigint) as impossible,
                     max(error) as error
              from timer where due_at < $1 or tried_since < $2 or error is not null group by kind order by kind";
    EACH_TIMER = "select kind, key, due_at, tries, tried_since, error, payload from timer where (kind, key) > ($1, $2)
                  order by kind, key limit $3";
    WAITING = "select (select count(*) from event where (position is null or not sent) and time < $1) as unpublished,
                      (select count(*) from dead_letter where not seen) as unseen";
    FEED = "select head, (select count(*) from event where position is not null) as events,
                   (select min(position) from event) as first, (select max(position) from event) as last
            from feed where single = 1";
    /// Only where something is missing: it checks every event.
    FIRST_LOST = "select coalesce(min(e.position), 0) + 1 as first
                  from (select cast(0 as bigint) as position union all
                        select position from event where position is not null) as e
                  where not exists (select 1 from event n where n.position = e.position + 1)";
    HEARD = "select producer, position from heard order by producer";
    WAITING_NOW = "select (select count(*) from event where not sent) as unsent,
                          (select min(time) from event where not sent) as unsent_since,
                          (select count(*) from timer where due_at <= $1) as due,
                          (select count(*) from dead_letter where not seen) as letters";
    /// What happened last, and when a timer was last set, taken or put off.
    LAST_AT_WORK = "select (select time from event order by seq desc limit 1) as told,
                           (select max(set_at) from timer) as set_at";
    /// Not after a pair of both: PostgreSQL would walk the index from there to each of the subjects.
    JOURNAL = "select id, subject, sequence, type, actor, data from event
               where subject = any($1) and sequence > $2 order by subject, sequence limit $3";
    TOLD = "select subject, max(sequence) as newest from event
            where subject = any($1) and position <= $2 group by subject";
}

/// An event that has not been published for a minute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpublished {
    /// Its id.
    pub event: EventId,
    /// When it was written.
    pub since: Timestamp,
}

/// How far a service has told what happens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FeedProgress {
    /// The newest position that was given out.
    pub head: i64,
    /// What is missing up to there.
    pub lost: Option<MissingEvents>,
    /// The row is gone in which that stands: nothing can be published.
    pub is_gone: bool,
}

/// Events that were there: a position is given out with the event, once, and no event is ever deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingEvents {
    /// How many.
    pub count: i64,
    /// Where the first of them was.
    pub first: i64,
}

/// How far a service has heard another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumedPosition {
    /// Who tells.
    pub producer: String,
    /// The newest position that was consumed.
    pub position: i64,
}

/// An event, as the journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalEntry {
    /// Of what.
    pub subject: String,
    /// The version that it led to.
    pub version: i64,
    /// What happened; none where the journal holds a word that is no event's.
    pub kind: Option<EventType>,
    /// Who did it.
    pub actor: String,
    /// What it tells, as JSON.
    pub data: String,
}

impl JournalEntry {
    /// What it tells, as the type of this kind of event. Read from the text at once: an audit reads every event.
    ///
    /// # Errors
    /// When the data is not of that type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.data)
    }
}

/// The audit names at most so many of a kind.
const NAMED: i64 = 100;

/// Events that were written before then, and not published since.
pub(crate) async fn unpublished(
    db: &Db,
    before: Timestamp,
    reading: &mut RowReader,
) -> Result<Vec<Unpublished>> {
    let read = |row: &Row| Ok(Unpublished { event: row.get("id")?, since: row.get("time")? });
    let rows = db.query(&UNPUBLISHED, params![before, NAMED]).await?;
    Ok(reading.rows(("event", "id"), &rows, |row| [id::<EventId>(row, "id")], read))
}

/// Timers of a kind that something is wrong with.
pub(crate) struct FaultyTimers {
    pub(crate) kind: String,
    pub(crate) overdue: i64,
    pub(crate) tried: i64,
    pub(crate) impossible: i64,
    /// Why the work of one of them cannot be done.
    pub(crate) error: Option<String>,
}

/// Timers that should have been taken before then, that have been tried since before that, or whose work cannot be done.
pub(crate) async fn timers(db: &Db, before: Timestamp, since: Timestamp) -> Result<Vec<FaultyTimers>> {
    let read = |row: &Row| {
        Ok(FaultyTimers {
            kind: row.shown("kind"),
            overdue: row.get("overdue")?,
            tried: row.get("tried")?,
            impossible: row.get("impossible")?,
            // what cannot be read of it is named with its row
            error: row.get("error").unwrap_or_default(),
        })
    };
    db.query(&TIMERS, params![before, since]).await?.iter().map(read).collect()
}

/// A timer whose row cannot be read.
pub(crate) struct BadTimer {
    pub(crate) kind: String,
    pub(crate) why: Error,
}

/// A timer that is due later than any timer can be set.
pub(crate) struct LateTimer {
    pub(crate) kind: String,
    pub(crate) key: String,
    pub(crate) due_at: Timestamp,
}

/// Timers that were read together.
pub(crate) struct TimerBatch {
    /// The kind and the key of the last one that can be read; none at the end.
    pub(crate) last: Option<(String, String)>,
    pub(crate) bad: Vec<BadTimer>,
    pub(crate) late: Vec<LateTimer>,
}

/// Reads so many timers after one of a kind and a key. Those that are due after `at_latest` are late.
pub(crate) async fn each_timer(
    db: &Db,
    (kind, key): (&str, &str),
    at_latest: Timestamp,
    at_most: i64,
) -> Result<TimerBatch> {
    let rows = db.query(&EACH_TIMER, params![kind, key, at_most]).await?;
    let name = |row: &Row| -> Result<(String, String)> { Ok((row.get("kind")?, row.get("key")?)) };
    let read = |row: &Row| -> Result<LateTimer> {
        let (kind, key) = name(row)?;
        row.get::<i64>("tries")?;
        row.get::<Option<Timestamp>>("tried_since")?;
        row.get::<Option<String>>("error")?;
        row.get::<Value>("payload")?;
        Ok(LateTimer { kind, key, due_at: row.get("due_at")? })
    };
    let last = rows.iter().rev().find_map(|row| name(row).ok());
    let (mut bad, mut late) = (Vec::new(), Vec::new());
    for row in &rows {
        match read(row) {
            Ok(timer) if timer.due_at > at_latest => late.push(timer),
            Ok(_) => {}
            Err(error) => {
                let why = in_row("timer", &row.shown("key"), &error);
                bad.push(BadTimer { kind: row.shown("kind"), why });
            }
        }
    }
    Ok(TimerBatch { last, bad, late })
}

/// How many events that were written before then are not published, and how many dead letters are unresolved.
pub(crate) async fn waiting(db: &Db, before: Timestamp) -> Result<(i64, i64)> {
    let row = db.query_one(&WAITING, params![before]).await?;
    Ok((row.get("unpublished")?, row.get("unseen")?))
}

/// How long the feed is, and what it lacks.
pub(crate) async fn feed(db: &Db) -> Result<FeedProgress> {
    let Some(row) = db.query_opt(&FEED, params![]).await? else {
        return Ok(FeedProgress { head: 0, lost: None, is_gone: true });
    };
    let (head, events): (i64, i64) = (row.get("head")?, row.get("events")?);
    let (first, last): (Option<i64>, Option<i64>) = (row.get("first")?, row.get("last")?);
    let is_numbered = events == 0 || (first, last) == (Some(1), Some(head));
    if events == head && is_numbered {
        return Ok(FeedProgress { head, lost: None, is_gone: false });
    }
    let first = db.query_one(&FIRST_LOST, params![]).await?.get("first")?;
    Ok(FeedProgress {
        head,
        lost: Some(MissingEvents { count: head.saturating_sub(events), first }),
        is_gone: false,
    })
}

/// What was consumed of each producer.
pub(crate) async fn heard(db: &Db) -> Result<Vec<ConsumedPosition>> {
    let read =
        |row: &Row| Ok(ConsumedPosition { producer: row.get("producer")?, position: row.get("position")? });
    db.query(&HEARD, params![]).await?.iter().map(read).collect()
}

/// What waits at this moment, whether or not it waits for too long.
pub(crate) struct CurrentBacklog {
    pub(crate) unsent: i64,
    pub(crate) unsent_since: Option<Timestamp>,
    pub(crate) due: i64,
    pub(crate) letters: i64,
}

/// What waits.
pub(crate) async fn waiting_now(db: &Db, now: Timestamp) -> Result<CurrentBacklog> {
    let row = db.query_one(&WAITING_NOW, params![now]).await?;
    Ok(CurrentBacklog {
        unsent: row.get("unsent")?,
        unsent_since: row.get("unsent_since")?,
        due: row.get("due")?,
        letters: row.get("letters")?,
    })
}

/// When the service last wrote an event or set a timer, by its rows; none where that cannot be read.
pub(crate) async fn last_at_work(db: &Db) -> Result<Option<Timestamp>> {
    let row = db.query_one(&LAST_AT_WORK, params![]).await?;
    let moments = ["told", "set_at"].map(|name| row.get::<Option<Timestamp>>(name).unwrap_or_default());
    Ok(moments.into_iter().flatten().max())
}

/// The events of these subjects after a version: at most so many, subject by subject, oldest first.
pub(crate) async fn journal(
    db: &Db,
    subjects: &[String],
    after: i64,
    at_most: i64,
) -> Result<Vec<JournalEntry>> {
    let read = |row: &Row| {
        Ok(JournalEntry {
            subject: row.get("subject")?,
            version: row.get("sequence")?,
            kind: row.get::<String>("type")?.parse().ok(),
            actor: row.get("actor")?,
            // a row without a time cannot be compared
            data: row.get::<EventId>("id").and_then(|_| row.get("data")).unwrap_or_default(),
        })
    };
    let rows = db.query(&JOURNAL, params![subjects.to_vec(), after, at_most]).await?;
    rows.iter().map(read).collect()
}

/// The newest version of each of these subjects that has a place in the feed, up to this one.
pub(crate) async fn told(db: &Db, subjects: &[String], position: i64) -> Result<BTreeMap<String, i64>> {
    let rows = db.query(&TOLD, params![subjects.to_vec(), position]).await?;
    rows.iter().map(|row| Ok((row.get("subject")?, row.get("newest")?))).collect()
}
