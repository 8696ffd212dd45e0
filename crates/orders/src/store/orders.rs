//! Orders' rows and their lines'.

use super::{
    row,
    words::{self, ORDER},
};
use crate::{
    order::{Line, Lines, Order, PersonalData},
    words::word,
};
use db::{Db, Error, ErrorKind, Param, Result, Row, Tx, params, statements};
use kernel::{Currency, id::*};
use std::collections::{BTreeMap, BTreeSet};

/// The columns that change, from `$3` on, in the order of [`changing`].
macro_rules! changing_columns {
    ($pattern:literal) => {
        concat!(
            "update orders set status = $3, cancel_mode = $4, hold_payment = $5, hold_stock_short = $6, ",
            "hold_stock_missing = $7, hold_manual = $8, owed = $9, payment_due_at = $10, cancel_code = $11, ",
            "confirmed_at = $12, confirmed_secured = $13, confirmed_owed = $14, payment_id = $15, ",
            "payment_version = $16, payment_state = $17, payment_amount = $18, payment_owed = $19, ",
            "payment_authorized = $20, payment_captured = $21, payment_offline = $22, payment_refunded = $23, ",
            "payment_claimed = $24, payment_pending = $25, payment = $26, version = $27, updated_at = $28, ",
            "metadata = $29, packed = $30, payment_refused = $31, payment_status = $32, fulfilment_status = $33, ",
            "payment_surplus = $34, allocated = $35, failed = $36, hold_given_back = $37, ",
            "unreturned = $38, refunding_since = case when cast($24 as bigint) > 0 then coalesce(refunding_since, $28) end, ",
            "back_before = $39, ",
            "rest_to_pack = ($40 or cast($30 as bigint) > 0 and exists (select 1 from fulfilment f where f.order_id = $1 ",
            "and f.status = 'pending')) ",
            $pattern
        )
    };
}

/// Orders with their persons and lines: a row for each line, so that all of it is of one version. What is of the order
/// itself stands beside its first line alone: a hundred lines do not tell its metadata a hundred times.
macro_rules! whole {
    ($rest:literal) => {
        concat!(
            "select asked.id as of_order, o.*, p.email, p.name, p.address, p.note, p.remarks, p.language, l.id as line_id, ",
            "l.order_id, l.place, l.product_id, l.title, l.sku, l.quantity, l.unit_price, l.open, l.cancelled, l.shipped, l.delivered, ",
            "l.returned, l.undelivered from orders asked left join order_line l on l.order_id = asked.id ",
            "left join orders o on o.id = asked.id and (l.place = 0 or l.place is null) ",
            "left join person p on p.order_id = o.id ",
            $rest
        )
    };
}

statements! {
    NEXT_NUMBER = {
        sqlite: "update order_number set newest = newest + 1 returning newest as number",
        postgres: "select nextval('order_number') as number",
    };
    ONE_AT_A_TIME = {
        sqlite: "select $1 as user_id",
        postgres: "select 1 as locked
                   from pg_advisory_xact_lock(hashtextextended(cast(cast($1 as uuid) as text), 0))",
    };
    LOOK_ROUND = "select (select count(*) from orders where user_id = $1 and status = 'pending'
                         and (guest_id is null or guest_id = user_id)) as unpaid,
                      (exists (select 1 from shortfall where placement_id = $2)) as is_short";
    INSERT = "insert into orders (id, number, placement_id, user_id, status, hold_payment, hold_stock_short,
                  hold_stock_missing, hold_manual, currency, total, owed, adjustments, metadata, payment_due_at,
                  packed, version, created_at, updated_at, payment_status, fulfilment_status, guest_id)
              values ($1, $2, $3, $4, $5, false, $6, false, false, $7, $8, $8, $9, $10, $11, 0, $12, $13, $14, $15,
                  $16, $17)";
    INSERT_LINE = "insert into order_line (id, order_id, place, product_id, title, sku, quantity, unit_price,
                       open, cancelled, shipped, delivered, returned)
                   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, 0, 0)";
    SET_CONTENTS = "update orders set placement_id = $2, total = $3, owed = $4, adjustments = $5, created_at = $6 where id = $1";
    COUNT_TO_UNPACK = "update orders set to_unpack = (select count(*) from fulfilment where order_id = $1 and to_unpack)
                       where id = $1";
    SET_OWNER = "update orders set user_id = $2 where id = $1";
    DELETE_LINES = "delete from order_line where order_id = $1";
    DELETE_DRAFT = "delete from orders where id = $1 and version = $2 and status = 'draft'";
    FIND_WHOLE = (whole!("where asked.id = $1"));
    FIND_WITH_NUMBER = (whole!("where asked.number = $1"));
    FIND_WHOLE_ONES = (whole!("where asked.id = any($1)"));
    FIND_MANY = "select * from orders where id = any($1)";
    WITH_PAYMENT = "select id from orders where id > $1 and payment_id is not null order by id limit $2";
    PLACED_VERSIONS = "select id, placement_id, version from orders where id > $1 and placement_id is not null
                       order by id limit $2";
    LOCK = "select * from orders where id = $1 for update";
    LOCK_OF_PLACEMENT = "select * from orders where placement_id = $1 for update";
    LINES = "select *, id as line_id from order_line where order_id = $1 order by place";
    // with the version that they belong to: it was perhaps another when the row was read
    LINES_OF_MANY = "select l.*, l.id as line_id, o.version from order_line l join orders o on o.id = l.order_id
                     where l.order_id = any($1) order by l.order_id, l.place";
    UPDATE = (changing_columns!("where id = $1 and version = $2"));
    UPDATE_LINE = "update order_line set open = $2, cancelled = $3, shipped = $4, delivered = $5, returned = $6,
                       undelivered = $7 where id = $1";
}

/// The next number for people: rising, with gaps where a transaction does not end well.
pub(crate) async fn next_number(tx: &mut Tx) -> Result<i64> {
    tx.query_one(&NEXT_NUMBER, params![]).await?.get("number")
}

/// Lets a user's placements in one after the other, until the end of the transaction: what they count stays true. It is
/// the first lock that a placement takes, and the only one of its kind, so that nobody waits in a circle. On SQLite,
/// transactions that write come one after the other anyway.
pub(crate) async fn one_at_a_time(tx: &mut Tx, user: UserId) -> Result<()> {
    tx.query(&ONE_AT_A_TIME, params![user]).await.map(drop)
}

/// How many orders that the user has placed wait for their payment, and whether the placement's stock is known to be
/// short. Orders that were placed as a guest do not count: otherwise anyone who knows the email address could block the account from
/// ordering.
pub(crate) async fn look_round(tx: &mut Tx, user: UserId, placement: PlacementId) -> Result<(i64, bool)> {
    let row = tx.query_one(&LOOK_ROUND, params![user, placement]).await?;
    Ok((row.get("unpaid")?, row.get("is_short")?))
}

/// Inserts a new order with its lines.
pub(crate) async fn insert(tx: &mut Tx, order: &Order) -> Result<()> {
    let values = params![
        order.id,
        order.number,
        order.placement_id,
        order.user_id,
        word(&order.state.status()),
        order.holds.stock_short,
        order.total.currency,
        order.total.minor,
        json(&order.adjustments)?,
        json(&order.metadata)?,
        order.payment_due_at,
        order.version,
        order.created_at,
        order.updated_at,
        word(&order.payment_status()),
        word(&order.fulfilment_status()),
        order.guest_id,
    ];
    tx.run(&INSERT, values).await?;
    insert_lines(tx, order).await?;
    words::insert(tx, &ORDER, order.id, order.words()).await
}

/// Writes what a draft consists of, before [`update`] writes the rest: its lines are others now.
pub(crate) async fn set_contents(tx: &mut Tx, order: &Order) -> Result<()> {
    let (total, owed) = (order.total.minor, order.owed.minor);
    let values =
        params![order.id, order.placement_id, total, owed, json(&order.adjustments)?, order.created_at];
    tx.run(&SET_CONTENTS, values).await?;
    words::set_time(tx, order).await?;
    tx.run(&DELETE_LINES, params![order.id]).await?;
    insert_lines(tx, order).await?;
    words::set(tx, &ORDER, order.id, order.words()).await
}

/// Writes the words of an order in place of what an older version has written.
pub(super) async fn refresh_words(tx: &mut Tx, id: OrderId) -> Result<()> {
    let Some(order) = lock(tx, id).await? else { return Ok(()) };
    words::set(tx, &ORDER, id, order.words()).await
}

/// Notes with an order how many of its parcels must be taken apart: each says it of itself.
pub(crate) async fn count_to_unpack(tx: &mut Tx, order: OrderId) -> Result<()> {
    tx.run(&COUNT_TO_UNPACK, params![order]).await.map(drop)
}

/// Writes whose it is, before [`update`] writes the rest.
pub(crate) async fn set_owner(tx: &mut Tx, order: &Order) -> Result<()> {
    tx.run(&SET_OWNER, params![order.id, order.user_id]).await.map(drop)
}

/// Deletes a draft that was at `from_version`; nothing but its journal is left of it.
///
/// # Errors
/// `Retry` when somebody else was faster (R2).
pub(crate) async fn delete_draft(tx: &mut Tx, id: OrderId, from_version: i64) -> Result<()> {
    tx.run(&DELETE_LINES, params![id]).await?;
    words::set(tx, &ORDER, id, BTreeSet::new()).await?;
    if tx.run(&DELETE_DRAFT, params![id, from_version]).await? == 1 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Retry, format!("{id} has changed meanwhile")))
}

async fn insert_lines(tx: &mut Tx, order: &Order) -> Result<()> {
    let values = |(place, line): (i64, &Line)| {
        let values = params![
            line.id,
            order.id,
            place,
            line.product_id,
            &line.title,
            line.sku.clone(),
            line.quantity,
            line.unit_price.minor,
            line.open,
        ];
        values.to_vec()
    };
    let each: Vec<_> = (0i64..).zip(order.lines.iter()).map(values).collect();
    tx.run_each(&INSERT_LINE, &each).await.map(drop)
}

/// An order and its person, as committed.
pub(crate) async fn find(db: &Db, id: OrderId) -> Result<Option<(Order, PersonalData)>> {
    Ok(whole(&db.query(&FIND_WHOLE, params![id]).await?)?.pop())
}

/// The same by its number.
pub(crate) async fn find_with_number(db: &Db, number: i64) -> Result<Option<(Order, PersonalData)>> {
    Ok(whole(&db.query(&FIND_WITH_NUMBER, params![number]).await?)?.pop())
}

/// Orders and their persons by their ids, as committed, in the order of their ids; those that are not there are left out.
pub(crate) async fn find_with_persons(db: &Db, ids: &[OrderId]) -> Result<Vec<(Order, PersonalData)>> {
    whole(&db.query(&FIND_WHOLE_ONES, params![ids]).await?)
}

/// Orders out of rows of which each has one line.
fn whole(rows: &[Row]) -> Result<Vec<(Order, PersonalData)>> {
    let mut by_order: BTreeMap<OrderId, BTreeMap<Option<i64>, &Row>> = BTreeMap::new();
    for found in rows {
        by_order.entry(found.get("of_order")?).or_default().insert(found.get("place")?, found);
    }
    by_order.into_values().map(|lines| one(&lines)).collect()
}

/// One order out of its rows, by the places of their lines.
fn one(rows: &BTreeMap<Option<i64>, &Row>) -> Result<(Order, PersonalData)> {
    let Some((place, found)) = rows.first_key_value() else { return Err(row::unexpected("no row")) };
    // an order has lines as long as it is there; none is made without, and the first one has the place 0
    if *place != Some(0) {
        return Err(row::unexpected(format!("{} has lost its lines", found.get::<OrderId>("of_order")?)));
    }
    let (mut order, person) = (row::order(found)?, row::person(found)?);
    order.lines = lines(rows.values().copied(), order.total.currency)?;
    Ok((order, person))
}

/// Orders by their ids, as committed; those that are not there are left out.
pub(crate) async fn find_many(db: &Db, ids: &[OrderId]) -> Result<Vec<Order>> {
    let rows = db.query(&FIND_MANY, params![ids]).await?;
    let found =
        rows.iter().map(|found| Ok((row::order(found)?, PersonalData::default()))).collect::<Result<_>>()?;
    Ok(complete(db, found).await?.into_iter().map(|(order, _)| order).collect())
}

/// Orders after this one that have heard of a payment.
pub(crate) async fn with_payment(db: &Db, after: OrderId, at_most: i64) -> Result<Vec<OrderId>> {
    db.query(&WITH_PAYMENT, params![after, at_most]).await?.iter().map(|row| row.get("id")).collect()
}

/// Orders after this one that were placed, each with its placement and its version.
pub(crate) async fn placed_versions(
    db: &Db,
    after: OrderId,
    at_most: i64,
) -> Result<Vec<(OrderId, PlacementId, i64)>> {
    let rows = db.query(&PLACED_VERSIONS, params![after, at_most]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("placement_id")?, row.get("version")?))).collect()
}

/// Loads the lines of all these orders in one query. An order that was changed between the two reads is read again, so
/// that nobody sees the lines of one version under the totals of another.
pub(crate) async fn complete(
    db: &Db,
    found: Vec<(Order, PersonalData)>,
) -> Result<Vec<(Order, PersonalData)>> {
    let Some(currency) = found.first().map(|(order, _)| order.total.currency) else { return Ok(found) };
    let ids: Vec<OrderId> = found.iter().map(|(order, _)| order.id).collect();
    let mut lines = lines_of_many(db, &ids, currency).await?;
    let mut complete = Vec::with_capacity(found.len());
    for (mut order, person) in found {
        match lines.remove(&order.id) {
            Some((version, lines)) if version == order.version => {
                order.lines = lines;
                complete.push((order, person));
            }
            // a draft may have been deleted
            _ => complete.extend(find(db, order.id).await?),
        }
    }
    Ok(complete)
}

/// The lines of orders, each with the version that they belong to.
async fn lines_of_many(
    db: &Db,
    ids: &[OrderId],
    currency: Currency,
) -> Result<BTreeMap<OrderId, (i64, Lines)>> {
    let mut by_order: BTreeMap<OrderId, (i64, Lines)> = BTreeMap::new();
    for found in &db.query(&LINES_OF_MANY, params![ids]).await? {
        let (order, line) = row::line(found, currency)?;
        let version = found.get("version")?;
        by_order.entry(order).or_insert_with(|| (version, Lines::default())).1.0.push(line);
    }
    Ok(by_order)
}

/// Locks an order for a change.
pub(crate) async fn lock(tx: &mut Tx, id: OrderId) -> Result<Option<Order>> {
    let found = tx.query_opt(&LOCK, params![id]).await?;
    with_lines(tx, found).await
}

/// Locks the order that a placement became.
pub(crate) async fn lock_of_placement(tx: &mut Tx, id: PlacementId) -> Result<Option<Order>> {
    let found = tx.query_opt(&LOCK_OF_PLACEMENT, params![id]).await?;
    with_lines(tx, found).await
}

async fn with_lines(tx: &mut Tx, found: Option<Row>) -> Result<Option<Order>> {
    let Some(found) = found else { return Ok(None) };
    let mut order = row::order(&found)?;
    order.lines = lines(tx.query(&LINES, params![order.id]).await?.iter(), order.total.currency)?;
    Ok(Some(order))
}

fn lines<'a>(rows: impl Iterator<Item = &'a Row>, currency: Currency) -> Result<Lines> {
    let lines = rows.map(|found| row::line(found, currency).map(|(_, line)| line));
    Ok(Lines(lines.collect::<Result<_>>()?))
}

/// Writes an order that was at `from_version`, without its lines.
///
/// # Errors
/// `Retry` when somebody else was faster (R2).
pub(crate) async fn update(tx: &mut Tx, order: &Order, from_version: i64) -> Result<()> {
    if tx.run(&UPDATE, &changing(order, from_version)?).await? == 1 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Retry, format!("{} has changed meanwhile", order.id)))
}

/// Writes the quantities of a line.
pub(crate) async fn update_line(tx: &mut Tx, line: &Line) -> Result<()> {
    let Line { id, open, cancelled, shipped, delivered, returned, undelivered, .. } = line;
    let values = params![*id, *open, *cancelled, *shipped, *delivered, *returned, *undelivered];
    tx.run(&UPDATE_LINE, values).await.map(drop)
}

fn changing(order: &Order, from_version: i64) -> Result<Vec<Param>> {
    let holds = order.holds;
    let mut values = params![
        order.id,
        from_version,
        word(&order.state.status()),
        order.state.close_mode().map(|mode| word(&mode)),
        holds.payment,
        holds.stock_short,
        holds.stock_missing,
        holds.manual,
        order.owed.minor,
        order.payment_due_at,
        order.cancel_code.map(|code| word(&code)),
        order.confirmation.map(|c| c.at),
        order.confirmation.map(|c| c.secured.minor),
        order.confirmation.map(|c| c.owed.minor),
    ]
    .to_vec();
    values.extend(payment(order)?);
    values.extend_from_slice(params![order.version, order.updated_at, json(&order.metadata)?, order.packed]);
    values.push(order.payment_refused.map(|why| word(&why)).into());
    values.extend_from_slice(params![word(&order.payment_status()), word(&order.fulfilment_status())]);
    let surplus = order.payment.as_ref().and_then(|copy| copy.figures.surplus);
    values.push(surplus.map(|surplus| surplus.minor).into());
    values.extend_from_slice(params![order.allocated, order.failed, order.held_given_back]);
    values.extend_from_slice(params![order.is_unreturned(), order.back_before]);
    // beside what is packed; what is in a parcel that is not the fulfilments say
    values.push((order.packed > 0 && order.lines.units().open > order.allocated).into());
    Ok(values)
}

fn payment(order: &Order) -> Result<[Param; 12]> {
    let Some(copy) = &order.payment else { return Ok([const { Param::Null }; 12]) };
    let figures = &copy.figures;
    Ok([
        figures.payment_id.into(),
        figures.version.into(),
        word(&figures.state).into(),
        figures.amount.minor.into(),
        figures.owed.minor.into(),
        figures.authorized.minor.into(),
        figures.captured.minor.into(),
        figures.offline.minor.into(),
        figures.refunded.minor.into(),
        figures.claimed.minor.into(),
        figures.pending.into(),
        copy.payment.as_ref().map(json).transpose()?.into(),
    ])
}

/// A value as JSON for the database.
pub(super) fn json(value: &impl serde::Serialize) -> Result<serde_json::Value> {
    serde_json::to_value(value).map_err(row::unexpected)
}
