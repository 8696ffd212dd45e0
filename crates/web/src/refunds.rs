//! What went back of an order's money, when and by which way. The order's history tells that something did; how much, its
//! refunds tell. What was paid offline people hand back.

use contracts::{
    events::EventType,
    orders::{HistoryItem, Order},
    payments::{AttemptStatus, Refund, RefundStatus},
};
use kernel::Money;
use std::collections::BTreeMap;

/// What the API calls the method of money that staff have in hand.
pub(crate) const OFFLINE: &str = "offline";

/// By which way an order's money goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// The provider sends it, the way that it came.
    AsItCame,
    /// It was paid offline: staff hand it back.
    ByHand,
    /// Some of it so, and some so.
    Both,
}

impl Way {
    /// Of what was paid for the order, by how it was paid.
    pub(crate) fn of(order: &Order) -> Way {
        let attempts = order.payment.iter().flat_map(|payment| &payment.attempts);
        let paid = attempts.filter(|attempt| attempt.status == AttemptStatus::Captured);
        Way::all(paid.map(|attempt| attempt.method == OFFLINE))
    }

    /// Of what has gone back; as it was paid, where nobody tells of the refunds.
    pub(crate) fn gone(order: &Order, refunds: &[Refund]) -> Way {
        let mut gone = refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded).peekable();
        match gone.peek() {
            Some(_) => Way::all(gone.map(|refund| refund.offline)),
            None => Way::of(order),
        }
    }

    fn all(are_by_hand: impl Iterator<Item = bool>) -> Way {
        let (by_hand, others): (Vec<bool>, Vec<bool>) = are_by_hand.partition(|by_hand| *by_hand);
        match (by_hand.is_empty(), others.is_empty()) {
            (true, _) => Way::AsItCame,
            (false, true) => Way::ByHand,
            (false, false) => Way::Both,
        }
    }
}

/// What was taken, and has neither gone back nor is on its way.
pub(crate) fn left(order: &Order, refunds: &[Refund]) -> Option<Money> {
    let payment = order.payment.as_ref()?;
    let is_claim = |refund: &&Refund| refund.status != RefundStatus::Withdrawn;
    let claimed = refunds.iter().filter(is_claim).map(|refund| refund.amount.minor).sum::<i64>();
    let minor = payment.captured.minor - claimed.max(payment.refunded.minor);
    Some(Money { minor, ..payment.captured }).filter(|left| left.minor > 0)
}

/// What went back with each event that tells of it, by the event's number. Events do not say how much: refunds do, one after
/// the other. Where there are more of the ones than of the others nobody knows which was which.
pub(crate) fn went_back(refunds: &[Refund], history: &[HistoryItem]) -> BTreeMap<i64, Money> {
    let mut gone: Vec<&Refund> =
        refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded).collect();
    gone.sort_by_key(|refund| refund.updated_at);
    let is_of_refund = |item: &&HistoryItem| item.event() == Some(EventType::OrderRefunded);
    let told: Vec<&HistoryItem> = history.iter().filter(is_of_refund).collect();
    // what went back since the history was read it does not tell of
    gone.retain(|refund| told.last().is_some_and(|item| refund.updated_at <= item.at));
    let is_even =
        gone.len() == told.len() && gone.iter().zip(&told).all(|(refund, item)| refund.updated_at <= item.at);
    let pairs = told.iter().zip(gone).map(|(item, refund)| (item.sequence, refund.amount));
    if is_even { pairs.collect() } else { BTreeMap::new() }
}
