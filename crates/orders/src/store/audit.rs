//! What the audit reads, page by page.

use super::{orders::complete, row};
use crate::{
    audit::ToBeHeard,
    order::{Order, Person},
};
use contracts::events::EventType;
use db::{Db, Result, params, statements};
use kernel::id::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

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
    PLACED = "select placement_id from orders where placement_id = any($1)";
    AFTER_POSITION = "select subject, sequence, type from event
                      where subject = any($1) and (position is null or position > $2)
                      order by subject, sequence";
    ORPHANS = "select p.id, p.order_id from placement p
               where p.id > $1 and p.order_id is not null
                 and not exists (select 1 from orders o where o.id = p.order_id and o.placement_id = p.id)
               order by p.id limit $2";
    SUBJECTS = "select subject from event where subject > $1 group by subject order by subject limit $2";
    VERSIONS = "select id, version from orders where id = any($1)";
    DELETED = "select subject from event where subject = any($1) and type = 'order.draft_deleted'";
    WAITING = "select kind, key from timer where kind in ('due', 'close') and key = any($1)";
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

/// What events tell of, after `after`: ids of orders and of fulfilments.
pub(crate) async fn subjects(db: &Db, after: &str, at_most: i64) -> Result<Vec<String>> {
    let rows = db.query(&SUBJECTS, params![after, at_most]).await?;
    rows.iter().map(|row| row.get("subject")).collect()
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

/// The timers that bring these orders on where nobody does anything: of which kind, of which order.
pub(crate) async fn waiting(db: &Db, orders: &[OrderId]) -> Result<BTreeSet<(String, String)>> {
    let keys: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let rows = db.query(&WAITING, params![keys]).await?;
    rows.iter().map(|row| Ok((row.get("kind")?, row.get("key")?))).collect()
}

/// Which of these placings have an order.
pub(crate) async fn placed(db: &Db, placements: &[PlacementId]) -> Result<BTreeSet<PlacementId>> {
    db.query(&PLACED, params![placements]).await?.iter().map(|row| row.get("placement_id")).collect()
}

/// The events of these orders that are after a position of the feed, or not in it yet.
pub(crate) async fn after_position(db: &Db, orders: &[OrderId], position: i64) -> Result<Vec<ToBeHeard>> {
    let subjects: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let of_subject: BTreeMap<String, OrderId> = orders.iter().map(|id| (id.to_string(), *id)).collect();
    let mut events = Vec::new();
    for row in db.query(&AFTER_POSITION, params![subjects, position]).await? {
        let Some(order_id) = of_subject.get(&row.get::<String>("subject")?).copied() else { continue };
        let kind: EventType = row.get::<String>("type")?.parse().map_err(db::Error::other)?;
        let ends = matches!(kind, EventType::OrderCancelled | EventType::OrderExpired);
        events.push(ToBeHeard { order_id, version: row.get("sequence")?, ends });
    }
    Ok(events)
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
