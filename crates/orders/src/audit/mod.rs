//! What can be found broken within this service, and the facts that others' are laid beside (I1 to I10 of
//! `docs/lifecycle.md`).

mod derived;
mod fulfilments;
mod numbers;
mod replay;
mod stock;
mod sums;

pub use stock::heard_of_stock;
pub use sums::{SUMS_OF, sums};

use crate::{
    NAME,
    order::{Order, PaymentCopy},
    pricing::Quote,
    store::{
        audit::{self as store, SubmittedOrder},
        placements::lines_hash,
    },
    transition::order::OrderState,
    workflows::kinds,
};
use contracts::{
    audit::{Finding, Invariant, OrderFact, ServiceFacts, VersionFact},
    audit_queries::{PaymentCopyFact, UnconsumedEventFact},
    events::OrderSnapshot,
    orders as wire,
    payments::PaymentState,
};
use db::{Db, Result};
use endpoint::{Created, Reply};
use flow::row_reader::{self, RowReader};
use kernel::{
    Timestamp,
    id::{FulfilmentId, Id, OrderId, PlacementId, ProductId},
};
use replay::Journal;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Orders and placements checked together.
const PAGE: i64 = 500;

/// The timer of an order that must be paid by some time is due then, or has been tried and is tried again; others are due
/// soon.
const DUE_WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

/// Checks everything; every order's facts are held in memory.
///
/// # Errors
/// What the database says.
pub async fn audit(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let mut audited = rest(db, now).await?;
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    while let Some((last, part)) = page(db, after, PAGE).await? {
        after = last;
        audited.findings.extend(part.findings);
        audited.unreadable.extend(part.unreadable);
        audited.orders.extend(part.orders);
    }
    if audited.findings.is_empty() {
        audited.findings.extend(sums(db).await?);
    }
    Ok(audited)
}

/// Checks the orders after `after`, by their ids: at most so many, and gives the last one of them. None: there are no
/// more.
///
/// # Errors
/// What the database says.
pub async fn page(db: &Db, after: OrderId, at_most: i64) -> Result<Option<(OrderId, ServiceFacts)>> {
    // what belongs to an order is read in several statements, and a change that came in between would look like a break
    let db = &db.snapshot().await?;
    let mut reading = RowReader::default();
    let Some((last, orders)) = store::page(db, after, at_most, &mut reading).await? else { return Ok(None) };
    store::persons(db, &orders, &mut reading).await?;
    let mut audited = ServiceFacts::default();
    for part in
        row_reader::each(&orders, &mut reading, store::about_order, |orders| look_at(db, orders)).await?
    {
        audited.findings.extend(part.findings);
        audited.orders.extend(part.orders);
        audited.versions.extend(part.versions);
    }
    reading.add_to(&mut audited);
    Ok(Some((last, audited)))
}

async fn look_at(db: &Db, orders: &[Order]) -> Result<ServiceFacts> {
    let mut journals = replay::journals(db, orders).await?;
    let sent = store::sent(db, orders).await?;
    let mut audited = ServiceFacts::default();
    let mut sound = Vec::new();
    for order in orders {
        let id = order.id.to_string();
        let journal = journals.remove(&id).unwrap_or_default();
        let found = look(order, &journal, sent.get(&id).unwrap_or(&NOT_SENT));
        sound.extend(found.is_empty().then_some(order));
        audited.findings.extend(found);
        audited.versions.push(VersionFact { subject: id, version: order.version });
        // a draft holds no stock and owes no money: there is nothing to lay beside it
        if order.state != OrderState::Draft {
            audited.orders.push(fact(order));
        }
    }
    let ids: BTreeSet<OrderId> = sound.iter().map(|order| order.id).collect();
    audited.findings.extend(derived::look(db, &sound).await?);
    audited.findings.extend(stock::held(db, &sound).await?);
    audited.findings.extend(fulfilments::look(db, orders, &ids).await?);
    audited.findings.extend(forgotten(db, orders).await?);
    Ok(audited)
}

/// How many orders there are, drafts too; each is counted.
///
/// # Errors
/// What the database says.
pub async fn count(db: &Db) -> Result<i64> {
    store::count(db).await
}

/// The facts of these orders, those that can be read.
///
/// # Errors
/// What the database says.
pub async fn facts(db: &Db, orders: &[OrderId]) -> Result<Vec<OrderFact>> {
    let db = &db.snapshot().await?;
    // one that cannot be read is named where all are checked
    let orders = store::of(db, orders, &mut RowReader::default()).await?;
    Ok(orders.iter().filter(|order| order.state != OrderState::Draft).map(fact).collect())
}

/// What must be found beside the orders, page by page.
///
/// # Errors
/// What the database says.
pub async fn rest(db: &Db, now: Timestamp) -> Result<ServiceFacts> {
    let mut audited = ServiceFacts::default();
    let mut reading = RowReader::default();
    store::strangers(db, &mut reading).await?;
    orphans(db, &mut audited.findings, &mut reading).await?;
    vanished(db, &mut audited.findings).await?;
    let numbers = numbers::look(db).await;
    audited.findings.extend(reading.or_name(numbers::NUMBERS, numbers)?);
    audited.findings.extend(flow::audit::waiting(NAME, db, now).await?);
    reading.add_to(&mut audited);
    Ok(audited)
}

/// Which of these placements became an order.
///
/// # Errors
/// What the database says.
pub async fn placed(db: &Db, placements: &[PlacementId]) -> Result<BTreeSet<PlacementId>> {
    store::placed(db, placements).await
}

/// What these orders have heard of their payments; an order that has heard nothing is among them.
///
/// # Errors
/// What the database says.
pub async fn copies(db: &Db, orders: &[OrderId]) -> Result<Vec<PaymentCopyFact>> {
    store::copies(db, orders).await
}

/// The versions of those of these orders that are there.
///
/// # Errors
/// What the database says.
pub async fn versions(db: &Db, orders: &[OrderId]) -> Result<BTreeMap<OrderId, i64>> {
    store::versions(db, orders).await
}

/// The events of these orders that whoever has heard the feed up to `position` may not have heard.
///
/// # Errors
/// What the database says.
pub async fn after_position(db: &Db, orders: &[OrderId], position: i64) -> Result<Vec<UnconsumedEventFact>> {
    store::after_position(db, orders, position).await
}

const NOT_SENT: SubmittedOrder =
    SubmittedOrder { order_id: None, answer: None, lines_hash: None, caller: None, is_hashed: false };

/// Checks one order. What is checked later counts on what was checked before.
fn look(order: &Order, told: &Journal, sent: &SubmittedOrder) -> Vec<Finding> {
    let mut found = Vec::new();
    placing(order, sent, &mut found);
    if found.is_empty() && order.state != OrderState::Draft {
        request(order, told, sent, &mut found);
    }
    as_sent(order, told, sent, &mut found);
    terminal(order, &mut found);
    if found.is_empty() {
        lines(order, &mut found);
    }
    money(order, &mut found);
    if found.is_empty() {
        copied(order, &mut found);
    }
    journal(order, told, &mut found);
    found
}

fn find(found: &mut Vec<Finding>, invariant: Invariant, subject: impl ToString, detail: String) {
    found.push(finding(invariant, subject, detail));
}

fn finding(invariant: Invariant, subject: impl ToString, detail: String) -> Finding {
    Finding { invariant, subject: subject.to_string(), detail }
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

/// I7: what clients are shown of its payment agrees with the totals of the same version.
fn copied(order: &Order, found: &mut Vec<Finding>) {
    let Some(PaymentCopy { figures, payment: Some(shown) }) = &order.payment else { return };
    let is_shown = (shown.id, shown.order_id, shown.amount, shown.captured, shown.refunded)
        == (figures.payment_id, figures.order_id, figures.amount, figures.captured, figures.refunded);
    if shown.version == figures.version && !is_shown {
        let detail = format!("what it shows of {} is not what its figures say", figures.payment_id);
        find(found, Invariant::I7, order.id, detail);
    }
}

/// I9: its placement knows who has sent it, who is the one that its event names, and has a print of what was sent. Of
/// that print there is no other witness. An import has no request.
fn request(order: &Order, told: &Journal, sent: &SubmittedOrder, found: &mut Vec<Finding>) {
    let mut broken = |detail: &str| find(found, Invariant::I9, order.id, detail.to_owned());
    let Some(caller) = &sent.caller else {
        return broken("its placing does not say who has sent it");
    };
    if !sent.is_hashed {
        return broken("its placing has no print of what was sent");
    }
    let Some(by) = told.placed_by.as_ref().filter(|by| *by != flow::IMPORT) else { return };
    if by != caller {
        broken(&format!("its placing was sent by {caller}, its event says {by}"));
    }
}

/// I9: it is as it was sent, by the event and the answer that told of it, and by what its placement remembers; and its
/// total is that of its lines.
fn as_sent(order: &Order, told: &Journal, sent: &SubmittedOrder, found: &mut Vec<Finding>) {
    let mut broken = |detail: String| find(found, Invariant::I9, order.id, detail);
    let sum = |quote: Quote| quote.lines.iter().map(|line| line.total().minor).sum::<i64>();
    match (order.quote().map(sum), order.total) {
        (Ok(sum), total) if sum == total.minor => {}
        (Ok(sum), total) => {
            return broken(format!("its total is {total}, its lines and adjustments are {sum}"));
        }
        (Err(not), total) => {
            return broken(format!("its total is {total}, its price cannot be calculated: {not}"));
        }
    }
    if let Some(told) = &told.placed {
        let ordered = |figures: &OrderSnapshot| -> Vec<(ProductId, i64)> {
            figures.products.iter().map(|product| (product.product_id, product.ordered)).collect()
        };
        if ordered(told) != ordered(&order.figures()) || told.total != order.total {
            return broken("its lines or its total are not those that its first event told".to_owned());
        }
    }
    // an older placing remembers nothing of them
    if sent.lines_hash.as_ref().is_some_and(|hash| *hash != lines_hash(order)) {
        return broken("its lines are not those that it was placed with".to_owned());
    }
    let Some(kept) = &sent.answer else { return };
    match Created::<wire::Order>::replay(kept) {
        Ok(Created { body: told, .. }) => {
            let lines = order.lines.iter();
            let lines = lines.map(|l| (l.id, l.product_id, &l.title, &l.sku, l.quantity, l.unit_price));
            let answered = told.lines.iter();
            let answered = answered.map(|l| (l.id, l.product_id, &l.title, &l.sku, l.quantity, l.unit_price));
            let made = (told.created_at, told.total) == (order.created_at, order.total);
            if !made || !lines.eq(answered) {
                broken(
                    "its lines, its total or its time are not those that its placing was answered with"
                        .to_owned(),
                );
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
    let captured = order.payment.as_ref().map_or(0, |copy| copy.figures.paid());
    let shipped = order.lines.shipped_value(order.total, order.owed);
    if captured < shipped {
        find(
            found,
            Invariant::I5,
            order.id,
            format!("{shipped} are shipped, {captured} are captured for it"),
        );
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

/// I7: as many events as versions, and replaying them gives the row. A row that is broken in a way of its own is not
/// named again for not being what the journal tells.
fn journal(order: &Order, journal: &Journal, found: &mut Vec<Finding>) {
    if let Some(gap) = journal.gap(order) {
        return find(found, Invariant::I7, order.id, gap);
    }
    if found.is_empty()
        && let Some(why) = journal.contradiction(order)
    {
        find(found, Invariant::I7, order.id, why);
    }
}

/// I9: its placement is its own.
fn placing(order: &Order, sent: &SubmittedOrder, found: &mut Vec<Finding>) {
    match order.placement_id {
        None if order.state == OrderState::Draft => {}
        None => find(found, Invariant::I9, order.id, "it has been placed, and has no placing".to_owned()),
        Some(_) if sent.order_id == Some(order.id) => {}
        Some(id) => find(found, Invariant::I9, order.id, format!("its placing {id} is not its own")),
    }
}

/// I9: a placement that became an order has it.
async fn orphans(db: &Db, found: &mut Vec<Finding>, reading: &mut RowReader) -> Result<()> {
    let mut after = Id::from_uuid(uuid::Uuid::nil());
    while let Some((last, orphans)) = store::orphans(db, after, PAGE, reading).await? {
        after = last;
        for (placement, order) in &orphans {
            find(
                found,
                Invariant::I9,
                placement,
                format!("it became {order}, which is not there or has another placing"),
            );
        }
    }
    Ok(())
}

/// I9: what events tell of is there, except for drafts that were deleted; I7: so are fulfilments. Events are read
/// before orders, so that an order that comes in between is not missed.
async fn vanished(db: &Db, found: &mut Vec<Finding>) -> Result<()> {
    let mut after = String::new();
    loop {
        let subjects = store::subjects(db, &after, PAGE).await?;
        let Some(last) = subjects.last() else { return Ok(()) };
        after.clone_from(last);
        let sent: Vec<FulfilmentId> = subjects.iter().filter_map(|subject| subject.parse().ok()).collect();
        let kept = store::fulfilments(db, &sent).await?;
        for id in sent.into_iter().filter(|id| !kept.contains(id)) {
            find(found, Invariant::I7, id, "its events tell of it, and it is not there".to_owned());
        }
        let told: Vec<OrderId> = subjects.iter().filter_map(|subject| subject.parse().ok()).collect();
        let there = store::present(db, &told).await?;
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

/// I8: an order that waits for its money, or for the end of its payment, has the timer that ends the waiting; and one of
/// which payments believes that more is owed, the timer that tells it, or money would stay that must go back.
async fn forgotten(db: &Db, orders: &[Order]) -> Result<Vec<Finding>> {
    let waiting: Vec<(&Order, &str)> =
        orders.iter().filter_map(|order| Some((order, waits_for(order)?))).collect();
    let ids: Vec<OrderId> = waiting.iter().map(|(order, _)| order.id).collect();
    let timers = store::waiting(db, &ids).await?;
    let soon = db.now().await?.plus(DUE_WITHIN);
    let found = |(order, kind): (&Order, &str)| {
        let due = timers.get(&(kind.to_owned(), order.id.to_string()));
        // a timer that is tried, or was tried in vain, is due again soon, however long ago the payment was due
        let of_order = order.payment_due_at.filter(|_| kind == kinds::DUE).map(|due| due.plus(DUE_WITHIN));
        let at_latest = of_order.map_or(soon, |due| due.max(soon));
        let detail = match due {
            None => format!("it is {:?}, and has no timer {kind} to end that", order.state),
            Some(due) if *due > at_latest => {
                format!("it is {:?}, and its timer {kind} ends that only at {due}", order.state)
            }
            Some(_) => return None,
        };
        Some(finding(Invariant::I8, order.id, detail))
    };
    Ok(waiting.into_iter().filter_map(found).collect())
}

/// The timer that ends what an order waits for, where nobody does anything.
fn waits_for(order: &Order) -> Option<&'static str> {
    match order.state {
        OrderState::CancellingIfUnpaid | OrderState::CancellingAlways => Some(kinds::CLOSE),
        // one that was taken over, or that its front settles, can be paid at any time
        OrderState::Pending => order.payment_due_at.map(|_| kinds::DUE),
        OrderState::Confirmed | OrderState::Completed => {
            let believed = order.payment.as_ref().map(|copy| copy.figures.owed.minor);
            believed.filter(|believed| *believed > order.owed.minor).map(|_| kinds::SETTLE_OWED)
        }
        _ => None,
    }
}

fn fact(order: &Order) -> OrderFact {
    let mut shipped: BTreeMap<ProductId, i64> = BTreeMap::new();
    let mut open: BTreeMap<ProductId, i64> = BTreeMap::new();
    for line in order.lines.iter() {
        let Some(product) = line.product_id else { continue };
        for (units, more) in [(&mut shipped, line.shipped), (&mut open, line.open)] {
            let sum = units.entry(product).or_insert(0);
            *sum = sum.saturating_add(more);
        }
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
