//! The parcels of an order, for whoever placed it.

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

/// That a parcel did not arrive, what becomes of it, and where it went, as that may be why.
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
    banner("wait", &which.unwrap_or_else(|| t::PARCEL_UNDELIVERED.say().to_owned()), more)
}

/// So many articles of all parcels together are shown, of each as many as of the others, a dozen at most; and a few more where that is
/// all of it: many large parcels would make a page that is too large.
const ARTICLES: usize = 72;
const ARTICLES_OF_EACH: usize = 12;
const A_FEW: usize = 3;

/// Of what is in the nth of so many parcels what its order's page shows: all of it where the address says so.
pub(crate) fn shown_of<'a>(
    query: &Form,
    order: &Order,
    one: &'a Fulfilment,
    (n, parcels): (usize, usize),
) -> Vec<&'a LineQuantity> {
    let whole = asked(query, ONE, parcels);
    // beside one that is shown as a whole one of each other
    let of_each = match whole {
        Some(_) => 1,
        None => (ARTICLES / parcels.clamp(1, PARCELS)).clamp(A_FEW, ARTICLES_OF_EACH),
    };
    let is_whole = one.lines.len() <= of_each + A_FEW || whole == Some(n);
    let mut lines = as_ordered(order, one);
    lines.truncate(if is_whole { usize::MAX } else { of_each });
    lines
}

/// What is in a parcel, in the order in which it stands in its order.
pub(crate) fn as_ordered<'a>(order: &Order, one: &'a Fulfilment) -> Vec<&'a LineQuantity> {
    let places: BTreeMap<_, _> =
        order.lines.iter().enumerate().map(|(place, line)| (line.id, place)).collect();
    let mut lines: Vec<_> = one.lines.iter().collect();
    lines.sort_by_key(|inside| places.get(&inside.line_id));
    lines
}

/// What is in the nth of so many parcels: pieces of what, each article in a line of its own; of very many the first, and a way to the
/// others.
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

/// So many parcels stand on a page: of more the last, and ways to the others.
const PARCELS: usize = 60;

/// What the address calls a part of them, and one of them.
pub(crate) const PART: &str = "parcels";
const ONE: &str = "parcel";

/// Which of so many the address names, counted from 1.
fn asked(query: &Form, name: &str, among: usize) -> Option<usize> {
    query.text(name).parse().ok().filter(|n| (1..=among).contains(n))
}

/// Which of so many parcels stand on this page, counted from 0, and the ways to the others: the address names a part of them, or one
/// that is among them.
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

/// The part in which the nth of them is.
pub(crate) fn part_with(n: usize) -> usize {
    n.div_ceil(PARCELS)
}

/// Its parcels, what is in each and where it is.
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
            // whoever is told of one parcel less than they count does not wait for it
            @if count != Some(1) { @for n in undone.into_iter().filter(|n| here.contains(&(n - 1))) { p.small.quiet { (t::parcel_undone(n)) } } }
        }
    }
}
