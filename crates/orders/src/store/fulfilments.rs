//! Fulfilments' rows.

use super::{
    orders::json,
    row::{read_json, read_word, unexpected},
    words::add_of_parcel,
};
use crate::{
    fulfilment::{complete_steps, shipped_at, steps},
    order::Order,
    words::word,
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::LineQuantity,
};
use db::{Db, Error, ErrorKind, Result, Row, Tx, params, statements};
use flow::row_reader::in_row;
use kernel::id::*;
use std::collections::BTreeMap;

statements! {
    INSERT = "insert into fulfilment (id, order_id, status, carrier, tracking_number, version, created_at, updated_at, steps)
              values ($1, $2, $3, $4, $5, $6, $7, $7, $8)";
    INSERT_LINE = "insert into fulfilment_line (fulfilment_id, line_id, quantity) values ($1, $2, $3)";
    FIND = "select f.*, a.address, a.version as address_version from fulfilment f
            left join parcel_address a on a.fulfilment_id = f.id where f.id = $1";
    FULFILMENTS_OF_ORDER = "select f.*, l.fulfilment_id, l.line_id, l.quantity, a.address, a.version as address_version from
                    (select * from fulfilment where order_id = $1 and id > $2 order by id limit $3) as f
                left join fulfilment_line l on l.fulfilment_id = f.id
                left join parcel_address a on a.fulfilment_id = f.id order by f.id, l.line_id";
    OF_MANY = "select * from fulfilment where order_id = any($1) order by order_id, id";
    NEWEST_OF_MANY = "select * from (select f.*, row_number() over (partition by order_id order by id) as nth,
                                  count(*) over (partition by order_id) as of_all from fulfilment f where order_id = any($1))
                          as few where nth > of_all - $2 order by order_id, id";
    UNSHIPPED = "select * from fulfilment where order_id = $1 and status in ('pending', 'packed') order by id";
    SHIPPED = "select * from fulfilment where order_id = $1 and status = 'shipped' order by id";
    LINES = "select * from fulfilment_line where fulfilment_id = any($1) order by fulfilment_id, line_id";
    COUNTED = "select (select count(*) from fulfilment where order_id = $1 and status = 'packed') as packed,
        (select cast(coalesce(sum(l.quantity), 0) as bigint) from fulfilment f join fulfilment_line l on l.fulfilment_id = f.id
         where f.order_id = $1 and f.status in ('pending', 'packed')) as allocated,
        (select cast(coalesce(sum(l.quantity), 0) as bigint) from fulfilment f join fulfilment_line l on l.fulfilment_id = f.id
         where f.order_id = $1 and f.status = 'failed') as failed";
    UPDATE = "update fulfilment set status = $3, carrier = $4, tracking_number = $5, version = $6, updated_at = $7,
              corrections = $8, corrected_at = $9, steps = $10, to_unpack = $11, corrected_with = $12 where id = $1 and version = $2";
    /// Where it goes, of one that is shipped now; again, where it is sent again. Nothing where the person was erased; and
    /// nothing where it is corrected only: that is checked before it is written.
    KEEP_ADDRESS = "insert into parcel_address (fulfilment_id, order_id, version, address)
                    select f.id, p.order_id, $2, p.address from fulfilment f join person p on p.order_id = f.order_id
                    where f.id = $1 and f.corrections = $3 and p.address is not null
                    on conflict (fulfilment_id) do update set version = excluded.version, address = excluded.address";
}

pub(crate) async fn insert(tx: &mut Tx, made: &Fulfilment) -> Result<()> {
    let values = params![
        made.id,
        made.order_id,
        word(&made.status),
        made.carrier.clone(),
        made.tracking_number.clone(),
        made.version,
        made.created_at,
        json(&made.steps)?,
    ];
    tx.run(&INSERT, values).await?;
    for line in &made.lines {
        tx.run(&INSERT_LINE, params![made.id, line.line_id, line.quantity]).await?;
    }
    add_of_parcel(tx, made).await
}

/// A fulfilment, as committed.
pub(crate) async fn find(db: &Db, id: FulfilmentId) -> Result<Option<Fulfilment>> {
    let rows = db.query(&FIND, params![id]).await?;
    let lines = db.query(&LINES, params![ids(&rows)?]).await?;
    one(&rows, &lines)
}

/// The fulfilments of an order after one, oldest first.
pub(crate) async fn of_order(
    db: &Db,
    order: OrderId,
    after: FulfilmentId,
    at_most: i64,
) -> Result<Vec<Fulfilment>> {
    of_rows(&db.query(&FULFILMENTS_OF_ORDER, params![order, after, at_most]).await?)
}

/// Fulfilments with their lines: a row for each line, and those of one fulfilment together.
pub(super) fn of_rows(rows: &[Row]) -> Result<Vec<Fulfilment>> {
    let mut lines = by_fulfilment(rows)?;
    let of_one = rows.chunk_by(|a, b| a.get::<FulfilmentId>("id").ok() == b.get::<FulfilmentId>("id").ok());
    of_one.filter_map(<[Row]>::first).map(|row| with_address(row, fulfilment(row, &mut lines)?)).collect()
}

/// All fulfilments of these orders; one whose lines are lost has none.
pub(crate) async fn of_many(db: &Db, orders: &[OrderId]) -> Result<Vec<Fulfilment>> {
    with_lines(db, &db.query(&OF_MANY, params![orders]).await?).await
}

/// The newest fulfilments of each of these orders, so many of each at most, oldest first; each with how many the order has before it.
pub(crate) async fn newest_of_many(
    db: &Db,
    orders: &[OrderId],
    at_most: i64,
) -> Result<Vec<(i64, Fulfilment)>> {
    let rows = db.query(&NEWEST_OF_MANY, params![orders, at_most]).await?;
    let found = with_lines(db, &rows).await?;
    let before = rows.iter().map(|row| Ok(row.get::<i64>("nth")? - 1)).collect::<Result<Vec<_>>>()?;
    Ok(before.into_iter().zip(found).collect())
}

async fn with_lines(db: &Db, rows: &[Row]) -> Result<Vec<Fulfilment>> {
    let ids = ids(rows)?;
    let mut lines = by_fulfilment(&db.query(&LINES, params![ids.as_slice()]).await?)?;
    for id in ids {
        lines.entry(id).or_default();
    }
    rows.iter().map(|row| fulfilment(row, &mut lines)).collect()
}

/// A fulfilment within a transaction; its order is locked, so nobody else changes it.
pub(crate) async fn read(tx: &mut Tx, id: FulfilmentId) -> Result<Option<Fulfilment>> {
    let rows = tx.query(&FIND, params![id]).await?;
    let lines = tx.query(&LINES, params![ids(&rows)?]).await?;
    one(&rows, &lines)
}

/// Those of the order that are pending or packed: their units are allocated.
pub(crate) async fn unshipped(tx: &mut Tx, order: OrderId) -> Result<Vec<Fulfilment>> {
    let rows = tx.query(&UNSHIPPED, params![order]).await?;
    let lines = tx.query(&LINES, params![ids(&rows)?]).await?;
    fulfilments(&rows, &lines)
}

/// How many parcels of an order are packed, how many units wait in parcels, and how many were not delivered: noted with it,
/// its parcels say it. Version 0.1.0, which may run beside this one, moves parcels and does not note all of it.
pub(crate) async fn count(tx: &mut Tx, order: &mut Order) -> Result<()> {
    let counted = tx.query_one(&COUNTED, params![order.id]).await?;
    order.packed = counted.get("packed")?;
    (order.allocated, order.failed) = (counted.get("allocated")?, counted.get("failed")?);
    Ok(())
}

/// Those of the order that are on their way.
pub(crate) async fn shipped(tx: &mut Tx, order: OrderId) -> Result<Vec<Fulfilment>> {
    let rows = tx.query(&SHIPPED, params![order]).await?;
    let lines = tx.query(&LINES, params![ids(&rows)?]).await?;
    fulfilments(&rows, &lines)
}

/// Writes a fulfilment that was at `from_version`; one that has shipped with it, with where it goes.
///
/// # Errors
/// `Retry` when somebody else was faster (R2).
pub(crate) async fn update(tx: &mut Tx, changed: &Fulfilment, from_version: i64) -> Result<()> {
    let values = params![
        changed.id,
        from_version,
        word(&changed.status),
        changed.carrier.clone(),
        changed.tracking_number.clone(),
        changed.version,
        changed.updated_at,
        changed.corrections,
        changed.corrected_at,
        json(&changed.steps)?,
        changed.to_unpack,
        json(&changed.corrected_with)?,
    ];
    if changed.status == FulfilmentStatus::Shipped {
        tx.run(&KEEP_ADDRESS, params![changed.id, steps(changed), changed.corrections]).await?;
    }
    if tx.run(&UPDATE, values).await? != 1 {
        return Err(Error::new(ErrorKind::Retry, format!("{} has changed meanwhile", changed.id)));
    }
    add_of_parcel(tx, changed).await
}

/// The one fulfilment of a statement that reads its address, too.
fn one(rows: &[Row], lines: &[Row]) -> Result<Option<Fulfilment>> {
    let found = fulfilments(rows, lines)?.pop().zip(rows.last());
    found.map(|(found, row)| with_address(row, found)).transpose()
}

/// With where it was sent, if that was written when it last shipped: version 0.1.0 sends one again and does not write it.
fn with_address(row: &Row, mut found: Fulfilment) -> Result<Fulfilment> {
    let written = row.get::<Option<i64>>("address_version")?;
    if written.is_some() && written == shipped_at(&found) {
        let read = read_json(row, "address").map(Some);
        found.shipping_address = read.map_err(|e| in_row("parcel_address", &row.shown("id"), &e))?;
    }
    Ok(found)
}

fn ids(rows: &[Row]) -> Result<Vec<FulfilmentId>> {
    rows.iter().map(|row| row.get("id")).collect()
}

fn fulfilments(rows: &[Row], lines: &[Row]) -> Result<Vec<Fulfilment>> {
    let mut lines = by_fulfilment(lines)?;
    rows.iter().map(|row| fulfilment(row, &mut lines)).collect()
}

fn by_fulfilment(rows: &[Row]) -> Result<BTreeMap<FulfilmentId, Vec<LineQuantity>>> {
    let mut lines: BTreeMap<FulfilmentId, Vec<LineQuantity>> = BTreeMap::new();
    for row in rows {
        let read = || -> Result<_> {
            let line = LineQuantity { line_id: row.get("line_id")?, quantity: row.get("quantity")? };
            Ok((row.get("fulfilment_id")?, line))
        };
        let of = |error: Error| in_row("fulfilment_line", &row.shown("line_id"), &error);
        let (fulfilment, line) = read().map_err(of)?;
        lines.entry(fulfilment).or_default().push(line);
    }
    Ok(lines)
}

fn fulfilment(row: &Row, lines: &mut BTreeMap<FulfilmentId, Vec<LineQuantity>>) -> Result<Fulfilment> {
    read_row(row, lines).map_err(|error| in_row("fulfilment", &row.shown("id"), &error))
}

fn read_row(row: &Row, lines: &mut BTreeMap<FulfilmentId, Vec<LineQuantity>>) -> Result<Fulfilment> {
    let id = row.get("id")?;
    let mut found = Fulfilment {
        id,
        order_id: row.get("order_id")?,
        status: read_word::<FulfilmentStatus>(row, "status")?,
        lines: lines.remove(&id).ok_or_else(|| unexpected(format!("{id} has no lines")))?,
        carrier: row.get("carrier")?,
        tracking_number: row.get("tracking_number")?,
        shipping_address: None,
        version: row.get("version")?,
        corrections: row.get("corrections")?,
        corrected_at: row.get("corrected_at")?,
        corrected_with: read_json(row, "corrected_with")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
        steps: read_json(row, "steps")?,
        to_unpack: row.get("to_unpack")?,
    };
    complete_steps(&mut found);
    Ok(found)
}
