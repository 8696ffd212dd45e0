//! Orders that are picked in their list: each is packed by itself, and what cannot be packed keeps nothing else back.

use super::{
    order::{packing::pack_all, slips},
    orders::{self, SHOWN},
    parts::{Trouble, once},
    staff::Staff,
};
use crate::{
    form::Form,
    icons,
    pages::paying::key,
    parts::{banner, post_by},
    shown::{Shown, Stop},
    texts::{self as t, console as c},
    visit::Visit,
};
use contracts::orders::{GetOrder, Order, OrderStatus};
use endpoint::{Conditional, IfNoneMatch, Path, Permission, http::StatusCode};
use futures_util::stream::{self, StreamExt};
use kernel::id::OrderId;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

const PACK: &str = "/console/orders/pack";
/// The id of the form, and what it calls an order that is picked.
const FORM: &str = "picked";
pub(super) const PICK: &str = "pick";
const DEED: &str = "pack";
/// What the other button says, which leads to their slips.
const SLIPS: &str = "slips";
/// So many orders are packed at a time: whoever packs leaves room for what others do.
const AT_ONCE: usize = 4;
/// A cookie carries no more of the list's address and of what is said there: without its page, or its filters, the address is short.
const CARRIED_MAX: usize = 2400;

/// What is picked, each once, in the order of the list.
pub(super) fn picked(form: &Form) -> Vec<OrderId> {
    let mut all = Vec::new();
    for id in form.pairs().filter(|(name, _)| *name == PICK).filter_map(|(_, value)| value.parse().ok()) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all
}

/// Above the head of the list: what is done with what is picked. With scripts it is there once something is.
pub(super) fn bar(visit: &Visit, are_keys_told: bool) -> Markup {
    let (_, page) = orders::places(visit);
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
    let action = page.replacen(orders::PATH, PACK, 1);
    post_by(visit, Some(FORM), &action, "selbar", content)
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
struct Outcome {
    packed: Vec<OrderId>,
    /// Why others were not, and which.
    not: Vec<(String, Vec<Named>)>,
    /// Whose answer did not come.
    not_known: Vec<Named>,
}
/// What became of one of them.
enum Became {
    Packed,
    Not(String, Option<i64>),
    NotKnown(Option<i64>),
}
/// An order, and the number that people know it by; none where nobody tells it.
type Named = (Option<i64>, OrderId);

/// `POST /console/orders/pack`: all that is left to pack of each order goes into one parcel, under a key that is the form's and the
/// order's: sent again, the form packs nothing more.
pub(super) async fn pack(visit: Visit) -> Result<Shown, Stop> {
    let staff = Staff::with(&visit, Permission::Orders).await?;
    let picked = picked(&visit.form);
    if picked.is_empty() || picked.len() > usize::from(SHOWN) {
        let trouble =
            Trouble::said(StatusCode::UNPROCESSABLE_ENTITY, c::PICK_FIRST.say(), c::PICK_FIRST_MORE.say());
        return orders::list(&visit, &staff, Some(&trouble)).await;
    }
    match visit.form.text("do") {
        DEED => Ok(told(&visit, &pack_each(&visit, picked).await?)),
        // by way of the form that has the boxes, as what a form keeps secret has no place in an address
        SLIPS => Ok(Shown::there(slips::way(&orders::places(&visit).1, &picked))),
        _ => Err(Stop::NotFound),
    }
}

async fn pack_each(visit: &Visit, picked: Vec<OrderId>) -> Result<Outcome, Stop> {
    let key = key(visit);
    let each = picked.into_iter().map(|id| {
        let (visit, key) = (visit.clone(), format!("{key}-{id}"));
        async move { (id, one(&visit, id, &key).await) }
    });
    let all: Vec<_> = stream::iter(each).buffered(AT_ONCE).collect().await;
    let (mut outcome, mut stopped) = (Outcome::default(), None);
    for (id, became) in all {
        match became {
            Ok(Became::Packed) => outcome.packed.push(id),
            Ok(Became::Not(why, number)) => outcome.add(why, (number, id)),
            Ok(Became::NotKnown(number)) => outcome.not_known.push((number, id)),
            Err(stop) => {
                outcome.add(stopped_by(&stop), (None, id));
                stopped.get_or_insert(stop);
            }
        }
    }
    match stopped {
        Some(stop) if outcome.packed.is_empty() && outcome.not_known.is_empty() => Err(stop),
        // of what was packed, before it or after, it is told all the same
        _ => Ok(outcome),
    }
}

fn stopped_by(stop: &Stop) -> String {
    let why = match stop {
        Stop::Conflict(why) => return why.clone(),
        Stop::SignIn => c::NOT_SIGNED_IN.say(),
        Stop::Forbidden => t::NOT_ALLOWED.say(),
        Stop::NotFound => c::PICKED_IS_GONE.say(),
        Stop::TooOften(_) => t::TOO_OFTEN.say(),
        Stop::Unavailable => t::NOT_REACHED.say(),
    };
    why.to_owned()
}

/// Packs one of them; or why not, with the number that people know it by.
async fn one(visit: &Visit, id: OrderId, key: &str) -> Result<Became, Stop> {
    let trouble = match pack_all(visit, id, key).await {
        Ok(Ok(())) => return Ok(Became::Packed),
        Ok(Err(trouble)) => trouble,
        Err(Stop::NotFound) => return Ok(Became::Not(c::PICKED_IS_GONE.into(), None)),
        Err(stop) => return Err(stop),
    };
    let known = IfNoneMatch(None);
    let order = match visit.web.needs.orders.call(&visit.cx, GetOrder { id: Path(id), known }).await {
        Ok(Conditional::New { body, .. }) => Some(body),
        _ => None,
    };
    let number = order.as_ref().map(|order| order.number);
    Ok(if trouble.may_be_done {
        Became::NotKnown(number)
    } else {
        Became::Not(why(&trouble, order.as_ref()), number)
    })
}

/// In the words of the order's page.
fn why(trouble: &Trouble, order: Option<&Order>) -> String {
    let order = order.filter(|_| trouble.status == StatusCode::CONFLICT);
    match order.map(|order| (order.status, order.holds.is_empty())) {
        Some((OrderStatus::Pending, _)) => c::PACKED_ONCE_PAID.into(),
        Some((OrderStatus::Draft, _)) => c::PACKED_ONCE_PLACED.into(),
        Some((OrderStatus::Cancelling | OrderStatus::Cancelled | OrderStatus::Expired, _)) => {
            c::IS_CALLED_OFF.into()
        }
        Some((OrderStatus::Completed, _)) => c::NOTHING_LEFT_TO_PACK.into(),
        Some((OrderStatus::Confirmed, false)) => c::PARCELS_WAIT.into(),
        _ => trouble.briefly(),
    }
}

impl Outcome {
    fn add(&mut self, why: String, which: Named) {
        match self.not.iter_mut().find(|(known, _)| *known == why) {
            Some((_, all)) => all.push(which),
            None => self.not.push((why, vec![which])),
        }
    }
}

/// Back to the list, on the page that the form stood on.
fn told(visit: &Visit, outcome: &Outcome) -> Shown {
    let (list, page) = orders::places(visit);
    let exactly = serde_json::to_string(outcome).unwrap_or_default();
    let fits = |place: &String| place.len() + exactly.len() < CARRIED_MAX;
    let place = [page, list].into_iter().find(fits).unwrap_or_else(|| orders::PATH.to_owned());
    let mark = if place.contains('?') { '&' } else { '?' };
    Shown::Done { path: format!("{place}{mark}done={DEED}"), exactly }
}

/// What was done with what was picked, once, on the page that this led to.
pub(super) fn said(visit: &Visit) -> Markup {
    let told = visit.done_to("done").and_then(|exactly| serde_json::from_str::<Outcome>(&exactly).ok());
    let Outcome { packed, not, not_known } = told.unwrap_or_default();
    let (_, page) = orders::places(visit);
    let left: usize = not.iter().map(|(_, which)| which.len()).sum();
    html! {
        @if !packed.is_empty() {
            (banner("good", &c::so_many_packed(packed.len()), html! { p { a href=(slips::way(&page, &packed)) { (c::THEIR_SLIPS) } } }))
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
        a.num href={ (orders::PATH) "/" (id) } { @if let Some(number) = number { "#" (number) } @else { (t::ORDER) } }
    }
}
