//! What can happen to an order.

kernel::closed_enum! {
    /// What can happen to an order.
    pub(crate) enum Trigger {
        /// Staff made it for a customer.
        Drafted = "drafted",
        /// Staff changed the draft.
        DraftEdited = "draft edited",
        /// Staff deleted the draft.
        DraftDeleted = "draft deleted",
        /// Its stock is reserved and it is written down.
        Placed = "placed",
        /// Payments says that enough is secured.
        Secured = "secured",
        /// Payments says that an attempt failed.
        AttemptFailed = "attempt failed",
        /// It was not paid in time.
        PaymentDue = "fell due",
        /// The customer or staff want it cancelled.
        CancelRequested = "cancel asked",
        /// Payments says that nothing can be charged any more.
        PaymentClosed = "payment closed",
        /// Some open units are cancelled.
        ItemsCancelled = "items cancelled",
        /// A fulfilment was made.
        FulfilmentMade = "fulfilment made",
        /// A fulfilment was packed, cancelled, could not be delivered or is sent again.
        FulfilmentChanged = "fulfilment changed",
        /// Units leave the house.
        Shipped = "shipped",
        /// Units arrive.
        Delivered = "delivered",
        /// Units that could not be delivered are back.
        CameBack = "came back",
        /// What was authorized is no longer.
        Lapsed = "lapsed",
        /// Nothing is left to do.
        Settled = "done",
        /// Staff say that nothing is left to do.
        Finished = "staff say that it is done",
        /// A return is approved, or a shipment comes back.
        Reopened = "reopened",
        /// Money has gone back.
        Refunded = "refunded",
        /// Another figure of its payment changed.
        PaymentChanged = "payment changed",
        /// Less of a product is on hand than is reserved, and this order must wait.
        StockShort = "stock short",
        /// There is enough again.
        StockBack = "stock back",
        /// Its reservation is lost.
        StockLost = "stock lost",
        /// Its lost reservation was made again.
        ReservationRestored = "stock mended",
        /// Its address or its note is corrected.
        Corrected = "corrected",
        /// Its metadata are changed by staff.
        Annotated = "annotated",
        /// An account has verified the address of the guest who has placed it.
        Claimed = "claimed",
        /// Staff keep it from being shipped.
        Held = "held",
        /// Staff let it be shipped again.
        Released = "released",
    }
}
