//! The checks that need the facts of several services.
//!
//! The services' facts are never of one moment, and the shop goes on between two of them. What only grows is read first
//! where it must be the smaller, and last where it must be the larger: an order says what of it was shipped at least, and is
//! open at most, before its reservations are read, and the other way round after that; and so does a payment of its charges.
//! What is found so is broken, however much is done in the meantime.

use contracts::{
    audit::{ChargeFact, Finding, Invariant, OrderFact, PaymentFact, ReservationFact, ServiceFacts},
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
pub(super) struct ProjectedReservations {
    /// Placements whose order has an event that is newer than all that products has heard of it.
    pub(super) news: BTreeSet<PlacementId>,
    /// Those for which that an order has ended is among it.
    pub(super) endings: BTreeSet<PlacementId>,
    /// Those of whose order it has heard something: there was one.
    pub(super) heard: BTreeSet<PlacementId>,
}

/// Everything that is broken between the services, at the moment `now`, where all facts are at hand and all published events
/// have been consumed.
pub fn check(facts: &ServiceFacts, now: Timestamp) -> Vec<Finding> {
    let mut findings = check_orders(facts, &facts.orders, &ProjectedReservations::default(), now);
    let orders = facts.orders.iter().map(|order| order.order_id).collect();
    findings.extend(check_payments(&facts.payments, &orders));
    findings.extend(check_charges(facts, &facts.payments));
    findings
}

/// What is broken between the orders, their reservations, which were read after them, and their payments, where all these
/// are at hand; `later` are the same orders, read again after the reservations.
pub(super) fn check_orders(
    facts: &ServiceFacts,
    later: &[OrderFact],
    to_be_heard: &ProjectedReservations,
    now: Timestamp,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    stock(facts, to_be_heard, now, &mut findings);
    stock_left(facts, later, &mut findings);
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
            let sum = units.entry((placement, *product)).or_default();
            *sum = sum.saturating_add(*quantity);
        }
    }
    units
}

fn stock(
    facts: &ServiceFacts,
    to_be_heard: &ProjectedReservations,
    now: Timestamp,
    findings: &mut Vec<Finding>,
) {
    let shipped = units(&facts.orders, |order| &order.shipped);
    let open = units(&facts.orders, |order| &order.open);
    let orders: BTreeMap<PlacementId, &OrderFact> =
        facts.orders.iter().filter_map(|order| Some((order.placement_id?, order))).collect();
    let mut held = BTreeSet::new();
    for reservation in &facts.reservations {
        let ReservationFact { placement_id, product_id, consumed, .. } = reservation;
        let of_order = shipped.get(&(*placement_id, *product_id)).copied().unwrap_or(0);
        // what was shipped is consumed once products hears of it
        if *consumed < of_order && !to_be_heard.news.contains(placement_id) {
            findings.push(consumed_otherwise(reservation, of_order));
        }
        held.insert((*placement_id, *product_id));
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
        if !held.contains(&(*placement, *product)) && *quantity > 0 && is_told {
            let detail = format!("{product}: {quantity} units were shipped without a reservation");
            findings.push(finding(Invariant::I2, placement, detail));
        }
    }
}

/// An order holds what it needs, and no more was consumed than it has shipped: products applies the events of orders, and is
/// never ahead of them.
fn stock_left(facts: &ServiceFacts, later: &[OrderFact], findings: &mut Vec<Finding>) {
    let shipped = units(later, |order| &order.shipped);
    let mut held = Units::new();
    for reservation in &facts.reservations {
        let key = (reservation.placement_id, reservation.product_id);
        let of_order = shipped.get(&key).copied().unwrap_or(0);
        if reservation.consumed > of_order {
            findings.push(consumed_otherwise(reservation, of_order));
        }
        held.insert(key, reservation.open);
    }
    let live = later.iter().filter(|order| !is_terminal(order.status));
    let live: BTreeSet<PlacementId> = live.filter_map(|order| order.placement_id).collect();
    for ((placement, product), quantity) in &units(later, |order| &order.open) {
        let held = held.get(&(*placement, *product)).copied().unwrap_or(0);
        if live.contains(placement) && held < *quantity {
            let detail = format!(
                "{product}: the order has {quantity} open units, and only {held} are reserved for it"
            );
            findings.push(finding(Invariant::I10, placement, detail));
        }
    }
}

fn consumed_otherwise(reservation: &ReservationFact, shipped: i64) -> Finding {
    let ReservationFact { placement_id, product_id, consumed, .. } = reservation;
    let detail = format!("{product_id}: {consumed} units were consumed, and {shipped} were shipped");
    finding(Invariant::I2, placement_id, detail)
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
        // it is asked about when it is due, and again if the answer is lost
        None if now.since(reservation.ask_at) <= AGE_OF_AN_EVENT => return,
        None => "it never became an order, and nobody has found out",
    };
    let detail = format!("{product_id}: {open} units are held: {why}");
    findings.push(finding(Invariant::I10, placement_id, detail));
}

fn money(facts: &ServiceFacts, findings: &mut Vec<Finding>) {
    let payments: BTreeMap<OrderId, &PaymentFact> = facts.payments.iter().map(|p| (p.order_id, p)).collect();
    for order in &facts.orders {
        let payment = payments.get(&order.order_id).copied();
        // what came too late goes back: it pays for nothing
        let captured = payment.map_or(0, |payment| payment.captured.saturating_sub(payment.surplus));
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

/// What is broken between payments and the provider's charges, which were read after them, where each payment's charges are
/// at hand, or the charges alone, of which none has a payment; `later` are the same payments, read again after the charges.
pub(super) fn check_charges(facts: &ServiceFacts, later: &[PaymentFact]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let later: BTreeMap<OrderId, &PaymentFact> = later.iter().map(|p| (p.order_id, p)).collect();
    let mut charges: BTreeMap<OrderId, Vec<&ChargeFact>> = BTreeMap::new();
    for charge in &facts.charges {
        charges.entry(charge.order_id).or_default().push(charge);
    }
    for payment in &facts.payments {
        let charges = charges.remove(&payment.order_id).unwrap_or_default();
        let later = later.get(&payment.order_id).copied().unwrap_or(payment);
        let found = findings.len();
        if !is_charged_twice(later, &charges, &mut findings) {
            same_amounts((payment, later), &charges, &mut findings);
        }
        // amounts that differ say more
        if findings.len() == found
            && let Some(why) = odd(later, &charges)
        {
            findings.push(finding(Invariant::I4, payment.payment_id, why));
        }
    }
    for (order, charges) in charges {
        if charges.iter().any(|charge| charge.captured > 0 || charge.authorized > 0) {
            let detail = "the provider charged it, and there is no payment of it".to_owned();
            findings.push(finding(Invariant::I4, order, detail));
        } else if let Some(why) = charges.iter().find_map(|charge| contradiction(charge)) {
            findings.push(finding(Invariant::I4, order, why));
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
    let back = sum([payment.refunded, payment.refunded_offline, payment.claimed]);
    if payment.captured != back {
        broken(format!(
            "it has ended; {} was captured, and {back} is refunded or claimed by refunds",
            payment.captured
        ));
    }
}

/// The books follow the provider, and are never ahead of it; and it is not ahead of them either but by what is under way.
fn same_amounts(
    (payment, later): (&PaymentFact, &PaymentFact),
    charges: &[&ChargeFact],
    findings: &mut Vec<Finding>,
) {
    if let Some(charge) = charges.iter().find(|charge| charge.currency != payment.currency) {
        let (ours, theirs) = (payment.currency, charge.currency);
        let detail = format!("it is in {ours}, and the provider has a charge in {theirs}: {}", charge.key);
        return findings.push(finding(Invariant::I4, payment.payment_id, detail));
    }
    let all = |pick: fn(&ChargeFact) -> i64| sum(charges.iter().map(|charge| pick(charge)));
    let is_known = |name: &&String| charges.iter().any(|charge| charge.reference == **name);
    if let Some(name) = payment.charges.iter().find(|name| !is_known(name)) {
        let detail = format!("its money is in the charge {name}, which the provider does not have");
        return findings.push(finding(Invariant::I4, payment.payment_id, detail));
    }
    let mut differ = |what: &str, ours: i64, theirs: i64| {
        let detail = format!("{what}: {ours} in the books, {theirs} in the provider's ledger");
        findings.push(finding(Invariant::I4, payment.payment_id, detail));
    };
    let is_settled = !later.unsettled;
    // authorizations come and go
    let authorized = all(|c| c.authorized);
    let decided = authorized.saturating_sub(all(|c| c.undecided));
    let other = [authorized, decided].into_iter().find(|theirs| *theirs != later.authorized);
    if let Some(theirs) = other.filter(|_| is_settled && payment.changes == later.changes) {
        differ("authorized", later.authorized, theirs);
    }
    let taken = all(|c| c.captured);
    let online = |payment: &PaymentFact| payment.captured.saturating_sub(payment.offline);
    let (at_least, at_most) = (online(payment), online(later));
    if taken < at_least {
        differ("captured", at_least, taken);
    } else if is_settled && taken > at_most {
        differ("captured", at_most, taken);
    }
    let given_back = all(|c| c.refunded);
    let claimed = if is_settled { 0 } else { later.claimed };
    if given_back < payment.refunded {
        differ("refunded", payment.refunded, given_back);
    } else if given_back > later.refunded.saturating_add(claimed) {
        differ("refunded", later.refunded, given_back);
    }
}

/// What is wrong with a charge though its amounts are those of the payment.
fn odd(later: &PaymentFact, charges: &[&ChargeFact]) -> Option<String> {
    let nobodys = |charge: &&&ChargeFact| later.keys.as_ref().is_some_and(|keys| !keys.contains(&charge.key));
    let unknown = charges.iter().find(nobodys);
    let detail = |charge: &&ChargeFact| {
        format!("the provider has a charge with the key {}, which was never written down", charge.key)
    };
    unknown.map(detail).or_else(|| charges.iter().find_map(|charge| contradiction(charge)))
}

fn contradiction(charge: &ChargeFact) -> Option<String> {
    charge.contradiction.as_ref().map(|why| format!("the provider's charge {}: {why}", charge.key))
}

/// Money that came in late is given back: a further charge counts unless it is refunded, or claimed by a refund, or its
/// attempt is under way still and the books have yet to hear of it.
fn is_charged_twice(later: &PaymentFact, charges: &[&ChargeFact], findings: &mut Vec<Finding>) -> bool {
    let has_money = |charge: &&&ChargeFact| charge.authorized > 0 || charge.captured > charge.refunded;
    let is_known = |charge: &&&ChargeFact| !later.under_way.contains(&charge.key);
    let kept: Vec<_> = charges.iter().filter(has_money).filter(is_known).collect();
    let net = |charge: &ChargeFact| {
        charge.authorized.saturating_add(charge.captured).saturating_sub(charge.refunded)
    };
    let all = sum(kept.iter().map(|charge| net(charge)));
    let largest = kept.iter().map(|charge| net(charge)).max().unwrap_or(0);
    // given back since the charges were read
    let given_back = sum(charges.iter().map(|charge| charge.refunded));
    let going_back = later.claimed.saturating_add(later.refunded.saturating_sub(given_back).max(0));
    let is_twice = kept.len() > 1 && all.saturating_sub(largest) > going_back;
    if is_twice {
        let keys: Vec<&str> = kept.iter().map(|charge| charge.key.as_str()).collect();
        let detail = format!("the provider has {} charges of it: {}", kept.len(), keys.join(", "));
        findings.push(finding(Invariant::I4, later.order_id, detail));
    }
    is_twice
}

/// A row can say anything: a sum stays at the end of its range, and is not what it should be.
fn sum(amounts: impl IntoIterator<Item = i64>) -> i64 {
    amounts.into_iter().fold(0, i64::saturating_add)
}

fn is_terminal(status: OrderStatus) -> bool {
    matches!(status, OrderStatus::Cancelled | OrderStatus::Expired)
}

fn finding(invariant: Invariant, subject: impl ToString, detail: String) -> Finding {
    Finding { invariant, subject: subject.to_string(), detail }
}

#[cfg(test)]
mod tests;
