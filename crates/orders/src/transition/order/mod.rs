//! State machine of an order: one table of data.

mod effect;
mod guard;
mod page;
mod state;
mod trigger;

pub(crate) use effect::Effect;
pub(crate) use guard::{Facts, Guard};
pub(crate) use page::markdown;
pub(crate) use state::OrderState;
pub(crate) use trigger::OrderTrigger;

use contracts::{events::EventType, orders::Action};
use state::OrderState::{
    Cancelled, CancellingAlways, CancellingIfUnpaid, Completed, Confirmed, Draft, Expired, New, Pending,
};
use std::collections::BTreeSet;

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) from: OrderState,
    pub(crate) trigger: OrderTrigger,
    pub(crate) guard: Guard,
    pub(crate) to: OrderState,
    pub(crate) event: EventType,
    pub(crate) effects: &'static [Effect],
    /// Action that triggers the transition, offered while its guard holds.
    pub(crate) offer: Option<(Action, Guard)>,
}

const fn row(from: OrderState, trigger: OrderTrigger, to: OrderState, event: EventType) -> Transition {
    Transition { from, trigger, guard: Guard::Free, to, event, effects: &[], offer: None }
}
impl Transition {
    const fn when(self, guard: Guard) -> Self {
        Transition { guard, ..self }
    }
    const fn then(self, effects: &'static [Effect]) -> Self {
        Transition { effects, ..self }
    }
    const fn asked_by(self, action: Action) -> Self {
        Transition { offer: Some((action, self.guard)), ..self }
    }
    const fn asked_while(self, action: Action, guard: Guard) -> Self {
        Transition { offer: Some((action, guard)), ..self }
    }
}

/// The table. If a state has several rows for one trigger, the first whose guard holds applies.
#[rustfmt::skip]
pub(crate) const TABLE: &[Transition] = {
    use EventType::{
        OrderCancelRequested, OrderCancelled, OrderClaimed, OrderCompleted, OrderConfirmed, OrderDraftDeleted, OrderDraftUpdated, OrderDrafted, OrderExpired,
        OrderItemsCancelled, OrderPaymentFailed, OrderPaymentLapsed, OrderPlaced, OrderRefunded, OrderReopened,
        OrderUpdated,
    };
    use {Effect::*, OrderTrigger::*};
    &[
        row(New, Drafted, Draft, OrderDrafted),
        row(New, Placed, Pending, OrderPlaced).then(&[AwaitPayment]),
        row(Draft, DraftEdited, Draft, OrderDraftUpdated).asked_by(Action::Edit),
        row(Draft, DraftDeleted, New, OrderDraftDeleted).asked_by(Action::Delete),
        row(Draft, Placed, Pending, OrderPlaced).then(&[AwaitPayment]).asked_by(Action::Place),

        row(Pending, Secured, Confirmed, OrderConfirmed).then(&[ClearDueDate]).asked_while(Action::Pay, Guard::Payable),
        row(Pending, AttemptFailed, Pending, OrderPaymentFailed),
        row(Pending, PaymentDue, CancellingIfUnpaid, OrderCancelRequested).then(&[ClosePayment]),
        row(Pending, CancelRequested, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]).asked_by(Action::Cancel),
        row(Pending, StockLost, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]),
        row(Pending, StockShort, Pending, OrderUpdated).then(&[HoldShort]),
        row(Pending, StockBack, Pending, OrderUpdated).when(Guard::ShortHeld).then(&[EndShortHold]),
        row(Pending, Corrected, Pending, OrderUpdated).when(Guard::SomeToAddress).asked_by(Action::Edit),
        row(Pending, Annotated, Pending, OrderUpdated).asked_by(Action::Annotate),
        row(Pending, Claimed, Pending, OrderClaimed),
        row(Pending, Held, Pending, OrderUpdated).when(Guard::SomeToSend).then(&[HoldByStaff]).asked_while(Action::Hold, Guard::Holdable),
        row(Pending, Released, Pending, OrderUpdated).when(Guard::StaffHeld).then(&[EndStaffHold]).asked_by(Action::Release),
        row(Pending, Refunded, Pending, OrderRefunded),
        row(Pending, PaymentChanged, Pending, OrderUpdated),

        row(CancellingIfUnpaid, Secured, Confirmed, OrderConfirmed).then(&[EndPaymentHold, ClearDueDate, ClearClosing]),
        row(CancellingIfUnpaid, CancelRequested, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]).asked_by(Action::Cancel),
        row(CancellingIfUnpaid, StockLost, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]),
        row(CancellingIfUnpaid, PaymentClosed, Expired, OrderExpired).then(&[ReleaseOpen, CancelFulfilments, EndAllHolds, ClearDueDate, ClearClosing]),
        row(CancellingIfUnpaid, StockShort, CancellingIfUnpaid, OrderUpdated).then(&[HoldShort]),
        row(CancellingIfUnpaid, StockBack, CancellingIfUnpaid, OrderUpdated).when(Guard::ShortHeld).then(&[EndShortHold]),
        row(CancellingIfUnpaid, ReservationRestored, CancellingIfUnpaid, OrderUpdated).when(Guard::MissingHeld).then(&[EndMissingHold]),
        row(CancellingIfUnpaid, Annotated, CancellingIfUnpaid, OrderUpdated).asked_by(Action::Annotate),
        row(CancellingIfUnpaid, Claimed, CancellingIfUnpaid, OrderClaimed),
        row(CancellingIfUnpaid, Held, CancellingIfUnpaid, OrderUpdated).when(Guard::SomeToSend).then(&[HoldByStaff]).asked_while(Action::Hold, Guard::Holdable),
        row(CancellingIfUnpaid, Released, CancellingIfUnpaid, OrderUpdated).when(Guard::StaffHeld).then(&[EndStaffHold]).asked_by(Action::Release),
        row(CancellingIfUnpaid, Refunded, CancellingIfUnpaid, OrderRefunded),
        row(CancellingIfUnpaid, PaymentChanged, CancellingIfUnpaid, OrderUpdated),

        row(CancellingAlways, PaymentClosed, Cancelled, OrderCancelled).then(&[ReleaseOpen, CancelFulfilments, EndAllHolds, ClearDueDate, ClearClosing]),
        row(CancellingAlways, Annotated, CancellingAlways, OrderUpdated).asked_by(Action::Annotate),
        row(CancellingAlways, Claimed, CancellingAlways, OrderClaimed),
        row(CancellingAlways, Refunded, CancellingAlways, OrderRefunded),
        row(CancellingAlways, PaymentChanged, CancellingAlways, OrderUpdated),

        row(Confirmed, CancelRequested, CancellingAlways, OrderCancelRequested).when(Guard::NothingShipped).then(&[CancelFulfilments, ClosePayment]).asked_by(Action::Cancel),
        row(Confirmed, CancelRequested, Confirmed, OrderItemsCancelled).when(Guard::RestOpen).then(&[ReleaseOpen, CancelFulfilments, SyncAmountDue]).asked_by(Action::Cancel),
        row(Confirmed, ItemsCancelled, Confirmed, OrderItemsCancelled).when(Guard::SomeOpen).then(&[SyncAmountDue]),
        row(Confirmed, FulfilmentMade, Confirmed, OrderUpdated).when(Guard::Shippable).asked_while(Action::Fulfil, Guard::SomeToPack),
        row(Confirmed, FulfilmentChanged, Confirmed, OrderUpdated),
        row(Confirmed, Shipped, Confirmed, OrderUpdated).when(Guard::Shippable),
        row(Confirmed, Delivered, Confirmed, OrderUpdated).when(Guard::InTransit).asked_while(Action::Deliver, Guard::UnitsInTransit),
        row(Confirmed, CameBack, Confirmed, OrderUpdated).when(Guard::InTransit),
        row(Confirmed, Corrected, Confirmed, OrderUpdated).when(Guard::SomeToAddress).asked_by(Action::Edit),
        row(Confirmed, Annotated, Confirmed, OrderUpdated).asked_by(Action::Annotate),
        row(Confirmed, Claimed, Confirmed, OrderClaimed),
        row(Confirmed, Held, Confirmed, OrderUpdated).when(Guard::SomeToSend).then(&[HoldByStaff]).asked_while(Action::Hold, Guard::Holdable),
        row(Confirmed, Released, Confirmed, OrderUpdated).when(Guard::StaffHeld).then(&[EndStaffHold]).asked_by(Action::Release),
        row(Confirmed, Lapsed, Confirmed, OrderPaymentLapsed).when(Guard::PaymentGood).then(&[HoldForPayment, AwaitPayment]),
        row(Confirmed, Secured, Confirmed, OrderUpdated).when(Guard::PaymentHeld).then(&[EndPaymentHold, ClearDueDate]).asked_while(Action::Pay, Guard::PaymentHeldPayable),
        row(Confirmed, AttemptFailed, Confirmed, OrderPaymentFailed).when(Guard::PaymentHeld),
        row(Confirmed, PaymentDue, CancellingIfUnpaid, OrderCancelRequested).when(Guard::PaymentHeldNothingShipped).then(&[ClosePayment]),
        row(Confirmed, StockShort, Confirmed, OrderUpdated).when(Guard::SomeOpen).then(&[HoldShort]),
        row(Confirmed, StockBack, Confirmed, OrderUpdated).when(Guard::ShortHeld).then(&[EndShortHold]),
        row(Confirmed, StockLost, Confirmed, OrderUpdated).when(Guard::SomeOpen).then(&[HoldMissing]),
        row(Confirmed, ReservationRestored, Confirmed, OrderUpdated).when(Guard::MissingHeld).then(&[EndMissingHold]),
        row(Confirmed, Refunded, Confirmed, OrderRefunded).asked_while(Action::Refund, Guard::Refundable),
        row(Confirmed, PaymentChanged, Confirmed, OrderUpdated),
        row(Confirmed, Settled, Completed, OrderCompleted).when(Guard::AllDone).then(&[EndAllHolds]),
        row(Confirmed, Finished, Completed, OrderCompleted).when(Guard::AllEnded).then(&[EndAllHolds]).asked_by(Action::Complete),

        row(Completed, Reopened, Confirmed, OrderReopened),
        row(Completed, Annotated, Completed, OrderUpdated).asked_by(Action::Annotate),
        row(Completed, Claimed, Completed, OrderClaimed),
        row(Completed, Refunded, Completed, OrderRefunded).asked_while(Action::Refund, Guard::Refundable),
        row(Completed, PaymentChanged, Completed, OrderUpdated),

        // the state is final; the copy of the payment's totals follows the refunds
        row(Cancelled, Annotated, Cancelled, OrderUpdated).asked_by(Action::Annotate),
        row(Cancelled, Claimed, Cancelled, OrderClaimed),
        row(Cancelled, Refunded, Cancelled, OrderRefunded),
        row(Cancelled, PaymentChanged, Cancelled, OrderUpdated),
        row(Expired, Annotated, Expired, OrderUpdated).asked_by(Action::Annotate),
        row(Expired, Claimed, Expired, OrderClaimed),
        row(Expired, Refunded, Expired, OrderRefunded),
        row(Expired, PaymentChanged, Expired, OrderUpdated),
    ]
};

/// The transition is not allowed in this state, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TransitionNotAllowed;

/// The transition for `trigger` of an order in `from` with `facts`.
pub(crate) fn find(
    from: OrderState,
    trigger: OrderTrigger,
    facts: &Facts,
) -> Result<&'static Transition, TransitionNotAllowed> {
    let row = TABLE.iter().find(|row| row.from == from && row.trigger == trigger && row.guard.holds(facts));
    row.ok_or(TransitionNotAllowed)
}

/// Actions that can be taken on an order in `state` with `facts`.
pub(crate) fn offers(state: OrderState, facts: &Facts) -> Vec<Action> {
    let offered = TABLE.iter().filter(|row| row.from == state).filter_map(|row| row.offer);
    let now: BTreeSet<Action> =
        offered.filter(|(_, guard)| guard.holds(facts)).map(|(action, _)| action).collect();
    now.into_iter().collect()
}

#[cfg(test)]
mod tests;
