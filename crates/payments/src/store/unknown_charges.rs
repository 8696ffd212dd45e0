//! Charges that the provider has made and Ordo has forgotten.

use super::ReadSource;
use crate::unknown_charge::{ChargeState, UnknownCharge};
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{
    Timestamp,
    id::{OrderId, UnknownChargeId},
};
use serde_json::Value;
use std::collections::BTreeSet;

statements! {
    NOTE_CHARGE = "insert into unknown_charge (id, key, reference, order_id, currency, amount, captured, refunded, standing,
                       created_at, found_at, settled_at, order_tail)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                   on conflict (id) do update set captured = excluded.captured, refunded = excluded.refunded,
                       standing = excluded.standing, settled_at = excluded.settled_at,
                       order_tail = excluded.order_tail
                   where unknown_charge.settled_at is null";
    END_CHARGE = "update unknown_charge set captured = $2, refunded = $3, standing = $4, settled_at = $5
                  where id = $1 and settled_at is null";
    REFUSE_CHARGE = "update unknown_charge set refusals = refusals + 1 where id = $1 and refusals = $2 and settled_at is null";
    REFUND_CHARGE = "update unknown_charge set refund_by = $2 where id = $1";
    UNKNOWN_CHARGES = "select u.* from unknown_charge u where u.settled_at is null and (u.created_at, u.id) > ($1, $2)
                           and not exists (select 1 from operation o where o.key = u.key)
                       order by u.created_at, u.id limit $3";
    COUNT_UNKNOWN = "select count(*) as n from (select u.id from unknown_charge u where u.settled_at is null
                         and not exists (select 1 from operation o where o.key = u.key) limit $1) as found";
    FIND_UNKNOWN = "select * from unknown_charge where id = $1";
    LOCK_UNKNOWN = "select * from unknown_charge where id = $1 for update";
    LOCK_UNKNOWN_OF_ORDER = "select * from unknown_charge where order_tail = $1 for update";
    SETTLED_CHARGES = "select u.key from unknown_charge u where u.key = any($1) and u.settled_at is not null
                           and not exists (select 1 from operation o where o.key = u.key)";
    NOTED_CHARGES = "select u.key from unknown_charge u where u.key = any($1)
                         and not exists (select 1 from operation o where o.key = u.key)";
    SEARCH = "select payload from timer where kind = $1 and key = $2";
    CHARGE_KEYS = "select key from operation where key = any($1)";
}

/// Writes a charge down, or what the provider says of it now.
pub(crate) async fn note(tx: &mut Tx, c: &UnknownCharge) -> Result<()> {
    let standing = c.state.name();
    let values = params![
        c.id,
        &c.key,
        &c.reference,
        c.order_id,
        c.currency,
        c.amount,
        c.captured,
        c.refunded,
        standing,
        c.created_at,
        c.found_at,
        c.settled_at,
        c.order_id.tail(),
    ];
    tx.run(&NOTE_CHARGE, values).await.map(drop)
}

/// Notes that a charge holds no money any more.
pub(crate) async fn end(tx: &mut Tx, c: &UnknownCharge, now: Timestamp) -> Result<()> {
    tx.run(&END_CHARGE, params![c.id, c.captured, c.refunded, c.state.name(), now]).await.map(drop)
}

/// Notes that giving it back is finally refused under the key that follows `refusals` of these.
pub(crate) async fn refuse(tx: &mut Tx, id: UnknownChargeId, refusals: i64) -> Result<()> {
    tx.run(&REFUSE_CHARGE, params![id, refusals]).await.map(drop)
}

/// Notes who gives it back.
pub(crate) async fn refund(tx: &mut Tx, id: UnknownChargeId, actor: &str) -> Result<()> {
    tx.run(&REFUND_CHARGE, params![id, actor]).await.map(drop)
}

/// Those that hold money and belong to no attempt, oldest first.
pub(crate) async fn list(
    db: &Db,
    (made_at, id): (Timestamp, UnknownChargeId),
    at_most: i64,
) -> Result<Vec<UnknownCharge>> {
    db.query(&UNKNOWN_CHARGES, params![made_at, id, at_most]).await?.iter().map(read).collect()
}

/// How many charges of the provider are unknown, hold money and belong to no attempt, up to 1000.
///
/// # Errors
/// What the database says.
pub async fn count(db: &Db) -> Result<i64> {
    db.query_one(&COUNT_UNKNOWN, params![flow::service_status::COUNTED]).await?.get("n")
}

/// The charge as it is committed.
pub(crate) async fn find(db: &Db, id: UnknownChargeId) -> Result<Option<UnknownCharge>> {
    db.query_opt(&FIND_UNKNOWN, params![id]).await?.as_ref().map(read).transpose()
}

/// The charge, locked.
pub(crate) async fn lock(tx: &mut Tx, id: UnknownChargeId) -> Result<Option<UnknownCharge>> {
    tx.query_opt(&LOCK_UNKNOWN, params![id]).await?.as_ref().map(read).transpose()
}

/// Those of an order, and of a lost order that it is the repeat of, unless an attempt has taken them over. Locked: nobody begins to
/// give one back while the order is being paid.
pub(crate) async fn lock_of_order(tx: &mut Tx, order: OrderId) -> Result<Vec<UnknownCharge>> {
    let rows = tx.query(&LOCK_UNKNOWN_OF_ORDER, params![order.tail()]).await?;
    let mut charges = rows.iter().map(read).collect::<Result<Vec<UnknownCharge>>>()?;
    if !charges.is_empty() {
        let keys: Vec<String> = charges.iter().map(|charge| charge.key.clone()).collect();
        let taken_over = known(ReadSource::Tx(tx), &keys).await?;
        charges.retain(|charge| !taken_over.contains(&charge.key));
    }
    Ok(charges)
}

/// Those of these keys whose charges were lost, hold no money any more, and belong to no attempt.
pub(crate) async fn settled(db: &Db, keys: &[String]) -> Result<BTreeSet<String>> {
    let rows = db.query(&SETTLED_CHARGES, params![keys.to_vec()]).await?;
    rows.iter().map(|row| row.get("key")).collect()
}

/// Those of these keys whose charges were lost, and belong to no attempt.
pub(crate) async fn noted(db: &Db, keys: &[String]) -> Result<BTreeSet<String>> {
    let rows = db.query(&NOTED_CHARGES, params![keys.to_vec()]).await?;
    rows.iter().map(|row| row.get("key")).collect()
}

/// Those of these keys that an operation has: their charges are known.
pub(crate) async fn known(mut of: ReadSource<'_>, keys: &[String]) -> Result<BTreeSet<String>> {
    let rows = of.query(&CHARGE_KEYS, params![keys.to_vec()]).await?;
    rows.iter().map(|row| row.get("key")).collect()
}

/// What was noted with the timer of a search that is not over.
pub(crate) async fn search(mut of: ReadSource<'_>, kind: &str, key: &str) -> Result<Option<Value>> {
    let rows = of.query(&SEARCH, params![kind, key]).await?;
    rows.first().map(|row| row.get("payload")).transpose()
}

fn read(row: &Row) -> Result<UnknownCharge> {
    Ok(UnknownCharge {
        id: row.get("id")?,
        key: row.get("key")?,
        reference: row.get("reference")?,
        order_id: row.get("order_id")?,
        currency: row.get("currency")?,
        amount: row.get("amount")?,
        captured: row.get("captured")?,
        refunded: row.get("refunded")?,
        state: row.named("standing", ChargeState::named)?,
        created_at: row.get("created_at")?,
        found_at: row.get("found_at")?,
        refund_by: row.get("refund_by")?,
        refusals: row.get("refusals")?,
        settled_at: row.get("settled_at")?,
    })
}
