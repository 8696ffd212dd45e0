//! Placements' rows: idempotency record, fate and tombstone in one.

use crate::order::{Line, Order};
use contracts::placements::PlacedOrder;
use db::{Db, Result, Row, Tx, params, statements};
use kernel::{Timestamp, id::*};
use serde_json::{Value, json};
use std::collections::BTreeMap;

statements! {
    VERSIONS = "select placement_id, version from orders where placement_id = any($1)";
    FIND = "select id, order_id, body_hash, answer, created_at from placement where id = $1";
    FIND_MANY = "select id, order_id from placement where id = any($1)";
    PLACED = "select placement_id, id, number from orders where placement_id = any($1)";
    INSERT = "insert into placement (id, caller, body_hash, order_id, answer, created_at, lines_hash)
              values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing";
    BURY = "insert into placement (id, created_at) values ($1, $2) on conflict (id) do nothing";
    COUNT_DEAD = "select count(*) as dead from placement where id = any($1) and order_id is null";
    ANSWER = "update placement set answer = $2 where id = $1 and order_id is not null and answer is null";
}

/// A placement that somebody has decided.
#[derive(Debug, Clone)]
pub(crate) struct Placement {
    /// None: a tombstone.
    pub(crate) order: Option<StoredPlacement>,
}

/// What is remembered of a placement that became an order.
#[derive(Debug, Clone)]
pub(crate) struct StoredPlacement {
    pub(crate) placement_id: PlacementId,
    pub(crate) order_id: OrderId,
    pub(crate) body_hash: Vec<u8>,
    /// None while the initial payment has no outcome yet.
    pub(crate) answer: Option<String>,
    pub(crate) created_at: Timestamp,
}

/// The placement, if it is decided and that is durable.
pub(crate) async fn find(db: &Db, id: PlacementId) -> Result<Option<Placement>> {
    db.query_opt(&FIND, params![id]).await?.map(|row| read(&row)).transpose()
}

/// Which of these are decided: each with its order, or none for a tombstone.
pub(crate) async fn find_many(db: &Db, ids: &[PlacementId]) -> Result<Vec<(PlacementId, Option<OrderId>)>> {
    let rows = db.query(&FIND_MANY, params![ids]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("order_id")?))).collect()
}

/// The versions of the orders that these became.
pub(crate) async fn versions(db: &Db, ids: &[PlacementId]) -> Result<BTreeMap<PlacementId, i64>> {
    let rows = db.query(&VERSIONS, params![ids]).await?;
    rows.iter().map(|row| Ok((row.get("placement_id")?, row.get("version")?))).collect()
}

/// The orders that these became; a placement that became none is left out.
pub(crate) async fn placed(db: &Db, ids: &[PlacementId]) -> Result<Vec<PlacedOrder>> {
    let rows = db.query(&PLACED, params![ids]).await?;
    let one = |row: &Row| {
        Ok(PlacedOrder {
            placement_id: row.get("placement_id")?,
            order_id: row.get("id")?,
            number: row.get("number")?,
        })
    };
    rows.iter().map(one).collect()
}

/// Makes the placement this order's; false when it is decided already.
pub(crate) async fn insert(
    tx: &mut Tx,
    placed: &StoredPlacement,
    caller: UserId,
    order: &Order,
) -> Result<bool> {
    let StoredPlacement { placement_id, order_id, body_hash, answer, created_at } = placed;
    let values = params![
        *placement_id,
        caller.to_string(),
        body_hash.clone(),
        *order_id,
        answer.clone(),
        *created_at,
        lines_hash(order),
    ];
    Ok(tx.run(&INSERT, values).await? == 1)
}

/// What a placement remembers of the lines of its order: all of them that never changes once it is placed.
pub(crate) fn lines_hash(order: &Order) -> Vec<u8> {
    let line = |l: &Line| {
        json!([l.id, l.product_id, l.title, l.sku, l.quantity, l.unit_price.minor, l.unit_price.currency])
    };
    let lines: Vec<Value> = order.lines.iter().map(line).collect();
    flow::idempotency::body_hash(&lines).to_vec()
}

/// Writes a tombstone; false when the placement is decided already.
pub(crate) async fn write_tombstone(tx: &mut Tx, id: PlacementId, now: Timestamp) -> Result<bool> {
    Ok(tx.run(&BURY, params![id, now]).await? == 1)
}

/// The placement's order, read where it contended; the outer option: whether it is decided.
pub(crate) async fn order_of(tx: &mut Tx, id: PlacementId) -> Result<Option<Option<OrderId>>> {
    tx.query_opt(&FIND, params![id]).await?.map(|row| row.get("order_id")).transpose()
}

/// Whether all of them are tombstones.
pub(crate) async fn are_dead(tx: &mut Tx, ids: &[PlacementId]) -> Result<bool> {
    let dead: i64 = tx.query_one(&COUNT_DEAD, params![ids]).await?.get("dead")?;
    Ok(usize::try_from(dead) == Ok(ids.len()))
}

/// Stores the answer to give again, unless there is one; whether it did.
pub(crate) async fn answer(tx: &mut Tx, id: PlacementId, answer: &str) -> Result<bool> {
    Ok(tx.run(&ANSWER, params![id, answer]).await? == 1)
}

fn read(row: &Row) -> Result<Placement> {
    let Some(order_id) = row.get("order_id")? else { return Ok(Placement { order: None }) };
    let placed = StoredPlacement {
        placement_id: row.get("id")?,
        order_id,
        body_hash: row.get("body_hash")?,
        answer: row.get("answer")?,
        created_at: row.get("created_at")?,
    };
    Ok(Placement { order: Some(placed) })
}
