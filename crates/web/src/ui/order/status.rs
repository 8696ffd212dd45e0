//! The status of an order for the customer: stations, headlines, badges, and the history.

use crate::{
    texts::{self as t, Text},
    ui::{
        components::Badge,
        format,
        icons::{self, Glyph},
        order::{history_snapshot, parcel_numbers::theirs, parcel_steps},
    },
};
use contracts::{
    events::EventType,
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{
        Action, AttentionKind, FulfilmentSummary, HistoryItem, Hold, Line, Order, OrderStatus, PaymentSummary,
    },
    payments::{Failure, PaymentStatus},
};
use kernel::{Money, Timestamp, id::UserId};

/// The number of stations of an order.
pub(crate) const STATIONS: usize = 5;

/// The stations of an order; the last one is delivery or return.
pub(crate) fn course(order: &Order) -> [Text; STATIONS] {
    let end = if is_fully_returned(order) { t::CAME_BACK } else { t::DELIVERED };
    [t::PLACED, t::PAID, t::PACKED, t::SHIPPED, end]
}

/// Whether it ended before it arrived.
pub(crate) fn has_ended(order: &Order) -> bool {
    matches!(order.status, OrderStatus::Cancelling | OrderStatus::Cancelled | OrderStatus::Expired)
}

/// How many stations it has reached; none where it will not arrive.
pub(crate) fn stations(order: &Order, fulfilments: &[Fulfilment]) -> usize {
    use FulfilmentSummary as Sum;
    if has_ended(order) {
        return 0;
    }
    let is_packed = |one: &Fulfilment| {
        matches!(
            one.status,
            FulfilmentStatus::Packed | FulfilmentStatus::Shipped | FulfilmentStatus::Delivered
        )
    };
    match (order.fulfilment_status, order.payment_status) {
        (Sum::Delivered, _) => STATIONS,
        _ if is_fully_returned(order) || is_partly_returned(order) => STATIONS,
        (Sum::Shipped | Sum::PartiallyDelivered | Sum::PartiallyShipped, _) => 4,
        // all money was refunded before anything was shipped
        (_, PaymentSummary::Refunded) => 0,
        _ if fulfilments.iter().any(is_packed) => 3,
        (_, PaymentSummary::Authorized | PaymentSummary::Paid | PaymentSummary::PartiallyRefunded) => 2,
        _ => 1,
    }
}

/// The station of packing.
pub(crate) const PACKING: usize = 2;

/// How many of its units were shipped, while not all are.
pub(crate) fn part_sent(order: &Order) -> Option<String> {
    let pieces = |of: fn(&Line) -> i64| order.lines.iter().map(of).sum::<i64>();
    let is_part = order.fulfilment_status == FulfilmentSummary::PartiallyShipped;
    let all = pieces(|line| line.quantity - line.cancelled);
    is_part.then(|| t::sent_of(pieces(|line| line.shipped), all))
}

/// How many of its units were packed, while not all are.
pub(crate) fn part_packed(order: &Order, fulfilments: &[Fulfilment]) -> Option<String> {
    let was_packed =
        |one: &&Fulfilment| !matches!(one.status, FulfilmentStatus::Pending | FulfilmentStatus::Cancelled);
    let packed: i64 =
        fulfilments.iter().filter(was_packed).flat_map(|one| &one.lines).map(|inside| inside.quantity).sum();
    let all: i64 = order.lines.iter().map(|line| line.quantity - line.cancelled).sum();
    (0 < packed && packed < all).then(|| t::sent_of(packed, all))
}

/// Whether the rest is on hold, and this headline does not say so.
pub(crate) fn is_held_unsaid(order: &Order, headline: &str) -> bool {
    // the page itself asks for another payment
    let is_held =
        order.holds.iter().any(|hold| *hold != Hold::Payment) && !order.allowed.contains(&Action::Pay);
    let is_open = order.status == OrderStatus::Confirmed && order.lines.iter().any(|line| line.open > 0);
    is_held && is_open && headline != t::IS_HELD.text()
}

/// When it was placed; for a former draft, later than its creation.
pub(crate) fn placed(order: &Order, history: &[HistoryItem]) -> Timestamp {
    let told = history.iter().find(|item| item.event() == Some(EventType::OrderPlaced));
    told.map_or(order.created_at, |item| item.at)
}

/// When each station was reached, as far as known.
pub(crate) fn reached(
    history: &[HistoryItem],
    fulfilments: &[Fulfilment],
    order: &Order,
) -> [Option<Timestamp>; 5] {
    let first = |kinds: &[EventType]| {
        history.iter().find(|item| item.event().is_some_and(|kind| kinds.contains(&kind))).map(|item| item.at)
    };
    let steps = parcel_steps::steps(history, fulfilments);
    let when = |status| steps.iter().filter(move |step| step.status == status).map(|step| step.at);
    [
        Some(placed(order, history)),
        first(&[EventType::OrderConfirmed]),
        when(FulfilmentStatus::Packed).min(),
        when(FulfilmentStatus::Shipped).max(),
        when(if is_fully_returned(order) { FulfilmentStatus::Returned } else { FulfilmentStatus::Delivered })
            .max(),
    ]
}

/// Whether a parcel was shipped.
pub(crate) fn has_shipped(order: &Order) -> bool {
    order.lines.iter().any(|line| line.shipped > 0)
}

/// Whether all shipped units were returned.
pub(crate) fn is_returned(order: &Order) -> bool {
    let pieces = |of: fn(&Line) -> i64| order.lines.iter().map(of).sum::<i64>();
    pieces(|line| line.returned) > 0 && pieces(|line| line.returned) == pieces(|line| line.shipped)
}

/// Whether that was the whole order, so that nothing more will arrive.
fn is_fully_returned(order: &Order) -> bool {
    is_returned(order) && order.lines.iter().all(|line| line.open == 0)
}

/// Whether some units were returned and all others have arrived, so that nothing more is on its way.
fn is_partly_returned(order: &Order) -> bool {
    let is_there = |line: &Line| line.open == 0 && line.shipped == line.delivered + line.returned;
    !is_returned(order)
        && order.lines.iter().any(|line| line.returned > 0)
        && order.lines.iter().all(is_there)
}

/// The status in a few words.
pub(crate) fn headline(order: &Order, fulfilments: &[Fulfilment]) -> &'static str {
    match order.status {
        OrderStatus::Draft => t::IS_DRAFT.text(),
        OrderStatus::Cancelling => t::IS_CANCELLING.text(),
        OrderStatus::Cancelled => t::IS_CANCELLED.text(),
        OrderStatus::Expired => t::IS_EXPIRED.text(),
        OrderStatus::Pending => headline_unpaid(order, t::WAITS_FOR_PAYMENT),
        OrderStatus::Confirmed | OrderStatus::Completed => match order.fulfilment_status {
            FulfilmentSummary::Unfulfilled | FulfilmentSummary::Cancelled => {
                headline_before_shipping(order, fulfilments)
            }
            FulfilmentSummary::PartiallyShipped
            | FulfilmentSummary::Shipped
            | FulfilmentSummary::PartiallyDelivered => headline_in_transit(order, fulfilments),
            FulfilmentSummary::Delivered if is_returned(order) => t::IS_BACK.text(),
            FulfilmentSummary::Delivered => t::IS_DELIVERED.text(),
        },
    }
}

/// Whether the page thanks the customer: the order is placed, needs no action by the customer, and nothing was shipped yet.
pub(crate) fn is_thanked(order: &Order, headline: &str) -> bool {
    let is_one = [t::IS_PAID, t::IS_SECURED, t::IS_PACKED, t::PAYMENT_UNDER_WAY];
    !has_ended(order) && is_one.iter().any(|text| text.text() == headline)
}

/// The headline of an order that is not paid, or no longer.
fn headline_unpaid(order: &Order, otherwise: Text) -> &'static str {
    let payment = order.payment.as_ref();
    let has_failed =
        payment.is_some_and(|payment| payment.attempts.last().is_some_and(|a| a.failure.is_some()));
    match payment.map(|payment| payment.status) {
        Some(PaymentStatus::RequiresAction) => t::WAITS_FOR_BANK.text(),
        Some(PaymentStatus::Processing) => t::PAYMENT_UNDER_WAY.text(),
        _ if has_failed => t::CARD_WAS_DECLINED.text(),
        _ if order.payment_status == PaymentSummary::Pending => t::PAYMENT_UNDER_WAY.text(),
        _ => otherwise.text(),
    }
}

/// The headline of an order of which nothing was shipped.
fn headline_before_shipping(order: &Order, fulfilments: &[Fulfilment]) -> &'static str {
    let is_packed = fulfilments.iter().any(|one| one.status == FulfilmentStatus::Packed);
    match order.payment_status {
        PaymentSummary::Refunded => t::IS_REFUNDED.text(),
        _ if order.fulfilment_status == FulfilmentSummary::Cancelled => t::IS_CANCELLED.text(),
        PaymentSummary::Unpaid | PaymentSummary::Pending | PaymentSummary::Voided => {
            headline_unpaid(order, t::IS_LAPSED)
        }
        _ if is_packed => t::IS_PACKED.text(),
        // customers are not told the reason of a hold
        _ if !order.holds.is_empty() || order.hold.is_some() => t::IS_HELD.text(),
        PaymentSummary::Authorized => t::IS_SECURED.text(),
        PaymentSummary::Paid | PaymentSummary::PartiallyRefunded => t::IS_PAID.text(),
    }
}

/// The headline of an order of which something was shipped and not everything has arrived.
fn headline_in_transit(order: &Order, fulfilments: &[Fulfilment]) -> &'static str {
    use FulfilmentStatus::{Failed, Returned, Shipped};
    let is_any = |status| fulfilments.iter().any(|one| one.status == status);
    let is_partly = order.fulfilment_status == FulfilmentSummary::PartiallyShipped;
    match () {
        () if is_any(Failed) && !is_all_in_one(order, fulfilments) => t::PARCEL_UNDELIVERED.text(),
        () if is_any(Failed) => t::IS_UNDELIVERED.text(),
        () if is_returned(order) => t::IS_BACK.text(),
        () if is_any(Returned) && !is_any(Shipped) => t::IS_PARTLY_BACK.text(),
        () if is_partly => t::IS_PARTLY_ON_ITS_WAY.text(),
        () => t::IS_ON_ITS_WAY.text(),
    }
}

/// Whether one parcel holds the whole order.
fn is_all_in_one(order: &Order, fulfilments: &[Fulfilment]) -> bool {
    theirs(fulfilments).count() == 1 && order.lines.iter().all(|line| line.open == 0)
}

/// The badge that matters most to the customer; in a list, without the parcels.
pub(crate) fn badge(order: &Order, fulfilments: &[Fulfilment]) -> Badge {
    use FulfilmentSummary as Sum;
    let is_undelivered = order.attention.contains(&AttentionKind::Undelivered)
        || fulfilments.iter().any(|one| one.status == FulfilmentStatus::Failed);
    match order.status {
        OrderStatus::Confirmed | OrderStatus::Completed if is_undelivered => {
            parcel_badge(FulfilmentStatus::Failed)
        }
        OrderStatus::Draft => Badge(icons::F_UNFULFILLED, "", t::DRAFT.text()),
        OrderStatus::Cancelling => Badge(icons::O_CANCELLING, "wait", t::CANCELLING.text()),
        OrderStatus::Cancelled => match order.payment_status {
            PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", t::REFUNDED.text()),
            _ => Badge(icons::O_CANCELLED, "", t::CANCELLED.text()),
        },
        OrderStatus::Expired => Badge(icons::O_EXPIRED, "", t::EXPIRED.text()),
        OrderStatus::Pending => match order.payment_status {
            PaymentSummary::Pending => Badge(icons::P_PENDING, "info", t::PAYMENT_PENDING.text()),
            _ => Badge(icons::P_UNPAID, "wait", t::UNPAID.text()),
        },
        OrderStatus::Confirmed | OrderStatus::Completed => match order.fulfilment_status {
            Sum::PartiallyShipped | Sum::Shipped | Sum::PartiallyDelivered | Sum::Delivered
                if is_returned(order) =>
            {
                Badge(icons::F_RETURNED, "back", t::RETURNED.text())
            }
            _ if is_partly_returned(order) => Badge(icons::F_RETURNED, "back", t::PARTLY_RETURNED.text()),
            Sum::Delivered => Badge(icons::F_DELIVERED, "good", t::DELIVERED.text()),
            Sum::PartiallyDelivered => {
                Badge(icons::F_PARTIALLY_DELIVERED, "info", t::PARTLY_DELIVERED.text())
            }
            Sum::Shipped => Badge(icons::F_SHIPPED, "info", t::SHIPPED.text()),
            Sum::PartiallyShipped => Badge(icons::F_PARTIALLY_SHIPPED, "info", t::PARTLY_SHIPPED.text()),
            Sum::Unfulfilled | Sum::Cancelled => payment_badge(order.payment_status),
        },
    }
}

/// The badge of a payment.
pub(crate) fn payment_badge(status: PaymentSummary) -> Badge {
    match status {
        PaymentSummary::Unpaid => Badge(icons::P_UNPAID, "wait", t::UNPAID.text()),
        PaymentSummary::Pending => Badge(icons::P_PENDING, "info", t::PAYMENT_PENDING.text()),
        PaymentSummary::Authorized => Badge(icons::P_AUTHORIZED, "info", t::AUTHORIZED.text()),
        PaymentSummary::Paid => Badge(icons::P_PAID, "good", t::PAID.text()),
        PaymentSummary::PartiallyRefunded => {
            Badge(icons::P_PARTIALLY_REFUNDED, "back", t::PARTLY_REFUNDED.text())
        }
        PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", t::REFUNDED.text()),
        PaymentSummary::Voided => Badge(icons::P_VOIDED, "", t::VOIDED.text()),
    }
}

/// The badge of a parcel; the shop's own work on it is not shown to customers.
pub(crate) fn parcel_badge(status: FulfilmentStatus) -> Badge {
    match status {
        FulfilmentStatus::Pending => Badge(icons::F_UNFULFILLED, "", t::TO_PACK.text()),
        FulfilmentStatus::Packed => Badge(icons::F_PACKED, "info", t::PACKED.text()),
        FulfilmentStatus::Shipped => Badge(icons::F_SHIPPED, "info", t::SHIPPED.text()),
        FulfilmentStatus::Delivered => Badge(icons::F_DELIVERED, "good", t::DELIVERED.text()),
        FulfilmentStatus::Cancelled => Badge(icons::F_CANCELLED, "", t::CANCELLED.text()),
        FulfilmentStatus::Failed => Badge(icons::F_FAILED, "bad", t::DELIVERY_FAILED.text()),
        FulfilmentStatus::Returned => Badge(icons::F_RETURNED, "back", t::RETURNED.text()),
    }
}

/// An entry of the history for the customer: glyph, tone and text.
pub(crate) type StatusEntry = (Glyph, &'static str, String);

/// Whether an event is shown for this order: an expired order goes through the events of a cancellation that nobody requested.
pub(crate) fn is_shown(order: &Order, kind: EventType) -> bool {
    order.status != OrderStatus::Expired || kind != EventType::OrderCancelRequested
}

/// Whether the customer did it, with or without an account.
pub(crate) fn is_by_buyer(item: &HistoryItem, order: &Order) -> bool {
    let actor: Option<UserId> = item.actor.parse().ok();
    actor.is_some_and(|actor| actor == order.user_id || Some(actor) == order.guest_id)
}

/// Whether somebody else did it, who is no service.
pub(crate) fn is_by_another(item: &HistoryItem, order: &Order) -> bool {
    item.actor.parse::<UserId>().is_ok() && !is_by_buyer(item, order)
}

/// The entry of an event for the customer, with the refunded amount; none for what concerns the shop only.
pub(crate) fn history_entry(
    kind: EventType,
    item: &HistoryItem,
    order: &Order,
    gone: Option<Money>,
) -> Option<StatusEntry> {
    let is_paid = || history_snapshot::payment(item) == Some(PaymentSummary::Paid);
    let (glyph, tone, text) = match kind {
        EventType::OrderPlaced if is_by_another(item, order) => (icons::O_PENDING, "", t::PLACED_FOR_YOU),
        EventType::OrderPlaced => (icons::O_PENDING, "", t::YOU_PLACED),
        // captured, and not only authorized
        EventType::OrderConfirmed if is_paid() => (icons::P_PAID, "good", t::PAYMENT_RECEIVED),
        EventType::OrderConfirmed => (icons::P_PAID, "good", t::PAYMENT_SECURED),
        EventType::OrderPaymentFailed if failure(item, order).is_some_and(is_broken_off) => {
            (icons::P_FAILED, "bad", t::A_PAYMENT_WAS_NOT_COMPLETED)
        }
        EventType::OrderPaymentFailed => (icons::P_FAILED, "bad", t::A_CARD_WAS_DECLINED),
        EventType::OrderPaymentLapsed => (icons::P_VOIDED, "wait", t::AUTHORIZATION_LAPSED),
        EventType::OrderCancelRequested => (icons::O_CANCELLING, "wait", t::CANCEL_REQUESTED),
        EventType::OrderCancelled => (icons::O_CANCELLED, "", t::WAS_CANCELLED),
        EventType::OrderExpired => (icons::O_EXPIRED, "", t::WAS_EXPIRED),
        EventType::OrderItemsCancelled => (icons::O_CANCELLED, "", t::ITEMS_CANCELLED),
        EventType::OrderRefunded => (icons::P_REFUNDED, "back", t::WAS_REFUNDED),
        EventType::OrderCompleted => (icons::O_COMPLETED, "good", t::WAS_COMPLETED),
        EventType::OrderReopened => (icons::F_RETURNED, "back", t::WAS_REOPENED),
        _ => return None,
    };
    let exactly =
        gone.filter(|_| kind == EventType::OrderRefunded).map(|gone| t::went_back(&format::money(gone)));
    Some((glyph, tone, exactly.unwrap_or_else(|| text.text().to_owned())))
}

/// Why a payment failed: the failure of the last attempt before the event.
pub(crate) fn failure<'a>(item: &HistoryItem, order: &'a Order) -> Option<&'a Failure> {
    if item.event() != Some(EventType::OrderPaymentFailed) {
        return None;
    }
    let mut attempts = order.payment.iter().flat_map(|payment| &payment.attempts);
    attempts.rfind(|attempt| attempt.created_at <= item.at && attempt.failure.is_some())?.failure.as_ref()
}

/// Whether the payment was interrupted, and the card not declined.
pub(crate) fn is_broken_off(failure: &Failure) -> bool {
    let broken_off = ["authentication_failed", "abandoned", "ended", "wrong_amount", "provider_unavailable"];
    broken_off.contains(&failure.code.as_str())
}

/// Which units were cancelled, and the reason if given. Lines without a product are not in the event.
pub(crate) fn cancelled_items(
    item: &HistoryItem,
    before: Option<&HistoryItem>,
    order: &Order,
) -> Option<String> {
    let known = before.map(history_snapshot::products).unwrap_or_default();
    let pieces = history_snapshot::products(item).into_iter().filter_map(|now| {
        let was = known.iter().find(|was| was.product_id == now.product_id).map_or(0, |was| was.cancelled);
        let line = order.lines.iter().find(|line| line.product_id == Some(now.product_id))?;
        let more = Some(now.cancelled - was).filter(|more| *more > 0)?;
        Some(format!("{} {}", t::times(more), line.title))
    });
    let pieces = Some(pieces.collect::<Vec<_>>().join(", ")).filter(|pieces| !pieces.is_empty());
    let why = item.remark.as_ref().map(|why| t::quoted(why));
    Some([pieces, why].into_iter().flatten().collect::<Vec<_>>().join(" · ")).filter(|said| !said.is_empty())
}

/// The entry of a step of parcel `n`, of the given number of parcels where known.
pub(crate) fn parcel_entry(
    status: FulfilmentStatus,
    n: usize,
    parcels: Option<usize>,
) -> Option<StatusEntry> {
    let Badge(glyph, tone, _) = parcel_badge(status);
    let said = t::parcel_became(status, n, parcels)?;
    Some((glyph, tone, said))
}

#[cfg(test)]
mod tests;
