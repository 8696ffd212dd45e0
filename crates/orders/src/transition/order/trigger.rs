//! What can happen to an order.

/// What can happen to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trigger {
    /// Staff made it for a customer.
    Drafted,
    /// Staff changed the draft.
    DraftEdited,
    /// Staff deleted the draft.
    DraftDeleted,
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
    /// Staff say that nothing is left to do.
    Finished,
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
    /// Its lost reservation was made again.
    StockMended,
    /// Its address or its note is corrected.
    Corrected,
    /// Its metadata are changed by staff.
    Annotated,
    /// An account has verified the address of the guest who has placed it.
    Claimed,
    /// Staff keep it from being shipped.
    Held,
    /// Staff let it be shipped again.
    Released,
}

impl Trigger {
    pub(crate) const ALL: [Trigger; 30] = [
        Trigger::Drafted,
        Trigger::DraftEdited,
        Trigger::DraftDeleted,
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
        Trigger::Finished,
        Trigger::Reopened,
        Trigger::Refunded,
        Trigger::PaymentChanged,
        Trigger::StockShort,
        Trigger::StockBack,
        Trigger::StockLost,
        Trigger::StockMended,
        Trigger::Corrected,
        Trigger::Annotated,
        Trigger::Claimed,
        Trigger::Held,
        Trigger::Released,
    ];
    pub(super) fn name(self) -> &'static str {
        match self {
            Trigger::Drafted => "drafted",
            Trigger::DraftEdited => "draft edited",
            Trigger::DraftDeleted => "draft deleted",
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
            Trigger::Finished => "staff say that it is done",
            Trigger::Reopened => "reopened",
            Trigger::Refunded => "refunded",
            Trigger::PaymentChanged => "payment changed",
            Trigger::StockShort => "stock short",
            Trigger::StockBack => "stock back",
            Trigger::StockLost => "stock lost",
            Trigger::StockMended => "stock mended",
            Trigger::Corrected => "corrected",
            Trigger::Annotated => "annotated",
            Trigger::Claimed => "claimed",
            Trigger::Held => "held",
            Trigger::Released => "released",
        }
    }
}
