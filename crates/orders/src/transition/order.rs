//! The machine of an order.

use super::{line, rule};
use contracts::{
    events::EventType,
    orders::{Action, OrderStatus},
    settlement::CloseMode,
};
use std::collections::BTreeSet;

/// Where an order is: its status, and while it is being cancelled, how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// It is not there yet.
    New,
    Draft,
    Pending,
    Confirmed,
    Completed,
    /// Being cancelled unless it turns out to be paid: its time is up.
    CancellingIfUnpaid,
    /// Being cancelled whatever its payment turns out to be: somebody asked for it.
    CancellingAlways,
    Cancelled,
    Expired,
}
use State::{
    Cancelled, CancellingAlways, CancellingIfUnpaid, Completed, Confirmed, Draft, Expired, New, Pending,
};

impl State {
    pub(crate) const ALL: [State; 9] =
        [New, Draft, Pending, Confirmed, Completed, CancellingIfUnpaid, CancellingAlways, Cancelled, Expired];
    /// What clients see of it.
    pub(crate) fn status(self) -> OrderStatus {
        match self {
            New | Draft => OrderStatus::Draft,
            Pending => OrderStatus::Pending,
            Confirmed => OrderStatus::Confirmed,
            Completed => OrderStatus::Completed,
            CancellingIfUnpaid | CancellingAlways => OrderStatus::Cancelling,
            Cancelled => OrderStatus::Cancelled,
            Expired => OrderStatus::Expired,
        }
    }
    /// How its payment is to be closed.
    pub(crate) fn close_mode(self) -> Option<CloseMode> {
        match self {
            CancellingIfUnpaid => Some(CloseMode::IfUnpaid),
            CancellingAlways => Some(CloseMode::Always),
            _ => None,
        }
    }
    /// From what the database keeps; `None` for what cannot be.
    pub(crate) fn from_parts(status: OrderStatus, mode: Option<CloseMode>) -> Option<State> {
        let found = State::ALL.into_iter().filter(|state| *state != New);
        found.into_iter().find(|state| state.status() == status && state.close_mode() == mode)
    }
    /// Whether nothing of it can become open or shipped any more (R4).
    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Cancelled | Expired)
    }
    fn name(self) -> &'static str {
        match self {
            New => "–",
            Draft => "draft",
            Pending => "pending",
            Confirmed => "confirmed",
            Completed => "completed",
            CancellingIfUnpaid => "cancelling (if unpaid)",
            CancellingAlways => "cancelling (always)",
            Cancelled => "cancelled",
            Expired => "expired",
        }
    }
}

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trigger {
    /// Staff made it for a customer.
    Drafted,
    /// Its stock is reserved and it is written down.
    Placed,
    /// Payments says that enough is secured.
    Secured,
    /// Payments says that an attempt failed.
    AttemptFailed,
    /// It was not paid in time.
    FellDue,
    /// The customer or staff want it cancelled.
    CancelAsked,
    /// Payments says that nothing can be charged any more.
    PaymentClosed,
    /// Some open units are cancelled.
    ItemsCancelled,
    /// A fulfilment was made.
    FulfilmentMade,
    /// A fulfilment was packed, cancelled, could not be delivered or is sent again.
    FulfilmentChanged,
    /// Units leave the house.
    Shipped,
    /// Units arrive.
    Delivered,
    /// Units that could not be delivered are back.
    CameBack,
    /// What was authorized is no longer.
    Lapsed,
    /// Nothing is left to do.
    Done,
    /// A return is approved, or a shipment comes back.
    Reopened,
    /// Money has gone back.
    Refunded,
    /// Another figure of its payment changed.
    PaymentChanged,
    /// Less of a product is on hand than is reserved, and this order must wait.
    StockShort,
    /// There is enough again.
    StockBack,
    /// Its reservation is lost.
    StockLost,
    /// Its address is corrected.
    AddressCorrected,
}

impl Trigger {
    pub(crate) const ALL: [Trigger; 22] = [
        Trigger::Drafted,
        Trigger::Placed,
        Trigger::Secured,
        Trigger::AttemptFailed,
        Trigger::FellDue,
        Trigger::CancelAsked,
        Trigger::PaymentClosed,
        Trigger::ItemsCancelled,
        Trigger::FulfilmentMade,
        Trigger::FulfilmentChanged,
        Trigger::Shipped,
        Trigger::Delivered,
        Trigger::CameBack,
        Trigger::Lapsed,
        Trigger::Done,
        Trigger::Reopened,
        Trigger::Refunded,
        Trigger::PaymentChanged,
        Trigger::StockShort,
        Trigger::StockBack,
        Trigger::StockLost,
        Trigger::AddressCorrected,
    ];
    fn name(self) -> &'static str {
        match self {
            Trigger::Drafted => "drafted",
            Trigger::Placed => "placed",
            Trigger::Secured => "secured",
            Trigger::AttemptFailed => "attempt failed",
            Trigger::FellDue => "fell due",
            Trigger::CancelAsked => "cancel asked",
            Trigger::PaymentClosed => "payment closed",
            Trigger::ItemsCancelled => "items cancelled",
            Trigger::FulfilmentMade => "fulfilment made",
            Trigger::FulfilmentChanged => "fulfilment changed",
            Trigger::Shipped => "shipped",
            Trigger::Delivered => "delivered",
            Trigger::CameBack => "came back",
            Trigger::Lapsed => "lapsed",
            Trigger::Done => "done",
            Trigger::Reopened => "reopened",
            Trigger::Refunded => "refunded",
            Trigger::PaymentChanged => "payment changed",
            Trigger::StockShort => "stock short",
            Trigger::StockBack => "stock back",
            Trigger::StockLost => "stock lost",
            Trigger::AddressCorrected => "address corrected",
        }
    }
}

/// What must be true besides the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guard {
    Free,
    NothingShipped,
    /// Something has shipped, and something is still open.
    RestOpen,
    SomeOpen,
    /// Something is open, and nothing forbids shipping.
    Shippable,
    /// Something has shipped and has not arrived.
    OnItsWay,
    /// On hold because its authorization lapsed.
    PaymentHeld,
    /// The same, and nothing has shipped.
    PaymentHeldNothingShipped,
    /// Not on hold for its payment.
    PaymentGood,
    /// Held because of stock.
    StockHeld,
    /// No open units, all shipments arrived, and the money is settled.
    AllDone,
    /// Some of what was captured could still go back.
    Refundable,
}

/// What a guard looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) shipped: bool,
    pub(crate) open: bool,
    pub(crate) on_its_way: bool,
    pub(crate) on_hold: bool,
    pub(crate) payment_held: bool,
    pub(crate) stock_held: bool,
    pub(crate) settled: bool,
    pub(crate) refundable: bool,
}

impl Guard {
    fn holds(self, facts: &Facts) -> bool {
        match self {
            Guard::Free => true,
            Guard::NothingShipped => !facts.shipped,
            Guard::RestOpen => facts.shipped && facts.open,
            Guard::SomeOpen => facts.open,
            Guard::Shippable => facts.open && !facts.on_hold,
            Guard::OnItsWay => facts.on_its_way,
            Guard::PaymentHeld => facts.payment_held,
            Guard::PaymentHeldNothingShipped => facts.payment_held && !facts.shipped,
            Guard::PaymentGood => !facts.payment_held,
            Guard::StockHeld => facts.stock_held,
            Guard::AllDone => facts.shipped && !facts.open && !facts.on_its_way && facts.settled,
            Guard::Refundable => facts.refundable,
        }
    }
    fn words(self) -> &'static str {
        match self {
            Guard::Free => "",
            Guard::NothingShipped => "nothing shipped",
            Guard::RestOpen => "some shipped, some open",
            Guard::SomeOpen => "some open",
            Guard::Shippable => "some open, no hold",
            Guard::OnItsWay => "some on their way",
            Guard::PaymentHeld => "on hold for its payment",
            Guard::PaymentHeldNothingShipped => "on hold for its payment, nothing shipped",
            Guard::PaymentGood => "not on hold for its payment",
            Guard::StockHeld => "on hold for its stock",
            Guard::AllDone => "none open, all arrived, money settled",
            Guard::Refundable => "something to refund",
        }
    }
}

/// What else a transition does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// It falls due after the time that is given for paying.
    AwaitPayment,
    /// It does not fall due any more.
    StopWaiting,
    /// Payments is asked to close, until its answer is final.
    ClosePayment,
    /// Payments' answer was final.
    StopClosing,
    /// Every open unit is cancelled.
    ReleaseOpen,
    /// Fulfilments that have not been shipped are cancelled.
    CancelFulfilments,
    /// Payments is told what is owed now, until it has answered.
    SettleOwed,
    HoldForPayment,
    HoldShort,
    HoldMissing,
    EndPaymentHold,
    EndStockHold,
}

impl Effect {
    fn words(self) -> &'static str {
        match self {
            Effect::AwaitPayment => "due time set",
            Effect::StopWaiting => "due time cleared",
            Effect::ClosePayment => "payment asked to close",
            Effect::StopClosing => "asking ends",
            Effect::ReleaseOpen => "open units cancelled",
            Effect::CancelFulfilments => "unshipped fulfilments cancelled",
            Effect::SettleOwed => "payment told what is owed",
            Effect::HoldForPayment => "hold: payment",
            Effect::HoldShort => "hold: stock_short",
            Effect::HoldMissing => "hold: stock_missing",
            Effect::EndPaymentHold => "hold for payment ends",
            Effect::EndStockHold => "hold for stock ends",
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Transition {
    pub(crate) from: State,
    pub(crate) trigger: Trigger,
    pub(crate) guard: Guard,
    pub(crate) to: State,
    pub(crate) event: EventType,
    pub(crate) effects: &'static [Effect],
    /// The action that leads here, offered while the guard beside it holds.
    pub(crate) offer: Option<(Action, Guard)>,
}

const fn row(from: State, trigger: Trigger, to: State, event: EventType) -> Transition {
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

/// The machine. Where a state has several rows for one trigger, the first whose guard holds counts.
#[rustfmt::skip]
pub(crate) const TABLE: &[Transition] = {
    use EventType::{
        OrderCancelRequested, OrderCancelled, OrderCompleted, OrderConfirmed, OrderDrafted, OrderExpired,
        OrderItemsCancelled, OrderPaymentFailed, OrderPaymentLapsed, OrderPlaced, OrderRefunded, OrderReopened,
        OrderUpdated,
    };
    use {Effect::*, Trigger::*};
    &[
        row(New, Drafted, Draft, OrderDrafted),
        row(New, Placed, Pending, OrderPlaced).then(&[AwaitPayment]),
        row(Draft, Placed, Pending, OrderPlaced).then(&[AwaitPayment]),

        row(Pending, Secured, Confirmed, OrderConfirmed).then(&[StopWaiting]).asked_by(Action::Pay),
        row(Pending, AttemptFailed, Pending, OrderPaymentFailed),
        row(Pending, FellDue, CancellingIfUnpaid, OrderCancelRequested).then(&[ClosePayment]),
        row(Pending, CancelAsked, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]).asked_by(Action::Cancel),
        row(Pending, StockLost, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]),
        row(Pending, StockShort, Pending, OrderUpdated).then(&[HoldShort]),
        row(Pending, StockBack, Pending, OrderUpdated).when(Guard::StockHeld).then(&[EndStockHold]),
        row(Pending, Refunded, Pending, OrderRefunded),
        row(Pending, PaymentChanged, Pending, OrderUpdated),

        row(CancellingIfUnpaid, Secured, Confirmed, OrderConfirmed).then(&[EndPaymentHold, StopWaiting, StopClosing]),
        row(CancellingIfUnpaid, CancelAsked, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]).asked_by(Action::Cancel),
        row(CancellingIfUnpaid, StockLost, CancellingAlways, OrderCancelRequested).then(&[ClosePayment]),
        row(CancellingIfUnpaid, PaymentClosed, Expired, OrderExpired).then(&[ReleaseOpen, CancelFulfilments, StopWaiting, StopClosing]),
        row(CancellingIfUnpaid, StockShort, CancellingIfUnpaid, OrderUpdated).then(&[HoldShort]),
        row(CancellingIfUnpaid, StockBack, CancellingIfUnpaid, OrderUpdated).when(Guard::StockHeld).then(&[EndStockHold]),
        row(CancellingIfUnpaid, Refunded, CancellingIfUnpaid, OrderRefunded),
        row(CancellingIfUnpaid, PaymentChanged, CancellingIfUnpaid, OrderUpdated),

        row(CancellingAlways, PaymentClosed, Cancelled, OrderCancelled).then(&[ReleaseOpen, CancelFulfilments, StopWaiting, StopClosing]),
        row(CancellingAlways, Refunded, CancellingAlways, OrderRefunded),
        row(CancellingAlways, PaymentChanged, CancellingAlways, OrderUpdated),

        row(Confirmed, CancelAsked, CancellingAlways, OrderCancelRequested).when(Guard::NothingShipped).then(&[CancelFulfilments, ClosePayment]).asked_by(Action::Cancel),
        row(Confirmed, CancelAsked, Confirmed, OrderItemsCancelled).when(Guard::RestOpen).then(&[ReleaseOpen, CancelFulfilments, SettleOwed]).asked_by(Action::Cancel),
        row(Confirmed, ItemsCancelled, Confirmed, OrderItemsCancelled).when(Guard::SomeOpen).then(&[SettleOwed]),
        row(Confirmed, FulfilmentMade, Confirmed, OrderUpdated).when(Guard::Shippable).asked_by(Action::Fulfil),
        row(Confirmed, FulfilmentChanged, Confirmed, OrderUpdated),
        row(Confirmed, Shipped, Confirmed, OrderUpdated).when(Guard::Shippable),
        row(Confirmed, Delivered, Confirmed, OrderUpdated).when(Guard::OnItsWay).asked_by(Action::Deliver),
        row(Confirmed, CameBack, Confirmed, OrderUpdated).when(Guard::OnItsWay),
        row(Confirmed, AddressCorrected, Confirmed, OrderUpdated).when(Guard::NothingShipped),
        row(Confirmed, Lapsed, Confirmed, OrderPaymentLapsed).when(Guard::PaymentGood).then(&[HoldForPayment, AwaitPayment]),
        row(Confirmed, Secured, Confirmed, OrderUpdated).when(Guard::PaymentHeld).then(&[EndPaymentHold, StopWaiting]).asked_by(Action::Pay),
        row(Confirmed, AttemptFailed, Confirmed, OrderPaymentFailed).when(Guard::PaymentHeld),
        row(Confirmed, FellDue, CancellingIfUnpaid, OrderCancelRequested).when(Guard::PaymentHeldNothingShipped).then(&[ClosePayment]),
        row(Confirmed, StockShort, Confirmed, OrderUpdated).when(Guard::SomeOpen).then(&[HoldShort]),
        row(Confirmed, StockBack, Confirmed, OrderUpdated).when(Guard::StockHeld).then(&[EndStockHold]),
        row(Confirmed, StockLost, Confirmed, OrderUpdated).when(Guard::SomeOpen).then(&[HoldMissing]),
        row(Confirmed, Refunded, Confirmed, OrderRefunded).asked_while(Action::Refund, Guard::Refundable),
        row(Confirmed, PaymentChanged, Confirmed, OrderUpdated),
        row(Confirmed, Done, Completed, OrderCompleted).when(Guard::AllDone),

        row(Completed, Reopened, Confirmed, OrderReopened),
        row(Completed, Refunded, Completed, OrderRefunded).asked_while(Action::Refund, Guard::Refundable),
        row(Completed, PaymentChanged, Completed, OrderUpdated),

        // the state stays for ever; the copy of the payment's figures follows the refunds
        row(Cancelled, Refunded, Cancelled, OrderRefunded),
        row(Cancelled, PaymentChanged, Cancelled, OrderUpdated),
        row(Expired, Refunded, Expired, OrderRefunded),
        row(Expired, PaymentChanged, Expired, OrderUpdated),
    ]
};

/// It cannot happen in this state, or not now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotAllowed;

/// What follows when `trigger` happens to an order in `from` of which `facts` are true.
pub(crate) fn find(from: State, trigger: Trigger, facts: &Facts) -> Result<&'static Transition, NotAllowed> {
    let row = TABLE.iter().find(|row| row.from == from && row.trigger == trigger && row.guard.holds(facts));
    row.ok_or(NotAllowed)
}

/// What can be asked of an order in `state` of which `facts` are true.
pub(crate) fn offers(state: State, facts: &Facts) -> Vec<Action> {
    let offered = TABLE.iter().filter(|row| row.from == state).filter_map(|row| row.offer);
    let now: BTreeSet<Action> =
        offered.filter(|(_, guard)| guard.holds(facts)).map(|(action, _)| action).collect();
    now.into_iter().collect()
}

/// The matrix and the table, for people.
pub(crate) fn markdown() -> String {
    let head: Vec<String> =
        std::iter::once("").chain(State::ALL.map(State::name)).map(str::to_owned).collect();
    let mut text = line(&head) + &rule(head.len());
    for trigger in Trigger::ALL {
        let cell = |state: State| {
            let rows = TABLE.iter().filter(|row| row.from == state && row.trigger == trigger);
            let ends = rows.map(|row| {
                let end = if row.to == state { "=" } else { row.to.name() };
                if row.guard == Guard::Free {
                    end.to_owned()
                } else {
                    format!("{end} ({})", row.guard.words())
                }
            });
            ends.collect::<Vec<_>>().join("; ")
        };
        let cells: Vec<String> =
            std::iter::once(trigger.name().to_owned()).chain(State::ALL.map(cell)).collect();
        text.push_str(&line(&cells));
    }
    text.push_str("\nAn empty cell: it cannot happen there. `=`: the state stays.\n\n");
    let head = ["from", "trigger", "when", "to", "event", "and", "asked by"].map(str::to_owned);
    text.push_str(&(line(&head) + &rule(head.len())));
    for row in TABLE {
        let effects: Vec<&str> = row.effects.iter().map(|effect| effect.words()).collect();
        let offer = row.offer.map(|(action, _)| format!("`{}`", crate::words::word(&action)));
        text.push_str(&line(&[
            row.from.name().to_owned(),
            row.trigger.name().to_owned(),
            row.guard.words().to_owned(),
            row.to.name().to_owned(),
            format!("`{}`", row.event),
            effects.join(", "),
            offer.unwrap_or_default(),
        ]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/lifecycle.md`, written a second time, as a function.
    fn expected(from: State, trigger: Trigger, facts: &Facts) -> Option<State> {
        use Trigger::*;
        let can_go_back = |state: State| matches!(trigger, Refunded | PaymentChanged).then_some(state);
        match (from, trigger) {
            (New, Drafted) => Some(Draft),
            (New | Draft, Placed) => Some(Pending),
            (New | Draft, _) => None,
            (Pending | CancellingIfUnpaid, Secured) => Some(Confirmed),
            (Pending, FellDue) => Some(CancellingIfUnpaid),
            (Pending | CancellingIfUnpaid, CancelAsked | StockLost) => Some(CancellingAlways),
            (Pending, AttemptFailed) => Some(Pending),
            (Pending | CancellingIfUnpaid, StockShort) => Some(from),
            (Pending | CancellingIfUnpaid, StockBack) => facts.stock_held.then_some(from),
            (CancellingIfUnpaid, PaymentClosed) => Some(Expired),
            (CancellingAlways, PaymentClosed) => Some(Cancelled),
            (Confirmed, CancelAsked) if !facts.shipped => Some(CancellingAlways),
            (Confirmed, CancelAsked | ItemsCancelled | StockShort | StockLost) => {
                facts.open.then_some(Confirmed)
            }
            (Confirmed, FulfilmentMade | Shipped) => (facts.open && !facts.on_hold).then_some(Confirmed),
            (Confirmed, FulfilmentChanged) => Some(Confirmed),
            (Confirmed, Delivered | CameBack) => facts.on_its_way.then_some(Confirmed),
            (Confirmed, AddressCorrected) => (!facts.shipped).then_some(Confirmed),
            (Confirmed, Lapsed) => (!facts.payment_held).then_some(Confirmed),
            (Confirmed, Secured | AttemptFailed) => facts.payment_held.then_some(Confirmed),
            (Confirmed, FellDue) => (facts.payment_held && !facts.shipped).then_some(CancellingIfUnpaid),
            (Confirmed, StockBack) => facts.stock_held.then_some(Confirmed),
            (Confirmed, Done) => {
                (facts.shipped && !facts.open && !facts.on_its_way && facts.settled).then_some(Completed)
            }
            (Completed, Reopened) => Some(Confirmed),
            (state, _) => can_go_back(state),
        }
    }

    fn all_facts() -> impl Iterator<Item = Facts> {
        (0..256u32).map(|bits| {
            let bit = |n: u32| bits & (1 << n) != 0;
            Facts {
                shipped: bit(0),
                open: bit(1),
                on_its_way: bit(2),
                on_hold: bit(3),
                payment_held: bit(4),
                stock_held: bit(5),
                settled: bit(6),
                refundable: bit(7),
            }
        })
    }

    #[test]
    fn every_pair_of_state_and_trigger_does_what_the_lifecycle_says() {
        for facts in all_facts() {
            for from in State::ALL {
                for trigger in Trigger::ALL {
                    let found = find(from, trigger, &facts).ok().map(|row| row.to);
                    assert_eq!(found, expected(from, trigger, &facts), "{from:?} {trigger:?} {facts:?}");
                }
            }
        }
    }

    #[test]
    fn no_row_is_hidden_behind_another() {
        for row in TABLE {
            let found = |facts: &Facts| find(row.from, row.trigger, facts) == Ok(row);
            assert!(all_facts().any(|facts| found(&facts)), "{row:?} is never found");
        }
    }

    #[test]
    fn nothing_leaves_a_terminal_state() {
        for row in TABLE.iter().filter(|row| row.from.is_terminal()) {
            assert_eq!(row.to, row.from);
        }
    }

    #[test]
    fn states_survive_the_database() {
        for state in State::ALL.into_iter().filter(|state| *state != New) {
            assert_eq!(State::from_parts(state.status(), state.close_mode()), Some(state));
        }
        assert_eq!(State::from_parts(OrderStatus::Pending, Some(CloseMode::Always)), None);
        assert_eq!(State::from_parts(OrderStatus::Cancelling, None), None);
    }

    #[test]
    fn what_is_offered_can_be_done() {
        let open = Facts { open: true, ..Facts::default() };
        assert_eq!(offers(Pending, &open), [Action::Pay, Action::Cancel]);
        assert_eq!(offers(Confirmed, &open), [Action::Cancel, Action::Fulfil]);
        let held = Facts { open: true, on_hold: true, payment_held: true, ..Facts::default() };
        assert_eq!(offers(Confirmed, &held), [Action::Pay, Action::Cancel]);
        let sent = Facts { shipped: true, on_its_way: true, refundable: true, ..Facts::default() };
        assert_eq!(offers(Confirmed, &sent), [Action::Deliver, Action::Refund]);
        assert_eq!(offers(Completed, &sent), [Action::Refund]);
        assert_eq!(offers(CancellingIfUnpaid, &open), [Action::Cancel]);
        for state in [Draft, CancellingAlways, Cancelled, Expired] {
            assert!(all_facts().all(|facts| offers(state, &facts).is_empty()), "{state:?}");
        }
    }
}
