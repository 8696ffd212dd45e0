//! What no service can tell alone: the services' facts laid side by side.

use contracts::{
    audit::{Audited, ChargeFact, Finding, Invariant, OrderFact, PaymentFact, ReservationFact},
    orders::OrderStatus,
    payments::PaymentState,
};
use kernel::{
    Timestamp,
    id::{OrderId, PlacementId, ProductId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// The longest that an event may be on its way before its absence counts.
const AGE_OF_AN_EVENT: Duration = Duration::from_secs(60);

/// What products has heard of orders, and will hear and act on: in a shop that was killed, nobody hears it until the
/// next start.
#[derive(Debug, Clone, Default)]
pub(super) struct ToBeHeard {
    /// Placings whose order has an event that is newer than all that products has heard of it.
    pub(super) news: BTreeSet<PlacementId>,
    /// Those for which that an order has ended is among it.
    pub(super) endings: BTreeSet<PlacementId>,
    /// Those of whose order it has heard something: there was one.
    pub(super) heard: BTreeSet<PlacementId>,
}

/// Everything that is broken between the services, at the moment `now`, where all facts are at hand and all that was
/// told has been heard.
pub fn check(facts: &Audited, now: Timestamp) -> Vec<Finding> {
    let mut findings = check_orders(facts, &ToBeHeard::default(), now);
    let orders = facts.orders.iter().map(|order| order.order_id).collect();
    findings.extend(check_payments(&facts.payments, &orders));
    findings.extend(check_charges(facts));
    findings
}

/// What is broken between the orders, their reservations and their payments, where all these are at hand.
pub(super) fn check_orders(facts: &Audited, to_be_heard: &ToBeHeard, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    stock(facts, to_be_heard, now, &mut findings);
    money(facts, &mut findings);
    findings
}

/// A payment is opened only for an order that is there, and no order that was placed is ever deleted.
pub(super) fn check_payments(payments: &[PaymentFact], orders: &BTreeSet<OrderId>) -> Vec<Finding> {
    let without_order = payments.iter().filter(|payment| !orders.contains(&payment.order_id));
    let found = |payment: &PaymentFact| {
        let PaymentFact { payment_id, order_id, captured, .. } = payment;
        let detail = format!("{payment_id} is its payment ({captured} captured), and it is not there");
        finding(Invariant::I9, order_id, detail)
    };
    without_order.map(found).collect()
}

type Units = BTreeMap<(PlacementId, ProductId), i64>;

fn units(orders: &[OrderFact], pick: impl Fn(&OrderFact) -> &Vec<(ProductId, i64)>) -> Units {
    let mut units = Units::new();
    for order in orders {
        let Some(placement) = order.placement_id else { continue };
        for (product, quantity) in pick(order) {
            *units.entry((placement, *product)).or_default() += quantity;
        }
    }
    units
}

fn stock(facts: &Audited, to_be_heard: &ToBeHeard, now: Timestamp, findings: &mut Vec<Finding>) {
    let shipped = units(&facts.orders, |order| &order.shipped);
    let open = units(&facts.orders, |order| &order.open);
    let orders: BTreeMap<PlacementId, &OrderFact> =
        facts.orders.iter().filter_map(|order| Some((order.placement_id?, order))).collect();
    let mut held = Units::new();
    for reservation in &facts.reservations {
        let ReservationFact { placement_id, product_id, consumed, .. } = reservation;
        let of_order = shipped.get(&(*placement_id, *product_id)).copied().unwrap_or(0);
        // what was shipped is consumed once products hears of it
        let is_behind = *consumed < of_order && to_be_heard.news.contains(placement_id);
        if *consumed != of_order && !is_behind {
            let detail = format!("{product_id}: {consumed} units were consumed, and {of_order} were shipped");
            findings.push(finding(Invariant::I2, placement_id, detail));
        }
        held.insert((*placement_id, *product_id), reservation.open);
        if reservation.open > 0 && !to_be_heard.endings.contains(placement_id) {
            let had_order = to_be_heard.heard.contains(placement_id);
            held_for_nobody(reservation, (orders.get(placement_id).copied(), had_order), now, findings);
        }
        // what was cancelled or shipped is no longer held once products hears of it
        let needed = open.get(&(*placement_id, *product_id)).copied().unwrap_or(0);
        let live = orders.get(placement_id).is_some_and(|order| !is_terminal(order.status));
        if live && reservation.open > needed && !to_be_heard.news.contains(placement_id) {
            let detail = format!(
                "{product_id}: the order has {needed} open units, and {} are reserved for it",
                reservation.open
            );
            findings.push(finding(Invariant::I10, placement_id, detail));
        }
    }
    for ((placement, product), quantity) in &shipped {
        let is_told = !to_be_heard.news.contains(placement);
        if !held.contains_key(&(*placement, *product)) && *quantity > 0 && is_told {
            let detail = format!("{product}: {quantity} units were shipped without a reservation");
            findings.push(finding(Invariant::I2, placement, detail));
        }
    }
    for ((placement, product), quantity) in &open {
        let held = held.get(&(*placement, *product)).copied().unwrap_or(0);
        let live = orders.get(placement).is_some_and(|order| !is_terminal(order.status));
        if live && held < *quantity {
            let detail = format!(
                "{product}: the order has {quantity} open units, and only {held} are reserved for it"
            );
            findings.push(finding(Invariant::I10, placement, detail));
        }
    }
}

fn held_for_nobody(
    reservation: &ReservationFact,
    (order, had_order): (Option<&OrderFact>, bool),
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    let ReservationFact { placement_id, product_id, open, .. } = reservation;
    let why = match order {
        Some(order) if is_terminal(order.status) => "its order has ended",
        Some(_) => return,
        None if had_order => "products has heard of its order, which is not there",
        // it is asked about when it is due, and once more if the answer is lost
        None if now.since(reservation.ask_at) <= AGE_OF_AN_EVENT => return,
        None => "it never became an order, and nobody has found out",
    };
    let detail = format!("{product_id}: {open} units are held: {why}");
    findings.push(finding(Invariant::I10, placement_id, detail));
}

fn money(facts: &Audited, findings: &mut Vec<Finding>) {
    let payments: BTreeMap<OrderId, &PaymentFact> = facts.payments.iter().map(|p| (p.order_id, p)).collect();
    for order in &facts.orders {
        let payment = payments.get(&order.order_id).copied();
        // what came too late goes back: it pays for nothing
        let captured = payment.map_or(0, |payment| payment.captured - payment.surplus);
        if order.shipped_value > captured {
            let detail = format!(
                "units worth {} were shipped, and {captured} was captured for it",
                order.shipped_value
            );
            findings.push(finding(Invariant::I5, order.order_id, detail));
        }
        if is_terminal(order.status) {
            ended(order, payment, findings);
        }
    }
}

/// What is broken between payments and the provider's charges, where each payment's charges are at hand, or the
/// charges alone, of which none has a payment.
pub(super) fn check_charges(facts: &Audited) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut charges: BTreeMap<OrderId, Vec<&ChargeFact>> = BTreeMap::new();
    for charge in &facts.charges {
        charges.entry(charge.order_id).or_default().push(charge);
    }
    for payment in &facts.payments {
        let charges = charges.remove(&payment.order_id).unwrap_or_default();
        if !is_charged_twice(payment, &charges, &mut findings) && !payment.unsettled {
            same_amounts(payment, &charges, &mut findings);
        }
    }
    for (order, charges) in charges {
        if charges.iter().any(|charge| charge.captured > 0 || charge.authorized > 0) {
            let detail = "the provider charged it, and there is no payment of it".to_owned();
            findings.push(finding(Invariant::I4, order, detail));
        }
    }
    findings
}

fn ended(order: &OrderFact, payment: Option<&PaymentFact>, findings: &mut Vec<Finding>) {
    let mut broken = |detail| findings.push(finding(Invariant::I6, order.order_id, detail));
    let Some(payment) = payment else {
        return broken("it has ended, and its payment was never closed".to_owned());
    };
    if payment.state != PaymentState::Closed {
        broken(format!("it has ended, and its payment is {:?}", payment.state));
    }
    let back = payment.refunded + payment.refunded_offline + payment.claimed;
    if payment.captured != back {
        broken(format!(
            "it has ended; {} was captured, and {back} is refunded or claimed by refunds",
            payment.captured
        ));
    }
}

fn same_amounts(payment: &PaymentFact, charges: &[&ChargeFact], findings: &mut Vec<Finding>) {
    if let Some(charge) = charges.iter().find(|charge| charge.currency != payment.currency) {
        let (ours, theirs) = (payment.currency, charge.currency);
        let detail = format!("it is in {ours}, and the provider has a charge in {theirs}: {}", charge.key);
        return findings.push(finding(Invariant::I4, payment.payment_id, detail));
    }
    let sum = |pick: fn(&ChargeFact) -> i64| charges.iter().map(|charge| pick(charge)).sum::<i64>();
    let rows = [
        ("authorized", payment.authorized, sum(|c| c.authorized)),
        ("captured", payment.captured - payment.offline, sum(|c| c.captured)),
        ("refunded", payment.refunded, sum(|c| c.refunded)),
    ];
    let is_known = |name: &&String| charges.iter().any(|charge| charge.reference == **name);
    if let Some(name) = payment.charges.iter().find(|name| !is_known(name)) {
        let detail = format!("its money is in the charge {name}, which the provider does not have");
        return findings.push(finding(Invariant::I4, payment.payment_id, detail));
    }
    for (what, ours, theirs) in rows {
        if ours != theirs {
            let detail = format!("{what}: {ours} in the books, {theirs} in the provider's ledger");
            findings.push(finding(Invariant::I4, payment.payment_id, detail));
        }
    }
}

/// Money that came in late is given back: a further charge counts unless it is refunded, or claimed by a refund.
fn is_charged_twice(payment: &PaymentFact, charges: &[&ChargeFact], findings: &mut Vec<Finding>) -> bool {
    let kept = |charge: &&&ChargeFact| charge.authorized > 0 || charge.captured > charge.refunded;
    let kept: Vec<_> = charges.iter().filter(kept).collect();
    let net = |charge: &ChargeFact| charge.authorized + charge.captured - charge.refunded;
    let all: i64 = kept.iter().map(|charge| net(charge)).sum();
    let largest = kept.iter().map(|charge| net(charge)).max().unwrap_or(0);
    let is_twice = kept.len() > 1 && all - largest > payment.claimed;
    if is_twice {
        let keys: Vec<&str> = kept.iter().map(|charge| charge.key.as_str()).collect();
        let detail = format!("the provider has {} charges of it: {}", kept.len(), keys.join(", "));
        findings.push(finding(Invariant::I4, payment.order_id, detail));
    }
    is_twice
}

fn is_terminal(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Cancelled | OrderStatus::Expired)
}

fn finding(invariant: Invariant, subject: impl ToString, detail: String) -> Finding {
    Finding { invariant, subject: subject.to_string(), detail }
}

#[cfg(test)]
mod tests;
