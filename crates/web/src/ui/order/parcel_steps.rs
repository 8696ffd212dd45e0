//! The steps of an order's parcels: what happened to each and when, and the history entry of each step.

use crate::ui::order::history_snapshot::is_quiet;
use contracts::{
    Address,
    events::EventType,
    fulfilments::{Fulfilment, FulfilmentStatus, FulfilmentStep},
    orders::{HistoryItem, Order},
};
use kernel::Timestamp;

/// A step of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ParcelStep {
    /// The parcel, counted from 0.
    pub(crate) parcel: usize,
    /// Its new status.
    pub(crate) status: FulfilmentStatus,
    /// The time in the order's history.
    pub(crate) at: Timestamp,
    /// The order's version after the step, as far as its history goes.
    pub(crate) order_version: Option<i64>,
}

/// The steps of all parcels, oldest first. The history is sorted.
pub(crate) fn steps(history: &[HistoryItem], parcels: &[Fulfilment]) -> Vec<ParcelStep> {
    let all =
        parcels.iter().enumerate().flat_map(|(parcel, one)| one.steps.iter().map(move |step| (parcel, step)));
    let told = all.map(|(parcel, FulfilmentStep { status, at, order_version })| {
        let item = match order_version {
            Some(version) => history.binary_search_by_key(version, |item| item.sequence).ok(),
            // orders records it a little later
            None => history.iter().position(|item| item.at >= *at),
        };
        let item = item.map(|nth| &history[nth]);
        let at = item.map_or(*at, |item| item.at);
        ParcelStep { parcel, status: *status, at, order_version: item.map(|item| item.sequence) }
    });
    let mut steps: Vec<ParcelStep> = told.collect();
    steps.sort_by_key(|step| (step.at, step.order_version, step.parcel));
    steps
}

/// Whether all steps of these parcels are known: version 0.1.0, which stores none, neither created nor moved them.
pub(crate) fn are_all_told(parcels: &[Fulfilment]) -> bool {
    parcels.iter().flat_map(|one| &one.steps).all(|step| step.order_version.is_some())
        && parcels.iter().all(|one| i64::try_from(one.steps.len()) == Ok(one.version - one.corrections))
}

/// The parcel, counted from 0, whose carrier or number was corrected, or that was unpacked, with a history entry.
pub(crate) fn corrected_with(item: &HistoryItem, parcels: &[Fulfilment]) -> Option<usize> {
    parcels.iter().position(|one| one.corrected_with.contains(&item.sequence))
}

/// The parcels, counted from 0, that version 0.1.0 corrected without storing the history entry, and when that was last.
pub(crate) fn corrected_at(parcels: &[Fulfilment]) -> impl Iterator<Item = (usize, Timestamp)> + '_ {
    let untold = parcels.iter().enumerate().filter(|(_, one)| one.corrected_with.is_empty());
    untold.filter_map(|(parcel, one)| Some((parcel, one.corrected_at?)))
}

/// Whether a history entry may be a correction that its parcel no longer lists: a parcel lists the newest ones.
pub(crate) fn may_be_untold(item: &HistoryItem, parcels: &[Fulfilment]) -> bool {
    parcels.iter().any(|one| {
        let told = i64::try_from(one.corrected_with.len()).unwrap_or(i64::MAX);
        let first = one.corrected_with.first().filter(|_| one.corrections > told);
        one.created_at <= item.at && first.is_some_and(|first| item.sequence < *first)
    })
}

/// The history entry by which a packed parcel was cancelled along with its order, or part of it. None where it was not packed, or
/// where staff cancelled the parcel itself.
pub(crate) fn cancelled_packed<'a>(history: &'a [HistoryItem], one: &Fulfilment) -> Option<&'a HistoryItem> {
    let own = steps(history, std::slice::from_ref(one));
    let was_packed = own.iter().any(|step| step.status == FulfilmentStatus::Packed);
    let cancelled = own.last().filter(|last| was_packed && last.status == FulfilmentStatus::Cancelled)?;
    let told = history.iter().find(|item| Some(item.sequence) == cancelled.order_version)?;
    let is_of_order = matches!(
        told.event(),
        Some(
            EventType::OrderCancelRequested
                | EventType::OrderCancelled
                | EventType::OrderItemsCancelled
                | EventType::OrderExpired
        )
    );
    is_of_order.then_some(told)
}

/// Where a parcel was sent. For a parcel that version 0.1.0 sent, that is the order's address, unless it may have been corrected
/// since.
pub(crate) fn sent_to<'a>(
    order: &'a Order,
    history: &[HistoryItem],
    parcels: &'a [Fulfilment],
    one: &'a Fulfilment,
) -> Option<&'a Address> {
    let of_order = || order.shipping_address.as_ref().filter(|_| !may_be_corrected(history, parcels, one));
    one.shipping_address.as_ref().or_else(of_order)
}

/// Where a parcel was sent, if the order's address differs now.
pub(crate) fn sent_elsewhere<'a>(order: &Order, one: &'a Fulfilment) -> Option<&'a Address> {
    one.shipping_address.as_ref().filter(|to| order.shipping_address.as_ref() != Some(*to))
}

/// Whether the address may have been corrected since the parcel was created: somebody did something that changed no total and was no
/// known step of a parcel.
fn may_be_corrected(history: &[HistoryItem], parcels: &[Fulfilment], one: &Fulfilment) -> bool {
    let known = steps(history, parcels);
    let pairs = history.iter().zip(history.iter().skip(1));
    let mut later =
        pairs.filter(|(_, now)| now.at >= one.created_at && corrected_with(now, parcels).is_none());
    later.any(|(before, now)| is_unknown(before, now, &known))
}

/// Whether a person did something that changed no total of the order and is no step of a parcel.
fn is_unknown(before: &HistoryItem, now: &HistoryItem, known: &[ParcelStep]) -> bool {
    now.event() == Some(EventType::OrderUpdated)
        && now.actor.starts_with("usr_")
        && !known.iter().any(|step| step.order_version == Some(now.sequence))
        && is_quiet(before, now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use FulfilmentStatus::{Cancelled, Delivered, Failed, Packed, Pending, Shipped};
    use serde_json::json;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_000_000 + second * 1_000_000)
    }
    fn id(kind: &str) -> String {
        format!("{kind}_00000000000000000000000000")
    }
    /// A history: when, how many pieces had left by then, and whether it was done by a person.
    fn history(items: &[(i64, i64, bool)]) -> Vec<HistoryItem> {
        let one = |(n, (second, shipped, is_person)): (usize, &(i64, i64, bool))| {
            let money = json!({"amount": "1.00", "currency": "EUR"});
            let product = json!({"product_id": id("prd"), "ordered": 9, "cancelled": 0, "shipped": shipped, "returned": 0});
            let figures = json!({
                "order_id": id("ord"), "number": 1001, "user_id": id("usr"), "placement_id": null, "version": n,
                "status": "confirmed", "hold": null, "confirmed": true, "terminal": false, "payment_status": "paid",
                "fulfilment_status": "unfulfilled", "total": money, "owed": money, "products": [product],
            });
            let actor = if *is_person { id("usr") } else { "system".to_owned() };
            let item = json!({"sequence": n, "type": "order.updated", "at": at(*second), "actor": actor,
                "data": {"figures": figures}});
            serde_json::from_value(item).unwrap()
        };
        items.iter().enumerate().map(one).collect()
    }
    /// A parcel that came into these states, each with its second and the order's version, where that was kept.
    fn parcel(steps: &[(FulfilmentStatus, i64, Option<usize>)]) -> Fulfilment {
        // the history notes it a little later
        let earlier = |second| Timestamp::from_micros(at(second).as_micros() - 300);
        let told = |(status, second, version): &(FulfilmentStatus, i64, Option<usize>)| {
            let mut step = json!({"status": status, "at": earlier(*second)});
            if let Some(version) = version {
                step["order_version"] = json!(version);
            }
            step
        };
        let (first, last) = (steps.first().unwrap(), steps.last().unwrap());
        serde_json::from_value(json!({
            "id": id("ful"), "order_id": id("ord"), "status": last.0, "carrier": null, "tracking_number": null,
            "lines": [{"line_id": id("lin"), "quantity": 2}], "version": steps.len(),
            "created_at": earlier(first.1), "updated_at": earlier(last.1), "steps": steps.iter().map(told).collect::<Vec<_>>(),
        }))
        .unwrap()
    }
    fn told(
        history: &[HistoryItem],
        parcels: &[Fulfilment],
    ) -> Vec<(usize, FulfilmentStatus, i64, Option<i64>)> {
        let second = |moment: Timestamp| (moment.as_micros() - at(0).as_micros()) / 1_000_000;
        steps(history, parcels).iter().map(|s| (s.parcel, s.status, second(s.at), s.order_version)).collect()
    }

    #[test]
    fn what_may_have_been_a_correction_is_told_from_steps_of_parcels() {
        // somebody corrected it, it was packed, sent, and came to nobody
        let way = [(0, 0, false), (1, 0, true), (2, 0, true), (3, 0, true), (4, 2, true), (5, 2, true)];
        let failed = [parcel(&[
            (Pending, 2, Some(2)),
            (Packed, 3, Some(3)),
            (Shipped, 4, Some(4)),
            (Failed, 5, Some(5)),
        ])];
        assert!(!may_be_corrected(&history(&way), &failed, &failed[0]), "what was before is no matter");
        let corrected = [&way[..], &[(6, 2, true)]].concat();
        assert!(may_be_corrected(&history(&corrected), &failed, &failed[0]));
        // nor is what a service did
        let heard = [&way[..], &[(6, 2, false)]].concat();
        assert!(!may_be_corrected(&history(&heard), &failed, &failed[0]));
        assert!(are_all_told(&failed));
        // of what kept no steps nobody knows all
        let few = [parcel(&[(Pending, 2, Some(2)), (Failed, 5, None)])];
        assert!(may_be_corrected(&history(&way), &few, &few[0]));
        assert!(!are_all_told(&few));
        // a number that was mistyped is no address
        let renumbered = [Fulfilment { corrected_with: vec![6], ..failed[0].clone() }];
        assert!(!may_be_corrected(&history(&corrected), &renumbered, &renumbered[0]));
        // a version that kept no entry said when it was
        let before = [Fulfilment { corrections: 1, corrected_at: Some(at(6)), ..failed[0].clone() }];
        assert_eq!(corrected_at(&before).collect::<Vec<_>>(), [(0, at(6))]);
        let since = Fulfilment { corrected_with: vec![6], ..before[0].clone() };
        assert_eq!(corrected_at(std::slice::from_ref(&since)).count(), 0);
        // where more were made than are told the earlier ones may be any
        let all = history(&corrected);
        assert!(!may_be_untold(&all[5], std::slice::from_ref(&since)));
        let many = [Fulfilment { corrections: 2, ..since }];
        let untold: Vec<usize> = (0..all.len()).filter(|n| may_be_untold(&all[*n], &many)).collect();
        assert_eq!(untold, [2, 3, 4, 5], "since it was made, and before the first that is told");
        let gap = Fulfilment { version: 3, ..parcel(&[(Pending, 2, Some(2)), (Failed, 5, Some(5))]) };
        assert!(!are_all_told(&[gap]));
    }

    #[test]
    fn each_step_stands_with_what_the_history_says_of_it() {
        let path =
            history(&[(0, 0, false), (1, 0, true), (2, 0, true), (3, 0, true), (4, 2, true), (9, 2, true)]);
        let first = parcel(&[
            (Pending, 1, Some(1)),
            (Packed, 4, Some(4)),
            (Shipped, 4, Some(4)),
            (Delivered, 9, Some(5)),
        ]);
        let second = parcel(&[(Pending, 2, Some(2)), (Packed, 3, None)]);
        assert_eq!(
            told(&path, &[first, second]),
            [
                (0, Pending, 1, Some(1)),
                (1, Pending, 2, Some(2)),
                (1, Packed, 3, Some(3)),
                (0, Packed, 4, Some(4)),
                (0, Shipped, 4, Some(4)),
                (0, Delivered, 9, Some(5)),
            ]
        );
    }

    #[test]
    fn what_the_history_does_not_reach_has_its_own_time() {
        let path = history(&[(0, 0, false), (1, 0, true)]);
        let steps = steps(&path, &[parcel(&[(Pending, 1, Some(1)), (Packed, 7, Some(9))])]);
        assert_eq!(steps[1].order_version, None);
        assert_eq!(steps[1].at, Timestamp::from_micros(at(7).as_micros() - 300));
    }

    #[test]
    fn a_packed_parcel_that_went_with_its_order_is_told_from_one_that_staff_undid() {
        let mut path = history(&[(0, 0, false), (1, 0, true), (2, 0, true), (3, 0, true)]);
        let packed = parcel(&[(Pending, 1, Some(1)), (Packed, 2, Some(2)), (Cancelled, 3, Some(3))]);
        assert_eq!(cancelled_packed(&path, &packed), None);
        path[3].kind = "order.cancelled".to_owned();
        assert_eq!(cancelled_packed(&path, &packed).map(|item| item.sequence), Some(3));
        let unpacked = parcel(&[(Pending, 1, Some(1)), (Cancelled, 3, Some(3))]);
        assert_eq!(cancelled_packed(&path, &unpacked), None);
    }
}
