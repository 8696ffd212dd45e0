//! Triggers of order transitions.

kernel::closed_enum! {
    /// Trigger of an order transition.
    pub(crate) enum OrderTrigger {
        /// Staff created a draft for a customer.
        Drafted = "draft created",
        /// Staff updated the draft.
        DraftEdited = "draft updated",
        /// Staff deleted the draft.
        DraftDeleted = "draft deleted",
        /// The stock is reserved and the order is stored.
        Placed = "placed",
        /// Payments reports that the amount due is secured.
        Secured = "payment secured",
        /// Payments reports that an attempt failed.
        AttemptFailed = "payment attempt failed",
        /// The order was not paid in time.
        PaymentDue = "payment overdue",
        /// The customer or staff requested the cancellation.
        CancelRequested = "cancellation requested",
        /// Payments reports that nothing can be charged any more.
        PaymentClosed = "payment closed",
        /// Some open units are cancelled.
        ItemsCancelled = "units cancelled",
        /// A fulfilment was created.
        FulfilmentMade = "fulfilment created",
        /// A fulfilment was packed, cancelled, could not be delivered, or is shipped again.
        FulfilmentChanged = "fulfilment updated",
        /// Units are shipped.
        Shipped = "units shipped",
        /// Units are delivered.
        Delivered = "units delivered",
        /// Units that could not be delivered are returned.
        CameBack = "units returned",
        /// An authorization expired or was voided.
        Lapsed = "authorization ended",
        /// Nothing is left to do.
        Settled = "nothing left to do",
        /// Staff state that nothing is left to do.
        Finished = "completed by staff",
        /// A return is approved, or a shipment is returned.
        Reopened = "reopened",
        /// A refund succeeded.
        Refunded = "refunded",
        /// Another total of the payment changed.
        PaymentChanged = "payment updated",
        /// Less of a product is on hand than is reserved, and this order has to wait.
        StockShort = "shortfall began",
        /// Enough stock is on hand again.
        StockBack = "shortfall ended",
        /// The reservation is lost.
        StockLost = "reservation lost",
        /// The lost reservation is restored.
        ReservationRestored = "reservation restored",
        /// The shipping address or the note is updated.
        Corrected = "shipping details updated",
        /// Staff updated the metadata, or the carrier, tracking number or unpacking of a fulfilment.
        Annotated = "metadata or tracking updated",
        /// An account has verified the email address of the guest who placed the order.
        Claimed = "claimed by account",
        /// Staff put the order on hold.
        Held = "put on hold",
        /// Staff released the order.
        Released = "hold released",
    }
}
