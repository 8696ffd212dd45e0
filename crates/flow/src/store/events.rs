//! The journal's rows.

use contracts::{
    events::{AnyEvent, Event, EventType},
    feed::FeedEntry,
};
use db::{Db, Error, Result, Row, Tx, params, statements};
use kernel::{Timestamp, id::EventId, time::AHEAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

statements! {
    INSERT = "insert into event (id, type, subject, sequence, time, correlation, causation, traceparent, actor, data)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    LOCK_HEAD = "update feed set head = head where single = 1 returning head";
    /// The same, unless another replica is sending.
    LOCK_HEAD_IN_TURN = "update feed set holder = $1, held_until = $3
                         where single = 1 and (holder is null or holder = $1 or held_until <= $2
                             or held_until > $4) returning head";
    END_TURN = "update feed set holder = null where single = 1 and holder = $1";
    SET_HEAD = "update feed set head = $1 where single = 1";
    AT = "select seq, id, time from event where seq = $1";
    NEWEST = "select seq, id, time from event where seq > 0 order by seq desc limit 1";
    READ_HEAD = "select head from feed where single = 1";
    /// The same, with the event at a position.
    HEAD_AND_AT = "select head, (select id from event where position = $1) as id from feed where single = 1";
    /// One statement, since everybody who publishes waits for the head.
    PLACE = "update event set position = cast($1 as bigint) + place.n
             from (select seq, row_number() over (order by seq) as n from
                      (select seq from event where position is null order by seq limit $2) as unplaced) as place
             where event.seq = place.seq";
    WAITING = "select (exists (select 1 from event where position is null)
                    or exists (select 1 from event where not sent and position is not null)) as waiting";
    UNSENT = "select * from event where not sent and position is not null order by position limit $1";
    MARK_SENT = "update event set sent = true where position <= $1 and not sent";
    AFTER = "select * from event where position > $1 order by position limit $2";
    LAST = "select * from event where seq > 0 order by seq desc limit $1";
    OF_SUBJECT = "select * from event where subject = $1 and sequence > $2 order by sequence, seq limit $3";
}

/// A place in the journal of a service, and what stands there: no two histories have the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// In the order in which events were written, from 1.
    pub seq: i64,
    /// The event there.
    pub event: EventId,
    /// When it happened (UTC).
    pub time: Timestamp,
}

pub(crate) async fn insert(tx: &mut Tx, event: &Event) -> Result<()> {
    let values = params![
        event.id,
        event.kind.row().name,
        &event.subject,
        event.version(),
        event.time,
        event.correlationid.clone(),
        event.causationid.clone(),
        event.traceparent.clone(),
        &event.actor,
        event.data.clone(),
    ];
    tx.run(&INSERT, values).await.map(drop)
}

/// Locks the feed's head: one publisher at a time gives out positions.
pub(crate) async fn lock_head(tx: &mut Tx) -> Result<i64> {
    tx.query_one(&LOCK_HEAD, params![]).await?.get("head")
}

/// The same, for a replica that wants to send until then; none when it is another's turn.
pub(crate) async fn lock_head_in_turn(
    tx: &mut Tx,
    me: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<i64>> {
    let row = tx.query_opt(&LOCK_HEAD_IN_TURN, params![me, now, until, now.plus(AHEAD)]).await?;
    row.map(|row| row.get("head")).transpose()
}

/// Releases the publisher's lease.
pub(crate) async fn end_turn(tx: &mut Tx, me: Uuid) -> Result<()> {
    tx.run(&END_TURN, params![me]).await.map(drop)
}

/// Gives committed events that have none yet their positions after `head`, and moves it; how many.
pub(crate) async fn place(tx: &mut Tx, head: i64, at_most: i64) -> Result<i64> {
    let placed = i64::try_from(tx.run(&PLACE, params![head, at_most]).await?).unwrap_or(at_most);
    if placed > 0 {
        tx.run(&SET_HEAD, params![head + placed]).await?;
    }
    Ok(placed)
}

pub(crate) async fn mark_sent(tx: &mut Tx, up_to: i64) -> Result<()> {
    tx.run(&MARK_SENT, params![up_to]).await.map(drop)
}

pub(crate) async fn anything_waiting(db: &Db) -> Result<bool> {
    db.query_one(&WAITING, params![]).await?.get("waiting")
}

pub(crate) async fn unsent(db: &Db, producer: &str, at_most: i64) -> Result<Vec<FeedEntry>> {
    db.query(&UNSENT, params![at_most]).await?.iter().map(|row| positioned(producer, row)).collect()
}

pub(crate) async fn after(db: &Db, producer: &str, position: i64, at_most: i64) -> Result<Vec<FeedEntry>> {
    db.query(&AFTER, params![position, at_most]).await?.iter().map(|row| positioned(producer, row)).collect()
}

pub(crate) async fn head(db: &Db) -> Result<i64> {
    db.query_one(&READ_HEAD, params![]).await?.get("head")
}

/// The newest position that was given out, and the event at this one, where there is one.
pub(crate) async fn head_and_at(db: &Db, position: i64) -> Result<(i64, Option<EventId>)> {
    let row = db.query_one(&HEAD_AND_AT, params![position]).await?;
    Ok((row.get("head")?, row.get("id")?))
}

pub(crate) async fn at(db: &Db, seq: i64) -> Result<Option<Mark>> {
    mark(db.query_opt(&AT, params![seq]).await?)
}

pub(crate) async fn last(db: &Db) -> Result<Option<Mark>> {
    mark(db.query_opt(&NEWEST, params![]).await?)
}

fn mark(row: Option<Row>) -> Result<Option<Mark>> {
    row.map(|row| Ok(Mark { seq: row.get("seq")?, event: row.get("id")?, time: row.get("time")? }))
        .transpose()
}

/// The newest first; one that a newer version has a name for goes by that.
pub(crate) async fn newest(db: &Db, producer: &str, at_most: i64) -> Result<Vec<AnyEvent>> {
    db.query(&LAST, params![at_most]).await?.iter().map(|row| event(producer, row)).collect()
}

pub(crate) async fn of_subject(
    db: &Db,
    producer: &str,
    subject: &str,
    after: i64,
    at_most: i64,
) -> Result<Vec<Event>> {
    let rows = db.query(&OF_SUBJECT, params![subject, after, at_most]).await?;
    let known = |event: AnyEvent| {
        event.known().map_err(|event| Error::other(format!("there is no event named {}", event.kind)))
    };
    rows.iter().map(|row| event(producer, row).and_then(known)).collect()
}

fn positioned(producer: &str, row: &Row) -> Result<FeedEntry> {
    Ok(FeedEntry { position: row.get("position")?, event: event(producer, row)? })
}

/// An event by its name, which may be that of a newer version: it goes on its way all the same.
fn event(producer: &str, row: &Row) -> Result<AnyEvent> {
    let name: String = row.get("type")?;
    let kind = name.parse().ok();
    Ok(AnyEvent {
        specversion: "1.0".to_owned(),
        id: row.get::<EventId>("id")?,
        kind: name,
        source: format!("/{producer}"),
        subject: row.get("subject")?,
        time: row.get::<Timestamp>("time")?,
        sequence: row.get::<i64>("sequence")?.to_string(),
        correlationid: row.get("correlation")?,
        causationid: row.get("causation")?,
        traceparent: row.get("traceparent")?,
        actor: row.get("actor")?,
        dataschema: kind.map(|kind: EventType| kind.row().dataschema.to_owned()),
        data: row.get::<Value>("data")?,
    })
}
