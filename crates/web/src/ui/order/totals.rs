//! The totals of an order, row by row: the same on its page and on its invoice.

use super::money_back::pending_refund;
use crate::{texts as t, ui::format};
use contracts::{orders::Order, payments::Refund};
use maud::{Markup, html};

/// Adjustments, one day taxes among them, precede the total.
pub(crate) fn rows(order: &Order, refunds: &[Refund]) -> Markup {
    let payment = order.payment.as_ref();
    let refunded = payment.map(|payment| payment.refunded).filter(|money| money.minor > 0);
    let pieces = order.lines.iter().map(|line| line.quantity).sum();
    let captured = payment.map(|payment| payment.captured).filter(|money| money.minor > 0);
    html! {
        // the lines are next to the totals
        @if let Some(goods) = order.subtotal { div { dt { (t::goods_of(pieces)) } dd { (format::money(goods)) } } }
        @for adjustment in &order.adjustments {
            div.minus[adjustment.amount.minor < 0] {
                dt { (adjustment.title) } dd { (format::money(adjustment.amount)) }
            }
        }
        // the amount due counts
        @if order.owed == order.total {
            div.sum { dt { (t::TOTAL) } dd { (format::money(order.total)) } }
        } @else {
            div { dt { (t::TOTAL) } dd { (format::money(order.total)) } }
            div.sum { dt { (t::OWED) } dd { (format::money(order.owed)) } }
        }
        @if let Some(captured) = captured { div { dt { (t::PAID) } dd { (format::money(captured)) } } }
        @if let Some(refunded) = refunded {
            div.minus { dt { (t::REFUNDED) } dd { "−" (format::money(refunded)) } }
        }
        @if let Some((going, _)) = pending_refund(order, refunds) {
            div.minus { dt { (t::TO_COME_BACK) } dd { "−" (format::money(going)) } }
        }
    }
}
