//! The parcels of an order, for the customer.

use super::{
    parcel_numbers::{count, theirs, undone},
    status,
};
use crate::{
    texts as t,
    ui::{
        carriers,
        components::{banner, brief},
        form::Form,
        format,
        order::parcel_steps::{sent_elsewhere, sent_to},
    },
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{HistoryItem, LineQuantity, Order},
};
use maud::{Markup, html};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// The banner about a failed delivery: what happens next, and the address, which may be the cause.
pub(crate) fn undelivered(
    contact: Option<&str>,
    order: &Order,
    history: &[HistoryItem],
    fulfilments: &[Fulfilment],
) -> Markup {
    let has_failed = |one: &&Fulfilment| one.status == FulfilmentStatus::Failed;
    let failed: Vec<&Fulfilment> = fulfilments.iter().filter(has_failed).collect();
    if failed.is_empty() {
        return html! {};
    }
    let which = match theirs(fulfilments).filter(|(_, one)| has_failed(one)).collect::<Vec<_>>()[..] {
        [(n, one)] => t::parcel_became(one.status, n, count(order, fulfilments)),
        _ => None,
    };
    let went = failed.iter().filter_map(|one| sent_to(order, history, fulfilments, one));
    let addresses: BTreeSet<String> = went.map(format::whole_address).collect();
    let more = html! {
        p { (t::PARCEL_UNDELIVERED_MORE) }
        @for address in &addresses { p.wrap-any { (t::was_on_its_way_to(address)) } }
        @if let Some(contact) = contact.filter(|_| !addresses.is_empty()) {
            p { (t::IF_ADDRESS_IS_WRONG) a href=(contact) { (t::TELL_US) } "." }
        }
    };
    banner("wait", &which.unwrap_or_else(|| t::PARCEL_UNDELIVERED.text().to_owned()), more)
}

/// The most products shown for all parcels together; each parcel shows as many as the others, a dozen at most, and a few more where
/// that is all of it. Otherwise many large parcels would make the page too large.
const ARTICLES: usize = 72;
const ARTICLES_OF_EACH: usize = 12;
const A_FEW: usize = 3;

/// The lines of the nth parcel that the page shows: all of them where the address asks for that parcel.
pub(crate) fn shown_of<'a>(
    query: &Form,
    order: &Order,
    one: &'a Fulfilment,
    (n, parcels): (usize, usize),
) -> Vec<&'a LineQuantity> {
    let whole = asked(query, ONE, parcels);
    // next to a parcel that is shown in full, one line of each other
    let of_each = match whole {
        Some(_) => 1,
        None => (ARTICLES / parcels.clamp(1, PARCELS)).clamp(A_FEW, ARTICLES_OF_EACH),
    };
    let is_whole = one.lines.len() <= of_each + A_FEW || whole == Some(n);
    let mut lines = as_ordered(order, one);
    lines.truncate(if is_whole { usize::MAX } else { of_each });
    lines
}

/// The lines of a parcel, in the order of the order's lines.
pub(crate) fn as_ordered<'a>(order: &Order, one: &'a Fulfilment) -> Vec<&'a LineQuantity> {
    let places: BTreeMap<_, _> =
        order.lines.iter().enumerate().map(|(place, line)| (line.id, place)).collect();
    let mut lines: Vec<_> = one.lines.iter().collect();
    lines.sort_by_key(|inside| places.get(&inside.line_id));
    lines
}

/// The content of the nth parcel: units and product, a line each; of very many the first, and a link to the rest.
pub(crate) fn inside(
    query: &Form,
    order: &Order,
    one: &Fulfilment,
    nth: (usize, usize),
    page: &str,
) -> Markup {
    let (shown, (n, _)) = (shown_of(query, order, one, nth), nth);
    let title = |inside: &&LineQuantity| {
        let line = order.lines.iter().find(|line| line.id == inside.line_id);
        t::times_of(inside.quantity, &line.map_or("?".into(), |line| brief(&line.title)))
    };
    html! {
        ul.small.wrap-any role="list" { @for what in shown.iter().map(title) { li { (what) } } }
        @if let Some(more) = one.lines.len().checked_sub(shown.len()).filter(|more| *more > 0) {
            p.small { a href={ (page) "?" (ONE) "=" (n) "#parcel-" (n) } { (t::more_articles(more)) } }
        }
    }
}

/// The most parcels of a page: it shows the last ones, with links to the others.
const PARCELS: usize = 60;

/// The query parameters for a part of the parcels, and for one of them.
pub(crate) const PART: &str = "parcels";
const ONE: &str = "parcel";

/// The number in a query parameter, counted from 1.
fn asked(query: &Form, name: &str, among: usize) -> Option<usize> {
    query.text(name).parse().ok().filter(|n| (1..=among).contains(n))
}

/// The parcels of this page, counted from 0, and links to the others: a query parameter names a part of them, or one parcel in it.
pub(crate) fn part_of(query: &Form, parcels: usize, page: &str) -> (Range<usize>, Markup) {
    let parts = parcels.div_ceil(PARCELS).max(1);
    let here = asked(query, PART, parts).or_else(|| asked(query, ONE, parcels).map(part_with));
    let here = here.unwrap_or(parts) - 1;
    let range = |part: usize| part * PARCELS..parcels.min((part + 1) * PARCELS);
    let ways = html! {
        @if parts > 1 {
            nav.card-foot.pager aria-label=(t::PARCELS) {
                @for part in 0..parts {
                    @let (first, last) = (range(part).start + 1, range(part).end);
                    @let named = format!("{first}–{last}");
                    @if part == here { span.num aria-current="true" { (named) } }
                    @else { a.num href={ (page) "?" (PART) "=" (part + 1) "#parcel-" (first) } { (named) } }
                }
            }
        }
    };
    (range(here), ways)
}

/// The part that contains the nth parcel.
pub(crate) fn part_with(n: usize) -> usize {
    n.div_ceil(PARCELS)
}

/// The parcels with their contents and statuses.
pub(crate) fn parcels(query: &Form, order: &Order, fulfilments: &[Fulfilment]) -> Markup {
    let (count, undone) = (count(order, fulfilments), undone(fulfilments));
    let page = format!("/orders/{}", order.id);
    let (here, ways) = part_of(query, fulfilments.len(), &page);
    html! {
        @if theirs(fulfilments).next().is_some() {
            div.ruled { h2 { (t::PARCELS) } }
            @let mut shown = theirs(fulfilments).filter(|(n, _)| here.contains(&(n - 1))).peekable();
            @if shown.peek().is_some() { ul.card.cards-list role="list" {
                @for (n, one) in shown {
                    li.row.spread id={ "parcel-" (n) } {
                        div {
                            strong { (t::parcel(n, count)) }
                            (inside(query, order, one, (n, fulfilments.len()), &page))
                            @if one.carrier.is_some() || one.tracking_number.is_some() {
                                p.small.quiet.wrap-any {
                                    @if let Some(carrier) = &one.carrier { (carrier) }
                                    @if one.carrier.is_some() && one.tracking_number.is_some() { ", " }
                                    @if let Some(number) = &one.tracking_number { (carriers::number(one.carrier.as_deref(), number)) }
                                }
                            }
                            @if let Some(to) = sent_elsewhere(order, one) {
                                p.small.quiet.wrap-any { (t::parcel_to(&format::whole_address(to))) }
                            }
                        }
                        (status::parcel_badge(one.status))
                    }
                }
            } }
            (ways)
            // a customer who counts one parcel less does not wait for it
            @if count != Some(1) { @for n in undone.into_iter().filter(|n| here.contains(&(n - 1))) { p.small.quiet { (t::parcel_undone(n)) } } }
        }
    }
}
