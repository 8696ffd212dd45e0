//! What went back of an order's money, and when. The order's history tells that something did; how much, its refunds tell.

use contracts::{
    events::EventType,
    orders::HistoryItem,
    payments::{Refund, RefundStatus},
};
use kernel::Money;
use std::collections::BTreeMap;

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
