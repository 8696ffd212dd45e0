//! `POST /internal/orders/look-up`: several orders with their parcels.

use crate::{Orders, order::Viewer, store};
use contracts::packing_slips::{LookUpOrders, OrderList, OrderWithFulfilments};
use endpoint::{Body, Json};
use ordo_http::{Call, HandlerResult};
use std::collections::BTreeMap;

pub(super) async fn look_up_orders(
    s: Orders,
    _: Call,
    LookUpOrders { wanted: Body(wanted) }: LookUpOrders,
) -> HandlerResult<LookUpOrders> {
    let found = store::candidates::page(&s.db, &wanted.ids).await?;
    let placed = store::placement_times::placed_at(&s.db, &wanted.ids).await?;
    let mut parcels: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (before, parcel) in
        store::fulfilments::newest_of_many(&s.db, &wanted.ids, OrderWithFulfilments::PARCELS).await?
    {
        parcels.entry(parcel.order_id).or_default().push((before, parcel));
    }
    let items = found.iter().map(|(order, person)| {
        let parcels = parcels.remove(&order.id).unwrap_or_default();
        OrderWithFulfilments {
            order: order.view(person, Viewer::Staff),
            placed_at: placed.get(&order.id).copied().unwrap_or(order.created_at),
            earlier: parcels.first().map_or(0, |(before, _)| *before),
            fulfilments: parcels.into_iter().map(|(_, parcel)| parcel).collect(),
        }
    });
    Ok(Json(OrderList { items: items.collect() }))
}
