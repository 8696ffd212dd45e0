//! The parcels of an order, for whoever placed it.

use super::states;
use crate::{
    format,
    parcels::{sent_elsewhere, sent_to},
    parts::banner,
    texts as t,
    visit::Visit,
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{HistoryItem, Order},
};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// That a parcel did not arrive, what becomes of it, and where it went, as that may be why.
pub(super) fn undelivered(
    visit: &Visit,
    order: &Order,
    history: &[HistoryItem],
    fulfilments: &[Fulfilment],
) -> Markup {
    let has_failed = |one: &&Fulfilment| one.status == FulfilmentStatus::Failed;
    let failed: Vec<&Fulfilment> = fulfilments.iter().filter(has_failed).collect();
    if failed.is_empty() {
        return html! {};
    }
    let went = failed.iter().filter_map(|one| sent_to(order, history, fulfilments, one));
    let addresses: BTreeSet<String> = went.map(format::whole_address).collect();
    let more = html! {
        p { (t::PARCEL_UNDELIVERED_MORE) }
        @for address in &addresses { p.wrap-any { (t::was_on_its_way_to(address)) } }
        @if let Some(contact) = visit.web.needs.settings.contact.as_ref().filter(|_| !addresses.is_empty()) {
            p { (t::IF_ADDRESS_IS_WRONG) a href=(contact) { (t::TELL_US) } "." }
        }
    };
    banner("wait", t::PARCEL_UNDELIVERED.say(), more)
}

/// The number that each parcel has for whoever bought, and for staff who talk with them, in the order of their making: one that
/// was undone is none of theirs.
pub(crate) fn numbers(fulfilments: &[Fulfilment]) -> Vec<Option<usize>> {
    let mut n = 0;
    let number = |one: &Fulfilment| {
        (one.status != FulfilmentStatus::Cancelled).then(|| {
            n += 1;
            n
        })
    };
    fulfilments.iter().map(number).collect()
}

/// How many parcels there are, one more where something is still to be packed: “your parcel” is what all of it is in.
pub(super) fn count(order: &Order, fulfilments: &[Fulfilment]) -> usize {
    let are_sent = || fulfilments.iter().filter(|one| one.status != FulfilmentStatus::Cancelled);
    let packed: i64 = are_sent().flat_map(|one| &one.lines).map(|inside| inside.quantity).sum();
    let all: i64 = order.lines.iter().map(|line| line.quantity - line.cancelled).sum();
    are_sent().count() + usize::from(packed < all)
}

/// What is in a parcel: pieces of what, each article in a line of its own.
fn inside(order: &Order, one: &Fulfilment) -> Markup {
    let pieces = one.lines.iter().filter_map(|inside| {
        let line = order.lines.iter().find(|line| line.id == inside.line_id)?;
        Some(t::times_of(inside.quantity, &line.title))
    });
    html! { ul.small.wrap-any role="list" { @for what in pieces { li { (what) } } } }
}

/// Its parcels, what is in each and where it is.
pub(super) fn parcels(order: &Order, fulfilments: &[Fulfilment]) -> Markup {
    let count = count(order, fulfilments);
    let numbered: Vec<(usize, &Fulfilment)> =
        numbers(fulfilments).into_iter().zip(fulfilments).filter_map(|(n, one)| Some((n?, one))).collect();
    html! {
        @if !numbered.is_empty() {
            div.ruled { h2 { (t::PARCELS) } }
            ul.card.cards-list role="list" {
                @for (n, one) in numbered {
                    li.row.spread {
                        div {
                            strong { (t::parcel(n, count)) }
                            (inside(order, one))
                            @if one.carrier.is_some() || one.tracking_number.is_some() {
                                p.small.quiet.wrap-any {
                                    @if let Some(carrier) = &one.carrier { (carrier) }
                                    @if one.carrier.is_some() && one.tracking_number.is_some() { ", " }
                                    @if let Some(number) = &one.tracking_number { span.mono.wrap-any { (number) } }
                                }
                            }
                            @if let Some(to) = sent_elsewhere(order, one) {
                                p.small.quiet.wrap-any { (t::parcel_to(&format::whole_address(to))) }
                            }
                        }
                        (states::parcel_badge(one.status))
                    }
                }
            }
        }
    }
}
