//! One look at a shop: each service by itself, then their facts side by side, page by page. However many orders there
//! are, the facts of one page are held at a time; what is found is held to its end.
//!
//! What a service says in one answer is of one moment; its answers are of one moment each, and the shop goes on between
//! them. Whatever may be missing is looked for after what needs it was read, so that something made in between is not
//! missed: an order after its reservation and after its payment, a payment after its charge. And what can be ahead and
//! behind ([`super::cross`]) is read before the other side and after it.

use super::{
    cross::{ProjectedReservations, check_charges, check_orders, check_payments},
    feeds,
    propagation::{ConsumedPositions, Copies, never_secured},
    sources::{AuditSources, ConsumedOrderState},
    what,
};
use crate::{databases::Databases, exit_code::Failure};
use contracts::audit::{Finding, Invariant, Note, OrderFact, PaymentFact, ServiceFacts, Unreadable};
use kernel::{
    Id, Timestamp,
    id::{OrderId, PlacementId},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::{sync::oneshot, time::sleep};

/// Orders, payments, reservations or charges that are held in memory at a time.
pub const PAGE: u16 = 500;

/// So often is a payment checked whose refunds are under way each time.
const LOOKS_AT_REFUNDS: u32 = 8;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// What a look at a shop shows.
#[derive(Debug, Default)]
pub struct AuditResult {
    /// Everything that is not as it must be at this moment.
    pub findings: Vec<Finding>,
    /// What is allowed, and people should know of.
    pub notes: Vec<Note>,
    /// What cannot be read.
    pub unreadable: Vec<Unreadable>,
    /// What was under way, or is broken in a way that hides others: that nothing was found of these does not make them
    /// sound.
    pub hidden: BTreeSet<(Invariant, String)>,
    /// The sums of orders were not requested: they mean nothing if orders are broken.
    pub hides_sums: bool,
}

impl AuditResult {
    fn take(&mut self, part: &mut ServiceFacts) {
        self.findings.append(&mut part.findings);
        self.notes.append(&mut part.notes);
        self.unreadable.append(&mut part.unreadable);
    }

    /// Of what cannot be read in part, nothing is named but that.
    fn forget_the_unreadable(&mut self) {
        let about: BTreeSet<&String> = self.unreadable.iter().flat_map(|one| &one.about).collect();
        let named: BTreeSet<&Finding> = self.unreadable.iter().map(|one| &one.finding).collect();
        let is_named = |finding: &Finding| named.contains(finding) || !about.contains(&finding.subject);
        self.hidden.extend(self.findings.iter().filter(|finding| !is_named(finding)).map(what));
        self.findings.retain(is_named);
    }
}

/// Checks all services at the moment `now`, and lays side by side what they know, so many of a kind at a time.
///
/// # Errors
/// When a database cannot be read.
pub async fn look(databases: &Databases, now: Timestamp, at_a_time: u16) -> Result<AuditResult, Failure> {
    look_into(&AuditSources::here(databases.clone()), now, at_a_time).await
}

/// The same, wherever the books are.
pub(super) async fn look_into(
    books: &AuditSources,
    now: Timestamp,
    at_a_time: u16,
) -> Result<AuditResult, Failure> {
    let books = &books.open();
    let heard = ConsumedPositions::read(books).await?;
    let look = AuditRun { books: books.clone(), now, at_a_time, heard };
    let (mut looked, untold) = look.at_all().await?;
    looked.findings.extend(look.heard.of_stock(books, at_a_time).await?);
    // an order that is itself broken is not named again for the sums that it is part of
    looked.hides_sums = looked.findings.iter().any(|finding| finding.invariant != Invariant::I8);
    if !looked.hides_sums {
        looked.findings.extend(books.sums().await?);
    }
    // an order that is itself broken is not named again for what it has not consumed
    let named: BTreeSet<String> = looked.findings.iter().map(|finding| finding.subject.clone()).collect();
    looked.findings.extend(untold.into_iter().filter(|finding| !named.contains(&finding.subject)));
    looked.unreadable.extend(books.unreadable());
    looked.findings.extend(looked.unreadable.iter().map(|one| one.finding.clone()));
    looked.forget_the_unreadable();
    looked.findings.sort();
    // the same row is read more than once
    looked.findings.dedup();
    Ok(looked)
}

#[derive(Clone)]
struct AuditRun {
    books: AuditSources,
    now: Timestamp,
    at_a_time: u16,
    heard: ConsumedPositions,
}

/// Parts of a look that need nothing of one another. Each reads what may be missing after what needs it.
#[derive(Clone, Copy)]
enum AuditScope {
    Payments,
    Orders,
    /// Stock, accounts, the public log and the feeds.
    Others,
}

impl AuditRun {
    /// All parts, and what orders have not heard of their payments.
    async fn at_all(&self) -> Result<(AuditResult, Vec<Finding>), Failure> {
        let parts = [AuditScope::Payments, AuditScope::Orders, AuditScope::Others];
        let mut results = Vec::new();
        match self.books.env() {
            None => {
                for part in parts {
                    results.push(self.at(part).await?);
                }
            }
            Some(env) => {
                let running = parts.map(|part| {
                    let (tell, told) = oneshot::channel();
                    let look = self.clone();
                    env.spawn("audit", async move {
                        let _ = tell.send(look.at(part).await);
                    });
                    told
                });
                for told in running {
                    let stopped = |_| Failure::other("the process ended before the audit");
                    results.push(told.await.map_err(stopped)??);
                }
            }
        }
        let (mut looked, mut untold) = (AuditResult::default(), Vec::new());
        for (part, mut unheard) in results {
            looked.findings.extend(part.findings);
            looked.notes.extend(part.notes);
            looked.unreadable.extend(part.unreadable);
            looked.hidden.extend(part.hidden);
            untold.append(&mut unheard);
        }
        Ok((looked, untold))
    }

    async fn at(&self, part: AuditScope) -> Result<(AuditResult, Vec<Finding>), Failure> {
        let (mut looked, mut untold) = (AuditResult::default(), Vec::new());
        let services: &[&'static str] = match part {
            AuditScope::Payments => &[payments::NAME],
            AuditScope::Orders => &[orders::NAME],
            AuditScope::Others => &[products::NAME, auth::NAME, notifications::NAME],
        };
        for service in services {
            looked.take(&mut self.books.rest(service, self.now).await?);
        }
        match part {
            AuditScope::Payments => {
                self.at_charges_without_payment(&mut looked).await?;
                untold = self.at_payments(&mut looked).await?;
                self.at_keys(&mut looked).await?;
            }
            AuditScope::Orders => self.at_orders(&mut looked).await?,
            AuditScope::Others => {
                looked.findings.extend(feeds::check(&self.books).await?);
                self.at_reservations_without_order(&mut looked).await?;
            }
        }
        Ok((looked, untold))
    }

    async fn at_reservations_without_order(&self, looked: &mut AuditResult) -> Result<(), Failure> {
        let mut after = (Id::from_uuid(Default::default()), Id::from_uuid(Default::default()));
        loop {
            let found = self.books.reservations(after, self.at_a_time).await?;
            let Some((last, mut part)) = found else { return Ok(()) };
            after = last;
            looked.take(&mut part);
            let mut reservations = part.reservations;
            let placements: BTreeSet<_> = reservations.iter().map(|found| found.placement_id).collect();
            let placements: Vec<_> = placements.into_iter().collect();
            // before orders is asked: what was heard of by then is there
            let heard = self.books.heard_of(&placements).await?.versions;
            let placed = self.books.placed(&placements).await?;
            reservations.retain(|found| !placed.contains(&found.placement_id));
            let facts = ServiceFacts { reservations, ..ServiceFacts::default() };
            let heard = heard.into_iter().filter(|(_, version)| *version > 0).map(|(id, _)| id).collect();
            let told = ProjectedReservations { heard, ..ProjectedReservations::default() };
            looked.findings.extend(check_orders(&facts, &[], &told, self.now));
        }
    }

    async fn at_charges_without_payment(&self, looked: &mut AuditResult) -> Result<(), Failure> {
        let mut after = String::new();
        loop {
            let found = self.books.charges(&after, self.at_a_time).await?;
            let Some((last, mut page)) = found else { return Ok(()) };
            after = last;
            looked.take(&mut page);
            let mut charges = page.charges;
            let orders: BTreeSet<_> = charges.iter().map(|charge| charge.order_id).collect();
            let orders: Vec<_> = orders.into_iter().collect();
            let mut part = self.books.payments_of(&orders, false).await?;
            looked.take(&mut part);
            let paid: BTreeSet<_> = part.payments.iter().map(|payment| payment.order_id).collect();
            charges.retain(|charge| !paid.contains(&charge.order_id));
            let facts = ServiceFacts { charges, ..ServiceFacts::default() };
            looked.findings.extend(check_charges(&facts, &[]));
        }
    }

    /// A payment whose keys are themselves broken is not named again for those that the provider knows.
    async fn at_keys(&self, looked: &mut AuditResult) -> Result<(), Failure> {
        let named: BTreeSet<_> = looked.findings.iter().map(what).collect();
        let mut after = String::new();
        while let Some((last, mut found)) = self.books.keys(&after, self.at_a_time).await? {
            after = last;
            found.retain(|found| !named.contains(&what(found)));
            looked.findings.append(&mut found);
        }
        Ok(())
    }

    /// Gives what orders have not heard of their payments.
    async fn at_payments(&self, looked: &mut AuditResult) -> Result<Vec<Finding>, Failure> {
        let mut untold = Vec::new();
        let mut after = Id::from_uuid(Default::default());
        while let Some((last, mut part)) = self.books.payments(after, self.at_a_time).await? {
            after = last;
            looked.take(&mut part);
            let orders: Vec<_> = part.payments.iter().map(|payment| payment.order_id).collect();
            let copies = self.books.copies(&orders).await?;
            let there = copies.keys().copied().collect();
            looked.findings.extend(check_payments(&part.payments, &there));
            untold.extend(self.heard.copies(&self.books, &part.payments, &copies).await?);
            looked.findings.extend(self.heard.of_payments(&self.books, &part.versions).await?);
            // one that is itself broken cannot be compared with its order
            let untold_of = part.payments.iter().filter(|payment| payment.figures.is_none());
            let of_order =
                |order: OrderId| [Invariant::I5, Invariant::I7].map(|one| (one, order.to_string()));
            looked.hidden.extend(untold_of.flat_map(|payment| of_order(payment.order_id)));
            part.charges = self.books.charges_of(&orders).await?;
            self.beside_payments(&part, &copies, looked).await?;
        }
        Ok(untold)
    }

    /// Payments beside what orders and the provider have of them, which was read after them.
    async fn beside_payments(
        &self,
        part: &ServiceFacts,
        copies: &Copies,
        looked: &mut AuditResult,
    ) -> Result<(), Failure> {
        let beside =
            |later: &[PaymentFact]| [never_secured(later, copies), check_charges(part, later)].concat();
        let mut found = beside(&part.payments);
        let mut under_way: Vec<&PaymentFact> = part.payments.iter().filter(|one| one.unsettled).collect();
        let later;
        if !found.is_empty() {
            // what has happened in between shows already
            let orders: Vec<_> = part.payments.iter().map(|payment| payment.order_id).collect();
            later = self.books.payments_of(&orders, true).await?.payments;
            found = beside(&later);
            let before: BTreeMap<_, _> =
                part.payments.iter().map(|one| (one.payment_id, one.changes)).collect();
            let is_other = |one: &&PaymentFact| before.get(&one.payment_id) != Some(&one.changes);
            under_way.extend(later.iter().filter(is_other));
        }
        let both = |one: &PaymentFact| {
            [one.payment_id.to_string(), one.order_id.to_string()].map(|subject| (Invariant::I4, subject))
        };
        looked.hidden.extend(under_way.into_iter().flat_map(both));
        let named: BTreeSet<String> = found.iter().map(|found| found.subject.clone()).collect();
        // one that is charged twice is not named for its amounts, nor the other way round
        let is_named = |one: &&PaymentFact| both(one).iter().any(|(_, subject)| named.contains(subject));
        looked.hidden.extend(part.payments.iter().filter(is_named).flat_map(both));
        let gives_back = |one: &&PaymentFact| one.unsettled && one.claimed > 0;
        let hidden = part.payments.iter().filter(gives_back);
        let hidden = hidden.filter(|one| !named.contains(&one.payment_id.to_string()));
        found.extend(self.what_refunds_hide(hidden.map(|one| one.order_id).collect()).await?);
        looked.findings.append(&mut found);
        Ok(())
    }

    /// While a refund is under way, its amount may be at the provider or not, which hides as much. So these are checked
    /// again until each was seen at rest, or is busy still.
    async fn what_refunds_hide(&self, mut hidden: Vec<OrderId>) -> Result<Vec<Finding>, Failure> {
        let mut found = Vec::new();
        for _ in 0..LOOKS_AT_REFUNDS {
            if hidden.is_empty() {
                break;
            }
            sleep(BETWEEN_LOOKS).await;
            let mut part = self.books.payments_of(&hidden, false).await?;
            part.charges = self.books.charges_of(&hidden).await?;
            let later = self.books.payments_of(&hidden, false).await?.payments;
            let named = check_charges(&part, &later);
            let subjects: BTreeSet<&String> = named.iter().map(|found| &found.subject).collect();
            let is_hidden =
                |one: &&PaymentFact| one.unsettled && !subjects.contains(&one.payment_id.to_string());
            hidden = later.iter().filter(is_hidden).map(|one| one.order_id).collect();
            found.extend(named);
        }
        Ok(found)
    }

    async fn at_orders(&self, looked: &mut AuditResult) -> Result<(), Failure> {
        let mut after = Id::from_uuid(Default::default());
        while let Some((last, mut part)) = self.books.orders(after, self.at_a_time).await? {
            after = last;
            let broken: BTreeSet<String> = part.findings.iter().map(|found| found.subject.clone()).collect();
            looked.take(&mut part);
            looked.findings.extend(self.heard.of_orders(&self.books, &part.versions).await?);
            let placements: Vec<_> = part.orders.iter().filter_map(|order| order.placement_id).collect();
            let orders: Vec<_> = part.orders.iter().map(|order| order.order_id).collect();
            let (reservations, heard) = self.books.reservations_of(&placements).await?;
            part.reservations = reservations;
            let mut paid = self.books.payments_of(&orders, false).await?;
            looked.take(&mut paid);
            part.payments = paid.payments;
            let mut found = check_orders(&part, &part.orders, &ProjectedReservations::default(), self.now);
            if !found.is_empty() {
                // what has happened in between shows already
                let later = self.books.orders_of(&orders).await?;
                let to_be_heard = self.to_be_heard(&part, &heard).await?;
                let hidden = |placing: &PlacementId| {
                    [Invariant::I2, Invariant::I10].map(|invariant| (invariant, placing.to_string()))
                };
                looked.hidden.extend(to_be_heard.news.iter().flat_map(hidden));
                found = check_orders(&part, &later, &to_be_heard, self.now);
                // an order whose lines are themselves broken is not named again for what is held for it
                let is_broken = |order: &&OrderFact| broken.contains(&order.order_id.to_string());
                let of_broken = part.orders.iter().filter(is_broken).filter_map(|order| order.placement_id);
                let of_broken: BTreeSet<String> = of_broken.map(|placing| placing.to_string()).collect();
                let is_named = |found: &Finding| {
                    found.invariant != Invariant::I10 || !of_broken.contains(&found.subject)
                };
                looked.hidden.extend(found.iter().filter(|found| !is_named(found)).map(what));
                found.retain(is_named);
            }
            looked.findings.append(&mut found);
            looked.findings.extend(self.heard_too_much(&part).await?);
        }
        Ok(())
    }

    /// Products has heard no more of an order than there is, or it would not listen to what comes next (I7).
    async fn heard_too_much(&self, part: &ServiceFacts) -> Result<Vec<Finding>, Failure> {
        let placed = part.orders.iter().filter_map(|order| Some((order.placement_id?, order.order_id)));
        let placed: BTreeMap<PlacementId, OrderId> = placed.collect();
        let placements: Vec<_> = placed.keys().copied().collect();
        let orders: Vec<_> = placed.values().copied().collect();
        // before the orders are read again: what was heard by then is there
        let heard = self.books.heard_of(&placements).await?.versions;
        let versions = self.books.versions(&orders).await?;
        let ahead = placed.into_iter().filter_map(|(placement, order)| {
            let (heard, version) = (heard.get(&placement)?, versions.get(&order)?);
            let detail = format!("products has heard of it up to version {heard}, and it is at {version}");
            let finding = Finding { invariant: Invariant::I7, subject: order.to_string(), detail };
            (heard > version).then_some(finding)
        });
        Ok(ahead.collect())
    }

    /// What products had not heard of these orders when its reservations were read. An event that is behind the position
    /// that it has heard will not come again, and one that it has acted on changes nothing when it comes.
    async fn to_be_heard(
        &self,
        part: &ServiceFacts,
        heard: &ConsumedOrderState,
    ) -> Result<ProjectedReservations, Failure> {
        let placed = part.orders.iter().filter_map(|order| Some((order.order_id, order.placement_id?)));
        let placed: BTreeMap<OrderId, PlacementId> = placed.collect();
        let orders: Vec<_> = placed.keys().copied().collect();
        let events = self.books.after(&orders, heard.position).await?;
        let mut to_be_heard = ProjectedReservations::default();
        for event in events {
            let Some(placement) = placed.get(&event.order_id).copied() else { continue };
            if event.version <= heard.versions.get(&placement).copied().unwrap_or(0) {
                continue;
            }
            to_be_heard.news.insert(placement);
            if event.ends {
                to_be_heard.endings.insert(placement);
            }
        }
        Ok(to_be_heard)
    }
}
