//! The money of an order that was cancelled or whose parcel came back: what was captured, what was refunded, and by which method.

use super::{
    parcel_numbers,
    refunds::{self, RefundMethod},
    status::has_ended,
};
use crate::{
    texts as t,
    ui::{components::banner, format},
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{Order, OrderStatus, PaymentSummary},
    payments::{Refund, RefundStatus},
};
use kernel::{Money, Timestamp};
use maud::{Markup, html};

/// What was captured and not refunded.
pub(crate) fn taken(order: &Order) -> Option<Money> {
    let payment = order.payment.as_ref()?;
    let minor = payment.captured.minor - payment.refunded.minor;
    Some(Money { minor, ..payment.captured }).filter(|taken| taken.minor > 0)
}

/// Whether anything was captured.
pub(crate) fn was_charged(order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| payment.captured.minor > 0)
}

/// Whether a payment is in progress, so that it may still be captured when the order is cancelled.
pub(crate) fn has_pending_payment(order: &Order) -> bool {
    order.payment_status == PaymentSummary::Pending
}

/// What is still to be refunded, and by which method.
pub(crate) fn pending_refund(order: &Order, refunds: &[Refund]) -> Option<(Money, RefundMethod)> {
    match order.status {
        OrderStatus::Cancelling | OrderStatus::Cancelled => {
            taken(order).map(|taken| (taken, RefundMethod::of(order)))
        }
        _ => refunds::under_way(order, refunds).map(|going| (going, RefundMethod::going(refunds))),
    }
}

/// The refunds of an order, done or pending; for a cancelled order that is all that was captured.
fn money_back(order: &Order, refunds: &[Refund]) -> Markup {
    let more = |way| html! { p { (refund_method_text(way)) } };
    let gone_by = RefundMethod::gone(order, refunds);
    let gone = order.payment.as_ref().map(|payment| payment.refunded).filter(|gone| gone.minor > 0);
    match (pending_refund(order, refunds), gone) {
        (Some((going, by)), _) => banner("", &going_back(&format::money(going), by), more(by)),
        (None, Some(gone)) => banner("back", &t::has_gone_back(&format::money(gone)), more(gone_by)),
        (None, None) => html! {},
    }
}

/// The same for an order with a returned parcel, with that news: the customer wants to know first about the money. In a completed
/// order staff have settled it, and nothing more is promised.
pub(crate) fn returned_banner(order: &Order, refunds: &[Refund], fulfilments: &[Fulfilment]) -> Markup {
    let back = fulfilments.iter().filter(|one| one.status == FulfilmentStatus::Returned);
    let Some(since) = back.map(undelivered_at).min().filter(|_| !has_ended(order)) else {
        return money_back(order, refunds);
    };
    let parcels = parcel_numbers::count(order, fulfilments);
    let later = gone_since(order, refunds, since);
    let is_open = order.status == OrderStatus::Confirmed
        && refunds::left(order, refunds).is_some()
        // version 0.1.0 has not recorded the value
        && order.returned_value.map_or(later.is_none(), |value| later.map_or(0, |gone| gone.minor) < value.minor);
    let (tone, said) = match (pending_refund(order, refunds), later) {
        (Some((going, by)), _) => {
            ("", format!("{}. {}", going_back(&format::money(going), by), refund_method_text(by)))
        }
        (None, Some(gone)) => {
            let by = RefundMethod::gone(order, refunds);
            let gone = format!("{}. {}", t::has_gone_back(&format::money(gone)), refund_method_text(by));
            ("back", if is_open { format!("{gone} {}", t::IN_TOUCH_ABOUT_REST.text()) } else { gone })
        }
        (None, None) if is_open => ("", t::IN_TOUCH_ABOUT_MONEY.text().to_owned()),
        (None, None) => ("", String::new()),
    };
    banner(tone, &t::parcel_is_back(parcels), html! { @if !said.is_empty() { p { (said) } } })
}

/// How much is being refunded.
fn going_back(amount: &str, way: RefundMethod) -> String {
    match way {
        RefundMethod::Manual => t::handing_back(amount),
        RefundMethod::Original | RefundMethod::Mixed => t::going_back(amount),
    }
}

/// How the customer receives the refund.
fn refund_method_text(way: RefundMethod) -> &'static str {
    let text = match way {
        RefundMethod::Original => t::GOES_THE_WAY_IT_CAME,
        RefundMethod::Manual => t::GOES_BY_HAND,
        RefundMethod::Mixed => t::GOES_BOTH_WAYS,
    };
    text.text()
}

/// When a returned parcel could not be delivered; earlier refunds were for something else.
fn undelivered_at(one: &Fulfilment) -> Timestamp {
    let failed = one.steps.iter().find(|step| step.status == FulfilmentStatus::Failed);
    failed.map_or(one.updated_at, |step| step.at)
}

/// What was refunded since then; all refunds where they are not known one by one.
fn gone_since(order: &Order, refunds: &[Refund], since: Timestamp) -> Option<Money> {
    let gone = order.payment.as_ref()?.refunded;
    let is_later = |one: &&Refund| one.status == RefundStatus::Succeeded && one.updated_at >= since;
    let later = refunds.iter().filter(is_later).map(|refund| refund.amount.minor).sum();
    let minor = if refunds.is_empty() { gone.minor } else { later };
    Some(Money { minor, ..gone }).filter(|gone| gone.minor > 0)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    const AT: &str = "2026-11-01T00:00:00Z";

    /// An order of which `taken` cents were captured, by these methods, and `gone` refunded.
    pub(crate) fn order(status: &str, taken: i64, gone: i64, methods: &[&str]) -> Order {
        let attempts: Vec<_> = methods
            .iter()
            .map(|method| json!({"id": "att_00000000000000000000000000", "status": "captured", "method": method, "created_at": AT}))
            .collect();
        let money =
            |minor: i64| json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR"});
        let id = |kind: &str| format!("{kind}_00000000000000000000000000");
        let payment = json!({
            "id": id("pay"), "order_id": id("ord"), "status": "captured", "amount": money(2470),
            "captured": money(taken), "refunded": money(gone), "attempts": attempts, "version": 1, "created_at": AT,
            "updated_at": AT,
        });
        serde_json::from_value(json!({
            "id": id("ord"), "number": 1001, "user_id": id("usr"), "status": status, "payment_status": "paid",
            "fulfilment_status": "unfulfilled", "hold": null, "holds": [], "lines": [], "adjustments": [],
            "total": money(2470), "owed": money(0), "payment": payment, "allowed": [], "metadata": {}, "version": 1,
            "created_at": AT, "updated_at": AT,
        }))
        .unwrap()
    }

    #[test]
    fn a_cancelled_order_says_where_its_money_is() {
        for (status, taken, gone, said) in [
            ("cancelling", 2470, 0, Some("€24.70 refund in progress")),
            ("cancelled", 2470, 500, Some("€19.70 refund in progress")),
            ("cancelled", 2470, 2470, Some("€24.70 refunded")),
            ("cancelled", 0, 0, None),
            ("confirmed", 2470, 500, Some("€5.00 refunded")),
            ("completed", 2470, 2470, Some("€24.70 refunded")),
            ("confirmed", 2470, 0, None),
        ] {
            let shown = money_back(&order(status, taken, gone, &["sim_ok"]), &[]).into_string();
            match said {
                Some(said) => assert!(shown.contains(said), "{status}: {shown}"),
                None => assert_eq!(shown, "", "{status}"),
            }
        }
    }

    #[test]
    fn what_is_to_go_back_is_said_of_an_order_that_stays() {
        let refund = |status: &str, minor: i64, offline: bool| -> Refund {
            let id = |kind: &str| format!("{kind}_00000000000000000000000000");
            let amount = json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR"});
            serde_json::from_value(json!({
                "id": id("ref"), "payment_id": id("pay"), "order_id": id("ord"), "status": status, "amount": amount,
                "reason": null, "offline": offline, "version": 1, "created_at": AT, "updated_at": AT,
            }))
            .unwrap()
        };
        let shown = |gone, refunds: &[Refund]| {
            money_back(&order("confirmed", 2470, gone, &["offline"]), refunds).into_string()
        };
        let by_hand = shown(0, &[refund("requested", 500, true)]);
        assert!(
            by_hand.contains("The shop will refund you €5.00 directly")
                && !by_hand.contains("payment method"),
            "{by_hand}"
        );
        let some = shown(700, &[refund("succeeded", 700, false), refund("submitting", 300, false)]);
        assert!(some.contains("€3.00 refund in progress"), "{some}");
        assert_eq!(shown(0, &[refund("withdrawn", 500, true)]), "");
    }

    #[test]
    fn what_was_paid_by_hand_is_not_promised_by_a_bank() {
        let shown =
            |methods: &[&str], gone| money_back(&order("cancelled", 2470, gone, methods), &[]).into_string();
        let by_hand = shown(&["offline"], 0);
        assert!(by_hand.contains("The shop will refund you €24.70 directly"), "{by_hand}");
        assert!(
            by_hand.contains("In cash or by transfer") && !by_hand.contains("payment method"),
            "{by_hand}"
        );
        let handed = shown(&["offline"], 2470);
        assert!(handed.contains("€24.70 refunded") && !handed.contains("payment method"), "{handed}");
        let both = shown(&["sim_ok", "offline"], 0);
        assert!(both.contains("in cash or by transfer") && both.contains("to your card"), "{both}");
    }
}
