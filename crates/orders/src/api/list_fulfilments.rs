//! `GET /v1/orders/{id}/fulfilments`: an order's fulfilments, oldest first.

use crate::{Orders, store, work::access};
use contracts::fulfilments::ListFulfilments;
use endpoint::{Json, Page, Path};
use ordo_http::{Answered, Call};

pub(super) async fn list_fulfilments(
    s: Orders,
    call: Call,
    asked: ListFulfilments,
) -> Answered<ListFulfilments> {
    let ListFulfilments { id: Path(id) } = asked;
    access::visible(&s, &call, id).await?;
    let items = store::fulfilments::of_order(&s.db, id).await?;
    Ok(Json(Page { items, next_cursor: None }))
}
