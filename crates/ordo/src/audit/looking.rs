//! One look at a shop: each service by itself, then their facts side by side, page by page. However many orders there
//! are, the facts of one page are held at a time; what is found is held to its end.
//!
//! Whatever may be missing is looked for after what needs it was read, so that something made in between is not missed:
//! an order after its reservation and after its payment, a payment after its charge.

use super::{
    books::Books,
    cross::{ToBeHeard, check_charges, check_orders, check_payments},
    feeds,
    telling::{Heard, never_secured},
};
use crate::{exit::Failure, shop::Databases};
use contracts::audit::{Audited, Finding, Invariant, Note, OrderFact, Unreadable};
use kernel::{
    Id, Timestamp,
    id::{OrderId, PlacementId},
};
use std::collections::{BTreeMap, BTreeSet};

/// Orders, payments, reservations or charges that are held in memory at a time.
pub const PAGE: u16 = 500;

/// What a look at a shop shows.
#[derive(Debug, Default)]
pub struct Looked {
    /// Everything that is not as it must be at this moment.
    pub findings: Vec<Finding>,
    /// What is allowed, and people should know of.
    pub notes: Vec<Note>,
    /// What cannot be read.
    pub unreadable: Vec<Unreadable>,
}

impl Looked {
    fn take(&mut self, part: &mut Audited) {
        self.findings.append(&mut part.findings);
        self.notes.append(&mut part.notes);
        self.unreadable.append(&mut part.unreadable);
    }

    /// Of what cannot be read in part, nothing is named but that.
    fn forget_the_unreadable(&mut self) {
        let about: BTreeSet<&String> = self.unreadable.iter().flat_map(|one| &one.about).collect();
        let named: BTreeSet<&Finding> = self.unreadable.iter().map(|one| &one.finding).collect();
        self.findings.retain(|finding| named.contains(finding) || !about.contains(&finding.subject));
    }
}

/// Looks at all services at the moment `now`, and lays side by side what they know, so many of a kind at a time.
///
/// # Errors
/// When a database cannot be read.
pub async fn look(databases: &Databases, now: Timestamp, at_a_time: u16) -> Result<Looked, Failure> {
    look_into(&Books::Here(Box::new(databases.clone())), now, at_a_time).await
}

/// The same, wherever the books are.
pub(super) async fn look_into(books: &Books, now: Timestamp, at_a_time: u16) -> Result<Looked, Failure> {
    let mut looked = Looked::default();
    let heard = Heard::read(books).await?;
    for service in [products::NAME, payments::NAME, orders::NAME, auth::NAME, notifications::NAME] {
        looked.take(&mut books.rest(service, now).await?);
    }
    looked.findings.extend(feeds::check(books).await?);
    let look = Look { books, now, at_a_time, heard };
    look.at_reservations_without_order(&mut looked).await?;
    look.at_charges_without_payment(&mut looked).await?;
    let untold = look.at_payments(&mut looked).await?;
    look.at_orders(&mut looked).await?;
    // an order that is broken in a way of its own is not named once more for the sums that it is part of
    if looked.findings.iter().all(|finding| finding.invariant == Invariant::I8) {
        looked.findings.extend(books.sums().await?);
    }
    // an order that is broken in a way of its own is not named once more for what it has not heard
    let named: BTreeSet<String> = looked.findings.iter().map(|finding| finding.subject.clone()).collect();
    looked.findings.extend(untold.into_iter().filter(|finding| !named.contains(&finding.subject)));
    looked.forget_the_unreadable();
    looked.findings.sort();
    // the same row is read more than once
    looked.findings.dedup();
    Ok(looked)
}

struct Look<'a> {
    books: &'a Books,
    now: Timestamp,
    at_a_time: u16,
    heard: Heard,
}

impl Look<'_> {
    async fn at_reservations_without_order(&self, looked: &mut Looked) -> Result<(), Failure> {
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
            let (_, heard) = self.books.heard_of(&placements).await?;
            let placed = self.books.placed(&placements).await?;
            reservations.retain(|found| !placed.contains(&found.placement_id));
            let facts = Audited { reservations, ..Audited::default() };
            let heard = heard.into_iter().filter(|(_, version)| *version > 0).map(|(id, _)| id).collect();
            let told = ToBeHeard { heard, ..ToBeHeard::default() };
            looked.findings.extend(check_orders(&facts, &told, self.now));
        }
    }

    async fn at_charges_without_payment(&self, looked: &mut Looked) -> Result<(), Failure> {
        let mut after = String::new();
        loop {
            let mut charges = self.books.charges(&after, self.at_a_time).await?;
            let Some(last) = charges.last() else { return Ok(()) };
            after.clone_from(&last.key);
            let orders: BTreeSet<_> = charges.iter().map(|charge| charge.order_id).collect();
            let orders: Vec<_> = orders.into_iter().collect();
            let mut part = self.books.payments_of(&orders).await?;
            looked.take(&mut part);
            let paid: BTreeSet<_> = part.payments.iter().map(|payment| payment.order_id).collect();
            charges.retain(|charge| !paid.contains(&charge.order_id));
            let facts = Audited { charges, ..Audited::default() };
            looked.findings.extend(check_charges(&facts));
        }
    }

    /// Gives what orders have not heard of their payments.
    async fn at_payments(&self, looked: &mut Looked) -> Result<Vec<Finding>, Failure> {
        let mut untold = Vec::new();
        let mut after = Id::from_uuid(Default::default());
        while let Some((last, mut part)) = self.books.payments(after, self.at_a_time).await? {
            after = last;
            looked.take(&mut part);
            let orders: Vec<_> = part.payments.iter().map(|payment| payment.order_id).collect();
            let copies = self.books.copies(&orders).await?;
            let there = copies.keys().copied().collect();
            looked.findings.extend(check_payments(&part.payments, &there));
            looked.findings.extend(never_secured(&part.payments, &copies));
            untold.extend(self.heard.copies(self.books, &part.payments, &copies).await?);
            looked.findings.extend(self.heard.of_payments(self.books, &part.versions).await?);
            part.charges = self.books.charges_of(&orders).await?;
            looked.findings.extend(check_charges(&part));
        }
        Ok(untold)
    }

    async fn at_orders(&self, looked: &mut Looked) -> Result<(), Failure> {
        let mut after = Id::from_uuid(Default::default());
        while let Some((last, mut part)) = self.books.orders(after, self.at_a_time).await? {
            after = last;
            let broken: BTreeSet<String> = part.findings.iter().map(|found| found.subject.clone()).collect();
            looked.take(&mut part);
            looked.findings.extend(self.heard.of_orders(self.books, &part.versions).await?);
            let placements: Vec<_> = part.orders.iter().filter_map(|order| order.placement_id).collect();
            let orders: Vec<_> = part.orders.iter().map(|order| order.order_id).collect();
            part.reservations = self.books.reservations_of(&placements).await?;
            let mut paid = self.books.payments_of(&orders).await?;
            looked.take(&mut paid);
            part.payments = paid.payments;
            let mut found = check_orders(&part, &ToBeHeard::default(), self.now);
            if !found.is_empty() {
                found = check_orders(&part, &self.to_be_heard(&part).await?, self.now);
                // an order whose lines are broken in a way of their own is not named once more for what is held for it
                let is_broken = |order: &&OrderFact| broken.contains(&order.order_id.to_string());
                let of_broken = part.orders.iter().filter(is_broken).filter_map(|order| order.placement_id);
                let of_broken: BTreeSet<String> = of_broken.map(|placing| placing.to_string()).collect();
                found
                    .retain(|found| found.invariant != Invariant::I10 || !of_broken.contains(&found.subject));
            }
            looked.findings.append(&mut found);
            looked.findings.extend(self.heard_too_much(&part).await?);
        }
        Ok(())
    }

    /// Products has heard no more of an order than there is, or it would not listen to what comes next (I7).
    async fn heard_too_much(&self, part: &Audited) -> Result<Vec<Finding>, Failure> {
        let placed = part.orders.iter().filter_map(|order| Some((order.placement_id?, order.order_id)));
        let placed: BTreeMap<PlacementId, OrderId> = placed.collect();
        let placements: Vec<_> = placed.keys().copied().collect();
        let orders: Vec<_> = placed.values().copied().collect();
        // before the orders are read again: what was heard by then is there
        let (_, heard) = self.books.heard_of(&placements).await?;
        let versions = self.books.versions(&orders).await?;
        let ahead = placed.into_iter().filter_map(|(placement, order)| {
            let (heard, version) = (heard.get(&placement)?, versions.get(&order)?);
            let detail = format!("products has heard of it up to version {heard}, and it is at {version}");
            let finding = Finding { invariant: Invariant::I7, subject: order.to_string(), detail };
            (heard > version).then_some(finding)
        });
        Ok(ahead.collect())
    }

    /// What products has not heard of these orders. An event that is behind the position that it has heard will not
    /// come again, and one that it has acted on changes nothing when it comes.
    async fn to_be_heard(&self, part: &Audited) -> Result<ToBeHeard, Failure> {
        let placed = part.orders.iter().filter_map(|order| Some((order.order_id, order.placement_id?)));
        let placed: BTreeMap<OrderId, PlacementId> = placed.collect();
        let placements: Vec<_> = placed.values().copied().collect();
        let orders: Vec<_> = placed.keys().copied().collect();
        let (position, heard) = self.books.heard_of(&placements).await?;
        let events = self.books.after(&orders, position).await?;
        let mut to_be_heard = ToBeHeard::default();
        for event in events {
            let Some(placement) = placed.get(&event.order_id).copied() else { continue };
            if event.version <= heard.get(&placement).copied().unwrap_or(0) {
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
