//! The packing slips of what waits in several orders: one sheet for each parcel, in the order in which the orders were picked.

use super::documents::{Slip, sheet};
use crate::{
    console::orders::{
        self, SHOWN,
        picks::{picked, slips_of},
    },
    session::{page_error::Stop, request::Visit, response::Shown, staff::Staff},
    texts::{console as c, papers as p},
    ui::{components::banner, format, order::parcel_numbers, print_page::documents},
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{Line, Order},
    packing_slips::{LookUpOrders, OrderIds, OrderList, OrderWithFulfilments},
};
use endpoint::{Body, Json, Permission, client::CallError, http::StatusCode};
use kernel::id::OrderId;
use maud::{Markup, html};

/// So many sheets are on a page, and so many bytes of what people wrote: of many large parcels the page would be too large.
const SHEETS: usize = 60;
const BYTES: usize = 60_000;

/// `GET /console/orders/slips`.
pub(crate) async fn show(visit: Visit) -> Result<Shown, Stop> {
    Staff::with(&visit, Permission::Orders).await?;
    let (_, page) = orders::places(&visit);
    let ids = picked(&visit.query);
    if ids.is_empty() || ids.len() > usize::from(SHOWN) {
        return Ok(Shown::there(page));
    }
    let gone = ids.len();
    let found = read(&visit, ids).await?;
    let gone = gone - found.len();
    let (with, without): (Vec<_>, Vec<_>) =
        found.iter().partition(|found| found.earlier > 0 || found.fulfilments.iter().any(waits));
    let Stack { sheets, later, in_part } = stack(&with);
    let none = without.len() + gone;
    let of = |order: &Order| html! { a.num href={ (orders::PATH) "/" (order.id) } { "#" (order.number) } };
    let above = html! {
        @if !later.is_empty() {
            (banner("wait", &p::so_many_later(later.len()), html! { p { a href=(slips_of(&page, &later)) { (p::THEIR_SLIPS) } } }))
        }
        @for order in &in_part {
            (banner("wait", &p::not_all_parcels(order.number), html! { p { (p::SLIPS_ON_ITS_PAGE) " " (of(order)) } }))
        }
        @if none > 0 {
            @let title = if none == found.len() + gone { p::NONE_HAS_A_SLIP.into() } else { p::so_many_without(none) };
            (banner("wait", &title, html! {
                @if !without.is_empty() {
                    p { @for (n, one) in without.iter().enumerate() { @if n > 0 { ", " } (of(&one.order)) } }
                }
                @for _ in 0..gone { p { (c::PICKED_IS_GONE) } }
            }))
        }
        @if sheets.is_empty() { div.row { a.btn.btn-primary href=(page) { (p::BACK_TO_LIST) } } }
    };
    let document = documents(&visit.letterhead(), c::SLIPS.say(), &page, &above, &sheets);
    Ok(Shown::Whole(StatusCode::OK, document))
}

/// The sheets of a page.
struct Stack<'a> {
    /// Each with what it is called.
    sheets: Vec<(String, Markup)>,
    /// Whose sheets are those of the next page.
    later: Vec<OrderId>,
    /// Of whose parcels there are sheets, but not of all.
    in_part: Vec<&'a Order>,
}

/// The sheets of the first of these orders, as many as a page has: of the very first as many as there is room for, and of each
/// other either all or none.
fn stack<'a>(orders: &[&'a OrderWithFulfilments]) -> Stack<'a> {
    let (mut sheets, mut in_part, mut bytes) = (Vec::new(), Vec::new(), 0);
    let mut each = orders.iter();
    let mut later = Vec::new();
    for found in each.by_ref() {
        let more: Vec<_> = slips(found).collect();
        let sums = more.iter().scan(bytes, |sum, slip| {
            *sum += written(slip);
            Some(*sum)
        });
        let sums: Vec<usize> = sums.take(SHEETS - sheets.len()).collect();
        let room = sums.iter().take_while(|sum| **sum <= BYTES).count();
        if room < more.len() && !sheets.is_empty() {
            later.push(found.order.id);
            break;
        }
        // one that is too large for any page stands on one by itself
        let room = room.max(1);
        if room < more.len() || found.earlier > 0 {
            in_part.push(&found.order);
        }
        bytes = sums.get(room - 1).copied().unwrap_or(bytes);
        sheets.extend(more.iter().take(room).map(named));
    }
    later.extend(each.map(|found| found.order.id));
    Stack { sheets, later, in_part }
}

/// How many bytes of it are somebody's own.
fn written(slip: &Slip<'_>) -> usize {
    let inside = |line: &Line| slip.one.lines.iter().any(|inside| inside.line_id == line.id);
    let lines = slip.order.lines.iter().filter(|line| inside(line));
    let lines: usize = lines.map(|line| line.title.len() + line.sku.as_ref().map_or(0, String::len)).sum();
    let address =
        slip.order.shipping_address.iter().flat_map(format::address).map(|line| line.len()).sum::<usize>();
    lines + address + slip.order.note.as_ref().map_or(0, String::len)
}

/// Whoever asks has been found to be staff who may; that is asked in their stead, in one request for all.
async fn read(visit: &Visit, ids: Vec<OrderId>) -> Result<Vec<OrderWithFulfilments>, Stop> {
    let orders = visit.web.needs.at_the_door("orders").ok_or(Stop::Unavailable)?;
    let wanted = Body(OrderIds { ids });
    match orders.call(&visit.as_nobody(), LookUpOrders { wanted }).await {
        Ok(Json(OrderList { items })) => Ok(items),
        // an older version, which may run beside this one while a shop is brought up to date, knows no such request
        Err(CallError::Problem(problem)) if problem.status == 404 => Err(Stop::Unavailable),
        Err(error) => Err(error.into()),
    }
}

/// Whether a parcel has not left and is to leave.
fn waits(one: &Fulfilment) -> bool {
    matches!(one.status, FulfilmentStatus::Pending | FulfilmentStatus::Packed)
}

/// What waits of an order, each with its number for people.
fn slips(found: &OrderWithFulfilments) -> impl Iterator<Item = Slip<'_>> {
    let OrderWithFulfilments { order, placed_at, fulfilments: all, earlier } = found;
    let before = usize::try_from(*earlier).unwrap_or_default();
    let waiting = (before + 1..).zip(all).filter(|(_, one)| waits(one));
    waiting.map(move |(n, one)| {
        // of one that has very many nobody says how many
        let of = parcel_numbers::count(order, all).filter(|_| before == 0);
        Slip { order, placed_at: *placed_at, of, one, n }
    })
}

/// A sheet with what it is called: what is on it goes where the order goes now.
fn named(slip: &Slip<'_>) -> (String, Markup) {
    let called = format!("{}, {}", p::slip_title(slip.order.number), c::parcel(slip.n));
    let heading = html! { h2.paper-title { (p::PACKING_SLIP) } };
    (called, sheet(slip, slip.order.shipping_address.as_ref(), heading))
}
