//! What an order's page asks of whoever placed it, as long as it is not paid.

use super::cards::{CARDS, card_choice};
use crate::{
    form::Faults,
    format,
    parts::{banner, moment, post},
    texts as t,
    visit::Visit,
};
use contracts::{
    orders::{Action, Order},
    payments::PaymentStatus,
};
use maud::{Markup, html};

/// What is asked of the buyer now.
pub(super) fn what_to_do(visit: &Visit, order: &Order) -> Option<Markup> {
    let payment = order.payment.as_ref();
    let status = payment.map(|payment| payment.status);
    if status == Some(PaymentStatus::RequiresAction)
        && order.allowed.contains(&Action::Pay) | payment_waits(order)
    {
        return Some(bank_asks(visit, order));
    }
    if status == Some(PaymentStatus::Processing) {
        return Some(banner("", t::PAYMENT_UNDER_WAY.say(), html! { p { (t::PAYMENT_UNDER_WAY_MORE) } }));
    }
    if !order.allowed.contains(&Action::Pay) {
        return None;
    }
    let failure = payment.and_then(|payment| payment.attempts.last()).and_then(|a| a.failure.as_ref());
    Some(html! {
        section.panel.stack.gap-6 aria-labelledby="h-pay" {
            h2 id="h-pay" { (t::PAY_THIS_ORDER) }
            @if let Some(failure) = failure {
                (banner("bad", t::declined(&failure.code, &failure.message).trim_end_matches('.'), html! { p { (t::NOTHING_CHARGED) } }))
            }
            @if let Some(due) = order.payment_due_at { p.quiet { (t::HELD_UNTIL) (moment(due)) "." } }
            (pay_form(visit, order))
        }
    })
}

/// The simulator's cards, and the button that pays with one of them.
fn pay_form(visit: &Visit, order: &Order) -> Markup {
    let chosen = CARDS[0].0;
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        (card_choice(chosen, &Faults::default()))
        div.row { button.btn.btn-primary.wide-on-phones data-once { (t::pay(&format::money(order.owed))) } }
    };
    post(visit, &format!("/orders/{}/pay", order.id), "stack gap-6", form)
}

/// What whoever ordered can do while their bank asks: answer it, or pay with another card, which ends the question.
fn bank_asks(visit: &Visit, order: &Order) -> Markup {
    // what has shipped in part does not expire
    let due = order.payment_due_at.filter(|_| order.lines.iter().all(|line| line.shipped == 0));
    let way = html! {
        p { (t::BANK_ASKS_MORE) }
        @if let Some(due) = due { p { (t::BANK_WAITS_UNTIL) (moment(due)) (t::BANK_WAITS_NO_LONGER) } }
        div.ends {
            a.btn.btn-primary href={ "/orders/" (order.id) "/bank" } { (t::TO_BANK) }
            @if order.allowed.contains(&Action::Pay) {
                details.asked {
                    summary.btn { (t::ANOTHER_CARD) }
                    div.stack.gap-6.below { p { (t::ANOTHER_CARD_MORE) } (pay_form(visit, order)) }
                }
            }
        }
    };
    banner("wait", t::BANK_ASKS.say(), way)
}

fn payment_waits(order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| payment.next_action.is_some())
}
