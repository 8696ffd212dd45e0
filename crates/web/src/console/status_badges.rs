//! The badges of all statuses for staff: the shape identifies the subject, the fill its progress, the tone its urgency.

use crate::{
    texts::console as c,
    ui::{components::Badge, icons, order::status::is_returned},
};
use contracts::{
    fulfilments::FulfilmentStatus,
    orders::{AttentionKind, FulfilmentSummary, Order, OrderStatus, PaymentSummary},
    payments::{AttemptStatus, RefundStatus},
};

/// An order; a hold takes the place of the status.
pub(super) fn order(order: &Order) -> Badge {
    match order.hold {
        Some(_) => Badge(icons::O_HOLD, "bad", c::ON_HOLD.text()),
        None => status(order.status),
    }
}
/// The status of an order.
pub(super) fn status(status: OrderStatus) -> Badge {
    match status {
        OrderStatus::Draft => Badge(icons::O_DRAFT, "", c::DRAFT.text()),
        OrderStatus::Pending => Badge(icons::O_PENDING, "wait", c::PENDING.text()),
        OrderStatus::Confirmed => Badge(icons::O_CONFIRMED, "info", c::CONFIRMED.text()),
        OrderStatus::Completed => Badge(icons::O_COMPLETED, "good", c::COMPLETED.text()),
        OrderStatus::Cancelling => Badge(icons::O_CANCELLING, "wait", c::CANCELLING.text()),
        OrderStatus::Cancelled => Badge(icons::O_CANCELLED, "", c::CANCELLED.text()),
        OrderStatus::Expired => Badge(icons::O_EXPIRED, "", c::EXPIRED.text()),
    }
}

/// The payment of an order: a failed one or one with an unknown outcome is marked. It is neutral for a draft, or once the order has
/// ended.
pub(super) fn payment(order: &Order) -> Badge {
    let last =
        order.payment.as_ref().and_then(|payment| payment.attempts.last()).map(|attempt| attempt.status);
    let is_over = matches!(order.status, OrderStatus::Cancelled | OrderStatus::Expired);
    match (order.payment_status, last) {
        (PaymentSummary::Pending, Some(AttemptStatus::Unknown)) => {
            Badge(icons::P_UNKNOWN, "bad", c::OUTCOME_UNKNOWN.text())
        }
        (PaymentSummary::Unpaid, Some(AttemptStatus::Failed)) if !is_over => {
            Badge(icons::P_FAILED, "bad", c::PAYMENT_FAILED.text())
        }
        (PaymentSummary::Unpaid, _) if order.status == OrderStatus::Draft => {
            Badge(icons::P_UNPAID, "", c::NO_PAYMENT_YET.text())
        }
        (PaymentSummary::Unpaid, _) if is_over => Badge(icons::P_UNPAID, "", c::UNPAID.text()),
        (plain, _) => payment_summary(plain),
    }
}
/// The payment of an order in a list: a manual refund comes first.
pub(super) fn payment_first(order: &Order) -> Badge {
    match order.attention.contains(&AttentionKind::ToHandBack) {
        true => refund(RefundStatus::Requested),
        false => payment(order),
    }
}
/// The parcels of an order: a failed delivery comes first, then a complete return, or a partial one that is not settled.
pub(super) fn parcels(order: &Order) -> Badge {
    let is = |kind| order.attention.contains(&kind);
    if is(AttentionKind::Undelivered) {
        parcel(FulfilmentStatus::Failed)
    } else if is_returned(order) {
        parcel(FulfilmentStatus::Returned)
    } else if is(AttentionKind::CameBack) || order.status == OrderStatus::Completed && has_returned(order) {
        Badge(icons::F_RETURNED, "back", c::PARTLY_RETURNED.text())
    } else {
        fulfilment(order.fulfilment_status)
    }
}
fn has_returned(order: &Order) -> bool {
    order.lines.iter().any(|line| line.returned > 0)
}
/// A payment.
pub(super) fn payment_summary(status: PaymentSummary) -> Badge {
    match status {
        PaymentSummary::Unpaid => Badge(icons::P_UNPAID, "wait", c::UNPAID.text()),
        PaymentSummary::Pending => Badge(icons::P_PENDING, "info", c::PAYMENT_PENDING.text()),
        PaymentSummary::Authorized => Badge(icons::P_AUTHORIZED, "info", c::AUTHORIZED.text()),
        PaymentSummary::Paid => Badge(icons::P_PAID, "good", c::PAID.text()),
        PaymentSummary::PartiallyRefunded => {
            Badge(icons::P_PARTIALLY_REFUNDED, "back", c::PARTLY_REFUNDED.text())
        }
        PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", c::REFUNDED.text()),
        PaymentSummary::Voided => Badge(icons::P_VOIDED, "", c::VOIDED.text()),
    }
}

/// The fulfilment of an order.
pub(super) fn fulfilment(status: FulfilmentSummary) -> Badge {
    match status {
        FulfilmentSummary::Unfulfilled => Badge(icons::F_UNFULFILLED, "", c::UNFULFILLED.text()),
        FulfilmentSummary::PartiallyShipped => {
            Badge(icons::F_PARTIALLY_SHIPPED, "info", c::PARTLY_SHIPPED.text())
        }
        FulfilmentSummary::Shipped => Badge(icons::F_SHIPPED, "info", c::SHIPPED.text()),
        FulfilmentSummary::PartiallyDelivered => {
            Badge(icons::F_PARTIALLY_DELIVERED, "info", c::PARTLY_DELIVERED.text())
        }
        FulfilmentSummary::Delivered => Badge(icons::F_DELIVERED, "good", c::DELIVERED.text()),
        FulfilmentSummary::Cancelled => Badge(icons::F_CANCELLED, "", c::NOTHING_TO_SHIP.text()),
    }
}

/// A parcel.
pub(super) fn parcel(status: FulfilmentStatus) -> Badge {
    match status {
        FulfilmentStatus::Pending => Badge(icons::F_PENDING, "", c::TO_PACK.text()),
        FulfilmentStatus::Packed => Badge(icons::F_PACKED, "wait", c::PACKED.text()),
        FulfilmentStatus::Shipped => Badge(icons::F_SHIPPED, "info", c::SHIPPED.text()),
        FulfilmentStatus::Delivered => Badge(icons::F_DELIVERED, "good", c::DELIVERED.text()),
        FulfilmentStatus::Cancelled => Badge(icons::F_CANCELLED, "", c::UNDONE.text()),
        FulfilmentStatus::Failed => Badge(icons::F_FAILED, "bad", c::DELIVERY_FAILED.text()),
        FulfilmentStatus::Returned => Badge(icons::F_RETURNED, "back", c::RETURNED.text()),
    }
}

/// A refund.
pub(super) fn refund(status: RefundStatus) -> Badge {
    match status {
        RefundStatus::Requested | RefundStatus::Submitting => {
            Badge(icons::P_PENDING, "wait", c::REFUND_UNDER_WAY.text())
        }
        RefundStatus::Succeeded => Badge(icons::P_REFUNDED, "back", c::REFUNDED.text()),
        RefundStatus::Failed => Badge(icons::P_FAILED, "bad", c::REFUND_FAILED.text()),
        RefundStatus::Unknown => Badge(icons::P_UNKNOWN, "bad", c::OUTCOME_UNKNOWN.text()),
        RefundStatus::Withdrawn => Badge(icons::P_VOIDED, "", c::REFUND_WITHDRAWN.text()),
    }
}
