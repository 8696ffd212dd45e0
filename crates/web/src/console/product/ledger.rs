//! The ledger of a product's stock: movements, who made them, and for which order.

use crate::{
    console::{
        frame::ConsoleSection,
        user_names::{NamedUser, UserNames, called},
    },
    session::{page_error::PageError, request::RequestContext, staff::Staff},
    texts::console as c,
    ui::{components::moment, format},
};
use contracts::{
    placements::{LookUpPlacements, PlacedOrder, PlacementIds},
    products::Product,
    stock::{ListMovements, Movement},
};
use endpoint::{Body, Json, Page as Listed, PageParams, Path};
use kernel::id::{OrderId, PlacementId, ProductId, UserId};
use maud::{Markup, html};
use std::collections::BTreeMap;

pub(super) fn count(n: i64) -> String {
    format::grouped(&n.to_string())
}
/// A decrease.
pub(super) fn less(n: i64) -> String {
    if n == 0 { "0".to_owned() } else { format!("−{}", count(n)) }
}

/// Movements, with their actors and their orders.
pub(super) struct LedgerPage {
    pub(super) movements: Listed<Movement>,
    pub(super) people: BTreeMap<UserId, NamedUser>,
    orders: BTreeMap<PlacementId, (OrderId, i64)>,
}

/// Movements from a cursor on, newest first.
pub(super) async fn moved(
    visit: &RequestContext,
    staff: &Staff,
    id: ProductId,
    limit: u16,
    cursor: Option<String>,
    saved_by: Option<&str>,
) -> Result<LedgerPage, PageError> {
    let slice = PageParams { limit: Some(limit), cursor };
    let list = ListMovements { id: Path(id), slice };
    let Json(movements) = visit.web.needs.products.call(&visit.cx, list).await?;
    // a sale is shown with its order
    let by_hand = movements.items.iter().filter(|movement| movement.placement_id.is_none());
    let actors = by_hand.map(|movement| movement.actor.as_str()).chain(saved_by);
    let placings = movements.items.iter().filter_map(|movement| movement.placement_id);
    let names = visit.web.state::<UserNames>();
    let (people, orders) = tokio::join!(
        names.of(visit, actors.filter_map(|actor| actor.parse().ok()).collect()),
        orders_of(visit, staff, placings.collect()),
    );
    Ok(LedgerPage { movements, people, orders })
}

/// The orders of these placements, with their numbers, for users who can read orders; the ledger works without the others.
async fn orders_of(
    visit: &RequestContext,
    staff: &Staff,
    ids: Vec<PlacementId>,
) -> BTreeMap<PlacementId, (OrderId, i64)> {
    let door = visit.web.needs.as_gateway("orders");
    let Some(orders) = door.filter(|_| ConsoleSection::Orders.is_open_to(staff) && !ids.is_empty()) else {
        return BTreeMap::new();
    };
    let (cx, wanted) = (visit.as_nobody(), Body(PlacementIds { ids }));
    let found = orders.call(&cx, LookUpPlacements { wanted }).await;
    let one = |placed: PlacedOrder| (placed.placement_id, (placed.order_id, placed.number));
    found.map(|Json(found)| found.items.into_iter().map(one).collect()).unwrap_or_default()
}

/// The newest movements, on the product's page.
pub(super) fn section(product: &Product, moved: &LedgerPage, staff: &Staff) -> Markup {
    let LedgerPage { movements: Listed { items, next_cursor }, .. } = moved;
    html! {
        section.card.clip {
            div.card-head {
                h2 { (c::LEDGER) }
                @if next_cursor.is_some() { a.small href={ "/console/products/" (product.id) "/stock" } { (c::ALL_MOVEMENTS) } }
            }
            @if items.is_empty() { p.card-body.quiet { (c::NO_MOVEMENTS) } }
            @else { (table(staff, moved)) }
        }
    }
}

pub(super) fn table(staff: &Staff, moved: &LedgerPage) -> Markup {
    html! {
        div.table-wrap tabindex="0" role="region" aria-label=(c::LEDGER) {
            table.table.fold-late.ledger role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        th role="columnheader" scope="col" { (c::WHEN) }
                        th role="columnheader" scope="col" { (c::MOVEMENT) }
                        th role="columnheader" scope="col" { (c::REMARK) }
                        th.n role="columnheader" scope="col" { (c::CHANGE) }
                        th.n role="columnheader" scope="col" { (c::ON_HAND) }
                    }
                }
                tbody role="rowgroup" {
                    @for movement in &moved.movements.items {
                        tr role="row" {
                            td.nowrap.fold-2 role="cell" { (moment(movement.at)) }
                            td role="cell" { (c::reason(movement.reason)) (whose(staff, moved, movement)) }
                            td.fold-2.remark.wrap-any role="cell" { (movement.note.as_deref().unwrap_or_default()) }
                            td.n.fold-end.plus[movement.delta > 0] role="cell" { (signed(movement.delta)) }
                            td.n.fold-2.then role="cell" data-l=(c::ON_HAND) { strong { (count(movement.on_hand)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The actor, or the order.
fn whose(staff: &Staff, LedgerPage { people, orders, .. }: &LedgerPage, movement: &Movement) -> Markup {
    let order = movement.placement_id.map(|placement| orders.get(&placement));
    html! {
        @match order {
            Some(Some((id, number))) => {
                " " a.nowrap href={ (ConsoleSection::Orders.path()) "/" (id) } { (c::for_order(*number)) }
            },
            Some(None) => span.quiet { " " (c::FOR_AN_ORDER) },
            None => @if let Some(who) = called(&movement.actor, staff, people) { span.quiet { (c::by(who)) } },
        }
    }
}

fn signed(n: i64) -> String {
    if n < 0 { less(-n) } else { format!("+{}", count(n)) }
}
