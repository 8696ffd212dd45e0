//! `GET /v1/orders`: the caller's own orders, or all of them for staff.

use crate::{Orders, order::Viewer, store::lists, work::access::viewer};
use contracts::orders::{ListOrders, Order, OrderFilter, OrderStatus};
use endpoint::{Fail, Json, Nothing, Page, Query, Slice};
use kernel::id::{Id, OrderId};
use ordo_http::{Answered, Call, page};
use serde_json::json;

pub(super) async fn list_orders(s: Orders, call: Call, asked: ListOrders) -> Answered<ListOrders> {
    let ListOrders { filter: Query(mut filter), slice } = asked;
    if viewer(&call) == Viewer::Customer {
        // another user's orders are not there; asking for them finds nothing
        let own = call.user()?;
        let is_others = filter.user_id.is_some_and(|user| user != own);
        // neither are drafts: they are the customer's once they are placed
        if is_others || filter.status == Some(OrderStatus::Draft) {
            return Ok(Json(Page { items: Vec::new(), next_cursor: None }));
        }
        filter.user_id = Some(own);
    }
    list(&s, &call, &filter, &slice).await.map(Json)
}

/// A page of orders, newest first.
pub(super) async fn list(
    s: &Orders,
    call: &Call,
    filter: &OrderFilter,
    slice: &Slice,
) -> Result<Page<Order>, Fail<Nothing>> {
    let purpose = json!(["list_orders", filter]);
    let before: OrderId = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => Id::from_uuid(uuid::Uuid::max()),
    };
    // one more than asked for tells whether there is a next page
    let found = lists::list(&s.db, filter, before, slice.count() as i64 + 1).await?;
    let viewer = viewer(call);
    let views = found.iter().map(|(order, person)| order.view(person, viewer)).collect();
    Ok(page(slice, views, |last: &Order| s.cursors.seal(&purpose, &last.id)))
}
