//! How every state looks to staff: the shape says what it is about, the fill how far it has come, the tone what it asks.

use crate::{
    texts::console as c,
    ui::{components::Badge, icons, order::status::is_back},
};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{AttentionKind, FulfilmentSummary, Order, OrderStatus, PaymentSummary},
    payments::{AttemptStatus, RefundStatus},
};

/// An order; a hold stands for its state while it lasts.
pub(super) fn order(order: &Order) -> Badge {
    match order.hold {
        Some(_) => Badge(icons::O_HOLD, "bad", c::ON_HOLD.say()),
        None => status(order.status),
    }
}
/// The state of an order.
pub(super) fn status(status: OrderStatus) -> Badge {
    match status {
        OrderStatus::Draft => Badge(icons::O_DRAFT, "", c::DRAFT.say()),
        OrderStatus::Pending => Badge(icons::O_PENDING, "wait", c::PENDING.say()),
        OrderStatus::Confirmed => Badge(icons::O_CONFIRMED, "info", c::CONFIRMED.say()),
        OrderStatus::Completed => Badge(icons::O_COMPLETED, "good", c::COMPLETED.say()),
        OrderStatus::Cancelling => Badge(icons::O_CANCELLING, "wait", c::CANCELLING.say()),
        OrderStatus::Cancelled => Badge(icons::O_CANCELLED, "", c::CANCELLED.say()),
        OrderStatus::Expired => Badge(icons::O_EXPIRED, "", c::EXPIRED.say()),
    }
}

/// The payment of an order. One that failed or whose outcome is not known says so; it asks nothing of a draft, or once the
/// order is over.
pub(super) fn payment(order: &Order) -> Badge {
    let last =
        order.payment.as_ref().and_then(|payment| payment.attempts.last()).map(|attempt| attempt.status);
    let is_over = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Expired);
    match (order.payment_status, last) {
        (PaymentSummary::Pending, Some(AttemptStatus::Unknown)) => {
            Badge(icons::P_UNKNOWN, "bad", c::OUTCOME_UNKNOWN.say())
        }
        (PaymentSummary::Unpaid, Some(AttemptStatus::Failed)) if !is_over => {
            Badge(icons::P_FAILED, "bad", c::PAYMENT_FAILED.say())
        }
        (PaymentSummary::Unpaid, _) if order.status == OrderStatus::Draft => {
            Badge(icons::P_UNPAID, "", c::NO_PAYMENT_YET.say())
        }
        (PaymentSummary::Unpaid, _) if is_over => Badge(icons::P_UNPAID, "", c::UNPAID.say()),
        (plain, _) => payment_summary(plain),
    }
}
/// The payment of an order, as lists say it: money that people are to hand back comes first.
pub(super) fn payment_first(order: &Order) -> Badge {
    match order.attention.contains(&AttentionKind::ToHandBack) {
        true => refund(RefundStatus::Requested),
        false => payment(order),
    }
}
/// How far an order's parcels are: one that came to nobody comes first; then that all that was sent
/// came back, or some of it that is not settled.
pub(super) fn parcels(order: &Order) -> Badge {
    let is = |kind| order.attention.contains(&kind);
    if is(AttentionKind::Undelivered) {
        parcel(FulfilmentStatus::Failed)
    } else if is_back(order) {
        parcel(FulfilmentStatus::Returned)
    } else if is(AttentionKind::CameBack) || order.status == OrderStatus::Completed && has_returned(order) {
        Badge(icons::F_RETURNED, "back", c::PARTLY_RETURNED.say())
    } else {
        fulfilment(order.fulfilment_status)
    }
}
fn has_returned(order: &Order) -> bool {
    order.lines.iter().any(|line| line.returned > 0)
}
/// A payment in a word.
pub(super) fn payment_summary(status: PaymentSummary) -> Badge {
    match status {
        PaymentSummary::Unpaid => Badge(icons::P_UNPAID, "wait", c::UNPAID.say()),
        PaymentSummary::Pending => Badge(icons::P_PENDING, "info", c::PAYMENT_PENDING.say()),
        PaymentSummary::Authorized => Badge(icons::P_AUTHORIZED, "info", c::AUTHORIZED.say()),
        PaymentSummary::Paid => Badge(icons::P_PAID, "good", c::PAID.say()),
        PaymentSummary::PartiallyRefunded => {
            Badge(icons::P_PARTIALLY_REFUNDED, "back", c::PARTLY_REFUNDED.say())
        }
        PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", c::REFUNDED.say()),
        PaymentSummary::Voided => Badge(icons::P_VOIDED, "", c::VOIDED.say()),
    }
}

/// What of an order was sent.
pub(super) fn fulfilment(status: FulfilmentSummary) -> Badge {
    match status {
        FulfilmentSummary::Unfulfilled => Badge(icons::F_UNFULFILLED, "", c::UNFULFILLED.say()),
        FulfilmentSummary::PartiallyShipped => {
            Badge(icons::F_PARTIALLY_SHIPPED, "info", c::PARTLY_SHIPPED.say())
        }
        FulfilmentSummary::Shipped => Badge(icons::F_SHIPPED, "info", c::SHIPPED.say()),
        FulfilmentSummary::PartiallyDelivered => {
            Badge(icons::F_PARTIALLY_DELIVERED, "info", c::PARTLY_DELIVERED.say())
        }
        FulfilmentSummary::Delivered => Badge(icons::F_DELIVERED, "good", c::DELIVERED.say()),
        FulfilmentSummary::Cancelled => Badge(icons::F_CANCELLED, "", c::NOTHING_TO_SHIP.say()),
    }
}

/// A parcel.
pub(super) fn parcel(status: FulfilmentStatus) -> Badge {
    match status {
        FulfilmentStatus::Pending => Badge(icons::F_PENDING, "", c::TO_PACK.say()),
        FulfilmentStatus::Packed => Badge(icons::F_PACKED, "wait", c::PACKED.say()),
        FulfilmentStatus::Shipped => Badge(icons::F_SHIPPED, "info", c::SHIPPED.say()),
        FulfilmentStatus::Delivered => Badge(icons::F_DELIVERED, "good", c::DELIVERED.say()),
        FulfilmentStatus::Cancelled => Badge(icons::F_CANCELLED, "", c::UNDONE.say()),
        FulfilmentStatus::Failed => Badge(icons::F_FAILED, "bad", c::DELIVERY_FAILED.say()),
        FulfilmentStatus::Returned => Badge(icons::F_RETURNED, "back", c::RETURNED.say()),
    }
}

/// A refund.
pub(super) fn refund(status: RefundStatus) -> Badge {
    match status {
        RefundStatus::Requested | RefundStatus::Submitting => {
            Badge(icons::P_PENDING, "wait", c::REFUND_UNDER_WAY.say())
        }
        RefundStatus::Succeeded => Badge(icons::P_REFUNDED, "back", c::REFUNDED.say()),
        RefundStatus::Failed => Badge(icons::P_FAILED, "bad", c::REFUND_FAILED.say()),
        RefundStatus::Unknown => Badge(icons::P_UNKNOWN, "bad", c::OUTCOME_UNKNOWN.say()),
        RefundStatus::Withdrawn => Badge(icons::P_VOIDED, "", c::REFUND_WITHDRAWN.say()),
    }
}
