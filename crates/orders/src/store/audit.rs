//! What the audit reads, page by page.

use super::{orders::fill_lines, row};
use crate::order::Order;
use db::{Db, Result, params, statements};
use kernel::{Timestamp, id::*};
use serde_json::Value;
use std::collections::BTreeMap;

statements! {
    PAGE = "select * from orders where id > $1 order by id limit $2";
    EVENT_COUNTS = "select subject, count(*) as events, min(sequence) as oldest, max(sequence) as newest
                    from event where subject = any($1) group by subject";
    LAST_EVENTS = "select e.subject, e.data from event e
                   where e.subject = any($1)
                     and e.sequence = (select max(x.sequence) from event x where x.subject = e.subject)";
    PLACEMENTS = "select id, order_id from placement where id = any($1)";
    ORPHANS = "select p.id, p.order_id from placement p
               where p.id > $1 and p.order_id is not null
                 and not exists (select 1 from orders o where o.id = p.order_id and o.placement_id = p.id)
               order by p.id limit $2";
    UNPUBLISHED = "select count(*) as waiting from event where time < $1 and (position is null or not sent)";
    OVERDUE = "select kind, count(*) as waiting from timer where due_at < $1 group by kind order by kind";
    UNSEEN = "select count(*) as waiting from dead_letter where not seen";
}

/// Orders after `after`, by their ids, with their lines.
pub(crate) async fn page(db: &Db, after: OrderId, at_most: i64) -> Result<Vec<Order>> {
    let rows = db.query(&PAGE, params![after, at_most]).await?;
    let mut orders = rows.iter().map(row::order).collect::<Result<Vec<_>>>()?;
    fill_lines(db, &mut orders).await?;
    Ok(orders)
}

/// An order's part of the journal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    pub(crate) events: i64,
    pub(crate) oldest: i64,
    pub(crate) newest: i64,
    /// The data of the newest event.
    pub(crate) last: Value,
}

/// The journals of these orders.
pub(crate) async fn journals(db: &Db, orders: &[Order]) -> Result<BTreeMap<String, Journal>> {
    let subjects: Vec<String> = orders.iter().map(|order| order.id.to_string()).collect();
    let mut journals = BTreeMap::new();
    for row in db.query(&EVENT_COUNTS, params![subjects.clone()]).await? {
        let journal = Journal {
            events: row.get("events")?,
            oldest: row.get("oldest")?,
            newest: row.get("newest")?,
            last: Value::Null,
        };
        journals.insert(row.get::<String>("subject")?, journal);
    }
    for row in db.query(&LAST_EVENTS, params![subjects]).await? {
        journals.entry(row.get::<String>("subject")?).or_default().last = row.get("data")?;
    }
    Ok(journals)
}

/// Whose order each of these orders' placings is.
pub(crate) async fn placements(db: &Db, orders: &[Order]) -> Result<BTreeMap<PlacementId, Option<OrderId>>> {
    let ids: Vec<PlacementId> = orders.iter().filter_map(|order| order.placement_id).collect();
    let rows = db.query(&PLACEMENTS, params![ids]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("order_id")?))).collect()
}

/// Placings after `after` whose order is not there.
pub(crate) async fn orphans(
    db: &Db,
    after: PlacementId,
    at_most: i64,
) -> Result<Vec<(PlacementId, OrderId)>> {
    let rows = db.query(&ORPHANS, params![after, at_most]).await?;
    rows.iter().map(|row| Ok((row.get("id")?, row.get("order_id")?))).collect()
}

/// Events older than `before` that nobody has been sent.
pub(crate) async fn unpublished(db: &Db, before: Timestamp) -> Result<i64> {
    db.query_one(&UNPUBLISHED, params![before]).await?.get("waiting")
}

/// Timers that should have been taken before `before`, by their kind.
pub(crate) async fn overdue(db: &Db, before: Timestamp) -> Result<Vec<(String, i64)>> {
    let rows = db.query(&OVERDUE, params![before]).await?;
    rows.iter().map(|row| Ok((row.get("kind")?, row.get("waiting")?))).collect()
}

/// Events that could not be acted on, and that nobody has looked at.
pub(crate) async fn unseen(db: &Db) -> Result<i64> {
    db.query_one(&UNSEEN, params![]).await?.get("waiting")
}
