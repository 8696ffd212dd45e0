//! State of an order: one small enum (R1).

use contracts::{orders::OrderStatus, settlement::CloseMode};

kernel::closed_enum! {
    /// State of an order: its status, and during a cancellation, its mode.
    pub(crate) enum OrderState {
        /// The order does not exist yet.
        New = "–",
        Draft = "draft",
        Pending = "pending",
        Confirmed = "confirmed",
        Completed = "completed",
        /// Being cancelled unless the order turns out to be paid, because the payment is overdue.
        CancellingIfUnpaid = "cancelling (if unpaid)",
        /// Being cancelled in any case, because the cancellation was requested.
        CancellingAlways = "cancelling (always)",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

use OrderState::{
    Cancelled, CancellingAlways, CancellingIfUnpaid, Completed, Confirmed, Draft, Expired, New, Pending,
};

impl OrderState {
    /// Status as returned to clients.
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
    /// Mode in which the payment is closed.
    pub(crate) fn close_mode(self) -> Option<CloseMode> {
        match self {
            CancellingIfUnpaid => Some(CloseMode::IfUnpaid),
            CancellingAlways => Some(CloseMode::Always),
            _ => None,
        }
    }
    /// The state with the stored values. `None` for impossible values.
    pub(crate) fn from_parts(status: OrderStatus, mode: Option<CloseMode>) -> Option<OrderState> {
        let found = OrderState::ALL.into_iter().filter(|state| *state != New);
        found.into_iter().find(|state| state.status() == status && state.close_mode() == mode)
    }
    /// True if no unit can become open or shipped any more (R4).
    pub(crate) fn is_terminal(self) -> bool {
        matches!(self, Cancelled | Expired)
    }
}
