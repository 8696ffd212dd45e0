//! `GET /v1/orders/{id}/notes`: the notes of staff about an order, oldest first.

use crate::{Orders, store, workflows::access};
use contracts::orders::{ListNotes, Note};
use endpoint::{HandlerError, Json, Page, PageParams, Path};
use kernel::{
    Id,
    id::{NoteId, OrderId},
};
use ordo_http::{Call, HandlerResult, page};

/// What its cursors are sealed for, with the order.
const PURPOSE: &str = "list_notes";

pub(super) async fn list_notes(s: Orders, call: Call, asked: ListNotes) -> HandlerResult<ListNotes> {
    let ListNotes { id: Path(id), slice } = asked;
    access::visible(&s, &call, id).await?;
    notes(&s, id, &slice).await.map(Json)
}

/// A page of them; whether the caller may see them has been asked.
async fn notes<X>(s: &Orders, id: OrderId, slice: &PageParams) -> Result<Page<Note>, HandlerError<X>> {
    let after: NoteId = match &slice.cursor {
        Some(cursor) => s.cursors.open(&(PURPOSE, id), cursor)?,
        None => Id::from_uuid(uuid::Uuid::nil()),
    };
    let found = store::notes::of_order(&s.db, id, after, slice.count() as i64 + 1).await?;
    Ok(page(slice, found, |last| s.cursors.seal(&(PURPOSE, id), &last.id)))
}
