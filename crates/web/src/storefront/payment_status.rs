//! What the page of an unpaid order asks of the customer.

use crate::{
    session::request::RequestContext,
    texts::{self as t, Text},
    ui::{
        components::{banner, moment, post},
        form::FieldErrors,
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

/// The action that the customer can take. `tried` is the outcome of the last attempt: without a card (`unchosen`), which is shown at
/// the choice, or without a response (`unstarted`), which is shown above it.
pub(super) fn what_to_do(visit: &RequestContext, order: &Order, tried: &str) -> Option<Markup> {
    let payment = order.payment.as_ref();
    let status = payment.map(|payment| payment.status);
    let mut faults = FieldErrors::default();
    if tried == "unchosen" {
        faults.add("method", t::CHOOSE_CARD);
    }
    if status == Some(PaymentStatus::RequiresAction)
        && order.allowed.contains(&Action::Pay) | payment_waits(order)
    {
        return Some(bank_asks(visit, order, &faults));
    }
    if status == Some(PaymentStatus::Processing) {
        return Some(banner("", t::PAYMENT_UNDER_WAY.text(), html! { p { (t::PAYMENT_UNDER_WAY_MORE) } }));
    }
    if !order.allowed.contains(&Action::Pay) {
        return None;
    }
    let methods = visit.web.needs.settings.payment_methods;
    let last = payment.and_then(|payment| payment.attempts.last());
    let failed = last.and_then(|attempt| Some((attempt.method.as_str(), attempt.failure.as_ref()?)));
    let refused = failed.map(|(method, failure)| (method, word_for(failure)));
    // a declined card is not preselected; after an interrupted payment its card is
    let chosen = match (failed, last) {
        (Some((_, failure)), _) if !is_broken_off(failure) => "",
        (_, last) => last.map_or(test_cards::first(methods), |attempt| &attempt.method),
    };
    Some(html! {
        section.panel.stack.gap-6 aria-labelledby="h-pay" {
            h2 id="h-pay" { (t::PAY_THIS_ORDER) }
            @if let Some(due) = order.payment_due_at { p.quiet { (t::HELD_UNTIL) (moment(due)) "." } }
            @if let Some((_, failure)) = failed { (failure_banner(failure)) }
            @else if tried == "unstarted" { (banner("wait", t::PAYMENT_NOT_STARTED.text(), html! { p { (t::PAYMENT_NOT_STARTED_MORE) } })) }
            (pay_form(visit, order, card_choice(methods, chosen, refused, &faults)))
        }
    })
}

/// Why the last attempt failed and what to do: it describes the choice, which has the focus.
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

/// The status of the card in a word.
fn word_for(failure: &Failure) -> Text {
    if is_broken_off(failure) { t::NOT_COMPLETED } else { t::DECLINED }
}

/// What to do about it.
fn what_now(failure: &Failure) -> Text {
    if is_broken_off(failure) { t::TRY_AGAIN_OR_ANOTHER } else { t::CHOOSE_ANOTHER }
}

/// The choice of cards and the button.
fn pay_form(visit: &RequestContext, order: &Order, cards: Markup) -> Markup {
    let form = html! {
        input type="hidden" name="key" value=(visit.web.needs.env.uuid());
        (cards)
        div.row { button.btn.btn-primary.wide-on-phones data-once { (t::pay(&format::money(order.owed))) } }
    };
    post(visit.csrf(), &format!("/orders/{}/pay", order.id), "stack gap-6", form)
}

/// The actions while the bank waits for a confirmation: confirm, or pay with another card, which ends that attempt.
fn bank_asks(visit: &RequestContext, order: &Order, faults: &FieldErrors) -> Markup {
    // a partially shipped order does not expire
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
                    // no card is preselected
                    div.stack.gap-6.below { p { (t::ANOTHER_CARD_MORE) } (pay_form(visit, order, card_choice(methods, "", None, faults))) }
                }
            }
        }
    };
    banner("wait", t::BANK_ASKS.text(), way)
}

fn payment_waits(order: &Order) -> bool {
    order.payment.as_ref().is_some_and(|payment| payment.next_action.is_some())
}
