//! `GET /v1/orders/drafts`: the drafts, to staff.

use super::list_orders::list;
use crate::Orders;
use contracts::orders::{DraftFilter, ListDrafts, OrderFilter, OrderSelection, OrderStatus};
use endpoint::{Json, Query};
use ordo_http::{Call, HandlerResult};

pub(super) async fn list_drafts(s: Orders, call: Call, asked: ListDrafts) -> HandlerResult<ListDrafts> {
    let ListDrafts { filter: Query(DraftFilter { q, user_id }), slice } = asked;
    let filter = OrderFilter { q, status: Some(OrderStatus::Draft), ..OrderFilter::default() };
    let selection = OrderSelection { user_id, ..OrderSelection::default() };
    list(&s, &call, filter, selection, &slice).await.map(Json)
}
