//! The ledger of a product's stock: what came and went, who booked it, and for which order it was.

use crate::{
    console::{
        frame::Room,
        user_names::{Colleagues, Person, called},
    },
    session::{page_error::Stop, request::Visit, staff::Staff},
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
/// What goes off.
pub(super) fn less(n: i64) -> String {
    if n == 0 { "0".to_owned() } else { format!("−{}", count(n)) }
}

/// Movements, with those who made them and the orders that they were for.
pub(super) struct Moved {
    pub(super) movements: Listed<Movement>,
    pub(super) people: BTreeMap<UserId, Person>,
    orders: BTreeMap<PlacementId, (OrderId, i64)>,
}

/// Movements from a place on, newest first.
pub(super) async fn moved(
    visit: &Visit,
    staff: &Staff,
    id: ProductId,
    limit: u16,
    cursor: Option<String>,
    saved_by: Option<&str>,
) -> Result<Moved, Stop> {
    let slice = PageParams { limit: Some(limit), cursor };
    let list = ListMovements { id: Path(id), slice };
    let Json(movements) = visit.web.needs.products.call(&visit.cx, list).await?;
    // of a sale it is said for which order it was
    let by_hand = movements.items.iter().filter(|movement| movement.placement_id.is_none());
    let actors = by_hand.map(|movement| movement.actor.as_str()).chain(saved_by);
    let placings = movements.items.iter().filter_map(|movement| movement.placement_id);
    let names = visit.web.state::<Colleagues>();
    let (people, orders) = tokio::join!(
        names.of(visit, actors.filter_map(|actor| actor.parse().ok()).collect()),
        orders_of(visit, staff, placings.collect()),
    );
    Ok(Moved { movements, people, orders })
}

/// The orders that these became, with their numbers, for who may read orders; the ledger does without those that are not told.
async fn orders_of(
    visit: &Visit,
    staff: &Staff,
    ids: Vec<PlacementId>,
) -> BTreeMap<PlacementId, (OrderId, i64)> {
    let door = visit.web.needs.at_the_door("orders");
    let Some(orders) = door.filter(|_| Room::Orders.is_open_to(staff) && !ids.is_empty()) else {
        return BTreeMap::new();
    };
    let (cx, wanted) = (visit.as_nobody(), Body(PlacementIds { ids }));
    let found = orders.call(&cx, LookUpPlacements { wanted }).await;
    let one = |placed: PlacedOrder| (placed.placement_id, (placed.order_id, placed.number));
    found.map(|Json(found)| found.items.into_iter().map(one).collect()).unwrap_or_default()
}

/// The newest of them, beside the product.
pub(super) fn section(product: &Product, moved: &Moved, staff: &Staff) -> Markup {
    let Moved { movements: Listed { items, next_cursor }, .. } = moved;
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

pub(super) fn table(staff: &Staff, moved: &Moved) -> Markup {
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

/// Who booked it, or for which order it was.
fn whose(staff: &Staff, Moved { people, orders, .. }: &Moved, movement: &Movement) -> Markup {
    let order = movement.placement_id.map(|placement| orders.get(&placement));
    html! {
        @match order {
            Some(Some((id, number))) => {
                " " a.nowrap href={ (Room::Orders.path()) "/" (id) } { (c::for_order(*number)) }
            },
            Some(None) => span.quiet { " " (c::FOR_AN_ORDER) },
            None => @if let Some(who) = called(&movement.actor, staff, people) { span.quiet { (c::by(who)) } },
        }
    }
}

fn signed(n: i64) -> String {
    if n < 0 { less(-n) } else { format!("+{}", count(n)) }
}
