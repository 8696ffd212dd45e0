//! Placements' rows. Whatever concerns a placement takes its row first ([`enter`]); one that was unknown and is released
//! stays there as gone, which refuses what comes late (R10).

use super::one_row;
use crate::transition::ReservationState;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Timestamp, id::PlacementId};
use std::{collections::BTreeMap, time::Duration};

statements! {
    INSERT = "insert into placement (id, gone, committed, version, ask_at, ask_step, asked_in_vain)
              values ($1, $2, $2, 0, $3, $4, 0) on conflict (id) do nothing";
    LOCK = "select * from placement where id = $1 for update";
    /// What is saved follows an answer, or an event that says the same.
    SAVE = "update placement set gone = $3, committed = $4, version = $5, ask_at = $6, ask_step = $7,
                                 asked_in_vain = 0, asked_since = null
            where id = $1 and version = $2";
    FORGET = "delete from placement where id = $1";
    NEXT_ASKS = "select (select min(ask_at) from placement where ask_at is not null) as next_at,
                       (select max(ask_at) from placement where ask_at is not null) as last_at";
    SET_BACK = "update placement set ask_at = $1 where ask_at > $2";
    DUE = "select * from placement where ask_at <= $1 order by ask_at limit $2 for update skip locked";
    LEASE = "update placement set asked_in_vain = asked_in_vain + 1, asked_since = coalesce(asked_since, ask_at),
                                  ask_at = $2
             where id = any($1)";
    LOCK_LEASED = "select id from placement where id = any($1) and ask_at = $2 order by id for update";
    PUT_OFF = "update placement set ask_at = $3, ask_step = $4, asked_in_vain = 0, asked_since = null
               where id = any($1) and ask_at = $2";
    HEARD = "select id, version from placement where id > $1 and version > 0 order by id limit $2";
    VERSIONS = "select id, version from placement where id = any($1)";
    FORGET_VERSION = "update placement set version = $2 where id = $1 and version > $2";
    ASK_NOW = "update placement set ask_at = $2 where id = $1 and ask_at is not null";
    PUT_OFF_IN_VAIN = "update placement set ask_at = $3, ask_step = $4 where id = any($1) and ask_at = $2";
}

/// A placement, as far as stock is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placement {
    pub(crate) id: PlacementId,
    /// Released forever.
    pub(crate) gone: bool,
    /// Its order has been confirmed.
    pub(crate) committed: bool,
    /// The newest version of its order that was consumed; 0: none.
    pub(crate) version: i64,
    /// When its fate is asked about next; none: nothing of it is open.
    pub(crate) ask_at: Option<Timestamp>,
    /// How long it waits between two questions.
    pub(crate) ask_step: Duration,
}

impl Placement {
    /// A placement that was unknown.
    pub(crate) fn new(id: PlacementId) -> Self {
        Placement { id, gone: false, committed: false, version: 0, ask_at: None, ask_step: Duration::ZERO }
    }

    /// How it stands, once it was consumed of.
    pub(crate) fn state(&self) -> ReservationState {
        match (self.gone, self.committed) {
            (true, _) => ReservationState::Gone,
            (false, true) => ReservationState::Committed,
            (false, false) => ReservationState::Held,
        }
    }
}

/// Takes a placement's row, and makes it when it was unknown; whether it was made now.
pub(crate) async fn enter(tx: &mut Tx, new: Placement) -> Result<(Placement, bool)> {
    if tx.run(&INSERT, params![new.id, false, new.ask_at, micros(new.ask_step)]).await? == 1 {
        return Ok((new, true));
    }
    Ok((read(&tx.query_one(&LOCK, params![new.id]).await?)?, false))
}

/// Placements after this one whose orders were consumed of, with the newest version that was.
pub(crate) async fn heard(db: &Db, after: PlacementId, at_most: i64) -> Result<Vec<(PlacementId, i64)>> {
    let rows = db.query(&HEARD, params![after, at_most]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("version")?))).collect()
}

/// The newest version that was consumed of the orders of those of these that are there.
pub(crate) async fn versions(db: &Db, ids: &[PlacementId]) -> Result<BTreeMap<PlacementId, i64>> {
    let rows = db.query(&VERSIONS, params![ids]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("version")?))).collect()
}

/// Has no newer version than these of the placements' orders count as heard, and what became of them asked about now.
pub(crate) async fn forget_versions(tx: &mut Tx, versions: &[(PlacementId, i64)]) -> Result<()> {
    let now = tx.now().await?;
    let each: Vec<_> = versions.iter().map(|(id, version)| params![*id, *version].to_vec()).collect();
    tx.run_each(&FORGET_VERSION, &each).await?;
    let each: Vec<_> = versions.iter().map(|(id, _)| params![*id, now].to_vec()).collect();
    tx.run_each(&ASK_NOW, &each).await.map(drop)
}

/// Saves a placement that was entered.
pub(crate) async fn save(tx: &mut Tx, before: &Placement, after: &Placement) -> Result<()> {
    let values = params![
        before.id,
        before.version,
        after.gone,
        after.committed,
        after.version,
        after.ask_at,
        micros(after.ask_step),
    ];
    one_row(tx.run(&SAVE, values).await?)
}

/// Takes back that a placement was entered for the first time.
pub(crate) async fn forget(tx: &mut Tx, id: PlacementId) -> Result<()> {
    tx.run(&FORGET, params![id]).await.map(drop)
}

/// When the next question is due, and when the last one.
pub(crate) async fn next_asks(db: &Db) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
    let row = db.query_one(&NEXT_ASKS, params![]).await?;
    Ok((row.get("next_at")?, row.get("last_at")?))
}

/// Has asked now what would be asked after `then`; of how many placements.
pub(crate) async fn set_back(tx: &mut Tx, now: Timestamp, then: Timestamp) -> Result<u64> {
    tx.run(&SET_BACK, params![now, then]).await
}

/// Takes placements whose fate must be asked about until `lease`, so that nobody else asks.
pub(crate) async fn lease_due(
    tx: &mut Tx,
    now: Timestamp,
    lease: Timestamp,
    at_most: i64,
) -> Result<Vec<Placement>> {
    let rows = tx.query(&DUE, params![now, at_most]).await?;
    let due: Vec<Placement> = rows.iter().map(read).collect::<Result<_>>()?;
    let ids: Vec<PlacementId> = due.iter().map(|placement| placement.id).collect();
    tx.run(&LEASE, params![ids, lease]).await?;
    Ok(due)
}

/// When some placements are asked about next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NextReconciliation {
    /// The time until then.
    pub(crate) wait: Duration,
    /// How long they waited before a question.
    pub(crate) step: Duration,
    /// There was no answer that could be followed.
    pub(crate) in_vain: bool,
}

/// Puts the next question off for those that are still leased: the answer has not said it otherwise.
pub(crate) async fn put_off(
    tx: &mut Tx,
    ids: &[PlacementId],
    lease: Timestamp,
    now: Timestamp,
    next: NextReconciliation,
) -> Result<()> {
    tx.query(&LOCK_LEASED, params![ids, lease]).await?;
    let put_off = if next.in_vain { &PUT_OFF_IN_VAIN } else { &PUT_OFF };
    tx.run(put_off, params![ids, lease, now.plus(next.wait), micros(next.step)]).await.map(drop)
}

fn micros(step: Duration) -> i64 {
    i64::try_from(step.as_micros()).unwrap_or(i64::MAX)
}

fn read(row: &Row) -> Result<Placement> {
    Ok(Placement {
        id: row.get("id")?,
        gone: row.get("gone")?,
        committed: row.get("committed")?,
        version: row.get("version")?,
        ask_at: row.get("ask_at")?,
        ask_step: Duration::from_micros(row.get::<i64>("ask_step")?.unsigned_abs()),
    })
}
