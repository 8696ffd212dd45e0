//! `POST /internal/orders/look-up`: several orders with their parcels.

use crate::{Orders, order::Viewer, store};
use contracts::slips::{FoundOrders, LookUpOrders, OrderWithParcels};
use endpoint::{Body, Json};
use ordo_http::{Answered, Call};
use std::collections::BTreeMap;

pub(super) async fn look_up_orders(
    s: Orders,
    _: Call,
    LookUpOrders { wanted: Body(wanted) }: LookUpOrders,
) -> Answered<LookUpOrders> {
    let found = store::lists::page(&s.db, &wanted.ids).await?;
    let placed = store::placed::placed_at(&s.db, &wanted.ids).await?;
    let mut parcels: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for parcel in store::fulfilments::of_many(&s.db, &wanted.ids).await? {
        parcels.entry(parcel.order_id).or_default().push(parcel);
    }
    let items = found.iter().map(|(order, person)| OrderWithParcels {
        order: order.view(person, Viewer::Staff),
        placed_at: placed.get(&order.id).copied().unwrap_or(order.created_at),
        fulfilments: parcels.remove(&order.id).unwrap_or_default(),
    });
    Ok(Json(FoundOrders { items: items.collect() }))
}
