//! `GET /v1/orders/{id}/fulfilments`: an order's fulfilments, oldest first.

use crate::{Orders, store, workflows::access};
use contracts::fulfilments::{Fulfilment, ListFulfilments};
use endpoint::{HandlerError, Json, Page, PageParams, Path};
use kernel::{
    Id,
    id::{FulfilmentId, OrderId},
};
use ordo_http::{Call, HandlerResult, page};

/// What its cursors are sealed for, with the order.
const PURPOSE: &str = "list_fulfilments";

pub(super) async fn list_fulfilments(
    s: Orders,
    call: Call,
    asked: ListFulfilments,
) -> HandlerResult<ListFulfilments> {
    let ListFulfilments { id: Path(id), slice } = asked;
    access::visible(&s, &call, id).await?;
    fulfilments(&s, id, &slice).await.map(Json)
}

/// A page of them; whether the caller may see them has been asked.
pub(super) async fn fulfilments<X>(
    s: &Orders,
    id: OrderId,
    slice: &PageParams,
) -> Result<Page<Fulfilment>, HandlerError<X>> {
    let after: FulfilmentId = match &slice.cursor {
        Some(cursor) => s.cursors.open(&(PURPOSE, id), cursor)?,
        None => Id::from_uuid(uuid::Uuid::nil()),
    };
    let found = store::fulfilments::of_order(&s.db, id, after, slice.count() as i64 + 1).await?;
    Ok(page_of(s, id, slice, found))
}

/// What was found as a page: it is one more than were asked for where there is a next one.
pub(super) fn page_of(
    s: &Orders,
    id: OrderId,
    slice: &PageParams,
    found: Vec<Fulfilment>,
) -> Page<Fulfilment> {
    page(slice, found, |last| s.cursors.seal(&(PURPOSE, id), &last.id))
}
