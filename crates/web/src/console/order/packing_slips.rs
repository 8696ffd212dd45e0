//! The packing slips of several orders: one sheet for each parcel that waits, in the order of the selection.

use super::documents::{Slip, sheet};
use crate::{
    console::orders::{
        self, SHOWN,
        picks::{picked, slips_of},
    },
    session::{page_error::PageError, request::RequestContext, response::PageResponse, staff::Staff},
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

/// The most sheets of a page, and the most bytes of user input: many large parcels would make the page too large.
const SHEETS: usize = 60;
const BYTES: usize = 60_000;

/// `GET /console/orders/slips`.
pub(crate) async fn show(visit: RequestContext) -> Result<PageResponse, PageError> {
    Staff::with(&visit, Permission::Orders).await?;
    let (_, page) = orders::places(&visit);
    let ids = picked(&visit.query);
    if ids.is_empty() || ids.len() > usize::from(SHOWN) {
        return Ok(PageResponse::redirect(page));
    }
    let gone = ids.len();
    let found = read(&visit, ids).await?;
    let gone = gone - found.len();
    let (with, without): (Vec<_>, Vec<_>) =
        found.iter().partition(|found| found.earlier > 0 || found.fulfilments.iter().any(waits));
    let SlipPage { sheets, later, in_part } = stack(&with);
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
    let document = documents(&visit.letterhead(), c::SLIPS.text(), &page, &above, &sheets);
    Ok(PageResponse::Document(StatusCode::OK, document))
}

/// The sheets of a page.
struct SlipPage<'a> {
    /// Each with its label.
    sheets: Vec<(String, Markup)>,
    /// The orders whose sheets are on the next page.
    later: Vec<OrderId>,
    /// The orders of which only some parcels have a sheet.
    in_part: Vec<&'a Order>,
}

/// The sheets of the first of these orders, up to the limit: as many as fit of the first one, and all or none of each other.
fn stack<'a>(orders: &[&'a OrderWithFulfilments]) -> SlipPage<'a> {
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
        // a sheet that is too large for any page gets one of its own
        let room = room.max(1);
        if room < more.len() || found.earlier > 0 {
            in_part.push(&found.order);
        }
        bytes = sums.get(room - 1).copied().unwrap_or(bytes);
        sheets.extend(more.iter().take(room).map(named));
    }
    later.extend(each.map(|found| found.order.id));
    SlipPage { sheets, later, in_part }
}

/// The bytes of user input on it.
fn written(slip: &Slip<'_>) -> usize {
    let inside = |line: &Line| slip.one.lines.iter().any(|inside| inside.line_id == line.id);
    let lines = slip.order.lines.iter().filter(|line| inside(line));
    let lines: usize = lines.map(|line| line.title.len() + line.sku.as_ref().map_or(0, String::len)).sum();
    let address =
        slip.order.shipping_address.iter().flat_map(format::address).map(|line| line.len()).sum::<usize>();
    lines + address + slip.order.note.as_ref().map_or(0, String::len)
}

/// The permission was checked for the user; the orders are read as the gateway, in one request.
async fn read(visit: &RequestContext, ids: Vec<OrderId>) -> Result<Vec<OrderWithFulfilments>, PageError> {
    let orders = visit.web.needs.as_gateway("orders").ok_or(PageError::Unavailable)?;
    let wanted = Body(OrderIds { ids });
    match orders.call(&visit.as_nobody(), LookUpOrders { wanted }).await {
        Ok(Json(OrderList { items })) => Ok(items),
        // version 0.1.0, which may run beside this version during an upgrade, does not have this request
        Err(CallError::Problem(problem)) if problem.status == 404 => Err(PageError::Unavailable),
        Err(error) => Err(error.into()),
    }
}

/// Whether a parcel is still to be shipped.
fn waits(one: &Fulfilment) -> bool {
    matches!(one.status, FulfilmentStatus::Pending | FulfilmentStatus::Packed)
}

/// The parcels that wait, each with its number.
fn slips(found: &OrderWithFulfilments) -> impl Iterator<Item = Slip<'_>> {
    let OrderWithFulfilments { order, placed_at, fulfilments: all, earlier } = found;
    let before = usize::try_from(*earlier).unwrap_or_default();
    let waiting = (before + 1..).zip(all).filter(|(_, one)| waits(one));
    waiting.map(move |(n, one)| {
        // with very many parcels the count is unknown
        let of = parcel_numbers::count(order, all).filter(|_| before == 0);
        Slip { order, placed_at: *placed_at, of, one, n }
    })
}

/// A sheet and its label, with the current address of the order.
fn named(slip: &Slip<'_>) -> (String, Markup) {
    let called = format!("{}, {}", p::slip_title(slip.order.number), c::parcel(slip.n));
    let heading = html! { h2.paper-title { (p::PACKING_SLIP) } };
    (called, sheet(slip, slip.order.shipping_address.as_ref(), heading))
}
