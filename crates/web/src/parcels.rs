//! What happened to the parcels of an order, and when. The order's history tells that something changed; what it was follows
//! from the parcels themselves: each counts its changes, and says when it was made and when it last changed.

use contracts::{
    Address,
    events::{EventType, OrderEvent, OrderFigures},
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{HistoryItem, Order},
};
use kernel::Timestamp;
use std::ops::RangeInclusive;

/// A step of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    /// Which one, counted from 0.
    pub(crate) parcel: usize,
    /// What became of it.
    pub(crate) status: FulfilmentStatus,
    pub(crate) at: Timestamp,
}

/// A step of which only is known that it was made, and between when.
struct Sought {
    parcel: usize,
    status: FulfilmentStatus,
    after: Timestamp,
    before: Timestamp,
}

/// The steps of all parcels whose time is certain, the oldest first.
pub(crate) fn steps(history: &[HistoryItem], parcels: &[Fulfilment]) -> Vec<Step> {
    let (mut known, mut sought) = (Vec::new(), Vec::new());
    let mut left = left(history);
    for (parcel, one) in parcels.iter().enumerate() {
        let (made, changed) = (noted(history, one.created_at), noted(history, one.updated_at));
        known.push(Step { parcel, status: FulfilmentStatus::Pending, at: made });
        if one.version > 1 {
            known.push(Step { parcel, status: one.status, at: changed });
        }
        let way = way(one);
        let Some((_, earlier)) = way.split_last() else { continue };
        let (mut after, begun, mut has_left) = (made, sought.len(), false);
        for status in earlier.iter().copied() {
            // sent once more it leaves no stock
            let is_leaving = status == FulfilmentStatus::Shipped && !has_left;
            has_left |= is_leaving;
            let found = is_leaving.then(|| take(&mut left, one, after..=changed)).flatten();
            match found {
                Some(at) => {
                    known.push(Step { parcel, status, at });
                    // what was before it was before then
                    sought[begun..].iter_mut().for_each(|s: &mut Sought| s.before = at);
                    after = at;
                }
                None => sought.push(Sought { parcel, status, after, before: changed }),
            }
        }
    }
    known.extend(found(history, &known, sought));
    known.sort_by_key(|step| (step.at, step.status, step.parcel));
    known
}

/// Whether these are all steps that the parcels have gone: none is left whose time is not known.
pub(crate) fn are_all(steps: &[Step], parcels: &[Fulfilment]) -> bool {
    steps.len() == parcels.iter().map(|one| 1 + way(one).len()).sum::<usize>()
}

/// When the history says that something happened at this time: it notes it a little later.
fn noted(history: &[HistoryItem], at: Timestamp) -> Timestamp {
    history.iter().map(|item| item.at).find(|noted| *noted >= at).unwrap_or(at)
}

/// With what the order's history tells of it, a parcel was cancelled that was packed already: who cancelled the order, or some
/// of it, did not take it apart. None where nobody had packed it, or where staff undid the parcel itself.
pub(crate) fn cancelled_packed<'a>(history: &'a [HistoryItem], one: &Fulfilment) -> Option<&'a HistoryItem> {
    let was_packed =
        one.status == FulfilmentStatus::Cancelled && way(one).contains(&FulfilmentStatus::Packed);
    let told = history.iter().filter(|_| was_packed).find(|item| item.at >= one.updated_at)?;
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

/// Where a parcel was on its way to. With one that a version sent which kept nothing of it, this is the order's address, unless
/// that may have been corrected since.
pub(crate) fn sent_to<'a>(
    order: &'a Order,
    history: &[HistoryItem],
    parcels: &'a [Fulfilment],
    one: &'a Fulfilment,
) -> Option<&'a Address> {
    let of_order = || order.shipping_address.as_ref().filter(|_| !may_be_corrected(history, parcels, one));
    one.shipping_address.as_ref().or_else(of_order)
}

/// Where a parcel was sent, if the order's address is another one by now.
pub(crate) fn sent_elsewhere<'a>(order: &Order, one: &'a Fulfilment) -> Option<&'a Address> {
    one.shipping_address.as_ref().filter(|to| order.shipping_address.as_ref() != Some(*to))
}

/// Whether somebody did something since the parcel was made that changed no figure and was no step of a parcel that is known:
/// that is how correcting an address looks, among others.
fn may_be_corrected(history: &[HistoryItem], parcels: &[Fulfilment], one: &Fulfilment) -> bool {
    let known = steps(history, parcels);
    let pairs = history.iter().zip(history.iter().skip(1));
    pairs.filter(|(_, now)| now.at >= one.created_at).any(|(before, now)| is_unknown(before, now, &known))
}

/// All that became of a parcel since it was made, by how often it changed and by what it is now. That carrier or number were
/// corrected is no step.
fn way(one: &Fulfilment) -> Vec<FulfilmentStatus> {
    use FulfilmentStatus::{Cancelled, Delivered, Failed, Packed, Pending, Returned, Shipped};
    let changes = usize::try_from(one.version - one.corrections).unwrap_or(1).saturating_sub(1);
    let mut way = match one.status {
        Pending => vec![],
        Packed => vec![Packed],
        Shipped => vec![Packed, Shipped],
        Delivered => vec![Packed, Shipped, Delivered],
        Failed => vec![Packed, Shipped, Failed],
        Returned => vec![Packed, Shipped, Failed, Returned],
        Cancelled if changes > 1 => vec![Packed, Cancelled],
        Cancelled => vec![Cancelled],
    };
    // each time that it went out in vain and once more
    while way.len() + 2 <= changes && way.len() > 1 {
        way.splice(1..1, [Shipped, Failed]);
    }
    way
}

/// How the order stood after something had happened.
pub(crate) fn figures(item: &HistoryItem) -> Option<OrderFigures> {
    serde_json::from_value::<OrderEvent>(item.data.clone()).ok().map(|data| data.figures)
}

/// Whether something that happened changed no figure of the order.
pub(crate) fn is_quiet(before: &HistoryItem, now: &HistoryItem) -> bool {
    let same = |item| figures(item).map(|figures| OrderFigures { version: 0, ..figures });
    same(before).is_some_and(|before| same(now) == Some(before))
}

/// Whether a person did something that changed no figure of the order, and is no step that is known.
fn is_unknown(before: &HistoryItem, now: &HistoryItem, known: &[Step]) -> bool {
    now.event() == Some(EventType::OrderUpdated)
        && now.actor.starts_with("usr_")
        && !known.iter().any(|step| step.at == now.at)
        && is_quiet(before, now)
}

/// When pieces left for the first time, and how many.
fn left(history: &[HistoryItem]) -> Vec<(Timestamp, i64)> {
    let shipped = |item: &HistoryItem| {
        figures(item).map_or(0, |figures| figures.products.iter().map(|p| p.shipped).sum::<i64>())
    };
    let pairs = history.iter().zip(history.iter().skip(1));
    let left = pairs.map(|(before, now)| (now.at, shipped(now) - shipped(before)));
    left.filter(|(_, pieces)| *pieces > 0).collect()
}

/// The moment in which a parcel like this one left; it is no other's then.
fn take(
    left: &mut Vec<(Timestamp, i64)>,
    one: &Fulfilment,
    within: RangeInclusive<Timestamp>,
) -> Option<Timestamp> {
    let pieces: i64 = one.lines.iter().map(|line| line.quantity).sum();
    let fits = |(at, count): &(Timestamp, i64)| *count == pieces && within.contains(at);
    let n = left.iter().position(fits)?;
    Some(left.remove(n).0)
}

/// Those of the sought that are found: a person did something that changed no figure of the order, which is how packing and
/// failing look. Where more of that happened than is sought, nobody knows which was which.
fn found(history: &[HistoryItem], known: &[Step], mut sought: Vec<Sought>) -> Vec<Step> {
    let pairs = history.iter().zip(history.iter().skip(1));
    let quiet: Vec<Timestamp> = pairs
        .filter(|(before, now)| is_unknown(before, now, known))
        .map(|(_, now)| now.at)
        .filter(|at| sought.iter().any(|s| (s.after..=s.before).contains(at)))
        .collect();
    if quiet.len() > sought.len() {
        return Vec::new();
    }
    let mut steps = Vec::new();
    for at in quiet {
        let fits = |s: &&Sought| (s.after..=s.before).contains(&at);
        let first = sought.iter().filter(fits).map(|s| s.before).min();
        let n = sought.iter().position(|s| fits(&s) && Some(s.before) == first);
        if let Some(Sought { parcel, status, .. }) = n.map(|n| sought.remove(n)) {
            steps.push(Step { parcel, status, at });
        }
    }
    // what is packed as it leaves is packed then
    for Sought { parcel, status, .. } in sought {
        let leaving = known.iter().find(|s| s.parcel == parcel && s.status == FulfilmentStatus::Shipped);
        if let Some(leaving) = leaving.filter(|_| status == FulfilmentStatus::Packed) {
            steps.push(Step { status, ..*leaving });
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use FulfilmentStatus::{Delivered, Failed, Packed, Pending, Returned, Shipped};
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
    fn parcel(status: FulfilmentStatus, pieces: i64, version: i64, made: i64, changed: i64) -> Fulfilment {
        // the history notes it a little later
        let earlier = |second| Timestamp::from_micros(at(second).as_micros() - 300);
        serde_json::from_value(json!({
            "id": id("ful"), "order_id": id("ord"), "status": status, "carrier": null, "tracking_number": null,
            "lines": [{"line_id": id("lin"), "quantity": pieces}],
            "version": version, "created_at": earlier(made), "updated_at": earlier(changed),
        }))
        .unwrap()
    }
    fn told(history: &[HistoryItem], parcels: &[Fulfilment]) -> Vec<(usize, FulfilmentStatus, i64)> {
        let second = |moment: Timestamp| (moment.as_micros() - at(0).as_micros()) / 1_000_000;
        steps(history, parcels).iter().map(|s| (s.parcel, s.status, second(s.at))).collect()
    }

    #[test]
    fn what_may_have_been_a_correction_is_told_from_steps_of_parcels() {
        // somebody corrected it, it was packed, sent, and came to nobody
        let way = [(0, 0, false), (1, 0, true), (2, 0, true), (3, 0, true), (4, 2, true), (5, 2, true)];
        let failed = [parcel(Failed, 2, 4, 2, 5)];
        assert!(!may_be_corrected(&history(&way), &failed, &failed[0]), "what was before is no matter");
        let corrected = [&way[..], &[(6, 2, true)]].concat();
        assert!(may_be_corrected(&history(&corrected), &failed, &failed[0]));
        // and so before it came to nobody, where it is not known which was which
        let later = [parcel(Failed, 2, 4, 2, 6)];
        assert!(may_be_corrected(&history(&corrected), &later, &later[0]));
        // nor is what a service did
        let heard = [&way[..], &[(6, 2, false)]].concat();
        assert!(!may_be_corrected(&history(&heard), &failed, &failed[0]));
    }
    #[test]
    fn what_a_parcel_was_before_is_kept() {
        let path = history(&[(0, 0, false), (1, 0, true), (2, 0, true), (3, 2, true), (4, 2, true)]);
        assert_eq!(
            told(&path, &[parcel(Delivered, 2, 4, 1, 4)]),
            [(0, Pending, 1), (0, Packed, 2), (0, Shipped, 3), (0, Delivered, 4)]
        );
        // it failed, and came back
        let path =
            history(&[(0, 0, false), (1, 0, true), (2, 2, true), (3, 2, true), (4, 2, true), (5, 2, false)]);
        assert_eq!(
            told(&path, &[parcel(Returned, 2, 5, 1, 4)]),
            [(0, Pending, 1), (0, Packed, 2), (0, Shipped, 2), (0, Failed, 3), (0, Returned, 4)]
        );
    }

    #[test]
    fn a_correction_is_no_step() {
        let path = history(&[(0, 0, false), (1, 0, true), (2, 2, true), (5, 2, true)]);
        let steps = [(0, Pending, 1), (0, Packed, 2), (0, Shipped, 2), (0, Delivered, 5)];
        let delivered = parcel(Delivered, 2, 4, 1, 5);
        assert_eq!(told(&path, std::slice::from_ref(&delivered)), steps);
        let corrected = Fulfilment { version: 6, corrections: 2, corrected_at: Some(at(7)), ..delivered };
        assert_eq!(told(&path, &[corrected]), steps);
    }

    #[test]
    fn what_is_not_certain_is_not_told() {
        // the address was corrected as well: which of the two was the packing nobody knows
        let path =
            history(&[(0, 0, false), (1, 0, true), (2, 0, true), (3, 0, true), (4, 2, true), (5, 2, true)]);
        assert_eq!(
            told(&path, &[parcel(Delivered, 2, 4, 1, 5)]),
            [(0, Pending, 1), (0, Shipped, 4), (0, Delivered, 5)]
        );
        // what a program did is no parcel's matter
        let path = history(&[(0, 0, false), (1, 0, true), (2, 0, false), (3, 2, true), (4, 2, true)]);
        assert_eq!(
            told(&path, &[parcel(Delivered, 2, 4, 1, 4)]),
            [(0, Pending, 1), (0, Packed, 3), (0, Shipped, 3), (0, Delivered, 4)]
        );
    }

    #[test]
    fn two_parcels_keep_to_themselves() {
        let people = [(0, 0), (1, 0), (2, 0), (3, 0), (4, 2), (6, 5), (7, 5)];
        let path = history(&people.map(|(second, shipped)| (second, shipped, second > 0)));
        assert_eq!(
            told(&path, &[parcel(Delivered, 2, 4, 1, 7), parcel(Shipped, 3, 3, 2, 6)]),
            [
                (0, Pending, 1),
                (1, Pending, 2),
                (0, Packed, 3),
                (0, Shipped, 4),
                (1, Packed, 6),
                (1, Shipped, 6),
                (0, Delivered, 7)
            ]
        );
    }
}
