//! The refunds of an order: how much, when and by which method. The history has the events, the refunds have the amounts. Staff pay
//! refunds of offline payments themselves.

use contracts::{
    events::EventType,
    orders::{HistoryItem, Order},
    payments::{AttemptStatus, Refund, RefundStatus},
};
use kernel::Money;
use std::collections::BTreeMap;

/// The API's name for offline payments.
pub(crate) const OFFLINE: &str = "offline";

/// How money is refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundMethod {
    /// The provider refunds it to the original payment method.
    Original,
    /// It was paid offline: staff refund it.
    Manual,
    /// Some of it in each way.
    Mixed,
}

impl RefundMethod {
    /// The method for what was paid for the order.
    pub(crate) fn of(order: &Order) -> RefundMethod {
        let attempts = order.payment.iter().flat_map(|payment| &payment.attempts);
        let paid = attempts.filter(|attempt| attempt.status == AttemptStatus::Captured);
        RefundMethod::all(paid.map(|attempt| attempt.method == OFFLINE))
    }

    /// The method of past refunds; without any, by how the order was paid.
    pub(crate) fn gone(order: &Order, refunds: &[Refund]) -> RefundMethod {
        let mut gone = refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded).peekable();
        match gone.peek() {
            Some(_) => RefundMethod::all(gone.map(|refund| refund.offline)),
            None => RefundMethod::of(order),
        }
    }

    /// The method of pending refunds, as `under_way` counts them.
    pub(crate) fn going(refunds: &[Refund]) -> RefundMethod {
        RefundMethod::all(refunds.iter().filter(|refund| is_under_way(refund)).map(|refund| refund.offline))
    }

    fn all(are_by_hand: impl Iterator<Item = bool>) -> RefundMethod {
        let (by_hand, others): (Vec<bool>, Vec<bool>) = are_by_hand.partition(|by_hand| *by_hand);
        match (by_hand.is_empty(), others.is_empty()) {
            (true, _) => RefundMethod::Original,
            (false, true) => RefundMethod::Manual,
            (false, false) => RefundMethod::Mixed,
        }
    }
}

/// Whether it is neither done nor cancelled: one that the provider refused is paid manually in the end.
fn is_under_way(refund: &Refund) -> bool {
    !matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Withdrawn)
}

/// The amount still to be refunded.
pub(crate) fn under_way(order: &Order, refunds: &[Refund]) -> Option<Money> {
    let minor = refunds.iter().filter(|refund| is_under_way(refund)).map(|refund| refund.amount.minor).sum();
    Some(Money { minor, ..order.total }).filter(|going| going.minor > 0)
}

/// Whether more was refunded than the order has been notified of.
pub(crate) fn exceed_order(order: &Order, refunds: &[Refund]) -> bool {
    let gone = refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded);
    let heard = order.payment.as_ref().map_or(0, |payment| payment.refunded.minor);
    gone.map(|refund| refund.amount.minor).sum::<i64>() > heard
}

/// What was captured and is neither refunded nor being refunded.
pub(crate) fn left(order: &Order, refunds: &[Refund]) -> Option<Money> {
    let payment = order.payment.as_ref()?;
    let is_claim = |refund: &&Refund| refund.status != RefundStatus::Withdrawn;
    let claimed = refunds.iter().filter(is_claim).map(|refund| refund.amount.minor).sum::<i64>();
    let minor = payment.captured.minor - claimed.max(payment.refunded.minor);
    Some(Money { minor, ..payment.captured }).filter(|left| left.minor > 0)
}

/// The refund of each refund event, by the event's number. Events have no amounts, so refunds are matched by their order; where the
/// numbers differ, the result is empty.
pub(crate) fn by_event<'a>(refunds: &'a [Refund], history: &[HistoryItem]) -> BTreeMap<i64, &'a Refund> {
    let mut gone: Vec<&Refund> =
        refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded).collect();
    gone.sort_by_key(|refund| refund.updated_at);
    let is_of_refund = |item: &&HistoryItem| item.event() == Some(EventType::OrderRefunded);
    let told: Vec<&HistoryItem> = history.iter().filter(is_of_refund).collect();
    // refunds after the history was read have no event in it
    gone.retain(|refund| told.last().is_some_and(|item| refund.updated_at <= item.at));
    let is_even =
        gone.len() == told.len() && gone.iter().zip(&told).all(|(refund, item)| refund.updated_at <= item.at);
    let pairs = told.iter().zip(gone).map(|(item, refund)| (item.sequence, refund));
    if is_even { pairs.collect() } else { BTreeMap::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RefundStatus::{Failed, Requested, Succeeded, Unknown, Withdrawn};
    use kernel::Timestamp;
    use serde_json::json;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + second * 1_000_000)
    }
    fn id(kind: &str) -> String {
        format!("{kind}_00000000000000000000000000")
    }
    /// A refund of so many cents that is like this since then.
    fn refund(cents: i64, status: RefundStatus, second: i64, offline: bool) -> Refund {
        let euros = format!("{}.{:02}", cents / 100, cents % 100);
        serde_json::from_value(json!({
            "id": id("ref"), "payment_id": id("pay"), "order_id": id("ord"), "status": status, "reason": null,
            "amount": {"amount": euros, "currency": "EUR"}, "offline": offline, "version": 1,
            "created_at": at(0), "updated_at": at(second),
        }))
        .unwrap()
    }
    /// A history: when, and whether it tells that something went back.
    fn history(items: &[(i64, bool)]) -> Vec<HistoryItem> {
        let one = |(n, (second, went_back)): (usize, &(i64, bool))| HistoryItem {
            sequence: n as i64 + 1,
            kind: if *went_back { "order.refunded" } else { "order.updated" }.to_owned(),
            at: at(*second),
            actor: "system".to_owned(),
            remark: None,
            data: json!({}),
        };
        items.iter().enumerate().map(one).collect()
    }
    fn gone(refunds: &[Refund], history: &[HistoryItem]) -> Vec<(i64, i64)> {
        by_event(refunds, history).into_iter().map(|(n, refund)| (n, refund.amount.minor)).collect()
    }

    #[test]
    fn where_nothing_went_back_nothing_is_told() {
        assert!(gone(&[], &history(&[(1, false)])).is_empty());
        // what is asked for, on its way, refused or given up has not gone
        for status in [Requested, Unknown, Failed, Withdrawn] {
            assert!(gone(&[refund(500, status, 2, false)], &history(&[(1, false), (3, false)])).is_empty());
        }
    }

    #[test]
    fn each_refund_is_told_with_its_event_by_card_and_by_hand() {
        let path = history(&[(1, false), (3, true)]);
        for offline in [false, true] {
            assert_eq!(gone(&[refund(500, Succeeded, 2, offline)], &path), [(2, 500)]);
        }
        // in the order in which they went, however they are listed; one that is on its way is none of them
        let path = history(&[(1, false), (3, true), (4, false), (6, true)]);
        let all = [
            refund(700, Succeeded, 5, true),
            refund(500, Succeeded, 2, false),
            refund(900, Requested, 4, false),
        ];
        assert_eq!(gone(&all, &path), [(2, 500), (4, 700)]);
    }

    #[test]
    fn what_is_not_certain_is_not_told() {
        // one went back after the history was read
        let path = history(&[(1, false), (3, true)]);
        let one = refund(500, Succeeded, 2, false);
        assert_eq!(gone(&[one.clone(), refund(700, Succeeded, 9, false)], &path), [(2, 500)]);
        // two went back, and one event tells of that; or two events, and one refund is known
        assert!(gone(&[one.clone(), refund(700, Succeeded, 3, false)], &path).is_empty());
        assert!(gone(&[one], &history(&[(1, false), (3, true), (6, true)])).is_empty());
    }
}
