//! Conditions of a transition besides the state.

/// Condition of a transition besides the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Guard {
    Free,
    NothingShipped,
    /// Some units have shipped, and some are still open.
    RestOpen,
    SomeOpen,
    /// Some units are open, and no hold blocks shipping.
    Shippable,
    /// The same, and some of the open units are in no fulfilment.
    SomeToPack,
    /// Some units have shipped and are not delivered.
    InTransit,
    /// The same, in a fulfilment that can still be delivered.
    UnitsInTransit,
    /// The order can be paid: by an attempt, or by an offline payment.
    Payable,
    /// On hold because the authorization expired or was voided.
    PaymentHeld,
    /// The same, and the order can be paid.
    PaymentHeldPayable,
    /// The same hold, and no unit has shipped.
    PaymentHeldNothingShipped,
    /// Not on hold for payment.
    PaymentGood,
    /// On hold because of a shortfall.
    ShortHeld,
    /// On hold because the reservation is lost.
    MissingHeld,
    /// Some units are not delivered yet.
    SomeToSend,
    /// Some units are still to be shipped, for the first time or again.
    SomeToAddress,
    /// Some units are open or in transit, and there is no manual hold.
    Holdable,
    /// On hold by staff.
    StaffHeld,
    /// No units are open, the shipment of all units has ended, and the payment is settled.
    AllEnded,
    /// The same, and the price of returned, undelivered units is refunded.
    AllDone,
    /// Some of the captured amount can be refunded.
    Refundable,
}

/// Facts that guards check.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) shipped: bool,
    pub(crate) open: bool,
    pub(crate) on_its_way: bool,
    pub(crate) on_hold: bool,
    pub(crate) payment_held: bool,
    pub(crate) short_held: bool,
    pub(crate) missing_held: bool,
    pub(crate) staff_held: bool,
    /// A fulfilment that has not shipped is packed.
    pub(crate) packed: bool,
    /// All open units are in a fulfilment.
    pub(crate) all_allocated: bool,
    /// All units that have shipped and are not delivered could not be delivered.
    pub(crate) all_failed: bool,
    /// A fulfilment could not be delivered and is not returned.
    pub(crate) undelivered: bool,
    /// A payment attempt is in progress whose outcome has to be awaited.
    pub(crate) cannot_pay: bool,
    pub(crate) settled: bool,
    /// Units were returned undelivered, and their price is not refunded.
    pub(crate) unreturned: bool,
    pub(crate) refundable: bool,
}

impl Guard {
    pub(super) fn holds(self, facts: &Facts) -> bool {
        match self {
            Guard::Free => true,
            Guard::NothingShipped => !facts.shipped,
            Guard::RestOpen => facts.shipped && facts.open,
            Guard::SomeOpen => facts.open,
            Guard::Shippable => facts.open && !facts.on_hold,
            Guard::SomeToPack => Guard::Shippable.holds(facts) && !facts.all_allocated,
            Guard::InTransit => facts.on_its_way,
            Guard::UnitsInTransit => facts.on_its_way && !facts.all_failed,
            Guard::Payable => !facts.cannot_pay,
            Guard::PaymentHeld => facts.payment_held,
            Guard::PaymentHeldPayable => facts.payment_held && !facts.cannot_pay,
            Guard::PaymentHeldNothingShipped => facts.payment_held && !facts.shipped,
            Guard::PaymentGood => !facts.payment_held,
            Guard::ShortHeld => facts.short_held,
            Guard::MissingHeld => facts.missing_held,
            Guard::SomeToSend => facts.open || facts.on_its_way,
            Guard::SomeToAddress => facts.open || facts.undelivered,
            Guard::Holdable => (facts.open || facts.on_its_way) && !facts.staff_held,
            Guard::StaffHeld => facts.staff_held,
            Guard::AllEnded => facts.shipped && !facts.open && !facts.on_its_way && facts.settled,
            Guard::AllDone => Guard::AllEnded.holds(facts) && !facts.unreturned,
            Guard::Refundable => facts.refundable,
        }
    }
    pub(super) fn words(self) -> &'static str {
        match self {
            Guard::Free => "",
            Guard::NothingShipped => "no unit shipped",
            Guard::RestOpen => "some units shipped, some open",
            Guard::SomeOpen => "some units open",
            Guard::Shippable => "some units open, no hold",
            Guard::SomeToPack => "some open units in no fulfilment, no hold",
            Guard::InTransit => "some units in transit",
            Guard::UnitsInTransit => "some units in transit that can be delivered",
            Guard::Payable => "no payment attempt in progress",
            Guard::PaymentHeld => "has hold `payment`",
            Guard::PaymentHeldPayable => "has hold `payment`, no payment attempt in progress",
            Guard::PaymentHeldNothingShipped => "has hold `payment`, no unit shipped",
            Guard::PaymentGood => "no hold `payment`",
            Guard::ShortHeld => "has hold `stock_short`",
            Guard::MissingHeld => "has hold `stock_missing`",
            Guard::SomeToSend => "some units open or in transit",
            Guard::SomeToAddress => "some units open or undeliverable",
            Guard::Holdable => "some units open or in transit, no hold `manual`",
            Guard::StaffHeld => "has hold `manual`",
            Guard::AllEnded => "no open units, all delivered or returned, payment settled",
            Guard::AllDone => {
                "no open units, all delivered or returned, payment settled, price of undelivered units refunded"
            }
            Guard::Refundable => "refundable balance above 0",
        }
    }
}
