//! What must be true for a transition, besides the state.

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
    /// The same, and some of it is in no fulfilment.
    SomeToPack,
    /// Something has shipped and has not arrived.
    InTransit,
    /// The same, in a parcel that can still arrive.
    UnitsInTransit,
    /// It can be paid: by an attempt, or by money that staff have in hand.
    Payable,
    /// On hold because its authorization expired.
    PaymentHeld,
    /// The same, and it can be paid.
    PaymentHeldPayable,
    /// The same hold, and nothing has shipped.
    PaymentHeldNothingShipped,
    /// Not on hold for its payment.
    PaymentGood,
    /// On hold because its stock is short.
    ShortHeld,
    /// On hold because its reservation is lost.
    MissingHeld,
    /// Something has not arrived yet.
    SomeToSend,
    /// Something is still to be sent, for the first time or again.
    SomeToAddress,
    /// The same, and staff do not hold it.
    Holdable,
    /// On hold because staff said so.
    StaffHeld,
    /// No open units, all shipments at the end of their way, and the money is settled.
    AllEnded,
    /// The same, and no money is kept for what came back without having arrived.
    AllDone,
    /// Some of what was captured could still go back.
    Refundable,
}

/// What a guard checks.
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
    /// A fulfilment that has not been shipped is packed.
    pub(crate) packed: bool,
    /// Whatever is open is in a fulfilment.
    pub(crate) all_allocated: bool,
    /// Whatever has shipped and has not arrived could not be delivered.
    pub(crate) all_failed: bool,
    /// A parcel could not be delivered and is not back.
    pub(crate) undelivered: bool,
    /// An attempt to pay is under way that must be waited for.
    pub(crate) cannot_pay: bool,
    pub(crate) settled: bool,
    /// Something came back that never arrived, and its money has not gone back.
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
            Guard::NothingShipped => "nothing shipped",
            Guard::RestOpen => "some shipped, some open",
            Guard::SomeOpen => "some open",
            Guard::Shippable => "some open, no hold",
            Guard::SomeToPack => "some open and in no fulfilment, no hold",
            Guard::InTransit => "some on their way",
            Guard::UnitsInTransit => "some on their way that can arrive",
            Guard::Payable => "no attempt to pay is under way",
            Guard::PaymentHeld => "on hold for its payment",
            Guard::PaymentHeldPayable => "on hold for its payment, no attempt to pay is under way",
            Guard::PaymentHeldNothingShipped => "on hold for its payment, nothing shipped",
            Guard::PaymentGood => "not on hold for its payment",
            Guard::ShortHeld => "on hold for short stock",
            Guard::MissingHeld => "on hold for missing stock",
            Guard::SomeToSend => "some open or on their way",
            Guard::SomeToAddress => "some open or not delivered",
            Guard::Holdable => "some open or on their way, not held by staff",
            Guard::StaffHeld => "held by staff",
            Guard::AllEnded => "none open, all arrived or back, money settled",
            Guard::AllDone => {
                "none open, all arrived or back, money settled, and refunded for what came back undelivered"
            }
            Guard::Refundable => "something to refund",
        }
    }
}
