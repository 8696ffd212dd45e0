//! What can be found broken within this service, and the facts that others' are laid beside (I1 to I10 of
//! `docs/lifecycle.md`).

use crate::{
    NAME,
    order::Order,
    store::audit::{self as store, Journal, Sent},
    transition::order::State,
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
    id::{Id, ProductId},
};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Orders looked at together.
const PAGE: i64 = 500;

/// Looks at everything, page by page.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> Result<Audited> {
    let mut audited = Audited::default();
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    loop {
        let orders = store::page(db, after, PAGE).await?;
        let Some(last) = orders.last() else { break };
        after = last.id;
        let journals = store::journals(db, &orders).await?;
        let sent = store::sent(db, &orders).await?;
        for order in &orders {
            let id = order.id.to_string();
            let (journal, sent) = (journals.get(&id), sent.get(&id));
            audited.findings.extend(look(order, journal.unwrap_or(&NO_JOURNAL), sent.unwrap_or(&NOT_SENT)));
            // a draft holds no stock and owes no money: there is nothing to lay beside it
            if order.state != State::Draft {
                audited.orders.push(fact(order));
            }
        }
    }
    orphans(db, &mut audited.findings).await?;
    audited.findings.extend(flow::audit::waiting(NAME, db, now).await?);
    Ok(audited)
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
