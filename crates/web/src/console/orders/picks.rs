//! Orders that are picked in their list: the boxes, what can be done with what is picked, and what was done with it.

use super::params::{self, PATH};
use crate::{
    console::parts::{address, once},
    session::request::Visit,
    texts::{self as t, console as c},
    ui::{
        components::{banner, post_by},
        form::Form,
        icons,
    },
};
use contracts::orders::Order;
use kernel::id::OrderId;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

/// Where what is picked is packed.
const PACK: &str = "/console/orders/pack";
/// The id of the form, and what it calls an order that is picked.
const FORM: &str = "picked";
pub(in super::super) const PICK: &str = "pick";
pub(in super::super) const DEED: &str = "pack";
/// What the other button says, which leads to their slips.
pub(in super::super) const SLIPS: &str = "slips";
/// Where the slips of what is picked are.
const SLIPS_PATH: &str = "/console/orders/slips";

/// What is picked, each once, in the order of the list.
pub(in super::super) fn picked(form: &Form) -> Vec<OrderId> {
    let mut all = Vec::new();
    for id in form.pairs().filter(|(name, _)| *name == PICK).filter_map(|(_, value)| value.parse().ok()) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

/// Where the slips of these orders are; from there it goes back to this page of the list.
pub(in super::super) fn slips_of(page: &str, orders: &[OrderId]) -> String {
    let ids: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let slips = address(SLIPS_PATH, ids.iter().map(|id| (PICK, id.as_str())));
    match page.split_once('?') {
        Some((_, list)) => format!("{slips}&{list}"),
        None => slips,
    }
}

/// Above the head of the list: what is done with what is picked. With scripts it is there once something is.
pub(super) fn bar(visit: &Visit, are_keys_told: bool) -> Markup {
    let (_, page) = params::places(visit);
    let content = html! {
        // in a box the Enter key presses the first button of its form: where there is no dialog to close, this one does nothing
        button formmethod="dialog" hidden {}
        (once(visit, DEED, None))
        span data-one=(c::ONE_PICKED) data-many=(c::so_many_picked("{n}")) data-none=(c::NONE_PICKED) { (c::WITH_PICKED) }
        button.btn.btn-small name="do" value=(DEED) { (icons::BOX) (c::PACK_PICKED) }
        button.btn.btn-small name="do" value=(SLIPS) { (icons::PRINT) (c::SLIPS) }
        @if !are_keys_told {
            span.row.keys.push.small {
                span { kbd { "j" } " " kbd { "k" } " " (c::MOVE) }
                span { kbd { "x" } " " (c::PICKS) }
                span { kbd { "Enter" } " " (c::OPENS) }
            }
        }
    };
    // the page that it leads back to is the one that it stands on
    let action = page.replacen(PATH, PACK, 1);
    post_by(visit.csrf(), Some(FORM), &action, "selbar", content)
}

/// The head of the column of boxes; a script shows the box for all of them.
pub(super) fn pick_all() -> Markup {
    html! {
        th.pick role="columnheader" scope="col" {
            span.sr { (c::PICK) }
            input.box type="checkbox" data-all autocomplete="off" hidden aria-label=(c::PICK_ALL);
        }
    }
}

/// The box of an order.
pub(super) fn pick(order: &Order, is_picked: bool) -> Markup {
    html! {
        td.pick role="cell" {
            input.box type="checkbox" name=(PICK) value=(order.id) form=(FORM) checked[is_picked] aria-label=(c::pick_order(order.number));
        }
    }
}

/// What became of what was picked, for the list that tells it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in super::super) struct Outcome {
    pub(in super::super) packed: Vec<OrderId>,
    /// Why others were not, and which.
    pub(in super::super) not: Vec<(String, Vec<Named>)>,
    /// Whose answer did not come.
    pub(in super::super) not_known: Vec<Named>,
}

/// An order, and the number that people know it by; none where nobody tells it.
pub(in super::super) type Named = (Option<i64>, OrderId);

impl Outcome {
    pub(in super::super) fn add(&mut self, why: String, which: Named) {
        match self.not.iter_mut().find(|(known, _)| *known == why) {
            Some((_, all)) => all.push(which),
            None => self.not.push((why, vec![which])),
        }
    }
}

/// What was done with what was picked, once, on the page that this led to.
pub(super) fn said(visit: &Visit) -> Markup {
    let told = visit.done_to("done").and_then(|exactly| serde_json::from_str::<Outcome>(&exactly).ok());
    let Outcome { packed, not, not_known } = told.unwrap_or_default();
    let (_, page) = params::places(visit);
    let left: usize = not.iter().map(|(_, which)| which.len()).sum();
    html! {
        @if !packed.is_empty() {
            (banner("good", &c::so_many_packed(packed.len()), html! { p { a href=(slips_of(&page, &packed)) { (c::THEIR_SLIPS) } } }))
        }
        @if left > 0 {
            (banner("wait", &c::so_many_not_packed(left), html! {
                ul { @for (why, which) in &not { li { (why) " " (all_of(which)) } } }
            }))
        }
        @if !not_known.is_empty() {
            (banner("wait", &c::of_so_many_not_known(not_known.len()), html! {
                p { (c::NOT_KNOWN_OF_PICKED) " " (all_of(&not_known)) }
            }))
        }
    }
}

/// All of them, in one line.
fn all_of(which: &[Named]) -> Markup {
    html! { @for (n, one) in which.iter().enumerate() { @if n > 0 { ", " } (named(one)) } }
}

fn named((number, id): &Named) -> Markup {
    html! {
        a.num href={ (PATH) "/" (id) } { @if let Some(number) = number { "#" (number) } @else { (t::ORDER) } }
    }
}
