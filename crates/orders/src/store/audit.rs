//! What the audit reads, page by page.

use super::{orders::complete, row};
use crate::order::{Order, PersonalData};
use contracts::{
    audit_queries::{PaymentCopyFact, UnconsumedEventFact},
    events::EventType,
};
use db::{Db, Result, Row, params, statements};
use flow::row_reader::{self, RowReader, id};
use kernel::{Currency, Timestamp, id::*};
use std::collections::{BTreeMap, BTreeSet};

statements! {
    COUNT_ORDERS = "select count(*) as n from orders";
    PAGE = "select * from orders where id > $1 order by id limit $2";
    OF = "select * from orders where id = any($1) order by id";
    WITHOUT_LINES = "select id from orders o where id = any($1)
                       and not exists (select 1 from order_line l where l.order_id = o.id)";
    PERSONS = "select order_id, email, name, address, note, remarks, language from person where order_id = any($1)";
    FILTERED = "select id, payment_status, fulfilment_status from orders where id = any($1)";
    WORDS = "select order_id, word from order_word where order_id = any($1)";
    COPIES = "select * from orders where id = any($1)";
    FULFILMENTS = "select id from fulfilment where id = any($1)";
    PLACEMENTS = "select o.id, p.id as placement_id, p.order_id, p.answer, p.lines_hash, p.caller, p.body_hash
                  from orders o join placement p on p.id = o.placement_id where o.id = any($1)";
    PLACED = "select placement_id from orders where placement_id = any($1)";
    AFTER_POSITION = "select subject, sequence, type from event
                      where subject = any($1) and (position is null or position > $2)
                      order by subject, sequence";
    ORPHANS = "select p.id, p.order_id from placement p
               where p.id > $1 and p.order_id is not null
                 and not exists (select 1 from orders o where o.id = p.order_id and o.placement_id = p.id)
               order by p.id limit $2";
    STRANGERS = "select id, placement_id, payment_id from orders where id <= $1 order by id limit 100";
    STRANGE_PLACEMENTS = "select id, order_id from placement where id <= $1 order by id limit 100";
    SUBJECTS = "select subject from event where subject > $1 group by subject order by subject limit $2";
    VERSIONS = "select id, version from orders where id = any($1)";
    DELETED = "select subject from event where subject = any($1) and type = 'order.draft_deleted'";
    WAITING = "select kind, key, due_at from timer where kind in ('due', 'close', 'settle_owed') and key = any($1)";
}

/// How many orders there are, drafts too.
pub(crate) async fn count(db: &Db) -> Result<i64> {
    db.query_one(&COUNT_ORDERS, &[]).await?.get("n")
}

/// Orders after `after`, by their ids, with their lines, and the last one of them; none at the end. One that cannot be read
/// is named, and is none of them.
pub(crate) async fn page(
    db: &Db,
    after: OrderId,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(OrderId, Vec<Order>)>> {
    if row_reader::is_last(after) {
        return Ok(None);
    }
    let rows = db.query(&PAGE, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    Ok(Some((row_reader::mark(last, "id"), whole(db, &rows, reading).await?)))
}

/// Names orders and placements whose id is none.
pub(crate) async fn strangers(db: &Db, reading: &mut RowReader) -> Result<()> {
    let nil = params![uuid::Uuid::nil()];
    let orders = db.query(&STRANGERS, nil).await?;
    reading.strangers::<OrderId, 3>(("orders", "id"), &orders, of_order);
    let placements = db.query(&STRANGE_PLACEMENTS, nil).await?;
    let about = |row: &Row| [id::<OrderId>(row, "order_id")];
    reading.strangers::<PlacementId, 1>(("placement", "id"), &placements, about);
    Ok(())
}

fn of_order(row: &Row) -> [Option<String>; 3] {
    [id::<OrderId>(row, "id"), id::<PlacementId>(row, "placement_id"), id::<PaymentId>(row, "payment_id")]
}

/// These orders, in the same way.
pub(crate) async fn of(db: &Db, ids: &[OrderId], reading: &mut RowReader) -> Result<Vec<Order>> {
    whole(db, &db.query(&OF, params![ids]).await?, reading).await
}

async fn whole(db: &Db, rows: &[Row], reading: &mut RowReader) -> Result<Vec<Order>> {
    let found: Vec<Order> = reading.rows(("orders", "id"), rows, of_order, row::order);
    let ids: Vec<OrderId> = found.iter().map(|order| order.id).collect();
    let bare = db.query(&WITHOUT_LINES, params![ids]).await?;
    let bare: BTreeSet<OrderId> = bare.iter().map(|row| row.get("id")).collect::<Result<_>>()?;
    // none is without lines unless they are lost
    let (mut orders, whole): (Vec<Order>, Vec<Order>) =
        found.into_iter().partition(|order| bare.contains(&order.id));
    let with_lines = |whole: &[Order]| {
        complete(db, whole.iter().map(|order| (order.clone(), PersonalData::default())).collect())
    };
    let complete = row_reader::each(&whole, reading, about_order, with_lines).await?;
    orders.extend(complete.into_iter().flatten().map(|(order, _)| order));
    orders.sort_by_key(|order| order.id);
    Ok(orders)
}

/// Reads the persons of these orders; an order is named whose person cannot be read.
pub(crate) async fn persons(db: &Db, orders: &[Order], reading: &mut RowReader) -> Result<()> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let about = |row: &Row| [id::<OrderId>(row, "order_id")];
    let rows = db.query(&PERSONS, params![ids]).await?;
    reading.rows(("person", "order_id"), &rows, about, row::person);
    Ok(())
}

/// An order, and what else nothing can be said of where it cannot be read.
pub(crate) fn about_order(order: &Order) -> Vec<String> {
    let placement = order.placement_id.map(|id| id.to_string());
    let payment = order.payment.as_ref().map(|copy| copy.figures.payment_id.to_string());
    [Some(order.id.to_string()), placement, payment].into_iter().flatten().collect()
}

/// What an order is filtered by, as it is written down.
#[derive(Debug, Clone, Default)]
pub(crate) struct FilterColumns {
    pub(crate) payment_status: String,
    pub(crate) fulfilment_status: String,
    /// Of what was ordered.
    pub(crate) words: BTreeSet<String>,
}

/// What these orders are filtered by.
pub(crate) async fn filtered(db: &Db, orders: &[&Order]) -> Result<BTreeMap<OrderId, FilterColumns>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut all: BTreeMap<OrderId, FilterColumns> = BTreeMap::new();
    for row in db.query(&FILTERED, params![ids.as_slice()]).await? {
        let filtered = FilterColumns {
            payment_status: row.get("payment_status")?,
            fulfilment_status: row.get("fulfilment_status")?,
            words: BTreeSet::new(),
        };
        all.insert(row.get("id")?, filtered);
    }
    for row in db.query(&WORDS, params![ids.as_slice()]).await? {
        if let Some(filtered) = all.get_mut(&row.get("order_id")?) {
            filtered.words.insert(row.get("word")?);
        }
    }
    Ok(all)
}

/// What these orders have heard of their payments.
pub(crate) async fn copies(db: &Db, orders: &[OrderId]) -> Result<Vec<PaymentCopyFact>> {
    let rows = db.query(&COPIES, params![orders]).await?;
    let read = |found: &Row| {
        // one that cannot be read is named where the orders are checked
        let currency = found.get::<Currency>("currency");
        let copy = currency.and_then(|currency| row::payment(found, currency)).unwrap_or_default();
        let shown = copy.as_ref().and_then(|copy| copy.payment.as_ref()).map_or(0, |payment| payment.version);
        let secured = found.get("confirmed_secured").unwrap_or_default();
        let figures = copy.map(|copy| copy.figures);
        Ok(PaymentCopyFact { order_id: found.get("id")?, figures, shown, secured })
    };
    rows.iter().map(read).collect()
}

/// Which of these fulfilments are there.
pub(crate) async fn fulfilments(db: &Db, ids: &[FulfilmentId]) -> Result<BTreeSet<FulfilmentId>> {
    db.query(&FULFILMENTS, params![ids]).await?.iter().map(|row| row.get("id")).collect()
}

/// How an order came in, by its placement.
#[derive(Debug, Clone, Default)]
pub(crate) struct SubmittedOrder {
    /// Whose order its placement is.
    pub(crate) order_id: Option<OrderId>,
    /// What its placement is answered with, once that is stored.
    pub(crate) answer: Option<String>,
    /// What it remembers of the lines; nothing where it is older than that.
    pub(crate) lines_hash: Option<Vec<u8>>,
    /// Who has sent it.
    pub(crate) caller: Option<String>,
    /// Whether it has a print of what was sent.
    pub(crate) is_hashed: bool,
}

/// How these orders came in.
pub(crate) async fn sent(db: &Db, orders: &[Order]) -> Result<BTreeMap<String, SubmittedOrder>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let mut all: BTreeMap<String, SubmittedOrder> = BTreeMap::new();
    for row in db.query(&PLACEMENTS, params![ids]).await? {
        let of = |error: db::Error| row_reader::in_row("placement", &row.shown("placement_id"), &error);
        let sent = read_sent(&row).map_err(of)?;
        all.insert(row.get::<OrderId>("id")?.to_string(), sent);
    }
    Ok(all)
}

fn read_sent(row: &Row) -> Result<SubmittedOrder> {
    Ok(SubmittedOrder {
        order_id: row.get("order_id")?,
        answer: row.get("answer")?,
        lines_hash: row.get("lines_hash")?,
        caller: row.get("caller")?,
        is_hashed: row.get::<Option<Vec<u8>>>("body_hash")?.is_some(),
    })
}

/// What events tell of, after `after`: ids of orders and of fulfilments, those that can be read.
pub(crate) async fn subjects(db: &Db, after: &str, at_most: i64) -> Result<Vec<String>> {
    let rows = db.query(&SUBJECTS, params![after, at_most]).await?;
    Ok(rows.iter().filter_map(|row| row.get("subject").ok()).collect())
}

/// Those of these orders that are there.
pub(crate) async fn present(db: &Db, orders: &[OrderId]) -> Result<BTreeSet<OrderId>> {
    db.query(&VERSIONS, params![orders]).await?.iter().map(|row| row.get("id")).collect()
}

/// Those of these orders that are there, with their versions.
pub(crate) async fn versions(db: &Db, orders: &[OrderId]) -> Result<BTreeMap<OrderId, i64>> {
    let rows = db.query(&VERSIONS, params![orders]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("version")?))).collect()
}

/// Those of these that were drafts and have been deleted.
pub(crate) async fn deleted(db: &Db, orders: &[OrderId]) -> Result<BTreeSet<String>> {
    let subjects: Vec<String> = orders.iter().map(ToString::to_string).collect();
    db.query(&DELETED, params![subjects]).await?.iter().map(|row| row.get("subject")).collect()
}

/// The timers that bring these orders on where nobody does anything: of which kind, of which order, and when they are due.
pub(crate) async fn waiting(db: &Db, orders: &[OrderId]) -> Result<BTreeMap<(String, String), Timestamp>> {
    let keys: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let rows = db.query(&WAITING, params![keys]).await?;
    // one that cannot be read is named where all timers are checked
    let read = |row: &Row| Some(((row.get("kind").ok()?, row.get("key").ok()?), row.get("due_at").ok()?));
    Ok(rows.iter().filter_map(read).collect())
}

/// Which of these placements have an order.
pub(crate) async fn placed(db: &Db, placements: &[PlacementId]) -> Result<BTreeSet<PlacementId>> {
    db.query(&PLACED, params![placements]).await?.iter().map(|row| row.get("placement_id")).collect()
}

/// The events of these orders that are after a position of the feed, or not in it yet.
pub(crate) async fn after_position(
    db: &Db,
    orders: &[OrderId],
    position: i64,
) -> Result<Vec<UnconsumedEventFact>> {
    let subjects: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let of_subject: BTreeMap<String, OrderId> = orders.iter().map(|id| (id.to_string(), *id)).collect();
    let mut events = Vec::new();
    for row in db.query(&AFTER_POSITION, params![subjects, position]).await? {
        let Some(order_id) = of_subject.get(&row.get::<String>("subject")?).copied() else { continue };
        let kind: EventType = row.get::<String>("type")?.parse().map_err(db::Error::other)?;
        let ends = matches!(kind, EventType::OrderCancelled | EventType::OrderExpired);
        events.push(UnconsumedEventFact { order_id, version: row.get("sequence")?, ends });
    }
    Ok(events)
}

/// Placements after `after` whose order is not there, and the last one of them; none at the end.
pub(crate) async fn orphans(
    db: &Db,
    after: PlacementId,
    at_most: i64,
    reading: &mut RowReader,
) -> Result<Option<(PlacementId, Vec<(PlacementId, OrderId)>)>> {
    if row_reader::is_last(after) {
        return Ok(None);
    }
    let rows = db.query(&ORPHANS, params![after, at_most]).await?;
    let Some(last) = rows.last() else { return Ok(None) };
    let read = |row: &Row| Ok((row.get("id")?, row.get("order_id")?));
    let found = reading.rows(("placement", "id"), &rows, |row| [id::<PlacementId>(row, "id")], read);
    Ok(Some((row_reader::mark(last, "id"), found)))
}
