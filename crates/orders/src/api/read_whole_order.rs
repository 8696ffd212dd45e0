//! `GET /v1/orders/{id}/whole`: an order with all that orders keeps about it, for a page about it.

use super::{list_fulfilments::fulfilments, list_notes::notes, read_history::history};
use crate::{Orders, work::access};
use contracts::orders::{ReadWholeOrder, WholeOrder};
use endpoint::{Json, Page, Path, Permission, Slice, etag};
use ordo_http::{Answered, Call};

pub(super) async fn read_whole_order(
    s: Orders,
    call: Call,
    asked: ReadWholeOrder,
) -> Answered<ReadWholeOrder> {
    let ReadWholeOrder { id: Path(id) } = asked;
    // who may see the order may see all of it; that is asked once
    let (order, person) = access::visible(&s, &call, id).await?;
    let first = Slice { limit: Some(Slice::MOST), cursor: None };
    let history = history(&s, &call, id, &person, &first).await?;
    let fulfilments = fulfilments(&s, id, &first).await?;
    let notes = match call.holds(Permission::Orders) {
        true => notes(&s, id, &first).await?,
        false => Page { items: Vec::new(), next_cursor: None },
    };
    let view = access::shown(&call, &order, &person);
    let etag = etag::of_shown(&[order.version], &view);
    Ok(Json(WholeOrder { order: view, etag, history, fulfilments, notes }))
}
