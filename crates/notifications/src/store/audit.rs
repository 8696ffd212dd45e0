//! What an audit asks of the database.

use db::{Db, Error, Result, Row, params, statements};
use flow::row_reader::{RowReader, id};
use kernel::{Timestamp, id::EventId};
use serde::{Deserialize, de::IgnoredAny};
use std::collections::BTreeMap;

statements! {
    UNPLACED_SINCE = "select id, time from public_event where position is null and time < $1
                      order by time limit $2";
    /// What the next place follows from, and the newest one that was given.
    PLACES = "select (select head from public_log where single = 1) as head,
                     (select max(position) from public_event) as newest";
    EACH_EVENT = "select seq, id, type, subject, sequence, body from public_event where seq > $1 order by seq limit $2";
    NEWEST = "select subject, max(version) as newest
              from (select subject, sequence as version from public_event where subject = any($1)
                    union all select subject, version from forgotten_version where subject = any($1)) as known
              group by subject";
    /// What is counted begins after what the log has forgotten.
    GAPS = "select e.subject, max(e.sequence) as newest, count(distinct e.sequence) as known,
                   max(coalesce(f.version, 0)) as forgotten
            from public_event e left join forgotten_version f on f.subject = e.subject
            where (e.subject like 'ord\\_%' escape '\\' or e.subject like 'pay\\_%' escape '\\'
                or e.subject like 'ref\\_%' escape '\\')
              and (f.version is null or e.sequence > f.version)
            group by e.subject
            having count(distinct e.sequence) <> max(e.sequence) - max(coalesce(f.version, 0)) and max(e.time) < $1
            order by e.subject limit $2";
}

/// Events older than `since` that still have no place in the log.
pub(crate) async fn unplaced_since(
    db: &Db,
    since: Timestamp,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Vec<EventId>> {
    let rows = db.query(&UNPLACED_SINCE, params![since, at_most]).await?;
    Ok(reading.rows(("public_event", "id"), &rows, |row| [id::<EventId>(row, "id")], |row| row.get("id")))
}

/// From where places in the log are counted on, if that is known, and the newest one that was given.
pub(crate) async fn places(db: &Db) -> Result<(Option<i64>, i64)> {
    let row = db.query_one(&PLACES, params![]).await?;
    Ok((row.get("head")?, row.get::<Option<i64>>("newest")?.unwrap_or(0)))
}

/// Reads so many events of the log after this one, and gives the last one, and those whose rows say something else than they
/// do; none at the end. What cannot be read is named.
pub(crate) async fn each_event(
    db: &Db,
    after: i64,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(i64, Vec<MisfiledEvent>)>> {
    let rows = db.query(&EACH_EVENT, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let about = |row: &Row| [id::<EventId>(row, "id")];
    let found = reading.rows(("public_event", "id"), &rows, about, |row| {
        let id: EventId = row.get("id")?;
        let body = serde_json::from_str(&row.get::<String>("body")?);
        let event: Envelope = body.map_err(|e| Error::other(format!("column body: {e}")))?;
        let (kind, subject): (String, String) = (row.get("type")?, row.get("subject")?);
        let sequence: i64 = row.get("sequence")?;
        let is_same = (event.id, &event.kind, &event.subject, &event.sequence)
            == (id, &kind, &subject, &sequence.to_string());
        Ok((!is_same).then_some(MisfiledEvent { event: id, subject }))
    });
    Ok(Some((last.get("seq")?, found.into_iter().flatten().collect())))
}

/// An event, of which an audit needs no data: it reads every event.
#[derive(Deserialize)]
struct Envelope {
    id: EventId,
    #[serde(rename = "type")]
    kind: String,
    subject: String,
    sequence: String,
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "time")]
    _time: Timestamp,
    #[serde(rename = "actor")]
    _actor: String,
    #[serde(rename = "data")]
    _data: IgnoredAny,
}

/// An event in the log that is filed as another one.
pub(crate) struct MisfiledEvent {
    pub(crate) event: EventId,
    /// What it is filed under.
    pub(crate) subject: String,
}

/// The newest version of each of these that is in the log, or was before it was deleted.
pub(crate) async fn newest(db: &Db, subjects: &[String]) -> Result<BTreeMap<String, i64>> {
    let rows = db.query(&NEWEST, params![subjects.to_vec()]).await?;
    rows.iter().map(|row| Ok((row.get("subject")?, row.get("newest")?))).collect()
}

/// An aggregate of which some event has not been consumed.
pub(crate) struct Gap {
    pub(crate) subject: String,
    pub(crate) newest: i64,
    /// How many of its versions after `forgotten` have been consumed.
    pub(crate) known: i64,
    /// Up to this version the log has forgotten it.
    pub(crate) forgotten: i64,
}

/// Orders, payments and refunds with a gap in their sequence, whose newest event is older than `since`.
pub(crate) async fn gaps(
    db: &Db,
    since: Timestamp,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Vec<Gap>> {
    let rows = db.query(&GAPS, params![since, at_most]).await?;
    let gap = |row: &Row| {
        let (subject, newest) = (row.get("subject")?, row.get("newest")?);
        Ok(Gap { subject, newest, known: row.get("known")?, forgotten: row.get("forgotten")? })
    };
    let about = |row: &Row| [row.get("subject").ok()];
    Ok(reading.rows(("public_event of the subject", "subject"), &rows, about, gap))
}
