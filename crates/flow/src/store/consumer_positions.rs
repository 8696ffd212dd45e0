//! How far feeds have been consumed, and whose turn it is to consume them.

use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Timestamp, id::EventId, time::AHEAD};
use uuid::Uuid;

statements! {
    READ = "select producer, position, case when event_position = position then event end as event, producer_head
            from heard where producer = $1";
    ALL_READ = "select producer, position, case when event_position = position then event end as event, producer_head
                from heard order by producer";
    WRITE = "insert into heard (producer, position, event, event_position) values ($1, $2, $3, $2)
             on conflict (producer) do update set position = excluded.position, event = excluded.event,
                 event_position = excluded.event_position
             where excluded.position >= heard.position";
    /// A lease that ends in times to come was given by a clock that has been set back: it is over.
    HELD = "select producer from heard where producer = $1 and holder <> $2 and held_until > $3 and held_until < $4";
    TAKE = "insert into heard (producer, position, turn, holder, held_until) values ($1, 0, 1, $2, $4)
            on conflict (producer) do update
            set turn = heard.turn + 1, holder = excluded.holder, held_until = excluded.held_until
            where heard.holder is null or heard.holder = excluded.holder or heard.held_until <= $3
                or heard.held_until > $5
            returning turn";
    RENEW = "update heard set held_until = $4 where producer = $1 and turn = $2 and holder = $3";
    GIVE_BACK = "update heard set holder = null, held_until = null
                 where producer = $1 and turn = $2 and holder = $3";
    /// A position never goes back.
    WRITE_IN_TURN = "update heard set position = case when position < $4 then $4 else position end,
                         event = $5, event_position = $4
                     where producer = $1 and turn = $2 and holder = $3";
    IS_CONSUMED_BY = "select producer from heard where holder is not null and held_until > $1 and held_until < $2 limit 1";
    /// The holder of the lease loses it, and its position with it.
    REWIND = "update heard set position = 0, event = null, event_position = null, producer_head = null,
                  turn = turn + 1, holder = null, held_until = null
              where producer = $1";
    /// Of a replica whose turn it is not, nothing is noted.
    NOTE_AHEAD = "update heard set producer_head = $2 where producer = $1 and (holder is null or holder = $3)";
}

/// How far a feed was consumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedProgressOf {
    /// Whose feed it is.
    pub producer: String,
    /// Everything up to this position was acted on.
    pub position: i64,
    /// The event there, where it is known.
    pub event: Option<EventId>,
    /// The producer's newest position, as the consumer found it when it was ahead of its producer; none where it is not.
    pub producer_head: Option<i64>,
}

/// How far a producer's feed was consumed; none where nothing of it was.
pub(crate) async fn read(db: &Db, producer: &str) -> Result<Option<FeedProgressOf>> {
    db.query_opt(&READ, params![producer]).await?.as_ref().map(consumed).transpose()
}

pub(crate) async fn all(db: &Db) -> Result<Vec<FeedProgressOf>> {
    db.query(&ALL_READ, params![]).await?.iter().map(consumed).collect()
}

fn consumed(row: &Row) -> Result<FeedProgressOf> {
    Ok(FeedProgressOf {
        producer: row.get("producer")?,
        position: row.get("position")?,
        event: row.get("event")?,
        producer_head: row.get("producer_head")?,
    })
}

/// The event is the one at the position, where it is known.
pub(crate) async fn advance(
    tx: &mut Tx,
    producer: &str,
    position: i64,
    event: Option<EventId>,
) -> Result<()> {
    tx.run(&WRITE, params![producer, position, event]).await.map(drop)
}

/// Notes that a consumer is ahead of its producer, which has come to `head`; or, with none, that it is not.
pub(crate) async fn note_ahead(
    tx: &mut Tx,
    producer: &str,
    me: Option<Uuid>,
    head: Option<i64>,
) -> Result<()> {
    tx.run(&NOTE_AHEAD, params![producer, head, me]).await.map(drop)
}

/// Whether a replica holds a lease to consume.
pub(crate) async fn is_any_held(db: &Db, now: Timestamp) -> Result<bool> {
    Ok(db.query_opt(&IS_CONSUMED_BY, params![now, now.plus(AHEAD)]).await?.is_some())
}

/// Everything of this producer is consumed again.
pub(crate) async fn rewind(tx: &mut Tx, producer: &str) -> Result<()> {
    tx.run(&REWIND, params![producer]).await.map(drop)
}

pub(crate) async fn is_held_by_another(db: &Db, producer: &str, me: Uuid, now: Timestamp) -> Result<bool> {
    Ok(db.query_opt(&HELD, params![producer, me, now, now.plus(AHEAD)]).await?.is_some())
}

/// The fencing token of this replica's lease, if no other one holds it.
pub(crate) async fn take_turn(
    tx: &mut Tx,
    producer: &str,
    me: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<i64>> {
    let row = tx.query_opt(&TAKE, params![producer, me, now, until, now.plus(AHEAD)]).await?;
    row.map(|row| row.get("turn")).transpose()
}

/// False when it is another's already.
pub(crate) async fn renew_turn(
    tx: &mut Tx,
    producer: &str,
    (turn, me): (i64, Uuid),
    until: Timestamp,
) -> Result<bool> {
    Ok(tx.run(&RENEW, params![producer, turn, me, until]).await? == 1)
}

/// Releases the lease; that of another replica is unchanged.
pub(crate) async fn give_back_turn(tx: &mut Tx, producer: &str, (turn, me): (i64, Uuid)) -> Result<()> {
    tx.run(&GIVE_BACK, params![producer, turn, me]).await.map(drop)
}

/// False when it is another's already.
pub(crate) async fn advance_in_turn(
    tx: &mut Tx,
    producer: &str,
    (turn, me): (i64, Uuid),
    (position, event): (i64, Option<EventId>),
) -> Result<bool> {
    Ok(tx.run(&WRITE_IN_TURN, params![producer, turn, me, position, event]).await? == 1)
}
