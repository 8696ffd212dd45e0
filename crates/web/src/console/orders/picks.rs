//! The selection of orders in their list: the checkboxes, the bulk actions, and their outcome.

use super::params::{self, PATH};
use crate::{
    console::components::{address, once},
    session::request::RequestContext,
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

/// The path of the bulk action that packs.
const PACK: &str = "/console/orders/pack";
/// The ID of the form, and the name of its checkboxes.
const FORM: &str = "picked";
pub(in super::super) const PICK: &str = "pick";
pub(in super::super) const DEED: &str = "pack";
/// The value of the button that leads to the packing slips.
pub(in super::super) const SLIPS: &str = "slips";
/// The path of the packing slips.
const SLIPS_PATH: &str = "/console/orders/slips";

/// The selected orders, each once, in the order of the list.
pub(in super::super) fn picked(form: &Form) -> Vec<OrderId> {
    let mut all = Vec::new();
    for id in form.pairs().filter(|(name, _)| *name == PICK).filter_map(|(_, value)| value.parse().ok()) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

/// The address of the packing slips of these orders; it leads back to this page of the list.
pub(in super::super) fn slips_of(page: &str, orders: &[OrderId]) -> String {
    let ids: Vec<String> = orders.iter().map(ToString::to_string).collect();
    let slips = address(SLIPS_PATH, ids.iter().map(|id| (PICK, id.as_str())));
    match page.split_once('?') {
        Some((_, list)) => format!("{slips}&{list}"),
        None => slips,
    }
}

/// The bulk actions, above the head of the list. With scripts they appear once an order is selected.
pub(super) fn bar(visit: &RequestContext, are_keys_told: bool) -> Markup {
    let (_, page) = params::places(visit);
    let content = html! {
        // in a checkbox the Enter key presses the first button of its form: without a dialog to close, this one does nothing
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
    // the redirect leads back to this page
    let action = page.replacen(PATH, PACK, 1);
    post_by(visit.csrf(), Some(FORM), &action, "selbar", content)
}

/// The head of the column of checkboxes; a script shows the checkbox for all of them.
pub(super) fn pick_all() -> Markup {
    html! {
        th.pick role="columnheader" scope="col" {
            span.sr { (c::PICK) }
            input.box type="checkbox" data-all autocomplete="off" hidden aria-label=(c::PICK_ALL);
        }
    }
}

/// The checkbox of an order.
pub(super) fn pick(order: &Order, is_picked: bool) -> Markup {
    html! {
        td.pick role="cell" {
            input.box type="checkbox" name=(PICK) value=(order.id) form=(FORM) checked[is_picked] aria-label=(c::pick_order(order.number));
        }
    }
}

/// The outcome of a bulk action, which the list shows.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in super::super) struct PackOutcome {
    pub(in super::super) packed: Vec<OrderId>,
    /// The reasons why others were not packed, and which.
    pub(in super::super) not: Vec<(String, Vec<NumberedOrder>)>,
    /// The orders whose response was lost.
    pub(in super::super) not_known: Vec<NumberedOrder>,
}

/// An order and its number, where known.
pub(in super::super) type NumberedOrder = (Option<i64>, OrderId);

impl PackOutcome {
    pub(in super::super) fn add(&mut self, why: String, which: NumberedOrder) {
        match self.not.iter_mut().find(|(known, _)| *known == why) {
            Some((_, all)) => all.push(which),
            None => self.not.push((why, vec![which])),
        }
    }
}

/// The outcome of the last bulk action, shown once.
pub(super) fn said(visit: &RequestContext) -> Markup {
    let told = visit.done_to("done").and_then(|exactly| serde_json::from_str::<PackOutcome>(&exactly).ok());
    let PackOutcome { packed, not, not_known } = told.unwrap_or_default();
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

/// These orders in one line.
fn all_of(which: &[NumberedOrder]) -> Markup {
    html! { @for (n, one) in which.iter().enumerate() { @if n > 0 { ", " } (named(one)) } }
}

fn named((number, id): &NumberedOrder) -> Markup {
    html! {
        a.num href={ (PATH) "/" (id) } { @if let Some(number) = number { "#" (number) } @else { (t::ORDER) } }
    }
}
