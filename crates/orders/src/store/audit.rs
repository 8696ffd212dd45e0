//! What the audit reads, page by page.

use super::{orders::complete, row};
use crate::order::{Order, Person};
use db::{Db, Result, params, statements};
use kernel::id::*;
use serde_json::Value;
use std::collections::BTreeMap;

statements! {
    PAGE = "select * from orders where id > $1 order by id limit $2";
    EVENT_COUNTS = "select subject, count(*) as events, min(sequence) as oldest, max(sequence) as newest
                    from event where subject = any($1) group by subject";
    LAST_EVENTS = "select e.subject, e.data from event e
                   where e.subject = any($1)
                     and e.sequence = (select max(x.sequence) from event x where x.subject = e.subject)";
    PLACEMENTS = "select o.id, p.order_id, p.answer from orders o join placement p on p.id = o.placement_id
                  where o.id = any($1)";
    PLACED_EVENTS = "select subject, data from event where subject = any($1) and type = 'order.placed'";
    ORPHANS = "select p.id, p.order_id from placement p
               where p.id > $1 and p.order_id is not null
                 and not exists (select 1 from orders o where o.id = p.order_id and o.placement_id = p.id)
               order by p.id limit $2";
}

/// Orders after `after`, by their ids, with their lines.
pub(crate) async fn page(db: &Db, after: OrderId, at_most: i64) -> Result<Vec<Order>> {
    let rows = db.query(&PAGE, params![after, at_most]).await?;
    let found =
        rows.iter().map(|found| Ok((row::order(found)?, Person::default()))).collect::<Result<_>>()?;
    Ok(complete(db, found).await?.into_iter().map(|(order, _)| order).collect())
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

/// How an order came in: by its placing, and by the event that told of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent {
    /// Whose order its placing is.
    pub(crate) order_id: Option<OrderId>,
    /// What its placing is answered with, once that is stored.
    pub(crate) answer: Option<String>,
    /// The data of `order.placed`.
    pub(crate) event: Option<Value>,
}

/// How these orders came in.
pub(crate) async fn sent(db: &Db, orders: &[Order]) -> Result<BTreeMap<String, Sent>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let subjects: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut all: BTreeMap<String, Sent> = BTreeMap::new();
    for row in db.query(&PLACEMENTS, params![ids]).await? {
        let sent = all.entry(row.get::<OrderId>("id")?.to_string()).or_default();
        (sent.order_id, sent.answer) = (row.get("order_id")?, row.get("answer")?);
    }
    for row in db.query(&PLACED_EVENTS, params![subjects]).await? {
        all.entry(row.get("subject")?).or_default().event = Some(row.get("data")?);
    }
    Ok(all)
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
