//! An order's state, in the words that the originals share.

use contracts::orders::{FulfilmentSummary, Order, OrderStatus};

/// `pending`, `confirmed`, `shipped`, `delivered`, `completed` or `cancelled`.
pub(crate) fn status(order: &Order) -> &'static str {
    match order.status {
        OrderStatus::Draft | OrderStatus::Pending => "pending",
        OrderStatus::Cancelling | OrderStatus::Cancelled | OrderStatus::Expired => "cancelled",
        OrderStatus::Completed => "completed",
        OrderStatus::Confirmed => match order.fulfilment_status {
            FulfilmentSummary::Shipped | FulfilmentSummary::PartiallyDelivered => "shipped",
            FulfilmentSummary::Delivered => "delivered",
            FulfilmentSummary::Unfulfilled
            | FulfilmentSummary::PartiallyShipped
            | FulfilmentSummary::Cancelled => "confirmed",
        },
    }
}

/// The same for who is told nothing of payments: `Pending` until something is shipped.
pub(crate) fn plain_status(order: &Order) -> &'static str {
    match status(order) {
        "confirmed" if order.fulfilment_status == FulfilmentSummary::PartiallyShipped => "Shipped",
        "shipped" => "Shipped",
        "delivered" => "Delivered",
        "completed" => "Completed",
        "cancelled" => "Cancelled",
        _ => "Pending",
    }
}
