//! What an order's page asks of whoever placed it, as long as it is not paid.

use crate::{
    session::request::Visit,
    texts::{self as t, Text},
    ui::{
        components::{banner, moment, post},
        form::Faults,
        format, icons,
        order::status::is_broken_off,
        test_cards::{self, WHY_REFUSED, card_choice},
    },
};
use contracts::{
    orders::{Action, Order},
    payments::{Failure, PaymentStatus},
};
use maud::{Markup, html};

/// What is asked of the buyer now. `tried`: what became of paying just before; a button that was pressed without a card
/// (`unchosen`) is reported at the choice, and a payment of which there is no word yet (`unstarted`) above it.
pub(super) fn what_to_do(visit: &Visit, order: &Order, tried: &str) -> Option<Markup> {
    let payment = order.payment.as_ref();
    let status = payment.map(|payment| payment.status);
    let mut faults = Faults::default();
    if tried == "unchosen" {
        faults.add("method", t::CHOOSE_CARD);
    }
    if status == Some(PaymentStatus::RequiresAction)
        && order.allowed.contains(&Action::Pay) | payment_waits(order)
    {
        return Some(bank_asks(visit, order, &faults));
    }
    if status == Some(PaymentStatus::Processing) {
        return Some(banner("", t::PAYMENT_UNDER_WAY.say(), html! { p { (t::PAYMENT_UNDER_WAY_MORE) } }));
    }
    if !order.allowed.contains(&Action::Pay) {
        return None;
    }
    let methods = visit.web.needs.settings.payment_methods;
    let last = payment.and_then(|payment| payment.attempts.last());
    let failed = last.and_then(|attempt| Some((attempt.method.as_str(), attempt.failure.as_ref()?)));
    let refused = failed.map(|(method, failure)| (method, word_for(failure)));
    // a declined card is not offered again by itself; a payment that was broken off may be repeated with its card
    let chosen = match (failed, last) {
        (Some((_, failure)), _) if !is_broken_off(failure) => "",
        (_, last) => last.map_or(test_cards::first(methods), |attempt| &attempt.method),
    };
    Some(html! {
        section.panel.stack.gap-6 aria-labelledby="h-pay" {
            h2 id="h-pay" { (t::PAY_THIS_ORDER) }
            @if let Some(due) = order.payment_due_at { p.quiet { (t::HELD_UNTIL) (moment(due)) "." } }
            @if let Some((_, failure)) = failed { (failure_banner(failure)) }
            @else if tried == "unstarted" { (banner("wait", t::PAYMENT_NOT_STARTED.say(), html! { p { (t::PAYMENT_NOT_STARTED_MORE) } })) }
            (pay_form(visit, order, card_choice(methods, chosen, refused, &faults)))
        }
    })
}

/// Why the last attempt failed and what to do now: the description of the choices that follow it, where the focus goes.
fn failure_banner(failure: &Failure) -> Markup {
    html! {
        div.banner.bad id=(WHY_REFUSED) role="alert" {
            (icons::ALERT) h2 { (why(failure).trim_end_matches('.')) }
            p { (t::NOTHING_CHARGED) " " (what_now(failure)) "." }
        }
    }
}

fn why(failure: &Failure) -> String {
    t::declined(&failure.code, &failure.message)
}

/// Of the card, in a word.
fn word_for(failure: &Failure) -> Text {
    if is_broken_off(failure) { t::NOT_COMPLETED } else { t::DECLINED }
}

/// What to do about it.
fn what_now(failure: &Failure) -> Text {
    if is_broken_off(failure) { t::TRY_AGAIN_OR_ANOTHER } else { t::CHOOSE_ANOTHER }
}

/// The cards, and the button that pays with one of them.
fn pay_form(visit: &Visit, order: &Order, cards: Markup) -> Markup {
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        (cards)
        div.row { button.btn.btn-primary.wide-on-phones data-once { (t::pay(&format::money(order.owed))) } }
    };
    post(visit.csrf(), &format!("/orders/{}/pay", order.id), "stack gap-6", form)
}

/// What whoever ordered can do while their bank asks: answer it, or pay with another card, which ends the question.
fn bank_asks(visit: &Visit, order: &Order, faults: &Faults) -> Markup {
    // what has shipped in part does not expire
    let due = order.payment_due_at.filter(|_| order.lines.iter().all(|line| line.shipped == 0));
    let methods = visit.web.needs.settings.payment_methods;
    let way = html! {
        p { (t::BANK_ASKS_MORE) }
        @if let Some(due) = due { p { (t::BANK_WAITS_UNTIL) (moment(due)) (t::BANK_WAITS_NO_LONGER) } }
        div.ends {
            a.btn.btn-primary href={ "/orders/" (order.id) "/bank" } { (t::TO_BANK) }
            @if order.allowed.contains(&Action::Pay) {
                details.asked open[!faults.is_empty()] {
                    summary.btn { (t::ANOTHER_CARD) }
                    // which other one nobody has said yet
                    div.stack.gap-6.below { p { (t::ANOTHER_CARD_MORE) } (pay_form(visit, order, card_choice(methods, "", None, faults))) }
                }
            }
        }
    };
    banner("wait", t::BANK_ASKS.say(), way)
}

fn payment_waits(order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| payment.next_action.is_some())
}
