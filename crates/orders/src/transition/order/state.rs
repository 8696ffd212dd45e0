//! Where an order is: its one small state (R1).

use contracts::{orders::OrderStatus, settlement::CloseMode};

kernel::closed_enum! {
    /// Where an order is: its status, and while it is being cancelled, how.
    pub(crate) enum State {
        /// It is not there yet.
        New = "–",
        Draft = "draft",
        Pending = "pending",
        Confirmed = "confirmed",
        Completed = "completed",
        /// Being cancelled unless it turns out to be paid: its time is up.
        CancellingIfUnpaid = "cancelling (if unpaid)",
        /// Being cancelled whatever its payment turns out to be: somebody asked for it.
        CancellingAlways = "cancelling (always)",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

use State::{
    Cancelled, CancellingAlways, CancellingIfUnpaid, Completed, Confirmed, Draft, Expired, New, Pending,
};

impl State {
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
    /// How its payment must be closed.
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
}
