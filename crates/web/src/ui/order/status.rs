//! How the states of an order look to whoever bought: stations, headlines, badges, and what happened.

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

/// How many stations an order has.
pub(crate) const STATIONS: usize = 5;

/// The stations of an order: the last is where its way ends.
pub(crate) fn course(order: &Order) -> [Text; STATIONS] {
    let end = if has_come_back(order) { t::CAME_BACK } else { t::DELIVERED };
    [t::PLACED, t::PAID, t::PACKED, t::SHIPPED, end]
}

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
        (Sum::Delivered, _) => STATIONS,
        _ if has_come_back(order) || is_partly_back(order) => STATIONS,
        (Sum::Shipped | Sum::PartiallyDelivered | Sum::PartiallyShipped, _) => 4,
        // all the money went back before anything was sent
        (_, PaymentSummary::Refunded) => 0,
        _ if fulfilments.iter().any(is_packed) => 3,
        (_, PaymentSummary::Authorized | PaymentSummary::Paid | PaymentSummary::PartiallyRefunded) => 2,
        _ => 1,
    }
}

/// Where among the stations it is packed.
pub(crate) const PACKING: usize = 2;

/// How many of its pieces were sent, while it is some of them alone.
pub(crate) fn part_sent(order: &Order) -> Option<String> {
    let pieces = |of: fn(&Line) -> i64| order.lines.iter().map(of).sum::<i64>();
    let is_part = order.fulfilment_status == FulfilmentSummary::PartiallyShipped;
    let all = pieces(|line| line.quantity - line.cancelled);
    is_part.then(|| t::sent_of(pieces(|line| line.shipped), all))
}

/// How many of its pieces were packed, while it is some of them alone.
pub(crate) fn part_packed(order: &Order, fulfilments: &[Fulfilment]) -> Option<String> {
    let was_packed =
        |one: &&Fulfilment| !matches!(one.status, FulfilmentStatus::Pending | FulfilmentStatus::Cancelled);
    let packed: i64 =
        fulfilments.iter().filter(was_packed).flat_map(|one| &one.lines).map(|inside| inside.quantity).sum();
    let all: i64 = order.lines.iter().map(|line| line.quantity - line.cancelled).sum();
    (0 < packed && packed < all).then(|| t::sent_of(packed, all))
}

/// Whether what is left of it is held back, and this headline is about something else.
pub(crate) fn is_held_unsaid(order: &Order, headline: &str) -> bool {
    // that it is to be paid again the page says by itself
    let is_held =
        order.holds.iter().any(|hold| *hold != Hold::Payment) && !order.allowed.contains(&Action::Pay);
    let is_open = order.status == OrderStatus::Confirmed && order.lines.iter().any(|line| line.open > 0);
    is_held && is_open && headline != t::IS_HELD.say()
}

/// When it was placed: of one that was a draft, that is later than when it was made.
pub(crate) fn placed(order: &Order, history: &[HistoryItem]) -> Timestamp {
    let told = history.iter().find(|item| item.event() == Some(EventType::OrderPlaced));
    told.map_or(order.created_at, |item| item.at)
}

/// When each station was reached, as far as it is known.
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
        when(if has_come_back(order) { FulfilmentStatus::Returned } else { FulfilmentStatus::Delivered })
            .max(),
    ]
}

/// Whether a parcel has left.
pub(crate) fn has_shipped(order: &Order) -> bool {
    order.lines.iter().any(|line| line.shipped > 0)
}

/// Whether all that was sent of it came back.
pub(crate) fn is_back(order: &Order) -> bool {
    let pieces = |of: fn(&Line) -> i64| order.lines.iter().map(of).sum::<i64>();
    pieces(|line| line.returned) > 0 && pieces(|line| line.returned) == pieces(|line| line.shipped)
}

/// Whether that was all of it: nothing more will arrive.
fn has_come_back(order: &Order) -> bool {
    is_back(order) && order.lines.iter().all(|line| line.open == 0)
}

/// Whether some of it came back, and all else has arrived: nothing more is on its way.
fn is_partly_back(order: &Order) -> bool {
    let is_there = |line: &Line| line.open == 0 && line.shipped == line.delivered + line.returned;
    !is_back(order) && order.lines.iter().any(|line| line.returned > 0) && order.lines.iter().all(is_there)
}

/// What the order is doing, in a few words.
pub(crate) fn headline(order: &Order, fulfilments: &[Fulfilment]) -> &'static str {
    match order.status {
        OrderStatus::Draft => t::IS_DRAFT.say(),
        OrderStatus::Cancelling => t::IS_CANCELLING.say(),
        OrderStatus::Cancelled => t::IS_CANCELLED.say(),
        OrderStatus::Expired => t::IS_EXPIRED.say(),
        OrderStatus::Pending => unpaid(order, t::WAITS_FOR_PAYMENT),
        OrderStatus::Confirmed | OrderStatus::Completed => match order.fulfilment_status {
            FulfilmentSummary::Unfulfilled | FulfilmentSummary::Cancelled => at_home(order, fulfilments),
            FulfilmentSummary::PartiallyShipped
            | FulfilmentSummary::Shipped
            | FulfilmentSummary::PartiallyDelivered => on_the_way(order, fulfilments),
            FulfilmentSummary::Delivered if is_back(order) => t::IS_BACK.say(),
            FulfilmentSummary::Delivered => t::IS_DELIVERED.say(),
        },
    }
}

/// Whether the page thanks for the order: it is placed, waits for nothing that the buyer has to do, and nothing was shipped yet.
pub(crate) fn is_thanked(order: &Order, headline: &str) -> bool {
    let is_one = [t::IS_PAID, t::IS_SECURED, t::IS_PACKED, t::PAYMENT_UNDER_WAY];
    !is_off(order) && is_one.iter().any(|text| text.say() == headline)
}

/// Of one that is not paid, or not any more: what its payment waits for.
fn unpaid(order: &Order, otherwise: Text) -> &'static str {
    let payment = order.payment.as_ref();
    let has_failed =
        payment.is_some_and(|payment| payment.attempts.last().is_some_and(|a| a.failure.is_some()));
    match payment.map(|payment| payment.status) {
        Some(PaymentStatus::RequiresAction) => t::WAITS_FOR_BANK.say(),
        Some(PaymentStatus::Processing) => t::PAYMENT_UNDER_WAY.say(),
        _ if has_failed => t::CARD_WAS_DECLINED.say(),
        _ if order.payment_status == PaymentSummary::Pending => t::PAYMENT_UNDER_WAY.say(),
        _ => otherwise.say(),
    }
}

/// Of one of which nothing was sent.
fn at_home(order: &Order, fulfilments: &[Fulfilment]) -> &'static str {
    let is_packed = fulfilments.iter().any(|one| one.status == FulfilmentStatus::Packed);
    match order.payment_status {
        PaymentSummary::Refunded => t::IS_REFUNDED.say(),
        _ if order.fulfilment_status == FulfilmentSummary::Cancelled => t::IS_CANCELLED.say(),
        PaymentSummary::Unpaid | PaymentSummary::Pending | PaymentSummary::Voided => {
            unpaid(order, t::IS_LAPSED)
        }
        _ if is_packed => t::IS_PACKED.say(),
        // what the holds are is the shop's own affair
        _ if !order.holds.is_empty() || order.hold.is_some() => t::IS_HELD.say(),
        PaymentSummary::Authorized => t::IS_SECURED.say(),
        PaymentSummary::Paid | PaymentSummary::PartiallyRefunded => t::IS_PAID.say(),
    }
}

/// Of one of which something was sent, and not all has arrived.
fn on_the_way(order: &Order, fulfilments: &[Fulfilment]) -> &'static str {
    use FulfilmentStatus::{Failed, Returned, Shipped};
    let is_any = |status| fulfilments.iter().any(|one| one.status == status);
    let is_partly = order.fulfilment_status == FulfilmentSummary::PartiallyShipped;
    match () {
        () if is_any(Failed) && !is_all_in_one(order, fulfilments) => t::PARCEL_UNDELIVERED.say(),
        () if is_any(Failed) => t::IS_UNDELIVERED.say(),
        () if is_back(order) => t::IS_BACK.say(),
        () if is_any(Returned) && !is_any(Shipped) => t::IS_PARTLY_BACK.say(),
        () if is_partly => t::IS_PARTLY_ON_ITS_WAY.say(),
        () => t::IS_ON_ITS_WAY.say(),
    }
}

/// Whether what is said of one parcel is said of all of the order: nothing is in another one, or still here.
fn is_all_in_one(order: &Order, fulfilments: &[Fulfilment]) -> bool {
    theirs(fulfilments).count() == 1 && order.lines.iter().all(|line| line.open == 0)
}

/// The one badge that matters most to the buyer; a list knows nothing of the parcels.
pub(crate) fn badge(order: &Order, fulfilments: &[Fulfilment]) -> Badge {
    use FulfilmentSummary as Sum;
    let is_undelivered = order.attention.contains(&AttentionKind::Undelivered)
        || fulfilments.iter().any(|one| one.status == FulfilmentStatus::Failed);
    match order.status {
        OrderStatus::Confirmed | OrderStatus::Completed if is_undelivered => {
            parcel_badge(FulfilmentStatus::Failed)
        }
        OrderStatus::Draft => Badge(icons::F_UNFULFILLED, "", t::DRAFT.say()),
        OrderStatus::Cancelling => Badge(icons::O_CANCELLING, "wait", t::CANCELLING.say()),
        OrderStatus::Cancelled => match order.payment_status {
            PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", t::REFUNDED.say()),
            _ => Badge(icons::O_CANCELLED, "", t::CANCELLED.say()),
        },
        OrderStatus::Expired => Badge(icons::O_EXPIRED, "", t::EXPIRED.say()),
        OrderStatus::Pending => match order.payment_status {
            PaymentSummary::Pending => Badge(icons::P_PENDING, "info", t::PAYMENT_PENDING.say()),
            _ => Badge(icons::P_UNPAID, "wait", t::UNPAID.say()),
        },
        OrderStatus::Confirmed | OrderStatus::Completed => match order.fulfilment_status {
            Sum::PartiallyShipped | Sum::Shipped | Sum::PartiallyDelivered | Sum::Delivered
                if is_back(order) =>
            {
                Badge(icons::F_RETURNED, "back", t::RETURNED.say())
            }
            _ if is_partly_back(order) => Badge(icons::F_RETURNED, "back", t::PARTLY_RETURNED.say()),
            Sum::Delivered => Badge(icons::F_DELIVERED, "good", t::DELIVERED.say()),
            Sum::PartiallyDelivered => Badge(icons::F_PARTIALLY_DELIVERED, "info", t::PARTLY_DELIVERED.say()),
            Sum::Shipped => Badge(icons::F_SHIPPED, "info", t::SHIPPED.say()),
            Sum::PartiallyShipped => Badge(icons::F_PARTIALLY_SHIPPED, "info", t::PARTLY_SHIPPED.say()),
            Sum::Unfulfilled | Sum::Cancelled => payment_badge(order.payment_status),
        },
    }
}

/// A payment, in a word.
pub(crate) fn payment_badge(status: PaymentSummary) -> Badge {
    match status {
        PaymentSummary::Unpaid => Badge(icons::P_UNPAID, "wait", t::UNPAID.say()),
        PaymentSummary::Pending => Badge(icons::P_PENDING, "info", t::PAYMENT_PENDING.say()),
        PaymentSummary::Authorized => Badge(icons::P_AUTHORIZED, "info", t::AUTHORIZED.say()),
        PaymentSummary::Paid => Badge(icons::P_PAID, "good", t::PAID.say()),
        PaymentSummary::PartiallyRefunded => {
            Badge(icons::P_PARTIALLY_REFUNDED, "back", t::PARTLY_REFUNDED.say())
        }
        PaymentSummary::Refunded => Badge(icons::P_REFUNDED, "back", t::REFUNDED.say()),
        PaymentSummary::Voided => Badge(icons::P_VOIDED, "", t::VOIDED.say()),
    }
}

/// A parcel; what the shop has still to do about it is no matter of the buyer's.
pub(crate) fn parcel_badge(status: FulfilmentStatus) -> Badge {
    match status {
        FulfilmentStatus::Pending => Badge(icons::F_UNFULFILLED, "", t::TO_PACK.say()),
        FulfilmentStatus::Packed => Badge(icons::F_PACKED, "info", t::PACKED.say()),
        FulfilmentStatus::Shipped => Badge(icons::F_SHIPPED, "info", t::SHIPPED.say()),
        FulfilmentStatus::Delivered => Badge(icons::F_DELIVERED, "good", t::DELIVERED.say()),
        FulfilmentStatus::Cancelled => Badge(icons::F_CANCELLED, "", t::CANCELLED.say()),
        FulfilmentStatus::Failed => Badge(icons::F_FAILED, "bad", t::DELIVERY_FAILED.say()),
        FulfilmentStatus::Returned => Badge(icons::F_RETURNED, "back", t::RETURNED.say()),
    }
}

/// Something that happened, told: sign, tone and words.
pub(crate) type Told = (Glyph, &'static str, String);

/// Whether it is told of this order: one that expires is wound up like one that is cancelled, and nobody has cancelled it.
pub(crate) fn is_told(order: &Order, kind: EventType) -> bool {
    order.status != OrderStatus::Expired || kind != EventType::OrderCancelRequested
}

/// Whether the one whose order it is did it, as the account or as the guest.
pub(crate) fn is_by_buyer(item: &HistoryItem, order: &Order) -> bool {
    let actor: Option<UserId> = item.actor.parse().ok();
    actor.is_some_and(|actor| actor == order.user_id || Some(actor) == order.guest_id)
}

/// Whether somebody else did it, who is no service.
pub(crate) fn is_by_another(item: &HistoryItem, order: &Order) -> bool {
    item.actor.parse::<UserId>().is_ok() && !is_by_buyer(item, order)
}

/// Something that happened, for whoever bought, and what money went back with it; nothing for what is the shop's own affair.
pub(crate) fn told(kind: EventType, item: &HistoryItem, order: &Order, gone: Option<Money>) -> Option<Told> {
    let is_paid = || history_snapshot::payment(item) == Some(PaymentSummary::Paid);
    let (glyph, tone, text) = match kind {
        EventType::OrderPlaced if is_by_another(item, order) => (icons::O_PENDING, "", t::PLACED_FOR_YOU),
        EventType::OrderPlaced => (icons::O_PENDING, "", t::YOU_PLACED),
        // captured, and not authorized alone
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
    Some((glyph, tone, exactly.unwrap_or_else(|| text.say().to_owned())))
}

/// Why a payment failed: what the last attempt until then that failed came to.
pub(crate) fn failure<'a>(item: &HistoryItem, order: &'a Order) -> Option<&'a Failure> {
    if item.event() != Some(EventType::OrderPaymentFailed) {
        return None;
    }
    let mut attempts = order.payment.iter().flat_map(|payment| &payment.attempts);
    attempts.rfind(|attempt| attempt.created_at <= item.at && attempt.failure.is_some())?.failure.as_ref()
}

/// Whether the card itself was not refused: the payment with it did not come to its end.
pub(crate) fn is_broken_off(failure: &Failure) -> bool {
    let broken_off = ["authentication_failed", "abandoned", "ended", "wrong_amount", "provider_unavailable"];
    broken_off.contains(&failure.code.as_str())
}

/// Which pieces were cancelled then, and why, where somebody said it. Lines of words are in no event.
pub(crate) fn what_was_cancelled(
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

/// What became of parcel `n`, of so many where that is known, told likewise.
pub(crate) fn told_of_parcel(status: FulfilmentStatus, n: usize, parcels: Option<usize>) -> Option<Told> {
    let Badge(glyph, tone, _) = parcel_badge(status);
    let said = t::parcel_became(status, n, parcels)?;
    Some((glyph, tone, said))
}

#[cfg(test)]
mod tests;
