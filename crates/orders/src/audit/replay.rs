//! Replaying what an order's events tell (I7): each follows from the one before it, and what they come to is the row.

use crate::{
    order::Order,
    transition::order::{OrderState, TABLE},
};
use contracts::events::{EventType, OrderEvent, OrderSnapshot};
use db::{Db, Result};
use flow::audit::JournalEntry;
use kernel::Money;
use std::collections::BTreeMap;

/// An order's part of the journal.
#[derive(Debug, Default)]
pub(super) struct Journal {
    events: i64,
    oldest: i64,
    newest: i64,
    /// What the newest event tells.
    last: Option<OrderSnapshot>,
    /// What it was placed as.
    pub(super) placed: Option<OrderSnapshot>,
    /// Who has placed it.
    pub(super) placed_by: Option<String>,
    /// What it owed when it was confirmed.
    owed_when_confirmed: Option<Money>,
    /// What is wrong with the first event that does not follow from the ones before it.
    fault: Option<String>,
}

/// The journals of these orders, by their ids.
pub(super) async fn journals(db: &Db, orders: &[Order]) -> Result<BTreeMap<String, Journal>> {
    let subjects: Vec<String> = orders.iter().map(|order| order.id.to_string()).collect();
    let mut journals: BTreeMap<String, Journal> = BTreeMap::new();
    flow::audit::replay(db, &subjects, |event| {
        journals.entry(event.subject.clone()).or_default().take(&event);
    })
    .await?;
    Ok(journals)
}

impl Journal {
    fn take(&mut self, event: &JournalEntry) {
        self.events += 1;
        if self.events == 1 {
            self.oldest = event.version;
        }
        self.newest = event.version;
        if self.fault.is_some() {
            return;
        }
        match follow(self.last.as_ref(), event) {
            Ok(figures) => {
                if event.kind == Some(EventType::OrderPlaced) {
                    self.placed_by = Some(event.actor.clone());
                }
                self.tells(event.kind, figures);
            }
            Err(why) => self.fault = Some(format!("its event {} {why}", event.version)),
        }
    }

    fn tells(&mut self, kind: Option<EventType>, figures: OrderSnapshot) {
        if kind == Some(EventType::OrderPlaced) {
            self.placed = Some(figures.clone());
        }
        if figures.confirmed {
            self.owed_when_confirmed.get_or_insert(figures.owed);
        }
        self.last = Some(figures);
    }

    /// Why it has not as many events as versions, from the first one on.
    pub(super) fn gap(&self, order: &Order) -> Option<String> {
        let Journal { events, oldest, newest, .. } = self;
        let is_whole = (*events, *oldest, *newest) == (order.version, 1, order.version);
        let version = order.version;
        (!is_whole).then(|| format!("version {version}, and {events} events from {oldest} to {newest}"))
    }

    /// Why replaying it does not give this order.
    pub(super) fn contradiction(&self, order: &Order) -> Option<String> {
        if let Some(fault) = &self.fault {
            return Some(fault.clone());
        }
        if self.last.as_ref() != Some(&order.figures()) {
            return Some("its last event tells other figures than its row".to_owned());
        }
        let owed = order.confirmation.map(|confirmation| confirmation.owed);
        (owed != self.owed_when_confirmed)
            .then(|| "what it owed when it was confirmed is not what its events told then".to_owned())
    }
}

/// The totals of an event that may come after the one that told `before`; or what is wrong with it.
fn follow(
    before: Option<&OrderSnapshot>,
    event: &JournalEntry,
) -> std::result::Result<OrderSnapshot, &'static str> {
    let kind = event.kind.ok_or("is of no known type")?;
    let OrderEvent { figures } = event.read().map_err(|_| "cannot be read")?;
    if figures.version != event.version || figures.order_id.to_string() != event.subject {
        return Err("tells of another order or version");
    }
    if !TABLE.iter().any(|row| row.event == kind && leads(row.from, before) && tells(row.to, &figures)) {
        return Err("is of a type that cannot lead there");
    }
    match before {
        // a draft can be changed in every way
        Some(before) if before.placement_id.is_some() && !goes_on(before, kind, &figures) => {
            Err("tells less than the one before it, or something else")
        }
        _ => Ok(figures),
    }
}

fn leads(from: OrderState, before: Option<&OrderSnapshot>) -> bool {
    match before {
        None => from == OrderState::New,
        Some(before) => from != OrderState::New && from.status() == before.status,
    }
}

fn tells(to: OrderState, figures: &OrderSnapshot) -> bool {
    to.status() == figures.status && to.is_terminal() == figures.terminal
}

/// What was placed stays as it is, and totals never become less.
fn goes_on(before: &OrderSnapshot, kind: EventType, after: &OrderSnapshot) -> bool {
    // a guest's comes into an account once
    let is_whose = before.user_id == after.user_id || kind == EventType::OrderClaimed;
    let same = (before.number, before.placement_id, before.total, before.products.len())
        == (after.number, after.placement_id, after.total, after.products.len());
    let more = before.products.iter().zip(&after.products).all(|(before, after)| {
        (before.product_id, before.ordered) == (after.product_id, after.ordered)
            && before.cancelled <= after.cancelled
            && before.shipped <= after.shipped
            && before.returned <= after.returned
    });
    same && is_whose && more && before.confirmed <= after.confirmed && after.owed.minor <= before.owed.minor
}
