//! What an order comes to, row by row: on its page and on its invoice, so that both say the same.

use super::money_back::to_come_back;
use crate::{texts as t, ui::format};
use contracts::{orders::Order, payments::Refund};
use kernel::Money;
use maud::{Markup, html};

/// What is added to the goods, taxes one day among it, stands before the total.
pub(crate) fn rows(order: &Order, refunds: &[Refund]) -> Markup {
    let payment = order.payment.as_ref();
    let refunded = payment.map(|payment| payment.refunded).filter(|money| money.minor > 0);
    // each line stands beside the sum, with what it costs
    let goods = Money { minor: order.lines.iter().map(|line| line.total.minor).sum(), ..order.total };
    let pieces = order.lines.iter().map(|line| line.quantity).sum();
    let captured = payment.map(|payment| payment.captured).filter(|money| money.minor > 0);
    html! {
        div { dt { (t::goods_of(pieces)) } dd { (format::money(goods)) } }
        @for adjustment in &order.adjustments {
            div.minus[adjustment.amount.minor < 0] {
                dt { (adjustment.title) } dd { (format::money(adjustment.amount)) }
            }
        }
        // what counts is what is left of it
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
        @if let Some((going, _)) = to_come_back(order, refunds) {
            div.minus { dt { (t::TO_COME_BACK) } dd { "−" (format::money(going)) } }
        }
    }
}
