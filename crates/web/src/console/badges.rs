//! How every state looks to staff: the shape says what it is about, the fill how far it has come, the tone what it asks.

use crate::{icons, parts::Badge, texts::console as c};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{FulfilmentSummary, Order, OrderStatus, PaymentSummary},
    payments::{AttemptStatus, RefundStatus},
};

/// An order; a hold stands for its state while it lasts.
pub(super) fn order(order: &Order) -> Badge {
    match order.hold {
        Some(_) => Badge(icons::O_HOLD, "bad", c::ON_HOLD),
        None => status(order.status),
    }
}
/// The state of an order.
pub(super) fn status(status: OrderStatus) -> Badge {
    match status {
        OrderStatus::Draft => Badge(icons::O_DRAFT, "", c::DRAFT),
        OrderStatus::Pending => Badge(icons::O_PENDING, "wait", c::PENDING),
        OrderStatus::Confirmed => Badge(icons::O_CONFIRMED, "info", c::CONFIRMED),
        OrderStatus::Completed => Badge(icons::O_COMPLETED, "good", c::COMPLETED),
        OrderStatus::Cancelling => Badge(icons::O_CANCELLING, "wait", c::CANCELLING),
        OrderStatus::Cancelled => Badge(icons::O_CANCELLED, "", c::CANCELLED),
        OrderStatus::Expired => Badge(icons::O_EXPIRED, "", c::EXPIRED),
    }
}

/// The payment of an order. One that failed or whose outcome is not known says so; it asks nothing once the order is over.
pub(super) fn payment(order: &Order) -> Badge {
    let last =
        order.payment.as_ref().and_then(|payment| payment.attempts.last()).map(|attempt| attempt.status);
    let is_over = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Expired);
    match (order.payment_status, last) {
        (PaymentSummary::Pending, Some(AttemptStatus::Unknown)) => {
            Badge(icons::P_UNKNOWN, "bad", c::OUTCOME_UNKNOWN)
        }
        (PaymentSummary::Unpaid, Some(AttemptStatus::Failed)) if !is_over => {
            Badge(icons::P_FAILED, "bad", c::PAYMENT_FAILED)
        }
        (PaymentSummary::Unpaid, _) if is_over => Badge(icons::P_UNPAID, "", c::UNPAID),
        (plain, _) => payment_summary(plain),
    }
}
/// A payment in a word.
pub(super) fn payment_summary(status: PaymentSummary) -> Badge {
    match status {
        PaymentSummary::Unpaid => Badge(icons::P_UNPAID, "wait", c::UNPAID),
        PaymentSummary::Pending => Badge(icons::P_PENDING, "info", c::PAYMENT_PENDING),
        PaymentSummary::Authorized => Badge(icons::P_AUTHORIZED, "info", c::AUTHORIZED),
        PaymentSummary::Paid => Badge(icons::P_PAID, "good", c::PAID),
        PaymentSummary::PartiallyRefunded => Badge(icons::P_PARTIALLY_REFUNDED, "back", c::PARTLY_REFUNDED),
        PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", c::REFUNDED),
        PaymentSummary::Voided => Badge(icons::P_VOIDED, "", c::VOIDED),
    }
}

/// What of an order was sent.
pub(super) fn fulfilment(status: FulfilmentSummary) -> Badge {
    match status {
        FulfilmentSummary::Unfulfilled => Badge(icons::F_UNFULFILLED, "", c::UNFULFILLED),
        FulfilmentSummary::PartiallyShipped => Badge(icons::F_PARTIALLY_SHIPPED, "info", c::PARTLY_SHIPPED),
        FulfilmentSummary::Shipped => Badge(icons::F_SHIPPED, "info", c::SHIPPED),
        FulfilmentSummary::PartiallyDelivered => {
            Badge(icons::F_PARTIALLY_DELIVERED, "info", c::PARTLY_DELIVERED)
        }
        FulfilmentSummary::Delivered => Badge(icons::F_DELIVERED, "good", c::DELIVERED),
        FulfilmentSummary::Cancelled => Badge(icons::F_CANCELLED, "", c::NOTHING_TO_SHIP),
    }
}

/// A parcel.
pub(super) fn parcel(status: FulfilmentStatus) -> Badge {
    match status {
        FulfilmentStatus::Pending => Badge(icons::F_PENDING, "", c::TO_PACK),
        FulfilmentStatus::Packed => Badge(icons::F_PACKED, "wait", c::PACKED),
        FulfilmentStatus::Shipped => Badge(icons::F_SHIPPED, "info", c::SHIPPED),
        FulfilmentStatus::Delivered => Badge(icons::F_DELIVERED, "good", c::DELIVERED),
        FulfilmentStatus::Cancelled => Badge(icons::F_CANCELLED, "", c::CANCELLED),
        FulfilmentStatus::Failed => Badge(icons::F_FAILED, "bad", c::DELIVERY_FAILED),
        FulfilmentStatus::Returned => Badge(icons::F_RETURNED, "back", c::RETURNED),
    }
}

/// A refund.
pub(super) fn refund(status: RefundStatus) -> Badge {
    match status {
        RefundStatus::Requested | RefundStatus::Submitting => {
            Badge(icons::P_PENDING, "wait", c::REFUND_UNDER_WAY)
        }
        RefundStatus::Succeeded => Badge(icons::P_REFUNDED, "back", c::REFUNDED),
        RefundStatus::Failed => Badge(icons::P_FAILED, "bad", c::REFUND_FAILED),
        RefundStatus::Unknown => Badge(icons::P_UNKNOWN, "bad", c::OUTCOME_UNKNOWN),
        RefundStatus::Withdrawn => Badge(icons::P_VOIDED, "", c::REFUND_WITHDRAWN),
    }
}
