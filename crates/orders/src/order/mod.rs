//! An order: its data, and how the machine moves it.

mod cancel;
mod claim;
mod comments;
mod draft;
mod edits;
mod figures;
mod line;
mod payment;
mod placement;
mod sales_contribution;
mod shipping;
mod stock;
mod summary;
mod target_status;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use cancel::CancelError;
pub(crate) use comments::{CommentSubject, Remark, joined, text_about};
pub(crate) use line::{ByLine, Line, Lines, Shortfall};
pub(crate) use payment::{PaymentCopy, PaymentUpdate};
pub(crate) use placement::{PlacementData, PricedLines, RequestedLine};
pub(crate) use sales_contribution::SalesContribution;
pub(crate) use shipping::{ShipError, units};
pub(crate) use view::{PersonalData, Viewer};
pub(crate) use words::id_word;

use crate::{
    pricing::{PricingError, Quote, price},
    transition::order::{Effect, Facts, OrderState, OrderTrigger, TransitionNotAllowed, find},
};
use contracts::{
    Metadata,
    events::{EventType, OrderEvent},
    orders::{Adjustment, CancelCode, Hold, PaymentRejection},
};
use kernel::{Money, Timestamp, id::*};
use std::time::Duration;

/// An order, without what names the person and without what anybody wrote about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) number: i64,
    /// The placement that it came from; none for a draft.
    pub(crate) placement_id: Option<PlacementId>,
    /// Whose it is now.
    pub(crate) user_id: UserId,
    /// As whom a guest has placed it.
    pub(crate) guest_id: Option<UserId>,
    pub(crate) state: OrderState,
    pub(crate) holds: Holds,
    /// Whether the manual hold, while there is one, is for money that all went back and not for a reason of staff's own;
    /// nothing where nobody has noted it.
    pub(crate) held_given_back: Option<bool>,
    pub(crate) lines: Lines,
    pub(crate) adjustments: Vec<Adjustment>,
    pub(crate) total: Money,
    /// The total without what was cancelled.
    pub(crate) owed: Money,
    pub(crate) payment: Option<PaymentCopy>,
    /// Why the payment that it was placed with was not even tried.
    pub(crate) payment_refused: Option<PaymentRejection>,
    pub(crate) payment_due_at: Option<Timestamp>,
    pub(crate) cancel_code: Option<CancelCode>,
    pub(crate) metadata: Metadata,
    /// Fulfilments that are packed and have not been shipped.
    pub(crate) packed: i64,
    /// Units in fulfilments that are pending or packed.
    pub(crate) allocated: i64,
    /// Units whose fulfilment could not be delivered and is not back.
    pub(crate) failed: i64,
    /// What had gone back for something else, in minor units, when a parcel last could not be delivered.
    pub(crate) back_before: i64,
    /// When it was first confirmed, and on what (I5).
    pub(crate) confirmation: Option<Confirmation>,
    pub(crate) version: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// What was secured and what was owed when an order was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Confirmation {
    pub(crate) at: Timestamp,
    pub(crate) secured: Money,
    pub(crate) owed: Money,
}

/// The reasons why an order must not be shipped now. They come and go each by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holds {
    pub(crate) payment: bool,
    pub(crate) stock_short: bool,
    pub(crate) stock_missing: bool,
    pub(crate) manual: bool,
}

impl Holds {
    /// The one to tell of: the gravest.
    pub(crate) fn first(self) -> Option<Hold> {
        self.iter().next()
    }
    /// All of them, the gravest first.
    pub(crate) fn iter(self) -> impl Iterator<Item = Hold> {
        let reasons = [
            (self.stock_missing, Hold::StockMissing),
            (self.payment, Hold::Payment),
            (self.stock_short, Hold::StockShort),
            (self.manual, Hold::Manual),
        ];
        reasons.into_iter().filter(|(is_set, _)| *is_set).map(|(_, hold)| hold)
    }
}

/// What happened to an order within one transaction: its events, and what must be done besides.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ChangeSet {
    /// The version that it is based on.
    pub(crate) from_version: i64,
    pub(crate) events: Vec<RecordedEvent>,
    pub(crate) effects: Vec<Effect>,
    /// What somebody wrote about it: no event tells it.
    pub(crate) remarks: Vec<Remark>,
    /// The lines before it.
    lines: Lines,
    /// What the order added to the sums before it.
    pub(crate) counted: SalesContribution,
    now: Timestamp,
    payment_due: Duration,
}

/// An event of an order, at the version that it led to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordedEvent {
    pub(crate) kind: EventType,
    pub(crate) version: i64,
    pub(crate) data: OrderEvent,
}

impl ChangeSet {
    /// A change of `order` that begins now; an order has `payment_due` to be paid.
    pub(crate) fn of(order: &Order, now: Timestamp, payment_due: Duration) -> Self {
        let (from_version, lines, counted) = (order.version, order.lines.clone(), order.counted());
        let (events, effects, remarks) = (Vec::new(), Vec::new(), Vec::new());
        ChangeSet { from_version, events, effects, remarks, lines, counted, now, payment_due }
    }
    /// Notes what somebody wrote about the step that was taken last.
    fn remark(&mut self, about: CommentSubject, text: Option<String>) {
        let version = self.events.last().map_or(self.from_version, |event| event.version);
        self.remarks.extend(text.map(|text| Remark { version, about, text }));
    }
    /// The lines of `order` that are not as they were.
    pub(crate) fn changed_lines<'a>(&'a self, order: &'a Order) -> impl Iterator<Item = &'a Line> {
        order.lines.iter().zip(self.lines.iter()).filter(|(now, before)| now != before).map(|(now, _)| now)
    }
    /// Whether something must be written.
    pub(crate) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }
}

impl Order {
    /// Whether it is this user's, or was placed as this guest.
    pub(crate) fn is_of(&self, user: Option<UserId>) -> bool {
        user.is_some_and(|user| user == self.user_id || self.guest_id == Some(user))
    }

    /// Whose payments holds it for: what a guest has placed stays that guest's there.
    pub(crate) fn payer(&self) -> UserId {
        self.guest_id.unwrap_or(self.user_id)
    }

    /// The quote of its lines and adjustments.
    pub(crate) fn quote(&self) -> Result<Quote, PricingError> {
        price(self.lines.iter().map(Line::priced_units), &self.adjustments, self.total.currency)
    }

    /// What the guards of the machine look at.
    pub(crate) fn facts(&self) -> Facts {
        let units = self.lines.units();
        Facts {
            shipped: units.shipped > 0,
            open: units.open > 0,
            on_its_way: units.shipped > units.delivered,
            on_hold: self.holds.first().is_some(),
            payment_held: self.holds.payment,
            short_held: self.holds.stock_short,
            missing_held: self.holds.stock_missing,
            staff_held: self.holds.manual,
            packed: self.packed > 0,
            all_allocated: units.open <= self.allocated,
            all_failed: units.shipped - units.delivered <= self.failed,
            undelivered: self.failed > 0,
            cannot_pay: self.payment.as_ref().is_some_and(PaymentCopy::takes_no_money),
            settled: self.is_settled(),
            unreturned: self.keeps_money_of_undelivered(),
            refundable: self.payment.as_ref().is_some_and(|copy| copy.refundable() > 0),
        }
    }

    /// Whether `trigger` can happen to it now.
    pub(crate) fn can(&self, trigger: OrderTrigger) -> bool {
        find(self.state, trigger, &self.facts()).is_ok()
    }

    /// Lets `trigger` happen: finds its row, runs `work` on the data, applies the row's effects, and records the event
    /// with the totals afterwards. One step is one version.
    fn step(
        &mut self,
        change: &mut ChangeSet,
        trigger: OrderTrigger,
        work: impl FnOnce(&mut Order),
    ) -> Result<(), TransitionNotAllowed> {
        let row = find(self.state, trigger, &self.facts())?;
        let owed_before = self.owed;
        work(self);
        for effect in row.effects {
            self.apply(*effect, change);
        }
        self.owed = self.lines.owed(self.total);
        let told = row.effects.iter().filter(|e| **e != Effect::SyncAmountDue || self.owed != owed_before);
        change.effects.extend(told.copied());
        self.state = row.to;
        self.version += 1;
        self.updated_at = change.now;
        let data = OrderEvent { figures: self.figures() };
        change.events.push(RecordedEvent { kind: row.event, version: self.version, data });
        Ok(())
    }

    /// The part of an effect that is the order's own data.
    fn apply(&mut self, effect: Effect, change: &ChangeSet) {
        match effect {
            Effect::AwaitPayment => self.payment_due_at = Some(change.now.plus(change.payment_due)),
            Effect::ClearDueDate => self.payment_due_at = None,
            Effect::ReleaseOpen => self.lines.release_open(),
            Effect::HoldForPayment => self.holds.payment = true,
            Effect::HoldShort => self.holds.stock_short = true,
            Effect::HoldMissing => self.holds.stock_missing = true,
            Effect::EndPaymentHold => self.holds.payment = false,
            Effect::EndShortHold => self.holds.stock_short = false,
            Effect::EndMissingHold => self.holds.stock_missing = false,
            Effect::HoldByStaff => self.holds.manual = true,
            Effect::EndStaffHold => self.holds.manual = false,
            Effect::EndAllHolds => self.holds = Holds::default(),
            Effect::CancelFulfilments => (self.packed, self.allocated) = (0, 0),
            Effect::ClosePayment | Effect::ClearClosing | Effect::SyncAmountDue => {}
        }
    }

    /// Completes it when nothing is left to do.
    pub(crate) fn complete_if_done(&mut self, change: &mut ChangeSet) -> bool {
        self.step(change, OrderTrigger::Settled, |_| {}).is_ok()
    }

    /// Completes it because staff say so: what came back undelivered they have settled in a way of their own.
    pub(crate) fn finish(&mut self, change: &mut ChangeSet) -> bool {
        self.step(change, OrderTrigger::Finished, |_| {}).is_ok()
    }

    /// What somebody has to settle of the price of what came back: it is neither back nor on its way back.
    pub(crate) fn kept_of_returned(&self) -> Option<Money> {
        let PaymentCopy { figures, .. } =
            self.payment.as_ref().filter(|_| self.state == OrderState::Confirmed)?;
        let (back, owed_back) = self.back_for_undelivered();
        // of what is on its way some is for units that were cancelled: what has not gone back of that
        let (taken, gone) = self.taken_and_back();
        let for_cancelled = self.beyond_owed(taken).saturating_sub(gone).max(0);
        let on_its_way = figures.claimed.minor.saturating_sub(for_cancelled).max(0);
        let minor = owed_back.saturating_sub(back).saturating_sub(on_its_way);
        Some(Money { minor, ..self.total }).filter(|kept| kept.minor > 0)
    }

    /// Whether there is something of that.
    pub(crate) fn is_unreturned(&self) -> bool {
        self.kept_of_returned().is_some()
    }

    /// Whether units came back that never arrived, and less has gone back for them than they cost.
    fn keeps_money_of_undelivered(&self) -> bool {
        let (back, owed_back) = self.back_for_undelivered();
        back < owed_back
    }

    /// What has gone back for units that came back without having arrived, and what has to. What went back because other units
    /// were cancelled is no part of that: it is what was taken beyond what is owed; nor is `back_before`, which went back for
    /// something else.
    fn back_for_undelivered(&self) -> (i64, i64) {
        let (taken, back) = self.taken_and_back();
        let for_others = self.beyond_owed(taken).saturating_add(self.back_before);
        let owed_back = self.lines.undelivered_value(self.total).minor.min(taken.saturating_sub(for_others));
        (back.saturating_sub(for_others).max(0), owed_back.max(0))
    }

    /// What was taken in all, and what of it has gone back.
    fn taken_and_back(&self) -> (i64, i64) {
        self.payment.as_ref().map_or((0, 0), PaymentCopy::taken_and_back)
    }

    /// What was taken beyond what is owed: it is for units that were cancelled, whether it has gone back or not.
    fn beyond_owed(&self, taken: i64) -> i64 {
        taken.saturating_sub(self.owed.minor).max(0)
    }

    /// A parcel could not be delivered: what goes back from now on may be for it, and what went back before was not, beyond what
    /// others cost that are back already.
    fn note_what_went_back(&mut self) {
        let (back, owed_back) = self.back_for_undelivered();
        self.back_before = self.back_before.saturating_add(back.saturating_sub(owed_back).max(0));
    }

    /// Whether the money is settled: what is owed is captured, payments knows what is owed, and nothing is
    /// under way.
    fn is_settled(&self) -> bool {
        let Some(PaymentCopy { figures, .. }) = &self.payment else { return false };
        figures.paid() >= self.owed.minor
            && figures.owed.minor <= self.owed.minor
            && figures.claimed.minor == 0
            && !figures.pending
    }
}
