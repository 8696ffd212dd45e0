//! The documents of an order, for staff: its invoice, and the packing slip of each parcel.

use super::order_id;
use crate::{
    session::{
        order_details::{self, all_refunds_of},
        page_error::PageError,
        request::RequestContext,
        response::PageResponse,
        staff::Staff,
    },
    texts::{self as t, papers as p},
    ui::{
        format,
        order::{invoice, parcel_numbers, parcel_steps::sent_to, parcels, status},
        print_page::{self, addressed, article},
    },
};
use contracts::{
    Address,
    fulfilments::{Fulfilment, FulfilmentStatus},
    orders::{LineQuantity, Order, OrderDetails},
};
use endpoint::Permission;
use kernel::{Timestamp, id::FulfilmentId};
use maud::{Markup, html};

/// `GET /console/orders/{id}/invoice`.
pub(crate) async fn invoice(visit: RequestContext, id: String) -> Result<PageResponse, PageError> {
    Staff::with(&visit, Permission::Orders).await?;
    let orders = &visit.web.needs.orders;
    let whole = order_details::read(orders, &visit.cx, order_id(&id)?, None).await?;
    let back = format!("/console/orders/{}", whole.order.id);
    if !invoice::is_there(&whole.order) {
        return Ok(PageResponse::redirect(back));
    }
    let refunds = all_refunds_of(&visit, &whole.order).await?;
    let content = invoice::content(&whole.order, &whole.history.items, &refunds);
    Ok(PageResponse::document(&visit, &p::invoice_title(whole.order.number), &back, &content))
}

/// The link to a parcel's slip; none for a cancelled parcel.
pub(super) fn way(one: &Fulfilment, n: usize) -> Markup {
    html! {
        @if one.status != FulfilmentStatus::Cancelled {
            a.small.push.slip-way.no-print href={ "/console/orders/" (one.order_id) "/parcels/" (one.id) "/slip" } {
                (p::PACKING_SLIP) span.sr { ", " (t::console::parcel(n)) }
            }
        }
    }
}

/// `GET /console/orders/{id}/parcels/{parcel}/slip`.
pub(crate) async fn slip(
    visit: RequestContext,
    id: String,
    parcel: String,
) -> Result<PageResponse, PageError> {
    Staff::with(&visit, Permission::Orders).await?;
    let parcel: FulfilmentId = parcel.parse().map_err(|_| PageError::NotFound)?;
    let whole = order_details::read(&visit.web.needs.orders, &visit.cx, order_id(&id)?, None).await?;
    let (order, all) = (&whole.order, &whole.fulfilments.items);
    let found = (1..).zip(all).find(|(_, one)| one.id == parcel);
    let (n, one) = found.ok_or(PageError::NotFound)?;
    let back = format!("/console/orders/{}", order.id);
    if one.status == FulfilmentStatus::Cancelled {
        return Ok(PageResponse::redirect(back));
    }
    let placed_at = status::placed(order, &whole.history.items);
    let of = parcel_numbers::count(order, all);
    let content = sheet(
        &Slip { order, placed_at, of, one, n },
        goes_to(&whole, one),
        html! { h1 { (p::PACKING_SLIP) } },
    );
    Ok(PageResponse::document(&visit, &p::slip_title(order.number), &back, &content))
}

/// The content of a slip without its address.
pub(super) struct Slip<'a> {
    pub(super) order: &'a Order,
    pub(super) placed_at: Timestamp,
    pub(super) one: &'a Fulfilment,
    /// The number of the parcel in its order, and how many there are, where known.
    pub(super) n: usize,
    pub(super) of: Option<usize>,
}

/// The content of a slip below its heading.
pub(super) fn sheet(slip: &Slip<'_>, goes_to: Option<&Address>, heading: Markup) -> Markup {
    html! {
        div.row.spread.row-top.inv-top {
            @match goes_to {
                Some(to) => (addressed(to)),
                None => p.quiet { (p::NO_ADDRESS) },
            }
            (facts(slip))
        }
        (heading)
        (lines(slip))
        @if let Some(note) = slip.order.note.as_ref().filter(|note| !note.is_empty()) {
            section.stack.gap-1.keep { h2.label { (p::NOTE) } p.wrap-any { (note) } }
        }
    }
}

/// Where the parcel goes: until it is shipped, the current address of the order.
fn goes_to<'a>(whole: &'a OrderDetails, one: &'a Fulfilment) -> Option<&'a Address> {
    match one.status {
        FulfilmentStatus::Pending | FulfilmentStatus::Packed => whole.order.shipping_address.as_ref(),
        _ => sent_to(&whole.order, &whole.history.items, &whole.fulfilments.items, one),
    }
}

fn facts(slip: &Slip<'_>) -> Markup {
    let Slip { order, placed_at, one, n, of } = *slip;
    // a number beyond the count would be confusing
    let of = of.filter(|of| n <= *of);
    html! {
        dl.money {
            div { dt { (p::PARCEL) } dd { (p::parcel_of(n, of)) } }
            div { dt { (t::ORDER) } dd { "#" (order.number) } }
            div { dt { (p::ORDERED_ON) } dd { (print_page::day(placed_at)) } }
            @if let Some(carrier) = &one.carrier { div { dt { (p::CARRIER) } dd.wrap-any { (carrier) } } }
            @if let Some(number) = &one.tracking_number { div { dt { (p::TRACKING_NUMBER) } dd.mono.wrap-any { (number) } } }
        }
    }
}

/// The lines, each with a checkbox.
fn lines(slip: &Slip<'_>) -> Markup {
    let Slip { order, one, n, .. } = *slip;
    let row = |inside: &LineQuantity| {
        let line = order.lines.iter().find(|line| line.id == inside.line_id);
        html! {
            tr {
                th scope="row" { (article(line.map_or("?", |line| &line.title), line.and_then(|line| line.sku.as_ref()))) }
                td.n { (format::count(inside.quantity)) }
                td.n { span.to-tick {} }
            }
        }
    };
    html! {
        // on a page with many slips, each table has its parcel's label
        div.table-wrap tabindex="0" role="region" aria-label={ (p::LINES) ", #" (order.number) ", " (t::console::parcel(n)) } {
            table.table.table-plain.to-pack {
                thead {
                    tr {
                        th scope="col" { (p::ARTICLE) }
                        th.n scope="col" { (p::QUANTITY) }
                        th.n scope="col" { (t::PACKED) }
                    }
                }
                tbody { @for inside in parcels::as_ordered(order, one) { (row(inside)) } }
            }
        }
    }
}
