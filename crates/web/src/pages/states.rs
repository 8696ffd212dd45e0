//! How the states of an order look to whoever bought: stations, headlines, badges, and what happened.

use crate::{
    icons::{self, Glyph},
    parts::Badge,
    texts as t,
};
use contracts::{
    events::EventType,
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{FulfilmentSummary, HistoryItem, Order, OrderStatus, PaymentSummary},
    payments::PaymentStatus,
};
use kernel::Timestamp;

/// The five stations of an order.
pub(crate) const STATIONS: [&str; 5] = [t::PLACED, t::PAID, t::PACKED, t::SHIPPED, t::DELIVERED];

/// Whether it is over before it arrived.
pub(crate) fn is_off(order: &Order) -> bool {
    matches!(order.status, OrderStatus::Cancelling | OrderStatus::Cancelled | OrderStatus::Expired)
}

/// How many stations it has reached; none where it will not arrive.
pub(crate) fn stations(order: &Order, fulfilments: &[Fulfilment]) -> usize {
    use FulfilmentSummary as Sum;
    if is_off(order) {
        return 0;
    }
    let is_packed = |one: &Fulfilment| {
        matches!(
            one.status,
            FulfilmentStatus::Packed | FulfilmentStatus::Shipped | FulfilmentStatus::Delivered
        )
    };
    match (order.fulfilment_status, order.payment_status) {
        (Sum::Delivered, _) => 5,
        (Sum::Shipped | Sum::PartiallyDelivered, _) => 4,
        (Sum::PartiallyShipped, _) => 3,
        _ if fulfilments.iter().any(is_packed) => 3,
        (_, PaymentSummary::Authorized | PaymentSummary::Paid | PaymentSummary::PartiallyRefunded) => 2,
        _ => 1,
    }
}

/// When each station was reached, as far as it is known.
pub(crate) fn reached(
    history: &[HistoryItem],
    fulfilments: &[Fulfilment],
    order: &Order,
) -> [Option<Timestamp>; 5] {
    let first =
        |kinds: &[EventType]| history.iter().find(|item| kinds.contains(&item.kind)).map(|item| item.at);
    let newest = |status: FulfilmentStatus| {
        fulfilments.iter().filter(|one| one.status == status).map(|one| one.updated_at).max()
    };
    [
        Some(order.created_at),
        first(&[EventType::OrderConfirmed]),
        newest(FulfilmentStatus::Packed),
        newest(FulfilmentStatus::Shipped),
        newest(FulfilmentStatus::Delivered),
    ]
}

/// What the order is doing, in a few words.
pub(crate) fn headline(order: &Order, stations: usize) -> &'static str {
    let payment = order.payment.as_ref();
    let has_failed =
        payment.is_some_and(|payment| payment.attempts.last().is_some_and(|a| a.failure.is_some()));
    match (order.status, payment.map(|payment| payment.status)) {
        (OrderStatus::Draft, _) => t::IS_DRAFT,
        (OrderStatus::Cancelling, _) => t::IS_CANCELLING,
        (OrderStatus::Cancelled, _) => t::IS_CANCELLED,
        (OrderStatus::Expired, _) => t::IS_EXPIRED,
        (OrderStatus::Pending, Some(PaymentStatus::RequiresAction)) => t::WAITS_FOR_BANK,
        (OrderStatus::Pending, Some(PaymentStatus::Processing)) => t::PAYMENT_UNDER_WAY,
        (OrderStatus::Pending, _) if has_failed => t::CARD_WAS_DECLINED,
        (OrderStatus::Pending, _) => t::WAITS_FOR_PAYMENT,
        (OrderStatus::Confirmed | OrderStatus::Completed, _) => match (stations, order.fulfilment_status) {
            (5, _) => t::IS_DELIVERED,
            (4, _) => t::IS_ON_ITS_WAY,
            (3, FulfilmentSummary::PartiallyShipped) => t::IS_PARTLY_ON_ITS_WAY,
            (3, _) => t::IS_PACKED,
            _ => t::IS_PAID,
        },
    }
}

/// The one badge that matters most to the buyer.
pub(crate) fn badge(order: &Order) -> Badge {
    use FulfilmentSummary as Sum;
    match order.status {
        OrderStatus::Draft => Badge(icons::F_UNFULFILLED, "", t::DRAFT),
        OrderStatus::Cancelling => Badge(icons::O_CANCELLING, "wait", t::CANCELLING),
        OrderStatus::Cancelled => match order.payment_status {
            PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", t::REFUNDED),
            _ => Badge(icons::O_CANCELLED, "", t::CANCELLED),
        },
        OrderStatus::Expired => Badge(icons::O_EXPIRED, "", t::EXPIRED),
        OrderStatus::Pending => match order.payment_status {
            PaymentSummary::Pending => Badge(icons::P_PENDING, "info", t::PAYMENT_PENDING),
            _ => Badge(icons::P_UNPAID, "wait", t::UNPAID),
        },
        OrderStatus::Confirmed | OrderStatus::Completed => match order.fulfilment_status {
            Sum::Delivered => Badge(icons::F_DELIVERED, "good", t::DELIVERED),
            Sum::PartiallyDelivered => Badge(icons::F_PARTIALLY_DELIVERED, "info", t::PARTLY_DELIVERED),
            Sum::Shipped => Badge(icons::F_SHIPPED, "info", t::SHIPPED),
            Sum::PartiallyShipped => Badge(icons::F_PARTIALLY_SHIPPED, "info", t::PARTLY_SHIPPED),
            Sum::Unfulfilled | Sum::Cancelled => payment_badge(order.payment_status),
        },
    }
}

/// A payment, in a word.
pub(crate) fn payment_badge(status: PaymentSummary) -> Badge {
    match status {
        PaymentSummary::Unpaid => Badge(icons::P_UNPAID, "wait", t::UNPAID),
        PaymentSummary::Pending => Badge(icons::P_PENDING, "info", t::PAYMENT_PENDING),
        PaymentSummary::Authorized => Badge(icons::P_AUTHORIZED, "info", t::AUTHORIZED),
        PaymentSummary::Paid => Badge(icons::P_PAID, "good", t::PAID),
        PaymentSummary::PartiallyRefunded => Badge(icons::P_PARTIALLY_REFUNDED, "back", t::PARTLY_REFUNDED),
        PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", t::REFUNDED),
        PaymentSummary::Voided => Badge(icons::P_VOIDED, "", t::VOIDED),
    }
}

/// A parcel; what the shop has still to do about it is no matter of the buyer's.
pub(crate) fn parcel_badge(status: FulfilmentStatus) -> Badge {
    match status {
        FulfilmentStatus::Pending => Badge(icons::F_UNFULFILLED, "", t::TO_PACK),
        FulfilmentStatus::Packed => Badge(icons::F_PACKED, "info", t::PACKED),
        FulfilmentStatus::Shipped => Badge(icons::F_SHIPPED, "info", t::SHIPPED),
        FulfilmentStatus::Delivered => Badge(icons::F_DELIVERED, "good", t::DELIVERED),
        FulfilmentStatus::Cancelled => Badge(icons::F_CANCELLED, "", t::CANCELLED),
        FulfilmentStatus::Failed => Badge(icons::F_FAILED, "bad", t::DELIVERY_FAILED),
        FulfilmentStatus::Returned => Badge(icons::F_RETURNED, "back", t::RETURNED),
    }
}

/// Something that happened, for whoever bought: sign, tone and words; nothing for what is the shop's own affair.
pub(crate) fn told(kind: EventType) -> Option<(Glyph, &'static str, &'static str)> {
    Some(match kind {
        EventType::OrderPlaced => (icons::O_PENDING, "", t::YOU_PLACED),
        EventType::OrderConfirmed => (icons::P_PAID, "good", t::PAYMENT_SECURED),
        EventType::OrderPaymentFailed => (icons::P_FAILED, "bad", t::A_CARD_WAS_DECLINED),
        EventType::OrderPaymentLapsed => (icons::P_VOIDED, "wait", t::AUTHORIZATION_LAPSED),
        EventType::OrderCancelRequested => (icons::O_CANCELLING, "wait", t::CANCEL_REQUESTED),
        EventType::OrderCancelled => (icons::O_CANCELLED, "", t::WAS_CANCELLED),
        EventType::OrderExpired => (icons::O_EXPIRED, "", t::WAS_EXPIRED),
        EventType::OrderItemsCancelled => (icons::O_CANCELLED, "", t::ITEMS_CANCELLED),
        EventType::OrderRefunded => (icons::P_REFUNDED, "back", t::WAS_REFUNDED),
        EventType::OrderCompleted => (icons::O_COMPLETED, "good", t::WAS_COMPLETED),
        EventType::OrderReopened => (icons::F_RETURNED, "back", t::WAS_REOPENED),
        EventType::FulfilmentPacked => (icons::F_PACKED, "info", t::PARCEL_PACKED),
        EventType::FulfilmentShipped => (icons::F_SHIPPED, "info", t::PARCEL_SHIPPED),
        EventType::FulfilmentDelivered => (icons::F_DELIVERED, "good", t::PARCEL_DELIVERED),
        EventType::FulfilmentFailed => (icons::F_FAILED, "bad", t::PARCEL_FAILED),
        EventType::FulfilmentReturned => (icons::F_RETURNED, "back", t::PARCEL_RETURNED),
        _ => return None,
    })
}
