//! What an audit asks of the database.

use db::{Db, Result, params, statements};
use flow::reading::{Reading, id};
use kernel::{Timestamp, id::EventId};
use std::collections::BTreeMap;

statements! {
    UNPLACED_SINCE = "select id, time from public_event where position is null and time < $1
                      order by time limit $2";
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
    reading: &mut Reading,
) -> Result<Vec<EventId>> {
    let rows = db.query(&UNPLACED_SINCE, params![since, at_most]).await?;
    Ok(reading.rows(("public_event", "id"), &rows, |row| [id::<EventId>(row, "id")], |row| row.get("id")))
}

/// The newest version of each of these that is in the log, or was before it was forgotten.
pub(crate) async fn newest(db: &Db, subjects: &[String]) -> Result<BTreeMap<String, i64>> {
    let rows = db.query(&NEWEST, params![subjects.to_vec()]).await?;
    rows.iter().map(|row| Ok((row.get("subject")?, row.get("newest")?))).collect()
}

/// An aggregate of which some event has not been heard.
pub(crate) struct Gap {
    pub(crate) subject: String,
    pub(crate) newest: i64,
    /// How many of its versions after `forgotten` have been heard.
    pub(crate) known: i64,
    /// Up to this version the log has forgotten it.
    pub(crate) forgotten: i64,
}

/// Orders, payments and refunds with a gap in their sequence, whose newest event is older than `since`.
pub(crate) async fn gaps(db: &Db, since: Timestamp, at_most: i64) -> Result<Vec<Gap>> {
    let rows = db.query(&GAPS, params![since, at_most]).await?;
    let gap = |row: &db::Row| {
        let (subject, newest) = (row.get("subject")?, row.get("newest")?);
        Ok(Gap { subject, newest, known: row.get("known")?, forgotten: row.get("forgotten")? })
    };
    rows.iter().map(gap).collect()
}
