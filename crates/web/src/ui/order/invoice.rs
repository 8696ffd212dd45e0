//! The invoice of a paid order, for the customer and for staff.

use super::{
    history_snapshot,
    status::{has_ended, placed},
    totals,
};
use crate::{
    texts::{
        self as t,
        papers::{self as p, PaidBy},
    },
    ui::{
        components::{line_total, line_total_before},
        format,
        print_page::{self, addressed, article},
        test_cards::words_for,
    },
};
use contracts::{
    events::EventType,
    orders::{HistoryItem, Line, Order, OrderStatus, PaymentSummary},
    payments::{AttemptStatus, Refund, RefundStatus},
};
use kernel::{Money, Timestamp};
use maud::{Markup, html};

/// Whether the order has an invoice: once money was captured or paid offline. An authorization can still be voided.
pub(crate) fn is_there(order: &Order) -> bool {
    let is_sold = !matches!(order.status, OrderStatus::Draft | OrderStatus::Pending | OrderStatus::Expired);
    let captured = order.payment.as_ref().map_or(0, |payment| payment.captured.minor);
    // an order with nothing to pay counts as paid
    let is_free = order.total.minor == 0 && order.payment_status == PaymentSummary::Paid;
    is_sold && (captured > 0 || is_free)
}

/// The content of the invoice.
pub(crate) fn content(order: &Order, history: &[HistoryItem], refunds: &[Refund]) -> Markup {
    let paid = paid_at(order, history);
    html! {
        div.row.spread.row-top.inv-top {
            (buyer(order))
            dl.money {
                div { dt { (p::INVOICE) } dd { (order.number) } }
                div { dt { (t::ORDER) } dd { "#" (order.number) } }
                div { dt { (p::DATE) } dd { (print_page::day(paid)) } }
            }
        }
        h1 { (p::INVOICE) }
        (lines(order))
        div.keep.inv-sum { dl.money { (totals::rows(order, refunds)) } }
        (how_paid(order, refunds, paid))
    }
}

/// When the payment was received, by the order's history; for an order with nothing to pay, such as one that was settled before its
/// import, when it was placed.
fn paid_at(order: &Order, history: &[HistoryItem]) -> Timestamp {
    if order.total.minor == 0 {
        return placed(order, history);
    }
    let is_paid = |item: &&HistoryItem| {
        matches!(
            history_snapshot::payment(item),
            Some(PaymentSummary::Paid | PaymentSummary::PartiallyRefunded | PaymentSummary::Refunded)
        )
    };
    let is_confirmed = |item: &&HistoryItem| item.event() == Some(EventType::OrderConfirmed);
    let told = history.iter().find(is_paid).or_else(|| history.iter().find(is_confirmed));
    told.map_or(order.created_at, |item| item.at)
}

/// The customer, and the recipient where that is somebody else.
fn buyer(order: &Order) -> Markup {
    let to = order.shipping_address.as_ref();
    let name = order.customer_name.as_deref();
    let is_another = |to: &&contracts::Address| name.is_some_and(|name| name != to.name);
    html! {
        @match (to.filter(is_another), to) {
            (Some(to), _) => {
                div.stack.gap-3 {
                    address.wrap-any { (name.unwrap_or_default()) }
                    div { p.label { (t::GOES_TO) } (addressed(to)) }
                }
            },
            (None, Some(to)) => (addressed(to)),
            (None, None) => address.wrap-any { (name.or(order.email.as_deref()).unwrap_or_default()) },
        }
    }
}

fn lines(order: &Order) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(p::LINES) {
            table.table.table-plain.fold-late role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (p::ARTICLE) }
                        th.n role="columnheader" scope="col" { (p::QUANTITY) }
                        th.n role="columnheader" scope="col" { (p::EACH) }
                        th.n role="columnheader" scope="col" { (t::TOTAL) }
                    }
                }
                tbody role="rowgroup" { @for line in &order.lines { (row(line)) } }
            }
        }
    }
}

/// A line with its remaining units, and the earlier ones where some were cancelled.
fn row(line: &Line) -> Markup {
    let nothing = || format::money(Money { minor: 0, ..line.total });
    html! {
        tr role="row" {
            th.title-cell role="rowheader" scope="row" { (article(&line.title, line.sku.as_ref())) }
            td.n.fold-2 role="cell" data-l=(p::QUANTITY) {
                @if line.cancelled > 0 { s.quiet { span.sr { (t::BEFORE) " " } (format::count(line.quantity)) } " " }
                (format::count(line.quantity - line.cancelled))
            }
            td.n.fold-2 role="cell" data-l=(p::EACH) { (format::money(line.unit_price)) }
            td.n.fold-end role="cell" { (line_total_before(line)) (line_total(line).unwrap_or_else(nothing)) }
        }
    }
}

/// How and when it was paid, and what was refunded since.
fn how_paid(order: &Order, refunds: &[Refund], paid: Timestamp) -> Markup {
    let mut attempts = order.payment.iter().flat_map(|payment| &payment.attempts);
    let method = attempts.rfind(|one| one.status == AttemptStatus::Captured);
    let by = match method.map(|attempt| attempt.method.as_str()) {
        Some("offline") => PaidBy::Hand,
        Some(method) if words_for(method).is_some() => PaidBy::Card,
        _ => PaidBy::Other,
    };
    let gone = refunds.iter().filter(|refund| refund.status == RefundStatus::Succeeded);
    html! {
        p.keep {
            @if order.total.minor == 0 { (p::NOTHING_TO_PAY) } @else { (p::paid(by, &format::whole_day(paid))) }
            @for refund in gone { " " (p::refunded(&format::money(refund.amount), &format::whole_day(refund.updated_at))) }
            @if !has_ended(order) { " " (p::THANK_YOU) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// An order in this state that came to so many cents, of which so many were captured.
    fn order(status: &str, payment_status: &str, total: i64, captured: Option<i64>) -> Order {
        let at = "2026-11-01T00:00:00Z";
        let money =
            |minor: i64| json!({"amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": "EUR"});
        let id = |kind: &str| format!("{kind}_00000000000000000000000000");
        let payment = captured.map(|captured| {
            json!({
                "id": id("pay"), "order_id": id("ord"), "status": "open", "amount": money(total),
                "captured": money(captured), "refunded": money(0), "attempts": [], "version": 1, "created_at": at,
                "updated_at": at,
            })
        });
        serde_json::from_value(json!({
            "id": id("ord"), "number": 1001, "user_id": id("usr"), "status": status, "hold": null,
            "payment_status": payment_status, "fulfilment_status": "unfulfilled", "lines": [], "adjustments": [],
            "total": money(total), "owed": money(total), "payment": payment, "allowed": [], "metadata": {},
            "version": 1, "created_at": at, "updated_at": at,
        }))
        .unwrap()
    }

    #[test]
    fn what_was_sold_and_paid_has_an_invoice() {
        for (status, payment_status, total, captured, expected) in [
            ("confirmed", "paid", 2470, Some(2470), true),
            ("confirmed", "authorized", 2470, Some(0), false),
            ("completed", "partially_refunded", 2470, Some(2470), true),
            // the money was there, and went back
            ("cancelled", "refunded", 2470, Some(2470), true),
            ("cancelled", "voided", 2470, Some(0), false),
            ("cancelling", "pending", 2470, None, false),
            ("pending", "unpaid", 2470, Some(0), false),
            ("draft", "unpaid", 2470, None, false),
            // it came too late, and nothing was sold
            ("expired", "refunded", 2470, Some(2470), false),
            ("confirmed", "paid", 0, None, true),
            ("draft", "unpaid", 0, None, false),
        ] {
            let order = order(status, payment_status, total, captured);
            assert_eq!(is_there(&order), expected, "{status} {payment_status} {total} {captured:?}");
        }
    }
}
