//! `GET /v1/orders/{id}/fulfilments`: an order's fulfilments, oldest first.

use crate::{Orders, store, work::access};
use contracts::fulfilments::ListFulfilments;
use endpoint::{Json, Path};
use kernel::{Id, id::FulfilmentId};
use ordo_http::{Answered, Call, page};

pub(super) async fn list_fulfilments(
    s: Orders,
    call: Call,
    asked: ListFulfilments,
) -> Answered<ListFulfilments> {
    let ListFulfilments { id: Path(id), slice } = asked;
    access::visible(&s, &call, id).await?;
    let purpose = ("list_fulfilments", id);
    let after: FulfilmentId = match &slice.cursor {
        Some(cursor) => s.cursors.open(&purpose, cursor)?,
        None => Id::from_uuid(uuid::Uuid::nil()),
    };
    // one more than asked for tells whether there is a next page
    let found = store::fulfilments::of_order(&s.db, id, after, slice.count() as i64 + 1).await?;
    Ok(Json(page(&slice, found, |last| s.cursors.seal(&purpose, &last.id))))
}
