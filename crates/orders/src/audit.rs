//! What can be found broken within this service, and the facts that others' are laid beside (I1 to I10 of
//! `docs/lifecycle.md`).

use crate::{
    NAME,
    order::Order,
    store::audit::{self as store, Journal, Sent},
    transition::order::State,
    work::kinds,
};
use contracts::{
    audit::{Audited, Finding, Invariant, OrderFact},
    events::{OrderEvent, OrderFigures},
    orders as wire,
    payments::PaymentState,
};
use db::{Db, Result};
use endpoint::{Created, Reply};
use kernel::{
    Timestamp,
    id::{Id, OrderId, PlacementId, ProductId},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Orders and placings looked at together.
const PAGE: i64 = 500;

/// Looks at everything; every order's facts are held in memory.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> Result<Audited> {
    let mut audited = rest(db, now).await?;
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    while let Some((last, part)) = page(db, after, PAGE).await? {
        after = last;
        audited.findings.extend(part.findings);
        audited.orders.extend(part.orders);
    }
    Ok(audited)
}

/// Looks at the orders after `after`, by their ids: at most so many, and gives the last one of them. None: there are
/// no more.
///
/// # Errors
/// What the database says.
pub async fn page(db: &Db, after: OrderId, at_most: i64) -> Result<Option<(OrderId, Audited)>> {
    let orders = store::page(db, after, at_most).await?;
    let Some(last) = orders.last() else { return Ok(None) };
    let journals = store::journals(db, &orders).await?;
    let sent = store::sent(db, &orders).await?;
    let mut audited = Audited::default();
    for order in &orders {
        let id = order.id.to_string();
        let (journal, sent) = (journals.get(&id), sent.get(&id));
        audited.findings.extend(look(order, journal.unwrap_or(&NO_JOURNAL), sent.unwrap_or(&NOT_SENT)));
        // a draft holds no stock and owes no money: there is nothing to lay beside it
        if order.state != State::Draft {
            audited.orders.push(fact(order));
        }
    }
    audited.findings.extend(forgotten(db, &orders).await?);
    Ok(Some((last.id, audited)))
}

/// What is to be found beside the orders, page by page.
///
/// # Errors
/// What the database says.
pub async fn rest(db: &Db, now: Timestamp) -> Result<Audited> {
    let mut audited = Audited::default();
    orphans(db, &mut audited.findings).await?;
    vanished(db, &mut audited.findings).await?;
    audited.findings.extend(flow::audit::waiting(NAME, db, now).await?);
    Ok(audited)
}

/// Which of these placings became an order.
///
/// # Errors
/// What the database says.
pub async fn placed(db: &Db, placements: &[PlacementId]) -> Result<BTreeSet<PlacementId>> {
    store::placed(db, placements).await
}

/// Which of these orders are there, drafts among them.
///
/// # Errors
/// What the database says.
pub async fn present(db: &Db, orders: &[OrderId]) -> Result<BTreeSet<OrderId>> {
    Ok(store::versions(db, orders).await?.into_keys().collect())
}

/// An event of an order that has no place in the feed yet, or one after a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToBeHeard {
    /// Of which order.
    pub order_id: OrderId,
    /// The version of the order that it tells.
    pub version: i64,
    /// Whether it tells that the order has ended.
    pub ends: bool,
}

/// The events of these orders that whoever has heard the feed up to `position` may not have heard.
///
/// # Errors
/// What the database says.
pub async fn after_position(db: &Db, orders: &[OrderId], position: i64) -> Result<Vec<ToBeHeard>> {
    store::after_position(db, orders, position).await
}

const NO_JOURNAL: Journal = Journal { events: 0, oldest: 0, newest: 0, last: Value::Null };
const NOT_SENT: Sent = Sent { order_id: None, answer: None, event: None };

/// Looks at one order. What is looked at later counts on what was looked at before.
fn look(order: &Order, told: &Journal, sent: &Sent) -> Vec<Finding> {
    let mut found = Vec::new();
    placing(order, sent, &mut found);
    as_sent(order, sent, &mut found);
    terminal(order, &mut found);
    if found.is_empty() {
        lines(order, &mut found);
    }
    money(order, &mut found);
    journal(order, told, &mut found);
    found
}

fn find(found: &mut Vec<Finding>, invariant: Invariant, subject: impl ToString, detail: String) {
    found.push(Finding { invariant, subject: subject.to_string(), detail });
}

/// I3: the equation of every line; and what is owed follows from them.
fn lines(order: &Order, found: &mut Vec<Finding>) {
    for line in order.lines.iter().filter(|line| !line.is_sound()) {
        let detail = format!(
            "{}: {} ordered, {} open, {} cancelled, {} shipped, {} delivered, {} returned",
            line.id, line.quantity, line.open, line.cancelled, line.shipped, line.delivered, line.returned
        );
        find(found, Invariant::I3, order.id, detail);
    }
    let owed = order.lines.owed(order.total);
    if found.is_empty() && owed != order.owed {
        let detail = format!("{} is noted as owed, by its lines it is {owed}", order.owed);
        find(found, Invariant::I3, order.id, detail);
    }
}

/// I9: it is as it was sent, by the event and the answer that told of it; and its total is that of its lines.
fn as_sent(order: &Order, sent: &Sent, found: &mut Vec<Finding>) {
    let mut broken = |detail: String| find(found, Invariant::I9, order.id, detail);
    let sum = order.lines.iter().map(|line| i128::from(line.unit_price.minor) * i128::from(line.quantity));
    let adjustments = order.adjustments.iter().map(|adjustment| i128::from(adjustment.amount.minor));
    let sum: i128 = sum.chain(adjustments).sum();
    if sum != i128::from(order.total.minor) {
        return broken(format!("its total is {}, its lines and adjustments are {sum}", order.total));
    }
    if let Some(told) = sent.event.as_ref().and_then(|data| OrderEvent::deserialize(data).ok()) {
        let ordered = |figures: &OrderFigures| -> Vec<(ProductId, i64)> {
            figures.products.iter().map(|product| (product.product_id, product.ordered)).collect()
        };
        if ordered(&told.figures) != ordered(&order.figures()) || told.figures.total != order.total {
            return broken("its lines or its total are not those that its first event told".to_owned());
        }
    }
    let Some(kept) = &sent.answer else { return };
    match Created::<wire::Order>::replay(kept) {
        Ok(Created { body: told, .. }) => {
            let lines = order.lines.iter();
            let lines = lines.map(|l| (l.id, l.product_id, &l.title, &l.sku, l.quantity, l.unit_price));
            let answered = told.lines.iter();
            let answered = answered.map(|l| (l.id, l.product_id, &l.title, &l.sku, l.quantity, l.unit_price));
            if told.total != order.total || !lines.eq(answered) {
                broken("its lines or its total are not those that its placing was answered with".to_owned());
            }
        }
        Err(error) => broken(format!("the answer to its placing cannot be read: {error}")),
    }
}

/// I5: enough was secured when it was confirmed, and captured before anything shipped.
fn money(order: &Order, found: &mut Vec<Finding>) {
    if let Some(confirmation) = order.confirmation.filter(|c| c.secured.minor < c.owed.minor) {
        let detail = format!("confirmed with {} secured of {} owed", confirmation.secured, confirmation.owed);
        find(found, Invariant::I5, order.id, detail);
    }
    let captured = order.payment.as_ref().map_or(0, |copy| copy.figures.captured.minor);
    let shipped = order.lines.shipped_value(order.total, order.owed);
    if captured < shipped {
        find(found, Invariant::I5, order.id, format!("{shipped} are shipped, {captured} are captured"));
    }
}

/// I6: a terminal order holds nothing and keeps no money.
fn terminal(order: &Order, found: &mut Vec<Finding>) {
    if !order.state.is_terminal() {
        return;
    }
    let units = order.lines.units();
    if units.open > 0 {
        find(found, Invariant::I6, order.id, format!("it is over, and {} units are open", units.open));
    }
    let Some(copy) = &order.payment else {
        return find(
            found,
            Invariant::I6,
            order.id,
            "it is over, and its payment was never closed".to_owned(),
        );
    };
    let figures = &copy.figures;
    if figures.state != PaymentState::Closed {
        find(found, Invariant::I6, order.id, format!("it is over, and its payment is {:?}", figures.state));
    }
    if copy.refundable() != 0 {
        let detail = format!(
            "captured {}, refunded {}, claimed {}",
            figures.captured, figures.refunded, figures.claimed
        );
        find(found, Invariant::I6, order.id, detail);
    }
}

/// I7: as many events as versions, and the last one's figures are the row's. A row that is broken in a way of its
/// own is not named once more for not being what the journal tells.
fn journal(order: &Order, journal: &Journal, found: &mut Vec<Finding>) {
    let Journal { events, oldest, newest, last } = journal;
    if (*events, *oldest, *newest) != (order.version, 1, order.version) {
        let detail = format!("version {}, and {events} events from {oldest} to {newest}", order.version);
        return find(found, Invariant::I7, order.id, detail);
    }
    if !found.is_empty() {
        return;
    }
    match OrderEvent::deserialize(last) {
        Ok(event) if event.figures == order.figures() => {}
        Ok(_) => {
            find(found, Invariant::I7, order.id, "its last event tells other figures than its row".to_owned())
        }
        Err(error) => find(found, Invariant::I7, order.id, format!("its last event cannot be read: {error}")),
    }
}

/// I9: its placing is its own.
fn placing(order: &Order, sent: &Sent, found: &mut Vec<Finding>) {
    match order.placement_id {
        None if order.state == State::Draft => {}
        None => find(found, Invariant::I9, order.id, "it has been placed, and has no placing".to_owned()),
        Some(_) if sent.order_id == Some(order.id) => {}
        Some(id) => find(found, Invariant::I9, order.id, format!("its placing {id} is not its own")),
    }
}

/// I9: a placing that became an order has it.
async fn orphans(db: &Db, found: &mut Vec<Finding>) -> Result<()> {
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    loop {
        let orphans = store::orphans(db, after, PAGE).await?;
        let Some((last, _)) = orphans.last() else { return Ok(()) };
        after = *last;
        for (placement, order) in &orphans {
            find(
                found,
                Invariant::I9,
                placement,
                format!("it became {order}, which is not there or has another placing"),
            );
        }
    }
}

/// I9: what events tell of is there, except for drafts that were deleted. Events are read before orders, so that an
/// order that comes in between is not missed.
async fn vanished(db: &Db, found: &mut Vec<Finding>) -> Result<()> {
    let mut after = String::new();
    loop {
        let subjects = store::subjects(db, &after, PAGE).await?;
        let Some(last) = subjects.last() else { return Ok(()) };
        after.clone_from(last);
        // fulfilments tell of themselves, too
        let told: Vec<OrderId> = subjects.iter().filter_map(|subject| subject.parse().ok()).collect();
        let there = present(db, &told).await?;
        let gone: Vec<OrderId> = told.into_iter().filter(|id| !there.contains(id)).collect();
        if gone.is_empty() {
            continue;
        }
        let deleted = store::deleted(db, &gone).await?;
        for id in gone.into_iter().filter(|id| !deleted.contains(&id.to_string())) {
            find(found, Invariant::I9, id, "its events tell of it, and it is not there".to_owned());
        }
    }
}

/// I8: an order that waits for its money, or for the end of its payment, has the timer that ends the waiting. One that
/// has changed since it was read may wait no more.
async fn forgotten(db: &Db, orders: &[Order]) -> Result<Vec<Finding>> {
    let waiting: Vec<(&Order, &str)> =
        orders.iter().filter_map(|order| Some((order, ended_by(order)?))).collect();
    let ids = |of: &[(&Order, &str)]| -> Vec<OrderId> { of.iter().map(|(order, _)| order.id).collect() };
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let timers = store::waiting(db, &ids(&waiting)).await?;
    let has_timer =
        |(order, kind): &(&Order, &str)| timers.contains(&((*kind).to_owned(), order.id.to_string()));
    let lacking: Vec<(&Order, &str)> = waiting.into_iter().filter(|waits| !has_timer(waits)).collect();
    if lacking.is_empty() {
        return Ok(Vec::new());
    }
    let versions = store::versions(db, &ids(&lacking)).await?;
    let is_as_read = |order: &Order| versions.get(&order.id) == Some(&order.version);
    let finding = |(order, kind): (&Order, &str)| Finding {
        invariant: Invariant::I8,
        subject: order.id.to_string(),
        detail: format!("it is {:?}, and has no timer {kind} to end that", order.state),
    };
    Ok(lacking.into_iter().filter(|(order, _)| is_as_read(order)).map(finding).collect())
}

/// The timer that ends the state of an order, where nobody does anything.
fn ended_by(order: &Order) -> Option<&'static str> {
    match order.state {
        State::CancellingIfUnpaid | State::CancellingAlways => Some(kinds::CLOSE),
        // one that was taken over, or that its front settles, can be paid at any time
        State::Pending => order.payment_due_at.map(|_| kinds::DUE),
        _ => None,
    }
}

fn fact(order: &Order) -> OrderFact {
    let mut shipped: BTreeMap<ProductId, i64> = BTreeMap::new();
    let mut open: BTreeMap<ProductId, i64> = BTreeMap::new();
    for line in order.lines.iter() {
        let Some(product) = line.product_id else { continue };
        *shipped.entry(product).or_insert(0) += line.shipped;
        *open.entry(product).or_insert(0) += line.open;
    }
    OrderFact {
        order_id: order.id,
        placement_id: order.placement_id,
        status: order.state.status(),
        confirmed: order.confirmation.is_some(),
        owed: order.owed.minor,
        shipped_value: order.lines.shipped_value(order.total, order.owed),
        shipped: shipped.into_iter().collect(),
        open: open.into_iter().collect(),
    }
}
