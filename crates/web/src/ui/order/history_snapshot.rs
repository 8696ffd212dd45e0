//! The state of an order after a history entry. A page needs one or two totals of every entry, so those of all products are parsed
//! only where they are needed: an order of a hundred lines in hundreds of parcels has very many.

use contracts::{
    events::ProductTotals,
    orders::{FulfilmentSummary, HistoryItem, Hold, PaymentSummary},
};
use serde::de::DeserializeOwned;
use serde_json::Value;

fn figure<T: DeserializeOwned>(item: &HistoryItem, name: &str) -> Option<T> {
    T::deserialize(item.data.get("figures")?.get(name)?).ok()
}

/// Its payment status.
pub(crate) fn payment(item: &HistoryItem) -> Option<PaymentSummary> {
    figure(item, "payment_status")
}

/// Its fulfilment status.
pub(crate) fn fulfilment(item: &HistoryItem) -> Option<FulfilmentSummary> {
    figure(item, "fulfilment_status")
}

/// The hold at that time; none where the entry does not include it.
pub(crate) fn hold(item: &HistoryItem) -> Option<Option<Hold>> {
    figure(item, "hold")
}

/// The totals so far, by product.
pub(crate) fn products(item: &HistoryItem) -> Vec<ProductTotals> {
    figure(item, "products").unwrap_or_default()
}

/// The units shipped so far.
pub(crate) fn shipped(item: &HistoryItem) -> Option<i64> {
    pieces(item, "shipped")
}

/// The units returned so far.
pub(crate) fn returned(item: &HistoryItem) -> Option<i64> {
    pieces(item, "returned")
}

fn pieces(item: &HistoryItem, of: &str) -> Option<i64> {
    let products = item.data.get("figures")?.get("products")?.as_array()?;
    products.iter().map(|product| product.get(of).and_then(Value::as_i64)).sum()
}

/// Whether an entry changed no total of the order, its version aside.
pub(crate) fn is_quiet(before: &HistoryItem, now: &HistoryItem) -> bool {
    let [Some(before), Some(now)] = [before, now].map(|item| item.data.get("figures")?.as_object()) else {
        return false;
    };
    // a missing member equals null
    let same =
        |name: &String| now.get(name).unwrap_or(&Value::Null) == before.get(name).unwrap_or(&Value::Null);
    before.keys().chain(now.keys()).filter(|name| *name != "version").all(same)
}

/// Each entry with the one before it.
pub(crate) fn in_turn(history: &[HistoryItem]) -> impl Iterator<Item = (&HistoryItem, Option<&HistoryItem>)> {
    let before = std::iter::once(None).chain(history.iter().map(Some));
    history.iter().zip(before)
}

/// The units shipped with this entry, if any.
pub(crate) fn pieces_shipped(item: &HistoryItem, before: Option<&HistoryItem>) -> Option<i64> {
    Some(shipped(item)? - shipped(before?)?).filter(|shipped| *shipped > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(data: Value) -> HistoryItem {
        let at = "2026-11-01T00:00:00Z";
        serde_json::from_value(
            json!({"sequence": 1, "type": "order.updated", "at": at, "actor": "system", "data": data}),
        )
        .unwrap()
    }
    fn stood(change: impl Fn(&mut Value)) -> HistoryItem {
        let product = |shipped: i64| json!({"product_id": "prd_00000000000000000000000000", "ordered": 9, "cancelled": 1, "shipped": shipped, "returned": 1});
        let mut figures = json!({
            "version": 1, "hold": null, "payment_status": "paid", "fulfilment_status": "unfulfilled",
            "products": [product(2), product(3)],
        });
        change(&mut figures);
        item(json!({"figures": figures}))
    }

    #[test]
    fn each_figure_is_what_the_entry_says_and_none_where_it_says_nothing() {
        let told = stood(|_| {});
        assert_eq!(payment(&told), Some(PaymentSummary::Paid));
        assert_eq!(fulfilment(&told), Some(FulfilmentSummary::Unfulfilled));
        assert_eq!(
            (hold(&told), hold(&stood(|f| f["hold"] = json!("manual")))),
            (Some(None), Some(Some(Hold::Manual)))
        );
        assert_eq!((shipped(&told), returned(&told)), (Some(5), Some(2)));
        assert_eq!(products(&told).iter().map(|product| product.shipped).collect::<Vec<_>>(), [2, 3]);
        let untold = item(json!({}));
        assert_eq!((payment(&untold), hold(&untold), shipped(&untold)), (None, None, None));
        assert_eq!(products(&untold), []);
    }

    #[test]
    fn what_changed_a_figure_is_not_quiet_and_a_version_is_none() {
        let before = stood(|_| {});
        assert!(is_quiet(&before, &stood(|f| f["version"] = json!(2))));
        // a member that is left out is nothing
        assert!(is_quiet(&before, &stood(|f| f["cancel_code"] = json!(null))));
        for change in [
            (|f: &mut Value| f["hold"] = json!("manual")) as fn(&mut Value),
            |f| f["cancel_code"] = json!("customer"),
            |f| f["products"][1]["shipped"] = json!(4),
        ] {
            assert!(!is_quiet(&before, &stood(change)) && !is_quiet(&stood(change), &before));
        }
        assert!(!is_quiet(&item(json!({})), &item(json!({}))), "nobody knows");
    }
}
