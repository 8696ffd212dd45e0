//! The money of an order: its totals, its payments and its refunds.

use super::ConsoleOrderView;
use crate::{
    console::{components::asked, status_badges},
    session::{request::RequestContext, staff::Staff},
    texts::{self as t, Text, console as c, papers as p},
    ui::{
        components::{Badge, banner, brief, moment, post},
        format,
        order::{invoice, refunds},
        test_cards::words_for,
    },
};
use contracts::payments::{Refund, RefundStatus};
use endpoint::Permission;
use kernel::Money;
use maud::{Markup, html};
use std::borrow::Cow;

pub(super) fn section(visit: &RequestContext, staff: &Staff, looked: &ConsoleOrderView) -> Markup {
    let (order, payment) = (&looked.order, looked.order.payment.as_ref());
    html! {
        section.card id="money" {
            div.card-head { h2 { (c::MONEY) } (badge(looked)) }
            div.card-body.stack {
                dl.money {
                    @if let Some(goods) = order.subtotal.filter(|_| !order.adjustments.is_empty()) {
                        div { dt { (c::GOODS) } dd { (format::money(goods)) } }
                    }
                    @for adjustment in &order.adjustments {
                        div.minus[adjustment.amount.minor < 0] {
                            dt.wrap-any { (adjustment.title) } dd { (format::money(adjustment.amount)) }
                        }
                    }
                    // the amount due counts
                    @if order.owed == order.total {
                        div.sum { dt { strong { (c::TOTAL) } } dd { strong { (format::money(order.total)) } } }
                    } @else {
                        div { dt { (c::TOTAL) } dd { (format::money(order.total)) } }
                        div.sum { dt { (c::OWED) } dd { (format::money(order.owed)) } }
                    }
                    @if let Some(payment) = payment {
                        div { dt { (c::CAPTURED) } dd { (format::money(payment.captured)) } }
                        @if payment.refunded.minor > 0 {
                            div.minus { dt { (c::REFUNDED) } dd { "−" (format::money(payment.refunded)) } }
                        }
                    }
                }
                @if !looked.refunds.is_empty() {
                    h3 { (c::REFUNDS) }
                    ul.stack.gap-3.small role="list" aria-label=(c::REFUNDS) {
                        @for (refund, reason) in looked.refunds.iter().zip(reasons(&looked.refunds)) { (one(visit, staff, refund, &reason)) }
                    }
                }
                @if let Some(last) = payment.and_then(|payment| payment.attempts.last()) {
                    p.small.quiet {
                        (method(&last.method)) ", " (moment(last.created_at))
                        @if let Some(failure) = &last.failure { ". " (t::declined(&failure.code, &failure.message)) }
                    }
                }
            }
            @if invoice::is_there(order) {
                div.card-foot.no-print { a href={ "/console/orders/" (order.id) "/invoice" } { (p::INVOICE) } }
            }
        }
    }
}

/// The badge of the payment: a pending refund first, also while orders has not been notified of its end.
pub(super) fn badge(looked: &ConsoleOrderView) -> Badge {
    let is = |wanted: &[RefundStatus]| looked.refunds.iter().any(|refund| wanted.contains(&refund.status));
    if is(&[RefundStatus::Failed, RefundStatus::Unknown]) {
        status_badges::refund(RefundStatus::Failed)
    } else if is(&[RefundStatus::Requested, RefundStatus::Submitting])
        || refunds::exceed_order(&looked.order, &looked.refunds)
    {
        status_badges::refund(RefundStatus::Requested)
    } else {
        status_badges::payment(&looked.order)
    }
}

/// Whether the provider has refused the refund: it is retried, unless staff mark it as paid.
fn is_refused(refund: &Refund) -> bool {
    refund.status == RefundStatus::Failed && !refund.offline
}

/// Whether it is a manual refund that is not marked as paid.
fn waits_for_people(refund: &Refund) -> bool {
    refund.status == RefundStatus::Failed || refund.offline && refund.status == RefundStatus::Requested
}

/// The manual and refused refunds, above everything else while there are any.
pub(super) fn to_hand_back(looked: &ConsoleOrderView) -> Markup {
    let sum = |is: fn(&Refund) -> bool| -> Option<String> {
        let minor: i64 = looked.refunds.iter().filter(|refund| is(refund)).map(|one| one.amount.minor).sum();
        (minor > 0).then(|| format::money(Money { minor, ..looked.order.total }))
    };
    let told = |title: &str, more: Text| {
        banner(
            "wait",
            title,
            html! {
                p { (more) }
                div.row { a.btn.btn-small href="#money" { (c::TO_THE_REFUND) } }
            },
        )
    };
    html! {
        @if let Some(amount) = sum(|refund| waits_for_people(refund) && !is_refused(refund)) {
            (told(&c::is_to_hand_back(&amount), c::HAND_BACK_MORE))
        }
        @if let Some(amount) = sum(is_refused) { (told(&c::is_refused_by_provider(&amount), c::REFUSED_MORE)) }
    }
}

/// The payment method; the simulator's cards have names.
fn method(method: &str) -> String {
    words_for(method).map_or_else(|| c::method(method), |(name, _)| name.into())
}

/// The most bytes of reasons that are shown in full; older ones beyond are cut.
const REASONS_BYTES: usize = 4_000;

/// The reasons of these refunds, as far as there is room.
fn reasons(refunds: &[Refund]) -> Vec<Cow<'_, str>> {
    let mut bytes = 0;
    let mut said: Vec<_> = refunds
        .iter()
        .rev()
        .map(|refund| {
            let reason = refund.reason.as_deref().unwrap_or_default();
            bytes += reason.len();
            if bytes > REASONS_BYTES { brief(reason) } else { reason.into() }
        })
        .collect();
    said.reverse();
    said
}

fn one(visit: &RequestContext, staff: &Staff, refund: &Refund, reason: &str) -> Markup {
    let is_refused = refund.status == RefundStatus::Failed;
    let waits = waits_for_people(refund);
    let order = format!("/console/orders/{}", refund.order_id);
    let amount = html! { span.sr { ", " (format::money(refund.amount)) } };
    let deed = html! { button.btn.btn-danger.btn-primary name="do" value="withdraw" { (c::WITHDRAW_IT) } };
    html! {
        li.stack.gap-2 {
            div.row.spread { (status_badges::refund(refund.status)) strong.num { (format::money(refund.amount)) } }
            p.quiet { (moment(refund.created_at)) }
            @if !reason.is_empty() { p.wrap-any { (c::quoted(reason)) } }
            @if refund.offline && refund.status == RefundStatus::Succeeded { p.quiet { (c::GIVEN_BY_HAND) } }
            @if waits && staff.may(Permission::Payments) {
                p.quiet { @if is_refused { (c::HAND_OVER_REFUSED) } @else { (c::HAND_OVER) } }
                (post(visit.csrf(), &format!("{order}/refunds/{}", refund.id), "ends", html! {
                    button.btn { (c::HANDED_OVER) (amount) }
                    // a refund by a cancellation cannot be cancelled, as payments reports
                    @if refund.withdrawable == Some(true) {
                        (asked(&refund.id.to_string(), false, &html! { (c::WITHDRAW) (amount) }, c::WITHDRAW_MORE, &deed, &order))
                    }
                }))
            }
        }
    }
}
