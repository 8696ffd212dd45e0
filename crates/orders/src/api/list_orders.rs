//! `GET /v1/orders`: the caller's own orders, or all of them for staff.

use crate::{
    Orders,
    order::Viewer,
    order_query::{OrderListPage, OrderQuery},
    store::candidates,
    workflows::{
        access::{shown, viewer},
        order_list,
    },
};
use contracts::orders::{ListOrders, Order, OrderFilter, OrderSelection, OrderStatus};
use endpoint::{CommonError, HandlerError, Json, NoErrors, Page, PageParams, Query};
use ordo_http::{Call, HandlerResult};
use serde_json::json;

pub(super) async fn list_orders(s: Orders, call: Call, asked: ListOrders) -> HandlerResult<ListOrders> {
    let ListOrders { filter: Query(filter), selection: Query(mut selection), slice } = asked;
    if viewer(&call) == Viewer::Customer {
        let own = call.user()?;
        // what belongs to others is not there, however it is asked for
        if selection.user_id.is_some_and(|user| user != own) {
            return Err(CommonError::NotFound.into());
        }
        selection.user_id = Some(own);
    }
    list(&s, &call, filter, selection, &slice).await.map(Json)
}

/// A page of orders. Drafts are not there for customers: they are theirs once they are placed.
pub(super) async fn list(
    s: &Orders,
    call: &Call,
    filter: OrderFilter,
    selection: OrderSelection,
    slice: &PageParams,
) -> Result<Page<Order>, HandlerError<NoErrors>> {
    if viewer(call) == Viewer::Customer && filter.status == Some(OrderStatus::Draft) {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let purpose = json!(["list_orders", filter, selection]);
    // whose they are, or who names one, sees them as they are; a page of everybody's may be a moment old
    let of_many = viewer(call) != Viewer::Customer && selection == OrderSelection::default();
    let now = match filter.attention {
        Some(_) => Some(s.db.now().await?),
        None => None,
    };
    let mut list = OrderQuery::new(filter, selection, s.settings.currency, now)?;
    let after = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => list.start(),
    };
    if slice.cursor.is_none() && viewer(call) != Viewer::Customer {
        list = list.with_draft();
    }
    let db = if of_many { s.db.for_replica_reads() } else { s.db.clone() };
    let OrderListPage { ids, next } = order_list::list(&db, &list, after, slice.count()).await?;
    let found = candidates::page(&db, &ids).await?;
    let items = found.iter().map(|(order, person)| shown(call, order, person)).collect();
    Ok(Page { items, next_cursor: next.map(|place| s.cursors.seal(&purpose, &place)) })
}
