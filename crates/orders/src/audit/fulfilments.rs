//! Fulfilments: each is what its own events tell (I7), and together they are what their order's lines say (I3).

use super::finding;
use crate::{
    order::{Order, units},
    store::fulfilments as store,
    transition::fulfilment::TABLE,
};
use contracts::{
    audit::{Finding, Invariant},
    events::{EventType, FulfilmentEvent},
    fulfilments::{Fulfilment, FulfilmentStatus},
};
use db::{Db, Result};
use flow::audit::JournalEntry;
use kernel::id::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// What the events of a fulfilment tell.
#[derive(Debug, Default)]
struct Journal {
    last: Option<Fulfilment>,
    /// What is wrong with the first event that does not follow from the ones before it.
    fault: Option<String>,
}

/// Checks the fulfilments of these orders; those whose own rows are sound are laid beside theirs.
pub(super) async fn look(db: &Db, orders: &[Order], sound: &BTreeSet<OrderId>) -> Result<Vec<Finding>> {
    let ids: Vec<OrderId> = orders.iter().map(|order| order.id).collect();
    let fulfilments = store::of_many(db, &ids).await?;
    let subjects: Vec<String> = fulfilments.iter().map(|fulfilment| fulfilment.id.to_string()).collect();
    let mut journals: BTreeMap<String, Journal> = BTreeMap::new();
    flow::audit::replay(db, &subjects, |event| {
        journals.entry(event.subject.clone()).or_default().take(&event);
    })
    .await?;
    let mut by_order: BTreeMap<OrderId, Vec<Fulfilment>> = BTreeMap::new();
    for fulfilment in fulfilments {
        by_order.entry(fulfilment.order_id).or_default().push(fulfilment);
    }
    let mut found = Vec::new();
    for order in orders {
        let own = by_order.remove(&order.id).unwrap_or_default();
        let before = found.len();
        for fulfilment in &own {
            let why = contradiction(fulfilment, journals.get(&fulfilment.id.to_string()));
            found.extend(why.map(|why| finding(Invariant::I7, fulfilment.id, why)));
        }
        if found.len() == before && sound.contains(&order.id) {
            let why = not_its_units(order, &own);
            found.extend(why.map(|why| finding(Invariant::I3, order.id, why)));
        }
    }
    Ok(found)
}

impl Journal {
    fn take(&mut self, event: &JournalEntry) {
        if self.fault.is_some() {
            return;
        }
        match follow(self.last.as_ref(), event) {
            Ok(fulfilment) => self.last = Some(fulfilment),
            Err(why) => self.fault = Some(format!("its event {} {why}", event.version)),
        }
    }
}

fn follow(
    before: Option<&Fulfilment>,
    event: &JournalEntry,
) -> std::result::Result<Fulfilment, &'static str> {
    let kind = event.kind.ok_or("is of no known type")?;
    let FulfilmentEvent { fulfilment: told, .. } = event.read().map_err(|_| "cannot be read")?;
    if told.version != event.version || told.id.to_string() != event.subject {
        return Err("tells of another fulfilment or version");
    }
    if told.version != before.map_or(0, |before| before.version) + 1 {
        return Err("does not follow the one before it");
    }
    let may_be = match before {
        None => kind == EventType::FulfilmentCreated && told.status == FulfilmentStatus::Pending,
        Some(before) if kind == EventType::FulfilmentUpdated => is_correction(before, &told),
        Some(before) => {
            TABLE.iter().any(|row| (row.from, row.to, row.event) == (before.status, told.status, kind))
        }
    };
    if may_be { Ok(told) } else { Err("is of a type that cannot lead there") }
}

/// Whether nothing but carrier and number is another one, or that it was taken apart.
fn is_correction(before: &Fulfilment, after: &Fulfilment) -> bool {
    let Fulfilment { version, corrections, corrected_at, corrected_with, steps, .. } = after.clone();
    let before = Fulfilment { version, corrections, corrected_at, corrected_with, steps, ..before.clone() };
    let Fulfilment { carrier, tracking_number, .. } = after.clone();
    let renumbered = Fulfilment { carrier, tracking_number, ..before.clone() };
    let unpacked = Fulfilment { to_unpack: false, ..before.clone() };
    before.status.can_be_corrected() && renumbered == *after || before.to_unpack && unpacked == *after
}

/// Why a row is not what its events tell.
fn contradiction(row: &Fulfilment, journal: Option<&Journal>) -> Option<String> {
    let Some(journal) = journal else { return Some("no event tells of it".to_owned()) };
    if let Some(fault) = &journal.fault {
        return Some(fault.clone());
    }
    let in_order = |fulfilment: &Fulfilment| {
        let mut fulfilment = fulfilment.clone();
        fulfilment.lines.sort_by_key(|line| line.line_id);
        // version 0.1.0, which may move it later, tells nothing of corrections and steps
        (fulfilment.corrections, fulfilment.corrected_at) = (0, None);
        fulfilment.corrected_with = Vec::new();
        (fulfilment.steps, fulfilment.to_unpack) = (Vec::new(), false);
        fulfilment
    };
    let is_told = journal.last.as_ref().map(in_order) == Some(in_order(row));
    (!is_told).then(|| "its last event tells something else than its row".to_owned())
}

/// Units of a line, in fulfilments.
#[derive(Debug, Default, PartialEq, Eq)]
struct ShippedUnits {
    shipped: i64,
    delivered: i64,
    returned: i64,
}

impl fmt::Display for ShippedUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ShippedUnits { shipped, delivered, returned } = self;
        write!(f, "{shipped} shipped, {delivered} delivered, {returned} returned")
    }
}

/// A row can say anything: a sum stays at the end of its range.
fn add(sum: &mut i64, units: i64) {
    *sum = sum.saturating_add(units);
}

/// Why the lines of an order, and how many it says are packed, are not what its fulfilments come to.
fn not_its_units(order: &Order, fulfilments: &[Fulfilment]) -> Option<String> {
    use FulfilmentStatus::{Cancelled, Delivered, Failed, Packed, Pending, Returned, Shipped};
    let (mut sent, mut waiting): (BTreeMap<LineId, ShippedUnits>, BTreeMap<LineId, i64>) = Default::default();
    for fulfilment in fulfilments {
        for (line, quantity) in units(fulfilment) {
            let of_line = sent.entry(line).or_default();
            match fulfilment.status {
                Pending | Packed => add(waiting.entry(line).or_default(), quantity),
                Shipped | Failed => add(&mut of_line.shipped, quantity),
                Delivered => {
                    add(&mut of_line.shipped, quantity);
                    add(&mut of_line.delivered, quantity);
                }
                Returned => {
                    add(&mut of_line.shipped, quantity);
                    add(&mut of_line.delivered, quantity);
                    add(&mut of_line.returned, quantity);
                }
                Cancelled => {}
            }
        }
    }
    let packed = fulfilments.iter().filter(|fulfilment| fulfilment.status == Packed).count();
    if i64::try_from(packed) != Ok(order.packed) {
        return Some(format!("{} fulfilments are noted as packed, and {packed} are", order.packed));
    }
    let all = |fits: fn(FulfilmentStatus) -> bool| -> i64 {
        let fitting = fulfilments.iter().filter(|fulfilment| fits(fulfilment.status));
        let mut sum = 0;
        fitting.flat_map(|fulfilment| &fulfilment.lines).for_each(|line| add(&mut sum, line.quantity));
        sum
    };
    let found = (all(|status| matches!(status, Pending | Packed)), all(|status| status == Failed));
    if found != (order.allocated, order.failed) {
        let Order { allocated, failed, .. } = order;
        return Some(format!(
            "{allocated} units are noted as waiting and {failed} as not delivered; by its fulfilments {} and {}",
            found.0, found.1
        ));
    }
    order.lines.iter().find_map(|line| {
        let noted =
            ShippedUnits { shipped: line.shipped, delivered: line.delivered, returned: line.returned };
        let found = sent.remove(&line.id).unwrap_or_default();
        let allocated = waiting.get(&line.id).copied().unwrap_or(0);
        (noted != found || allocated > line.open).then(|| {
            let (id, open) = (line.id, line.open);
            format!("{id}: {noted}, {open} open; by its fulfilments {found}, {allocated} waiting")
        })
    })
}
