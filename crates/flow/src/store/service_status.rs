//! What waits in a service's tables, for its status: no more is counted than is reported.

use contracts::system::{ConsumerPosition, EventTime};
use db::{Db, Engine, Error, Param, Result, Row, params, statements};
use kernel::Timestamp;
use serde::Deserialize;
use std::time::Duration;

/// The figures, each a value of its own, by the moment that the database calls now. What has no place in the feed yet is younger
/// than what has one. Which feeds have been consumed, and how far, and how far the producer was where it was ahead (else -1), is
/// one text: `orders 12 -1 payments 7 5`; the oldest letters are a list in JSON, so that they cost no statement of their own.
/// When events happened is a text of this kind, too: of the last 64, and of those before them ever fewer.
macro_rules! figures {
    (now: $now:literal, ago: $ago:literal, micros: $micros:literal, letters: $letters:literal) => {
        concat!(
            $now, " as now,
             (select head from feed) as head,
             (select count(*) from (select 1 from event where not sent limit $2) as few) as unsent,
             coalesce((select time from event where not sent and position is not null order by position limit 1),
                      (select time from event where position is null order by seq limit 1)) as unsent_since,
             (select count(*) from (select 1 from timer where due_at <= ", $now, " limit $2) as few) as due,
             (select count(*) from (select 1 from timer where due_at <= ", $now, " - cast($3 as bigint)", $ago, " limit $2) as few) as overdue,
             (select min(due_at) from timer) as next_due,
             (select count(*) from (select 1 from timer where kind = $4 and tried_since < ", $now, " - cast($5 as bigint)", $ago,
            " limit $2) as few) as stuck,
             (select count(*) from (select 1 from dead_letter where not seen limit $2) as few) as letters,
             (select string_agg(h.producer || ' ' || h.position || ' ' || coalesce(h.producer_head, -1), ' ' order by h.producer) from heard h) as heard,
             (select string_agg(p.position || ' ' || p.micros, ' ' order by p.position) from
                 (select e.position, ", $micros, " as micros from event e where e.position > (select head from feed) - 64
                  union all select e.position, ", $micros, " from event e where e.position in
                      (select feed.head - back.column1 from feed cross join
                          (values (127), (255), (511), (1023), (2047), (4095), (8191), (16383), (32767), (65535)) as back)) as p) as placed,
             (select ", $letters, " from (select * from dead_letter where not seen order by at limit $6) as l) as told"
        )
    };
}
macro_rules! figures_of_sqlite {
    () => {
        figures!(now: "$1", ago: "", micros: "e.time", letters:
            "json_group_array(json_object('event', lower(hex(event_id)), 'producer', producer, 'body', substr(cast(body as text), 1, 65536),
                 'error', error, 'at', at, 'replay', replay, 'replays', replays))")
    };
}
macro_rules! figures_of_postgres {
    () => {
        figures!(now: "coalesce($1, statement_timestamp())", ago: " * interval '1 microsecond'",
            micros: "cast(extract(epoch from e.time) * 1000000 as bigint)", letters:
            "cast(coalesce(json_agg(json_build_object('event', event_id, 'producer', producer, 'body', substr(cast(body as text), 1, 65536),
                 'error', error, 'at', cast(extract(epoch from at) * 1000000 as bigint), 'replay', cast(replay as integer), 'replays', replays)
                 order by at), '[]') as text)")
    };
}
/// A row of no service, which is taken back.
macro_rules! and_write {
    ($now:literal) => {
        concat!(
            "insert into schema_history (service, version, name, checksum, applied_at) values ('', 0, '', 0, ",
            $now,
            ") returning "
        )
    };
}

statements! {
    STATE = {
        sqlite: concat!("select ", figures_of_sqlite!()),
        postgres: concat!("select ", figures_of_postgres!()),
    };
    /// The same, of a database that takes what is written.
    STATE_AND_WRITE = {
        sqlite: concat!(and_write!("$1"), figures_of_sqlite!()),
        postgres: concat!(and_write!("coalesce($1, statement_timestamp())"), figures_of_postgres!()),
    };
}

/// The largest count that is reported.
pub(crate) const COUNTED: i64 = 1000;

/// From when on something is late, and what is counted as stuck.
#[derive(Clone, Copy)]
pub(crate) struct OverdueThresholds {
    /// Timers that have been due for so long are overdue.
    pub(crate) overdue: Duration,
    /// Timers of this kind that have been tried without success for so long are stuck.
    pub(crate) stuck: (&'static str, Duration),
    /// The most dead letters that are listed.
    pub(crate) told: i64,
}

/// What waits at a moment.
pub(crate) struct Backlog {
    /// The moment.
    pub(crate) now: Timestamp,
    pub(crate) head: i64,
    pub(crate) unsent: i64,
    pub(crate) unsent_since: Option<Timestamp>,
    pub(crate) due: i64,
    pub(crate) overdue: i64,
    pub(crate) next_due: Option<Timestamp>,
    pub(crate) stuck: i64,
    pub(crate) letters: i64,
    /// The oldest letters.
    pub(crate) told: Vec<DeadLetterJson>,
    /// How far each feed has been consumed.
    pub(crate) heard: Vec<ConsumerPosition>,
    /// When some of its own events happened, the oldest first.
    pub(crate) placed: Vec<EventTime>,
}

/// A letter, as both engines write it in JSON.
#[derive(Deserialize)]
pub(crate) struct DeadLetterJson {
    /// Its id in hexadecimal digits, with or without hyphens.
    pub(crate) event: String,
    pub(crate) producer: String,
    /// The event itself, of a very long one the beginning.
    pub(crate) body: String,
    pub(crate) error: String,
    /// Microseconds since 1970.
    pub(crate) at: i64,
    pub(crate) replay: i64,
    pub(crate) replays: i64,
}

/// What waits.
pub(crate) async fn waiting(db: &Db, late: OverdueThresholds) -> Result<Backlog> {
    read(&db.query_one(&STATE, &asked(db, late).await?).await?)
}

/// The same, where the database takes a transaction that writes; else what keeps it from that. One statement reads both.
pub(crate) async fn waiting_and_writing(db: &Db, late: OverdueThresholds) -> Result<Backlog> {
    let asked = asked(db, late).await?;
    let mut tx = db.begin().await?;
    let row = tx.query_one(&STATE_AND_WRITE, &asked).await?;
    tx.rollback().await?;
    read(&row)
}

/// SQLite receives the current time as a parameter; PostgreSQL has a clock.
async fn asked(db: &Db, late: OverdueThresholds) -> Result<Vec<Param>> {
    let now = match db.engine() {
        Engine::Sqlite => Some(db.now().await?),
        Engine::Postgres => None,
    };
    let micros = |span: Duration| i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
    let (kind, stuck) = late.stuck;
    Ok(params![now, COUNTED, micros(late.overdue), kind, micros(stuck), late.told].to_vec())
}

fn read(row: &Row) -> Result<Backlog> {
    // that they cannot be read hides nothing else: how many there are is counted
    let told = row.get::<String>("told").ok().and_then(|told| serde_json::from_str(&told).ok());
    Ok(Backlog {
        now: row.get("now")?,
        head: row.get("head")?,
        unsent: row.get("unsent")?,
        unsent_since: row.get("unsent_since")?,
        due: row.get("due")?,
        overdue: row.get("overdue")?,
        next_due: row.get("next_due")?,
        stuck: row.get("stuck")?,
        letters: row.get("letters")?,
        told: told.unwrap_or_default(),
        heard: words(row, "heard", |[producer, position, head]| {
            let producer_head = head.parse().ok().filter(|head| *head >= 0);
            Some(ConsumerPosition {
                producer: producer.to_owned(),
                position: position.parse().ok()?,
                producer_head,
            })
        })?,
        placed: words(row, "placed", |[position, at]| {
            let at = Timestamp::from_micros(at.parse().ok()?);
            Some(EventTime { position: position.parse().ok()?, at })
        })?,
    })
}

/// So many words each, which have no spaces.
fn words<const N: usize, T>(row: &Row, column: &str, one: impl Fn([&str; N]) -> Option<T>) -> Result<Vec<T>> {
    let text = row.get::<Option<String>>(column)?.unwrap_or_default();
    let words: Vec<&str> = text.split_whitespace().collect();
    let all = words.chunks(N).map(|words| one(words.try_into().ok()?));
    all.collect::<Option<_>>().ok_or_else(|| Error::other("what is told of feeds cannot be read"))
}
