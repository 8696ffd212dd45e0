//! The packing slips of what waits in several orders: one sheet for each parcel, in the order in which the orders were picked.

use super::{
    super::{
        orders::{self, SHOWN},
        parts::address,
        picking::{PICK, picked},
        staff::Staff,
    },
    papers::{Slip, sheet},
};
use crate::{
    paper::papers,
    parts::banner,
    shown::{Shown, Stop},
    texts::{console as c, papers as p},
    visit::Visit,
};
use contracts::{
    fulfilments::{Fulfilment, FulfilmentStatus},
    slips::{FoundOrders, LookUpOrders, OrderWithParcels, WantedOrders},
};
use endpoint::{Body, Json, Permission, client::CallError};
use kernel::id::OrderId;
use maud::{Markup, html};

pub(in super::super) const PATH: &str = "/console/orders/slips";

/// Where the slips of these orders are.
pub(in super::super) fn way(orders: &[OrderId]) -> String {
    let ids: Vec<String> = orders.iter().map(ToString::to_string).collect();
    address(PATH, ids.iter().map(|id| (PICK, id.as_str())))
}

/// `GET /console/orders/slips`.
pub(in super::super) async fn show(visit: Visit) -> Result<Shown, Stop> {
    Staff::with(&visit, Permission::Orders).await?;
    let ids = picked(&visit.query);
    if ids.is_empty() || ids.len() > usize::from(SHOWN) {
        return Ok(Shown::there(orders::PATH));
    }
    let gone = ids.len();
    let found = read(&visit, ids).await?;
    let gone = gone - found.len();
    let (with, without): (Vec<_>, Vec<_>) =
        found.iter().partition(|found| found.fulfilments.iter().any(waits));
    let sheets: Vec<_> = with.into_iter().flat_map(sheets).collect();
    let above = html! {
        @if !without.is_empty() || gone > 0 {
            (banner("wait", p::NOT_ALL.say(), html! {
                ul {
                    @for one in &without {
                        li { a href={ (orders::PATH) "/" (one.order.id) } { (p::no_parcel_waits(one.order.number)) } }
                    }
                    @for _ in 0..gone { li { (c::PICKED_IS_GONE) } }
                }
            }))
        }
    };
    Ok(papers(&visit, c::SLIPS.say(), orders::PATH, &above, &sheets))
}

/// Whoever asks has been found to be staff who may; that is asked in their stead, in one request for all.
async fn read(visit: &Visit, ids: Vec<OrderId>) -> Result<Vec<OrderWithParcels>, Stop> {
    let orders = visit.web.needs.at_the_door("orders").ok_or(Stop::Unavailable)?;
    let wanted = Body(WantedOrders { ids });
    match orders.call(&visit.as_nobody(), LookUpOrders { wanted }).await {
        Ok(Json(FoundOrders { items })) => Ok(items),
        // an older version, which may run beside this one while a shop is brought up to date, knows no such request
        Err(CallError::Problem(problem)) if problem.status == 404 => Err(Stop::Unavailable),
        Err(error) => Err(error.into()),
    }
}

/// Whether a parcel has not left and is to leave.
fn waits(one: &Fulfilment) -> bool {
    matches!(one.status, FulfilmentStatus::Pending | FulfilmentStatus::Packed)
}

/// Those of one order, each with its number for people: it goes where the order goes now.
fn sheets(found: &OrderWithParcels) -> impl Iterator<Item = (String, Markup)> {
    let OrderWithParcels { order, placed_at, fulfilments: all } = found;
    let waiting = (1..).zip(all).filter(|(_, one)| waits(one));
    waiting.map(|(n, one)| {
        let slip = Slip { order, placed_at: *placed_at, all, one, n };
        let heading = html! { h2.paper-title { (p::PACKING_SLIP) } };
        (
            format!("{}, {}", p::slip_title(order.number), c::parcel(n)),
            sheet(&slip, order.shipping_address.as_ref(), heading),
        )
    })
}
