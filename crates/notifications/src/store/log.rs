//! The public log's rows.

use contracts::{
    events::{AnyEvent, Event, EventType},
    notifications::EventFilter,
};
use db::{Db, Error, Result, Row, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{EventId, UserId},
};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Display};

statements! {
    KNOWS = "select 1 as one from public_event where id = $1";
    APPEND = "insert into public_event (id, type, subject, sequence, user_id, time, body)
              values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing";
    ANY_UNPLACED = "select exists (select 1 from public_event where position is null) as waiting";
    LOCK_HEAD = "update public_log set head = head where single = 1 returning head";
    /// One statement, since everybody who places waits for the head.
    PLACE = "update public_event set position = cast($1 as bigint) + place.n
             from (select seq, row_number() over (order by time, seq) as n from
                      (select seq, time from public_event where position is null order by time, seq limit $2)
                      as unplaced) as place
             where public_event.seq = place.seq returning position, user_id";
    SET_HEAD = "update public_log set head = $1 where single = 1";
    LIST = "select position, body from public_event where position > $1 order by position limit $2";
    LIST_OF_TYPE = "select position, body from public_event where type = $3 and position > $1
                    order by position limit $2";
    LIST_OF_SUBJECT = "select position, body from public_event
                       where subject = $3 and (cast($4 as text) is null or type = $4) and position > $1
                       order by position limit $2";
    LIST_OF_USER = "select position, body from public_event
                    where user_id = $3 and position > $1 and (cast($4 as text) is null or type = $4)
                    and (cast($5 as text) is null or subject = $5)
                    order by position limit $2";
    HEAD = "select head from public_log where single = 1";
    /// From the beginning of the log on, so that what has no place yet is never among them.
    DELETE_OLDER = "delete from public_event
                    where time < $1 and seq in (select seq from public_event where position is not null
                                                order by position limit $2)
                    returning subject, sequence, position";
    NOTE_GONE = "update public_log set gone = $1 where single = 1 and gone < $1";
    GONE = "select gone from public_log where single = 1";
    FORGET = "insert into forgotten_version (subject, version) values ($1, $2)
              on conflict (subject) do update set version = excluded.version
              where excluded.version > forgotten_version.version";
}

/// Whose versions have no gap, so that an audit looks for missing ones (I7).
const WITHOUT_GAPS: [&str; 3] = ["ord_", "pay_", "ref_"];

/// Whether the event has been acted on; one that has not may still be, at this moment.
pub(crate) async fn knows(db: &Db, id: EventId) -> Result<bool> {
    Ok(db.query_opt(&KNOWS, params![id]).await?.is_some())
}

/// Appends an event; false when it is there already.
pub(crate) async fn append<Kind: Display + Serialize>(
    tx: &mut Tx,
    event: &Event<Kind>,
    user_id: Option<UserId>,
) -> Result<bool> {
    let body = serde_json::to_value(event).map_err(|e| Error::new(db::ErrorKind::Other, e.to_string()))?;
    let name = event.kind.to_string();
    let values = params![event.id, name, &event.subject, event.version(), user_id, event.time, body];
    Ok(tx.run(&APPEND, values).await? == 1)
}

/// Whether an event waits for its place.
pub(crate) async fn anything_unplaced(db: &Db) -> Result<bool> {
    db.query_one(&ANY_UNPLACED, params![]).await?.get("waiting")
}

/// What has got a place.
pub(crate) struct PositionedEvent {
    /// The newest place.
    pub(crate) head: i64,
    /// The places, in no order, each with whom the event concerns.
    pub(crate) events: Vec<(i64, Option<UserId>)>,
}

/// Gives events that have no place yet the next ones, the earliest first.
pub(crate) async fn place(tx: &mut Tx, at_most: i64) -> Result<PositionedEvent> {
    // the lock of the head: one at a time gives out places, so that none becomes visible before a lower one
    let head: i64 = tx.query_one(&LOCK_HEAD, params![]).await?.get("head")?;
    let rows = tx.query(&PLACE, params![head, at_most]).await?;
    let event = |row: &Row| Ok((row.get("position")?, row.get("user_id")?));
    let events: Vec<_> = rows.iter().map(event).collect::<Result<_>>()?;
    let head = events.iter().map(|(place, _)| *place).max().unwrap_or(head);
    if !events.is_empty() {
        tx.run(&SET_HEAD, params![head]).await?;
    }
    Ok(PositionedEvent { head, events })
}

/// Deletes some of the events from the beginning of the log that are older than that, and notes of each aggregate
/// which version is not known any more; how many.
pub(crate) async fn delete_older(tx: &mut Tx, than: Timestamp, at_most: i64) -> Result<u64> {
    let rows = tx.query(&DELETE_OLDER, params![than, at_most]).await?;
    let mut newest: BTreeMap<String, i64> = BTreeMap::new();
    let mut gone: i64 = 0;
    for row in &rows {
        gone = gone.max(row.get("position")?);
        let (subject, version) = (row.get("subject")?, row.get("sequence")?);
        let noted = newest.entry(subject).or_insert(version);
        *noted = version.max(*noted);
    }
    for (subject, version) in newest {
        forget(tx, &subject, version).await?;
    }
    tx.run(&NOTE_GONE, params![gone]).await?;
    Ok(rows.len() as u64)
}

/// The newest place whose event is not in the log any more; 0 while all are there.
pub(crate) async fn gone(db: &Db) -> Result<i64> {
    Ok(db.query_opt(&GONE, params![]).await?.map(|row| row.get("gone")).transpose()?.unwrap_or(0))
}

/// The newest place that has been given out.
pub(crate) async fn head(db: &Db) -> Result<i64> {
    Ok(db.query_opt(&HEAD, params![]).await?.map(|row| row.get("head")).transpose()?.unwrap_or(0))
}

/// Notes that the event of this version is not in the log, and need not be.
pub(crate) async fn forget(tx: &mut Tx, subject: &str, version: i64) -> Result<()> {
    match WITHOUT_GAPS.iter().any(|kind| subject.starts_with(kind)) {
        true => tx.run(&FORGET, params![subject, version]).await.map(drop),
        false => Ok(()),
    }
}

/// Events after a position, oldest first, each with its position.
pub(crate) async fn list(
    db: &Db,
    filter: &EventFilter,
    after: i64,
    at_most: i64,
) -> Result<Vec<(i64, AnyEvent)>> {
    let kind = filter.kind.map(|kind: EventType| kind.row().name);
    let rows = match (&filter.subject, kind) {
        (Some(subject), kind) => db.query(&LIST_OF_SUBJECT, params![after, at_most, subject, kind]).await?,
        (None, Some(kind)) => db.query(&LIST_OF_TYPE, params![after, at_most, kind]).await?,
        (None, None) => db.query(&LIST, params![after, at_most]).await?,
    };
    rows.iter().map(positioned).collect()
}

/// Events after a position that concern this user, oldest first, each with its position.
pub(crate) async fn list_of_user(
    db: &Db,
    filter: &EventFilter,
    user: UserId,
    after: i64,
    at_most: i64,
) -> Result<Vec<(i64, AnyEvent)>> {
    let kind = filter.kind.map(|kind: EventType| kind.row().name);
    let values = params![after, at_most, user, kind, filter.subject.clone()];
    db.query(&LIST_OF_USER, values).await?.iter().map(positioned).collect()
}

fn positioned(row: &Row) -> Result<(i64, AnyEvent)> {
    let event = serde_json::from_value(row.get("body")?);
    Ok((row.get("position")?, event.map_err(|e| Error::new(db::ErrorKind::Other, e.to_string()))?))
}
